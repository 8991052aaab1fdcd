"""The review page when things went on meanwhile: another text, a second tap, a button it does not offer, a login that expired; nothing typed is lost."""

import pytest

from articles import autosaves, flags, review, versions
from articles.models import Article, Comment, Flag, HistoryEntry, Publication, SignOff, Version
from articles.vocabulary import Act, Severity, Stage, State
from tests.review_page import (
    FINAL,
    FIRST,
    SECOND,
    Desk,
    address,
    decisions,
    filled,
    open_page,
    press,
    said,
    sha256_of,
)
from tests.review_reading import STAGES, buttons, change, state_of, text_of


@pytest.fixture
def desk(db):
    return Desk()


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
