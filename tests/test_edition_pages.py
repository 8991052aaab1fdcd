"""数字报: the days that have a paper, the papers of a day, and a page beside its scan."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from articles import publish, scans
from articles.models import Article, Edition, Outlet, Page, Placement, Publication
from articles.vocabulary import Kind
from tests.factories import load_seed_page, make_article, make_live_article, make_publisher
from tests.page import read
from tests.public import queries
from tests.reference import make_page

EDITIONS = "/editions/"
DAY = date(2023, 11, 22)


def scanned(page, *areas):
    """Let the page have a scan, without files, and its pieces their places on it."""
    page.scan, page.scan_web, page.scan_width, page.scan_height = (
        "originals/pages/a.png",
        "web/pages/a/2000.jpg",
        2000,
        2900,
    )
    page.save()
    for placement, area in zip(page.placements.order_by("position"), areas, strict=False):
        Placement.objects.filter(pk=placement.pk).update(area=area)
    return page


def headings(page):
    return [(int(heading.tag[1]), " ".join(heading.text.split())) for heading in page.main.all("h1", "h2", "h3", "h4")]


def labels(page, label):
    """The addresses and words of the links in the <nav> of that name."""
    (nav,) = [nav for nav in page.main.all("nav") if nav.attrs["aria-label"] == label]
    return [(href, " ".join(words.split())) for href, words in nav.links()]


# --- the days that have a paper --------------------------------------------------------------------------


def test_the_newest_paper_is_shown_beside_the_calendar_of_its_month(client, db):
    for day in (date(2023, 10, 9), DAY - timedelta(days=1), DAY):
        make_page("甲", "乙", day=day)
    make_page("丙", number=2, day=DAY)
    page = read(client, EDITIONS)
    assert (2, "今日嵩县 2023年11月22日") in headings(page)
    lines = [(href, words) for href, words in page.main.links() if href.startswith("/editions/2023-11-22/")]
    assert lines == [
        ("/editions/2023-11-22/", "今日嵩县 2023年11月22日"),
        ("/editions/2023-11-22/1/", "第1版"),
        ("/editions/2023-11-22/2/", "第2版"),
        ("/editions/2023-11-22/", "22日的报纸"),
    ]
    assert [item.text for item in page.main.all("span") if item.text.endswith("篇")] == ["2 篇", "1 篇"]
    assert [href for href, _ in page.main.one("table").links()] == ["/editions/2023-11-21/", "/editions/2023-11-22/"]


def test_older_papers_are_reached_by_month_and_by_year(client, db):
    days = [date(2021, 12, 31), date(2022, 5, 5), date(2023, 1, 2), DAY]
    for day in days:
        make_page("甲", day=day)
    seen, todo = set(), [EDITIONS]
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        todo += [f"{EDITIONS}{href}" for href in read(client, address).main.hrefs() if href.startswith("?month=")]
    # Every month between the first paper and the last is reached, and no other.
    assert len(seen - {EDITIONS}) == 1 + 12 + 11
    found = {href for address in seen for href in read(client, address).main.one("table").hrefs()}
    assert found == {f"/editions/{day}/" for day in days}
    page = read(client, f"{EDITIONS}?month=2022-05")
    assert (page.main.rel("prev"), page.main.rel("next")) == ("?month=2022-04", "?month=2022-06")
    assert [href for href in page.main.hrefs() if href.startswith("/editions/2")] == ["/editions/2022-05-05/"] * 2
    assert "这个月没有报纸" in read(client, f"{EDITIONS}?month=2022-07").main.text


def test_a_month_shows_its_papers_newest_first_with_the_first_scanned_page_of_each(client, db):
    for day in (21, 22):
        make_page("甲", day=date(2023, 11, day))
    scanned(make_page("乙", number=2, day=DAY))
    hidden = scanned(make_page(number=3, day=DAY))  # has no piece that readers may see
    page = read(client, f"{EDITIONS}?month=2023-11")
    covers = [a for a in page.main.all("a") if a.all("time")]
    assert [a.attrs["href"] for a in covers] == ["/editions/2023-11-22/", "/editions/2023-11-21/"]
    assert [len(a.all("img")) for a in covers] == [1, 0]
    Page.objects.filter(pk=hidden.pk).update(number=1 + 8)
    Page.objects.filter(edition=hidden.edition, number=2).update(scan="", scan_web="")
    assert read(client, f"{EDITIONS}?month=2023-11&again").main.all("img") == []


def test_a_month_that_is_none_is_not_found(client, db):
    make_page("甲")
    for nonsense in (
        "",
        "2023",
        "2023-13",
        "2023-00",
        "2023-11-22",
        "十一月",
        "0000-01",
        "9999-12",
        "２０２３-11",
        "2023-11 ",
        "%00",
    ):
        read(client, f"{EDITIONS}?month={nonsense}", status=404)
    assert (
        read(client, f"{EDITIONS}?before=2023-12-01").main.hrefs()
        == read(client, f"{EDITIONS}?month=2023-11").main.hrefs()
    )


# --- the papers of a day ---------------------------------------------------------------------------------


def test_a_day_shows_each_page_with_its_pieces_in_printed_order_under_their_banners(client, db):
    page = make_page("甲", "乙", "丙", "丁")
    Page.objects.filter(pk=page.pk).update(name="要闻", responsible_editor="王芳")
    page.placements.filter(article__headline__in=("乙", "丙")).update(section="乡村振兴")
    make_page("戊", number=2)
    shown = read(client, "/editions/2023-11-22/")
    assert headings(shown) == [
        (1, "2023年11月22日数字报"), (2, "今日嵩县"), (3, "第1版：要闻"), (4, "乡村振兴"), (3, "第2版"),
    ]  # fmt: skip
    pieces = {article.headline: article.pk for article in Article.objects.all()}
    assert shown.main.stories() == [pieces[name] for name in "甲乙丙丁戊"]
    assert [[link for _, link in order.links()] for order in shown.main.all("ol")[1:]] == [
        ["甲"], ["乙", "丙"], ["丁"], ["戊"],
    ]  # fmt: skip
    assert "责编：王芳" in shown.main.text


def test_a_page_leads_to_its_neighbours_and_the_day_to_the_days_around_it(client, db):
    for day in (20, 22, 25):
        make_page("甲", day=date(2023, 11, day))
    for number in (3, 8):
        make_page("乙", number=number)
    page = read(client, "/editions/2023-11-22/3/")
    assert labels(page, "上一版、下一版") == [
        ("/editions/2023-11-22/1/", "上一版：第1版"),
        ("/editions/2023-11-22/8/", "下一版：第8版"),
    ]
    around = [
        ("/editions/2023-11-20/", "上一期：2023年11月20日"),
        ("/editions/2023-11-25/", "下一期：2023年11月25日"),
    ]
    assert labels(page, "其他日期的报纸") == labels(read(client, "/editions/2023-11-22/"), "其他日期的报纸") == around
    assert labels(read(client, "/editions/2023-11-25/1/"), "其他日期的报纸") == [
        ("/editions/2023-11-22/", "上一期：2023年11月22日")
    ]
    first, last = (read(client, f"/editions/2023-11-22/{number}/") for number in (1, 8))
    assert [href for href, _ in labels(first, "上一版、下一版") + labels(last, "上一版、下一版")] == [
        "/editions/2023-11-22/3/"
    ] * 2


def test_tomorrow_s_paper_is_neither_shown_nor_led_to(client, db):
    today = timezone.localdate()
    make_page("今天", day=today)
    make_page("明天", day=today + timedelta(days=1))
    read(client, f"/editions/{today + timedelta(days=1)}/", status=404)
    read(client, f"/editions/{today + timedelta(days=1)}/1/", status=404)
    for address in (
        EDITIONS,
        f"/editions/{today}/",
        f"/editions/{today}/1/",
        f"{EDITIONS}?month={today + timedelta(days=1):%Y-%m}",
    ):
        assert f"/editions/{today + timedelta(days=1)}/" not in read(client, address).main.hrefs()


def test_several_papers_of_a_day_stand_in_the_order_of_their_outlets(client, db):
    make_page("乙", outlet="乙报")
    make_page("甲", outlet="甲报")
    make_page("丙", number=2, outlet="乙报")
    Outlet.objects.filter(name="乙报").update(order=2)
    Outlet.objects.filter(name="甲报").update(order=1)
    day, page = read(client, "/editions/2023-11-22/"), read(client, "/editions/2023-11-22/1/")
    assert [words for level, words in headings(day) if level == 2] == ["甲报", "乙报"]
    assert [words for level, words in headings(page) if level < 3] == [
        "2023年11月22日 第1版",
        "甲报 第1版",
        "乙报 第1版",
    ]
    assert labels(page, "版面") == [
        ("/editions/2023-11-22/", "全部版面"),
        ("/editions/2023-11-22/1/", "第1版"),
        ("/editions/2023-11-22/2/", "第2版"),
    ]
    assert "2 份" in read(client, EDITIONS).main.one("table").text


def test_an_inferred_day_and_a_number_that_is_not_printed_are_said(client, db):
    load_seed_page()
    reason = Edition.objects.get().reason
    for address in (EDITIONS, "/editions/2023-11-23/", "/editions/2023-11-23/1/"):
        page = read(client, address)
        assert reason in page.main.text and "第1版" not in page.main.text, address
    assert "日期为推定" in read(client, f"{EDITIONS}?month=2023-11").main.text
    assert read(client, "/editions/2023-11-23/1/").root.one("title").text.startswith("2023年11月23日党建版")


# --- a page beside its scan ------------------------------------------------------------------------------


def test_a_page_with_a_scan_shows_it_beside_the_list_with_an_area_for_each_piece_that_has_one(client, db):
    page = scanned(make_page("甲", "乙", "丙"), "5,10,40.5,25", "", "50,10,45,80")
    shown = read(client, "/editions/2023-11-22/1/")
    picture = shown.main.one("img").attrs
    assert (picture["width"], picture["height"]) == ("2000", "2900")
    assert picture["alt"] == "今日嵩县 第1版的版面图，文字见本版稿件"
    assert picture["src"] == default_storage.url(page.scan_web)
    overlay = shown.main.one("svg")
    assert (overlay.attrs["viewbox"], overlay.attrs["preserveaspectratio"]) == ("0 0 100 100", "none")
    addresses = {p.article.headline: p.article.publication.get_absolute_url() for p in page.placements.all()}
    areas = [
        (a.attrs["href"], a.attrs["aria-label"], a.one("title").text, [a.one("rect").attrs[n] for n in ("x", "y", "width", "height")])
        for a in overlay.all("a")
    ]  # fmt: skip
    assert areas == [
        (addresses["甲"], "甲", "甲", ["5.0", "10.0", "40.5", "25.0"]),
        (addresses["丙"], "丙", "丙", ["50.0", "10.0", "45.0", "80.0"]),
    ]
    (contents,) = [order for order in shown.main.all("ol") if not order.inside("nav")]
    assert contents.links() == [(addresses[name], name) for name in "甲乙丙"]
    assert (default_storage.url(page.scan_web), "看版面大图") in shown.main.links()


def test_the_copies_of_a_scan_are_offered_by_width_in_the_smaller_formats_first(client, db):
    scanned(make_page("甲"))
    shown = read(client, "/editions/2023-11-22/1/")
    assert [source.attrs["type"] for source in shown.main.all("source")] == ["image/avif", "image/webp"]
    for picture, ending in zip(
        shown.main.all("source") + [shown.main.one("img")], ("avif", "webp", "jpg"), strict=True
    ):
        widths = [part.split() for part in picture.attrs["srcset"].split(", ")]
        assert widths == [[f"/media/web/pages/a/{width}.{ending}", f"{width}w"] for width in (480, 960, 1600, 2000)]


def test_a_page_without_a_scan_shows_its_pieces_as_cards(client, db):
    page = make_page("甲")
    Placement.objects.create(
        page=page, article=make_live_article(kind=Kind.PHOTO, captions=["药农在晾晒丹参。"]), position=2
    )
    shown = read(client, "/editions/2023-11-22/1/")
    assert (shown.main.all("svg"), shown.main.all("img")) == ([], [])
    assert len(shown.main.all("article")) == 2


def test_the_day_shows_small_scans_that_lead_to_their_page(client, db):
    scanned(make_page("甲"))
    make_page("乙", number=2)
    shown = read(client, "/editions/2023-11-22/")
    assert [link.attrs["href"] for link in shown.main.all("a") if link.all("img")] == ["/editions/2023-11-22/1/"]
    assert all(image.attrs["loading"] == "lazy" for image in shown.main.all("img"))


def stop_by_withdrawal(article, by):
    publish.withdraw(article.publication, by=by, notice="撤。")


def stop_by_hold(article, by):
    publish.hold(article.publication, by=by)


def stop_by_end(article, by):
    now = timezone.now()
    Publication.objects.filter(article=article).update(
        first_published_at=now - timedelta(days=1),
        published_at=now - timedelta(days=1),
        expires_at=now - timedelta(seconds=1),
    )


def put_off(article, by):
    Publication.objects.filter(article=article).update(published_at=timezone.now() + timedelta(hours=1))


@pytest.mark.parametrize("stop", [stop_by_withdrawal, stop_by_hold, stop_by_end, put_off])
def test_a_scan_is_not_shown_while_a_piece_that_is_on_it_is_not_to_be_read(client, db, stop):
    page = scanned(make_page("甲", "乙"), "5,5,40,40", "50,5,40,40")
    addresses = ("/", "/editions/2023-11-22/1/", "/editions/2023-11-22/", EDITIONS, f"{EDITIONS}?month=2023-11")
    assert [len(read(client, address).main.all("img")) for address in addresses] == [1] * 5
    stopped = Article.objects.get(headline="乙")
    stop(stopped, make_publisher())
    for address in addresses:
        shown = read(client, f"{address}{'&' if '?' in address else '?'}after")
        assert (shown.main.all("img"), shown.main.all("svg"), page.scan_web in shown.main.text) == ([], [], False), (
            address
        )
    stopped.placements.all().delete()  # a scan without the piece may be shown
    assert len(read(client, "/editions/2023-11-22/1/?later").main.all("img")) == 1


def test_a_draft_on_the_page_keeps_no_printed_scan_from_readers(client, db):
    page = scanned(make_page("甲"), "5,5,40,40")
    draft = make_article(headline="未发")
    Placement.objects.create(page=page, article=draft, position=2, area="50,5,40,40")
    shown = read(client, "/editions/2023-11-22/1/")
    assert len(shown.main.one("svg").all("a")) == 1 and "未发" not in shown.main.text


def test_an_area_that_says_nothing_is_no_area(client, db):
    scanned(make_page("甲", "乙"), "5,5,400,40", "x")
    assert read(client, "/editions/2023-11-22/1/").main.all("svg") == []


# --- what it costs ---------------------------------------------------------------------------------------


def test_the_paper_s_pages_cost_the_same_for_one_piece_and_for_many_papers_pages_pieces_and_scans(client, db):
    scanned(make_page("甲"), "5,5,40,40")
    addresses = {
        EDITIONS: 4, f"{EDITIONS}?month=2023-11": 4, "/editions/2023-11-22/": 3, "/editions/2023-11-22/1/": 3,
    }  # fmt: skip
    assert {address: queries(client, address) for address in addresses} == addresses
    for outlet in ("乙报", "丙报"):
        for number in (1, 2, 3):
            scanned(make_page(*"乙丙丁戊", number=number, outlet=outlet), "5,5,40,40", "5,50,40,40")
    for day in (1, 2, 3, 23):
        scanned(make_page("己", day=date(2023, 11, day)))
    make_page("庚", day=date(2020, 1, 1))
    assert {address: queries(client, address) for address in addresses} == addresses


def test_an_area_is_read_as_it_was_typed_or_drawn():
    for typed, area in {
        "5,10,40,25": (5, 10, 40, 25),
        " 5.25， 10 ，40% ，25％": (5.25, 10, 40, 25),
        "0、0、100、100": (0, 0, 100, 100),
        "33.333,0,66.667,50": (33.33, 0, 66.67, 50),
    }.items():
        assert scans.read_area(typed) == area
    assert str(scans.read_area("5.50, 10.0,40,25.25")) == "5.5,10,40,25.25"
