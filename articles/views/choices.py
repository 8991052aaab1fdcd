"""What would narrow a list further, each with its pieces: places, campaigns, the months of a year. And what stands beside a span."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from articles import listing
from articles.days import month_after, span_of_month, span_of_year
from articles.models import Campaign

CAMPAIGNS_OFFERED = 20  # beside a list, the newest first


def with_pieces(places, **narrowed):
    """Those of the places that have public pieces: one probe of the index each, however long their lists are."""
    return places.filter(Exists(listing.entries(region=OuterRef("slug"), **narrowed)))


def counted(places, *, up_to=listing.COUNTED, **narrowed):
    """Those of the places that have public pieces, with how many as `pieces` (`up_to` + 1 where there are more)."""
    pieces = listing.how_many(up_to=up_to, region=OuterRef("slug"), **narrowed)
    return list(with_pieces(places, **narrowed).annotate(pieces=pieces))


def counted_for_the_map(places, **narrowed):
    """The same, and those without pieces that have a place on the map."""
    probe = Exists(listing.entries(region=OuterRef("slug"), **narrowed))
    pieces = listing.how_many(region=OuterRef("slug"), **narrowed)
    return list(places.filter(Q(tile_row__isnull=False) | probe).annotate(pieces=pieces))


def campaigns_offered(**narrowed):
    """The newest campaigns that have pieces in a list, with how many as `pieces`."""
    campaigns = Campaign.objects.filter(Exists(listing.entries(campaign=OuterRef("slug"), **narrowed)))
    return list(campaigns.annotate(pieces=listing.how_many(campaign=OuterRef("slug"), **narrowed))[:CAMPAIGNS_OFFERED])


class Year(NamedTuple):
    """The twelve months of a year as (first day, pieces), and the nearest months that have pieces in another year, or None."""

    first: date
    months: list
    before: date | None
    after: date | None

    def beside(self, month):
        """The nearest months with pieces before and after a month of this year, None for none."""
        used = [each for each, pieces in self.months if pieces]
        before, after = [each for each in used if each < month], [each for each in used if each > month]
        return before[-1] if before else self.before, after[0] if after else self.after


def year_of(day, **narrowed):
    """The calendar of the day's year of a list, None where the list has no piece at all."""
    first = date(day.year, 1, 1)
    months = [first.replace(month=month) for month in range(1, 13)]
    spans = [tuple(span_of_month(month).values()) for month in months]
    pieces = listing.tally_spans(spans, **narrowed)
    before, after = map(month_of, listing.around(**span_of_year(day.year), **narrowed))
    if not (any(pieces) or before or after):
        return None
    return Year(first, list(zip(months, pieces, strict=True)), before, after)


def month_of(moment):
    """The first day of a moment's month; None for None."""
    return moment and timezone.localdate(moment).replace(day=1)


def month_as_days(month):
    """The first and the last day of a month."""
    return month, month_after(month) - timedelta(days=1)
