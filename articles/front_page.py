"""The front page as editors arrange it: one act for all its slots, refused when somebody else arranged it meanwhile."""

import json
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import freshness
from articles.models import HistoryEntry, Series, Slot
from articles.refusals import StaleSave
from articles.vocabulary import Act


class Place(NamedTuple):
    """What stands at one place of a section: a piece by its id, its own headline ("" for the piece's), and its end or None."""

    article_id: int
    headline: str
    ends_at: object


def spelled(slots):
    """An arrangement as text: JSON of [section, id of the piece, order, own headline, end or null], the same for the same."""
    rows = [
        [slot.section, slot.article_id, slot.order, slot.headline, slot.ends_at and slot.ends_at.isoformat()]
        for slot in slots
    ]
    return json.dumps(sorted(rows, key=lambda row: row[:2]), ensure_ascii=False, separators=(",", ":"))


def lock():
    """Let no other arrangement come between until the transaction ends."""
    Series.objects.take("front page")


def arrange(sections, *, by, base):
    """Make the front page what `sections` says: {section: [Place] from the first down}, all of it, in one transaction.

    `base` is the arrangement that the person saw, as spelled() gives it; raises StaleSave when it is another by now. The history
    gets one entry for each piece that came, went, moved against the others, or got another headline or end. Returns how many.
    """
    with transaction.atomic():
        lock()
        slots = list(Slot.objects.select_related("article"))
        if spelled(slots) != base:
            raise StaleSave(_("Somebody arranged the front page meanwhile."))
        changes = _changes(slots, sections)
        for article_id in sorted(changes):
            note = "\n".join(changes[article_id])
            HistoryEntry.objects.create(article_id=article_id, act=Act.ARRANGED, by=by, note=note, at=timezone.now())
        if changes:
            freshness.changed()
    return len(changes)


def _changes(slots, sections):
    """Write the arrangement; returns {id of a piece: lines on what changed for it}."""
    before = {(slot.section, slot.article_id): slot for slot in slots}
    after = {
        (section, place.article_id): Slot(
            section=section, order=order, article_id=place.article_id, headline=place.headline, ends_at=place.ends_at
        )
        for section, places in sections.items()
        for order, place in enumerate(places, 1)
    }
    said = {}
    for key in before.keys() - after.keys():
        said.setdefault(key[1], []).append(f"− {arrangement(before[key])}")
    Slot.objects.filter(pk__in=[before[key].pk for key in before.keys() - after.keys()]).delete()
    moved = {key for section in sections for key in _moved(section, before, after)}
    for key, slot in after.items():
        old = before.get(key)
        if old is None:
            said.setdefault(key[1], []).append(f"+ {arrangement(slot)}")
            slot.save()
            continue
        if key in moved or (old.headline, old.ends_at) != (slot.headline, slot.ends_at):
            said.setdefault(key[1], []).append(f"{arrangement(old)} → {arrangement(slot)}")
        if (old.order, old.headline, old.ends_at) != (slot.order, slot.headline, slot.ends_at):
            Slot.objects.filter(pk=old.pk).update(order=slot.order, headline=slot.headline, ends_at=slot.ends_at)
    return said


def _moved(section, before, after):
    """The fewest of a section's pieces that were taken elsewhere in it: the others still stand in their old order."""
    old = sorted(
        (key for key in before if key[0] == section and key in after),
        key=lambda key: (before[key].order, before[key].pk),
    )
    rank = {key: number for number, key in enumerate(sorted(old, key=lambda key: after[key].order))}
    runs = []  # the longest run in the new order that ends with each piece
    for key in old:
        longest = max((run for run in runs if rank[run[-1]] < rank[key]), key=len, default=[])
        runs.append([*longest, key])
    return set(old) - set(max(runs, key=len, default=[]))


def arrangement(slot):
    """Where a slot stands, in one line for the history."""
    until = f"– {timezone.localtime(slot.ends_at):%Y-%m-%d %H:%M}" if slot.ends_at else ""
    return " ".join(filter(None, (slot.get_section_display(), str(slot.order), slot.headline, until)))
