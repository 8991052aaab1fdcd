"""恢复: a piece says again what an earlier version says, as a new version; what is there no more is said in a sentence."""

import threading
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import merging, review, trash, versions
from articles.classify import classification
from articles.models import (
    Article,
    Byline,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Figure,
    HistoryEntry,
    LocalityTag,
    Photo,
)
from articles.refusals import AlreadyDone, MoveRefused, StaleSave
from articles.reverting import revert
from articles.versions import save_version
from articles.vocabulary import Act, Kind, Medium, Role
from tests.factories import make_article, make_editor, make_live_article, make_place


def saved(article, **fields):
    """The piece with these fields, saved as another version."""
    for field, value in fields.items():
        setattr(article, field, value)
    article.save()
    save_version(article, by=None)
    return Article.objects.get(pk=article.pk)


def back(article, number, by=None):
    """Take the piece back as somebody who sees it as it now is. Returns (piece, what was reverted)."""
    article = Article.objects.get(pk=article.pk)
    reverted = revert(article.pk, number, by=by or make_editor("*"), base=article.revision)
    return Article.objects.get(pk=article.pk), reverted


def story(article, number):
    return article.versions.get(number=number)


# --- what comes back -------------------------------------------------------------------------------------


def test_everything_a_reader_sees_comes_back_under_the_same_hash(db):
    column = Column.objects.create(name="党建大家谈", slug="dj")
    article = make_article(
        kicker="嵩县", headline="旧题", subhead="副题", summary="摘要。", body="【图1】\n旧文。\n【图2】", column=column,
        printed_byline="（记者 张三 李四）", credits=[("reporter", "张三"), ("reporter", "李四")], captions=("图一。", "图二。"),
        source_name="河南日报", source_author="王五", source_headline="原题", source_day=date(2023, 11, 20), ai_made=True,
    )  # fmt: skip
    article = Article.objects.get(pk=article.pk)
    first, second = article.figures.all()
    uuids = [first.uuid, second.uuid]
    first.delete()
    second.caption, second.position, second.credit = "改了。", 1, "摄"
    second.save()
    Figure.objects.create(article=article, position=2, photo=Photo.objects.create(), caption="新图。")
    article.bylines.all().delete()
    Byline.objects.create(article=article, role=Role.AUTHOR, contributor=Contributor.objects.create(name="赵六"))
    article = saved(
        article, kicker="", headline="新题", subhead="", summary="", body="新文。", column=None, printed_byline="（赵六）", kind=Kind.BRIEF,
        source_name="", source_author="", source_headline="", source_day=None, ai_made=False,
    )  # fmt: skip
    by = make_editor("*", display_name="李静")
    article, reverted = back(article, 1, by=by)
    assert reverted.missing == ()
    assert (reverted.version.number, article.version_number) == (3, 3)
    assert reverted.version.sha256 == story(article, 1).sha256 != story(article, 2).sha256
    assert versions.hash_of(versions.canonical(versions.snapshot(article))) == story(article, 1).sha256
    assert list(article.figures.values_list("uuid", flat=True)) == uuids
    assert article.listed_title == "旧题"
    entry = article.history.first()
    assert (entry.act, entry.by, entry.version, "1" in entry.note) == (Act.REVERTED, by, reverted.version, True)
    assert list(article.history.values_list("act", flat=True)).count(Act.EDITED) == 1  # of the second version alone


def test_a_revert_can_itself_be_reverted(db):
    article = saved(make_article(body="一。"), body="二。")
    article, _reverted = back(article, 1)
    article, reverted = back(article, 2)
    assert article.body == "二。" and reverted.version.number == 4
    assert [story(article, 4).sha256, story(article, 3).sha256] == [story(article, 2).sha256, story(article, 1).sha256]


def test_a_video_and_an_attachment_come_back_with_their_files(db):
    article = make_article()
    clip = Figure.objects.create(
        article=article,
        position=1,
        medium=Medium.VIDEO,
        caption="视频。",
        sha256="ab",
        file=ContentFile(b"clip", "clip.mp4"),
    )
    article = saved(article, headline="有视频")
    name = clip.file.name
    clip.delete()
    article = saved(article, headline="没有视频")
    article, reverted = back(article, 2)
    assert (reverted.missing, article.figures.get().file.name, article.figures.get().sha256) == ((), name, "ab")
    assert default_storage.exists(name)


def test_filing_stays_as_it_is(db):
    article = make_article(places=[make_place("嵩县")])
    article = saved(article, body="改了。")
    LocalityTag.objects.create(content_object=article, tag=make_place("栾川县"))
    CampaignTag.objects.create(content_object=article, tag=Campaign.objects.create(name="五星"))
    before = classification(article)
    article, _reverted = back(article, 1)
    assert classification(article) == before and len(before) == 3


def test_readers_go_on_seeing_what_was_released(db):
    article = make_live_article(body="旧文。")
    article = saved(article, body="新文。")
    article, _reverted = back(article, 1)
    assert article.publication.version.number == 1 and article.version_number == 3


def test_proofing_looks_at_the_text_again(db):
    article = make_article(body="他的的确确来了。电话13800138000。")
    article = saved(article, body="他来了。")
    assert not article.flags.exists()
    article, _reverted = back(article, 1)
    assert article.flags.filter(cleared_at=None).exists()


# --- what is there no more -------------------------------------------------------------------------------


def test_a_column_that_was_deleted_is_said_to_be_gone(db):
    column = Column.objects.create(name="旧栏目", slug="old")
    article = saved(make_article(column=column), column=None)
    column.delete()
    article, reverted = back(saved(article, body="改。"), 1)
    (sentence,) = reverted.missing
    assert "旧栏目" in sentence and article.column is None
    assert sentence in article.history.first().note


def test_a_column_that_is_called_otherwise_now_is_said_to(db):
    column = Column.objects.create(name="旧名", slug="one")
    article = saved(make_article(column=column), body="改。")
    column.name = "新名"
    column.save()
    article, reverted = back(article, 1)
    (sentence,) = reverted.missing
    assert "旧名" in sentence and "新名" in sentence and article.column == column


def test_a_contributor_who_was_merged_leads_to_the_one_who_stayed(db):
    article = make_article(credits=[("reporter", "王博甲"), ("reporter", "王博")])
    two, one = (Contributor.objects.get(name=name) for name in ("王博甲", "王博"))
    article = saved(article, body="改。")
    merging.merge(one, [two], by=make_editor("*"))
    article, reverted = back(article, 1)
    assert [row.contributor for row in article.bylines.all()] == [one]
    (sentence,) = reverted.missing
    assert "王博甲" in sentence and "王博" in sentence


def test_a_contributor_who_was_deleted_is_said_to_be_gone(db):
    article = make_article(credits=[("reporter", "张三")])
    article.bylines.all().delete()
    article = saved(article, body="改。")
    Contributor.objects.all().delete()
    article, reverted = back(article, 1)
    (sentence,) = reverted.missing
    assert "张三" in sentence and not article.bylines.exists()


def test_a_picture_that_was_deleted_is_left_out_and_the_marks_follow(db):
    article = make_article(body="甲。\n【图1】\n乙。\n【图2】", captions=("图一。", "图二。"))
    first = article.figures.first()
    photo = first.photo
    first.delete()
    photo.delete()
    article = saved(article, body="改。")
    article, reverted = back(article, 1)
    (sentence,) = reverted.missing
    assert "图一。" in sentence
    assert article.body == "甲。\n乙。\n【图1】"
    assert [(figure.position, figure.caption) for figure in article.figures.all()] == [(1, "图二。")]


def test_a_clip_whose_file_is_lost_is_left_out(db):
    article = make_article()
    clip = Figure.objects.create(
        article=article, position=1, medium=Medium.VIDEO, caption="视频。", file=ContentFile(b"x", "c.mp4")
    )
    article = saved(article, headline="有视频")
    default_storage.delete(clip.file.name)
    clip.delete()
    article, reverted = back(saved(article, headline="没有"), 2)
    assert len(reverted.missing) == 1 and not article.figures.exists()


def test_a_picture_that_got_its_file_since_is_shown_as_it_now_is(db):
    article = saved(make_article(captions=("图说。",)), body="改。")
    Photo.objects.update(original="originals/a.jpg", sha256="ab", web="web/a.jpg", width=8, height=6)
    article, reverted = back(article, 1)
    assert len(reverted.missing) == 1 and reverted.version.story["figures"][0]["sha256"] == "ab"


def test_a_text_of_nothing_but_the_mark_of_a_lost_picture_is_kept(db):
    article = make_article(body="【图1】", captions=("图说。",))
    figure = article.figures.get()
    figure.delete()
    figure.photo.delete()
    article, reverted = back(saved(article, body="改。"), 1)
    assert (article.body, len(reverted.missing)) == ("【图1】", 1)


# --- who may, and when -----------------------------------------------------------------------------------


def test_a_revert_made_from_an_older_state_is_refused_and_changes_nothing(db):
    article = saved(make_article(body="一。"), body="二。")
    seen = article.revision
    saved(article, body="三。")
    with pytest.raises(StaleSave):
        revert(article.pk, 1, by=make_editor("*"), base=seen)
    article.refresh_from_db()
    assert (article.body, article.version_number) == ("三。", 3)


def test_what_the_piece_says_already_is_not_reverted_to(db):
    article = saved(make_article(body="一。"), body="二。")
    with pytest.raises(AlreadyDone):
        back(article, 2)
    assert Article.objects.get(pk=article.pk).version_number == 2


def test_only_who_may_change_pieces_reverts_one(db):
    article = saved(make_article(body="一。"), body="二。")
    with pytest.raises(MoveRefused):
        back(article, 1, by=make_editor("view_article"))
    back(article, 1, by=make_editor("change_article"))


def test_while_a_piece_is_in_review_a_writer_does_not_revert_it(db):
    writer = make_editor("change_article")
    article = saved(make_article(body="一。"), body="二。")
    review.submit(article, by=writer)
    with pytest.raises(MoveRefused):
        back(article, 1, by=writer)
    article, reverted = back(article, 1, by=make_editor("change_article", "sign_first_review"))
    assert article.body == "一。"


def test_what_lies_in_the_recycle_bin_is_not_reverted(db):
    article = saved(make_article(body="一。"), body="二。")
    trash.trash(article, by=make_editor("*"))
    with pytest.raises(MoveRefused):
        back(article, 1)


def test_a_revert_voids_what_was_signed(db):
    people = [make_editor("*") for _ in range(3)]
    article = saved(make_article(body="一。"), body="二。")
    review.submit(article, by=people[0])
    review.sign(article, by=people[0], stage="first_review", sha256=story(article, 2).sha256)
    article, _reverted = back(article, 1)
    course = review.course_of(article)
    assert course.again == ("first_review",) and not course.complete


edits = st.lists(
    st.fixed_dictionaries(
        {
            "body": st.sampled_from(("一。", "二。\n【图1】", "三。\n【图2】\n四。")),
            "headline": st.sampled_from(("甲", "乙")),
            "figures": st.lists(st.integers(0, 3), max_size=4, unique=True),
            "credits": st.lists(st.integers(0, 2), max_size=3, unique=True),
        }
    ),
    min_size=2,
    max_size=5,
)


@pytest.mark.usefixtures("db")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits, st.data())
def test_from_any_version_to_any_other_the_hash_is_the_same(db, steps, data):
    by = make_editor("*")
    photos = [Photo.objects.create() for _ in range(4)]
    people = [Contributor.objects.create(name=f"人{n}") for n in range(3)]
    article = make_article()
    for step in steps:
        article.figures.all().delete()
        for position, photo in enumerate(step["figures"], 1):
            Figure.objects.create(article=article, position=position, photo=photos[photo], caption=f"图{photo}")
        article.bylines.all().delete()
        for position, person in enumerate(step["credits"], 1):
            Byline.objects.create(article=article, position=position, contributor=people[person])
        article = saved(article, body=step["body"], headline=step["headline"])
    for _time in range(3):
        number = data.draw(st.integers(1, article.version_number))
        try:
            article, reverted = back(article, number, by=by)
        except AlreadyDone:
            assert story(article, number).sha256 == story(article, article.version_number).sha256
        else:
            assert reverted == (story(article, article.version_number), ())
            assert reverted.version.sha256 == story(article, number).sha256


# --- the button ------------------------------------------------------------------------------------------


def post(client, article, number, base):
    return client.post(reverse("admin:articles_article_revert", args=[article.pk, number]), {"base": base})


def test_one_click_takes_the_piece_back_and_says_what_is_missing(client):
    editor = make_editor("*")
    client.force_login(editor)
    column = Column.objects.create(name="旧栏目", slug="old")
    article = saved(make_article(body="一。", column=column), column=None, body="二。")
    column.delete()
    page = client.get(reverse("admin:articles_article_versions", args=[article.pk]))
    assert reverse("admin:articles_article_revert", args=[article.pk, 1]) in page.text
    answer = client.post(
        reverse("admin:articles_article_revert", args=[article.pk, 1]), {"base": article.revision}, follow=True
    )
    assert answer.redirect_chain == [(reverse("admin:articles_article_versions", args=[article.pk]), 302)]
    assert "旧栏目" in answer.text
    article.refresh_from_db()
    assert article.body == "一。"
    assert HistoryEntry.objects.filter(act=Act.REVERTED, by=editor).count() == 1


def test_a_stale_click_is_refused_in_a_sentence_and_so_is_a_second_one(client):
    client.force_login(make_editor("*"))
    article = saved(make_article(body="一。"), body="二。")
    assert post(client, article, 1, article.revision).status_code == 302
    for base in (article.revision, "", "x", "9" * 30):
        assert post(client, article, 1, base).status_code == 302
    article.refresh_from_db()
    assert article.version_number == 3
    assert HistoryEntry.objects.filter(act=Act.REVERTED).count() == 1


def test_the_button_is_not_for_everybody_and_neither_is_its_address(client):
    article = saved(make_article(body="一。"), body="二。")
    assert post(client, article, 1, article.revision).status_code in (302, 403)  # to the login
    client.force_login(make_editor("view_article"))
    page = client.get(reverse("admin:articles_article_versions", args=[article.pk]))
    assert "/revert/" not in page.text
    assert post(client, article, 1, article.revision).status_code == 403
    writer = make_editor("view_article", "change_article")
    client.force_login(writer)
    review.submit(article, by=writer)
    assert "/revert/" not in client.get(reverse("admin:articles_article_versions", args=[article.pk])).text
    assert post(client, article, 1, article.revision).status_code == 302
    article.refresh_from_db()
    assert article.version_number == 2


def test_a_revert_is_posted(client):
    client.force_login(make_editor("*"))
    article = saved(make_article(body="一。"), body="二。")
    assert client.get(reverse("admin:articles_article_revert", args=[article.pk, 1])).status_code == 405
    assert post(client, article, 9, article.revision).status_code == 404


def test_of_many_reverts_at_once_exactly_one_wins(transactional_db):
    article = saved(make_article(body="一。"), body="二。")
    by, base, outcomes, start = make_editor("*"), article.revision, [], threading.Barrier(4)

    def click():
        start.wait()
        try:
            revert(article.pk, 1, by=by, base=base)
            outcomes.append("won")
        except StaleSave:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale"] * 3 + ["won"]
    assert Article.objects.get(pk=article.pk).version_number == 3
