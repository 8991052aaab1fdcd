"""待我审: for whose signature the pieces in review wait."""

from collections import defaultdict
from functools import partial

from django.db.models import F

from articles import review, rota
from articles.models import Article, Editor, Review, SignOff, StagesInForce, Version


def to_sign(account, at=None):
    """The pieces that wait for the account's signature, as a queryset.

    A first signature waits for whoever is on duty for the stage, a repeated one for whoever gave it; where they cannot sign
    this piece (they wrote it, have signed another review of it, left, lost the role), for everyone who can.
    """
    stages = StagesInForce.objects.current()
    may_sign = _Able(at)
    if not any(may_sign(account, stage) for stage in stages):
        return Article.objects.none()
    called = {stage: rota.expected(stage, at) or set() for stage in stages}
    courses = open_courses(stages)
    signers = {line.earlier.by_id for course in courses for line in course.lines if line.earlier}
    people = Editor.objects.in_bulk(signers.union(*called.values()))

    def is_called(course, stage, among):
        """Whether the account can sign the stage and is one of those that it waits for: `among`, or else everyone."""
        can = partial(may_sign.this, course, stage)
        return can(account) and (account.pk in among or not any(can(people[pk]) for pk in among if pk in people))

    def waits(course):
        again = [(stage, {course.line(stage).earlier.by_id}) for stage in course.again]
        first = [(course.next_stage, called[course.next_stage])] if course.next_stage else []
        return any(is_called(course, stage, among) for stage, among in again + first)

    return Article.objects.kept().filter(pk__in=[course.review.article_id for course in courses if waits(course)])


class _Able:
    """Who may sign which stage at a moment; each account is asked for once."""

    def __init__(self, at=None):
        self.at, self.known = at, {}

    def __call__(self, account, stage):
        key = account.pk, stage
        if key not in self.known:
            self.known[key] = account.is_active and rota.may_sign(account, stage, self.at)
        return self.known[key]

    def this(self, course, stage, account):
        """Whether the account can sign the stage of this Course."""
        return self(account, stage) and not review.why_not_this_text(course, account, stage)


def nobody_can_sign(course):
    """Whether no account can sign the stage that is next: somebody needs the role, or a stand-in."""
    stage = course.next_stage
    if stage is None:
        return False
    able, may_sign = Editor.objects.with_perm(rota.PERMISSIONS[stage]), _Able()
    stand_ins = Editor.objects.filter(pk__in=rota.expected(stage) or ())
    return not any(may_sign.this(course, stage, account) for account in {*able, *stand_ins})


def open_courses(stages):
    """The Course of every piece in review, in a handful of queries."""
    rounds = list(Review.objects.open().select_related("article", "version").defer("version__content", "article__body"))
    versions = Version.objects.filter(
        article__in=[each.article_id for each in rounds], number=F("article__version_number")
    )
    newest = {version.article_id: version for version in versions.defer("content")}
    writers = review.writers_in_all([each.article for each in rounds])
    signed = defaultdict(list)
    sign_offs = SignOff.objects.filter(review__in=rounds).select_related("by", "version").defer("version__content")
    for sign_off in sign_offs:
        signed[sign_off.review_id].append(sign_off)
    return [
        review.as_course(each, newest[each.article_id], tuple(signed[each.pk]), stages, writers[each.article_id])
        for each in rounds
    ]
