"""审校环节: what stages are in force, who may set others, and that a desk with fewer than three reviews says so on every page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from articles import review, stages
from articles.models import HistoryEntry, StagesInForce
from articles.refusals import AlreadyDone, MoveRefused
from articles.roles import ROLES
from articles.vocabulary import REVIEWS, Act, Stage
from tests.factories import make_article, make_editor

PAGE = "/admin/articles/stagesinforce/"


def setter(client=None):
    account = make_editor("view_stagesinforce", "add_stagesinforce", display_name="陈国栋")
    if client:
        client.force_login(account)
    return account


def test_without_a_row_it_is_three_reviews_that_read_proof_too(db):
    with override("en"):
        found = stages.in_force()
        assert (found, found.words) == ((3, 0), "three reviews：first review、second review、final review")
        assert (found.of_proofs, stages.fewer_than_three()) == ("each review reads proof too", "")


def test_setting_others_adds_a_row_and_an_entry_and_changes_none(db):
    by = setter()
    stages.set_stages(reviews=2, proofs=1, by=by, reason="人手不足")
    stages.set_stages(reviews=3, proofs=3, by=by, reason="")
    assert list(StagesInForce.objects.order_by("pk").values_list("reviews", "proofs", "set_by")) == [
        (2, 1, by.pk),
        (3, 3, by.pk),
    ]
    newest, first = HistoryEntry.objects.filter(act=Act.STAGES_SET)
    assert (newest.article, newest.by, first.note.splitlines()[-1]) == (None, by, "人手不足")
    assert StagesInForce.objects.current() == (*REVIEWS[3], Stage.FIRST_PROOF, Stage.SECOND_PROOF, Stage.THIRD_PROOF)


def test_what_is_in_force_is_what_a_review_asks_for(db):
    article = make_article()
    review.submit(article, by=make_editor("*"))
    assert [line.stage for line in review.course_of(article).lines] == list(REVIEWS[3])
    stages.set_stages(reviews=2, proofs=0, by=setter(), reason="人手不足")
    assert [line.stage for line in review.course_of(article).lines] == [Stage.FIRST_REVIEW, Stage.FINAL_REVIEW]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"reviews": 2, "proofs": 0, "reason": " "}, MoveRefused),
        ({"reviews": 3, "proofs": 0, "reason": "还是三审"}, AlreadyDone),
    ],
)
def test_fewer_without_a_reason_and_what_is_so_already_are_refused(db, asked, refusal):
    with pytest.raises(refusal):
        stages.set_stages(by=setter(), **asked)
    assert (StagesInForce.objects.count(), HistoryEntry.objects.count()) == (0, 0)


def test_without_the_permission_nothing_is_set(client):
    account = make_editor("view_stagesinforce")
    with pytest.raises(MoveRefused):
        stages.set_stages(reviews=1, proofs=0, by=account, reason="x")
    client.force_login(account)
    assert "<form method" not in client.get(PAGE).content.decode().partition('id="content-main"')[2]
    assert client.post(PAGE, {"reviews": 1, "proofs": 0, "reason": "x"}).status_code == 403
    assert StagesInForce.objects.count() == 0


def test_only_the_editor_in_chief_and_the_administrator_may():
    assert [name for name, duty in ROLES.items() if "add_stagesinforce" in duty.permissions] == ["总编", "管理员"]


# --- the screen ------------------------------------------------------------------------------------------


def test_the_screen_shows_what_is_in_force_and_sets_others(client):
    setter(client)
    assert client.get(PAGE).context["now"] == (3, 0)
    response = client.post(PAGE, {"reviews": "2", "proofs": "1", "reason": "夜班只有三人"}, follow=True)
    assert response.context["now"] == (2, 1)
    assert [entry.note.splitlines()[-1] for entry in response.context["changes"]] == ["夜班只有三人"]


@pytest.mark.parametrize(
    "typed", [{"reviews": "2", "proofs": "1"}, {"reviews": "4", "proofs": "0"}, {"reviews": "x"}, {}]
)
def test_what_cannot_be_set_is_said_and_what_was_typed_stays(client, typed):
    setter(client)
    response = client.post(PAGE, {**typed, "note": "x"})
    assert response.status_code == 200 and response.context["form"].errors
    assert StagesInForce.objects.count() == 0


def test_a_row_has_no_page_of_its_own_where_it_could_be_changed_or_deleted(client):
    client.force_login(make_editor("*"))
    row = StagesInForce.objects.create(reviews=2, set_by=make_editor())
    for name in ("change", "delete"):
        address = reverse(f"admin:articles_stagesinforce_{name}", args=[row.pk])
        client.post(address, {"reviews": 1, "proofs": 0, "post": "yes"})
    assert list(StagesInForce.objects.values_list("pk", "reviews")) == [(row.pk, 2)]


# --- the notice ------------------------------------------------------------------------------------------


def test_every_page_of_the_desk_says_when_there_are_fewer_than_three_reviews(client):
    article = make_article()
    client.force_login(make_editor("*"))
    pages = ["/admin/", "/admin/articles/article/", f"/admin/articles/article/{article.pk}/change/", "/admin/articles/shift/",
             "/admin/articles/topic/?status=open", "/admin/me/", PAGE]  # fmt: skip
    assert [page for page in pages if "fewer-reviews" in client.get(page).content.decode()] == []
    stages.set_stages(reviews=2, proofs=0, by=setter(), reason="人手不足")
    assert [page for page in pages if "fewer-reviews" not in client.get(page).content.decode()] == []
    assert "初审、终审" in client.get(PAGE).content.decode()


def test_the_login_page_says_nothing_of_it(client):
    StagesInForce.objects.create(reviews=1, set_by=make_editor())
    assert "fewer-reviews" not in client.get("/admin/login/").content.decode()


def test_the_notice_is_in_the_words_of_the_desk(db):
    StagesInForce.objects.create(reviews=2, set_by=make_editor())
    with override("en"):
        assert stages.fewer_than_three() == "two reviews：first review、final review"


def test_the_notice_costs_one_query_and_is_right_at_once(db):
    with CaptureQueriesContext(connection) as queries:
        assert stages.fewer_than_three() == ""
    assert len(queries) == 1
    stages.set_stages(reviews=1, proofs=0, by=setter(), reason="试运行")
    assert stages.fewer_than_three() != ""
