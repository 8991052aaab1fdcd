"""What stands beside the matches of a search: the names it means, what would narrow it, and what to try when nothing was found."""

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone

from articles import listing
from articles.matches import EVERYWHERE, Lists, newest
from articles.models import ANY, Campaign, Contributor, ListEntry, Locality, Version
from articles.search_filed import campaigns_by_name, campaigns_called, contributors_called, places_called
from articles.search_query import Query, Word, read, typed
from articles.searchable import COMMON, fold
from articles.vocabulary import Kind

NAMES, PIECES_OF_A_NAME = 4, 3
OFFERED = 12  # of each sort of what narrows
TRIED = 8  # other searches that are tried when nothing was found, and as many single words
SUGGESTED = 4  # of them at most
_PUNCTUATION = re.compile(r"(?<![0-9])[\W_]+|[\W_]+(?![0-9])")  # 3.5万 is one word


class Name(NamedTuple):
    """A place, a campaign or a contributor that is called as somebody searched: with its newest pieces, as publications."""

    what: str  # "place", "campaign" or "contributor"
    row: object
    pieces: int  # listing.COUNTED + 1 where there are more
    newest: list


class Choice(NamedTuple):
    """What would narrow the matches: its value in an address, its name, and how many pieces; None where they were not counted."""

    value: str
    name: str
    pieces: int | None


class Choices(NamedTuple):
    regions: list
    campaigns: list
    kinds: list
    periods: list


class Suggestion(NamedTuple):
    """Another search that finds something: `dropped` is what it goes without, if that is all."""

    query: Query
    lists: Lists
    dropped: str = ""


# --- names -----------------------------------------------------------------------------------------------


def names_of(query):
    """The names with public pieces that a word of the query is; a name in letters (songxian) too."""
    found, campaigns = {}, campaigns_by_name()
    for term in dict.fromkeys(query.terms[:NAMES]):
        found |= {place: ("place", {"region": place.slug}) for place in places_called(term)[:NAMES]}
        found |= {one: ("campaign", {"campaign": one.slug}) for one in campaigns_called(term, campaigns)[:NAMES]}
        facets = {one: {"facet": listing.contributor_facet(one.uuid)} for one in contributors_called(term)[:NAMES]}
        found |= {one: ("contributor", facet) for one, facet in facets.items()}
    names = (_name(what, row, **narrowed) for row, (what, narrowed) in found.items())
    return list(islice((name for name in names if name.pieces), NAMES))


def _name(what, row, **narrowed):
    page = listing.page(**narrowed, size=PIECES_OF_A_NAME)
    return Name(what, row, listing.count(**narrowed) if page.publications else 0, page.publications)


# --- what narrows ----------------------------------------------------------------------------------------


def choices(matches, lists, *, counted):
    """What the matches could be narrowed to. Where they are not `counted`, being only some of them, nor are the choices.

    What all of them are is left out, but for places: through one of those lead its counties and towns.
    """
    entries = ListEntry.objects.filter(publication__version__in=[match.version for match in matches], facet=ANY)
    regions = _tally(entries.filter(campaign=ANY).exclude(region=ANY), "region")
    campaigns = _tally(entries.filter(region=ANY).exclude(campaign=ANY), "campaign")
    kinds = _tally(Version.objects.filter(pk__in=[match.version for match in matches]), "kind")
    places = Locality.objects.filter(slug__in=regions)
    places = places.filter(parent__slug=lists.region) if lists.region != ANY else places.cities()
    labels = dict(Version.kind.field.choices)
    found = Choices(
        _offered(regions, dict(places.values_list("slug", "name"))),
        _offered(campaigns, dict(Campaign.objects.filter(slug__in=campaigns).values_list("slug", "name"))),
        _offered(kinds, {kind: labels[kind] for kind in kinds if kind != Kind.PAGE}),  # which stands in no list
        _periods(matches, lists),
    )
    if not counted:
        return Choices(*([choice._replace(pieces=None) for choice in offered[:OFFERED]] for offered in found))
    narrower = ([choice for choice in offered if choice.pieces < len(matches)] for offered in found[1:])
    return Choices(found.regions[:OFFERED], *(offered[:OFFERED] for offered in narrower))


def _tally(rows, field):
    return dict(rows.order_by().values_list(field).annotate(pieces=Count("pk")))


def _offered(pieces, names):
    found = [Choice(value, names[value], number) for value, number in pieces.items() if value in names]
    return sorted(found, key=lambda choice: (-choice.pieces, choice.value))


def _periods(matches, lists):
    """The years of the matches or, within a year, its months; the newest first."""
    days = [timezone.localdate(match.published_at) for match in matches]
    if lists.since and (lists.since.year, lists.since.month) == (lists.until.year, lists.until.month):
        return []
    if lists.since:
        months = Counter((day.year, day.month) for day in days)
        return [Choice(f"{y}-{m:02}", f"{y}年{m}月", n) for (y, m), n in sorted(months.items(), reverse=True)]
    years = Counter(day.year for day in days)
    return [Choice(str(year), f"{year}年", number) for year, number in sorted(years.items(), reverse=True)]


# --- when nothing was found ------------------------------------------------------------------------------


def suggestions(query, lists):
    """Other searches that find something, those nearest to the one that does not first."""
    found = _that_find(_others(query, lists)) or _that_find(_single_words(query, lists))
    if found or lists == EVERYWHERE:
        return found
    return _that_find(_single_words(query, EVERYWHERE, "已选条件"))


def _that_find(others):
    tried = {}
    for other in others:
        if other.query and _can_be_typed(other.query):
            tried.setdefault((other.query, other.lists), other)
    tried = list(tried.values())[:TRIED]
    return list(islice((other for other in tried if newest(other.query, other.lists, most=1)), SUGGESTED))


def _can_be_typed(query):
    again = read(typed(query))
    return (again.terms, again.excluded, len(again.fields)) == (query.terms, query.excluded, len(query.fields))


def _others(query, lists):
    if query.since:
        yield Suggestion(replace(query, since=None, until=None, times=()), lists, _said(query.times))
    if lists != EVERYWHERE:
        yield Suggestion(query, EVERYWHERE, "已选条件")
    for name in _names_in_letters(query):
        yield Suggestion(replace(query, words=(Word(name, fold(name)),)), lists)
    if len(query.words) + len(query.fields) > 1:
        for word in query.words:
            rest = tuple(other for other in query.words if other != word)
            yield Suggestion(replace(query, words=rest), lists, _said([f"{'-' * word.excluded}{word.typed}"]))
        for field in query.fields:
            rest = tuple(other for other in query.fields if other != field)
            yield Suggestion(replace(query, fields=rest), lists, _said([f"{'-' * field.excluded}{field.value}"]))
    for word in query.words:
        if not word.excluded and not word.term.isascii():
            rest = [other for other in query.words if other != word]
            for parts in _parts_of(word.term):
                words = dict.fromkeys([*rest, *(Word(part, part) for part in parts)])
                yield Suggestion(replace(query, words=tuple(words)), lists)


def _parts_of(term):
    """(one, other, …) ways to take a word apart: at its punctuation or, where it has none, into two of two characters or more."""
    parts = tuple(filter(None, _PUNCTUATION.split(term)))
    if parts != (term,):
        return [parts] if parts else []
    return [(term[:cut], term[cut:]) for cut in range(2, len(term) - 1)]


def _single_words(query, lists, dropped=""):
    """Each word alone, or the first and the last characters of a single one; common characters and bits of numbers say nothing."""
    parts = [part for word in query.words if not word.excluded for part in _PUNCTUATION.split(word.term) if part]
    parts = [part for part in parts if len(part) > 1 or part not in COMMON]
    if len(parts) == 1 and len(parts[0]) > 3 and not parts[0].isascii():
        parts += [parts[0][:2], parts[0][-2:]]
    for part in parts:
        yield Suggestion(Query(words=(Word(part, part),)), lists, dropped)


def _said(words):
    return "".join(f"“{word}”" for word in words)


def _names_in_letters(query):
    letters = "".join(term.replace(" ", "") for term in query.terms)
    if not letters.isascii() or not letters.isalpha():
        return []
    names = [str(place.name) for place in Locality.objects.filter(slug=letters)]
    names += [
        one.name for one in Contributor.objects.called(letters)[:NAMES] if one.sort_key.replace(" ", "") == letters
    ]
    return dict.fromkeys(names)
