"""审校环节: how many reviews and proofs the desk asks for. Each change adds a row and is recorded; the newest counts."""

from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from articles.models import HistoryEntry, StagesInForce
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import REVIEWS, Act

FULL = 3  # reviews; a desk that asks for fewer says so on each of its pages
NAMES = {1: gettext_lazy("one review"), 2: gettext_lazy("two reviews"), 3: gettext_lazy("three reviews")}


class Stages(NamedTuple):
    """How many reviews, and how many proofs of their own; 0: each review reads proof too."""

    reviews: int
    proofs: int

    @property
    def words(self):
        """二审：初审、终审, and the proofs where they stand by themselves."""
        row = StagesInForce(reviews=self.reviews, proofs=self.proofs)
        return f"{NAMES[self.reviews]}：{row}"

    @property
    def of_proofs(self):
        """How proof is read, in words."""
        if not self.proofs:
            return _("each review reads proof too")
        return _("proofs of their own after the last review: %(n)d") % {"n": self.proofs}


def in_force():
    """The Stages that count now."""
    row = StagesInForce.objects.first() or StagesInForce()
    return Stages(row.reviews, row.proofs)


def fewer_than_three():
    """In words, what this desk asks for when it is fewer than three reviews; else empty. One query, of one row, on every page
    of the desk: kept for a while, it would be wrong in other processes."""
    found = in_force()
    return found.words if found.reviews < FULL else ""


def set_stages(*, reviews, proofs, by, reason):
    """Ask for so many reviews and proofs from now on. Fewer than three reviews take a reason; returns the Stages.

    Raises MoveRefused without the permission or the reason, AlreadyDone when it is so already.
    """
    if not by.has_perm("articles.add_stagesinforce"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    wanted, reason = Stages(reviews, proofs), reason.strip()
    if reviews < len(REVIEWS) and not reason:
        raise MoveRefused(_("Write down why this desk works with fewer than three reviews."))
    with transaction.atomic():
        before = in_force()
        if wanted == before:
            raise AlreadyDone(_("This is in force already; nothing was changed."))
        StagesInForce.objects.create(reviews=reviews, proofs=proofs, set_by=by)
        with override(settings.LANGUAGE_CODE):  # kept, whoever changes it
            note = f"− {before.words}；{before.of_proofs}\n+ {wanted.words}；{wanted.of_proofs}\n{reason}".strip()
        HistoryEntry.objects.record(None, Act.STAGES_SET, by=by, note=note)
    return wanted
