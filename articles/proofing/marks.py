"""Punctuation: what is opened and not closed, where a paragraph breaks off, signs that no newspaper prints, half-width marks."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.proofing.copy import Copy, Finding, body, found, passages, running

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff"

# --- Quote marks and brackets ----------------------------------------------------------------------------

_CLOSES = {
    "”": "“",
    "’": "‘",
    "）": "（",
    "》": "《",
    "〉": "〈",
    "】": "【",
    "」": "「",
    "』": "『",
    "〕": "〔",
    "］": "［",
    "]": "[",
}
_MARKS = re.compile("[" + re.escape("".join(_CLOSES) + "".join(_CLOSES.values()) + "()") + "]")
_WIDE = {"(": "（", ")": "）", "[": "［", "]": "］"}  # （…) is paired; that its widths differ is said elsewhere
_QUOTES = frozenset("“”‘’「」『』")
_NUMBER = re.compile(
    r"(?:\A|(?<=[\s，。；：、！？,;:“]))(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4}|[一二三四五六七八九十]{1,3}|[①-⑳])\s?[)）]"
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[\w\-./?%&=#:~+@!,;()]*|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+", re.ASCII
)
_STRAIGHT = re.compile(r'(?<!\d)"')


def unmatched(copy: Copy) -> Iterator[Finding]:
    """A mark that opens and is not closed in its paragraph, or closes what nothing opened.

    A quotation over several paragraphs opens in each and closes in the last only: what stays open is no fault when the
    next paragraph begins with the same mark.
    """
    next_of = _next_paragraphs(copy)
    for passage in passages(copy):
        following = next_of[passage.paragraph] if passage.field == "body" else ""
        for start in _alone(passage.text, following):
            mark = passage.text[start]
            check = "unmatched_quote" if mark in _QUOTES else "unmatched_bracket"
            said = (
                _("%(mark)s closes nothing that was opened in this paragraph.")
                if mark in _CLOSES or mark == ")"
                else _("%(mark)s is not closed in this paragraph.")
            )
            yield found(check, passage, start, start + 1, said % {"mark": mark})
        straight = [match.start() for match in _STRAIGHT.finditer(passage.text)] if '"' in passage.text else ()
        if len(straight) % 2 and not following.startswith('"'):
            start = straight[-1]
            yield found(
                "unmatched_quote", passage, start, start + 1, _("The straight quote marks here are not paired.")
            )


def _next_paragraphs(copy):
    """For each paragraph of the body the next that is neither heading nor verse, or ""."""
    after, following = [], ""
    for number in reversed(range(len(copy.paragraphs))):
        after.append(following)
        if number not in copy.exempt:
            following = copy.paragraphs[number]
    return after[::-1]


def _alone(text, following):
    """Where the marks stand that have no partner, in order."""
    marks = list(_MARKS.finditer(text))
    opened, alone = [], []
    passed_over = _no_marks(text) if any(match.group() in "()）" for match in marks) else ()
    for match in marks:
        place, mark = match.start(), _WIDE.get(match.group(), match.group())
        if mark not in _CLOSES:
            if place not in passed_over:
                opened.append((mark, place))
        elif any(other == _CLOSES[mark] for other, _place in opened[-8:]):
            while opened[-1][0] != _CLOSES[mark]:
                alone.append(opened.pop()[1])
            opened.pop()
        elif place not in passed_over and not _is_apostrophe(text, place):
            alone.append(place)
    goes_on = opened and following.startswith(opened[0][0]) and text.find(opened[0][0], opened[0][1] + 1) < 0
    left = [place for mark, place in opened if not (goes_on and mark in _QUOTES)]
    return sorted(alone + left)


def _no_marks(text):
    """Where brackets belong to an address or to a number: 1), （1）."""
    places = {match.end() - 1 for match in _NUMBER.finditer(text)}
    for match in _ADDRESS.finditer(text):
        places.update(range(*match.span()))
    return places


def _is_apostrophe(text, place):
    """students’, ’98世界邮展"""
    letter = text[place - 1 : place]
    return text[place] == "’" and (letter.isascii() and letter.isalpha() or text[place + 1 : place + 3].isdecimal())


# --- Where paragraphs end --------------------------------------------------------------------------------

_CREDIT = re.compile(
    r"(?:\A|[。！？”])\s*[^，。！？]{1,30}(?:摄|摄影|摄影报道|供图|文/图|图/文|\s文|\s图|整理)\Z|[。！？”]\s*[—–]{1,4}\w{2,8}\Z"
)
_AT_EASE = "：:；;—–"  # what may end a paragraph when another follows
_OPENS = "，,、“‘（(《【「『〈〔~～·"
_LINE = 30  # a line without any pause may be a heading, a name, a date
_VERSE = 24
_PAUSE = re.compile("[，。！？；,!?;]")
_ASIDE = re.compile("（[^（）]{1,20}）")
_SENTENCE_END = re.compile("[。！？；：，](?![^（）]{0,20}）)")
_LABEL = re.compile(
    r"\A\W?\s*(?:\w{0,6}(?:电话|热线|地址|邮箱|邮编|网址|联系人|时间|地点|来源|附件?|编辑|校对|责编|账号|户名))\s*[：:]"
)
_SIGNED = re.compile(
    r"(?:\d{4}|[二〇零一]{4})年\s?(?:\d|[一二三四五六七八九十]){1,2}月\s?(?:\d|[一二三四五六七八九十]){1,3}日\Z"
)


def cut_off(copy: Copy) -> Iterator[Finding]:
    """A paragraph of running text that does not end as sentences do."""
    for passage in body(copy):
        if passage.paragraph not in copy.exempt and ends_open(copy, passage.paragraph):
            text = passage.text.rstrip()
            pause = max(text.rfind(mark, max(len(text) - 20, 0), len(text) - 1) for mark in "，。；！？、：") + 1
            start = pause or max(len(text) - 12, 0)
            yield found(
                "cut_off_paragraph",
                passage,
                start,
                len(text),
                _("This paragraph ends without closing punctuation: has its end been lost?"),
            )


def ends_open(copy: Copy, number: int) -> bool:
    """Whether a paragraph breaks off. Lines that are no sentences (headings, names, verse, addresses) do not."""
    text, last = copy.paragraphs[number].rstrip(), number == len(copy.paragraphs) - 1
    if not text or last and copy.jump or not (text[-1].isalnum() or text[-1] in _OPENS + _AT_EASE + "%％‰℃"):
        return False
    is_line = len(text) <= _LINE and not _PAUSE.search(text)
    if text[-1] in _AT_EASE:
        return last and not is_line
    if text[-1] in _OPENS:
        return text[-1] not in "，,、" or not _is_verse(copy, number)
    if is_line or _is_list(text) or _LABEL.match(text) or _is_verse(copy, number) or _SIGNED.search(text):
        return False
    return not _CREDIT.search(text[-60:]) and not any(
        match.end() == len(text) for match in _ADDRESS.finditer(text[-200:])
    )


def _is_list(text):
    """Whether a paragraph ends in names in a row, of which nothing more is said."""
    names = _ASIDE.sub("", _SENTENCE_END.split(text)[-1]).split("、")
    return len(names) >= 6 and max(map(len, names[1:])) <= 8


def _is_verse(copy, number):
    """Whether three short lines follow each other, this one among them, with no full stop inside: verse or a list."""
    run = 0
    for other in range(max(number - 2, 0), min(number + 3, len(copy.paragraphs))):
        text = copy.paragraphs[other].strip()
        run = run + 1 if len(text) <= _VERSE and "。" not in text[:-1] else 0
        if run >= 3:
            return len(copy.paragraphs[number].strip()) <= _VERSE
    return False


# --- Signs that no newspaper prints ----------------------------------------------------------------------

_GARBLED = re.compile(
    rf"""
    \ufffd+
  | (?<=[{HAN}，、])[□■▯◻]+(?=[{HAN}，、。](?!者))                   # a sign the machine could not read; □记者 is a mark
  | [□■▯◻]{{2,}}
  | (?<=[{HAN}])\?{{2,}}(?=[{HAN}]) | \?{{4,}}
  | (?:[Ã-ï][\u0080-¿€‚ƒ„†‡ˆ‰Š‹ŒŽ•˜™š›œžŸ]{{1,2}}){{2,}}         # UTF-8 read as Latin-1
  | 锟斤拷 | (?:烫烫烫|屯屯屯) | (?:鈥[渂樻滄]|锛[屼歿]|銆[傚佷]|鐨勫|涓€)  # UTF-8 read as GBK, and what that leaves
  | [\ue000-\uf8ff\u0080-\u009f]+                                    # a layout system's own signs
  | &(?:nbsp|amp|lt|gt|quot|[lr][sd]quo|hellip|middot|mdash|\#x?[\da-f]{{1,6}}); | </?(?:p|br|span|div|strong|b|i|img|a|font)\b[^<>]{{0,200}}>
    """,
    re.X | re.I,
)


# A quick look: few texts have any of these.
_ASKS = re.compile("[吗呢吧么啥谁何哪几啊呀]|多少|是不是|怎|如何|难道")
_SUSPECT = re.compile("[\ufffd□■▯◻?&<Ã-ï锟烫屯鈥锛銆鐨涓\ue000-\uf8ff\u0080-\u009f]")


def garbled(copy: Copy) -> Iterator[Finding]:
    for passage in passages(copy):
        if not _SUSPECT.search(passage.text):
            continue
        for match in _GARBLED.finditer(passage.text):
            if match.group()[0] == "?" and _ASKS.search(passage.text[max(match.start() - 15, 0) : match.start()]):
                continue  # 怎么办??
            yield found(
                "garbled", passage, *match.span(), _("Characters that could not be read or were wrongly converted.")
            )


# --- Style -----------------------------------------------------------------------------------------------

_TWICE = re.compile("[，、；：][，、；：。！？]|。[，、；：]|(?<!。)。。(?!。)")
_ANY_HALF = re.compile("[(),:;?!.]")
_HALF = re.compile(rf"(?<=[{HAN}])\s?[(),:;?!]|[(),:;?!](?=\s?[{HAN}])|(?<=[{HAN}])\.(?=[{HAN}]|\Z)")


def marks_twice(copy: Copy) -> Iterator[Finding]:
    for passage in running(copy):
        for match in _TWICE.finditer(passage.text):
            yield found("mark_twice", passage, *match.span(), _("Two punctuation marks follow each other."))


def half_width(copy: Copy) -> Iterator[Finding]:
    """Half-width marks beside Chinese characters, said once a text: it is a style, and mended at one stroke."""
    for passage in passages(copy):
        if not _ANY_HALF.search(passage.text):
            continue
        text = _ADDRESS.sub(lambda match: "x" * len(match.group()), passage.text)
        places = [match.end() - 1 for match in _HALF.finditer(text)]
        if places:
            marks = " ".join(dict.fromkeys(passage.text[place] for place in places))
            said = ngettext(
                "Half-width mark beside Chinese characters: %(marks)s",
                "%(count)d half-width marks beside Chinese characters: %(marks)s",
                len(places),
            ) % {"count": len(places), "marks": marks}
            yield found("half_width", passage, places[0], places[-1] + 1 if len(places) == 2 else places[0] + 1, said)
