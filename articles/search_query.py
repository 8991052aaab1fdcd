"""The language of search, as people know it from elsewhere: what they typed, read into words, fields and days.

嵩县 葡萄            both words         “葡萄 产业”       a phrase: word for word
-天气                without the word   作者:王博          also 地区: 专题: 栏目: (记者: region: …)
2023年11月, 2023-11-19, 2023年           in that time; two of them, or 2022年至2023年: from the one to the other
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta

from articles.days import month_after
from articles.searchable import fold

LONGEST = 200  # characters that are read; what is longer was pasted by mistake
MOST = 8  # words, phrases and fields

AUTHOR, REGION, CAMPAIGN, COLUMN = "author", "region", "campaign", "column"
_NAMES = {
    "作者": AUTHOR, "记者": AUTHOR, "通讯员": AUTHOR, "摄影": AUTHOR, "author": AUTHOR,
    "地区": REGION, "地点": REGION, "region": REGION,
    "专题": CAMPAIGN, "campaign": CAMPAIGN,
    "栏目": COLUMN, "column": COLUMN,
}  # fmt: skip
LABELS = {AUTHOR: "作者", REGION: "地区", CAMPAIGN: "专题", COLUMN: "栏目"}
_WITHOUT = re.compile(r"[-－−](?=\S)")
_FIELD = re.compile(rf"((?ai:{'|'.join(_NAMES)}))\s?[:：]\s*(?=\S)")
_CLOSED_BY = {'"': '"＂', "＂": '"＂', "“": "”", "”": "”", "「": "」", "『": "』"}
_WORD = re.compile(r"\S+")
_BLANKS = re.compile(r"\s+")
_YEAR, _MONTH, _DAY = r"((?:19|20)[0-9]{2})", r"(1[0-2]|0?[1-9])", r"(3[01]|[12][0-9]|0?[1-9])"
_TIMES = (
    re.compile(rf"{_YEAR}年"),
    re.compile(rf"{_YEAR}(?:年{_MONTH}月|-{_MONTH}|/{_MONTH}|\.(1[0-2]|0[1-9]))"),
    re.compile(rf"{_YEAR}(?:年{_MONTH}月{_DAY}日?|-{_MONTH}-{_DAY}|/{_MONTH}/{_DAY}|\.{_MONTH}\.{_DAY})"),
    re.compile(rf"{_YEAR}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"),
)
_FROM_TO = re.compile(r"至|到|[—–~〜−‐]+|\.\.+|-")
_BLANKS_AROUND_TO = re.compile(rf"(?<=[0-9年月日])\s+(至|到)\s+(?={_YEAR})")
_MONTH_BEFORE, _YEAR_BEFORE = re.compile(rf"{_YEAR}年{_MONTH}月"), re.compile(rf"{_YEAR}年")
# 王　博, as newspapers print it; in a row of single characters the blanks divide words
_NAME_SET_WIDE = re.compile(
    r"(?<![^\s:：\-－−])(?<!^\S\u3000)(?<!\s\S\u3000)([㐀-鿿])\u3000([㐀-鿿])(?!\S)(?!\u3000\S(?:\s|$))"
)


@dataclass(frozen=True)
class Word:
    """A word or phrase: as it was typed, and `term`, folded, which the text must hold or, `excluded`, must not."""

    typed: str
    term: str
    excluded: bool = False


@dataclass(frozen=True)
class Field:
    """What a piece is filed under: `name` is one of AUTHOR, REGION, CAMPAIGN, COLUMN, `value` as it was typed."""

    name: str
    value: str
    excluded: bool = False

    @property
    def label(self):
        return LABELS[self.name]


@dataclass(frozen=True)
class Query:
    """What was understood. `since` and `until` are the first and the last day, or None.

    `ignored` holds what says nothing or was too much; `cut` tells that only the beginning of what was typed was read.
    """

    typed: str = ""
    words: tuple[Word, ...] = ()
    fields: tuple[Field, ...] = ()
    since: date | None = None
    until: date | None = None
    times: tuple[str, ...] = ()  # the days as they were typed
    ignored: tuple[str, ...] = ()
    cut: bool = False

    @property
    def terms(self):
        return [word.term for word in self.words if not word.excluded]

    @property
    def excluded(self):
        return [word.term for word in self.words if word.excluded]

    def __bool__(self):
        """Whether it asks for anything: what is only without something is no question."""
        return bool(self.terms or self.since or any(not field.excluded for field in self.fields))


def read(typed):
    """The Query of what somebody typed; it never fails."""
    text = typed.strip()
    words, fields, spans, times, ignored = {}, {}, [], [], []
    for said, rest, excluded, name, quoted in _parts(_set_plainly(text[:LONGEST])):
        term = fold(rest)
        span = None if quoted or name or excluded else _span(unicodedata.normalize("NFKC", rest))
        if not term or not (quoted or any(map(_says_something, term))):
            ignored.append(said)
        elif span:
            spans.append(span)
            times.append(said)
        elif len(words) + len(fields) == MOST:
            ignored.append(said)
        elif name:
            fields[name, term, excluded] = Field(name, _BLANKS.sub(" ", rest.strip()), excluded)
        else:
            words[term, excluded] = Word(rest.strip(), term, excluded)
    return Query(
        typed=text[:LONGEST],
        words=tuple(words.values()),
        fields=tuple(fields.values()),
        since=min((first for first, _last in spans), default=None),
        until=max((last for _first, last in spans), default=None),
        times=tuple(times),
        ignored=tuple(ignored),
        cut=len(text) > LONGEST,
    )


def _set_plainly(text):
    """Without blanks within a name or within a range of days."""
    return _BLANKS_AROUND_TO.sub(r"\1", _NAME_SET_WIDE.sub(r"\1\2", text))


def _says_something(character):
    """Letters, digits and pictures do; punctuation only between quotation marks."""
    return character.isalnum() or unicodedata.category(character) == "So"


def typed(query):
    """A query as it would be typed: read() makes the same of it."""
    parts = [f"{'-' * word.excluded}{_quoted(word.typed)}" for word in query.words]
    parts += [f"{'-' * field.excluded}{field.label}:{_quoted(field.value)}" for field in query.fields]
    return " ".join([*parts, *query.times])


def _quoted(said):
    alone = read(said)
    return said if [word.typed for word in alone.words] == [said] and not alone.excluded else f"“{said}”"


def without_days(query):
    """The same with what was read as days looked for as words."""
    words = tuple(Word(time, fold(time)) for time in query.times)
    return replace(query, words=(*query.words, *words)[:MOST], since=None, until=None, times=())


def _parts(text):
    """(as typed, the words of it, whether excluded, the name of its field or "", whether in quotation marks) of each part."""
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        begin = place
        if excluded := _WITHOUT.match(text, place):
            place = excluded.end()
        if field := _FIELD.match(text, place):
            place = field.end()
        end = _end_of_phrase(text, place)
        if end:
            rest, place = text[place + 1 : end], end + 1
        else:
            rest = _WORD.match(text, place).group()
            place += len(rest)
        yield text[begin:place], rest, bool(excluded), field and _NAMES[field[1].lower()], bool(end)


def _end_of_phrase(text, place):
    """Where the quotation that opens here is closed, before a blank or the end; None when none opens or it is never closed."""
    closing = _CLOSED_BY.get(text[place], "")
    ends = (n for n in range(place + 1, len(text)) if text[n] in closing)
    return next((n for n in ends if n + 1 == len(text) or text[n + 1].isspace()), None)


def _span(word):
    """(first day, last day) of a year, a month, a day, or from one to another; None for all other words."""
    if days := _days_of(word):
        return days
    for between in _FROM_TO.finditer(word):
        if days := _from_to(word[: between.start()], word[between.end() :]):
            return days
    return None


def _from_to(left, right):
    """(first day, last day) of two times, where either may go without what the other says: 2023年1月 3月, 2022 2023年."""
    if not left or not right or not (_days_of(left) or _days_of(right)):
        return None
    before = [found.group() for found in (_MONTH_BEFORE.match(left), _YEAR_BEFORE.match(left)) if found]
    first = _days_of(left) or _days_of(f"{left}年")
    last = next(filter(None, map(_days_of, (right, f"{right}年", *(said + right for said in before)))), None)
    return (min(first[0], last[0]), max(first[1], last[1])) if first and last else None


def _days_of(word):
    """(first day, last day) of a year, a month or a day in any of the ways it is written; None for all other words."""
    for found in filter(None, (pattern.fullmatch(word) for pattern in _TIMES)):
        year, *rest = (int(number) for number in found.groups() if number)
        try:
            first = date(year, *[*rest, 1, 1][:2])
        except ValueError:  # 2023-02-30
            return None
        if len(rest) == 2:
            return first, first
        after = month_after(first) if rest else date(year + 1, 1, 1)
        return first, after - timedelta(days=1)
    return None
