"""Lists of stories: by region, by date, by campaign, by column, by contributor, and picture news."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from articles import listing
from articles.days import begins, month_after, span_of_day, span_of_month
from articles.models import ANY, Campaign, Column, Contributor, Locality
from articles.views.dates import day_or_404
from articles.views.forms import cursors_or_404, filter_or_404
from articles.vocabulary import Kind, Level

CAMPAIGNS_OFFERED = 20  # beside the list of a region, the newest first


def with_pieces(places, **narrowed):
    """Those of the places that have public pieces: one probe of the index each, however long their lists are."""
    return places.filter(Exists(listing.entries(region=OuterRef("slug"), **narrowed)))


@require_safe
def regions(request):
    """The tree of regions that have stories, down to the counties."""
    upper = Locality.objects.filter(level__in=(Level.PROVINCE, Level.CITY, Level.COUNTY, Level.ZONE))
    return render(request, "articles/regions.html", {"tree": _tree(with_pieces(upper))})


def _tree(places):
    """Nested (place, children) pairs in official order; a place whose parent is not among them stands at the root."""
    nodes = {place.pk: (place, []) for place in places}
    roots = []
    for place, _children in nodes.values():
        _parent, siblings = nodes.get(place.parent_id, (None, roots))
        siblings.append(nodes[place.pk])
    return _in_official_order(roots)


def _in_official_order(nodes):
    return [(place, _in_official_order(below)) for place, below in sorted(nodes, key=lambda node: node[0].order)]


@require_safe
def region(request, slug, year=None, month=None):
    """The stories about a region, its towns included; within a month when the address names one, and ?campaign= narrows it."""
    place = get_object_or_404(Locality, slug=slug)
    wanted = request.GET.get("campaign")
    chosen = get_object_or_404(Campaign, slug=wanted) if wanted else None
    narrowed = {"campaign": chosen.slug} if chosen else {}
    span, first = {}, None
    if year is not None:
        first = day_or_404(year, month)
        span = span_of_month(first)
    page = listing.page(region=slug, **narrowed, **span, **cursors_or_404(request))
    with_stories = Exists(listing.entries(region=slug, campaign=OuterRef("slug"), **span))
    return render(
        request,
        "articles/region.html",
        {
            "place": place,
            "chain": place.chain[:-1],
            "children": with_pieces(place.children.in_official_order(), **narrowed, **span),
            "campaign": chosen,
            "campaigns": [] if chosen else Campaign.objects.filter(with_stories)[:CAMPAIGNS_OFFERED],
            "month": first,
            "months": _months_around(first) if first else None,
            "page": page,
        },
    )


def _months_around(first):
    return {"previous": (first - timedelta(days=1)).replace(day=1), "next": month_after(first)}


@require_safe
def archive(request):
    """The years that have stories."""
    return render(request, "articles/archive.html", {"years": listing.years()})


@require_safe
def archive_year(request, year):
    """The months of a year that have stories, with how many."""
    first = day_or_404(year)
    months = [first.replace(month=month) for month in range(1, 13)]
    return render(request, "articles/archive_year.html", {"year": first, "months": _tally(months, span_of_month)})


@require_safe
def archive_month(request, year, month):
    """The days of a month that have stories, with how many, and the month's stories."""
    first = day_or_404(year, month)
    days = [first + timedelta(days=n) for n in range((month_after(first) - first).days)]
    return render(
        request,
        "articles/archive_month.html",
        {
            "month": first,
            "months": _months_around(first),
            "days": _tally(days, span_of_day),
            "page": listing.page(**span_of_month(first), **cursors_or_404(request)),
        },
    )


def _tally(days, span_of):
    """(day, pieces) of those days whose span has stories."""
    spans = [tuple(span_of(day).values()) for day in days]
    return [(day, pieces) for day, pieces in zip(days, listing.tally_spans(spans), strict=True) if pieces]


@require_safe
def day_of_stories(request, year, month, day):
    """The beginning of a story's address: the archive has the stories of that day."""
    wanted = day_or_404(year, month, day)
    return redirect("archive_day", wanted.year, wanted.month, wanted.day, permanent=True)


@require_safe
def archive_day(request, year, month, day):
    """The stories of one day."""
    wanted = day_or_404(year, month, day)
    page = listing.page(**span_of_day(wanted), **cursors_or_404(request), size=100)
    one = timedelta(days=1)
    return render(
        request,
        "articles/archive_day.html",
        {"day": wanted, "page": page, "yesterday": wanted - one, "tomorrow": wanted + one},
    )


@require_safe
def campaigns(request):
    """The campaigns that have stories."""
    with_pieces = Campaign.objects.filter(Exists(listing.entries(campaign=OuterRef("slug"))))
    return render(request, "articles/campaigns.html", {"campaigns": with_pieces})


@require_safe
def campaign(request, slug):
    """The stories of a campaign; ?region=, ?from= and ?to= narrow it (both days included)."""
    found = get_object_or_404(Campaign, slug=slug)
    wanted = filter_or_404(request)
    place = get_object_or_404(Locality, slug=wanted["region"]) if wanted["region"] else None
    span = {}
    if wanted["since"]:
        span["since"] = begins(day_or_404(wanted["since"].year, wanted["since"].month, wanted["since"].day))
    if wanted["until"]:
        span["until"] = begins(
            day_or_404(wanted["until"].year, wanted["until"].month, wanted["until"].day) + timedelta(days=1)
        )
    page = listing.page(region=place.slug if place else ANY, campaign=slug, **span, **cursors_or_404(request))
    below = Locality.objects.filter(parent=place) if place else Locality.objects.cities()
    return render(
        request,
        "articles/campaign.html",
        {
            "campaign": found,
            "place": place,
            "places": with_pieces(below.in_official_order(), campaign=slug),
            "since": wanted["since"],
            "until": wanted["until"],
            "page": page,
        },
    )


@require_safe
def column(request, slug):
    """The stories under one standing head."""
    found = get_object_or_404(Column, slug=slug)
    page = listing.page(facet=f"column:{slug}", **cursors_or_404(request))
    return render(request, "articles/column.html", {"column": found, "page": page})


@require_safe
def contributor(request, pk):
    """The stories that a contributor is credited on. Somebody without any is nobody to the public."""
    found = get_object_or_404(Contributor.objects.select_related("merged_into"), pk=pk)
    if found.merged_into:
        return redirect(found.merged_into, permanent=True)
    facet = listing.contributor_facet(found.uuid)
    page = listing.page(facet=facet, **cursors_or_404(request))
    if not page.publications and not listing.entries(facet=facet).exists():
        raise Http404
    return render(request, "articles/contributor.html", {"contributor": found, "page": page})


@require_safe
def photos(request):
    """Picture news."""
    page = listing.page(facet=f"kind:{Kind.PHOTO}", **cursors_or_404(request))
    return render(request, "articles/photos.html", {"page": page})
