"""The desk's lists of pieces: those that meet several conditions at once, newest first.

A list is read along the index that names the fewest of its pieces, and each piece it names is asked for the other
conditions. So a page costs what it shows and not what the archive holds, and no database has to guess: SQLite keeps no
statistics, and would walk a million pieces for the ten of a village.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, reduce
from operator import or_
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from articles.days import begins
from articles.models import Affiliation, Article, Byline, CampaignTag, Coverage, Publication
from articles.models.pieces import ROUNDS, releases_in, rounds_in
from articles.vocabulary import State

COUNTED = 1000  # pieces of a list that are counted one by one; beyond them it has “more than 1,000”
SIZED = 50_000  # rows of a track that are counted to compare it with others


class Track(NamedTuple):
    """Rows of an index that name the pieces of one condition. `key` is their field with the piece's id.

    `in_order`: the index has them by that id. `repeats`: they may name a piece twice. `sized_by`: about as many rows, which
    an index alone can count. `leads`: a list may be read along them; not so when they are nearly all there are.
    """

    rows: QuerySet
    key: str = "pk"
    in_order: bool = True
    repeats: bool = False
    sized_by: QuerySet | None = None
    leads: bool = True

    def names(self, key, before=None):
        """A condition for rows whose field `key` holds the id of a piece, below `before` if given: this track names it.

        The bound is said again of the track: PostgreSQL, merging the two, would else read it from its newest end.
        """
        rows = self.rows.filter(**{self.key: OuterRef(key)})
        return Exists(rows if before is None else rows.filter(**{f"{self.key}__lt": before}))


class Narrowing(NamedTuple):
    """One condition of a list: that its track names the piece, and that it is among what `narrow` makes of a queryset."""

    track: Track | None = None
    narrow: Callable | None = None


def in_region(place):
    """About the place or about anything below it."""
    return Narrowing(Track(Coverage.objects.filter(region=place), "article_id"))


def in_campaign(campaign):
    return Narrowing(Track(CampaignTag.objects.filter(tag=campaign).order_by(), "content_object_id"))


def in_column(column):
    return Narrowing(Track(Article.objects.filter(column=column).order_by()))


def of(**fields):
    """A condition on a column of the piece that has an index of its own: its kind or its genre."""
    return Narrowing(Track(Article.objects.filter(**fields).order_by()))


def by_unit(unit):
    """Credited to somebody who belonged to the unit on the day of release or, before a release, of entry."""
    return Narrowing(Track(_credits(unit).order_by(), "article_id", in_order=False, repeats=True))


def _credits(unit):
    """The bylines of those who belonged to the unit at the moment that counts."""
    always, spans = [], []
    for row in Affiliation.objects.filter(unit=unit):
        span = Q(contributor=row.contributor_id)
        if row.from_day:
            span &= Q(moment__gte=begins(row.from_day))
        if row.to_day:
            span &= Q(moment__lt=begins(row.to_day + timedelta(days=1)))
        if row.from_day or row.to_day:
            spans.append(span)
        else:
            always.append(row.contributor_id)
    belonged = Q(contributor__in=always)
    if not spans:
        return Byline.objects.filter(belonged)
    moment = Coalesce("article__publication__published_at", "article__created_at")
    return Byline.objects.alias(moment=moment).filter(reduce(or_, spans, belonged))


def published_between(since=None, until=None):
    """With a release from the moment `since` on, before `until`; one of them may be None."""
    rows = Publication.objects.all()
    rows = rows.filter(published_at__gte=since) if since else rows
    rows = rows.filter(published_at__lt=until) if until else rows
    return Narrowing(Track(rows, "article_id", in_order=False))


def in_state(state, at):
    """In that state at the moment `at`; None: in any but the recycle bin."""
    if state == State.TRASHED:
        return Narrowing(Track(Article.objects.filter(trashed_at__isnull=False).order_by()))
    if state is None:
        track = None
    elif state == State.DRAFT:
        track = Track(Article.objects.filter(released=False).order_by())
        return Narrowing(track, lambda pieces: pieces.in_state(State.DRAFT))
    elif state in ROUNDS:
        track = Track(rounds_in(state), "article_id", in_order=False)
        return Narrowing(track, lambda pieces: pieces.kept().filter(released=False))
    elif state == State.LIVE:
        track = Track(releases_in(state, at), "article_id", leads=False)
    else:
        in_order = state in (State.WITHDRAWN, State.HELD)
        ended = Publication.objects.filter(expires_at__lte=at) if state == State.EXPIRED else None
        track = Track(releases_in(state, at), "article_id", in_order, sized_by=ended)
    return Narrowing(track, lambda pieces: pieces.kept())


class Pieces:
    """The pieces that meet every narrowing. Of tracks of one size the first is taken."""

    def __init__(self, narrowings):
        self.narrowings = list(narrowings)

    def all(self, before=None):
        """As a queryset without an order; with `before`, those with a smaller id."""
        return meet(self.narrowings, Article.objects.order_by(), before)

    def ids(self, most, *, before=None, skip=0):
        """The ids of `most` pieces, newest first: the next after the first `skip` of those with an id below `before`."""
        path = self._path(skip + most)
        if path and not path.track.in_order:
            found = self._sorted if before is None else [pk for pk in self._sorted if pk < before]
            return found[skip : skip + most]
        pieces, key = (self._along(path, before), path.track.key) if path else (self.all(before), "pk")
        keys = pieces.order_by(f"-{key}").values_list(key, flat=True)
        return list(keys[skip : skip + most])

    def batches(self, size, *, before=None):
        """All ids, newest first, in lists of at most `size`."""
        while batch := self.ids(size, before=before):
            yield batch
            before = batch[-1]

    def page(self, number, size, most=COUNTED):
        """(ids of the page of that number, how many pieces there are in all but at most `most` + 1). Pages count from 1."""
        first = (number - 1) * size
        size = min(size, most - first)
        if self._path(first + size) is self._smallest:
            ids = self.ids(most + 1)
            return ids[first : first + size], len(ids)
        return self.ids(size, skip=first), self.count(most)

    def count(self, most=COUNTED):
        """How many pieces there are, but at most `most` + 1."""
        wanted = most + 1
        if self._smallest is None or self._smallest.track.in_order:
            return len(self.ids(wanted))
        keys = self._keys_along(self._smallest)
        rows = wanted * 5 // 4 if self._smallest.track.repeats else wanted
        while len(found := keys[:rows]) == rows and len(set(found)) < wanted:
            rows *= 2
        return min(len(set(found)), wanted)

    # --- which index -------------------------------------------------------------------------------------

    @cached_property
    def _measured(self):
        """([(rows of the track, narrowing)] of those that have one, the newest id); no track is counted beyond SIZED."""
        tracked = [narrowing for narrowing in self.narrowings if narrowing.track and narrowing.track.leads]
        if not tracked or (len(tracked) == 1 and tracked[0].track.in_order):
            return [(0, narrowing) for narrowing in tracked], 0  # there is no choice
        *sizes, newest = _sizes([narrowing.track for narrowing in tracked])
        return list(zip(sizes, tracked, strict=True)), newest or 0

    @cached_property
    def _smallest(self):
        return self._least(self._measured[0])

    def _path(self, reach):
        """The narrowing along whose track the first `reach` pieces are best found; None: the pieces themselves.

        Rows that no index has in the order of the list are all read and sorted, unless it takes less to ask every piece,
        newest first, whether it is among them: that finds one in every newest id / rows.
        """
        sized, newest = self._measured
        return self._least(
            (size, narrowing) for size, narrowing in sized if narrowing.track.in_order or size**2 <= reach * newest
        )

    @staticmethod
    def _least(sized):
        return min(sized, key=lambda pair: pair[0], default=(0, None))[1]

    @cached_property
    def _sorted(self):
        """All ids along the smallest track. Asked for in order, SQLite would walk all pieces to save the sorting."""
        return sorted(set(self._keys_along(self._smallest)), reverse=True)

    def _keys_along(self, narrowing):
        return self._along(narrowing).order_by().values_list(narrowing.track.key, flat=True)

    def _along(self, narrowing, before=None):
        """The rows of a narrowing's track whose pieces meet all the others."""
        rows, key = narrowing.track.rows, narrowing.track.key
        if before is not None:
            rows = rows.filter(**{f"{key}__lt": before})
        for other in self.narrowings:
            if other.track and other is not narrowing:
                rows = rows.filter(other.track.names(key, before))
        # The pieces themselves are asked last: what a track knows takes an index alone, and they are large.
        loose = [Narrowing(narrow=other.narrow) for other in self.narrowings if other.narrow]
        return rows.filter(Exists(meet(loose, Article.objects.filter(pk=OuterRef(key)), before)))


def meet(narrowings, articles, before=None):
    """Those of a queryset of articles that meet all narrowings, each once; with `before`, of a smaller id. No site page does."""
    if before is not None:
        articles = articles.filter(pk__lt=before)
    for narrowing in narrowings:
        if narrowing.track:
            articles = articles.filter(narrowing.track.names("pk", before))
        if narrowing.narrow:
            articles = narrowing.narrow(articles)
    return articles.pieces()


def _sizes(tracks):
    """How many rows each track has, SIZED at most, and the newest piece's id, in one statement."""
    parts = [_counting(track) for track in tracks] + [(f"SELECT MAX(id) FROM {Article._meta.db_table}", ())]
    with connection.cursor() as cursor:
        sql = ", ".join(f"({part})" for part, _params in parts)
        cursor.execute(f"SELECT {sql}", [param for _part, params in parts for param in params])
        return cursor.fetchone()


def _counting(track):
    """A statement that counts a track's rows, and its parameters."""
    try:
        rows = track.rows if track.sized_by is None else track.sized_by
        sql, params = rows.order_by().values(row=Value(1))[:SIZED].query.sql_with_params()
    except EmptyResultSet:  # nobody belongs to the unit
        return "SELECT 0", ()
    return f"SELECT COUNT(*) FROM ({sql}) AS part", params
