"""Days in addresses."""

from datetime import date

from django.http import Http404

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
