"""What people do, in a real browser. Without one these tests are left out, and the end of the run says so."""

from io import BytesIO

import pytest
from django.db import connections
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import Article, Campaign
from tests.browser import QUIET, browser_path
from tests.factories import load_seed_page

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}


@pytest.fixture
def page(transactional_db, monkeypatch):
    """A tab of a browser of its own. Playwright keeps an event loop in this thread while it runs, and Django then keeps other
    connections than without one: they are forgotten before and closed after, or they would lead to an earlier database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        connections["default"].close()
        del connections["default"]
        browser = playwright.chromium.launch(executable_path=browser_path(), args=QUIET)
        page = browser.new_context(viewport=SIZES["desktop"], locale="zh-CN").new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        yield page
        browser.close()
        connections["default"].close()


def log_in(page, live_server, username="editor"):
    name, permissions = {username: (name, permissions) for username, name, permissions in ACCOUNTS}[username]
    make_account(username, name, permissions, "a-password-1")
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", "a-password-1")
    page.click("[type=submit]")


def choose(page, field, words, text):
    """Pick an entry of an autocomplete field by typing."""
    page.click(f"#{field} + .select2 .select2-selection")
    page.fill(".select2-search__field", words)
    page.click(f".select2-results__option:text-is('{text}')")


def a_picture():
    buffer = BytesIO()
    Image.new("RGB", (900, 600), "darkred").save(buffer, "JPEG")
    return {"name": "集会.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def test_an_editor_enters_a_piece_with_a_photo_and_bylines_tags_it_publishes_it_and_it_is_there(page, live_server):
    load_seed_page()
    log_in(page, live_server)
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    page.fill("#id_kicker", "嵩县")
    page.fill("#id_headline", "嵩县中药材喜获丰收")
    page.fill("#id_body", "　　连日来，嵩县中药材进入采收期。\n\n　　药农们忙着采挖、晾晒。\n【图1】")
    page.fill("#id_printed_byline", "（本报记者 王博 通讯员 赵小明）")
    page.click("#figures-group .add-row a")
    page.set_input_files("#id_figures-0-upload", a_picture())
    page.fill("#id_figures-0-caption", "药农在晾晒丹参。")
    page.fill("#id_figures-0-credit", "王博 摄")
    page.fill("#id_figures-0-alt", "三名药农在场院里翻晒药材")
    page.select_option("#id_bylines-0-role", "reporter")
    choose(page, "id_bylines-0-contributor", "王博", "王博")
    page.click("#bylines-group .add-row a")
    page.select_option("#id_bylines-1-role", "correspondent")
    with page.context.expect_page() as popup:
        page.click("#add_id_bylines-1-contributor")
    popup.value.fill("#id_name", "赵小明")
    popup.value.click("[name=_save]")
    page.wait_for_function("document.querySelector('#id_bylines-1-contributor').selectedOptions.length == 1")
    choose(page, "id_locality_tags-0-tag", "嵩县", "河南省 › 洛阳市 › 嵩县")
    choose(page, "id_campaign_tags-0-tag", "五星", "“五星”支部创建")
    page.locator("[name=_publish]").last.click()
    expect(page.locator(".messagelist .success").first).to_contain_text("嵩县中药材喜获丰收")

    article = Article.objects.live().get(headline="嵩县中药材喜获丰收")
    for address in ("/", "/regions/songxian/", "/regions/henan/", "/campaigns/wuxing/"):
        page.goto(f"{live_server.url}{address}")
        expect(page.get_by_role("link", name="嵩县中药材喜获丰收").first).to_be_visible()
    page.get_by_role("link", name="嵩县中药材喜获丰收").first.click()
    expect(page.locator("h1")).to_have_text("嵩县中药材喜获丰收")
    expect(page.locator(".body p").first).to_have_text("连日来，嵩县中药材进入采收期。")
    expect(page.locator("figure img")).to_have_attribute("alt", "三名药农在场院里翻晒药材")
    expect(page.locator("figcaption")).to_contain_text("药农在晾晒丹参。")
    expect(page.get_by_role("link", name="赵小明")).to_be_visible()
    assert [str(byline.contributor) for byline in article.bylines.all()] == ["王博", "赵小明"]
    assert page.errors == []


def test_an_unfinished_piece_is_refused_in_words_and_keeps_what_was_typed(page, live_server):
    log_in(page, live_server)
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    page.fill("#id_body", "写了半天的正文。")
    page.fill("#id_printed_byline", "（李静）")
    page.locator("[name=_save]").last.click()
    expect(page.locator(".field-headline .errorlist")).to_have_text("请填写标题。只有图片新闻和简讯可以不写。")
    expect(page.locator("#id_body")).to_have_value("写了半天的正文。")
    expect(page.locator("#id_printed_byline")).to_have_value("（李静）")
    assert Article.objects.count() == 0


@pytest.mark.parametrize("size", SIZES)
def test_no_public_page_is_wider_than_the_screen(page, live_server, size):
    load_seed_page()
    story = Article.objects.live().first().publication.get_absolute_url()
    campaign = Campaign.objects.get(slug="wuxing").get_absolute_url()
    page.set_viewport_size(SIZES[size])
    addresses = (
        "/", story, "/regions/", "/regions/henan/", "/regions/songxian/2023/11/", "/archive/", "/archive/2023/",
        "/archive/2023/11/", "/archive/2023/11/23/", "/campaigns/", campaign, "/columns/dangjian-dajiatan/", "/photos/",
        "/editions/", "/editions/2023-11-23/", "/editions/2023-11-23/1/", "/regions/nowhere/",
    )  # fmt: skip
    wider = []
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wider.append(address)
    assert (wider, page.errors) == ([], [])


def test_a_reader_with_a_keyboard_skips_to_the_text_and_opens_a_story(page, live_server):
    load_seed_page()
    page.goto(f"{live_server.url}/regions/songxian/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if "联学联建" in (page.locator(":focus").text_content() or ""):
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("嵩县“联学联建”解民忧")
