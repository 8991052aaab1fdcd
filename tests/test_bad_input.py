"""Addresses that nobody can mean: each is not found, in Chinese, with a way on; none is an error of the site."""

import re
from datetime import datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Campaign, Column, Contributor, Edition, Outlet, Page, Placement
from articles.urls import urlpatterns
from tests.factories import make_live_article, make_place
from tests.page import read

HUGE = "9" * 20
CURSOR = "1700000000000000-0-1"


@pytest.fixture
def site(client):
    """A client of a site with one piece that stands in every list."""
    article = make_live_article(
        places=[make_place(name="嵩县", slug="songxian")],
        campaigns=[Campaign.objects.create(name="专题", slug="zhuanti")],
        column=Column.objects.create(name="栏目", slug="lanmu"),
        credits=[("reporter", "张三")],
        published_at=timezone.make_aware(datetime(2023, 11, 23, 9)),
    )
    paper = Edition.objects.create(outlet=Outlet.objects.create(name="嵩县报"), day="2023-11-23")
    Placement.objects.create(article=article, page=Page.objects.create(edition=paper, number=1))
    return client


def is_not_found_in_chinese(client, address):
    page = read(client, address, status=404)
    assert page.root.one("html").attrs["lang"] == "zh-CN"
    assert page.root.one("h1").text == "本页不存在"
    assert {"/", "/regions/", "/archive/", "/campaigns/"} <= set(page.main.hrefs())
    assert "Django" not in page.root.text and "DEBUG" not in page.root.text


def test_the_addresses_that_are_spoiled_below_are_good_ones(site):
    number = Contributor.objects.get().pk
    for address in (
        "/2023/11/23/{article}/", "/regions/songxian/", "/regions/songxian/2023/11/", "/archive/2023/", "/archive/2023/11/",
        "/archive/2023/11/23/", "/campaigns/zhuanti/", "/campaigns/zhuanti/?region=songxian&from=2023-11-23&to=2023-11-23",
        "/columns/lanmu/", f"/contributors/{number}/", "/editions/2023-11-23/", "/editions/2023-11-23/1/",
        "/editions/?before=2023-11-24", f"/regions/songxian/?after={CURSOR}", f"/regions/songxian/?before={CURSOR}",
    ):  # fmt: skip
        read(site, address.format(article=Placement.objects.get().article_id))


BAD = (
    # nobody and nothing of that name
    "/nichts/", "/index.php", "/regions/nirgends/", "/regions/nirgends/2023/11/", "/campaigns/nichts/", "/columns/nichts/",
    "/contributors/0/", f"/contributors/{HUGE}/", "/contributors/1e3/", "/regions/嵩县/", "/regions/SONGXIAN/", "/regions/*/",
    "/regions/%00/", "/regions/songxian%00/", "/regions/../../etc/passwd", "/regions/%2e%2e%2f/",
    # papers
    "/editions/2023-11-22/", "/editions/2023-02-30/", "/editions/2023-13-01/", "/editions/0000-00-00/",
    "/editions/9999-12-31/", "/editions/2023-11-23/0/", "/editions/2023-11-23/2/", f"/editions/2023-11-23/{HUGE}/",
    "/editions/?before=garbage", "/editions/?before=", "/editions/?before=2023-02-30", "/editions/?before=0000-01-01",
    "/editions/?before=9999-12-31", "/editions/?before=2023-11", "/editions/?before=%00", "/editions/?before=2023-11-24-01",
    "/editions/?before=２０２３-11-24", "/editions/?before=-2023-11-24",
    # days
    "/archive/0000/", "/archive/9999/", "/archive/0001/01/", "/archive/2023/00/", "/archive/2023/13/",
    "/archive/2023/02/30/", "/archive/2023/11/00/", "/archive/2023/11/32/", "/archive/0000/01/01/", "/archive/0001/01/01/",
    "/archive/9999/12/31/", "/archive/9999/12/", "/archive/2023/1/", "/archive/202/", "/archive/２０２３/",
    "/regions/songxian/0000/01/", "/regions/songxian/9999/12/", "/regions/songxian/2023/13/", "/regions/songxian/2023/00/",
    # stories
    f"/2023/11/23/{HUGE}/", "/2023/11/23/0/", "/2023/02/30/1/", "/0000/01/01/1/", "/9999/12/31/1/", "/2023/11/23/x/",
    f"/2023/11/23/{'9' * 400}/", "/2023/11/23/9223372036854775807/", "/2023/11/23/9223372036854775808/",
    # places of lists that no page has given out
    *(
        f"{address}?{way}={cursor}"
        for address in ("/regions/songxian/", "/archive/2023/11/", "/campaigns/zhuanti/", "/columns/lanmu/", "/photos/")
        for way in ("after", "before")
        for cursor in ("letters", "%00", "1-1-%00", HUGE, f"{HUGE}-1-1", f"1-{HUGE}-1", f"1-1-{HUGE}", "", "1-1", "--1-1-1", "１-1-1")
    ),
    f"/regions/songxian/?after={CURSOR}&before=x",
    # filters
    "/campaigns/zhuanti/?region=nirgends", "/campaigns/zhuanti/?region=%00", "/campaigns/zhuanti/?region=songxian%00",
    "/campaigns/zhuanti/?region=嵩县", "/campaigns/zhuanti/?from=2023-13-01", "/campaigns/zhuanti/?to=garbage",
    "/campaigns/zhuanti/?from=%00", "/campaigns/zhuanti/?from=2023-02-30", "/campaigns/zhuanti/?to=9999-12-31",
    "/campaigns/zhuanti/?from=0001-01-01", f"/campaigns/zhuanti/?from={HUGE}",
)  # fmt: skip


@pytest.mark.parametrize("debug", [False, True])
def test_what_cannot_be_meant_is_not_found_in_chinese(site, settings, debug):
    settings.DEBUG = debug
    for address in BAD:
        is_not_found_in_chinese(site, address)


@pytest.mark.parametrize("debug", [False, True])
def test_a_page_beyond_the_end_of_a_list_is_empty_and_no_error(site, settings, debug):
    settings.DEBUG = debug
    for cursor in (
        "0-0-0",
        "1-1-1",
        "-1-1-1",
        "-62135596800000000-0-0",
        "99999999999999999-999999999-999999999999999999",
    ):
        for way in ("after", "before"):
            for address in ("/regions/songxian/", "/archive/2023/11/", "/campaigns/zhuanti/", "/columns/lanmu/"):
                read(site, f"{address}?{way}={cursor}")


def test_an_address_without_its_last_slash_leads_to_the_page(site):
    response = site.get("/regions/songxian?after=1-1-1")
    assert (response.status_code, response["Location"]) == (301, "/regions/songxian/?after=1-1-1")


NASTY = st.one_of(
    st.sampled_from(
        ["", "0", "00", "13", "30", "31", "0000", "2023", "2200", "9999", "-1", "1e9", HUGE, "9" * 5000, "\x00", "*", "%", "..", "/", "嵩县",
         "２０２３", "songxian", "zhuanti", "lanmu", "2023-11-23", "2023-02-30", CURSOR, "1-1-1", "'\"<>", "\ud800"]
    ),
    st.integers(min_value=0).map(str),
    st.text(max_size=20),
)  # fmt: skip
KEYS = st.sampled_from(["after", "before", "region", "from", "to", "page", "q"])


@st.composite
def addresses(draw):
    """A path made from one of the site's patterns, its parts good or nasty, and a query string."""
    route = str(draw(st.sampled_from(urlpatterns)).pattern)
    good = {"yyyy": "2023", "nn": "11", "slug": "songxian", "number": "1"}

    def part(found):
        return draw(st.one_of(st.just(good[found[1]]), st.integers(0, 9999).map("{:04}".format), NASTY))

    return "/" + re.sub(r"<(\w+):\w+>", part, route), draw(st.lists(st.tuples(KEYS, NASTY), max_size=3))


def test_no_address_is_an_error_of_the_site(site):
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(addresses())
    def check(address):
        path, query = address
        encoded = [(key, value.encode("utf-8", "surrogatepass")) for key, value in query]
        response = site.get(path.encode("utf-8", "surrogatepass").decode("latin-1"), encoded)
        assert response.status_code in (200, 301, 404), address
        if response.status_code == 404:
            assert "本页不存在" in response.content.decode()

    check()
