"""The editor's job in the admin: entering, filing, finding, releasing; what is refused, and how."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import publish, review, trash
from articles.admin.rows import LAST
from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import (
    Article,
    Campaign,
    Column,
    Contributor,
    HistoryEntry,
    ListEntry,
    Locality,
    Page,
    Photo,
    Slot,
)
from articles.vocabulary import Act, Kind, Level, Role
from tests.desk import errors_of, filled, rows
from tests.factories import (
    approve,
    load_seed_page,
    make_approved_article,
    make_article,
    make_editor,
    make_live_article,
    make_place,
)
from tests.page import read

LIST = "/admin/articles/article/"
ADD = "/admin/articles/article/add/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def release(article):
    return reverse("admin:articles_article_release", args=[article.pk])


@pytest.fixture
def writer(client):
    name, permissions = {username: (name, permissions) for username, name, permissions in ACCOUNTS}["writer"]
    writer = make_account("writer", name, permissions, "secret")
    client.force_login(writer)
    return writer


# --- entering --------------------------------------------------------------------------------------------


def test_a_piece_is_entered_with_captions_bylines_places_and_campaigns(client, editor):
    place, campaign = make_place("嵩县"), Campaign.objects.create(name="五星")
    reporter, correspondent = Contributor.objects.create(name="王博"), Contributor.objects.create(name="李阳")
    data = filled(
        client.get(ADD),
        headline="　标题\u200b ",
        body="　　第一段。\r\n\r\n　　第二段。",
        printed_byline="（本报记者 王博）",
    )
    data |= {
        "bylines-TOTAL_FORMS": 2,
        "bylines-0-role": "correspondent", "bylines-0-contributor": correspondent.pk, "bylines-0-position": 2,
        "bylines-1-role": "reporter", "bylines-1-contributor": reporter.pk, "bylines-1-position": 1,
        "figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "图说。", "figures-0-credit": "王博 摄",
        "locality_tags-0-tag": place.pk, "locality_tags-0-relation": "about", "campaign_tags-0-tag": campaign.pk,
    }  # fmt: skip
    assert client.post(ADD, data).status_code == 302
    article = Article.objects.get()
    assert (article.headline, article.body) == ("标题", "第一段。\n第二段。")
    assert [(line.position, line.role, line.contributor) for line in article.bylines.all()] == [
        (1, Role.REPORTER, reporter),
        (2, Role.CORRESPONDENT, correspondent),
    ]
    assert [(figure.position, figure.caption, figure.credit) for figure in article.figures.all()] == [
        (1, "图说。", "王博 摄")
    ]
    assert (list(article.localities.all()), list(article.campaigns.all())) == ([place], [campaign])
    assert (article.created_by, article.version_number) == (editor, 1)
    assert [entry.act for entry in article.history.order_by("pk")] == [Act.CREATED, Act.CLASSIFIED]


@pytest.mark.parametrize("nothing", ["", " ", "　　", "\u200b\ufeff"])
def test_a_piece_without_headline_or_text_is_refused_and_keeps_what_was_typed(client, editor, nothing):
    data = filled(client.get(ADD), headline=nothing, body=nothing, kicker="嵩县", printed_byline="（王博）")
    response = client.post(ADD, data)
    assert errors_of(response) == {
        "headline": "请填写标题。只有图片新闻和简讯可以不写。",
        "body": "请填写正文。只有图片新闻可以只写图说。",
    }
    assert 'value="嵩县"' in response.content.decode()
    assert 'value="（王博）"' in response.content.decode()
    assert Article.objects.count() == 0


def test_photo_news_needs_a_caption_and_nothing_more(client, editor):
    data = filled(client.get(ADD), kind=Kind.PHOTO)
    assert errors_of(client.post(ADD, data)) == {"figures": "图片新闻至少要有一张图片或一条图说，请在此添加。"}
    data |= {"figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "药农在晾晒丹参。"}
    assert client.post(ADD, data).status_code == 302
    assert Article.objects.get().title == "药农在晾晒丹参"


def test_a_file_that_is_no_picture_is_refused_in_words_and_the_caption_is_kept(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    data |= {"figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "图说。"}
    data["figures-0-upload"] = SimpleUploadedFile("图.jpg", b"not a picture")
    response = client.post(ADD, data)
    assert errors_of(response) == {
        "figures-0-upload": "这个文件不是 JPEG、PNG、WebP、AVIF 或 HEIC 图片，或者已经损坏。"
    }
    assert "图说。" in response.content.decode()


def test_a_picture_needs_a_file_or_a_caption_and_a_video_needs_its_file(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    data |= {
        "figures-TOTAL_FORMS": 2,
        "figures-0-medium": "picture",
        "figures-0-credit": "王博 摄",
        "figures-1-medium": "video",
    }
    assert errors_of(client.post(ADD, data)) == {
        "figures-0-caption": "请选择图片文件，或至少写好图说。",
        "figures-1-file": "请选择视频或附件的文件。",
    }


def test_a_placement_is_on_a_page_or_elsewhere_but_not_both_or_neither(client, editor):
    load_seed_page()
    article = Article.objects.get(number="2023-1123-001")
    data = filled(client.get(change(article))) | {"placements-0-day": "2023-11-23"}
    assert list(errors_of(client.post(change(article), data))) == ["placements-0-__all__"]


def test_a_second_tag_of_the_same_place_is_refused_in_words(client, editor):
    place = make_place()
    data = filled(client.get(ADD), headline="标题", body="正文。")
    tags = {"locality_tags-TOTAL_FORMS": 2, "locality_tags-0-tag": place.pk, "locality_tags-1-tag": place.pk}
    tags |= {"locality_tags-0-relation": "about", "locality_tags-1-relation": "about"}
    response = client.post(ADD, data | tags)
    assert response.status_code == 200
    assert list(errors_of(response)) == ["locality_tags-1-__all__", "locality_tags"]


# --- changing --------------------------------------------------------------------------------------------


def test_a_save_that_changes_the_text_makes_a_version_and_one_that_does_not_makes_none(client, editor):
    article = make_article(body="原文。", captions=("图说。",), credits=[("reporter", "王博")])
    client.post(change(article), filled(client.get(change(article))))
    assert article.versions.count() == 1
    client.post(change(article), filled(client.get(change(article)), body="新文。"))
    assert [version.number for version in article.versions.all()] == [2, 1]


def test_filing_a_public_piece_takes_effect_at_once_is_logged_and_makes_no_version(client, editor):
    luoyang = make_place("洛阳市", level=Level.CITY)
    songxian = make_place("嵩县", parent=luoyang)
    article = make_live_article()
    before = HistoryEntry.objects.count()
    data = filled(client.get(change(article))) | {
        "locality_tags-0-tag": songxian.pk,
        "locality_tags-0-relation": "about",
    }
    assert client.post(change(article), data).status_code == 302
    assert article.title in client.get(luoyang.get_absolute_url()).content.decode()
    assert [
        (entry.act, entry.by, entry.note)
        for entry in HistoryEntry.objects.all()[: HistoryEntry.objects.count() - before]
    ] == [(Act.CLASSIFIED, editor, "+ 洛阳市/嵩县（报道此地）")]
    assert article.versions.count() == 1


def test_a_stale_save_is_refused_with_both_texts_and_nothing_is_written(client, editor):
    article = make_article(headline="原标题", body="原文。", captions=("图说。",))
    mine = filled(client.get(change(article)), body="我的正文。") | {"figures-0-caption": "我的图说。"}
    client.post(change(article), filled(client.get(change(article)), body="同事的正文。"))
    response = client.post(change(article), mine)
    said = response.content.decode()
    assert response.status_code == 409
    assert "您编辑期间，您自己（在另一个窗口）已于" in said and "您的文字没有丢失" in said
    assert "我的正文。" in said
    assert "同事的正文。" in said
    assert "我的图说。" in said
    article.refresh_from_db()
    assert (article.body, article.version_number, article.figures.get().caption) == ("同事的正文。", 2, "图说。")


def test_a_stale_save_is_refused_in_words_also_when_a_row_of_it_is_gone(client, editor):
    article = make_article(credits=[("reporter", "王博"), ("correspondent", "李阳")])
    page = client.get(change(article))
    client.post(change(article), filled(page) | {"bylines-1-DELETE": "on"})
    assert article.bylines.count() == 1
    response = client.post(change(article), filled(page, body="我的正文。"))
    assert response.status_code == 409
    assert "我的正文。" in response.content.decode()


def test_rows_without_a_number_come_last_and_all_are_counted_from_one(client, editor):
    article = make_article(credits=[("reporter", "甲乙"), ("reporter", "丙丁")])
    new = Contributor.objects.create(name="戊己")
    data = filled(client.get(change(article))) | {
        "bylines-0-position": 7,
        "bylines-2-role": "author",
        "bylines-2-contributor": new.pk,
    }
    client.post(change(article), data)
    assert [(line.position, line.contributor.name) for line in article.bylines.all()] == [
        (1, "丙丁"),
        (2, "甲乙"),
        (3, "戊己"),
    ]
    assert article.bylines.filter(position=LAST).count() == 0


def test_a_piece_cannot_be_deleted_and_goes_to_the_recycle_bin(client, editor):
    article = make_article()
    assert client.post(reverse("admin:articles_article_delete", args=[article.pk]), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "trash_selected", "_selected_action": [article.pk]})
    assert rows(client.get(LIST)) == []
    assert rows(client.get(LIST, {"state": "trashed"})) == [article]
    client.post(release(article), {"act": "restore"})
    assert rows(client.get(LIST)) == [article]


def test_a_save_is_stale_also_when_only_the_filing_changed_meanwhile(client, editor):
    article = make_article(places=[make_place()])
    mine = client.get(change(article))
    client.post(change(article), filled(client.get(change(article))) | {"locality_tags-0-DELETE": "on"})
    response = client.post(change(article), filled(mine, body="我的正文。"))
    assert (response.status_code, "我的正文。" in response.content.decode()) == (409, True)
    client.post(change(article), filled(client.get(change(article)), grade="A"))
    assert client.post(change(article), filled(mine, genre="news")).status_code == 409
    assert Article.objects.get().grade == "A"


def test_the_page_of_a_refused_save_shows_all_that_was_typed(client, editor):
    article, place = make_article(), make_place()
    contributor = Contributor.objects.create(name="王博")
    mine = filled(client.get(change(article)), source_day="2023-11-22") | {
        "bylines-0-role": "reporter", "bylines-0-contributor": contributor.pk, "locality_tags-0-tag": place.pk,
        "placements-TOTAL_FORMS": 1, "placements-0-headline": "见报标题",
    }  # fmt: skip
    client.post(change(article), filled(client.get(change(article)), body="同事的正文。"))
    page = client.post(change(article), mine).content.decode()
    assert [word in page for word in ("2023-11-22", "记者", "王博", "嵩县", "见报标题")] == [True] * 5


def test_a_save_that_brings_no_revision_is_refused(client, editor):
    article = make_article()
    data = filled(client.get(change(article)), body="新文。")
    for revision in ("", "x", "²", "9" * 30):
        assert client.post(change(article), {**data, "base_revision": revision}).status_code == 409
    assert Article.objects.get().body == "正文。"


def test_a_piece_that_is_not_there_or_not_allowed_is_answered_as_everywhere(client, editor):
    article = make_article()
    for number in ("99999", "abc", "²"):
        url = f"/admin/articles/article/{number}/change/"
        assert client.post(url, {"base_revision": "1"}).status_code == 302
        assert client.get(f"/admin/articles/article/{number}/history/").status_code == 302
    client.force_login(make_editor())
    assert client.post(change(article), {"base_revision": "0"}).status_code == 403


def test_marks_follow_their_figures_and_go_with_them(client, editor):
    article = make_article(body="甲\n【图1】\n乙\n【图2】\n丙", captions=("一图", "二图"))
    data = filled(client.get(change(article))) | {"figures-0-position": 2, "figures-1-position": 1}
    client.post(change(article), data)
    assert [figure.caption for figure in article.figures.all()] == ["二图", "一图"]
    assert Article.objects.get().body == "甲\n【图2】\n乙\n【图1】\n丙"
    client.post(change(article), filled(client.get(change(article))) | {"figures-0-DELETE": "on"})
    assert Article.objects.get().body == "甲\n【图1】\n乙\n丙"


def test_a_figure_put_in_the_place_of_another_takes_its_mark(client, editor):
    article = make_article(body="甲\n【图1】", captions=("旧图",))
    data = filled(client.get(change(article))) | {
        "figures-0-DELETE": "on", "figures-TOTAL_FORMS": 2, "figures-1-medium": "picture", "figures-1-caption": "新图",
    }  # fmt: skip
    client.post(change(article), data)
    assert (article.figures.get().caption, Article.objects.get().body) == ("新图", "甲\n【图1】")


def test_a_mark_without_its_figure_is_saved_with_a_word_of_warning(client, editor):
    response = client.post(ADD, filled(client.get(ADD), headline="标题", body="正文。\n【图9】"), follow=True)
    assert "正文里标了【图9】，但没有对应的配图。" in [str(message) for message in response.context["messages"]]


def test_a_file_that_a_browser_would_run_is_refused(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。") | {"figures-TOTAL_FORMS": 1}
    for medium, name in (("attachment", "x.html"), ("attachment", "x.svg"), ("attachment", "x"), ("video", "x.pdf")):
        file = SimpleUploadedFile(name, b"<script>alert(1)</script>")
        response = client.post(ADD, data | {"figures-0-medium": medium, "figures-0-file": file})
        assert list(errors_of(response)) == ["figures-0-file"]
    for medium, name in (("video", "x.mp4"), ("video", "x.webm"), ("attachment", "x.pdf"), ("attachment", "x.docx")):
        file = SimpleUploadedFile(name, b"a text, whatever its name says")
        errors = errors_of(client.post(ADD, data | {"figures-0-medium": medium, "figures-0-file": file}))
        kind = name.partition(".")[2].upper()
        assert errors["figures-0-file"].startswith(f"这个文件是空的、损坏的，或者不是{kind}文件。请换一个文件。")
    client.post(
        ADD, data | {"figures-0-medium": "attachment", "figures-0-file": SimpleUploadedFile("附件.pdf", b"%PDF-1.7")}
    )
    figure = Article.objects.get().figures.get()
    assert figure.sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()


def test_the_same_placement_twice_is_refused_in_words(client, editor):
    load_seed_page()
    article = Article.objects.get(number="2023-1123-001")
    data = filled(client.get(change(article)))
    data |= {"placements-TOTAL_FORMS": 2, "placements-1-page": data["placements-0-page"], "placements-1-position": 9}
    response = client.post(change(article), data)
    assert errors_of(response) == {"placements": "有两行内容相同，请删去一行。"}


def test_a_row_that_code_made_without_a_number_can_be_saved(client, editor):
    article = make_article()
    article.localities.add(make_place())
    assert client.post(change(article), filled(client.get(change(article)), body="新文。")).status_code == 302


@pytest.mark.parametrize("nonsense", ["abc", "9" * 30, "-1", "²"])
def test_a_row_that_cannot_be_meant_is_refused_in_words(client, editor, nonsense):
    data = filled(client.get(ADD), headline="标题", body="正文。", column=nonsense) | {"locality_tags-0-tag": nonsense}
    response = client.post(ADD, data)
    assert (response.status_code, list(errors_of(response))) == (200, ["column", "locality_tags-0-tag"])
    assert client.get(ADD, {"column": nonsense}).status_code == 200


def test_whoever_says_so_is_the_writer_and_only_they_can_take_it_back(client, editor):
    client.post(ADD, filled(client.get(ADD), headline="标题", body="正文。", own_work="on"))
    article = Article.objects.get()
    assert [list(version.writers.all()) for version in article.versions.all()] == [[editor]]
    client.force_login(make_editor("*"))
    data = filled(client.get(change(article)))
    data.pop("own_work")
    client.post(change(article), data)
    assert Article.objects.get().own_work_of == editor
    client.force_login(editor)
    data = filled(client.get(change(article)))
    data.pop("own_work")
    client.post(change(article), data)
    assert Article.objects.get().own_work_of is None
    review.submit(article, by=make_editor("*"))  # which freezes the writers
    assert [list(version.writers.all()) for version in article.versions.all()] == [[], [editor]]


# --- finding ---------------------------------------------------------------------------------------------


def test_the_list_filters_by_campaign_region_column_kind_state_and_words(client, editor):
    load_seed_page()

    def found(**filters):
        return sorted(int(piece.number[-3:]) for piece in rows(client.get(LIST, filters)))

    assert found() == list(range(1, 13))
    assert found(campaign="zhuti-jiaoyu") == [4, 5, 6, 9]
    assert found(region="xuchang") == [5, 6, 10]  # the city's own district, a community four levels down, a village
    assert found(region="xuchang", campaign="wuxing") == [10]
    assert found(region="haidian") == []  # only mentioned
    assert found(region="no-such-place") == []
    assert found(column__id__exact=Column.objects.get(slug="dangjian-dajiatan").pk) == [2]
    assert found(kind__exact="photo") == [4, 10, 12]
    assert found(state="draft") == []
    assert found(**{"from": "2023-11-23", "to": "2023-11-23"}, kind__exact="photo") == [4, 10, 12]
    assert found(**{"from": "2023-11-24"}) == found(to="2023-11-22") == found(to="2023-02-30") == []
    assert found(q="丹参小镇") == [1]
    assert found(q="程文喜") == [12]
    assert found(q="宋广军") == [5, 6]


def test_the_region_filter_offers_one_level_of_the_tree_where_pieces_are(client, editor):
    load_seed_page()

    def offered(region=None):
        listing = client.get(LIST, {"region": region} if region else {}).context["cl"]
        region = next(spec for spec in listing.filter_specs if spec.title == "地区")
        return [place.name for place in (*region.above, *region.below)]

    assert offered() == ["河南省"]
    assert offered("xuchang") == ["河南省", "许昌市", "建安区", "鄢陵县", "襄城县"]


def test_the_list_costs_the_same_for_one_piece_and_for_twenty(client, editor):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(LIST)
        return len(captured)

    def make(n):
        make_live_article(
            places=[make_place(f"地{n}")],
            column=Column.objects.create(name=f"栏{n}"),
            captions=("图说。",),
            kind=Kind.PHOTO,
        )

    make(0)
    one = queries()
    for n in range(1, 20):
        make(n)
    assert (queries(), one <= 12) == (one, True)


# --- releasing -------------------------------------------------------------------------------------------


def test_saving_and_publishing_is_one_button(client, editor):
    article = make_approved_article(headline="标题", printed_byline="（本报记者 王博）")
    data = filled(client.get(change(article)), genre="news", _publish="1")  # filing voids no signature
    response = client.post(change(article), data, follow=True)
    article = Article.objects.live().get()
    assert f"《标题》已发布，网址 {article.publication.get_absolute_url()}" in response.content.decode()
    assert article.genre == "news"


def test_a_text_that_was_not_signed_is_saved_and_not_published(client, editor):
    article = make_approved_article()
    new = filled(client.get(ADD), headline="标题", body="正文。", printed_byline="（本报记者 王博）", _publish="1")
    changed = filled(client.get(change(article)), body="新文。", _publish="1")
    for address, data, why in ((ADD, new, "尚未送审"), (change(article), changed, "初审：初审员")):
        said = client.post(address, data, follow=True).content.decode()
        assert ("已保存，尚未发布。" in said, why in said) == (True, True), said
    assert [piece.body for piece in Article.objects.order_by("pk")] == ["新文。", "正文。"]
    assert not Article.objects.live().exists()


def test_a_writer_saves_but_may_not_publish_by_any_road(client, writer):
    page = client.get(ADD)
    assert "_publish" not in page.content.decode()
    response = client.post(ADD, filled(page, headline="标题", body="正文。", _publish="1"), follow=True)
    assert "已保存，尚未发布。您的账号没有发布权限" in response.content.decode()
    article = Article.objects.get()
    client.post(release(article), {"act": "publish"})
    client.post(release(article), {"act": "schedule", "at_0": "2099-01-01", "at_1": "07:00"})
    client.post(LIST, {"action": "publish_selected", "_selected_action": [article.pk]})
    assert not hasattr(Article.objects.get(), "publication")


def test_the_release_page_schedules_holds_releases_ends_and_withdraws(client, editor):
    article = make_approved_article()

    def act(name, **data):
        return client.post(release(article), {"act": name, **data}, follow=True).context["state"]

    assert act("schedule", at_0=f"{timezone.localdate() + timedelta(days=9)}", at_1="07:00") == "scheduled"
    assert act("publish") == "live"
    assert act("hold") == "held"
    assert act("release") == "live"
    assert act("expire", at_0="2099-01-01", at_1="07:00") == "live"
    assert act("withdraw", notice="内容有误。", ordered_by="县委宣传部电话", sure="on") == "withdrawn"
    assert act("publish") == "withdrawn"
    assert client.get(article.publication.get_absolute_url()).status_code == 410


@pytest.mark.parametrize(
    ("day", "hour", "sentence"),
    [
        ("", "", "此项必填。"),
        ("2099-01-01", "07:00", "发布时间在一年以后，请核对年份。"),
        ("2023-02-30", "07:00", "日期有误，请按 2026-11-24 填写。"),
        ("早上", "七点", "日期有误，请按 2026-11-24 填写。"),
        ("2001-01-01", "07:00", "发布时间已过，请改选以后的时间，或立即发布。"),
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused_in_words_and_kept(client, editor, day, hour, sentence):
    article = make_article()
    page = client.post(release(article), {"act": "schedule", "at_0": day, "at_1": hour}).content.decode()
    assert (sentence in page, f'value="{day}"' in page or not day) == (True, True)
    assert not hasattr(Article.objects.get(), "publication")


def test_withdrawing_several_asks_once_more(client, editor):
    article = make_live_article()
    selected = {"action": "withdraw_selected", "_selected_action": [article.pk]}
    assert article.number in client.post(LIST, selected).content.decode()
    client.post(LIST, selected | {"confirmed": "1"})
    client.post(release(article), {"act": "withdraw"})
    assert Article.objects.live().count() == 1
    client.post(LIST, selected | {"confirmed": "1", "sure": "on", "notice": "内容有误。", "ordered_by": "总编"})
    assert (Article.objects.live().count(), Article.objects.get().publication.notice) == (0, "内容有误。")


def test_what_changed_after_the_release_page_was_opened_is_not_released_unread(client, editor):
    article = make_article(printed_byline="（王博）")
    client.post(change(article), filled(client.get(change(article)), body="改过的正文。"))
    approve(Article.objects.get())
    page = client.post(release(article), {"act": "publish", "version": 1}).content.decode()
    assert ("您打开本页后稿件有改动" in page, Article.objects.live().count()) == (True, 0)
    client.post(release(article), {"act": "publish", "version": 2})
    assert Article.objects.live().count() == 1


def test_a_save_says_that_readers_still_see_the_old_text(client, editor):
    article = make_live_article()
    response = client.post(change(article), filled(client.get(change(article)), body="新文。"), follow=True)
    assert "已保存。对外发布的仍是第1稿，发布后才会更换。" in [str(message) for message in response.context["messages"]]
    assert "已发布（有修改未发布）" in client.get(LIST).content.decode()
    assert "已发布（有修改未发布）" in client.get(change(article)).content.decode()


def test_an_action_says_how_many_passed_and_why_each_other_did_not(client, editor):
    good, withdrawn = make_approved_article(headline="好稿"), make_live_article(headline="撤了的稿")
    publish.withdraw(withdrawn.publication, by=editor)
    selected = {"action": "publish_selected", "_selected_action": [good.pk, withdrawn.pk]}
    said = [str(message) for message in client.post(LIST, selected, follow=True).context["messages"]]
    assert said == [f"{withdrawn.number} 撤了的稿: 本稿已撤稿，不能再发布；如需刊发，请另建新稿。", "已完成1篇。"]


def test_the_preview_shows_the_working_copy_to_the_desk_alone(client, editor):
    article = make_live_article(body="公开的正文。")
    client.post(change(article), filled(client.get(change(article)), body="新的正文。"))
    preview = reverse("admin:articles_article_preview", args=[article.pk])
    response = client.get(preview)
    assert "新的正文。" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "公开的正文。" in client.get(article.publication.get_absolute_url()).content.decode()
    client.logout()
    assert client.get(preview).status_code == 302


# --- reference data and accounts -------------------------------------------------------------------------


def test_an_address_stays_once_it_is_saved(client, editor):
    place = make_place("嵩县")
    url = reverse("admin:articles_locality_change", args=[place.pk])
    client.post(url, filled(client.get(url), name="新嵩县", slug="another"))
    assert (Locality.objects.get().name, Locality.objects.get().slug) == ("新嵩县", place.slug)


def test_a_place_that_moves_takes_its_pieces_along(client, editor):
    luoyang, nanyang = make_place("洛阳市", level=Level.CITY), make_place("南阳市", level=Level.CITY)
    songxian = make_place("嵩县", parent=luoyang)
    article = make_live_article(places=[songxian])
    url = reverse("admin:articles_locality_change", args=[songxian.pk])
    client.post(url, filled(client.get(url), parent=nanyang.pk))
    assert read(client, nanyang.get_absolute_url()).main.stories() == [article.pk]
    assert read(client, luoyang.get_absolute_url()).main.stories() == []


def test_a_place_cannot_belong_to_itself_or_below_itself(client, editor):
    luoyang = make_place("洛阳市", level=Level.CITY)
    songxian = make_place("嵩县", parent=luoyang)
    url = reverse("admin:articles_locality_change", args=[luoyang.pk])
    for parent in (luoyang, songxian):
        response = client.post(url, filled(client.get(url), parent=parent.pk))
        assert errors_of(response) == {"parent": "地区不能隶属于自己或自己的下级。"}


def test_places_are_found_by_words_of_their_chain(client, editor):
    henan = make_place("河南省", level=Level.PROVINCE)
    for county in ("郸城县", "西华县"):
        make_place("新城街道", parent=make_place(county, parent=henan), level=Level.TOWN)
    url = reverse("admin:autocomplete")
    words = {"app_label": "articles", "model_name": "localitytag", "field_name": "tag", "term": "郸城 新城"}
    assert [found["text"] for found in client.get(url, words).json()["results"]] == ["河南省 › 郸城县 › 新城街道"]


def test_private_contact_data_is_seen_with_its_permission_alone(client, editor):
    contributor = Contributor.objects.create(name="王博")
    url = reverse("admin:articles_contributor_change", args=[contributor.pk])
    assert "id_contact-0-phone" in client.get(url).content.decode()
    client.force_login(make_editor("view_contributor", "change_contributor"))
    assert "id_contact-0-phone" not in client.get(url).content.decode()


def test_history_is_read_and_never_written(client, editor):
    entry = make_article().history.get()
    url = reverse("admin:articles_historyentry_change", args=[entry.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"note": "x"}).status_code == 403
    assert (
        client.post(reverse("admin:articles_historyentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    )


def test_a_slot_puts_a_piece_on_the_front_page_under_its_own_headline(client, editor):
    article = make_live_article(headline="原标题")
    url = "/admin/articles/slot/add/"
    client.post(url, filled(client.get(url), section="lead", order=1, article=article.pk, headline="首页标题"))
    assert Slot.objects.count() == 1
    assert "首页标题" in client.get("/").content.decode()


def test_a_slot_takes_what_readers_can_see_until_a_moment_to_come(client, editor):
    url = "/admin/articles/slot/add/"
    data = filled(client.get(url), section="lead", article=make_article().pk, ends_at_0="2001-01-01", ends_at_1="07:00")
    assert list(errors_of(client.post(url, data))) == ["article", "ends_at"]
    assert Slot.objects.count() == 0


def test_a_picture_keeps_its_file(client, editor):
    buffer = BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "JPEG")
    url = "/admin/articles/photo/add/"
    assert list(errors_of(client.post(url, filled(client.get(url))))) == ["caption"]
    client.post(url, {"upload": SimpleUploadedFile("红.jpg", buffer.getvalue())})
    photo = Photo.objects.get()
    address = f"/admin/articles/photo/{photo.pk}/change/"
    data = filled(client.get(address)) | {"upload": SimpleUploadedFile("蓝.jpg", buffer.getvalue())}
    response = client.post(address, data)
    assert errors_of(response) == {"upload": "这张图片已有文件，不能替换；请另外添加一张图片。"}


def test_a_page_that_gets_another_number_moves_its_pieces(client, editor):
    load_seed_page()
    page = Page.objects.get()
    url = reverse("admin:articles_page_change", args=[page.pk])
    client.post(url, filled(client.get(url), number=5))
    assert {row.printed_order // 1000 for row in ListEntry.objects.all()} == {5}


def test_a_contributor_of_a_public_piece_cannot_be_deleted(client, editor):
    article = make_live_article(credits=[("reporter", "王博")])
    article.bylines.all().delete()
    url = reverse("admin:articles_contributor_delete", args=[Contributor.objects.get().pk])
    assert client.post(url, {"post": "yes"}).status_code == 403


def test_a_wrong_span_of_days_is_refused_in_words(client, editor):
    url = "/admin/articles/campaign/add/"
    data = filled(client.get(url), name="五星", first_day="2023-11-02", last_day="2023-11-01")
    assert list(errors_of(client.post(url, data)).values()) == ["结束日期早于开始日期。"]


def test_a_page_one_may_not_open_says_so_in_chinese(client, writer):
    response = client.get("/admin/articles/campaign/add/")
    assert (response.status_code, "没有权限" in response.content.decode()) == (403, True)


def test_the_desk_speaks_the_accounts_language_and_the_public_page_chinese(client, editor):
    assert "稿件" in client.get(LIST).content.decode()
    client.force_login(make_editor("*", language="en"))
    page = client.get(LIST).content.decode()
    assert ("稿件" in page, "Pieces" in page) == (False, True)
    assert "首页" in client.get("/").content.decode()


def test_every_admin_list_and_add_page_opens(client, editor):
    load_seed_page()
    menu = client.get("/admin/").context["app_list"]
    models = [model for app in menu for model in app["models"]]
    assert [model["object_name"] for model in models][:3] == ["Article", "Topic", "Submission"]
    for model in models:
        assert client.get(model["admin_url"]).status_code == 200
        assert client.get(model["admin_url"], {"q": "县"}).status_code == 200
        if model["add_url"]:
            assert client.get(model["add_url"]).status_code == 200


def test_a_form_does_not_save_into_the_recycle_bin(client, editor):
    article = make_article()
    address = reverse("admin:articles_article_change", args=[article.pk])
    opened = filled(client.get(address))
    trash.trash(article, by=editor)
    assert client.post(address, opened | {"headline": "改过"}).status_code == 409
    assert Article.objects.get(pk=article.pk).headline != "改过"


def test_an_id_spelled_otherwise_is_no_piece(client, editor):
    article = make_article()
    for spelled in (f"+{article.pk}", f"{article.pk}%20", f"0x{article.pk}"):
        assert client.post(f"/admin/articles/article/{spelled}/change/", {"headline": "改过"}).status_code == 302
    assert Article.objects.get(pk=article.pk).headline != "改过"


def test_the_form_of_a_new_piece_makes_one_once_also_by_way_of_back(client, editor):
    address = reverse("admin:articles_article_add")
    opened = filled(client.get(address), headline="后退试验", body="正文。")
    assert client.post(address, opened).status_code == 302
    again = client.post(address, opened | {"headline": "后退以后改的标题"})
    article = Article.objects.get()
    assert (again.status_code, article.headline) == (409, "后退试验")
    assert "后退以后改的标题" in again.content.decode() and article.number in again.content.decode()


def test_what_is_too_long_is_said_and_kept_not_cut_by_the_browser(client, editor):
    address = reverse("admin:articles_article_add")
    opened = client.get(address)
    assert "maxlength" not in str(opened.context["adminform"].form["headline"])
    long = "长" * 201
    answer = client.post(address, filled(opened, headline=long, body="正文。"))
    assert list(errors_of(answer)) == ["headline"] and long in answer.content.decode()
