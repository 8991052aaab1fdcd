"""What machines read in the head of a page: its one address, its words and picture in a shared link, whether to list it."""

from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from articles import publish
from articles.models import Article, Campaign, Column, Figure, Photo
from articles.structured import cut
from articles.versions import save_version
from tests.factories import approve, load_seed_page, make_live_article, make_place, make_publisher
from tests.page import Page as HtmlPage
from tests.page import read
from tests.page_kinds import make_every_page, pages_by_themselves
from tests.public import address_of

SITE = "http://testserver"


class Head:
    """The links and the meta data of a page."""

    def __init__(self, page):
        head = page.root.one("head")
        self.title = head.one("title").text
        self.links = [(link.attrs["rel"], link.attrs["href"], link.attrs.get("type")) for link in head.all("link")]
        self.said = {}
        for meta in head.all("meta"):
            name = meta.attrs.get("name") or meta.attrs.get("property")
            if name:
                assert name == "article:tag" or name not in self.said, f"{name} twice"
                self.said.setdefault(name, meta.attrs["content"])
        self.tags = [meta.attrs["content"] for meta in head.all("meta") if meta.attrs.get("property") == "article:tag"]

    def linked(self, rel):
        return [href for found, href, _type in self.links if found == rel]


def head_of(client, address):
    return Head(read(client, address))


@pytest.fixture
def every_page(db):
    return make_every_page()


def test_every_page_says_its_address_its_title_and_what_it_is_about_once(client, every_page):
    seen = {}
    for kind, address, status in every_page:
        if status != 200:
            continue
        head = head_of(client, address)
        (canonical,) = head.linked("canonical")
        assert canonical == f"{SITE}{address}" == head.said["og:url"], kind
        assert head.said["og:title"] in head.title or kind in ("front", "report", "report_thanks"), kind
        assert 0 < len(head.said["description"]) <= 120 and head.said["description"] == head.said["og:description"], (
            kind
        )
        assert (head.said["og:site_name"], head.said["og:locale"]) == ("县域新闻", "zh_CN")
        assert head.said["og:type"] == ("article" if kind in ("story", "plain", "photo_story") else "website")
        assert head.said["twitter:card"] == "summary_large_image"
        seen.setdefault((head.said["description"], head.title), []).append(kind)
    assert [kinds for kinds in seen.values() if len(kinds) > 1] in ([], [["region", "region_month"]])
    assert len(seen) > 25


def test_every_page_has_a_share_picture_of_the_size_it_says(client, every_page):
    own = {}
    for kind, address, status in every_page:
        if status == 200:
            said = head_of(client, address).said
            width, height = int(said["og:image:width"]), int(said["og:image:height"])
            assert (width, height) == (1200, 630), kind
            path = urlsplit(said["og:image"])
            assert f"{path.scheme}://{path.netloc}" == SITE
            if path.path.startswith("/static/"):
                file = open(finders.find(path.path.removeprefix("/static/")), "rb")
            else:
                own[kind] = said.get("og:image:alt")
                file = default_storage.open(path.path.removeprefix("/media/"))
            with file, Image.open(BytesIO(file.read())) as picture:
                assert picture.size == (width, height), kind
    # the first on the page: what no mark places stands above the text
    assert own == {
        **dict.fromkeys(("story", "share"), "第 2 张：场院里翻晒药材"),
        "photo_story": "第 1 张：场院里翻晒药材",
    }


def test_an_old_picture_without_copies_is_shared_as_it_is(client, db):
    by = make_publisher()
    article = make_live_article(by=by, captions=["图说。"])
    Photo.objects.update(original="o.jpg", sha256="a" * 64, web="web/photos/x-0123456789ab.jpg", width=800, height=600)
    Figure.objects.update(credit="张三 摄", alt="场院")
    save_version(article, by=by)
    publish.publish(approve(Article.objects.get()), by=by)
    said = head_of(client, address_of(article)).said
    assert said["og:image"] == f"{SITE}/media/web/photos/x-0123456789ab.jpg"
    assert (said["og:image:width"], said["og:image:height"]) == ("800", "600")


def test_stories_say_when_they_came_out_and_what_they_belong_to(client, db):
    column, campaign = (
        Column.objects.create(name="栏目", slug="lanmu"),
        Campaign.objects.create(name="专题", slug="zhuanti"),
    )
    morning = timezone.make_aware(datetime(2023, 11, 24, 7))
    article = make_live_article(column=column, campaigns=[campaign], published_at=morning)
    head = head_of(client, address_of(article))
    assert head.said["article:published_time"] == "2023-11-24T07:00:00+08:00"
    assert head.said["article:modified_time"] > head.said["article:published_time"]
    assert (head.said["article:section"], head.tags) == ("栏目", ["专题"])
    assert head.said["robots"] == "max-image-preview:large"


def test_the_size_of_type_and_the_marks_of_wechat_make_no_other_page(client, seed):
    after = "/regions/songxian/?after=1700668800000000-0-1"
    for address in ("/", seed, "/regions/songxian/", after, "/campaigns/wuxing/?region=xuchang", "/archive/2023/11/"):
        joint = "&" if "?" in address else "?"
        for more in ("type=large", "isappinstalled=0", "from=timeline", "nsukey=%3C"):
            assert head_of(client, address + joint + more).linked("canonical") == [SITE + address], (address, more)


def test_filters_stay_in_the_address_in_one_order(client, seed):
    address = "/campaigns/zhuti-jiaoyu/?to=2023-11-30&type=small&from=2023-11-01&region=xuchang"
    canonical = f"{SITE}/campaigns/zhuti-jiaoyu/?region=xuchang&from=2023-11-01&to=2023-11-30"
    assert head_of(client, address).linked("canonical") == [canonical]
    narrowed = "/archive/2023/11/?campaign=zhuti-jiaoyu&region=xuchang"
    assert head_of(client, narrowed).linked("canonical") == [
        f"{SITE}/archive/2023/11/?region=xuchang&campaign=zhuti-jiaoyu"
    ]


def test_lists_that_a_filter_leaves_empty_are_kept_out_of_search_engines(client, seed):
    for address in ("/regions/songxian/", "/campaigns/wuxing/", "/archive/2023/", "/editions/?month=2023-11"):
        assert not not_listed(client, address), address
    for address in (
        "/regions/songxian/2022/01/",
        "/campaigns/wuxing/?to=1990-01-01",
        "/archive/1990/",
        "/editions/?month=1990-01",
    ):
        assert not_listed(client, address), address


@pytest.fixture
def seed(db):
    """The seed page; the address of one of its stories."""
    load_seed_page()
    return address_of(Article.objects.live().first())


def not_listed(client, address):
    return head_of(client, address).said.get("robots") == "noindex"


def test_an_empty_site_asks_for_none_of_its_lists_to_be_listed(client, db):
    for address in ("/regions/", "/campaigns/", "/archive/", "/photos/", "/editions/"):
        assert not_listed(client, address), address
    assert not not_listed(client, "/")


def test_each_page_leads_to_its_own_feed_and_what_is_not_to_be_found_says_so(client, every_page):
    feeds, hidden = {}, set()
    for kind, address, status in every_page:
        head = Head(read(client, address, status))
        feeds |= {kind: head.linked("alternate")} if head.linked("alternate") else {}
        hidden |= {kind} if head.said.get("robots") == "noindex" else set()
        assert bool(head.linked("canonical")) == (status == 200), kind
    for html in pages_by_themselves().values():
        assert Head(HtmlPage(html)).linked("canonical") == []
    assert hidden - {"region_empty"} == {"archive_empty", "report", "report_thanks", "search_nothing", "share"}
    assert feeds == {
        **dict.fromkeys(("front", "feeds"), ["/feeds/latest.atom"]),
        **dict.fromkeys(("region", "region_month"), ["/regions/henan/feed.atom"]),
        **dict.fromkeys(("region_next", "region_narrowed"), ["/regions/songxian/feed.atom"]),
        "region_empty": ["/regions/haidian/feed.atom"],
        **dict.fromkeys(("campaign", "campaign_narrowed"), ["/campaigns/zhuti-jiaoyu/feed.atom"]),
        "campaign_next": ["/campaigns/wuxing/feed.atom"],
        "column": ["/columns/dangjian-dajiatan/feed.atom"],
    }
    for (address,) in feeds.values():
        assert client.get(address).status_code == 200


def test_a_preview_claims_to_be_no_page(client, db):
    client.force_login(make_publisher(is_superuser=True))
    article = make_live_article()
    page = read(client, f"/admin/articles/article/{article.pk}/preview/")
    assert Head(page).linked("canonical") == [] and page.root.all("script") == []


def test_hostile_words_stay_words_in_the_head(client, db):
    evil = "\"><script>alert(1)</script> & '二'"
    column = Column.objects.create(name=f"栏{evil}"[:50], slug="lan", description=evil)
    campaign = Campaign.objects.create(name=f"题{evil}", slug="ti", description=evil)
    place = make_place(name=evil, slug="di")
    article = make_live_article(
        headline=evil, summary=evil, column=column, campaigns=[campaign], places=[place], captions=[evil]
    )
    head = head_of(client, address_of(article))
    assert (head.said["og:title"], head.said["description"], head.tags) == (evil, evil, [campaign.name])
    for address in ("/columns/lan/", "/campaigns/ti/"):
        assert head_of(client, address).said["description"] == evil


def test_a_long_text_is_cut_where_a_description_ends(client, db):
    assert (cut("一二三", 3), cut("一二三四", 3)) == ("一二三", "一二…")
    article = make_live_article(summary="长" * 300)
    assert head_of(client, address_of(article)).said["description"] == "长" * 119 + "…"


def test_the_icons_that_browsers_ask_for_by_themselves_are_there(client):
    for address, form in (("/favicon.ico", "ICO"), ("/apple-touch-icon.png", "PNG")):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert Image.open(BytesIO(b"".join(answer.streaming_content))).format == form
