"""整版导入: a page comes in, is looked through beside its text, and becomes drafts."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from articles import gazetteer, roles
from articles.admin.page_import import pictures as page_pictures
from articles.admin.page_import import work
from articles.admin.page_import.characters import Squeezed, losses
from articles.admin.page_import.entries import (
    Caption,
    Entry,
    Offered,
    Stretch,
    appended,
    as_piece,
    divided,
    form_of,
    merged,
    posted,
    spelled,
    spelled_stretches,
)
from articles.admin.page_import.marks import Mark, lines_of
from articles.admin.page_import.review import Reading, _offered_place
from articles.intake.drafts import Draft, copy_of_draft
from articles.intake.load import taken_in
from articles.intake.places import Suggestion
from articles.intake.proposals import copy_of_item
from articles.models import (
    Article,
    Campaign,
    Column,
    Contributor,
    Figure,
    Flag,
    HistoryEntry,
    ImportedPiece,
    LocalityTag,
    Outlet,
    PageImport,
    Placement,
)
from articles.vocabulary import Act, Kind, PlaceRelation
from tests.factories import load_gazetteer, load_seed_page, make_editor, make_place
from tests.page import Page
from tests.test_concurrency import at_once

LIST = "/admin/articles/pageimport/"
ADD = f"{LIST}add/"
DAY = "2024-06-07"
PAGE = """夏粮丰收在望

6月3日，在安陵镇前进村的麦田里，三台联合收割机来回穿梭。今年全镇种植小麦3万亩。

“今年又是丰收年。”村民张国强一边装袋一边说，他家的八亩麦子两天就收完了。(本报记者 李思远 通讯员 王五洲)

县实验小学开展防溺水教育

6月4日，县实验小学组织学生观看防溺水宣传片，签订安全承诺书，并请家长一起参加。

学校还在河边设立了十二块警示牌，安排教师轮流值守，确保孩子们平安度夏。(赵六一)

图片新闻



6月5日，工人在县产业集聚区的车间里赶制订单。今年以来，园区企业订单充足，生产繁忙。 孙七宝 摄
"""


@pytest.fixture(autouse=True)
def places_read_anew():
    gazetteer.forget()
    yield
    gazetteer.forget()


@pytest.fixture
def editor(client):
    editor = make_editor(display_name="李静")
    roles.assign(editor, ["责任编辑"])
    client.force_login(editor)
    return editor


def fields_of(response):
    """The form of a screen as a browser with scripts would post it untouched: {name: value or list of values}."""
    (form,) = [form for form in Page(response.content.decode()).root.all("form") if form.all("textarea")]
    data = {}
    for field in form.all("input", "textarea", "select"):
        name, attrs = field.attrs.get("name"), field.attrs
        if not name or field.inside("noscript") or attrs.get("type") in ("submit", "file"):
            continue
        if field.tag == "textarea":
            value = field.text.removeprefix("\n").replace("\n", "\r\n")
        elif field.tag == "select":
            options = field.all("option")
            chosen = [option for option in options if "selected" in option.attrs] or options[:1]
            value = chosen[0].attrs["value"] if chosen else None
        elif attrs.get("type") == "checkbox":
            value = attrs.get("value", "on") if "checked" in attrs else None
        else:
            value = attrs.get("value", "")
        if value is not None:
            data.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in data.items()}


def bring_in(client, text=PAGE, day=DAY, **more):
    """Brings a page in; returns the address of its review."""
    response = client.post(ADD, {"text": text, "day": day, **more})
    assert response.status_code == 302, errors_of(response)
    return response["Location"]


def errors_of(response):
    return {name: " ".join(errors) for name, errors in response.context["form"].errors.items()}


def press(client, address, act, changes=(), without=(), **more):
    """Presses a button of the review, with what is typed; returns the page that comes."""
    data = {**fields_of(client.get(address)), **dict(changes), "act": act}
    return client.post(address, {name: value for name, value in data.items() if name not in without}, **more)


def again(client, response, act, changes=(), **more):
    """Presses a button of a page that came back."""
    address = response.request["PATH_INFO"]
    return client.post(address, {**fields_of(response), **dict(changes), "act": act}, **more)


def untouched(address):
    """The address of a review, of which nothing is kept any more."""
    PageImport.objects.update(work=None)
    return address


def colleague(client, name="王强"):
    """Another editor sits down in a browser of their own."""
    other = make_editor(display_name=name)
    roles.assign(other, ["责任编辑"])
    browser = type(client)()
    browser.force_login(other)
    return browser


def pieces(response):
    return [shown for shown in response.context["screen"].shown if shown.number]


def told(response):
    return [(shown.entry.kind, shown.entry.title) for shown in response.context["screen"].shown]


def said(response):
    return [str(message) for message in response.context["messages"]]


def a_picture(colour="red", size=(60, 40)):
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def picture_file(name, colour="red"):
    return SimpleUploadedFile(name, a_picture(colour), "image/jpeg")


# --- a page comes in -------------------------------------------------------------------------------------


def test_a_pasted_page_is_kept_character_by_character_and_nothing_is_a_piece_yet(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, PAGE.replace("\n", "\r\n"), outlet=outlet.pk, page_number="3", page_name="综合")
    row = PageImport.objects.get()
    assert address == f"{LIST}{row.pk}/change/"
    assert (row.text, row.sha256) == (PAGE, hashlib.sha256(PAGE.encode()).hexdigest())
    assert (row.outlet, f"{row.day}", row.page_number, row.page_name) == (outlet, DAY, 3, "综合")
    assert (row.created_by, row.confirmed_at, Article.objects.count()) == (editor, None, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_file_is_read_in_the_encodings_of_the_country(client, editor, encoding):
    bring_in(client, "", files=SimpleUploadedFile("第3版.txt", PAGE.encode(encoding)))
    row = PageImport.objects.get()
    assert (row.text, row.file_name) == (PAGE, "第3版.txt")


def test_the_same_text_on_the_same_day_leads_to_the_earlier_import(client, editor):
    first = bring_in(client)
    response = client.post(ADD, {"text": PAGE, "day": DAY}, follow=True)
    assert response.redirect_chain == [(first, 302)]
    assert "李静" in said(response)[0]
    assert PageImport.objects.count() == 1
    assert bring_in(client, day="2024-06-08") != first


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste the text of a page"),
        (" \n\n ", "Paste the text of a page"),
        ("https://mp.weixin.qq.com/s/abcdef", "复制"),
        ("文" * 60_001, "page by page"),
        ("。\n" * 400, ""),
    ],
)
def test_what_is_no_page_is_refused_in_a_sentence_and_stays_in_its_field(client, editor, text, sentence):
    response = client.post(ADD, {"text": text, "day": DAY, "page_name": "综合"})
    if response.status_code == 302:  # furniture without end: whatever the parser makes of it
        return
    assert list(errors_of(response)) == ["text"]
    form = response.context["form"]
    assert (form["text"].value(), form["page_name"].value()) == (text, "综合")
    assert not PageImport.objects.exists()


def test_files_that_cannot_be_read_get_their_sentence_and_are_named(client, editor):
    old = SimpleUploadedFile("稿件.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    noise = SimpleUploadedFile("坏.jpg", b"\0\1\2" * 50)
    response = client.post(ADD, {"text": PAGE, "day": DAY, "files": [old, noise]})
    sentences = errors_of(response)["files"]
    assert "稿件.doc" in sentences and ".docx" in sentences and "坏.jpg" in sentences
    assert response.context["form"]["text"].value() == PAGE
    assert not PageImport.objects.exists()


def test_a_file_that_is_too_large_is_not_opened(client, editor):
    response = client.post(ADD, {"day": DAY, "files": SimpleUploadedFile("大.txt", b"\xe6\x96\x87" * 17_000_000)})
    assert list(errors_of(response)) == ["files"]


def test_of_a_refused_form_the_text_of_its_files_stands_in_the_field(client, editor):
    response = client.post(ADD, {"day": "", "files": SimpleUploadedFile("第3版.txt", PAGE.encode())})
    assert list(errors_of(response)) == ["day"]
    assert response.context["form"]["text"].value() == PAGE


@pytest.mark.parametrize("field", ["day", "outlet", "page_number"])
@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\0"])
def test_what_no_field_can_mean_is_refused(client, editor, field, value):
    response = client.post(ADD, {"text": PAGE, "day": DAY, field: value})
    assert list(errors_of(response)) == [field]


def test_who_may_not_bring_pages_in_is_turned_away(client, editor):
    address = bring_in(client)
    for permissions in (
        (),
        ("view_pageimport",),
        ("view_pageimport", "add_pageimport"),
        ("view_pageimport", "add_article"),
    ):
        client.force_login(make_editor(*permissions))
        assert client.post(ADD, {"text": PAGE, "day": DAY}).status_code == 403
        assert client.get(ADD).status_code == 403
        assert client.post(address, {"act": "confirm"}).status_code == 403
        assert client.get(address).status_code == (200 if permissions else 403)
    client.logout()
    assert client.get(address).status_code == 302
    assert not Article.objects.exists()


def test_the_list_says_what_became_of_each_page(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, outlet=outlet.pk, page_number="3", page_name="综合")
    bring_in(client, PAGE.replace("安陵镇", "望田镇"))
    press(client, address, "confirm")
    response = client.get(LIST)
    rows = {row.pk: row for row in response.context["cl"].result_list}
    assert [row.made for row in rows.values()] == [0, 3]
    assert "鄢陵新闻 2024-06-07 第3版" in response.content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_page_and_for_three(client, editor):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    bring_in(client)
    asked()
    one = asked()
    bring_in(client, day="2024-06-08")
    press(client, bring_in(client, day="2024-06-09"), "confirm")
    assert asked() == one


# --- it is looked through --------------------------------------------------------------------------------


def test_the_review_shows_every_item_in_reading_order_beside_the_text(client, editor):
    response = client.get(bring_in(client))
    assert told(response) == [
        (Kind.STORY, "夏粮丰收在望"),
        (Kind.STORY, "县实验小学开展防溺水教育"),
        ("furniture", "图片新闻"),
        (Kind.PHOTO, "6月5日，工人在县产业集聚区的车间里赶制订单"),
    ]
    lines = response.context["screen"].lines
    assert [line.number for line in lines] == [n for n, line in enumerate(PAGE.split("\n"), 1) if line.strip()]
    assert ["".join(segment.text for segment in line.segments) for line in lines] == PAGE.split("\n\n")[0:1] + [
        line for line in PAGE.split("\n")[1:] if line.strip()
    ]
    assert not response.context["screen"].lost


def test_each_stretch_of_the_text_is_marked_by_the_item_it_belongs_to(client, editor):
    response = client.get(bring_in(client))
    owners = [
        {segment.entry for segment in line.segments if segment.text.strip()}
        for line in response.context["screen"].lines
    ]
    assert owners == [{0}, {0}, {0}, {1}, {1}, {1}, {2}, {3}]


def test_a_finding_stands_in_its_list_and_is_marked_at_its_spot(client, editor):
    spoiled = PAGE.replace("两天就收完了。(", "两天就收完了，震憾人心。(")
    response = client.get(bring_in(client, spoiled))
    first = pieces(response)[0]
    found = next(each for each in first.found if "震憾" in each.excerpt + each.detail)
    page = Page(response.content.decode()).root
    (mark,) = [mark for mark in page.all("mark") if mark.attrs.get("id") == found.mark]
    assert mark.text == "震憾"
    assert found.detail in mark.attrs["title"]
    assert first.doubtful and first.warnings


def test_what_is_certain_is_folded_and_what_is_doubtful_stands_open(client, editor):
    spoiled = PAGE.replace("两天就收完了。(", "两天就收完了，震憾人心。(")
    page = Page(client.get(bring_in(client, spoiled)).content.decode()).root
    folds = [article.all("details")[0].attrs for article in page.all("article")]
    assert ["open" in attrs for attrs in folds][0] is True
    assert not all("open" in attrs for attrs in folds)


def test_the_line_above_counts_pieces_and_findings(client, editor):
    response = client.get(bring_in(client))
    screen = response.context["screen"]
    errors, warnings = (sum(getattr(shown, name) for shown in screen.shown) for name in ("errors", "warnings"))
    assert screen.counted.startswith("2 ") and "1 " in screen.counted
    if errors:
        assert str(errors) in screen.counted.partition("；")[2]
    assert (str(warnings) in screen.counted.partition("；")[2]) or not warnings


def test_a_byline_says_what_it_is_read_as(client, editor):
    Contributor.objects.create(name="李思远")
    hints = [shown.hint for shown in pieces(client.get(bring_in(client)))]
    assert "李思远" in hints[0] and "王五洲" in hints[0].partition("\n")[2]
    assert "李思远" not in hints[0].partition("\n")[2]


def test_a_review_asks_the_same_number_of_questions_for_few_pieces_and_for_many(client, editor):
    load_gazetteer("xuchang-yanling-anling")

    def asked(text):
        address = bring_in(client, text)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        return len(pieces(response)), len(queries)

    story = "鄢陵县安陵镇 夏粮{0}丰收在望\n\n6月3日，在安陵镇第{0}个麦田里，联合收割机来回穿梭，一派丰收景象。\n\n{1}(本报记者 李思{0})\n\n"
    told = "今年全镇种植小麦三万亩，预计总产一万五千吨，农户们正抓紧抢收。"
    few = asked("".join(story.format(n, told) for n in "一二"))
    many = asked("".join(story.format(n, told) for n in "一二三四五六七八九十"))
    assert few[0] < many[0]
    assert few[1] == many[1]


def test_proofing_anew_keeps_everything_that_was_typed_and_writes_nothing(client, editor):
    Column.objects.create(name="乡村振兴")
    changes = {
        "p0-headline": "夏粮喜获丰收",
        "p0-kicker": "鄢陵县",
        "p0-subhead": "三万亩小麦颗粒归仓",
        "p0-body": "第一段，震憾人心。\r\n第二段。",
        "p0-column": "乡村振兴",
        "p0-section": "喜迎丰收",
        "p0-printed_byline": "（记者 张三丰）",
        "p1-skipped": "on",
        "p3-kind": Kind.BRIEF,
        "p3-caption-0": "新图说。",
    }
    response = press(client, bring_in(client), "check", changes)
    posted_again = fields_of(response)
    assert {name: posted_again[name] for name in changes} == {**changes}
    assert any("震憾" in each.excerpt + each.detail for each in pieces(response)[0].found)
    assert "张三丰" in pieces(response)[0].hint
    assert not Article.objects.exists()


def test_two_pieces_become_one_and_nothing_of_either_is_dropped(client, editor):
    response = press(client, bring_in(client), "merge-1", {"p1-headline": "改过的标题"})
    assert told(response)[0] == (Kind.STORY, "夏粮丰收在望")
    whole = pieces(response)[0].entry
    assert "## 改过的标题" in whole.body.split("\n")
    assert "警示牌" in whole.body
    assert "李思远" in whole.printed_byline and "赵六一" in whole.printed_byline
    assert not response.context["screen"].lost
    assert pieces(response)[0].doubtful  # the one that was worked on stands open


def test_a_caption_that_is_merged_into_a_story_becomes_its_picture_with_its_credit(client, editor):
    response = press(client, bring_in(client), "merge-3")
    story = pieces(response)[1].entry
    (caption,) = story.captions
    assert caption.text.startswith("6月5日，工人") and caption.text.endswith("孙七宝 摄")
    assert story.kind == Kind.STORY and "孙七宝" not in story.printed_byline


def test_a_piece_is_split_at_a_paragraph_and_both_know_their_place_on_the_page(client, editor):
    address = bring_in(client)
    together = press(client, address, "merge-1")
    body = pieces(together)[0].entry.paragraphs
    place = next(n for n, line in enumerate(body, 1) if line.startswith("## "))
    response = again(client, together, "split-0", {"p0-split": str(place)})
    first, second = (shown.entry for shown in pieces(response)[:2])
    assert second.headline == "县实验小学开展防溺水教育"
    assert "警示牌" in second.body and "警示牌" not in first.body
    assert PAGE.index("县实验小学开展") == min(second.stretches).start
    assert max(first.stretches).end <= PAGE.index("县实验小学开展")
    assert not response.context["screen"].lost


def test_a_piece_that_cannot_be_split_there_says_so(client, editor):
    for place in ("1", "99", "", "x", "9" * 40):
        response = press(client, bring_in(client), "split-0", {"p0-split": place, "p0-headline": "改过"})
        assert said(response) and pieces(response)[0].entry.headline == "改过"


def test_furniture_becomes_a_piece_or_goes_into_one(client, editor):
    address = bring_in(client)
    assert told(press(client, address, "piece-2"))[2] == (Kind.BRIEF, "图片新闻")
    at_the_end = press(client, untouched(address), "append-2", {"p2-into": "1", "p2-part": "last"})
    assert pieces(at_the_end)[1].entry.body.endswith("图片新闻")
    assert len(told(at_the_end)) == 3
    as_column = press(client, untouched(address), "append-2", {"p2-into": "3", "p2-part": "column"})
    assert pieces(as_column)[2].entry.column == "图片新闻"
    assert len(told(as_column)) == 4  # it may stand over others too
    nowhere = press(client, untouched(address), "append-2", {"p2-into": "77", "p2-part": "last"})
    assert said(nowhere) and len(told(nowhere)) == 4


def test_a_place_and_a_campaign_are_added_beside_what_is_suggested(client, editor):
    place, campaign = make_place("海淀区"), Campaign.objects.create(name="三夏生产")
    address = bring_in(client)
    changes = {"p1-add_place": place.pk, "p1-add_relation": "mentioned", "p1-add_campaign": campaign.pk}
    response = press(client, address, "add-1", changes)
    entry = pieces(response)[1].entry
    assert [(row.slug, row.chosen, row.relation) for row in entry.places if row.slug == place.slug] == [
        (place.slug, True, "mentioned")
    ]
    assert campaign.slug in [row.slug for row in entry.campaigns if row.chosen]
    unticked = again(client, response, "check", {"p1-place": [], "p1-campaign": []})
    assert [row.chosen for row in pieces(unticked)[1].entry.places if row.slug == place.slug] == [False]


def test_without_scripts_a_place_is_added_by_its_name(client, editor):
    place = make_place("海淀区")
    address = bring_in(client)
    response = press(client, address, "add-1", {"p1-place_name": "海淀区"})
    assert place.slug in [row.slug for row in pieces(response)[1].entry.places]
    unknown = press(client, address, "add-1", {"p1-place_name": "无此地"})
    assert "无此地" in pieces(unknown)[1].refused["place"]


# --- it is confirmed -------------------------------------------------------------------------------------


def test_confirming_makes_the_drafts_and_remembers_who_and_when(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, outlet=outlet.pk, page_number="3")
    response = press(client, address, "confirm", {"p0-headline": "夏粮喜获丰收"}, follow=True)
    assert response.redirect_chain == [(address, 302)]
    row = PageImport.objects.get()
    assert row.confirmed_by == editor and row.confirmed_at
    drafts = Article.objects.order_by("pk")
    assert [(piece.kind, piece.headline) for piece in drafts] == [
        (Kind.STORY, "夏粮喜获丰收"),
        (Kind.STORY, "县实验小学开展防溺水教育"),
        (Kind.PHOTO, ""),
    ]
    assert [piece.created_by for piece in drafts] == [editor] * 3
    assert [placement.page.number for placement in Placement.objects.all()] == [3, 3, 3]
    assert HistoryEntry.objects.filter(act=Act.IMPORTED, by=editor).count() == 3
    assert {piece.pk for piece in drafts} == {piece.article_id for piece in response.context["pieces"]}
    assert all(f"/admin/articles/article/{piece.pk}/change/" in response.content.decode() for piece in drafts)


def test_confirming_twice_makes_nothing_twice(client, editor):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "confirm"}
    client.post(address, data)
    response = client.post(address, data, follow=True)
    assert response.redirect_chain == [(address, 302)]
    assert (Article.objects.count(), ImportedPiece.objects.count()) == (3, 3)


def test_whoever_comes_late_loses_nothing_of_what_was_typed(client, editor):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "confirm", "p0-headline": "晚来的标题"}
    client.post(address, {**fields_of(client.get(address)), "act": "confirm"})
    other = make_editor(display_name="王强")
    roles.assign(other, ["责任编辑"])
    client.force_login(other)
    response = client.post(address, data)
    assert "李静" in said(response)[-1]
    assert pieces(response)[0].entry.headline == "晚来的标题"
    assert pieces(response)[0].article.headline == "夏粮丰收在望"
    assert Article.objects.count() == 3


def test_a_skipped_piece_is_not_made_and_can_be_taken_later(client, editor):
    address = bring_in(client)
    press(client, address, "confirm", {"p1-skipped": "on"})
    assert [piece.headline for piece in Article.objects.order_by("pk")] == ["夏粮丰收在望", ""]
    assert "pieces" in client.get(address).context  # confirmed: what was made
    later = client.get(f"{address}?again=1")
    assert [bool(shown.article) for shown in pieces(later)] == [True, False, True]
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.filter(headline="县实验小学开展防溺水教育").count() == 1
    assert Article.objects.count() == 3


def test_a_piece_that_came_in_on_another_import_of_the_day_is_named_and_left_alone(client, editor):
    press(client, bring_in(client), "confirm")
    Article.objects.filter(headline="夏粮丰收在望").update(headline="编辑改过", listed_title="编辑改过")
    address = bring_in(client, PAGE.replace("平安度夏", "安全度夏"))
    response = client.get(address)
    assert [shown.article and shown.article.headline for shown in pieces(response)] == ["编辑改过", None, ""]
    confirmed = press(client, address, "confirm", follow=True)
    assert Article.objects.count() == 4
    assert any("编辑改过" in sentence for sentence in said(confirmed))


def test_what_is_missing_is_said_at_its_field_and_nothing_is_made(client, editor):
    changes = {"p0-headline": " ", "p1-body": "", "p3-caption-0": "", "p0-kicker": "长" * 101}
    response = press(client, bring_in(client), "confirm", changes)
    errors = [dict(shown.form.errors) for shown in pieces(response)]
    assert [sorted(each) for each in errors] == [["headline", "kicker"], ["body"], ["__all__"]]
    assert all(shown.doubtful for shown in pieces(response))
    assert not Article.objects.exists() and not PageImport.objects.get().confirmed_at


def test_a_skipped_piece_may_be_unfinished(client, editor):
    press(client, bring_in(client), "confirm", {"p0-headline": "", "p0-skipped": "on"})
    assert Article.objects.count() == 2


def test_with_everything_skipped_nothing_is_confirmed(client, editor):
    changes = {f"p{n}-skipped": "on" for n in (0, 1, 3)}
    response = press(client, bring_in(client), "confirm", changes)
    assert said(response)
    assert not PageImport.objects.get().confirmed_at


def test_words_of_the_page_that_stand_in_no_piece_are_shown_before_they_are_left_out(client, editor):
    address = bring_in(client)
    body = pieces(client.get(address))[1].entry.body
    shorter = {"p1-body": "\n".join(line for line in body.split("\n") if "警示牌" not in line)}
    asked = press(client, address, "confirm", shorter)
    assert not Article.objects.exists()
    ((line, words),) = asked.context["screen"].lost
    assert (line, words[:6]) == (11, "学校还在河边")
    assert words in asked.content.decode()
    other = again(client, asked, "confirm", {"p0-body": "全改了。"})  # another loss than the one that was shown
    assert not Article.objects.exists()
    again(client, other, "confirm")
    assert Article.objects.count() == 3


def test_an_edited_piece_is_proofed_as_it_was_edited(client, editor):
    address = bring_in(client, PAGE.replace("平安度夏", "平安度夏，震憾人心"))
    body = pieces(client.get(address))[1].entry.body
    press(
        client,
        address,
        "confirm",
        {"p1-body": body.replace("震憾", "震撼"), "p0-body": pieces(client.get(address))[0].entry.body},
    )
    flags = Article.objects.get(headline="县实验小学开展防溺水教育").flags.all()
    assert not [flag for flag in flags if "震憾" in flag.excerpt + flag.detail]
    address = bring_in(client, PAGE.replace("平安度夏", "平安度夏，震憾人心"), day="2024-06-08")
    press(client, address, "confirm", without=("p1-skipped",))
    flags = Article.objects.filter(headline="县实验小学开展防溺水教育").latest("pk").flags.all()
    assert [flag for flag in flags if "震憾" in flag.excerpt + flag.detail]


def test_places_are_filed_as_they_are_ticked(client, editor):
    place = make_place("海淀区")
    address = bring_in(client)
    added = press(client, address, "add-1", {"p1-add_place": place.pk, "p1-add_relation": "mentioned"})
    again(client, added, "confirm")
    tags = LocalityTag.objects.filter(content_object__headline="县实验小学开展防溺水教育")
    assert [(tag.tag, tag.relation) for tag in tags if tag.tag == place] == [(place, PlaceRelation.MENTIONED)]


def test_two_who_confirm_at_once_make_each_piece_once(client, editor, transactional_db):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "confirm"}
    cookies = client.cookies

    def confirm():
        browser = type(client)()
        browser.cookies = cookies
        return browser.post(address, data).status_code

    assert at_once(confirm, confirm) == [302, 302]
    assert Article.objects.count() == 3


def test_the_newspaper_and_the_day_are_set_right_while_the_page_is_looked_through(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client)
    changes = {"about-outlet": outlet.pk, "about-day": "2023-12-01", "about-page_number": "5", "p0-headline": "改过"}
    response = press(client, address, "check", changes)
    row = PageImport.objects.get()
    assert (row.outlet, f"{row.day}", row.page_number) == (outlet, "2023-12-01", 5)
    assert pieces(response)[0].entry.headline == "改过"
    again(client, response, "confirm")
    assert [str(placement.page.edition.day) for placement in Placement.objects.all()] == ["2023-12-01"] * 3


def test_a_day_that_cannot_be_is_refused_with_everything_typed_kept(client, editor):
    bring_in(client, day="2024-06-08")
    address = bring_in(client)
    for day in ("", "x", "2024-06-31", "2024-06-08"):
        response = press(client, address, "confirm", {"about-day": day, "p0-headline": "改过"})
        assert list(response.context["about"].errors) == ["day"]
        assert response.context["about"]["day"].value() == day
        assert pieces(response)[0].entry.headline == "改过"
    assert not Article.objects.exists()
    assert str(PageImport.objects.latest("pk").day) == DAY


# --- what is typed is kept -------------------------------------------------------------------------------


def test_what_is_typed_is_kept_with_the_page_at_every_press_of_a_button(client, editor):
    Column.objects.create(name="乡村振兴")
    changes = {"p0-headline": "改过的标题", "p0-column": "乡村振兴", "p1-skipped": "on", "p1-place_name": "无此地"}
    for act in ("check", "later", "add-1", "merge-3", "piece-2"):
        address = bring_in_once(client)
        press(client, untouched(address), act, changes)
        shown = client.get(address)
        (kept,) = [each.entry for each in pieces(shown) if each.entry.headline == "改过的标题"]
        assert kept.column == "乡村振兴"
        assert shown.context["kept"].who == "李静"
    assert told(shown)[2] == (Kind.BRIEF, "图片新闻")  # as it was after the button
    assert pieces(shown)[1].entry.skipped and pieces(shown)[1].entry.added["place_name"] == "无此地"


def test_whoever_puts_a_page_off_is_led_to_the_list_and_finds_it_again(client, editor):
    address = bring_in(client)
    response = press(client, address, "later", {"p0-headline": "改过", "about-day": "2024-06-31"}, follow=True)
    assert response.redirect_chain == [(LIST, 302)] and said(response)
    found = colleague(client).get(address)
    assert pieces(found)[0].entry.headline == "改过"
    assert found.context["kept"].who == "李静"
    assert found.context["about"]["day"].value() == "2024-06-31"  # a day that cannot be is kept as typed too
    assert not Article.objects.exists()


def test_an_older_form_is_neither_kept_nor_confirmed_before_its_editor_has_seen_that(client, editor):
    address = bring_in(client)
    other = colleague(client)
    older = fields_of(other.get(address))
    press(client, address, "check", {"p0-headline": "李静的标题", "about-day": "2024-06-09"})
    for act in ("confirm", "check", "later", "merge-1", "discard"):
        response = other.post(address, {**older, "p0-headline": "王强的标题", "act": act})
        assert response.status_code == 200 and "李静" in response.content.decode()
        assert pieces(response)[0].entry.headline == "王强的标题" and len(pieces(response)) == 3
        row = PageImport.objects.get()
        assert (str(row.day), row.confirmed_at) == ("2024-06-09", None)  # nor does an old day come back
        assert pieces(client.get(address))[0].entry.headline == "李静的标题"
    again(other, response, "check")
    assert pieces(client.get(address))[0].entry.headline == "王强的标题"


def test_whoever_goes_on_all_the_same_can_confirm(client, editor):
    address = bring_in(client)
    other = colleague(client)
    older = fields_of(other.get(address))
    press(client, address, "check")
    late = other.post(address, {**older, "p0-headline": "王强的标题", "act": "confirm"})
    again(other, late, "confirm")
    assert Article.objects.filter(headline="王强的标题").count() == 1 and Article.objects.count() == 3
    assert PageImport.objects.get().work is None


def test_of_two_who_keep_at_once_one_is_told(client, editor, transactional_db):
    address = bring_in(client)
    data = {**fields_of(client.get(address)), "act": "later"}
    browsers = [colleague(client, name) for name in ("王强", "张敏")]
    answers = at_once(*(lambda browser=browser: browser.post(address, data).status_code for browser in browsers))
    assert sorted(answers) == [200, 302]
    assert PageImport.objects.get().work["count"] == 1


def test_a_form_that_comes_after_the_page_was_confirmed_stands_as_typed_and_says_so(client, editor):
    address = bring_in(client)
    other = colleague(client)
    older = fields_of(other.get(address))
    press(client, address, "confirm")
    response = other.post(address, {**older, "p0-headline": "晚来的标题", "act": "later"})
    assert "李静" in said(response)[-1] and pieces(response)[0].entry.headline == "晚来的标题"
    assert PageImport.objects.get().work is None


def test_what_is_typed_on_a_page_looked_through_once_more_is_kept_too(client, editor):
    address = bring_in(client)
    press(client, address, "confirm", {"p1-skipped": "on"})
    data = {**fields_of(client.get(f"{address}?again=1")), "p1-headline": "改过", "act": "later"}
    assert client.post(address, data).status_code == 302
    assert pieces(client.get(f"{address}?again=1"))[1].entry.headline == "改过"
    assert "pieces" in client.get(address).context


ENTRY = st.builds(
    Entry,
    kind=st.sampled_from([Kind.STORY, Kind.PHOTO, Kind.BRIEF]),
    kicker=st.text("甲乙丙", max_size=3),
    headline=st.text("丁戊己庚", max_size=4),
    subhead=st.text("辛壬", max_size=3),
    body=st.lists(st.text("天地玄黄。", max_size=5), max_size=4).map("\n".join),
    captions=st.lists(st.builds(Caption, st.text("宇宙洪荒", min_size=1, max_size=5), st.just("")), max_size=2).map(
        tuple
    ),
    printed_byline=st.text("日月盈昃", max_size=4),
)


@given(st.data())
def test_a_form_is_read_as_the_entries_it_was_made_of(data):
    rows = st.lists(
        st.builds(Offered, st.sampled_from("abc"), st.booleans(), st.booleans(), st.sampled_from(PlaceRelation.values)),
        max_size=3,
        unique_by=lambda row: row.slug,
    ).map(tuple)
    entries = [
        replace(
            data.draw(ENTRY),
            places=data.draw(rows),
            skipped=data.draw(st.booleans()),
            stretches=(Stretch(0, 5, "body"),),
        )
        for _n in range(data.draw(st.integers(0, 3)))
    ]
    kept = work.kept(
        PageImport(work={"form": form_of(entries), "count": 1, "by": 1, "who": "", "at": "2024-06-07T00:00Z"})
    )
    assert posted(kept.form, 10) == entries


# --- what was made before --------------------------------------------------------------------------------


def test_looking_through_once_more_makes_nothing_again_of_what_was_merged(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "merge-1"), "confirm")
    assert Article.objects.count() == 2
    later = client.get(f"{address}?again=1")
    whole = Article.objects.get(headline="夏粮丰收在望")
    assert [(shown.article and shown.article.pk, shown.within) for shown in pieces(later)][:2] == [(whole.pk, True)] * 2
    confirmed = client.post(address, {**fields_of(later), "act": "confirm"}, follow=True)
    assert Article.objects.count() == 2
    assert any(whole.number in sentence for sentence in said(confirmed))


def test_looking_through_once_more_makes_nothing_again_of_what_was_split(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "split-1", {"p1-split": "2"}), "confirm", {"p2-headline": "警示牌立起来"})
    assert Article.objects.count() == 4
    later = client.get(f"{address}?again=1")
    assert all(shown.article for shown in pieces(later))
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.count() == 4


def test_of_a_piece_whose_first_half_was_made_that_is_said_and_it_is_skipped_in_advance(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "split-1", {"p1-split": "2"}), "confirm", {"p2-skipped": "on"})
    later = client.get(f"{address}?again=1")
    half = Article.objects.get(headline="县实验小学开展防溺水教育")
    shown = pieces(later)[1]
    assert (shown.partly.article, shown.article, shown.entry.skipped) == (half, None, True)
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.count() == 3


def test_what_was_skipped_beside_a_merged_piece_can_still_be_taken(client, editor):
    address = bring_in(client)
    again(client, press(client, address, "merge-1"), "confirm", {"p2-skipped": "on"})
    assert Article.objects.count() == 1
    later = client.get(f"{address}?again=1")
    assert [bool(shown.article) for shown in pieces(later)] == [True, True, False]
    client.post(address, {**fields_of(later), "act": "confirm"})
    assert Article.objects.count() == 2


def test_pieces_that_share_a_line_are_not_taken_for_each_other():
    first, second = (
        Draft(number, Kind.BRIEF, fingerprint=name, first_line=1, last_line=1) for number, name in ((1, "a"), (2, "b"))
    )
    made = ImportedPiece(pk=1, fingerprint="a", first_line=1, last_line=1)
    assert taken_in([second], [made], "甲。乙。", frozenset("ab")) == {}
    assert taken_in([replace(second, fingerprint="c")], [made], "甲。乙。", frozenset("ab")) == {"c": made}
    assert taken_in([first], [], "甲。乙。", frozenset("ab")) == {}


def test_the_same_words_on_another_day_are_named_and_skipped_in_advance(client, editor):
    press(client, bring_in(client, day="2024-04-27"), "confirm")
    address = bring_in(client, PAGE.replace("平安度夏", "安全度夏"))
    response = client.get(address)
    assert [shown.entry.skipped for shown in pieces(response)] == [True, False, True]
    made = Article.objects.get(headline="夏粮丰收在望")
    words = response.content.decode()
    assert "2024-04-27" in words and made.number in words and "《夏粮丰收在望》" in words
    press(client, address, "confirm", without=("p0-skipped",))  # on purpose
    assert Article.objects.filter(headline="夏粮丰收在望").count() == 2 and Article.objects.count() == 5


def test_a_newspaper_chosen_when_a_page_comes_in_again_is_taken_over(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, page_name="综合")
    older = fields_of(client.get(address))
    assert bring_in(client, outlet=outlet.pk, page_number="3") == address
    row = PageImport.objects.get()
    assert (row.outlet, row.page_number, row.page_name) == (outlet, 3, "综合")
    client.post(address, {**older, "act": "check"})  # a form from before says nothing of it
    row.refresh_from_db()
    assert row.outlet == outlet
    press(client, address, "confirm")
    bring_in(client, page_number="4")
    row.refresh_from_db()
    assert row.page_number == 3


def test_a_place_that_may_be_another_is_not_ticked_in_advance(client, editor):
    suggested = Suggestion(make_place("海淀区"), PlaceRelation.ABOUT, "海淀区", False)
    assert _offered_place(suggested).chosen is False
    assert _offered_place(suggested._replace(certain=True)).chosen is True


# --- compared, printed days, bylines, discarding ---------------------------------------------------------


def test_pieces_that_were_compared_have_their_flag_settled_by_name_and_on_record(client, editor):
    press(client, bring_in(client), "confirm", {"compared": "on"})
    for article in Article.objects.all():
        (flag,) = article.flags.filter(check_code="transcription")
        assert (flag.cleared_by, bool(flag.reason)) == (editor, True)
        acts = [entry.act for entry in article.history.order_by("pk")]
        assert acts[-2:] == [Act.IMPORTED, Act.FLAG_CLEARED]
        assert article.history.filter(act=Act.FLAG_CLEARED).get().by == editor


def test_without_that_word_each_piece_waits_to_be_compared(client, editor):
    press(client, bring_in(client), "confirm")
    assert Flag.objects.filter(check_code="transcription", cleared_at=None).count() == 3


def test_who_may_not_settle_flags_cannot_say_to_have_compared(client, editor):
    permissions = ("view_pageimport", "add_pageimport", "change_pageimport", "add_article")
    client.force_login(make_editor(*permissions))
    address = bring_in(client)
    assert 'name="compared"' not in client.get(address).content.decode()
    press(client, address, "confirm", {"compared": "on"})
    assert Flag.objects.filter(check_code="transcription", cleared_at=None).count() == 3


@pytest.mark.parametrize(
    ("printed", "warned"),
    [
        ("2023年11月23日 星期四", "2023年11月23日"),
        ("2023-11-23", "2023-11-23"),
        ("2024年6月7日 星期五", ""),
        ("2024年13月7日 星期五", ""),
        ("电话：0374-2023-11-2345", ""),
        ("", ""),
    ],
)
def test_a_date_that_the_page_prints_itself_is_held_against_the_day_entered(client, editor, printed, warned):
    response = client.get(bring_in(client, f"{printed}\n\n{PAGE}"))
    assert (response.context["printed_day"] or (None, ""))[1] == warned
    assert not warned or f"{warned}" in response.content.decode().partition("<form method")[0]


def test_a_date_in_a_piece_is_no_date_of_the_page(client, editor):
    response = client.get(bring_in(client, PAGE.replace("6月3日", "2023年6月3日")))
    assert response.context["printed_day"] is None


def test_a_byline_under_the_headline_stays_with_the_first_half():
    page = "标题一\n记者 甲某\n甲甲甲。\n乙乙乙。\n（丙某）"
    head, foot = Stretch(4, 9, "byline_text"), Stretch(20, 24, "byline_text")
    text = (Stretch(0, 3, "headline"), Stretch(10, 14, "body"), Stretch(15, 19, "body"))

    def bylines(printed, *stretches, body="甲甲甲。\n乙乙乙。"):
        entry = Entry(
            Kind.STORY, tuple(sorted((*text, *stretches))), headline="标题一", body=body, printed_byline=printed
        )
        return [part.printed_byline for part in divided(entry, 2, page)]

    assert bylines("记者 甲某", head) == ["记者 甲某", ""]
    assert bylines("（丙某）", foot) == ["", "（丙某）"]
    assert bylines("记者 甲某 （丙某）", head, foot) == ["记者 甲某", "（丙某）"]
    assert bylines("另写的", head, foot) == ["", "另写的"]
    assert bylines("记者 甲某", head, body="甲甲甲。\n别的话。") == ["记者 甲某", ""]
    assert bylines("（丙某）", foot, body="甲甲甲。\n别的话。") == ["", "（丙某）"]
    assert bylines("打上的") == ["", "打上的"]


def test_a_page_of_which_nothing_was_made_can_be_discarded(client, editor):
    address = bring_in(client, files=[picture_file("车间.jpg")])
    row = PageImport.objects.get()
    assert page_pictures.kept(row)
    response = press(client, address, "discard", follow=True)
    assert response.redirect_chain == [(LIST, 302)] and said(response)
    assert not PageImport.objects.exists() and not page_pictures.kept(row)


def test_a_page_of_which_pieces_were_made_is_not_discarded(client, editor):
    address = bring_in(client)
    older = fields_of(client.get(address))
    press(client, address, "confirm")
    for more in ({}, {"again": "1"}):
        client.post(address, {**older, **more, "act": "discard"})
    assert PageImport.objects.count() == 1
    spaced = bring_in(client, f"\n{PAGE}")  # confirmed, though every piece of it was there
    press(client, spaced, "confirm")
    client.post(spaced, {**older, "act": "discard"})
    assert PageImport.objects.exclude(confirmed_at=None).count() == 2
    load_seed_page()
    read = PageImport.objects.get(confirmed_at=None)
    assert 'value="discard"' not in client.get(f"{LIST}{read.pk}/change/").content.decode()
    client.post(f"{LIST}{read.pk}/change/", {"act": "discard"})
    assert PageImport.objects.filter(pk=read.pk).exists()


def test_who_may_not_change_page_imports_does_not_discard_one(client, editor):
    address = bring_in(client)
    client.force_login(make_editor("view_pageimport", "add_pageimport", "add_article"))
    assert 'value="discard"' not in client.get(address).content.decode()
    assert client.post(address, {"act": "discard"}).status_code == 403
    assert PageImport.objects.exists()


# --- pictures --------------------------------------------------------------------------------------------


def test_pictures_that_come_with_a_page_stand_under_its_captions_in_order(client, editor):
    address = bring_in(client, files=[picture_file("车间.jpg"), picture_file("麦田.jpg", "green")])
    response = client.get(address)
    assert [picture.name for picture in response.context["pictures"]] == ["车间.jpg", "麦田.jpg"]
    first, second = response.context["pictures"]
    assert pieces(response)[2].entry.captions[0].picture == first.key
    assert [picture.name for picture in response.context["screen"].unused_pictures()] == ["麦田.jpg"]
    shown = client.get(f"{LIST}{PageImport.objects.get().pk}/pictures/{first.key}")
    assert shown["Content-Type"] == "image/jpeg"
    changes = {"p3-picture-0": second.key, "p0-caption-0": "麦田里。", "p0-picture-0": first.key}
    press(client, address, "confirm", changes)
    found = {
        figure.article.kind: figure.photo.original.read()
        for figure in Figure.objects.select_related("photo", "article")
    }
    assert found == {Kind.PHOTO: a_picture("green"), Kind.STORY: a_picture()}


def test_a_picture_without_a_caption_is_named_before_it_is_left_out(client, editor):
    address = bring_in(client, files=[picture_file("车间.jpg"), picture_file("多余.jpg")])
    asked = press(client, address, "confirm")
    assert not Article.objects.exists() and "多余.jpg" in asked.content.decode()
    again(client, asked, "confirm")
    assert Article.objects.count() == 3


def test_a_word_document_brings_its_pictures_and_their_captions(client, editor):
    document = Document()
    for line in PAGE.split("图片新闻")[0].split("\n"):
        document.add_paragraph(line)
    document.add_picture(BytesIO(a_picture()))
    document.add_paragraph("图1：6月5日，工人在车间里赶制订单，生产一派繁忙。孙七宝 摄")
    buffer = BytesIO()
    document.save(buffer)
    address = bring_in(client, "", files=SimpleUploadedFile("第3版.docx", buffer.getvalue()))
    captioned = [shown.entry for shown in pieces(client.get(address)) if shown.entry.kind == Kind.PHOTO]
    assert ["赶制订单" in entry.captions[0].text for entry in captioned] == [True]
    assert captioned[0].captions[0].picture


def test_a_picture_of_another_page_or_of_nobody_is_not_shown(client, editor):
    bring_in(client, files=[picture_file("车间.jpg")])
    row = PageImport.objects.get()
    (picture,) = page_pictures.kept(row)
    for name in ("nichts.jpg", "captions.json", "..", f"x{picture.key}"):
        assert client.get(f"{LIST}{row.pk}/pictures/{name}").status_code == 404
    assert client.get(f"{LIST}{row.pk + 1}/pictures/{picture.key}").status_code == 404
    client.force_login(make_editor())
    assert client.get(f"{LIST}{row.pk}/pictures/{picture.key}").status_code == 403


def test_a_picture_that_is_not_of_this_page_is_refused(client, editor):
    response = press(client, bring_in(client), "confirm", {"p3-picture-0": "../../x.jpg"})
    assert said(response) and not Article.objects.exists()


# --- tampered forms --------------------------------------------------------------------------------------

SPOILED = st.one_of(
    st.sampled_from(
        ["", "x", "-1", "0", "99999", "9" * 30, "\0", "１", "1-2-body", "5-1-body", "0-99999999-body", "furniture"]
    ),
    st.text(max_size=20),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_posted_form_is_an_error_of_the_site(client, editor, data):
    address = bring_in_once(client)
    PageImport.objects.update(work=None)  # what an example before this one left
    fields = fields_of(client.get(address))
    for name in data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=6)):
        fields[name] = data.draw(SPOILED)
    for name in data.draw(st.lists(st.sampled_from(sorted(fields)), max_size=6)):
        fields.pop(name, None)
    act = data.draw(st.sampled_from(["check", "merge", "split", "piece", "append", "add", "nichts"]))
    number = data.draw(st.sampled_from(["", "-0", "-1", "-3", "-99", "--1", "-x", "-²"]))
    assert client.post(address, {**fields, "act": act + number}).status_code == 200


def bring_in_once(client):
    row = PageImport.objects.filter(day=DAY).first()
    return f"{LIST}{row.pk}/change/" if row else bring_in(client)


def test_an_empty_post_and_a_page_that_is_not_there_are_answered(client, editor):
    address = bring_in(client)
    assert client.post(address, {}).status_code == 200
    assert client.post(address, {"act": "confirm", "total": "9999999"}).status_code == 200
    for key in ("0", "x", "9" * 30, "1e3"):
        assert client.get(f"{LIST}{key}/change/").status_code == 302


# --- entries by themselves -------------------------------------------------------------------------------


def letters(entry):
    return sorted(letter for passage in entry.words() for letter in passage if letter.isalnum())


@given(ENTRY, ENTRY)
def test_merging_drops_no_letter(first, second):
    assert letters(merged(first, second)) == sorted(letters(first) + letters(second))


@given(ENTRY, st.integers(-1, 6))
def test_splitting_drops_no_letter(entry, place):
    parts = divided(entry, place, "")
    if parts is None:
        assert not 2 <= place <= max(len(entry.paragraphs), 0 if entry.paragraphs else len(entry.captions))
        return
    both = sorted(letters(parts[0]) + letters(parts[1]))
    assert both == sorted(letters(entry) + [letter for letter in entry.column + entry.section])


@given(ENTRY, st.sampled_from(["kicker", "headline", "subhead", "first", "last"]))
def test_putting_furniture_into_a_piece_drops_no_letter(entry, part):
    furniture = Entry("furniture", (Stretch(0, 2, "text"),), body="图片")
    assert letters(appended(entry, furniture, part)) == sorted([*letters(entry), *"图片"])
    assert letters(as_piece(furniture)) == sorted("图片")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50), st.sampled_from(["body", "mark"])), max_size=5))
def test_stretches_come_back_as_they_were_spelled(spans):
    stretches = tuple(Stretch(start, start + length, name) for start, length, name in spans)
    assert spelled_stretches(spelled(stretches), 200) == stretches


def test_stretches_outside_the_page_or_spoiled_are_left_out():
    assert spelled_stretches("0-5-body,5-5-body,3-11-body,x,1-2-BODY,-1-2-body,2-4-mark", 10) == (
        Stretch(0, 5, "body"),
        Stretch(2, 4, "mark"),
    )


def test_a_form_without_anything_is_no_entry():
    assert posted({"total": "x"}, 10) == []


def test_a_sentence_is_lost_when_it_was_taken_out_and_not_when_it_was_mended_or_moved():
    page = "甲乙丙丁戊己庚辛壬癸。子丑寅卯辰巳午未申酉。天地玄黄宇宙洪荒日月。"
    whole = (Stretch(0, len(page), "body"),)
    mended = Entry(Kind.STORY, whole, body="甲乙丙丁戊己庚辛壬鬼。\n天地玄黄宇宙洪荒日月。")
    moved = Entry(Kind.BRIEF, body="子丑寅卯辰巳午未申酉。")
    assert losses(page, [mended, moved]) == []
    assert [loss.words for loss in losses(page, [mended])] == ["子丑寅卯辰巳午未申酉。"]
    assert losses(page, [Entry(Kind.STORY, whole, skipped=True)]) == []
    assert [loss.words for loss in losses(page, [])] == [page]


def test_what_is_nobodys_stretch_is_lost():
    page = "甲乙丙丁。\n\n戊己庚辛。"
    assert [
        (loss.start, loss.words)
        for loss in losses(page, [Entry(Kind.STORY, (Stretch(0, 5, "body"),), body="甲乙丙丁。")])
    ] == [(7, "戊己庚辛。")]


def test_words_are_found_across_the_lines_of_a_column():
    page = "他们来\n\n自各地，后来"
    squeezed = Squeezed(page, (Stretch(0, len(page), "body"),))
    assert squeezed.find("来 自各") == (2, 6)
    assert squeezed.find("没有") is None and squeezed.find("") is None


def test_marks_that_overlap_are_shown_with_the_worse_one_and_both_sentences():
    page = "甲乙丙丁戊"
    entry = Entry(Kind.STORY, (Stretch(0, 5, "body"),))
    (line,) = lines_of(page, [entry], [Mark(1, 4, "note", "甲", "a"), Mark(2, 3, "error", "乙", "b")], ["1"])
    assert [(segment.text, segment.severity, segment.sentence, segment.name) for segment in line.segments] == [
        ("甲", "", "", ""),
        ("乙", "note", "甲", "a"),
        ("丙", "error", "甲\n乙", "b"),
        ("丁", "note", "甲", ""),
        ("戊", "", "", ""),
    ]


def test_the_seed_page_is_looked_through_and_nothing_of_it_is_lost(client, editor):
    load_seed_page()
    row = PageImport.objects.get()
    response = client.get(f"{LIST}{row.pk}/change/")
    kinds = [shown.entry.kind for shown in response.context["screen"].shown]
    assert (kinds.count(Kind.STORY), kinds.count(Kind.PHOTO), kinds.count("furniture")) == (9, 3, 3)
    assert response.context["screen"].lost == []
    assert all(shown.article for shown in pieces(response))
    unmarked = [found for shown in pieces(response) for found in shown.found if not found.mark]
    assert unmarked == []


def test_an_untouched_piece_has_the_findings_that_reading_the_page_gave_it(db):
    load_seed_page()
    reading = Reading(PageImport.objects.get())
    read = [proposal for proposal in reading.proposals.pieces if proposal.item.kind != "furniture"]
    typed = [reading.draft(entry, n) for n, entry in enumerate(reading.entries(), 1) if entry.is_piece]
    assert [draft.findings for draft in typed] == [proposal.findings for proposal in read]
    assert any(finding.check == "repeated_passage" for finding in typed[8].findings)
    seams = [copy_of_draft(draft, reading.day).raw for draft in typed]  # where checks look for repeated ends
    assert seams == [copy_of_item(proposal.item, reading.day).raw for proposal in read]
    assert any(map(any, seams))


def test_of_a_continued_piece_the_head_keeps_where_it_comes_from():
    entry = Entry(Kind.STORY, body="甲。\n乙。", jump="上接第1版")
    assert [part.jump for part in divided(entry, 2, "")] == ["上接第1版", ""]
    entry = Entry(Kind.STORY, body="甲。\n乙。", jump="下转第2版")
    assert [part.jump for part in divided(entry, 2, "")] == ["", "下转第2版"]


def test_offered_rows_know_whether_they_are_certain():
    data = FakePost(
        {
            "total": "1",
            "p0-kind": "story",
            "p0-place_offered": ["a", "?b"],
            "p0-place": ["b"],
            "p0-place_relation-b": "mentioned",
        }
    )
    assert posted(data, 10)[0].places == (Offered("a", False), Offered("b", True, False, "mentioned"))


class FakePost(dict):
    def getlist(self, name):
        return self.get(name, [])
