"""Which places a piece names, and which of them it is about.

Pure: the places come as rows, not from the database. A name is read only where something says that it is one: the place
above it written before it (许昌市建安区), a full name that is no ordinary word (鄢陵县), or words around it (本报嵩县讯). A name that
stands in several places is settled by what the piece says, else it is a doubt with its candidates, never a guess.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from articles.intake.mentions import Mention, Place, Text, link
from articles.intake.place_names import (
    also_called,
    are_one_apart,
    full_name_goes_on,
    is_shaped_like_a_place,
    may_be_anywhere,
    short_name,
    short_name_goes_on,
)
from articles.intake.place_reading import ABOUT, PlaceDoubt, PlaceReading, Reader, Suggestion

__all__ = ["Gazetteer", "Place", "PlaceDoubt", "PlaceReading", "Suggestion"]

LONGEST_KICKER = 40  # characters
MOST_NAMES = 8  # of those that look like a name in no list
_BETWEEN_PLACES = re.compile(r"[、·\s]+")


class Gazetteer:
    """All places that the desk knows, made once and asked of many pieces.

    home: the slugs from the province down to the desk's own region, as a path ("henan/luoyang/"): of places that share a
    name those within it are meant.
    """

    def __init__(self, places: Iterable[Place], home: str = ""):
        self.home = _slugs(home)
        self.provinces, self._below = set(), {}
        self.with_towns = {}  # slug → name of the places whose towns are listed
        self._full, self._short = {}, {}
        for place in places:
            above = place.trail[-2] if len(place.trail) > 1 else ""
            for name in {place.name, *place.other_names, *also_called(place.name, place.level, above)}:
                if len(name) > 1:
                    self._full.setdefault(name, []).append(place)
            if place.level in ("province", "city", "county") and (short := short_name(place.name)) != place.name:
                self._short.setdefault(short, []).append(place)
            if place.level == "province":
                self.provinces.add(place.slug)
            if above:
                self._below.setdefault(place.path[-2], []).append(place)
                if place.level == "town":
                    self.with_towns[place.path[-2]] = above
        self._lengths = {}
        for name in (*self._full, *self._short):
            self._lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {beginning: sorted(lengths, reverse=True) for beginning, lengths in self._lengths.items()}

    def is_place(self, words: str) -> bool:
        """Whether words are the name of a place, of several, or a chain of names (漯河市西城区), as a kicker has them.

        The last part may be in no list if it is shaped like a place: 鄢陵县南街社区. A name that is a word (公安) is none.
        """
        words = words.strip()
        return 2 <= len(words) <= LONGEST_KICKER and all(map(self._is_chain, _BETWEEN_PLACES.split(words)))

    def read(
        self,
        *,
        kicker: str = "",
        headline: str = "",
        subhead: str = "",
        paragraphs: Sequence[str] = (),
        captions: Sequence[str] = (),
        byline: str = "",
        home: str = "",
    ) -> PlaceReading:
        """The places that a piece names, those it is about first and the most specific of them first of all; and doubts.

        An ancestor of a place that is suggested is not suggested as well. `home` stands in for the gazetteer's own; what
        it settles is not certain.
        """
        texts = [Text("kicker", None, kicker), Text("headline", None, headline), Text("subhead", None, subhead)]
        texts += [Text("byline", None, byline)]
        texts += [Text("body", number, words) for number, words in enumerate(paragraphs)]
        texts += [Text("caption", number, words) for number, words in enumerate(captions)]
        return Reader(self, [text for text in texts if text.words], _slugs(home)).read()

    def common_home(self, readings: Iterable[PlaceReading]) -> str:
        """The path of the county, else the city or the province, that at least two pieces in three of a page are about, or "".

        A county's own paper seldom writes its county before 城关镇; its other pieces tell which county that is.
        """
        chief = [next((s.place for s in reading.suggestions if s.relation == ABOUT), None) for reading in readings]
        paths = [_county_path(place) for place in chief if place]
        shared = Counter(path[:n] for path in paths for n in range(1, len(path) + 1))
        common = [path for path, pieces in shared.items() if pieces > 1 and pieces * 3 >= len(paths) * 2]
        return "".join(f"{slug}/" for slug in max(common, key=len, default=()))

    def mentions_in(self, text: Text) -> list[Mention]:
        """The stretches of a text that may be names, from left to right, the longest at each place."""
        words, found, start, last_end = text.words, [], 0, -1
        while start < len(words) - 1:
            for length in self._lengths.get(words[start : start + 2], ()):
                if mention := self._mention_at(text, start, start + length, start == last_end):
                    found.append(mention)
                    start = last_end = mention.end
                    break
            else:
                start += 1
        return found

    def names_like(self, words: str, slug: str) -> tuple[str, ...]:
        """Names of places directly below a place that differ from the words in one character."""
        near = [
            place.name for place in self._below.get(slug, ()) if place.verified and are_one_apart(place.name, words)
        ]
        return tuple(near[:MOST_NAMES])

    def _mention_at(self, text, start, end, adjoins):
        words = text.words
        name = words[start:end]
        if end > len(words):
            return None
        if (full := self._full.get(name)) and not full_name_goes_on(words, start, end, adjoins):
            return Mention(text, start, end, full)
        short = self._short.get(name)
        if not short or short_name_goes_on(words, start, end, adjoins):
            return None
        if any(self._is_longer_at(words, other, end) for other in range(start + 1, end)):
            return None
        return Mention(text, start, end, short, short=True)

    def _is_longer_at(self, words, start, end):
        """Whether a full name begins inside of a short one and ends behind it: 中|方城县."""
        lengths = self._lengths.get(words[start : start + 2], ())
        return any(start + length > end and words[start : start + length] in self._full for length in lengths)

    def _is_chain(self, words):
        mentions = self.mentions_in(Text("kicker", None, words))
        link(mentions)
        if not mentions or mentions[0].start:
            return False
        last = mentions[0]
        for mention in mentions[1:]:
            if mention.above is not last:
                break
            last = mention
        if not last.chained and (last.is_word or may_be_anywhere(last.words)):
            return False
        return last.end == len(words) or last.level != "village" and is_shaped_like_a_place(words[last.end :])


def _slugs(path):
    return tuple(slug for slug in path.split("/") if slug)


def _county_path(place):
    """The path of the county that a place is or stands in; of a city, a zone or a province its own."""
    below = place.level in ("town", "village")
    return place.path[: -(1 + (place.level == "village"))] if below else place.path
