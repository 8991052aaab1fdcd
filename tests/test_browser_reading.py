"""The reader's way through the site, end to end, without JavaScript: from the front page to a story, its region and month, a campaign,
the newspaper, the pictures, a day of the archive and the corrections, all in large type once it is chosen."""

import re

import pytest
from playwright.sync_api import expect

from articles.models import ReaderReport
from articles.views import reader_reports
from tests.browser import SIZES
from tests.page_kinds import make_every_page

pytestmark = pytest.mark.one_database
STORY = "嵩县中药材喜获丰收 山乡晒出好“丰”景"


@pytest.fixture
def reader(page, live_server, settings):
    """A function of a size that opens the front page in a browser that runs no script."""
    settings.DESK = {**settings.DESK, "name": "今日嵩县", "home": "songxian"}
    make_every_page()

    def opened(size):
        context = page.context.browser.new_context(viewport=SIZES[size], locale="zh-CN", java_script_enabled=False)
        reading = context.new_page()
        reading.goto(live_server.url)
        return reading

    return opened


def go(reading, within, name, heading=None, exact=False):
    """Press the first link of this name in a part of the page; the page it leads to has the heading, and large type still."""
    reading.locator(within).get_by_role("link", name=name, exact=exact).first.click()
    expect(reading.locator("html")).to_have_class("type-large")
    if heading:
        expect(reading.locator("h1")).to_have_text(heading)


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_walks_through_the_whole_site_in_large_type_without_a_script(reader, size):
    reading = reader(size)
    expect(reading.locator("h1")).to_have_text("今日嵩县")
    expect(reading.locator("html")).not_to_have_class("type-large")
    normal = height(reading, ".top h2 a")
    go(reading, ".masthead", "大字版")
    assert height(reading, ".top h2 a") > normal

    go(reading, ".top", STORY, STORY)
    expect(reading.locator(".body p").first).to_contain_text("中药材")
    expect(reading.get_by_alt_text("第 1 张：场院里翻晒药材")).to_be_visible()
    expect(reading.locator("article")).to_contain_text("“布署”应为“部署”")

    go(reading, "main", "嵩县", "嵩县", exact=True)
    go(reading, "main", "2023年11月", re.compile("嵩县.*2023年11月"))
    go(reading, "main", re.compile("^10月"), re.compile("嵩县.*2023年10月"))
    expect(reading.locator("main")).to_contain_text("月的一篇稿件")
    go(reading, "main", "较早的稿件")

    go(reading, "nav.bar", "专题", re.compile("专题"))
    go(reading, "main", "“五星”支部创建", re.compile("“五星”支部创建"))
    go(reading, "nav.bar", "数字报")
    go(reading, "main", re.compile("23日"), re.compile("11月23日"))
    go(reading, "main", re.compile("党建"))
    go(reading, "main", "嵩县“联学联建”解民忧", "嵩县“联学联建”解民忧")
    go(reading, "nav[aria-label=版面导航]", "返回本版")

    go(reading, "nav.bar", "图片", re.compile("图片"))
    go(reading, "main", "晒秋", "晒秋")
    go(reading, "nav.bar", "往期")
    go(reading, "main", re.compile("2023年"), re.compile("2023年"))
    go(reading, "main", re.compile("11月"), re.compile("2023年11月"))
    go(reading, "main", re.compile("^23"), re.compile("2023年11月23日"))
    go(reading, "footer", "更正与说明", "更正与说明")
    go(reading, "main", STORY, STORY)

    reading.emulate_media(media="print")
    for away in ("nav.bar", ".sizes", ".acts"):
        expect(reading.locator(away).first).to_be_hidden()
    expect(reading.locator("h1")).to_be_visible()
    reading.emulate_media(media="screen")
    reading.locator(".masthead").get_by_role("link", name="标准字号").click()
    expect(reading.locator("html")).not_to_have_class("type-large")
    reading.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_a_reader_who_comes_to_a_dead_end_finds_a_way_on_and_one_who_finds_a_mistake_says_so(
    reader, live_server, size, monkeypatch
):
    monkeypatch.setattr(reader_reports, "SOONEST", 0)  # the browser fills in faster than a person
    reading = reader(size)
    assert reading.goto(f"{live_server.url}/nichts/").status == 404
    reading.locator("main").get_by_role("link").first.click()
    expect(reading.locator("main")).to_be_visible()
    assert "/nichts/" not in reading.url
    reading.goto(live_server.url)
    reading.locator(".top").get_by_role("link", name=STORY).first.click()
    reading.get_by_role("link", name="我要纠错").click()
    reading.locator("main textarea").first.fill("第二段的“布署”应为“部署”。")
    expect(reading.locator("main form")).to_have_count(1)
    reading.locator("main form [type=submit], main form button").last.click()
    expect(reading).to_have_url(re.compile("/report/thanks/"))
    assert [report.text for report in ReaderReport.objects.all()] == ["第二段的“布署”应为“部署”。"]
    reading.context.close()


def height(reading, selector):
    return reading.locator(selector).first.bounding_box()["height"]
