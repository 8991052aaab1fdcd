"""What a line of a page is by its own look: a caption, a jump line, a correction, a brief, a subhead, a title.

Each function looks at one line and knows nothing of its neighbours; articles/intake/parse.py weighs what stands together.
"""

import re
from typing import NamedTuple

from articles.intake.furniture import is_furniture
from articles.intake.sentences import ends_a_sentence
from articles.intake.signatures import credits_of, is_byline
from articles.vocabulary import Role

LONGEST_TITLE = 40  # characters of a headline
OPEN = "（([【〔［"

# --- Captions ------------------------------------------------------------------------------------------------

PICTURE_MARKS = "▲▼△▽◀▶◄►↑↓←→"
_PICTURE_MARK = re.compile(rf"^[{PICTURE_MARKS}]+\s*")
_OF_A_PICTURE = re.compile(
    r"^(?:[上下左右][一二三]?|本版|组)?图(?:为|[：:①②③④⑤一二三四五\d])|^(?:上|下|左|右)(?:图|一)(?:[：:为])"
)
_SHOWN = re.compile("图为|上图|下图|左图|右图")
_TAKEN = {Role.PHOTO, Role.PHOTO_REPORT, Role.PICTURE}
_CREDIT = re.compile(
    r"(?:(?<=[。！？!?…”』」》）)])\s*|\s+)((?:本报|新华社|[一-龥]{0,12})?[^。！？；，“”（）()]{1,48}?(?:摄影报道|摄|供图|提供|摄影|文/图|图/文|图文))[。]?$"
    r"|\s*([（(][^（）()。]{1,60}(?:摄影报道|摄|供图|提供|摄影|文/图|图/文|图文)[）)])[。]?$"
)


_POSITION = re.compile(
    "[（(](?:[左右中前后][一二三四五六七八]?|[左右]起第?[一二三四]?|[前后]排.{0,6}|居中|中间)(?:者|为.{1,12})?[）)]"
)


def is_bare_caption(text):
    """Whether a paragraph without a credit tells who stands where in a picture: 敖长顺（左）和同事在检查闸门。"""
    return len(text) <= 80 and bool(_POSITION.search(text)) and text.rstrip("。").count("。") <= 1


class Caption(NamedTuple):
    """Of a caption's line: the mark in front ends at `text`, the credit begins at `credit` (the length when there is none)."""

    text: int
    credit: int
    sure: bool  # a picture's: the credit or the mark says so. 文/图 may sign a story as well


def caption(text):
    """The parts of a line that reads as the caption of a picture, else None."""
    marked = _PICTURE_MARK.match(text)
    start = marked.end() if marked else 0
    credit = photo_credit(text)
    if credit is not None and credit <= start:
        return None
    of_a_picture = bool(marked) or bool(_OF_A_PICTURE.match(text)) or is_bare_caption(text)
    if credit is None:
        return Caption(start, len(text), True) if of_a_picture else None
    roles = {found.role for found in credits_of(_bare(text[credit:]))}
    return Caption(start, credit, of_a_picture or bool(roles & _TAKEN) or bool(_SHOWN.search(text)))


def photo_credit(text):
    """Where the credit of a picture begins at the end of a line, or None."""
    found = _CREDIT.search(text, max(len(text) - 90, 0))
    if not found:
        return None
    words = found.group(1) or found.group(2)
    credits = credits_of(_bare(words))
    if not credits or not {credit.role for credit in credits} & (_TAKEN | {Role.TEXT_AND_PICTURE, Role.SUPPLIER}):
        return None
    return found.start(1 if found.group(1) else 2)


def _bare(text):
    return text.strip().rstrip("。").strip("（）()").strip()


def is_photo_credit(text):
    """Whether a line is the credit of a picture and nothing else: 王立志 摄."""
    if len(text) > 60 or ends_a_sentence(text):
        return False
    credits = credits_of(_bare(text))
    return (
        bool(credits)
        and all(credit.role in _TAKEN for credit in credits if credit.role not in (Role.REPORTER, Role.CORRESPONDENT))
        and any(credit.role in _TAKEN for credit in credits)
    )


# --- Jump lines --------------------------------------------------------------------------------------------

_PAGE_NUMBER = r"[A-Da-d]?\s*[0-9０-９〇一二三四五六七八九十]{1,3}\s*版?"
_JUMP = (
    r"[（(【\[〔]?\s*[▶►→↓⇒▷]?\s*(?:紧\s*)?(?:[上下]\s*[转接]|转|接)(?:至|自|到)?\s*(?:本报)?\s*(?:今日)?\s*(?:第\s*)?"
    + _PAGE_NUMBER
    + r"[^）)】\]〕。，]{0,15}[）)】\]〕]?"
)
_JUMP_LINE = re.compile(_JUMP + "$")
_JUMP_TAIL = re.compile(r"\s*(" + _JUMP + r")\s*。?$")
_JUMP_HEAD = re.compile(r"^[（(【\[〔]\s*(?:紧\s*)?上\s*接[^）)】\]〕]{1,30}[）)】\]〕]\s*")


def is_jump(text):
    return len(text) <= 40 and bool(_JUMP_LINE.match(text)) and ("版" in text or text[0] in OPEN)


def jump_tail(text):
    """Where a jump line begins at the end of a line, or None."""
    found = _JUMP_TAIL.search(text, max(len(text) - 45, 0))
    if not found or "版" not in found.group(1) or not re.search("[上下紧]", found.group(1)):
        return None
    return found.start(1)


def jump_head(text):
    """Where the text begins behind （上接第1版）, else 0."""
    found = _JUMP_HEAD.match(text)
    return found.end() if found and "版" in found.group() else 0


# --- Corrections ---------------------------------------------------------------------------------------------

_CORRECTION = re.compile(
    r"^[【\[]?\s*(?:更\s*正(?:启事|声明|说明|与致歉|及致歉|与说明)?|勘\s*误|致\s*歉(?:声明|信|与更正)?|补\s*正|更\s*正\s*与\s*说\s*明|订\s*正|道歉(?:声明|启事))\s*[】\]]?$"
)
_CORRECTION_HEAD = re.compile(
    r"^[【\[]?\s*(更\s*正(?:启事|声明)?|勘\s*误|致\s*歉|补\s*正|订\s*正)\s*[】\]]?\s*[：:]?\s*(?=本报|[\d一二三四五六七八九十]+月|昨|前|近|由于|因)"
)


def is_correction_head(text):
    return len(text) <= 14 and bool(_CORRECTION.match(text))


def correction_head(text):
    """(start, end, end of the mark) of 更正 where it leads a paragraph: 更正：本报11月20日…, else None."""
    found = _CORRECTION_HEAD.match(text)
    return (found.start(1), found.end(1), found.end()) if found else None


# --- Marks in front of a line --------------------------------------------------------------------------------

_BRIEF_MARK = re.compile(r"^(?:[■●◆★☆◎○◇▪•·※♦►▶□]|[①-⑳])\s*(?=\S)")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节部篇、，]|\d{1,2}[.．、](?!\d)|[①-⑳])"
)


def brief_mark(text):
    """Where the text begins behind ■ ● ◆, else 0."""
    found = _BRIEF_MARK.match(text)
    return found.end() if found else 0


def is_numbered(text):
    return bool(_NUMBERED.match(text))


_SUBHEAD = re.compile(r"^(?:——|—|──|━━|－－|--|―)+\s*")


def is_subhead(text):
    return bool(_SUBHEAD.match(text)) and len(text) <= 60


_EDITOR = re.compile(
    r"^[【\[（(]?(?:编者按|编者的话|编前语?|编前话|开栏的话|开栏语|编后|编后语|按语|核心提示|内容提要|新闻背景|导读)[】\]）)]?\s*[:：]?"
)


def is_editors_note(text):
    return bool(_EDITOR.match(text))


def looks_like_a_title(text):
    """Whether a line is short enough for a headline, and neither ends nor runs on as a sentence of running text does."""
    runs_on = len(text) > LONGEST_WITH_COMMA and "，" in text
    return len(text) <= LONGEST_TITLE and not runs_on and text[-1] not in "。，、；;,：:"


LONGEST_WITH_COMMA = 25  # characters of a headline that holds a comma


def is_two_phrases(text):
    """Two phrases of about one length with a blank between, as a banner over a package has them."""
    parts = text.split()
    return len(parts) == 2 and min(map(len, parts)) >= 4 and abs(len(parts[0]) - len(parts[1])) <= 3


def stands_alone(text):
    """Whether a line cannot go on from the one before it: ▲, ■, □, a byline, the head of a correction, furniture."""
    return bool(
        _PICTURE_MARK.match(text)
        or _OF_A_PICTURE.match(text)
        or _BRIEF_MARK.match(text)
        or is_correction_head(text)
        or (text[0] in "（(" and is_byline(text))
        or is_furniture(text)
    )
