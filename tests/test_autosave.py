"""What is typed and not saved: kept for the account alone, offered again, and gone when it was saved."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import autosaves
from articles.models import Article, Autosave, Version
from articles.refusals import MoveRefused
from tests.desk import filled, forms_of
from tests.factories import make_article, make_editor

KEEP, DISCARD = reverse("admin:articles_article_autosave"), reverse("admin:articles_article_discard")
ADD = reverse("admin:articles_article_add")


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


@pytest.fixture
def editor(client):
    editor = make_editor("*", display_name="王博")
    client.force_login(editor)
    return editor


def keep(client, form, data):
    return client.post(KEEP, {**data, "autosave-form": form})


def test_what_is_typed_is_kept_for_the_account_alone_and_is_no_version(client, editor):
    article = make_article()
    opened = filled(client.get(change(article)))
    answer = keep(client, f"article-{article.pk}", opened | {"body": "打到一半"})
    copy = Autosave.objects.get()
    assert answer.json() == {"saved": f"{timezone.localtime(copy.saved_at):%H:%M}"}
    assert (copy.account, copy.base_revision, dict(copy.fields)["body"]) == (editor, article.revision, "打到一半")
    keep(client, f"article-{article.pk}", opened | {"body": "打到一半多"})
    assert dict(Autosave.objects.get().fields)["body"] == "打到一半多"
    article.refresh_from_db()
    assert (article.body, article.revision, Version.objects.count()) == ("正文。", 1, 1)
    client.force_login(make_editor("*"))
    page = client.get(change(article))
    assert (page.context["unsaved"], "打到一半" in page.content.decode()) == ([], False)
    assert "打到一半" not in client.get(change(article), {"restore": "1"}, follow=True).content.decode()


def test_the_form_offers_the_copy_restores_it_unsaved_and_saving_lets_it_go(client, editor):
    article = make_article()
    opened = filled(client.get(change(article)))
    keep(client, f"article-{article.pk}", opened | {"body": "打到一半", "headline": ""})
    page = client.get(change(article))
    (offer,) = page.context["unsaved"]
    assert f"{offer['at']} 有未保存的文字，要恢复吗？" in page.content.decode()
    shown = client.get(offer["address"])
    assert "您的文字还在，请检查后保存。" in shown.content.decode()
    form = shown.context["adminform"].form
    assert (form["body"].value(), form["headline"].value(), form.errors) == ("打到一半", "", {})
    assert Article.objects.get().body == "正文。"
    assert client.post(change(article), filled(shown, headline="标题")).status_code == 302
    assert (Article.objects.get().body, Autosave.objects.count()) == ("打到一半", 0)


def test_rows_that_were_added_and_changed_are_restored_too(client, editor):
    article = make_article(captions=("图说。",))
    data = filled(client.get(change(article))) | {
        "figures-TOTAL_FORMS": 2, "figures-0-caption": "改过的图说。", "figures-1-medium": "picture", "figures-1-caption": "新图说。",
    }  # fmt: skip
    keep(client, f"article-{article.pk}", data)
    shown = client.get(change(article), {"restore": "1"})
    captions = [form["caption"].value() for form in forms_of(shown) if "caption" in form.fields]
    assert captions == ["改过的图说。", "新图说。"]
    client.post(change(article), filled(shown))
    assert list(article.figures.values_list("caption", flat=True)) == ["改过的图说。", "新图说。"]


def test_a_copy_of_an_older_state_leads_through_the_page_of_two_texts(client, editor):
    article = make_article()
    keep(client, f"article-{article.pk}", filled(client.get(change(article)), body="我的。"))
    client.post(change(article), filled(client.get(change(article)), summary="提要"))
    assert Autosave.objects.count() == 0  # the same form, saved from another window
    keep(client, f"article-{article.pk}", filled(client.get(change(article)), body="我的。"))
    Article.objects.update(revision=9, body="她的。")
    response = client.get(change(article), {"restore": "1"})
    assert [(part.mine, part.saved) for part in response.context["differences"]] == [("我的。", "她的。")]
    assert (response.status_code, Autosave.objects.count()) == (200, 1)


def test_a_copy_that_says_what_is_saved_is_not_offered(client, editor):
    article = make_article(captions=("图说。",), credits=[("reporter", "张三")])
    opened = filled(client.get(change(article)))
    keep(client, f"article-{article.pk}", opened)  # it came behind the save
    assert client.get(change(article)).context["unsaved"] == []
    keep(client, f"article-{article.pk}", opened | {"genre": "news"})
    assert len(client.get(change(article)).context["unsaved"]) == 1


def test_a_new_piece_that_was_not_saved_is_offered_where_a_new_one_is_begun(client, editor):
    opened = client.get(ADD)
    entry = str(opened.context["adminform"].form["entry"].value())
    keep(client, f"article-new-{entry}", filled(opened, headline="没存的新稿", body="文字。"))
    page = client.get(ADD)
    (offer,) = page.context["unsaved"]
    assert offer["title"] == "没存的新稿"
    shown = client.get(offer["address"])
    assert shown.context["adminform"].form["headline"].value() == "没存的新稿"
    assert Article.objects.count() == 0
    assert client.post(ADD, filled(shown)).status_code == 302
    assert (Article.objects.get().headline, Autosave.objects.count()) == ("没存的新稿", 0)


def test_a_copy_is_thrown_away_by_its_account_and_nobody_else(client, editor):
    keep(client, "article-7", {"body": "我的"})
    client.force_login(make_editor("*"))
    client.post(DISCARD, {"autosave-form": "article-7"})
    assert Autosave.objects.count() == 1
    client.force_login(editor)
    assert client.get(DISCARD).status_code == 405
    assert client.post(DISCARD, {"autosave-form": "article-7", "back": "//evil.example/"})["Location"] == "/admin/"
    assert Autosave.objects.count() == 0


def test_what_names_no_form_or_is_too_long_is_refused_in_words(client, editor, monkeypatch):
    for name in ("", "x", "article-", f"article-{'9' * 30}", "review-1x", f"article-new-{uuid4()}x"):
        answer = keep(client, name, {"body": "文"})
        assert (answer.status_code, answer.json()["refused"]) == (400, "这张表单不能自动暂存。")
    monkeypatch.setattr(autosaves, "LONGEST", 10)
    answer = keep(client, "article-1", {"body": "文" * 11})
    assert (answer.status_code, answer.json()["refused"]) == (400, "内容太长，无法自动暂存，请点“保存”。")
    assert Autosave.objects.count() == 0


def test_a_stranger_keeps_nothing(client):
    assert keep(client, "article-1", {"body": "文"}).status_code == 302
    assert Autosave.objects.count() == 0


def test_a_nul_is_left_out(db):
    account = make_editor()
    autosaves.keep(account, "article-1", [["body", "文\0字"]])
    assert autosaves.restore(account, "article-1").fields == [["body", "文字"]]


def test_old_copies_go_a_bounded_number_at_a_time_and_one_account_has_so_many(db, monkeypatch):
    account, other = make_editor(), make_editor()
    monkeypatch.setattr(autosaves, "PURGED_AT_ONCE", 2)
    monkeypatch.setattr(autosaves, "MOST_FORMS", 3)
    long_ago = timezone.now() - timedelta(days=31)
    Autosave.objects.bulk_create(Autosave(account=other, form=f"article-{n}", saved_at=long_ago) for n in range(3))
    autosaves.keep(account, "article-1", [])
    assert Autosave.objects.filter(account=other).count() == 1
    for n in range(2, 6):
        autosaves.keep(account, f"article-{n}", [])
    assert [copy.form for copy in account.autosaves.order_by("form")] == ["article-3", "article-4", "article-5"]


def test_what_is_too_long_by_the_number_of_its_fields_is_refused(db):
    with pytest.raises(MoveRefused):
        autosaves.keep(make_editor(), "article-1", [["x", ""]] * (autosaves.MOST_FIELDS + 1))
