"""公众号排版 in a real browser: one button, and what a rich text editor gets of it; the old way where the clipboard is closed."""

import pytest
from playwright.sync_api import expect

from tests.browser import SIZES, log_in
from tests.factories import make_live_article

BODY = ">> 编者按。\n## 一、开播\n全县**布署**春耕。\n【图1】\n| 一行诗\n| 又一行"
READ = """async () => {
  const [item] = await navigator.clipboard.read();
  const text = async (type) => (await item.getType(type)).text();
  return [await text("text/html"), await text("text/plain")];
}"""
# Where a page comes without https, from another machine, the browser has no such thing.
CLOSED = "Object.defineProperty(navigator, 'clipboard', {value: undefined}); delete window.ClipboardItem;"


def open_page(page, live_server):
    article = make_live_article(headline="春耕开始", body=BODY, captions=["农民在播种。"])
    log_in(page, live_server, "chief")
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/wechat/")
    expect(page.frame_locator("#wechat-shown").locator("strong").first).to_have_text("一、开播")


@pytest.mark.parametrize("size", SIZES)
def test_the_button_copies_the_layout_and_the_plain_text(page, live_server, size):
    page.set_viewport_size(SIZES[size])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, live_server)
    page.click("[data-copies-rich]")
    expect(page.locator("[data-copy-says]")).to_have_text(page.get_attribute("[data-copies-rich]", "data-done"))
    html, plain = page.evaluate(READ)
    assert ("布署</strong>" in html, "style=" in html, "class=" in html) == (True, True, False)
    assert plain.replace("\r", "").split("\n")[-3:] == ["农民在播种。", "一行诗", "又一行"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and page.errors == []


def test_where_the_clipboard_is_closed_the_shown_text_is_selected_and_copied(page, live_server):
    page.context.grant_permissions(["clipboard-read"])
    page.add_init_script(CLOSED)
    open_page(page, live_server)
    page.click("[data-copies-rich]")
    expect(page.locator("[data-copy-says]")).to_have_text(page.get_attribute("[data-copies-rich]", "data-done"))
    chosen = page.evaluate("document.getElementById('wechat-shown').contentWindow.getSelection().toString()")
    assert chosen.startswith("来源：") and "又一行" in chosen
    other = page.context.new_page()  # an editor that takes formatted text, as that of 公众号
    other.set_content("<div id='editor' contenteditable></div>")
    other.focus("#editor")
    other.keyboard.press("Control+V")
    expect(other.locator("#editor strong").first).to_be_visible()
    assert page.errors == []


def test_title_and_summary_are_copied_by_a_button_each(page, live_server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_page(page, live_server)
    page.click("[data-copies=wechat-title]")
    assert page.evaluate("navigator.clipboard.readText()") == "春耕开始"


def test_by_keyboard_alone_and_without_javascript_everything_is_there(page, live_server):
    open_page(page, live_server)
    page.focus("[data-copies=wechat-summary]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-copies-rich]')")
    plain = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    quiet = plain.new_page()
    quiet.goto(page.url)
    expect(quiet.locator("[data-copies-rich]")).to_be_hidden()
    quiet.click("summary >> nth=0")
    expect(quiet.locator("#wechat-html")).to_be_visible()
    assert "<section style=" in quiet.input_value("#wechat-html")
