"""Event days: set in their year by the edition's day, the words kept as printed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.intake.event_days import EventDay, read_event_days

NOVEMBER = date(2023, 11, 23)
DECEMBER = date(2023, 12, 20)
JANUARY = date(2024, 1, 5)


def days(words, edition=NOVEMBER):
    return [(day.day.isoformat() if day.day else None, day.words) for day in read_event_days([words], edition)]


def only(words, edition=NOVEMBER):
    ((day, _),) = days(words, edition)
    return day


@pytest.mark.parametrize(
    "words",
    [
        "11月19日",
        "１１月１９日",
        "十一月十九日",
        "11 月 19 日",
        "11月19号",
        "２０２３年１１月19日",
        "二〇二三年十一月十九日",
        "今年11月19日",
        "本年度11月19日",
    ],
)
def test_a_day_is_read_however_it_is_written(words):
    assert days(f"据悉，{words}，大会召开。") == [("2023-11-19", words)]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2021年3月5日", "2021-03-05"),
        ("去年11月19日", "2022-11-19"),
        ("前年的11月19日", "2021-11-19"),
        ("明年1月1日", "2024-01-01"),
        ("1949年10月1日", "1949-10-01"),
        ("民国23年3月5日", "1934-03-05"),
        ("98年7月1日", "1998-07-01"),
        ("21年7月1日", "2021-07-01"),
        ("二十一月", None),
    ],
)
def test_a_stated_year_is_kept(words, day):
    assert [
        (found, stated) for found, stated in ((d.day, d.year_stated) for d in read_event_days([words], NOVEMBER))
    ] == ([(date.fromisoformat(day), True)] if day else [])


def test_a_day_without_a_year_says_so():
    assert read_event_days(["会议于11月19日召开。"], NOVEMBER) == (
        EventDay(date(2023, 11, 19), "11月19日", "body", 0, 3, 9, False),
    )


def test_a_late_day_in_a_paper_of_the_new_year_is_last_years():
    assert only("12月28日，大会召开。", JANUARY) == "2023-12-28"
    assert only("10月8日，大会召开。", JANUARY) == "2023-10-08"
    assert only("1月3日，大会召开。", JANUARY) == "2024-01-03"
    assert only("2月14日，大会召开。", JANUARY) == "2024-02-14"
    assert only("大会将于12月28日召开。", JANUARY) == "2024-12-28"


@pytest.mark.parametrize(
    "words",
    [
        "大会将于1月5日举行。",
        "大会拟于1月5日举行。",
        "大会定于1月5日举行。",
        "大会将在郑州举行，时间为1月5日。",
        "1月5日，大会将在郑州举行。",
        "1月5日将举行大会。",
        "工程预计1月5日完工。",
        "确保1月5日前完工。",
    ],
)
def test_an_early_day_of_a_sentence_that_looks_ahead_is_next_years(words):
    assert only(words, DECEMBER) == "2024-01-05"
    assert only(words, NOVEMBER) == "2024-01-05"
    assert only(words, JANUARY) == "2024-01-05"


def test_an_early_day_of_any_other_sentence_is_this_years():
    assert only("1月5日，大会举行。", DECEMBER) == "2023-01-05"
    assert only("1月5日，县委将党建列入重点。", DECEMBER) == "2023-01-05"
    assert only("工程预计完工。1月5日，大会举行。", DECEMBER) == "2023-01-05"
    assert only("大会将于11月30日举行。", DECEMBER) == "2023-11-30"


def test_each_end_of_a_span_and_each_day_of_a_list_is_a_day():
    assert days("11月19日至21日") == [("2023-11-19", "11月19日"), ("2023-11-21", "21日")]
    assert days("11月19日、20日和22日") == [("2023-11-19", "11月19日"), ("2023-11-20", "20日"), ("2023-11-22", "22日")]
    assert days("11月30日至12月2日") == [("2023-11-30", "11月30日"), ("2023-12-02", "12月2日")]
    assert days("11月19－21日") == days("11月19-21日") == [("2023-11-19", "11月19"), ("2023-11-21", "21日")]
    assert days("十一月十九日至二十一日") == [("2023-11-19", "十一月十九日"), ("2023-11-21", "二十一日")]
    assert days("12月30日至1月3日", JANUARY) == [("2023-12-30", "12月30日"), ("2024-01-03", "1月3日")]
    assert days("2022年12月30日至2023年1月3日") == [("2022-12-30", "2022年12月30日"), ("2023-01-03", "2023年1月3日")]
    assert days("2022年12月30日、31日") == [("2022-12-30", "2022年12月30日"), ("2022-12-31", "31日")]
    assert days("12月30日、1月3日", JANUARY) == [("2023-12-30", "12月30日"), ("2024-01-03", "1月3日")]


@pytest.mark.parametrize(
    "words", ["6月31日", "2月29日", "13月1日", "11月0日", "2023年2月30日", "0000年1月1日", "六月三十一日"]
)
def test_a_day_that_does_not_exist_is_told_by_having_none(words):
    assert days(words) == [(None, words)]


def test_the_leap_day_exists_in_its_year():
    assert only("2月29日", date(2024, 3, 1)) == only("2024年2月29日") == "2024-02-29"


@pytest.mark.parametrize(
    "words",
    [
        "11月",
        "11月份",
        "11月中旬",
        "2011月19日",
        "111月19日",
        "11月190日",
        "11月19号楼",
        "3.11月19日",
        "19日",
        "二十一月十九日",
        "2023年11月",
        "日月",
    ],
)
def test_what_is_no_day_of_a_month_is_nothing(words):
    assert days(f"据悉{words}举行") == []


@pytest.mark.parametrize(
    "words", ["每年11月9日", "农历八月十五日", "光绪二十三年十一月十九日", "次年3月5日", "历年的3月5日"]
)
def test_days_of_another_calendar_of_every_year_and_of_an_untold_year_are_left_out(words):
    assert days(f"{words}，大家相聚。") == []


def test_the_same_year_is_the_one_told_last():
    assert days("工程2021年立项，同年3月5日开工，次年6月1日竣工。") == [
        ("2021-03-05", "同年3月5日"),
        ("2022-06-01", "次年6月1日"),
    ]
    told = read_event_days(["工程2021年立项。", "当年3月5日开工。"], NOVEMBER)
    assert [(day.day, day.paragraph) for day in told] == [(date(2021, 3, 5), 1)]


def test_days_stand_in_the_order_of_the_text():
    found = read_event_days(
        ["11月3日", "11月4日"], NOVEMBER, kicker="11月1日", headline="11月2日", subhead="无", captions=["11月5日"]
    )
    assert [(day.field, day.paragraph, day.day.day) for day in found] == [
        ("kicker", None, 1),
        ("headline", None, 2),
        ("body", 0, 3),
        ("body", 1, 4),
        ("caption", 0, 5),
    ]


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            "1 11 12 19 21 31 2023 １１ 十 十一 二十一 廿 〇 二〇二三 年 月 日 号 至 、 - 和 今年 去年 次年 每年 将于 农历 民国 23 ， 。 11月19日 \u3000".split(
                " "
            )
        ),
        st.text(max_size=3),
    ),
    max_size=25,
).map("".join)


@given(texts=st.lists(TEXTS, max_size=3), edition=st.dates())
def test_any_text_is_read_without_an_error_and_every_day_points_at_its_words(texts, edition):
    found = read_event_days(texts, edition)
    assert found == read_event_days(texts, edition)
    for day in found:
        assert texts[day.paragraph][day.start : day.end] == day.words != ""
    places = [(day.paragraph, day.start, day.end) for day in found]
    assert places == sorted(places)
    assert all(one[0] < other[0] or one[2] <= other[1] for one, other in zip(places, places[1:], strict=False))


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)), edition=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_full_date_is_the_same_whatever_the_edition(day, edition):
    assert only(f"{day.year}年{day.month}月{day.day}日，", edition) == day.isoformat()


@given(edition=st.dates(date(2000, 1, 1), date(2100, 1, 1)), before=st.integers(0, 150))
def test_a_day_shortly_before_the_edition_is_that_day(edition, before):
    day = date.fromordinal(edition.toordinal() - before)
    assert only(f"{day.month}月{day.day}日，大会召开。", edition) == day.isoformat()
