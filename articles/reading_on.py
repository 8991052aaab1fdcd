"""What a reader may go on to from a story: 相关报道, and the neighbours in time of a piece that was never printed.

Two prepared questions, whatever the piece carries: the tops of the lists that it stands in, no deeper than the page can show, and
the titles of those chosen among them.
"""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db.models import Value

from articles import listing
from articles.models import ANY, ListEntry, Publication, public_address
from articles.prepared import Prepared
from articles.reading import Neighbour

MOST = 6  # pieces under 相关报道
CAMPAIGNS, PLACES = 2, 3  # of a piece, whose lists are looked through
_BESIDE = 2  # rows asked on either side: the piece itself may be one of them
_LIST = ("region", "campaign", "facet")
_PREVIOUS, _NEXT = -2, -1  # where a related piece has the rank of its list


class Related(NamedTuple):
    title: str
    url: str
    published_at: datetime


class Onward(NamedTuple):
    """`previous` and `next` are the older and the newer neighbour in time; None too where they were not asked for."""

    previous: Neighbour | None
    next: Neighbour | None
    related: list[Related]


def onward(publication, labels, column, at, *, in_time):
    """What stands beside a piece (a reading.Released with its Labels and the slug of its column or None) at a moment."""
    lists = _lists(labels, column)
    if not lists and not in_time:
        return Onward(None, None, [])
    found = _tops(publication, lists, column, at, in_time)
    previous, following = found.pop(_PREVIOUS, []), found.pop(_NEXT, [])
    related = list(dict.fromkeys(sum((found[rank] for rank in sorted(found)), [])))[:MOST]
    told = _told([*previous[:1], *following[:1], *related])
    return Onward(
        *(Neighbour(*told[pks[0]][:2]) if pks else None for pks in (previous, following)), [told[pk] for pk in related]
    )


def _lists(labels, column):
    """(region, campaign, facet) of the lists that hold what is related, the nearest first."""
    campaigns = [campaign.slugs[0] for campaign in labels.campaigns[:CAMPAIGNS]]
    places = _going_up(labels.about[0].slugs) if labels.about else []
    both = [(place, campaign, ANY) for place in places for campaign in campaigns]
    wider = [(ANY, campaign, ANY) for campaign in campaigns] + [(place, ANY, ANY) for place in places]
    return both + wider + ([(ANY, ANY, _facet(column))] if column else [])


def _facet(column):
    return f"column:{column}"


def _going_up(slugs):
    """From the place up to its county or city; a province only where the piece is about it as a whole."""
    return list(slugs[:0:-1] or slugs)[:PLACES]


def _tops(publication, lists, column, at, in_time):
    """{rank of a list, _PREVIOUS or _NEXT: ids of the publications that stand first there}, the piece itself left out."""
    asked = {f"{part}{rank}": key for rank, keys in enumerate(lists) for part, key in zip(_LIST, keys, strict=True)}
    if in_time:
        own = {"published_at": publication.published_at, "publication": publication.publication}
        asked |= own | {"line": _facet(column) if column else ANY}
    rows = _ask_tops(len(lists), in_time)(at=at, **asked)
    tops = {}
    for rank, pk, _published_at, _order in sorted(rows, key=_as_listed):
        if pk != publication.publication:
            tops.setdefault(rank, []).append(pk)
    if _NEXT in tops:
        tops[_NEXT].reverse()  # the nearest first
    return tops


def _as_listed(row):
    rank, pk, published_at, order = row
    return rank, -published_at.timestamp(), order, pk


@cache
def _ask_tops(count, in_time):
    """The question for a piece with so many lists."""
    kinds = {f"{part}{rank}": str for rank in range(count) for part in _LIST}
    if in_time:
        # In this order: listing.entries() takes the earlier of two moments, and what stands for them is that of the first.
        kinds |= {"published_at": datetime, "publication": int, "line": str}
    return Prepared(_rows_on_top, {**kinds, "at": datetime})


def _rows_on_top(at, published_at=None, publication=None, line=None, **keys):
    parts = []
    for rank in range(len(keys) // len(_LIST)):
        rows = listing.entries(*(keys[f"{part}{rank}"] for part in _LIST), at=at)
        parts.append(_ranked(rank, rows.order_by("-published_at", "printed_order", "publication")[: MOST + 1]))
    if publication:
        own = listing.Cursor(published_at, 0, publication)
        older = listing.entries(facet=line, newest=published_at, at=at).filter(listing.older_than(own))
        newer = listing.entries(facet=line, since=published_at, at=at).filter(listing.newer_than(own))
        parts += [
            _ranked(_PREVIOUS, older.order_by("-published_at", "printed_order", "publication")[:_BESIDE]),
            _ranked(_NEXT, newer.order_by("published_at", "-printed_order", "-publication")[:_BESIDE]),
        ]
    return parts[0].union(*parts[1:], all=True)


def _ranked(rank, top):
    """The rows of a slice, which SQLite takes in a union only as a condition."""
    rows = ListEntry.objects.filter(pk__in=top.values("pk")).order_by()
    return rows.values_list(Value(rank), "publication", "published_at", "printed_order")


def _titles(**pks):
    publications = Publication.objects.filter(pk__in=pks.values()).order_by()
    return publications.values_list("pk", "version__title", "article", "first_published_at", "address", "published_at")


_PLACES_ON_THE_PAGE = [f"piece{n}" for n in range(MOST + 2)]
_ask_titles = Prepared(_titles, dict.fromkeys(_PLACES_ON_THE_PAGE, int))


def _told(pks):
    """{id of a publication: what the page says of it}"""
    if not pks:
        return {}
    asked = dict.fromkeys(_PLACES_ON_THE_PAGE, 0) | dict(zip(_PLACES_ON_THE_PAGE, pks, strict=False))
    return {
        pk: Related(title, public_address(article, first, address), published_at)
        for pk, title, article, first, address, published_at in _ask_titles(**asked)
    }
