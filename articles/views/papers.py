"""The newspaper: its editions, and the pages of one."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Article, Edition, Placement
from articles.views.dates import day_or_404

EDITIONS_SHOWN = 60


def public_placements():
    """Placements whose piece the public may read; those of tomorrow's paper stay unseen, which the desk is still making."""
    return Placement.objects.filter(Article.objects.live_at("article"), page__edition__day__lte=timezone.localdate())


def public_editions():
    """Editions with at least one piece that the public may read; tomorrow's paper stays unseen."""
    return Edition.objects.filter(Exists(public_placements().filter(page__edition=OuterRef("pk")))).select_related(
        "outlet"
    )


@require_safe
def editions(request):
    """The newest editions; ?before= a day for older ones."""
    found = public_editions().order_by("-day", "outlet__order")
    if "before" in request.GET:
        found = found.filter(day__lt=_day_or_404(request.GET["before"]))
    shown = list(found[: EDITIONS_SHOWN + 1])
    older = shown[EDITIONS_SHOWN - 1].day if len(shown) > EDITIONS_SHOWN else None
    return render(request, "articles/editions.html", {"editions": shown[:EDITIONS_SHOWN], "older": older})


def _day_or_404(text):
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise Http404
    return day_or_404(*map(int, parts))


@require_safe
def edition(request, year, month, day):
    """The papers of a day, page by page."""
    return _papers(request, day_or_404(year, month, day), None)


@require_safe
def page(request, year, month, day, number):
    """One page of the papers of a day."""
    return _papers(request, day_or_404(year, month, day), number)


def _papers(request, day, number):
    placements = (
        public_placements()
        .filter(page__edition__day=day)
        .order_by("page__edition__outlet__order", "page__edition__outlet", "page__number", "position", "pk")
    )
    placements = placements.select_related("page__edition__outlet", "article__publication__version")
    pages = {}
    for placement in placements.defer("article__body", "article__publication__version__content"):
        pages.setdefault(placement.page, []).append(placement)
    shown = {page: list(_with_banners(pieces)) for page, pieces in pages.items() if number in (None, page.number)}
    if not shown:
        raise Http404
    context = {"day": day, "number": number, "pages": list(pages), "shown": shown}
    return render(request, "articles/edition.html", context)


def _with_banners(placements):
    """(banner, placement) pairs: a banner is named where it first stands on the page, and "" elsewhere."""
    named = {""}
    for placement in placements:
        yield ("" if placement.section in named else placement.section), placement
        named.add(placement.section)
