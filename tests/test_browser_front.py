"""The front page in a browser: how many headlines a reader sees without scrolling, and that nothing is lost at any width."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import freshness
from articles.models import Campaign, Slot
from tests.browser import SIZES
from tests.factories import load_seed_page, make_live_article, make_publisher
from tests.test_front_page import LEAD, NEWS, make_pictured, place

WANTED = {"phone": 5, "desktop": 10}
HEADLINES = (
    "秋收秋种“抢”出加速度 全县三十万亩小麦播种过半", "县委常委会召开会议 研究部署岁末年初安全生产工作", "老街改造让居民有了“小院生活”",
    "“田间课堂”开讲 把技术送到家门口", "山货出山记", "伏牛山里柿子红", "我县新增三家省级农业产业化龙头企业", "理论宣讲走进田间地头",
)  # fmt: skip

# The addresses of the stories whose headline stands whole in the window, each once.
SEEN = r"""() => [...new Set([...document.querySelectorAll("main a")]
  .filter((link) => /^\/\d{4}\/\d\d\/\d\d\/\d+\/$/.test(link.pathname) && link.textContent.trim())
  .filter((link) => {
    const box = link.getBoundingClientRect();
    return box.height && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  }).map((link) => link.pathname))]"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def the_seed_page():
    load_seed_page()


def the_newest_alone():
    now, by = timezone.now(), make_publisher()
    for number in range(30):
        headline = HEADLINES[number % len(HEADLINES)]
        make_live_article(by=by, headline=headline, published_at=now - timedelta(hours=number))


def slots_with_a_picture():
    the_newest_alone()
    by = make_publisher()
    lead, second = (
        make_pictured(headline=HEADLINES[0], kicker="乡村振兴"),
        make_live_article(by=by, headline=HEADLINES[2]),
    )
    place(LEAD, lead, second)
    place(NEWS, *(make_live_article(by=by, headline=headline) for headline in HEADLINES[3:7]))


@pytest.mark.parametrize("arrangement", [the_seed_page, the_newest_alone, slots_with_a_picture])
def test_the_first_window_shows_enough_headlines(page, live_server, arrangement):
    arrangement()
    seen = {}
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        page.goto(live_server.url)
        seen[size] = page.evaluate(SEEN)
    assert [size for size in SIZES if len(seen[size]) < WANTED[size]] == [], seen


def test_no_front_page_is_wider_than_its_window_in_any_size_of_type(page, live_server):
    slots_with_a_picture()
    campaign = Campaign.objects.create(
        name="深入学习贯彻习近平新时代中国特色社会主义思想主题教育暨创建“五星”支部引领基层治理", slug="long"
    )
    make_live_article(campaigns=[campaign])
    wide = []
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        for size in ("", "?type=small", "?type=large"):
            page.goto(f"{live_server.url}/{size}")
            if page.evaluate(TOO_WIDE):
                wide.append((width, size))
    assert (wide, page.errors) == ([], [])


def test_a_long_official_wording_stands_whole_on_a_phone(page, live_server):
    name = "深入学习贯彻习近平新时代中国特色社会主义思想主题教育暨创建“五星”支部引领基层治理"
    make_live_article(campaigns=[Campaign.objects.create(name=name, slug="long")])
    page.set_viewport_size(SIZES["phone"])
    page.goto(live_server.url)
    link = page.locator("h3 a", has_text=name)
    box = link.bounding_box()
    assert box["width"] > 300 and box["x"] >= 0 and box["x"] + box["width"] <= SIZES["phone"]["width"]
    assert link.evaluate("link => link.scrollWidth <= link.clientWidth")


def test_without_styles_and_pictures_the_front_page_still_reads_in_order(page, live_server):
    slots_with_a_picture()
    page.route("**/*", lambda route: route.continue_() if route.request.resource_type == "document" else route.abort())
    page.goto(live_server.url)
    heads = page.locator("main h2").all_text_contents()
    assert [head.strip() for head in heads] == [HEADLINES[0], "要闻", "最新"]
    Slot.objects.all().delete()
    freshness.changed()
    page.goto(live_server.url)
    assert [head.strip() for head in page.locator("main h2").all_text_contents()][0] == "最新"
