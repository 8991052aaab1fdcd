"""The archive by date, alone and together with a region and a campaign, and the heads of lists."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Campaign, Column, Contributor
from tests.factories import make_live_article, make_place, make_publisher
from tests.page import read
from tests.public import queries


@pytest.fixture
def archive(db):
    """{day: article} of five days in three years; those of 嵩县 are of the campaign 五星."""
    by = make_publisher()
    song, other = make_place("嵩县", slug="songxian"), make_place("汝阳县", slug="ruyang")
    campaign = Campaign.objects.create(name="五星", slug="wuxing")
    made = {}
    for day, place in (
        ("2022-12-31", song),
        ("2023-01-01", other),
        ("2023-05-02", song),
        ("2023-05-20", other),
        ("2024-02-29", song),
    ):
        moment = timezone.make_aware(datetime.fromisoformat(f"{day}T07:00"))
        made[day] = make_live_article(
            by=by, places=[place], campaigns=[campaign] if place is song else [], published_at=moment
        )
    return made


def linked(page, *words):
    """The addresses of a page's links that begin with /archive/2 and whose text holds one of the words."""
    return [
        href
        for href, text in page.main.links()
        if href.startswith("/archive/2") and any(word in text for word in words)
    ]


def test_the_archive_leads_down_from_the_years_to_the_day(client, archive):
    assert linked(read(client, "/archive/"), "篇") == ["/archive/2024/", "/archive/2023/", "/archive/2022/"]
    assert linked(read(client, "/archive/2023/"), "月") == ["/archive/2023/01/", "/archive/2023/05/"]
    days = [
        cell.all("a")[0].attrs["href"] for cell in read(client, "/archive/2023/05/").main.all("td") if cell.all("a")
    ]
    assert days == ["/archive/2023/05/02/", "/archive/2023/05/20/"]
    assert read(client, days[0]).main.stories() == [archive["2023-05-02"].pk]


def test_a_year_shows_all_twelve_months_and_links_those_with_pieces(client, archive):
    (months,) = [ol for ol in read(client, "/archive/2023/").main.all("ol") if ol.attrs.get("class") == "months"]
    shown = [" ".join(item.text.split()) for item in months.all("li")]
    assert shown == ["1月 1 篇", "2月", "3月", "4月", "5月 2 篇", *(f"{n}月" for n in range(6, 13))]


def test_one_steps_over_years_months_and_days_without_pieces(client, archive):
    steps = {
        "/archive/2023/": ("/archive/2022/", "/archive/2024/"),
        "/archive/2024/": ("/archive/2023/", None),
        "/archive/2023/05/": ("/archive/2023/01/", "/archive/2024/02/"),
        "/archive/2022/12/": (None, "/archive/2023/01/"),
        "/archive/2023/05/20/": ("/archive/2023/05/02/", "/archive/2024/02/29/"),
        "/archive/2023/06/": ("/archive/2023/05/", "/archive/2024/02/"),
        "/archive/2023/05/20/?region=ruyang": ("/archive/2023/01/01/?region=ruyang", None),
        "/archive/2023/05/?campaign=wuxing": ("/archive/2022/12/?campaign=wuxing", "/archive/2024/02/?campaign=wuxing"),
        "/regions/songxian/2023/05/": ("/regions/songxian/2022/12/", "/regions/songxian/2024/02/"),
        "/regions/ruyang/2023/05/": ("/regions/ruyang/2023/01/", None),
    }
    found = {address: read(client, address).main for address in steps}
    assert {address: (page.rel("prev"), page.rel("next")) for address, page in found.items()} == steps


def test_region_campaign_and_date_combine(client, archive):
    wanted = {
        "/archive/2023/05/?region=songxian": ["2023-05-02"],
        "/archive/2023/05/?region=songxian&campaign=wuxing": ["2023-05-02"],
        "/archive/2023/05/?region=ruyang&campaign=wuxing": [],
        "/archive/2023/05/20/?campaign=wuxing": [],
        "/archive/2024/02/29/?region=songxian&campaign=wuxing": ["2024-02-29"],
        "/campaigns/wuxing/?region=songxian&from=2023-05-01&to=2023-05-31": ["2023-05-02"],
    }
    shown = {address: read(client, address).main.stories() for address in wanted}
    assert shown == {address: [archive[day].pk for day in days] for address, days in wanted.items()}
    assert linked(read(client, "/archive/2023/?region=songxian"), "月") == ["/archive/2023/05/?region=songxian"]
    assert linked(read(client, "/archive/?campaign=wuxing&region=songxian"), "篇") == [
        f"/archive/{year}/?region=songxian&campaign=wuxing" for year in (2024, 2023, 2022)
    ]


def test_a_list_that_filters_left_empty_says_so_and_leads_on(client, archive):
    for address in (
        "/archive/2023/05/20/?campaign=wuxing",
        "/regions/songxian/2021/01/",
        "/campaigns/wuxing/?region=ruyang",
    ):
        page = read(client, address).main
        assert "没有符合这些条件的稿件" in page.text, address
        assert [text for _, text in page.links() if text.startswith("去掉")], address
        assert {"/", "/regions/", "/archive/"} <= set(page.hrefs())


def test_the_trail_of_a_narrowed_archive_keeps_what_it_is_narrowed_to(client, archive):
    page = read(client, "/archive/2023/05/02/?region=songxian").main
    (trail,) = [nav for nav in page.all("nav") if nav.attrs.get("aria-label") == "当前位置"]
    assert trail.hrefs() == [
        "/archive/?region=songxian",
        "/archive/2023/?region=songxian",
        "/archive/2023/05/?region=songxian",
    ]


def test_a_campaign_s_head_tells_its_days_its_pieces_and_what_it_is_about(client, archive):
    Campaign.objects.update(first_day="2023-01-01", last_day="2024-06-30", description="第一行。\n第二行。")
    main = read(client, "/campaigns/wuxing/").main
    head = main.one("header")
    assert head.one("h1").text == "五星"
    assert "2023年1月1日起，至2024年6月30日 · 共 3 篇" in head.text
    assert "第一行。" in head.text and "第二行。" in head.text
    assert [text for href, text in read(client, "/campaigns/").main.links() if href == "/campaigns/wuxing/"] == ["五星"]
    assert "共 3 篇" in read(client, "/campaigns/").main.text


def test_a_campaign_s_months_are_links_with_their_first_and_last_day(client, archive):
    links = {href: text for href, text in read(client, "/campaigns/wuxing/").main.links() if "from=" in href}
    assert links == {
        "/campaigns/wuxing/?from=2024-02-01&to=2024-02-29": "2月 1 篇",
        "/campaigns/wuxing/?from=2023-05-01&to=2023-05-31": "2023年5月",
    }


def test_a_column_and_a_contributor_tell_how_many_pieces_they_have(client, db):
    column = Column.objects.create(name="栏目", slug="lanmu")
    for _ in range(2):
        make_live_article(column=column, credits=[("reporter", "张三")])
    for address in ("/columns/lanmu/", Contributor.objects.get().get_absolute_url()):
        assert "共 2 篇" in read(client, address).main.one("header").text
        assert queries(client, address) == 3


def test_a_day_to_come_and_a_day_of_long_ago_are_pages_without_pieces(client, archive):
    tomorrow = timezone.localdate() + timedelta(days=1)
    for address in (f"/archive/{tomorrow:%Y/%m/%d}/", "/archive/1900/01/01/", "/archive/2199/12/31/"):
        assert read(client, address).main.stories() == []
    read(client, "/archive/1899/", status=404)
    read(client, "/archive/2200/", status=404)
