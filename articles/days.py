"""Days of the Shanghai calendar, and the moments they begin and end."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate
from django.utils import timezone


def begins(day):
    """The moment a day begins in Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.min))


def month_after(day):
    """The first day of the month after the day's."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def span_of_day(day):
    """since and until of a day."""
    return {"since": begins(day), "until": begins(day + timedelta(days=1))}


def span_of_month(day):
    """since and until of the day's month."""
    return {"since": begins(day.replace(day=1)), "until": begins(month_after(day))}


def span_of_year(year):
    """since and until of a year, given as a number."""
    return {"since": begins(date(year, 1, 1)), "until": begins(date(year + 1, 1, 1))}


@lru_cache(maxsize=2)  # today stands on every page
def lunar(day):
    """农历: the day in the lunar calendar, as a masthead says it: 丙午年十月十四. Empty for years that its tables do not know."""
    try:
        found = LunarDate.from_solar(day)
    except (InvalidLunarDateError, ValueError):
        return ""
    month = {"冬": "十一", "腊": "十二"}.get(found.cn_month, found.cn_month)
    return f"{found.gz_year}年{'闰' if found.leap else ''}{month}月{found.cn_day}"
