"""What a line of a page is by its own look: a caption, a jump line, a correction, a brief, a subhead, a title.

Each function looks at one line and knows nothing of its neighbours; articles/intake/parse.py weighs what stands together.
"""

import re
from typing import NamedTuple

from articles.intake.furniture import is_furniture
from articles.intake.signatures import credits_of, is_byline, is_signature
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
_CREDIT_WORDS = re.compile("摄|图|发|提供|照片|图片|截|新华社|中新社")
_WITHOUT_NAME = re.compile(
    r"(?:本报|网络|历史|视频)?(?:资料(?:图片?|照片?|片)|截图)|受访者供图|图据.{2,10}|图源[:：]?.{2,10}|(?:图片|照片)?来源[:：/].{2,12}|(?:新华社|中新社)(?:发|供图|照片)?|(?:视觉中国|[A-Z]{2,4})\s*供图|(?:图片|照片|供图)由.{2,20}提供"
)
_OF_AN_AGENCY = re.compile(
    r"(?:新华社|中新社)(?:发|记者)?\s*[（(].{2,20}摄[）)]|(?:新华社|中新社)发\s*\S{2,8}\s*摄|[（(][^（）()]{2,24}[）)]\s*摄"
)
_NAMES_TOOK = re.compile(r"[一-龥·]{2,6}(?:[\s、][一-龥·]{2,6}){0,3}(?:\s+|\s*[/／]\s*)摄")
_LONGEST_CREDIT = 60


_POSITION = re.compile(
    "[（(](?:[左右中前后][一二三四五六七八]?|[左右]起第?[一二三四]?|[前后]排.{0,6}|居中|中间)(?:者|为.{1,12})?[）)]"
)


def is_bare_caption(text):
    """Whether a paragraph without a credit tells who stands where in a picture: 敖长顺（左）和同事在检查闸门。"""
    told = len(text) <= 80 and _POSITION.search(text) and text.rstrip("。").count("。") <= 1
    return bool(told) and not re.search("说|[“”]", text)


class Caption(NamedTuple):
    """Of a caption's line: the mark in front ends at `text`, the credit begins at `credit` (the length when there is none)."""

    text: int
    credit: int
    sure: bool  # a picture's: the credit or the mark says so. 文/图 may sign a story as well


def caption(text):
    """The parts of a line that reads as the caption of a picture, else None."""
    if is_byline(text):
        return None
    marked, credit = _PICTURE_MARK.match(text), photo_credit(text)
    start = marked.end() if marked else 0
    if credit is not None and (counted := re.match(r"[①-⑳]\s*", text)):
        start = counted.end()
    if credit is not None and credit <= start:
        return None
    of_a_picture = bool(marked) or bool(_OF_A_PICTURE.match(text))
    if credit is None:
        return Caption(start, len(text), True) if of_a_picture else None
    sure = of_a_picture or _is_sure_credit(text[credit:]) or bool(_SHOWN.search(text))
    return Caption(start, credit, sure)


def unsigned_caption(text):
    """The parts of a caption that nothing but its place on the page shows: ① is a mark in front."""
    found = re.match(r"[①-⑳]\s*", text)
    return Caption(found.end() if found else 0, len(text), True)


def photo_credit(text):
    """Where the credit of a picture begins at the end of a line, or None: behind a stop, a blank or as a bracket."""
    end = len(text.rstrip("。"))
    if not _CREDIT_WORDS.search(text[-14:]):
        return None
    begin = max(end - _LONGEST_CREDIT, 0)
    for found in re.finditer(r"(?<=[。！？…”』」》）)])|\s+|(?=[（(])", text[begin:end]):
        start = begin + found.end()
        if 0 < start < end and _is_credit(text[start:end]):
            return start
    return None


def _is_credit(words):
    """Whether words name who took or supplied a picture, and nothing else."""
    bare = _bare(words)
    if _WITHOUT_NAME.fullmatch(bare) or _OF_AN_AGENCY.fullmatch(words.strip()):
        return True
    if re.search("[，。；！？“”]", bare) or not _is_signed(words, bare):
        return False
    return bool({credit.role for credit in credits_of(bare)} & (_TAKEN | {Role.TEXT_AND_PICTURE, Role.SUPPLIER}))


def _is_signed(words, bare):
    """In brackets 摄 is enough; （无人机照片） is none for want of a name."""
    if _NAMES_TOOK.fullmatch(bare):
        return True
    bracketed = words.strip()[:1] in "（(" and bool(re.search("摄|供图|提供", bare))
    return is_signature(bare, bracketed=bracketed)


def _is_sure_credit(words):
    """Whether it can be a picture's only: 文/图, or a text's and a picture's makers together, may sign a story too."""
    bare = _bare(words)
    if _WITHOUT_NAME.fullmatch(bare) or _OF_AN_AGENCY.fullmatch(words.strip().rstrip("。")):
        return True
    roles = {credit.role for credit in credits_of(bare)}
    return bool(roles & _TAKEN) and Role.TEXT not in roles and not re.search("文\\s*[/／]|[/／]\\s*文", bare)


def _bare(text):
    return text.strip().rstrip("。").strip("（）()").strip()


def is_photo_credit(text):
    """Whether a line is the credit of a picture and nothing else: 王立志 摄, 新华社发（张三 摄）, （资料图片）."""
    return len(text) <= _LONGEST_CREDIT and not text.endswith("。") and _is_credit(text)


def is_sure_photo_credit(text):
    return is_photo_credit(text) and _is_sure_credit(text)


# --- Jump lines --------------------------------------------------------------------------------------------

_PAGE_NUMBER = r"[A-Da-d]?\s*[0-9０-９〇一二三四五六七八九十]{1,3}\s*版?"
_ARROWS = "▶►→↓⇒▷▲>＞》"
_JUMP = (
    rf"[（(【\[〔]?\s*(?:未完[，,]?\s*)?[{_ARROWS}]*\s*(?:紧\s*)?(?:[上下]\s*[转接]|转|接)(?:至|自|到)?\s*[{_ARROWS}]?\s*(?:本报)?\s*(?:今日)?\s*(?:第\s*)?"
    + _PAGE_NUMBER
    + r"[^）)】\]〕。，]{0,15}[）)】\]〕]?"
)
_JUMP_LINE = re.compile(_JUMP + "$")
_JUMP_TAIL = re.compile(r"\s*(" + _JUMP + r")\s*。?$")
_JUMP_HEAD = re.compile(r"^[（(【\[〔]\s*(?:紧\s*接|(?:紧\s*)?上\s*接)[^）)】\]〕]{1,30}[）)】\]〕]\s*")


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

_WRONG = r"更\s*正(?:\s*启\s*事|声明|说明|与致歉|及致歉|与说明)?|勘\s*误|致\s*歉(?:声明|信|与更正)?|补\s*正|订\s*正|道歉(?:声明|启事)"
_CORRECTION = re.compile(rf"^([▲■●◆★□\[【]?\s*)((?:本报|重要)?(?:{_WRONG}))\s*([】\]]?[：:]?)$")
_CORRECTION_HEAD = re.compile(
    rf"^([▲■●◆★□\[【]?\s*)((?:本报|重要)?(?:{_WRONG})|说\s*明)\s*[】\]]?\s*[：:]?\s*(?=本报|[\d一二三四五六七八九十]+月|昨|前|近|由于|因)"
)
_MENDS = re.compile("特此|应为|误为|误写|系.{1,12}之误|致歉|漏")
_OWN_ISSUE = re.compile(r"本报.{0,24}(?:日|版|期)")


def correction_title(text):
    """(start, end) of 更正 on a line of its own, within its marks, else None."""
    found = _CORRECTION.match(text) if len(text) <= 16 else None
    return found.span(2) if found else None


def is_correction_head(text):
    return correction_title(text) is not None


def is_plain_correction(title, text):
    """Whether 说明 heads a correction: the text names an issue of the paper and mends it."""
    return bool(re.fullmatch(r"说\s*明", title) and _OWN_ISSUE.search(text) and _MENDS.search(text))


def correction_head(text):
    """(start, end, end of the mark) of 更正 where it leads a paragraph: 更正：本报11月20日…, else None."""
    found = _CORRECTION_HEAD.match(text)
    if not found or (found.group(2).startswith("说") and not (_OWN_ISSUE.search(text) and _MENDS.search(text))):
        return None
    return found.start(2), found.end(2), found.end()


# --- Marks in front of a line --------------------------------------------------------------------------------

_BRIEF_MARK = re.compile(r"^(?:[■●◆★☆◎○◇▪•·※♦►▶□]|[①-⑳])\s*(?=\S)")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节部篇、，]|\d{1,2}[.．、](?!\d)|[①-⑳])"
)


def brief_mark(text):
    """Where the text begins behind ■ ● ◆, else 0."""
    found = _BRIEF_MARK.match(text)
    return found.end() if found else 0


def number_mark(text):
    """Where the text begins behind 1. or 2、 or （一）, else 0."""
    found = re.match(
        r"(?:\d{1,2}\s*[.．、]|[（(][\d一二三四五六七八九十]{1,2}[）)]|0\d(?=\s)|[一二三四五六七八九十]{1,2}、)\s*(?=\D|\d{1,2}月)",
        text,
    )
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
    return len(text) <= LONGEST_TITLE and not runs_on and text[-1] not in _UNENDED and text[0] not in PICTURE_MARKS


def may_be_a_long_title(text):
    """Whether a line could be a long kicker or subhead, where the layout says that it is a head."""
    return len(text) <= LONGEST_KICKER and "。" not in text and text[-1] not in _UNENDED


_UNENDED = "。，、；;,：:"
LONGEST_KICKER = 48  # characters


LONGEST_WITH_COMMA = 25  # characters of a headline that holds a comma


_SPEAKER = re.compile(r"[^\s，：]{2,8}：")
_GOES_ON = re.compile(
    r"(?:要求|预计|力争|争取|确保|将|共|已|累计|提出|强调|同比|较去年|涉及|覆盖|惠及|计划|总投资|旨在)|.{2,12}(?:出席|主持|参加|作批示|讲话|陪同)"
)


def goes_on(text):
    """Whether a line below a headline begins as only subheads do, with a verb: 要求开展…, 李明出席并讲话."""
    return bool(_GOES_ON.match(text))


SHORT_KICKER = 8  # characters: 富平县庄里镇


def tells_more(text, headline):
    """Whether a line below a headline is its subhead though no —— says so."""
    if goes_on(text) or _SPEAKER.match(text) or re.search("[？！]$", headline) and not re.search("[？！]$", text):
        return True
    if re.match("[^：]{2,8}：.", headline):
        return True
    return "，" in text and len(headline) > SHORT_KICKER and len(text) >= len(headline) + 6


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
