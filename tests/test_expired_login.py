"""The login expired while somebody was writing: the text goes with them through the login, and nothing is saved unseen."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles import carried, review
from articles.models import Article, Autosave, Campaign, Submission
from articles.roles import assign
from tests.desk import filled
from tests.factories import make_article, make_editor

ADD, LOGIN = reverse("admin:articles_article_add"), reverse("admin:login")


def change(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def editor(client):
    editor = make_editor("*", username="lijing", display_name="李静")
    client.force_login(editor)
    return editor


def log_in(client, page, username="lijing", password="secret"):
    """Fill in the login page that came in answer to a form."""
    data = {
        "username": username,
        "password": password,
        "next": page.context["next"],
        "carried": page.context["carried"],
    }
    return client.post(page.context["app_path"], data)


def test_the_text_is_there_again_after_the_login_and_is_not_saved(client, editor):
    article = make_article()
    mine = filled(client.get(change(article)), body="打了一个钟头的文字。")
    client.logout()
    page = client.post(change(article), mine)
    assert page.status_code == 403
    assert "登录已失效" in page.content.decode() and 'form="login-form"' in page.content.decode()
    assert Autosave.objects.count() == 0
    answer = log_in(client, page)
    assert (answer.status_code, answer["Location"]) == (302, f"{change(article)}?restore=1&login=1")
    shown = client.get(answer["Location"])
    said = shown.content.decode()
    assert "您的文字还在，请检查后保存。现在登录的是李静，保存后就记在这个名下" in said
    assert shown.context["adminform"].form["body"].value() == "打了一个钟头的文字。"
    assert Article.objects.get().body == "正文。"
    assert client.post(change(article), filled(shown)).status_code == 302
    assert (Article.objects.get().body, Autosave.objects.count()) == ("打了一个钟头的文字。", 0)


def test_a_wrong_password_loses_nothing_and_a_changed_one_is_such_a_login(client, editor):
    article = make_article()
    mine = filled(client.get(change(article)), body="我的文字。")
    editor.set_password("another")
    editor.save()
    page = client.post(change(article), mine)
    wrong = log_in(client, page)
    assert (wrong.status_code, wrong.context["carried"]) == (200, page.context["carried"])
    shown = client.get(log_in(client, wrong, password="another")["Location"])
    assert shown.context["adminform"].form["body"].value() == "我的文字。"


def test_somebody_elses_login_is_named_before_anything_is_saved(client, editor):
    article = make_article()
    mine = filled(client.get(change(article)), body="李静的文字。")
    client.logout()
    make_editor("*", username="wangbo", display_name="王博")
    shown = client.get(log_in(client, client.post(change(article), mine), "wangbo")["Location"])
    assert "现在登录的是王博，保存后就记在这个名下；如果不是您本人，请先退出登录。" in shown.content.decode()
    assert Article.objects.get().body == "正文。"


def test_a_save_that_came_between_leads_to_the_page_of_two_texts(client, editor):
    article = make_article()
    mine = filled(client.get(change(article)), body="我的。")
    client.logout()
    page = client.post(change(article), mine)
    Article.objects.update(revision=5, body="她的。")
    shown = client.get(log_in(client, page)["Location"])
    assert [(part.mine, part.saved) for part in shown.context["differences"]] == [("我的。", "她的。")]


def test_a_new_piece_and_a_reference_row_come_back_too(client, editor):
    campaign = Campaign.objects.create(name="五星")
    piece = filled(client.get(ADD), headline="新稿", body="文字。")
    row = filled(client.get(change(campaign)), description="说明。")
    new = filled(client.get("/admin/articles/campaign/add/"), name="新专题")
    client.logout()
    shown = client.get(log_in(client, client.post(ADD, piece))["Location"])
    assert shown.context["adminform"].form["headline"].value() == "新稿"
    client.logout()
    shown = client.get(log_in(client, client.post(change(campaign), row))["Location"])
    assert shown.context["adminform"].form["description"].value() == "说明。"
    client.logout()
    shown = client.get(log_in(client, client.post("/admin/articles/campaign/add/", new))["Location"])
    assert shown.context["adminform"].form["name"].value() == "新专题"
    assert (Article.objects.count(), Campaign.objects.count(), Campaign.objects.get().description) == (0, 1, "")


def test_what_no_form_can_show_again_is_shown_as_text(client, editor):
    address = reverse("admin:articles_article_filters")
    client.logout()
    page = client.post(address, {"act": "save", "name": "我的筛选名", "query": "q=x"})
    answer = log_in(client, page)
    assert (answer.status_code, "我的筛选名" in answer.content.decode()) == (200, True)


def test_files_are_named_and_to_be_chosen_again(client, editor):
    article = make_article()
    data = filled(client.get(change(article)), body="文字。") | {
        "figures-TOTAL_FORMS": 1,
        "figures-0-medium": "picture",
    }
    client.logout()
    page = client.post(change(article), data | {"figures-0-upload": SimpleUploadedFile("现场.jpg", b"x")})
    assert "现场.jpg" in page.content.decode()
    assert (
        "请重新选择图片等文件（网页无法代为保留）：现场.jpg"
        in client.get(log_in(client, page)["Location"]).content.decode()
    )


def test_scripts_questions_and_the_login_itself_are_answered_as_before(client, editor):
    client.logout()
    for address, headers in (
        (reverse("admin:articles_article_live"), {}),
        (ADD, {"Sec-Fetch-Mode": "cors"}),
        (ADD, {"Accept": "application/json"}),
    ):
        assert client.post(address, {"body": "文"}, headers=headers).status_code == 302
    assert client.post(LOGIN, {"username": "lijing", "password": "x"}).status_code == 200
    assert client.post(ADD, {}).status_code == 302


def test_what_was_not_signed_here_or_is_too_much_is_not_carried(client, editor, monkeypatch):
    client.logout()
    forged = client.post(LOGIN, {"username": "lijing", "password": "secret", "carried": "x:y:z", "next": "/admin/"})
    assert (forged.status_code, forged["Location"], Autosave.objects.count()) == (302, "/admin/", 0)
    client.logout()
    monkeypatch.setattr(carried.autosaves, "LONGEST", 10)
    page = client.post(ADD, {"body": "文" * 20})
    assert (page.status_code, page.context["carried"], "太多" in page.content.decode()) == (403, "", True)


# --- a token that a login in another tab renewed ---------------------------------------------------------


@pytest.fixture
def strict(db):
    """A browser as it is: its forms bring a token."""
    return Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})


def test_a_renewed_token_loses_no_text(strict):
    editor = make_editor("*", display_name="李静")
    strict.force_login(editor)
    article = make_article()
    mine = filled(strict.get(change(article)), body="我的文字。")
    answer = strict.post(change(article), mine)
    assert (answer.status_code, answer["Location"]) == (302, f"{change(article)}?restore=1&login=1")
    shown = strict.get(answer["Location"])
    assert shown.context["adminform"].form["body"].value() == "我的文字。"
    assert Article.objects.get().body == "正文。"
    strict.logout()
    page = strict.post(change(article), mine)
    assert (page.status_code, "我的文字" not in page.context["carried"], bool(page.context["carried"])) == (
        403,
        True,
        True,
    )


def test_what_another_site_sends_is_refused_and_kept_nowhere(strict):
    editor = make_editor("*")
    strict.force_login(editor)
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "", "referer": "https://evil.example/"},
    ):
        answer = strict.post(ADD, {"headline": "别站的文字", "body": "x"}, headers=headers)
        assert (answer.status_code, "别站的文字" in answer.content.decode()) == (403, False)
    assert (Autosave.objects.count(), Article.objects.count()) == (0, 0)


def test_a_second_login_page_whose_token_is_old_goes_on_with_the_text(strict):
    editor = make_editor("*", username="lijing", display_name="李静")
    strict.force_login(editor)
    article = make_article()
    mine = filled(strict.get(change(article)), body="我的文字。")
    strict.logout()
    page = strict.post(change(article), mine)
    again = log_in(strict, page)
    assert (again.status_code, again.context["carried"]) == (403, page.context["carried"])
    strict.force_login(editor)
    assert log_in(strict, page)["Location"] == f"{change(article)}?restore=1&login=1"


# --- the pages for a phone -------------------------------------------------------------------------------


def test_the_opinion_of_a_review_page_comes_back(client):
    reviewer = make_editor(username="lijing", display_name="李静")
    assign(reviewer, ["责任编辑"])
    writer = make_editor("change_article")
    article = make_article(by=writer)
    review.submit(article, by=writer)
    client.force_login(reviewer)
    address = reverse("desk_review", args=[article.pk])
    sign = {
        "act": "sign",
        "stage": "first_review",
        "sha256": article.versions.get().sha256,
        "opinion": "写了很久的意见。",
    }
    assert client.get(address).status_code == 200
    client.logout()
    answer = log_in(client, client.post(address, sign))
    assert answer["Location"] == f"{address}?restore=1&login=1"
    assert "写了很久的意见。" in client.get(answer["Location"]).content.decode()
    assert review.course_of(article).sign_offs == ()


def test_a_contribution_comes_back(client):
    account = make_editor(username="lijing", display_name="李静")
    assign(account, ["通讯员"])
    client.force_login(account)
    address = reverse("desk_contribute_entry", args=[uuid4()])
    assert client.get(address).status_code == 200
    client.logout()
    answer = log_in(client, client.post(address, {"headline": "投稿标题", "text": "投稿正文，写了很久。"}))
    shown = client.get(answer["Location"]).content.decode()
    assert ("投稿标题" in shown, "投稿正文，写了很久。" in shown, Submission.objects.count()) == (True, True, 0)
