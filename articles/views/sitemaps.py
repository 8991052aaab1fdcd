"""What search engines ask for: the sitemap in parts, the news of two days, and robots.txt.

The stories are cut by their numbers: a part costs what it holds, and keeps what it holds, however large the archive grows.
"""

from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Max, OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from articles import freshness, listing
from articles.models import Article, Campaign, Column, Correction, Locality, Publication, public_address
from articles.views.dates import day_or_404
from articles.views.papers import public_editions, public_placements

LIMIT = 50_000  # addresses in a file, by the protocol
BLOCK = 10_000  # stories in a file: it is made in a fraction of a second
BLOCKS = 2**63 // BLOCK - 1  # what fits into a number of either database
NEWS_FOR = timedelta(days=2)  # as the news sitemap's own rules have it, and the number too
NEWS = 1000
FIXED = ("front", "regions", "campaigns", "photos", "editions", "archive", "corrections", "feeds")


@require_safe
def index(request):
    """The parts that have something in them."""
    parts = [
        reverse("sitemap_pages"),
        *(reverse("sitemap_editions", args=[year]) for year in _years()),
        *(reverse("sitemap_stories", args=[block]) for block in _blocks()),
    ]
    return render(request, "machines/sitemap_index.xml", {"parts": parts}, content_type="application/xml")


class Part(Sitemap):
    """A file of the sitemap from (address, moment of the last change or None) pairs."""

    def __init__(self, pairs):
        self.pairs = pairs

    def items(self):
        return self.pairs

    def location(self, item):
        return item[0]

    def lastmod(self, item):
        return item[1]


def _part(pairs_of):
    """A view of what `pairs_of` gives for the rest of its address; 404 where that is nothing.

    Parts are of megabytes and seldom asked for: they are known again by an ETag of their own, and not kept beside the pages.
    """

    def etag(request, *args, **kwargs):
        return quote_etag(freshness.key())

    @require_safe
    @condition(etag_func=etag)
    def part(request, *args, **kwargs):
        pairs = list(pairs_of(*args, **kwargs))
        if not pairs:
            raise Http404
        answer = sitemap(request, {"part": Part(pairs)}, template_name="machines/sitemap.xml")
        answer["Cache-Control"] = "public, no-cache"
        return answer

    return part


# --- stories ---------------------------------------------------------------------------------------------


def public_stories():
    """By the number of the piece. Said of the address by what it is not, or SQLite would read that index, and with it the archive."""
    return Publication.objects.filter(Article.objects.live_at("article")).exclude(address__gt="").order_by("article_id")


def _blocks():
    """The numbers of the blocks of BLOCK article numbers in which a public story stands: one probe of the index each."""
    last = 0
    while (first := public_stories().filter(article__gt=last).values_list("article", flat=True).first()) is not None:
        block = (first - 1) // BLOCK + 1
        yield block
        last = block * BLOCK


@_part
def stories(block):
    """The stories of one block, with the moment at which readers last got something new of each."""
    if block > BLOCKS:
        raise Http404
    noticed = Correction.objects.filter(article=OuterRef("article")).order_by("-made_at").values("made_at")[:1]
    rows = public_stories().filter(article__gt=(block - 1) * BLOCK, article__lte=block * BLOCK)
    rows = rows.values_list("article", "first_published_at", "published_at", "review__closed_at", Subquery(noticed))
    for article, first_published_at, *moments in rows:
        yield public_address(article, first_published_at, ""), max(filter(None, moments))


# --- everything else -------------------------------------------------------------------------------------


def _years():
    return [day.year for day in public_editions().dates("day", "year")]


@_part
def editions(year):
    """The papers of a year and their pages; each changed when the last of its pieces was released."""
    placed = public_placements().filter(page__edition__day__year=day_or_404(year).year)
    rows = placed.values_list("page__edition__day", "page__number").annotate(Max("article__publication__published_at"))
    papers, pages = {}, {}
    for day, number, released_at in rows.order_by("page__edition__day", "page__number"):
        papers[day] = max(papers.get(day, released_at), released_at)
        pages[day, number] = max(pages.get((day, number), released_at), released_at)
    for day, released_at in papers.items():
        yield reverse("edition", args=[day.year, day.month, day.day]), released_at
    for (day, number), released_at in pages.items():
        yield reverse("page", args=[day.year, day.month, day.day, number]), released_at


@_part
def pages():
    """The pages that lead on, the lists that have pieces, and the site's own pages."""
    fixed = ((reverse(name), None) for name in FIXED)
    return list(chain(fixed, _site_pages(), _lists("campaign", Campaign, campaign=OuterRef("slug")),
        _lists("column", Column, facet=Concat(Value("column:"), OuterRef("slug"))),
        _lists("region", Locality, region=OuterRef("slug"))))[:LIMIT]  # fmt: skip


def _site_pages():
    live = Publication.objects.filter(Article.objects.live_at("article"), address__gt="").order_by("address")
    for address, *moments in live.values_list("address", "published_at", "review__closed_at"):
        yield reverse("site_page", args=[address]), max(filter(None, moments))


def _lists(page, model, **narrowed):
    """The lists of one kind, each with the moment of its newest piece."""
    newest = listing.entries(**narrowed).order_by("-published_at").values("published_at")[:1]
    rows = model.objects.annotate(newest=Subquery(newest)).filter(newest__isnull=False).order_by("pk")
    return ((reverse(page, args=[slug]), moment) for slug, moment in rows.values_list("slug", "newest"))


@require_safe
def news(request):
    """What was first published in the last two days, the newest first."""
    now = timezone.now()
    found = listing.page(since=now - NEWS_FOR, size=NEWS, at=now).publications
    return render(request, "machines/news_sitemap.xml", {"publications": found}, content_type="application/xml")


@require_safe
def robots(request):
    """Everybody may read everything but the desk."""
    return render(request, "machines/robots.txt", {"closed": settings.DESK_PATHS}, content_type="text/plain")
