"""Days of the Shanghai calendar in addresses, and the moments they begin and end."""

from datetime import date, datetime, time, timedelta

from django.http import Http404
from django.utils import timezone

YEARS = range(1900, 2200)  # a county paper is not older, and the clock's arithmetic stays safe


def day_or_404(year, month=1, day=1):
    """The date, or the 404 page when the calendar has no such day (2023-02-30)."""
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Http404 from error
    if found.year not in YEARS:
        raise Http404
    return found


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
