"""Lists of stories: by region, by date, by campaign, by column, by contributor, and picture news."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import listing
from articles.days import begins, month_after, span_of_day, span_of_month, span_of_year
from articles.models import ANY, Campaign, Column, Contributor, Locality
from articles.tiles import tiles_of
from articles.views import choices
from articles.views.dates import day_or_404
from articles.views.forms import chosen_or_404, cursors_or_404, filter_or_404
from articles.vocabulary import Kind, Level

COUNTED_IN_THE_TREE = 1000  # for each of some thousand regions
ONE_DAY = timedelta(days=1)


def _query(**chosen):
    """The query of an address from the rows or words it names; empty for none."""
    named = {name: getattr(value, "slug", value) for name, value in chosen.items() if value}
    return f"?{urlencode(named)}" if named else ""


# --- regions ---------------------------------------------------------------------------------------------


@require_safe
def regions(request):
    """The tree of regions that have stories: the desk's own province first and down to its counties, the others down to their
    cities, whose pages lead on; the country as a map of tiles."""
    home = Locality.objects.filter(slug=settings.DESK["home"]).first() if settings.DESK["home"] else None
    top = choices.counted(Locality.objects.filter(parent=None), up_to=COUNTED_IN_THE_TREE)
    own = home.path if home else max(top, key=lambda place: place.pieces).path if top else ""
    upper = Q(path__startswith=f"{own.partition('/')[0]}/", level__in=(Level.CITY, Level.COUNTY, Level.ZONE))
    below = Locality.objects.filter(Q(level=Level.CITY) | Q(parent__level=Level.PROVINCE) | upper, parent__isnull=False)
    tree = _tree([*top, *choices.counted(below, up_to=COUNTED_IN_THE_TREE)], own)
    pieces = {place.pk: place.pieces for place, _below in tree}
    country = list(Locality.objects.filter(parent=None, tile_row__isnull=False))
    for place in country:
        place.pieces = pieces.get(place.pk, 0)
    tiles, _others = tiles_of(country if len(tree) > 1 else [])
    return render(
        request,
        "articles/regions.html",
        {
            "tree": tree,
            "own": own,
            "address": lambda place: place.get_absolute_url(),
            "home": home,
            "home_children": choices.counted(home.children.in_official_order()) if home else [],
            "tiles": tiles,
            "up_to": COUNTED_IN_THE_TREE,
        },
    )


def _tree(places, own):
    """Nested (place, children) pairs in official order, the way down the path `own` first; a place whose parent is not among them
    stands at the root."""
    nodes = {place.pk: (place, []) for place in places}
    roots = []
    for place, _children in nodes.values():
        _parent, siblings = nodes.get(place.parent_id, (None, roots))
        siblings.append(nodes[place.pk])
    return _in_order(roots, own)


def _in_order(nodes, own):
    def rank(node):
        return not own.startswith(node[0].path), node[0].order

    return [(place, _in_order(below, own)) for place, below in sorted(nodes, key=rank)]


@require_safe
def region(request, slug, year=None, month=None):
    """The stories about a region, its towns included; within a month when the address names one, and ?campaign= narrows it."""
    place = get_object_or_404(Locality, slug=slug)
    _place, chosen = chosen_or_404(request)
    first = day_or_404(year, month) if year is not None else None
    narrowed = {"campaign": chosen.slug} if chosen else {}
    span = span_of_month(first) if first else {}
    page = listing.page(region=slug, **narrowed, **span, **cursors_or_404(request))

    def address(place=place, month=first, campaign=chosen):
        where = (
            reverse("region_month", args=[place.slug, month.year, month.month]) if month else place.get_absolute_url()
        )
        return where + _query(campaign=campaign)

    shown = first or _day_of(page)
    calendar = choices.year_of(shown, region=slug, **narrowed)
    tiles, places = tiles_of(
        choices.counted_for_the_map(place.children.in_official_order(), **narrowed, **span),
    )
    return render(
        request,
        "articles/region.html",
        {
            "place": place,
            "above": [(name, reverse("region", args=[above])) for name, above in place.chain[:-1]],
            "tiles": tiles,
            "places": places,
            "campaign": chosen,
            "campaigns": [] if chosen else choices.campaigns_offered(region=slug, **span),
            "month": first,
            "beside": calendar.beside(first) if first and calendar else (None, None),
            "calendar": calendar,
            "page": page,
            "address": address,
            "to_month": lambda first: address(month=first),
        },
    )


def _day_of(page):
    """The day of the newest piece shown; today where there is none."""
    return timezone.localdate(page.publications[0].published_at if page.publications else None)


# --- by date ---------------------------------------------------------------------------------------------


def _archive(request, name="archive", day=None):
    """What every page of the archive shows of its filters: the place and the campaign chosen, the address of this page or
    another one with these or others, and the choices that have pieces in the days of this page."""
    place, chosen = chosen_or_404(request)

    def address(name=name, day=day, place=place, campaign=chosen):
        parts = {
            "archive": lambda: (),
            "archive_year": lambda: (day.year,),
            "archive_month": lambda: (day.year, day.month),
            "archive_day": lambda: (day.year, day.month, day.day),
        }[name]()
        return reverse(name, args=parts) + _query(region=place, campaign=campaign)

    narrowed = {"region": place.slug if place else ANY, "campaign": chosen.slug if chosen else ANY}
    spans = {"archive_year": lambda: span_of_year(day.year), "archive_month": lambda: span_of_month(day)}
    span = spans.get(name, lambda: span_of_day(day) if day else {})()
    below = place.children if place else Locality.objects.cities()
    return (
        narrowed,
        span,
        {
            "place": place,
            "campaign": chosen,
            "address": address,
            "to_day": lambda day: address(day=day),
            "places": choices.counted(below.in_official_order(), campaign=narrowed["campaign"], **span),
            "campaigns": [] if chosen else choices.campaigns_offered(region=narrowed["region"], **span),
        },
    )


@require_safe
def archive(request):
    """The years that have stories, with how many; ?region= and ?campaign= narrow this and every page of the archive."""
    narrowed, _span, context = _archive(request)
    return render(request, "articles/archive.html", {**context, "years": listing.years(**narrowed)})


@require_safe
def archive_year(request, year):
    """The months of a year, with how many stories each has."""
    first = day_or_404(year)
    narrowed, _span, context = _archive(request, "archive_year", first)
    context |= {
        "year": first,
        "calendar": choices.year_of(first, **narrowed),
        "to_month": lambda first: context["address"]("archive_month", first),
    }
    return render(request, "articles/archive_year.html", context)


@require_safe
def archive_month(request, year, month):
    """The days of a month, with how many stories each has, and the month's stories."""
    first = day_or_404(year, month)
    narrowed, span, context = _archive(request, "archive_month", first)
    days = [first + timedelta(days=n) for n in range((month_after(first) - first).days)]
    spans = [tuple(span_of_day(day).values()) for day in days]
    pieces = listing.tally_spans(spans, **narrowed)
    return render(
        request,
        "articles/archive_month.html",
        {
            **context,
            "month": first,
            "months": tuple(map(choices.month_of, listing.around(**span, **narrowed))),
            "days": [(day, number) for day, number in zip(days, pieces, strict=True) if number],
            "page": listing.page(**span, **narrowed, **cursors_or_404(request)),
        },
    )


@require_safe
def day_of_stories(request, **part):
    """The beginning of a story's address, its year, month or day: the archive has the stories of that span."""
    day_or_404(**part)
    return redirect(f"archive_{list(part)[-1]}", *part.values(), permanent=True)


@require_safe
def archive_day(request, year, month, day):
    """The stories of one day."""
    wanted = day_or_404(year, month, day)
    narrowed, span, context = _archive(request, "archive_day", wanted)
    before, after = listing.around(**span, **narrowed)
    return render(
        request,
        "articles/archive_day.html",
        {
            **context,
            "day": wanted,
            "page": listing.page(**span, **narrowed, **cursors_or_404(request), size=100),
            "days": (before and timezone.localdate(before), after and timezone.localdate(after)),
        },
    )


# --- by campaign, column, contributor --------------------------------------------------------------------


@require_safe
def campaigns(request):
    """The campaigns that have stories, with how many."""
    found = Campaign.objects.filter(Exists(listing.entries(campaign=OuterRef("slug"))))
    found = found.annotate(pieces=listing.how_many(campaign=OuterRef("slug")))
    return render(request, "articles/campaigns.html", {"campaigns": found})


@require_safe
def campaign(request, slug):
    """The stories of a campaign; ?region=, ?from= and ?to= narrow it (both days included)."""
    found = get_object_or_404(Campaign.objects.annotate(pieces=listing.how_many(campaign=OuterRef("slug"))), slug=slug)
    wanted = filter_or_404(request)
    since, until = (day and day_or_404(day.year, day.month, day.day) for day in (wanted["since"], wanted["until"]))
    place = get_object_or_404(Locality, slug=wanted["region"]) if wanted["region"] else None
    narrowed = {"campaign": slug, "region": place.slug if place else ANY}
    span = ({"since": begins(since)} if since else {}) | ({"until": begins(until + ONE_DAY)} if until else {})
    page = listing.page(**narrowed, **span, **cursors_or_404(request))

    def address(place=place, days=(since, until)):
        first, last = days
        return found.get_absolute_url() + _query(region=place, **{"from": first}, to=last)

    below = place.children if place else Locality.objects.cities()
    return render(
        request,
        "articles/campaign.html",
        {
            "campaign": found,
            "place": place,
            "places": choices.counted(below.in_official_order(), campaign=slug, **span),
            "calendar": choices.year_of(since or until or _day_of(page), **narrowed),
            "since": since,
            "until": until,
            "page": page,
            "address": address,
            "month": since if since and (since, until) == choices.month_as_days(since) else None,
            "to_month": lambda first: address(days=choices.month_as_days(first)),
        },
    )


@require_safe
def column(request, slug):
    """The stories under one standing head."""
    found = get_object_or_404(Column, slug=slug)
    facet = f"column:{slug}"
    page = listing.page(facet=facet, **cursors_or_404(request))
    return render(
        request, "articles/column.html", {"column": found, "number": listing.count(facet=facet), "page": page}
    )


@require_safe
def contributor(request, pk):
    """The stories that a contributor is credited on. Somebody without any is nobody to the public."""
    found = get_object_or_404(Contributor.objects.select_related("merged_into"), pk=pk)
    if found.merged_into:
        return redirect(found.merged_into, permanent=True)
    facet = listing.contributor_facet(found.uuid)
    number = listing.count(facet=facet)
    if not number:
        raise Http404
    page = listing.page(facet=facet, **cursors_or_404(request))
    return render(request, "articles/contributor.html", {"contributor": found, "number": number, "page": page})


@require_safe
def photos(request):
    """Picture news."""
    page = listing.page(facet=f"kind:{Kind.PHOTO}", **cursors_or_404(request))
    return render(request, "articles/photos.html", {"page": page})
