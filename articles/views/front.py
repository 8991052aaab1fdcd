"""The front page: what editors placed, then the newest; no machine chooses what leads."""

from collections import Counter

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import listing
from articles.models import Campaign, Column, Locality, Slot
from articles.views import choices
from articles.views.papers import public_editions, public_placements, stopped
from articles.vocabulary import Kind, SlotSection

HEADLINES = 14  # beside 头条: those of 要闻, filled up with the newest
HEADLINES_ALONE = 20  # the same where nothing leads
FEWEST_NEWEST = 6  # however long 要闻 is
COLUMNS, IN_A_COLUMN = 6, 5
CAMPAIGNS, IN_A_CAMPAIGN = 3, 5
PICTURES = 3
FEWEST_UNREAD = 3  # pieces of a campaign that stand there without repeating what the page has above
COUNTED = 200  # pieces of a place: it may be one of three hundred cities, and a front page need not count further


@require_safe
def front(request):
    """The editors' slots in their order, the newest, by column and by campaign, pictures, the newest paper, places.

    What stands in a slot stands nowhere else on the page; a column leaves out what stands above it, and so does a campaign
    that has enough else. At most 20 queries, whatever the size of the archive and however many slots there are.
    """
    now = timezone.now()
    slots = _slots(now)
    leads, news, placed = (slots[section] for section in SlotSection.values)
    above = {slot.article.publication.pk for slot in (*leads, *news, *placed)}
    size = max((HEADLINES if leads else HEADLINES_ALONE) - len(news), FEWEST_NEWEST)
    newest = listing.page(size=size, without=above, at=now)
    pictures = _pictures(placed, above, now)
    above |= {publication.pk for publication, _headline in pictures}
    read = above | {publication.pk for publication in newest.publications}
    columns, more_columns = _columns(above, read, now)
    return render(
        request,
        "articles/front.html",
        {
            "leads": leads,
            "news": news,
            "newest": newest,
            "columns": columns,
            "more_columns": more_columns,
            "campaigns": _campaigns(above, read, now),
            "pictures": pictures,
            "paper": _newest_paper(),
            "places": _places(),
            "counted_to": COUNTED,
        },
    )


def _slots(now):
    """{section: the slots that stand there now, in their order}."""
    found = Slot.objects.at(now).select_related("article__publication__version")
    found = found.defer("article__body", "article__publication__version__content")
    sections = {section: [] for section in SlotSection.values}
    for slot in found:
        sections[slot.section].append(slot)
    return sections


def _pictures(placed, above, now):
    """(publication, own headline) of the picture slots, filled up with the newest picture news."""
    pictures = [(slot.article.publication, slot.headline) for slot in placed]
    missing = PICTURES - len(pictures)
    if missing > 0:
        found = listing.page(facet=f"kind:{Kind.PHOTO}", size=missing, without=above, at=now)
        pictures += [(publication, "") for publication in found.publications]
    return pictures


def _columns(above, read, now):
    """([(column, its newest)] of the first columns by order, the others that have pieces): one query for each of the first."""
    facet = Concat(Value("column:"), OuterRef("slug"))
    columns = list(Column.objects.filter(Exists(listing.entries(facet=facet, at=now))))
    blocks = [
        (column, _newest_of(above, read, IN_A_COLUMN, 0, facet=f"column:{column.slug}", at=now))
        for column in columns[:COLUMNS]
    ]
    others = [column for column, found in blocks if not found] + columns[COLUMNS:]
    return [block for block in blocks if block[1]], others


def _campaigns(above, read, now):
    """[(campaign, its newest)] of those that the newest pieces were filed under: one query each."""
    newest = listing.entries(campaign=OuterRef("slug"), at=now).order_by("-published_at").values("published_at")
    campaigns = Campaign.objects.annotate(newest=Subquery(newest[:1])).filter(newest__isnull=False)
    blocks = [
        (campaign, _newest_of(above, read, IN_A_CAMPAIGN, FEWEST_UNREAD, campaign=campaign.slug, at=now))
        for campaign in campaigns.order_by("-newest", "slug")[:CAMPAIGNS]
    ]
    return [block for block in blocks if block[1]]


def _newest_of(above, read, size, fewest, **wanted):
    """The newest of a list that do not stand on the page yet; where those are too few, the newest that no editor placed."""
    found = listing.page(size=size + len(read - above), without=above, **wanted).publications
    unread = [publication for publication in found if publication.pk not in read]
    return (unread if len(unread) >= fewest else found)[:size]


def _newest_paper():
    edition = public_editions().order_by("-day", "outlet__order").first()
    if edition:
        pieces = Counter(public_placements().filter(page__edition=edition).values_list("page", flat=True))
        pages = edition.pages.annotate(stopped=stopped("pk"))
        edition.counted = [(page, pieces[page.pk]) for page in pages if page.pk in pieces]
    return edition if edition and edition.counted else None


def _places():
    """The places right below the desk's own that have pieces; without such, the cities that have. Each with its pieces."""
    home = settings.DESK["home"]
    own = Locality.objects.filter(parent__slug=home).in_official_order()
    cities = Locality.objects.cities().in_official_order()
    return (home and choices.counted(own, up_to=COUNTED)) or choices.counted(cities, up_to=COUNTED)
