"""审稿台账: what was submitted from a day to a day, one row a piece, on a page and as a file for Excel."""

from datetime import date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from articles import ledger, publish, review
from articles.admin.ledger import write_workbook
from articles.ledger import rows_between, stages_between
from articles.models import Article, Review, SignOff, StagesInForce
from articles.versions import check_code, save_version
from articles.vocabulary import Decision, Genre, Outcome, Stage
from tests.factories import approve, make_article, make_editor, make_live_article, make_publisher, make_reviewers

PAGE = "/admin/articles/article/ledger/"
FILE = "/admin/articles/article/ledger/file/"
STAGES = (Stage.FIRST_REVIEW, Stage.SECOND_REVIEW, Stage.FINAL_REVIEW)


def today_rows(**options):
    today = timezone.localdate()
    return list(rows_between(today, today, stages_between(today, today), **options))


def submitted(article, at):
    """The open round of a piece as if it had been submitted at a moment."""
    Review.objects.filter(article=article).update(opened_at=at)


def moment(day, hour, minute=0):
    return timezone.make_aware(datetime(2023, 11, day, hour, minute))


def in_review(at=None, **fields):
    """A piece that somebody submitted, at a moment or now."""
    article = make_article(**fields)
    review.submit(article, by=make_editor("*", display_name="送审员"))
    if at:
        submitted(article, at)
    return article


def decide(article, stage, by, opinion="", act=review.sign):
    article = Article.objects.get(pk=article.pk)
    sha256 = article.versions.get(number=article.version_number).sha256
    return act(article, by=by, stage=stage, sha256=sha256, opinion=opinion)


@pytest.fixture
def keeper(client):
    keeper = make_editor("view_review", "view_article")
    client.force_login(keeper)
    return keeper


# --- rows ------------------------------------------------------------------------------------------------


def test_a_released_piece_has_its_people_times_opinions_link_and_code(db):
    people = make_reviewers()
    article = in_review(headline="标题", genre=Genre.NEWS, printed_byline="（记者 张三）")
    for stage, by, opinion in zip(STAGES, people, ("同意", "", "可发"), strict=True):
        decide(article, stage, by, opinion)
    publication = publish.publish(Article.objects.get(pk=article.pk), by=people[2])
    (row,) = today_rows()
    version, round_ = article.versions.get(), article.reviews.get()
    assert row[:6] == (article.number, "标题", "消息", "（记者 张三）", "送审员", round_.opened_at)
    assert [signature.by for signature in row.signatures] == ["初审员", "复审员", "终审员"]
    passed = str(Decision.PASSED.label)
    assert [signature.opinion for signature in row.signatures] == [f"{passed}：同意", passed, f"{passed}：可发"]
    assert [signature.at for signature in row.signatures] == list(round_.sign_offs.values_list("at", flat=True))
    assert (row.outcome, row.released_by, row.released_at) == (str(Outcome.RELEASED.label), "终审员", round_.closed_at)
    assert (row.address, row.code, row.rounds, row.earlier) == (
        publication.get_absolute_url(), check_code(version.sha256), 1, "",
    )  # fmt: skip


def test_returned_unused_recalled_and_waiting_pieces_are_in_it(db):
    people = make_reviewers()
    returned, unused, recalled, waiting = (in_review(headline=f"稿{n}") for n in range(4))
    decide(returned, STAGES[0], people[0], "导语不清", review.send_back)
    decide(unused, STAGES[0], people[0], "已过时", review.put_aside)
    review.recall(recalled, by=recalled.reviews.get().opened_by)
    rows = today_rows()
    labels = [str(outcome.label) for outcome in (Outcome.RETURNED, Outcome.UNUSED, Outcome.RECALLED)]
    assert [row.outcome for row in rows[:3]] == labels and rows[3].outcome not in labels
    assert "导语不清" in rows[0].signatures[0].opinion and "已过时" in rows[1].signatures[0].opinion
    assert [row.released_at for row in rows] == [None] * 4
    assert [row.address for row in rows] == [""] * 4


def test_a_piece_of_several_rounds_is_one_row_that_says_how_the_earlier_ones_ended(db):
    people = make_reviewers()
    article = in_review(body="一。")
    decide(article, STAGES[0], people[0], "导语不清", review.send_back)
    article = Article.objects.get(pk=article.pk)
    article.body = "二。"
    article.save()
    save_version(article, by=None)
    review.submit(article, by=people[1])
    decide(article, STAGES[0], people[0], "这回好了")
    (row,) = today_rows()
    assert (row.rounds, row.submitted_by) == (2, "送审员")
    assert "导语不清" in row.earlier and "初审员" in row.earlier
    assert row.signatures[0].opinion.endswith("这回好了")
    assert row.code == check_code(article.versions.get(number=2).sha256)


def test_both_days_are_included_by_the_beijing_calendar(db):
    early = in_review(at=moment(20, 0))
    late = in_review(at=moment(21, 23, 59))
    in_review(at=moment(19, 23, 59))
    in_review(at=moment(22, 0))
    rows = rows_between(date(2023, 11, 20), date(2023, 11, 21), STAGES)
    assert [row.number for row in rows] == [early.number, late.number]


def test_the_ledger_of_a_month_stays_as_it_is_when_the_piece_comes_again(db):
    people = make_reviewers()
    article = in_review()
    decide(article, STAGES[0], people[0], "退", review.send_back)
    submitted(article, moment(20, 9))
    before = list(rows_between(date(2023, 11, 1), date(2023, 11, 30), STAGES))
    review.submit(article, by=people[0])
    assert list(rows_between(date(2023, 11, 1), date(2023, 11, 30), STAGES)) == before
    (again,) = today_rows()
    assert (again.rounds, again.earlier) == (1, "")


def test_all_that_was_decided_at_a_stage_in_the_round_is_in_it(db):
    people, article = make_reviewers(), in_review(body="一。")
    decide(article, STAGES[0], people[0], "事实已核对")
    article = Article.objects.get(pk=article.pk)
    article.body = "二。"
    article.save()
    save_version(article, by=people[1])
    decide(article, STAGES[1], people[1])
    decide(article, STAGES[0], people[0])
    (row,) = today_rows()
    passed, confirmed = str(Decision.PASSED.label), str(Decision.CONFIRMED.label)
    assert row.signatures[0][::2] == ("初审员", f"{passed}：事实已核对\n{confirmed}")
    assert row.signatures[1].opinion == str(Decision.AMENDED.label)


def test_who_stood_in_is_named_with_whom(db):
    people, article = make_reviewers(), in_review()
    version, round_ = article.versions.get(), article.reviews.get()
    SignOff.objects.create(
        review=round_,
        version=version,
        sha256=version.sha256,
        stage=STAGES[0],
        decision=Decision.PASSED,
        by=people[0],
        instead_of=people[1],
    )
    (row,) = today_rows()
    assert row.signatures[0].by.startswith("初审员") and "复审员" in row.signatures[0].by


def test_a_withdrawn_piece_has_no_link_and_says_so(db):
    article = make_live_article()
    publish.withdraw(article.publication, by=make_publisher())
    (row,) = today_rows()
    assert row.address == "" and row.outcome != str(Outcome.RELEASED.label)


def test_the_columns_are_the_stages_in_force_and_those_that_were_signed(db):
    today = timezone.localdate()
    assert stages_between(today, today) == STAGES
    approve(make_article())
    StagesInForce.objects.create(reviews=1, proofs=1, set_by=make_editor())
    assert stages_between(today, today) == (*STAGES, Stage.FIRST_PROOF)
    assert stages_between(today + timedelta(days=1), today + timedelta(days=1)) == (
        Stage.FINAL_REVIEW,
        Stage.FIRST_PROOF,
    )


def test_a_batch_of_rows_takes_a_constant_number_of_queries(db):
    taken = []
    for wanted in (1, 4):
        while Article.objects.count() < wanted:
            approve(make_article(by=make_editor()))
        with CaptureQueriesContext(connection) as queries:
            assert len(today_rows()) == wanted
        taken.append(len(queries))
    assert taken[0] == taken[1]
    with CaptureQueriesContext(connection) as queries:
        assert len(today_rows(batch=2)) == 4
    assert len(queries) == taken[0] + 3  # one more batch: its rounds, sign-offs and releases


# --- the page --------------------------------------------------------------------------------------------


def test_the_page_shows_this_month_unless_asked_otherwise(client, keeper):
    article = in_review(headline="这个月的稿")
    in_review(at=moment(20, 9), headline="那个月的稿")
    page = client.get(PAGE)
    assert article.number in page.text and "这个月的稿" in page.text and "那个月的稿" not in page.text
    page = client.get(PAGE, {"first": "2023-11-20", "last": "2023-11-20"})
    assert "那个月的稿" in page.text and "这个月的稿" not in page.text


def test_the_page_shows_the_first_rows_and_says_that_the_file_has_all(client, keeper, monkeypatch):
    monkeypatch.setattr("articles.admin.ledger.SHOWN", 2)
    for _n in range(3):
        in_review()
    page = client.get(PAGE)
    assert (len(page.context["rows"]), page.context["more"]) == (2, True)
    assert load_workbook(BytesIO(b"".join(client.get(FILE)))).active.max_row == 4


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2023-11-20", "last": "2023-11-19"},
        {"first": "2023-01-01", "last": "2024-12-31"},
        {"first": "gestern", "last": "2023-11-19"},
        {"first": "", "last": ""},
        {"first": "0001-01-01", "last": "9999-12-31"},
    ],
)
@pytest.mark.parametrize("address", [PAGE, FILE])
def test_days_that_cannot_be_meant_are_refused_in_a_sentence_and_kept(client, keeper, asked, address):
    answer = client.get(address, asked)
    assert answer.status_code == 422 and "errorlist" in answer.text and answer.context["rows"] == []
    assert asked["first"] in answer.text


@pytest.mark.parametrize("days", [("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31")])
def test_the_ends_of_the_calendar_break_nothing(client, keeper, days):
    assert client.get(PAGE, dict(zip(("first", "last"), days, strict=True))).status_code in (200, 422)


def test_a_day_without_pieces_says_so(client, keeper):
    page = client.get(PAGE, {"first": "2023-11-20", "last": "2023-11-20"})
    assert page.status_code == 200 and page.context["rows"] == [] and "formaction" not in page.text


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_the_ledger_is_for_those_who_may_see_reviews(client, address, db):
    assert "/login/" in client.get(address).url
    client.force_login(make_editor("view_article"))
    assert client.get(address).status_code == 403
    client.force_login(make_editor("view_review"))
    assert client.get(address).status_code == 200


# --- the file --------------------------------------------------------------------------------------------


def test_the_file_has_the_rows_of_the_page_with_real_dates(client, keeper):
    approve(make_article(headline="标题", printed_byline="（记者 张三）"))
    answer = client.get(FILE)
    assert answer["Content-Type"].endswith("sheet") and ".xlsx" in answer["Content-Disposition"]
    sheet = load_workbook(BytesIO(b"".join(answer))).active
    header, row = list(sheet.values)
    assert len(header) == len(row) == 6 + 9 + 7
    assert row[1] == "标题" and row[3] == "（记者 张三）" and isinstance(row[5], datetime)
    shown = client.get(PAGE).context
    assert list(header) == shown["header"]
    assert row[5].strftime("%Y-%m-%d %H:%M") == shown["rows"][0][5]
    assert [value or "" for value in row[6:9:2]] == shown["rows"][0][6:9:2]


@pytest.mark.parametrize(
    "words", ["=1+1", '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "=", "{=1}"]
)
def test_nothing_that_was_typed_becomes_a_formula(words):
    file = BytesIO()
    write_workbook(file, ["稿号"], [[words, 1, None]])
    cell = load_workbook(file).active["A2"]
    assert (cell.data_type, cell.value) == ("s", words)
    with ZipFile(file) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert cell.quotePrefix == words.startswith(("=", "+", "-", "@", "\t"))


def test_characters_that_no_file_of_excel_can_hold_are_left_out():
    file = BytesIO()
    write_workbook(file, ["稿号"], [["一\x00二\x0b三", "长" * 40_000]])
    sheet = load_workbook(file).active
    assert sheet["A2"].value == "一二三" and len(sheet["B2"].value) == 32_767


def test_a_batch_is_of_five_hundred_pieces():
    assert ledger.BATCH == 500


def test_the_desk_is_led_to_the_ledger_by_its_name():
    assert reverse("admin:articles_article_ledger") == PAGE
