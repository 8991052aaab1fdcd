"""Which campaigns a piece serves: their official wordings and aliases, found whatever the quote marks and the width.

Pure: campaigns come as rows, not from the database.
"""

import unicodedata
from collections.abc import Iterable, Sequence

OPENING = frozenset("“„‟「『﹁﹃‘‚‛〝")
STRAIGHT = frozenset("\"'＂＇")
QUOTES = OPENING | STRAIGHT | frozenset("”」』﹂﹄’〞〟")
SHORT = 2  # an alias of so few characters (五星) is part of other words: 五星红旗, 五星级


class Campaigns:
    """The campaigns of a desk, made once and asked of many pieces.

    rows: (slug, official wording, aliases). Of two campaigns that share a wording the first has it.
    """

    def __init__(self, rows: Iterable[tuple[str, str, Sequence[str]]]):
        self._by_wording = {}
        for slug, name, aliases in rows:
            for wording in (name, *aliases):
                if folded := _folded(wording)[0]:
                    self._by_wording.setdefault(folded, slug)
        self._lengths = {}
        for wording in self._by_wording:
            self._lengths.setdefault(wording[0], set()).add(len(wording))
        self._lengths = {first: sorted(lengths, reverse=True) for first, lengths in self._lengths.items()}

    def read(
        self,
        *,
        headline: str = "",
        kicker: str = "",
        subhead: str = "",
        paragraphs: Sequence[str] = (),
        captions: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """The slugs of the campaigns that a piece names, in the order of their first mention."""
        found = {}
        for text in (kicker, headline, subhead, *paragraphs, *captions):
            found.update(dict.fromkeys(self._named_in(text)))
        return tuple(found)

    def _named_in(self, text):
        folded, places = _folded(text)
        opening = _opening_marks(text)
        start = 0
        while start < len(folded):
            length = next(
                (
                    length
                    for length in self._lengths.get(folded[start], ())
                    if start + length <= len(folded)
                    and folded[start : start + length] in self._by_wording
                    and _stands_alone(text, opening, places[start], places[start + length - 1] + 1)
                ),
                0,
            )
            if length:
                yield self._by_wording[folded[start : start + length]]
            start += length or 1


def _folded(text):
    """The text without quote marks and blanks' and letters' width, and where in it each character stood."""
    characters, places = [], []
    for place, character in enumerate(text):
        if character not in QUOTES:
            for part in unicodedata.normalize("NFKC", character).casefold():
                characters.append(part)
                places.append(place)
    return "".join(characters), places


def _opening_marks(text):
    """Where quotations open. “ and 「 say it themselves; of straight marks every second one opens."""
    opening, straight = set(), 0
    for place, character in enumerate(text):
        if character in STRAIGHT:
            straight += 1
            if straight % 2:
                opening.add(place)
        elif character in OPENING:
            opening.add(place)
    return opening


def _stands_alone(text, opening, start, end):
    """Whether the words from start to end name a campaign by themselves.

    “联学联建”主题教育 is called after what is quoted: 主题教育 is no campaign's name there. 五星 must be the whole of a
    quotation, or have no other word beside it.
    """
    before, behind = text[start - 1 : start], text[end : end + 1]
    opens = start - 1 in opening
    if end - start <= SHORT and not (opens and behind in QUOTES):
        return not (before.isalnum() or behind.isalnum() or before in QUOTES or behind in QUOTES)
    return opens or before not in QUOTES
