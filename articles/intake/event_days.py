"""When things happened: 11月19日 in a piece, set in its year by the day of the edition.

A day without a year is read as a newspaper's reader reads it: of the edition's own year; of the year before when it would
otherwise lie half a year ahead (a December day in a January paper); of the year to come when the sentence looks ahead and
the day is over (将于1月5日 in a December paper). The words stay as they are printed.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

AHEAD = timedelta(days=182)  # a day without a year lies no further ahead than this, unless its sentence looks ahead
STALE = timedelta(
    days=31
)  # 将于10月31日 in a paper of November is this year's: an old sentence, no event of next autumn


class EventDay(NamedTuple):
    """A day that a piece names. day is None when there is no such day (6月31日).

    start and end are offsets in the named field: of paragraph `paragraph` for "body" and "caption", else paragraph is None.
    """

    day: date | None
    words: str
    field: str
    paragraph: int | None
    start: int
    end: int
    year_stated: bool


_BLANK = r"[ \u3000\xa0]?"
_DIGIT = "0-9０-９"
_HAN_DIGIT = "〇零○一二三四五六七八九十廿卅"
_HAN_MONTH = "十[一二]?|[一二三四五六七八九]"
_HAN_DAY = "三十一?|(?:二十|廿)[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九]"
_YEAR = (
    rf"(?:(?P<era>民国){_BLANK})?(?P<year>(?<![{_DIGIT}])[{_DIGIT}]{{4}}|(?<![{_DIGIT}])[{_DIGIT}]{{2}}|"
    rf"(?<![{_HAN_DIGIT}])[〇零○一二三四五六七八九]{{4}}){_BLANK}年{_BLANK}"
    r"|(?P<said>今|本|去|上|前|明|后|同|当|该|次|翌|每|历|往|逐)年(?:度)?的?"
)
_MONTH_DAY = (
    rf"(?:(?<![{_DIGIT}.．])(?P<m>[{_DIGIT}]{{1,2}}){_BLANK}月{_BLANK}(?P<d>[{_DIGIT}]{{1,2}})"
    rf"|(?<![{_HAN_DIGIT}])(?P<hm>{_HAN_MONTH})月(?P<hd>{_HAN_DAY}))"
)
_ENDING = rf"{_BLANK}(?:日|号(?![文楼线院井令机]))"
_SPAN = r"(?:至|到|[-－—–―~～]{1,2})"  # from … until
_LISTING = "、和与及"
_LIST = rf"[{_LISTING}]"
_DAY = re.compile(
    rf"(?:{_YEAR})?{_MONTH_DAY}(?:{_ENDING}|(?={_BLANK}(?:{_SPAN}|{_LIST}){_BLANK}[{_DIGIT}]{{1,2}}{_BLANK}日))"
    rf"|(?<![{_DIGIT}])(?P<bare>[{_DIGIT}]{{4}})(?={_BLANK}年)"
)
_FURTHER = re.compile(
    rf"{_BLANK}(?P<how>{_SPAN}|{_LIST}){_BLANK}(?P<words>(?:(?P<year>[{_DIGIT}]{{4}}){_BLANK}年{_BLANK})?"
    rf"(?:(?P<m>[{_DIGIT}]{{1,2}}){_BLANK}月{_BLANK})?(?P<d>[{_DIGIT}]{{1,2}})"
    rf"(?:{_ENDING}|(?={_BLANK}(?:{_SPAN}|{_LIST}){_BLANK}[{_DIGIT}]{{1,2}}{_BLANK}日))"
    rf"|(?:(?P<hm>{_HAN_MONTH})月)?(?P<hd>{_HAN_DAY})日)"
)
_OTHER_CALENDAR = re.compile(
    r"(?:农历|阴历|旧历|古历|夏历|藏历|傣历|彝历|回历|[宣光]统|光绪|宣统|同治|咸丰|道光|嘉庆|乾隆|雍正|康熙|昭和|大正|明治)"
    r"[^，。；！？\n]{0,10}$"
)
_LOOKS_AHEAD_BEFORE = re.compile(
    r"(?:[将拟][于在从自至到]|将(?:持续|延续|一直)|即将|拟定|定于|定在)[^。；！？;!?\n]{0,24}$"
    r"|(?:计划|预计|预定|力争|争取|确保|有望)[^，。；！？,;!?\n]{0,12}$"
)
_LOOKS_AHEAD_BEHIND = re.compile(
    r"(?:前后|起|前|后|上午|下午|晚|晚上)?(?:，|,)?(?:将(?![军领士相帅门才])|拟(?!态)|即将)|[^。；！？;!?\n]{0,30}?(?:将[于在]|即将|拟[于在])"
)
_HAN = {word: number for number, word in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_RELATIVE = {"今": 0, "本": 0, "去": -1, "上": -1, "前": -2, "明": 1, "后": 2}


def read_event_days(
    paragraphs: Sequence[str],
    edition_day: date,
    *,
    kicker: str = "",
    headline: str = "",
    subhead: str = "",
    captions: Sequence[str] = (),
) -> tuple[EventDay, ...]:
    """The days that a piece names, in the order of its text: titles, body, captions. Each end of 19日至21日 is one day.

    Days of another calendar (农历), of every year (每年11月9日) and of a year that the piece does not tell (次年) are left out.
    """
    texts = [("kicker", None, kicker), ("headline", None, headline), ("subhead", None, subhead)]
    texts += [("body", number, words) for number, words in enumerate(paragraphs)]
    texts += [("caption", number, words) for number, words in enumerate(captions)]
    found, told = [], None
    for field, paragraph, text in texts:
        days, told = _days_of(text, edition_day, told)
        found += [
            EventDay(day, text[start:end], field, paragraph, start, end, stated) for day, start, end, stated in days
        ]
    return tuple(found)


def _days_of(text, edition_day, told):
    """The days of one text as (day, start, end, stated), and the year that is told last."""
    days, place = [], 0
    while match := _DAY.search(text, place):
        place = match.end()
        if match["bare"]:
            told = _number(match["bare"])
            continue
        month, day = _number(match["m"] or match["hm"]), _number(match["d"] or match["hd"])
        year, stated = _year_of(match, edition_day, told), bool(match["year"] or match["said"])
        if match["year"]:
            told = year
        skipped = stated and year is None or _OTHER_CALENDAR.search(text, max(0, match.start() - 20), match.start())
        if not stated:
            year = _usual_year(text, *match.span(), month, day, edition_day)
        group = [(_day(year, month, day), match.start(), match.end(), stated)]
        while further := _FURTHER.match(text, place):
            place = further.end()
            then, day = _number(further["m"] or further["hm"]) or month, _number(further["d"] or further["hd"])
            if further["year"]:
                year, stated = _number(further["year"]), True
            elif further["how"] in _LISTING and then != month and not stated:
                year = _usual_year(text, *further.span("words"), then, day, edition_day)
            elif further["how"] not in _LISTING and then < month and year is not None:
                year += 1  # 12月30日至1月3日
            month = then
            group.append((_day(year, month, day), *further.span("words"), stated))
        if not skipped:
            days += group
    return days, told


def _year_of(match, edition_day, told):
    """The year that stands before a day, or None where none stands, or the piece does not tell which it is."""
    if match["year"]:
        number = _number(match["year"])
        if match["era"]:
            return 1911 + number
        if len(match["year"]) == 4:
            return number
        century = edition_day.year // 100 * 100
        return century + number if century + number <= edition_day.year + 1 else century - 100 + number
    if match["said"] in _RELATIVE:
        return edition_day.year + _RELATIVE[match["said"]]
    if told is not None and match["said"] in ("同", "当", "该", "次", "翌"):
        return told + (match["said"] in "次翌")
    return None


def _usual_year(text, start, end, month, day, edition_day):
    """The year of a day that says none."""
    nearest = _day(edition_day.year, month, day)
    if nearest is None:
        return edition_day.year
    if _LOOKS_AHEAD_BEFORE.search(text, max(0, start - 30), start) or _LOOKS_AHEAD_BEHIND.match(text, end):
        return edition_day.year + ((edition_day - nearest) > STALE)
    return edition_day.year - ((nearest - edition_day) > AHEAD)


def _number(words):
    """Of 19, １９, 十九, 廿一 or 二〇二三; 0 of nothing."""
    if not words:
        return 0
    if words.isdecimal():
        return int(words)
    if "十" not in words and len(words) == 4:
        return int("".join(str(_HAN[word]) for word in words))
    words = words.replace("廿", "二十").replace("十十", "十")
    tens, ten, ones = words.rpartition("十")
    return (_HAN[tens] if tens else 1 if ten else 0) * 10 + (_HAN[ones] if ones else 0)


def _day(year, month, day):
    try:
        return None if year is None else date(year, month, day)
    except ValueError:
        return None
