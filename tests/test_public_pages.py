"""What readers see: every public address, with the seed page loaded or with pieces made for the purpose."""

from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import freshness, listing, publish
from articles.models import (
    Article,
    Campaign,
    Column,
    Contributor,
    Edition,
    Locality,
    LocalityTag,
    Outlet,
    Page,
    Photo,
    Placement,
    Publication,
    Slot,
)
from articles.urls import urlpatterns
from articles.views import site_pages
from articles.vocabulary import Kind, Level, PlaceRelation, SlotSection
from tests.factories import (
    approve,
    load_seed_page,
    make_article,
    make_editor,
    make_live_article,
    make_place,
    make_publisher,
)
from tests.page import Page as HtmlPage
from tests.page import follow, read
from tests.test_seed_page import PIECES

BY_SEQ = {item["seq"]: item for item in PIECES}
PRINTED = list(BY_SEQ)
NOTICE = "本稿由报纸版面转录，尚未与原报核对。"


@pytest.fixture
def seed(db):
    """{seq of truth.json: article} of the seed page."""
    load_seed_page()
    return dict(zip(PRINTED, Article.objects.order_by("placements__position"), strict=True))


def listed(client, seed, address):
    """The seqs of the pieces that a page lists, in its order."""
    seqs = {article.pk: seq for seq, article in seed.items()}
    return [seqs[pk] for pk in read(client, address).main.stories()]


def address_of(article):
    return Publication.objects.get(article=article).get_absolute_url()


def seqs_about(name):
    """The pieces of the truth that are about a place or anything in it, in printed order."""
    return [
        seq
        for seq, item in BY_SEQ.items()
        if any(place["primary"] and name in [step["name"] for step in place["chain"]] for place in item["localities"])
    ]


def seqs_in(campaign):
    return [seq for seq, item in BY_SEQ.items() if campaign in item["campaigns"]]


# Regions.


def test_a_region_lists_the_pieces_about_it_and_about_the_places_in_it(client, seed):
    assert listed(client, seed, "/regions/songxian/") == [1]
    assert listed(client, seed, "/regions/luohe/") == [5, 10]
    assert listed(client, seed, "/regions/henan/") == [1, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15]
    for place in Locality.objects.all():
        assert listed(client, seed, f"/regions/{place.slug}/") == seqs_about(place.name), place.trail


def test_a_region_that_is_only_mentioned_lists_nothing(client, seed):
    page = read(client, "/regions/haidian/")
    assert (page.main.one("h1").text, page.main.stories()) == ("海淀区", [])
    LocalityTag.objects.filter(tag__slug="haidian").update(relation=PlaceRelation.ABOUT)
    refresh(seed[9])
    assert listed(client, seed, "/regions/haidian/") == [9]
    LocalityTag.objects.filter(tag__slug="haidian").update(relation=PlaceRelation.MENTIONED)
    refresh(seed[9])
    assert listed(client, seed, "/regions/haidian/") == []


def test_a_region_leads_to_its_ancestors_and_to_the_places_in_it_that_have_pieces(client, seed):
    page = read(client, "/regions/xuchang/")
    places = [(href, text) for href, text in page.main.links() if href.startswith("/regions/") and "/20" not in href]
    assert places == [
        ("/regions/", "各地"),
        ("/regions/henan/", "河南省"),
        ("/regions/jianan/", "建安区"),
        ("/regions/xuchang-yanling/", "鄢陵县"),
        ("/regions/xuchang-xiangcheng/", "襄城县"),
    ]


def test_the_tree_of_regions_shows_each_place_with_pieces_inside_the_place_above_it(client, seed):
    shown = {}
    for link in read(client, "/regions/").main.all("a"):
        items = [element for element in link.ancestors if element.tag == "li"]
        shown[link.attrs["href"]] = "/".join(item.all("a")[0].text for item in reversed(items))
    upper = Locality.objects.filter(level__in=(Level.PROVINCE, Level.CITY, Level.COUNTY, Level.ZONE))
    assert shown == {
        place.get_absolute_url(): place.trail for place in upper if Article.objects.live().within(place).exists()
    }
    assert "/regions/songxian/" in shown and "/regions/beijing/" not in shown
    cities = [trail.split("/")[1] for trail in shown.values() if trail.count("/") == 1]
    assert cities == ["洛阳市", "焦作市", "许昌市", "漯河市", "南阳市", "商丘市", "周口市"]


def test_a_region_s_month_lists_what_was_published_in_it(client, seed):
    assert listed(client, seed, "/regions/luohe/2023/11/") == [5, 10]
    assert listed(client, seed, "/regions/luohe/2023/10/") == []
    Publication.objects.filter(article=seed[5]).update(
        published_at="2023-10-31T23:59:59+08:00", first_published_at="2023-10-31T23:59:59+08:00"
    )
    refresh(seed[5])
    assert listed(client, seed, "/regions/luohe/2023/11/") == [10]
    assert listed(client, seed, "/regions/luohe/2023/10/") == [5]
    page = read(client, "/regions/luohe/2023/11/")
    assert (page.main.rel("prev"), page.main.rel("next")) == ("/regions/luohe/2023/10/", "/regions/luohe/2023/12/")
    assert page.main.one("h1").text == "漯河市 2023年11月"


# By date.


def test_the_archive_leads_from_the_year_to_the_day(client, seed):
    assert read(client, "/archive/").main.hrefs() == ["/archive/2023/"]
    year = read(client, "/archive/2023/").main
    assert [link for link in year.links() if link[0].startswith("/archive/2023/")] == [
        ("/archive/2023/11/", "11月 12 篇")
    ]
    month = read(client, "/archive/2023/11/").main
    days = [href for href in month.hrefs() if href.startswith("/archive/2023/11/")]
    assert days == ["/archive/2023/11/23/"]
    assert listed(client, seed, "/archive/2023/11/") == PRINTED
    assert read(client, "/archive/2022/").main.stories() == []


def test_a_day_lists_its_pieces_in_printed_order(client, seed):
    assert listed(client, seed, "/archive/2023/11/23/") == PRINTED
    assert listed(client, seed, "/archive/2023/11/22/") == []
    assert listed(client, seed, "/archive/2023/11/24/") == []
    page = read(client, "/archive/2023/11/23/").main
    assert (page.rel("prev"), page.rel("next")) == ("/archive/2023/11/22/", "/archive/2023/11/24/")


def test_pieces_of_one_moment_stand_as_they_were_printed_whatever_their_numbers(client, seed):
    for position, seq in enumerate(reversed(PRINTED), 1):
        Placement.objects.filter(article=seed[seq]).update(position=position)
        refresh(seed[seq])
    backwards = PRINTED[::-1]
    assert listed(client, seed, "/archive/2023/11/23/") == backwards
    assert listed(client, seed, "/editions/2023-11-23/1/") == backwards
    assert listed(client, seed, "/campaigns/zhuti-jiaoyu/") == [11, 8, 7, 6]


def test_a_day_begins_and_ends_at_midnight_in_shanghai(client, db):
    by = make_publisher()
    moments = ("2024-02-28T23:59:59.999999", "2024-02-29T00:00:00", "2024-02-29T23:59:59.999999", "2024-03-01T00:00:00")
    pieces = [
        make_live_article(by=by, published_at=timezone.make_aware(datetime.fromisoformat(moment))).pk
        for moment in moments
    ]
    assert read(client, "/archive/2024/02/28/").main.stories() == pieces[:1]
    assert read(client, "/archive/2024/02/29/").main.stories() == [pieces[2], pieces[1]]
    assert read(client, "/archive/2024/03/01/").main.stories() == pieces[3:]
    assert read(client, "/archive/2024/02/").main.stories() == [pieces[2], pieces[1], pieces[0]]


# Campaigns.


def test_a_campaign_lists_exactly_its_pieces(client, seed):
    assert listed(client, seed, "/campaigns/zhuti-jiaoyu/") == [6, 7, 8, 11]
    for campaign in Campaign.objects.all():
        assert listed(client, seed, campaign.get_absolute_url()) == seqs_in(campaign.name)


def test_the_list_of_campaigns_shows_those_with_public_pieces(client, seed):
    shown = {href: text for href, text in read(client, "/campaigns/").main.links()}
    assert shown == {c.get_absolute_url(): c.name for c in Campaign.objects.all()}
    publish.hold(seed[1].publication, by=make_publisher())
    without = {href: text for href, text in read(client, "/campaigns/").main.links()}
    assert set(shown) - set(without) == {"/campaigns/lianxue-lianjian/"}


def test_a_campaign_is_narrowed_by_region_and_days_both_included(client, seed):
    wanted = {
        "region=xuchang": [7, 8],
        "region=jianan": [7],
        "region=henan": [6, 7, 8, 11],
        "region=songxian": [],
        "from=2023-11-23&to=2023-11-23": [6, 7, 8, 11],
        "from=2023-11-24": [],
        "to=2023-11-22": [],
        "region=xuchang&from=2023-11-01&to=2023-11-30": [7, 8],
        "region=&from=&to=": [6, 7, 8, 11],
        "from=2023-12-01&to=2023-11-01": [],
    }
    assert {filters: listed(client, seed, f"/campaigns/zhuti-jiaoyu/?{filters}") for filters in wanted} == wanted


def test_a_region_is_narrowed_by_campaign_and_month_and_its_links_keep_both(client, seed):
    wanted = [seq for seq in seqs_in("主题教育") if seq in seqs_about("河南省")]
    assert wanted and wanted != seqs_about("河南省")
    page = read(client, "/regions/henan/?campaign=zhuti-jiaoyu").main
    assert listed(client, seed, "/regions/henan/?campaign=zhuti-jiaoyu") == wanted
    assert "/regions/henan/2023/11/?campaign=zhuti-jiaoyu" in [href for href, _ in page.links()]
    assert listed(client, seed, "/regions/henan/2023/11/?campaign=zhuti-jiaoyu") == wanted
    assert listed(client, seed, "/regions/henan/2023/10/?campaign=zhuti-jiaoyu") == []
    month = read(client, "/regions/henan/2023/11/?campaign=zhuti-jiaoyu").main
    assert month.rel("prev") == "/regions/henan/2023/10/?campaign=zhuti-jiaoyu"
    below = [href for href, _ in month.links() if "/2023/11/" in href and "henan" not in href]
    assert below and all(listed(client, seed, href) for href in below if href.startswith("/regions/"))
    assert client.get("/regions/henan/?campaign=nothing").status_code == 404


def test_a_region_offers_the_campaigns_that_have_pieces_in_it(client, seed):
    for slug, name in (("songxian", "嵩县"), ("haidian", "海淀区")):
        offered = {text for href, text in read(client, f"/regions/{slug}/").main.links() if "campaign=" in href}
        wanted = {campaign for seq in seqs_about(name) for campaign in BY_SEQ[seq]["campaigns"]}
        assert {text for text in offered if not text.startswith("按月查看")} == wanted


def test_a_campaign_offers_the_places_that_have_pieces_in_it_in_official_order(client, seed):
    offered = [text for href, text in read(client, "/campaigns/zhuti-jiaoyu/").main.links() if "region=" in href]
    assert offered == ["许昌市", "南阳市", "商丘市"]
    narrowed = read(client, "/campaigns/zhuti-jiaoyu/?region=xuchang&from=2023-11-01").main
    offered = {text: href for href, text in narrowed.links() if "region=" in href}
    assert offered == {
        "河南省": "?region=henan&from=2023-11-01",
        "建安区": "?region=jianan&from=2023-11-01",
        "鄢陵县": "?region=xuchang-yanling&from=2023-11-01",
    }


def test_a_narrowed_campaign_says_to_what(client, seed):
    main = read(client, "/campaigns/zhuti-jiaoyu/?region=jianan&from=2023-11-01").main
    (said,) = [p.text for p in main.all("p") if p.text.startswith("只看")]
    assert said == "只看：许昌市建安区，2023年11月1日至今天 看全部"


# Columns, contributors, pictures.


def test_a_column_lists_its_pieces(client, seed):
    assert listed(client, seed, "/columns/dangjian-dajiatan/") == [2]
    assert listed(client, seed, "/columns/tupian-xinwen/") == [13]


def test_a_contributor_has_a_page_of_every_piece_that_credits_them(client, seed):
    names = {byline["name"] for item in PIECES for byline in item["bylines"]}
    assert len(names) == Contributor.objects.count() == 21
    for contributor in Contributor.objects.all():
        assert listed(client, seed, contributor.get_absolute_url()) == [
            seq for seq, item in BY_SEQ.items() if contributor.name in [byline["name"] for byline in item["bylines"]]
        ]


def test_a_contributor_without_a_public_piece_has_no_page(client, db):
    article = make_article(credits=[("reporter", "张三")])
    address = Contributor.objects.get().get_absolute_url()
    read(client, address, status=404)
    publish.publish(approve(article), by=make_publisher())
    assert read(client, address).main.stories() == [article.pk]


def test_picture_news_shows_captions_and_credits_and_says_that_a_picture_is_missing(client, seed):
    page = read(client, "/photos/").main
    seqs = [6, 13, 15]
    assert page.stories() == [seed[seq].pk for seq in seqs]
    for seq, figure in zip(seqs, page.all("figure"), strict=True):
        caption, credit = BY_SEQ[seq]["body_paragraphs"][0], BY_SEQ[seq]["byline_text"]
        assert figure.text.strip() == f"{caption} {credit}（原图暂缺）"
        assert figure.all("img") == []


# The paper.


def test_the_paper_shows_its_pages_with_the_pieces_in_printed_order(client, seed):
    for address in ("/editions/2023-11-23/", "/editions/2023-11-23/1/"):
        assert listed(client, seed, address) == PRINTED
        text = read(client, address).main.text
        assert "河南日报农村版" in text and "创建“五星”支部 引领基层治理" in text
        assert Edition.objects.get().reason in text
    assert [href for href in read(client, "/editions/").main.hrefs()] == ["/editions/2023-11-23/"]
    read(client, "/editions/2023-11-23/2/", status=404)
    read(client, "/editions/2023-11-22/", status=404)


def test_a_paper_shows_only_what_is_public(client, db):
    paper = Edition.objects.create(outlet=Outlet.objects.create(name="嵩县报"), day="2026-03-01")
    pages = [Page.objects.create(edition=paper, number=number) for number in (1, 2)]
    by = make_publisher()
    first, second = (make_live_article(by=by, published_at=timezone.now() + timedelta(hours=1)) for _ in range(2))
    for page, article in zip(pages, (first, second), strict=True):
        Placement.objects.create(page=page, article=article)
    for address in ("/editions/2026-03-01/", "/editions/2026-03-01/1/"):
        read(client, address, status=404)
    assert read(client, "/editions/").main.hrefs() == []
    Publication.objects.filter(article=first).update(
        published_at="2026-03-01T00:00:00+08:00", first_published_at="2026-03-01T00:00:00+08:00"
    )
    assert read(client, "/editions/2026-03-01/").main.stories() == [first.pk]
    assert read(client, "/editions/2026-03-01/1/").main.stories() == [first.pk]
    read(client, "/editions/2026-03-01/2/", status=404)
    assert read(client, "/editions/").main.hrefs() == ["/editions/2026-03-01/"]


def test_older_papers_are_reached_by_the_links_of_the_list(client, db):
    outlet, article = Outlet.objects.create(name="嵩县报"), make_live_article()
    first_day = timezone.localdate() - timedelta(days=130)
    days = [first_day + timedelta(days=n) for n in range(130)]
    editions = Edition.objects.bulk_create(Edition(outlet=outlet, day=day) for day in days)
    pages = Page.objects.bulk_create(Page(edition=edition, number=1) for edition in editions)
    Placement.objects.bulk_create(Placement(page=page, article=article) for page in pages)
    shown = [
        [href for href in page.main.hrefs() if href.startswith("/editions/2")]
        for page in follow(client, "/editions/", "next")
    ]
    assert [len(page) for page in shown] == [60, 60, 10]
    assert sum(shown, []) == [f"/editions/{day:%Y-%m-%d}/" for day in reversed(days)]


# The front page.


def test_the_front_page_begins_with_the_slots_in_the_editors_order(client, seed):
    main = read(client, "/").main
    assert main.stories() == [seed[seq].pk for seq in [7, 1, 8, *(seq for seq in PRINTED if seq not in (7, 1, 8))]]
    assert [text for _, text in main.links()][0] == "老旧小区“改”出幸福感"
    assert {"/editions/2023-11-23/", "/columns/dangjian-dajiatan/", "/columns/tupian-xinwen/"} <= set(main.hrefs())


def test_a_slot_may_have_a_headline_of_its_own_and_an_end(client, seed):
    Slot.objects.filter(article=seed[7]).update(headline="小区变了样")
    Slot.objects.filter(article=seed[1]).update(ends_at=timezone.now() - timedelta(seconds=1))
    leads = [text for _, text in read(client, "/").main.links()][:2]
    assert leads == ["小区变了样", "承诺群众的事一定办到"]


def test_a_slot_of_a_piece_that_is_not_public_is_not_shown(client, seed):
    publish.hold(seed[7].publication, by=make_publisher())
    main = read(client, "/").main
    assert main.stories() == [seed[seq].pk for seq in [1, 8, *(seq for seq in PRINTED if seq not in (1, 7, 8))]]


def test_an_empty_site_has_pages(client, db):
    for address in ("/", "/regions/", "/archive/", "/archive/2023/", "/archive/2023/11/", "/archive/2023/11/23/",
                    "/campaigns/", "/photos/", "/editions/"):  # fmt: skip
        page = read(client, address)
        assert page.main.stories() == []
        assert "还没有" in page.main.text, address


# A story.


def paragraphs(page):
    """The text of the story's own paragraphs, exactly as it stands between the tags."""
    story = page.main.one("article")
    return [p.text for p in story.all("p") if not p.inside("header", "nav", "aside", "figure", "footer", "dl")]


def test_a_story_s_text_is_that_of_the_page_to_the_character(client, seed):
    for seq, article in seed.items():
        page, item = read(client, address_of(article)), BY_SEQ[seq]
        header = page.main.one("header")
        if item["kind"] == "photo":
            (figure,) = page.main.all("figure")
            assert paragraphs(page) == []
            assert figure.text.strip() == f"{item['body_paragraphs'][0]} {item['byline_text']}（原图暂缺）"
        else:
            assert paragraphs(page) == item["body_paragraphs"]
            assert page.main.all("figure") == []
            assert header.one("h1").text == item["headline"]
        assert [e.text for e in header.all() if e.text == item["kicker"]] == (
            [item["kicker"]] if item["kicker"] else []
        )
        assert [e.text for e in header.all() if e.text == item["byline_text"]] == [item["byline_text"]]


def test_a_story_leads_to_its_contributors_places_campaigns_and_column(client, seed):
    page = read(client, address_of(seed[9])).main
    people = {name: Contributor.objects.get(name=name).get_absolute_url() for name in ("冯立志", "张素娟")}
    links = dict((text, href) for href, text in page.links())
    assert {name: links[name] for name in people} == people
    assert (links["焦作市博爱县"], links["海淀区"]) == ("/regions/boai/", "/regions/haidian/")
    page = read(client, address_of(seed[6])).main
    assert [text for href, text in page.links() if href.startswith("/campaigns/")] == BY_SEQ[6]["campaigns"]
    page = read(client, address_of(seed[2])).main
    assert [link for link in page.links() if link[0].startswith("/columns/")] == [
        ("/columns/dangjian-dajiatan/", "党建大家谈")
    ]


def test_a_story_says_where_it_was_printed_and_that_the_day_is_inferred(client, seed):
    text = read(client, address_of(seed[5])).main.text
    for words in ("河南日报农村版", "党建版", "创建“五星”支部 引领基层治理", Edition.objects.get().reason):
        assert words in text


def test_a_story_s_neighbours_are_those_on_the_printed_page(client, seed):
    addresses = [address_of(seed[seq]) for seq in PRINTED]
    turns = [read(client, address).main for address in addresses]
    assert [(page.rel("prev"), page.rel("next")) for page in turns] == list(
        zip([None, *addresses[:-1]], [*addresses[1:], None], strict=True)
    )
    publish.hold(seed[2].publication, by=make_publisher())
    page = read(client, addresses[0]).main
    assert (page.rel("prev"), page.rel("next")) == (None, addresses[2])


def test_a_transcribed_story_says_so_until_somebody_has_compared_it_with_print(client, seed):
    address = address_of(seed[1])
    assert NOTICE in read(client, address).main.text
    publish.confirm_print(seed[1].publication, by=make_publisher())
    assert NOTICE not in read(client, address).main.text
    assert NOTICE in read(client, address_of(seed[2])).main.text


def test_a_story_of_the_desk_carries_no_notice_of_print(client, db):
    assert NOTICE not in read(client, address_of(make_live_article())).main.text


def test_a_reader_sees_the_published_version_while_a_draft_is_edited(client, db):
    article = make_live_article(headline="发布时的标题", body="发布时的正文。")
    Article.objects.filter(pk=article.pk).update(headline="改了一半", body="改了一半。")
    page = read(client, address_of(article))
    assert (page.main.one("h1").text, paragraphs(page)) == ("发布时的标题", ["发布时的正文。"])
    assert "改了一半" not in page.root.text


def test_a_live_story_answers_from_another_day_with_its_own_address(client, seed):
    for day in ("2023/11/22", "2024/02/29"):
        response = client.get(f"/{day}/{seed[1].pk}/")
        assert (response.status_code, response["Location"]) == (301, f"/2023/11/23/{seed[1].pk}/")


def test_the_beginning_of_a_story_s_address_leads_to_the_stories_of_that_day(client, seed):
    response = client.get("/2023/11/23/")
    assert (response.status_code, response["Location"]) == (301, "/archive/2023/11/23/")
    assert listed(client, seed, response["Location"]) == PRINTED
    read(client, "/2023/02/30/", status=404)


def test_a_draft_has_no_address_until_it_is_published(client, db):
    article = make_article()
    address = f"/{timezone.localdate():%Y/%m/%d}/{article.pk}/"
    read(client, address, status=404)
    publish.publish(approve(article), by=make_publisher())
    read(client, address)


def test_a_scheduled_story_has_no_page_before_its_moment(client, db, monkeypatch):
    begins = timezone.now() + timedelta(hours=1)
    address = address_of(make_live_article(published_at=begins))
    read(client, address, status=404)
    assert read(client, "/").main.stories() == []
    monkeypatch.setattr(timezone, "now", lambda: begins)
    read(client, address)
    assert len(read(client, "/").main.stories()) == 1


def test_a_story_stopped_before_its_moment_was_never_published(client, db, monkeypatch):
    begins, by = timezone.now() + timedelta(hours=1), make_publisher()
    article = make_live_article(published_at=begins, by=by)
    address = address_of(article)
    publish.hold(article.publication, by=by)
    monkeypatch.setattr(timezone, "now", lambda: begins + timedelta(hours=1))
    read(client, address, status=404)
    publish.release(article.publication, by=by)
    read(client, address_of(article))


def test_a_held_story_is_being_checked(client, db):
    article, by = make_live_article(headline="暂扣的标题"), make_publisher()
    address = address_of(article)
    publish.hold(article.publication, by=by)
    page = read(client, address, status=503)
    assert int(client.get(address)["Retry-After"]) > 0
    assert "本稿正在核实更正" in page.main.text and "暂扣的标题" not in page.root.text
    publish.release(article.publication, by=by)
    read(client, address)


def test_a_withdrawn_story_is_gone_and_the_notice_says_why(client, db):
    article = make_live_article(headline="撤下的标题")
    address = address_of(article)
    publish.withdraw(article.publication, by=make_publisher(), notice="因 <内容> 失实撤回。\n谨致歉意。")
    page = read(client, address, status=410)
    assert "因 <内容> 失实撤回。" in page.main.text and "谨致歉意。" in page.main.text
    assert "撤下的标题" not in page.root.text
    assert read(client, "/").main.stories() == []


def test_a_scheduled_story_that_was_withdrawn_was_never_published(client, db, monkeypatch):
    begins, by = timezone.now() + timedelta(hours=1), make_publisher()
    article = make_live_article(published_at=begins, by=by)
    address = address_of(article)
    publish.withdraw(article.publication, by=by, notice="不发了。")
    monkeypatch.setattr(timezone, "now", lambda: begins + timedelta(hours=1))
    read(client, address, status=404)


def test_an_expired_story_is_gone(client, db, monkeypatch):
    ends = timezone.now() + timedelta(hours=1)
    article = make_live_article(headline="到期的标题", expires_at=ends)
    address = address_of(article)
    read(client, address)
    monkeypatch.setattr(timezone, "now", lambda: ends)
    page = read(client, address, status=410)
    assert "到期的标题" not in page.root.text
    assert read(client, "/").main.stories() == []


def test_what_is_gone_is_not_found_on_another_day(client, db):
    article, by = make_live_article(), make_publisher()
    publish.hold(article.publication, by=by)
    read(client, f"/2020/01/01/{article.pk}/", status=404)


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


def refresh(article):
    listing.refresh(article)
    freshness.changed()


def queries(client, address):
    """How many a page costs that is not kept; the key of what is public is asked once a second at most, and is known."""
    cache.clear()
    ContentType.objects.clear_cache()
    with patch.object(freshness, "READ_EVERY", 60):
        freshness.forget()
        site_pages.links()  # with the key that they are kept under
        with CaptureQueriesContext(connection) as asked:
            read(client, address)
    return len(asked)


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
    assert {address: count for address, count in alone.items() if count > 5} == {}
    front = queries(client, "/")
    make_listed(19, things=3)
    assert {address: queries(client, address) for address in (*lists, "/")} == {**alone, "/": front}
    assert len(read(client, "/regions/songxian/").main.stories()) == 20
    assert len(read(client, "/").main.stories()) == 20


def test_a_story_costs_three_queries_whatever_it_carries(client, seed):
    for article in seed.values():
        assert queries(client, address_of(article)) <= 3
    plain = queries(client, address_of(make_live_article()))
    assert queries(client, address_of(make_listed(1, things=3))) == plain <= 3


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
    }
    assert set(found) == {pattern.name for pattern in urlpatterns} - {"day_of_stories"}  # which only leads on
    return [*sum(found.values(), []), "/nichts/"]


def test_no_page_sets_a_cookie_varies_by_one_or_cares_for_the_reader_s_language(client, every_address):
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(make_editor("*", language="en"))
    for address in every_address:
        response = client.get(address)
        assert (response.cookies, response.headers.get("Vary", "")) == ({}, ""), address
        assert reader.get(address).content == response.content


def test_pages_are_read_and_nothing_else(client, every_address):
    for address in every_address[:-1]:
        assert [client.post(address).status_code, client.put(address).status_code] == [405, 405], address
        assert client.head(address).status_code == client.get(address).status_code


def test_no_page_carries_a_script_a_style_or_an_event_of_its_own(client, every_address):
    for address in every_address:
        root = HtmlPage(client.get(address).content.decode()).root
        for element in root.all():
            assert element.tag != "style", address
            assert element.tag != "script" or "src" in element.attrs, address
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
            if "//" in (element.attrs.get(name) or "")
        ]
        assert others == ["https://beian.miit.gov.cn/"], address


def test_the_desk_s_facts_are_hidden_while_they_are_empty(client, db, settings):
    facts = {name: f"甲乙{name}" for name in settings.DESK if name != "name"}
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
        assert [element.text for element in page.root.all("script", "b") if "today" in element.text] == []
        assert page.root.all("script") == []


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
