"""三审三校: a text is submitted, signed stage by stage by different people, and only then let out.

What was signed is one Version. Any change of the text makes another, so that what was signed before no longer counts;
nothing has to be reset. First signatures come in the fixed order of the stages; whoever signed an older text of the round
signs again (回签) in any order.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from articles import flags, rota, submissions
from articles.models import (
    Article,
    Contributor,
    HistoryEntry,
    Publication,
    Review,
    SignOff,
    StagesInForce,
    Version,
    Writer,
)
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave
from articles.versions import writers_of
from articles.vocabulary import REVIEWING, SIGNED, Act, Decision, Genre, Medium, Outcome, Severity, Stage

ERRORS_NAMED = 3


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
    """The Course of a piece, in four queries."""
    review = article.reviews.open().select_related("opened_by", "version").defer("version__content").first()
    version = article.versions.filter(number=article.version_number).defer("content").first()
    signed = review.sign_offs.select_related("by", "instead_of", "version").defer("version__content") if review else ()
    return _course(review, version, tuple(signed), StagesInForce.objects.current())


def _course(review, version, sign_offs, stages):
    lines = []
    for stage in stages:
        counted = [sign_off for sign_off in sign_offs if sign_off.stage == stage and sign_off.decision in SIGNED]
        signed = next((sign_off for sign_off in counted if sign_off.version_id == version.pk), None)
        lines.append(Line(stage, signed, None if signed or not counted else counted[-1]))
    return Course(review, version, tuple(lines), sign_offs)


def stages_for(article, account, course=None):
    """The stages at which the account may sign the newest text now, its own signature to be repeated first."""
    course = course or course_of(article)
    if course.review is None or article.trashed_at:
        return ()
    open_stages = [*course.again, *filter(None, [course.next_stage])]
    own = [stage for stage in open_stages if _signed_before(course, stage, account)]
    offered = own + [stage for stage in open_stages if stage not in own]
    return tuple(stage for stage in offered if not _why_not(article, account, stage, course))


def _signed_before(course, stage, account):
    earlier = course.line(stage).earlier
    return earlier is not None and earlier.by_id == account.pk


def _why_not(article, account, stage, course):
    """The sentence why an account may not sign a stage, or "" when it may."""
    line = course.line(stage)
    if line is None:
        return _("This stage is not in force at this desk.")
    if not rota.may_sign(account, stage):
        return _("Your account may not sign this stage; ask a colleague who may.")
    if line.signed:
        return _("This stage is signed already, by %(who)s.") % {"who": line.signed.by}
    if not line.earlier and stage != course.next_stage:
        return _("The stages are signed in their order; next is: %(stage)s.") % {"stage": course.next_stage.label}
    if stage not in REVIEWING:
        return ""  # proofs may fall to the same people
    if is_writer(article, account, course.version):
        return _("You wrote this piece: its reviews are signed by others.")
    if any(other.signed and other.signed.by_id == account.pk for other in course.lines if other.stage in REVIEWING):
        return _("You have signed another review of this text already; each is signed by another person.")
    return ""


def is_writer(article, account, version=None):
    """Whether the account wrote the text: as the version says for ever, or as its credits are now."""
    frozen = version is not None and Writer.objects.filter(version=version, editor=account).exists()
    return frozen or account in writers_of(article)


def may_edit(article, account):
    """Whether the account may change the text now: while a round is open only those who sign at it may."""
    if not article.pk or not article.reviews.open().exists():
        return True
    return may_review(account)


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
        if not by.has_perm("articles.change_article"):
            raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
        _demand_kept(article)
        newest = article.versions.filter(number=article.version_number).first()
        if newest is None:
            raise NotReady(_("This piece has no saved version yet."))
        if version not in (None, newest.number):
            raise StaleSave(_("The piece was changed after you opened this page; read it again before you submit it."))
        last = article.reviews.first()
        if last and last.closed_at is None:
            raise AlreadyDone(_("This piece is in review already."))
        _demand_something_new(article, newest, last, by)
        review = Review.objects.create(article=article, version=newest, opened_by=by)
        HistoryEntry.objects.record(article, Act.SUBMITTED, by=by, version=newest)
    return review


def _demand_kept(article):
    if article.trashed_at:
        raise MoveRefused(_("This piece is in the recycle bin; restore it first."))
    if Publication.objects.filter(article=article, withdrawn_at__isnull=False).exists():
        raise MoveRefused(_("This piece was withdrawn for good; enter a new one instead."))


def _demand_something_new(article, newest, last, by):
    if Publication.objects.filter(article=article, version=newest).exists():
        raise AlreadyDone(_("This text is released already; a review is for a new one."))
    reviewer = may_review(by)
    if last and last.outcome == Outcome.UNUSED and not reviewer:
        raise MoveRefused(_("The desk does not use this piece; ask an editor to submit it again."))
    returned = last and last.outcome == Outcome.RETURNED and last.sign_offs.last()
    if returned and returned.version_id == newest.pk and not reviewer:
        raise NotReady(_("Nothing was changed since it was returned: %(opinion)s") % {"opinion": returned.opinion})


def recall(article, *, by):
    """撤回送审: the writer, whoever submitted it, or a reviewer takes the piece back to the desk."""
    with transaction.atomic():
        lock(article)
        course = course_of(article)
        if course.review is None:
            raise AlreadyDone(_("This piece is not in review."))
        if not (by.pk == course.review.opened_by_id or is_writer(article, by) or may_review(by)):
            raise MoveRefused(_("Only who submitted or wrote the piece, or a reviewer, may take it back."))
        close(course.review, Outcome.RECALLED, by=by)
        HistoryEntry.objects.record(article, Act.RECALLED, by=by, version=course.version)


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
    if refusal := _why_not(article, by, stage, course):
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
    """改签 of a text that the person has changed since somebody last decided on it, 回签 of one that they signed before."""
    decided = max([course.review.version.number, *(sign_off.version.number for sign_off in course.sign_offs)])
    changed = Version.objects.filter(article=course.review.article_id, number__gt=decided, created_by=by)
    if changed.exists():
        return Decision.AMENDED
    return Decision.CONFIRMED if _signed_before(course, stage, by) else Decision.PASSED


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


# --- who has to sign -------------------------------------------------------------------------------------


def to_sign(account, at=None):
    """待我审: the pieces that wait for the account's signature, as a queryset; the duty roster says whose queue fills."""
    stages = StagesInForce.objects.current()
    mine = {stage for stage in stages if rota.may_sign(account, stage, at)}
    if not mine:
        return Article.objects.none()
    called = {stage for stage in mine if (among := rota.expected(stage, at)) is None or account.pk in among}
    waiting = [
        course
        for course in open_courses(stages)
        if course.next_stage in called
        or any(_signed_before(course, stage, account) for stage in course.again if stage in mine)
    ]
    ids = {course.review.article_id for course in waiting}
    versions = [course.version.pk for course in waiting]
    wrote = set(Writer.objects.filter(version__in=versions, editor=account).values_list("version__article", flat=True))
    credited = Q(own_work_of=account) | Q(bylines__contributor__account=account)
    if not Contributor.objects.filter(account=account).exists():  # as versions.writers_of() has it
        credited |= Q(bylines__contributor__name=account.display_name, bylines__contributor__account=None)
    wrote |= set(Article.objects.filter(credited, pk__in=ids).values_list("pk", flat=True))
    proofs = {course.review.article_id for course in waiting if course.next_stage not in (None, *REVIEWING)}
    signed = {
        course.review.article_id
        for course in waiting
        if any(line.signed and line.signed.by_id == account.pk and line.stage in REVIEWING for line in course.lines)
    }
    return Article.objects.kept().filter(pk__in=(ids - wrote - signed) | (proofs & ids))


def open_courses(stages):
    """The Course of every piece in review, in three queries."""
    rounds = Review.objects.open().select_related("article", "version").defer("version__content", "article__body")
    in_review = Version.objects.filter(
        article__in=rounds.order_by().values("article"), number=F("article__version_number")
    )
    newest = {version.article_id: version for version in in_review.defer("content")}
    signed = defaultdict(list)
    for sign_off in SignOff.objects.filter(review__in=rounds).select_related("version").defer("version__content"):
        signed[sign_off.review_id].append(sign_off)
    return [_course(review, newest[review.article_id], tuple(signed[review.pk]), stages) for review in rounds]


# --- what keeps a piece from its release -----------------------------------------------------------------


class Unmet(NamedTuple):
    """A condition of release that is not met."""

    field: str  # the form field that mends it, or "" for none
    sentence: str


def unmet(article, *, by, signing=None):
    """The conditions that keep the newest text from release by this person; empty when there are none.

    `signing` is a stage that the person signs in the same act.
    """
    return [*unmet_beside_signatures(article, by=by), *_undescribed(article), *_unsigned(article, signing)]


def unmet_beside_signatures(article, *, by):
    """As unmet(), of a text that nobody has to sign: one printed elsewhere, or one that was let out before."""
    missing = []
    if not rota.may_publish(by):
        missing.append(Unmet("", _("Your account may not publish; ask a colleague who may.")))
    if article.trashed_at:
        missing.append(Unmet("", _("This piece is in the recycle bin; restore it first.")))
    if not article.version_number:
        missing.append(Unmet("body", _("This piece has no saved version yet.")))
    if article.genre == Genre.REPRINT and not (
        article.source_name and article.source_author and article.source_headline
    ):
        missing.append(Unmet("source_name", _("A reprint names its source, original author and original headline.")))
    if article.needs_report and not (article.report_reference or article.report_paper):
        said = _(
            "This piece is to be reported upward first: enter the reference of the answer or add the signed paper."
        )
        missing.append(Unmet("report_reference", said))
    if submissions.unverified(article):
        missing.append(Unmet("", _("This piece was made from a submission that nobody has verified yet.")))
    return [*missing, *_open_errors(article)]


def _undescribed(article):
    """Pictures without credit, or without a description for those who cannot see them; a caption whose picture is missing needs none."""
    for number, figure in enumerate(article.figures.select_related("photo")):
        if figure.medium != Medium.PICTURE or not figure.photo.web:
            continue
        if not figure.credit:
            yield Unmet(f"figures-{number}-credit", _("Figure %(n)d has no credit.") % {"n": number + 1})
        if not (figure.alt or (figure.alt_in_caption and figure.caption)):
            said = _("Figure %(n)d has no description for those who cannot see it.")
            yield Unmet(f"figures-{number}-alt", said % {"n": number + 1})


def _unsigned(article, signing):
    """The stages that are not signed on the newest text. One that was let out before needs no signature anew."""
    if Publication.objects.filter(article=article, version__number=article.version_number).exists():
        return
    if not article.reviews.open().exists():
        yield Unmet("", _("This text has not been submitted for review."))
        return
    for line in course_of(article).lines:
        if line.signed or line.stage == signing:
            continue
        if line.earlier:
            said = _("%(stage)s: %(who)s signed an older text and has to sign again.")
            yield Unmet("", said % {"stage": line.stage.label, "who": line.earlier.by})
        else:
            yield Unmet("", _("%(stage)s is not signed yet.") % {"stage": line.stage.label})


def _open_errors(article):
    errors = sorted(article.flags.filter(severity=Severity.ERROR, cleared_at=None), key=flags.rank)
    for flag in errors[:ERRORS_NAMED]:
        said = _("Mend this or settle it with a reason: %(flag)s")
        yield Unmet(flags.anchor_of(flag), said % {"flag": flags.words_of(flag)})
    if unnamed := len(errors[ERRORS_NAMED:]):
        yield Unmet("", ngettext("And %(n)d more error.", "And %(n)d more errors.", unnamed) % {"n": unnamed})


def demand(missing):
    """Raise NotReady, naming every unmet condition, when there are any."""
    if missing := list(missing):
        raise NotReady(" ".join(condition.sentence for condition in missing))
