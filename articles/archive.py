"""Many pieces at once: the rows that saving and releasing each of them would leave, written a batch at a time.

For pieces that nobody edits on the way in. The version, the card and the lists are made by the functions that the desk uses.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from uuid import UUID, uuid5

from django.db import transaction

from articles import freshness, listing, search_index, text, versions
from articles.models import (
    Article,
    Byline,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Coverage,
    Edition,
    Figure,
    HistoryEntry,
    ListEntry,
    Locality,
    LocalityTag,
    Page,
    Photo,
    Placement,
    Publication,
    Version,
)
from articles.models.pieces import LONGEST_TITLE
from articles.vocabulary import Act, Kind, Origin, PlaceRelation, Role

TRANSCRIBED_BEFORE = timedelta(hours=3)  # a piece is entered so long before it is public


@dataclass(frozen=True)
class Place:
    """Where a piece stood in print; all counted from 1."""

    day: date
    page: int
    position: int


@dataclass(frozen=True)
class Piece:
    """A piece before it is an article. Text is clean already (text.clean_line, text.clean_body); `at` is when it is public.

    `caption` is of its one picture, empty when it has none; `about` and `mentioned` are its places, in order.
    """

    uuid: UUID
    number: str
    kind: Kind
    at: datetime
    headline: str = ""
    kicker: str = ""
    subhead: str = ""
    summary: str = ""
    body: str = ""
    genre: str = ""
    printed_byline: str = ""
    caption: str = ""
    column: Column | None = None
    credits: tuple[tuple[Role, Contributor], ...] = ()
    about: tuple[Locality, ...] = ()
    mentioned: tuple[Locality, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    printed: Place | None = None
    expires_at: datetime | None = None
    draft: bool = False

    @property
    def entered_at(self):
        return self.at - TRANSCRIBED_BEFORE

    @property
    def title(self):
        """As Article.title, which knows captions only from the database."""
        passages = (text.first_sentence(passage, LONGEST_TITLE) for passage in (text.plain(self.body), self.caption))
        return self.headline or next(filter(None, passages))


def write(pieces, *, outlet):
    """Store pieces that are not there yet, all or none; those printed stand on pages of `outlet`.

    A draft gets everything but a publication and its lists.
    """
    with transaction.atomic():
        pages = _pages(outlet, {piece.printed for piece in pieces if piece.printed})
        articles = Article.objects.bulk_create(map(_article, pieces))
        stored = list(zip(pieces, articles, strict=True))
        slugs = {slug for piece in pieces for place in piece.about for slug in place.slugs}
        regions = dict(Locality.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        figures = _write_figures(stored)
        bylines = _write_rows(Byline, _bylines, stored)
        _write_rows(LocalityTag, _localities, stored)
        _write_rows(CampaignTag, _campaigns, stored)
        Coverage.objects.bulk_create(chain.from_iterable(_coverage(*pair, regions) for pair in stored))
        Placement.objects.bulk_create(
            Placement(
                uuid=uuid5(piece.uuid, "placement"),
                article=article,
                page=pages[piece.printed.day, piece.printed.page],
                position=piece.printed.position,
            )
            for piece, article in stored
            if piece.printed
        )
        written = Version.objects.bulk_create(
            _version(piece, article, bylines[article.pk], figures[article.pk]) for piece, article in stored
        )
        released = [(piece, version) for piece, version in zip(pieces, written, strict=True) if not piece.draft]
        publications = Publication.objects.bulk_create(_publication(*pair) for pair in released)
        ListEntry.objects.bulk_create(
            chain.from_iterable(
                _list_entries(piece, publication)
                for (piece, _), publication in zip(released, publications, strict=True)
            )
        )
        HistoryEntry.objects.bulk_create(_history(*pair) for pair in zip(pieces, written, strict=True))
        search_index.index_all([article.pk for article in articles])
        freshness.changed()


def _pages(outlet, places):
    """The pages of these places, made when they are absent: {(day, number): Page}."""
    days = {place.day for place in places}
    editions = {edition.day: edition for edition in outlet.editions.filter(day__in=days)}
    absent = [Edition(outlet=outlet, day=day) for day in sorted(days - editions.keys())]
    editions |= {edition.day: edition for edition in Edition.objects.bulk_create(absent)}
    found = Page.objects.filter(edition__in=editions.values()).select_related("edition")
    pages = {(page.edition.day, page.number): page for page in found}
    wanted = {(place.day, place.page) for place in places}
    absent = [Page(edition=editions[day], number=number) for day, number in sorted(wanted - pages.keys())]
    return pages | {(page.edition.day, page.number): page for page in Page.objects.bulk_create(absent)}


def _article(piece):
    return Article(
        uuid=piece.uuid,
        number=piece.number,
        kind=piece.kind,
        genre=piece.genre,
        kicker=piece.kicker,
        headline=piece.headline,
        subhead=piece.subhead,
        summary=piece.summary,
        body=piece.body,
        column=piece.column,
        printed_byline=piece.printed_byline,
        listed_title=piece.title,
        released=not piece.draft,
        version_number=1,
        revision=1,
        created_at=piece.entered_at,
    )


def _write_rows(model, rows_of_piece, stored):
    """Store what each piece has of one model; returns {id of the article: its rows, in order}."""
    rows = {article.pk: rows_of_piece(piece, article) for piece, article in stored}
    model.objects.bulk_create(chain.from_iterable(rows.values()))
    return rows


def _write_figures(stored):
    pictured = [(piece, article) for piece, article in stored if piece.caption]
    photos = Photo.objects.bulk_create(
        Photo(uuid=uuid5(piece.uuid, "photo"), caption=piece.caption, credit=piece.printed_byline)
        for piece, _ in pictured
    )
    photo_of = {}
    for (piece, _), photo in zip(pictured, photos, strict=True):
        photo.uploaded_at = piece.entered_at  # an insert says now, whatever the row says
        photo_of[piece.uuid] = photo
    Photo.objects.bulk_update(photos, ["uploaded_at"])
    return _write_rows(Figure, lambda piece, article: _figures(piece, article, photo_of), stored)


def _figures(piece, article, photo_of):
    photo = photo_of.get(piece.uuid)
    if photo is None:
        return []
    return [
        Figure(
            uuid=uuid5(piece.uuid, "figure"),
            article=article,
            position=1,
            photo=photo,
            caption=photo.caption,
            credit=photo.credit,
        )
    ]


def _bylines(piece, article):
    return [
        Byline(article=article, position=position, role=role, contributor=contributor)
        for position, (role, contributor) in enumerate(piece.credits, 1)
    ]


def _localities(piece, article):
    related = [(place, PlaceRelation.ABOUT) for place in piece.about]
    related += [(place, PlaceRelation.MENTIONED) for place in piece.mentioned]
    return [
        LocalityTag(content_object=article, tag=place, relation=relation, position=position)
        for position, (place, relation) in enumerate(related, 1)
    ]


def _coverage(piece, article, regions):
    slugs = {slug for place in piece.about for slug in place.slugs}
    return [Coverage(article=article, region_id=regions[slug]) for slug in sorted(slugs)]


def _campaigns(piece, article):
    return [CampaignTag(content_object=article, tag=campaign) for campaign in piece.campaigns]


def _version(piece, article, bylines, figures):
    seen = versions.seen_of(article, bylines, figures)
    content = versions.canonical(seen)
    return Version(
        article=article,
        number=article.version_number,
        content=content,
        sha256=versions.hash_of(content),
        created_at=piece.entered_at,
        **versions.card_of(article, seen),
    )


def _publication(piece, version):
    return Publication(
        article=version.article,
        version=version,
        origin=Origin.ARCHIVE,
        first_published_at=piece.at,
        published_at=piece.at,
        expires_at=piece.expires_at,
    )


def _list_entries(piece, publication):
    return listing.rows_of(
        publication,
        about=piece.about,
        campaigns=[campaign.slug for campaign in piece.campaigns],
        order=listing.order_on_page(piece.printed.page, piece.printed.position) if piece.printed else 0,
    )


def _history(piece, version):
    act, at = (Act.CREATED, piece.entered_at) if piece.draft else (Act.PUBLISHED, piece.at)
    return HistoryEntry(
        uuid=uuid5(piece.uuid, "history"), article_id=version.article_id, act=act, at=at, version=version
    )
