"""The review page: what it shows to whom, every button, and what is refused however it is asked for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from articles import autosaves, comments, flags, publish, review, trash, versions
from articles.models import Article, Comment, Figure, Flag, HistoryEntry, Publication, Shift, SignOff, Version
from articles.vocabulary import Act, Decision, Kind, Outcome, Post, Severity, Stage, State
from tests.factories import make_editor, make_live_article
from tests.review_page import (
    FINAL,
    FIRST,
    SECOND,
    Desk,
    address,
    decisions,
    filled,
    make_person,
    open_page,
    press,
    said,
    set_stages,
    sha256_of,
)

STAGES = (FIRST, SECOND, FINAL)


@pytest.fixture
def desk(db):
    return Desk()


def state_of(article):
    return Article.objects.with_state().get(pk=article.pk).state


def text_of(response):
    return response.content.decode()


def buttons(response):
    """The acts that the page offers, in its order."""
    return [part.split('"')[0] for part in text_of(response).split('name="act" value="')[1:]]


def change(article, by, **fields):
    """A save of the text, as the form of the piece makes one."""
    article = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    return versions.save_version(article, by=by)


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


# --- a text that changed under the reader's eyes ---------------------------------------------------------


@pytest.mark.parametrize("act", ["sign", "return", "unused", "amend"])
def test_a_text_that_changed_a_second_ago_is_refused_with_the_difference_and_the_opinion_kept(client, desk, act):
    article = desk.piece(body="全县收粮二万吨。")
    page = open_page(client, desk.editor, article)
    change(article, desk.chief, body="全县收粮三万吨。")
    response = press(client, page, act, opinion="同意。")
    assert response.status_code == 409
    (changed,) = response.context["stale"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]
    assert response.context["opinion"]["opinion"].value() == "同意。"
    assert decisions(article) == []
    again = press(client, response, "sign", opinion="同意。")  # the page now stands on the new text
    assert (again.status_code, SignOff.objects.get().version.number) == (302, 2)


def test_the_moment_of_release_is_kept_too(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    page = open_page(client, desk.chief, article)
    change(article, desk.head, body="又改。")
    response = press(client, page, "sign", when="now")
    assert (response.status_code, Publication.objects.count()) == (409, 0)


def test_of_two_who_amend_at_once_the_second_sees_both_texts_and_loses_nothing(client, desk):
    article = desk.piece(headline="旧标题", body="旧正文。")
    page = open_page(client, desk.editor, article)
    change(article, desk.chief, headline="总编的标题", body="旧正文。")
    response = press(client, page, "amend", headline="我的标题", body="我的正文。", opinion="改了。")
    assert response.status_code == 409
    assert [one.typed for one in response.context["kept"]] == ["我的标题", "我的正文。"]
    assert response.context["text"]["headline"].value() == "总编的标题"
    assert Version.objects.filter(article=article).count() == 2 and decisions(article) == []
    assert Article.objects.get(pk=article.pk).headline == "总编的标题"


def test_a_piece_that_was_only_filed_meanwhile_takes_the_change_at_the_second_try(client, desk):
    article = desk.piece(body="旧正文。")
    page = open_page(client, desk.editor, article)
    versions.settle_revision(article)  # as a save of its campaigns does
    response = press(client, page, "amend", body="我的正文。")
    assert (response.status_code, response.context["stale"]) == (409, None)
    assert response.context["text"]["body"].value() == "我的正文。" and response.context["amending"]
    assert press(client, response, "amend").status_code == 302
    assert article.versions.first().story["body"] == "我的正文。"


def test_a_release_of_a_text_that_changed_is_refused(client, desk):
    article = desk.piece(signed=STAGES)
    page = open_page(client, desk.chief, article)
    change(article, desk.head, body="又改。")
    response = press(client, page, "issue", when="now")
    assert (response.status_code, Publication.objects.count()) == (409, 0)
    assert response.context["stale"].changes


def test_a_submission_of_a_text_that_changed_is_refused(client, desk):
    article = desk.piece(submitted=False)
    page = open_page(client, desk.writer, article)
    change(article, desk.editor, body="又改。")
    assert press(client, page, "submit", version=1).status_code == 409
    assert not article.reviews.exists()


# --- a button that is touched twice ----------------------------------------------------------------------


@pytest.mark.parametrize("act", ["sign", "return", "unused"])
def test_a_second_touch_finds_it_done_and_says_so(client, desk, act):
    article = desk.piece()
    page = open_page(client, desk.editor, article)
    assert [press(client, page, act, opinion="请改。").status_code for _touch in "12"] == [302, 302]
    assert len(decisions(article)) == 1
    assert len(said(client.get(address(article)))) == 2


def test_a_second_touch_of_the_final_release_changes_nothing(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    page = open_page(client, desk.chief, article)
    assert [press(client, page, "sign", when="now").status_code for _touch in "12"] == [302, 302]
    assert (len(decisions(article)), Publication.objects.count()) == (3, 1)
    assert HistoryEntry.objects.filter(act=Act.PUBLISHED).count() == 1


def test_a_second_touch_of_change_and_sign_makes_one_version(client, desk):
    article = desk.piece()
    page = open_page(client, desk.editor, article)
    assert [press(client, page, "amend", body="改。").status_code for _touch in "12"] == [302, 302]
    assert (article.versions.count(), len(decisions(article))) == (2, 1)


@pytest.mark.parametrize("act", ["submit", "recall"])
def test_a_second_touch_of_submitting_or_taking_back_changes_nothing(client, desk, act):
    article = desk.piece(submitted=act == "recall")
    page = open_page(client, desk.writer, article)
    assert [press(client, page, act, version=1).status_code for _touch in "12"] == [302, 302]
    assert (article.reviews.count(), article.reviews.open().count()) == (1, int(act == "submit"))


# --- what the page does not offer ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["writer", "correspondent", "proof", "head", "chief"])
@pytest.mark.parametrize("act", ["sign", "amend", "return", "unused"])
def test_who_may_not_sign_the_stage_cannot_by_posting_it(client, desk, name, act):
    article = desk.piece()
    client.force_login(getattr(desk, name))
    data = {"act": act, "stage": FIRST, "sha256": sha256_of(article), "opinion": "同意。", "base_revision": article.revision,
            "headline": "改过", "body": "改过。"}  # fmt: skip
    response = client.post(address(article), data)
    assert response.status_code == 409
    assert (decisions(article), state_of(article), article.versions.count()) == ([], State.REVIEW, 1)


@pytest.mark.parametrize("act", ["sign", "amend"])
def test_a_writer_who_holds_every_role_signs_no_review_of_the_own_piece(client, desk, act):
    article = desk.piece(submitted=False)
    Article.objects.filter(pk=article.pk).update(own_work_of=desk.chief)
    article = Article.objects.get(pk=article.pk)
    versions.save_version(article, by=desk.chief)
    review.submit(article, by=desk.chief)
    review.sign(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article))
    review.sign(article, by=desk.head, stage=SECOND, sha256=sha256_of(article))
    page = open_page(client, desk.chief, article)
    assert buttons(page) == ["comment", "recall"]
    data = {"act": act, "stage": FINAL, "sha256": sha256_of(article), "when": "now", "base_revision": article.revision,
            "headline": article.headline, "body": "改过。"}  # fmt: skip
    assert client.post(address(article), data).status_code == 409
    assert (len(decisions(article)), Publication.objects.count(), article.versions.count()) == (2, 0, 2)


def test_a_stage_is_not_signed_out_of_its_order_or_when_it_is_not_in_force(client, desk):
    article = desk.piece()
    client.force_login(desk.chief)
    for stage in (FINAL, Stage.FIRST_PROOF):
        data = {"act": "sign", "stage": stage, "sha256": sha256_of(article), "when": "now"}
        assert client.post(address(article), data).status_code == 409
    assert (decisions(article), Publication.objects.count()) == ([], 0)


@pytest.mark.parametrize("name", ["writer", "editor", "head", "proof", "correspondent"])
@pytest.mark.parametrize("act", ["issue", "resume"])
def test_who_may_not_release_cannot_by_posting_it(client, desk, name, act):
    article = desk.piece(signed=STAGES)
    client.force_login(getattr(desk, name))
    data = {"act": act, "sha256": sha256_of(article), "when": "now"}
    assert client.post(address(article), data).status_code == 409
    assert Publication.objects.count() == 0


@pytest.mark.parametrize("act", ["issue", "hold", "resume", "recall"])
def test_an_act_on_a_piece_that_is_not_so_far_is_refused_in_words(client, desk, act):
    article = desk.piece(submitted=False)
    client.force_login(desk.chief)
    response = client.post(address(article), {"act": act, "sha256": sha256_of(article), "when": "now"}, follow=True)
    assert response.context["refusal"] or said(response)
    assert (state_of(article), Publication.objects.count()) == (State.DRAFT, 0)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": ""},
        {"act": "publish"},
        {"act": "__init__"},
        {"act": "sign"},
        {"act": "sign", "stage": "fourth_review", "sha256": "x"},
        {"act": "sign", "stage": "first_review", "sha256": "\0"},
        {"act": "sign", "stage": "first_review\0", "sha256": "a" * 64},
        {"act": "sign", "stage": "first_review", "sha256": "字" * 5000},
        {"act": "sign", "stage": "first_review", "phrase": "随便写的"},
        {"act": "amend", "stage": "first_review", "base_revision": "-1"},
        {"act": "amend", "stage": "first_review", "base_revision": "9" * 40},
        {"act": "issue", "sha256": "\0"},
        {"act": "clear"},
        {"act": "clear", "flag": "x"},
        {"act": "clear", "flag": "9" * 30},
        {"act": "resolve", "comment": "9" * 30},
        {"act": "resolve", "comment": "0"},
        {"act": "comment"},
        {"act": "comment", "words": "\0"},
        {"act": "submit", "version": "9" * 30},
        {"act": "submit"},
        {"act": "hold", "note": "字" * 201},
    ],
)
def test_a_post_that_means_nothing_is_answered_in_words_and_changes_nothing(client, desk, data):
    article = desk.piece()
    client.force_login(desk.editor)
    if data.get("sha256") is None and data.get("act") in ("sign", "amend"):
        data = data | {"sha256": sha256_of(article)}
    if data.get("act") == "amend":
        data = data | {"headline": "改", "body": "改。"}
    response = client.post(address(article), data, follow=True)
    assert response.status_code in (200, 409)
    assert response.context["refusal"] or said(response)
    assert (decisions(article), state_of(article), article.versions.count(), Comment.objects.count()) == (
        [],
        State.REVIEW,
        1,
        0,
    )


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


# --- what is released ------------------------------------------------------------------------------------


def scheduled(desk):
    article = desk.piece(signed=STAGES)
    publish.schedule(article, by=desk.chief, at=timezone.now() + timedelta(days=1))
    return Article.objects.get(pk=article.pk)


def test_a_scheduled_piece_is_stopped_by_any_editor_and_released_again_by_the_chief_alone(client, desk):
    article = scheduled(desk)
    page = open_page(client, desk.editor, article)
    assert buttons(page) == ["comment", "hold"]
    press(client, page, "hold", note="数字待核。")
    assert state_of(article) == State.HELD
    assert "resume" not in buttons(open_page(client, desk.editor, article))
    assert client.post(address(article), {"act": "resume"}).status_code == 409
    page = open_page(client, desk.chief, article)
    assert "resume" in buttons(page)
    press(client, page, "resume")
    assert state_of(article) == State.SCHEDULED


@pytest.mark.parametrize("name", ["writer", "correspondent", "proof"])
def test_who_only_writes_or_proofs_cannot_stop_a_release(client, desk, name):
    article = scheduled(desk)
    page = open_page(client, getattr(desk, name), article)
    assert "hold" not in buttons(page)
    assert client.post(address(article), {"act": "hold"}).status_code == 409
    assert state_of(article) == State.SCHEDULED


def test_a_public_piece_is_taken_offline_by_the_chief_or_whoever_is_on_duty_and_by_no_other(client, desk):
    article = desk.piece(signed=STAGES)
    publish.publish(article, by=desk.chief)
    page = open_page(client, desk.editor, article)
    assert "hold" not in buttons(page)
    assert client.post(address(article), {"act": "hold"}).status_code in (302, 409)
    assert state_of(article) == State.LIVE
    Shift.objects.create(day=timezone.localdate(), post=Post.EDITOR, editor=desk.editor)
    page = open_page(client, desk.editor, article)
    assert "hold" in buttons(page)
    press(client, page, "hold")
    assert state_of(article) == State.HELD


def test_a_second_touch_of_stopping_changes_nothing(client, desk):
    article = scheduled(desk)
    page = open_page(client, desk.chief, article)
    assert [press(client, page, "hold").status_code for _touch in "12"] == [302, 302]
    assert HistoryEntry.objects.filter(act=Act.HELD).count() == 1


def test_an_update_of_a_public_piece_is_compared_with_what_readers_see(client, desk):
    article = make_live_article(body="全县收粮二万吨。")
    change(article, desk.writer, body="全县收粮三万吨。")
    review.submit(article, by=desk.writer)
    page = open_page(client, desk.editor, article)
    (changed,) = page.context["compared"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]
    for account in (desk.editor, desk.head):
        press(client, open_page(client, account, article), "sign")
    page = open_page(client, desk.chief, article)
    assert [value for value, _label in page.context["moment"].fields["when"].choices] == ["now", "later"]
    assert Publication.objects.get().version.number == 1
    press(client, page, "sign", when="now")
    assert Publication.objects.get().version.number == 2


def test_a_public_text_that_is_unchanged_is_not_offered_for_review(client, desk):
    article = make_live_article()
    assert buttons(open_page(client, desk.chief, article)) == ["comment", "hold"]


# --- how the last round ended ----------------------------------------------------------------------------


def ended(response):
    """What the page says where no round is open."""
    return [part.split("</p>")[0] for part in text_of(response).split('<p class="ended">')[1:]]


def moment_of(moment):
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


@pytest.mark.parametrize("after", ["published", "scheduled", "held", "withdrawn"])
def test_a_released_piece_says_who_released_it_not_that_it_was_never_submitted(client, desk, after):
    article = scheduled(desk) if after == "scheduled" else desk.piece(signed=STAGES)
    if after != "scheduled":
        publication = publish.publish(article, by=desk.chief)
    if after == "held":
        publish.hold(publication, by=desk.chief)
    if after == "withdrawn":
        publish.withdraw(publication, by=desk.chief, ordered_by="总编室")
    with override("en"):
        (said_there,) = ended(open_page(client, desk.writer, article))
    assert said_there.endswith(f"chief {moment_of(article.reviews.get().closed_at)}")
    assert "taken back" not in said_there.lower()


def test_a_piece_that_was_taken_back_says_who_took_it_back(client, desk):
    article = desk.piece()
    assert ended(open_page(client, desk.writer, article)) == []
    review.recall(article, by=desk.writer)
    (said_there,) = ended(open_page(client, desk.editor, article))
    assert said_there.endswith(f"writer {moment_of(article.reviews.get().closed_at)}")
    never = open_page(client, desk.editor, desk.piece(submitted=False))
    assert ended(never) == []


@pytest.mark.parametrize("decide", [review.send_back, review.put_aside])
def test_a_piece_that_was_decided_against_says_the_reason(client, desk, decide):
    article = desk.piece()
    decide(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article), opinion="数字请核实。")
    page = open_page(client, desk.writer, article)
    assert (ended(page), page.context["against"].opinion) == ([], "数字请核实。")


# --- what changed since the account decided in an earlier round ------------------------------------------


def test_whoever_returned_a_piece_sees_what_changed_when_it_comes_back(client, desk):
    article = desk.piece(body="全县收粮二万吨。", signed=[FIRST])
    change(article, desk.head, subhead="副题")
    review.send_back(article, by=desk.head, stage=SECOND, sha256=sha256_of(article), opinion="请核实数字。")
    change(article, desk.writer, body="全县收粮三万吨。")
    review.submit(article, by=desk.writer)
    returned, page = SignOff.objects.last(), open_page(client, desk.head, article)
    (changed,) = page.context["compared"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]
    assert moment_of(returned.at) in page.context["compared"].since and "2" in page.context["compared"].since
    signer = open_page(client, desk.editor, article).context["compared"]  # signed the text before, without the subhead
    assert [change.label for change in signer.changes] != [changed.label] and len(signer.changes) == 2
    assert open_page(client, desk.chief, article).context["compared"] is None  # never decided; as submitted


def test_what_the_account_decided_last_is_what_counts(client, desk):
    article = desk.piece(body="第一稿。")
    for body in ("第二稿。", "第三稿。"):
        review.send_back(article, by=desk.editor, stage=FIRST, sha256=sha256_of(article), opinion="改。")
        change(article, desk.writer, body=body)
        review.submit(article, by=desk.writer)
    (changed,) = open_page(client, desk.editor, article).context["compared"].changes
    assert [run.text for run in changed.paragraphs[0] if run.kind != "same"] == ["二", "三"]


# --- where a refusal leads -------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["return", "unused"])
def test_a_missing_reason_is_where_the_browser_goes_and_the_notice_leads(client, desk, act):
    article = desk.piece(signed=[FIRST, SECOND])
    page = open_page(client, desk.chief, article)
    assert "autofocus" not in text_of(page)
    response = press(client, page, act, when="at", day="2031-05-06", hour="09:15", body="改过的正文。")
    shown = text_of(response)
    assert response.status_code == 409 and shown.count("autofocus") == 1
    (field,) = [part.split(">")[0] for part in shown.split("<textarea ") if 'id="opinion"' in part.split(">")[0]]
    assert "autofocus" in field and 'aria-invalid="true"' in field and 'id="opinion_error"' in shown
    assert 'href="#opinion"' in shown.split('role="alert"')[1].split("</div>")[0]
    moment = response.context["moment"]
    assert [moment[name].value() for name in ("when", "day", "hour")] == ["at", "2031-05-06", "09:15"]
    assert response.context["text"]["body"].value() == "改过的正文。" and response.context["amending"]


def test_a_missing_moment_is_where_the_browser_goes(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    shown = text_of(press(client, open_page(client, desk.chief, article), "sign", opinion="同意刊发。"))
    assert shown.count("autofocus") == 1
    assert "autofocus" in shown.split('<fieldset class="moment" id="id_when"')[1].split("</fieldset>")[0]
    assert 'href="#id_when"' in shown


def test_a_headline_that_is_missing_is_where_the_browser_goes(client, desk):
    article = desk.piece()
    shown = text_of(press(client, open_page(client, desk.editor, article), "amend", headline="", body=""))
    assert (
        shown.count("autofocus") == 1
        and "autofocus"
        in shown.split('id="amend_headline"')[0].rsplit("<", 1)[1]
        + (shown.split('id="amend_headline"')[1].split(">")[0])
    )
    assert 'href="#amend_headline"' in shown and 'href="#amend_body"' in shown


def test_a_missing_reason_does_not_hide_that_the_text_has_changed(client, desk):
    article = desk.piece(body="全县收粮二万吨。")
    page = open_page(client, desk.editor, article)
    change(article, desk.chief, body="全县收粮三万吨。")
    response = press(client, page, "return")
    assert response.status_code == 409 and response.context["stale"].changes
    assert decisions(article) == []


# --- open comments before the release --------------------------------------------------------------------


def open_comments(response):
    """The notices above the buttons, as HTML."""
    return [part.split("</div>")[0] for part in text_of(response).split('class="notice open-comments"')[1:]]


def test_open_comments_are_told_above_the_buttons_of_the_final_review_and_hinder_nothing(client, desk):
    article = desk.piece(signed=[FIRST])
    comment = comments.add(article, by=desk.editor, words="职务请核实。")
    comments.resolve(comments.add(article, by=desk.editor, words="已办的。"), by=desk.editor)
    assert open_comments(open_page(client, desk.head, article)) == []
    desk.sign(article, SECOND)
    page = open_page(client, desk.chief, article)
    (notice,) = open_comments(page)
    assert "职务请核实。" in notice and "已办的。" not in notice and f'href="#comment-{comment.pk}"' in notice
    assert f'id="comment-{comment.pk}"' in text_of(page)
    assert press(client, page, "sign", when="later").status_code == 302
    page = open_page(client, desk.chief, article)
    assert len(open_comments(page)) == 1  # beside the release of what is signed
    assert press(client, page, "issue", when="now").status_code == 302
    assert state_of(article) == State.LIVE


def test_without_open_comments_there_is_no_notice_of_them_and_of_many_three_are_told(client, desk):
    article = desk.piece(signed=[FIRST, SECOND])
    assert open_comments(open_page(client, desk.chief, article)) == []
    for words in "甲乙丙丁":
        comments.add(article, by=desk.editor, words=words)
    (notice,) = open_comments(open_page(client, desk.chief, article))
    assert (notice.count("<li>"), "丁" in notice, 'href="#comments"' in notice) == (4, False, True)


# --- flags and comments in place -------------------------------------------------------------------------


def test_a_flag_is_settled_in_place_an_error_with_a_reason(client, desk):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.ERROR, detail="人名有误", excerpt="王志强")
    page = open_page(client, desk.editor, article)
    assert "人名有误" in text_of(page) and "clear" in buttons(page)
    response = press(client, page, "clear", flag=flag.pk, reason=" ")
    assert response.status_code == 409 and Flag.objects.get(pk=flag.pk).cleared_at is None
    response = press(client, page, "clear", flag=flag.pk, reason="已与本人核实。")
    assert response.url == f"{address(article)}#flags"
    flag.refresh_from_db()
    assert (flag.cleared_by, flag.reason) == (desk.editor, "已与本人核实。")
    press(client, page, "clear", flag=flag.pk, reason="又一次。")
    assert Flag.objects.get(pk=flag.pk).reason == "已与本人核实。"


def test_a_reason_that_is_too_long_for_a_flag_is_kept_on_the_page(client, desk):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.ERROR, detail="人名有误")
    response = press(client, open_page(client, desk.editor, article), "clear", flag=flag.pk, reason="字" * 201)
    assert response.status_code == 409 and "字" * 201 in text_of(response)


def test_who_may_not_settle_flags_is_not_offered_it_and_cannot(client, desk):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.NOTE, detail="看看")
    page = open_page(client, desk.correspondent, article)
    assert "clear" not in buttons(page)
    assert press(client, page, "clear", flag=flag.pk, reason="好。").status_code == 409
    assert Flag.objects.get(pk=flag.pk).cleared_at is None


def test_a_flag_of_another_piece_is_not_settled_here(client, desk):
    article, other = desk.piece(), desk.piece()
    flag = flags.raise_flag(other, by=desk.chief, severity=Severity.NOTE, detail="看看")
    press(client, open_page(client, desk.editor, article), "clear", flag=flag.pk, reason="好。")
    assert Flag.objects.get(pk=flag.pk).cleared_at is None


def test_a_comment_is_made_and_resolved_on_the_page(client, desk):
    article = desk.piece()
    page = open_page(client, desk.head, article)
    assert (
        press(client, page, "comment", words="请核实职务。", excerpt="县委书记").url == f"{address(article)}#comments"
    )
    comment = Comment.objects.get()
    page = open_page(client, desk.writer, article)
    assert "请核实职务。" in text_of(page) and "resolve" in buttons(page)
    press(client, page, "resolve", comment=comment.pk)
    page = client.get(address(article))
    assert (page.context["comments"], page.context["resolved_comments"]) == ([], [comment])
    assert "请核实职务。" in text_of(page)  # folded, kept


def test_a_comment_that_is_too_long_is_kept_on_the_page(client, desk):
    article = desk.piece()
    response = press(client, open_page(client, desk.head, article), "comment", words="字" * 501)
    assert response.status_code == 409
    assert response.context["comment_form"]["words"].value() == "字" * 501
    assert Comment.objects.count() == 0


def test_whoever_only_keeps_accounts_sees_comments_and_makes_none(client, desk):
    article = desk.piece()
    comment = comments.add(article, by=desk.head, words="请核实。")
    account = make_person("财务")
    page = open_page(client, account, article)
    assert "请核实。" in text_of(page) and buttons(page) == []
    for data in ({"act": "comment", "words": "我也说。"}, {"act": "resolve", "comment": comment.pk}):
        assert client.post(address(article), data).status_code == 409
    assert Comment.objects.filter(resolved_at=None).count() == 1


def test_a_comment_of_another_piece_is_not_resolved_here(client, desk):
    article, other = desk.piece(), desk.piece()
    comment = comments.add(other, by=desk.head, words="请核实。")
    assert press(client, open_page(client, desk.editor, article), "resolve", comment=comment.pk).status_code == 409
    assert Comment.objects.get().resolved_at is None


def test_an_act_from_beside_the_form_returns_to_the_form(client, desk):
    article = desk.piece(submitted=False)
    page = open_page(client, desk.writer, article)
    response = press(client, page, "submit", version=1, back="form")
    assert response.url == f"/admin/articles/article/{article.pk}/change/"
    assert press(client, page, "comment", words="好。", back="//evil.example").url.startswith(address(article))


# --- what was typed before a login expired ---------------------------------------------------------------


def typed_before(account, article, page, **changes):
    autosaves.keep(
        account, f"review-{article.pk}", [[name, str(value)] for name, value in filled(page, "sign", **changes).items()]
    )


def test_what_was_typed_before_the_login_expired_is_there_again(client, desk):
    article = desk.piece(body="旧正文。")
    typed_before(desk.editor, article, open_page(client, desk.editor, article), opinion="导语太长。", body="新正文。")
    response = client.get(f"{address(article)}?restore=login")
    assert response.status_code == 200
    assert response.context["opinion"]["opinion"].value() == "导语太长。"
    assert response.context["text"]["body"].value() == "新正文。" and response.context["amending"]
    assert len(said(response)) == 1
    assert press(client, response, "amend", opinion="导语太长。").status_code == 302
    assert article.versions.first().story["body"] == "新正文。"
    assert not desk.editor.autosaves.exists()  # what was decided on is not offered again


@pytest.mark.parametrize("act", ["sign", "comment", "clear"])
def test_what_is_sent_after_the_login_expired_is_there_again_after_the_next(client, desk, act):
    article = desk.piece()
    flag = flags.raise_flag(article, by=desk.chief, severity=Severity.ERROR, detail="人名有误")
    page = open_page(client, desk.editor, article)
    client.logout()
    typed = {
        "sign": filled(page, "sign", opinion="同意。"),
        "comment": {"act": "comment", "words": "请核实职务。"},
        "clear": {"act": "clear", "flag": flag.pk, "reason": "已核实。"},
    }[act]
    login = client.post(address(article), typed)
    assert login.status_code == 403
    response = client.post(
        "/admin/login/", {"username": "editor", "password": "secret", "carried": login.context["carried"]}, follow=True
    )
    shown = {"sign": "同意。", "comment": "请核实职务。", "clear": "已核实。"}[act]
    assert response.context["told"] and f"{shown}" in text_of(response).replace('value="同意。"', "")
    assert (decisions(article), Comment.objects.count(), Flag.objects.get(pk=flag.pk).cleared_at) == ([], 0, None)


def test_what_was_typed_for_a_text_that_is_another_by_now_comes_with_the_difference(client, desk):
    article = desk.piece(body="全县收粮二万吨。")
    typed_before(desk.editor, article, open_page(client, desk.editor, article), opinion="同意。", body="我的正文。")
    change(article, desk.chief, body="全县收粮三万吨。")
    response = client.get(f"{address(article)}?restore=login")
    assert (response.status_code, response.context["opinion"]["opinion"].value()) == (200, "同意。")
    assert response.context["stale"].changes and [one.typed for one in response.context["kept"]] == ["我的正文。"]
    assert response.context["text"]["body"].value() == "全县收粮三万吨。"


def test_what_was_typed_and_never_sent_is_offered_to_whoever_typed_it_until_they_decide(client, desk):
    article = desk.piece()
    page = open_page(client, desk.editor, article)
    assert "?restore=1" not in text_of(page)
    typed_before(desk.editor, article, page, opinion="导语太长。")
    assert "?restore=1" in text_of(client.get(address(article)))
    press(client, page, "sign")
    assert "?restore=1" not in text_of(client.get(address(article)))


def test_nothing_is_restored_of_another_account_or_where_nothing_was_kept(client, desk):
    article = desk.piece()
    typed_before(desk.editor, article, open_page(client, desk.editor, article), opinion="同意。")
    client.force_login(desk.head)
    response = client.get(f"{address(article)}?restore=login")
    assert (response.status_code, response.context["opinion"]["opinion"].value()) == (200, None)


@pytest.mark.parametrize(
    "fields", [[], [["sha256", "x"], ["stage", "none"]], [["base_revision", "9" * 30], ["when", "x"]]]
)
def test_a_copy_that_means_nothing_opens_the_page_all_the_same(client, desk, fields):
    article = desk.piece()
    autosaves.keep(desk.editor, f"review-{article.pk}", fields)
    client.force_login(desk.editor)
    assert client.get(f"{address(article)}?restore=1").status_code == 200


# --- languages -------------------------------------------------------------------------------------------


def test_the_page_follows_the_language_of_the_account_and_the_story_stays_chinese(client, desk):
    article = desk.piece()
    desk.editor.language = "en"
    desk.editor.save()
    page = text_of(open_page(client, desk.editor, article))
    assert (
        '<html lang="en">' in page and "Return for changes" in page and '<article class="story" lang="zh-CN">' in page
    )


def test_the_page_is_never_kept_and_found_by_no_machine(client, desk):
    page = open_page(client, desk.editor, desk.piece())
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert '<meta name="robots" content="noindex, nofollow">' in text_of(page)


def test_a_piece_of_one_s_own_is_seen_by_its_filled_form_only(client, desk):
    """What a browser would send is what the page showed: nothing is called changed that nobody changed."""
    article = desk.piece(body="一。\n二。", captions=("图。\n说。",))
    page = open_page(client, desk.editor, article)
    data = {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in filled(page, "sign").items()
    }
    assert client.post(address(article), data).status_code == 302
    assert decisions(article) == [(FIRST, "passed", "editor")]


# --- pieces that are no ordinary ones --------------------------------------------------------------------


def test_a_piece_without_a_version_a_withdrawn_one_and_one_in_the_recycle_bin_offer_nothing_that_cannot_be(
    client, desk
):
    bare = Article.objects.create(headline="标题", body="正文。", created_by=desk.writer)
    withdrawn = make_live_article()
    publish.withdraw(withdrawn.publication, by=desk.chief, ordered_by="宣传部")
    binned = desk.piece(submitted=False)
    trash.trash(binned, by=desk.chief)
    offered = [buttons(open_page(client, desk.chief, article)) for article in (bare, withdrawn, binned)]
    assert offered == [[], ["comment"], ["comment"]]
    for article in (bare, withdrawn, binned):
        for act in ("sign", "amend", "submit", "issue", "hold", "resume"):
            data = {
                "act": act,
                "stage": FINAL,
                "sha256": "0" * 64,
                "when": "now",
                "version": 1,
                "headline": "改",
                "body": "改。",
            }
            response = client.post(address(article), data | {"base_revision": article.revision}, follow=True)
            assert response.context["refusal"] or said(response)
    assert Publication.objects.count() == 1 and not list(Article.objects.live())


def test_a_page_of_the_site_is_reviewed_like_any_piece(client, desk):
    article = desk.piece(kind=Kind.PAGE, address="about", headline="关于我们")
    for account in (desk.editor, desk.head):
        assert press(client, open_page(client, account, article), "sign").status_code == 302
    assert press(client, open_page(client, desk.chief, article), "sign", when="now").status_code == 302
    assert client.get("/pages/about/").status_code == 200


# --- beside the form of the piece ------------------------------------------------------------------------


def form_of(client, account, article):
    client.force_login(account)
    return client.get(f"/admin/articles/article/{article.pk}/change/")


def beside(response):
    """The part of the form's page that tells of the review; it stands outside the form, since it has forms of its own."""
    page = text_of(response)
    part = page[page.index('id="review"') : page.index("</section>", page.index('id="review"'))]
    assert page.index('id="review"') < page.index('id="article_form"')
    return part


def test_the_form_of_a_piece_shows_the_course_of_its_review_and_leads_to_the_page(client, desk):
    article = desk.piece(signed=[FIRST])
    comments.add(article, by=desk.editor, words="请核实职务。")
    response = form_of(client, desk.head, article)
    assert [(step.stage, step.standing) for step in response.context["steps"]] == [
        (FIRST, "signed"), (SECOND, "next"), (FINAL, "later"),
    ]  # fmt: skip
    part = beside(response)
    assert f'href="{address(article)}"' in part and "请核实职务。" in part and "editor" in part
    assert response.context["stages_to_sign"] == (SECOND,)


def test_a_draft_is_submitted_and_remarked_on_from_beside_its_form(client, desk):
    article = desk.piece()
    review.recall(article, by=desk.writer)  # a piece that nobody has discussed yet is submitted by a button of the form
    page = form_of(client, desk.writer, article)
    assert [part.split('"')[0] for part in beside(page).split('name="act" value="')[1:]] == ["submit", "comment"]
    for data in ({"act": "comment", "words": "请核实职务。"}, {"act": "submit", "version": 1}):
        response = client.post(address(article), data | {"back": "form"})
        assert response.url.partition("#")[0] == f"/admin/articles/article/{article.pk}/change/"
    assert (state_of(article), Comment.objects.count()) == (State.REVIEW, 1)


def test_the_form_of_a_new_piece_tells_of_no_review(client, desk):
    client.force_login(desk.writer)
    assert 'id="review"' not in text_of(client.get("/admin/articles/article/add/"))
