"""Many who save one form at once: real threads and real processes; one wins, and every text still exists."""

import multiprocessing

from django.db import connection
from django.test import Client
from django.urls import reverse

from articles.models import Autosave, Column
from tests.desk import filled
from tests.factories import make_article, make_editor
from tests.test_concurrency import at_once

MANY = 5


def prepared(article):
    """[(client, POST data)] of as many people who have the piece's form open on one base, each with a text of their own."""
    address = reverse("admin:articles_article_change", args=[article.pk])
    found = []
    for number in range(MANY):
        client = Client()
        client.force_login(make_editor("*", display_name=f"编辑{number}"))
        found.append((client, filled(client.get(address), body=f"第{number}人的文字。")))
    return address, found


def check(article, answers):
    """`answers`: (status, page) in the order of the people. One text is saved; the others stand in the answers, and are kept."""
    assert sorted(status for status, _page in answers) == [302] + [409] * (MANY - 1)
    (winner,) = [number for number, (status, _page) in enumerate(answers) if status == 302]
    article.refresh_from_db()
    assert (article.body, article.version_number, article.versions.count()) == (f"第{winner}人的文字。", 2, 2)
    for number, (_status, page) in enumerate(answers):
        if number != winner:
            assert f"第{number}人的文字。" in page and article.body in page
    kept = {copy.account.display_name: dict(copy.fields)["body"] for copy in Autosave.objects.select_related("account")}
    assert kept == {f"编辑{number}": f"第{number}人的文字。" for number in range(MANY) if number != winner}


def post(client, address, data):
    answer = client.post(address, data)
    return answer.status_code, answer.content.decode()


def test_of_five_forms_posted_at_once_one_is_saved_and_the_others_are_compared(transactional_db):
    article = make_article()
    address, people = prepared(article)
    check(article, at_once(*(lambda one=one: post(one[0], address, one[1]) for one in people)))


def _post_in_a_process(number, cookies, address, data, ready, told):
    client = Client()
    client.cookies.load(cookies)
    ready.wait(timeout=30)
    answer = client.post(address, data)
    connection.close()
    told.put((number, answer.status_code, answer.content.decode()))


def test_of_five_processes_that_post_one_form_at_once_one_wins(transactional_db):
    article = make_article()
    address, people = prepared(article)
    connection.close()  # no process may share a connection
    fork = multiprocessing.get_context("fork")
    ready, told = fork.Barrier(MANY), fork.Queue()
    cookies = [{name: morsel.value for name, morsel in client.cookies.items()} for client, _data in people]
    at_work = [
        fork.Process(target=_post_in_a_process, args=(number, cookies[number], address, data, ready, told))
        for number, (_client, data) in enumerate(people)
    ]
    for process in at_work:
        process.start()
    found = {number: (status, page) for number, status, page in (told.get(timeout=60) for _process in at_work)}
    for process in at_work:
        process.join(timeout=30)
    check(article, [found[number] for number in range(MANY)])


def test_of_five_reference_forms_posted_at_once_one_is_saved(transactional_db):
    column = Column.objects.create(name="党建", description="原。")
    address = reverse("admin:articles_column_change", args=[column.pk])
    people = []
    for number in range(MANY):
        client = Client()
        client.force_login(make_editor("*"))
        people.append((client, filled(client.get(address), description=f"第{number}份说明。")))

    answers = at_once(*(lambda one=one: post(one[0], address, one[1]) for one in people))
    assert sorted(status for status, _page in answers) == [302] + [409] * (MANY - 1)
    (winner,) = [number for number, (status, _page) in enumerate(answers) if status == 302]
    assert Column.objects.get().description == f"第{winner}份说明。"
    assert all(f"第{number}份说明。" in page for number, (_s, page) in enumerate(answers) if number != winner)


def test_two_list_edits_of_one_row_at_once_leave_the_first_and_refuse_the_other(transactional_db):
    Column.objects.create(name="党建", order=1)
    address = reverse("admin:articles_column_changelist")
    people = []
    for order in (5, 6):
        client = Client()
        client.force_login(make_editor("*"))
        formset = client.get(address).context["cl"].formset
        data = {"_save": "1", "initial-form-0-order": "1"}
        data |= {bound.html_name: bound.value() for form in (formset.management_form, *formset.forms) for bound in form}
        people.append((client, data | {"form-0-order": order}))
    answers = at_once(
        *(lambda client=client, data=data: client.post(address, data).status_code for client, data in people)
    )
    assert sorted(answers) == [200, 302]
    assert Column.objects.get().order == (5, 6)[answers.index(302)]
