"""The sitemap, the news sitemap and robots.txt, held against the rules of their protocols."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from django.db import connection
from django.utils import timezone
from lxml import etree

from articles import corrections, publish
from articles.models import Article, Campaign, Column, Edition, Outlet, Page, Placement
from articles.versions import save_version
from articles.views import sitemaps
from articles.vocabulary import CorrectionKind, Kind, Origin
from tests.factories import approve, load_seed_page, make_editor, make_live_article, make_place, make_publisher
from tests.public import address_of, queries, refresh

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read_xml(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, "application/xml"), address
    assert len(response.content) <= 50 * 1024 * 1024
    return etree.fromstring(response.content)


def urls_of(client, address):
    """{path: lastmod or None} of a sitemap that keeps the rules of sitemaps.org, in its order."""
    root = read_xml(client, address)
    assert root.tag == f"{{{SITEMAP}}}urlset"
    assert 0 < len(root) <= 50_000
    found = {}
    for url in root:
        assert url.tag == f"{{{SITEMAP}}}url"
        names = [etree.QName(child).localname for child in url if etree.QName(child).namespace == SITEMAP]
        assert names in (["loc"], ["loc", "lastmod"])
        path = path_of(url[0].text)
        assert path not in found, "twice in one file"
        found[path] = names[1:] and moment_of(url[1].text) or None
    return found


def path_of(loc):
    parts = urlsplit(loc)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("http", "testserver", "", "")
    assert len(loc) < 2048 and loc.isascii()
    return parts.path


def moment_of(text):
    """A W3C datetime with its zone."""
    moment = datetime.fromisoformat(text)
    assert "T" in text and moment.tzinfo is not None
    return moment


def parts_of(client):
    root = read_xml(client, "/sitemap.xml")
    assert root.tag == f"{{{SITEMAP}}}sitemapindex"
    assert {child.tag for child in root} == {f"{{{SITEMAP}}}sitemap"}
    return [path_of(child[0].text) for child in root]


def whole(client):
    """Every address of every part; none may stand in two."""
    found = {}
    for part in parts_of(client):
        urls = urls_of(client, part)
        assert not set(found) & set(urls)
        found |= urls
    return found


def stories(client):
    return [path for path in whole(client) if path[1:5].isdigit()]


def test_an_empty_site_has_valid_sitemaps(client, db):
    assert parts_of(client) == ["/sitemap-pages.xml"]
    assert list(urls_of(client, "/sitemap-pages.xml"))[0] == "/"
    assert list(urls_of(client, "/news-sitemap.xml")) == ["/"]
    assert client.get("/robots.txt").status_code == 200


def test_every_public_page_stands_in_the_sitemap_and_answers(client, db):
    load_seed_page()
    by = make_publisher()
    make_live_article(by=by, kind=Kind.PAGE, address="about", headline="关于我们")
    found = whole(client)
    transcribed = Article.objects.filter(publication__origin=Origin.ARCHIVE)
    assert len(transcribed) > 10
    assert {found[address_of(article)] for article in transcribed} == {transcribed[0].publication.published_at}
    assert sorted(stories(client)) == sorted(
        address_of(article) for article in Article.objects.live().exclude(kind=Kind.PAGE)
    )
    for address in (
        "/", "/regions/", "/regions/henan/", "/regions/songxian/", "/campaigns/zhuti-jiaoyu/", "/columns/dangjian-dajiatan/",
        "/editions/2023-11-23/", "/editions/2023-11-23/1/", "/pages/about/", "/corrections/",
    ):  # fmt: skip
        assert address in found
    assert [address for address in found if client.get(address).status_code != 200] == []


def test_lists_without_pieces_stand_in_no_sitemap(client, db):
    Campaign.objects.create(name="空", slug="kong")
    Column.objects.create(name="空栏", slug="konglan")
    make_place(slug="songxian")
    assert [path for path in whole(client) if "kong" in path or "songxian" in path] == []


def test_what_the_public_may_not_read_stands_in_no_sitemap(client, db):
    by, now, hour = make_publisher(), timezone.now(), timedelta(hours=1)
    outlet = Outlet.objects.create(name="嵩县报")
    page = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day="2024-05-20"), number=1)
    campaign = Campaign.objects.create(name="专题", slug="zhuanti")
    made = {
        name: make_live_article(
            by=by, published_at=moment, campaigns=[campaign], places=[make_place(name=name, slug=name)]
        )
        for name, moment in {"held": now - hour, "withdrawn": now - hour, "expired": now - 3 * hour}.items()
    }
    for position, article in enumerate(made.values()):
        Placement.objects.create(article=article, page=page, position=position)
        refresh(article)
    before = whole(client)
    assert {address_of(article) for article in made.values()} <= set(before)
    assert {"/editions/2024-05-20/", "/campaigns/zhuanti/", "/regions/held/"} <= set(before)
    assert len(urls_of(client, "/news-sitemap.xml")) == 4
    publish.hold(made["held"].publication, by=by)
    publish.withdraw(made["withdrawn"].publication, by=by)
    type(made["expired"].publication).objects.filter(pk=made["expired"].publication.pk).update(expires_at=now - hour)
    refresh(made["expired"])
    make_live_article(by=by, published_at=now + hour)
    assert parts_of(client) == ["/sitemap-pages.xml"]
    assert set(before) - set(whole(client)) == {
        *map(address_of, made.values()), "/editions/2024-05-20/", "/editions/2024-05-20/1/", "/campaigns/zhuanti/",
        "/regions/held/", "/regions/withdrawn/", "/regions/expired/",
    }  # fmt: skip
    assert list(urls_of(client, "/news-sitemap.xml")) == ["/"]
    assert client.get("/sitemap-1.xml").status_code == 404


def test_a_file_holds_no_more_than_its_block_and_the_next_ones_the_rest(client, db, monkeypatch):
    monkeypatch.setattr(sitemaps, "BLOCK", 3)
    by = make_publisher()
    made = [make_live_article(by=by) for _ in range(10)]
    gone = made[3:6] if made[3].pk % 3 == 1 else made[1:3]
    for article in gone:
        publish.withdraw(article.publication, by=by)
    parts = [part for part in parts_of(client) if "pages" not in part]
    found = [list(urls_of(client, part)) for part in parts]
    assert max(map(len, found)) <= 3
    assert sum(found, []) == [address_of(article) for article in made if article not in gone]
    assert len(parts) == len({(article.pk - 1) // 3 for article in made if article not in gone})


def test_no_file_is_larger_than_the_protocol_allows(client, db, monkeypatch):
    assert sitemaps.BLOCK <= sitemaps.LIMIT == 50_000
    by = make_publisher()
    for number in range(3):
        make_live_article(by=by, places=[make_place(name=f"地{number}", slug=f"p{number}")])
    monkeypatch.setattr(sitemaps, "LIMIT", 5)
    assert len(urls_of(client, "/sitemap-pages.xml")) == 5


def test_the_sitemap_says_when_a_story_changed(client, db):
    by, noon = make_publisher(), timezone.make_aware(datetime(2024, 5, 20, 12))
    article = make_live_article(by=by, published_at=noon)
    address = address_of(article)
    first = whole(client)[address]
    assert first == article.publication.review.closed_at.replace(microsecond=0)
    type(article.reviews.get()).objects.update(closed_at=noon)
    before = timezone.now().replace(microsecond=0)
    article.body = "新的正文。"
    article.save()
    save_version(article, by=by)
    publish.publish(approve(Article.objects.get(pk=article.pk)), by=by)
    released = whole(client)[address]
    assert released >= before
    notice = corrections.correct(
        Article.objects.get(), by=make_editor("add_correction"), kind=CorrectionKind.CORRECTION, text="更正。"
    )
    assert whole(client)[address] == notice.made_at.replace(microsecond=0) >= released


def test_the_news_sitemap_has_the_news_of_two_days_with_what_its_rules_ask_for(client, db, settings):
    settings.DESK = {**settings.DESK, "name": "嵩县 <新闻> & 网"}
    by, now = make_publisher(), timezone.now()
    day = timedelta(days=1)
    new = make_live_article(by=by, headline="新 <题> & \x01", published_at=now - timedelta(hours=1))
    make_live_article(by=by, published_at=now - 3 * day)
    make_live_article(by=by, kind=Kind.PAGE, address="about", headline="关于我们")
    root = read_xml(client, "/news-sitemap.xml")
    (news,) = root.iter(f"{{{NEWS}}}news")
    assert path_of(news.getparent()[0].text) == address_of(new)
    assert [etree.QName(child).localname for child in news] == ["publication", "publication_date", "title"]
    assert [child.text for child in news[0]] == ["嵩县 <新闻> & 网", "zh-cn"]
    assert moment_of(news[1].text) == new.publication.first_published_at.replace(microsecond=0)
    assert news[2].text == "新 <题> &"
    assert list(urls_of(client, "/news-sitemap.xml")) == ["/", address_of(new)]


def test_the_news_sitemap_has_at_most_a_thousand_pieces(client, db, monkeypatch):
    assert sitemaps.NEWS == 1000
    monkeypatch.setattr(sitemaps, "NEWS", 2)
    by = make_publisher()
    made = [make_live_article(by=by, published_at=timezone.now() - timedelta(minutes=9 - n)) for n in range(3)]
    assert list(urls_of(client, "/news-sitemap.xml"))[1:] == [address_of(made[2]), address_of(made[1])]


@pytest.mark.parametrize(
    "address",
    [
        "/sitemap-0.xml",
        "/sitemap-999.xml",
        "/sitemap-999999999999999999.xml",
        "/sitemap-x.xml",
        "/sitemap-editions-1999.xml",
        "/sitemap-editions-0000.xml",
        "/sitemap-editions-9999.xml",
    ],
)
def test_a_part_that_there_is_not_is_not_found(client, db, address):
    assert client.get(address).status_code == 404


def test_a_part_costs_one_query_however_many_stories_it_has(client, db):
    by = make_publisher()
    first = make_live_article(by=by)
    part = f"/sitemap-{(first.pk - 1) // sitemaps.BLOCK + 1}.xml"
    addresses = (part, "/sitemap-pages.xml", "/sitemap.xml", "/news-sitemap.xml")
    alone = {address: queries(client, address) for address in addresses}
    for number in range(5):
        make_live_article(by=by, places=[make_place(name=f"地{number}", slug=f"p{number}")])
    assert {address: queries(client, address) for address in addresses} == alone
    assert (alone[part], alone["/news-sitemap.xml"]) == (1, 1)


def test_parts_are_known_again_but_not_kept_in_memory(client, db):
    by = make_publisher()
    part = f"/sitemap-{(make_live_article(by=by).pk - 1) // sitemaps.BLOCK + 1}.xml"
    first = client.get(part)
    assert first["Cache-Control"] == "public, no-cache"
    assert client.get(part, headers={"if-none-match": first["ETag"]}).status_code == 304
    make_live_article(by=by)
    again = client.get(part, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, len(again.content) > len(first.content)) == (200, True)
    assert queries(client, part) == 1  # asked for again, it is made again


def test_robots_may_read_everything_but_the_desk(client, db):
    response = client.get("/robots.txt", headers={"host": "testserver"})
    assert response["Content-Type"].startswith("text/plain")
    rules = RobotFileParser()
    rules.parse(response.content.decode().splitlines())
    for address in ("/", "/2024/05/20/1/", "/regions/songxian/", "/feeds/latest.atom", "/media/web/photos/x/1600.jpg"):
        assert rules.can_fetch("Baiduspider", address), address
    for address in ("/admin/", "/admin/articles/article/", "/desk/contribute/"):
        assert not rules.can_fetch("Baiduspider", address), address
    assert rules.site_maps() == ["http://testserver/sitemap.xml", "http://testserver/news-sitemap.xml"]


def test_a_block_is_read_by_the_numbers_of_its_pieces(db):
    """SQLite, which keeps no statistics, would take the index of addresses, and with it the archive."""
    plan = sitemaps.public_stories().filter(article__gt=0)[:1].explain()
    if connection.vendor == "sqlite":
        assert "(article_id>?)" in plan.splitlines()[0]
