"""职务表 and 本单位易错词表: what proofing finds by them, what it leaves alone, and how the desk keeps them."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import flags, gazetteer, models, wording_tables
from articles.intake.proposals import desk_of_database, propose
from articles.proofing import CHECKS, Copy, proof
from articles.proofing.copy import passages
from articles.proofing.register import Office, Register, Term, any_of, titles_of, units_of
from articles.vocabulary import Kind, Severity
from tests.desk import errors_of, filled, rows
from tests.factories import make_article, make_editor

ORDINARY = tuple((Path(__file__).parent / "data/ordinary.txt").read_text("utf-8").splitlines())
THURSDAY = date(2023, 11, 23)
OFFICES = (
    Office("王志刚", "县委书记", "中共嵩县委员会", date(2021, 6, 1), None, 1),
    Office("李明华", "县长", "嵩县人民政府", date(2021, 9, 1), None, 2),
    Office("陈国栋", "县长", "嵩县人民政府", date(2018, 1, 1), date(2021, 8, 31), 2),
    Office("孙丽", "县委副书记", "", None, None, 3),
    Office("刘志远", "组织部部长", "嵩县县委", None, None, 4),
    Office("张　伟", "常务副县长", "嵩县人民政府", date(2022, 1, 1), None, 5),
    Office("赵晓峰", "副县长", "嵩县人民政府", None, date(2023, 10, 31), 6),
    Office("周建国", "局长", "嵩县财政局", None, None, 30),
    Office("吴大伟", "局长", "嵩县林业局", None, None, 31),
    Office("郑涛", "镇长", "车村镇", None, None, 50),
)
TERMS = (
    Term("登陆", "登录"),
    Term("五星之部", "五星支部", "专题名称"),
    Term("抢险", "抢险救灾"),
    Term("wifi", "Wi-Fi"),
)
REGISTER = Register.of(OFFICES, TERMS)
OURS = ("name_one_off", "wrong_title", "rank_order", "desk_term")
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def found(text, *, day=THURSDAY, register=REGISTER, **fields):
    """(check, severity, the words it points at) of everything that the register finds in a text."""
    copy = Copy(kind=Kind.STORY, paragraphs=tuple(text.split("\n")), byline="（记者 张三）", day=day, **fields)
    texts = {(passage.field, passage.paragraph): passage.text for passage in passages(copy)}
    return [
        (one.check, one.severity, texts[one.field, one.paragraph][one.start : one.end])
        for one in proof(copy, register=register)
        if one.check in OURS
    ]


def sentences(text, *, register=REGISTER):
    copy = Copy(kind=Kind.STORY, paragraphs=(text,), byline="（记者 张三）", day=THURSDAY)
    with override("en"):
        return [one.detail for one in proof(copy, register=register) if one.check in OURS]


# --- a name one character off ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("县委书记王志钢出席会议。", "县委书记王志钢"),
        ("县委书记 王志钢 出席会议。", "县委书记 王志钢"),
        ("嵩县县委书记王志强出席会议。", "县委书记王志强"),
        ("中共嵩县县委书记王志钢出席会议。", "县委书记王志钢"),
        ("嵩县委书记王志钢出席会议。", "县委书记王志钢"),
        ("我县县委书记王志钢出席会议。", "县委书记王志钢"),
        ("会议由县委书记王志钢主持。", "县委书记王志钢"),
        ("11月20日上午县委书记王志钢主持会议。", "县委书记王志钢"),
        ("县委书记汪志刚出席会议。", "县委书记汪志刚"),
        ("王志钢书记到会讲话。", "王志钢书记"),
        ("听取了李明桦县长的汇报。", "李明桦县长"),
        ("县长李明出席会议。", "县长李明"),  # a character left out
        ("县长李明明华出席会议。", "县长李明明华"),  # one put in
        ("县委副书记、县长李明桦出席会议。", "县长李明桦"),
        ("洛阳市委常委、县委书记王志钢出席会议。", "县委书记王志钢"),
        ("副县长、公安局局长赵晓锋，10月2日到任。", "副县长、公安局局长赵晓锋"),
        ("常务副县长张炜说。", "常务副县长张炜"),
        ("副县长张炜说。", "副县长张炜"),  # a 常务副县长 is one
        ("县委组织部长刘致远说。", "组织部长刘致远"),
        ("县委常委、组织部部长刘致远说。", "组织部部长刘致远"),
        ("嵩县县委常委、组织部部长刘致远说。", "组织部部长刘致远"),
        ("县财政局局长周健国说。", "局长周健国"),
        ("县财政局党组书记、局长周健国说。", "局长周健国"),
        ("车村镇镇长郑滔说。", "镇长郑滔"),
        ("车村镇长郑滔说。", "镇长郑滔"),
        ("时任县长陈国东说。", "县长陈国东"),
        ("2019年，县长陈国东说。", "县长陈国东"),
        ("“县委书记王志钢来过。”他说。", "县委书记王志钢"),
        ("县委书记王志刚、县长李明桦出席。", "县长李明桦"),
    ],
)
def test_a_name_beside_its_title_that_is_one_character_off_is_an_error(text, words):
    assert found(text) == [("name_one_off", ERROR, words)]


@pytest.mark.parametrize(
    "text",
    [
        "县委书记王志刚出席会议。",
        "王志钢说，今年辣椒卖得好。",  # without a title anybody
        "村民王志钢说。",
        "书记员王志钢宣读判决。",
        "县委副书记王志钢出席会议。",  # another's title
        "县纪委书记王志钢出席会议。",
        "栾川县县长李明桦出席会议。",
        "洛阳市财政局局长周健国说。",
        "县民政局局长周健国说。",
        "村党支部书记王志钢带着大伙种辣椒。王志钢书记每天第一个到。",
        "村支书王志钢带着大伙种辣椒。王志钢书记每天第一个到。",
        "副县长张军说。",  # of several, one with the same surname
        "县长李华东出席会议。",
        "县长陈国东出席会议。",  # who was it two years ago is not looked for now
        "县长信箱李明桦。县长办公会由李明桦召集。县长助理李明桦说。",
        "习近平总书记强调。",
        "平利县长安镇的村民、平江县长寿镇的村民，忙着晾晒。",
    ],
)
def test_where_a_name_may_be_anothers_nothing_is_found(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "栾川县委副书记、县长李明桦出席会议。",  # a place, or a word that begins the sentence
        "舞阳县委常委、组织部部长刘致远说。",
        "市委常委、组织部部长刘致远说。",
        "县委书记李志刚出席会议。",  # another surname that sounds otherwise
        "王志强书记带着大伙种辣椒。",  # any 书记
    ],
)
def test_what_is_less_sure_is_a_warning(text):
    assert [(check, severity) for check, severity, _words in found(text)] == [("name_one_off", WARNING)]


def test_a_name_that_somebody_has_is_no_slip_of_another():
    both = Register.of([*OFFICES, Office("王志钢", "副县长", "嵩县人民政府", None, None, 7)])
    assert found("副县长王志钢出席。", register=both) == []
    assert found("县委书记王志钢出席。", register=both) == [("wrong_title", ERROR, "县委书记王志钢")]


def test_the_finding_says_whose_title_it_is():
    assert sentences("县财政局局长周健国说。") == [
        "In the table of offices, 嵩县财政局局长 is 周建国: one character differs here."
    ]


@given(st.sampled_from(OFFICES), st.data())
@settings(max_examples=100, deadline=None)
def test_of_any_office_the_right_name_is_right_and_one_character_more_or_other_is_seen(office, data):
    office = Register.of([office]).offices[0]
    register, day = Register.of([office]), office.to_day or THURSDAY
    for text in (f"{office.title}{office.name}出席会议。", f"{office.unit}{office.title}{office.name}说。"):
        assert found(text, day=day, register=register) == []
    place = data.draw(st.integers(1, len(office.name) - 1))
    other = office.name[:place] + data.draw(st.sampled_from("鑫淼焱")) + office.name[place + 1 :]
    if len(office.name) > 2 and other != office.name:
        text = f"{office.unit}{office.title}{other}说。"
        assert [check for check, *_ in found(text, day=day, register=register)] == ["name_one_off"]


# --- a title that somebody does not hold -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("县长王志刚出席会议。", "县长王志刚"),
        ("嵩县县长王志刚出席会议。", "县长王志刚"),
        ("副县长李明华出席会议。", "副县长李明华"),
        ("县长张伟出席会议。", "县长张伟"),
        ("县委书记、县长李明华出席会议。", "县委书记、县长李明华"),
        ("县委副书记、县长王志刚出席会议。", "县长王志刚"),
        ("县长陈国栋出席会议。", "县长陈国栋"),  # until 2021
        ("县财政局局长吴大伟说。", "局长吴大伟"),
        ("副县长赵晓峰出席会议。", "副县长赵晓峰"),  # until October
        ("王志刚县长出席会议。", "王志刚县长"),
        ("县委副书记王志刚出席会议。", "县委副书记王志刚"),
        ("嵩县财政局副局长周建国说。", "副局长周建国"),  # no deputy of his is in the table
    ],
)
def test_a_title_that_the_person_does_not_hold_on_the_day_is_an_error(text, words):
    assert ("wrong_title", ERROR, words) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "县委书记王志刚、县长李明华、常务副县长张伟出席会议。",
        "副县长张伟出席会议。",
        "县委副书记、县长李明华出席会议。",
        "县委常委、组织部部长刘志远，组织部长刘志远。",
        "王志刚书记、李明华县长出席会议。",
        "原县长陈国栋、前县长陈国栋、老县长陈国栋、时任县长陈国栋、第三任县长陈国栋。",
        "原县长王志刚说。",  # the table need not reach back so far
        "拟任县长张伟，代县长张伟。",
        "2019年，县长陈国栋说。",
        "10月12日，副县长赵晓峰到车村镇调研。",
        "“张伟县长来过。”他说。",
        "“县长陈国栋2020年来过”",
        "副局长吴小燕，组织部副部长李明华，副镇长郑好，县人大常委会副主任张三丰。",
        "县长助理王志刚，县长信箱，县长办公会上王志刚说。",
        "栾川县县长王志刚，栾川县委书记李明华。",
        "洛阳市副市长李明华。",
        "免去李明华县长职务。",
        "任命张伟为县长。",
        "县长候选人张伟。",
        "县长张伟国出席会议。",  # a longer name that begins like one of the table
        "局长张伟说。",  # whose, nobody knows, and many are called so
        "县委书记、县总河长王志刚巡河。",
        "书记、县长带头，王志刚说。",
        "会后王志刚等领导参观。",
    ],
)
def test_a_title_that_may_be_right_is_left_alone(text):
    assert found(text) == []


def test_before_the_table_begins_nobody_is_told_apart():
    assert found("县委书记李明华出席会议。", day=date(2010, 5, 1)) == []
    assert found("县长陈国栋出席会议。", day=date(2019, 5, 1)) == []


def test_the_first_and_the_last_day_count():
    last, first = date(2021, 8, 31), date(2021, 9, 1)
    assert found("县长陈国栋说。", day=last) == found("县长李明华说。", day=first) == []
    assert [check for check, *_ in found("县长陈国栋说。", day=first)] == ["wrong_title"]
    assert [check for check, *_ in found("县长李明华说。", day=last)] == ["wrong_title"]


def test_without_a_day_any_title_ever_held_is_right():
    assert found("县长陈国栋说。县长李明华说。", day=None) == []
    assert found("县长王志刚说。", day=None) == [("wrong_title", ERROR, "县长王志刚")]


def test_namesakes_and_people_with_several_offices_have_all_their_titles():
    register = Register.of([*OFFICES, Office("李明华", "局长", "嵩县林业局"), Office("王志刚", "县人大常委会主任")])
    text = "县林业局局长李明华说。县长李明华说。县人大主任王志刚说。县委书记王志刚说。"
    assert found(text, register=register) == []


def test_party_posts_that_the_table_does_not_tell_of_are_a_warning_alone_and_nothing_beside_a_right_one():
    assert found("县委副书记李明华说。") == [("wrong_title", WARNING, "县委副书记李明华")]
    assert found("县委副书记、县长李明华说。") == []


def test_a_deputy_is_called_by_the_short_title_to_his_face_only():
    assert found("张伟县长来了。") == [("wrong_title", WARNING, "张伟县长")]


def test_the_finding_says_what_the_person_is():
    assert sentences("县长王志刚说。") == ["In the table of offices, 王志刚 is 县委书记 on this day, not 县长."]
    assert sentences("县长陈国栋说。") == ["By the table of offices, 陈国栋 is not 县长 on this day."]


def test_titles_and_units_are_known_in_their_usual_wordings():
    assert titles_of(OFFICES[0]) == {"县委书记", "书记"}
    assert titles_of(OFFICES[4]) == {"组织部部长", "组织部长", "部长"}
    assert titles_of(OFFICES[5]) == {"常务副县长", "副县长"}
    assert titles_of(Office("甲", "嵩县县委书记")) == {"嵩县县委书记", "县委书记", "书记"}
    assert set(units_of(OFFICES[1])) == {"嵩县人民政府", "嵩县政府", "县人民政府", "县政府", "人民政府", "政府"}
    assert set(units_of(OFFICES[9])) == {"车村镇", "车村"}
    assert Register.of(OFFICES).homes == {"嵩县"}
    assert Register.of([Office("甲", "县长", "洛阳市嵩县人民政府")]).homes == {"嵩县", "洛阳市嵩县"}


# --- the order of rank -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("李明华、王志刚、张伟等出席会议。", "李明华、王志刚、张伟"),
        ("县领导王志刚、张伟、李明华参加活动。", "王志刚、张伟、李明华"),
        ("县长李明华、县委书记王志刚出席。", "李明华、县委书记王志刚"),
        (
            "县委书记王志刚、县委副书记孙丽、县委副书记、县长李明华出席。",
            "王志刚、县委副书记孙丽、县委副书记、县长李明华",
        ),
        ("李明华县长、王志刚书记出席。", "李明华县长、王志刚"),
        ("孙丽、赵无名、李明华和张伟出席。", "孙丽、赵无名、李明华和张伟"),
    ],
)
def test_people_named_out_of_the_order_of_the_table_are_a_warning(text, words):
    assert found(text) == [("rank_order", WARNING, words)]


@pytest.mark.parametrize(
    "text",
    [
        "王志刚、李明华、孙丽、刘志远、张伟等出席会议。",
        "县委书记王志刚，县委副书记、县长李明华，县委副书记孙丽出席。",
        "李明华主持会议，王志刚讲话。",
        "李明华与王志刚交谈。",
        "李明华和王志刚出席。",
        "李明华、王志刚先后发言。",
        "（按姓氏笔画为序）李明华、王志刚按姓氏笔画排列。",
        "周建国、吴大伟、郑涛参加。",
        "张三丰、李四光、王志刚参加。",
    ],
)
def test_an_enumeration_in_order_or_of_another_sort_is_left_alone(text):
    assert found(text) == []


def test_the_order_is_that_of_the_day():
    promoted = Register.of(
        [
            Office("张伟", "副县长", "", None, date(2023, 6, 30), 9),
            Office("张伟", "县长", "", date(2023, 7, 1), None, 2),
            Office("孙丽", "县委副书记", "", None, None, 3),
        ]
    )
    assert found("孙丽、张伟出席。", day=date(2023, 5, 1), register=promoted) == []
    assert [check for check, *_ in found("孙丽、张伟出席。", register=promoted)] == ["rank_order"]
    assert found("孙丽、张伟出席。", day=None, register=promoted) == []  # nobody knows which


def test_rows_that_were_given_no_order_have_none():
    register = Register.of([Office("王志刚", "县委书记"), Office("李明华", "县长"), Office("张伟", "副县长", order=3)])
    assert found("张伟、李明华、王志刚出席。", register=register) == []
    counted_from_nought = Register.of([Office("王志刚", "县委书记", order=0), Office("李明华", "县长", order=1)])
    assert sentences("李明华、王志刚出席。", register=counted_from_nought) == [
        "In the table of offices they stand in this order: 王志刚、李明华."
    ]


# --- the desk's own words --------------------------------------------------------------------------------


def test_a_wrong_word_of_the_table_is_an_error_wherever_readers_see_it():
    fields = {name: f"{name}登陆" for name in ("kicker", "headline", "subhead", "summary")}
    copy = Copy(Kind.STORY, **fields, paragraphs=("登陆网站。",), captions=("登陆。",), byline="登陆")
    with override("en"):
        findings = [one for one in proof(copy, register=REGISTER) if one.check == "desk_term"]
    said = "At this desk “登录”, not “登陆”."
    fields = ("kicker", "headline", "subhead", "summary", "body", "caption")
    assert [(one.field, one.severity, one.detail) for one in findings] == [(field, ERROR, said) for field in fields]


def test_a_wrong_word_inside_a_right_one_is_right():
    assert found("抢险队伍参加抢险救灾。") == [("desk_term", ERROR, "抢险")]
    register = Register.of(terms=[Term("登陆", "登录"), Term("登陆作站", "登陆作战")])
    assert found("登陆作战。", register=register) == []
    assert found("登陆作站。", register=register) == [("desk_term", ERROR, "登陆作站")]


def test_letters_are_words_only_when_they_stand_alone():
    assert found("接入wifi信号，wifis、awifi不算。") == [("desk_term", ERROR, "wifi")]


def test_the_note_is_said_too():
    assert sentences("五星之部创建。") == ["At this desk “五星支部”, not “五星之部”. (专题名称)"]


@settings(deadline=None)
@given(st.lists(st.text("甲乙丙ab", min_size=1, max_size=3), min_size=1, max_size=8), st.text("甲乙丙ab", max_size=30))
def test_any_of_many_words_is_found_as_a_plain_search_finds_it(words, text):
    match = any_of(words).search(text)
    first = min((text.index(word) for word in words if word in text), default=None)
    assert (match and match.start()) == first
    if match:
        assert match.group() == max((word for word in words if text.startswith(word, first)), key=len)


# --- together --------------------------------------------------------------------------------------------


def test_what_the_checks_are_called():
    assert [CHECKS[check].severity for check in OURS] == [ERROR, ERROR, WARNING, ERROR]


def test_empty_tables_find_nothing_and_are_not_asked():
    assert not Register() and not Register.of([Office(" ", "县长"), Office("甲", "")], [Term(" ", "乙")])
    assert found("县长王志刚说。", register=Register()) == found("县长王志刚说。", register=None) == []


def test_ordinary_newspaper_text_is_clean():
    assert [one for line in ORDINARY for one in found(line)] == []


@given(
    st.lists(
        st.sampled_from(
            [
                *"、，。“”《》（）原副前代 \u3000\n在和",
                *(office.name for office in OFFICES),
                *(office.title for office in OFFICES),
            ]
            + [office.unit for office in OFFICES]
            + ["王志钢", "李明", "栾川县", "等", "出席", "2019年", "13月32日", "登陆", "登录", "0"]
        ),
        max_size=20,
    ).map("".join),
    st.sampled_from([None, THURSDAY, date.min, date.max]),
)
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_the_checks_point_into_it_and_never_fail(text, day):
    for _check, _severity, words in found(text, day=day):
        assert words and words in text


# --- in the desk -----------------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    editor = make_editor("*")
    client.force_login(editor)
    return editor


def make_office(name="王志刚", title="县委书记", **fields):
    return models.Office.objects.create(name=name, title=title, **fields)


def open_flags(article):
    return list(article.flags.filter(cleared_at=None).values_list("check_code", "severity"))


def test_a_save_is_proofed_by_the_tables(db):
    make_office()
    models.Term.objects.create(wrong="登陆", right="登录")
    article = make_article(body="县委书记王志钢登陆网站。", printed_byline="（记者 张三）")
    flags.refresh(article)
    assert open_flags(article) == [("name_one_off", "error"), ("desk_term", "error")]
    article.body = "县委书记王志刚登录网站。"
    flags.refresh(article)
    assert open_flags(article) == []


def test_a_page_that_comes_in_is_proofed_by_the_tables(db):
    make_office()
    page = "要闻一则\n    县委书记王志钢出席会议。\n（记者 张三）\n"
    proposals = propose(page, desk=desk_of_database(), day=THURSDAY)
    assert "name_one_off" in [finding.check for piece in proposals.pieces for finding in piece.findings]


def test_the_tables_are_read_once_a_minute_and_what_is_the_same_is_made_once(
    db, monkeypatch, django_assert_num_queries
):
    now = 1000.0
    monkeypatch.setattr(gazetteer, "monotonic", lambda: now)
    wording_tables.forget()
    with django_assert_num_queries(2):
        first = wording_tables.current()
        assert wording_tables.current() is first
    now += gazetteer.KEPT
    assert wording_tables.current() is first
    make_office()
    assert not wording_tables.current()
    now += gazetteer.KEPT
    assert [office.name for office in wording_tables.current().offices] == ["王志刚"]


OFFICES_PAGE, TERMS_PAGE = "/admin/articles/office/", "/admin/articles/term/"


def test_what_the_desk_changes_is_proofed_by_at_once(client, editor, django_capture_on_commit_callbacks):
    assert not wording_tables.current()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.get(f"{OFFICES_PAGE}add/")
        assert client.post(f"{OFFICES_PAGE}add/", filled(page, name="王志刚", title="县委书记")).status_code == 302
    assert len(wording_tables.current().offices) == 1
    row = models.Office.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("admin:articles_office_delete", args=[row.pk]), {"post": "yes"})
    assert not wording_tables.current()


def test_the_table_of_offices_is_listed_by_rank_searched_and_narrowed(client, editor):
    gone = make_office("陈国栋", "县长", to_day=date(2021, 8, 31), order=2)
    head, to_come = make_office(order=1), make_office("张伟", "县长", from_day=date(2999, 1, 1), order=3)
    assert rows(client.get(OFFICES_PAGE)) == [head, gone, to_come]
    assert rows(client.get(OFFICES_PAGE, {"q": "国栋"})) == [gone]
    assert rows(client.get(OFFICES_PAGE, {"held": "now"})) == [head]
    assert rows(client.get(OFFICES_PAGE, {"held": "ended"})) == [gone]
    assert rows(client.get(OFFICES_PAGE, {"held": "later"})) == [to_come]


def test_an_office_that_ends_before_it_begins_and_a_word_that_is_its_own_correction_are_refused(client, editor):
    page = client.get(f"{OFFICES_PAGE}add/")
    days = {"from_day": "2024-05-01", "to_day": "2024-04-01"}
    refused = client.post(f"{OFFICES_PAGE}add/", filled(page, name="王志刚", title="县长", **days))
    assert "".join(errors_of(refused).values()) or refused.context["adminform"].form.non_field_errors()
    page = client.get(f"{TERMS_PAGE}add/")
    refused = client.post(f"{TERMS_PAGE}add/", filled(page, wrong="登录", right="登录"))
    assert refused.status_code == 200
    assert not models.Office.objects.exists() and not models.Term.objects.exists()


# Pasting.

LINES = """姓名\t职务\t单位\t起\t止\t次序
王志刚\t县委书记\t中共嵩县委员会\t2021-06-01\t至今\t1
李明华，县长，嵩县人民政府，2021年9月1日，，2

陈国栋, 县长, 嵩县人民政府, 2018/1/1, 2021.8.31, 2
孙丽，县委副书记
"""


def paste(client, lines, page=OFFICES_PAGE):
    return client.post(f"{page}paste/", {"lines": lines})


def faults(response):
    return list(response.context["form"].errors["lines"])


def test_lines_are_pasted_as_tables_have_them(client, editor):
    assert paste(client, LINES).status_code == 302
    found = models.Office.objects.values_list("name", "title", "unit", "from_day", "to_day", "order")
    assert sorted(found) == sorted(
        [
            ("王志刚", "县委书记", "中共嵩县委员会", date(2021, 6, 1), None, 1),
            ("李明华", "县长", "嵩县人民政府", date(2021, 9, 1), None, 2),
            ("陈国栋", "县长", "嵩县人民政府", date(2018, 1, 1), date(2021, 8, 31), 2),
            ("孙丽", "县委副书记", "", None, None, 0),
        ]
    )
    assert LogEntry.objects.filter(user=editor).count() == 4


def test_pasting_again_adds_only_what_is_new(client, editor):
    paste(client, LINES)
    paste(client, LINES + "张伟，副县长")
    assert models.Office.objects.count() == 5


def test_a_wrong_line_is_named_and_nothing_is_taken_in_or_lost(client, editor):
    bad = f"{LINES}周建国，，嵩县财政局\n吴大伟，局长，嵩县林业局，去年\n郑涛，镇长，车村镇，2024-05-01，2024-04-01，x"
    refused = paste(client, bad)
    assert not models.Office.objects.exists() and not LogEntry.objects.exists()
    assert refused.context["form"]["lines"].value() == bad
    assert [re.search(r"\d+", said).group() for said in faults(refused)] == ["7", "8", "9"]


def test_an_office_that_is_in_the_table_otherwise_is_named(client, editor):
    make_office(order=1)
    refused = paste(client, "王志刚，县委书记，，，2023-01-01，1")
    assert (len(faults(refused)), models.Office.objects.count()) == (1, 1)


def test_words_are_pasted_with_their_notes(client, editor):
    assert (
        paste(client, "登陆，登录，上岸才用，别的不用\n登陆，登录，又一次\n座落\t坐落", TERMS_PAGE).status_code == 302
    )
    assert sorted(models.Term.objects.values_list("wrong", "right", "note")) == [
        ("座落", "坐落", ""),
        ("登陆", "登录", "上岸才用，别的不用"),
    ]
    refused = paste(client, "座落，坐落\n登陆，登路\n水份，水份\n帐户", TERMS_PAGE)
    assert (len(faults(refused)), models.Term.objects.count()) == (3, 2)


def test_too_many_lines_and_none_are_refused_with_what_was_typed(client, editor):
    many = "\n".join(f"人{number}，县长" for number in range(501))
    refused = paste(client, many)
    assert refused.context["form"]["lines"].value() == many and len(faults(refused)) == 1
    assert faults(paste(client, " \n"))
    assert not models.Office.objects.exists()


def test_only_who_may_add_to_a_table_may_paste_into_it(client):
    client.force_login(make_editor("view_office", "change_office"))
    assert [client.get(f"{OFFICES_PAGE}paste/").status_code, paste(client, LINES).status_code] == [403, 403]
    assert f"{OFFICES_PAGE}paste/" not in client.get(OFFICES_PAGE).content.decode()
    client.force_login(make_editor("view_office", "add_office"))
    assert f"{OFFICES_PAGE}paste/" in client.get(OFFICES_PAGE).content.decode()
    assert paste(client, LINES).status_code == 302


def test_the_list_costs_the_same_with_one_row_and_with_three(client, editor):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(OFFICES_PAGE)
        return len(captured)

    make_office()
    queries()  # some things are asked once a process
    one = queries()
    make_office("李明华", "县长")
    make_office("张伟", "副县长")
    assert queries() == one
