"""Stretches of a text that may name places, and what stands directly beside them."""

from bisect import bisect_right
from dataclasses import dataclass, field

from articles.intake.place_names import (
    CITY_WORDS,
    COUNTY_WORDS,
    is_clear_before,
    is_free_before,
    is_free_behind,
    is_han,
)

DEPTH = {"province": 0, "city": 1, "county": 2, "zone": 2, "town": 3, "village": 4}


@dataclass(frozen=True)
class Place:
    """A place of the gazetteer. path and trail are the slugs and the names from the province down, itself last."""

    slug: str
    name: str
    code: str | None
    level: str
    path: tuple[str, ...]
    trail: tuple[str, ...]
    verified: bool = True
    other_names: tuple[str, ...] = ()

    def is_below(self, other):
        return len(self.path) > len(other.path) and self.path[: len(other.path)] == other.path


@dataclass
class Text:
    """A field of a piece, or a paragraph of one. ends: where its sentences end."""

    field: str
    paragraph: int | None
    words: str
    ends: list = field(default_factory=list)
    mentions: list = field(default_factory=list)

    def sentence_at(self, place):
        n = bisect_right(self.ends, place)
        return self.ends[n - 1] if n else 0, self.ends[n] if n < len(self.ends) else len(self.words)


@dataclass(eq=False)
class Mention:
    """A stretch that may name a place. candidates: the places that it may mean, until `place` is settled.

    short: only a short name. chained: the place above it or below it is written beside it. above: the mention directly
    before it that it stands under; outside: the one directly before it that it does not belong to. dateline: 讯 or 电 in 本报嵩县讯.
    """

    text: Text
    start: int
    end: int
    candidates: list
    short: bool = False
    chained: bool = False
    above: "Mention | None" = None
    outside: "Mention | None" = None
    adjoins: bool = False
    dateline: str = ""
    place: Place | None = None
    certain: bool = True
    settled: bool = False

    @property
    def words(self):
        return self.text.words[self.start : self.end]

    @property
    def chain_start(self):
        first = self
        while first.above:
            first = first.above
        return first.start

    @property
    def behind(self):
        return self.text.words[self.end : self.end + 1]

    @property
    def level(self):
        """The highest level of what it may mean."""
        return min((place.level for place in self.candidates), key=DEPTH.get)

    @property
    def is_free_before(self):
        return self.adjoins or is_free_before(self.text.words, self.start)

    @property
    def is_clear_before(self):
        return self.adjoins or is_clear_before(self.text.words, self.start)

    @property
    def is_free_behind(self):
        return is_free_behind(self.text.words, self.end)

    @property
    def is_whole(self):
        return len(self.text.words) == self.end - self.start

    @property
    def is_label(self):
        """Whether it stands at the head of a title as its place: 安吉：…"""
        return not self.start and (not self.behind or not is_han(self.behind))

    @property
    def is_word(self):
        """Whether it is a short name that is a word as well."""
        return self.short and self.words in (CITY_WORDS if DEPTH[self.level] < 2 else COUNTY_WORDS)


def link(mentions):
    """Tie mentions that stand directly beside each other: the second under the first, or known not to belong to it."""
    for first, second in zip(mentions, mentions[1:], strict=False):
        if first.end != second.start:
            continue
        second.adjoins = True
        pairs = [(above, place) for above in first.candidates for place in second.candidates if place.is_below(above)]
        if second.is_word:  # 四川|南部|地区
            pairs = [(above, place) for above, place in pairs if above.level != "province" and second.is_free_behind]
        if pairs:
            first.candidates = [place for place in first.candidates if any(place is above for above, _ in pairs)]
            second.candidates = [place for place in second.candidates if any(place is below for _, below in pairs)]
            second.above, first.chained, second.chained = first, True, True
        elif DEPTH[first.level] < DEPTH[second.level]:
            second.outside = first
    for mention in reversed(mentions):
        if above := mention.above:
            above.candidates = [
                place for place in above.candidates if any(below.is_below(place) for below in mention.candidates)
            ]
