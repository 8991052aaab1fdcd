"""What is typed is never lost, in a real browser: kept while one writes, also without a line; two texts chosen from by keyboard."""

import pytest
from playwright.sync_api import expect

from articles.models import Article, Autosave
from tests.browser import SIZES, log_in
from tests.factories import make_article, make_editor
from tests.test_stale import saved_by

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('newsdesk-typed-')).length"


def form_of(live_server, article):
    return f"{live_server.url}/admin/articles/article/{article.pk}/change/"


def test_what_is_typed_is_kept_offered_again_and_survives_a_line_that_drops(page, live_server):
    article = make_article(headline="标题", body="正文。")
    page.clock.install()
    log_in(page, live_server)
    page.goto(form_of(live_server, article))
    page.fill("#id_body", "打到一半。")
    page.clock.run_for(11_000)
    expect(page.locator("[data-autosave]")).to_contain_text("已自动暂存（仅您自己可见）")
    assert dict(Autosave.objects.get().fields)["body"] == "打到一半。"
    page.context.set_offline(True)
    page.fill("#id_body", "离线又打了一段。")
    page.clock.run_for(11_000)
    expect(page.locator("[data-autosave]")).to_have_text("已离线，文字暂存在本机")
    assert page.evaluate(KEPT) == 1
    page.context.set_offline(False)
    page.clock.run_for(30_000)
    expect(page.locator("[data-autosave]")).to_contain_text("已自动暂存")
    assert (page.evaluate(KEPT), dict(Autosave.objects.get().fields)["body"]) == (0, "离线又打了一段。")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(form_of(live_server, article))
    page.click(".unsaved a.button")
    expect(page.locator(".messagelist")).to_contain_text("您的文字还在，请检查后保存。")
    expect(page.locator("#id_body")).to_have_value("离线又打了一段。")
    page.locator("[name=_continue]").last.click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (Article.objects.get().body, Autosave.objects.count(), page.errors) == ("离线又打了一段。", 0, [])


def test_nothing_is_sent_while_an_input_method_composes(page, live_server):
    article = make_article(headline="标题", body="正文。")
    page.clock.install()
    log_in(page, live_server)
    page.goto(form_of(live_server, article))
    field = page.locator("#id_body")
    field.dispatch_event("compositionstart")
    field.evaluate("(field) => { field.value = 'zheng'; }")
    page.clock.run_for(25_000)
    assert Autosave.objects.count() == 0
    field.evaluate("(field) => { field.value = '正'; }")
    field.dispatch_event("compositionend")
    page.clock.run_for(2_000)
    expect(page.locator("[data-autosave]")).to_contain_text("已自动暂存")
    assert dict(Autosave.objects.get().fields)["body"] == "正"


@pytest.mark.parametrize("size", SIZES)
def test_two_texts_are_chosen_from_by_keyboard(page, live_server, size):
    page.set_viewport_size(SIZES[size])
    article = make_article(headline="标题", body="原文。")
    log_in(page, live_server)
    page.goto(form_of(live_server, article))
    page.fill("#id_body", "我的正文。")
    page.fill("#id_subhead", "我的副题")
    saved_by(make_editor("*", display_name="赵文彬"), article, body="她的正文。", summary="她的摘要。")
    page.locator("[name=_save]").last.click()
    expect(page.locator(".errornote").first).to_contain_text("您编辑期间，赵文彬已于")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("name") == "choice:body":
            break
    page.keyboard.press("Space")
    assert page.locator("[name='choice:body'][value=mine]").is_checked()
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("name") == "_continue":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_be_visible()
    article.refresh_from_db()
    assert (article.body, article.subhead, article.summary) == ("我的正文。", "我的副题", "她的摘要。")
    assert page.errors == []


def test_an_edit_of_the_two_texts_is_chosen_as_it_is_made(page, live_server):
    article = make_article(headline="标题", body="原文。")
    log_in(page, live_server)
    page.goto(form_of(live_server, article))
    page.fill("#id_body", "我的正文。")
    saved_by(make_editor("*"), article, body="她的正文。")
    page.locator("[name=_save]").last.click()
    part = page.locator("fieldset.difference", has_text="正文")
    part.locator("details.own summary").click()
    part.locator("textarea[data-chooses]").fill("合成的正文。")
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Article.objects.get().body == "合成的正文。"
