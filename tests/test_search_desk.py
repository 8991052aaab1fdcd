"""The desk's search in the list of pieces and where one is chosen: by number, and by words in drafts and in what is public."""

from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import search as engine
from articles.admin import searching
from articles.models import Article, Campaign, Column
from articles.search import search
from articles.versions import save_version
from articles.vocabulary import Kind
from tests.desk import rows
from tests.factories import make_article, make_editor, make_live_article, make_place
from tests.page import read

LIST = "/admin/articles/article/"
CHOICE = "/admin/autocomplete/"


def found(client, words, **other):
    return rows(client.get(LIST, {"q": words, **other}))


def offered(client, words):
    asked = {"term": words, "app_label": "articles", "model_name": "slot", "field_name": "article"}
    return [int(row["id"]) for row in client.get(CHOICE, asked).json()["results"]]


def rewrite(article, body):
    article.body = body
    article.save()
    save_version(article, by=None)


@pytest.fixture
def common(monkeypatch):
    """Words that any piece has count as common ones, and are read for in each."""
    monkeypatch.setattr(searching, "COMMON", 1)


# --- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frequency", ["rare", "common"])
def test_drafts_are_found_and_both_the_newest_text_and_the_public_one(client, editor, request, frequency):
    if frequency == "common":
        request.getfixturevalue("common")
    draft = make_article(body="嵩县种了葡萄。")
    live = make_live_article(body="王庄寨种了葡萄。")
    rewrite(live, "王庄寨种了石榴。")
    make_article(body="县城修路。")
    assert found(client, "葡萄") == [live, draft]
    assert found(client, "石榴") == [live]
    assert found(client, "葡萄 -石榴") == [live, draft]  # the public text has the one and not the other
    assert found(client, "嵩县 葡萄") == found(client, "“县种了葡”") == [draft]
    assert found(client, "嵩县 石榴") == []
    assert found(client, "葡萄", state="draft") == [draft]
    assert [offered(client, word) for word in ("葡萄", "石榴")] == [[live.pk, draft.pk], [live.pk]]


@pytest.mark.parametrize("frequency", ["rare", "common"])
def test_the_list_finds_what_a_search_for_the_desk_finds(client, editor, request, frequency):
    if frequency == "common":
        request.getfixturevalue("common")
    place, column = make_place("嵩县"), Column.objects.create(name="党建大家谈")
    campaign = Campaign.objects.create(name="“五星”支部创建")
    make_article(body="五星支部，天气晴。", places=[place], credits=[("reporter", "王博")])
    make_article(body="五星支部。", places=[place], column=column)
    make_live_article(body="五星支部，下雨。", campaigns=[campaign], credits=[("photo", "王博")])
    make_article(body="别的。", column=column)
    Article.objects.filter(body="五星支部。").update(created_at=timezone.make_aware(datetime(2023, 11, 23, 23)))
    for words in (
        "五星", "五星 -天气", "五星 -天气 -下雨", "地区:嵩县", "五星 -地区:嵩县", "专题:五星", "栏目:党建", "栏目:党建 -五星", "作者:王博", "五星 作者:王博 -作者:李阳",
        "作者:无名氏", "五星 2023年11月", "2023-11-23", "2023-11-24", "的", "五", "-五星", "五星 -作者:无名氏",
    ):  # fmt: skip
        expected = list(search(Article.objects.all(), words, desk=True))
        assert found(client, words) == expected, words
        assert offered(client, words) == [article.pk for article in expected], words
    assert len(found(client, "栏目:党建 -五星")) == len(found(client, "2023-11-23")) == 1


def test_a_word_in_every_part_of_a_piece_is_found(client, editor):
    article = make_article(
        kicker="引题甲", printed_byline="（记者 王博）", captions=("药农在晾晒丹参。",), credits=[("photo", "李阳")]
    )
    for words in ("引题", "王博", "晾晒丹参", "李阳"):
        assert found(client, words) == [article], words


def test_site_pages_and_the_recycle_bin_are_not_among_the_pieces(client, editor):
    page = make_live_article(kind=Kind.PAGE, address="about", headline="关于葡萄")
    trashed = make_article(body="葡萄。", trashed_at=timezone.now())
    assert (found(client, "葡萄"), found(client, "葡萄", state="trashed")) == ([], [trashed])
    assert list(client.get("/admin/articles/sitepage/", {"q": "葡萄"}).context["cl"].result_list) == [page]


# --- numbers ---------------------------------------------------------------------------------------------


def test_a_piece_is_found_by_its_number_and_by_the_beginning_of_one(client, editor):
    numbers = ("2023-1123-007", "2023-1123-012", "2023-1124-007", "A000123")
    one, other, next_day, archived = (make_article(number=number, body="2023-1123的事。") for number in numbers)
    assert found(client, "2023-1123-007") == found(client, " ２０２３－１１２３－００７ ") == [one]
    assert found(client, "2023-1123") == found(client, "2023-1123-") == [other, one]
    assert found(client, "2023-112") == [next_day, other, one]
    assert found(client, "a000123") == [archived]
    assert found(client, "2023-1125") == []
    assert found(client, "2023-1123的事") == [archived, next_day, other, one]  # no number: words
    assert (offered(client, "2023-1123-01"), found(client, "2023-1123", state="live")) == ([other.pk], [])


def test_a_month_and_a_day_are_days_and_no_beginning_of_a_number(client, editor):
    article = make_article(number="2023-1123-007")
    Article.objects.filter(pk=article.pk).update(created_at=timezone.make_aware(datetime(2023, 10, 1)))
    assert (found(client, "2023-11"), found(client, "2023-10")) == ([], [article])


# --- what is said ----------------------------------------------------------------------------------------


def reading(client, words):
    shown = read(client, f"{LIST}?{urlencode({'q': words})}").root.all("p")
    return [paragraph.text for paragraph in shown if "read-as" in (paragraph.attrs.get("class", ""))]


def test_the_list_says_how_the_words_were_read_where_they_are_more_than_words(client, editor):
    make_place("嵩县")
    assert reading(client, "五星 支部") == reading(client, "“五星 支部”") == reading(client, "") == []
    (said,) = reading(client, "五星 “支部 建设” -天气 地区:嵩县 -作者:无名氏 2023年11月 ， " + "长" * 200)
    for part in ("“五星”“支部 建设”", "“天气”", "嵩县", "无名氏", "2023-11-01 – 2023-11-30", "，", "200"):
        assert part in said, part


@pytest.mark.parametrize("words", ["，。", "-天气", "\u200b", "“”"])
def test_what_asks_for_nothing_finds_nothing_and_the_list_says_so(client, editor, words):
    make_article(body="，。天气")
    response = client.get(LIST, {"q": words})
    assert (rows(response), len(response.context["cl"].problems), offered(client, words)) == ([], 1, [])
    assert response.context["cl"].problems[0].replace('"', "&quot;") in response.content.decode()


def test_nothing_typed_is_no_search(client, editor):
    article = make_article()
    assert (found(client, "  "), found(client, ""), offered(client, " ")) == ([article], [article], [article.pk])


@pytest.mark.parametrize(
    "words", ["\x00", "葡\x00萄", "%", "100%", "_", "'", '"', "“", "\\", "-", "作者:", "长" * 10_000, "a " * 5000, "1-" * 10, "🍇", "9" * 30, "\ud800", "2023-13-45"]
)  # fmt: skip
def test_anything_can_be_typed(client, editor, words):
    make_article(body="增产100%，a_b、c\\d和'e'。")
    query = urlencode({"q": words}, errors="surrogatepass")
    assert client.get(f"{LIST}?{query}").status_code == 200
    assert client.get(f"{LIST}export/?{query}").status_code in (200, 302)
    asked = urlencode(
        {"term": words, "app_label": "articles", "model_name": "slot", "field_name": "article"}, errors="surrogatepass"
    )
    assert client.get(f"{CHOICE}?{asked}").status_code == 200


def test_signs_that_databases_read_otherwise_are_letters_of_the_words(client, editor):
    article = make_article(body="增产100%，a_b。")
    make_article(body="增产1000，acb。")
    assert [found(client, words) for words in ("100%", "a_b")] == [[article]] * 2


def test_who_may_not_see_pieces_finds_none(client, db):
    make_article(body="葡萄。")
    client.force_login(make_editor("change_topic"))
    assert client.get(LIST, {"q": "葡萄"}).status_code == 403


# --- what it costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["葡萄", "的", "葡萄 -石榴", "地区:嵩县 葡萄", "2023-1123"])
def test_a_search_asks_the_database_a_fixed_number_of_times(client, editor, words):
    place = make_place("嵩县")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert rows(client.get(LIST, {"q": words}))
        return len(queries)

    def make(number):
        make_article(body="嵩县的葡萄。", places=[place], number=f"2023-1123-{number}")

    make(1)
    few = asked()
    make(2), make(3)
    assert asked() == few


def test_rare_words_are_looked_up_and_common_ones_read_for(client, editor, monkeypatch):
    for body in ("葡萄，苹果。", "葡萄，石榴。", "葡萄。"):
        make_article(body=body)
    monkeypatch.setattr(searching, "COMMON", 3)
    monkeypatch.setattr(engine, "LOOKED_UP", 1)

    def by_index(words):
        (narrowing,) = searching.searched(words).narrowings
        return narrowing.track is not None

    assert [by_index(words) for words in ("石榴", "葡萄", "的", "榴")] == [True, False, False, True]
    monkeypatch.setattr(searching, "COMMON", 4)  # rare among the newest, and still too many
    assert (by_index("葡萄"), len(found(client, "葡萄"))) == (False, 3)
