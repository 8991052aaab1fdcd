"""Bylines on a page: at the end of a paragraph, on a line of their own, behind 本报讯; and what only looks like one."""

import re
from functools import lru_cache

from articles.intake import names
from articles.intake.bylines import parse_byline
from articles.intake.role_words import DESK_ROLES
from articles.intake.sentences import ends_a_sentence, may_end
from articles.intake.tokens import Doubt

LONGEST_BYLINE = 120  # characters
CLOSE = "）)】〕］"

_UNFIT = {Doubt.NOT_A_BYLINE, Doubt.UNREAD, Doubt.CAPTION_WORDS, Doubt.LONE_CHARACTER}
_ROLE = re.compile(
    "记者|通讯员|评论员|实习生|作者|撰文|撰稿|采写|摄影|供稿|供图|整理|摄|文/图|图/文|文图|图文|报道|编辑|责编|校对|美编|来源|本报|新华社"
)
_OF_THE_AUTHOR = re.compile(r"[（(]\s*(?:本文)?作者(?:系|单位|为|是|简介|[:：])[^（）()]{2,60}[）)]$")
_BRACKETED = re.compile(rf"[（(]([^（）()]{{1,{LONGEST_BYLINE}}})[）)]$")
_FRONT_MARK = re.compile(r"^[□◎■●▲◆○◇☆★▪■]\s*")
_BEHIND_STOP = re.compile(r"(?<=[。！？…”』」）)])\s*((?:□|◎|■|▲|——|—)?\s*[^。！？…”』」，；]{2,60})$")
_HOUSE = re.compile("本报评论员|本报编辑部|本报综合|本报记者|新华社|编辑部")


@lru_cache(maxsize=256)  # several questions are asked of one line
def credits_of(text):
    """The credits of a line that is nothing but a byline, else ()."""
    if len(text) > LONGEST_BYLINE:
        return ()
    reading = parse_byline(text)
    if _UNFIT & {flag.code for flag in reading.flags}:
        return ()
    rest = [text[part.start : part.end] for part in reading.parts if part.kind == "rest"]
    if any(len(words) > 8 and not re.search("[讯电]$", words) for words in rest):
        return ()
    return reading.credits


def _names_only(text):
    """Whether brackets hold names and nothing else: （许金安 王博 陈金中）, not （见图）, （以下简称“五星”）."""
    if re.search(r"[^\w\s·•、，,/；　]", text) or re.search(r"[0-9A-Za-z０-９]", text):
        return False
    words = [word for word in re.split(r"[\s、，,/；]+", text) if word]
    singles = sum(len(word) == 1 for word in words)
    if any(len(word) == 1 for word in words):
        return singles % 2 == 0 and names.has_surname(words[0])
    if len(words) == 1 and not names.is_unit(words[0]):
        return len(words[0]) <= 12 and not _NO_NAME.match(words[0]) and (len(words[0]) <= 4 or bool(credits_of(text)))
    return all(len(word) <= 20 and not _NO_NAME.match(word) for word in words)


_NO_NAME = re.compile(
    "见[图上下左右表附]|附|注[释：]?|[据即含约共]|以下|简称|特此|完$|未完|待续|节选|有删|全文|资料|系列|连载|之[一二三四五六七八九十]|[上下左右前后中]$|[上下左右]图|"
    "[上下]篇?$|第[一二三四五六七八九十]|同上|略$|插图|题图|本文|详见|试行|修订|暂行|草案|图文?无关|化名|小名|笔名|公章|盖章|签名|省略"
)


def is_signature(text, *, bracketed):
    """Whether the words are a byline. Without brackets, or with words that might be no names, a role word must say so."""
    if not credits_of(text):
        return False
    return bool(_ROLE.search(text) or _HOUSE.search(text)) or (bracketed and _names_only(text))


def tail_byline(text):
    """Where the byline at the end of a paragraph begins, or None: （…）, several of them, or 本报记者 张三 behind the full stop."""
    start, end = None, len(text)
    while found := _OF_THE_AUTHOR.search(text, 0, end) or _BRACKETED.search(text, 0, end):
        own = found.re is _BRACKETED
        if own and not is_signature(found.group(1), bracketed=True):
            break
        if own and found.start() and not _may_precede(text[: found.start()], found.group(1)):
            break
        start = found.start()
        end = len(text[:start].rstrip())
        if end == 0:
            return 0
    if start is not None:
        return start
    if (found := _BEHIND_STOP.search(text)) and is_signature(_FRONT_MARK.sub("", found.group(1)), bracketed=False):
        return found.start(1)
    return None


def _may_precede(text, signature):
    """A bracket with names alone signs only what has ended; one with 记者 or 通讯员 does so anywhere, but 程文喜（记者）."""
    text = text.rstrip()
    return may_end(text) or (bool(re.search("记者|通讯员|摄|文/图|图/文", signature)) and len(signature) > 4)


def is_byline(text):
    """Whether a line is a byline and nothing else."""
    if len(text) > LONGEST_BYLINE or ends_a_sentence(text) and text[-1] not in CLOSE:
        return False
    if tail_byline(text) == 0:
        return True
    bare = _FRONT_MARK.sub("", text)
    if re.search("[，。；！？“”]", bare):
        return False
    return is_signature(bare, bracketed=bare != text)


def is_bare_name(text):
    """张三, 张　三 alone on a line: a byline only where the neighbours say so."""
    bare = re.sub(r"\s", "", text)
    return 2 <= len(bare) <= 4 and names.has_surname(bare) and not re.search(r"[^\u4e00-\u9fff·]", bare)


def is_of_the_page(text):
    """Whether a byline names only who made the page: 责编 美编 校对."""
    credits = credits_of(_FRONT_MARK.sub("", text))
    return bool(credits) and all(credit.role in DESK_ROLES for credit in credits)


def opens_a_byline(text):
    """Whether a line ends inside the brackets of a byline: …便捷服务。(本报记者 仵树大."""
    found = re.search(r"[（(]([^（）()]{1,60})$", text[-61:])
    return bool(found) and bool(re.match(r"\s*(?:本报|[一-龥]{0,8})(?:记者|通讯员|实习生|评论员|作者)", found.group(1)))


# --- The head of a text --------------------------------------------------------------------------------------

_AGENCY = re.compile(
    r"^(?:【\s*)?(?:(?:本报|本刊|本网|本台)(?:[^\s，。（(：:]{0,14}?(?:\d{1,2}月\d{1,2}日)?)?(?:专)?[讯電电]|据?新华社[^，。（(]{1,16}[电電]|[一-龥]{2,12}讯(?=\s*[（(]))(?:\s*】)?"
)
_HEAD_BRACKET = re.compile(rf"\s*[（(]([^（）()]{{1,{LONGEST_BYLINE}}})[）)]")
_HEAD_WORDS = re.compile(
    r"\s*((?:(?:本报)?(?:首席|见习|实习|特约)?(?:记者|通讯员)\s*[^，。、：:\s]{2,12}[\s、]*)+(?:报道|摄影报道)?)(?:[：:]|\s)"
)


def dateline(text):
    """Where the text begins behind 本报讯（记者 …） or （记者 …）, else 0."""
    end = 0
    if found := _AGENCY.match(text):
        if found.group()[-1] in "电電讯】":
            end = found.end()
    if (found := _HEAD_BRACKET.match(text, end)) and is_signature(found.group(1), bracketed=True):
        if end or _ROLE.search(found.group(1)):
            end = found.end()
    elif end and (found := _HEAD_WORDS.match(text, end)) and credits_of(found.group(1).strip()):
        end = found.end(1)
    if end and (found := re.match(r"\s*[：:]", text[end:])):
        end += found.end()
    return end if end < len(text) or text[:end] else 0
