"""三审三校: a text is submitted, signed stage by stage by different people, and only then let out.

What was signed is one Version. Any change of the text makes another, so that what was signed before no longer counts;
nothing has to be reset. First signatures come in the fixed order of the stages; whoever signed an older text of the round
signs again (回签) in any order.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import rota
from articles.models import Article, HistoryEntry, Publication, Review, SignOff, StagesInForce, Version, Writer
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave
from articles.versions import save_version, writers_of
from articles.vocabulary import REVIEWING, SIGNED, Act, Decision, Outcome, Stage

# --- where a piece stands --------------------------------------------------------------------------------


class Line(NamedTuple):
    """A stage of a round. `signed` is its sign-off on the newest version; `earlier` its last one on an older text of the round."""

    stage: Stage
    signed: SignOff | None
    earlier: SignOff | None

    @property
    def waits_again(self):
        return self.signed is None and self.earlier is not None


@dataclass(frozen=True)
class Course:
    """Where a piece stands in its open round; without one, `review` is None and no line is signed."""

    review: Review | None
    version: Version | None
    lines: tuple[Line, ...]
    sign_offs: tuple[SignOff, ...]
    writers: frozenset[int]  # ids of the accounts that may not review the piece

    @property
    def next_stage(self):
        """The first stage that nobody has signed in this round, or None."""
        if self.review is None:
            return None
        return next((line.stage for line in self.lines if not (line.signed or line.earlier)), None)

    @property
    def again(self):
        """The stages whose signature was on an older text."""
        return tuple(line.stage for line in self.lines if line.waits_again)

    @property
    def complete(self):
        """Whether every stage in force is signed on the newest version."""
        return self.review is not None and all(line.signed for line in self.lines)

    def line(self, stage):
        return next((line for line in self.lines if line.stage == stage), None)


def course_of(article):
    """The Course of a piece, in some seven queries."""
    review = article.reviews.open().select_related("opened_by", "version").defer("version__content").first()
    version = article.versions.filter(number=article.version_number).defer("content").first()
    signed = review.sign_offs.select_related("by", "instead_of", "version").defer("version__content") if review else ()
    writers = writers_in_all([article])[article.pk]
    return as_course(review, version, tuple(signed), StagesInForce.objects.current(), writers)


def as_course(review, version, sign_offs, stages, writers):
    """The Course that the rows say. The review of somebody who turned out to have written the piece counts for nothing."""
    counted = [
        sign_off
        for sign_off in sign_offs
        if sign_off.decision in SIGNED and not (sign_off.stage in REVIEWING and sign_off.by_id in writers)
    ]
    lines = []
    for stage in stages:
        of_stage = [sign_off for sign_off in counted if sign_off.stage == stage]
        signed = next((sign_off for sign_off in of_stage if sign_off.version_id == version.pk), None)
        lines.append(Line(stage, signed, None if signed or not of_stage else of_stage[-1]))
    return Course(review, version, tuple(lines), sign_offs, frozenset(writers))


def writers_in_all(articles):
    """{id of the piece: ids of those who wrote it}: as its credits are now, and as its versions say for ever.

    Whoever stood on an older version and took that back with a save of their own is a writer still; a wrong credit is taken
    back by somebody else.
    """
    found = writers_of(articles)
    newest = {article.pk: article.version_number for article in articles}
    last, rows = {}, Writer.objects.filter(version__article__in=newest).order_by("version__number")
    for article, editor, number in rows.values_list("version__article", "editor", "version__number"):
        last[article, editor] = number
    dropped = {key: number for key, number in last.items() if number < newest[key[0]] and key[1] not in found[key[0]]}
    for article, editor in last.keys() - dropped.keys():
        found[article].add(editor)
    if dropped:
        numbers = Q(
            *(Q(article=article, number=number + 1) for (article, _), number in dropped.items()), _connector=Q.OR
        )
        savers = {
            (row.article_id, row.number): row.created_by_id for row in Version.objects.filter(numbers).defer("content")
        }
        for (article, editor), number in dropped.items():
            if savers.get((article, number + 1)) == editor:
                found[article].add(editor)
    return found


def stages_for(article, account, course=None):
    """The stages at which the account may sign the newest text now, its own signature to be repeated first."""
    course = course or course_of(article)
    if course.review is None or article.trashed_at:
        return ()
    open_stages = [*course.again, *filter(None, [course.next_stage])]
    own = [stage for stage in open_stages if signed_before(course, stage, account)]
    offered = own + [stage for stage in open_stages if stage not in own]
    return tuple(stage for stage in offered if not why_not(course, account, stage))


def signed_before(course, stage, account):
    earlier = course.line(stage).earlier
    return earlier is not None and earlier.by_id == account.pk


def why_not(course, account, stage):
    """The sentence why an account may not sign a stage, or "" when it may."""
    if course.line(stage) is None:
        return _("This stage is not in force at this desk.")
    if not rota.may_sign(account, stage):
        return _("Your account may not sign this stage; ask a colleague who may.")
    return why_not_this_text(course, account, stage)


def why_not_this_text(course, account, stage):
    """As why_not(), of an account that may sign the stage as such."""
    line = course.line(stage)
    if line.signed:
        return _("This stage is signed already, by %(who)s.") % {"who": line.signed.by}
    if not line.earlier and stage != course.next_stage:
        return _("The stages are signed in their order; next is: %(stage)s.") % {"stage": course.next_stage.label}
    if stage not in REVIEWING:
        return ""  # proofs may fall to the same people
    if account.pk in course.writers:
        return _("You wrote this piece: its reviews are signed by others.")
    if any(other.signed and other.signed.by_id == account.pk for other in course.lines if other.stage in REVIEWING):
        return _("You have signed another review of this text already; each is signed by another person.")
    return ""


def is_writer(article, account):
    """Whether the account wrote the piece, and so reviews none of it."""
    return account.pk in writers_in_all([article])[article.pk]


def is_beyond(article, account):
    """Whether the piece is not the account's to change: whoever only sends in changes what they entered until it is released."""
    if not article.pk or account.has_perm("articles.edit_others_articles"):
        return False
    return article.released or article.created_by_id != account.pk


def may_edit(article, account):
    """Whether the account may change the text now: while a round is open only those who sign or read proof may."""
    if is_beyond(article, account):
        return False
    if not article.pk or not article.reviews.open().exists():
        return True
    return account.has_perm("articles.sign_proof") or may_review(account)


def may_review(account):
    """Whether the account may sign any stage in force."""
    return any(rota.may_sign(account, stage) for stage in StagesInForce.objects.current())


# --- the acts --------------------------------------------------------------------------------------------


def lock(article):
    """Load the piece as it now is, and let no other release, save or removal of it come between until the transaction ends."""
    article.refresh_from_db(from_queryset=Article.objects.select_for_update(no_key=True))


def submit(article, *, by, version=None):
    """送审: open a round with the newest version. `version` is the number that the person has seen."""
    with transaction.atomic():
        lock(article)
        if not by.has_perm("articles.change_article") or is_beyond(article, by):
            raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
        _demand_kept(article)
        if not article.version_number:
            raise NotReady(_("This piece has no saved version yet."))
        if version not in (None, article.version_number):
            raise StaleSave(_("The piece was changed after you opened this page; read it again before you submit it."))
        if article.reviews.open().exists():
            raise AlreadyDone(_("This piece is in review already."))
        _demand_something_new(article, by)
        save_version(article, by=by, freeze=True)
        newest = article.versions.get(number=article.version_number)
        review = Review.objects.create(article=article, version=newest, opened_by=by)
        HistoryEntry.objects.record(article, Act.SUBMITTED, by=by, version=newest)
    return review


def _demand_kept(article):
    if article.trashed_at:
        raise MoveRefused(_("This piece is in the recycle bin; restore it first."))
    if Publication.objects.filter(article=article, withdrawn_at__isnull=False).exists():
        raise MoveRefused(_("This piece was withdrawn for good; enter a new one instead."))


def _demand_something_new(article, by):
    if Publication.objects.filter(article=article, version__number=article.version_number).exists():
        raise AlreadyDone(_("This text is released already; a review is for a new one."))
    last, reviewer = article.reviews.first(), may_review(by)
    if last and last.outcome == Outcome.UNUSED and not reviewer:
        raise MoveRefused(_("The desk does not use this piece; ask an editor to submit it again."))
    returned = last and last.outcome == Outcome.RETURNED and last.sign_offs.select_related("version").last()
    if returned and returned.version.number == article.version_number and not reviewer:
        raise NotReady(_("Nothing was changed since it was returned: %(opinion)s") % {"opinion": returned.opinion})


def recall(article, *, by):
    """撤回送审: the writer or whoever submitted it takes the piece back to the desk. A reviewer returns it, with a reason."""
    with transaction.atomic():
        lock(article)
        course = course_of(article)
        if course.review is None:
            raise AlreadyDone(_("This piece is not in review."))
        if not may_recall(course, by):
            raise MoveRefused(
                _("Only who submitted or wrote the piece may take it back; a reviewer returns it with a reason.")
            )
        close(course.review, Outcome.RECALLED, by=by)
        HistoryEntry.objects.record(article, Act.RECALLED, by=by, version=course.version)


def may_recall(course, account):
    """Whether the account may take the open round of a Course back."""
    return account.pk == course.review.opened_by_id or account.pk in course.writers


def close(review, outcome, *, by):
    """End a round. Raises AlreadyDone when somebody ended it before."""
    ended = Review.objects.open().filter(pk=review.pk)
    if not ended.update(closed_at=timezone.now(), closed_by=by, outcome=outcome):
        raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))


def sign(article, *, by, stage, sha256, opinion=""):
    """Sign the text with that hash at a stage. Whether it is 通过, 改签 or 回签, and for whom, the rows say; returns the SignOff.

    Raises StaleSave when the piece has another text by now, AlreadyDone when the person has signed it, MoveRefused otherwise.
    """
    with transaction.atomic():
        signed = sign_unrecorded(article, by=by, stage=stage, sha256=sha256, opinion=opinion)
        HistoryEntry.objects.record(article, Act.SIGNED, by=by, version=signed.version, note=words_of(signed))
    return signed


def sign_unrecorded(article, *, by, stage, sha256, opinion=""):
    """As sign(), for an act that writes the one entry of the history itself; call it in that act's transaction."""
    lock(article)
    course = _demand_course(article, sha256)
    line = course.line(stage)
    if line and line.signed and line.signed.by_id == by.pk:
        raise AlreadyDone(_("You have signed this text already."))
    if refusal := why_not(course, by, stage):
        raise MoveRefused(refusal)
    return SignOff.objects.create(
        review=course.review,
        version=course.version,
        sha256=sha256,
        stage=stage,
        decision=_decision(course, stage, by),
        by=by,
        instead_of=rota.stands_in_for(by, stage),
        opinion=opinion,
    )


def _decision(course, stage, by):
    """改签 of a text that the person has changed since their last decision in the round, 回签 of one that they signed before."""
    own = [sign_off.version.number for sign_off in course.sign_offs if sign_off.by_id == by.pk]
    since = max(own, default=course.review.version.number)
    if Version.objects.filter(article=course.review.article_id, number__gt=since, created_by=by).exists():
        return Decision.AMENDED
    return Decision.CONFIRMED if signed_before(course, stage, by) else Decision.PASSED


def _demand_course(article, sha256):
    _demand_kept(article)
    course = course_of(article)
    if course.review is None:
        raise AlreadyDone(_("This piece is not in review."))
    if course.version.sha256 != sha256:
        raise StaleSave(_("The text was changed after you read it; see what is new before you decide."))
    return course


def send_back(article, *, by, stage, sha256, opinion):
    """退回修改: end the round with a reason. What was signed stays in the record and counts no longer."""
    return _decide_against(article, Decision.RETURNED, Outcome.RETURNED, Act.RETURNED, by, stage, sha256, opinion)


def put_aside(article, *, by, stage, sha256, opinion):
    """不用: end the round with a reason; the piece stays with the desk and is not used."""
    return _decide_against(article, Decision.UNUSED, Outcome.UNUSED, Act.REJECTED, by, stage, sha256, opinion)


def _decide_against(article, decision, outcome, act, by, stage, sha256, opinion):
    if not opinion.strip():
        raise MoveRefused(_("Please give the reason: the writer works by it."))
    with transaction.atomic():
        lock(article)
        course = _demand_course(article, sha256)
        if course.line(stage) is None or not rota.may_sign(by, stage):
            raise MoveRefused(_("Your account may not sign this stage; ask a colleague who may."))
        decided = SignOff.objects.create(
            review=course.review,
            version=course.version,
            sha256=sha256,
            stage=stage,
            decision=decision,
            by=by,
            instead_of=rota.stands_in_for(by, stage),
            opinion=opinion.strip(),
        )
        close(course.review, outcome, by=by)
        HistoryEntry.objects.record(article, act, by=by, version=course.version, note=words_of(decided))
    return decided


def words_of(sign_off):
    """A sign-off as the record keeps it, in the desk's language: 初审 通过（代李静）：同意。"""
    with override(settings.LANGUAGE_CODE):
        said = f"{sign_off.get_stage_display()} {sign_off.get_decision_display()}"
        if sign_off.instead_of:
            said += _(" (standing in for %(name)s)") % {"name": sign_off.instead_of}
    return f"{said}：{sign_off.opinion}" if sign_off.opinion else said
