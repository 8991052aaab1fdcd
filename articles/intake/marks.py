"""What a stretch of a newspaper page is, by its own look: a byline, a dateline, a jump line, a caption, furniture, a head.

Each function looks at one line and knows nothing of its neighbours; articles/intake/parse.py weighs what stands together.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from articles.intake import names
from articles.intake.bylines import parse_byline
from articles.intake.role_words import DESK_ROLES
from articles.intake.tokens import Doubt
from articles.vocabulary import Role

LONGEST_TITLE = 40  # characters of a headline (domain: none in sight is longer)
LONGEST_BYLINE = 120
OPEN, CLOSE = "（([【〔［", "）)]】〕］"

# --- Sentences ---------------------------------------------------------------------------------------------

_END = re.compile(r"(?:[。！？!?…]|[.．](?=$)|——)[”’」』\"'）)】》]*$|[：:]$|[；;]$")
_SOFT_END = re.compile(r"[”’」』）)】》\"]$")


def ends_a_sentence(text):
    """Whether a line may be the last one of a paragraph: it ends a sentence, or leads on to a list."""
    return bool(_END.search(text))


def may_end(text):
    """Whether a line ends as some paragraphs do without a full stop: with a closing quote or bracket."""
    return ends_a_sentence(text) or bool(_SOFT_END.search(text))


_PARAGRAPH = re.compile("近日|日前|今年|去年|据了解|据悉|目前|同时|此外|另外|连日来|近年来|下一步|[“‘]")


def begins_a_paragraph(text):
    """Whether a line opens as paragraphs of news do. One that does not may open one all the same."""
    return bool(_PARAGRAPH.match(text))


# --- Bylines -----------------------------------------------------------------------------------------------

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
    found = re.search(r"[（(]([^（）()]{1,60})$", text)
    return bool(found) and bool(re.match(r"\s*(?:本报|[一-龥]{0,8})(?:记者|通讯员|实习生|评论员|作者)", found.group(1)))


# --- The head of a text ------------------------------------------------------------------------------------

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


# --- Captions ----------------------------------------------------------------------------------------------

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


# --- What belongs to the page, not to a piece ----------------------------------------------------------------

_DATE = r"(?:20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
_FURNITURE = (
    re.compile(_DATE + r"(?=$|\s|星期|周|农历|[（(]?第|[|｜·/])"),
    re.compile(r"^(?:星期|周)[一二三四五六日天]\b"),
    re.compile(r"^农历|^[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年"),
    re.compile(r"^(?:第?\s*[A-D]?[0-9０-９]{1,3}|第\s*[一二三四五六七八九十]{1,3})\s*版(?:$|[\s:：·|｜—-].{0,12}$)"),
    re.compile(r"^[A-D]\d{1,2}$|^0?\d{1,2}$|^.{1,8}[·•|｜\s]\s*[A-D]?\d{1,2}\s*版?$"),
    re.compile(
        r"第\s*\d+\s*期|总\s*第\s*\d+|国内统一|统一刊号|\bCN\s?\d|ISSN|邮发代号|代号[:：]?\s*\d|今日\s*\d+\s*版|零售价|每份|定价|全年订价"
    ),
    re.compile(
        r"(?:电\s*话|热\s*线|传\s*真|邮\s*箱|邮\s*编|地\s*址|网\s*址|印\s*刷|承\s*印|主\s*办|主\s*管|出\s*版|发\s*行|投稿|QQ|微信(?:号|公众号)|版权|广告(?:部|经营)?(?:许可证|热线)?)\s*[:：]"
    ),
    re.compile(r"\d{3,4}[-—－]\d{7,8}|[\w.]+@[\w.]+|www\.|https?://"),
    re.compile(r"版权所有|严禁转载|未经.{0,8}许可|扫码|扫一扫|法律顾问|违法和不良信息"),
    re.compile(r"^广\s*告$|^公\s*益\s*广\s*告$"),
    re.compile(
        r"^(?:值班)?(?:总编辑?|主任|编委|编审|审读|组版|版式|签发|出品|监制|策划|统筹|本版(?:责任)?(?:编辑|责编|主编|校对|美编))\s*[:：|｜/\s]"
    ),
    re.compile(r"^(?:本期|本版)(?:责任)?(?:编辑|责编|主编|校对)"),
)
_TITLE_OF_A_PAPER = re.compile(
    r"^(?:今日|新|[一-龥])[一-龥]{0,9}(?:日报|晚报|晨报|时报|商报|导报|农村版|周报|周刊|快报|都市报|报)(?:\s*[A-Za-z\s]+)?$|^今日[一-龥]{2,4}$"
)


def is_furniture(text):
    """Whether a line belongs to the page itself: date and page number, who made it, where it can be reached."""
    if len(text) > 120 or "。" in text[:-1]:
        return False
    if text.isascii() and not any(map(str.isdigit, text)):
        return len(text) < 60
    if is_of_the_page(text) and tail_byline(text) is None:
        return True
    return any(shape.search(text) for shape in _FURNITURE) and (len(text) <= 60 or not re.search("[，；]", text))


def is_title_of_a_paper(text):
    return len(text) <= 24 and bool(_TITLE_OF_A_PAPER.match(re.sub(r"\s", "", text) if not text.isascii() else text))


# --- Heads -------------------------------------------------------------------------------------------------

_NEWS_IN_BRIEF = re.compile(
    r"(?:简|短|快|要|微|新)讯|短波|短新闻|微新闻|一句话|集锦|集纳|速递|速览|快览|快报|快递|动态|资讯|点击|扫描|荟萃|传真|百字|信息(?:窗|台|快车|荟萃)?$|要闻(?:简报|速览|回放)|简报|新闻(?:速|快|集|串)"
)
_PICTURES = re.compile("图片|影像|光影|镜头|掠影|图说|影廊|看图|摄影|写真|画页|画刊|瞬间|视界|视觉")
_STANDING = re.compile(
    r"(?:新闻|论坛|大家谈|观察|视点|聚焦|焦点|广角|专栏|之窗|在线|时评|评论|短评|来信|风采|文苑|副刊|视线|视角|天地|园地|平台|讲堂|课堂|家园|热线|调查|追踪|关注|纵横|"
    r"看台|走笔|随笔|手记|札记|杂谈|漫谈|杂感|直说|有话|圆桌|茶座|访谈|对话|故事|人物|榜样|先锋|进行时|一线|现场|行动|回声|反馈|问答|提示|服务台|备忘|链接|"
    r"文化|法治|教育|健康|三农|党建|生活|社会|民生|经济|综合|要闻|本地|乡村|基层|时讯|国内|国际|体育|声音|心语|絮语|漫笔|诗|苑|角|台|窗|谈|栏|坊|荐|评|论)$"
)
_BRACKETED_HEAD = re.compile(
    r"^[【〖\[［]\s*([^】〗\]］]{2,14})\s*[】〗\]］]$|^[★●■◆◇▌▎|｜]*\s*[《]?([^《》]{2,12})[》]?\s*[★●■◆◇▌▎|｜]*$"
)
_LETTERS = re.compile(r"\s*[A-Za-z][A-Za-z\s&'.·-]*$")


def column_name(text):
    """The name that a column head gives: 图片新闻 of 图片新闻 NEWS and of 【图片新闻】."""
    bare = _LETTERS.sub("", text).strip()
    found = _BRACKETED_HEAD.match(bare)
    name = (found.group(1) or found.group(2)) if found else bare
    return re.sub(r"[\s\u3000]", "", name.strip("★●■◆◇▌▎|｜·—-:： "))


def is_column_head(text, known=()):
    """Whether a line is a standing head: one that the desk knows, one in 【】 or with an English tail, or one that reads so."""
    if len(text) > 30 or re.search("[，。；！？]", text):
        return False
    name = column_name(text)
    if not 2 <= len(name) <= 12:
        return False
    if name in known:
        return True
    framed = text[0] in "【〖[［" and text[-1] in "】〗]］" or bool(_LETTERS.search(text) and not text.isascii())
    if framed:
        return True
    return len(name) <= 7 and bool(_NEWS_IN_BRIEF.search(name) or _PICTURES.search(name) or _STANDING.search(name))


def is_of_briefs(name):
    return bool(_NEWS_IN_BRIEF.search(name))


def is_of_pictures(name):
    return bool(_PICTURES.search(name))


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


def front_mark(text):
    """Where the text begins behind □, else 0."""
    found = _FRONT_MARK.match(text)
    return found.end() if found else 0


def column_is_framed(text):
    """Whether 【…】 or an English tail say that a line is a standing head."""
    return bool(re.match(r"[【〖［\[]", text) and re.search(r"[】〗］\]]$", text)) or bool(
        not text.isascii() and _LETTERS.search(text) and len(text) <= 30
    )


def is_two_phrases(text):
    """Two phrases of about one length with a blank between, as a banner over a package has them."""
    parts = text.split()
    return len(parts) == 2 and min(map(len, parts)) >= 4 and abs(len(parts[0]) - len(parts[1])) <= 3


def is_garbled(text):
    """Whether a stretch holds what no editor writes: � or a run of boxes or question marks."""
    return bool(re.search(r"\ufffd|[□■?？]{2,}|锟斤拷|烫烫", text))


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
