"""Totals for staff: functions from what is asked to rows, which a page and a CSV print alike.

What is counted about a campaign costs what the campaign holds, and nothing of the archive around it.
"""

from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from articles.models import CampaignTag, CampaignTarget, Locality
from articles.vocabulary import Kind


class RegionTotal(NamedTuple):
    place: Locality
    pieces: int  # but those in the recycle bin; one about two of the places counts in both
    live: int  # of them: what the public may read
    target: int | None  # pieces the campaign expects of the place

    @property
    def missing(self):
        """How many live pieces are short of the target; None without one."""
        return None if self.target is None else max(self.target - self.live, 0)


class MonthTotal(NamedTuple):
    first_day: date | None  # None: pieces without a release
    pieces: int  # but those in the recycle bin
    live: int  # of them: what the public may read


def campaign_by_region(campaign, *, below=None, since=None, until=None, at=None):
    """A RegionTotal of every place directly below one (None: of every province), in official order, nought included."""
    rows = _of(campaign, since, until).filter(content_object__coverage__region__parent=below)
    region = "content_object__coverage__region"
    counted = {row.pop(region): row for row in rows.order_by().values(region).annotate(**_counts(at))}
    targets = dict(CampaignTarget.objects.filter(campaign=campaign).values_list("locality", "pieces"))
    nothing = {"pieces": 0, "live": 0}
    return [
        RegionTotal(place, **counted.get(place.pk, nothing), target=targets.get(place.pk))
        for place in Locality.objects.filter(parent=below).order_by("order", "path")
    ]


def campaign_by_month(campaign, *, place=None, since=None, until=None, at=None):
    """A MonthTotal of every month of release by the Beijing calendar, newest first; pieces without a release at the head.

    Each piece counts once, so their sum is the campaign's total.
    """
    rows = _of(campaign, since, until)
    rows = rows.filter(content_object__coverage__region=place) if place else rows
    month = TruncMonth("content_object__publication__published_at")
    found = [
        MonthTotal(month and timezone.localdate(month), pieces, live)
        for month, pieces, live in rows.order_by()
        .values(month=month)
        .annotate(**_counts(at))
        .values_list("month", "pieces", "live")
    ]
    return sorted(found, key=lambda total: total.first_day or date.max, reverse=True)


def _of(campaign, since, until):
    """The tags of a campaign's pieces outside the recycle bin, with a release in the span where one is given."""
    rows = CampaignTag.objects.filter(tag=campaign, content_object__trashed_at=None)
    rows = rows.exclude(content_object__kind=Kind.PAGE)
    rows = rows.filter(content_object__publication__published_at__gte=since) if since else rows
    return rows.filter(content_object__publication__published_at__lt=until) if until else rows


def _counts(at):
    at = at or timezone.now()
    release = "content_object__publication__"
    live = Q(**{f"{release}published_at__lte": at, f"{release}held": False, f"{release}withdrawn_at": None})
    ended = Q(**{f"{release}expires_at__lte": at})
    return {"pieces": Count("pk"), "live": Count("pk", filter=live & ~ended)}
