"""A body of text: what its marks mean, and that nothing a reader can see is lost on the way in."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import (
    Block,
    Run,
    blocks,
    clean_body,
    clean_line,
    count_characters,
    figure_marks,
    first_sentence,
    plain,
    renumber_figures,
)

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2068\x00\x07\x1b\x7f"
MARKS = "#＃>＞|｜*【】[]［］图 0123456789"
PASTED = st.text(st.one_of(st.sampled_from(MARKS + INVISIBLE + "\r\n\t\u3000\u2028五星。\U0001f33e"), st.characters()))


def visible(text, *, without=""):
    """The characters that a reader sees: no white space, control or format characters."""
    return [c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf") and c not in without]


# --- clean_body ------------------------------------------------------------------------------------------


def test_blank_lines_leading_blanks_and_trailing_space_are_dropped():
    assert clean_body("\n\u3000\u3000第一段 \t\n\n \xa0第二段\u3000\n\n") == "第一段\n第二段"


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"])
def test_every_line_ending_begins_a_paragraph(ending):
    assert clean_body(f"甲{ending}乙") == "甲\n乙"


@pytest.mark.parametrize("invisible", INVISIBLE)
def test_nul_and_zero_width_characters_are_gone_wherever_they_stand(invisible):
    assert clean_body(f"{invisible}　甲{invisible}乙\n{invisible}\n#{invisible}# 丙{invisible}") == "甲乙\n## 丙"


def test_the_joiner_inside_an_emoji_stays():
    assert clean_body("\U0001f469\u200d\U0001f33e丰\u200d收") == "\U0001f469\u200d\U0001f33e丰收"


def test_blanks_inside_a_paragraph_stay():
    assert clean_body("张三\u3000李 四") == "张三\u3000李 四"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("##小标题", "## 小标题"),
        ("＃＃　小标题", "## 小标题"),
        ("  ## 小标题", "## 小标题"),
        (">>编者按", ">> 编者按"),
        ("＞＞ 编者按", ">> 编者按"),
        ("|床前明月光", "| 床前明月光"),
        ("｜　疑是地上霜", "| 疑是地上霜"),
        ("【图1】", "【图1】"),
        ("【图 02】", "【图2】"),
        ("[[图3]]", "【图3】"),
        ("［图4］", "【图4】"),
        ("[图5]", "【图5】"),
        ("　【图１２】　", "【图12】"),
        ("##", ""),
        ("＞＞　", ""),
        ("| ", ""),
    ],
)
def test_a_mark_has_one_spelling_and_none_stands_before_nothing(typed, kept):
    assert clean_body(typed) == kept


@pytest.mark.parametrize(
    "line", ["【图0】", "【图】", "【图1234】", "见【图1】", "【图1]", "# 一", "> 一", "一 ## 二", "**粗**"]
)
def test_what_only_looks_like_a_mark_stays_as_typed(line):
    assert clean_body(line) == line


@given(PASTED)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_body(clean_body(text)) == clean_body(text)


@given(PASTED)
def test_cleaning_loses_no_visible_character_but_those_of_marks(text):
    assert visible(clean_body(text), without=MARKS) == visible(text, without=MARKS)


@given(st.lists(st.text("五星支部a1。，“”*【】", min_size=1), max_size=5))
def test_lines_that_begin_with_no_mark_keep_every_character(lines):
    lines = [f"文{line}" for line in lines]
    assert clean_body("\r\n\u3000".join(lines)) == "\n".join(lines)


# --- clean_line ------------------------------------------------------------------------------------------


def test_a_headline_becomes_one_line_without_invisible_characters():
    assert clean_line("\ufeff　五星支部\u200b \r\n　创建\x00 ") == "五星支部 创建"


@given(PASTED)
def test_a_cleaned_line_is_one_line_and_stays_as_it_is(text):
    line = clean_line(text)
    assert (line, visible(line)) == (clean_line(line), visible(text))
    assert not re.search(r"[\r\n\u2028\u2029]", line)


# --- blocks ----------------------------------------------------------------------------------------------


def test_each_line_is_a_block_of_its_kind_in_order():
    assert blocks("第一段\n## 小标题\n>> 编者按\n| 诗\n【图2】\n末段") == [
        Block("paragraph", (Run("第一段"),)),
        Block("heading", (Run("小标题"),)),
        Block("note", (Run("编者按"),)),
        Block("line", (Run("诗"),)),
        Block("figure", figure=2),
        Block("paragraph", (Run("末段"),)),
    ]


def test_bold_stands_between_two_pairs_of_stars_in_any_block():
    assert blocks("甲**乙**丙**丁**\n## **戊**") == [
        Block("paragraph", (Run("甲"), Run("乙", bold=True), Run("丙"), Run("丁", bold=True))),
        Block("heading", (Run("戊", bold=True),)),
    ]


@pytest.mark.parametrize("line", ["甲**乙", "甲*乙*丙", "甲****"])
def test_stars_that_close_nothing_are_text(line):
    assert blocks(line) == [Block("paragraph", (Run(line),))]


def test_a_mark_without_its_blank_is_text():
    assert blocks("##小标题\n#") == [Block("paragraph", (Run("##小标题"),)), Block("paragraph", (Run("#"),))]


def test_no_body_has_no_blocks():
    assert blocks("") == []


@given(PASTED)
def test_any_text_can_be_read(text):
    assert len(blocks(text)) <= text.count("\n") + 1
    assert count_characters(text) <= len(text)
    assert len(plain(text)) <= len(text)


@given(PASTED)
def test_a_cleaned_body_has_a_block_for_each_line_and_plain_text_for_each_but_figures(text):
    body = clean_body(text)
    read = blocks(body)
    assert len(read) == len(body.split("\n") if body else [])
    assert plain(body).count("\n") == max(0, sum(block.kind != "figure" for block in read) - 1)


def test_figures_that_change_places_take_their_marks_along_and_a_removed_one_leaves_none():
    body = "【图1】\n甲，见【图1】\n【图2】\n【图3】\n【图4】"
    assert figure_marks(body) == [1, 2, 3, 4]
    assert renumber_figures(body, {1: 3, 2: None, 3: 1}) == "【图3】\n甲，见【图1】\n【图1】\n【图4】"


# --- characters, sentences, folding -----------------------------------------------------------------------


def test_counting_leaves_out_marks_white_space_and_figures():
    assert count_characters("## 小 标题\n>> 按\n| 诗\n【图1】\n**粗**字，2023年") == 3 + 1 + 1 + 8


def test_plain_text_has_no_marks_and_no_figures():
    assert plain("## 小标题\n【图1】\n甲**乙**丙") == "小标题\n甲乙丙"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("天晴了。人们出门。", "天晴了"),
        ("！天晴了？", "天晴了"),
        ("没有句号", "没有句号"),
        ("小标题\n天晴了。", "小标题"),
        (" 。天晴了。", "天晴了"),
        ("  天晴了 。", "天晴了"),
        ("一二三四五六七八九十。", "一二三四五六七八九十"),
        ("一二三四五六七八九十甲。", "一二三四五六七八九…"),
        ("", ""),
        ("。！", ""),
    ],
)
def test_the_first_sentence_is_cut_at_ten_characters(text, sentence):
    assert first_sentence(text, 10) == sentence
