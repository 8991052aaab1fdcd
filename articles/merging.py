"""One person, several rows of the contributors: one row stays, and the others lead to it for good.

Versions name the rows they were written with and are never rewritten, so the rows that go are kept with `merged_into`;
what reads a version asks where they lead (reading.labels_of, listing.refresh).
"""

import re
from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from articles import freshness, listing
from articles.models import ANY, Article, Byline, ContactDetails, Contributor, HistoryEntry, ListEntry, Publication
from articles.models.people import name_key
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import Act

BATCH = 1000  # releases locked by one query


def merge(stays, others, *, by):
    """Let the contributors `others` lead to `stays`: credits, affiliations, account and contact data move there.

    Raises MoveRefused, with nothing changed, when two of them have an account or contact data, or one is merged already.
    """
    with transaction.atomic():
        stays, gone = _hold(stays.pk, {row.pk for row in others})
        _give_account(stays, gone)
        _give_contact(stays, gone)
        _give_affiliations(stays, gone)
        credits = Byline.objects.filter(contributor__in=gone)
        # A form that is open on such a piece would write the old credits back.
        Article.objects.filter(pk__in=credits.values("article")).update(revision=F("revision") + 1)
        _hold_releases(credits, gone)
        for row in gone:
            move(Byline.objects.all(), row.pk, stays.pk)
        Contributor.objects.filter(merged_into__in=gone).update(merged_into=stays)
        Contributor.objects.filter(pk__in=[row.pk for row in gone]).update(merged_into=stays)
        stays.save()  # its account, and its name as names are kept
        listing.merge_contributors(stays, gone)
        note = "\n".join(f"{_named(row)} → {_named(stays)}" for row in gone)
        HistoryEntry.objects.record(None, Act.MERGED, by=by, note=note)
        freshness.changed()
    return stays


def follow(article):
    """Let the piece's credits lead to the rows that stay, when one was merged while the piece was being edited.

    Call it in the transaction of the save, behind the credits and before the version. It holds the credited rows until
    the transaction ends (a foreign key alone is looked at no sooner than that), so that a merge finds these credits.
    """
    credits = Byline.objects.filter(article=article)
    while True:
        _hold_rows(credits.values("contributor"), no_key=True)
        merged = credits.filter(contributor__merged_into__isnull=False).values_list(
            "contributor", "contributor__merged_into"
        )
        if not merged:
            return
        for gone, stays in merged:
            move(credits, gone, stays)


def move(credits, gone, stays):
    """Credit `stays` where `gone` was credited. Of two credits of a piece in one role the first in order remains."""
    same = {"article": OuterRef("article"), "role": OuterRef("role")}
    earlier = Byline.objects.filter(**same, contributor=gone, position__lt=OuterRef("position"))
    credits.filter(Exists(earlier), contributor=stays).delete()
    credits.filter(Exists(Byline.objects.filter(**same, contributor=stays)), contributor=gone).delete()
    credits.filter(contributor=gone).update(contributor=stays)


def likely_same(longest):
    """Groups of contributors whose names differ in blanks, width or case alone, or not at all: lists of ids.

    At most `longest` groups, by name; the second result is how many there are in all.
    """
    groups = defaultdict(list)
    for pk, name in Contributor.objects.unmerged().order_by("pk").values_list("pk", "name"):
        groups[name_key(name)].append(pk)
    found = [groups[name] for name in sorted(groups) if len(groups[name]) > 1]
    return found[:longest], len(found)


def _hold(stays, gone):
    """The rows as they now are, held until the transaction ends: the one that stays, and the others in the order of ids.

    The pieces they are credited on come first, as in a save, which holds its piece before it credits anybody.
    """
    credited = Byline.objects.filter(contributor__in=gone).values("article")
    list(Article.objects.select_for_update(no_key=True).filter(pk__in=credited).order_by("pk").values_list("pk"))
    rows = {row.pk: row for row in _hold_rows({stays, *gone})}
    if len(rows) < 2 or len(rows) < len({stays, *gone}) or stays in gone:
        raise MoveRefused(_("Choose two or more contributors, and one of them to stay."))
    if merged := [row for row in rows.values() if row.merged_into_id]:
        raise AlreadyDone(_("“%(name)s” was merged into another contributor already.") % {"name": merged[0]})
    return rows.pop(stays), list(rows.values())


def _hold_rows(keys, **lock):
    return list(Contributor.objects.select_for_update(**lock).filter(pk__in=keys).order_by("pk"))


def _hold_releases(credits, gone):
    """Hold the releases that are listed under the rows that go, or would be if somebody released them now."""
    listed = ListEntry.objects.filter(facet__in=[listing.contributor_facet(row.uuid) for row in gone])
    held = set(Publication.objects.filter(article__in=credits.values("article")).values_list("pk", flat=True))
    held |= set(listed.filter(region=ANY, campaign=ANY).values_list("publication", flat=True))
    held = sorted(held)
    for first in range(0, len(held), BATCH):
        batch = Publication.objects.filter(pk__in=held[first : first + BATCH])
        list(batch.select_for_update().order_by("pk").values_list("pk"))


def _give_account(stays, gone):
    owners = [row for row in (stays, *gone) if row.account_id]
    if len(owners) > 1:
        names = "、".join(f"{owner} {owner.account.username}" for owner in owners)
        said = _(
            "Each of them has an account (%(names)s), and one person has one. Take the account from one of them first."
        )
        raise MoveRefused(said % {"names": names})
    if owners and owners[0] is not stays:
        Contributor.objects.filter(pk=owners[0].pk).update(account=None)
        stays.account_id = owners[0].account_id


def _give_contact(stays, gone):
    found = ContactDetails.objects.filter(contributor__in=[stays, *gone])
    if found.count() > 1:
        raise MoveRefused(
            _(
                "More than one of them has private contact data. Somebody who may see it has to decide which is right and "
                "delete the other first."
            )
        )
    found.update(contributor=stays)


def _give_affiliations(stays, gone):
    """Those of the others, unless the same unit and days stand there already."""
    known = set(stays.affiliations.values_list("unit", "from_day", "to_day"))
    for row in gone:
        for affiliation in row.affiliations.order_by("pk"):
            said = (affiliation.unit_id, affiliation.from_day, affiliation.to_day)
            if said in known:
                affiliation.delete()
            else:
                known.add(said)
                affiliation.contributor = stays
                affiliation.save(update_fields=["contributor"])


def merges_of(contributor):
    """The history of the merges that a contributor stayed or went in, newest first."""
    entries = HistoryEntry.objects.filter(article=None, act=Act.MERGED, note__contains=f"#{contributor.pk}")
    own = re.compile(rf"#{contributor.pk}(?!\d)")
    return [entry for entry in entries.select_related("by") if own.search(entry.note)]


def _named(row):
    return f"{row} #{row.pk}"
