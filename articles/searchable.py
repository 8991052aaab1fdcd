"""What search compares: text folded to one spelling, and the pairs of characters, and rare characters, that lead to it.

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
    "\ufe00-\ufe0f\ufeff\ud800-\udfff\U000e0100-\U000e01ef]"
)
_LETTER = r"[^\W_\u1100-\U0010ffff]"  # of a writing that puts blanks between its words, or a digit
_BLANKS = re.compile(r"\s+")
_BLANK_THAT_TELLS_NOTHING = re.compile(rf"(?<!{_LETTER}) | (?!{_LETTER})")
_BLANK_OR_BETWEEN = frozenset((ord(" "), ord(BETWEEN)))
_PLANES = 21  # bits of a character's number
# The most used characters of Chinese, and what is in every text: so many texts have each of them that no index helps to find
# those that do; reading the newest does. Without them the index is a quarter smaller. A change of them is a change of RULES.
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部"
    "度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正"
    "心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长"
    "求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器"
    "压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信"
    "马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支"
    "般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参"
    "红细引听该铁价严"
    "0123456789,.!?;:()、。《》-"
)
_NOT_ALONE = _BLANK_OR_BETWEEN | set(map(ord, COMMON))


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
    """The pairs of neighbours of a folded text, and its characters but for the COMMON ones, as numbers; blanks belong to none.

    The function articles_grams of PostgreSQL (a migration) gives the same.
    """
    points = [ord(character) for character in folded]
    pairs = {
        one << _PLANES | other
        for one, other in pairwise(points)
        if one not in _BLANK_OR_BETWEEN and other not in _BLANK_OR_BETWEEN
    }
    return pairs | set(points) - _NOT_ALONE


def grams_needed(term):
    """The fewest grams that every text with a folded term has; none for a common character alone."""
    points = [ord(character) for character in term]
    found, alone = set(), set(points) - _NOT_ALONE
    for one, other in pairwise(points):
        if one not in _BLANK_OR_BETWEEN and other not in _BLANK_OR_BETWEEN:
            found.add(one << _PLANES | other)
            alone -= {one, other}
    return found | alone
