"""The front page."""

from django.db.models import Exists, OuterRef, Value, prefetch_related_objects
from django.db.models.functions import Concat
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import listing
from articles.models import Column, Locality, Slot
from articles.views.lists import with_pieces
from articles.views.papers import public_editions, public_placements
from articles.vocabulary import Kind, SlotSection

NEWEST = 12
IN_A_COLUMN = 5
COLUMNS = 6
PICTURES = 3


@require_safe
def front(request):
    """The editors' slots in their order, then the newest by column; the newest paper is one block."""
    now = timezone.now()
    slots = Slot.objects.at(now).select_related("article__publication__version")
    slots = list(slots.defer("article__body", "article__publication__version__content"))
    pictures = listing.page(facet=f"kind:{Kind.PHOTO}", size=PICTURES, at=now).publications
    return render(
        request,
        "articles/front.html",
        {
            "leads": [slot for slot in slots if slot.section == SlotSection.LEAD],
            "news": [slot for slot in slots if slot.section == SlotSection.NEWS],
            "picture_slots": [slot for slot in slots if slot.section == SlotSection.PICTURES],
            "newest": listing.page(size=NEWEST, at=now),
            "columns": _columns(now),
            "pictures": pictures,
            "paper": _newest_paper(),
            "places": with_pieces(Locality.objects.cities().in_official_order()),
        },
    )


def _columns(now):
    """The first columns by order that have pieces, each with its newest: one query a column, whatever the archive's size."""
    facet = Concat(Value("column:"), OuterRef("slug"))
    columns = Column.objects.filter(Exists(listing.entries(facet=facet, at=now)))[:COLUMNS]
    return [(column, listing.page(facet=f"column:{column.slug}", size=IN_A_COLUMN, at=now)) for column in columns]


def _newest_paper():
    edition = public_editions().order_by("-day", "outlet__order").first()
    if edition:
        prefetch_related_objects([edition], "pages")
        placements = public_placements().filter(page__edition=edition).values_list("page", flat=True)
        pieces = list(placements)
        edition.counted = [(page, pieces.count(page.pk)) for page in edition.pages.all() if page.pk in pieces]
    return edition
