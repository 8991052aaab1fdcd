"""The search of the list of pieces: by a piece's number, or by words as readers search (articles/search_query.py), drafts included."""

import re
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from articles.days import begins
from articles.matches import GLANCE
from articles.models import Article, SearchText
from articles.narrowing import Narrowing, Track
from articles.search import looked_up, reading
from articles.search_filed import filing, known
from articles.search_query import AUTHOR, CAMPAIGN, COLUMN, LONGEST, REGION, read
from articles.searchable import fold, grams_needed

COMMON = GLANCE // 10  # of the newest texts: where so many hold the words, the next page of pieces is not far
BEGINNING = 5  # characters of a number that may stand for it
SHOWN = 40  # characters of what was typed that a sentence repeats
_NUMBER = re.compile(rf"(?=.*[0-9])[0-9A-Z][0-9A-Z-]{{{BEGINNING - 1},19}}")
_HIGHEST = "9" * 8  # stands behind whatever a number goes on with, in the order of either database
NOTHING = Narrowing(narrow=lambda articles: articles.none())


class Search(NamedTuple):
    """What the search box asks of a list; how it was read as [(label, words)], empty for plain words; a sentence if it asks for nothing."""

    narrowings: list[Narrowing]
    reading: list[tuple[str, str]] = []
    problem: str = ""


def searched(typed):
    """The Search of what somebody typed."""
    if numbers := _numbered(typed):
        return Search([numbers])
    query = read(typed)
    if not query:
        said = _("“%(typed)s” holds no word to look for. Type words of the piece, or its number.")
        return Search([NOTHING], problem=said % {"typed": query.typed[:SHOWN]})
    return Search([*_of_words(query), *map(_of_field, query.fields), *_of_days(query)], _reading_of(query))


def _numbered(typed):
    """The pieces of a number or of its beginning; None when it is none."""
    number = fold(typed[:LONGEST]).upper()
    if not _NUMBER.fullmatch(number) or read(number).times:
        return None
    # startswith alone is no range of the index on SQLite, and the range alone is none of letters on PostgreSQL.
    span = (number, number + _HIGHEST)
    pieces = Article.objects.pieces().filter(number__startswith=number, number__range=span).order_by()
    return Narrowing(Track(pieces, in_order=False)) if pieces.exists() else None


def _of_words(query):
    """Rare words are looked up by the index, common ones read for in each piece: neither then walks the archive."""
    if not query.words:
        return []
    indexed = any(map(grams_needed, query.terms))
    if not indexed or _common(query) or (ids := looked_up(query)) is None:
        texts = reading(SearchText.objects.filter(article=OuterRef("pk")), query)
        return [Narrowing(narrow=lambda articles: articles.filter(Exists(texts)))]
    return [Narrowing(Track(Article.objects.filter(pk__in=ids).order_by()))] if ids else [NOTHING]


def _common(query):
    newest = SearchText.objects.filter(pk__in=SearchText.objects.order_by("-pk").values("pk")[:GLANCE])
    return len(reading(newest, query).values_list("pk")[:COMMON]) == COMMON


def _of_field(field):
    rows, key = filing(field)
    track = Track(rows.order_by(), key, in_order=False, repeats=True)
    if field.excluded:
        return Narrowing(narrow=lambda articles: articles.exclude(track.names("pk")))
    return Narrowing(track)


def _of_days(query):
    if not query.since:
        return []
    first, end = begins(query.since), begins(query.until + timedelta(days=1))
    return [Narrowing(narrow=lambda articles: articles.filter(created_at__gte=first, created_at__lt=end))]


def _reading_of(query):
    if not (query.excluded or query.fields or query.since or query.ignored or query.cut):
        return []
    names = {AUTHOR: _("author"), REGION: _("region"), CAMPAIGN: _("campaign"), COLUMN: _("column")}
    found = []
    if query.terms:
        found.append((_("with the words"), _quoted(word for word in query.words if not word.excluded)))
    if query.excluded:
        found.append((_("without the words"), _quoted(word for word in query.words if word.excluded)))
    for field in query.fields:
        label = _("not of the %(field)s") % {"field": names[field.name]} if field.excluded else names[field.name]
        found.append((label, field.value if known(field) else _("%(name)s (not known here)") % {"name": field.value}))
    if query.since:
        days = dict.fromkeys((query.since, query.until))
        found.append((_("entered on"), " – ".join(map(str, days))))
    if query.ignored:
        found.append((_("left out"), " ".join(query.ignored)))
    if query.cut:
        found.append((_("too long"), _("only the first %(n)d characters were read") % {"n": LONGEST}))
    return found


def _quoted(words):
    return "".join(f"“{word.typed}”" for word in words)
