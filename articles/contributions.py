"""我要投稿: what people send from their own account, and how far it has come. The register (submissions.py) takes it from there."""

from contextlib import ExitStack
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import roles, sent_pictures, submissions, text
from articles.intake.bylines import compose_byline
from articles.models import Affiliation, Article, SentPicture, Submission
from articles.refusals import AlreadyDone, MoveRefused, TooLate
from articles.vocabulary import Progress, Role, State

PAGE_SIZE = 20
OPEN = (Progress.RECEIVED, Progress.EDITING)  # nobody has answered yet
ONCE_PUBLIC = (State.LIVE, State.EXPIRED, State.WITHDRAWN)


class Standing(NamedTuple):
    """How far a contribution has come; `address` is that of the public page, where there is one."""

    progress: Progress
    address: str = ""


# --- sent and taken back ---------------------------------------------------------------------------------


def send(account, *, entry, words, pictures=()):
    """Put a contribution into the register. Returns (submission, whether it was made just now).

    `entry` is the UUID of the form, and one form sends one contribution, however often it is posted. `words` are the columns
    headline, text, byline and phone, cleaned; `pictures` are sent_pictures.Chosen. Raises AlreadyDone when the form was sent
    before with other words, and sent_pictures.Missing.
    """
    with ExitStack() as undo:
        try:
            rows = list(_handed_over(account, pictures, undo))
            submission = _register(account, entry, words, rows)
        except (IntegrityError, sent_pictures.Missing):  # the same form, tapped twice, came first
            before = _sent_before(account, entry, words, pictures)
            if before is None:
                raise
            return before, False
        undo.pop_all()
    sent_pictures.forget(account, entry)
    return submission, True


def _register(account, entry, words, pictures):
    with transaction.atomic():
        unit = unit_of(account)
        submission = Submission.objects.create(
            account=account, created_by=account, entry=entry, sender=str(account), unit=unit, **words
        )
        for picture in pictures:
            picture.submission = submission
        SentPicture.objects.bulk_create(pictures)
    return submission


def _sent_before(account, entry, words, pictures):
    """What this form sent already, or None. Raises AlreadyDone when it says something else by now."""
    found = Submission.objects.filter(entry=entry, account=account).first()
    if found is None:
        return None
    captions = list(found.pictures.values_list("caption", flat=True))
    said = {name: getattr(found, name) for name in words}
    if (said, captions) != (words, [picture.caption for picture in pictures]):
        raise AlreadyDone(
            _(
                "This was received before, as %(number)s, and what you changed since is not in it. Take that one back, or send this as another contribution."
            )
            % {"number": found.number}
        )
    return found


def _handed_over(account, pictures, undo):
    for position, chosen in enumerate(pictures, 1):
        picture = SentPicture(position=position, caption=chosen.caption)
        sent_pictures.hand_over(account, chosen, picture)
        undo.callback(sent_pictures.discard, picture)
        yield picture


def recall(submission, *, by):
    """Take a contribution of one's own back, until an editor has taken it. Raises AlreadyDone, TooLate."""
    with transaction.atomic():
        row = Submission.objects.select_for_update().get(pk=submission.pk, account=by)
        if row.recalled_at:
            raise AlreadyDone(_("You have taken this back already."))
        if is_taken(row):
            raise TooLate(_("An editor has taken this already. Telephone the desk if it must not appear."))
        if row.declined_at:
            raise TooLate(_("The desk does not use this; there is nothing to take back."))
        row.recalled_at = timezone.now()
        row.save(update_fields=["recalled_at"])


def is_taken(submission):
    """Whether an editor has taken a contribution: made sure of it, or made it a piece."""
    return bool(submission.article_id or submission.verified_at)


def may_be_recalled(submission):
    return not (submission.recalled_at or submission.declined_at or is_taken(submission))


# --- the desk's answer -----------------------------------------------------------------------------------


def decline(submission, *, by, reason):
    """Note that the desk does not use something, and why: whoever sent it reads the reason.

    Raises MoveRefused without a reason or when it is public, AlreadyDone when somebody declined it.
    """
    reason = text.clean_line(reason)
    if not reason:
        raise MoveRefused(_("Write down why it is not used; whoever sent it reads the reason."))
    longest = Submission._meta.get_field("reason").max_length
    if len(reason) > longest:
        raise MoveRefused(
            _("The reason has %(n)d characters, and at most %(most)d are taken.") % {"n": len(reason), "most": longest}
        )
    with transaction.atomic():
        row = Submission.objects.select_for_update().get(pk=submission.pk)
        if row.recalled_at:
            raise TooLate(submissions.RECALLED)
        if row.declined_at:
            raise AlreadyDone(_("Somebody has declined this already."))
        if standing_of(row).progress == Progress.USED:
            raise TooLate(_("This was published already, so it cannot be declined."))
        row.declined_at, row.declined_by, row.reason = timezone.now(), by, reason
        row.save(update_fields=["declined_at", "declined_by", "reason"])


def take_up_again(submission):
    """Take back that something was declined. Raises AlreadyDone when it is not declined any more."""
    declined = Submission.objects.filter(pk=submission.pk, declined_at__isnull=False)
    if not declined.update(declined_at=None, declined_by=None, reason=""):
        raise AlreadyDone(_("This is not declined any more."))


# --- how far it has come ---------------------------------------------------------------------------------


def standings(submissions):
    """{id: Standing} of some contributions. The number of questions does not depend on how many they are."""
    keys = [row.article_id for row in submissions if row.article_id]
    articles = Article.objects.filter(pk__in=keys).with_state().select_related("publication") if keys else ()
    pieces = {article.pk: article for article in articles}
    return {row.pk: _standing(row, pieces.get(row.article_id)) for row in submissions}


def standing_of(submission):
    return standings([submission])[submission.pk]


def _standing(submission, article):
    if submission.recalled_at:
        return Standing(Progress.RECALLED)
    if article and article.state in ONCE_PUBLIC:
        live = article.state == State.LIVE
        return Standing(Progress.USED, article.publication.get_absolute_url() if live else "")
    if submission.declined_at:
        return Standing(Progress.DECLINED)
    return Standing(Progress.EDITING if is_taken(submission) else Progress.RECEIVED)


def page_of(account, before=None):
    """(contributions of an account, newest first, and the id that the next page begins after, or None)."""
    rows = Submission.objects.filter(account=account).order_by("-pk").defer("text", "note")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    return found, found[-1].pk if more else None


# --- what a new one begins with --------------------------------------------------------------------------


def begins_with(account):
    """{"byline", "phone"} as the account's last contribution had them; of a first one, the byline that its contributor would have."""
    last = Submission.objects.filter(account=account).order_by("-pk").only("byline", "phone").first()
    if last:
        return {"byline": last.byline, "phone": last.phone}
    contributor = submissions.contributor_of(account)
    role = Role.REPORTER if "记者" in roles.held_by(account) else Role.CORRESPONDENT
    return {"byline": compose_byline([(role, contributor.name)]) if contributor else "", "phone": ""}


def unit_of(account):
    """The unit that an account's contributor belongs to at present, or None."""
    contributor = submissions.contributor_of(account)
    present = (
        Affiliation.objects.filter(contributor=contributor).current().select_related("unit").first()
        if contributor
        else None
    )
    return present.unit if present else None
