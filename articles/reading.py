"""What a story page asks of the database, in three prepared questions: its text, what it is filed under, where it was printed.

A story that was corrected asks a fourth.
"""

from datetime import date, datetime
from functools import cache
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
    public_address,
)
from articles.prepared import Prepared
from articles.vocabulary import Origin, PlaceRelation


class Released(NamedTuple):
    """What the public reads of a piece, and when it was released; `content` is the Version's."""

    article: int
    address: str
    first_published_at: datetime
    published_at: datetime
    from_print: bool
    origin: str
    compared_at: datetime | None
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
        "article", "address", "first_published_at", "published_at", "from_print", "origin", "compared_at",
        "version__title", "version__lead", "version__caption", "version__content",
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
    """A place or campaign that a piece is filed under; `chain` is the place with its ancestors as (name, url)."""

    name: str
    url: str
    chain: tuple


class Labels(NamedTuple):
    about: list[Label]
    mentioned: list[Label]
    campaigns: list[Label]
    contributors: dict[UUID, str]  # to their pages


def labels_of(article_id, contributor_uuids):
    """Everything a story page links to by name, in one query. A contributor who was merged leads to the row that stayed."""
    people = {f"person{n}": uuid for n, uuid in enumerate(contributor_uuids)}
    found = Labels([], [], [], {})
    for kind, _position, pk, name, key in sorted(_ask_labels(len(people))(article=article_id, **people), key=_in_order):
        if kind == "contributor":
            found.contributors[UUID(key)] = reverse("contributor", args=[pk])
        elif kind == "campaign":
            found.campaigns.append(Label(name, reverse("campaign", args=[key]), ()))
        else:
            (found.about if kind == PlaceRelation.ABOUT else found.mentioned).append(_place(name, key))
    return found


def _in_order(row):
    return row[1:3]


@cache
def _ask_labels(people):
    """The question for a piece with so many credited people."""
    return Prepared(_labels, {"article": int, **{f"person{n}": UUID for n in range(people)}})


def _labels(article, **people):
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
    return rows[0].union(*rows[1:], all=True)


def _text(word):
    return Value(word, output_field=CharField())


def _place(trail, path):
    names, slugs = trail.split("/"), path.strip("/").split("/")
    chain = tuple((name, region_address(slug)) for name, slug in zip(names, slugs, strict=True))
    return Label(chain[-1][0], chain[-1][1], chain)


@cache  # no more of them than places
def region_address(slug):
    return reverse("region", args=[slug])


class Neighbour(NamedTuple):
    title: str
    url: str


class OnPage(NamedTuple):
    """Where a piece stood in print, and its neighbours there that the public may read (None at either end)."""

    page: Page
    section: str
    previous: Neighbour | None
    next: Neighbour | None


def _printed(article, at, today):
    on_the_same_page = Placement.objects.filter(page__placements__article=article, page__edition__day__lte=today)
    public = on_the_same_page.filter(Article.objects.live_at("article", at))
    in_order = public.order_by("page__edition__day", "page__number", "position", "pk")
    return in_order.values_list(
        "article", "page", "section", "article__publication__first_published_at", "article__publication__address",
        "article__publication__version__title", "page__number", "page__number_inferred", "page__name",
        "page__edition__day", "page__edition__inferred", "page__edition__reason", "page__edition__outlet__name",
    )  # fmt: skip


_ask_printed = Prepared(_printed, {"article": int, "at": datetime, "today": date})


def print_of(article_id, at):
    """The first newspaper page a piece stood on, with its neighbours, in one query; None when it was not printed."""
    placements = _ask_printed(article=article_id, at=at, today=timezone.localdate(at))
    own = next((row for row in placements if row[0] == article_id), None)
    if own is None:
        return None
    on_page = [row for row in placements if row[1] == own[1]]
    place = on_page.index(own)
    before = _neighbour(on_page[place - 1]) if place else None
    after = _neighbour(on_page[place + 1]) if place + 1 < len(on_page) else None
    return OnPage(_page(*own[6:]), own[2], before, after)


def _neighbour(row):
    article, _page, _section, first_published_at, address, title, *_ = row
    return Neighbour(title, public_address(article, first_published_at, address))


def _page(number, number_inferred, name, day, inferred, reason, outlet):
    edition = Edition(outlet=Outlet(name=outlet), day=day, inferred=inferred, reason=reason)
    return Page(edition=edition, number=number, number_inferred=number_inferred, name=name)
