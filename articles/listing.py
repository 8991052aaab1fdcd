"""Public lists: the index they are read from is written here, and read here page by page.

A page is found by key, never by offset, so that page 1,000 of a list costs what its first page costs.
"""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, PositiveIntegerField, Q, Subquery
from django.utils import timezone

from articles.days import span_of_year
from articles.models import (
    ANY,
    FOREVER,
    CampaignTag,
    Contributor,
    Coverage,
    ListEntry,
    Locality,
    LocalityTag,
    Placement,
    Publication,
)
from articles.vocabulary import PlaceRelation

PAGE_SIZE = 20
BATCH = 200  # pieces refreshed at once
PAGES_IN_ORDER = 1000  # positions kept apart on one newspaper page
COUNTED = 10_000  # a list is counted so far; a reader is told that there are more

_CARD = tuple(
    f"publication__{field}"
    for field in (
        "first_published_at", "article_id", "published_at", "origin", "address",
        "version__kind", "version__kicker", "version__title", "version__lead", "version__byline",
        "version__caption", "version__credit", "version__alt",
        "version__picture", "version__picture_width", "version__picture_height", "version__picture_ai_made",
        "version__picture_focus_x", "version__picture_focus_y",
    )
)  # fmt: skip
_CURSOR = re.compile(r"(-?\d{1,17})-(\d{1,9})-(\d{1,18})", re.ASCII)  # before 1970 the moment is negative
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class BadCursor(ValueError):
    """A cursor that no page of ours has given out."""


class Cursor(NamedTuple):
    """The place of one piece in a list: what the next page begins after."""

    published_at: datetime
    printed_order: int
    publication: int

    def __str__(self):
        return f"{(self.published_at - _EPOCH) // _MICROSECOND}-{self.printed_order}-{self.publication}"

    @classmethod
    def parse(cls, text):
        found = _CURSOR.fullmatch(text)
        if not found:
            raise BadCursor(text)
        moment, order, publication = map(int, found.groups())
        try:
            return cls(_EPOCH + moment * _MICROSECOND, order, publication)
        except OverflowError as error:
            raise BadCursor(text) from error


class Listing(NamedTuple):
    """One page of a list: publications with what their cards show, and the cursors to its neighbours (None: no more)."""

    publications: list
    newer: Cursor | None
    older: Cursor | None


# --- written ---------------------------------------------------------------------------------------------


def refresh(article):
    """Bring the index rows of one piece in step with its publication and classification. Returns how many changed."""
    return _refresh([article.pk])


def refresh_place(place):
    """The same for every piece about the place or anything below it: after the place moved in the tree."""
    tags = LocalityTag.objects.filter(tag__path__startswith=place.path)
    _refresh_in_batches(tags.order_by("content_object").values_list("content_object", flat=True).distinct())


def refresh_page(page):
    """The same for every piece placed on a newspaper page: after its number changed."""
    _refresh_in_batches(Placement.objects.filter(page=page).values_list("article", flat=True).distinct())


def _refresh_in_batches(articles):
    ids = list(articles)
    for first in range(0, len(ids), BATCH):
        _refresh(ids[first : first + BATCH])


def _refresh(ids):
    with transaction.atomic():
        # Read under the lock: what another act changed while this one waited would otherwise be undone in the lists.
        publications = Publication.objects.select_for_update(of=("self",)).select_related("version")
        publications = list(publications.filter(article__in=ids).order_by("pk"))
        about = _places_of(ids)
        changed = _replace(Coverage, Coverage.objects.filter(article__in=ids), _coverage(about), _covers)
        rows = ListEntry.objects.filter(publication__in=publications)
        return changed + _replace(ListEntry, rows, _entries(publications, about), _key)


def _replace(model, present, wanted, key):
    """Let these rows be the ones wanted, leaving alone what is among both. Returns how many changed."""
    present, wanted = {key(row): row.pk for row in present}, {key(row): row for row in wanted}
    if gone := [pk for known, pk in present.items() if known not in wanted]:
        model.objects.filter(pk__in=gone).delete()
    if missing := [row for known, row in wanted.items() if known not in present]:
        model.objects.bulk_create(missing)
    return len(gone) + len(missing)


def _places_of(ids):
    """{id of an article: the places it is about}."""
    places = defaultdict(list)
    tags = LocalityTag.objects.filter(content_object__in=ids, relation=PlaceRelation.ABOUT).select_related("tag")
    for tag in tags:
        places[tag.content_object_id].append(tag.tag)
    return places


def _coverage(about):
    """The desk's rows that pieces should have, released or not: the regions they are about."""
    slugs = {article: {slug for place in places for slug in place.slugs} for article, places in about.items()}
    regions = Locality.objects.filter(slug__in=set().union(*slugs.values()))
    regions = dict(regions.values_list("slug", "pk")) if slugs else {}
    return [
        Coverage(article_id=article, region_id=regions[slug])
        for article, found in slugs.items()
        for slug in sorted(found)
    ]


def _covers(row):
    return row.article_id, row.region_id


def merge_contributors(stays, gone):
    """Let the pieces listed under the contributors `gone` be listed under `stays`: what refresh() would make of each."""
    contributors = ListEntry.objects.filter(region=ANY, campaign=ANY)
    listed = contributors.filter(facet=contributor_facet(stays.uuid))
    for row in gone:
        entries = contributors.filter(facet=contributor_facet(row.uuid))
        entries.filter(publication__in=listed.values("publication")).delete()
        entries.update(facet=contributor_facet(stays.uuid))


def contributor_facet(uuid):
    return f"contributor:{uuid}"


def _key(entry):
    return (
        entry.publication_id, entry.region, entry.campaign, entry.facet,
        entry.published_at, entry.expires_at, entry.printed_order,
    )  # fmt: skip


def _entries(publications, about):
    """The rows that publications should have, unsaved."""
    listed = [
        row for row in publications if not (row.held or row.withdrawn_at or row.address)
    ]  # a site page is in no list
    ids = [publication.article_id for publication in listed]
    campaigns, orders = _campaigns_of(ids), printed_orders(ids)
    merged = Contributor.objects.merged_of([uuid for row in listed for uuid in _credited(row.version)])
    for publication in listed:
        article = publication.article_id
        places, order = about[article], orders.get(article, 0)
        yield from rows_of(publication, about=places, campaigns=campaigns[article], order=order, merged=merged)


def _campaigns_of(ids):
    """{id of an article: the slugs of its campaigns}."""
    campaigns = defaultdict(list)
    for article, slug in CampaignTag.objects.filter(content_object__in=ids).values_list("content_object", "tag__slug"):
        campaigns[article].append(slug)
    return campaigns


def rows_of(publication, *, about, campaigns, order, merged=MappingProxyType({})):
    """The rows of a public piece, unsaved, from its places, the slugs of its campaigns and its order in print.

    `merged` leads from the uuids of contributors that were merged into another to those that stay, as
    ContributorQuerySet.merged_of gives it. It asks the database nothing.
    """
    regions = {ANY}.union(*(place.slugs for place in about))
    campaigns = {ANY, *campaigns}
    keys = [(region, campaign, ANY) for region in sorted(regions) for campaign in sorted(campaigns)]
    keys += [(ANY, ANY, facet) for facet in _facets(publication.version, merged)]
    return [
        ListEntry(
            publication=publication,
            region=region,
            campaign=campaign,
            facet=facet,
            published_at=publication.published_at,
            expires_at=publication.expires_at or FOREVER,
            printed_order=order,
        )
        for region, campaign, facet in keys
    ]


def _facets(version, merged):
    column = version.story["column"]
    facets = {f"kind:{version.kind}"} | {contributor_facet(merged.get(uuid, uuid)) for uuid in _credited(version)}
    if column:
        facets.add(f"column:{column['slug']}")
    return sorted(facets)


def _credited(version):
    """The uuids of the contributors that a version credits, as text."""
    return [credit["contributor"] for credit in version.story["credits"]]


def printed_orders(ids):
    """{id of an article: where it stood in print, as one number}: page, then place on the page, of its first print."""
    placed = Placement.objects.filter(article__in=ids, page__isnull=False).order_by(
        "-page__edition__day", "-page__number"
    )
    found = placed.values_list("article", "page__number", "position")
    return {article: order_on_page(page, position) for article, page, position in found}


def order_on_page(page, position):
    """The printed order of what stands at `position` on the page of that number."""
    return page * PAGES_IN_ORDER + position


# --- read ------------------------------------------------------------------------------------------------


def entries(region=ANY, campaign=ANY, facet=ANY, *, since=None, until=None, newest=None, at=None):
    """The public rows of one list at the moment `at` (default: now): from `since` on, before `until`, none after `newest`."""
    at = at or timezone.now()
    rows = _released(region, campaign, facet, since=since, until=until, newest=min(newest or at, at))
    return rows.filter(expires_at__gt=at)


def _released(region, campaign, facet, *, since, until, newest):
    """The rows of one list between two moments, those that have ended among them."""
    rows = ListEntry.objects.filter(region=region, campaign=campaign, facet=facet)
    # One bound at either end: of two, SQLite takes the first, and would read a list from its top to reach its depth.
    if until and until <= newest:
        rows = rows.filter(published_at__lt=until)
    else:
        rows = rows.filter(published_at__lte=newest)
    return rows.filter(published_at__gte=since) if since else rows


def page(
    region=ANY, campaign=ANY, facet=ANY, *, since=None, until=None, after=None, before=None, without=(), size=PAGE_SIZE,
    at=None,
):  # fmt: skip
    """One page of a list, newest first; pieces of one moment stand in printed order.

    `after` and `before` are Cursors: the page of older pieces behind one, or of newer pieces ahead of one. `without` are the
    ids of publications, few, that are left out.
    """
    if before:
        since = max(since or before.published_at, before.published_at)
    newest = after and after.published_at
    rows = entries(region, campaign, facet, since=since, until=until, newest=newest, at=at)
    rows = rows.exclude(publication__in=without) if without else rows
    rows = rows.select_related("publication__version").only(*_CARD, "published_at", "printed_order")
    if before:
        rows = rows.filter(newer_than(before)).order_by("published_at", "-printed_order", "-publication")
    else:
        rows = rows.order_by("-published_at", "printed_order", "publication")
        rows = rows.filter(older_than(after)) if after else rows
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    if not found:
        return Listing([], None, None)
    newer, older = (more, True) if before else (bool(after), more)
    return Listing(
        [entry.publication for entry in found],
        _cursor(found[0]) if newer else None,
        _cursor(found[-1]) if older else None,
    )


def _cursor(entry):
    return Cursor(entry.published_at, entry.printed_order, entry.publication_id)


def older_than(cursor):
    """Rows behind the cursor. entries() repeats the bound that these conditions imply: without it no index range is used."""
    moment, order, publication = cursor
    same = Q(published_at=moment)
    return (
        Q(published_at__lt=moment)
        | same & Q(printed_order__gt=order)
        | same & Q(printed_order=order, publication__gt=publication)
    )


def newer_than(cursor):
    moment, order, publication = cursor
    same = Q(published_at=moment)
    return (
        Q(published_at__gt=moment)
        | same & Q(printed_order__lt=order)
        | same & Q(printed_order=order, publication__lt=publication)
    )


# --- counted ---------------------------------------------------------------------------------------------


def _countable(region=ANY, campaign=ANY, facet=ANY, *, since=None, until=None, at=None):
    """The rows of entries(), told by the index alone.

    Where a row ends stands in the row, and reading a million of them takes a minute from a cold disk; the publications that
    have ended are few, and the index knows whose row each is.
    """
    at = at or timezone.now()
    ended = Publication.objects.filter(expires_at__lte=at).values("pk")
    rows = _released(region, campaign, facet, since=since, until=until, newest=at)
    return rows.exclude(publication__in=ended).values("publication")


class _HowMany(Subquery):
    """How many rows a queryset has, as a column of each row of another."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = PositiveIntegerField()


def how_many(*, up_to=COUNTED, **narrowed):
    """The pieces of a list as a column, for lists named by OuterRef; `up_to` + 1 where there are more."""
    return _HowMany(_countable(**narrowed)[: up_to + 1])


def count(*, up_to=COUNTED, **narrowed):
    """How many pieces a list has; `up_to` + 1 where there are more."""
    return _countable(**narrowed)[: up_to + 1].count()


def tally_spans(spans, **narrowed):
    """How many pieces of one list stand in each span: [(since, until)] -> [pieces], in one reading of the index."""
    rows = _countable(since=spans[0][0], until=spans[-1][1], **narrowed)
    counts = {
        f"span{number}": Count("publication", filter=Q(published_at__gte=since, published_at__lt=until))
        for number, (since, until) in enumerate(spans)
    }
    return list(rows.aggregate(**counts).values())


def around(*, since, until, **narrowed):
    """The moments of the pieces next to a span: the newest before `since`, the oldest from `until` on; None for no piece."""
    before = entries(until=since, **narrowed).order_by("-published_at").values_list("published_at", flat=True).first()
    after = entries(since=until, **narrowed).order_by("published_at").values_list("published_at", flat=True).first()
    return before, after


def years(**narrowed):
    """The years that a list has pieces in, newest first: (year, pieces, COUNTED + 1 where there are more)."""
    rows = entries(**narrowed).order_by("published_at")
    oldest, newest = rows.first(), rows.last()
    if oldest is None:
        return []
    first, last = (timezone.localtime(entry.published_at).year for entry in (oldest, newest))
    span = range(last, first - 1, -1)
    counts = {f"year{year}": how_many(**span_of_year(year), **narrowed) for year in span}
    found = rows.annotate(**counts).values(*counts).first()
    return [(year, found[f"year{year}"]) for year in span if found[f"year{year}"]]
