"""Release: every act that changes what the public may read, each with its entry in the history.

Whether a piece is public is a condition on time (Article.objects.live); nothing here has to run at a certain moment.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import flags, freshness, listing, review
from articles.models import Article, HistoryEntry, Publication
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave, TooLate
from articles.vocabulary import Act, Origin

FARTHEST_RELEASE = timedelta(days=366)  # what is later is a slip of the pen


def publish(article, *, by, expires_at=None, version=None):
    """Release the newest version now. A piece already public keeps its address, its place in the lists and its end.

    `version` is the number that the person has seen: when it is no longer the newest, StaleSave is raised.
    """
    return _release(article, by=by, at=timezone.now(), expires_at=expires_at, act=Act.PUBLISHED, seen=version)


def schedule(article, *, by, at, expires_at=None, version=None):
    """Release the newest version at a moment to come. Raises TooLate when the moment is past or the piece is public."""
    if at <= timezone.now():
        raise TooLate(_("The time of release has passed; choose a later one or publish now."))
    if at > timezone.now() + FARTHEST_RELEASE:
        raise MoveRefused(_("The time of release is more than a year away; check the year."))
    return _release(article, by=by, at=at, expires_at=expires_at, act=Act.SCHEDULED, seen=version)


def publish_archive(article, *, at, by=None, recorded_at=None):
    """Release a text that was printed elsewhere at the moment `at` and transcribed here; readers are told so.

    Only a fixture's may have nobody (`by` empty, shown as an import by the system).
    """
    with transaction.atomic():
        lock(article)
        if by:
            review.demand_release(article, by=by)
        if Publication.objects.filter(article=article).exists():
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        version = article.versions.get(number=article.version_number)
        publication = Publication.objects.create(
            article=article,
            version=version,
            origin=Origin.ARCHIVE,
            from_print=True,
            first_published_at=at,
            published_at=at,
            published_by=by,
        )
        _mark_released(article)
        HistoryEntry.objects.record(
            article, Act.PUBLISHED, by=by, version=version, note=_moments(publication), at=recorded_at
        )
        listing.refresh(article)
        freshness.changed()
    return publication


def lock(article):
    """Load the piece as it now is, and let no other release, save or removal of it come between until the transaction ends."""
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(no_key=True))


def _release(article, *, by, at, expires_at, act, seen):
    with transaction.atomic():
        lock(article)
        review.demand_release(article, by=by)
        version = article.versions.get(number=article.version_number)
        publication = Publication.objects.select_for_update().filter(article=article).first()
        # By id: given the piece itself, a release that is refused would leave an unsaved publication on it.
        publication = publication or Publication(article_id=article.pk)
        if publication.withdrawn_at:
            raise AlreadyDone(_("This piece was withdrawn for good; enter a new one instead."))
        if publication.held:
            raise AlreadyDone(_("This piece is held back; release it again first."))
        if seen not in (None, version.number):
            raise StaleSave(_("The piece was changed after you opened this page; read it again before you release it."))
        if publication.pk and not was_never_public(publication):
            if act == Act.SCHEDULED:
                raise TooLate(_("This piece is public already; a new text goes out at once or not at all."))
            if publication.version_id == version.pk and not _has_ended(publication):
                raise AlreadyDone(_("Readers see this version already."))
        else:
            publication.first_published_at = publication.published_at = at
        if publication.version_id not in (None, version.pk):
            publication.origin = Origin.DESK  # an edited archive piece has left print behind
        publication.version, publication.published_by, publication.held = version, by, False
        publication.expires_at = _end(publication, expires_at, at)
        publication.address = article.address or ""
        publication.save()
        _mark_released(article)
        HistoryEntry.objects.record(article, act, by=by, version=version, note=_moments(publication))
        listing.refresh(article)
        freshness.changed()
    return publication


def _mark_released(article):
    """Note that the piece has a publication, by which the desk's list finds the drafts."""
    if not article.released:
        article.released = True
        article.save(update_fields=["released"])


def _end(publication, asked, at):
    """When a piece released at `at` ends: as asked, else as it stands, unless that is past already."""
    end = asked or publication.expires_at
    if end is None or (not asked and _has_ended(publication)):
        return None
    if end <= at:
        raise NotReady(_("The piece would end before it begins: the time “public until” lies before the release."))
    return end


def _has_ended(publication):
    return publication.expires_at is not None and publication.expires_at <= timezone.now()


def was_never_public(publication):
    """Whether nobody can have read the piece at its address: its moment has not come, or it was stopped before it came."""
    begins, withdrawn = publication.first_published_at, publication.withdrawn_at
    return begins > timezone.now() or bool(withdrawn and withdrawn < begins) or _stopped_in_time(publication)


def _stopped_in_time(publication):
    if not publication.held:
        return False
    held = publication.article.history.filter(act=Act.HELD).first()
    return held is not None and held.at < publication.first_published_at


def unschedule(publication, *, by):
    """Take a scheduled piece back to the desk as a draft. Raises TooLate when its moment has come."""
    if not by.has_perm("articles.publish_article"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    with transaction.atomic():
        article, version = publication.article, publication.version
        lock(article)
        waiting = Publication.objects.filter(
            pk=publication.pk, withdrawn_at=None, first_published_at__gt=timezone.now()
        )
        if not waiting.delete()[0]:
            raise TooLate(_("The time of release has come; hold the piece back or withdraw it instead."))
        article.released = False
        article.save(update_fields=["released"])
        HistoryEntry.objects.record(article, Act.UNSCHEDULED, by=by, version=version)
        freshness.changed()


def hold(publication, *, by, note=""):
    """Take a piece offline, or stop a scheduled one before its moment; release() brings it back at the same address."""
    _change(publication, Q(held=False, withdrawn_at=None), {"held": True}, Act.HELD, by=by, note=note)


def release(publication, *, by):
    """Let a held piece out again. One that was stopped before its moment, and the moment has passed, begins now.

    Raises NotReady when it would begin after its end, or has an error that nobody settled.
    """
    with transaction.atomic():
        publication.refresh_from_db(from_queryset=Publication.objects.select_for_update())
        review.demand_release(publication.article, by=by)
        changes, now = {"held": False}, timezone.now()
        if _stopped_in_time(publication) and publication.published_at <= now:
            if publication.expires_at and publication.expires_at <= now:
                raise NotReady(
                    _("The piece would end before it begins: the time “public until” lies before the release.")
                )
            changes |= {"published_at": now, "first_published_at": now}
        _change(publication, Q(held=True, withdrawn_at=None), changes, Act.RELEASED, by=by)


def expire(publication, *, by, at):
    """Set the moment a piece ends (None: never). Raises NotReady when it would end before it begins."""
    if at and at <= publication.published_at:
        raise NotReady(_("The piece would end before it begins: the time “public until” lies before the release."))
    note = _moment(at) if at else ""
    _change(publication, Q(withdrawn_at=None), {"expires_at": at}, Act.EXPIRY_SET, by=by, note=note)


def withdraw(publication, *, by, notice=""):
    """Take a piece back for good: its address answers 410 with the notice, and it is gone from every list."""
    changes = {"withdrawn_at": timezone.now(), "notice": notice}
    _change(
        publication,
        Q(withdrawn_at=None),
        changes,
        Act.WITHDRAWN,
        by=by,
        note=notice,
        permission="articles.withdraw_article",
    )


def confirm_print(publication, *, by):
    """Record that somebody compared a transcribed piece with print; the notice to readers goes."""
    changes = {"compared_at": timezone.now(), "compared_by": by}
    with transaction.atomic():
        _change(publication, Q(origin=Origin.ARCHIVE, compared_at=None), changes, Act.COMPARED, by=by)
        flags.settle_comparison(publication.article, by=by)


def _change(publication, condition, changes, act, *, by, note="", permission="articles.publish_article"):
    """One conditional UPDATE: of two people who press at once, one wins and the other is told so."""
    if not by.has_perm(permission):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    with transaction.atomic():
        if not Publication.objects.filter(condition, pk=publication.pk).update(**changes):
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        publication.refresh_from_db()
        HistoryEntry.objects.record(publication.article, act, by=by, version=publication.version, note=note)
        listing.refresh(publication.article)
        freshness.changed()


def _moments(publication):
    """What the history notes of a release: from when and until when, by the Beijing clock."""
    until = f" – {_moment(publication.expires_at)}" if publication.expires_at else ""
    return f"{_moment(publication.published_at)}{until}"


def _moment(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
