"""整版导入: a page is looked through beside its text; what is typed is kept, whatever is posted."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.admin.page_import import pictures as page_pictures
from articles.admin.page_import.review import Reading, _offered_place
from articles.intake.drafts import copy_of_draft
from articles.intake.places import Suggestion
from articles.intake.proposals import copy_of_item
from articles.models import Article, Campaign, Column, Contributor, Figure, PageImport
from articles.vocabulary import Kind, PlaceRelation
from tests.factories import load_gazetteer, load_seed_page, make_editor, make_place
from tests.page import Page
from tests.page_import import (
    DAY,
    LIST,
    PAGE,
    a_picture,
    again,
    bring_in,
    colleague,
    fields_of,
    log_in,
    picture_file,
    pieces,
    press,
    said,
    told,
)
from tests.test_concurrency import at_once


@pytest.fixture
def editor(client):
    return log_in(client, "李静")


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


def test_a_place_that_may_be_another_is_not_ticked_in_advance(client, editor):
    suggested = Suggestion(make_place("海淀区"), PlaceRelation.ABOUT, "海淀区", False)
    assert _offered_place(suggested).chosen is False
    assert _offered_place(suggested._replace(certain=True)).chosen is True


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


# --- what is typed is kept -------------------------------------------------------------------------------


def untouched(address):
    """The address of a review, of which nothing is kept any more."""
    PageImport.objects.update(work=None)
    return address


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
