"""Atom feeds, read as a reader's program reads them."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
from django.core.cache import cache
from django.utils import timezone
from lxml import etree

from articles import corrections, freshness, publish
from articles.models import Article, Campaign, Column, Contributor, Figure, Locality, Photo
from articles.text import for_xml
from articles.versions import save_version
from articles.vocabulary import CorrectionKind, Kind, Medium
from tests.factories import approve, load_seed_page, make_editor, make_live_article, make_place, make_publisher
from tests.page import read
from tests.public import address_of, queries, refresh

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = {  # a feed, and the page that lists the same pieces
    "/feeds/latest.atom": "/archive/2024/05/",
    "/regions/songxian/feed.atom": "/regions/songxian/",
    "/campaigns/zhuanti/feed.atom": "/campaigns/zhuanti/",
    "/columns/lanmu/feed.atom": "/columns/lanmu/",
}


def feed(client, address):
    """What feedparser and a strict XML parser make of a feed; it must be without fault to both."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    etree.fromstring(response.content)
    found = feedparser.parse(response.content)
    assert found.bozo is False, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def make_lists():
    place = make_place(name="嵩县", slug="songxian")
    campaign = Campaign.objects.create(name="专题", slug="zhuanti")
    return {"places": [place], "campaigns": [campaign], "column": Column.objects.create(name="栏目", slug="lanmu")}


def noon(minutes=0):
    return timezone.make_aware(timezone.datetime(2024, 5, 20, 12)) + timedelta(minutes=minutes)


def test_a_feed_has_the_twenty_pieces_that_its_page_shows_in_the_page_s_order(client, db):
    by, lists = make_publisher(), make_lists()
    for number in range(25):
        make_live_article(by=by, published_at=noon(number // 3), **lists)
    make_live_article(by=by, published_at=noon(29))  # in no list but the newest
    make_live_article(by=by, published_at=noon(30), kind=Kind.PAGE, address="about", headline="关于我们")
    for address, page in PAGES.items():
        shown = read(client, page).main.stories()
        entries = feed(client, address).entries
        assert [int(urlsplit(entry.link).path.split("/")[4]) for entry in entries] == shown[:20], address
        assert len(entries) == 20


def test_a_feed_without_pieces_is_a_valid_feed_and_stays_the_same(client, db):
    make_lists()
    for address in PAGES:
        found = feed(client, address)
        assert (found.entries, bool(found.feed.title), bool(found.feed.updated)) == ([], True, True)
        first = client.get(address).content
        cache.clear()  # so that it is made anew
        assert client.get(address).content == first
        root = etree.fromstring(client.get(address).content)
        assert {"id", "title", "updated", "author", "link"} <= {child.tag.removeprefix(ATOM) for child in root}


def test_a_feed_of_what_is_not_there_is_not_found_and_no_feed_is_written_to(client, db):
    for address in ("/regions/nichts/feed.atom", "/campaigns/nichts/feed.atom", "/columns/nichts/feed.atom"):
        assert client.get(address).status_code == 404
    assert client.post("/feeds/latest.atom").status_code == 405
    assert client.head("/feeds/latest.atom").status_code == 200


def test_what_the_public_may_no_longer_read_is_in_no_feed(client, db):
    by, lists, now = make_publisher(), make_lists(), timezone.now()
    hour = timedelta(hours=1)
    stays = make_live_article(by=by, published_at=now - hour, **lists)
    held, withdrawn = (make_live_article(by=by, published_at=now - hour, **lists) for _ in range(2))
    expired = make_live_article(by=by, published_at=now - 3 * hour, **lists)
    waiting = make_live_article(by=by, published_at=now + hour, **lists)
    for address in PAGES:
        assert len(feed(client, address).entries) == 4
    publish.hold(held.publication, by=by)
    publish.withdraw(withdrawn.publication, by=by)
    type(expired.publication).objects.filter(pk=expired.publication.pk).update(expires_at=now - hour)
    refresh(expired)
    for address in PAGES:
        assert [entry.id for entry in feed(client, address).entries] == [stays.uuid.urn]
    assert waiting.uuid.urn not in client.get("/feeds/latest.atom").content.decode()


def test_an_entry_says_what_the_story_says(client, db):
    by, lists = make_publisher(), make_lists()
    article = make_live_article(
        by=by, published_at=noon(), kicker="引题", headline="标题", subhead="副题", summary="摘要。",
        body="第一段**粗**体。\n## 小标题\n【图1】\n>> 编者按。", captions=["图说。"], printed_byline="记者 张三 通讯员 李四",
        credits=[("reporter", "张三"), ("correspondent", "李四"), ("responsible_editor", "王五")], **lists,
    )  # fmt: skip
    (entry,) = feed(client, "/feeds/latest.atom").entries
    assert entry.id == article.uuid.urn
    assert entry.link == f"http://testserver{address_of(article)}"
    assert (entry.title, entry.summary, entry.published) == ("标题", "摘要。", "2024-05-20T12:00:00+08:00")
    people = dict(Contributor.objects.values_list("name", "pk"))
    assert [(author.name, author.href) for author in entry.authors] == [
        (name, f"http://testserver/contributors/{people[name]}/") for name in ("张三", "李四")
    ]
    assert [tag.term for tag in entry.tags] == ["专题", "嵩县"]
    text = re.sub(r"<[^>]+>|\s", "", entry.content[0].value)
    assert text == "引题副题记者张三通讯员李四第一段粗体。小标题图说。（原图暂缺）编者按。"
    assert "<h2>小标题</h2>" in entry.content[0].value and "<strong>粗</strong>" in entry.content[0].value


def test_pictures_and_links_in_an_entry_work_anywhere(client, db, settings):
    article = make_live_article(captions=["图说。"], published_at=noon())
    figure = Figure.objects.get()
    Photo.objects.filter(pk=figure.photo_id).update(
        original="o.jpg", sha256="a" * 64, web="web/photos/x.jpg", width=800, height=600
    )
    Figure.objects.filter(pk=figure.pk).update(alt="场院", credit="张三 摄")
    Figure.objects.create(
        article=article, position=2, medium=Medium.ATTACHMENT, file="web/figures/y.pdf", caption="附表"
    )
    by = make_publisher()
    save_version(article, by=by)
    publish.publish(approve(Article.objects.get(pk=article.pk)), by=by)
    raw = etree.fromstring(client.get("/feeds/latest.atom").content).findtext(f".//{ATOM}content")
    assert '<img src="http://testserver/media/web/photos/x.jpg" alt="场院" width="800" height="600">' in raw
    assert "<figcaption>图说。 张三 摄</figcaption>" in raw
    assert '<a href="http://testserver/media/web/figures/y.pdf">下载附件：附表</a>' in raw
    assert re.findall(r'(?:src|href)="(?!http)', raw) == []


def test_the_reader_is_told_when_a_piece_changed_and_it_stays_the_same_entry(client, db):
    by = make_publisher()
    article = make_live_article(by=by, published_at=noon(), headline="旧题")
    (first,) = feed(client, "/feeds/latest.atom").entries
    article.headline = "新题"
    article.save()
    save_version(article, by=by)
    before = timezone.now().replace(microsecond=0)
    publish.publish(approve(Article.objects.get(pk=article.pk)), by=by)
    found = feed(client, "/feeds/latest.atom")
    (second,) = found.entries
    assert (first.title, second.title, second.id, second.link) == ("旧题", "新题", first.id, first.link)
    assert first.published == second.published
    changed = timezone.datetime.fromisoformat(second.updated)
    assert changed >= before and found.feed.updated == second.updated
    notice = corrections.correct(
        Article.objects.get(), by=make_editor("add_correction"), kind=CorrectionKind.CORRECTION, text="数字有误。"
    )
    (third,) = feed(client, "/feeds/latest.atom").entries
    assert timezone.datetime.fromisoformat(third.updated) == notice.made_at.replace(microsecond=0)
    assert "数字有误。" in third.content[0].value and "更正" in third.content[0].value


def test_a_draft_that_is_being_written_changes_no_feed(client, db):
    article = make_live_article(published_at=noon(), headline="公开的题")
    before = client.get("/feeds/latest.atom").content
    article.headline = "还在写"
    article.save()
    save_version(article, by=None)
    freshness.changed()
    assert client.get("/feeds/latest.atom").content == before


@pytest.mark.parametrize("evil", ["</content><x>", "]]>", "&amp;<b>", "\x1c\x0b\x01\ufffe", "<script>1</script>"])
def test_whatever_a_piece_says_the_feed_stays_a_feed(client, db, evil):
    lists = make_lists()
    Column.objects.update(name=f"栏{evil}", description=evil)
    Campaign.objects.update(name=f"题{evil}", description=evil)
    Locality.objects.update(name=f"地{evil}")
    fields = dict.fromkeys(("kicker", "headline", "subhead", "summary", "body", "printed_byline"), f"甲{evil}乙")
    make_live_article(**fields, captions=[evil], credits=[("author", f"名{evil}")], **lists)
    shown = for_xml(Article.objects.get().headline)
    for address in PAGES:
        response = client.get(address)
        root = etree.fromstring(response.content)
        assert root.findtext(f"{ATOM}entry/{ATOM}title") == shown
        assert feedparser.parse(response.content).bozo is False
        assert "<script>" not in root.findtext(f"{ATOM}entry/{ATOM}content")


def test_whoever_has_the_feed_is_told_so_until_something_changes(client, db):
    by = make_publisher()
    make_live_article(by=by)
    etag = client.get("/feeds/latest.atom")["ETag"]
    assert client.get("/feeds/latest.atom", headers={"if-none-match": etag}).status_code == 304
    make_live_article(by=by)
    assert client.get("/feeds/latest.atom", headers={"if-none-match": etag}).status_code == 200


def test_a_feed_costs_the_same_few_queries_however_many_pieces_it_has(client, db):
    by, lists = make_publisher(), make_lists()
    make_live_article(by=by, credits=[("author", "甲")], **lists)
    alone = {address: queries(client, address) for address in PAGES}
    assert max(alone.values()) <= 7
    others = [Campaign.objects.create(name=name, slug=name) for name in ("a", "b", "c")]
    for _ in range(5):
        many = {**lists, "campaigns": [*lists["campaigns"], *others]}
        make_live_article(by=by, captions=["图。"] * 3, credits=[("author", n) for n in "甲乙丙"], **many)
    assert {address: queries(client, address) for address in PAGES} == alone


def test_the_seed_page_is_a_feed_and_the_page_of_feeds_leads_to_feeds(client, db):
    load_seed_page()
    found = feed(client, "/feeds/latest.atom")
    assert len(found.entries) > 10
    assert all(entry.content[0].value.strip() for entry in found.entries)
    links = [href for href in read(client, "/feeds/").main.hrefs() if href.endswith(".atom")]
    assert {"/feeds/latest.atom", "/regions/songxian/feed.atom", "/columns/dangjian-dajiatan/feed.atom"} <= set(links)
    for address in links:
        assert feed(client, address).entries
