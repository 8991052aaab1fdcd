"""差错登记: what an error weighs, who records it of which text, and the 差错率 that the month's figures give."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import faults, publish, roles
from articles.models import Edition, Editor, Fault, HistoryEntry, Outlet, Page, Placement
from articles.refusals import MoveRefused
from articles.versions import save_version
from articles.vocabulary import Act, FaultKind, Kind, Stage
from tests.desk import errors_of, filled
from tests.factories import approve, make_approved_article, make_article, make_editor, make_live_article, make_publisher

NOVEMBER = date(2023, 11, 1)
ADD, LIST, REPORT = "/admin/articles/fault/add/", "/admin/articles/fault/", "/admin/articles/fault/report/"


def released(day="2023-11-05", characters=1000, **fields):
    """A piece released at eight on a day, with so many characters, signed by 初审员 复审员 终审员."""
    moment = timezone.make_aware(datetime.fromisoformat(f"{day}T08:00"))
    return make_live_article(published_at=moment, **{"body": "字" * characters, **fields})


def found_in(article, weight=1, kind=FaultKind.FACT, missed_at="", version=None, by=None):
    version = version or article.publication.version
    fault = Fault(
        article=article, version=version, kind=kind, weight=Decimal(str(weight)), missed_at=missed_at, found_by="读者"
    )
    return faults.record(fault, by=by or make_editor("add_fault"))


def figures(shares):
    """{name: (pieces, characters, weight, rate, passes)}"""
    return {
        str(share.of or ""): (
            len(share.characters),
            share.total,
            float(share.weight),
            share.rate and float(share.rate),
            share.passes,
        )
        for share in shares
    }


# --- the weights -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "how", "weight"),
    [
        (FaultKind.FACT, {}, "1"),
        (FaultKind.FACT, {"characters": 9}, "1"),
        (FaultKind.CHARACTERS, {}, "1"),
        (FaultKind.CHARACTERS, {"characters": 2}, "2"),
        (FaultKind.CHARACTERS, {"characters": 5}, "2"),
        (FaultKind.CHARACTERS, {"characters": 6}, "4"),
        (FaultKind.CHARACTERS, {"characters": 97}, "4"),
        (FaultKind.NUMBER, {}, "1"),
        (FaultKind.NUMBER_STYLE, {}, "0.1"),
        (FaultKind.PUNCTUATION, {}, "0.1"),
        (FaultKind.PUNCTUATION, {"prominent": True}, "0.2"),
        (FaultKind.OTHER, {}, "1"),
        (FaultKind.FACT, {"prominent": True}, "2"),
        (FaultKind.CHARACTERS, {"characters": 6, "prominent": True}, "8"),
        (FaultKind.CHARACTERS, {"times": 3}, "3"),
        (FaultKind.CHARACTERS, {"times": 20}, "3"),
        (FaultKind.CHARACTERS, {"characters": 3, "times": 2, "prominent": True}, "8"),
    ],
)
def test_an_error_weighs_what_the_rules_say(kind, how, weight):
    assert faults.suggested(kind, **how) == Decimal(weight)


def test_the_style_of_numbers_counts_at_most_one_in_an_issue():
    def style(issue, weight="0.4", kind=FaultKind.NUMBER_STYLE):
        return faults.Found(1, 1, 1, kind, Decimal(weight), "", issue)

    assert faults.weigh([style(1), style(1)]) == Decimal("0.8")
    assert faults.weigh([style(1), style(1), style(1)]) == 1
    assert faults.weigh([style(1), style(1), style(1), style(2)]) == Decimal("1.4")
    assert faults.weigh([style(1, kind=FaultKind.PUNCTUATION)] * 4) == Decimal("1.6")


# --- recorded --------------------------------------------------------------------------------------------


def test_an_error_is_recorded_by_who_may_and_the_history_says_so(db):
    article, by = released(), make_editor("add_fault")
    fault = found_in(article, weight=2, missed_at=Stage.SECOND_REVIEW, by=by)
    assert Fault.objects.get() == fault and fault.recorded_by == by
    entry = HistoryEntry.objects.get(act=Act.FAULT_RECORDED)
    assert (entry.article, entry.version, entry.by) == (article, article.publication.version, by)
    assert faults.words_of(fault) == entry.note
    with pytest.raises(MoveRefused):
        found_in(article, by=make_publisher())


def test_only_errors_of_texts_that_readers_could_read_are_recorded(db):
    draft, scheduled = make_article(), make_approved_article()
    publish.schedule(scheduled, by=make_publisher(), at=timezone.now() + timedelta(hours=1))
    for article in (draft, scheduled):
        with pytest.raises(MoveRefused):
            found_in(article, version=article.versions.get())
    live, by = released(), make_publisher()
    first = live.publication.version
    live.body = "新文。"
    live.save()
    second = save_version(live, by=by)
    with pytest.raises(MoveRefused):
        found_in(live, version=second)
    publish.publish(approve(live), by=by)
    assert [found_in(live, version=version).version for version in (first, second)] == [first, second]
    publish.withdraw(live.publication, by=by)
    found_in(live, version=second)


def test_the_form_takes_what_the_rules_say_unless_somebody_says_otherwise(client, editor):
    article = released()
    page = client.get(f"{ADD}?article={article.pk}")
    given = {"kind": "characters", "passage": " 布署　", "should_be": "部署", "found_by": "读者"}
    answer = client.post(ADD, filled(page, **given, characters="2", prominent="on"))
    assert answer.url == reverse("admin:articles_article_release", args=[article.pk])
    client.post(ADD, filled(page, **given, characters="2", weight="0.5"))
    by_rule, by_hand = Fault.objects.order_by("pk")
    assert (by_rule.weight, by_rule.passage, by_rule.version, by_rule.recorded_by) == (
        4, "布署", article.publication.version, editor,
    )  # fmt: skip
    assert by_hand.weight == Decimal("0.5")
    assert HistoryEntry.objects.filter(act=Act.FAULT_RECORDED).count() == 2


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("weight", "0"), ("weight", "-1"), ("weight", "100.1"), ("weight", "0.05"), ("weight", "一"), ("characters", "0"),
        ("times", "x"), ("found_by", ""), ("found_day", "2099-01-01"), ("found_day", "昨天"), ("kind", ""), ("kind", "nichts"),
        ("missed_at", "nichts"), ("passage", "长" * 201), ("version", "999"), ("article", ""), ("article", "9" * 30),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words_and_kept(client, editor, field, typed):
    article = released()
    page = client.get(f"{ADD}?article={article.pk}")
    data = filled(page, kind="fact", passage="原文", found_by="读者", note="记下的话") | {field: typed}
    answer = client.post(ADD, data)
    assert (answer.status_code, list(errors_of(answer))) == (200, [field])
    assert "记下的话" in answer.content.decode() and not Fault.objects.exists()


def test_an_error_is_of_one_of_the_published_texts_the_newest_unless_another_is_chosen(client, editor):
    article = released()
    first = article.publication.version
    page = client.get(f"{ADD}?article={article.pk}")
    assert page.context["adminform"].form.fields["version"].widget.is_hidden
    article.body = "新文。"
    article.save()
    second = save_version(article, by=editor)
    publish.publish(approve(article), by=editor)
    page = client.get(f"{ADD}?article={article.pk}")
    assert [key for key, _label in page.context["adminform"].form.fields["version"].choices] == [second.pk, first.pk]
    for chosen in ({}, {"version": first.pk}):
        client.post(ADD, filled(page, kind="fact", passage="原文", found_by="读者") | chosen)
    assert [fault.version for fault in Fault.objects.order_by("pk")] == [second, first]


def test_an_error_of_a_piece_that_readers_never_read_is_refused_kindly(client, editor):
    article = make_article()
    page = client.get(f"{ADD}?article={article.pk}")
    answer = client.post(ADD, filled(page, kind="fact", passage="原文", found_by="读者"))
    assert list(errors_of(answer)) == ["article"] and not Fault.objects.exists()


def test_a_recorded_error_is_corrected_and_django_s_log_says_so(client, editor):
    fault = found_in(released(), by=editor)
    address = reverse("admin:articles_fault_change", args=[fault.pk])
    client.post(address, filled(client.get(address), weight="2", missed_at="first_review"))
    fault.refresh_from_db()
    assert (fault.weight, fault.missed_at) == (2, "first_review")
    assert LogEntry.objects.get().object_id == str(fault.pk)
    client.post(address, filled(client.get(address), weight=""))
    fault.refresh_from_db()
    assert fault.weight == 2
    assert HistoryEntry.objects.filter(act=Act.FAULT_RECORDED).count() == 1


@pytest.mark.parametrize("role", roles.ROLES)
def test_editors_record_errors_and_everybody_at_the_desk_reads_them(client, db, role):
    article, account = released(), make_editor()
    roles.assign(account, [role])
    client.force_login(account)
    data = {"article": article.pk, "kind": "fact", "found_by": "读者", "found_day": "2023-11-06"}
    may = role in ("责任编辑", "部门主任", "总编")
    assert client.post(ADD, data).status_code == (302 if may else 403)
    assert Fault.objects.count() == may
    fault = found_in(article)
    address = reverse("admin:articles_fault_change", args=[fault.pk])
    sees = role != "通讯员"  # who only sends in
    shown = filled(client.get(address)) if sees else {}
    client.post(address, {**data, **shown, "weight": "5"})
    fault.refresh_from_db()
    assert (fault.weight == 5) == may
    assert client.post(reverse("admin:articles_fault_delete", args=[fault.pk]), {"post": "yes"}).status_code == 403
    assert [client.get(page).status_code for page in (LIST, address, REPORT)] == [200 if sees else 403] * 3


def test_who_is_no_member_of_the_desk_sees_no_figures(client, db):
    client.force_login(make_editor())
    assert [client.get(page).status_code for page in (LIST, REPORT)] == [403, 403]


def test_the_list_of_errors_is_found_by_kind_stage_piece_and_words_in_a_few_queries(client, editor):
    one, other = released(headline="甲稿"), released(headline="乙稿")
    found_in(one, kind=FaultKind.NUMBER, missed_at=Stage.FIRST_REVIEW)
    found_in(other)

    def shown(query):
        return [fault.article for fault in client.get(f"{LIST}?{query}").context["cl"].result_list]

    queries = ("kind__exact=number", "missed_at__exact=first_review", f"article__id__exact={one.pk}", "q=甲稿")
    assert [shown(query) for query in queries] == [[one]] * 4
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(20):
        found_in(other)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few) <= 12


# --- the month -------------------------------------------------------------------------------------------


def test_the_desk_s_rate_is_the_weights_of_the_errors_to_ten_thousand_characters(db):
    assert figures([faults.of_desk(NOVEMBER)]) == {"": (0, 0, 0, None, None)}
    one, other = released(characters=6000), released(characters=4000)
    found_in(one, weight=2)
    found_in(other, weight="1.0")
    assert figures([faults.of_desk(NOVEMBER)]) == {"": (2, 10000, 3, 3, True)}
    found_in(other, weight="0.1")
    assert figures([faults.of_desk(NOVEMBER)]) == {"": (2, 10000, 3.1, 3.1, False)}


def test_a_rate_a_hair_above_the_limit_fails_though_it_rounds_to_it(db):
    found_in(released(characters=9999), weight=3)
    share = faults.of_desk(NOVEMBER)
    assert (share.rate, share.passes) == (Decimal("3.00"), False)


def test_a_month_has_what_was_released_in_it_by_the_beijing_clock_and_readers_could_read(db):
    by = make_publisher()
    inside = [released(f"2023-11-{day:02}", characters=10) for day in (1, 30)]
    withdrawn, held = released(characters=100), released(characters=100)
    publish.withdraw(withdrawn.publication, by=by)
    publish.hold(held.publication, by=by)
    for day in ("2023-10-31", "2023-12-01"):
        found_in(released(day))
    released(kind=Kind.PAGE, address="about", headline="关于我们")
    make_article(body="字")
    stopped = make_live_article(published_at=timezone.now() + timedelta(hours=1))
    publish.hold(stopped.publication, by=by)
    recalled = make_live_article(published_at=timezone.now() + timedelta(hours=1))
    publish.withdraw(recalled.publication, by=by)
    share = faults.of_desk(NOVEMBER.replace(day=17))
    assert set(share.characters) == {article.pk for article in (*inside, withdrawn, held)}
    assert (share.total, share.weight) == (220, 0)
    early = timezone.localtime(inside[0].publication.published_at)
    assert (early.day, timezone.localdate(inside[0].publication.published_at)) == (1, date(2023, 11, 1))
    assert faults.of_desk(timezone.localdate()).characters == {}


def test_reviewers_answer_for_what_was_missed_at_their_stage_and_have_read_all_they_signed(db):
    one, other = released(characters=1000), released(characters=2000)
    found_in(one, weight=1, missed_at=Stage.FIRST_REVIEW)
    found_in(other, weight=2, missed_at=Stage.FINAL_REVIEW)
    found_in(other, weight=4)
    found_in(other, weight=8, missed_at=Stage.FIRST_PROOF)  # which nobody signed
    assert figures(faults.by_reviewer(NOVEMBER)) == {
        "终审员": (2, 3000, 2, 6.67, False),
        "初审员": (2, 3000, 1, 3.33, False),
        "复审员": (2, 3000, 0, 0, True),
        "": (0, 0, 12, None, None),
    }
    assert figures([faults.of_desk(NOVEMBER)])[""][2] == 15


def test_a_piece_that_went_out_again_counts_once_for_each_who_signed_and_each_error_with_its_text(db):
    article, by = released(characters=1000), make_publisher()
    first = article.publication.version
    article.body = "字" * 900
    article.save()
    second = save_version(article, by=by)
    approve(article)
    others = [make_editor("*", display_name=f"别人{number}") for number in range(3)]
    publish.publish(article, by=by)
    assert [(share.total, len(share.characters)) for share in faults.by_reviewer(NOVEMBER)] == [(900, 1)] * 3
    assert faults.of_desk(NOVEMBER).total == 900
    found_in(article, version=first, missed_at=Stage.FIRST_REVIEW)
    found_in(article, version=second, missed_at=Stage.SECOND_REVIEW)
    assert {str(share.of): share.weight for share in faults.by_reviewer(NOVEMBER)} == {
        "初审员": 1,
        "复审员": 1,
        "终审员": 0,
    }
    assert len(others) == 3


def test_a_signature_under_a_text_that_never_went_out_counts_for_nothing(db):
    article, by = released(characters=1000), make_publisher()
    article.body = "字" * 500
    article.save()
    save_version(article, by=by)
    approve(article)
    assert {share.total for share in faults.by_reviewer(NOVEMBER)} == {1000}


def test_writers_stand_apart_with_all_errors_of_what_they_wrote(db):
    writer, other = make_editor(display_name="张三"), make_editor(display_name="李四")
    one, two = released(characters=1000, own_work_of=writer), released(characters=3000, own_work_of=writer)
    released(characters=500, own_work_of=other)
    found_in(one, weight=1, missed_at=Stage.FIRST_REVIEW)
    found_in(two, weight="0.1")
    found_in(released(characters=10), weight=9)
    assert figures(faults.by_writer(NOVEMBER)) == {
        "张三": (2, 4000, 1.1, 2.75, True),
        "李四": (1, 500, 0, 0, True),
    }


def test_a_newspaper_page_has_the_pieces_on_it_that_were_released_here(db):
    outlet = Outlet.objects.create(name="嵩县报")
    paper = Edition.objects.create(outlet=outlet, day="2023-11-30")
    pages = [Page.objects.create(edition=paper, number=number) for number in (1, 2, 3)]
    december = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day="2023-12-01"), number=1)
    late = released("2023-12-02", characters=700)  # on the page, and released online later
    for page, article in (
        (pages[0], released(characters=1000)), (pages[0], late), (pages[1], make_approved_article()), (pages[2], released(characters=5)),
        (december, released(characters=9)),
    ):  # fmt: skip
        Placement.objects.create(article=article, page=page, position=1)
    found_in(late, weight="0.5")
    assert figures(faults.by_page(NOVEMBER)) == {
        "嵩县报 2023-11-30 第1版": (2, 1700, 0.5, 2.94, True),
        "嵩县报 2023-11-30 第3版": (1, 5, 0, 0, True),
    }


def test_of_the_style_of_numbers_each_issue_counts_its_own(db):
    outlet = Outlet.objects.create(name="嵩县报")
    for day in ("2023-11-06", "2023-11-07"):
        page = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day=day), number=1)
        article = released()
        Placement.objects.create(article=article, page=page, position=1)
        for _ in range(3):
            found_in(article, weight="0.4", kind=FaultKind.NUMBER_STYLE)
    online = released("2023-11-08")
    for _ in range(2):
        found_in(online, weight="0.4", kind=FaultKind.NUMBER_STYLE)
    assert faults.of_desk(NOVEMBER).weight == Decimal("2.8")
    assert [share.weight for share in faults.by_page(NOVEMBER)] == [1, 1]


# --- the page and its CSV --------------------------------------------------------------------------------


def rows_of(answer):
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_page_shows_every_figure_with_its_parts_and_the_csv_says_the_same(client, editor):
    Editor.objects.filter(username="reviewer1").update(display_name="初审员")
    article = released(characters=2500)
    found_in(article, weight=1, missed_at=Stage.FIRST_REVIEW)
    page = client.get(f"{REPORT}?month=2023-11")
    shown = {table.name: [line.cells[:6] for line in lines] for table, lines in page.context["tables"]}
    assert shown["desk"][0][1:] == (1, 2500, 1, 1, 4)
    assert shown["reviewer"][0] == ("初审员", 1, 2500, 1, 1, 4)
    for table, lines in shown.items():
        rows = rows_of(client.get(f"{REPORT}?month=2023-11&csv={table}"))
        assert [tuple(row[:6]) for row in rows[1:]] == [tuple(map(str, cells)) for cells in lines]


def test_each_figure_leads_to_its_pieces_and_they_sum_to_it(client, editor):
    one, other = released(characters=2500), released(characters=500)
    found_in(one, weight=2, missed_at=Stage.FIRST_REVIEW)
    found_in(one, weight="0.1", missed_at=Stage.SECOND_REVIEW)
    page = client.get(f"{REPORT}?month=2023-11")
    links = [line.link for _table, lines in page.context["tables"] for line in lines if line.link]
    assert len(links) == 1 + 3
    for link in links:
        share = client.get(REPORT + link)
        pieces = share.context["pieces"]
        assert sum(piece.characters for piece in pieces) == share.context["line"].share.total == 3000
        assert sum(piece.weight for piece in pieces) == share.context["line"].share.weight
        for piece in (one, other):
            assert reverse("admin:articles_article_release", args=[piece.pk]) in share.content.decode()
        rows = rows_of(client.get(f"{REPORT}{link}&csv=pieces"))
        assert sum(int(row[2]) for row in rows[1:]) == 3000


def test_a_name_that_excel_would_calculate_is_text_in_the_csv(client, editor):
    writer = make_editor(display_name="=1+1")
    released(own_work_of=writer)
    rows = rows_of(client.get(f"{REPORT}?month=2023-11&csv=writer"))
    assert rows[1][0] == "'=1+1"


@pytest.mark.parametrize("month", ["", "2023", "2023-13", "0001-01", "9999-12", "十一月", "2023-11-05"])
def test_a_month_that_cannot_be_meant_is_said_and_this_month_is_shown(client, editor, month):
    page = client.get(REPORT, {"month": month})
    assert page.status_code == 200 and page.context["form"].errors
    assert page.context["month"] == f"{timezone.localdate():%Y-%m}"


@pytest.mark.parametrize("asked", ["reviewer=999", "writer=x", "page=1", "reviewer=None", "desk=1", "csv=nichts"])
def test_a_share_that_is_not_there_leads_back_to_the_month(client, editor, asked):
    assert client.get(f"{REPORT}?month=2023-11&{asked}", follow=True).status_code == 200


def test_the_report_asks_as_many_questions_of_many_pieces_as_of_one(client, editor):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{REPORT}?month=2023-11")
        return len(queries)

    outlet = Outlet.objects.create(name="嵩县报")
    page = Page.objects.create(edition=Edition.objects.create(outlet=outlet, day="2023-11-30"), number=1)

    def add():
        article = released(own_work_of=make_editor())
        Placement.objects.create(article=article, page=page, position=Placement.objects.count())
        found_in(article, missed_at=Stage.FIRST_REVIEW)

    add()
    asked()  # the first request also reads what is kept for the next
    alone = asked()
    for _ in range(4):
        add()
    assert asked() == alone <= 25
