"""The editor's way, end to end, on a phone and on a desk: a piece with a picture and its tags, three reviews by three people,
the release, the reader who finds it, a correction, and the withdrawal."""

import pytest
from playwright.sync_api import expect

from articles.models import Article, SignOff
from tests.browser import SIZES, a_picture, change_places, choose, log_in
from tests.factories import load_seed_page

pytestmark = pytest.mark.one_database
HEADLINE = "嵩县中药材喜获丰收"


@pytest.mark.parametrize("size", SIZES)
def test_a_piece_is_written_signed_by_three_released_read_corrected_and_withdrawn(page, live_server, size):
    load_seed_page()
    page.set_viewport_size(SIZES[size])
    log_in(page, live_server, "writer")
    write(page, live_server)
    article = Article.objects.get(headline=HEADLINE)
    assert [str(byline.contributor) for byline in article.bylines.all()] == ["王博", "赵小明"]
    review(page, live_server, article)
    page.context.clear_cookies()
    story = read(page, live_server)
    change_places(page, live_server, "chief")
    release = f"{live_server.url}/admin/articles/article/{article.pk}/release/"
    page.goto(release)
    correct(page, live_server, story)
    page.goto(release)
    withdraw(page, live_server, story)
    assert page.errors == []


def write(page, live_server):
    """The whole form, with a picture, two writers of whom one is new, a place and a campaign; sent to review."""
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    page.fill("#id_kicker", "嵩县")
    page.fill("#id_headline", HEADLINE)
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


def review(page, live_server, article):
    """Three people sign; only the last signature makes it public."""
    for username in ("editor", "head"):
        change_places(page, live_server, username)
        sign(page, article)
    page.goto(f"{live_server.url}/regions/songxian/")
    expect(page.get_by_role("link", name=HEADLINE)).to_have_count(0)
    change_places(page, live_server, "chief")
    sign(page, article, release=True)
    signed = SignOff.objects.order_by("pk").values_list("by__username", "version__number")
    assert list(signed) == [("editor", 1), ("head", 1), ("chief", 1)]


def sign(page, article, *, release=False):
    """From the desk's first page to the piece that waits there, and 通过; the final review with 立即签发."""
    page.click(f'.queues a[href="/desk/review/{article.pk}/"]')
    expect(page.locator(".body p").first).to_have_text(article.body.splitlines()[0])
    if release:
        page.check("input[name=when][value=now]")
    page.click("button[name=act][value=sign]")
    expect(page.locator(".messages .success")).to_be_visible()


def read(page, live_server):
    """A reader finds it in every list and opens it. Returns its address."""
    for address in ("/", "/regions/songxian/", "/regions/henan/", "/campaigns/wuxing/"):
        page.goto(f"{live_server.url}{address}")
        expect(page.get_by_role("link", name=HEADLINE).first).to_be_visible()
    page.get_by_role("link", name=HEADLINE).first.click()
    story = page.url
    expect(page.locator("h1")).to_have_text(HEADLINE)
    expect(page.locator(".body p").first).to_have_text("连日来，嵩县中药材进入采收期。")
    picture = page.get_by_alt_text("三名药农在场院里翻晒药材")
    expect(picture).to_have_attribute("width", "900")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].some((img) => img.alt.startsWith('三名药农') && img.naturalWidth > 1)")
    expect(page.locator("figcaption")).to_contain_text("药农在晾晒丹参。")
    expect(page.get_by_role("link", name="赵小明")).to_be_visible()
    return story


def correct(page, live_server, story):
    page.locator(".act-correct textarea").fill("第一段“采收期”应为“采挖期”。")
    page.locator(".act-correct button").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(story)
    expect(page.locator("article")).to_contain_text("第一段“采收期”应为“采挖期”。")
    page.goto(f"{live_server.url}/corrections/")
    expect(page.get_by_role("link", name=HEADLINE)).to_be_visible()


def withdraw(page, live_server, story):
    withdrawal = page.locator(".act-withdraw")
    withdrawal.locator("textarea").first.fill("本稿内容有误，已撤回。")
    withdrawal.locator("[name=ordered_by]").fill("县委宣传部电话")
    withdrawal.locator("[type=checkbox]").check()
    withdrawal.locator("button").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.context.clear_cookies()
    assert page.goto(story).status == 410
    expect(page.locator("main")).to_contain_text("本稿内容有误，已撤回。")
    page.goto(f"{live_server.url}/regions/songxian/")
    expect(page.get_by_role("link", name=HEADLINE)).to_have_count(0)
