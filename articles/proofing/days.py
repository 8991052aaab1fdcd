"""Days: that they exist, that what has happened lies before the edition, and on which weekday a day fell."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from articles.intake.event_days import EventDay, read_event_days
from articles.proofing.copy import Copy, Finding, found, passages

_ANY_YEAR = date(2024, 1, 1)  # a leap year: only 2月30日 is no day in it
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d\s?年")
_WEEKDAY = re.compile(r"\s?[(（，]?(?:星期|周|礼拜)([一二三四五六日天])(?![至到、和一二三四五六日])")
_WEEKDAYS = "一二三四五六日"
_AHEAD = re.compile(
    "[将拟要]|计划|预计|预期|截至|截止|届时|起|至|到|前|定于|定在|即日|施行|实施|开幕|举办|举行|报名|期间|为期|为止|期限|—|-|～|节|日子|纪念|每"
)
_BEHIND_PAST = re.compile("，|[上下]午|[当凌清早傍]|晚|一大早")
_OPENING = 12  # characters before a day that still opens its sentence: 记者11月21日, 本报讯（记者 张三）
_SLIP = timedelta(days=32)  # a day further ahead, told as past, is rather one of last year
_SENTENCE_END = re.compile("[。！？；\n]")


def days(copy: Copy) -> Iterator[Finding]:
    """What is wrong with the days of a piece in the paper of its day, as far as that is known."""
    texts = {(passage.field, passage.paragraph): passage for passage in passages(copy)}
    year_told = any(_YEAR.search(passage.text) for passage in texts.values())
    read = read_event_days(
        copy.paragraphs,
        copy.day or _ANY_YEAR,
        kicker=copy.kicker,
        headline=copy.headline,
        subhead=copy.subhead,
        captions=copy.captions,
    )
    for event in read:
        passage = texts[event.field, event.paragraph]
        if fault := _fault(event, passage.text, copy.day, year_told):
            check, said = fault
            yield found(check, passage, event.start, event.end, said)


def _fault(event: EventDay, text, edition, year_told):
    """(check, sentence) or nothing."""
    if event.day is None:
        return "impossible_date", _("There is no such day.")
    if edition is None and not event.year_stated:
        return None if year_told else ("date_without_year", _("Which year? The day of the edition is not known."))
    weekday = _WEEKDAY.match(text, event.end)
    if weekday and _WEEKDAYS.index(weekday[1].replace("天", "日")) != event.day.weekday():
        values = {"day": event.day.isoformat(), "weekday": "星期" + _WEEKDAYS[event.day.weekday()]}
        return "weekday", _("%(day)s is a %(weekday)s.") % values
    if edition and edition < event.day < edition + _SLIP and _is_told_as_past(text, event):
        return "date_after_edition", _("This day lies after the edition of %(day)s.") % {"day": edition.isoformat()}
    return None


def _is_told_as_past(text, event):
    """Whether a day opens its sentence and nothing there looks ahead: notices and plans name days to come."""
    before = _SENTENCE_END.split(text[max(event.start - 60, 0) : event.start])[-1]
    behind = _SENTENCE_END.split(text[event.end : event.end + 200])[0]
    opens = len(before) <= _OPENING and _BEHIND_PAST.match(behind)
    return bool(opens) and not _AHEAD.search(before + behind)
