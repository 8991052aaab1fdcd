"""三审三校: who may sign what, in which order, on which text; and what a release demands."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles import conditions, publish, review, roles, rota, trash, waiting
from articles.models import (
    Article,
    Byline,
    Contributor,
    Figure,
    Photo,
    Publication,
    Review,
    Shift,
    SignOff,
    StagesInForce,
    Version,
)
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave
from articles.versions import save_version
from articles.vocabulary import Act, Decision, Outcome, Post, Role, Stage, State

from .factories import approve, make_approved_article, make_article, make_editor, make_live_article

FIRST, SECOND, FINAL = Stage.FIRST_REVIEW, Stage.SECOND_REVIEW, Stage.FINAL_REVIEW
HOUR = timedelta(hours=1)


def make_colleague(*names, **fields):
    """An account that holds these roles."""
    account = make_editor(**fields)
    roles.assign(account, names)
    return type(account).objects.get(pk=account.pk)


@pytest.fixture
def desk(db):
    """The people of a desk by what they are."""
    return {name: make_colleague(name, display_name=name) for name in roles.ROLES}


def hash_of(article):
    return article.versions.get(number=article.version_number).sha256


def revise(article, *, by=None, **fields):
    for name, value in (fields or {"body": article.body + "又一段。"}).items():
        setattr(article, name, value)
    article.save()
    return save_version(article, by=by)


def submitted(**fields):
    article = make_article(**fields)
    review.submit(article, by=make_editor("change_article"))
    return article


def take_back(article):
    review.recall(article, by=article.reviews.first().opened_by)


def sign(article, by, stage, **fields):
    return review.sign(article, by=by, stage=stage, sha256=hash_of(article), **fields)


def signed(article):
    """(stage, decision) of all that was decided, oldest first."""
    return list(SignOff.objects.filter(review__article=article).values_list("stage", "decision"))


def state_of(article):
    return Article.objects.with_state().get(pk=article.pk).state


# --- the ordinary road -----------------------------------------------------------------------------------


def test_three_people_sign_in_their_order_and_the_last_lets_it_out(desk):
    article = make_article()
    assert state_of(article) == State.DRAFT
    review.submit(article, by=desk["记者"])
    assert state_of(article) == State.REVIEW
    sign(article, desk["责任编辑"], FIRST, opinion="事实已核。")
    sign(article, desk["部门主任"], SECOND)
    assert (state_of(article), review.course_of(article).next_stage) == (State.REVIEW, FINAL)
    publish.sign_and_release(article, by=desk["总编"], sha256=hash_of(article), opinion="同意刊发。")
    assert (state_of(article), signed(article)) == (
        State.LIVE,
        [(FIRST, Decision.PASSED), (SECOND, Decision.PASSED), (FINAL, Decision.PASSED)],
    )
    publication, round_ = Publication.objects.get(), Review.objects.get()
    assert (publication.review, round_.outcome, round_.closed_by) == (round_, Outcome.RELEASED, desk["总编"])


def test_signing_and_releasing_are_one_entry_of_the_history(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    sign(article, desk["部门主任"], SECOND)
    before = article.history.count()
    publish.sign_and_release(article, by=desk["总编"], sha256=hash_of(article), opinion="同意。")
    assert article.history.count() == before + 1
    entry = article.history.first()
    assert (entry.act, entry.by, "终审 通过：同意。" in entry.note) == (Act.PUBLISHED, desk["总编"], True)


def test_the_final_review_may_release_later_or_only_sign(desk):
    later, kept = submitted(), submitted()
    for article in (later, kept):
        sign(article, desk["责任编辑"], FIRST)
        sign(article, desk["部门主任"], SECOND)
    moment = timezone.now() + 9 * HOUR
    publish.sign_and_release(later, by=desk["总编"], sha256=hash_of(later), at=moment)
    publish.sign_and_release(kept, by=desk["总编"], sha256=hash_of(kept), release=False)
    assert (state_of(later), later.publication.published_at) == (State.SCHEDULED, moment)
    assert (state_of(kept), Publication.objects.filter(article=kept).exists()) == (State.APPROVED, False)
    publish.publish(kept, by=desk["总编"])
    assert state_of(kept) == State.LIVE


def test_what_keeps_a_piece_from_release_keeps_the_one_act_from_being_done_at_all(desk):
    article = submitted(genre="reprint")
    sign(article, desk["责任编辑"], FIRST)
    sign(article, desk["部门主任"], SECOND)
    before = article.history.count()
    with pytest.raises(NotReady):
        publish.sign_and_release(article, by=desk["总编"], sha256=hash_of(article))
    assert (len(signed(article)), article.history.count(), state_of(article)) == (2, before, State.REVIEW)


def test_every_act_of_a_review_stands_in_the_history_with_its_words(desk):
    article = make_article()
    review.submit(article, by=desk["记者"])
    review.recall(article, by=desk["记者"])
    review.submit(article, by=desk["记者"])
    sign(article, desk["责任编辑"], FIRST, opinion="已核。")
    review.send_back(article, by=desk["部门主任"], stage=SECOND, sha256=hash_of(article), opinion="数字有误。")
    entries = article.history.order_by("pk").values_list("act", "note")[1:]
    assert list(entries) == [
        (Act.SUBMITTED, ""),
        (Act.RECALLED, ""),
        (Act.SUBMITTED, ""),
        (Act.SIGNED, "初审 通过：已核。"),
        (Act.RETURNED, "复审 退回修改：数字有误。"),
    ]


# --- who may ---------------------------------------------------------------------------------------------

MAY = {
    FIRST: {"责任编辑"},
    SECOND: {"部门主任"},
    FINAL: {"总编"},
    Stage.FIRST_PROOF: {"责任编辑", "部门主任", "总编", "校对"},
}


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize("stage", MAY)
def test_a_stage_is_signed_by_its_role_alone(desk, role, stage):
    StagesInForce.objects.create(reviews=3, proofs=1, set_by=desk["总编"])
    article, others = submitted(), [make_editor("*") for _ in range(3)]
    for done, by in zip((FIRST, SECOND, FINAL), others, strict=True):
        if done == stage:
            break
        sign(article, by, done)
    assert (stage in review.stages_for(article, desk[role])) is (role in MAY[stage])
    if role in MAY[stage]:
        assert sign(article, desk[role], stage).by == desk[role]
        return
    with pytest.raises(MoveRefused):
        sign(article, desk[role], stage)
    with pytest.raises(MoveRefused):
        review.send_back(article, by=desk[role], stage=stage, sha256=hash_of(article), opinion="不行。")
    with pytest.raises(MoveRefused):
        review.put_aside(article, by=desk[role], stage=stage, sha256=hash_of(article), opinion="不行。")


@pytest.mark.parametrize("role", roles.ROLES)
def test_a_round_is_begun_by_those_who_may_change_a_piece(desk, role):
    article = make_article(by=desk["通讯员"] if role == "通讯员" else None)
    if desk[role].has_perm("articles.change_article"):
        assert review.submit(article, by=desk[role]).opened_by == desk[role]
        return
    with pytest.raises(MoveRefused):
        review.submit(article, by=desk[role])
    assert Review.objects.count() == 0


def test_a_round_is_ended_by_who_began_it_or_by_a_writer_and_a_reviewer_returns_it(desk):
    writer = desk["通讯员"]
    for by, may in ((desk["记者"], True), (writer, True), (desk["校对"], False), (desk["责任编辑"], False)):
        article = make_article(own_work_of=writer)
        review.submit(article, by=desk["记者"])
        if may:
            review.recall(article, by=by)
            assert (state_of(article), article.reviews.get().outcome) == (State.DRAFT, Outcome.RECALLED)
        else:
            with pytest.raises(MoveRefused):
                review.recall(article, by=by)


def test_while_a_round_is_open_only_reviewers_and_proofreaders_change_the_text(desk):
    article = make_article()
    assert {name for name in desk if not review.may_edit(article, desk[name])} == {"通讯员", "财务", "管理员"}
    review.submit(article, by=desk["记者"])
    assert {name for name in desk if review.may_edit(article, desk[name])} == {"责任编辑", "部门主任", "总编", "校对"}
    review.recall(article, by=desk["记者"])
    assert review.may_edit(article, desk["记者"])


def test_whoever_only_sends_in_changes_the_own_pieces_until_they_are_released(desk):
    sender = desk["通讯员"]
    own, other = make_article(by=sender), make_article(by=desk["记者"])
    assert (review.may_edit(own, sender), review.may_edit(other, sender)) == (True, False)
    with pytest.raises(MoveRefused):
        review.submit(other, by=sender)
    with pytest.raises(MoveRefused):
        trash.trash(other, by=sender)
    publish.publish(approve(own), by=desk["总编"])
    assert not review.may_edit(own, sender)
    assert review.may_edit(own, desk["记者"])


def test_nobody_signs_two_reviews_of_one_text_whatever_roles_they_hold(db):
    both, other, chief = make_colleague("责任编辑", "部门主任"), make_colleague("部门主任"), make_colleague("总编")
    article = submitted()
    sign(article, both, FIRST)
    assert review.stages_for(article, both) == ()
    with pytest.raises(MoveRefused, match="另一审次"):
        sign(article, both, SECOND)
    sign(article, other, SECOND)
    sign(article, chief, FINAL)
    assert state_of(article) == State.APPROVED


def test_a_credited_writer_and_who_submitted_it_as_their_own_sign_no_stage(db):
    reporter, author, free = (make_colleague("责任编辑") for _ in range(3))
    contributor = Contributor.objects.create(name="周明远", account=reporter)
    article = make_article(own_work_of=author)
    Byline.objects.create(article=article, role=Role.REPORTER, contributor=contributor)
    save_version(article, by=None)
    review.submit(article, by=free)
    for writer in (reporter, author):
        assert review.stages_for(article, writer) == ()
        with pytest.raises(MoveRefused, match="您是本稿作者"):
            sign(article, writer, FIRST)
    sign(article, free, FIRST)  # whoever only submitted or typed it is no writer


def test_an_account_that_became_a_writer_s_after_the_version_was_saved_signs_no_stage(db):
    account = make_colleague("责任编辑")
    article = submitted(credits=[(Role.REPORTER, "张三")])
    Contributor.objects.update(account=account)
    with pytest.raises(MoveRefused):
        sign(article, account, FIRST)


def test_an_account_under_whose_name_somebody_is_credited_signs_no_stage_until_it_is_known_who_that_is(db):
    account, other = make_colleague("责任编辑", display_name="李静"), make_colleague("责任编辑")
    article = submitted(credits=[(Role.REPORTER, "李静")])
    assert (account in article.versions.get().writers.all(), list(waiting.to_sign(account))) == (True, [])
    with pytest.raises(MoveRefused, match="您是本稿作者"):
        sign(article, account, FIRST)
    Contributor.objects.create(name="李静（县委办）", account=account)  # it is another of the name
    again = submitted(credits=[(Role.REPORTER, "李静")])
    assert list(waiting.to_sign(account)) == [again]
    sign(again, account, FIRST)
    sign(article, other, FIRST)


def test_proofs_may_fall_to_the_same_people_and_to_the_writer(db):
    writer = make_colleague("校对")
    StagesInForce.objects.create(reviews=1, proofs=2, set_by=writer)
    article, chief = submitted(own_work_of=writer), make_colleague("总编")
    sign(article, chief, FINAL)
    sign(article, writer, Stage.FIRST_PROOF)
    sign(article, writer, Stage.SECOND_PROOF)
    assert state_of(article) == State.APPROVED
    publish.publish(article, by=chief)


# --- order -----------------------------------------------------------------------------------------------


def test_first_signatures_come_in_the_order_of_the_stages(desk):
    article = submitted()
    for by, stage in ((desk["部门主任"], SECOND), (desk["总编"], FINAL)):
        assert review.stages_for(article, by) == ()
        with pytest.raises(MoveRefused, match="初审"):
            sign(article, by, stage)
    assert signed(article) == []


def test_a_stage_is_signed_once_and_a_second_press_says_so(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    with pytest.raises(AlreadyDone):
        sign(article, desk["责任编辑"], FIRST)
    with pytest.raises(MoveRefused, match="责任编辑"):
        sign(article, make_colleague("责任编辑"), FIRST)
    assert len(signed(article)) == 1


def test_a_piece_that_is_not_in_review_is_not_signed(desk):
    article = make_article()
    with pytest.raises(AlreadyDone):
        sign(article, desk["责任编辑"], FIRST)
    review.submit(article, by=desk["记者"])
    with pytest.raises(AlreadyDone):
        review.submit(article, by=desk["记者"])
    with pytest.raises(MoveRefused):
        trash.trash(article, by=desk["记者"])


# --- changes of the text ---------------------------------------------------------------------------------


def test_what_was_read_before_a_change_is_not_signed(desk):
    article = submitted()
    read = hash_of(article)
    revise(article)
    for decide in (review.sign, review.send_back, review.put_aside):
        with pytest.raises(StaleSave, match="您审阅后稿件有改动"):
            decide(article, by=desk["责任编辑"], stage=FIRST, sha256=read, opinion="同意。")
    with pytest.raises(StaleSave):
        publish.sign_and_release(article, by=desk["总编"], sha256=read)
    assert signed(article) == []


def test_a_reviewer_changes_the_text_signs_it_and_those_before_sign_again_in_any_order(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    sign(article, desk["部门主任"], SECOND)
    revise(article, by=desk["总编"], headline="终审改的标题")
    assert sign(article, desk["总编"], FINAL).decision == Decision.AMENDED
    course = review.course_of(article)
    assert (state_of(article), course.complete, course.again) == (State.REVIEW, False, (FIRST, SECOND))
    with pytest.raises(NotReady, match="责任编辑"):
        publish.publish(article, by=desk["总编"])
    assert sign(article, desk["部门主任"], SECOND).decision == Decision.CONFIRMED
    assert sign(article, desk["责任编辑"], FIRST).decision == Decision.CONFIRMED
    publish.publish(article, by=desk["总编"])
    assert state_of(article) == State.LIVE


def test_a_colleague_may_sign_for_one_who_signed_an_older_text(desk):
    article, other = submitted(), make_colleague("责任编辑")
    sign(article, desk["责任编辑"], FIRST)
    revise(article, by=desk["部门主任"])
    sign(article, desk["部门主任"], SECOND)
    assert sign(article, other, FIRST).decision == Decision.PASSED


def test_an_edit_after_the_last_review_sends_the_piece_back_to_it(desk):
    article = make_approved_article()
    assert state_of(article) == State.APPROVED
    revise(article)
    assert state_of(article) == State.REVIEW
    with pytest.raises(NotReady):
        publish.publish(article, by=desk["总编"])
    assert Publication.objects.count() == 0


def test_taking_a_text_back_to_what_was_signed_does_not_bring_the_signatures_back(desk):
    article = make_approved_article(body="原文。")
    revise(article, body="改过。")
    revise(article, body="原文。")
    first, _second, third = article.versions.order_by("number")
    assert first.sha256 == third.sha256
    with pytest.raises(NotReady):
        publish.publish(article, by=desk["总编"])


def test_a_signature_of_somebody_who_turns_out_to_have_written_the_piece_counts_for_nothing(desk):
    article = submitted(credits=[(Role.REPORTER, "张三")])
    sign(article, desk["责任编辑"], FIRST)
    sign(article, desk["部门主任"], SECOND)
    Contributor.objects.update(account=desk["责任编辑"])
    assert review.course_of(article).next_stage == FIRST
    with pytest.raises(MoveRefused, match="初审"):
        publish.sign_and_release(article, by=desk["总编"], sha256=hash_of(article))
    sign(article, make_colleague("责任编辑"), FIRST)
    publish.sign_and_release(article, by=desk["总编"], sha256=hash_of(article))
    assert state_of(article) == State.LIVE


def test_signatures_of_others_stand_when_it_becomes_known_who_wrote_the_text(desk):
    article = make_approved_article(credits=[(Role.REPORTER, "张三")])
    Contributor.objects.update(account=desk["记者"])
    assert save_version(article, by=desk["记者"]) is None
    assert state_of(article) == State.APPROVED


def test_a_writer_who_takes_the_own_credit_back_stays_a_writer_and_a_wrong_one_is_taken_back_by_another(db):
    for remover_is_writer in (True, False):
        account, other = make_colleague("责任编辑"), make_colleague("责任编辑")
        article = make_article(own_work_of=account)
        article.own_work_of = None
        revise(article, by=account if remover_is_writer else other)
        review.submit(article, by=other)
        assert review.is_writer(article, account) is remover_is_writer
        assert (FIRST in review.stages_for(article, account)) is not remover_is_writer


def test_filing_voids_no_signature(desk):
    article = make_approved_article()
    Article.objects.filter(pk=article.pk).update(grade="A")
    assert save_version(article, by=None) is None
    publish.publish(article, by=desk["总编"])


# --- returned, put aside, submitted again ----------------------------------------------------------------


def test_a_returned_piece_is_changed_and_signed_anew_by_all(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    review.send_back(article, by=desk["部门主任"], stage=SECOND, sha256=hash_of(article), opinion="请补时间。")
    assert state_of(article) == State.RETURNED
    with pytest.raises(NotReady, match="请补时间"):
        review.submit(article, by=desk["记者"])
    revise(article)
    review.submit(article, by=desk["记者"])
    assert review.course_of(article).next_stage == FIRST
    sign(article, desk["责任编辑"], FIRST)
    assert signed(article) == [(FIRST, Decision.PASSED), (SECOND, Decision.RETURNED), (FIRST, Decision.PASSED)]


def test_signatures_of_an_ended_round_count_no_longer_also_where_the_text_stayed(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    sign(article, desk["部门主任"], SECOND)
    take_back(article)
    review.submit(article, by=desk["记者"])
    with pytest.raises(MoveRefused, match="初审"):
        sign(article, desk["总编"], FINAL)
    sign(article, desk["责任编辑"], FIRST)


@pytest.mark.parametrize("decide", [review.send_back, review.put_aside])
def test_a_decision_against_a_text_needs_its_reason(desk, decide):
    article = submitted()
    with pytest.raises(MoveRefused, match="理由"):
        decide(article, by=desk["责任编辑"], stage=FIRST, sha256=hash_of(article), opinion="  ")
    assert (signed(article), state_of(article)) == ([], State.REVIEW)


def test_a_piece_that_is_not_used_is_submitted_again_by_an_editor_alone(desk):
    article = submitted()
    review.put_aside(article, by=desk["责任编辑"], stage=FIRST, sha256=hash_of(article), opinion="已有同题稿。")
    assert state_of(article) == State.UNUSED
    with pytest.raises(MoveRefused):
        review.submit(article, by=desk["记者"])
    review.submit(article, by=desk["责任编辑"])
    assert state_of(article) == State.REVIEW


def test_the_text_that_is_released_already_is_not_submitted(desk):
    article = make_live_article()
    with pytest.raises(AlreadyDone):
        review.submit(article, by=desk["记者"])
    revise(article)
    review.submit(article, by=desk["记者"])
    assert (state_of(article), article.reviews.open().count()) == (State.LIVE, 1)


def test_a_form_that_saw_an_older_version_does_not_submit_the_newer(desk):
    article = make_article()
    revise(article)
    with pytest.raises(StaleSave):
        review.submit(article, by=desk["记者"], version=1)
    review.submit(article, by=desk["记者"], version=2)


# --- stages in force -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reviews", "stages"), [(1, (FINAL,)), (2, (FIRST, FINAL)), (3, (FIRST, SECOND, FINAL))])
def test_a_smaller_desk_asks_for_fewer_reviews(desk, reviews, stages):
    StagesInForce.objects.create(reviews=reviews, set_by=desk["总编"])
    people = {FIRST: desk["责任编辑"], SECOND: desk["部门主任"], FINAL: desk["总编"]}
    article = submitted()
    for stage in stages:
        assert state_of(article) == State.REVIEW
        sign(article, people[stage], stage)
    assert state_of(article) == State.APPROVED
    publish.publish(article, by=desk["总编"])


def test_a_desk_that_asks_for_more_asks_it_also_of_what_is_in_review(desk):
    StagesInForce.objects.create(reviews=1, set_by=desk["总编"])
    article = submitted()
    sign(article, desk["总编"], FINAL)
    StagesInForce.objects.create(reviews=3, set_by=desk["总编"])
    assert (state_of(article), review.course_of(article).next_stage) == (State.REVIEW, FIRST)
    with pytest.raises(NotReady):
        publish.publish(article, by=desk["总编"])


# --- conditions of release -------------------------------------------------------------------------------


def with_picture(**fields):
    article = make_article()
    photo = Photo.objects.create(original="originals/x.jpg", sha256="0" * 64, web="web/photos/x.jpg")
    Figure.objects.create(article=article, position=1, photo=photo, **{"caption": "图为药农晾晒丹参。", **fields})
    save_version(article, by=None)
    return approve(article)


@pytest.mark.parametrize(
    ("fields", "lacking"),
    [
        ({}, ["figures-0-credit", "figures-0-alt"]),
        ({"credit": "王立志 摄"}, ["figures-0-alt"]),
        ({"alt": "药农在院里翻动丹参"}, ["figures-0-credit"]),
        ({"credit": "王立志 摄", "alt_in_caption": True}, []),
        ({"credit": "王立志 摄", "alt_in_caption": True, "caption": ""}, ["figures-0-alt"]),
        ({"credit": "王立志 摄", "alt": "药农在院里翻动丹参"}, []),
    ],
)
def test_every_picture_needs_its_credit_and_a_description(desk, fields, lacking):
    article = with_picture(**fields)
    assert [condition.field for condition in conditions.unmet(article, by=desk["总编"])] == lacking
    if lacking:
        with pytest.raises(NotReady):
            publish.publish(article, by=desk["总编"])


def test_a_caption_whose_picture_is_missing_needs_no_description(desk):
    article = approve(make_article(captions=["图为药农晾晒丹参。"]))
    assert conditions.unmet(article, by=desk["总编"]) == []


def test_what_is_to_be_reported_upward_waits_for_the_reference_or_the_paper(desk):
    article = make_approved_article(needs_report=True)
    assert [condition.field for condition in conditions.unmet(article, by=desk["总编"])] == ["report_reference"]
    for fields in ({"report_reference": "嵩宣〔2026〕12号"}, {"report_reference": "", "report_paper": "reports/x.jpg"}):
        Article.objects.update(**fields)
        article.refresh_from_db()
        assert conditions.unmet(article, by=desk["总编"]) == []


def test_each_missing_signature_is_named(desk):
    article = make_article()
    assert [u.sentence for u in conditions.unmet(article, by=desk["总编"])] == ["本稿现在这一版尚未送审。"]
    review.submit(article, by=desk["记者"])
    sign(article, desk["责任编辑"], FIRST)
    revise(article, by=desk["部门主任"])
    sentences = [condition.sentence for condition in conditions.unmet(article, by=desk["总编"], signing=FINAL)]
    assert [("初审" in s, "责任编辑" in s, "复审" in s) for s in sentences] == [
        (True, True, False),
        (False, False, True),
    ]


# --- stopped, released again, withdrawn ------------------------------------------------------------------


def test_an_editor_stops_what_is_scheduled_and_only_the_chief_lets_it_out_again(desk):
    article = make_approved_article()
    publication = publish.schedule(article, by=desk["总编"], at=timezone.now() + HOUR)
    for name in ("通讯员", "记者", "校对", "财务", "管理员"):
        with pytest.raises(MoveRefused):
            publish.hold(publication, by=desk[name])
    publish.hold(publication, by=desk["责任编辑"], note="时间待核")
    assert state_of(article) == State.HELD
    for name in ("责任编辑", "部门主任"):
        with pytest.raises(MoveRefused):
            publish.release(publication, by=desk[name])
    publish.release(publication, by=desk["总编"])
    assert state_of(article) == State.SCHEDULED


def test_what_is_public_is_taken_offline_by_the_chief_or_by_whoever_is_on_duty(desk):
    publication = make_live_article().publication
    editor = desk["责任编辑"]
    with pytest.raises(MoveRefused, match="值班"):
        publish.hold(publication, by=editor)
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=editor)
    publish.hold(publication, by=editor)
    publish.release(publication, by=desk["总编"])
    publish.hold(publication, by=desk["总编"])
    assert Article.objects.live().count() == 0


def test_a_piece_taken_offline_comes_back_with_a_newly_signed_text_at_the_same_address(desk):
    article = make_live_article()
    address = article.publication.get_absolute_url()
    publish.hold(article.publication, by=desk["总编"])
    revise(article, body="改正后的正文。")
    with pytest.raises(NotReady):
        publish.publish(article, by=desk["总编"])
    publication = publish.publish(approve(article), by=desk["总编"])
    assert (publication.held, publication.version.number, publication.get_absolute_url()) == (False, 2, address)
    assert state_of(article) == State.LIVE


def test_what_was_taken_out_of_the_schedule_after_another_round_begins_anew(desk):
    article = make_approved_article()
    publication = publish.schedule(article, by=desk["总编"], at=timezone.now() + HOUR)
    revise(article)
    review.submit(article, by=desk["记者"])
    review.recall(article, by=desk["记者"])
    publish.unschedule(publication, by=desk["总编"])
    assert state_of(article) == State.DRAFT
    review.submit(article, by=desk["记者"])
    assert article.reviews.open().count() == 1


def test_a_stopped_piece_is_not_taken_out_of_the_schedule_and_an_ended_one_is_not_taken_offline(desk):
    article = make_approved_article()
    publication = publish.schedule(article, by=desk["总编"], at=timezone.now() + HOUR)
    publish.hold(publication, by=desk["责任编辑"])
    with pytest.raises(MoveRefused):
        publish.unschedule(publication, by=desk["总编"])
    ended = make_live_article(published_at=timezone.now() - HOUR, expires_at=timezone.now() - HOUR / 2)
    with pytest.raises(AlreadyDone):
        publish.hold(ended.publication, by=desk["总编"])
    assert (state_of(article), state_of(ended)) == (State.HELD, State.EXPIRED)


def test_what_was_taken_out_of_the_schedule_keeps_its_signatures(desk):
    article = make_approved_article()
    publication = publish.schedule(article, by=desk["总编"], at=timezone.now() + HOUR)
    publish.unschedule(publication, by=desk["总编"])
    assert state_of(article) == State.APPROVED
    publish.publish(article, by=desk["总编"])


def test_withdrawing_records_who_ordered_it_and_ends_a_round(desk):
    article = make_live_article()
    revise(article)
    review.submit(article, by=desk["记者"])
    publish.withdraw(article.publication, by=desk["总编"], ordered_by="县委宣传部电话", notice="来稿人要求撤稿。")
    publication = Publication.objects.get()
    assert (publication.withdrawn_by, publication.ordered_by) == (desk["总编"], "县委宣传部电话")
    assert "县委宣传部电话" in article.history.filter(act=Act.WITHDRAWN).get().note
    assert article.reviews.first().outcome == Outcome.RECALLED
    with pytest.raises(MoveRefused):
        review.submit(article, by=desk["记者"])


def test_a_transcription_is_no_road_around_the_reviews(desk):
    article = make_article()
    with pytest.raises(NotReady):
        publish.publish_archive(article, by=desk["总编"], at=timezone.now())
    with pytest.raises(NotReady):
        publish.publish_archive(article, by=desk["责任编辑"], at=timezone.now())


# --- duty, standing in, queues ---------------------------------------------------------------------------


def stand_in(editor, substitute, post, *, begins=-HOUR, ends=HOUR):
    now = timezone.now()
    return Shift.objects.create(
        day=timezone.localdate(), post=post, editor=editor, stand_in=substitute,
        stands_in_from=now + begins, stands_in_until=now + ends,
    )  # fmt: skip


def test_a_stand_in_signs_for_who_is_on_duty_and_the_record_says_so(desk):
    shift = stand_in(desk["总编"], desk["部门主任"], Post.CHIEF)
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    sign(article, make_colleague("部门主任"), SECOND)
    publish.sign_and_release(article, by=desk["部门主任"], sha256=hash_of(article))
    last = SignOff.objects.last()
    assert (last.by, last.instead_of) == (desk["部门主任"], shift.editor)
    assert "代总编" in article.history.first().note


@pytest.mark.parametrize(("begins", "ends"), [(-2 * HOUR, -HOUR), (HOUR, 2 * HOUR)])
def test_a_stand_in_signs_only_within_the_time(desk, begins, ends):
    stand_in(desk["责任编辑"], desk["部门主任"], Post.EDITOR, begins=begins, ends=ends)
    article = submitted()
    with pytest.raises(MoveRefused):
        sign(article, desk["部门主任"], FIRST)


def test_whoever_only_writes_stands_in_for_nobody(desk):
    stand_in(desk["总编"], desk["通讯员"], Post.CHIEF)
    assert not rota.may_sign(desk["通讯员"], FINAL)
    assert not rota.may_publish(desk["通讯员"])


def test_a_stand_in_may_not_review_the_own_piece_either(desk):
    stand_in(desk["责任编辑"], desk["部门主任"], Post.EDITOR)
    article = submitted(own_work_of=desk["部门主任"])
    with pytest.raises(MoveRefused):
        sign(article, desk["部门主任"], FIRST)


def called(desk):
    """The names of those in whose queue something waits."""
    return {name for name, account in desk.items() if waiting.to_sign(account).exists()}


def test_the_queue_of_a_stage_fills_for_all_who_may_sign_or_for_who_is_on_duty(desk):
    other = desk["另一责编"] = make_colleague("责任编辑")
    article = submitted()
    assert called(desk) == {"责任编辑", "另一责编"}
    shift = Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=other)
    assert called(desk) == {"另一责编"}
    assert review.stages_for(article, desk["责任编辑"]) == (FIRST,)  # the roster says whom to wait for, not who may
    shift.delete()
    stand_in(other, desk["部门主任"], Post.EDITOR)
    assert called(desk) == {"部门主任"}


def test_the_queue_follows_the_piece_and_comes_back_to_those_who_sign_again(desk):
    article = submitted()
    sign(article, desk["责任编辑"], FIRST)
    assert called(desk) == {"部门主任"}
    sign(article, desk["部门主任"], SECOND)
    assert called(desk) == {"总编"}
    revise(article, by=desk["总编"])
    assert called(desk) == {"责任编辑", "部门主任", "总编"}
    sign(article, desk["总编"], FINAL)
    assert called(desk) == {"责任编辑", "部门主任"}
    take_back(article)
    assert called(desk) == set()


def test_what_waits_for_somebody_is_what_they_may_sign(desk):
    writer = desk["责任编辑"]
    submitted(own_work_of=writer)
    mine = submitted()
    gone = submitted()
    take_back(gone)
    assert list(waiting.to_sign(writer)) == [mine]
    for account in desk.values():
        for article in waiting.to_sign(account):
            assert review.stages_for(article, account) != ()


def test_a_piece_waits_for_everyone_who_can_where_those_it_is_meant_for_cannot(desk):
    other = desk["另一责编"] = make_colleague("责任编辑")
    shift = Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=other)
    article = submitted(own_work_of=other)  # who is on duty wrote it
    assert called(desk) == {"责任编辑"}
    take_back(article)
    article = submitted()
    type(other).objects.filter(pk=other.pk).update(is_active=False)  # or has left
    del desk["另一责编"]
    assert called(desk) == {"责任编辑"}
    shift.delete()
    sign(article, desk["责任编辑"], FIRST)
    revise(article, by=desk["部门主任"])
    substitute = desk["新责编"] = make_colleague("责任编辑")
    assert called(desk) == {"责任编辑", "部门主任"}
    type(other).objects.filter(pk=desk["责任编辑"].pk).update(is_active=False)  # who signed before has left
    assert list(waiting.to_sign(substitute)) == [article]


def test_somebody_on_duty_at_two_posts_who_signed_one_is_not_waited_for_at_the_other(db):
    both, head = make_colleague("责任编辑", "部门主任"), make_colleague("部门主任")
    for post in (Post.EDITOR, Post.HEAD):
        Shift.objects.create(day=timezone.localdate(), post=post, editor=both)
    article = submitted()
    sign(article, both, FIRST)
    assert (list(waiting.to_sign(head)), list(waiting.to_sign(both))) == ([article], [])


def test_a_stand_in_is_waited_for_after_midnight_too(desk):
    yesterday = timezone.localdate() - timedelta(days=1)
    now = timezone.now()
    Shift.objects.create(
        day=yesterday, post=Post.EDITOR, editor=desk["责任编辑"], stand_in=desk["部门主任"],
        stands_in_from=now - 3 * HOUR, stands_in_until=now + HOUR,
    )  # fmt: skip
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=desk["责任编辑"])
    submitted()
    assert called(desk) == {"部门主任"}


def test_that_nobody_can_sign_is_known(desk):
    head = desk["部门主任"]
    article = submitted(own_work_of=head)
    assert not waiting.nobody_can_sign(review.course_of(article))
    sign(article, desk["责任编辑"], FIRST)
    assert waiting.nobody_can_sign(review.course_of(article))
    make_colleague("部门主任")
    assert not waiting.nobody_can_sign(review.course_of(article))


def test_queues_ask_the_same_of_one_piece_and_of_many(desk, django_assert_max_num_queries):
    for _ in range(12):
        revise(submitted(), by=desk["部门主任"])
    with django_assert_max_num_queries(26):
        assert len(waiting.to_sign(desk["责任编辑"])) == 12


def test_the_newest_version_is_what_is_read_and_signed(desk):
    article = submitted()
    version = revise(article)
    course = review.course_of(article)
    assert (course.version, course.review.version.number) == (version, 1)
    assert sign(article, desk["责任编辑"], FIRST).version == Version.objects.get(number=2)


def test_a_live_story_stays_byte_for_byte_while_its_next_text_is_edited_and_reviewed(client, desk):
    article = make_live_article(
        headline="旧标题", body="旧正文。", credits=[(Role.REPORTER, "张三")], captions=["旧图说。"]
    )
    address = article.publication.get_absolute_url()

    def page():
        cache.clear()  # not the page that was kept, but one made anew
        return client.get(address).content

    before = page()
    acts = (
        lambda: revise(article, headline="新标题", body="新正文。", kicker="引题", printed_byline="（李四）"),
        lambda: review.submit(article, by=desk["记者"]),
        lambda: sign(article, desk["责任编辑"], FIRST),
        lambda: revise(article, by=desk["部门主任"], body="复审改过的正文。"),
        lambda: sign(article, desk["部门主任"], SECOND),
        lambda: sign(article, desk["责任编辑"], FIRST),
        lambda: review.send_back(article, by=desk["总编"], stage=FINAL, sha256=hash_of(article), opinion="再改。"),
        lambda: revise(article, body="第三稿。"),
        lambda: sign_all(article, desk),
    )
    for act in acts:
        act()
        assert page() == before
    publish.publish(article, by=desk["总编"])
    assert ("旧标题".encode() in page(), "第三稿".encode() in page()) == (False, True)


def sign_all(article, desk):
    review.submit(article, by=desk["记者"])
    for name, stage in (("责任编辑", FIRST), ("部门主任", SECOND), ("总编", FINAL)):
        sign(article, desk[name], stage)
