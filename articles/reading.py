"""What a story page asks of the database about the piece itself, in prepared questions: its text, the names it is filed under and signed
by, where it was printed.

A story that was corrected asks one more. What a reader may go on to is asked by articles/reading_on.py.
"""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    Article,
    CampaignTag,
    Contributor,
    Correction,
    Edition,
    LocalityTag,
    Outlet,
    Page,
    Placement,
    Publication,
    SignOff,
    public_address,
)
from articles.prepared import Prepared
from articles.vocabulary import REVIEWING, Origin, PlaceRelation


class Released(NamedTuple):
    """What the public reads of a piece, and when it was released; `content` is the Version's."""

    publication: int
    article: int
    version: int
    address: str
    first_published_at: datetime
    published_at: datetime
    from_print: bool
    origin: str
    compared_at: datetime | None
    released_at: datetime | None  # when the text they read now was let out; None where no reviews let it out
    title: str
    lead: str
    caption: str
    content: str
    corrected: bool  # whether it carries notices, which corrections_of() gives

    @property
    def awaits_comparison(self):
        """As Publication.awaits_comparison."""
        return self.origin == Origin.ARCHIVE and self.compared_at is None

    def get_absolute_url(self):
        return public_address(self.article, self.first_published_at, self.address)


def _released(article, at):
    live = Publication.objects.filter(Article.objects.live_at("article", at), article=article)
    return live.values_list(
        "pk", "article", "version", "address", "first_published_at", "published_at", "from_print", "origin", "compared_at",
        "review__closed_at", "version__title", "version__lead", "version__caption", "version__content",
        Exists(Correction.objects.filter(article=OuterRef("article"))),
    )  # fmt: skip


_ask_released = Prepared(_released, {"article": int, "at": datetime})


def released(article_id, at):
    """What the public may read of the piece at a moment, or None."""
    rows = _ask_released(article=article_id, at=at)
    return Released(*rows[0]) if rows else None


class Notice(NamedTuple):
    """更正与说明: a notice as the top of a story shows it; `kind` is a CorrectionKind."""

    kind: str
    text: str
    made_at: datetime


def _corrections(article):
    return Correction.objects.filter(article=article).values_list("kind", "text", "made_at")


_ask_corrections = Prepared(_corrections, {"article": int})


def corrections_of(article_id):
    """The notices on a piece, newest first."""
    return [Notice(*row) for row in _ask_corrections(article=article_id)]


class Label(NamedTuple):
    """A place or campaign that a piece is filed under.

    `chain` is the place with its ancestors as (name, url), `slugs` theirs from the province down; of a campaign its own alone.
    """

    name: str
    url: str
    chain: tuple
    slugs: tuple = ()


class Labels(NamedTuple):
    about: list[Label]
    mentioned: list[Label]
    campaigns: list[Label]
    contributors: dict[UUID, str]  # to their pages
    reviewers: tuple[str, ...] = ()  # in the order of their stages


def labels_of(article_id, contributor_uuids, signed=None):
    """Every name that a story page shows beside its text, in one query. A contributor who was merged leads to the row that stayed.

    `signed` is the id of the version whose reviewers are named; without one nobody is.
    """
    asked = {"article": article_id, **{f"person{n}": uuid for n, uuid in enumerate(contributor_uuids)}}
    asked |= {"signed": signed} if signed else {}
    found, reviewers = Labels([], [], [], {}), {}
    for kind, _position, pk, name, key in sorted(_ask_labels(*asked)(**asked), key=_in_order):
        if kind in REVIEWING:
            reviewers[kind] = name  # the last who signed
        elif kind == "contributor":
            found.contributors[UUID(key)] = _address("contributor", pk)
        elif kind == "campaign":
            found.campaigns.append(Label(name, _address("campaign", key), (), (key,)))
        else:
            (found.about if kind == PlaceRelation.ABOUT else found.mentioned).append(_place(name, key))
    return found._replace(reviewers=tuple(reviewers[stage] for stage in REVIEWING if stage in reviewers))


def _in_order(row):
    return row[1:3]


@cache
def _ask_labels(*names):
    """The question with values of these names: as many people as the piece credits, with or without who signed it."""
    return Prepared(_labels, {name: UUID if name.startswith("person") else int for name in names})


def _labels(article, signed=None, **people):
    places = LocalityTag.objects.filter(content_object=article).order_by()
    campaigns = CampaignTag.objects.filter(content_object=article).order_by()
    rows = [
        places.values_list("relation", "position", "pk", "tag__trail", "tag__path"),
        campaigns.values_list(_text("campaign"), Value(0), "pk", "tag__name", "tag__slug"),
    ]
    if people:
        credited = Contributor.objects.filter(uuid__in=people.values()).order_by()
        page = Coalesce("merged_into_id", "pk")
        rows.append(credited.values_list(_text("contributor"), Value(0), page, "name", Cast("uuid", CharField())))
    if signed:
        signatures = SignOff.objects.signed().of_reviews().filter(version=signed).order_by()
        rows.append(signatures.values_list("stage", Value(0), "pk", "by__display_name", _text("")))
    return rows[0].union(*rows[1:], all=True)


def _text(word):
    return Value(word, output_field=CharField())


def _place(trail, path):
    names, slugs = trail.split("/"), path.strip("/").split("/")
    chain = tuple((name, region_address(slug)) for name, slug in zip(names, slugs, strict=True))
    return Label(chain[-1][0], chain[-1][1], chain, tuple(slugs))


def region_address(slug):
    return _address("region", slug)


@lru_cache(maxsize=8192)  # reverse() costs as much as a question to the database
def _address(name, key):
    return reverse(name, args=[key])


class Neighbour(NamedTuple):
    title: str
    url: str


class OnPage(NamedTuple):
    """Where a piece stood in print, and its neighbours there that the public may read (None at either end).

    The pages before and after are those of the same edition with something to read.
    """

    page: Page
    section: str
    previous: Neighbour | None
    next: Neighbour | None
    page_before: Page | None
    page_after: Page | None


def _printed(article, at, today):
    on_the_same_page = Placement.objects.filter(page__placements__article=article, page__edition__day__lte=today)
    public = on_the_same_page.filter(Article.objects.live_at("article", at))
    in_order = public.order_by("page__edition__day", "page__number", "position", "pk")
    return in_order.values_list(
        "article", "page", "section", "article__publication__first_published_at", "article__publication__address",
        "article__publication__version__title", "page__edition", "page__edition__day", "page__edition__inferred",
        "page__edition__reason", "page__edition__outlet__name",
    )  # fmt: skip


_ask_printed = Prepared(_printed, {"article": int, "at": datetime, "today": date})


def _pages(edition, at):
    public = Placement.objects.filter(Article.objects.live_at("article", at), page=OuterRef("pk"))
    pages = Page.objects.filter(Exists(public), edition=edition).order_by("number")
    return pages.values_list("pk", "number", "number_inferred", "name")


_ask_pages = Prepared(_pages, {"edition": int, "at": datetime})


def print_of(article_id, at):
    """The first newspaper page a piece stood on, with its neighbours, in two queries; None, after one, when it was not printed."""
    placements = _ask_printed(article=article_id, at=at, today=timezone.localdate(at))
    own = next((row for row in placements if row[0] == article_id), None)
    if own is None:
        return None
    edition = Edition(pk=own[6], outlet=Outlet(name=own[10]), day=own[7], inferred=own[8], reason=own[9])
    pages = [_page(row, edition) for row in _ask_pages(edition=edition.pk, at=at)]
    place = next((n for n, page in enumerate(pages) if page.pk == own[1]), None)
    if place is None:  # taken from readers between the two questions
        return None
    before, page, after = _with_neighbours(pages, place)
    on_page = [row for row in placements if row[1] == own[1]]
    previous, _own, following = _with_neighbours(on_page, on_page.index(own))
    return OnPage(page, own[2], _neighbour(previous), _neighbour(following), before, after)


def _with_neighbours(rows, place):
    """The row at a place between the one before and the one after, None at either end."""
    return rows[place - 1] if place else None, rows[place], rows[place + 1] if place + 1 < len(rows) else None


def _neighbour(row):
    return row and Neighbour(row[5], public_address(row[0], row[3], row[4]))


def _page(row, edition):
    pk, number, number_inferred, name = row
    return Page(pk=pk, edition=edition, number=number, number_inferred=number_inferred, name=name)
