"""What people do, in a real browser. Without one these tests are left out, and the end of the run says so."""

import pytest
from playwright.sync_api import expect

from articles import faults
from articles.models import Article, Campaign, Fault, Flag
from articles.vocabulary import FaultKind
from tests.browser import SIZES, log_in
from tests.factories import load_seed_page, make_article, make_live_article
from tests.page_import import PAGE


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
