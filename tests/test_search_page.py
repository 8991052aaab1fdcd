"""The search page as a reader uses it."""

from datetime import datetime, timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from articles import matches, search_index
from articles.days import begins
from articles.management.commands import rebuild_search
from articles.models import Article, Campaign, Locality, SearchText
from articles.search import search
from articles.search_query import read as read_query
from articles.views import search as view
from articles.vocabulary import Kind
from tests.factories import make_article, make_live_article, make_place, make_publisher
from tests.page import read
from tests.public import queries


@pytest.fixture
def by(db):
    return make_publisher()


def found(client, query, **other):
    return read(client, f"/search/?{urlencode({'q': query, **other})}")


def ids(page):
    cards = (card for card in page.main.all("article"))
    return [int(link.rsplit("/", 2)[1]) for card in cards for link in card.hrefs()]


def understood(page):
    rows = page.main.all("dl")[0].all("div") if page.main.all("dl") else []
    return {row.one("dt").text: [dd.text for dd in row.all("dd")] for row in rows}


def marks(page):
    return [mark.text for mark in page.main.all("mark")]


def test_a_word_is_found_and_marked_in_its_own_characters(client, by):
    article = make_live_article(by=by, headline="ＮＢＡ看台", body="他创建“五星”支部，在 nba 看台边。")
    page = found(client, "nba看台")
    assert (ids(page), marks(page)) == ([article.pk], ["ＮＢＡ看台", "nba 看台"])
    assert marks(found(client, "五星支部")) == ["五星”支部"]
    assert page.root.one("title").text.startswith("“nba看台”的搜索结果")


def test_the_page_says_how_the_search_was_read(client, seed):
    page = found(client, "支部 “五星 支部” -天气 作者:王博 地区：嵩县 2023年11月 ，")
    assert understood(page) == {
        "含有": ["“支部”", "“五星 支部”"],
        "不含": ["“天气”"],
        "作者": ["王博"],
        "地区": ["嵩县"],
        "时间": ["2023年11月1日至2023年11月30日", "改为查找文字“2023年11月”"],
        "没有计入": ["，"],
    }


def test_names_of_places_and_campaigns_lead_to_their_lists_apart_from_the_text(client, seed):
    page = found(client, "五星")
    links = page.main.one("section") if len(page.main.all("section")) == 1 else page.main.all("section")[0]
    assert links.hrefs()[0] == Campaign.objects.get(slug="wuxing").get_absolute_url()
    place = found(client, "嵩县").main.all("section")[0].hrefs()[0]
    assert place == Locality.objects.get(slug="songxian").get_absolute_url()


def test_a_name_in_letters_leads_to_its_place_and_to_a_search_in_characters(client, seed):
    page = found(client, "songxian")
    assert ids(page) == []
    assert Locality.objects.get(slug="songxian").get_absolute_url() in page.main.hrefs()
    assert f"/search/?{urlencode({'q': '嵩县'})}" in page.main.hrefs()


def test_where_nothing_is_found_other_searches_that_find_something_are_offered(client, by):
    make_live_article(by=by, body="嵩县的葡萄熟了。", published_at=timezone.make_aware(datetime(2023, 5, 1)))

    def offered(query, **other):
        nav = [
            nav for nav in found(client, query, **other).main.all("nav") if nav.attrs.get("aria-label") == "换一种搜索"
        ]
        return [link for link, _text in nav[0].links()] if nav else []

    assert offered("葡萄 石榴") == [f"/search/?{urlencode({'q': '葡萄'})}"]
    assert offered("葡萄 2024年") == [f"/search/?{urlencode({'q': '葡萄'})}"]
    assert offered("葡萄", period="2024") == [f"/search/?{urlencode({'q': '葡萄'})}"]
    assert offered("葡萄嵩县") == [f"/search/?{urlencode({'q': '葡萄 嵩县'})}"]
    assert offered("石榴") == []
    assert (
        offered("葡萄，石榴")
        == offered("《葡萄》")
        == offered("葡萄 石榴 桃 2024年")
        == [f"/search/?{urlencode({'q': '葡萄'})}"]
    )
    assert offered("葡萄、嵩县、") == [f"/search/?{urlencode({'q': '葡萄 嵩县'})}"]
    assert offered("葡萄石榴") == [f"/search/?{urlencode({'q': '葡萄'})}"]
    assert [text for _link, text in found(client, "葡萄 -葡萄").main.all("nav")[0].links()] == ["葡萄 去掉“-葡萄”"]


def test_what_is_offered_says_something_and_is_what_was_tried(client, seed):
    def offered(query, **other):
        navs = [
            nav for nav in found(client, query, **other).main.all("nav") if nav.attrs.get("aria-label") == "换一种搜索"
        ]
        return [text for nav in navs for _link, text in nav.links()]

    assert offered("13920231119") == offered("的火火火") == []
    assert offered("嵩县 火星人 作者:王博 1999年", region="songxian") == ["嵩县"]
    assert offered("嵩县 火星人 火山", kind="brief") == ["嵩县 去掉已选条件"]
    assert offered("嵩县 火星 -作者:王博 1999年") == ["嵩县"]
    assert offered("一、二、三、四、五、六、七、八、九火") == []


def test_a_place_is_meant_by_its_short_and_by_its_long_name(client, seed):
    expected = ids(found(client, "地区:嵩县"))
    for said, shown in (
        ("嵩", []),
        ("洛阳", ["洛阳（洛阳市）"]),
        ("洛阳市嵩县", ["洛阳市嵩县"]),
        ("songxian", ["songxian（洛阳市嵩县）"]),
    ):
        page = found(client, f"地区:{said}")
        assert shown == [] or (ids(page), understood(page)["地区"]) == (expected, shown), said
    assert understood(found(client, "地区:嵩"))["地区"] == ["嵩（没有这个名称）"]
    assert understood(found(client, "专题:五星"))["专题"] == ["五星（“五星”支部创建）"]


def test_what_all_matches_are_narrows_nothing_and_is_not_offered(client, by):
    make_live_article(by=by, body="葡萄")
    assert [nav.attrs.get("aria-label") for nav in found(client, "葡萄").main.all("nav")] == []
    make_live_article(by=by, body="葡萄", kind="brief")
    assert [nav.attrs.get("aria-label") for nav in found(client, "葡萄").main.all("nav")] == ["按体裁"]


def test_a_search_keeps_what_it_is_narrowed_to_and_leads_back_to_its_first_page(client, by, monkeypatch):
    monkeypatch.setattr(view, "PAGE_SIZE", 2)
    made = [make_live_article(by=by, body="葡萄") for _ in range(3)][0]
    page = found(client, "葡萄", kind=made.kind)
    kept = [field for field in page.main.all("input") if field.attrs["type"] == "hidden"]
    assert [(field.attrs["name"], field.attrs["value"]) for field in kept] == [("kind", made.kind)]
    second = found(client, "葡萄", sort="relevant", page="2")
    assert (
        f"/search/?{urlencode({'q': '葡萄', 'sort': 'relevant'})}"
        in second.main.all("nav")[-1].hrefs() + second.main.hrefs()
    )


def test_every_match_stands_on_one_page_and_none_on_two(client, by, monkeypatch):
    monkeypatch.setattr(matches, "GLANCE", 7)  # so that few pieces are many
    monkeypatch.setattr(view, "PAGE_SIZE", 4)
    now = timezone.now()
    made = [
        make_live_article(by=by, body="葡萄" if n % 3 else "石榴", published_at=now - timedelta(minutes=n // 2)).pk
        for n in range(30)
    ]
    expected = list(search(Article.objects.live(), "葡萄").values_list("pk", flat=True))
    assert set(expected) == {pk for n, pk in enumerate(made) if n % 3}
    for sort in ("", "relevant"):
        seen, address = [], f"/search/?{urlencode({'q': '葡萄', 'sort': sort})}"
        while address:
            page = read(client, address)
            seen += ids(page)
            address = page.main.rel("next")
        assert sorted(seen) == sorted(expected)
        assert sort or seen == expected


@pytest.mark.parametrize("glance, short, at_once, few", [(1, 0, 1, 1), (1, 0, 2, 9), (3, 100, 9, 1), (100, 0, 9, 1)])
def test_rare_and_common_words_are_found_alike_whichever_way_is_taken(by, monkeypatch, glance, short, at_once, few):
    place = make_place()
    now = timezone.now()
    for n in range(14):
        published_at = now - timedelta(days=n * n, hours=n)
        made = make_live_article(
            by=by, body="葡萄" if n % 4 else "石榴", places=[place] * bool(n % 3), published_at=published_at,
            expires_at=now + timedelta(days=1) if n % 5 else None,
        )  # fmt: skip
    make_live_article(by=by, body="葡萄石榴", places=[place], published_at=now + timedelta(days=1))
    make_live_article(by=by, body="葡萄石榴", published_at=published_at, expires_at=now - timedelta(minutes=1))
    settings = {"GLANCE": glance, "READ": glance, "SHORT": short, "AT_ONCE": at_once, "FEW": few}
    for name, value in settings.items():
        monkeypatch.setattr(matches, name, value)
    month_ago = timezone.localdate(now) - timedelta(days=30)
    narrowed = {
        matches.EVERYWHERE: {},
        matches.Lists(region=place.slug): {"coverage__region": place},
        matches.Lists(kind=made.kind, since=month_ago): {"publication__published_at__gte": begins(month_ago)},
    }
    for lists, condition in narrowed.items():
        for word in ("葡萄", "石榴", "萄", "葡萄 -石榴", "石榴 地区:嵩县"):
            query = read_query(word)
            pieces = search(Article.objects.live(), query).filter(**condition)
            expected = list(pieces.values_list("publication__version", flat=True))
            found = matches.newest(query, lists, most=20)
            assert [match.version for match in found] == expected, (word, lists)
            if found:
                older = matches.newest(query, lists, most=3, after=found[len(found) // 2])
                assert older == found[len(found) // 2 + 1 :][:3]
            assert {match.version for match in matches.ranked(found, query)} == set(expected)


def test_the_headline_counts_more_than_the_text_and_the_newer_stands_first_of_two_alike(client, by):
    once = make_live_article(by=by, headline="甲", body="葡萄").pk
    often = make_live_article(by=by, headline="乙", body="葡萄葡萄葡萄").pk
    headline = make_live_article(by=by, headline="葡萄", body="丙").pk
    newer = make_live_article(by=by, headline="丁", body="葡萄").pk
    assert ids(found(client, "葡萄", sort="relevant")) == [headline, often, newer, once]
    assert ids(found(client, "葡萄")) == [newer, headline, often, once]


def test_a_thousand_are_counted_and_then_it_is_said_that_there_are_more(client, by, monkeypatch):
    monkeypatch.setattr(view, "COUNTED", 2)
    made = [make_live_article(by=by, body="葡萄") for _ in range(2)]
    assert "找到 2 篇稿件" in found(client, "葡萄").main.text
    made.append(make_live_article(by=by, body="葡萄"))
    page = found(client, "葡萄")
    assert "找到 2+ 篇稿件" in page.main.text and len(ids(page)) == len(made)


def test_every_choice_has_as_many_pieces_as_it_says(client, seed):
    def choices(page):
        return [nav for nav in page.main.all("nav") if (nav.attrs.get("aria-label") or "").startswith("按")]

    page = found(client, "的")
    offered = [link for nav in choices(page) for link in nav.all("a")]
    assert len(offered) > 5
    for link in offered:
        narrowed = read(client, link.attrs["href"])
        number = int(
            link.one("span").text.replace(" 篇", "")
            if len(link.all("span")) == 1
            else link.all("span")[0].text.split()[0]
        )
        assert len(ids(narrowed)) == number, link.attrs["href"]


def test_kind_campaign_and_period_narrow_and_can_be_taken_away(client, by):
    campaign = Campaign.objects.create(name="采摘节")
    photo = make_live_article(by=by, kind=Kind.PHOTO, body="葡萄", campaigns=[campaign])
    old = make_live_article(by=by, body="葡萄", published_at=timezone.make_aware(datetime(2022, 5, 1)))
    assert ids(found(client, "葡萄", kind="photo")) == ids(found(client, "葡萄", campaign=campaign.slug)) == [photo.pk]
    assert ids(found(client, "葡萄", period="2022")) == ids(found(client, "葡萄", period="2022-05")) == [old.pk]
    page = found(client, "葡萄", kind="photo", period="2022")
    assert ids(page) == []
    assert f"/search/?{urlencode({'q': '葡萄', 'period': '2022'})}" in page.main.hrefs()


BAD = (
    "", " ", "，。！", "“”", "葡" * 10_000, "%", "_", "\\", "\\%", '"', '"葡', "“葡", "\x00", "葡\x00萄", "😀", "'; DROP TABLE articles_article; --",
    "葡 OR 萄", "葡 AND NOT 萄", "NEAR(葡 萄)", "葡*", "^葡", "{grams}: 葡", "-葡", "--", "- -", "作者:", "作者:\x00", "地区:%", "a " * 5000, "葡 " * 500,
    "2023-02-30", "9999年", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "ﷺ" * 200, "́́", "\u202e葡",
)  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_anything_can_be_typed_and_is_answered_with_a_page(client, by, query):
    make_live_article(by=by, body="100%的葡萄_甜\\😀")
    for sort in ("", "relevant"):
        page = found(client, query, sort=sort)
        assert page.main.one("h1").text


def test_signs_are_found_as_signs(client, by):
    article = make_live_article(by=by, body="100%的a_b与c\\d😀")
    make_live_article(by=by, body="1000的acb与cd")
    for said in ('"%"', "100%的", '"_"', "a_b", '"\\"', "c\\d", "“😀”"):
        assert ids(found(client, said)) == [article.pk], said


@pytest.mark.parametrize("address", ["period=2023-13", "period=x", "kind=x", "after=x", "region=nirgends", "campaign=%00", "sort=relevant&page=0", "sort=relevant&page=x"])  # fmt: skip
def test_an_address_that_cannot_be_meant_is_not_found(client, by, address):
    make_live_article(by=by, body="葡萄")
    read(client, f"/search/?q=%E8%91%A1%E8%90%84&{address}", status=404)


def test_a_page_costs_the_same_for_one_match_and_for_many(client, by):
    place, campaign = make_place(), Campaign.objects.create(name="采摘节")

    address = f"/search/?{urlencode({'q': '葡萄'})}"
    make_live_article(by=by, body="葡萄", places=[place], campaigns=[campaign])
    one = queries(client, address)
    for _ in range(10):
        make_live_article(by=by, body="葡萄", places=[place], campaigns=[campaign])
    assert queries(client, address) == one <= 18


def test_what_nobody_finds_stays_out_of_search_engines_and_nothing_is_kept(client, by):
    make_live_article(by=by, body="葡萄")

    def robots(page):
        return [meta.attrs["content"] for meta in page.root.all("meta") if meta.attrs.get("name") == "robots"]

    assert (robots(found(client, "石榴")), robots(found(client, "葡萄")), robots(found(client, ""))) == (
        ["noindex"],
        [],
        [],
    )
    assert client.get("/search/?q=葡萄")["Cache-Control"] == "no-cache"


# --- rebuild_search --------------------------------------------------------------------------------------


def rebuild(**options):
    said = StringIO()
    call_command("rebuild_search", stdout=said, stderr=StringIO(), **options)
    return said.getvalue().strip()


def test_rebuilding_makes_what_is_missing_and_then_nothing(by):
    articles = [make_live_article(by=by, body="葡萄"), make_article(by=by, body="葡萄")]
    before = sorted(SearchText.objects.values_list())
    SearchText.objects.filter(article=articles[0]).update(rules=0)
    rows = list(SearchText.objects.filter(article=articles[1]))
    search_index._forget_grams(rows) if connection.vendor == "sqlite" else None
    SearchText.objects.filter(article=articles[1]).delete()
    assert rebuild() == "2 pieces indexed, 0 were right."
    assert rebuild() == "0 pieces indexed, 2 were right."
    assert sorted(SearchText.objects.values_list()) == before
    assert rebuild(all=True) == "2 pieces indexed, 0 were right."
    assert sorted(SearchText.objects.values_list()) == before
    assert set(search(Article.objects.live(), "葡萄")) == {articles[0]}


def test_a_stopped_rebuilding_says_how_to_go_on_and_goes_on(by, monkeypatch):
    articles = [make_live_article(by=by, body="葡萄") for _ in range(4)]
    monkeypatch.setattr(rebuild_search, "STEP", 2)
    index_all, asked = search_index.index_all, []

    def stopped(ids, **options):
        if len(asked) == 1:
            raise KeyboardInterrupt
        asked.append(ids)
        return index_all(ids, **options)

    monkeypatch.setattr(search_index, "index_all", stopped)
    behind = articles[1].pk
    with pytest.raises(CommandError, match=f"2 pieces were done. Run rebuild_search --all --after {behind} to go on."):
        rebuild(all=True)
    monkeypatch.setattr(search_index, "index_all", index_all)
    assert rebuild(all=True, after=behind) == "2 pieces indexed, 0 were right."
    with pytest.raises(CommandError, match="--after is for --all"):
        rebuild(after=behind)
