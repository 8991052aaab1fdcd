"""Where a piece stands in its review, as the desk reads it: beside the form of the piece, and on top of its review page."""

from typing import NamedTuple

from django.db.models import Prefetch
from django.utils import timezone

from articles import comments, review, rota
from articles.admin.review_forms import CommentForm
from articles.models import Editor, Review, SignOff
from articles.vocabulary import Outcome, Post, Stage
from articles.waiting import nobody_can_sign


class Step(NamedTuple):
    """A stage of the open round. `standing`: signed, again (to be signed again), next, nobody (next, and nobody can sign it) or later."""

    stage: Stage
    standing: str
    sign_off: SignOff | None  # on the newest text, or of `again` the one on the older text
    waits_for: str  # names, or "" for everyone who may


class Round(NamedTuple):
    """One round of review as the record tells it."""

    number: int
    review: Review
    sign_offs: tuple[SignOff, ...]


def steps_of(course):
    """The stages in force as Steps; without an open round all of them come later."""
    called = _called(course.next_stage)
    steps = tuple(_step(line, course.next_stage, called) for line in course.lines)
    if nobody_can_sign(course):
        steps = tuple(step._replace(standing="nobody") if step.standing == "next" else step for step in steps)
    return steps


def _step(line, next_stage, called):
    if line.signed:
        return Step(line.stage, "signed", line.signed, "")
    if line.earlier:
        return Step(line.stage, "again", line.earlier, str(line.earlier.by))
    if line.stage == next_stage:
        return Step(line.stage, "next", None, called)
    return Step(line.stage, "later", None, "")


def _called(stage):
    """The names of those whose queue fills at a stage; "" when it is everybody's who may sign it."""
    ids = rota.expected(stage) if stage else None
    return "、".join(map(str, Editor.objects.filter(pk__in=ids))) if ids else ""


def duty_today():
    """[(post, name, who stands in now or None)] of today's roster, the chief first."""
    now, shifts = timezone.now(), rota.on_duty()
    return [
        (post.label, shift.editor, shift.stand_in if _stands_in(shift, now) else None)
        for post in Post
        if (shift := shifts.get(post))
    ]


def _stands_in(shift, now):
    return shift.stand_in_id and shift.stands_in_from <= now < shift.stands_in_until


def rounds_of(article):
    """The Rounds of a piece, newest first. Two queries."""
    signed = SignOff.objects.select_related("by", "instead_of", "version").defer("version__content")
    rounds = article.reviews.select_related("opened_by", "closed_by")
    found = list(rounds.prefetch_related(Prefetch("sign_offs", signed)))
    return [Round(len(found) - place, one, tuple(one.sign_offs.all())) for place, one in enumerate(found)]


def may_submit(article, account, course):
    """Whether 送审 is offered: there is a saved text that is neither in review nor released. review.submit() has the last word."""
    publication = getattr(article, "publication", None)
    released = publication and (publication.withdrawn_at or publication.version_id == course.version.pk)
    waits = course.review is None and course.version is not None and not article.trashed_at
    return bool(waits and not released and account.has_perm("articles.change_article"))


def may_recall(article, account, course):
    """Whether 撤回送审 is offered, by the rule of review.recall()."""
    if course.review is None:
        return False
    return review.may_recall(course, account)


def review_context(article, account, course=None):
    """What templates/admin/articles/article/review.html needs, for the form of a saved piece; some twelve queries."""
    course = course or review.course_of(article)
    rounds = rounds_of(article)
    waiting, resolved = comments.of(article) if account.has_perm("articles.view_comment") else ([], [])
    last = rounds[0] if rounds else None
    against = last and last.review.outcome in (Outcome.RETURNED, Outcome.UNUSED) and last.sign_offs[-1]
    return {
        "course": course,
        "steps": steps_of(course),
        "rounds": rounds,
        "against": against or None,  # the sign-off that ended the last round with a reason
        "duty": duty_today(),
        "may_submit": may_submit(article, account, course),
        "may_recall": may_recall(article, account, course),
        "stages_to_sign": review.stages_for(article, account, course),
        "comments": waiting,
        "resolved_comments": resolved,
        "comment_form": CommentForm(auto_id="comment_%s"),
        "may_comment": account.has_perm("articles.add_comment") and course.version is not None,
        "may_resolve": account.has_perm("articles.change_comment"),
    }
