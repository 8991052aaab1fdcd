"""What changed between two texts: both can be rebuilt from it, a reader of Chinese can follow it, and it never takes long."""

import random

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import differences
from articles.differences import GONE, NEW, SAME, Run, between, changed_fields, new_of, of_text, old_of
from articles.versions import seen_of
from tests.factories import make_article

ENOUGH = 600  # seconds: what a comparison finds in time must not depend on the machine
LETTERS = "的了在会县委，。“”一二12a\n 🇨𠀀"
SENTENCES = (
    "县委召开会议。",
    "会议强调，要抓好落实。",
    "他说：“这是好事。”",
    "\n",
    "11月20日，",
    "增产3.5%",
    "**五星**",
    "【图1】\n",
    "的",
)


def marked(old, new, seconds=ENOUGH):
    """The change as text: [-gone-], {+new+}, a paragraph a line."""
    marks = {SAME: "%s", GONE: "[-%s-]", NEW: "{+%s+}"}
    paragraphs = of_text(old, new, seconds=seconds)
    return ["".join(marks[run.kind] % run.text for run in paragraph) for paragraph in paragraphs]


# --- both texts are in it --------------------------------------------------------------------------------


def holds(old, new, paragraphs):
    if old == new:
        assert paragraphs == ()
        return
    assert (old_of(paragraphs), new_of(paragraphs)) == (old, new)
    assert any(run.kind != SAME for paragraph in paragraphs for run in paragraph)
    for paragraph in paragraphs:
        assert all(run.text for run in paragraph) or len(paragraph) == 1
        assert all(one.kind != other.kind for one, other in zip(paragraph, paragraph[1:], strict=False))
        assert not any("\n" in run.text for run in paragraph if run.kind == SAME)


texts = st.text(st.sampled_from(LETTERS), max_size=60) | st.lists(st.sampled_from(SENTENCES), max_size=25).map("".join)


@settings(deadline=None)
@given(texts, texts)
def test_both_texts_can_be_rebuilt_from_what_changed(old, new):
    holds(old, new, of_text(old, new))


@settings(deadline=None)
@given(texts, st.data())
def test_both_texts_can_be_rebuilt_after_a_few_edits(old, data):
    new = old
    for _edit in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(new)))
        end = data.draw(st.integers(start, min(len(new), start + 8)))
        new = new[:start] + data.draw(st.text(st.sampled_from(LETTERS), max_size=8)) + new[end:]
    holds(old, new, of_text(old, new))


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_characters_at_all_can_be_rebuilt(old, new):
    holds(old, new, of_text(old, new))


@settings(deadline=None)
@given(texts, texts)
def test_without_time_everything_is_there_all_the_same(old, new):
    holds(old, new, of_text(old, new, seconds=-1))


def test_equal_texts_have_no_change():
    assert of_text("", "") == of_text("一\n二", "一\n二") == ()


# --- how it reads ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("嵩县召开大会。", "嵩县召开了大会。", ["嵩县召开{+了+}大会。"]),
        ("11月20日，开会。", "12月20日，开会。", ["[-11-]{+12+}月20日，开会。"]),
        (
            "增长3.5%，产粮1200万吨。",
            "增长13.5%，产粮1250万吨。",
            ["增长[-3.5%-]{+13.5%+}，产粮[-1200-]{+1250+}万吨。"],
        ),
        ("本报记者 Wang Bo 报道。", "本报记者 Wang Bin 报道。", ["本报记者 Wang [-Bo-]{+Bin+} 报道。"]),
        ("他走了。", "他来了。他走了。", ["{+他来了。+}他走了。"]),
        ("今天上午，他来到嵩县。", "今天上午他来到嵩县，", ["今天上午[-，-]他来到嵩县[-。-]{+，+}"]),
        ("他说：“是好事。”", "他说：“是好事”。", ["他说：“是好事[-。-]”{+。+}"]),
    ],
)
def test_a_small_change_is_marked_as_an_editor_would(old, new, expected):
    assert marked(old, new) == expected


def test_a_common_character_is_no_island_between_rewritten_passages():
    old = "会上，县委书记张三介绍了全县基层的党建工作，群众代表作了发言。"
    new = "会上，县委书记张三通报了近期大家的突出问题，群众代表作了发言。"
    (line,) = marked(old, new)
    assert line.startswith("会上，县委书记张三") and line.endswith("，群众代表作了发言。")
    inner = line.removeprefix("会上，县委书记张三").removesuffix("，群众代表作了发言。")
    assert inner == "[-介绍了全县基层的党建工作-]{+通报了近期大家的突出问题+}"


def test_a_paragraph_of_which_little_is_left_is_taken_out_and_written_anew():
    old, new = "张三是一个好的书记，他的工作得到认可。", "李四作为基层的干部，付出了许多的心血。"
    assert marked(f"甲。\n{old}\n乙。", f"甲。\n{new}\n乙。") == ["甲。", f"[-{old}-]", f"{{+{new}+}}", "乙。"]


def test_a_paragraph_that_went_or_came_is_shown_whole():
    assert marked("第一段。\n第二段。\n第三段。", "第一段。\n第三段。") == ["第一段。", "[-第二段。-]", "第三段。"]
    assert marked("第一段。", "第一段。\n第二段。") == ["第一段。", "{+第二段。+}"]
    assert marked("", "第一段。\n第二段。") == ["{+第一段。+}", "{+第二段。+}"]
    assert marked("第一段。", "") == ["[-第一段。-]"]


def test_each_paragraph_stands_beside_the_one_it_became():
    old = "县委召开了全县的工作会议。\n各乡镇的负责同志参加了会议。"
    new = "这是新加在前面的一段导语。\n县委召开全县的工作会议。\n各乡镇负责同志参加了会议。"
    assert marked(old, new) == [
        "{+这是新加在前面的一段导语。+}",
        "县委召开[-了-]全县的工作会议。",
        "各乡镇[-的-]负责同志参加了会议。",
    ]


def test_a_paragraph_that_was_split_or_joined_is_known_again():
    one = "县委召开了工作会议。各乡镇的负责同志参加了会议。"
    two = "县委召开了工作会议。\n各乡镇的负责同志参加了会议。"
    assert marked(one, two) == ["县委召开了工作会议。{+\n+}各乡镇的负责同志参加了会议。"]
    assert marked(two, one) == ["县委召开了工作会议。[-\n-]各乡镇的负责同志参加了会议。"]


def test_a_name_of_rare_characters_is_not_taken_for_a_number():
    old, new = "𠀀𠀁𠀂说，2023年增产100吨。", "𠀀𠀁𠀃说，2024年增产100吨。"
    assert marked(old, new) == ["𠀀𠀁[-𠀂-]{+𠀃+}说，[-2023-]{+2024+}年增产100吨。"]


# --- long and bad texts ----------------------------------------------------------------------------------


def long_text(seed, lines, width):
    chance = random.Random(seed)
    letters = [chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(3000)]
    return "\n".join("".join(chance.choices(letters, k=width)) for _ in range(lines))


def test_a_long_text_with_a_few_edits_shows_exactly_those():
    old = long_text(1, 1000, 200)
    lines = old.split("\n")
    lines[3] = lines[3][:50] + "新" + lines[3][50:]
    lines[700] = ""
    del lines[990]
    found = of_text(old, "\n".join(lines), seconds=ENOUGH)
    changed = [number for number, paragraph in enumerate(found) if differences.is_changed(paragraph)]
    assert len(found) == 1001 and changed == [3, 700, 701, 991]
    holds(old, "\n".join(lines), found)


A, B = "啊" * 100_000, "啊" * 99_999
BAD = {
    "nothing in common": (long_text(2, 1000, 200), long_text(3, 1000, 200)),
    "nothing in common, one paragraph": (long_text(4, 1, 200_000), long_text(5, 1, 200_000)),
    "one character over and over": (f"{A}吧{A}", f"{B}{B}吧吧"),
    "two characters over and over": ("的了" * 100_000, "了的" * 90_000),
    "lines of one character": ("一\n二\n" * 50_000, "二\n三\n一\n" * 33_000),
    "the same lines in another order": (
        long_text(6, 2000, 100),
        "\n".join(reversed(long_text(6, 2000, 100).split("\n"))),
    ),
    "every line a little changed": (long_text(7, 2000, 100), long_text(7, 2000, 100).replace("\n", "。\n")),
    "one character that is everywhere changed": ("好的啊" * 66_000, "好地啊" * 66_000),
    "numbers without end": (" ".join(map(str, range(30_000))), " ".join(map(str, range(30_000, 0, -1)))),
    "nothing but breaks": ("\n" * 200_000, "\n" * 150_000),
    "bold marks": ("**" * 100_000, "*" * 150_001),
}


@pytest.mark.parametrize("case", BAD)
def test_two_hundred_thousand_bad_characters_are_compared_all_the_same(case):
    old, new = BAD[case]
    holds(old, new, of_text(old, new))


def test_when_the_time_is_over_paragraphs_are_replaced_whole():
    old, new = "甲乙丙。\n丁戊己。", "甲丙。\n丁己。"
    assert marked(old, new) == ["甲[-乙-]丙。", "丁[-戊-]己。"]
    assert marked(old, new, seconds=-1) == ["[-甲乙丙。-]", "[-丁戊己。-]", "{+甲丙。+}", "{+丁己。+}"]


# --- snapshots -------------------------------------------------------------------------------------------


def figure(uuid, **fields):
    known = {
        "figure": uuid, "medium": "picture", "photo": f"photo {uuid}", "sha256": "", "web": "", "width": 0, "height": 0, "file": "",
        "crop": "", "caption": f"图说{uuid}。", "credit": "", "alt": "", "ai_made": False,
    }  # fmt: skip
    return {**known, **fields}


def snapshot(**fields):
    known = {
        "schema": 1, "kind": "story", "kicker": "", "headline": "标题", "subhead": "", "summary": "", "body": "正文。", "byline": "",
        "ai_made": False, "column": None, "credits": [], "figures": [], "source": None,
    }  # fmt: skip
    return {**known, **fields}


def said(old, new):
    """{field: [paragraph with its marks]} of two snapshots."""
    marks = {SAME: "%s", GONE: "[-%s-]", NEW: "{+%s+}"}
    return {
        change.field: ["".join(marks[run.kind] % run.text for run in paragraph) for paragraph in change.paragraphs]
        for change in between(old, new, seconds=ENOUGH)
    }


def test_a_snapshot_as_versions_write_them_has_the_fields_that_are_compared(db):
    article = make_article()
    seen = seen_of(article, (), ())
    assert set(seen) == set(snapshot()) == {"schema", *differences.LABELS}
    stored = make_article(captions=("图说。",)).versions.get().story
    assert set(stored["figures"][0]) == set(figure("1"))
    assert between(stored, stored) == ()


def test_each_field_of_text_is_compared_by_characters():
    old = snapshot(kicker="嵩县", subhead="副题", summary="摘要。", byline="（本报记者 张三）")
    new = snapshot(
        kicker="嵩县：",
        headline="新标题",
        summary="",
        byline="（本报记者 李四）",
        body="正文。\n又一段。",
        subhead="副题",
    )
    assert said(old, new) == {
        "kicker": ["嵩县{+：+}"],
        "headline": ["{+新+}标题"],
        "summary": ["[-摘要。-]"],
        "byline": ["（本报记者 [-张三-]{+李四+}）"],
        "body": ["正文。", "{+又一段。+}"],
    }
    assert [str(label) for label in changed_fields(old, new)] == [str(change.label) for change in between(old, new)]


def test_credits_change_row_by_row_and_a_namesake_is_told_apart():
    zhang, other, li = (
        {"contributor": uuid, "name": name, "role": "reporter"}
        for uuid, name in (("1", "张三"), ("2", "张三"), ("3", "李四"))
    )
    assert said(snapshot(credits=[zhang]), snapshot(credits=[zhang, li]))["credits"] == ["记者 张三", "{+记者 李四+}"]
    assert said(snapshot(credits=[zhang, li]), snapshot(credits=[li, zhang]))["credits"] == [
        "[-记者 张三-]", "记者 李四", "{+记者 张三+}",
    ]  # fmt: skip
    (gone, new) = said(snapshot(credits=[zhang]), snapshot(credits=[other]))["credits"]
    assert gone == "[-记者 张三-]" and new.startswith("{+记者 张三") and new != "{+记者 张三+}"


def test_column_source_kind_and_the_mark_of_ai_change_whole():
    source = {"name": "河南日报", "author": "王五", "headline": "原题", "url": "", "day": "2023-11-20"}
    old = snapshot(column={"slug": "dj", "name": "党建大家谈"})
    found = said(old, snapshot(source=source, kind="brief", ai_made=True))
    assert found["column"] == ["[-党建大家谈-]"]
    assert found["source"] == ["{+来源：河南日报+}", "{+原作者：王五+}", "{+原标题：原题+}", "{+原发日期：2023-11-20+}"]
    assert len(found["kind"]) == len(found["ai_made"]) == 2
    changed = said(snapshot(source=source), snapshot(source={**source, "author": "赵六"}))
    assert changed["source"] == [
        "来源：河南日报",
        "[-原作者：王五-]",
        "{+原作者：赵六+}",
        "原标题：原题",
        "原发日期：2023-11-20",
    ]


def test_figures_are_added_removed_moved_replaced_and_reworded():
    a, b, c = figure("甲"), figure("乙"), figure("丙", credit="王博 摄")
    assert said(snapshot(figures=[a]), snapshot(figures=[a, c])) == {"figures": ["{+图2 图说丙。 （王博 摄）+}"]}
    assert said(snapshot(figures=[a, b]), snapshot(figures=[b])) == {"figures": ["[-图1 图说甲。-]"]}
    (moved,) = said(snapshot(figures=[a, b]), snapshot(figures=[b, a]))["figures"]
    assert moved.endswith("：[-图1-]{+图2+}") or moved.endswith("：[-图2-]{+图1+}")
    (replaced,) = said(
        snapshot(figures=[a]), snapshot(figures=[figure("甲", sha256="abcdef0123", width=80, height=60)])
    )["figures"]
    assert "80×60 abcdef01" in replaced and "[-" in replaced
    found = said(
        snapshot(figures=[a]),
        snapshot(figures=[figure("甲", caption="图说甲二。", credit="李 摄", alt="人", crop="1,2,3,4")]),
    )
    assert found["figures"][0] == "图1 图说：图说甲{+二+}。"
    assert [line.split("：")[1] for line in found["figures"][1:]] == ["{+李 摄+}", "{+人+}", "{+1,2,3,4+}"]


figures = st.builds(
    figure,
    st.sampled_from("甲乙丙丁"),
    caption=st.sampled_from(("", "图说。")),
    sha256=st.sampled_from(("", "ab")),
    width=st.sampled_from((0, 8)),
    photo=st.sampled_from((None, "p")),
    ai_made=st.booleans(),
)
credits = st.fixed_dictionaries(
    {
        "contributor": st.sampled_from("12"),
        "name": st.sampled_from(("张三", "李四")),
        "role": st.sampled_from(("reporter", "gone")),
    }
)
snapshots = st.builds(
    snapshot,
    body=texts,
    ai_made=st.booleans(),
    kind=st.sampled_from(("story", "photo")),
    column=st.none() | st.fixed_dictionaries({"slug": st.sampled_from("ab"), "name": st.sampled_from(("甲", "乙"))}),
    credits=st.lists(credits, max_size=3, unique_by=lambda row: (row["contributor"], row["role"])),
    figures=st.lists(figures, max_size=4, unique_by=lambda row: row["figure"]),
)


@settings(deadline=None)
@given(snapshots, snapshots)
def test_two_snapshots_differ_exactly_when_something_is_shown(old, new):
    found = between(old, new)
    assert [change.field for change in found] == [field for field in differences.LABELS if old[field] != new[field]]
    for change in found:
        assert any(map(differences.is_changed, change.paragraphs)), change


# --- on a page -------------------------------------------------------------------------------------------


def test_long_unchanged_passages_can_be_folded():
    body = [f"第{n}段。" for n in range(12)]
    other = body.copy()
    other[6] = "第六段改。"
    (change,) = between(snapshot(body="\n".join(body)), snapshot(body="\n".join(other)))
    assert [(stretch.folded, len(stretch.paragraphs)) for stretch in change.stretches] == [
        (True, 5),
        (False, 3),
        (True, 4),
    ]
    (short,) = between(snapshot(body="一。\n二。\n三。\n四。"), snapshot(body="一。\n二。\n三。\n四。\n五。"))
    assert [(stretch.folded, len(stretch.paragraphs)) for stretch in short.stretches] == [(True, 3), (False, 2)]
    (shorter,) = between(snapshot(body="二。\n三。\n四。"), snapshot(body="二。\n三。\n四。\n五。"))
    assert [(stretch.folded, len(stretch.paragraphs)) for stretch in shorter.stretches] == [(False, 4)]


def test_the_page_strikes_out_underlines_and_says_it_in_words_and_escapes():
    page = render_to_string(
        "admin/articles/changes.html", {"changes": between(snapshot(body="旧<b>。"), snapshot(body="新<b>。"))}
    )
    assert "<del>" in page and "<ins>" in page and "&lt;b&gt;" in page and "<b>" not in page
    assert page.count('class="spoken"') == 4
    assert render_to_string("admin/articles/changes.html", {"changes": ()}).strip() == ""


def test_a_break_that_went_or_came_is_seen():
    assert Run(GONE, "\n").shown == "¶" and Run(NEW, "甲\n乙").shown == "甲¶\n乙"
