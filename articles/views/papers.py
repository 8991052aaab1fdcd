"""The newspaper: its days, the papers of a day, and the pages of those."""

import re
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import scans
from articles.days import month_after
from articles.models import Article, Edition, Page, Placement
from articles.views.dates import day_or_404

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def public_placements():
    """Placements whose piece the public may read; those of tomorrow's paper stay unseen, which the desk is still making."""
    return Placement.objects.filter(Article.objects.live_at("article"), page__edition__day__lte=timezone.localdate())


def public_editions():
    """Editions with at least one piece that the public may read; tomorrow's paper stays unseen."""
    return Edition.objects.filter(Exists(public_placements().filter(page__edition=OuterRef("pk")))).select_related(
        "outlet"
    )


class Sheet(NamedTuple):
    """A page as readers see it. `runs` are its pieces in printed order, as (banner, placements): a banner is named where it
    first stands on the page, and "" elsewhere."""

    page: Page
    scanned: bool  # whether its scan is shown
    runs: list[tuple[str, list[Placement]]]

    @property
    def pieces(self):
        return [placement for _, placements in self.runs for placement in placements]

    @property
    def areas(self):
        """(where a piece stands on the scan, its placement) of those that readers can click."""
        found = ((scans.area_of(placement.area), placement) for placement in self.pieces)
        return [(area, placement) for area, placement in found if area] if self.scanned else []


# --- the days that have a paper --------------------------------------------------------------------------


@require_safe
def editions(request):
    """The newest papers beside the calendar of their month; ?month=2023-11 another month, with the papers of its days."""
    days = public_editions().values_list("day", flat=True)
    newest = days.order_by("-day").first()
    month = _month_asked(request)
    context = {"month": month or newest, "last_day": newest, "chosen": month is not None, "papers": [], "covers": []}
    if context["month"]:
        first = context["month"].replace(day=1)
        oldest = days.order_by("day").first()
        printed = list(
            public_editions()
            .filter(day__gte=first, day__lt=month_after(first))
            .order_by("day", "outlet__order", "outlet")
        )
        context |= {
            "months": _months(first, oldest, newest),
            "days": [(day, len(list(papers))) for day, papers in groupby(printed, lambda edition: edition.day)],
            "covers": _with_covers(printed) if month else [],
            "papers": [] if month else _papers(newest),
        }
    return render(request, "articles/editions.html", context)


def _month_asked(request):
    """The first day of the month that the address names, or None; ?before= a day asks for the month of the day before it."""
    if "month" in request.GET:
        found = _MONTH.fullmatch(request.GET["month"])
        if not found:
            raise Http404
        return day_or_404(*map(int, found.groups()))
    if "before" in request.GET:
        parts = request.GET["before"].split("-")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            raise Http404
        return (day_or_404(*map(int, parts)) - timedelta(days=1)).replace(day=1)
    return None


def _months(first, oldest, newest):
    """Where one goes from a month: the months before and after it, the others of its year, and the other years. Days of papers
    bound them; None and empty where there is nothing."""
    bounds = (oldest.replace(day=1), newest.replace(day=1)) if newest else (first, first)
    before, after = (first - timedelta(days=1)).replace(day=1), month_after(first)
    return {
        "previous": min(before, bounds[1]) if before >= bounds[0] else None,
        "next": max(after, bounds[0]) if after <= bounds[1] else None,
        "year": [day for day in (date(first.year, n, 1) for n in range(1, 13)) if bounds[0] <= day <= bounds[1]],
        "years": [
            min(max(first.replace(year=year), bounds[0]), bounds[1])
            for year in range(bounds[1].year, bounds[0].year - 1, -1)
        ],
    }


def _with_covers(printed):
    """(edition, its first page that readers may see the scan of, or None), newest first."""
    pages = Page.objects.filter(edition__in=printed).exclude(scan_web="")
    seen = pages.filter(Exists(public_placements().filter(page=OuterRef("pk")))).exclude(stopped("pk"))
    first = {page.edition_id: page for page in seen.order_by("-number")}
    return [(edition, first.get(edition.pk)) for edition in reversed(printed)]


# --- the papers of a day ---------------------------------------------------------------------------------


@require_safe
def edition(request, year, month, day):
    """The papers of a day, page by page."""
    day = day_or_404(year, month, day)
    papers = _papers(day)
    if not papers:
        raise Http404
    return render(request, "articles/edition.html", {"day": day, "papers": papers, "days": _days_around(day)})


@require_safe
def page(request, year, month, day, number):
    """One page of the papers of a day; where several have a page of that number, one beneath the other."""
    day = day_or_404(year, month, day)
    sheets = [sheet for _, sheets in _papers(day) for sheet in sheets]
    shown = [sheet for sheet in sheets if sheet.page.number == number]
    if not shown:
        raise Http404
    labels = _labels(sheets)
    numbers = [other for other, _ in labels]
    at = numbers.index(number)
    context = {
        "day": day,
        "number": number,
        "shown": shown,
        "labels": labels,
        "label": labels[at][1],
        "previous": labels[at - 1] if at else None,
        "next": labels[at + 1] if at + 1 < len(labels) else None,
        "days": _days_around(day),
    }
    return render(request, "articles/page.html", context)


def _labels(sheets):
    """(number, what the page is called) of the pages that a day has, in order; two of one number are called by it alone."""
    called = {}
    for sheet in sheets:
        called.setdefault(sheet.page.number, []).append(sheet.page.label)
    return [(number, labels[0] if len(labels) == 1 else f"第{number}版") for number, labels in sorted(called.items())]


def _papers(day):
    """(edition, its Sheets in order) of each paper of a day, in the order of the outlets; asks once."""
    placements = public_placements().filter(page__edition__day=day).annotate(stopped=stopped("page"))
    placements = placements.select_related("page__edition__outlet", "article__publication__version")
    placements = placements.defer("article__body", "article__publication__version__content")
    order = ("page__edition__outlet__order", "page__edition__outlet", "page__number", "position", "pk")
    sheets = [_sheet(page, list(placed)) for page, placed in groupby(placements.order_by(*order), lambda row: row.page)]
    return [(edition, list(found)) for edition, found in groupby(sheets, lambda sheet: sheet.page.edition)]


def stopped(page):
    """Whether a piece of the page was taken down, held or has ended, or is still to come: its scan would show it."""
    released = Placement.objects.filter(page=OuterRef(page), article__publication__isnull=False)
    return Exists(released.exclude(Article.objects.live_at("article")))


def _sheet(page, placements):
    named, runs = {""}, []
    for banner, placed in groupby(placements, lambda placement: placement.section):
        runs.append(("" if banner in named else banner, list(placed)))
        named.add(banner)
    return Sheet(page, bool(page.scan_web) and not placements[0].stopped, runs)


def _days_around(day):
    """The nearest days before and after it that have a paper for readers, or None."""
    days = public_editions().values_list("day", flat=True)
    return {
        "previous": days.filter(day__lt=day).order_by("-day").first(),
        "next": days.filter(day__gt=day).order_by("day").first(),
    }
