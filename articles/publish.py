"""Release: every act that changes what the public may read, each with its entry in the history.

Whether a piece is public is a condition on time (Article.objects.live); nothing here has to run at a certain moment.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import conditions, flags, freshness, listing, review, rota, search_index
from articles.models import HistoryEntry, Placement, Publication, Review
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave, TooLate
from articles.review import lock
from articles.vocabulary import Act, Origin, Outcome, Stage

UNSEEN = object()  # instead of what a person saw, where nobody looked
FARTHEST_RELEASE = timedelta(days=366)  # what is later is a slip of the pen


def publish(article, *, by, expires_at=None, version=None, planned=UNSEEN):
    """Release the newest version now. A piece already public keeps its address, its place in the lists and its end.

    `version` is the number that the person has seen, `planned` the moment for which they saw it scheduled, or None: when they
    are others by now, StaleSave is raised.
    """
    now = timezone.now()
    return _release(article, by=by, at=now, expires_at=expires_at, act=Act.PUBLISHED, seen=version, planned=planned)


def schedule(article, *, by, at, expires_at=None, version=None, planned=UNSEEN):
    """Release the newest version at a moment to come. Raises TooLate when the moment is past or the piece is public."""
    _check_moment(at)
    return _release(article, by=by, at=at, expires_at=expires_at, act=Act.SCHEDULED, seen=version, planned=planned)


def _check_moment(at):
    if at <= timezone.now():
        raise TooLate(_("The time of release has passed; choose a later one or publish now."))
    if at > timezone.now() + FARTHEST_RELEASE:
        raise MoveRefused(_("The time of release is more than a year away; check the year."))


def sign_and_release(article, *, by, sha256, opinion="", at=None, release=True):
    """终审: sign the final review of the text with that hash and, in the same act, release it now or at the moment `at`.

    With release=False it is only signed (只通过不签发). Returns the SignOff. What keeps it from release keeps it from being
    signed in this act too; raises as review.sign() and schedule() do.
    """
    final = Stage.FINAL_REVIEW
    if not release:
        return review.sign(article, by=by, stage=final, sha256=sha256, opinion=opinion)
    if at:
        _check_moment(at)
    act, moment = (Act.SCHEDULED, at) if at else (Act.PUBLISHED, timezone.now())
    with transaction.atomic():
        signed = review.sign_unrecorded(article, by=by, stage=final, sha256=sha256, opinion=opinion)
        said = review.words_of(signed)
        _release(article, by=by, at=moment, expires_at=None, act=act, seen=signed.version.number, said=said)
    return signed


def publish_archive(article, *, at, by=None, recorded_at=None):
    """Release a text that was printed elsewhere at the moment `at` and transcribed here; readers are told so.

    Only a fixture's may have nobody (`by` empty, shown as an import by the system). A person's needs a place in print: it is
    no road around the reviews.
    """
    with transaction.atomic():
        lock(article)
        if Publication.objects.filter(article=article).exists():
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        if article.reviews.open().exists():
            raise MoveRefused(_("This piece is in review; take it back from review first."))
        if by:
            conditions.demand(conditions.unmet_beside_signatures(article, by=by))
            if not Placement.objects.filter(article=article).exists():
                raise NotReady(_("Only what was printed elsewhere is released as a transcription: say where it ran."))
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
        search_index.index(article)
        freshness.changed()
    return publication


def _release(article, *, by, at, expires_at, act, seen, planned=UNSEEN, said=""):
    with transaction.atomic():
        lock(article)
        version = article.versions.get(number=article.version_number)
        publication = Publication.objects.select_for_update().filter(article=article).first()
        # By id: given the piece itself, a release that is refused would leave an unsaved publication on it.
        publication = publication or Publication(article_id=article.pk)
        if publication.withdrawn_at:
            raise AlreadyDone(_("This piece was withdrawn for good; enter a new one instead."))
        if publication.held and publication.version_id == version.pk:
            raise AlreadyDone(_("This piece is held back; release it again first."))
        if seen not in (None, version.number):
            raise StaleSave(_("The piece was changed after you opened this page; read it again before you release it."))
        _demand_the_plan_that_was_seen(publication, planned)
        conditions.demand(conditions.unmet(article, by=by))
        if publication.pk and not was_never_public(publication):
            if act == Act.SCHEDULED:
                raise TooLate(_("This piece is public already; a new text goes out at once or not at all."))
            if publication.version_id == version.pk and not _has_ended(publication):
                raise AlreadyDone(_("Readers see this version already."))
        else:
            publication.first_published_at = publication.published_at = at
        if publication.version_id != version.pk:
            publication.origin = Origin.DESK  # an edited archive piece has left print behind
            publication.review = article.reviews.open().get()
            review.close(publication.review, Outcome.RELEASED, by=by)
        publication.version, publication.published_by, publication.held = version, by, False
        publication.expires_at = _end(publication, expires_at, at)
        publication.address = article.address or ""
        publication.save()
        _mark_released(article)
        note = "\n".join(filter(None, (said, _moments(publication))))
        HistoryEntry.objects.record(article, act, by=by, version=version, note=note)
        listing.refresh(article)
        search_index.index(article)
        freshness.changed()
    return publication


def _demand_the_plan_that_was_seen(publication, planned):
    waits = publication.pk and was_never_public(publication)
    if planned is UNSEEN or (publication.published_at if waits else None) == planned:
        return
    if not waits:
        raise StaleSave(_("This piece is no longer scheduled as you saw it; load the page again."))
    said = {"when": _moment(publication.published_at), "who": publication.published_by}
    raise StaleSave(
        _("This piece is scheduled for %(when)s by now, by %(who)s; load the page again to change that.") % said
    )


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
    _demand(rota.may_publish(by))
    with transaction.atomic():
        article, version = publication.article, publication.version
        lock(article)
        waiting = Publication.objects.filter(
            pk=publication.pk, withdrawn_at=None, held=False, first_published_at__gt=timezone.now()
        )
        if not waiting.delete()[0]:
            raise TooLate(_("The time of release has come, or the piece was stopped; load the page again."))
        article.released = False
        article.save(update_fields=["released"])
        last = article.reviews.first()
        if last and last.pk == publication.review_id:  # its signatures stand: the text may be scheduled anew
            Review.objects.filter(pk=last.pk).update(closed_at=None, closed_by=None, outcome="")
        HistoryEntry.objects.record(article, Act.UNSCHEDULED, by=by, version=version)
        search_index.index(article)
        freshness.changed()


def hold(publication, *, by, note=""):
    """临时下线, 停发: take a piece offline, or stop a scheduled one before its moment; release() brings it back at the same address.

    What is not public yet any editor may stop; what is, those who may publish, and whoever is on duty.
    """
    may = rota.may_publish(by) or rota.is_on_duty(by)
    now = timezone.now()
    stopped = Q(held=False, withdrawn_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))
    if not may and by.has_perm("articles.hold_article"):
        if publication.published_at <= now:
            raise MoveRefused(
                _("This piece is public: ask the editor-in-chief or whoever is on duty to take it offline.")
            )
        may, stopped = True, stopped & Q(published_at__gt=now)
    _change(publication, stopped, {"held": True}, Act.HELD, by=by, note=note, may=may)


def release(publication, *, by):
    """Let a held piece out again. One that was stopped before its moment, and the moment has passed, begins now.

    Raises NotReady when it would begin after its end, or has an error that nobody settled.
    """
    with transaction.atomic():
        lock(publication.article)
        if not Publication.objects.select_for_update().filter(pk=publication.pk).exists():
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        publication.refresh_from_db()
        conditions.demand(conditions.unmet_beside_signatures(publication.article, by=by))
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


def withdraw(publication, *, by, notice="", ordered_by=""):
    """撤稿: take a piece back for good: its address answers 410 with the notice, and it is gone from every list.

    `ordered_by` is who decided it, in words; a round of review that was open ends with it.
    """
    changes = {"withdrawn_at": timezone.now(), "withdrawn_by": by, "ordered_by": ordered_by, "notice": notice}
    note = "\n".join(filter(None, (ordered_by and _("By order of %(who)s") % {"who": ordered_by}, notice)))
    with transaction.atomic():
        lock(publication.article)  # or somebody submits it meanwhile
        may = by.has_perm("articles.withdraw_article")
        if may:
            ended = {"closed_at": timezone.now(), "closed_by": by, "outcome": Outcome.RECALLED}
            publication.article.reviews.open().update(**ended)
        _change(publication, Q(withdrawn_at=None), changes, Act.WITHDRAWN, by=by, note=note, may=may)


def confirm_print(publication, *, by):
    """Record that somebody compared a transcribed piece with print; the notice to readers goes."""
    changes = {"compared_at": timezone.now(), "compared_by": by}
    with transaction.atomic():
        _change(publication, Q(origin=Origin.ARCHIVE, compared_at=None), changes, Act.COMPARED, by=by)
        flags.settle_comparison(publication.article, by=by)


def _demand(may):
    if not may:
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))


def _change(publication, condition, changes, act, *, by, note="", may=None):
    """One conditional UPDATE: of two people who press at once, one wins and the other is told so.

    `may` is whether the person may do it; as a rule that is who may publish.
    """
    _demand(rota.may_publish(by) if may is None else may)
    with transaction.atomic():
        lock(publication.article)  # before its publication, as every other act does
        if not Publication.objects.filter(condition, pk=publication.pk).update(**changes):
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        publication.refresh_from_db()
        HistoryEntry.objects.record(publication.article, act, by=by, version=publication.version, note=note)
        listing.refresh(publication.article)
        search_index.index(publication.article)
        freshness.changed()


def _moments(publication):
    """What the history notes of a release: from when and until when, by the Beijing clock."""
    until = f" – {_moment(publication.expires_at)}" if publication.expires_at else ""
    return f"{_moment(publication.published_at)}{until}"


def _moment(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
