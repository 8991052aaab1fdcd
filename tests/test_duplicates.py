"""Whether a text is in already: what counts as the same, whatever its blanks and marks, and that nothing the same is missed."""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from articles.intake.duplicates import ALIKE, SHORT, alike, likeness
from tests.factories import ROOT

PARAGRAPHS = [line for line in (ROOT / "tests/data/seed/page.txt").read_text("utf-8").splitlines() if len(line) > 100]
STORY = "　　本报讯（记者 王博）11月19日，嵩县丹参喜获丰收，药农们正在地里忙碌。县里今年种了３万亩，“收成比去年好！”村支书张三说。"
OTHER = "　　本报讯（记者 李阳）11月20日，鄢陵县召开会议，部署今冬明春的森林防火工作，要求各乡镇加强巡查，落实责任，严防火灾发生。"

texts = st.text(st.sampled_from("丹参喜获丰收药农们正在地里忙碌 　，。\n（）ABab12１２"), max_size=120)
some = settings(deadline=None, max_examples=150)


def says(text):
    """The characters of a text that tell something."""
    return [character for character in text if character.isalnum()]


def scattered(text, marks="\n　 ，—"):
    """The text with marks put between its characters, as another way of breaking and pointing it."""
    dice = random.Random(len(text))
    return "".join(character + (dice.choice(marks) if dice.random() < 0.2 else "") for character in text)


def test_blanks_breaks_punctuation_width_and_case_make_no_difference():
    changed = STORY.replace("　　", "").replace("，", ",").replace("３", "3").replace("丰收", "丰\n收")
    assert likeness(STORY, changed) == 1
    assert likeness("A" * 10 + STORY, "ａ" * 10 + STORY) == 1


def test_two_stories_are_not_alike_and_a_few_changed_words_leave_a_story_what_it_was():
    assert likeness(STORY, OTHER) < 0.2
    mended = STORY.replace("喜获丰收", "迎来丰收").replace("张三", "李四")
    assert ALIKE < likeness(STORY, mended) < 1


def test_a_notice_that_stands_in_a_long_story_is_in_already():
    long = "\n".join([*PARAGRAPHS[:5], STORY, *PARAGRAPHS[5:10]])
    assert likeness(STORY, long) == likeness(long, STORY) == 1


def test_a_few_words_that_stand_in_a_story_are_not_the_story():
    few = STORY[16 : 16 + SHORT]
    assert len(says(few)) < SHORT
    assert (likeness(few, STORY), likeness(few, f" {few}。")) == (0, 1)


@pytest.mark.parametrize("nothing", ["", " \n　", "，。！"])
def test_a_text_that_says_nothing_is_like_nothing(nothing):
    assert (likeness(nothing, nothing), likeness(nothing, STORY), alike(nothing, among=[(1, nothing)])) == (0, 0, [])


@some
@given(texts, texts)
def test_likeness_is_a_share_and_the_same_both_ways(one, other):
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


@some
@given(texts, texts)
def test_a_text_is_like_itself_and_like_what_it_stands_in(one, other):
    assume(says(one))
    assert likeness(one, one) == 1
    if len(says(one)) >= 2 * SHORT:
        assert likeness(one, f"{other}\n{one}\n{other}") == 1


@some
@given(texts)
def test_marks_between_the_characters_change_nothing(text):
    assume(says(text))
    assert likeness(text, scattered(text)) == 1


@some
@given(st.lists(texts, max_size=30), st.integers(0, 29))
def test_what_is_the_same_is_found_among_others(others, place):
    text = others[place % len(others)] if others else STORY
    assume(says(text))
    found = dict(alike(text, among=[*enumerate(others), ("itself", text)]))
    assert found["itself"] == 1
    assert [key for key, share in found.items() if share < ALIKE] == []


def test_what_is_found_stands_with_the_likest_first():
    half = "\n".join(PARAGRAPHS[:6])
    rows = [("part", f"{half[: int(len(half) * 0.9)]}{OTHER * 3}"), ("same", half), ("other", OTHER)]
    assert [key for key, _share in alike(half, among=rows)] == ["same", "part"]
    assert dict(alike(half, among=rows))["part"] == pytest.approx(0.9, abs=0.02)


def test_a_text_broken_into_the_lines_of_a_column_is_found_in_both_directions():
    story = "\n".join(PARAGRAPHS[:4])
    column = "\n".join(story[n : n + 17] for n in range(0, len(story), 17))
    others = [(n, paragraph) for n, paragraph in enumerate(PARAGRAPHS[4:])]
    assert alike(story, among=[*others, ("column", column)]) == [("column", 1)]
    assert alike(column, among=[*others, ("story", story)]) == [("story", 1)]
    assert alike(column[: len(column) // 2], among=[*others, ("story", story)]) == [("story", 1)]


def test_nothing_is_missed_that_is_more_than_alike():
    """The quick look over all rows finds what the full comparison would, on texts changed here and there."""
    dice = random.Random(7)
    story = "\n".join(PARAGRAPHS[:8])
    missed = []
    for _ in range(300):
        start = dice.randrange(len(story) // 2)
        piece = list(story[start : start + dice.randrange(200, 900)])
        for _ in range(len(piece) // 60):
            piece[dice.randrange(len(piece))] = dice.choice("天地玄黄宇宙洪荒")
        changed = "".join(piece)
        if likeness(changed, story) >= 0.85 and not alike(changed, among=[(1, story)]):
            missed.append(changed)
    assert missed == []
