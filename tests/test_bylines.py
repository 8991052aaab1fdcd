"""Bylines: what a printed line credits, that nothing of it is lost, and that what is doubtful is flagged, not guessed."""

import csv
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.intake.bylines import Credit, Flag, compose_byline, parse_byline
from articles.intake.names import COMPOUND_SURNAMES, SURNAMES
from articles.vocabulary import Role

ROLE_IN_TABLE = {
    "记者": Role.REPORTER,
    "首席记者": Role.CHIEF_REPORTER,
    "见习记者": Role.TRAINEE_REPORTER,
    "实习记者": Role.INTERN_REPORTER,
    "特约记者": Role.SPECIAL_REPORTER,
    "通讯员": Role.CORRESPONDENT,
    "特约通讯员": Role.SPECIAL_CORRESPONDENT,
    "实习生": Role.INTERN,
    "评论员": Role.COMMENTATOR,
    "特约评论员": Role.SPECIAL_COMMENTATOR,
    "作者": Role.AUTHOR,
    "文字": Role.TEXT,
    "摄影": Role.PHOTO,
    "摄影报道": Role.PHOTO_REPORT,
    "图片": Role.PICTURE,
    "文图": Role.TEXT_AND_PICTURE,
    "制图": Role.CHART,
    "整理": Role.COMPILER,
    "来源": Role.SOURCE,
    "编辑": Role.EDITOR,
    "责任编辑": Role.RESPONSIBLE_EDITOR,
    "美术编辑": Role.ART_EDITOR,
    "校对": Role.PROOFREADER,
    "审核": Role.AUDITOR,
    "初审": Role.FIRST_REVIEW,
    "复审": Role.SECOND_REVIEW,
    "终审": Role.FINAL_REVIEW,
    "一校": Role.FIRST_PROOF,
    "二校": Role.SECOND_PROOF,
    "三校": Role.THIRD_PROOF,
}
with (Path(__file__).parent / "data/bylines.tsv").open(encoding="utf-8", newline="") as table:
    ROWS = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))

GIVEN = "伟明文华丽安敏建国超群若溪晓燕志强中和"
PEOPLE = st.builds(str.__add__, st.sampled_from(sorted(SURNAMES)), st.text(GIVEN, min_size=1, max_size=2))
COMPOUND = st.builds(str.__add__, st.sampled_from(sorted(COMPOUND_SURNAMES)), st.text(GIVEN, min_size=1, max_size=2))
OTHERS = st.sampled_from(
    "阿依古丽·买买提 尼玛扎西 阿依古丽 陈𬭎 县委组织部 嵩县融媒体中心 任店镇政府 县文联 团县委 嵩县摄影家协会 武警嵩县中队 本报编辑部 "
    "县委报道组 人民日报 新华社 晓风 王宏图 陈方安生".split()
)
CREDITS = st.lists(
    st.builds(Credit, st.sampled_from(Role), st.one_of(PEOPLE, COMPOUND, OTHERS)), unique=True, max_size=9
)
BYLINE_LIKE = st.text(
    st.one_of(
        st.sampled_from("（）()[]【】□■●◆/／|丨：:、，,； \u3000\xa0\u2003\t\n\u200b\ufeff·"),
        st.sampled_from("本报讯记者通员摄影文图张三李四欧阳王责任编辑提供据新华社电等一审校左中"),
        st.characters(),
    )
)


def credits_of(text):
    """The credits as the table writes them: 记者:高文博;通讯员:邵春生."""
    said = {role: word for word, role in ROLE_IN_TABLE.items()}
    return ";".join(f"{said[credit.role]}:{credit.name}" for credit in parse_byline(text).credits)


def flags_of(text):
    return [f"{flag.code} {text[flag.start : flag.end]}" for flag in parse_byline(text).flags]


# --- What is read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=[row["text"].strip() or "blank" for row in ROWS])
def test_every_row_of_the_table_is_read_as_it_says(row):
    assert credits_of(row["text"]) == row["expected"]
    assert flags_of(row["text"]) == []


def test_the_table_is_whole():
    assert len(ROWS) == 101


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        ("（张三 文/图）", "文图:张三"),
        ("◆本报记者 赵强 文／图", "文图:赵强"),
        ("邵春生文/图", "文图:邵春生"),
        ("文 高文博 图 邵春生", "文字:高文博;图片:邵春生"),
        ("文 | 高文博  图 | 邵春生", "文字:高文博;图片:邵春生"),
        ("高文博 撰文 邵春生 摄影", "文字:高文博;摄影:邵春生"),
        ("撰文 高文博 摄影 邵春生", "文字:高文博;摄影:邵春生"),
        ("通讯员 高文博 摄影 邵春生", "通讯员:高文博;摄影:邵春生"),
        ("文/图 记者 张三 通讯员 李四", "文图:张三;文图:李四"),
        ("图/文彦博", "图片:文彦博"),
        ("摄影：记者 张三", "摄影:张三"),
        ("本报摄影记者 张三 摄", "摄影:张三"),
        ("本报记者张三摄", "摄影:张三"),
        ("张三（图） 李四（文）", "图片:张三;文字:李四"),
        ("（记者）张三（通讯员）李四", "记者:张三;通讯员:李四"),
        ("张三（记者）李四（通讯员）", "记者:张三;通讯员:李四"),
        ("本报记者：张三，通讯员：李四", "记者:张三;通讯员:李四"),
        ("编辑丨李静 审核丨赵刚", "编辑:李静;审核:赵刚"),
        ("责　编：李静　校　对：陈琳", "责任编辑:李静;校对:陈琳"),
        ("初审李静复审赵刚终审孟庆和", "初审:李静;复审:赵刚;终审:孟庆和"),
        ("李静 责编", "责任编辑:李静"),
        ("河南日报 记者 张三", "记者:张三"),
        ("本报驻洛阳记者 张三", "记者:张三"),
        ("本报通许讯（通讯员 李四）", "通讯员:李四"),
        ("本报讯 记者 张三 通讯员 李四", "记者:张三;通讯员:李四"),
        ("本报讯(记者秦名芳通讯员张桢睿苏晨霞)", "记者:秦名芳;通讯员:张桢睿;通讯员:苏晨霞"),
        ("本报记者 周明远郭晓燕", "记者:周明远;记者:郭晓燕"),
        ("本报记者张三李四 摄", "摄影:张三;摄影:李四"),
        ("通讯员 任店镇政府", "通讯员:任店镇政府"),
        ("（通讯员 嵩县摄影家协会）", "通讯员:嵩县摄影家协会"),
        ("县委宣传部供图", "图片:县委宣传部"),
        ("受访者供图", ""),
        ("据新华社北京11月20日电 记者 张三", "来源:新华社;记者:张三"),
        ("据央视新闻客户端消息", "来源:央视新闻客户端"),
        ("人民日报评论员", "作者:人民日报评论员"),
        ("本报记者 张三 报道", "记者:张三"),
        ("本报记者 张三\n李四 摄", "记者:张三;摄影:李四"),
        ("（本报记者 张三）（下转第三版）", "记者:张三"),
        ("高文博（作者单位：嵩县县委党校）", "作者:高文博"),
        ("王　伟 文　李　明 图", "文字:王伟;图片:李明"),
        ("本报记者 田　兰 顾　文", "记者:田兰;记者:顾文"),
        ("王　伟 李　明 赵　刚 摄", "摄影:王伟;摄影:李明;摄影:赵刚"),
        ("（记者上官云飞司马青）", "记者:上官云飞;记者:司马青"),
        ("本报记者 丁图文", "记者:丁图文"),
        ("张 小 明 李 大 伟 摄", "摄影:张小明;摄影:李大伟"),
        ("张三 和 李四", "作者:张三;作者:李四"),
        ("尹红梅等 摄", "摄影:尹红梅"),
        ("本报编辑部", "作者:本报编辑部"),
        ("（左二、左三）", ""),
    ],
)
def test_a_line_of_another_shape_is_read_without_doubt(text, credits):
    assert credits_of(text) == credits
    assert flags_of(text) == []


def test_the_name_is_given_without_the_blanks_that_are_printed_in_it():
    reading = parse_byline("（记者 张　三\u200b）")
    assert reading.credits == (Credit(Role.REPORTER, "张三"),)
    assert [(part.kind, reading.text[part.start : part.end]) for part in reading.parts] == [
        ("mark", "（"),
        ("role", "记者"),
        ("blank", " "),
        ("name", "张　三"),
        ("mark", "\u200b"),
        ("mark", "）"),
    ]


def test_a_role_that_only_the_desk_types_is_read_too():
    assert parse_byline("邵春生 提供").credits == (Credit(Role.SUPPLIER, "邵春生"),)


# --- What is flagged -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "credits", "flags"),
    [
        ("许金安王博陈金中", "作者:许金安王博陈金中", ["run_together 许金安王博陈金中"]),
        ("本报记者 王伟李明", "记者:王伟李明", ["run_together 王伟李明"]),
        ("王 伟 文", "作者:王伟文", ["spaced_characters 王 伟 文"]),
        ("李文涛 王 摄", "摄影:李文涛", ["lone_character 王"]),
        ("（晓风）", "作者:晓风", ["unusual_name 晓风"]),
        ("张三文/图", "文图:张三", ["role_unclear 文/图"]),
        ("高文博 摄影 邵春生", "作者:高文博;摄影:邵春生", ["role_unclear 摄影"]),
        ("本报记者 张三 摄 李四", "摄影:张三;记者:李四", ["role_unclear 李四"]),
        ("来源：新华社 张三 摄", "来源:新华社;摄影:张三", ["role_unclear 摄"]),
        ("监制：赵刚 编辑：李静", "编辑:李静", ["unknown_role 监制"]),
        ("技术顾问：赵刚", "", ["unknown_role 技术顾问"]),
        ("见习编辑 李静", "编辑:李静", ["unknown_rank 见习编辑"]),
        ("记者、通讯员 张三", "通讯员:张三", ["nameless_role 记者"]),
        ("本报记者", "", ["nameless_role 本报记者"]),
        ("通讯员 县公安局 李明", "通讯员:县公安局;通讯员:李明", ["unit_beside_person 县公安局"]),
        ("县公安局 通讯员 李明", "通讯员:李明", ["unit_beside_person 县公安局"]),
        ("李明（县公安局）", "作者:李明", ["bracket_behind_name 县公安局"]),
        ("程文喜(中)", "", ["caption_words 程文喜"]),
        ("记者 张三 张三", "记者:张三;记者:张三", ["repeated 张三", "repeated 张三"]),
        ("洛阳记者 张三", "记者:张三", ["unread 洛阳"]),
        ("本报记者 张三 郑州报道", "记者:张三", ["unread 郑州"]),
        ("（此文为县委宣传部原创作品）", "", ["unread 此文为县委宣传部原创作品"]),
        ("会议召开。记者 张三", "", ["not_a_byline 会议召开。记者 张三"]),
    ],
)
def test_what_is_doubtful_is_flagged(text, credits, flags):
    assert credits_of(text) == credits
    assert flags_of(text) == flags


def test_a_flag_points_at_its_stretch_of_the_source_text():
    assert parse_byline("\u200b（晓\u200b风）").flags == (Flag("unusual_name", 2, 5),)


# --- What holds for every text ---------------------------------------------------------------------------


@given(BYLINE_LIKE)
def test_the_parts_of_any_text_make_it_again_and_the_names_are_its_credits(text):
    reading = parse_byline(text)
    assert "".join(text[part.start : part.end] for part in reading.parts) == text
    assert all(part.start < part.end for part in reading.parts)
    assert {part.kind for part in reading.parts} <= {"name", "role", "mark", "blank", "rest"}
    printed = [text[part.start : part.end] for part in reading.parts if part.kind == "name"]
    assert [letters(name) for name in printed] == [letters(credit.name) for credit in reading.credits]
    assert all(0 <= flag.start < flag.end <= len(text) for flag in reading.flags)


def letters(text):
    return [c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc")]


@given(BYLINE_LIKE)
def test_reading_twice_reads_the_same(text):
    reading = parse_byline(text)
    assert parse_byline(reading.text) == reading


@given(BYLINE_LIKE)
def test_what_nobody_sees_changes_no_credit(text):
    assert parse_byline("\u200b" + text + "\ufeff").credits == parse_byline(text).credits


@pytest.mark.parametrize(
    "piece",
    [
        "王",
        "王 ",
        "王伟 ",
        "记者张三",
        "（",
        "(左为",
        "（作者系",
        "文/图",
        "(本报",
        "据新华",
        "。 ",
        " ",
        "a ",
        "摄影 ",
        "左、",
        "王·",
    ],
)
def test_a_very_long_text_takes_no_more_than_its_share_of_time(piece):
    def seconds(text):
        began = time.process_time()
        parse_byline(text)
        return time.process_time() - began

    short, long = piece * (3000 // len(piece)), piece * (24000 // len(piece))
    assert seconds(long) < 24 * min(seconds(short) for _ in range(3)) + 0.2


# --- The line as this desk prints it ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("credits", "line"),
    [
        ([], ""),
        (["reporter 张三", "reporter 李四", "correspondent 王五"], "（本报记者 张三 李四 通讯员 王五）"),
        (["chief_reporter 张三", "reporter 李四"], "（本报首席记者 张三 记者 李四）"),
        (["correspondent 张三", "reporter 李四"], "（通讯员 张三 本报记者 李四）"),
        (["author 张三", "author 李四"], "（张三 李四）"),
        (["reporter 张三", "author 李四"], "（本报记者 张三 作者 李四）"),
        (["photo 张三"], "张三 摄"),
        (["text 张三", "photo 李四"], "张三 文 李四 摄"),
        (["text_and_picture 张三"], "（张三 文/图）"),
        (["reporter 张三", "photo 李四"], "（本报记者 张三） 李四 摄"),
        (["responsible_editor 张三", "proofreader 李四"], "责任编辑 张三 校对 李四"),
        (["responsible_editor 张三", "photo 李四"], "责任编辑 张三 （李四 摄）"),
        (["author 嵩县两程故里"], "（作者 嵩县两程故里）"),
        (["author John Smith", "author 张三"], "（作者 John Smith、张三）"),
    ],
)
def test_credits_are_printed_as_this_desk_does(credits, line):
    pairs = [tuple(credit.split(" ", 1)) for credit in credits]
    assert compose_byline(pairs) == line
    assert list(parse_byline(line).credits) == pairs


@given(CREDITS)
def test_the_printed_line_is_read_as_the_same_credits(credits):
    assert list(parse_byline(compose_byline(credits)).credits) == credits


@pytest.mark.parametrize("role", Role)
def test_every_role_can_be_printed_and_read(role):
    credits = [(role, "张三"), (role, "欧阳修远"), (role, "县委组织部")]
    assert list(parse_byline(compose_byline(credits)).credits) == credits


@given(CREDITS)
def test_printing_what_was_read_prints_the_same_line(credits):
    line = compose_byline(credits)
    assert compose_byline(parse_byline(line).credits) == line
