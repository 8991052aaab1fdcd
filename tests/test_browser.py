"""What people do, in a real browser. Without one these tests are left out, and the end of the run says so."""

from io import BytesIO
from pathlib import Path

import pytest
from django.db import connections
from hypothesis import given, settings
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from articles import faults, text
from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import Article, Campaign, Fault, Flag, SignOff
from articles.vocabulary import FaultKind
from tests.browser import QUIET, browser_path
from tests.factories import approve, load_seed_page, make_article, make_live_article
from tests.page_import import PAGE
from tests.test_text import PASTED

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


def change_places(page, live_server, username):
    """The next person sits down at the same computer and logs in."""
    page.context.clear_cookies()
    log_in(page, live_server, username)


def sign(page, article, *, release=False):
    """From the desk's first page to the piece that waits there, and 通过; the final review with 立即签发."""
    page.click(f'.queues a[href="/desk/review/{article.pk}/"]')
    expect(page.locator(".body p").first).to_have_text(article.body.splitlines()[0])
    if release:
        page.check("input[name=when][value=now]")
    page.click("button[name=act][value=sign]")
    expect(page.locator(".messages .success")).to_be_visible()


def test_a_writer_enters_a_piece_with_a_photo_three_people_sign_it_the_chief_releases_it_and_it_is_there(
    page, live_server
):
    load_seed_page()
    log_in(page, live_server, "writer")
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
    page.locator("[name=_submit]").last.click()
    expect(page.locator(".messagelist")).to_contain_text("《嵩县中药材喜获丰收》已送审。")

    article = Article.objects.get(headline="嵩县中药材喜获丰收")
    for username in ("editor", "head"):
        change_places(page, live_server, username)
        sign(page, article)
    page.goto(f"{live_server.url}/regions/songxian/")
    expect(page.get_by_role("link", name="嵩县中药材喜获丰收")).to_have_count(0)
    change_places(page, live_server, "chief")
    sign(page, article, release=True)
    signed = SignOff.objects.order_by("pk").values_list("by__username", "version__number")
    assert list(signed) == [("editor", 1), ("head", 1), ("chief", 1)]

    page.context.clear_cookies()
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
    for _ in range(20):
        page.keyboard.press("Tab")
        if "解民忧" in (page.locator(":focus").text_content() or ""):
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("嵩县“联学联建”解民忧")


def rows_of(page, section):
    """(number, title) of the rows of a section of the front page's screen, from the first down."""
    rows = page.locator(f"[data-ordered={section}] [data-row]")
    return [(row.locator("[type=number]").input_value(), row.locator(".piece a").text_content()) for row in rows.all()]


def test_the_front_page_is_arranged_by_keyboard_and_by_drag_and_readers_see_it_so(page, live_server):
    load_seed_page()
    log_in(page, live_server)
    page.goto(f"{live_server.url}/admin/articles/slot/")
    first, second, third = "老旧小区“改”出幸福感", "嵩县“联学联建”解民忧", "承诺群众的事一定办到"
    assert rows_of(page, "lead") == [("1", first), ("2", second), ("3", third)]

    page.locator("[data-ordered=lead] [data-move='-1']").last.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert rows_of(page, "lead") == [("1", third), ("2", first), ("3", second)]
    expect(page.locator(":focus")).to_have_attribute("aria-label", f"上移：{third}")
    expect(page.locator("[data-said]")).to_contain_text(third)

    handle = page.locator("[data-ordered=lead] [data-handle]").last.bounding_box()
    top = page.locator("[data-ordered=lead] [data-row]").first.bounding_box()
    page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    page.mouse.down()
    page.mouse.move(handle["x"] + 4, top["y"] + 4, steps=10)
    page.mouse.up()
    assert rows_of(page, "lead") == [("1", second), ("2", third), ("3", first)]

    handle = page.locator("[data-ordered=lead] [data-handle]").last.bounding_box()
    empty = page.locator("[data-ordered=news] .nothing").bounding_box()
    page.mouse.move(handle["x"] + 4, handle["y"] + 4)
    page.mouse.down()
    page.mouse.move(empty["x"] + 40, empty["y"] + empty["height"] / 2, steps=10)
    page.mouse.up()
    assert (rows_of(page, "lead"), rows_of(page, "news")) == ([("1", second), ("2", third)], [("1", first)])

    page.focus(".submit-row .default")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (rows_of(page, "lead"), rows_of(page, "news")) == ([("1", second), ("2", third)], [("1", first)])
    page.goto(live_server.url)
    expect(page.locator(".top h2")).to_have_text(second)
    expect(page.locator("ul.lines a").first).to_have_text(first)
    assert page.errors == []


def test_a_new_account_is_handed_its_password_chooses_its_own_and_speaks_english(page, live_server):
    log_in(page, live_server, "admin")
    page.goto(f"{live_server.url}/admin/articles/editor/add/")
    page.fill("#id_username", "wangbo")
    page.fill("#id_display_name", "王博")
    page.check("[name=roles][value=记者]")
    page.press("[name=_save]", "Enter")
    password = page.text_content("code.password")
    expect(page.locator("[data-copies]")).to_be_visible()
    page.locator("#logout-form button").click()
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    page.fill("#id_username", "wangbo")
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/password_change/")
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    expect(page).to_have_url(f"{live_server.url}/admin/password_change/")
    page.fill("#id_old_password", password)
    page.fill("#id_new_password1", "zi-ji-de-88")
    page.fill("#id_new_password2", "zi-ji-de-88")
    page.press("#id_new_password2", "Enter")
    expect(page).to_have_url(f"{live_server.url}/admin/")
    page.goto(f"{live_server.url}/admin/me/")
    page.select_option("#id_language", "en")
    page.press(".submit-row .default", "Enter")
    expect(page.locator("h1")).to_have_text("My settings")
    page.select_option("#id_language", "zh-hans")
    page.press(".submit-row .default", "Enter")
    expect(page.locator("h1")).to_have_text("我的设置")
    assert page.errors == []


# --- the form of a piece ---------------------------------------------------------------------------------


@pytest.fixture
def form(page, live_server):
    """The form of a new piece, opened by an editor."""
    log_in(page, live_server)
    open_form(page, live_server)
    return page


def open_form(page, live_server, address="/admin/articles/article/add/"):
    page.goto(f"{live_server.url}{address}")
    expect(page.locator("[data-marks]")).to_be_visible()  # the scripts have run


def texts(count):
    """Texts as people paste them and as nobody does, the same in each run."""
    found = []

    @settings(max_examples=count, database=None, deadline=None, derandomize=True)
    @given(PASTED)
    def collect(text):
        found.append(text)

    collect()
    return found


def test_the_desk_counts_and_cleans_in_the_browser_as_on_the_server(form):
    """The clipboard and the counts beside the fields go by static/js/text.js, which repeats the rules of articles/text.py."""
    known = [
        "## 小 标题\n>> 按\n| 诗\n【图1】\n**粗**字，2023年", "＃＃　小标题\r\n｜　诗\n[[图3]]\n【图 ０2】\n【图0】\n【图1234】", "##\n**\n****\n**甲", "\U0001f469\u200d\U0001f33e丰\u200d收",
        "\x1c甲\x1f乙\ufeff丙\u00ad", "【图\u0663】\n【图\U0001d7d8】\n【图\U0001d7d9】\n[图\uff11]", "138****1234**粗**",
    ]  # fmt: skip
    samples = known + texts(200)
    counted = form.evaluate(
        "texts => texts.map(text => [deskText.countBody(text), deskText.countLine(text), deskText.cleanBody(text), deskText.cleanLine(text)])",
        samples,
    )
    expected = [
        [text.count_characters(text.clean_body(each)), text.count_line(text.clean_line(each)), text.clean_body(each), text.clean_line(each)]
        for each in samples
    ]  # fmt: skip
    assert [pair for pair in zip(samples, counted, expected, strict=True) if pair[1] != pair[2]] == []
    assert len(samples) > 200


def test_the_counts_stand_beside_the_fields(form):
    form.fill("#id_headline", "嵩县 中药材")
    form.fill("#id_body", "## 小标题\n药农**采挖**。\n【图1】")
    expect(form.locator(".field-headline .count")).to_have_text("标题5字")
    expect(form.locator(".field-body .count")).to_have_text("字数 8")


def select(page, start, end):
    page.evaluate("([start, end]) => { id_body.focus(); id_body.setSelectionRange(start, end); }", [start, end])


def test_the_buttons_write_the_marks_and_take_them_away_and_undo_takes_back_each(form):
    written = []

    def press(name, start, end):
        select(form, start, end)
        form.get_by_role("toolbar").get_by_role("button", name=name).click()
        written.append(form.input_value("#id_body"))

    form.fill("#id_body", "甲\n乙丙\n丁")
    press("小标题", 0, 0)
    press("编者按", 0, 0)
    press("分行", 0, 8)
    press("分行", 0, 8)
    press("加粗", 2, 4)
    press("加粗", 4, 6)
    press("插图", 0, 0)
    press("插图", 2, 2)
    assert written == [
        "## 甲\n乙丙\n丁", ">> 甲\n乙丙\n丁", "| 甲\n| 乙丙\n丁", "甲\n乙丙\n丁", "甲\n**乙丙**\n丁", "甲\n乙丙\n丁", "甲\n【图1】\n乙丙\n丁", "甲\n乙丙\n丁",
    ]  # fmt: skip
    for before in reversed(["甲\n乙丙\n丁", *written[:-1]]):
        form.keyboard.press("Control+Z")
        expect(form.locator("#id_body")).to_have_value(before)
    form.keyboard.press("Control+Shift+Z")
    expect(form.locator("#id_body")).to_have_value(written[0])


def test_the_marks_have_keys_and_the_toolbar_is_one_stop_of_the_tab_key(form):
    form.fill("#id_body", "甲")
    select(form, 0, 1)
    form.keyboard.press("Control+b")
    expect(form.locator("#id_body")).to_have_value("**甲**")
    form.keyboard.press("Control+Alt+1")
    expect(form.locator("#id_body")).to_have_value("## **甲**")
    form.keyboard.press("Shift+Tab")
    expect(form.locator(":focus")).to_have_attribute("data-mark", "##")
    form.keyboard.press("ArrowRight")
    expect(form.locator(":focus")).to_have_attribute("data-mark", ">>")
    form.keyboard.press("Enter")
    expect(form.locator("#id_body")).to_have_value(">> **甲**")


def test_the_next_figure_that_no_mark_places_is_placed(form, live_server):
    article = make_article(body="甲\n【图2】", captions=("一图", "二图"))
    open_form(form, live_server, f"/admin/articles/article/{article.pk}/change/")
    for _ in range(3):
        select(form, 0, 0)
        form.keyboard.press("Control+Alt+4")
        select(form, 1, 1)
    expect(form.locator("#id_body")).to_have_value("甲\n【图4】\n【图3】\n【图1】\n【图2】")


def test_nothing_touches_the_text_while_an_input_method_composes(form):
    """The keys that would mark it belong to the input method; the preview and the counts wait or only look."""
    asked = []
    form.on("request", lambda request: asked.append(request.url) if request.url.endswith("/preview/") else None)
    form.fill("#id_headline", "标题")
    form.wait_for_timeout(900)
    asked.clear()
    form.focus("#id_body")
    devtools = form.context.new_cdp_session(form)
    devtools.send("Input.imeSetComposition", {"text": "ni'hao", "selectionStart": 6, "selectionEnd": 6})
    form.evaluate(
        "id_body.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyB', ctrlKey: true, isComposing: true, bubbles: true, cancelable: true}))"
    )
    form.get_by_role("toolbar").get_by_role("button", name="小标题").dispatch_event("click")
    form.evaluate(PASTE, ["#id_body", {"text/html": "<p>贴</p>"}])
    form.wait_for_timeout(900)
    assert (form.input_value("#id_body"), asked) == ("ni'hao", [])
    devtools.send("Input.insertText", {"text": "你好"})
    expect(form.locator("#id_body")).to_have_value("你好")
    expect(form.frame_locator("dialog.live iframe").locator(".body p")).to_have_text("你好")


PASTE = """([field, kinds]) => {
  const element = document.querySelector(field);
  element.focus();
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text);
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DATA = Path(__file__).parent / "data"
WORD = (DATA / "word.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("html", "kept", "said"),
    [
        ("<p>一</p><p>二<br>三</p><div>四</div>", "一\n二\n三\n四", ""),
        ("<p>甲<b>乙</b>丙<span style='font-weight:700'>丁</span></p>", "甲**乙**丙**丁**", ""),
        ("<b style='font-weight:normal'><p>甲</p></b>", "甲", ""),
        ("<p><b>甲</b><b>乙</b><strong> 丙 </strong>丁</p>", "**甲乙 丙** 丁", ""),
        ("<p>138****1234 <b>粗</b></p>", "138****1234 粗", ""),
        ("<h1>一级</h1><h4><b>四级</b></h4><h5>五级</h5>", "## 一级\n## 四级\n五级", ""),
        ("<p><span>Hello</span>\n<span>world</span></p>", "Hello world", ""),
        ("<p>甲<b style='mso-bidi-font-weight:normal'>乙</b></p>", "甲**乙**", ""),
        ("<p><span>Hel</span><span>lo</span></p>", "Hello", ""),
        ("<p>采收\n期，<span>张三</span> <span>李四</span>\n<span>王五</span></p>", "采收期，张三 李四 王五", ""),
        ("<p class=MsoNormal>张三\n李四</p>", "张三 李四", ""),
        ("<p>　　甲&nbsp;&nbsp;乙　</p>", "甲  乙", ""),
        ("<ol start=3><li><p>甲</p></li><li>乙</li></ol><ul><li>丙</li></ul>", "3. 甲\n4. 乙\n丙", ""),
        ("<pre>一\n二</pre><p style='white-space:pre-wrap'>三\n四</p>", "一\n二\n三\n四", ""),
        ("<table><caption>表</caption><tr><th>甲<th>乙<tr><td>丙<p>丁<td></table>尾", "表\n| 甲　乙\n| 丙 丁\n尾", "已去掉：表格 1 个（文字已逐行保留）"),
        ("<table><tr><td><p>一</p><p>二</p></table>", "一\n二", ""),
        ("<p>甲<img src=x><img width=1 height=1 src=x></p><p><svg></svg><video></video></p>", "甲", "已去掉：图片 2 张、视频等嵌入内容 1 个"),
        ("<p>甲</p><script>alert(1)</script><style>p{}</style><p style='display:none'>藏</p><!--[if gte mso 9]><p>乙</p><![endif]-->", "甲", ""),
        ("<p>甲<del>旧</del><ins>新</ins></p>", "甲新", "已去掉：已删除的修订文字 1 处"),
        ("<p>\u200b甲\ufeff乙</p>", "甲乙", ""),
        ("<img src=x>", "as plain text", "已去掉：图片 1 张"),
        (WORD, (DATA / "word.txt").read_text("utf-8").rstrip("\n"), "已去掉：表格 1 个（文字已逐行保留）、图片 3 张、脚注 1 条、批注 1 条"),
    ],
)  # fmt: skip
def test_what_is_pasted_comes_as_clean_paragraphs_and_what_was_left_out_is_said(form, html, kept, said):
    form.evaluate(PASTE, ["#id_body", {"text/html": html, "text/plain": "as plain text"}])
    assert (form.input_value("#id_body"), form.text_content("#id_body + .said")) == (kept, said)


def test_a_paste_is_undone_at_one_stroke_and_stands_where_the_cursor_was(form):
    form.fill("#id_body", "前后")
    select(form, 1, 1)
    form.evaluate(PASTE, ["#id_body", {"text/html": "<h2>题</h2><p>文</p>"}])
    expect(form.locator("#id_body")).to_have_value("前\n## 题\n文后")
    form.keyboard.press("Control+Z")
    expect(form.locator("#id_body")).to_have_value("前后")


def test_a_long_paste_arrives_whole(form):
    paragraphs = [f"第{n}段，" + "嵩县中药材进入采收期。" * 10 for n in range(300)]
    form.evaluate(PASTE, ["#id_body", {"text/html": "".join(f"<p>{each}</p>" for each in paragraphs)}])
    expect(form.locator("#id_body")).to_have_value("\n".join(paragraphs))


def test_a_headline_is_pasted_as_one_line_and_loses_nothing_though_it_is_too_long(form):
    form.evaluate(PASTE, ["#id_headline", {"text/html": "<h1>嵩县<b>中药材</b></h1><p>喜获丰收</p>"}])
    expect(form.locator("#id_headline")).to_have_value("嵩县中药材 喜获丰收")
    form.fill("#id_headline", "")
    form.evaluate(PASTE, ["#id_headline", {"text/plain": "长" * 250 + "\r\n尾"}])
    expect(form.locator("#id_headline")).to_have_value("长" * 250 + " 尾")
    form.fill("#id_body", "正文。")
    form.locator("[name=_save]").click()
    expect(form.locator(".field-headline .errorlist")).to_be_visible()
    expect(form.locator("#id_headline")).to_have_value("长" * 250 + " 尾")


def test_plain_text_is_left_to_the_browser_but_for_what_nobody_sees(form):
    def taken(text):
        script = PASTE.replace("element.dispatchEvent(", "return !element.dispatchEvent(")
        return form.evaluate(script, ["#id_body", {"text/plain": text}])

    assert (taken("甲\n乙"), taken("甲\u200b\r\n乙")) == (False, True)
    expect(form.locator("#id_body")).to_have_value("甲\n乙")


def tab_to(page, selector, key="Tab"):
    """Press Tab, or Shift+Tab, until the focus is there."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the {key} key never comes to {selector}")


def press_at(page, selector, key="Tab"):
    """Go to a button by Tab, or Shift+Tab, and press it."""
    tab_to(page, selector, key)
    page.keyboard.press("Enter")


def write_the_text(page):
    """A headline is typed, a text pasted from Word, and a picture placed in it."""
    tab_to(page, "#id_headline")
    page.keyboard.insert_text("嵩县中药材喜获丰收")
    page.evaluate(
        "html => navigator.clipboard.write([new ClipboardItem({ 'text/html': new Blob([html], { type: 'text/html' }) })])",
        "<p class=MsoNormal>　　连日来，嵩县<b>中药材</b>进入采收期。<o:p></o:p></p><p><img src=x></p>",
    )
    tab_to(page, "#id_body")
    page.keyboard.press("Control+V")
    expect(page.locator("#id_body")).to_have_value("连日来，嵩县**中药材**进入采收期。")
    expect(page.locator("#id_body + .said")).to_have_text("已去掉：图片 1 张")
    page.keyboard.press("Control+Alt+4")


def add_three_pictures(page):
    """Three files are chosen at once; the first has a caption, its credit is taken over for all; each is described."""
    pictures = [{**a_picture(), "name": f"{n}.jpg"} for n in range(3)]
    page.on("filechooser", lambda chooser: chooser.set_files(pictures))
    press_at(page, "#id_pictures")
    expect(page.locator("#figures-group .shown img")).to_have_count(3)
    tab_to(page, "#id_figures-0-caption")
    page.keyboard.insert_text("药农在晾晒丹参。")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("王博 摄")
    press_at(page, "[data-credit-for-all]", "Shift+Tab")
    expect(page.locator("#id_figures-2-credit")).to_have_value("王博 摄")
    for number in range(3):
        tab_to(page, f"#id_figures-{number}-alt")
        page.keyboard.insert_text("三名药农在场院里翻晒药材")


def sign_and_file_it(page):
    """The byline is typed as it is printed, and a place chosen from what its name finds."""
    tab_to(page, "#id_printed_byline")
    page.keyboard.insert_text("（本报记者 王博 通讯员 赵小明）")
    expect(page.locator("[data-reads]")).to_contain_text("识别为：记者 王博；通讯员 赵小明")
    press_at(page, "[aria-labelledby*=select2-id_locality_tags-0-tag-container]")
    page.keyboard.insert_text("嵩县")
    expect(page.locator(".select2-results__option--highlighted")).to_have_text("河南省 › 洛阳市 › 嵩县")
    page.keyboard.press("Enter")


def look_at_the_preview(page, size):
    """It stands beside the form, on a telephone behind a button, and nothing is saved for it."""
    if size == "phone":
        press_at(page, "[data-opens-preview]", "Shift+Tab")
    shown = page.frame_locator("dialog.live iframe")
    expect(shown.locator("h1")).to_have_text("嵩县中药材喜获丰收")
    expect(shown.locator(".body p")).to_have_text("连日来，嵩县中药材进入采收期。")
    expect(shown.locator("figure img")).to_have_count(3)
    assert Article.objects.filter(headline="嵩县中药材喜获丰收").count() == 0
    if size == "phone":
        page.keyboard.press("Escape")
        expect(page.locator("dialog.live")).to_be_hidden()


def save_and_submit(page):
    press_at(page, "[name=_continue]")
    expect(page.locator(".messagelist")).to_contain_text("新建作者：赵小明")
    press_at(page, "[name=_submit]")
    expect(page.locator(".messagelist")).to_contain_text("《嵩县中药材喜获丰收》已送审。")


def publish(page, live_server, article):
    """When it is signed, the editor-in-chief releases it from the form."""
    change_places(page, live_server, "chief")
    open_form(page, live_server, f"/admin/articles/article/{article.pk}/change/")
    press_at(page, "[name=_publish]")
    expect(page.locator(".messagelist")).to_contain_text("《嵩县中药材喜获丰收》已发布")


@pytest.mark.parametrize("size", SIZES)
def test_an_editor_does_the_whole_job_by_keyboard(page, live_server, size):
    load_seed_page()
    page.set_viewport_size(SIZES[size])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    log_in(page, live_server)
    open_form(page, live_server)
    write_the_text(page)
    add_three_pictures(page)
    sign_and_file_it(page)
    look_at_the_preview(page, size)
    save_and_submit(page)
    article = approve(Article.objects.get(headline="嵩县中药材喜获丰收"))
    publish(page, live_server, article)
    assert list(Article.objects.live().filter(headline="嵩县中药材喜获丰收")) == [article]
    assert [(figure.position, figure.credit, bool(figure.photo.web)) for figure in article.figures.all()] == [
        (1, "王博 摄", True), (2, "王博 摄", True), (3, "王博 摄", True),
    ]  # fmt: skip
    assert [line.contributor.name for line in article.bylines.all()] == ["王博", "赵小明"]
    open_form(page, live_server, f"/admin/articles/article/{article.pk}/change/")
    press_at(page, ".object-tools form button")
    expect(page.locator(".messagelist .success")).to_contain_text("复制为新稿")
    assert Article.objects.filter(headline="嵩县中药材喜获丰收").count() == 2
    assert page.errors == []


def test_the_preview_keeps_its_place_and_its_links_lead_nowhere(form):
    form.fill("#id_headline", "标题")
    form.fill("#id_body", "一段。\n" * 60)
    shown = form.frame_locator("dialog.live iframe")
    expect(shown.locator("h1")).to_have_text("标题")
    form.frames[-1].evaluate("scrollTo(0, 400)")
    form.fill("#id_headline", "新标题")
    expect(shown.locator("h1")).to_have_text("新标题")
    form.wait_for_function("document.querySelector('dialog.live iframe').contentWindow.scrollY === 400")
    shown.get_by_role("link", name="首页").first.evaluate("link => link.click()")
    form.wait_for_timeout(300)
    assert (form.frames[-1].url, len(form.context.pages), Article.objects.count()) == ("about:srcdoc", 1, 0)


def test_pictures_are_dropped_on_the_form_and_what_is_no_picture_is_named(form):
    drop = """files => {
      const data = new DataTransfer();
      for (const [name, type, text] of files) data.items.add(new File([text], name, { type }));
      const group = document.querySelector("#figures-group");
      for (const happening of ["dragover", "drop"]) group.dispatchEvent(new DragEvent(happening, { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    form.evaluate(drop, [["说明.txt", "text/plain", "x"], ["坏.jpg", "image/jpeg", "x"]])
    expect(form.locator("[data-several-pictures] .said")).to_have_text(
        "已添加1张图片。 说明.txt不是可用的图片，请选JPEG、PNG或WebP文件。"
    )
    expect(form.locator("#figures-0 .shown")).to_have_text("坏.jpg不是可用的图片，请选JPEG、PNG或WebP文件。")
    expect(form.locator("#figures-group .inline-related:visible")).to_have_count(1)


def test_a_condition_of_release_leads_to_its_field_though_it_is_folded_away(page, live_server):
    log_in(page, live_server)
    article = make_article(genre="reprint")
    open_form(page, live_server, f"/admin/articles/article/{article.pk}/change/")
    expect(page.locator("#id_source_name")).to_be_hidden()
    page.click(".unmet a")
    expect(page.locator("#id_source_name")).to_be_focused()
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/release/")
    page.click(".unmet a")
    expect(page.locator("#id_source_name")).to_be_focused()


def test_the_cursor_stays_with_the_work(form):
    """In a row that was added, near one that was removed, and in the field that a refused save is about."""
    form.focus("#locality_tags-group .add-row a")
    form.keyboard.press("Enter")
    expect(form.locator("[aria-labelledby*=select2-id_locality_tags-1-tag-container]")).to_be_focused()
    form.locator("#locality_tags-1 .inline-deletelink").focus()
    form.keyboard.press("Enter")
    expect(form.locator("#locality_tags-group .add-row a")).to_be_focused()
    form.fill("#id_headline", "标题")
    form.focus("#id_headline")
    form.keyboard.press("Enter")
    expect(form.locator("#id_body")).to_be_focused()


def test_whoever_leaves_with_something_unsaved_is_asked_first(form, live_server):
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.click("#id_headline")
    form.keyboard.insert_text("标题")
    form.goto(f"{live_server.url}/admin/")
    assert asked == ["beforeunload"]
    open_form(form, live_server)
    form.click("#id_headline")
    form.keyboard.insert_text("标题")
    form.fill("#id_body", "正文。")
    form.locator("[name=_save]").click()
    expect(form.locator(".messagelist .success")).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_form_works_under_a_strict_policy(page, live_server):
    """As the server in front may send it: nothing inline, nothing from elsewhere; pictures that are only chosen are blobs."""
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-src 'self'"
    broken = []
    page.on("console", lambda message: broken.append(message.text) if "Security Policy" in message.text else None)

    def send(route):
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    log_in(page, live_server)
    page.route("**/admin/articles/article/**", send)
    open_form(page, live_server)
    page.fill("#id_headline", "标题")
    page.set_input_files("#id_pictures", [a_picture()])
    shown = page.frame_locator("dialog.live iframe")
    expect(shown.locator("figure img")).to_be_visible()
    assert shown.locator("figure img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    assert (broken, page.errors) == ([], [])


def test_every_field_of_the_form_has_a_name(form):
    """Also those that a script draws anew: what chooses a contributor or a place."""
    form.click("#figures-group .add-row a")
    nameless = form.evaluate("""() => [...document.querySelectorAll("#article_form :is(input, select, textarea, button, .select2-selection)")]
      .filter((field) => field.offsetParent && field.type !== "hidden")
      .filter((field) => !(field.labels?.length || field.ariaLabel || field.textContent.trim() || field.value && field.type === "submit"
        || (field.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id)?.textContent.trim())))
      .map((field) => field.outerHTML.slice(0, 120))""")
    assert nameless == []


@pytest.mark.parametrize("size", SIZES)
def test_the_form_is_no_wider_than_the_screen(page, live_server, size):
    load_seed_page()
    page.set_viewport_size(SIZES[size])
    log_in(page, live_server)
    open_form(page, live_server, f"/admin/articles/article/{Article.objects.get(number='2023-1123-001').pk}/change/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


# --- a page that came in ---------------------------------------------------------------------------------


def bring_in(page, live_server):
    page.goto(f"{live_server.url}/admin/articles/pageimport/add/")
    page.fill("#id_text", PAGE)
    page.fill("#id_day", "2024-06-07")
    page.click("input[type=submit]")
    expect(page.locator("article.piece")).to_have_count(3)
    page.wait_for_load_state("load")  # the scripts have run


def test_a_page_is_looked_through_beside_its_text_and_confirmed(page, live_server):
    """The text leads to the piece and the piece to the text; the cursor says where to split; under the strictest policy."""
    broken = []
    page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)

    def send(route):
        response = route.fetch(max_redirects=0)
        headers = {**response.headers, "content-security-policy": "default-src 'self'; img-src 'self' data:"}
        route.fulfill(response=response, headers=headers)

    log_in(page, live_server)
    page.route("**/admin/articles/pageimport/**", send)
    bring_in(page, live_server)
    page.click(".page-text [data-entry='1'] >> nth=1")
    expect(page.locator("#piece-1 > details")).to_have_attribute("open", "")
    expect(page.locator("#piece-1.looked-at")).to_be_visible()
    page.evaluate("document.querySelector('#piece-0 > details').open = true")
    page.focus("#id_p0-headline")
    expect(page.locator(".page-text .looked-at").first).to_have_text("夏粮丰收在望")
    page.fill("#id_p0-body", "第一段。\n\n第二段。\n第三段写得长一些，另成一篇。")
    page.press("#id_p0-body", "ArrowLeft")
    expect(page.locator("#id_p0-split")).to_have_value("3")
    page.click("button[value='split-0']")
    expect(page.locator("article.piece")).to_have_count(4)
    expect(page.locator("#id_p1-body")).to_have_value("第三段写得长一些，另成一篇。")
    page.click("button[value='merge-1']")
    expect(page.locator("article.piece")).to_have_count(3)
    expect(page.locator("#id_p0-body")).to_have_value("第一段。\n第二段。\n第三段写得长一些，另成一篇。")
    page.press("#id_p0-headline", "Enter")  # proofs anew, and nothing more
    expect(page.locator("article.piece")).to_have_count(3)
    page.focus("button[value=confirm]")
    page.keyboard.press("Enter")
    expect(page.locator(".left-out")).to_be_visible()  # what was written over
    page.focus("button[value=confirm]")
    page.keyboard.press("Enter")
    expect(page.locator("ol.made li")).to_have_count(3)
    assert (broken, page.errors) == ([], [])


def test_whoever_leaves_a_page_half_looked_through_is_asked_first(page, live_server):
    log_in(page, live_server)
    bring_in(page, live_server)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    page.fill("#id_p0-headline", "改过的标题")
    page.click("button[value='merge-1']")
    expect(page.locator("article.piece")).to_have_count(2)
    page.reload()  # the button kept it
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    expect(page.locator("#id_p0-headline")).to_have_value("改过的标题")
    page.fill("#id_p0-headline", "又改的标题")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.click(".breadcrumbs a >> nth=0")
    expect(page.locator("#id_p0-headline")).to_have_value("又改的标题")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("size", SIZES)
def test_the_review_of_a_page_is_no_wider_than_the_screen_and_every_field_has_a_name(page, live_server, size):
    page.set_viewport_size(SIZES[size])
    log_in(page, live_server)
    bring_in(page, live_server)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    nameless = page.evaluate("""() => [...document.querySelectorAll(".two-sides :is(input, select, textarea, button, .select2-selection)")]
      .filter((field) => field.offsetParent && field.type !== "hidden")
      .filter((field) => !(field.labels?.length || field.ariaLabel || field.textContent.trim()
        || (field.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id)?.textContent.trim())))
      .map((field) => field.outerHTML.slice(0, 120))""")
    assert nameless == []


def selected(page):
    """(the field with the cursor, what is selected in it)"""
    return tuple(
        page.evaluate(
            """() => { const field = document.activeElement;
            return [field.id, field.value.slice(field.selectionStart, field.selectionEnd)]; }"""
        )
    )


@pytest.mark.parametrize("size", SIZES)
def test_a_flag_leads_to_its_passage_wherever_it_stands_and_is_settled_by_keyboard(page, live_server, size):
    page.set_viewport_size(SIZES[size])
    article = make_article(body="\n".join(["第一段到这里。"] * 60) + "\n学生们**再接再**励，圆满完成。\n最后一段没有")
    for severity, line, passage in (("error", 61, "一段没有"), ("warning", 60, "再接再励")):
        Flag.objects.create(article=article, severity=severity, field="body", paragraph=line, excerpt=passage)
    log_in(page, live_server)
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    links = page.locator("#flags-group a[data-passage]")
    assert links.count() == 2
    links.nth(1).click()
    assert selected(page) == ("id_body", "再接再**励")
    assert page.evaluate("document.activeElement.scrollTop") > 0  # sixty paragraphs stand before it
    page.fill("#id_body", "新的开头。\n" + page.input_value("#id_body"))  # it is found where it has moved to
    links.nth(0).focus()
    page.keyboard.press("Enter")
    assert selected(page) == ("id_body", "一段没有")
    links.nth(0).focus()
    reason = page.locator("#flags-group .waiting li").first.locator("input[name$=-reason]")
    expect(reason).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(reason).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("原报如此")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/articles/article/")
    settled = article.flags.get(cleared_at__isnull=False)
    assert (settled.excerpt, settled.reason, settled.cleared_by.username) == ("一段没有", "原报如此", "editor")
    assert page.errors == []


# --- errors found in what was published -------------------------------------------------------------------


def test_the_form_suggests_for_an_error_what_the_rules_give_it(page, live_server):
    log_in(page, live_server)
    article = make_live_article()
    page.goto(f"{live_server.url}/admin/articles/fault/add/?article={article.pk}")
    weight = page.locator("#id_weight")
    assert weight.get_attribute("placeholder") == ""
    for kind in FaultKind:
        page.select_option("#id_kind", kind)
        for characters, times, prominent in ((1, 1, False), (5, 1, True), (6, 2, False), (97, 9, True)):
            page.fill("#id_characters", str(characters))
            page.fill("#id_times", str(times))
            page.set_checked("#id_prominent", prominent)
            given = faults.suggested(kind, characters=characters, times=times, prominent=prominent)
            assert weight.get_attribute("placeholder").endswith(f" {given:.1f}"), (kind, characters, times, prominent)
    page.fill("#id_found_by", "读者")
    page.click("[name=_save]")
    page.wait_for_url("**/release/")
    assert (Fault.objects.get().weight, page.errors) == (6, [])
