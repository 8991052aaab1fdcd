"""值班表: the screen of a week. Who may hold which post, who stands in, what two people change at once, and who did it."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import rota
from articles.admin import rota as screen
from articles.management.commands.make_demo_accounts import ACCOUNTS, make_account
from articles.models import Shift
from articles.roles import ROLES
from articles.vocabulary import Post, Stage
from tests.factories import make_editor

PAGE = "/admin/articles/shift/"


@pytest.fixture
def desk(db):
    return {username: make_account(username, name, held, "secret") for username, name, held in ACCOUNTS}


@pytest.fixture
def head(client, desk):
    client.force_login(desk["head"])
    return desk["head"]


@pytest.fixture
def monday():
    """Of next week: none of its days is past."""
    return screen.monday_on(timezone.localdate()) + timedelta(days=7)


def opened(client, monday):
    """The fields of a week's form as the page has them."""
    week = client.get(PAGE, {"week": monday}).context["week"]
    return {bound.html_name: bound.value() or "" for cell in week.cells for bound in cell}


def save(client, monday, data, **changes):
    return client.post(f"{PAGE}?week={monday}", {**data, **changes})


def cell(day, post, **fields):
    return {f"{day}-{post}-{name}": value for name, value in fields.items()}


def errors(response):
    return [str(error) for one in response.context["week"].cells for each in one.errors.values() for error in each]


def beijing(day, hour):
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=hour)


# --- a week ----------------------------------------------------------------------------------------------


def test_a_week_is_filled_in_and_counts_at_once(client, head, desk, monday):
    changes = (
        cell(monday, "chief", editor="陈国栋")
        | cell(monday, "head", editor="head")
        | cell(monday, "editor", editor="李静")
    )
    assert save(client, monday, opened(client, monday), **changes).status_code == 302
    duty = rota.on_duty(monday)
    assert {post: shift.editor.username for post, shift in duty.items()} == {
        Post.CHIEF: "chief", Post.HEAD: "head", Post.EDITOR: "editor",
    }  # fmt: skip
    assert Shift.objects.count() == 3
    assert rota.expected(Stage.FINAL_REVIEW, beijing(monday, 9)) == {desk["chief"].pk}


def test_a_post_is_given_to_another_and_taken_back(client, head, desk, monday):
    Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    make_account("vice", "副总编", ("总编",), "secret")
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor="副总编"))
    assert Shift.objects.get().editor.username == "vice"
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor=""))
    assert Shift.objects.count() == 0


def test_a_stand_in_has_both_moments_by_the_beijing_clock(client, desk, monday):
    client.force_login(desk["chief"])
    Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    changes = cell(
        monday, "chief", stand_in="赵文彬", since=f"{monday}T18:00", until=f"{monday + timedelta(days=1)}T06:30"
    )
    assert save(client, monday, opened(client, monday), **changes).status_code == 302
    shift = Shift.objects.get()
    assert (shift.stand_in, shift.stands_in_from, shift.stands_in_until) == (
        desk["head"], beijing(monday, 18), beijing(monday, 30.5),
    )  # fmt: skip
    assert rota.stands_in_for(desk["head"], Stage.FINAL_REVIEW, beijing(monday, 20)) == desk["chief"]
    assert opened(client, monday)[f"{monday}-chief-since"] == f"{monday}T18:00"


def test_a_stand_in_without_moments_has_the_whole_day(client, desk, monday):
    client.force_login(desk["chief"])
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor="陈国栋", stand_in="赵文彬"))
    shift = Shift.objects.get()
    assert (shift.stands_in_from, shift.stands_in_until) == (beijing(monday, 0), beijing(monday, 24))


def test_only_what_was_touched_is_written(client, head, desk, monday):
    Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    save(client, monday, opened(client, monday), **cell(monday, "editor", editor="李静"))
    save(client, monday, opened(client, monday))
    assert LogEntry.objects.count() == 1


def test_nobody_makes_themselves_or_another_the_stand_in_of_the_chief_but_a_chief(client, head, desk, monday):
    Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    answer = save(client, monday, opened(client, monday), **cell(monday, "chief", stand_in="赵文彬"))
    assert (answer.status_code, "代总编值班，须由总编排定。" in answer.content.decode()) == (200, True)
    assert Shift.objects.get().stand_in is None
    Shift.objects.update(stand_in=desk["head"], stands_in_from=beijing(monday, 18), stands_in_until=beijing(monday, 24))
    save(client, monday, opened(client, monday), **cell(monday, "head", editor="赵文彬"))  # what stands is left alone
    assert Shift.objects.count() == 2


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        {"editor": "李静"},  # signs the first review alone
        {"editor": "没有此人"},
        {"editor": "王芳"},  # two of them
        {"editor": "离职者"},
        {"editor": "陈国栋", "stand_in": "周明远"},  # only writes
        {"editor": "陈国栋", "stand_in": "陈国栋"},
        {"stand_in": "赵文彬"},  # for whom?
        {"editor": "陈国栋", "since": "{day}T08:00"},
        {"editor": "陈国栋", "stand_in": "赵文彬", "since": "{day}T08:00"},
        {"editor": "陈国栋", "stand_in": "赵文彬", "until": "{day}T08:00"},
        {"editor": "陈国栋", "stand_in": "赵文彬", "since": "{day}T08:00", "until": "{day}T08:00"},
        {"editor": "陈国栋", "stand_in": "赵文彬", "since": "{day}T08:00", "until": "{later}T08:00"},
        {"editor": "陈国栋", "stand_in": "赵文彬", "since": "later", "until": "99"},
        {"editor": "陈" * 200},
        {"editor": "\0"},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(client, head, monday, typed):
    for username in ("wangfang1", "wangfang2"):
        make_account(username, "王芳", ("总编",), "secret")
    gone = make_account("gone", "离职者", ("总编",), "secret")
    gone.is_active = False
    gone.save()
    typed = {name: value.format(day=monday, later=monday + timedelta(days=3)) for name, value in typed.items()}
    response = save(
        client,
        monday,
        opened(client, monday),
        **cell(monday, "chief", **typed),
        **cell(monday, "editor", editor="李静"),
    )
    assert (response.status_code, Shift.objects.count()) == (200, 0)
    assert errors(response) != [] and not any("%(" in error for error in errors(response))
    for name, value in typed.items():
        assert response.context["week"].days[0].cells[0][name].value() == value
    assert response.context["week"].days[0].cells[2]["editor"].value() == "李静"


def test_of_two_of_one_name_the_login_name_says_which(client, head, monday):
    for username in ("wangfang1", "wangfang2"):
        make_account(username, "王芳", ("总编",), "secret")
    page = client.get(PAGE, {"week": monday})
    assert "王芳（wangfang2）" in dict(page.context["lists"])["may-chief"]
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor="王芳（wangfang2）"))
    assert Shift.objects.get().editor.username == "wangfang2"
    assert opened(client, monday)[f"{monday}-chief-editor"] == "王芳（wangfang2）"


def test_only_those_who_may_sign_the_stage_are_offered_for_a_post_and_editors_to_stand_in(client, head, monday):
    offered = dict(client.get(PAGE, {"week": monday}).context["lists"])
    assert offered["may-chief"] == ["管理员", "陈国栋"]
    assert offered["may-editor"] == ["李静", "管理员"] or set(offered["may-editor"]) == {"李静", "管理员"}
    assert set(offered["may-stand-in"]) == {"管理员", "李静", "赵文彬", "陈国栋"}


def test_one_person_at_two_posts_of_a_day_is_saved_with_a_warning(client, head, monday):
    changes = cell(monday, "chief", editor="陈国栋") | cell(monday, "head", editor="赵文彬", stand_in="陈国栋")
    response = client.post(f"{PAGE}?week={monday}", {**opened(client, monday), **changes}, follow=True)
    assert Shift.objects.count() == 2
    warned = [str(message) for message in response.context["messages"] if message.level_tag == "warning"]
    assert len(warned) == 1 and "陈国栋" in warned[0]


def test_a_day_that_is_past_stays_as_it_was(client, head, desk):
    today = timezone.localdate()
    yesterday, monday = today - timedelta(days=1), screen.monday_on(today - timedelta(days=1))
    Shift.objects.create(day=yesterday, post=Post.CHIEF, editor=desk["chief"])
    data = opened(client, monday)
    assert f"{yesterday}-chief-editor" not in data
    save(client, monday, data, **cell(yesterday, "chief", editor="", was="[]"))
    assert Shift.objects.get().editor == desk["chief"]


# --- two at once -----------------------------------------------------------------------------------------


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_and_both_are_shown(client, head, desk, monday):
    Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    make_account("vice", "副总编", ("总编",), "secret")
    data = opened(client, monday)
    Shift.objects.update(editor=desk["admin"])
    response = save(
        client, monday, data, **cell(monday, "chief", editor="副总编"), **cell(monday, "editor", editor="李静")
    )
    assert (response.status_code, Shift.objects.get().editor) == (409, desk["admin"])
    chief, _head, editor = response.context["week"].days[0].cells
    assert (chief["editor"].value(), chief.stands_now, editor["editor"].value()) == ("副总编", "管理员", "李静")
    again = {bound.html_name: bound.value() or "" for one in response.context["week"].cells for bound in one}
    assert save(client, monday, again).status_code == 302  # now knowing it
    assert set(Shift.objects.values_list("editor__username", flat=True)) == {"vice", "editor"}


def test_what_somebody_else_changed_elsewhere_in_the_week_stands(client, head, desk, monday):
    data = opened(client, monday)
    Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    assert save(client, monday, data, **cell(monday, "editor", editor="李静")).status_code == 302
    assert set(Shift.objects.values_list("editor__username", flat=True)) == {"chief", "editor"}


# --- as last week ----------------------------------------------------------------------------------------


def test_empty_posts_are_filled_as_last_week_and_nothing_is_saved_before_one_looked(client, head, desk, monday):
    before = monday - timedelta(days=7)
    make_account("vice", "副总编", ("总编",), "secret")
    Shift.objects.create(day=before, post=Post.CHIEF, editor=desk["chief"])
    Shift.objects.create(day=before + timedelta(days=1), post=Post.CHIEF, editor=desk["chief"])
    Shift.objects.create(day=before, post=Post.EDITOR, editor=desk["writer"])  # no longer signs
    typed = cell(monday + timedelta(days=1), "chief", editor="副总编")
    response = save(client, monday, opened(client, monday), copy="1", **typed)
    data = {bound.html_name: bound.value() or "" for one in response.context["week"].cells for bound in one}
    assert {name: value for name, value in data.items() if name.endswith("-editor") and value} == {
        f"{monday}-chief-editor": "陈国栋",
        f"{monday + timedelta(days=1)}-chief-editor": "副总编",
    }
    assert Shift.objects.filter(day__gte=monday).count() == 0
    save(client, monday, data)
    assert Shift.objects.filter(day__gte=monday).count() == 2


# --- who may, and who did --------------------------------------------------------------------------------


def test_heads_chiefs_and_administrators_change_the_roster_and_everybody_sees_it(client, desk, monday):
    assert [name for name, duty in ROLES.items() if "change_shift" in duty.permissions] == [
        "部门主任",
        "总编",
        "管理员",
    ]
    for name in ("writer", "editor", "proof"):
        client.force_login(desk[name])
        page = client.get(PAGE, {"week": monday})
        assert (page.status_code, page.context["may_change"]) == (200, False)
        assert client.post(f"{PAGE}?week={monday}", cell(monday, "chief", editor="陈国栋", was="[]")).status_code == 403
    for account in (make_editor(), desk["correspondent"]):
        client.force_login(account)
        assert client.get(PAGE).status_code == 403
    assert Shift.objects.count() == 0


def test_every_change_says_who_made_it(client, head, desk, monday):
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor="陈国栋"))
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor="管理员"))
    save(client, monday, opened(client, monday), **cell(monday, "chief", editor=""))
    page = client.get(PAGE, {"week": monday})
    assert [(entry.user, entry.change_message) for entry in page.context["changes"]] == [
        (desk["head"], "− 管理员"),
        (desk["head"], "− 陈国栋\n+ 管理员"),
        (desk["head"], "+ 陈国栋"),
    ]


def test_a_shift_has_no_page_of_its_own(client, head, desk, monday):
    shift = Shift.objects.create(day=monday, post=Post.CHIEF, editor=desk["chief"])
    for name in ("change", "delete"):
        assert client.post(reverse(f"admin:articles_shift_{name}", args=[shift.pk]), {"post": "yes"}).status_code == 302
    assert Shift.objects.count() == 1


@pytest.mark.parametrize("week", ["", "x", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-25\0", "１"])
def test_any_week_in_the_address_shows_one(client, head, week):
    page = client.get(PAGE, {"week": week})
    assert (page.status_code, len(page.context["week"].days)) == (200, 7)
    assert page.context["first"].weekday() == 0


def test_a_week_takes_the_same_queries_empty_and_full(client, head, desk, monday):
    def asked():
        client.get(PAGE, {"week": monday})
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE, {"week": monday})
        return len(queries)

    empty = asked()
    Shift.objects.bulk_create(
        Shift(day=monday + timedelta(days=n), post=post, editor=desk["admin"]) for n in range(7) for post in Post
    )
    assert (asked(), date.fromisoformat(str(monday))) == (empty, monday)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_fill_the_same_post_at_once_one_is_saved_and_the_other_told(transactional_db):
    accounts = [make_account(f"chief{n}", f"总编{n}", ("总编",), "secret") for n in range(2)]
    monday = screen.monday_on(timezone.localdate()) + timedelta(days=7)
    answers, begin = [], threading.Barrier(2)
    clients = []
    for account in accounts:
        browser = Client()
        browser.force_login(account)
        clients.append((browser, {**opened(browser, monday), **cell(monday, "chief", editor=account.display_name)}))

    def press(browser, data):
        begin.wait()
        try:
            answers.append(save(browser, monday, data).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=pair) for pair in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(answers), Shift.objects.count()) == ([302, 409], 1)
