"""Every text of a piece that readers could read, from when to when: what the history of its release tells."""

import re
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from articles.models import Version
from articles.vocabulary import Act

ACTS = (Act.PUBLISHED, Act.SCHEDULED, Act.UNSCHEDULED, Act.EXPIRY_SET, Act.HELD, Act.RELEASED, Act.WITHDRAWN)
_MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d"
_MOMENTS = re.compile(rf"({_MOMENT})(?: – ({_MOMENT}))?$")  # what an entry's note ends with, as publish.py writes it


class PublicText(NamedTuple):
    """A version and the time in which readers could read it; `until` is None while they can."""

    version: Version
    since: datetime
    until: datetime | None


class _Standing:
    """What readers find at the piece's address, entry by entry; `since` may lie ahead of an entry."""

    def __init__(self):
        self.found, self.version, self.since, self.end, self.awaited = [], None, None, None, None

    def stop(self, at):
        """Readers find nothing from a moment on."""
        until = min(at, self.end) if self.end else at
        if self.version and self.since < until:
            self.found.append(PublicText(self.version, self.since, until))
        self.awaited = self.since if self.version and self.since > at else None
        self.version = None

    def begin(self, version, since):
        self.version, self.since = version, since


def of(article, at=None):
    """The PublicTexts of a piece up to the moment `at` (default: now), the newest first, in one query."""
    at = at or timezone.now()
    entries = article.history.filter(act__in=ACTS, at__lte=at).select_related("version").defer("version__content")
    standing = _Standing()
    for entry in entries.order_by("at", "pk"):
        _follow(standing, entry)
    ended = standing.end and standing.end <= at
    if standing.version and standing.since <= at and not (ended and standing.end <= standing.since):
        standing.found.append(PublicText(standing.version, standing.since, standing.end if ended else None))
    return standing.found[::-1]


def _follow(standing, entry):
    if entry.act == Act.EXPIRY_SET:
        # A piece that had ended and gets a later end is public again from this moment.
        if standing.version and standing.end and standing.end <= entry.at:
            version, began = standing.version, standing.since
            standing.stop(entry.at)
            standing.begin(version, max(began, entry.at))
        standing.end = _moments(entry)[0]
    elif entry.act in (Act.PUBLISHED, Act.SCHEDULED):
        begins, ends = _moments(entry)
        standing.stop(entry.at)
        # What is published at once begins with the act, also where the moment of the piece is that of its first print.
        standing.begin(entry.version, begins if entry.act == Act.SCHEDULED and begins else entry.at)
        standing.end = ends
    elif entry.act == Act.RELEASED:
        standing.begin(entry.version, max(entry.at, standing.awaited or entry.at))
    else:
        standing.stop(entry.at)


def _moments(entry):
    """The two moments at the end of an entry's note (None: not there), by the Beijing clock."""
    found = _MOMENTS.search(entry.note)
    read = found.groups() if found else (None, None)
    return [moment and timezone.make_aware(datetime.strptime(moment, "%Y-%m-%d %H:%M")) for moment in read]
