"""Lists page by page, what a page costs, and what holds of every page."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import freshness, publish, type_size
from articles.models import (
    Campaign,
    Column,
    Contributor,
    Edition,
    Locality,
    Outlet,
    Page,
    Photo,
    Placement,
    Slot,
)
from articles.urls import urlpatterns
from articles.vocabulary import Kind, SlotSection
from tests.factories import (
    make_editor,
    make_live_article,
    make_place,
    make_publisher,
)
from tests.page import Page as HtmlPage
from tests.page import read
from tests.page_kinds import NO_PAGE
from tests.public import address_of, paragraphs, queries, refresh

# Lists, page by page.


@pytest.fixture
def forty_five(db):
    """45 pieces, many of one moment, in a place, a campaign, a column, by one person; newest first."""
    by, place = make_publisher(), make_place(name="嵩县", slug="songxian")
    campaign = Campaign.objects.create(name="专题", slug="zhuanti")
    column = Column.objects.create(name="栏目", slug="lanmu")
    noon = timezone.make_aware(datetime(2024, 5, 20, 12))
    pieces = [
        make_live_article(
            by=by, places=[place], campaigns=[campaign], column=column, kind=Kind.PHOTO, credits=[("photo", "张三")],
            published_at=noon + timedelta(minutes=number // 4),
        )
        for number in range(45)
    ]  # fmt: skip
    ordered = sorted(pieces, key=lambda a: (-(a.publication.published_at - noon), a.publication.pk))
    return [article.pk for article in ordered]


def test_following_the_links_of_a_list_visits_each_piece_once_in_order(client, forty_five):
    contributor = Contributor.objects.get()
    for address in (
        "/regions/songxian/", "/regions/songxian/2024/05/", "/archive/2024/05/", "/campaigns/zhuanti/",
        "/campaigns/zhuanti/?region=songxian&from=2024-05-20&to=2024-05-20", "/columns/lanmu/", "/photos/",
        contributor.get_absolute_url(),
    ):  # fmt: skip
        pages = list(steps(client, address, "较早的稿件"))
        assert [len(page.main.stories()) for _, page in pages] == [20, 20, 5], address
        assert sum((page.main.stories() for _, page in pages), []) == forty_five
        filters = dict(parse_qsl(urlsplit(address).query))
        assert [{**dict(parse_qsl(urlsplit(other).query)), "after": ""} for other, _ in pages[1:]] == [
            {**filters, "after": ""}
        ] * 2
        back = list(steps(client, pages[-1][0], "较新的稿件"))
        assert [page.main.stories() for _, page in back] == [page.main.stories() for _, page in reversed(pages)]


def steps(client, address, label):
    """(address, page) of each page that is reached by the links of this label."""
    path = urlsplit(address).path
    while address:
        page = read(client, address)
        yield address, page
        links = [href for href, text in page.main.links() if text == label]
        address = path + links[0] if links else None


# What a page costs.


LISTS = (
    "/regions/", "/regions/songxian/", "/regions/songxian/2024/05/", "/regions/songxian/2024/05/?campaign=zhuanti",
    "/archive/", "/archive/2024/", "/archive/2024/05/", "/archive/2024/05/20/", "/campaigns/", "/campaigns/zhuanti/", "/campaigns/zhuanti/?region=songxian&from=2024-05-20",
    "/columns/lanmu/", "/photos/", "/editions/", "/editions/2024-05-20/", "/editions/2024-05-20/1/",
)  # fmt: skip


def make_listed(number, things):
    """Pieces that stand in each of LISTS; with `things` places, campaigns, credits and pictures each."""
    by, outlet = make_publisher(), Outlet.objects.get_or_create(name="嵩县报")[0]
    paper, _ = Edition.objects.get_or_create(outlet=outlet, day="2024-05-20")
    page, _ = Page.objects.get_or_create(edition=paper, number=1)
    places = [
        Locality.objects.filter(slug=slug).first() or make_place(name=slug, slug=slug)
        for slug in ("songxian", "ruyang", "luanchuan")[:things]
    ]
    campaigns = [
        Campaign.objects.get_or_create(name=slug, slug=slug)[0] for slug in ("zhuanti", "chunjie", "mangzhong")[:things]
    ]
    column, _ = Column.objects.get_or_create(name="栏目", slug="lanmu")
    for position in range(number):
        article = make_live_article(
            by=by, column=column, kind=Kind.PHOTO, captions=["图说。"] * things, places=places, campaigns=campaigns,
            credits=[("photo", name) for name in ("张三", "李四", "王五")[:things]],
            published_at=timezone.make_aware(datetime(2024, 5, 20, 12, position)),
        )  # fmt: skip
        Placement.objects.create(article=article, page=page, position=Placement.objects.count() + 1)
        for section in SlotSection:
            Slot.objects.create(section=section, article=article)
        refresh(article)
    return article


def test_a_list_costs_the_same_few_queries_however_long_it_is_and_whatever_its_rows_carry(client, db):
    make_listed(1, things=1)
    lists = (*LISTS, Contributor.objects.get().get_absolute_url())
    alone = {address: queries(client, address) for address in lists}
    assert {address: count for address, count in alone.items() if count > 8} == {}
    make_listed(19, things=3)
    assert {address: queries(client, address) for address in lists} == alone
    assert len(read(client, "/regions/songxian/").main.stories()) == 20
    assert len(read(client, "/").main.stories()) == 20
    front = queries(client, "/")
    make_listed(20, things=3)
    assert queries(client, "/") == front


def test_a_story_of_the_archive_costs_six_queries_at_most(client, seed):
    assert max(queries(client, address_of(article)) for article in seed.values()) == 6


# What holds of every page.


@pytest.fixture
def every_address(seed):
    """One or more addresses for each URL pattern, and those of pieces in every state."""
    by = make_publisher()
    held, withdrawn = make_live_article(by=by), make_live_article(by=by)
    publish.hold(held.publication, by=by)
    publish.withdraw(withdrawn.publication, by=by, notice="撤。")
    story = make_live_article(
        by=by,
        headline="小标题、编者按与诗",
        body=">> 编者按。\n## 小标题\n**粗**体。\n| 一行诗\n【图1】",
        captions=["图说。"],
    )
    Photo.objects.create(caption="没有用过的图")
    about = make_live_article(by=by, kind=Kind.PAGE, address="about", headline="关于我们", body="## 编辑部\n正文。")
    found = {
        "front": ["/"],
        "story": [*(address_of(article) for article in (seed[1], seed[6], seed[9], story, held, withdrawn))],
        "share": [f"{address_of(story)}share/"],
        "report": [f"{address_of(story)}report/"],
        "report_thanks": [f"{address_of(story)}report/thanks/"],
        "regions": ["/regions/"],
        "region": ["/regions/henan/", "/regions/songxian/", "/regions/haidian/"],
        "region_month": ["/regions/henan/2023/11/"],
        "archive": ["/archive/"],
        "archive_year": ["/archive/2023/"],
        "archive_month": ["/archive/2023/11/"],
        "archive_day": ["/archive/2023/11/23/"],
        "campaigns": ["/campaigns/"],
        "campaign": ["/campaigns/zhuti-jiaoyu/", "/campaigns/zhuti-jiaoyu/?region=xuchang&from=2023-11-01"],
        "column": ["/columns/dangjian-dajiatan/"],
        "contributor": [Contributor.objects.first().get_absolute_url()],
        "photos": ["/photos/"],
        "editions": ["/editions/"],
        "edition": ["/editions/2023-11-23/"],
        "page": ["/editions/2023-11-23/1/"],
        "site_page": [address_of(about)],
        "corrections": ["/corrections/"],
        "feeds": ["/feeds/"],
        "search": [
            "/search/",
            "/search/?q=%E6%94%AF%E9%83%A8",
            "/search/?q=%E6%94%AF%E9%83%A8&region=henan&sort=relevant",
            "/search/?q=songxian",
        ],
    }
    assert set(found) == {pattern.name for pattern in urlpatterns} - NO_PAGE
    return [*sum(found.values(), []), "/nichts/"]


@pytest.mark.parametrize("size", type_size.SIZES)
def test_every_link_of_every_page_keeps_the_size(client, every_address, size):
    followed = 0
    for address in every_address:
        if address.endswith((".atom", ".xml", ".svg", ".txt")):
            continue
        joint = "&" if "?" in address else "?"
        page = HtmlPage(client.get(f"{address}{joint}type={size}").content.decode())
        assert page.root.one("html").attrs["class"] == f"type-{size}", address
        for link in page.root.all("a"):
            href = link.attrs["href"]
            own = href.startswith(("/", "?")) and not href.startswith(("/static/", "/media/", "/admin/", "/desk/"))
            if own and "data-type" not in link.attrs and not re.search(r"\.\w+(\?|$)", href):
                assert f"type={size}" in href, (address, href)
                followed += 1
        for form in page.root.all("form"):
            if form.attrs.get("method", "get") == "get":
                hidden = [field.attrs for field in form.all("input") if field.attrs.get("name") == "type"]
                assert [field["value"] for field in hidden] == [size], address
    assert followed > 100


def test_no_page_sets_a_cookie_varies_by_one_or_cares_for_the_reader_s_language(client, every_address):
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(make_editor("*", language="en"))
    for address in every_address:
        response = client.get(address)
        assert (response.cookies, response.headers.get("Vary", "Accept-Encoding")) == ({}, "Accept-Encoding"), address
        # The form of a report says when it was made.
        pages = [re.sub(rb'name="opened" value="[^"]*"', b"", page.content) for page in (reader.get(address), response)]
        assert pages[0] == pages[1]


def test_pages_are_read_and_nothing_else(client, every_address):
    for address in every_address[:-1]:
        answered = 200 if address.endswith("/report/") else 405
        assert [client.post(address).status_code, client.put(address).status_code] == [answered, 405], address
        assert client.head(address).status_code == client.get(address).status_code


def test_no_page_carries_a_script_a_style_or_an_event_of_its_own(client, every_address):
    for address in every_address:
        root = HtmlPage(client.get(address).content.decode()).root
        for element in root.all():
            assert element.tag != "style", address
            data = element.attrs.get("type") == "application/ld+json"  # read by machines, never run
            assert element.tag != "script" or data or "src" in element.attrs, address
            assert [name for name in element.attrs if name == "style" or name.startswith("on")] == [], address
            assert [v for v in element.attrs.values() if (v or "").strip().lower().startswith("javascript:")] == []


def test_no_page_leads_to_another_host_but_the_register_of_sites(client, every_address, settings):
    settings.DESK = dict.fromkeys(settings.DESK, "甲")
    for address in every_address:
        root = HtmlPage(client.get(address).content.decode()).root
        others = [
            element.attrs[name]
            for element in root.all()
            for name in ("href", "src", "srcset", "action", "poster", "data", "content")
            if "//" in (element.attrs.get(name) or "").replace("http://testserver/", "")
        ]
        assert others == ["https://beian.miit.gov.cn/", "https://beian.mps.gov.cn/"], address


def test_the_desk_s_facts_are_hidden_while_they_are_empty(client, db, settings):
    facts = {name: f"甲乙{name}" for name in settings.DESK if name not in ("name", "home", "shows_reviewers")}
    settings.DESK = {**settings.DESK, **dict.fromkeys(facts, "")}
    page = read(client, "/").root
    assert [href for href in page.hrefs() if href.startswith("http")] == []
    assert "主办单位" not in page.text and "许可证" not in page.text
    settings.DESK = {**settings.DESK, **facts}
    page = read(client, "/").root
    assert [fact for fact in facts.values() if fact not in page.text] == []


def test_every_page_is_chinese_html_with_one_heading_one_title_and_one_main(client, every_address):
    for address in every_address:
        page = HtmlPage(client.get(address).content.decode())
        assert page.declarations == ["doctype html"]
        assert page.root.one("html").attrs["lang"] == "zh-CN"
        assert len(page.root.all("h1")) == 1, address
        assert page.root.one("h1").text.strip() and page.root.one("title").text.strip()
        assert len(page.root.all("main")) == 1
        ids = [element.attrs["id"] for element in page.root.all() if "id" in element.attrs]
        assert len(ids) == len(set(ids)), address


def test_headings_never_skip_a_level(client, every_address):
    for address in every_address:
        levels = [
            int(e.tag[1]) for e in HtmlPage(client.get(address).content.decode()).root.all(*"h1 h2 h3 h4 h5".split())
        ]
        assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), (
            address, levels,
        )  # fmt: skip


def test_every_link_of_every_page_leads_somewhere(client, every_address):
    seen = set()
    for address in every_address:
        for href in HtmlPage(client.get(address).content.decode()).root.hrefs():
            target = href.partition("#")[0]
            if target.startswith("/") and target not in seen:
                seen.add(target)
                assert client.get(target).status_code == 200, (address, href)
    assert len(seen) > 50


def test_the_title_of_a_page_begins_with_what_it_is_about(client, seed):
    for article in seed.values():
        title = article.publication.version.title
        page = read(client, address_of(article))
        assert page.root.one("title").text.startswith(title)
        assert page.main.one("h1").text == title
    for address, words in {
        "/regions/songxian/": "嵩县",
        "/campaigns/zhuti-jiaoyu/": "主题教育",
        "/columns/dangjian-dajiatan/": "党建大家谈",
        "/archive/2023/11/23/": "2023年11月23日",
        "/editions/2023-11-23/": "2023年11月23日",
    }.items():
        assert read(client, address).root.one("title").text.startswith(words)


def test_every_word_of_a_piece_is_text_and_never_markup(client, db):
    evil = """<script>alert("一")</script> & '二' {{ today }} <b>"""
    words = {name: f"{name} {evil}" for name in ("kicker", "headline", "subhead", "summary", "body", "printed_byline")}
    place = make_place(name=f"地{evil}", slug="di")
    campaign = Campaign.objects.create(name=f"题{evil}", slug="ti", description=evil)
    column = Column.objects.create(name=f"栏{evil}"[:50], slug="lan", description=evil)
    article = make_live_article(
        **words,
        places=[place],
        campaigns=[campaign],
        column=column,
        captions=[f"图说 {evil}"],
        credits=[("author", evil)],
    )
    story = read(client, address_of(article))
    assert story.main.one("h1").text == words["headline"]
    assert story.root.one("title").text.startswith(words["headline"])
    assert paragraphs(story) == [words["body"]]
    assert [e.text for e in story.main.one("header").all() if e.text == words["printed_byline"]]
    assert evil in story.main.one("figure").text
    seen = [story]
    for address in ("/", "/regions/di/", "/campaigns/ti/", "/campaigns/", "/columns/lan/", "/archive/"):
        seen.append(read(client, address))
    assert read(client, "/regions/di/").main.one("h1").text == f"地{evil}".replace("/", "／")
    for page in seen:
        assert [element.text for element in page.root.all("b") if "today" in element.text] == []
        assert {
            "src" in script.attrs or script.attrs == {"type": "application/ld+json"}
            for script in page.root.all("script")
        } <= {True}


def test_a_slash_in_the_name_of_a_place_divides_nothing(client, db):
    zone = make_place(name="甲/乙示范区", slug="jiayi", parent=make_place(name="嵩县"))
    page = read(client, address_of(make_live_article(places=[zone])))
    assert ("/regions/jiayi/", "甲／乙示范区") in page.main.links()
    assert read(client, "/regions/jiayi/").main.one("h1").text == "甲／乙示范区"


def test_each_address_is_the_one_that_reverse_gives(seed):
    assert reverse("story", args=[2023, 1, 2, 17]) == "/2023/01/02/17/"
    assert reverse("region_month", args=["songxian", 2023, 1]) == "/regions/songxian/2023/01/"
    assert reverse("archive_day", args=[2023, 1, 2]) == "/archive/2023/01/02/"
    assert reverse("page", args=[2023, 1, 2, 3]) == "/editions/2023-01-02/3/"
    assert address_of(seed[1]) == f"/2023/11/23/{seed[1].pk}/"


def test_tomorrow_s_paper_stays_unseen_though_its_pieces_are_public(client, db):
    outlet, tomorrow = Outlet.objects.create(name="嵩县报"), timezone.localdate() + timedelta(days=1)
    page = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day=tomorrow), number=1)
    article = make_live_article()
    Placement.objects.create(article=article, page=page, position=1)
    freshness.changed()
    assert client.get(page.get_absolute_url()).status_code == 404
    for address in ("/", "/editions/", article.publication.get_absolute_url()):
        assert page.get_absolute_url() not in client.get(address).content.decode(), address
    Edition.objects.update(day=timezone.localdate())
    freshness.changed()
    assert client.get(Page.objects.get().get_absolute_url()).status_code == 200
