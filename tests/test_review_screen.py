"""The review page: who sees what, the course of a piece, changing and signing, signing again, proofs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import comments, flags, review
from articles.models import Article, Figure, Flag, HistoryEntry, Publication, Shift, SignOff
from articles.vocabulary import Decision, Outcome, Post, Severity, Stage, State
from tests.factories import make_editor
from tests.review_page import (
    FINAL,
    FIRST,
    SECOND,
    Desk,
    address,
    decisions,
    make_person,
    open_page,
    press,
    said,
    set_stages,
    sha256_of,
)
from tests.review_reading import STAGES, buttons, change, state_of, text_of


@pytest.fixture
def desk(db):
    return Desk()


# --- who sees what ---------------------------------------------------------------------------------------


def test_without_a_login_the_page_leads_to_the_login(client, desk):
    article = desk.piece()
    assert client.get(address(article)).url == f"/admin/login/?next={address(article)}"
    assert client.post(address(article), {"act": "sign"}).status_code == 403
    assert decisions(article) == []


def test_without_the_permission_to_see_pieces_everything_is_refused(client, desk):
    article = desk.piece()
    client.force_login(make_editor("sign_first_review"))
    assert client.get(address(article)).status_code == 403
    for act in ("sign", "amend", "return", "unused", "submit", "recall", "hold", "resume", "issue", "clear", "comment"):
        assert client.post(address(article), {"act": act}).status_code == 403
    assert (decisions(article), state_of(article)) == ([], State.REVIEW)


def test_a_piece_that_is_not_there_is_not_found(client, desk):
    client.force_login(desk.editor)
    assert [client.get(f"/desk/review/{pk}/").status_code for pk in (0, 987654, 10**30)] == [404, 404, 404]


DECIDING = ["sign", "return", "unused", "amend"]
OFFERED = {  # what is offered to each role when so many stages are signed; "comment" stands first on every page
    0: {"editor": DECIDING, "head": [], "chief": [], "writer": ["recall"], "proof": [], "correspondent": []},
    1: {"editor": [], "head": DECIDING, "chief": [], "writer": ["recall"], "proof": [], "correspondent": []},
    2: {"editor": [], "head": [], "chief": DECIDING, "writer": ["recall"], "proof": [], "correspondent": []},
    3: {"editor": [], "head": [], "chief": ["issue"], "writer": ["recall"], "proof": [], "correspondent": []},
}  # fmt: skip


@pytest.mark.parametrize("signed", OFFERED)
def test_each_role_is_offered_what_it_may_do_at_each_stage(client, desk, signed):
    article = desk.piece(signed=STAGES[:signed])
    offered = {name: buttons(open_page(client, getattr(desk, name), article)) for name in OFFERED[signed]}
    assert offered == {name: ["comment", *acts] for name, acts in OFFERED[signed].items()}


def test_a_draft_is_submitted_by_whoever_may_change_it(client, desk):
    article = desk.piece(submitted=False)
    offered = {
        name: buttons(open_page(client, getattr(desk, name), article))
        for name in ("writer", "correspondent", "proof", "chief")
    }
    assert offered == {name: ["comment", "submit"] for name in offered}
    assert buttons(open_page(client, make_person("财务"), article)) == []


def test_the_page_tells_where_the_piece_stands_and_whom_it_waits_for(client, desk):
    article = desk.piece(signed=[FIRST])
    Shift.objects.create(day=timezone.localdate(), post=Post.HEAD, editor=desk.head)
    response = open_page(client, desk.writer, article)
    steps = [(step.stage, step.standing, step.waits_for) for step in response.context["steps"]]
    assert steps == [(FIRST, "signed", ""), (SECOND, "next", "head"), (FINAL, "later", "")]
    assert [str(name) for _post, name, _instead in response.context["duty"]] == ["head"]


def test_a_returned_piece_shows_its_writer_the_reason_and_a_new_round_is_counted(client, desk):
    article = desk.piece()
    review.send_back(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article), opinion="数字请核实。")
    response = open_page(client, desk.writer, article)
    assert response.context["against"].opinion == "数字请核实。" and "数字请核实。" in text_of(response)
    change(article, desk.writer, body="核实过的正文。")
    assert press(client, response, "submit", version=2).status_code == 302
    response = client.get(address(article))
    assert [one.number for one in response.context["rounds"]] == [2, 1]
    assert response.context["course"].review.version.number == 2


def test_the_reader_s_view_is_the_newest_version_as_the_public_page_shows_it(client, desk):
    article = desk.piece(headline="新修公路通车", body="第一段。\n## 小标题\n第二段**要紧**。", kicker="嵩县")
    response = open_page(client, desk.editor, article)
    told = response.context["told"]
    assert '<h2 class="headline">新修公路通车</h2>' in told and '<p class="kicker">嵩县</p>' in told
    assert "<h2>小标题</h2>" in told and "<p>第二段<strong>要紧</strong>。</p>" in told


def test_what_a_text_says_in_marks_of_html_is_shown_as_it_was_typed(client, desk):
    article = desk.piece(headline="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    page = text_of(open_page(client, desk.editor, article))
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def queries(client, account, article):
    open_page(client, account, article)  # what is asked once a login is asked now
    with CaptureQueriesContext(connection) as asked:
        client.get(address(article))
    return len(asked)


def test_the_page_costs_as_many_queries_for_a_long_course_as_for_a_short_one(client, desk):
    short, long = desk.piece(captions=("一。",)), desk.piece(captions=("一。", "二。", "三。"))
    for words in ("一", "二", "三"):
        comments.add(long, by=desk.editor, words=words)
        flags.raise_flag(long, by=desk.editor, severity=Severity.ERROR, detail=words)
    for article, rounds in ((short, 1), (long, 3)):
        for number in range(rounds):
            review.send_back(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article), opinion="改。")
            change(article, desk.writer, body=f"第{number}稿。")
            review.submit(article, by=desk.writer)
    found = queries(client, desk.editor, short), queries(client, desk.editor, long)
    assert found[0] == found[1] < 50


# --- the course ------------------------------------------------------------------------------------------


def test_three_people_sign_and_the_last_releases_in_one_act(client, desk):
    article = desk.piece()
    for account in (desk.editor, desk.head):
        response = press(client, open_page(client, account, article), "sign", opinion="同意。")
        assert (response.status_code, response.url) == (302, address(article))
    assert not Publication.objects.exists()
    response = press(client, open_page(client, desk.chief, article), "sign", opinion="同意刊发。", when="now")
    assert response.status_code == 302
    assert decisions(article) == [(FIRST, "passed", "editor"), (SECOND, "passed", "head"), (FINAL, "passed", "chief")]
    assert list(Article.objects.live()) == [article]
    assert HistoryEntry.objects.filter(article=article, by=desk.chief).count() == 1  # one act, one entry
    page = client.get(address(article))
    assert article.publication.get_absolute_url() in said(page)[0]


def test_the_final_review_may_schedule_by_the_beijing_clock(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    page = open_page(client, desk.chief, article)
    usual = page.context["moment"]
    assert (f"{usual['hour'].value():%H:%M}", usual["when"].value()) == ("07:00", None)  # nothing is chosen beforehand
    day = timezone.localdate() + timedelta(days=2)
    assert press(client, page, "sign", when="at", day=f"{day}", hour="07:30").status_code == 302
    moment = timezone.localtime(Publication.objects.get().published_at)
    assert (moment.date(), f"{moment:%H:%M}", state_of(article)) == (day, "07:30", State.SCHEDULED)
    assert f"{day} 07:30" in said(client.get(address(article)))[0]


def test_the_final_review_may_sign_without_releasing_and_release_later(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    press(client, open_page(client, desk.chief, article), "sign", when="later")
    assert (state_of(article), Publication.objects.count()) == (State.APPROVED, 0)
    page = open_page(client, desk.chief, article)
    assert buttons(page) == ["comment", "issue"]
    press(client, page, "issue", when="now")
    assert state_of(article) == State.LIVE


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"when": "soon"},
        {"when": "at"},
        {"when": "at", "day": "2026-02-30", "hour": "07:00"},
        {"when": "at", "day": "", "hour": ""},
        {"when": "at", "day": "2020-01-01", "hour": "07:00"},
        {"when": "at", "day": "2999-01-01", "hour": "07:00"},
        {"when": "at", "day": "9999-12-31", "hour": "23:59"},
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused_and_nothing_is_signed(client, desk, typed):
    article = desk.piece(signed=[FIRST, SECOND])
    response = press(client, open_page(client, desk.chief, article), "sign", opinion="同意刊发。", **typed)
    assert response.status_code == 409
    assert response.context["opinion"]["opinion"].value() == "同意刊发。"
    assert (len(decisions(article)), Publication.objects.count()) == (2, 0)


def test_what_keeps_a_piece_from_release_keeps_the_final_act_from_happening(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    flags.raise_flag(article, by=desk.editor, severity=Severity.ERROR, detail="人名有误")
    page = open_page(client, desk.chief, article)
    assert len(page.context["unmet"]) == 1
    response = press(client, page, "sign", opinion="同意刊发。", when="now")
    assert response.status_code == 409 and "人名有误" in str(response.context["refusal"])
    assert (len(decisions(article)), state_of(article)) == (2, State.REVIEW)
    assert press(client, page, "sign", opinion="同意。", when="later").status_code == 302  # to be mended, then released
    assert len(decisions(article)) == 3


def test_whoever_has_signed_is_led_to_the_next_piece_of_the_queue(client, desk):
    first, second = desk.piece(), desk.piece()
    page = open_page(client, desk.editor, first)
    assert page.context["next_piece"] is None
    press(client, page, "sign")
    page = client.get(address(first))
    assert page.context["next_piece"] == second and address(second) in text_of(page)


def test_returning_ends_the_round_with_the_reason(client, desk):
    article = desk.piece(signed=[FIRST])
    response = press(client, open_page(client, desk.head, article), "return", opinion="数字请核实。")
    assert response.status_code == 302
    assert decisions(article)[-1] == (SECOND, "returned", "head")
    ended = article.reviews.get()
    assert (ended.outcome, ended.closed_by, state_of(article)) == (Outcome.RETURNED, desk.head, State.RETURNED)


def test_not_using_a_piece_is_recorded_with_the_reason(client, desk):
    article = desk.piece()
    press(client, open_page(client, desk.editor, article), "unused", phrase="请核实数字。", opinion="无法核实。")
    assert SignOff.objects.get().opinion == "请核实数字。无法核实。"
    assert state_of(article) == State.UNUSED


@pytest.mark.parametrize("act", ["return", "unused"])
@pytest.mark.parametrize("opinion", ["", "  \u3000\n"])
def test_returning_and_not_using_take_a_reason(client, desk, act, opinion):
    article = desk.piece()
    response = press(client, open_page(client, desk.editor, article), act, opinion=opinion)
    assert response.status_code == 409
    assert [name for name in response.context["opinion"].errors] == ["opinion"]
    assert (decisions(article), state_of(article)) == ([], State.REVIEW)


def test_usual_opinions_are_offered_and_go_into_the_record_without_javascript(client, desk):
    article = desk.piece()
    page = open_page(client, desk.editor, article)
    assert page.context["agreeing"][0] == "同意。"
    press(client, page, "sign", phrase="事实已核实，同意送审。")
    assert SignOff.objects.get().opinion == "事实已核实，同意送审。"


def test_an_opinion_that_was_tapped_and_typed_stands_once(client, desk):
    article = desk.piece()
    press(client, open_page(client, desk.editor, article), "sign", phrase="同意。", opinion="同意。标题再斟酌。")
    assert SignOff.objects.get().opinion == "同意。标题再斟酌。"


# --- changing the text while signing (改签), and signing again (回签) ---------------------------------------


def test_a_reviewer_changes_text_and_captions_and_signs_in_one_act(client, desk):
    article = desk.piece(captions=("旧图说。",), signed=[FIRST])
    figure = article.figures.get()
    page = open_page(client, desk.head, article)
    response = press(
        client, page, "amend", headline="新标题", body="新的正文。\r\n\r\n　　第二段。", opinion="改了标题。",
        **{f"figure{figure.pk}-caption": "新图说。", f"figure{figure.pk}-credit": "王博 摄", f"figure{figure.pk}-alt_in_caption": "on"},
    )  # fmt: skip
    assert response.status_code == 302
    newest = article.versions.first()
    assert (newest.number, newest.story["headline"], newest.story["body"]) == (2, "新标题", "新的正文。\n第二段。")
    assert (newest.created_by, newest.story["figures"][0]["caption"]) == (desk.head, "新图说。")
    assert Figure.objects.get().alt_in_caption
    signed = SignOff.objects.last()
    assert (signed.decision, signed.version, signed.opinion) == (Decision.AMENDED, newest, "改了标题。")
    page = open_page(client, desk.editor, article)
    assert [(step.stage, step.standing) for step in page.context["steps"]][:2] == [(FIRST, "again"), (SECOND, "signed")]


def test_earlier_signers_sign_again_with_one_tap_on_what_changed_since(client, desk):
    article = desk.piece(body="全县收粮二万吨。\n第二段。", signed=[FIRST])
    press(client, open_page(client, desk.head, article), "amend", body="全县收粮三万吨。\n第二段。")
    page = open_page(client, desk.editor, article)
    assert page.context["again"] and "sign" in buttons(page)
    (changed,) = page.context["compared"].changes
    assert [(run.kind, run.text) for run in changed.paragraphs[0] if run.kind != "same"] == [
        ("gone", "二"),
        ("new", "三"),
    ]
    assert press(client, page, "sign").status_code == 302
    assert decisions(article)[-1] == (FIRST, "confirmed", "editor")


def test_an_amended_text_is_proofed_again(client, desk):
    article = desk.piece(body="正文。")
    press(client, open_page(client, desk.editor, article), "amend", body="正文的的的的（未完。")
    assert Flag.objects.filter(article=article, automatic=True).exists()


def test_amending_releases_nothing_even_at_the_final_review(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    press(client, open_page(client, desk.chief, article), "amend", body="总编改过。", when="now")
    assert decisions(article)[-1] == (FINAL, "amended", "chief")
    assert (Publication.objects.count(), state_of(article)) == (0, State.REVIEW)
    for account in (desk.editor, desk.head):
        press(client, open_page(client, account, article), "sign")
    assert state_of(article) == State.APPROVED
    press(client, open_page(client, desk.chief, article), "issue", when="now")
    assert Publication.objects.get().version.number == 2


def test_amending_without_a_change_is_passing(client, desk):
    article = desk.piece()
    press(client, open_page(client, desk.editor, article), "amend", opinion="同意。")
    assert (decisions(article), article.versions.count()) == ([(FIRST, "passed", "editor")], 1)


@pytest.mark.parametrize("act", ["sign", "return", "unused"])
def test_a_text_that_was_changed_on_the_page_is_not_signed_or_returned_without_the_changes(client, desk, act):
    article = desk.piece()
    response = press(client, open_page(client, desk.editor, article), act, body="改过的正文。", opinion="改。")
    assert response.status_code == 409
    assert response.context["text"]["body"].value() == "改过的正文。" and response.context["amending"]
    assert (decisions(article), article.versions.count()) == ([], 1)


@pytest.mark.parametrize(
    ("field", "typed"), [("headline", ""), ("headline", "字" * 201), ("body", " \u3000"), ("kicker", "字" * 101)]
)
def test_a_change_that_cannot_be_kept_is_refused_at_its_field_with_what_was_typed(client, desk, field, typed):
    article = desk.piece()
    response = press(
        client, open_page(client, desk.editor, article), "amend", opinion="改。", **{field: typed, "subhead": "新副题"}
    )
    assert response.status_code == 409
    form = response.context["text"]
    assert (list(form.errors), form["subhead"].value(), form[field].value()) == ([field], "新副题", typed)
    assert (article.versions.count(), decisions(article)) == (1, [])


def test_a_caption_without_limit_of_credit_is_refused_and_kept(client, desk):
    article = desk.piece(captions=("图说。",))
    name = f"figure{article.figures.get().pk}"
    response = press(
        client,
        open_page(client, desk.editor, article),
        "amend",
        **{f"{name}-credit": "字" * 101, f"{name}-caption": "新。"},
    )
    assert response.status_code == 409
    (form,) = response.context["captions"]
    assert (list(form.errors), form["caption"].value()) == (["credit"], "新。")
    assert article.versions.count() == 1


def test_a_figure_is_not_changed_by_whoever_may_not_change_figures(client, desk):
    article = desk.piece(captions=("图说。",))
    account = make_editor("view_article", "change_article", "sign_first_review")
    page = open_page(client, account, article)
    assert (page.context["text"], page.context["captions"]) == (None, [])
    response = client.post(
        address(article),
        {"act": "amend", "stage": FIRST, "sha256": sha256_of(article), "base_revision": article.revision,
         "headline": "新", "body": "新。"},
    )  # fmt: skip
    assert (response.status_code, article.versions.count(), decisions(article)) == (409, 1, [])


# --- proofs of their own ---------------------------------------------------------------------------------


def test_proofs_apart_are_signed_on_the_same_page_and_may_fall_to_one_person(client, desk):
    set_stages(reviews=3, proofs=2)
    article = desk.piece(signed=[FIRST, SECOND])
    page = open_page(client, desk.chief, article)
    assert page.context["moment"] == ()  # the proofs come first
    press(client, page, "sign")
    for stage in (Stage.FIRST_PROOF, Stage.SECOND_PROOF):
        page = open_page(client, desk.proof, article)
        assert page.context["stage"] == stage and page.context["agreeing"][0] == "校毕。"
        press(client, page, "sign", phrase="校毕。")
    assert state_of(article) == State.APPROVED
    press(client, open_page(client, desk.chief, article), "issue", when="now")
    assert state_of(article) == State.LIVE


def test_a_smaller_desk_signs_fewer_stages(client, desk):
    set_stages(reviews=1)
    article = desk.piece()
    press(client, open_page(client, desk.chief, article), "sign", when="now")
    assert (decisions(article), state_of(article)) == ([(FINAL, "passed", "chief")], State.LIVE)


def test_a_stand_in_signs_and_the_record_says_for_whom(client, desk):
    now = timezone.now()
    Shift.objects.create(
        day=timezone.localdate(), post=Post.CHIEF, editor=desk.chief, stand_in=desk.head,
        stands_in_from=now - timedelta(hours=1), stands_in_until=now + timedelta(hours=1),
    )  # fmt: skip
    other = make_person("部门主任", username="head2")
    article = desk.piece(signed=[FIRST])
    review.sign(article, by=other, stage=SECOND, sha256=sha256_of(article))
    press(client, open_page(client, desk.head, article), "sign", when="now")
    signed = SignOff.objects.last()
    assert (signed.by, signed.instead_of, state_of(article)) == (desk.head, desk.chief, State.LIVE)
