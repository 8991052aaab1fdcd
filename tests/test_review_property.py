"""Whatever anybody does, in any order: no text is public that lacks the stages in force, signed by different people, none its writer."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, currently_in_test_context, event, example, given, settings
from hypothesis import strategies as st

from articles import publish, review, roles, trash
from articles.copying import copy_of
from articles.models import Article, Byline, Contributor, Publication, SignOff, StagesInForce, Writer
from articles.refusals import MoveRefused
from articles.versions import save_version, writers_of
from articles.vocabulary import REVIEWING, REVIEWS, SIGNED, Origin, Role, Stage

from .factories import make_article, make_editor

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # in Shanghai
HOUR = timedelta(hours=1)
PEOPLE = (  # a desk of six: most hold several roles, and four of them write too
    ("记者",),
    ("记者", "责任编辑"),
    ("责任编辑", "部门主任"),
    ("部门主任", "总编"),
    ("责任编辑", "部门主任", "总编"),
    ("总编", "校对"),
)


class Clock:
    now = NOON

    def __call__(self):
        return self.now


class Newsroom:
    """Three pieces (the last one transcribed from print), six people, and what was in force when each text was let out."""

    def __init__(self, clock):
        self.clock, self.people, self.let_out = clock, [], {}
        for names in PEOPLE:
            account = make_editor()
            roles.assign(account, names)
            self.people.append(type(account).objects.get(pk=account.pk))
        self.credits = [Contributor.objects.create(name=f"作者{n}", account=self.people[n]) for n in range(4)]
        self.articles = [make_article(body="原文。") for _ in range(3)]
        self.transcribed = publish.publish_archive(self.articles[2], at=NOON - 24 * HOUR).version_id

    def do(self, act, piece, person, other):
        article = Article.objects.get(pk=self.articles[piece].pk)
        try:
            getattr(self, act)(article, self.people[person], other)
            said = act
        except MoveRefused:
            said = f"{act} refused"
        if currently_in_test_context():
            event(said)
        self.note_releases()

    def note_releases(self):
        """Remember, of every text that was just let out, how many reviews and proofs were in force."""
        rule = StagesInForce.objects.first() or StagesInForce()
        for publication in Publication.objects.filter(origin=Origin.DESK).select_related("article"):
            of_the_text = publication.article_id, publication.version_id
            writers = writers_of([publication.article])[publication.article_id]
            self.let_out.setdefault(of_the_text, (rule.reviews, rule.proofs, writers))

    # What people do.

    def edit(self, article, by, other):
        article.body += "又一段。"
        article.save()
        save_version(article, by=by)

    def credit(self, article, by, other):
        line, new = Byline.objects.get_or_create(
            article=article, role=Role.REPORTER, contributor=self.credits[other % 4]
        )
        if not new:
            line.delete()
        save_version(article, by=by)

    def claim_as_own(self, article, by, other):
        article.own_work_of = by if other % 2 else None
        article.save()
        save_version(article, by=by)

    def link(self, article, by, other):
        """It becomes known, or is taken back, whose account a credited name is."""
        Contributor.objects.filter(account=by).update(account=None)
        Contributor.objects.filter(pk=self.credits[other % 4].pk).update(account=by if other < 4 else None)

    def copy(self, article, by, other):
        self.articles[0 if other else 1] = copy_of(article, by=by)

    def submit(self, article, by, other):
        review.submit(article, by=by)

    def recall(self, article, by, other):
        review.recall(article, by=by)

    def sign(self, article, by, other):
        """The stage that is due, mostly; sometimes any, and sometimes a text that was read earlier."""
        course = review.course_of(article)
        due = [*filter(None, [course.next_stage]), *course.again]
        stage = due[other % len(due)] if due and other else list(Stage)[other % 6]
        read = article.versions.order_by("number").first() if other == 5 else course.version
        review.sign(article, by=by, stage=stage, sha256=read.sha256)

    def advance(self, article, by, other):
        """Somebody of those who may sign does so."""
        able = [(account, stages) for account in self.people if (stages := review.stages_for(article, account))]
        if able:
            account, stages = able[other % len(able)]
            review.sign(article, by=account, stage=stages[0], sha256=review.course_of(article).version.sha256)

    def pass_all(self, article, by, other):
        """As many signatures as the people can give."""
        if not article.reviews.open().exists():
            review.submit(article, by=by)
        for turn in range(6):
            self.advance(article, by, other + turn)

    def amend(self, article, by, other):
        self.edit(article, by, other)
        self.sign(article, by, other)

    def sign_and_release(self, article, by, other):
        moment = self.clock.now + HOUR if other % 2 else None
        publish.sign_and_release(article, by=by, sha256=review.course_of(article).version.sha256, at=moment)

    def send_back(self, article, by, other):
        course = review.course_of(article)
        stage = course.next_stage or Stage.FINAL_REVIEW
        review.send_back(article, by=by, stage=stage, sha256=course.version.sha256, opinion="请改。")

    def put_aside(self, article, by, other):
        course = review.course_of(article)
        stage = course.next_stage or Stage.FINAL_REVIEW
        review.put_aside(article, by=by, stage=stage, sha256=course.version.sha256, opinion="不用。")

    def publish(self, article, by, other):
        publish.publish(article, by=by, expires_at=self.clock.now + 3 * HOUR if other == 1 else None)

    def schedule(self, article, by, other):
        publish.schedule(article, by=by, at=self.clock.now + HOUR)

    def transcribe(self, article, by, other):
        publish.publish_archive(article, by=by, at=self.clock.now)

    def unschedule(self, article, by, other):
        self.on_publication(article, publish.unschedule, by)

    def hold(self, article, by, other):
        self.on_publication(article, publish.hold, by)

    def release(self, article, by, other):
        self.on_publication(article, publish.release, by)

    def withdraw(self, article, by, other):
        self.on_publication(article, publish.withdraw, by)

    def on_publication(self, article, act, by):
        if publication := Publication.objects.filter(article=article).first():
            act(publication, by=by)

    def trash(self, article, by, other):
        trash.trash(article, by=by)

    def restore(self, article, by, other):
        trash.restore(article, by=by)

    def change_stages(self, article, by, other):
        StagesInForce.objects.create(reviews=1 + other % 3, proofs=other // 3, set_by=by)

    def wait(self, article, by, other):
        self.clock.now += HOUR

    # What must hold.

    def wrongly_public(self):
        """What is public now or will be, and lacks something; told by the rows alone."""
        rows = Publication.objects.filter(withdrawn_at=None).select_related("version")
        return [problem for publication in rows for problem in self.problems(publication)]

    def problems(self, publication):
        version = publication.version
        if version.sha256 != hashlib.sha256(version.content.encode()).hexdigest():
            yield "another text than was signed"
        if publication.origin == Origin.ARCHIVE:
            if version.pk != self.transcribed:
                yield "an edited archive piece without signatures"
            return
        reviews, proofs, credited = self.let_out[publication.article_id, version.pk]
        signed = SignOff.objects.filter(
            review=publication.review_id, version=version, sha256=version.sha256, decision__in=SIGNED
        )
        signers = {sign_off.stage: sign_off.by_id for sign_off in signed if sign_off.stage in REVIEWING}
        if not set(REVIEWS[reviews]) <= signers.keys():
            yield "a stage is missing"
        if len(set(signers.values())) < reviews:
            yield "two reviews by one person"
        if set(signers.values()) & credited:
            yield "somebody reviewed who was known to have written it when it was let out"
        if set(signers.values()) & set(Writer.objects.filter(version=version).values_list("editor", flat=True)):
            yield "a writer reviewed"
        if len({sign_off.stage for sign_off in signed} - set(REVIEWING)) < proofs:
            yield "a proof is missing"


COMMON = "edit credit submit advance sign sign_and_release pass_all publish schedule hold release"
ACTS = (
    "amend claim_as_own link copy recall send_back put_aside transcribe unschedule withdraw trash restore change_stages wait "
    f"{COMMON} {COMMON} {COMMON}"
).split()
STEP = st.tuples(
    st.sampled_from(ACTS), st.sampled_from((0, 0, 1, 2)), st.sampled_from((0, 1, 2, 3, 4, 5, 4, 5)), st.integers(0, 5)
)
SIGNING = [("submit", 0, 0, 1), ("sign", 0, 1, 1), ("sign", 0, 2, 1), ("sign_and_release", 0, 5, 0)]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(STEP, min_size=14, max_size=40))
@example(steps=SIGNING)
@example(steps=[("pass_all", 1, 0, 1), ("hold", 1, 5, 0), ("publish", 1, 5, 0), ("edit", 1, 2, 0), ("publish", 1, 5, 0)])  # fmt: skip
@example(steps=[*SIGNING, ("edit", 0, 0, 1), ("publish", 0, 5, 0), ("submit", 0, 0, 1), ("publish", 0, 5, 0)])
@example(
    steps=[("edit", 2, 0, 1), ("publish", 2, 5, 0), ("submit", 2, 0, 1), ("publish", 2, 5, 0), ("transcribe", 2, 5, 0)]
)
@example(steps=[("change_stages", 0, 5, 0), ("submit", 0, 0, 1), ("sign", 0, 5, 1), ("change_stages", 0, 5, 2), ("publish", 0, 5, 0)])  # fmt: skip
def test_no_text_is_ever_public_without_its_signatures(db, steps):
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", clock := Clock())
        newsroom = Newsroom(clock)
        for step in steps:
            newsroom.do(*step)
            assert newsroom.wrongly_public() == []
        transaction.set_rollback(True)


def test_the_steps_above_do_let_something_out(db, monkeypatch):
    monkeypatch.setattr(timezone, "now", clock := Clock())
    newsroom = Newsroom(clock)
    for step in SIGNING:
        newsroom.do(*step)
    assert [(publication.article_id, publication.origin) for publication in Publication.objects.order_by("pk")] == [
        (newsroom.articles[2].pk, Origin.ARCHIVE),
        (newsroom.articles[0].pk, Origin.DESK),
    ]
