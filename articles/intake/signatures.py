"""Bylines on a page: at the end of a paragraph, on a line of their own, behind 本报讯; and what only looks like one."""

import re
from functools import lru_cache

from articles.intake import names
from articles.intake.bylines import parse_byline
from articles.intake.role_words import DESK_ROLES
from articles.intake.sentences import ends_a_sentence, may_end
from articles.intake.tokens import Doubt
from articles.vocabulary import Role

LONGEST_BYLINE = 120  # characters
SHORT_LINE = 25  # characters
LONGEST_FOREIGN_NAME = 6  # 阿力子日
CLOSE = "）)】〕］"

_UNFIT = {Doubt.NOT_A_BYLINE, Doubt.UNREAD, Doubt.CAPTION_WORDS, Doubt.LONE_CHARACTER}
_ROLE = re.compile(
    "记者|通讯员|评论员|实习生|作者|撰文|撰稿|采写|摄影|供稿|供图|整理|摄|文/图|图/文|文图|图文|报道|编辑|责编|校对|美编|来源|本报|新华社"
)
_OF_THE_AUTHOR = re.compile(r"[（(]\s*(?:本文)?作者(?:系|单位|为|是|简介|[:：])[^（）()]{2,60}[）)]$")
_BRACKETED = re.compile(rf"[（(\[［]([^（）()\[\]［］]{{1,{LONGEST_BYLINE}}})[）)\]］]$")
_FRONT_MARK = re.compile(r"^(?:[□◎■●▲◆○◇☆★▪]\s*|口\s+)")  # 口: what OCR makes of □
_BEHIND_STOP = re.compile(r"(?<=[。！？…”』」）)])\s*((?:□|◎|■|▲|——|—)?\s*[^。！？…”』」，；]{2,60})$")
_HOUSE = re.compile("本报评论员|本报编辑部|本报记者|编辑部$")
_SURELY = re.compile(r"(?:本报|本刊)?(?:首席|见习|实习|特约)?(?:记者|通讯员)[\s：:]")
_WORK = re.compile(r"\s(?:文|图|文图)$|^(?:文|图|撰文|摄影|供图|撰稿|采写|整理)\s*[/／|｜:：]|[/／|｜]\s*(?:文|图)$")
_FROM_ELSEWHERE = re.compile(
    r"^(?:本报综合(?:消息|报道|整理)?|综合(?:新华社|本报|[《“]).{0,12}|(?:据|摘自|转自|选自|来源[:：]\s*)(?:新华社[电讯]?|中新社[电讯]?|《[^》]{2,12}》.{0,8}|"
    r"[一-龥]{2,10}(?:日报|晚报|晨报|社|网|电视台|客户端|公众号|发布))(?:[电讯]|消息|报道)?)$"
)


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
        return singles % 2 == 0 and (names.has_surname(words[0]) or len(words) == 2) and not _NO_NAME.match(words[0])
    if len(words) == 1 and not names.is_unit(words[0]):
        return len(words[0]) <= 12 and not _NO_NAME.match(words[0]) and (len(words[0]) <= 4 or bool(credits_of(text)))
    return all(len(word) <= 20 and not _NO_NAME.match(word) for word in words)


_NO_NAME = re.compile(
    "见[图上下左右表附]|附|注[释：]?|[据即含约共]|以下|简称|特此|完$|未完|待续|节选|有删|全文|资料|系列|连载|之[一二三四五六七八九十]|[上下左右前后中]$|[上下左右]图|"
    "[上下]篇?$|第[一二三四五六七八九十]|同上|略$|插图|题图|本文|详见|试行|修订|暂行|草案|图文?无关|化名|小名|笔名|公章|盖章|签名|省略"
)


def is_signature(text, *, bracketed):
    """Whether the words are a byline. Without brackets a role word must say so, and the names must be names."""
    text = text.strip()
    if _FROM_ELSEWHERE.match(text) or (bracketed and text[:1] == "据" and names.is_unit(text[1:])):
        return True
    if bracketed and _SURELY.match(text) and not re.search("[，。；！？“”]", text):
        return True  # whatever its names are; what cannot be read of them is flagged
    if "无关" in text or not (credits := credits_of(text)):
        return False
    if bracketed:
        return bool(_ROLE.search(text) or _HOUSE.search(text) or _WORK.search(text)) or _names_only(text)
    told = _WORK.search(text) or _ROLE.search(text) or _HOUSE.search(text)
    return bool(told) and (bool(_HOUSE.fullmatch(text)) or all(_is_name(credit.name, text) for credit in credits))


def _is_name(name, line):
    """Whether a credited name is one beyond doubt: 走进李庄 behind 评论员 is none."""
    if names.is_unit(name) or any(dot in name for dot in names.DOTS):
        return True
    if len(name) <= 3 and names.has_surname(name) or name[:2] in names.COMPOUND_SURNAMES and len(name) == 4:
        return True
    if re.search(rf"[/／|｜:：]\s*{re.escape(name)}$", line) and len(name) <= LONGEST_FOREIGN_NAME:
        return True
    apart = re.search(rf"(?:^|[\s/／|｜:：、]){re.escape(name)}(?:$|[\s/／|｜、])", line)
    return bool(apart) and (len(name) <= 3 or len(name) == 4 and names.has_surname(name))


def tail_byline(text):
    """Where the byline at the end of a paragraph begins, or None: （…）, several of them, or 本报记者 张三 behind the full stop."""
    start, end = None, len(text)
    while found := _last_bracket(text, end):
        own = found.re is _BRACKETED
        if own and not is_signature(found.group(1), bracketed=True):
            break
        if own and found.start() and not _may_precede(text[max(found.start() - 40, 0) : found.start()], found.group(1)):
            break
        start = found.start()
        end = start
        while end and text[end - 1].isspace():
            end -= 1
        if end == 0:
            return 0
    if start is not None:
        return start
    if found := _BEHIND_STOP.search(text, max(len(text) - 70, 0)):
        bare = _FRONT_MARK.sub("", found.group(1))
        if is_signature(bare, bracketed=bare != found.group(1)):
            return found.start(1)
    return None


def _last_bracket(text, end):
    """The bracket that ends at `end`, where its words may be a byline."""
    begin = max(end - LONGEST_BYLINE - 2, 0)
    return _OF_THE_AUTHOR.search(text, begin, end) or _BRACKETED.search(text, begin, end)


def _may_precede(text, signature):
    """A bracket with names alone signs only what has ended; one with 记者 or 通讯员 does so anywhere, but 程文喜（记者）."""
    text = text.rstrip()
    if len(text) > SHORT_LINE and all(len(word) in (2, 3) and names.has_surname(word) for word in signature.split()):
        return True  # the paragraph was cut off before it: 年产值（张三峰）
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
    if bare == text or text[0] in "□口◎":
        return is_signature(bare, bracketed=bare != text)
    # ■ and ● stand before heads as well: ■议事厅
    return is_signature(bare, bracketed=False) or are_bare_names(bare) and not names.is_unit(bare.split()[-1])


def is_bare_name(text):
    """张三, 张　三 alone on a line: a byline only where the neighbours say so."""
    bare = re.sub(r"\s", "", text)
    longest = 4 if bare[:2] in names.COMPOUND_SURNAMES else 3
    return 2 <= len(bare) <= longest and names.has_surname(bare) and not re.search(r"[^\u4e00-\u9fff]", bare)


def are_bare_names(text):
    """李明 王芳 alone on a line: up to four names without a role."""
    words = text.split()
    if not all(map(_HAN.fullmatch, words)):
        return False
    if is_bare_name(text):
        return True
    people = [word for word in words if len(word) in (2, 3) and names.has_surname(word)]
    units = [word for word in words if names.is_unit(word)]
    return 1 <= len(words) <= 4 and bool(people) and len(people) + len(units) == len(words)


_HAN = re.compile("[\u4e00-\u9fff]+")


def is_of_the_page(text):
    """Whether a byline names only who made the page: 责编 美编 校对."""
    bare = _FRONT_MARK.sub("", text)
    credits = credits_of(bare)
    if not credits or not all(credit.role in DESK_ROLES and credit.role != Role.SOURCE for credit in credits):
        return False
    return all(
        _is_name(credit.name, bare) or len(credit.name) <= 4 and re.search("[:：/|｜]", bare) for credit in credits
    )


_OPEN_BRACKET = re.compile(r"[（(]([^（）()，。；！？“”]{1,60})$")


def open_byline(text):
    """The words of a byline in brackets that a line ends inside of (…便捷服务。(本报记者 仵树大), or None."""
    found = _OPEN_BRACKET.search(text[-61:])
    words = found.group(1).strip() if found else ""
    told = re.match(r"(?:本报|[一-龥]{0,8})(?:记者|通讯员|实习生|评论员|作者)", words)
    return words if words and (told or all(len(word) <= 4 for word in words.split())) else None


def closes_a_byline(text, rest):
    """Whether the next line closes the brackets of a byline that a line ends inside of."""
    words = open_byline(text)
    closing = rest.rstrip("）) ")
    return words is not None and any(is_signature(words + glue + closing, bracketed=True) for glue in (" ", ""))


# --- The head of a text --------------------------------------------------------------------------------------

_DAY = r"(?:\s*\d{1,2}月\d{1,2}日\s*)?"
_AGENCY = re.compile(
    r"^(?:【\s*)?(?:"
    rf"(?:本报|本刊|本网|本台)(?:[^\s，。（(：:]{{0,14}}?{_DAY})?专?[讯電电]"
    rf"|据?(?:新华社|中新社|中新网|新华网|人民网|央视网|央广网|光明网|中国网)[^，。（(\s]{{0,12}}?{_DAY}(?:综合)?[电電](?!商|视|影|话|子|力|站|网|动|器|信|量|费|缆|压)"
    r"|据?(?:新华社|中新社|[一-龥]{2,8}(?:日报|晚报|网))(?:消息|专电)(?=[\s：:（(])"
    r"|本报综合(?:消息|讯)|本报综合报道(?=[\s：:（(])"
    r"|[一-龥]{2,12}讯(?=\s*[（(]))(?:\s*】)?"
)
_HEAD_BRACKET = re.compile(rf"\s*[（(]([^（）()]{{1,{LONGEST_BYLINE}}})[）)]")
_REPORTERS = r"(?:(?:本报)?(?:首席|见习|实习|特约)?(?:记者|通讯员)\s*[^，。、：:\s]{2,12}[\s、]*)+"
_HEAD_WORDS = re.compile(rf"\s*({_REPORTERS}(?:(?:摄影)?报道)?)(?=[：:]|(?<=\s)|\s)")
_REPORTED = re.compile("(?:摄影)?报道\\s*$")
_OWN_REPORT = re.compile(rf"(本报{_REPORTERS}报道)(?=[：:\s])")


def dateline(text):
    """Where the text begins behind 本报讯（记者 …） or （记者 …）, else 0."""
    end = 0
    if found := _AGENCY.match(text) or _OWN_REPORT.match(text):
        end = found.end()
    if (found := _HEAD_BRACKET.match(text, end)) and is_signature(found.group(1), bracketed=True):
        if end or _ROLE.search(found.group(1)):
            end = found.end()
    elif (
        end
        and (found := _HEAD_WORDS.match(text, end))
        and is_signature(_REPORTED.sub("", found.group(1)), bracketed=False)
    ):
        end = found.end(1)
    if end and (found := re.match(r"\s*[：:]", text[end:])):
        end += found.end()
    return end
