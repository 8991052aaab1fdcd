"""Review on a phone, in a real browser: three reviews end to end, the thumb's way, by keyboard, and without JavaScript."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from articles import flags, versions
from articles.models import Article, Flag, SignOff
from articles.vocabulary import Severity, State
from tests.browser import tab_to
from tests.review_page import FIRST, SECOND, Desk, address, decisions

PHONE = {"width": 390, "height": 844}
SIZES = {"narrowest": {"width": 360, "height": 740}, "phone": PHONE, "desktop": {"width": 1280, "height": 800}}
LONG = """连日来，各乡镇粮站开足马力，卡车排成长队，农户把晾干的玉米一袋袋搬上磅秤。
县粮食储备库新添了两条烘干线，每天能处理近千吨潮粮，雨天也不误工。
在竹元沟村，种粮大户算起了收入账：今年单产高，价格稳，除去农资和人工还能剩下不少。
农业农村局派出技术员驻点指导，帮助农户选种、测土、防虫，田间课堂一直开到了地头。
交通部门开通绿色通道，运粮车免费通行，夜里也有人值守。
下一步，当地将继续延长加工链条，让更多群众在家门口就业。"""
PASS, AMEND = "button[name=act][value=sign]", "button[name=act][value=amend]"


def enter(page, live_server, account):
    """Be logged in as that account from now on."""
    client = Client()
    client.force_login(account)
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


class Thumb:
    """Counts what one person touches, from the start page of the desk on."""

    def __init__(self, page, live_server, account):
        self.page, self.taps = page, 0
        enter(page, live_server, account)
        page.goto(f"{live_server.url}/admin/")

    def tap(self, selector):
        self.page.locator(selector).first.click()
        self.taps += 1


@pytest.fixture
def desk(page):
    page.set_viewport_size(PHONE)
    return Desk()


def test_three_reviews_end_to_end_take_under_ten_taps_each(page, live_server, desk):
    article = desk.piece(headline="秋粮收储有序推进", body=f"全县已收购秋粮二万吨。\n{LONG}")
    flag = flags.raise_flag(article, by=desk.writer, severity=Severity.ERROR, detail="数字与上文不符")
    link, taps = f'a[href="{address(article)}"]', {}

    editor = Thumb(page, live_server, desk.editor)
    editor.tap(link)
    page.fill(f"#reason-{flag.pk}", "已与粮食局核实。")
    editor.tap("button[value=clear]")
    editor.tap(".jump a.main")
    editor.tap(".chip >> nth=1")
    expect(page.locator("#opinion")).to_have_value("事实已核实，同意送审。")
    editor.tap(PASS)
    expect(page.locator(".messages .success")).to_be_visible()
    taps["editor"] = editor.taps

    head = Thumb(page, live_server, desk.head)
    head.tap(link)
    head.tap(".jump a.main")
    head.tap("details.amend > summary")
    page.fill("#amend_body", f"全县已收购秋粮三万吨。\n{LONG}")
    head.tap(".chip >> nth=0")
    head.tap(AMEND)
    expect(page.locator(".messages .success")).to_be_visible()
    taps["head"] = head.taps

    again = Thumb(page, live_server, desk.editor)
    again.tap(link)
    expect(page.locator("#changes del")).to_contain_text("二")
    expect(page.locator("#changes ins")).to_contain_text("三")
    again.tap(PASS)
    expect(page.locator(".messages .success")).to_be_visible()
    taps["editor again"] = again.taps

    chief = Thumb(page, live_server, desk.chief)
    chief.tap(link)
    chief.tap(".jump a.main")
    chief.tap(".chip >> nth=1")
    chief.tap("input[name=when][value=now]")
    chief.tap(PASS)
    expect(page.locator(".messages .success")).to_be_visible()
    taps["chief"] = chief.taps

    assert Article.objects.with_state().get().state == State.LIVE
    assert [decision for _stage, decision, _who in decisions(article)] == ["passed", "amended", "confirmed", "passed"]
    assert [one.opinion for one in SignOff.objects.all()] == [
        "事实已核实，同意送审。",
        "同意。",
        "",
        "导向正确，同意刊发。",
    ]
    page.goto(f"{live_server.url}{article.publication.get_absolute_url()}")
    expect(page.locator(".body p").first).to_have_text("全县已收购秋粮三万吨。")
    assert taps == {"editor": 5, "head": 5, "editor again": 2, "chief": 5}
    assert page.errors == []


@pytest.mark.parametrize("size", SIZES)
def test_the_page_is_as_wide_as_the_screen_and_what_is_touched_is_large_enough(page, live_server, desk, size):
    article = desk.piece(headline="很长的标题" * 20, body=f"{LONG}\n{'W' * 300}", captions=("图说" * 100, "图。"))
    flags.raise_flag(article, by=desk.writer, severity=Severity.ERROR, detail="数字" * 60, excerpt="A" * 200)
    for stage in (FIRST, SECOND):
        desk.sign(article, stage)
    page.set_viewport_size(SIZES[size])
    enter(page, live_server, desk.chief)
    page.goto(f"{live_server.url}{address(article)}")
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    small = page.evaluate(
        """[...document.querySelectorAll("button, summary, .jump a, .chip, .choice, textarea, main input[type=text]")]
        .filter((one) => one.offsetParent && !one.closest(".changes") && one.getBoundingClientRect().height < 44)
        .map((one) => one.outerHTML)"""
    )
    assert small == []
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 17


def test_a_double_tap_signs_once_and_the_next_piece_is_offered(page, live_server, desk):
    article, other = desk.piece(), desk.piece(headline="下一篇")
    enter(page, live_server, desk.editor)
    page.goto(f"{live_server.url}{address(article)}")
    page.dblclick(PASS)
    expect(page.locator(".next-piece a")).to_contain_text("下一篇")
    assert len(decisions(article)) == 1
    page.click(".next-piece a")
    expect(page).to_have_url(f"{live_server.url}{address(other)}")


def test_what_was_typed_stays_when_a_flag_is_settled(page, live_server, desk):
    article = desk.piece(body="正文。")
    flags.raise_flag(article, by=desk.writer, severity=Severity.NOTE, detail="看看")
    enter(page, live_server, desk.editor)
    page.goto(f"{live_server.url}{address(article)}")
    page.fill("#opinion", "导语太长。")
    page.click("details.amend > summary")
    page.fill("#amend_body", "改过的正文。")
    page.click("button[value=clear]")
    expect(page.locator("#flags")).to_have_count(0)
    assert Flag.objects.get().cleared_by == desk.editor
    expect(page.locator("#opinion")).to_have_value("导语太长。")
    expect(page.locator("#amend_body")).to_have_value("改过的正文。")
    page.click(AMEND)
    expect(page.locator(".messages .success")).to_be_visible()
    assert article.versions.first().story["body"] == "改过的正文。"


def test_a_text_that_changed_meanwhile_is_shown_before_anything_can_be_signed(page, live_server, desk):
    article = desk.piece(body=f"全县收粮二万吨。\n{LONG}", signed=(FIRST,))
    enter(page, live_server, desk.head)
    page.goto(f"{live_server.url}{address(article)}")
    page.fill("#opinion", "同意。")
    article.body = article.body.replace("二万", "三万")
    article.save()
    versions.save_version(article, by=desk.editor)
    page.click(PASS)
    expect(page.locator(".notice.error")).to_be_in_viewport()
    expect(page.locator("#stale del")).to_have_text(re.compile("二"))
    expect(page.locator("#stale ins")).to_have_text(re.compile("三"))
    expect(page.locator("#opinion")).to_have_value("同意。")
    assert len(decisions(article)) == 1


def test_a_review_is_done_by_keyboard_and_enter_in_a_field_decides_nothing(page, live_server, desk):
    article = desk.piece(signed=(FIRST, SECOND))
    page.set_viewport_size(SIZES["desktop"])
    enter(page, live_server, desk.chief)
    page.goto(f"{live_server.url}{address(article)}")
    keys = page.keyboard
    tab_to(page, "[name=phrase]")
    keys.press("Space")
    expect(page.locator("#opinion")).to_have_value("同意。")
    tab_to(page, "[name=when]")
    keys.press("Space")
    tab_to(page, "[name=hour]")
    keys.press("Enter")
    assert len(decisions(article)) == 2
    tab_to(page, PASS)
    keys.press("Enter")
    expect(page.locator(".messages .success")).to_be_visible()
    assert Article.objects.with_state().get().state == State.LIVE


def test_without_javascript_a_usual_opinion_is_sent_with_the_signature(page, live_server, desk):
    article = desk.piece()
    context = page.context.browser.new_context(viewport=PHONE, java_script_enabled=False)
    plain = context.new_page()
    enter(plain, live_server, desk.editor)
    plain.goto(f"{live_server.url}{address(article)}")
    plain.click(".chip >> nth=1")
    plain.click(PASS)
    expect(plain.locator(".messages .success")).to_be_visible()
    assert SignOff.objects.get().opinion == "事实已核实，同意送审。"


@pytest.mark.parametrize("act", ["return", "amend"])
def test_the_final_reviewer_returns_or_changes_a_piece_without_choosing_when_it_is_released(
    page, live_server, desk, act
):
    article = desk.piece(signed=(FIRST, SECOND))
    enter(page, live_server, desk.chief)
    page.goto(f"{live_server.url}{address(article)}")
    page.click("details.amend > summary")
    if act == "amend":
        page.fill("#amend_body", "总编改过。")
    page.fill("#opinion", "标题请重拟。")
    page.click(f"button[name=act][value={act}]")
    expect(page.locator(".messages .success")).to_be_visible()
    assert decisions(article)[-1][1] == {"return": "returned", "amend": "amended"}[act]
