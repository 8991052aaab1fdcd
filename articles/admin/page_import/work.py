"""The state of a review, kept with its page from one press of a button to the next: nobody's typing hangs on an open window.

A kept state has a counter. A form carries the one that it was shown with, so that one which is older than what was kept since
is neither kept over it nor confirmed unseen.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from articles.models import PageImport


class Kept(NamedTuple):
    """What was kept. form: as it would be posted, None where only the newspaper, day or page was set anew; by: a user's key."""

    form: QueryDict | None
    count: int
    by: int
    who: str
    at: datetime

    @property
    def when(self):
        """14:05, with its day when that is not today."""
        at = timezone.localtime(self.at)
        return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%Y-%m-%d %H:%M}"


def kept(page_import):
    """What is kept with a page, or None."""
    row = page_import.work
    if not row:
        return None
    at = datetime.fromisoformat(row["at"])
    return Kept(row["form"] and _as_posted(row["form"]), row["count"], row["by"], row["who"], at)


def _as_posted(fields):
    form = QueryDict(mutable=True)
    for name, values in fields.items():
        form.setlist(name, values)
    return form


def count_of(page_import):
    """The counter of what is kept now; 0 where nothing is."""
    return page_import.work["count"] if page_import.work else 0


def posted_count(data):
    """The counter that a form was shown with."""
    typed = data.get("work", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def kept_after(page_import, data):
    """What somebody kept after a posted form was shown, or None."""
    return kept(page_import) if count_of(page_import) > posted_count(data) else None


def as_it_was(count):
    """The condition of a row of which nothing was kept since the counter stood there."""
    return Q(work__count=count) if count else Q(work__isnull=True)


def keep(page_import, fields, *, by, also_confirmed=False):
    """Keep a form, {name: list of values}, over what the row was loaded with. Returns whether: not when somebody else did so or
    confirmed the page since; `also_confirmed` when a confirmed page is looked through once more."""
    work = {
        "form": fields,
        "count": count_of(page_import) + 1,
        "by": by.pk,
        "who": str(by),
        "at": timezone.now().isoformat(),
    }
    rows = PageImport.objects.filter(as_it_was(count_of(page_import)), pk=page_import.pk)
    if not also_confirmed:
        rows = rows.filter(confirmed_at=None)
    done = bool(rows.update(work=work))
    if done:
        page_import.work = work
    return done
