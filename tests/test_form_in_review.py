"""The form of a piece beside its review: who may change it, its buttons, its schedule, the signed paper."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles import autosaves, review
from articles.models import Article, Autosave, Publication, Review
from articles.roles import assign
from articles.vocabulary import Act
from tests.desk import errors_of, filled
from tests.factories import make_article, make_editor, make_live_article

ADD = reverse("admin:articles_article_add")


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def in_role(client, *roles, **fields):
    account = make_editor(**fields)
    assign(account, roles)
    client.force_login(account)
    return account


# --- a piece in review -----------------------------------------------------------------------------------


def test_while_a_piece_is_in_review_its_writer_reads_the_form_and_is_told_why(client):
    writer = in_role(client, "记者")
    article = make_article(by=writer)
    mine = filled(client.get(change(article)), body="审稿时改的。")
    review.submit(article, by=writer)
    page = client.get(change(article))
    said = page.content.decode()
    assert "本稿正在审稿，现在只有审稿人可以改动。要自己修改，请先“撤回送审”。" in said
    assert "None" not in said
    assert ('name="body"' in said, 'name="_save"' in said, "data-autosave=" in said) == (False, False, False)
    refused = client.post(change(article), mine)
    assert (refused.status_code, "审稿时改的。" in refused.content.decode()) == (403, True)
    assert Article.objects.get().body == "正文。"
    assert dict(Autosave.objects.get(account=writer).fields)["body"] == "审稿时改的。"


def test_a_reviewer_may_change_it_and_is_told_what_that_means(client):
    writer = make_editor("change_article", "view_article")
    article = make_article(by=writer)
    review.submit(article, by=writer)
    in_role(client, "责任编辑")
    page = client.get(change(article))
    assert "您的改动将随您的签字成为改签" in page.content.decode()
    assert 'name="_submit"' not in page.content.decode()
    assert client.post(change(article), filled(page, body="审稿人改的。")).status_code == 302
    assert Article.objects.get().body == "审稿人改的。"


# --- buttons ---------------------------------------------------------------------------------------------


def test_a_writer_saves_and_submits_with_one_button(client):
    writer = in_role(client, "记者")
    page = client.get(ADD)
    entry = page.context["adminform"].form["entry"].value()
    autosaves.keep(writer, f"article-new-{entry}", [["headline", "新稿"]])
    assert ('name="_submit"' in page.content.decode(), 'name="_publish"' in page.content.decode()) == (True, False)
    answer = client.post(ADD, filled(page, headline="新稿", body="正文。", _submit="1"), follow=True)
    assert "《新稿》已送审。" in answer.content.decode()
    assert (Review.objects.get().opened_by, Autosave.objects.count()) == (writer, 0)


def test_what_cannot_be_submitted_is_saved_and_the_page_says_why(client):
    writer = in_role(client, "总编")
    article = make_article()
    opened = client.get(change(article))
    review.submit(article, by=writer)
    answer = client.post(change(article), filled(opened, summary="提要", _submit="1"), follow=True)
    assert "已保存，尚未送审。" in answer.content.decode()
    assert (Article.objects.get().summary, Review.objects.count()) == ("提要", 1)


# --- a scheduled piece -----------------------------------------------------------------------------------


@pytest.fixture
def scheduled(client):
    in_role(client, "总编", display_name="李静")
    return make_live_article(published_at=timezone.now() + timedelta(hours=3), captions=("图说。",))


def test_whoever_changes_a_scheduled_text_says_what_becomes_of_the_signed_one(client, scheduled):
    page = client.get(change(scheduled))
    assert page.context["adminform"].form["on_schedule"].value() is None
    for changed in ({"body": "新文。"}, {"figures-0-caption": "新图说。"}):
        refused = client.post(change(scheduled), filled(page) | changed)
        assert list(errors_of(refused)) == ["on_schedule"]
        assert [value in refused.content.decode() for value in changed.values()] == [True]
        scheduled.refresh_from_db()
        assert (scheduled.body, scheduled.version_number, scheduled.figures.get().caption) == ("正文。", 1, "图说。")


def test_the_signed_text_still_goes_out_when_that_is_chosen(client, scheduled):
    data = filled(client.get(change(scheduled)), body="新文。", on_schedule="keep")
    assert client.post(change(scheduled), data).status_code == 302
    publication = Publication.objects.get()
    assert (publication.held, publication.version.number) == (False, 1)
    entry = scheduled.history.get(act=Act.CONFIRMED_SCHEDULE)
    assert (str(entry.by), entry.version.number, entry.note) == ("李静", 1, "文字已改为第 2 版")


def test_or_it_is_stopped(client, scheduled):
    data = filled(client.get(change(scheduled)), body="新文。", on_schedule="stop")
    assert client.post(change(scheduled), data).status_code == 302
    assert Publication.objects.get().held is True
    assert scheduled.history.get(act=Act.HELD).note == "文字已改为第 2 版"


def test_who_may_not_stop_it_is_told_so_and_nothing_is_saved(client, scheduled):
    in_role(client, "记者")
    refused = client.post(change(scheduled), filled(client.get(change(scheduled)), body="新文。", on_schedule="stop"))
    assert list(errors_of(refused)) == ["on_schedule"]
    assert (Article.objects.get().body, Publication.objects.get().held) == ("正文。", False)


def test_filing_a_scheduled_piece_asks_nothing(client, scheduled):
    assert client.post(change(scheduled), filled(client.get(change(scheduled)), genre="news")).status_code == 302


# --- the signed paper ------------------------------------------------------------------------------------


def a_picture():
    buffer = BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    return buffer.getvalue()


def test_the_photo_of_a_signed_paper_is_served_to_the_desk_alone(client):
    in_role(client, "记者")
    article = make_article()
    data = filled(client.get(change(article)), needs_report="on", report_reference="宣发〔2026〕3号")
    data["report_paper"] = SimpleUploadedFile("签批.PNG", a_picture())
    assert client.post(change(article), data).status_code == 302
    address = reverse("admin:articles_article_paper", args=[article.pk])
    assert address in client.get(change(article)).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == a_picture()
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "image/png")
    assert article.number in answer["Content-Disposition"]
    client.force_login(make_editor())
    assert client.get(address).status_code == 403
    client.logout()
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    ("name", "content"), [("a.exe", b"MZ"), ("a.pdf", b"<html>"), ("a.png", b"no picture"), ("a.svg", b"<svg/>")]
)
def test_what_is_no_picture_and_no_pdf_is_refused_in_words(client, name, content):
    in_role(client, "记者")
    article = make_article()
    data = filled(client.get(change(article))) | {"report_paper": SimpleUploadedFile(name, content)}
    assert list(errors_of(client.post(change(article), data))) == ["report_paper"]
    assert not Article.objects.get().report_paper


def test_a_paper_of_a_refused_save_is_to_be_chosen_again(client):
    in_role(client, "记者")
    article = make_article()
    data = filled(client.get(change(article)), headline="") | {"report_paper": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
    assert list(errors_of(client.post(change(article), data))) == ["headline", "report_paper"]


# --- descriptions ----------------------------------------------------------------------------------------


def test_the_caption_offers_its_first_clause_as_the_description(client):
    in_role(client, "记者")
    article = make_article(captions=("村民在田间收割小麦，嵩县农业局供图。",))
    page = client.get(change(article))
    assert "例如：村民在田间收割小麦" in page.content.decode()
    client.post(change(article), filled(page) | {"figures-0-alt_in_caption": "on"})
    assert article.figures.get().alt_in_caption is True
