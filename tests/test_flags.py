"""Proofing flags as editors meet them: how they follow the text, who settles them, and what waits until somebody has."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from articles import conditions, flags, publish
from articles.copying import copy_of
from articles.models import (
    Article,
    Edition,
    Figure,
    Flag,
    HistoryEntry,
    ImportedPiece,
    Outlet,
    Page,
    PageImport,
    Photo,
    Placement,
)
from articles.proofing import Finding
from articles.refusals import AlreadyDone, MoveRefused, NotReady
from articles.roles import ROLES, assign
from articles.vocabulary import Act, Genre, Kind, OutletLevel, Severity, State
from tests import page as pages
from tests.desk import errors_of, filled
from tests.factories import (
    approve,
    load_seed_page,
    make_article,
    make_editor,
    make_live_article,
    make_page,
    make_publisher,
)

LIST = "/admin/articles/article/"


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture(autouse=True)
def checks(monkeypatch):
    """Three checks that a test can see through: 错 is an error, 疑 a warning, and 注 a hint, each in a paragraph or a caption."""
    codes = {"错": ("wrong", Severity.ERROR), "疑": ("doubtful", Severity.WARNING), "注": ("noted", Severity.NOTE)}

    def proof(copy, **_given):
        texts = [("body", n, words) for n, words in enumerate(copy.paragraphs)]
        texts += [("caption", n, words) for n, words in enumerate(copy.captions)]
        return tuple(
            Finding(
                *codes[mark],
                field,
                number,
                words.index(mark),
                words.index(mark) + 1,
                words[words.index(mark) :][:4],
                gettext("error") + mark,
            )
            for field, number, words in texts
            for mark in codes
            if mark in words
        )

    monkeypatch.setattr(flags.proofing, "proof", proof)
    monkeypatch.setattr(flags.gazetteer, "current", lambda: None)
    monkeypatch.setattr(flags.wording_tables, "current", lambda: None)


def said(response):
    return [str(message) for message in response.context["messages"]]


def standing(article):
    """(passage, place, whether settled) of each flag of a piece."""
    rows = article.flags.order_by("pk")
    return [(flag.excerpt, flag.field, flag.paragraph, bool(flag.cleared_at)) for flag in rows]


def rewrite(article, body):
    article.body = body
    article.save()
    return flags.refresh(article)


def make_flag(article, **fields):
    return Flag.objects.create(
        article=article, **{"check_code": "wrong", "severity": "error", "detail": "有误。", **fields}
    )


# --- what is proofed -------------------------------------------------------------------------------------


def test_a_piece_is_proofed_without_its_marks(db):
    article = make_article(
        kicker="嵩县", headline="标题", subhead="副题", summary="提要。", printed_byline="（本报记者 王博）",
        body="第**一**段。\n## 小标题\n【图1】\n>> 编者按\n| 一行诗\n第二段。", captions=("图说。",),
    )  # fmt: skip
    copy = flags.copy_of_article(article)
    assert copy.paragraphs == ("第一段。", "小标题", "编者按", "一行诗", "第二段。")
    assert copy.exempt == {1, 2, 3}
    assert (copy.kind, copy.kicker, copy.headline, copy.subhead, copy.summary) == (
        "story",
        "嵩县",
        "标题",
        "副题",
        "提要。",
    )
    assert (copy.captions, copy.byline, copy.signed) == (("图说。",), "（本报记者 王博）", True)


@pytest.mark.parametrize(
    ("fields", "signed"),
    [
        ({}, True),
        ({"kind": Kind.CORRECTION}, False),
        ({"kind": Kind.PAGE, "address": "about"}, False),
        ({"genre": Genre.NOTICE}, False),
        ({"genre": Genre.REPRINT}, True),
        ({"genre": Genre.REPRINT, "source_author": "新华社记者"}, False),
    ],
)
def test_some_pieces_need_no_byline(db, fields, signed):
    assert flags.copy_of_article(make_article(**fields)).signed is signed


def test_photo_news_is_signed_by_the_credits_of_its_pictures(db):
    article = make_article(kind=Kind.PHOTO, captions=("甲。", "乙。"))
    article.figures.update(credit="王立志 摄")
    assert flags.copy_of_article(article).byline == "王立志 摄 王立志 摄"


def a_page(day, **fields):
    outlet, _new = Outlet.objects.get_or_create(name="河南日报农村版", level=OutletLevel.PROVINCE)
    return Page.objects.create(edition=Edition.objects.create(outlet=outlet, day=day, **fields), number=1)


def test_the_days_of_a_text_are_read_by_the_day_the_piece_ran_first(db):
    article = make_article()
    assert flags.copy_of_article(article).day == timezone.localdate()
    elsewhere = Outlet.objects.create(name="县报", level=OutletLevel.COUNTY)
    Placement.objects.create(article=article, outlet=elsewhere, day=date(2023, 11, 25))
    Placement.objects.create(article=article, page=a_page(date(2023, 11, 23)))
    assert flags.copy_of_article(article).day == date(2023, 11, 23)
    assert flags.copy_of_article(make_live_article(published_at=timezone.datetime(2023, 5, 1, tzinfo=timezone.get_current_timezone()))).day == date(2023, 5, 1)  # fmt: skip


def test_a_day_that_is_only_inferred_is_not_taken_for_known(db):
    article = make_article()
    Placement.objects.create(article=article, page=a_page(date(2023, 11, 23), inferred=True, reason="推断"))
    assert flags.copy_of_article(article).day is None


def test_a_piece_read_from_a_page_has_that_pages_day(db):
    article, day = make_article(), date(2023, 11, 23)
    page_import = PageImport.objects.create(day=day, text="版面", sha256="0" * 64)
    ImportedPiece.objects.create(
        page_import=page_import,
        number=1,
        kind="story",
        day=day,
        fingerprint="1" * 64,
        first_line=1,
        last_line=2,
        article=article,
    )
    assert flags.copy_of_article(article).day == day


# --- how they follow the text ----------------------------------------------------------------------------


def test_flags_say_where_in_the_form_the_passage_stands(db):
    article = make_article(body="## 小标题\n【图1】\n这里有错字。", captions=("", "图说有疑。"))
    open_flags = flags.refresh(article)
    assert standing(article) == [("错字。", "body", 2, False), ("疑。", "figures", 1, False)]
    assert [flags.anchor_of(flag) for flag in open_flags] == ["body", "figures-1-caption"]
    assert [flag.automatic for flag in open_flags] == [True, True]


def test_a_flag_goes_when_its_passage_is_mended_and_moves_when_it_moves(db):
    article = make_article(body="有错字。\n有疑点。")
    flags.refresh(article)
    rewrite(article, "新的一段。\n有疑点。")
    assert standing(article) == [("疑点。", "body", 1, False)]
    rewrite(article, "新的一段。\n再来一段。\n有疑点。")
    assert standing(article) == [("疑点。", "body", 2, False)]
    assert rewrite(article, "好了。") == []


def test_what_was_settled_stays_settled_while_the_passage_stands_and_wherever_it_moves(db):
    article, editor = make_article(body="有错字。"), make_publisher(is_superuser=True)
    (flag,) = flags.refresh(article)
    flags.clear(flag, by=editor, reason="原文如此")
    assert rewrite(article, "新的一段。\n有错字。") == []
    assert [flag.excerpt for flag in rewrite(article, "新的一段。\n有错了。")] == ["错了。"]
    assert Flag.objects.get(cleared_at__isnull=False).reason == "原文如此"
    assert rewrite(article, "有错字。") == []


def test_of_the_same_passage_twice_one_may_be_settled_and_the_other_wait(db):
    article, editor = make_article(body="有错字。\n有错字。"), make_editor("*")
    first, second = flags.refresh(article)
    assert (first.paragraph, second.paragraph) == (0, 1)
    flags.clear(second, by=editor, reason="引文")
    assert [flag.paragraph for flag in flags.refresh(article)] == [0]
    assert [flag.paragraph for flag in rewrite(article, "没有了。\n有错字。")] == []
    assert [flag.paragraph for flag in rewrite(article, "有错字。\n有错字。\n有错字。")] == [0, 2]


def test_a_flag_that_no_check_raised_is_left_alone_and_not_doubled(db):
    article = make_article(body="有错字。")
    by_hand = make_flag(article, excerpt="错字。")
    make_flag(article, check_code="by_hand", severity="note", detail="请核对。")
    assert [flag.pk for flag in flags.refresh(article)] == [by_hand.pk, by_hand.pk + 1]
    rewrite(article, "好了。")
    assert article.flags.count() == 2


def test_what_only_the_intake_could_see_waits_for_a_person(db):
    article = make_article(body="有错字。")
    seam = Finding("seam", Severity.ERROR, "body", 0, 0, 2, "有错", "此处接缝可疑。")
    again = Finding("wrong", Severity.ERROR, "body", 0, 1, 2, "错字。", "有误。")
    flags.refresh(article, findings=[seam, again])
    assert [(flag.check_code, flag.automatic) for flag in article.flags.order_by("check_code")] == [("seam", False), ("wrong", True)]  # fmt: skip
    assert [flag.check_code for flag in rewrite(article, "有对字。")] == ["seam"]


def test_the_sentences_are_kept_in_the_language_of_the_desk_whoever_saves(db):
    with override("en"):
        (flag,) = flags.refresh(make_article(body="有错字。"))
    assert flag.detail == "错误错"


def test_bringing_flags_in_step_asks_two_questions_and_writes_only_what_changed(db):
    article = make_article(body="有错字。\n有疑点。", captions=("图说有注。", "又有注。"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            flags.refresh(article)
        return [query["sql"].split()[0] for query in captured]

    assert queries() == ["SELECT", "SELECT", "INSERT"]
    assert queries() == ["SELECT", "SELECT"]
    article.body = "有错了。\n有疑问。\n再有错。"
    assert queries() == ["SELECT", "SELECT", "DELETE", "INSERT"]


# --- in the form -----------------------------------------------------------------------------------------


def test_a_save_says_what_proofing_found_errors_first_and_leads_there(client, editor):
    article = make_article()
    response = client.post(
        change(article), filled(client.get(change(article)), body="有疑。\n有错。\n疑点。"), follow=True
    )
    assert [sentence for sentence in said(response) if "flags-group" in sentence] == [
        f'<a href="{change(article)}#flags-group">校对发现：错误 1 处、存疑 2 处</a>'
    ]


def test_only_a_save_that_changes_what_is_proofed_proofs(client, editor, monkeypatch):
    article = make_article(column=None)
    asked = []
    monkeypatch.setattr(flags.proofing, "proof", lambda copy, **_given: asked.append(copy) or ())

    def save(**changes):
        asked.clear()
        client.post(change(article), filled(client.get(change(article)), **changes))
        return len(asked)

    assert (save(), save(grade="A")) == (0, 0)
    changes = {"body": "新文。"}, {"kind": "brief"}, {"genre": Genre.NOTICE}, {"printed_byline": "（王博）"}
    assert [save(**change) for change in changes] == [1, 1, 1, 1]
    Figure.objects.create(article=article, photo=Photo.objects.create(), position=1)
    assert save(**{"figures-0-caption": "图说。"}) == 1
    client.post(
        "/admin/articles/article/add/", filled(client.get("/admin/articles/article/add/"), headline="新", body="稿。")
    )
    assert len(asked) == 2


def test_a_site_page_is_not_proofed(client, editor):
    data = filled(client.get("/admin/articles/sitepage/add/"), headline="联系方式", address="contact", body="电话有错")
    client.post("/admin/articles/sitepage/add/", data)
    assert (Article.objects.count(), Flag.objects.count()) == (1, 0)


def links_of(response):
    """(sentence and passage, address) of each open flag, as the form lists them."""
    group = next(e for e in pages.Page(response.content.decode()).root.all("div") if e.attrs.get("id") == "flags-group")
    return [(link.text, link.attrs["href"]) for link in group.all("a")]


def test_the_form_lists_the_flags_errors_first_and_each_leads_to_its_passage(client, editor):
    article = make_article(body="有注。\n有错。", captions=("有疑。",))
    flags.refresh(article)
    make_flag(article, severity="warning", detail="标题欠妥。", excerpt="标题", check_code="by_hand")
    page = client.get(change(article))
    assert links_of(page) == [
        ("错误错 错。", "#id_body"),
        ("错误疑 疑。", "#id_figures-0-caption"),
        ("标题欠妥。 标题", "#id_body"),
        ("错误注 注。", "#id_body"),
    ]
    assert "没有待处理的标记" in client.get(change(make_article())).content.decode()


def settle(client, article, **changes):
    return client.post(change(article), filled(client.get(change(article)), **changes), follow=True)


def test_an_error_is_settled_with_a_reason_and_put_back(client, editor):
    article = make_article(body="有错字。")
    flags.refresh(article)
    response = settle(client, article, **{"flags-0-settled": "on"})
    assert errors_of(response) == {"flags-0-reason": "请填写理由：错误须注明理由才能处理。"}
    assert Flag.objects.get().cleared_at is None
    response = settle(client, article, **{"flags-0-reason": "与原报一致"})
    assert list(errors_of(response)) == ["flags-0-settled"]
    assert "与原报一致" in response.content.decode()
    settle(client, article, **{"flags-0-settled": "on", "flags-0-reason": "与原报一致"})
    flag = Flag.objects.get()
    assert (flag.cleared_by, flag.reason, flag.cleared_at is None) == (editor, "与原报一致", False)
    entry = article.history.get(act=Act.FLAG_CLEARED)
    assert (entry.by, entry.note) == (editor, "错误：错误错（错字。）\n理由：与原报一致")
    assert "李静" in client.get(change(article)).content.decode()
    settle(client, article, **{"flags-0-raised": "on"})
    flag.refresh_from_db()
    assert (flag.cleared_at, flag.cleared_by, flag.reason) == (None, None, "")
    assert article.history.get(act=Act.FLAG_RAISED).by == editor
    assert Article.objects.get().version_number == 1  # the text is what it was


def test_a_warning_needs_no_reason(client, editor):
    article = make_article(body="有疑。")
    flags.refresh(article)
    settle(client, article, **{"flags-0-settled": "on"})
    assert Flag.objects.get().cleared_by == editor


def test_text_and_flags_may_be_changed_in_one_save(client, editor):
    article = make_article(body="有错字。\n有错了。")
    flags.refresh(article)
    settle(client, article, body="有错字。\n改好了。", **{"flags-0-settled": "on", "flags-0-reason": "引文"})
    assert standing(article) == [("错字。", "body", 0, True)]


def test_a_flag_is_raised_by_hand_and_no_check_takes_it_back(client, editor):
    article = make_article(body="甲县。")
    response = settle(client, article, **{"flags-0-excerpt": "甲县"})
    assert list(errors_of(response)) == ["flags-0-detail"]
    settle(client, article, **{"flags-0-severity": "error", "flags-0-excerpt": "甲县", "flags-0-detail": "应为乙县。"})
    flag = article.flags.get()
    assert (flag.automatic, flag.check_code, flag.severity, flag.detail) == (False, "by_hand", "error", "应为乙县。")
    assert article.history.get(act=Act.FLAG_RAISED).note == "错误：应为乙县。（甲县）"
    rewrite(article, "乙县。")
    assert article.flags.count() == 1
    assert settle(client, article).status_code == 200  # nothing more was typed: no second flag
    assert article.flags.count() == 1


def test_a_stale_form_settles_nothing_and_keeps_the_reason(client, editor):
    article = make_article(body="有错字。")
    flags.refresh(article)
    mine = filled(client.get(change(article))) | {"flags-0-settled": "on", "flags-0-reason": "我的理由"}
    settle(client, article, **{"flags-0-settled": "on", "flags-0-reason": "同事的理由"})
    response = client.post(change(article), mine)
    assert (response.status_code, "我的理由" in response.content.decode()) == (409, True)
    assert (Flag.objects.get().reason, HistoryEntry.objects.filter(act=Act.FLAG_CLEARED).count()) == ("同事的理由", 1)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_flags_and_settles_what_it_may(client, role):
    account = make_editor()
    assign(account, [role])
    client.force_login(account)
    article = make_article(body="有错字。")
    flags.refresh(article)
    page = client.get(change(article))
    may = account.has_perms(["articles.change_flag", "articles.change_article"])
    assert ("错字。" in page.content.decode(), 'name="flags-0-settled"' in page.content.decode()) == (True, may)
    tries = {"flags-0-settled": "on", "flags-0-reason": "理由", "flags-1-detail": "手加", "flags-1-severity": "note", "flags-TOTAL_FORMS": 2}  # fmt: skip
    client.post(change(article), filled(page, **tries))
    assert (article.flags.filter(cleared_at__isnull=False).count(), article.flags.count()) == (
        (1, 2) if may else (0, 1)
    )


def test_the_form_asks_as_often_for_one_flag_as_for_five(client, editor):
    def queries(article):
        flags.refresh(article)
        with CaptureQueriesContext(connection) as captured:
            client.get(change(article))
        return len(captured)

    client.get(change(make_article()))
    assert queries(make_article(body="有错。")) == queries(make_article(body="\n".join(["有错。"] * 5)))


# --- the verbs -------------------------------------------------------------------------------------------


def test_a_flag_is_settled_once_and_put_back_once(db):
    editor, flag = make_editor("change_flag"), make_flag(make_article())
    with pytest.raises(MoveRefused, match="理由"):
        flags.clear(flag, by=editor)
    flags.clear(flag, by=editor, reason="核对过")
    with pytest.raises(AlreadyDone):
        flags.clear(flag, by=editor, reason="再来")
    flags.put_back(flag, by=editor)
    with pytest.raises(AlreadyDone):
        flags.put_back(flag, by=editor)
    assert [entry.act for entry in HistoryEntry.objects.filter(article=flag.article).order_by("pk")][1:] == [Act.FLAG_CLEARED, Act.FLAG_RAISED]  # fmt: skip


def test_who_may_not_change_flags_settles_and_raises_none(db):
    writer, flag = make_editor("change_article"), make_flag(make_article(), severity="note")
    for act in (
        lambda: flags.clear(flag, by=writer, reason="理由"),
        lambda: flags.put_back(flag, by=writer),
        lambda: flags.raise_flag(flag.article, by=writer, severity="note", detail="有误。"),
    ):
        with pytest.raises(MoveRefused):
            act()
    assert (Flag.objects.get().cleared_at, HistoryEntry.objects.filter(act__startswith="flag").count()) == (None, 0)


def test_the_database_too_knows_no_error_settled_without_a_reason(db):
    flag = make_flag(make_article())
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(cleared_at=timezone.now(), cleared_by=make_editor())


def test_a_copy_is_proofed_and_takes_along_what_people_marked_and_nobody_settled(db):
    article, editor = make_article(body="有错字。"), make_editor("*")
    flags.refresh(article)
    make_flag(article, detail="缺文。")
    flags.clear(make_flag(article, detail="已核。"), by=editor, reason="原文")
    copy = copy_of(article, by=editor)
    assert [(flag.automatic, flag.detail) for flag in copy.flags.order_by("-automatic")] == [(True, "错误错"), (False, "缺文。")]  # fmt: skip
    assert article.flags.count() == 3


# --- release ---------------------------------------------------------------------------------------------


def test_an_open_error_keeps_a_piece_from_release_by_every_road_and_names_itself(client, editor):
    article = make_article(body="有错字。\n有疑点。")
    flags.refresh(article)
    sentence = "校对错误尚未处理：错误错（错字。）"
    approve(article)
    printed = make_article(body="有错字。\n有疑点。")
    flags.refresh(printed)
    Placement.objects.create(article=printed, page=make_page())
    assert conditions.unmet(article, by=editor) == [conditions.Unmet("body", sentence)]
    later = timezone.now() + timezone.timedelta(days=1)
    for release in (
        lambda: publish.publish(article, by=editor),
        lambda: publish.schedule(article, by=editor, at=later),
        lambda: publish.publish_archive(printed, at=timezone.now(), by=editor),
    ):
        with pytest.raises(NotReady, match="错字"):
            release()
    selected = {"action": "publish_selected", "_selected_action": [article.pk], f"seen_{article.pk}": 1}
    assert [s for s in said(client.post(LIST, selected, follow=True)) if sentence in s] != []
    page = client.post(change(article), filled(client.get(change(article)), _publish="1"), follow=True)
    assert [s for s in said(page) if sentence in s] != []
    assert f'href="{change(article)}#id_body"' in page.content.decode()
    assert Article.objects.with_state().get(pk=article.pk).state == State.APPROVED
    flags.clear(article.flags.get(severity="error"), by=editor, reason="引文如此")
    publish.publish(article, by=editor)
    assert Article.objects.live().get() == article


def test_of_many_errors_three_are_named_and_the_rest_counted(db):
    article, editor = make_article(body="\n".join(f"有错{n}。" for n in "甲乙丙丁戊")), make_editor("*")
    flags.refresh(article)
    sentences = [condition.sentence for condition in conditions.unmet(approve(article), by=editor)]
    assert [sentence[-4:-1] for sentence in sentences[:3]] == ["错甲。", "错乙。", "错丙。"]
    assert sentences[3:] == ["另有错误 2 处。"]


def test_a_fixture_publishes_what_nobody_has_settled_yet(db):
    load_seed_page()
    article = Article.objects.live().get(number="2023-1123-009")
    assert article.flags.filter(severity="error", cleared_at=None).exists()
    again = make_article(body="有错字。")
    flags.refresh(again)
    publish.publish_archive(again, at=timezone.now())
    assert again in Article.objects.live()


def test_the_list_marks_pieces_with_open_errors(client, editor):
    wrong, settled, _good = make_article(body="有错字。"), make_article(body="有错字。"), make_article(body="有疑点。")
    for article in Article.objects.all():
        flags.refresh(article)
    flags.clear(settled.flags.get(), by=editor, reason="引文")
    marked = [row.pk for row in client.get(LIST).context["cl"].rows if row.has_errors]
    assert marked == [wrong.pk]
    assert client.get(LIST).content.decode().count("校对有误") == 1


def test_a_held_piece_with_an_open_error_does_not_come_back_to_readers(db):
    article, by = make_live_article(), make_editor("*")
    publish.hold(article.publication, by=by)
    flag = flags.raise_flag(article, by=by, severity=Severity.ERROR, detail="引语不实。")
    with pytest.raises(NotReady, match="引语不实"):
        publish.release(article.publication, by=by)
    assert not Article.objects.live().exists()
    flags.clear(flag, by=by, reason="已向本人核实")
    publish.release(article.publication, by=by)
    assert Article.objects.live().exists()


def test_recording_that_a_piece_was_compared_with_print_settles_the_flag_that_it_was_not(db):
    load_seed_page()
    article, by = Article.objects.get(number="2023-1123-001"), make_editor("*", display_name="李静")
    (open_flag,) = article.flags.filter(check_code=flags.TRANSCRIPTION)
    publish.confirm_print(article.publication, by=by)
    open_flag.refresh_from_db()
    assert (open_flag.cleared_by, open_flag.reason) == (by, gettext("compared with print"))
    assert article.history.filter(act=Act.FLAG_CLEARED, by=by).count() == 1
