"""整版导入: a page comes in, with its newspaper and its day, and may be put away again."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.admin.page_import import pictures as page_pictures
from articles.models import Article, Outlet, PageImport, Placement
from tests.factories import load_seed_page, make_editor
from tests.page_import import (
    ADD,
    DAY,
    LIST,
    PAGE,
    again,
    bring_in,
    errors_of,
    fields_of,
    log_in,
    picture_file,
    pieces,
    press,
    said,
)


@pytest.fixture
def editor(client):
    return log_in(client, "李静")


def test_a_pasted_page_is_kept_character_by_character_and_nothing_is_a_piece_yet(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, PAGE.replace("\n", "\r\n"), outlet=outlet.pk, page_number="3", page_name="综合")
    row = PageImport.objects.get()
    assert address == f"{LIST}{row.pk}/change/"
    assert (row.text, row.sha256) == (PAGE, hashlib.sha256(PAGE.encode()).hexdigest())
    assert (row.outlet, f"{row.day}", row.page_number, row.page_name) == (outlet, DAY, 3, "综合")
    assert (row.created_by, row.confirmed_at, Article.objects.count()) == (editor, None, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_text_file_is_read_in_the_encodings_of_the_country(client, editor, encoding):
    bring_in(client, "", files=SimpleUploadedFile("第3版.txt", PAGE.encode(encoding)))
    row = PageImport.objects.get()
    assert (row.text, row.file_name) == (PAGE, "第3版.txt")


def test_the_same_text_on_the_same_day_leads_to_the_earlier_import(client, editor):
    first = bring_in(client)
    response = client.post(ADD, {"text": PAGE, "day": DAY}, follow=True)
    assert response.redirect_chain == [(first, 302)]
    assert "李静" in said(response)[0]
    assert PageImport.objects.count() == 1
    assert bring_in(client, day="2024-06-08") != first


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste the text of a page"),
        (" \n\n ", "Paste the text of a page"),
        ("https://mp.weixin.qq.com/s/abcdef", "复制"),
        ("文" * 60_001, "page by page"),
        ("。\n" * 400, ""),
    ],
)
def test_what_is_no_page_is_refused_in_a_sentence_and_stays_in_its_field(client, editor, text, sentence):
    response = client.post(ADD, {"text": text, "day": DAY, "page_name": "综合"})
    if response.status_code == 302:  # furniture without end: whatever the parser makes of it
        return
    assert list(errors_of(response)) == ["text"]
    form = response.context["form"]
    assert (form["text"].value(), form["page_name"].value()) == (text, "综合")
    assert not PageImport.objects.exists()


def test_files_that_cannot_be_read_get_their_sentence_and_are_named(client, editor):
    old = SimpleUploadedFile("稿件.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    noise = SimpleUploadedFile("坏.jpg", b"\0\1\2" * 50)
    response = client.post(ADD, {"text": PAGE, "day": DAY, "files": [old, noise]})
    sentences = errors_of(response)["files"]
    assert "稿件.doc" in sentences and ".docx" in sentences and "坏.jpg" in sentences
    assert response.context["form"]["text"].value() == PAGE
    assert not PageImport.objects.exists()


def test_a_file_that_is_too_large_is_not_opened(client, editor):
    response = client.post(ADD, {"day": DAY, "files": SimpleUploadedFile("大.txt", b"\xe6\x96\x87" * 17_000_000)})
    assert list(errors_of(response)) == ["files"]


def test_of_a_refused_form_the_text_of_its_files_stands_in_the_field(client, editor):
    response = client.post(ADD, {"day": "", "files": SimpleUploadedFile("第3版.txt", PAGE.encode())})
    assert list(errors_of(response)) == ["day"]
    assert response.context["form"]["text"].value() == PAGE


@pytest.mark.parametrize("field", ["day", "outlet", "page_number"])
@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\0"])
def test_what_no_field_can_mean_is_refused(client, editor, field, value):
    response = client.post(ADD, {"text": PAGE, "day": DAY, field: value})
    assert list(errors_of(response)) == [field]


def test_who_may_not_bring_pages_in_is_turned_away(client, editor):
    address = bring_in(client)
    for permissions in (
        (),
        ("view_pageimport",),
        ("view_pageimport", "add_pageimport"),
        ("view_pageimport", "add_article"),
    ):
        client.force_login(make_editor(*permissions))
        assert client.post(ADD, {"text": PAGE, "day": DAY}).status_code == 403
        assert client.get(ADD).status_code == 403
        assert client.post(address, {"act": "confirm"}).status_code == 403
        assert client.get(address).status_code == (200 if permissions else 403)
    client.logout()
    assert client.get(address).status_code == 302
    assert not Article.objects.exists()


def test_the_list_says_what_became_of_each_page(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, outlet=outlet.pk, page_number="3", page_name="综合")
    bring_in(client, PAGE.replace("安陵镇", "望田镇"))
    press(client, address, "confirm")
    response = client.get(LIST)
    rows = {row.pk: row for row in response.context["cl"].result_list}
    assert [row.made for row in rows.values()] == [0, 3]
    assert "鄢陵新闻 2024-06-07 第3版" in response.content.decode()


def test_the_list_asks_the_same_number_of_questions_for_one_page_and_for_three(client, editor):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    bring_in(client)
    asked()
    one = asked()
    bring_in(client, day="2024-06-08")
    press(client, bring_in(client, day="2024-06-09"), "confirm")
    assert asked() == one


# --- which newspaper, which day --------------------------------------------------------------------------


def test_the_newspaper_and_the_day_are_set_right_while_the_page_is_looked_through(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client)
    changes = {"about-outlet": outlet.pk, "about-day": "2023-12-01", "about-page_number": "5", "p0-headline": "改过"}
    response = press(client, address, "check", changes)
    row = PageImport.objects.get()
    assert (row.outlet, f"{row.day}", row.page_number) == (outlet, "2023-12-01", 5)
    assert pieces(response)[0].entry.headline == "改过"
    again(client, response, "confirm")
    assert [str(placement.page.edition.day) for placement in Placement.objects.all()] == ["2023-12-01"] * 3


def test_a_day_that_cannot_be_is_refused_with_everything_typed_kept(client, editor):
    bring_in(client, day="2024-06-08")
    address = bring_in(client)
    for day in ("", "x", "2024-06-31", "2024-06-08"):
        response = press(client, address, "confirm", {"about-day": day, "p0-headline": "改过"})
        assert list(response.context["about"].errors) == ["day"]
        assert response.context["about"]["day"].value() == day
        assert pieces(response)[0].entry.headline == "改过"
    assert not Article.objects.exists()
    assert str(PageImport.objects.latest("pk").day) == DAY


@pytest.mark.parametrize(
    ("printed", "warned"),
    [
        ("2023年11月23日 星期四", "2023年11月23日"),
        ("2023-11-23", "2023-11-23"),
        ("2024年6月7日 星期五", ""),
        ("2024年13月7日 星期五", ""),
        ("电话：0374-2023-11-2345", ""),
        ("", ""),
    ],
)
def test_a_date_that_the_page_prints_itself_is_held_against_the_day_entered(client, editor, printed, warned):
    response = client.get(bring_in(client, f"{printed}\n\n{PAGE}"))
    assert (response.context["printed_day"] or (None, ""))[1] == warned
    assert not warned or f"{warned}" in response.content.decode().partition("<form method")[0]


def test_a_date_in_a_piece_is_no_date_of_the_page(client, editor):
    response = client.get(bring_in(client, PAGE.replace("6月3日", "2023年6月3日")))
    assert response.context["printed_day"] is None


def test_a_newspaper_chosen_when_a_page_comes_in_again_is_taken_over(client, editor):
    outlet = Outlet.objects.create(name="鄢陵新闻")
    address = bring_in(client, page_name="综合")
    older = fields_of(client.get(address))
    assert bring_in(client, outlet=outlet.pk, page_number="3") == address
    row = PageImport.objects.get()
    assert (row.outlet, row.page_number, row.page_name) == (outlet, 3, "综合")
    client.post(address, {**older, "act": "check"})  # a form from before says nothing of it
    row.refresh_from_db()
    assert row.outlet == outlet
    press(client, address, "confirm")
    bring_in(client, page_number="4")
    row.refresh_from_db()
    assert row.page_number == 3


# --- it is put away --------------------------------------------------------------------------------------


def test_a_page_of_which_nothing_was_made_can_be_discarded(client, editor):
    address = bring_in(client, files=[picture_file("车间.jpg")])
    row = PageImport.objects.get()
    assert page_pictures.kept(row)
    response = press(client, address, "discard", follow=True)
    assert response.redirect_chain == [(LIST, 302)] and said(response)
    assert not PageImport.objects.exists() and not page_pictures.kept(row)


def test_a_page_of_which_pieces_were_made_is_not_discarded(client, editor):
    address = bring_in(client)
    older = fields_of(client.get(address))
    press(client, address, "confirm")
    for more in ({}, {"again": "1"}):
        client.post(address, {**older, **more, "act": "discard"})
    assert PageImport.objects.count() == 1
    spaced = bring_in(client, f"\n{PAGE}")  # confirmed, though every piece of it was there
    press(client, spaced, "confirm")
    client.post(spaced, {**older, "act": "discard"})
    assert PageImport.objects.exclude(confirmed_at=None).count() == 2
    load_seed_page()
    read = PageImport.objects.get(confirmed_at=None)
    assert 'value="discard"' not in client.get(f"{LIST}{read.pk}/change/").content.decode()
    client.post(f"{LIST}{read.pk}/change/", {"act": "discard"})
    assert PageImport.objects.filter(pk=read.pk).exists()


def test_who_may_not_change_page_imports_does_not_discard_one(client, editor):
    address = bring_in(client)
    client.force_login(make_editor("view_pageimport", "add_pageimport", "add_article"))
    assert 'value="discard"' not in client.get(address).content.decode()
    assert client.post(address, {"act": "discard"}).status_code == 403
    assert PageImport.objects.exists()
