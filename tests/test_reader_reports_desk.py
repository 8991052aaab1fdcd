"""读者纠错 at the desk: who sees a report and who settles it, once; what the pages of the piece and the workbench say."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from articles import publish, reader_reports
from articles.admin import workbench
from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import HistoryEntry, ReaderReport
from articles.refusals import AlreadyDone, MoveRefused, NotReady
from articles.vocabulary import Act, ReportOutcome
from tests.desk import rows
from tests.factories import make_editor, make_live_article, make_publisher
from tests.test_concurrency import ROUNDS, at_once

LIST = "/admin/articles/readerreport/"
SETTLES = {"admin", "editor", "head", "chief"}
SEES = SETTLES | {"writer", "proof"}


@pytest.fixture
def desk(db):
    """The demonstration accounts, by login name."""
    return {username: make_account(username, name, held, "secret") for username, name, held in ACCOUNTS}


@pytest.fixture
def story(db):
    return make_live_article(headline="春耕开始", body="全县布署春耕。\n各乡镇已经行动。")


def make_report(article, text="“布署”应为“部署”。", **fields):
    version = article.versions.latest("number")
    return ReaderReport.objects.create(article=article, version=version, text=text, sender="甲", **fields)


def page_of(report):
    return reverse("admin:articles_readerreport_change", args=[report.pk])


# --- settling --------------------------------------------------------------------------------------------


def test_settling_says_what_became_of_it_with_the_account_the_moment_and_an_entry_of_the_history(db, story):
    report, by = make_report(story, contact="13800000000"), make_editor("change_readerreport")
    with override("zh-hans"):
        reader_reports.settle(report, outcome="corrected", note=" 已改\r\n\r\n并登记 ", by=by)
    assert (report.outcome, report.note, report.settled_by) == (ReportOutcome.CORRECTED, "已改\n并登记", by)
    (entry,) = HistoryEntry.objects.filter(act=Act.REPORT_SETTLED)
    assert (entry.article, entry.by, entry.version, entry.at) == (story, by, report.version, report.settled_at)
    assert entry.note.startswith(f"#{report.pk} ") and entry.note.endswith("：已改\n并登记")


def test_neither_the_reader_s_words_nor_their_contact_stand_in_the_history(db, story):
    report = make_report(story, "我叫王五，电话13900000000", contact="13800000000")
    reader_reports.settle(report, outcome="not_meant", by=make_editor("change_readerreport"))
    notes = " ".join(HistoryEntry.objects.values_list("note", flat=True))
    assert ("1390000" in notes, "1380000" in notes, "王五" in notes) == (False, False, False)


def test_a_report_is_settled_once(db, story):
    report, by = make_report(story), make_editor("change_readerreport")
    reader_reports.settle(report, outcome="no_error", by=by)
    with pytest.raises(AlreadyDone):
        reader_reports.settle(report, outcome="corrected", by=by)
    assert (ReaderReport.objects.get().outcome, HistoryEntry.objects.filter(act=Act.REPORT_SETTLED).count()) == ("no_error", 1)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({"outcome": "open"}, MoveRefused), ({"outcome": "nonsense"}, MoveRefused), ({"outcome": ""}, MoveRefused),
     ({"outcome": "corrected", "note": "长" * 1001}, NotReady)],
)  # fmt: skip
def test_what_cannot_be_an_outcome_settles_nothing(db, story, given, refusal):
    report = make_report(story)
    with pytest.raises(refusal):
        reader_reports.settle(report, by=make_editor("change_readerreport"), **given)
    assert ReaderReport.objects.get().outcome == ReportOutcome.OPEN


def test_of_two_who_settle_at_once_one_does(transactional_db):
    people = [make_editor("change_readerreport") for _ in range(2)]
    article = make_live_article()
    for done in range(1, ROUNDS + 1):
        report = make_report(article, f"第{done}处")
        copies = [ReaderReport.objects.get(pk=report.pk) for _ in range(2)]
        outcomes = at_once(
            *(
                lambda copy=copy, by=by: reader_reports.settle(copy, outcome="corrected", note=str(by.pk), by=by)
                for copy, by in zip(copies, people, strict=True)
            )
        )
        report.refresh_from_db()
        assert sorted(map(str, outcomes)) == sorted([str(None), str(AlreadyDone)])
        winner = people[outcomes.index(None)]
        assert (report.settled_by, report.note) == (winner, str(winner.pk))
        assert HistoryEntry.objects.filter(act=Act.REPORT_SETTLED).count() == done


# --- who may ---------------------------------------------------------------------------------------------


def test_every_role_sees_and_settles_what_it_may_also_by_a_direct_post(client, desk, story):
    for name, account in desk.items():
        report = make_report(story, f"{name}的", contact="微信 abc")
        client.force_login(account)
        answers = client.get(LIST), client.get(page_of(report))
        assert [answer.status_code for answer in answers] == [200 if name in SEES else 403] * 2, name
        page = answers[1].content.decode()
        assert ("微信 abc" in page, 'name="outcome"' in page) == (name in SETTLES,) * 2, name
        answer = client.post(page_of(report), {"outcome": "corrected", "note": "已改"})
        assert answer.status_code == (302 if name in SETTLES else 403), name
        report.refresh_from_db()
        assert (report.outcome == "corrected", report.settled_by == account) == (name in SETTLES,) * 2, name


def test_the_contact_stands_in_no_list_and_search_finds_it_not(client, desk, story):
    make_report(story, contact="13800000000")
    client.force_login(desk["admin"])
    assert "13800000000" not in client.get(LIST).content.decode()
    assert rows(client.get(LIST, {"q": "13800000000"})) == []


def test_nobody_adds_or_deletes_a_report_or_changes_what_the_reader_wrote(client, desk, story):
    report = make_report(story)
    client.force_login(desk["admin"])
    assert client.post(f"{LIST}add/", {"text": "x"}).status_code == 403
    assert client.post(f"{LIST}{report.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [report.pk], "post": "yes"})
    client.post(page_of(report), {"outcome": "no_error", "text": "别的", "contact": "别的"})
    report.refresh_from_db()
    assert (report.text, report.contact, report.outcome) == ("“布署”应为“部署”。", "", "no_error")


def test_a_report_that_is_not_there_leads_back_and_a_wrong_id_is_no_error(client, desk):
    client.force_login(desk["editor"])
    for wrong in ("0", "999999", "9" * 30, "abc"):
        assert client.get(f"{LIST}{wrong}/change/").status_code == 302


# --- the list and the page -------------------------------------------------------------------------------


def test_the_list_opens_on_what_waits_longest_and_is_narrowed_by_outcome_piece_and_day(client, desk, story):
    other = make_live_article(headline="另一篇")
    ago = timezone.now() - timedelta(days=40)
    by = {"outcome": "corrected", "settled_by": desk["editor"], "settled_at": timezone.now()}
    old, new = make_report(story, "旧的", at=ago), make_report(other, "新的")
    settled = make_report(story, "改过的", **by)
    client.force_login(desk["editor"])
    assert rows(client.get(LIST)) == rows(client.get(LIST, {"outcome": "open"})) == [old, new]
    assert rows(client.get(LIST, {"outcome": "corrected"})) == [settled]
    assert rows(client.get(LIST, {"outcome": "all"})) == [settled, new, old]
    assert rows(client.get(LIST, {"article": story.pk})) == [old]
    assert rows(client.get(LIST, {"article": story.pk, "outcome": "all"})) == [settled, old]
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    assert rows(client.get(LIST, {"outcome": "all", "at__gte": midnight.isoformat()})) == [settled, new]
    assert [rows(client.get(LIST, {"article": wrong})) for wrong in ("abc", "0", "999")] == [[]] * 3
    assert client.get(LIST, {"article": "9" * 30}).status_code == 302  # as every list of the desk
    assert client.get(LIST, {"article": "", "outcome": "nonsense"}).status_code in (200, 302)
    assert rows(client.get(LIST, {"q": "另一篇"})) == [new]


def test_the_list_costs_the_same_for_one_report_and_for_thirty(client, desk, story):
    client.force_login(desk["editor"])
    counts = []
    for made in (1, 29):
        for n in range(made):
            make_report(make_live_article(), f"第{made}-{n}处")
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1] < 13


def test_the_page_shows_the_passage_leads_to_it_and_opens_the_record_of_errors_filled_in(client, desk, story):
    report = make_report(story)
    client.force_login(desk["chief"])
    response = client.get(page_of(report))
    page = response.content.decode()
    assert "全县<mark>布署</mark>春耕。" in page
    assert f"{story.publication.get_absolute_url()}#:~:text=%E5%B8%83%E7%BD%B2" in page
    form = client.get(response.context["fault"]).context["adminform"].form
    shown = {name: form[name].value() for name in ("article", "version", "passage", "should_be", "found_by")}
    assert {name: str(value) for name, value in shown.items()} == {
        "article": str(story.pk), "version": str(report.version_id), "passage": "布署", "should_be": "部署",
        "found_by": shown["found_by"],
    }  # fmt: skip
    assert shown["found_by"]


def test_a_note_that_came_second_is_shown_and_not_lost(client, desk, story):
    report = make_report(story)
    reader_reports.settle(report, outcome="no_error", by=desk["chief"])
    client.force_login(desk["editor"])
    page = client.post(page_of(report), {"outcome": "corrected", "note": "我也改了"}).content.decode()
    assert "我也改了" in page and "陈国栋" in page and 'name="outcome"' not in page
    report = make_report(story, "又一处")
    page = client.post(page_of(report), {"outcome": "nonsense", "note": "写好的附注"}).content.decode()
    assert "写好的附注</textarea>" in page


def test_what_a_reader_wrote_is_text_and_nothing_else(client, desk, story):
    report = make_report(story, "<script>alert(1)</script>“<b>”\n二", contact="<i>")
    client.force_login(desk["editor"])
    for address in (page_of(report), LIST):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


# --- where else it is said -------------------------------------------------------------------------------


def test_the_workbench_counts_what_waits_for_those_who_settle(client, desk, story):
    make_report(story, "先来的")
    make_report(story, "后来的")
    reader_reports.settle(make_report(story, "已办的"), outcome="no_error", by=desk["chief"])
    for name, account in desk.items():
        client.force_login(account)
        context = client.get("/admin/").context
        found = {queue.code: queue for queue in [*context["queues"], *context["empty"]]}
        assert ("reports" in found) == (name in SETTLES), name
    client.force_login(desk["editor"])
    queue = {queue.code: queue for queue in client.get("/admin/").context["queues"]}["reports"]
    assert (queue.count, [(row.title, row.stands) for row in queue.rows]) == (
        "2", [("先来的", "春耕开始"), ("后来的", "春耕开始")],
    )  # fmt: skip
    assert [row.text for row in rows(client.get(queue.url))] == ["先来的", "后来的"]
    assert client.get(queue.rows[0].url).status_code == 200


def test_reports_on_the_workbench_cost_the_same_for_one_and_for_five(client, desk):
    counts = []
    desk["editor"].get_all_permissions()
    for made in (1, 4):
        for n in range(made):
            make_report(make_live_article(), f"第{made}-{n}处")
        with CaptureQueriesContext(connection) as asked:
            workbench.queues_shown(desk["editor"], timezone.now(), {})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_pages_of_the_piece_say_that_reports_wait_while_they_do(client, desk, story):
    client.force_login(desk["chief"])
    leads = f'{LIST}?article={story.pk}"'
    pages = [reverse(f"admin:articles_article_{name}", args=[story.pk]) for name in ("change", "release")]
    assert [leads in client.get(page).content.decode() for page in pages] == [False, False]
    report = make_report(story)
    assert [leads in client.get(page).content.decode() for page in pages] == [True, True]
    reader_reports.settle(report, outcome="corrected", by=desk["chief"])
    assert [leads in client.get(page).content.decode() for page in pages] == [False, False]


def test_a_report_on_a_piece_that_was_withdrawn_since_can_still_be_settled(client, desk, story):
    report = make_report(story)
    publish.withdraw(story.publication, by=make_publisher())
    client.force_login(desk["editor"])
    page = client.get(page_of(report))
    assert (page.status_code, "#:~:text=" in page.content.decode()) == (200, False)
    assert client.post(page_of(report), {"outcome": "corrected"}).status_code == 302
