"""The form of a piece in a real browser: marks, paste, input methods, pictures, the keyboard."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from playwright.sync_api import expect

from articles import text
from articles.models import Article
from tests.browser import SIZES, a_picture, change_places, log_in, press_at, tab_to
from tests.factories import approve, load_seed_page, make_article
from tests.test_text import PASTED


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


def test_duplicates_are_looked_for_by_a_button_and_after_a_long_paste(form):
    said = form.locator("[data-alike-says]")
    story = "\n".join(f"第{n}段，嵩县车村镇的药农在地里采挖丹参，今年种了{n}万亩。" for n in range(1, 12))
    article = make_article(headline="丹参丰收", body=story)
    form.fill("#id_body", story[:150])
    form.get_by_role("button", name="查重").or_(form.locator("[data-alike]")).click()
    expect(said.get_by_role("link", name="《丹参丰收》")).to_have_attribute(
        "href", f"/admin/articles/article/{article.pk}/change/"
    )
    form.fill("#id_body", "")
    form.evaluate(PASTE, ["#id_body", {"text/plain": "县城新修了一条路。\u200b" * 30}])
    expect(said.get_by_role("link")).to_have_count(0)
    expect(said.locator("p")).to_be_visible()
    form.fill("#id_body", "")
    form.evaluate(PASTE, ["#id_body", {"text/html": f"<p>{story}</p>", "text/plain": story}])
    expect(said).to_contain_text(article.number)
    form.route("**/alike/", lambda route: route.abort())
    form.click("[data-alike]")
    expect(said.get_by_role("link")).to_have_count(0)
    assert (form.input_value("#id_body").count("丹参"), form.errors) == (11, [])


def test_plain_text_is_left_to_the_browser_but_for_what_nobody_sees(form):
    def taken(text):
        script = PASTE.replace("element.dispatchEvent(", "return !element.dispatchEvent(")
        return form.evaluate(script, ["#id_body", {"text/plain": text}])

    assert (taken("甲\n乙"), taken("甲\u200b\r\n乙")) == (False, True)
    expect(form.locator("#id_body")).to_have_value("甲\n乙")


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
        "已添加1张图片。 说明.txt不是可用的图片，请选JPEG、PNG、WebP、AVIF或HEIC文件。"
    )
    expect(form.locator("#figures-0 .shown")).to_have_text(
        "坏.jpg不是可用的图片，请选JPEG、PNG、WebP、AVIF或HEIC文件。"
    )
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
