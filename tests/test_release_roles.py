"""The release page: each button for each role and each state of a piece, also when it is posted without being offered."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import publish, review, roles, rota, trash
from articles.admin.release import OFFERS
from articles.models import Article, Correction, HistoryEntry, Publication, Shift
from articles.versions import save_version
from articles.vocabulary import Act, Post, Stage, State
from tests.factories import (
    approve,
    load_seed_page,
    make_approved_article,
    make_article,
    make_editor,
    make_live_article,
    make_publisher,
)

LIST = "/admin/articles/article/"
CHIEF, EDITORS = {"总编"}, {"责任编辑", "部门主任", "总编"}
WRITERS = {"记者", "校对"} | EDITORS  # whoever may change others' pieces


def to_come():
    return timezone.now() + timedelta(days=2)


def day_and_hour(moment):
    moment = timezone.localtime(moment)
    return {"at_0": f"{moment:%Y-%m-%d}", "at_1": f"{moment:%H:%M}"}


def page_of(article):
    return reverse("admin:articles_article_release", args=[article.pk])


def state_of(article):
    return Article.objects.with_state().get(pk=article.pk).state


# --- pieces in every state -------------------------------------------------------------------------------


def scheduled():
    article = make_approved_article()
    publish.schedule(article, by=make_publisher(), at=to_come())
    return article


def held():
    article = make_live_article()
    publish.hold(article.publication, by=make_publisher())
    return article


def expired():
    article = make_live_article(published_at=timezone.now() - timedelta(days=2))
    publish.expire(article.publication, by=make_publisher(), at=timezone.now() - timedelta(days=1))
    return article


def withdrawn():
    article = make_live_article()
    publish.withdraw(article.publication, by=make_publisher())
    return article


def trashed():
    article = make_article()
    trash.trash(article, by=make_publisher())
    return article


def in_review():
    article = make_article()
    review.submit(article, by=make_editor("change_article"))
    return article


def decided(decide):
    article = in_review()
    sha256 = article.versions.get().sha256
    decide(article, by=make_editor("sign_first_review"), stage=Stage.FIRST_REVIEW, sha256=sha256, opinion="不行。")
    return article


def transcribed():
    """A live piece that waits for its comparison with print."""
    article = make_article()
    publish.publish_archive(article, at=timezone.now() - timedelta(days=9))
    return article


PIECES = {
    State.DRAFT: make_article,
    State.REVIEW: in_review,
    State.RETURNED: lambda: decided(review.send_back),
    State.UNUSED: lambda: decided(review.put_aside),
    State.APPROVED: make_approved_article,
    State.SCHEDULED: scheduled,
    State.LIVE: make_live_article,
    State.HELD: held,
    State.EXPIRED: expired,
    State.WITHDRAWN: withdrawn,
    State.TRASHED: trashed,
}


def test_there_is_a_piece_for_every_state(db):
    assert {state: state_of(make()) for state, make in PIECES.items()} == {state: state for state in State}


# --- each role × each act --------------------------------------------------------------------------------

DATA = {
    "schedule": lambda: day_and_hour(to_come()),
    "expire": lambda: day_and_hour(to_come() + timedelta(days=1)),
    "correct": lambda: {"kind": "apology", "text": "“布署”应为“部署”。"},
    "withdraw": lambda: {"ordered_by": "县委宣传部电话", "notice": "内容失实。", "sure": "on"},
}
TABLE = {  # act: (the piece, whose it is, the entry that it leaves in the history)
    "publish": (make_approved_article, CHIEF, Act.PUBLISHED),
    "schedule": (make_approved_article, CHIEF, Act.SCHEDULED),
    "unschedule": (scheduled, CHIEF, Act.UNSCHEDULED),
    "stop": (scheduled, EDITORS, Act.HELD),
    "hold": (make_live_article, CHIEF, Act.HELD),
    "release": (held, CHIEF, Act.RELEASED),
    "expire": (make_live_article, CHIEF, Act.EXPIRY_SET),
    "compare": (transcribed, CHIEF, Act.COMPARED),
    "correct": (make_live_article, CHIEF, Act.CORRECTED),
    "withdraw": (make_live_article, CHIEF, Act.WITHDRAWN),
    "trash": (make_article, WRITERS, Act.TRASHED),
    "restore": (trashed, WRITERS, Act.RESTORED),
}


def ask(client, article, act, **data):
    return client.post(page_of(article), {"act": act, **DATA.get(act, dict)(), **data})


def test_the_table_has_every_act():
    assert set(TABLE) == set(OFFERS)


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize("act", TABLE)
def test_an_act_is_offered_to_and_done_by_those_roles_alone(client, db, act, role):
    make, whose, entry = TABLE[act]
    article, account = make(), make_editor()
    roles.assign(account, [role])
    client.force_login(account)
    page = client.get(page_of(article))
    assert page.status_code == (200 if role in WRITERS else 403)
    offered = role in WRITERS and act in [name for name, *_ in page.context["offered"]]
    ask(client, article, act)
    done = HistoryEntry.objects.filter(article=article, act=entry, by=account).exists()
    assert (offered, done) == (role in whose, role in whose)


def test_whoever_only_sends_in_comes_to_the_page_of_the_own_piece_until_it_is_released(client, db):
    account = make_editor()
    roles.assign(account, ["通讯员"])
    client.force_login(account)
    own = make_article(by=account)
    page = client.get(page_of(own))
    assert [name for name, *_ in page.context["offered"]] == ["trash"]
    publish.publish(approve(own), by=make_publisher())
    assert client.get(page_of(own)).status_code == 403
    ask(client, own, "trash")
    assert HistoryEntry.objects.filter(act=Act.TRASHED).count() == 0


def test_a_page_that_was_opened_before_a_colleague_scheduled_the_piece_does_not_publish_it(client, db):
    client.force_login(chief := make_publisher(display_name="陈国栋"))
    chief.user_permissions.add(Permission.objects.get(codename="change_article"))
    article = make_approved_article()
    shown = page_form(client.get(page_of(article)), "publish")
    publish.schedule(article, by=chief, at=timezone.now() + timedelta(days=1))
    answer = client.post(page_of(article), {**shown, "act": "publish"}, follow=True)
    assert "陈国栋定于" in answer.content.decode()
    assert Article.objects.live().count() == 0
    client.post(page_of(article), {**page_form(client.get(page_of(article)), "publish"), "act": "publish"})
    assert Article.objects.live().get() == article


def page_form(page, act):
    """The hidden fields of a button."""
    (form,) = [form for name, _heading, _words, form in page.context["offered"] if name == act]
    return {name: form[name].value() for name in ("version", "planned")}


def on_duty(account, post=Post.EDITOR):
    Shift.objects.create(day=timezone.localdate(), post=post, editor=account)


@pytest.mark.parametrize("role", ["责任编辑", "部门主任"])
def test_whoever_is_on_duty_takes_a_piece_offline_and_only_the_editor_in_chief_lets_it_out(client, db, role):
    account = make_editor()
    roles.assign(account, [role])
    on_duty(account, Post.HEAD)
    client.force_login(account)
    article = make_live_article()
    assert "hold" in [name for name, *_ in client.get(page_of(article)).context["offered"]]
    ask(client, article, "hold")
    assert state_of(article) == State.HELD
    ask(client, article, "release")
    ask(client, article, "withdraw")
    assert state_of(article) == State.HELD


def test_who_stands_in_for_the_editor_in_chief_releases_while_it_lasts_and_withdraws_nothing(client, db):
    chief, stand_in, now = make_publisher(), make_editor(), timezone.now()
    roles.assign(stand_in, ["部门主任"])
    shift = Shift.objects.create(
        day=timezone.localdate(), post=Post.CHIEF, editor=chief, stand_in=stand_in,
        stands_in_from=now - timedelta(hours=1), stands_in_until=now + timedelta(hours=1),
    )  # fmt: skip
    client.force_login(stand_in)
    article = make_approved_article()
    ask(client, article, "publish")
    assert state_of(article) == State.LIVE
    ask(client, article, "withdraw")
    ask(client, article, "correct")
    assert (state_of(article), Correction.objects.count()) == (State.LIVE, 0)
    shift.delete()
    assert not rota.may_publish(stand_in)
    another = make_approved_article()
    ask(client, another, "publish")
    assert state_of(another) == State.APPROVED


# --- each state × each act -------------------------------------------------------------------------------

OFFERED = {
    State.DRAFT: {"trash"},
    State.REVIEW: set(),
    State.RETURNED: {"trash"},
    State.UNUSED: {"trash"},
    State.APPROVED: {"publish", "schedule"},
    State.SCHEDULED: {"publish", "schedule", "unschedule", "stop", "expire", "withdraw"},
    State.LIVE: {"hold", "expire", "correct", "withdraw"},
    State.HELD: {"release", "correct", "withdraw"},
    State.EXPIRED: {"publish", "expire", "correct", "withdraw"},
    State.WITHDRAWN: {"trash"},
    State.TRASHED: {"restore"},
}
# What does the same under another name, or sets what shows only later.
HARMLESS = {
    (State.SCHEDULED, "hold"),
    (State.LIVE, "stop"),
    (State.HELD, "expire"),
    (State.EXPIRED, "hold"),
    (State.EXPIRED, "stop"),
}


@pytest.fixture
def chief(client, db):
    account = make_editor(display_name="总编")
    roles.assign(account, ["总编"])
    client.force_login(account)
    return account


@pytest.mark.parametrize("state", PIECES)
def test_a_piece_is_offered_what_its_state_allows_and_nothing_else_is_done_to_it(client, chief, state):
    article = PIECES[state]()
    assert {name for name, *_ in client.get(page_of(article)).context["offered"]} == OFFERED[state]
    before = (state_of(article), list(Publication.objects.values()), HistoryEntry.objects.count())
    for act in set(OFFERS) - OFFERED[state]:
        if (state, act) in HARMLESS:
            continue
        assert ask(client, article, act).status_code == 200, act
        after = (state_of(article), list(Publication.objects.values()), HistoryEntry.objects.count())
        assert (act, after) == (act, before)


@pytest.mark.parametrize("state", PIECES)
def test_each_offer_is_kept(client, chief, state):
    for act in OFFERED[state]:
        article = PIECES[state]()
        assert (act, ask(client, article, act).status_code) == (act, 302)
        assert HistoryEntry.objects.filter(article=article, act=TABLE[act][2], by=chief).exists()


@pytest.mark.parametrize("act", ["", "nichts", "__class__"])
def test_a_button_that_does_not_exist_is_said_to(client, chief, act):
    page = client.post(page_of(make_article()), {"act": act})
    assert (page.status_code, len(page.context["messages"])) == (200, 1)


def test_a_new_text_of_a_live_piece_is_published_when_it_is_signed_and_not_before(client, chief):
    article = make_live_article(body="旧文。")
    article.body = "新文。"
    article.save()
    save_version(article, by=make_publisher())
    page = client.get(page_of(article))
    assert "publish" not in [name for name, *_ in page.context["offered"]]
    assert len(page.context["unmet"]) == 1
    assert ask(client, article, "publish").status_code == 200
    assert Publication.objects.get().version.number == 1
    approve(article)
    assert "publish" in [name for name, *_ in client.get(page_of(article)).context["offered"]]
    ask(client, article, "publish")
    assert Publication.objects.get().version.number == 2


def test_a_held_piece_comes_back_as_it_was_or_with_a_newly_signed_text(client, chief):
    article = held()
    address = article.publication.get_absolute_url()
    article.body = "核实后的新文。"
    article.save()
    save_version(article, by=make_publisher())
    approve(article)
    assert {"publish", "release"} <= {name for name, *_ in client.get(page_of(article)).context["offered"]}
    ask(client, article, "publish")
    assert client.get(address).status_code == 200 and "核实后的新文。" in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("act", "data", "field"),
    [
        ("withdraw", {"ordered_by": " "}, "ordered_by"),
        ("withdraw", {"ordered_by": "长" * 101}, "ordered_by"),
        ("withdraw", {"sure": ""}, "sure"),
        ("correct", {"text": "　"}, "text"),
        ("correct", {"text": "长" * 2001}, "text"),
        ("correct", {"kind": "nichts"}, "kind"),
        ("expire", {"at_0": "2023-02-30"}, "at"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field_and_kept(client, chief, act, data, field):
    article = make_live_article()
    page = ask(client, article, act, **data)
    form = next(form for name, _heading, _words, form in page.context["offered"] if name == act)
    assert (page.status_code, list(form.errors), state_of(article)) == (200, [field], State.LIVE)
    for value in {**DATA[act](), **data}.values():
        assert value in page.content.decode()


def test_a_notice_that_was_refused_stands_in_its_field(client, chief):
    article = make_live_article()
    ask(client, article, "correct")
    page = ask(client, article, "correct", text="“布署”应为“部署”。\n")
    assert page.status_code == 200 and page.content.decode().count("“布署”应为“部署”。") >= 3
    assert Correction.objects.count() == 1


# --- what the page tells ---------------------------------------------------------------------------------


def test_the_page_tells_every_text_that_readers_could_read_with_the_way_to_it(client, chief):
    article = make_live_article(body="旧文。")
    article.body = "新文。"
    article.save()
    save_version(article, by=chief)
    publish.publish(approve(article), by=make_publisher())
    publish.hold(article.publication, by=make_publisher())
    page = client.get(page_of(article))
    assert [(text.version.number, text.until is None) for text in page.context["texts"]] == [(2, False), (1, False)]
    for number, words in ((1, "旧文。"), (2, "新文。")):
        address = reverse("admin:articles_article_version", args=[article.pk, number])
        assert address in page.content.decode()
        assert words in client.get(address).content.decode()


def test_the_page_tells_who_withdrew_a_piece_and_by_whose_order(client, chief):
    article = make_live_article()
    ask(client, article, "withdraw")
    publication = Publication.objects.get()
    assert (publication.withdrawn_by, publication.ordered_by, publication.notice) == (
        chief,
        "县委宣传部电话",
        "内容失实。",
    )
    page = client.get(page_of(article)).content.decode()
    for words in ("县委宣传部电话", "内容失实。", "总编"):
        assert words in page


def test_the_page_of_a_piece_that_was_public_leads_to_the_record_of_errors(client, chief):
    add = reverse("admin:articles_fault_add")
    for article, may in (
        (make_live_article(), True),
        (withdrawn(), True),
        (make_article(), False),
        (scheduled(), False),
    ):
        assert (f"{add}?article={article.pk}" in client.get(page_of(article)).content.decode()) == may


def test_the_page_costs_as_many_queries_with_a_long_history_as_with_a_short_one(client, chief):
    article = make_live_article()
    client.get(page_of(article))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(article))
    for number in range(5):
        publish.hold(article.publication, by=chief)
        publish.release(article.publication, by=chief)
        ask(client, article, "correct", text=f"更正{number}。")
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(article))
    assert len(many) <= len(few) + 1 and len(few) <= 32


# --- many at once ----------------------------------------------------------------------------------------


def choose(client, action, *articles, **data):
    chosen = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(LIST, {**chosen, **data}, follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


def test_several_are_published_and_of_each_other_is_said_why_not(client, chief):
    good, draft, gone = make_approved_article(headline="好稿"), make_article(headline="草稿"), withdrawn()
    page = choose(client, "publish_selected", good, draft, gone)
    assert [state_of(article) for article in (good, draft, gone)] == [State.LIVE, State.DRAFT, State.WITHDRAWN]
    assert [article.number in " ".join(said(page)[:2]) for article in (good, draft, gone)] == [False, True, True]


@pytest.mark.parametrize("role", roles.ROLES)
def test_several_are_stopped_by_those_who_may_stop_one(client, db, role):
    account = make_editor()
    roles.assign(account, [role])
    client.force_login(account)
    waiting, public = scheduled(), make_live_article()
    choose(client, "hold_selected", waiting, public)
    assert (state_of(waiting) == State.HELD, state_of(public) == State.HELD) == (role in EDITORS, role in CHIEF)


def test_several_are_withdrawn_only_with_the_order_named(client, chief):
    article = make_live_article()
    choose(client, "withdraw_selected", article, confirmed="1", sure="on", notice="撤。")
    assert state_of(article) == State.LIVE
    choose(client, "withdraw_selected", article, confirmed="1", sure="on", notice="撤。", ordered_by="县网信办")
    assert (state_of(article), Publication.objects.get().ordered_by) == (State.WITHDRAWN, "县网信办")


def test_a_transcribed_piece_of_the_seed_page_is_shown_with_what_was_public(client, chief):
    load_seed_page()
    article = Article.objects.filter(publication__isnull=False).first()
    page = client.get(page_of(article))
    assert page.status_code == 200 and "compare" in [name for name, *_ in page.context["offered"]]
    assert [text.version.number for text in page.context["texts"]] == [1]
