"""公众号排版: what is copied says what the story says, in elements and attributes that the editor of 公众号 keeps, and no others."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from articles import corrections, publish, wechat
from articles.models import Article, Placement, Publication
from articles.reading import Notice
from articles.story import story_from
from articles.text import clean_body
from articles.versions import save_version, snapshot
from articles.vocabulary import Kind
from tests.factories import (
    approve,
    make_article,
    make_editor,
    make_live_article,
    make_page,
    make_publisher,
)

KEPT = {"section", "p", "span", "strong", "br"}
BODY = ">> 编者按：**今年**的春耕。\n## 一、开播\n全县**布署**春耕<b>&。\n【图1】\n| 一行诗\n| 又一行\n结束。"


class Allowed(HTMLParser):
    """Reads HTML and fails on whatever the editor of 公众号 drops; `lines` are its paragraphs."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.lines, self.styles = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert tag in KEPT, tag
        assert [name for name, _ in attrs] == ([] if tag in ("strong", "br") else ["style"]), attrs
        self.styles += [value for _, value in attrs]
        if tag == "br":
            self.lines.append("")
            return
        self.open.append(tag)
        if tag == "p":
            self.lines.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        assert "p" in self.open, data
        self.lines[-1] += data

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def content(body="正文。", *, figures=(), **fields):
    return {
        "schema": 1, "kind": "story", "kicker": "", "headline": "标题", "subhead": "", "summary": "", "body": clean_body(body),
        "byline": "", "ai_made": False, "column": None, "credits": [], "source": None,
        "figures": [
            {"medium": "picture", "photo": None, "sha256": "", "web": "", "width": 0, "height": 0, "file": "", "crop": "",
             "caption": "", "credit": "", "alt": "", "ai_made": False, **figure}
            for figure in figures
        ],
        **fields,
    }  # fmt: skip


def post_of(body="正文。", *, figures=(), notices=(), transcribed=False, paper="", **fields):
    told = story_from(content(body, figures=figures, **fields))
    return wechat.post_of(
        told, title="标题", summary=fields.get("summary", ""), source=paper, notices=notices, transcribed=transcribed
    )


def lines_of(post):
    return Allowed(post.html).lines


# --- the text --------------------------------------------------------------------------------------------

ODD = st.sampled_from(['<script>alert(1)</script>', '" onclick="x', "<a href='https://a.example/'>", "&amp;", "**", "## ", ">> ", "| ", "【图1】", "【图2】", "</p>", "<!--", "{0}", "{}", "%s", "javascript:", "\u2028"])  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LINES = st.lists(st.lists(st.one_of(ODD, WORDS), max_size=5).map("".join), max_size=8).map("\n".join)
FIGURE = st.fixed_dictionaries({"caption": LINES, "credit": WORDS, "alt": WORDS, "ai_made": st.booleans(), "medium": st.sampled_from(["picture", "video", "attachment"]), "web": st.sampled_from(["", "photos/a/1600.jpg"])})  # fmt: skip


@given(LINES, st.lists(FIGURE, max_size=3), WORDS, LINES, st.booleans())
def test_whatever_the_text_only_what_the_editor_keeps_comes_out_and_says_the_same(body, figures, line, notice, ai_made):
    figures = [{**figure, "caption": clean_body(figure["caption"])} for figure in figures]
    told = Notice("correction", notice, datetime(2023, 11, 23, tzinfo=UTC))
    post = post_of(
        body, figures=figures, kicker=line, subhead=line, byline=line, ai_made=ai_made, notices=[told], paper=line
    )
    read = Allowed(post.html)
    assert shown("".join(read.lines)) == shown(post.plain)
    assert set(read.styles) <= set(wechat.STYLES.values())
    blocks = story_from(content(body, figures=figures)).blocks
    said = "".join(read.lines)
    for block, figure in blocks:
        for run in block.runs if block else ():
            assert shown(run.text) in shown(said)
        if figure:
            assert shown(figure.caption) in shown(said)


def shown(words):
    """Words as a browser shows them, where white space is one blank or none."""
    return "".join(words.replace("\0", "").split())


def test_the_text_is_that_of_the_story_line_by_line():
    post = post_of(
        BODY, figures=[{"caption": "农民在播种。远处是农机。", "credit": "李四 摄", "ai_made": True}], kicker="引题", subhead="副题",
        byline="记者 张三", column={"slug": "chungeng", "name": "春耕"}, source=None,
        credits=[{"contributor": "0" * 32, "name": "王五", "role": "responsible_editor"}],
    )  # fmt: skip
    assert lines_of(post) == [
        "引题", "副题", "春耕记者 张三", "编者按：今年的春耕。", "一、开播", "全县布署春耕<b>&。", "【图1：农民在播种】",
        "农民在播种。远处是农机。 李四 摄 （图片由人工智能生成或修改）", "一行诗", "又一行", "结束。", "责任编辑：王五",
    ]  # fmt: skip
    assert post.plain.split("\n")[2:4] == ["春耕 记者 张三", "编者按：今年的春耕。"]
    assert "<strong>布署</strong>春耕&lt;b&gt;&amp;。" in post.html


def test_notices_stand_at_the_top_then_what_the_reader_must_know():
    with override("en"):
        post = post_of(
            notices=[Notice("apology", "第一行。\n第二行。", datetime(2023, 11, 22, 23, 5, tzinfo=UTC))],
            transcribed=True,
            ai_made=True,
        )
    assert lines_of(post)[:6] == [
        "致歉 2023年11月23日 07:05", "第一行。", "第二行。", "本稿由报纸版面转录，尚未与原报核对。", "本稿由人工智能辅助制作", "正文。",
    ]  # fmt: skip


def test_a_reprint_names_its_source_and_the_link_is_text():
    source = {
        "name": "河南日报",
        "author": "记者 赵六",
        "headline": "原题",
        "url": "https://a.example/1",
        "day": "2023-11-20",
    }
    post = post_of(source=source)
    assert lines_of(post)[:2] == [
        "来源：河南日报",
        "原作者：记者 赵六原标题：原题原刊日期：2023-11-20原文链接：https://a.example/1",
    ]
    assert "href" not in post.html


def test_pictures_clips_and_files_are_counted_apart_in_the_order_of_the_text():
    figures = [
        {"caption": "第二张。", "web": "photos/b/1600.jpg"},
        {"medium": "video", "file": "clips/c.mp4", "caption": "视频：短片"},
        {"caption": "第一张，" + "长" * 60},
        {"medium": "attachment", "file": "clips/名单.pdf"},
    ]
    post = post_of("开头。\n【图3】\n中间。\n【图2】\n【图1】", figures=figures)
    assert [one.mark for one in post.enclosed] == [
        "【附件1】", f"【图1：第一张，{'长' * 25}…】", "【视频1：短片】", "【图2：第二张】",
    ]  # fmt: skip
    assert [one.url for one in post.enclosed][1::2] == ["", "/media/photos/b/1600.jpg"]
    marks = [line for line in lines_of(post) if line.startswith("【")]
    assert marks == [one.mark for one in post.enclosed]


# --- title and summary -----------------------------------------------------------------------------------


def test_a_character_is_one_and_an_emoji_two():
    assert [wechat.length(words) for words in ("", "春耕", "A股 5%", "😀")] == [0, 2, 5, 2]


@pytest.mark.parametrize(
    ("words", "longest", "cut"),
    [
        ("春耕开始", 4, "春耕开始"),
        ("春耕开始了吗", 4, "春耕开…"),
        ("春耕开始。各地都很忙碌", 8, "春耕开始。"),
        ("春。各地都很忙碌的时候", 8, "春。各地都很忙…"),
        ("春耕开始，各地都很忙碌", 8, "春耕开始…"),
        ("春，各地都很忙碌的时候", 8, "春，各地都很忙…"),
        ("😀😀😀", 5, "😀😀…"),
    ],
)
def test_what_is_too_long_is_cut_at_a_sentence_or_with_dots(words, longest, cut):
    assert wechat.cut(words, longest) == cut


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.integers(2, 130))
def test_a_cut_fits_and_is_the_beginning(words, longest):
    cut = wechat.cut(words, longest)
    assert wechat.length(cut) <= longest and words.startswith(cut.removesuffix("…"))


# --- the page --------------------------------------------------------------------------------------------


def page_of(article, **query):
    return reverse("admin:articles_article_wechat", args=[article.pk], query=query)


@pytest.fixture
def editor(client, db):
    account = make_editor("view_article", "change_article", language="en")
    client.force_login(account)
    return account


def test_the_page_is_made_of_what_readers_see_and_offers_the_newer_text_with_a_warning(client, editor):
    article = make_live_article(headline="春耕开始", body="旧文。")
    article.body = "新文。"
    article.save()
    save_version(article, by=None)
    page = client.get(page_of(article))
    assert (page.context["version"].number, page.context["warning"], page.context["other"]) == (1, "", 2)
    assert page.context["post"].plain.endswith("旧文。")
    page = client.get(page_of(article, version=2))
    assert (page.context["version"].number, page.context["other"], page.context["other_is_newer"]) == (2, 1, False)
    assert "not released yet" in page.context["warning"] and page.context["post"].plain.endswith("新文。")
    assert "not released yet" in client.get(page_of(make_article())).context["warning"]


def test_what_readers_cannot_see_just_now_is_not_to_be_sent_out(client, editor):
    by = make_publisher()
    article = make_live_article(by=by)
    publish.hold(Publication.objects.get(article=article), by=by)
    assert "Do not send it out" in client.get(page_of(article)).context["warning"]
    scheduled = make_live_article(by=by, published_at=datetime(2099, 1, 1, 4, tzinfo=UTC))
    assert "2099-01-01 12:00" in client.get(page_of(scheduled)).context["warning"]
    withdrawn = make_live_article(by=by)
    publish.withdraw(Publication.objects.get(article=withdrawn), by=by)
    assert "Do not send it out" in client.get(page_of(withdrawn)).context["warning"]


def test_corrections_and_the_newspaper_go_with_the_text_that_was_released(client, editor):
    by = make_editor("*")
    article = make_article(body="正文。")
    Placement.objects.create(article=article, page=make_page(), position=1)
    publish.publish_archive(article, at=datetime(2023, 11, 23, 4, tzinfo=UTC))
    article = Article.objects.get(pk=article.pk)
    corrections.correct(article, by=by, kind="correction", text="应为部署。")
    lines = client.get(page_of(article)).context["post"].plain.split("\n")
    assert lines[0].startswith("更正 ") and lines[1:] == [
        "应为部署。", "本稿由报纸版面转录，尚未与原报核对。", "来源：今日嵩县", "正文。",
    ]  # fmt: skip


def test_too_long_is_said_and_what_fits_is_offered(client, editor):
    article = make_article(headline="长" * 70, summary="第一句。" + "短" * 130)
    title, summary = client.get(page_of(article)).context["fields"]
    assert (title.length, title.longest, title.cut) == (70, 64, "长" * 63 + "…")
    assert (summary.length, summary.longest, summary.cut) == (134, 120, "第一句。" + "短" * 115 + "…")
    page = client.get(page_of(article)).content.decode()
    assert ("70 / 64" in page, "134 / 120" in page) == (True, True)
    short = client.get(page_of(make_article(headline="短"))).context["fields"]
    assert [field.cut for field in short] == ["", ""]


def test_the_preview_is_the_html_alone_under_a_policy_of_its_own(client, editor):
    article = make_live_article(body=BODY, captions=["农民在播种。"])
    page = client.get(page_of(article))
    shown = client.get(page.context["preview"])
    html = shown.content.decode()
    assert (shown.status_code, str(page.context["post"].html) in html, "<script" in html) == (200, True, False)
    assert shown["Content-Security-Policy"].startswith("default-src 'none'")
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert ' style="' not in page.content.decode()


def test_only_who_may_see_pieces_sees_it_and_only_of_pieces(client, db):
    article = make_live_article(body="机密。")
    addresses = [page_of(article), reverse("admin:articles_article_wechat_preview", args=[article.pk])]
    client.force_login(make_editor())
    assert [client.get(address).status_code for address in addresses] == [403, 403]
    assert [client.post(address).status_code for address in addresses] == [405, 405]
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    client.force_login(make_editor("view_article", "view_sitepage"))
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    about = make_article(kind=Kind.PAGE, address="about")
    wrong = [
        page_of(about),
        page_of(article, version=9),
        page_of(article, version="x"),
        page_of(article, version="9" * 30),
    ]
    assert [client.get(address).status_code for address in wrong] == [404] * 4


def test_the_form_and_the_release_page_lead_to_it(client, db):
    article = make_live_article()
    client.force_login(make_editor("*"))
    for name in ("change", "release"):
        page = client.get(reverse(f"admin:articles_article_{name}", args=[article.pk])).content.decode()
        assert f'href="{page_of(article)}"' in page


def test_it_is_made_of_the_snapshot_alone(db):
    article = approve(make_article(body=BODY, captions=["图说。"]))
    told = story_from(snapshot(article))
    assert (
        wechat.post_of(told, title="甲", summary="乙").html
        == wechat.post_of(replace(told), title="甲", summary="乙").html
    )
