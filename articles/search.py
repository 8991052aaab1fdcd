"""Search: which pieces hold the words, exactly, from one character up; the newest or the most to the point first.

What a text must hold is looked up by its grams and then looked for in the text itself, so that nothing is missed and nothing
else is found. Common words are not looked up: among the newest pieces there are enough of them.
"""

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles.days import begins
from articles.models import ANY, ListEntry, SearchText
from articles.search_filed import filed, in_lists, listed
from articles.search_query import Query, read
from articles.searchable import grams_needed

COUNTED = 1000  # matches that are counted; beyond them it is said that there are more
GLANCE = 300  # newest texts that are read through first
OFTEN = 3  # matches among them from which on a word is common, and the next ones are not far
LOOKED_UP = 5000  # matches of the index that are put in order; with more of them a word is common too
RANKED = 500  # newest matches that are ranked by relevance
ENOUGH = 100  # matches among the texts read through that are ranked without looking further
READ_TO_RANK = 6000  # newest texts that are read through for them
HEADLINE = 5  # what a word in the headline counts, against once in the text
REPEATED = 10  # times that a word in one text counts at most
MEMORY = "64MB"  # for PostgreSQL to note which rows of a large table match, each by itself


class Match(NamedTuple):
    """A text that was found: when it was published, and the id of its version. The greater one is the newer."""

    published_at: datetime
    version: int


class Lists(NamedTuple):
    """The public lists that matches must stand in, by slugs and kind, and their first and last day."""

    region: str = ANY
    campaign: str = ANY
    kind: str = ""
    since: date | None = None
    until: date | None = None


EVERYWHERE = Lists()


# --- as a queryset ---------------------------------------------------------------------------------------


def search(articles, query, *, desk=False):
    """Those of the pieces that a query (a Query, or as it is typed) finds, newest first; none for a query without words.

    Their public text is looked in or, for the `desk`, also their newest one; fields and days are then those of the desk.
    """
    query = query if isinstance(query, Query) else read(query)
    if not query:
        return articles.none()
    if query.words:
        texts = SearchText.objects.all() if desk else SearchText.objects.exclude(published_at=None)
        articles = articles.filter(
            pk__in=holding(texts, query).values("article").distinct()
        )  # distinct: see _looked_up
    for field in query.fields:
        condition = filed(field) if desk else listed(field, publication__article="pk")
        articles = articles.exclude(condition) if field.excluded else articles.filter(condition)
    if desk:
        if query.since:
            articles = articles.filter(created_at__gte=begins(query.since), created_at__lt=_end(query.until))
        return articles.order_by("-pk")
    if query.since:
        span = {
            "publication__published_at__gte": begins(query.since),
            "publication__published_at__lt": _end(query.until),
        }
        articles = articles.filter(**span)
    return articles.order_by("-publication__published_at", "-publication__version_id")


def looked_up(query):
    """The ids of the pieces of which any text holds the words, by the index; None when more than LOOKED_UP texts do."""
    with _memory():
        found = list(holding(SearchText.objects.all(), query).values_list("article", flat=True)[: LOOKED_UP + 1])
    return set(found) if len(found) <= LOOKED_UP else None


def holding(texts, query):
    """Those of the search texts that hold the words of a query, by the index."""
    needed = _grams_of(query)
    return reading(texts.filter(text__has_grams=needed) if needed else texts, query)


def _grams_of(query):
    return set().union(*map(grams_needed, query.terms))


def reading(texts, query, field="text"):
    """The same by reading each of them; `field` leads from the rows to their text."""
    conditions = [Q(**{f"{field}__contains": term}) for term in query.terms]
    conditions += [~Q(**{f"{field}__contains": term}) for term in query.excluded]
    return texts.filter(reduce(and_, conditions, Q()))


def _end(day):
    return begins(day + timedelta(days=1))


# --- page by page ----------------------------------------------------------------------------------------


def newest(query, lists=EVERYWHERE, *, after=None, size, at=None):
    """The newest matches, up to one more than `size`, older than the Match `after`; of what is public at the moment `at`."""
    track = _track(query, lists, at, after)
    rows = track.in_order()
    if not query.words:
        return track.first(rows, size + 1)
    bound = track.moment(GLANCE)
    found = track.first(track.read(rows, query, since=bound), size + 1)
    if bound is None or len(found) > size:
        return found
    if len(found) < OFTEN and _grams_of(query):
        rare = _looked_up(query, lists, at)
        if rare is not None:
            return [match for match in rare if after is None or match < after][: size + 1]
    return track.first(track.read(rows, query), size + 1)


def relevant(query, lists=EVERYWHERE, *, at=None):
    """The matches among which the most to the point stand first: at most RANKED, the newest of all."""
    found = matching(query, lists, at=at)
    if len(found) > COUNTED:
        track = _track(query, lists, at, None)
        rows = track.in_order()
        newest_ones = track.first(track.read(rows, query, since=track.moment(READ_TO_RANK)), RANKED)
        found = newest_ones if len(newest_ones) >= ENOUGH else track.first(track.read(rows, query), ENOUGH)
    return _ranked(sorted(found, reverse=True)[:RANKED], query)


def matching(query, lists=EVERYWHERE, *, at=None):
    """Matches in no order, up to one more than COUNTED: all there are, or the sign that there are more."""
    track = _track(query, lists, at, None)
    few = track.listed and track.moment(LOOKED_UP) is None
    if not few and _grams_of(query):
        if lists == EVERYWHERE and not query.fields and not query.since:
            with _memory():
                return track.first(holding(track.rows, query), COUNTED + 1)
        rare = _looked_up(query, lists, at)
        if rare is not None:
            return rare
    return track.first(track.read(track.in_order(), query), COUNTED + 1)


def _ranked(found, query):
    texts = SearchText.objects.filter(pk__in=[match.version for match in found]).values_list(
        "pk", "text", "headline_length"
    )
    scores = {pk: _score(text, length, query.terms) for pk, text, length in texts}
    return sorted(found, key=lambda match: (scores.get(match.version, 0), match), reverse=True)


def _score(text, headline_length, terms):
    headline = text[:headline_length]
    return sum(HEADLINE * (term in headline) + min(text.count(term), REPEATED) for term in terms)


class _Track(NamedTuple):
    """Public rows that are read newest first: the texts themselves or, `listed`, the entries of a list.

    `text` and `version` lead from a row to its folded text and the id of its version.
    """

    rows: QuerySet
    listed: bool

    @property
    def text(self):
        return "publication__version__search_text__text" if self.listed else "text"

    @property
    def version(self):
        return "publication__version_id" if self.listed else "pk"

    def in_order(self):
        return self.rows.order_by("-published_at", f"-{self.version}")

    def moment(self, place):
        """The moment of the row at that place, from 0; None when there are not so many."""
        return self.rows.order_by("-published_at").values_list("published_at", flat=True)[place : place + 1].first()

    def read(self, rows, query, since=None):
        rows = rows.filter(published_at__gte=since) if since else rows
        return reading(rows, query, self.text)

    def first(self, rows, count):
        return [Match(*row) for row in rows.values_list("published_at", self.version)[:count]]


def _track(query, lists, at, after):
    listed = (lists.region, lists.campaign) != (ANY, ANY)
    if listed:
        rows = ListEntry.objects.filter(region=lists.region, campaign=lists.campaign, facet=ANY)
    else:
        rows = SearchText.objects.all()
    piece = {"publication": "publication"} if listed else {"publication__version": "pk"}
    track = _Track(_narrowed(rows, query, lists, at, piece), listed)
    return track if after is None else track._replace(rows=_older(track, after))


def _older(track, after):
    same = Q(**{"published_at": after.published_at, f"{track.version}__lt": after.version})
    return track.rows.filter(Q(published_at__lt=after.published_at) | same, published_at__lte=after.published_at)


def _looked_up(query, lists, at):
    """All matches by the index, the newest first; None when it has more than LOOKED_UP of them, narrowed or not.

    The index is asked alone: beside another condition PostgreSQL may take that one's index, and take apart each text it leads to.
    """
    texts = holding(SearchText.objects.exclude(published_at=None), query)
    with _memory():
        found = list(texts.values_list("published_at", "pk", "expires_at")[: LOOKED_UP + 1])
    if len(found) > LOOKED_UP:
        return None
    at = at or timezone.now()
    first, end = _span(query, lists, at)
    matches = [
        Match(moment, pk)
        for moment, pk, expires_at in found
        if expires_at > at and moment <= at and (first is None or moment >= first) and (end is None or moment < end)
    ]
    if lists[:3] != EVERYWHERE[:3] or query.fields:
        piece = {"publication__version": "pk"}
        rows = _narrowed(
            SearchText.objects.filter(pk__in=[match.version for match in matches]), query, lists, at, piece
        )
        rows = rows.filter(in_lists(region=[lists.region], campaign=[lists.campaign], **piece))
        left = set(rows.values_list("pk", flat=True))
        matches = [match for match in matches if match.version in left]
    return sorted(matches, reverse=True)


def _span(query, lists, at):
    """(the first moment, the moment before which) of the days that are asked for, None where they are not."""
    spans = [(lists.since, lists.until), (query.since, query.until)]
    first = max((begins(since) for since, _until in spans if since), default=None)
    end = min((_end(until) for _since, until in spans if until), default=None)
    return first, end


def _narrowed(rows, query, lists, at, piece):
    """Those of the rows that readers get at a moment, in the days and lists that are asked for."""
    at = at or timezone.now()
    first, end = _span(query, lists, at)
    rows = rows.filter(expires_at__gt=at)
    rows = rows.filter(published_at__lt=end) if end and end <= at else rows.filter(published_at__lte=at)
    rows = rows.filter(published_at__gte=first) if first else rows
    if lists.kind:
        rows = rows.filter(in_lists(facet=[f"kind:{lists.kind}"], **piece))
    for field in query.fields:
        condition = listed(field, **piece)
        rows = rows.exclude(condition) if field.excluded else rows.filter(condition)
    return rows


@contextmanager
def _memory():
    """Common words match so many rows that PostgreSQL would else note pages, and read every row of them."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        yield
