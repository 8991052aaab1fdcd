"""The public texts that match a search, newest first: what the search page counts, shows page by page, and ranks.

The newest texts are read through first, for of common words there are enough among them. Then the index is asked for as many
months as seem to be needed. What it cannot tell (the most common characters) is read for, and so is a short list.
"""

from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import islice
from math import ceil
from operator import and_
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from articles.days import begins
from articles.models import ANY, ListEntry, SearchText
from articles.search import grams_of, holding, reading, room
from articles.search_filed import in_lists, keys_of, publication_of
from articles.search_index import month_of
from articles.search_query import Query

SHORT = 5000  # pieces of a list that is read through rather than looked up
GLANCE = 300  # newest texts that are read through before the index is asked
READ = 5000  # of them are read through when that seems to be enough
MONTHS = 1  # the newest, that it is asked for first
LONG = 5  # characters of a word that so few texts should have that all months are asked for at once
AMPLY = 1.5  # times what seems to be enough
FEW = 5  # matches in a span from which on it tells how many there may be before it
AT_ONCE = 5000  # matches that it is asked for, but of a month, which is never divided
_NEXT = timedelta(microseconds=1)
RANKED = 500  # newest matches that are ranked by relevance
HEADLINE = 5  # what a word in the headline counts, against once in the text
REPEATED = 10  # times that a word in one text counts at most


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

    @property
    def keys(self):
        """The list entries that a piece must have, as {field: slugs} each."""
        keys = [{"region": [self.region], "campaign": [self.campaign]}] * ((self.region, self.campaign) != (ANY, ANY))
        return [*keys, {"facet": [f"kind:{self.kind}"]}] if self.kind else keys


EVERYWHERE = Lists()


class _Asked(NamedTuple):
    """What is looked for, where, and at which moment: from the moment `since` (or None) on, and older than the Match `below`.

    `keys` and `others` say of which list entries (see search_filed) a piece must have one each, and have none.
    """

    query: Query
    keys: list
    others: list
    at: datetime
    since: datetime | None
    below: Match

    def takes(self, match, expires_at):
        return match < self.below and expires_at > self.at and (self.since is None or match.published_at >= self.since)

    def condition(self, publication):
        """That a piece stands where it must and nowhere else; `publication` gives that of an outer row."""
        inside = [Q(in_lists(publication, **key)) for key in self.keys]
        return reduce(and_, [*inside, *(~Q(in_lists(publication, **key)) for key in self.others)], Q())


def newest(query, lists=EVERYWHERE, *, most, after=None, at=None):
    """Up to `most` matches, the newest first, those older than the Match `after`; of what is public at the moment `at`."""
    asked = _asked(query, lists, after, at or timezone.now())
    if not all(all(key.values()) for key in asked.keys):
        return []  # of what the desk does not know
    track = _track(asked)
    if not grams_of(query) or track.is_short():
        return track.first(query, most)
    return list(islice(_by_months(asked, most), most))


def ranked(matches, query):
    """The first RANKED of the matches, those most to the point before the others."""
    matches = matches[:RANKED]
    texts = SearchText.objects.filter(pk__in=[match.version for match in matches])
    texts = texts.values_list("pk", "text", "headline_length")
    scores = {pk: _score(text, length, query.terms) for pk, text, length in texts}
    return sorted(matches, key=lambda match: (scores.get(match.version, 0), match), reverse=True)


def _score(text, headline_length, terms):
    headline = text[:headline_length]
    return sum(HEADLINE * (term in headline) + min(text.count(term), REPEATED) for term in terms)


def _asked(query, lists, after, at):
    spans = [(lists.since, lists.until), (query.since, query.until)]
    since = max((begins(first) for first, _last in spans if first), default=None)
    ends = [begins(last + timedelta(days=1)) for _first, last in spans if last]
    until = Match(min([*ends, at + _NEXT]), 0)
    return _Asked(
        query,
        lists.keys + [keys_of(field) for field in query.fields if not field.excluded],
        [keys_of(field) for field in query.fields if field.excluded],
        at,
        since,
        min(after or until, until),
    )


def _filed(asked, matches):
    """Those of the matches that stand where they must, in their order."""
    if not matches or not asked.keys and not asked.others:
        return matches
    rows = SearchText.objects.filter(asked.condition(publication_of(version="pk")))
    left = set(rows.filter(pk__in=[match.version for match in matches]).values_list("pk", flat=True))
    return [match for match in matches if match.version in left]


# --- by the index ----------------------------------------------------------------------------------------


def _by_months(asked, wanted):
    """The matches one by one: first those among the newest texts, as long as there are many among them."""
    texts = _older(SearchText.objects.all(), asked.below, "pk")
    moments = texts.order_by("-published_at").values_list("published_at", flat=True)
    taken, looked, more = 0, 0, GLANCE
    while more <= READ:
        bound = moments[looked + more : looked + more + 1].first()
        rows = _older(SearchText.objects.all(), asked.below, "pk")
        rows = rows if bound is None else rows.filter(published_at__gte=bound)
        found = _filed(asked, _of_rows(asked, reading(rows, asked.query)))
        yield from found
        if bound is None or asked.since and bound <= asked.since:
            return
        taken, looked, asked = taken + len(found), looked + more, asked._replace(below=Match(bound, 0))
        more = ceil(AMPLY * (wanted - taken) * looked / taken) if taken >= FEW else READ + 1
    oldest = max(filter(None, (asked.since, moments.last())))
    rare = not taken and max(map(len, asked.query.terms)) >= LONG
    yield from _in_months(asked, wanted - taken, month_of(oldest), at_once=rare)


def _in_months(asked, wanted, oldest, *, at_once):
    """The matches one by one, back to the oldest month: of as many months `at_once` as seem to hold those that are wanted."""
    last, longest = month_of(asked.below.published_at), None
    span = last - oldest + 1 if at_once else MONTHS
    taken = covered = 0
    while last >= oldest:
        whole = span > last - oldest
        months = None if whole else range(last - span + 1, last + 1)
        with room():
            texts = holding(SearchText.objects.all(), asked.query, months)
            found = _of_rows(asked, texts, None if span == 1 else AT_ONCE)
        if found is None:
            longest = span = max(1, min(span, last - oldest + 1) // 4)
            continue
        found = _filed(asked, found)
        yield from found
        if whole:
            return
        taken, covered, last = taken + len(found), covered + span, last - span
        asked = asked._replace(below=Match(_begin(last + 1), 0))
        seem = ceil(AMPLY * covered * (wanted - taken) / taken) if len(found) >= FEW else last - oldest + 1
        longest = longest and 2 * longest  # where matches were too many they need not be farther back
        span = max(1, min(seem, longest or seem))


def _of_rows(asked, texts, most=None):
    """The matches among search texts, the newest first; None when there are more than `most`."""
    rows = texts.values_list("published_at", "pk", "expires_at")
    rows = list(rows if most is None else rows[: most + 1])
    if most is not None and len(rows) > most:
        return None
    matches = ((Match(moment, pk), expires_at) for moment, pk, expires_at in rows if moment)
    return sorted((match for match, expires_at in matches if asked.takes(match, expires_at)), reverse=True)


def _begin(month):
    year, before = divmod(month - 1, 12)
    return datetime(year, before + 1, 1, tzinfo=UTC)


# --- read through ----------------------------------------------------------------------------------------


class _Track(NamedTuple):
    """Public rows among which matches are; `version` and `text` lead from one to the id of its version and its folded text."""

    rows: QuerySet
    version: str
    text: str
    whole: bool  # all texts, not those of a list

    def is_short(self):
        return not self.whole and not self.rows.order_by("-published_at")[SHORT : SHORT + 1].exists()

    def first(self, query, count):
        rows = reading(self.rows, query, self.text).order_by("-published_at", f"-{self.version}")
        return [Match(*row) for row in rows.values_list("published_at", self.version)[:count]]


def _track(asked):
    """The rows of one list that the matches must stand in, or else all texts."""
    key = next((key for key in asked.keys if all(len(values) == 1 for values in key.values())), None)
    if key:
        rows = ListEntry.objects.filter(
            **dict.fromkeys(("region", "campaign", "facet"), ANY) | {n: v for n, (v,) in key.items()}
        )
        version, publication = "publication__version_id", OuterRef("publication")
    else:
        rows, version, publication = SearchText.objects.all(), "pk", publication_of(version="pk")
    rows = rows.filter(asked.condition(publication), expires_at__gt=asked.at)
    rows = rows.filter(published_at__gte=asked.since) if asked.since else rows
    text = "publication__version__search_text__text" if key else "text"
    return _Track(_older(rows, asked.below, version), version, text, whole=not key)


def _older(rows, below, version):
    same = Q(**{"published_at": below.published_at, f"{version}__lt": below.version})
    return rows.filter(Q(published_at__lt=below.published_at) | same, published_at__lte=below.published_at)
