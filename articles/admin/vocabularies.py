"""The campaigns, columns and units that the list of pieces can be narrowed to: what the desk works with now stands first."""

from datetime import date
from typing import NamedTuple

from django.db.models import Case, CharField, DateField, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Campaign, Column, Unit
from articles.vocabulary import UnitGroup


class Entry(NamedTuple):
    """A row to choose: it stands in the group of that rank, by `day` (latest first) or `order`."""

    sort: str  # campaign, column or unit
    pk: int
    slug: str
    name: str
    rank: int
    order: int
    day: date | None


def vocabularies(request):
    """{sort: {heading of the group: [Entry]}}, asked for once a request, in one statement."""
    if not hasattr(request, "vocabularies"):
        request.vocabularies = _read(timezone.localdate())
    return request.vocabularies


def _read(today):
    used = Exists(Article.objects.filter(column=OuterRef("pk")))
    rows = _entries(
        "campaign", Campaign, _rank(Q(last_day__isnull=True) | Q(last_day__gte=today)), day="first_day"
    ).union(
        _entries("column", Column, _rank(used), order="order"),
        _entries("unit", Unit, _rank(*(Q(group=group) for group in UnitGroup)), order="order"),
        all=True,
    )
    headings = {
        "campaign": [_("Running"), _("Ended")],
        "column": [_("In use"), _("Not in use")],
        "unit": [group.label for group in UnitGroup],
    }
    found = {sort: {} for sort in headings}
    for entry in sorted(map(Entry._make, rows), key=_place):
        found[entry.sort].setdefault(headings[entry.sort][entry.rank], []).append(entry)
    return found


def _rank(*conditions):
    """The number of the first condition that holds; one more when none does."""
    whens = [When(condition, then=Value(rank)) for rank, condition in enumerate(conditions)]
    return Case(*whens, default=Value(len(whens)), output_field=IntegerField())


def _entries(sort, model, rank, *, order=None, day=None):
    rows = model.objects.order_by().annotate(
        entry_sort=Value(sort, output_field=CharField()),
        entry_rank=rank,
        entry_order=F(order) if order else Value(0),
        entry_day=F(day) if day else Value(None, output_field=DateField()),
    )
    return rows.values_list("entry_sort", "pk", "slug", "name", "entry_rank", "entry_order", "entry_day")


def _place(entry):
    return (entry.sort, entry.rank, -entry.day.toordinal() if entry.day else 0, entry.order, entry.slug)
