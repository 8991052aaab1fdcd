"""The site's own pages: made at the desk, released like a piece, linked at the foot of every page and listed nowhere."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import freshness, listing, publish, roles
from articles.models import Article, HistoryEntry, ListEntry, Slot
from articles.vocabulary import Act, Kind, SlotSection
from tests.desk import errors_of, filled, rows
from tests.factories import approve, make_article, make_editor, make_live_article, make_publisher
from tests.page import read

LIST = "/admin/articles/sitepage/"
ADD = "/admin/articles/sitepage/add/"
ABOUT = "/pages/about/"


def change(page):
    return reverse("admin:articles_sitepage_change", args=[page.pk])


def release(page):
    return reverse("admin:articles_article_release", args=[page.pk])


def make_page(address="about", **fields):
    return make_article(kind=Kind.PAGE, address=address, **fields)


def make_live_page(address="about", **fields):
    return make_live_article(kind=Kind.PAGE, address=address, **fields)


def foot(client, address="/"):
    """The links to site pages at the foot of a page; behind them every page leads to the corrections and the feeds."""
    freshness.forget()
    own = [link for link in read(client, address).root.one("footer").links() if link[0].startswith("/")]
    *links, corrections, feeds = own
    assert (corrections, feeds) == (("/corrections/", "更正与说明"), ("/feeds/", "RSS订阅"))
    return links


@pytest.fixture
def editor(client):
    editor = make_editor(display_name="李静")
    roles.assign(editor, ["责任编辑", "总编"])
    client.force_login(editor)
    return editor


# --- at the desk -----------------------------------------------------------------------------------------


def test_a_site_page_is_written_published_and_read_at_its_address(client, editor):
    data = filled(client.get(ADD), address="About", headline="关于我们", body="　　第一段。\n## 编辑部\n第二段。")
    assert client.post(ADD, data).status_code == 302
    page = Article.objects.get()
    assert (page.kind, page.address, page.headline, page.version_number) == (Kind.PAGE, "about", "关于我们", 1)
    assert page.created_by == editor
    assert client.get(ABOUT).status_code == 404
    approve(page)
    client.post(release(page), {"act": "publish", "version": 1})
    main = read(client, ABOUT).main
    assert (main.one("h1").text, [p.text for p in main.all("p")]) == ("关于我们", ["第一段。", "第二段。"])
    assert main.one("h2").text == "编辑部"
    assert [entry.act for entry in page.history.order_by("pk")] == [Act.CREATED, Act.PUBLISHED]


def test_saving_and_publishing_is_one_button_here_too(client, editor):
    page = approve(make_page(headline="关于我们"))
    client.post(change(page), filled(client.get(change(page)), _publish="1"))
    assert read(client, ABOUT).main.one("h1").text == "关于我们"


def test_readers_see_the_published_version_while_a_draft_is_written(client, editor):
    page = make_live_page(body="旧文。")
    client.post(change(page), filled(client.get(change(page)), body="新文。"))
    assert "旧文。" in read(client, ABOUT).main.text
    page.refresh_from_db()
    approve(page)
    client.post(release(page), {"act": "publish", "version": 2})
    assert "新文。" in read(client, ABOUT).main.text


def test_a_page_without_address_title_or_text_is_refused_and_keeps_what_was_typed(client, editor):
    response = client.post(ADD, filled(client.get(ADD), headline="", body="", address=""))
    assert list(errors_of(response)) == ["address", "headline", "body"]
    response = client.post(ADD, filled(client.get(ADD), headline="关于我们", body="正文。", address="关于 我们"))
    assert list(errors_of(response)) == ["address"]
    assert ("正文。" in response.content.decode(), Article.objects.count()) == (True, 0)


def test_an_address_is_given_once_and_stays(client, editor):
    page = make_page(headline="关于我们")
    response = client.post(ADD, filled(client.get(ADD), headline="另一页", body="正文。", address="ABOUT"))
    assert errors_of(response) == {"address": "站点页面《关于我们》已用这个网址（在回收站里的也算）。"}
    client.post(change(page), filled(client.get(change(page)), address="other", body="新文。"))
    page.refresh_from_db()
    assert (page.address, page.body) == ("about", "新文。")


def test_a_stale_save_is_refused_with_both_texts(client, editor):
    page = make_page()
    mine = filled(client.get(change(page)), body="我的正文。")
    client.post(change(page), filled(client.get(change(page)), body="同事的正文。"))
    response = client.post(change(page), mine)
    said = response.content.decode()
    assert (response.status_code, "我的正文。" in said, "同事的正文。" in said) == (409, True, True)
    assert (change(page) in said, Article.objects.get().body) == (True, "同事的正文。")


def test_a_page_may_have_pictures(client, editor):
    data = filled(client.get(ADD), address="about", headline="关于我们", body="正文。\n【图1】") | {
        "figures-TOTAL_FORMS": 1, "figures-0-medium": "picture", "figures-0-caption": "编辑部外景。",
    }  # fmt: skip
    assert client.post(ADD, data).status_code == 302
    page = approve(Article.objects.get())
    client.post(change(page), filled(client.get(change(page)), _publish="1"))
    assert "编辑部外景。" in read(client, ABOUT).main.one("figure").text


def test_the_list_of_pieces_has_no_site_page_and_that_of_site_pages_no_piece(client, editor):
    piece, page = make_article(), make_page(headline="关于我们")
    assert rows(client.get("/admin/articles/article/")) == [piece]
    assert [row.pk for row in rows(client.get(LIST))] == [page.pk]
    assert client.get(reverse("admin:articles_article_change", args=[page.pk])).status_code == 302
    assert client.get(change(piece)).status_code == 302


def test_the_kind_of_a_site_page_is_not_offered_for_pieces(client, editor):
    form = client.get("/admin/articles/article/add/").context["adminform"].form
    assert Kind.PAGE not in dict(form.fields["kind"].choices)
    data = filled(client.get("/admin/articles/article/add/"), kind=Kind.PAGE, headline="标题", body="正文。")
    assert list(errors_of(client.post("/admin/articles/article/add/", data))) == ["kind"]


def test_the_release_page_and_the_preview_of_a_site_page_lead_back_to_its_form(client, editor):
    page = make_page(headline="关于我们")
    assert change(page) in client.get(release(page)).content.decode()
    preview = client.get(reverse("admin:articles_article_preview", args=[page.pk])).content.decode()
    assert (change(page) in preview, "关于我们" in preview, "来源：" in preview) == (True, True, False)
    assert client.get(f"/admin/articles/sitepage/{page.pk}/history/").url == release(page) + "#history"


def test_a_site_page_goes_to_the_recycle_bin_and_comes_back(client, editor):
    page = make_page()
    assert client.post(f"/admin/articles/sitepage/{page.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(release(page), {"act": "trash"})
    assert (rows(client.get(LIST)), [row.pk for row in rows(client.get(LIST, {"bin": "1"}))]) == ([], [page.pk])
    client.post(release(page), {"act": "restore"})
    assert [row.pk for row in rows(client.get(LIST))] == [page.pk]


def test_only_those_who_may_write_site_pages_come_near_them(client, db):
    page = make_page()
    reporter = make_editor()
    roles.assign(reporter, ["记者"])
    client.force_login(reporter)
    assert client.get(change(page)).status_code == 200  # to be read
    data = {"headline": "改", "body": "改", "base_revision": page.revision}
    assert [client.get(ADD).status_code, client.post(change(page), data).status_code] == [403, 403]
    assert [client.get(release(page)).status_code, client.post(release(page), {"act": "trash"}).status_code] == [
        403,
        403,
    ]
    editor = make_editor()
    roles.assign(editor, ["责任编辑"])
    client.force_login(editor)
    assert "_publish" not in client.get(change(page)).content.decode()
    client.post(release(page), {"act": "publish"})
    assert HistoryEntry.objects.filter(act=Act.PUBLISHED).count() == 0


# --- for readers -----------------------------------------------------------------------------------------


def test_a_page_that_is_held_is_being_checked_and_one_that_was_withdrawn_is_gone(client, db):
    by = make_publisher()
    held, gone = make_live_page("held", by=by), make_live_page("gone", by=by)
    publish.hold(held.publication, by=by)
    publish.withdraw(gone.publication, by=by, notice="已停用。")
    assert client.get("/pages/held/").status_code == 503
    assert "已停用。" in read(client, "/pages/gone/", status=410).main.text
    ended = make_live_page(
        "ended", published_at=timezone.now() - timedelta(days=2), expires_at=timezone.now() - timedelta(days=1)
    )
    assert client.get(ended.publication.get_absolute_url()).status_code == 410


def test_a_page_that_was_never_public_is_not_found(client, db):
    make_page("draft")
    scheduled = make_page("later")
    publish.schedule(approve(scheduled), by=make_publisher(), at=timezone.now() + timedelta(days=1))
    for address in ("/pages/draft/", "/pages/later/", "/pages/nowhere/"):
        assert client.get(address).status_code == 404


def test_a_site_page_has_one_address_only(client, db):
    by, page = make_publisher(), make_live_page()
    day = timezone.localdate()
    dated = reverse("story", args=[day.year, day.month, day.day, page.pk])
    assert (client.get(dated).status_code, client.get(dated).url) == (301, ABOUT)
    publish.hold(page.publication, by=by)
    assert client.get(dated).status_code == 404
    publish.withdraw(page.publication, by=by)
    assert (client.get(dated).status_code, client.get(ABOUT).status_code) == (404, 410)


def test_a_site_page_stands_in_no_list(client, db):
    piece, page = make_live_article(), make_live_page(headline="关于我们", captions=("图说。",))
    listing.refresh(page)
    assert [entry.publication.article for entry in ListEntry.objects.filter(facet="*")] == [piece]
    day = timezone.localdate()
    for address in ("/", "/archive/", f"/archive/{day:%Y/%m/%d}/", "/photos/"):
        assert "关于我们" not in read(client, address).main.text


def test_every_page_links_the_site_pages_in_the_order_of_their_first_publication(client, db):
    by = make_publisher()
    assert foot(client) == []
    later, first = (
        make_live_page("contact", by=by, headline="联系方式"),
        make_live_page("about", by=by, headline="关于我们"),
    )
    moment = timezone.now() - timedelta(days=9)
    type(first.publication).objects.filter(pk=first.publication.pk).update(first_published_at=moment)
    freshness.changed()
    both = [(ABOUT, "关于我们"), ("/pages/contact/", "联系方式")]
    assert foot(client) == foot(client, ABOUT) == foot(client, "/archive/") == both
    publish.hold(later.publication, by=by)
    assert foot(client) == both[:1]
    draft = make_page("draft")
    assert foot(client) == both[:1]
    publish.publish(approve(draft), by=by)
    assert [href for href, _title in foot(client)] == [ABOUT, "/pages/draft/"]


def test_the_links_at_the_foot_cost_a_query_once_for_each_key_of_what_is_public(client, db):
    make_live_page()
    freshness.forget()

    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return [query["sql"] for query in captured if '"address" >' in query["sql"] and "ORDER BY" in query["sql"]]

    asked = [queries(address) for address in ("/archive/2023/", "/archive/2024/", "/archive/2025/")]
    assert [len(found) for found in asked] == [1, 0, 0]


def test_a_site_page_cannot_be_put_on_the_front_page(client, editor):
    page = make_live_page(headline="关于我们")
    offered = client.get("/admin/articles/slot/pieces/", {"term": "关于"}).json()["results"]
    url = "/admin/articles/slot/add/"
    data = filled(client.get(url), section=SlotSection.LEAD, order=1, article=page.pk)
    assert (offered, list(errors_of(client.post(url, data))), Slot.objects.count()) == ([], ["article"], 0)
