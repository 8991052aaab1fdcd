"""What search compares: text folded to one spelling, and the characters and pairs of characters that lead to it.

Width, case, quotation marks and blanks tell nothing: “五星”, "五星" and 五星 are one, and so are 王　博 and 王博. All other
punctuation counts. A blank between two words of letters or digits is kept as one.
"""

import re
import unicodedata
from itertools import pairwise

from articles.text import plain

RULES = 1  # of this module: what was folded by others is made anew by rebuild_search
BETWEEN = "\n"  # stands between the parts of a text; no query can hold it

QUOTES = "\"'‘’‚‛“”„‟‹›«»「」『』﹁﹂﹃﹄〝〞〟"
_NOTHING = re.compile(
    f"[{re.escape(QUOTES)}\x00-\x08\x0e-\x1b\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
_LETTER = r"[^\W_\u1100-\U0010ffff]"  # of a writing that puts blanks between its words, or a digit
_BLANKS = re.compile(r"\s+")
_BLANK_THAT_TELLS_NOTHING = re.compile(rf"(?<!{_LETTER}) | (?!{_LETTER})")
_BLANK_OR_BETWEEN = frozenset((ord(" "), ord(BETWEEN)))
_PLANES = 21  # bits of a character's number


def fold(text):
    """The one spelling of a text, empty when nothing of it can be searched for. Folding twice changes nothing."""
    before = None
    while text != before:  # what is left out can bring a letter together with its accent
        before, text = text, _fold(text)
    return text


def _fold(text):
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _NOTHING.sub("", text)).casefold())
    return _BLANK_THAT_TELLS_NOTHING.sub("", _BLANKS.sub(" ", _NOTHING.sub("", text)))


def parts_of(story):
    """The texts in which a snapshot (articles/versions.py) is found, as readers see them; the headline first, the body last."""
    figures = story["figures"]
    return [
        story["headline"], story["kicker"], story["subhead"], story["summary"], story["byline"],
        *(credit["name"] for credit in story["credits"]),
        *(figure["caption"] for figure in figures), *(figure["credit"] for figure in figures),
        plain(story["body"]),
    ]  # fmt: skip


def text_of(story):
    """(folded text, characters of the headline that it begins with) of a snapshot."""
    parts = [fold(part) for part in parts_of(story)]
    return BETWEEN.join(dict.fromkeys(filter(None, parts))), len(parts[0])


def grams(folded):
    """The characters and the pairs of neighbours of a folded text as numbers; blanks belong to none.

    The function articles_grams of PostgreSQL (a migration) gives the same.
    """
    points = [ord(character) for character in folded]
    pairs = {
        one << _PLANES | other
        for one, other in pairwise(points)
        if one not in _BLANK_OR_BETWEEN and other not in _BLANK_OR_BETWEEN
    }
    return pairs | set(points) - _BLANK_OR_BETWEEN


def grams_needed(term):
    """The fewest grams that every text with a folded term has."""
    points = [ord(character) for character in term]
    found, alone = set(), set(points) - _BLANK_OR_BETWEEN
    for one, other in pairwise(points):
        if one not in _BLANK_OR_BETWEEN and other not in _BLANK_OR_BETWEEN:
            found.add(one << _PLANES | other)
            alone -= {one, other}
    return found | alone
