"""What the public templates need beside Django's own tags. Each only dresses what a view has already loaded."""

from calendar import Calendar

from django import template
from django.core.files.storage import default_storage
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.filter
def media_url(name):
    """The address of a stored file; empty while there is none."""
    return default_storage.url(name) if name else ""


@register.filter
def marked(runs):
    """The runs of a block as HTML, without a character added between them."""
    return format_html_join("", "{}", ((_in_weight(run),) for run in runs))


def _in_weight(run):
    return format_html("<strong>{}</strong>", run.text) if run.bold else run.text


@register.simple_tag
def byline(parts, pages):
    """The printed byline word for word, each name linked that has a page ({contributor uuid: address}, or nothing)."""
    return format_html_join("", "{}", ((_linked(part.text, (pages or {}).get(part.contributor)),) for part in parts))


def _linked(text, url):
    return format_html('<a href="{}">{}</a>', url, text) if url else text


@register.filter
def stands_for(title, caption):
    """Whether the title is only the beginning of the caption: a photo piece without a headline of its own."""
    return (caption or "").startswith(title.removesuffix("…"))


@register.filter
def full_name(chain):
    """A place as a reader says it: 洛阳市嵩县, its province left out."""
    names = [name for name, _ in chain]
    return "".join(names[1:] or names)


@register.filter
def weeks(month, days):
    """The weeks of a calendar page, Monday first: rows of (day, pieces); None for a day of another month.

    `month` is any day of it, `days` the (day, pieces) pairs of the days that have pieces.
    """
    pieces = dict(days)
    rows = Calendar().monthdatescalendar(month.year, month.month)
    return [[(day, pieces.get(day, 0)) if day.month == month.month else None for day in row] for row in rows]


@register.simple_tag(takes_context=True)
def current(context, page, *below):
    """aria-current for a link of the navigation: the page itself, or one below it, by their URL names."""
    here = getattr(context["request"].resolver_match, "url_name", None)
    if here == page:
        return format_html(' aria-current="{}"', "page")
    return format_html(' aria-current="{}"', "true") if here in below else ""
