"""The review page when several touch at once: real threads, real transactions, on both databases."""

from django.test import Client

from articles.models import Article, Autosave, HistoryEntry, Publication, SignOff, Version
from articles.vocabulary import Act, Decision, State
from tests.review_page import FIRST, SECOND, Desk, address, decisions, filled, make_person, open_page
from tests.test_concurrency import at_once

MANY = 4


def posts(article, accounts, act, **changes):
    """One request for each account, all from a page opened beforehand; each returns its status."""
    found = []
    for number, account in enumerate(accounts):
        client = Client()
        data = filled(
            open_page(client, account, article),
            act,
            **{name: value.replace("%d", str(number)) for name, value in changes.items()},
        )
        found.append(lambda client=client, data=data: client.post(address(article), data).status_code)
    return found


def test_of_several_who_change_and_sign_at_once_one_is_kept_and_the_texts_of_the_others_exist(transactional_db):
    desk = Desk()
    article = desk.piece()
    editors = [make_person("责任编辑", username=f"editor{number}") for number in range(MANY)]
    answers = at_once(*posts(article, editors, "amend", body="第%d人改的正文。"))
    assert sorted(answers) == [302] + [409] * (MANY - 1)
    winner = answers.index(302)
    assert Article.objects.get().body == f"第{winner}人改的正文。"
    assert (Version.objects.count(), SignOff.objects.get().decision) == (2, Decision.AMENDED)
    kept = {copy.account.username: dict(copy.fields)["body"] for copy in Autosave.objects.select_related("account")}
    assert kept == {f"editor{number}": f"第{number}人改的正文。" for number in range(MANY) if number != winner}


def test_of_several_who_sign_one_stage_at_once_one_has_signed(transactional_db):
    desk = Desk()
    article = desk.piece()
    editors = [make_person("责任编辑", username=f"editor{number}") for number in range(MANY)]
    assert sorted(at_once(*posts(article, editors, "sign", opinion="第%d人同意。"))) == [302] + [409] * (MANY - 1)
    assert SignOff.objects.count() == 1


def test_two_touches_of_the_final_release_at_once_are_one_release(transactional_db):
    desk = Desk()
    article = desk.piece(signed=(FIRST, SECOND))
    touches = posts(article, [desk.chief] * 2, "sign", opinion="同意刊发。", when="now")
    assert at_once(*touches) == [302, 302]
    assert (len(decisions(article)), Publication.objects.count()) == (3, 1)
    assert HistoryEntry.objects.filter(act=Act.PUBLISHED).count() == 1


def test_signing_and_returning_at_once_leave_one_consistent_state(transactional_db):
    desk = Desk()
    article = desk.piece()
    other = make_person("责任编辑", username="editor2")
    sign, send_back = posts(article, [desk.editor], "sign") + posts(article, [other], "return", opinion="请改。")
    at_once(sign, send_back)
    state, found = Article.objects.with_state().get().state, {decision for _stage, decision, _who in decisions(article)}
    assert "returned" not in found or state == State.RETURNED
    assert "returned" in found or state == State.REVIEW
    assert article.reviews.count() == 1
