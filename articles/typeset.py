"""The engine of the public templates, Jinja2, and what they may call beside its own filters. Each only dresses what a view has loaded."""

from calendar import Calendar
from datetime import datetime
from functools import cache, lru_cache
from urllib.parse import urlencode

from django.core.files.storage import default_storage
from django.template.defaultfilters import linebreaks_filter
from django.templatetags.static import static
from django.urls import reverse
from django.utils import dateformat, timezone, translation
from jinja2 import Environment, StrictUndefined

from articles import listing, renditions, structured, type_size
from articles.days import lunar
from articles.intake.place_names import short_name
from articles.models.places import full_name
from articles.text import for_xml


def environment(**options):
    """The Jinja2 environment of templates/public/, as settings.TEMPLATES asks for it.

    A name that a view did not give is an error, not an empty place; tags that stand alone on a line leave no line behind.
    """
    made = Environment(**{**options, "undefined": StrictUndefined}, trim_blocks=True, lstrip_blocks=True)
    # Jinja's own (range, lipsum …) are left out: every import of a partial compares the globals.
    made.globals = {
        "url": url,
        "static": cache(static),
        "querystring": querystring,
        "sized": sized,
        "structured": structured,
    }
    made.filters |= {
        "counted": counted,
        "date": date,
        "day": timezone.localdate,
        "for_xml": for_xml,
        "full_name": full_name,
        "linebreaks": linebreaks_filter,
        "issue": issue,
        "local": timezone.localtime,
        "lunar": lunar,
        "media_url": media_url,
        "sources": renditions.sources,
        "srcset": renditions.srcset,
        "short_name": short_name,
        "stands_for": stands_for,
        "weeks": weeks,
    }
    return made


# --- addresses -------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)  # the tree of regions alone shows some thousands
def url(name, *args):
    """The address of a named page, as reverse() gives it."""
    return reverse(name, args=args)


def querystring(request, **changes):
    """The query of this page's address with some parameters changed, None taking one away; as Django's tag of that name.

    Every other value is written as str(), so that a cursor, which is a tuple, stays one value.
    """
    given = dict(request.GET.lists())
    left = {name: values for name, values in given.items() if changes.get(name, "") is not None}
    left |= {name: [str(value)] for name, value in changes.items() if value is not None}
    return f"?{urlencode(left, doseq=True)}" if left or given else ""


def sized(request, size):
    """This page's address in another size of type: "small", "large" or "" for the middle."""
    query = querystring(request, **{type_size.PARAMETER: size or None})
    return query if len(query) > 1 else request.path


def media_url(name):
    """The address of a stored file; empty while there is none."""
    return default_storage.url(name) if name else ""


# --- words -----------------------------------------------------------------------------------------------


def date(value, form):
    """A day or moment by the Shanghai clock, in the letters of Django's filter of that name; empty for None.

    In Chinese always: the desk's preview and its 404 page are made while the account's language is active.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _in_chinese(timezone.localtime(value), form)
    return _day(value, form)


def _in_chinese(value, form):
    with translation.override("zh-hans"):
        return dateformat.format(value, form)


_day = lru_cache(maxsize=4096)(_in_chinese)  # a page repeats few days, and many pages the same


def counted(pieces, up_to=listing.COUNTED):
    """A number of pieces that was counted no further than `up_to`: 1000+."""
    return f"{up_to}+" if pieces > up_to else str(pieces)


def stands_for(title, caption):
    """Whether the title is only the beginning of the caption: a photo piece without a headline of its own."""
    return (caption or "").startswith(title.removesuffix("…"))


def issue(number):
    """The number of an issue as a page says it; one that was entered in words stays as it is."""
    return f"第{number}期" if number.isdigit() else number


def weeks(month, days):
    """The weeks of a calendar page, Monday first: rows of (day, pieces); (None, 0) for a day of another month.

    `month` is any day of it, `days` the (day, pieces) pairs of the days that have pieces.
    """
    pieces = dict(days)
    rows = Calendar().monthdatescalendar(month.year, month.month)
    return [[(day, pieces.get(day, 0)) if day.month == month.month else (None, 0) for day in row] for row in rows]
