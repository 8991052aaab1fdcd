"""三审三校: who may sign what, in which order, on which text; and what a release demands."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles import publish, review, roles, trash, waiting
from articles.models import (
    Article,
    Byline,
    Contributor,
    Publication,
    Review,
    StagesInForce,
    Version,
)
from articles.refusals import AlreadyDone, MoveRefused, NotReady, StaleSave
from articles.versions import save_version
from articles.vocabulary import Act, Decision, Outcome, Role, Stage, State
from tests.reviewing import (
    FINAL,
    FIRST,
    HOUR,
    SECOND,
    hash_of,
    make_colleague,
    revise,
    sign,
    signed,
    state_of,
    submitted,
    take_back,
)

from .factories import approve, make_approved_article, make_article, make_editor, make_live_article


@pytest.fixture
def desk(db):
    """The people of a desk by what they are."""
    return {name: make_colleague(name, display_name=name) for name in roles.ROLES}


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
