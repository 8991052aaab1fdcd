"""What keeps a text from its release, and what becomes of one that was let out: stopped, offline, withdrawn."""

import pytest
from django.utils import timezone

from articles import conditions, publish, review, roles
from articles.models import (
    Article,
    Figure,
    Photo,
    Publication,
    Shift,
)
from articles.refusals import AlreadyDone, MoveRefused, NotReady
from articles.versions import save_version
from articles.vocabulary import Act, Outcome, Post, State
from tests.reviewing import FINAL, FIRST, HOUR, make_colleague, revise, sign, state_of

from .factories import approve, make_approved_article, make_article, make_live_article


@pytest.fixture
def desk(db):
    """The people of a desk by what they are."""
    return {name: make_colleague(name, display_name=name) for name in roles.ROLES}


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
