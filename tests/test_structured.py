"""JSON-LD: that it parses, says what schema.org asks for, and says what the page says."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import corrections, publish, structured
from articles.models import Article, Campaign, Column, Contributor, Edition, Outlet, Page, Placement
from articles.reading import corrections_of, labels_of, print_of, released
from articles.story import story_from
from articles.versions import save_version
from articles.vocabulary import CorrectionKind, Kind
from tests.factories import approve, load_seed_page, make_editor, make_live_article, make_place, make_publisher
from tests.page import read
from tests.public import address_of

SITE = "http://testserver"
EVIL = (
    "</script><script>alert(1)</script>",
    "<!--",
    "]]>",
    "\u2028\u2029",
    "\\",
    '"',
    "'",
    "&amp;",
    "{{ 1 }}",
    "\x00\x1f",
)


def things(page):
    """The things that a page tells machines, by their types."""
    (script,) = [found for found in page.root.all("script") if found.attrs.get("type") == "application/ld+json"]
    data = json.loads(script.text)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def noon(day=20):
    return timezone.make_aware(datetime(2024, 5, day, 12))


def seen(article, client):
    page = read(client, address_of(article))
    return page, things(page)["NewsArticle"]


def test_a_story_tells_machines_what_it_tells_readers(client, db):
    by = make_publisher()
    place = make_place("嵩县", slug="songxian", parent=make_place("洛阳市", slug="luoyang", level="city"))
    column, campaign = (
        Column.objects.create(name="栏目", slug="lanmu"),
        Campaign.objects.create(name="专题", slug="zhuanti"),
    )
    article = make_live_article(
        by=by, headline="标题", subhead="副题", summary="摘要。", column=column, campaigns=[campaign], places=[place],
        printed_byline="记者 张三 嵩县县委宣传部", published_at=noon(),
        credits=[("reporter", "张三"), ("author", "嵩县县委宣传部"), ("responsible_editor", "王五")],
    )  # fmt: skip
    page, told = seen(article, client)
    people = {name: f"{SITE}/contributors/{pk}/" for name, pk in Contributor.objects.values_list("name", "pk")}
    address = SITE + address_of(article)
    assert told == {
        "@type": "NewsArticle",
        "headline": "标题",
        "alternativeHeadline": "副题",
        "description": "摘要。",
        "mainEntityOfPage": address,
        "url": address,
        "datePublished": "2024-05-20T12:00:00+08:00",
        "dateModified": told["dateModified"],
        "author": [
            {"@type": "Person", "name": "张三", "url": people["张三"]},
            {"@type": "Organization", "name": "嵩县县委宣传部", "url": people["嵩县县委宣传部"]},
        ],
        "editor": [{"@type": "Person", "name": "王五", "url": people["王五"]}],
        "publisher": {
            "@type": "NewsMediaOrganization", "name": "县域新闻", "url": f"{SITE}/",
            "logo": {"@type": "ImageObject", "url": f"{SITE}/static/img/favicon.svg"},
        },
        "articleSection": "栏目",
        "keywords": ["专题"],
        "contentLocation": [{"@type": "Place", "name": "洛阳市嵩县", "url": f"{SITE}/regions/songxian/"}],
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
    }  # fmt: skip
    assert page.main.one("h1").text == told["headline"]
    (shown,) = [time.attrs["datetime"] for time in page.main.one("header").all("time")]
    assert datetime.fromisoformat(shown) == datetime.fromisoformat(told["datePublished"])


def test_the_crumbs_that_machines_read_are_those_of_the_page(client, db):
    load_seed_page()
    addresses = [article.publication.get_absolute_url() for article in Article.objects.live()[:4]]
    addresses += ["/regions/songxian/", "/regions/henan/2023/11/", "/archive/2023/11/22/", "/campaigns/wuxing/"]
    addresses += ["/columns/dangjian-dajiatan/", "/editions/2023-11-23/1/", "/feeds/", "/archive/2023/?region=luoyang"]
    for address in addresses:
        page = read(client, address)
        (nav,) = [nav for nav in page.main.all("nav") if nav.attrs.get("aria-label") == "当前位置"]
        shown = [(step.text.strip(), [SITE + href for href in step.hrefs()]) for step in nav.all("li")]
        steps = things(page)["BreadcrumbList"]["itemListElement"]
        assert [(step["name"], [step["item"]] if "item" in step else []) for step in steps] == shown, address
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert {step["@type"] for step in steps} == {"ListItem"}


def test_every_story_of_the_seed_page_says_what_its_page_says(client, db):
    load_seed_page()
    for article in Article.objects.live():
        page, told = seen(article, client)
        assert {"headline", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage"} <= set(told)
        assert page.main.one("h1").text.startswith(told["headline"].removesuffix("…"))
        assert told["datePublished"] == str(timezone.localdate(article.publication.first_published_at))
        assert (told["printEdition"].endswith("2023-11-23"), told["printPage"].isdigit()) == (True, True)
        byline = "".join(span.text for span in page.main.all("span") if span.attrs.get("class") == "byline")
        for author in told["author"]:
            assert author["name"] in byline or not byline, article.headline
        links = page.main.hrefs()
        for place in told.get("contentLocation", ()):
            assert place["url"].removeprefix(SITE) in links
        campaigns = {text for href, text in page.main.links() if href.startswith("/campaigns/")}
        assert set(told.get("keywords", ())) == campaigns


def test_a_list_names_its_pieces_in_their_order(client, db):
    load_seed_page()
    for address in ("/regions/henan/", "/archive/2023/11/23/", "/campaigns/wuxing/", "/columns/dangjian-dajiatan/"):
        page = read(client, address)
        told = things(page)["CollectionPage"]
        items = told["mainEntity"]["itemListElement"]
        assert [int(item["url"].split("/")[-2]) for item in items] == page.main.stories()[: len(items)], address
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        assert told["url"] == SITE + address
    empty = things(read(client, "/regions/haidian/2020/01/"))["CollectionPage"]
    assert "mainEntity" not in empty


def test_the_front_page_says_who_the_desk_is(client, db, settings):
    settings.DESK = {**settings.DESK, "name": "嵩县新闻", "organiser": "嵩县融媒体中心"}
    told = things(read(client, "/"))
    assert set(told) == {"WebSite", "NewsMediaOrganization"}
    assert told["WebSite"]["publisher"]["@id"] == told["NewsMediaOrganization"]["@id"]
    assert (told["WebSite"]["name"], told["WebSite"]["url"]) == ("嵩县新闻", f"{SITE}/")
    assert told["NewsMediaOrganization"]["parentOrganization"]["name"] == "嵩县融媒体中心"
    assert told["NewsMediaOrganization"]["correctionsPolicy"] == f"{SITE}/corrections/"


def test_a_reprint_says_whose_it_is(client, db):
    article = make_live_article(
        headline="标题", source_name="新华社", source_author="李四", source_headline="原题",
        source_url="https://example.com/1", source_day=date(2024, 5, 1), published_at=noon(),
    )  # fmt: skip
    _page, told = seen(article, client)
    assert told["sourceOrganization"] == {"@type": "Organization", "name": "新华社"}
    assert told["isBasedOn"] == {
        "@type": "CreativeWork", "name": "原题", "url": "https://example.com/1", "datePublished": "2024-05-01",
        "author": {"@type": "Person", "name": "李四"}, "publisher": {"@type": "Organization", "name": "新华社"},
    }  # fmt: skip
    assert told["author"] == [{"@type": "Person", "name": "李四"}]


def test_what_nobody_signed_is_the_desk_s(client, db):
    _page, told = seen(make_live_article(), client)
    assert told["author"] == [{"@type": "Organization", "name": "县域新闻", "url": f"{SITE}/"}]
    _page, told = seen(make_live_article(printed_byline="本报综合"), client)
    assert told["author"] == [{"@type": "Person", "name": "本报综合"}]


def test_a_new_text_and_a_correction_are_told_with_their_moments(client, db):
    by = make_publisher()
    article = make_live_article(by=by, published_at=noon())
    first = seen(article, client)[1]
    article.body = "新的正文。"
    article.save()
    save_version(article, by=by)
    publish.publish(approve(Article.objects.get()), by=by)
    second = seen(article, client)[1]
    assert first["datePublished"] == second["datePublished"]
    assert datetime.fromisoformat(second["dateModified"]) >= timezone.now() - timedelta(minutes=1)
    notice = corrections.correct(
        Article.objects.get(),
        by=make_editor("add_correction"),
        kind=CorrectionKind.APOLOGY,
        text="第二段有误。\n致歉。",
    )
    page, told = seen(article, client)
    moment = timezone.localtime(notice.made_at).isoformat(timespec="seconds")
    assert told["correction"] == [
        {"@type": "CorrectionComment", "text": "第二段有误。\n致歉。", "datePublished": moment}
    ]
    assert told["dateModified"] == moment
    assert "第二段有误。" in page.main.text


def test_where_a_piece_stood_in_print_is_told(client, db):
    article = make_live_article(published_at=noon())
    edition = Edition.objects.create(outlet=Outlet.objects.create(name="嵩县报"), day="2024-05-20")
    Placement.objects.create(article=article, page=Page.objects.create(edition=edition, number=3), section="要闻")
    _page, told = seen(article, client)
    assert [told[name] for name in ("printEdition", "printPage", "printSection")] == ["嵩县报 2024-05-20", "3", "要闻"]


@pytest.mark.parametrize("evil", EVIL)
def test_hostile_words_end_no_script_and_stay_what_they_are(client, db, evil):
    words = f"甲{evil}乙".replace("\x00", "")
    column, campaign = Column.objects.create(name=words, slug="lan"), Campaign.objects.create(name=words, slug="ti")
    article = make_live_article(
        headline=words, subhead=words, summary=words, column=column, campaigns=[campaign], credits=[("author", words)],
        places=[make_place(words, slug="di")],
    )  # fmt: skip
    page, told = seen(article, client)
    article.refresh_from_db()
    assert told["headline"] == article.headline
    assert (told["articleSection"], told["keywords"]) == (column.name, [campaign.name])
    raw = client.get(address_of(article)).content.decode().partition("ld+json")[2].partition("</script>")[0]
    assert not set(raw.partition(">")[2]) & set("<>&\u2028\u2029")
    for address in ("/columns/lan/", "/campaigns/ti/", "/regions/di/"):
        assert things(read(client, address))["CollectionPage"]["name"]
    assert page.main.one("h1").text == told["headline"]


@given(st.recursive(st.text() | st.integers() | st.booleans(), lambda inner: st.lists(inner), max_leaves=9))
def test_whatever_is_said_it_parses_back_and_stays_in_its_element(said):
    text = str(structured.json_ld({"said": said}))
    assert json.loads(text)["@graph"] == [{"said": said}]
    assert not set(text) & set("<>&\u2028\u2029")


def test_a_long_headline_is_cut_to_what_machines_take(client, db):
    page, told = seen(make_live_article(headline="长" * 180), client)
    assert told["headline"] == "长" * 109 + "…"
    assert len(page.main.one("h1").text) == 180


def test_nothing_of_it_asks_the_database(db, django_assert_num_queries):
    load_seed_page()
    article = Article.objects.live().first()
    row = released(article.pk, timezone.now())
    story = story_from(json.loads(row.content))
    beside = labels_of(article.pk, story.contributors), corrections_of(article.pk), print_of(article.pk, timezone.now())
    desk = {"name": "县域新闻", "organiser": ""}
    with django_assert_num_queries(0):
        labels, notices, printed = beside
        request = RequestFactory().get("/")
        told = structured.news_article(request, desk, story, row.title, row, labels, notices, printed)
        structured.share_picture(story)
        structured.json_ld(told, structured.breadcrumbs(request, [("首页", "/"), ("正文", "")]))
    assert told["headline"]


def test_site_pages_are_no_news(client, db):
    article = make_live_article(kind=Kind.PAGE, address="about", headline="关于我们")
    assert set(things(read(client, address_of(article)))) == {"WebPage", "BreadcrumbList"}
