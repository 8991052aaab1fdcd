"""Near-duplicates over the whole archive: found though words were changed and paragraphs moved, and said to whoever enters a text."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import alike, submissions
from articles.alike import find_alike
from articles.models import Article
from articles.versions import save_version
from articles.vocabulary import Kind
from tests.desk import filled
from tests.factories import ROOT, make_article, make_editor, make_live_article
from tests.test_submissions import make_submission

ADD = "/admin/articles/article/add/"
ALIKE = "/admin/articles/article/alike/"
PARAGRAPHS = [line for line in (ROOT / "tests/data/seed/page.txt").read_text("utf-8").splitlines() if len(line) > 100]
STORY = "\n".join(PARAGRAPHS[:6])
OTHERS = ["\n".join(PARAGRAPHS[n : n + 6]) for n in range(6, len(PARAGRAPHS) - 6, 6)]
DICE = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"


def changed(text, share, rng):
    """The text with such a share of its words (of two characters) replaced."""
    words = [text[n : n + 2] for n in range(0, len(text), 2)]
    return "".join(
        "".join(rng.choices(DICE, k=2)) if rng.random() < share and "\n" not in word else word for word in words
    )


def shuffled(text, rng):
    lines = text.split("\n")
    return "\n".join(rng.sample(lines, len(lines)))


@pytest.fixture
def archive(db):
    """A story among others of the same page."""
    others = [make_article(body=body) for body in OTHERS]
    return make_article(headline="原来的稿件", body=STORY), others


# --- what is found ---------------------------------------------------------------------------------------


def test_a_text_is_found_whatever_its_headline_and_marks_and_nothing_else_is(archive):
    article, others = archive
    assert (
        find_alike(STORY) == find_alike(f"## {STORY.replace('，', ',').replace('建', '**建**')}") == [(article.pk, 1)]
    )
    assert [found for found, _share in find_alike(OTHERS[2])] == [others[2].pk]


@pytest.mark.parametrize("seed", range(10))
def test_a_fifth_of_the_words_changed_and_the_paragraphs_shuffled_it_is_found(archive, seed):
    rng = random.Random(seed)
    article, _others = archive
    ((found, share),) = find_alike(shuffled(changed(STORY, 0.2, rng), rng))
    assert (found, 0.6 < share < 0.9) == (article.pk, True)


def test_another_text_on_the_same_matter_is_not_found(archive):
    first, second = (
        "11月19日，嵩县丹参喜获丰收，药农们正在地里忙碌。县里今年种了3万亩，收成比去年好，村支书张三说。",
        "11月20日，记者在嵩县看到，丹参迎来丰收，药农们忙着采挖晾晒。今年全县种植面积3万亩，亩产有望超过去年。",
    )
    make_article(body=first)
    assert find_alike(second) == []


def test_what_stands_in_a_long_story_is_found_and_a_story_that_holds_a_short_piece_too(archive):
    article, _others = archive
    short = make_article(kind=Kind.BRIEF, headline="", body=PARAGRAPHS[0])
    assert dict(find_alike(PARAGRAPHS[0])) == dict(find_alike(STORY)) == {article.pk: 1, short.pk: 1}


def test_drafts_and_the_public_text_are_compared_and_neither_the_bin_nor_site_pages(archive):
    article, _others = archive
    live = make_live_article(body=PARAGRAPHS[20])
    live.body = OTHERS[0]
    live.save()
    save_version(live, by=None)
    assert [found for found, _share in find_alike(PARAGRAPHS[20])][0] == live.pk
    make_live_article(kind=Kind.PAGE, address="about", headline="关于我们", body=STORY)
    make_article(body=STORY, trashed_at=timezone.now())
    assert find_alike(STORY) == [(article.pk, 1)]
    assert find_alike(STORY, without=article.pk) == []


def test_captions_of_photo_news_are_compared(db):
    captions = (
        "11月19日，药农在嵩县车村镇的场院里翻晒刚刚采挖的丹参，今年全县的丹参喜获丰收。",
        "仓库里的丹参堆成了小山，药农们忙着装车。",
    )
    article = make_article(kind=Kind.PHOTO, body="", captions=captions)
    assert find_alike(captions[0]) == find_alike("\n".join(captions)) == [(article.pk, 1)]


def test_of_several_the_likest_stands_first_and_of_the_same_the_newest(db):
    rng = random.Random(1)
    older, newer = make_article(body=STORY), make_article(body=STORY)
    mended = make_article(body=changed(STORY, 0.1, rng))
    found = find_alike(STORY)
    assert [pk for pk, _share in found] == [newer.pk, older.pk, mended.pk]
    assert find_alike(STORY, least=1) == found[:2]


def test_stock_phrases_do_not_hide_the_text_that_has_them_all(db, monkeypatch):
    monkeypatch.setattr(alike, "ROWS", 5)
    monkeypatch.setattr(alike, "COMPARED", 6)
    rng = random.Random(2)
    bodies = ["\n".join(rng.sample(PARAGRAPHS[:15], 5)) for _ in range(40)]
    pieces = [make_article(body=body) for body in bodies]
    found = [dict(find_alike(shuffled(body, rng))) for body in bodies]
    assert [shares.get(piece.pk) for shares, piece in zip(found, pieces, strict=True)] == [1] * len(pieces)


def test_a_brief_is_found_in_a_longer_text_under_another_headline_and_byline(db):
    body = "11月19日，嵩县丹参喜获丰收，药农们正在地里忙碌，收成比去年好，村支书张三说。"
    article = make_article(
        headline="深山药乡迎来采挖好时节" * 3, printed_byline="（本报记者 王博 通讯员 赵小明 李阳）", body=body
    )
    assert find_alike(f"{body}\n{PARAGRAPHS[9]}") == [(article.pk, 1)]


def test_what_says_too_little_is_like_nothing(archive):
    for words in ("", "。，！" * 50, STORY[:20], "\x00" * 100, "%" * 100, "1 2 3 " * 20, "'\"\\" * 30, "🍇" * 50):
        assert find_alike(words) == [], words


@pytest.mark.parametrize("words", ["的" * 200_000, "热烈欢迎" * 50_000, "".join(PARAGRAPHS) * 20, STORY], ids=len)
def test_a_text_of_any_length_asks_the_database_a_bounded_number_of_times(archive, words):
    with CaptureQueriesContext(connection) as queries:
        find_alike(words[:200_000])
    assert len(queries) <= alike.PHRASES * 4 // 3 + 1


def test_submissions_are_compared_with_the_whole_archive(archive, monkeypatch):
    monkeypatch.setattr(submissions, "NEWEST", 1)
    article, _others = archive
    for _ in range(3):
        make_article()
    assert submissions.already_in(make_submission(text=STORY)) == [(article, 1)]


# --- what is said ----------------------------------------------------------------------------------------


def asked(client, body, **other):
    response = client.post(f"{ALIKE}{other.pop('query', '')}", {"body": body, **other})
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_is_told_which_pieces_say_the_same_with_the_ways_there(client, editor, archive):
    article, _others = archive
    live = make_live_article(headline="<b>已发布的</b>", body=STORY)
    said = asked(client, STORY)
    for part in (
        "《原来的稿件》", article.number, "草稿", f'href="/admin/articles/article/{article.pk}/change/"', "100%", "《&lt;b&gt;已发布的&lt;/b&gt;》", "已发布",
        f'href="{live.publication.get_absolute_url()}"',
    ):  # fmt: skip
        assert part in said, part
    assert said.count("<li>") == 2
    assert "《" not in asked(client, STORY[:20]) + asked(client, "嵩县" * 99) + asked(client, "")
    assert asked(client, STORY[:20]) != asked(client, "嵩县" * 99)


def test_the_piece_itself_is_not_named_and_captions_are_compared_where_there_is_no_text(client, editor, archive):
    article, _others = archive
    assert "《" not in asked(client, STORY, query=f"?piece={article.pk}")
    for piece in ("abc", "9" * 30, "%00"):
        assert "《原来的稿件》" in asked(client, STORY, query=f"?piece={piece}")
    row = {"figures-TOTAL_FORMS": "1", "figures-0-caption": PARAGRAPHS[0]}
    assert "《原来的稿件》" in asked(client, " ", **row)


def test_only_who_writes_may_ask_and_only_by_post(client, db):
    client.force_login(make_editor("view_article"))
    assert client.post(ALIKE, {"body": STORY}).status_code == 403
    client.force_login(make_editor("add_article"))
    assert (client.post(ALIKE, {"body": STORY}).status_code, client.get(ALIKE).status_code) == (200, 405)


def warnings(response):
    return [str(message) for message in response.context["messages"] if "article/" in str(message) and "《" in str(message) and message.level_tag == "warning" and "%" in str(message)]  # fmt: skip


def test_a_new_piece_is_warned_of_once_naming_three_at_most(transactional_db, client, editor):
    pieces = [make_article(headline=f"第{n}篇", body=STORY) for n in range(4)]
    form = filled(client.get(ADD), headline="新稿", body=STORY)
    (said,) = warnings(client.post(ADD, {**form, "_continue": "1"}, follow=True))
    new = Article.objects.get(headline="新稿")
    assert [f"/article/{piece.pk}/" in said for piece in (*pieces, new)] == [False, True, True, True, False]
    address = f"/admin/articles/article/{new.pk}/change/"
    again = client.post(address, filled(client.get(address), headline="改了标题", _continue="1"), follow=True)
    assert (warnings(again), Article.objects.filter(headline="改了标题").exists()) == ([], True)


def test_a_new_piece_that_is_like_none_is_saved_without_a_word(client, editor, archive):
    form = filled(
        client.get(ADD),
        headline="新稿",
        body="11月20日，鄢陵县召开会议，部署今冬明春的森林防火工作，要求各乡镇加强巡查，落实责任。",
    )
    assert warnings(client.post(ADD, {**form, "_continue": "1"}, follow=True)) == []
    assert Article.objects.filter(headline="新稿").exists()


def test_the_button_stands_on_the_form_of_a_piece_and_not_of_a_site_page(client, editor):
    article = make_article()
    page = make_live_article(kind=Kind.PAGE, address="about", headline="关于我们")
    form = client.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert f'data-address="{ALIKE}?piece={article.pk}"' in form
    assert f'data-address="{ALIKE}"' in client.get(ADD).content.decode()
    assert ALIKE not in client.get(f"/admin/articles/sitepage/{page.pk}/change/").content.decode()
