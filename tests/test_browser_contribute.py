"""我要投稿 in a real browser, on a phone: what is typed and chosen outlives a lost signal and a closed page."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from articles.models import SentPicture, Submission
from tests.factories import make_editor

PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 700}
BLOCKED = """
for (const name of ["localStorage", "indexedDB"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
}
"""


def picture_file(name="晒秋.jpg", colour="darkred"):
    buffer = BytesIO()
    Image.new("RGB", (900, 600), colour).save(buffer, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


@pytest.fixture
def form(page, live_server):
    """The form on a phone, opened by a correspondent."""
    page.set_viewport_size(PHONE)
    log_in(page, live_server)
    return page


def log_in(page, live_server, username="correspondent"):
    """Somebody who may send in opens the form, and is asked who they are first."""
    make_editor("add_article", username=username, display_name="吴小燕")
    page.goto(f"{live_server.url}/desk/contribute/new/")
    page.fill("#id_username", username)
    page.fill("#id_password", "secret")
    page.click("[type=submit]")
    expect(page.locator("form[data-ready]")).to_be_attached()


def open_form(page, live_server):
    page.goto(f"{live_server.url}/desk/contribute/new/")
    expect(page.locator("form[data-ready]")).to_be_attached()


def fill(page, headline="嵩县丹参喜获丰收"):
    page.fill("#id_headline", headline)
    page.fill("#id_text", "11月19日，药农们正在地里忙碌。\n今年的收成比去年好。")
    page.set_input_files("[data-chooser] input", [picture_file()])
    page.fill(".picture textarea", "药农在晾晒丹参。 王立志 摄")


def wider_than_the_screen(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_text_and_pictures_outlive_a_lost_signal_and_a_closed_page_and_are_sent_once_it_is_back(form, live_server):
    form.context.set_offline(True)
    fill(form)
    form.click("[data-send]")
    expect(form.locator("[data-says]").last).to_have_text("信号不好，文字和图片都保存在本机，恢复后点“重新发送”。")
    expect(form.locator("[data-send]")).to_have_text("重新发送")
    address = form.url
    form.goto("about:blank")
    form.context.set_offline(False)
    form.goto(address)
    expect(form.locator("form[data-ready]")).to_be_attached()
    expect(form.locator("#id_headline")).to_have_value("嵩县丹参喜获丰收")
    expect(form.locator("#id_text")).to_have_value("11月19日，药农们正在地里忙碌。\n今年的收成比去年好。")
    expect(form.locator(".picture textarea")).to_have_value("药农在晾晒丹参。 王立志 摄")
    expect(form.locator("[data-send]")).to_have_text("重新发送")
    assert Submission.objects.count() == 0
    form.click("[data-send]")
    expect(form.locator("h1")).to_have_text("嵩县丹参喜获丰收")
    row = Submission.objects.get()
    assert (row.text, row.account.username) == ("11月19日，药农们正在地里忙碌。\n今年的收成比去年好。", "correspondent")
    (sent,) = row.pictures.all()
    assert (sent.caption, sent.file_name) == ("药农在晾晒丹参。 王立志 摄", "晒秋.jpg")
    with Image.open(sent.file) as stored:
        assert stored.size == (900, 600)
    open_form(form, live_server)
    expect(form.locator("#id_headline")).to_have_value("")
    expect(form.locator(".picture")).to_have_count(0)
    assert form.errors == []


def test_when_the_signal_returns_it_is_sent_by_itself(form):
    form.context.set_offline(True)
    fill(form)
    form.click("[data-send]")
    expect(form.locator("[data-send]")).to_have_text("重新发送")
    form.context.set_offline(False)
    expect(form.locator("h1")).to_have_text("嵩县丹参喜获丰收", timeout=20_000)
    assert Submission.objects.count() == 1


def test_an_answer_that_was_lost_makes_no_second_contribution(form):
    fill(form)

    def lose(route):
        route.fetch()
        route.abort()

    form.route("**/desk/contribute/new/*-*/", lose, times=1)
    form.click("[data-send]")
    expect(form.locator("[data-send]")).to_have_text("重新发送")
    assert Submission.objects.count() == 1
    expect(form.locator("h1")).to_have_text("嵩县丹参喜获丰收", timeout=20_000)  # sent again by itself
    assert (Submission.objects.count(), SentPicture.objects.count()) == (1, 1)


def test_ten_pictures_are_nine_and_the_tenth_is_named_and_a_bad_one_is_told_at_its_place(form):
    form.fill("#id_headline", "晒秋")
    files = [picture_file(f"{n}.jpg", (n * 20, 0, 0)) for n in range(1, 11)]
    files[1] = {"name": "2.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + bytes(40)}
    form.set_input_files("[data-chooser] input", files)
    expect(form.locator(".picture")).to_have_count(9)
    expect(form.locator("[data-errors=pictures]")).to_contain_text("10.jpg")
    expect(form.locator("[data-chooser]")).to_be_hidden()
    form.click("[data-send]")
    bad = form.locator(".picture").nth(1)
    expect(bad.locator(".errors")).to_contain_text("HEIC")
    assert Submission.objects.count() == 0
    bad.locator("[data-out]").click()
    expect(form.locator("[data-chooser]")).to_be_visible()
    form.click("[data-send]")
    expect(form.locator("h1")).to_have_text("晒秋")
    names = list(SentPicture.objects.values_list("file_name", flat=True))
    assert names == [f"{n}.jpg" for n in (1, 3, 4, 5, 6, 7, 8, 9)]


def test_a_browser_that_keeps_nothing_says_so_and_sends_all_the_same(page, live_server):
    page.add_init_script(BLOCKED)
    page.set_viewport_size(PHONE)
    log_in(page, live_server)
    page.errors.clear()  # of the admin's own scripts on the page of the login
    fill(page)
    expect(page.locator("[data-says]").first).to_contain_text("无痕")
    page.context.set_offline(True)
    page.click("[data-send]")
    expect(page.locator("[data-says]").last).to_contain_text("请不要关闭本页")
    page.context.set_offline(False)
    expect(page.locator("h1")).to_have_text("嵩县丹参喜获丰收")
    assert SentPicture.objects.count() == 1
    assert page.errors == []


def test_a_missing_headline_is_told_at_its_field_and_nothing_is_lost(form):
    fill(form, headline="")
    form.click("[data-send]")
    expect(form.locator("[data-errors=headline]")).to_have_text("请填写标题。")
    expect(form.locator("#id_headline")).to_be_focused()
    expect(form.locator(".picture textarea")).to_have_value("药农在晾晒丹参。 王立志 摄")
    form.fill("#id_headline", "补上标题")
    form.click("[data-send]")
    expect(form.locator("h1")).to_have_text("补上标题")
    assert SentPicture.objects.count() == 1


def test_a_text_too_long_for_any_request_is_told_before_it_is_sent(form):
    form.fill("#id_headline", "长稿")
    form.evaluate("document.querySelector('#id_text').value = '字'.repeat(1000000)")
    form.click("[data-send]")
    expect(form.locator("[data-errors=text]")).to_contain_text("正文有 1000000 字")
    assert form.evaluate("document.querySelector('#id_text').value.length") == 1_000_000


def test_after_a_login_in_another_window_the_open_page_sends_what_it_has(form, live_server):
    fill(form)
    form.context.clear_cookies()
    form.click("[data-send]")
    expect(form.locator("[data-says]").last).to_contain_text("登录已过期")
    window = form.context.new_page()
    window.goto(f"{live_server.url}/desk/contribute/")
    window.fill("#id_username", "correspondent")
    window.fill("#id_password", "secret")
    window.click("[type=submit]")
    expect(window.locator("h1")).to_have_text("我的投稿")
    form.click("[data-send]")
    expect(form.locator("h1")).to_have_text("嵩县丹参喜获丰收")
    assert (Submission.objects.count(), SentPicture.objects.count()) == (1, 1)


def test_one_account_does_not_find_what_another_typed_on_the_same_phone(form, live_server):
    fill(form)
    form.wait_for_function("localStorage.length > 0")
    form.context.clear_cookies()
    log_in(form, live_server, "another")
    expect(form.locator("#id_headline")).to_have_value("")
    expect(form.locator(".picture")).to_have_count(0)


@pytest.mark.parametrize("size", [NARROWEST, PHONE], ids=["360", "390"])
def test_no_page_of_a_contribution_is_wider_than_the_phone(form, live_server, size):
    form.set_viewport_size(size)
    fill(form)
    wide = [wider_than_the_screen(form)]
    form.click("[data-send]")
    expect(form.locator("h1")).to_have_text("嵩县丹参喜获丰收")
    wide.append(wider_than_the_screen(form))
    form.goto(f"{live_server.url}/desk/contribute/")
    wide.append(wider_than_the_screen(form))
    assert wide == [False, False, False]


def test_the_form_is_filled_and_sent_by_keyboard_alone(form):
    form.focus("#id_headline")
    form.keyboard.type("键盘投稿")
    form.keyboard.press("Tab")
    form.keyboard.type("正文。")
    form.keyboard.press("Tab")
    expect(form.locator("[data-chooser] input")).to_be_focused()
    for _ in range(3):
        form.keyboard.press("Tab")
    expect(form.locator("[data-send]")).to_be_focused()
    form.keyboard.press("Enter")
    expect(form.locator("h1")).to_have_text("键盘投稿")
