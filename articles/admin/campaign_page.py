"""A campaign as its staff see it: how many pieces each place has, against what is expected of it, and how many each month."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from articles import narrowing, reports
from articles.admin.columns import HEADINGS, rows_of, shown
from articles.admin.export import csv_response
from articles.admin.filters import PeriodForm
from articles.days import begins, month_after
from articles.models import Campaign, Locality
from articles.vocabulary import State

NEWEST = 20
TOP = "*"  # as a region: all provinces


def campaign_view(request, pk):
    """Totals by region and month and the newest pieces; `region`, `from` and `to` narrow them, `csv` names a table to download."""
    if not request.user.has_perm("articles.view_article") or not request.user.has_perm("articles.view_campaign"):
        raise PermissionDenied
    campaign = get_object_or_404(Campaign, pk=pk)
    place = _place(request, campaign)
    form = PeriodForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {"from": None, "to": None}
    span = {
        "since": days["from"] and begins(days["from"]),
        "until": days["to"] and begins(days["to"] + timedelta(days=1)),
    }
    asked = {"campaign": campaign.slug} | {name: day.isoformat() for name, day in days.items() if day}
    regions = reports.campaign_by_region(campaign, below=place, **span)
    months = reports.campaign_by_month(campaign, place=place, **span)
    tables = {
        "regions": ([_("place"), _("pieces"), _("published"), _("expected"), _("missing")], _region_rows(regions)),
        "months": ([_("month"), _("pieces"), _("published")], _month_rows(months)),
    }
    if request.GET.get("csv") in tables and form.is_valid():
        header, rows = tables[request.GET["csv"]]
        return csv_response(f"{campaign.name}-{timezone.localdate():%Y-%m-%d}", header, [rows])
    here = {**asked, "region": place.slug} if place else asked
    context = {
        **admin.site.each_context(request),
        "opts": Campaign._meta,
        "title": campaign.name,
        "campaign": campaign,
        "place": place,
        "above": place.chain[:-1] if place else [],
        "form": form,
        "kept_region": place.slug if place else TOP,
        "days": "".join(f"{name}={day.isoformat()}&" for name, day in days.items() if day),
        "regions": [
            (
                total,
                _list({**asked, "region": total.place.slug}),
                _list({**asked, "region": total.place.slug}, live=True),
            )
            for total in regions
        ],
        "has_targets": any(total.target is not None for total in regions),
        "months": [(total, *_links_of(total, here)) for total in months],
        "pieces": sum(total.pieces for total in months),
        "live": sum(total.live for total in months),
        "all_link": _list(here),
        "live_link": _list(here, live=True),
        "headings": HEADINGS,
        "newest": list(shown(rows_of(_newest(campaign, place, span)))),
    }
    return render(request, "admin/articles/campaign/pieces.html", context)


def _place(request, campaign):
    """The place whose parts are counted. When none is asked for: that of the targets, else the account's; None: the country."""
    slug = request.GET.get("region", "")
    if slug and slug != TOP:
        place = Locality.objects.filter(slug=slug).first()
        if place is None:
            messages.warning(
                request, _("The place “%(place)s” no longer exists; all places are shown.") % {"place": slug}
            )
        return place
    if slug == TOP:
        return None
    parents = list(Locality.objects.filter(children__campaigntarget__campaign=campaign).distinct()[:2])
    if len(parents) == 1:
        return parents[0]
    usual = request.user.default_locality
    return usual if usual is None or usual.children.exists() else usual.parent


def _region_rows(regions):
    return [(str(total.place), total.pieces, total.live, total.target, total.missing) for total in regions]


def _month_rows(months):
    return [(_month(total), total.pieces, total.live) for total in months]


def _month(total):
    return f"{total.first_day:%Y-%m}" if total.first_day else _("not released")


def _links_of(total, here):
    """(the month in words, the list of its pieces, of those live). What was never released is no month, and a filter of drafts."""
    if total.first_day is None:
        return _month(total), _list({**here, "state": State.DRAFT}), None
    last = month_after(total.first_day) - timedelta(days=1)
    first_day, last_day = total.first_day.isoformat(), last.isoformat()
    days = {"from": max(here.get("from", first_day), first_day), "to": min(here.get("to", last_day), last_day)}
    return _month(total), _list({**here, **days}), _list({**here, **days}, live=True)


def _list(asked, *, live=False):
    """The list of pieces narrowed to the same."""
    query = {**asked, "state": State.LIVE} if live else asked
    return f"{reverse('admin:articles_article_changelist')}?{urlencode(query)}"


def _newest(campaign, place, span):
    """The ids of the newest pieces of the same."""
    asked = [narrowing.in_state(None, timezone.now()), narrowing.in_campaign(campaign)]
    if place:
        asked.append(narrowing.in_region(place))
    if any(span.values()):
        asked.append(narrowing.published_between(**span))
    return narrowing.Pieces(asked).ids(NEWEST)
