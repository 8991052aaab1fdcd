"""Scans of newspaper pages: uploaded on the page or several at once, replaced, removed; and the places of the pieces on them."""

from datetime import date
from io import BytesIO
from zlib import crc32

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from articles import freshness, photos, publish, scans
from articles.models import Edition, Outlet, Page, Placement
from articles.refusals import UnreadableArea
from tests.desk import errors_of, filled
from tests.factories import make_article, make_editor, make_publisher
from tests.page import read
from tests.reference import change, make_page, queries, said

ADDRESS = "/editions/2023-11-22/1/"


@pytest.fixture
def editor(client):
    editor = make_editor("*", display_name="李静", language="en")
    client.force_login(editor)
    return editor


def picture(name="03.jpg", size=(30, 40), kind="JPEG"):
    buffer = BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue())


def stored():
    """The names of every file that is kept, by folder."""
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        if default_storage.exists(folder or "."):
            below, files = default_storage.listdir(folder or ".")
            folders += [f"{folder}{name}/" for name in below]
            found += [f"{folder}{name}" for name in files]
    return sorted(found)


def upload(client, page, file, **changes):
    return client.post(change(page), filled(client.get(change(page))) | {"upload": file} | changes, follow=True)


# --- the scan of one page --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_page_takes_a_scan_and_readers_see_it_beside_the_pieces(client, editor, kind):
    page = make_page("甲")
    before = freshness._read()
    upload(client, page, picture(f"第1版.{kind.lower()}", kind=kind))
    page.refresh_from_db()
    assert (page.scan_width, page.scan_height) == (30, 40)
    folder = page.scan_web.rpartition("/")[0]
    copies = [f"{folder}/30.{ending}" for ending in ("avif", "jpg", "webp")] + [f"{folder}/share-50-0.jpg"]
    assert stored() == [page.scan.name, *copies]
    assert default_storage.open(page.scan.name).read() == picture(kind=kind).read()  # as it was uploaded
    assert freshness._read() != before
    assert read(client, ADDRESS).main.one("img").attrs["src"] == default_storage.url(page.scan_web)
    assert LogEntry.objects.latest("pk").get_change_message() == "已修改版面图。"


def test_a_wide_scan_has_copies_for_a_phone_for_the_page_and_to_be_read(client, editor):
    page = make_page("甲")
    upload(client, page, picture(size=(2400, 300)))
    page.refresh_from_db()
    assert (page.scan_width, page.scan_height) == (2000, 250)
    widths = [Image.open(default_storage.open(name)).width for name in stored() if name.endswith(".webp")]
    assert sorted(widths) == [480, 960, 1600, 2000]


def truncated():
    return SimpleUploadedFile("第1版.jpg", picture(size=(900, 900)).read()[:900])


def bomb():
    header = bytearray(picture(kind="PNG").read())
    header[16:24] = (30_000).to_bytes(4, "big") * 2
    header[29:33] = crc32(bytes(header[12:29])).to_bytes(4, "big")
    return SimpleUploadedFile("第1版.png", bytes(header))


BAD = {
    "empty": lambda: SimpleUploadedFile("第1版.jpg", b""),
    "text": lambda: SimpleUploadedFile("第1版.jpg", "不是图片".encode()),
    "svg": lambda: SimpleUploadedFile("第1版.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "pdf": lambda: SimpleUploadedFile("第1版.pdf", b"%PDF-1.7\n..."),
    "truncated": truncated,
    "bomb": bomb,
    "large": lambda: SimpleUploadedFile("第1版.jpg", picture().read() + b"\0" * 2000),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_upload_is_an_error_at_its_field_and_stores_nothing(client, editor, monkeypatch, bad):
    monkeypatch.setattr(photos, "MOST_BYTES", 1900)
    page = make_page("甲")
    for address, field in ((change(page), "upload"), (change(page.edition), "scans")):
        data = filled(client.get(address)) | {field: BAD[bad]()}
        response = client.post(address, data)
        assert response.status_code == 200 and list(errors_of(response)) == [field], (bad, errors_of(response))
        assert errors_of(response)[field].strip()
    page.refresh_from_db()
    assert (page.scan_web, stored()) == ("", [])


def test_a_pdf_is_refused_with_the_way_to_go_on(client, editor):
    page = make_page("甲")
    response = upload(client, page, BAD["pdf"]())
    assert errors_of(response) == {
        "upload": "A PDF cannot be shown as it is. Save the page as a picture (JPEG or PNG) first, then choose that file."
    }


def test_of_a_refused_form_the_file_is_named_that_has_to_be_chosen_again(client, editor):
    page = make_page("甲")
    response = upload(client, page, picture("党建.jpg"), number="0", name="党建")
    assert "党建.jpg" in " ".join(said(response)) and stored() == []
    assert 'value="党建"' in response.content.decode()


def test_a_scan_is_replaced_and_removed_and_its_files_go_with_it(client, editor, django_capture_on_commit_callbacks):
    page = make_page("甲")
    Placement.objects.update(area="5,5,40,40")
    upload(client, page, picture())
    first = stored()
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(client, page, picture(size=(50, 60)))
    assert any("whether the places of the pieces on it are still right" in words for words in said(response))
    page.refresh_from_db()
    assert (page.scan_width, len(stored()), set(stored()) & set(first)) == (50, len(first), set())
    before = freshness._read()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(change(page), filled(client.get(change(page))) | {"remove_scan": "on"})
    page.refresh_from_db()
    assert (page.scan.name, page.scan_web, page.scan_width, stored()) == ("", "", 0, [])
    assert Placement.objects.get().area == "5,5,40,40"  # for the next scan
    assert freshness._read() != before and read(client, ADDRESS).main.all("img") == []


def test_a_page_that_is_saved_as_it_was_keeps_its_scan(client, editor):
    page = make_page("甲")
    upload(client, page, picture())
    before = stored()
    client.post(change(page), filled(client.get(change(page))))
    assert stored() == before and Page.objects.get(pk=page.pk).scan_web


def test_the_desk_sees_why_readers_do_not_see_a_scan(client, editor):
    page = make_page("甲", "乙")
    upload(client, page, picture())
    assert "Readers do not see this picture" not in client.get(change(page)).content.decode()
    publish.withdraw(
        page.placements.get(article__headline="乙").article.publication, by=make_publisher(), notice="撤。"
    )
    assert "a piece on it is not to be read: 乙." in client.get(change(page)).content.decode()


def test_who_may_only_look_is_offered_no_upload(client, db):
    page = make_page("甲")
    client.force_login(make_editor("view_page", "view_edition", "view_placement", "view_article"))
    for address in (change(page), change(page.edition)):
        response = client.get(address)
        assert response.status_code == 200 and 'type="file"' not in response.content.decode(), address
        assert client.post(address, {"upload": picture(), "scans": picture()}).status_code == 403
    assert stored() == []


def test_the_next_edition_has_the_pages_of_the_last_without_their_scans(client, editor):
    page = make_page("甲")
    upload(client, page, picture())
    client.post("/admin/articles/edition/next/", {"outlet": page.edition.outlet.pk, "day": "2023-11-29"})
    made = Page.objects.get(edition__day="2023-11-29")
    assert (made.scan.name, made.scan_web) == ("", "")


# --- several at once -------------------------------------------------------------------------------------


def make_pages(*names):
    edition = Edition.objects.create(outlet=Outlet.objects.create(name="今日嵩县"), day=date(2023, 11, 22))
    return [Page.objects.create(edition=edition, number=number, name=name) for number, name in enumerate(names, 1)]


def test_several_scans_go_to_the_pages_that_their_names_say_and_what_was_matched_is_said(client, editor):
    pages = make_pages("要闻", "党建", "综合")
    edition = pages[0].edition
    files = [picture("A03.jpg"), picture("2023-11-22 第1版.png", kind="PNG"), picture("广告.jpg")]
    response = client.post(change(edition), filled(client.get(change(edition))) | {"scans": files}, follow=True)
    words = said(response)
    assert "Pictures of pages: 第3版：综合 ← A03.jpg；第1版：要闻 ← 2023-11-22 第1版.png" in words
    assert any("广告.jpg" in sentence and sentence.startswith("Not taken") for sentence in words)
    assert [bool(page.scan_web) for page in edition.pages.order_by("number")] == [True, False, True]
    logged = LogEntry.objects.filter(object_id=str(pages[2].pk), content_type__model="page").get()
    assert (logged.user, logged.change_message) == (editor, "Picture of the page: A03.jpg")


def test_scans_find_the_pages_that_are_added_with_the_same_form(client, editor):
    (page,) = make_pages("要闻")
    data = filled(client.get(change(page.edition))) | {
        "pages-1-number": 2,
        "pages-1-name": "党建",
        "scans": [picture("02.jpg")],
    }
    client.post(change(page.edition), data)
    assert [bool(row.scan_web) for row in page.edition.pages.order_by("number")] == [False, True]


def test_one_bad_file_among_several_is_named_and_none_is_stored(client, editor):
    pages = make_pages("要闻", "党建")
    files = [picture("01.jpg"), SimpleUploadedFile("02.jpg", b"x")]
    response = client.post(change(pages[0].edition), filled(client.get(change(pages[0].edition))) | {"scans": files})
    assert errors_of(response)["scans"].startswith("02.jpg：") and "01.jpg" not in errors_of(response)["scans"]
    assert stored() == []


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("第3版.jpg", 3), ("03.jpg", 3), ("3.png", 3), ("A03.jpg", 3), ("20231122-03.jpg", 3), ("2023-11-22_A03.webp", 3),
        ("今日嵩县20231122第03版.jpg", 3), ("2023年11月22日3版.jpg", 3), ("p3.jpg", 3), ("党建.jpg", 2), ("党建版.jpg", 2),
        ("20231122党建.jpg", 2), ("03 党建.jpg", 3),
        ("B03.jpg", None), ("IMG_0003.jpg", None), ("DSC00003.JPG", None), ("9.jpg", None), ("20231103.jpg", None),
        ("2-3版.jpg", None), ("广告.jpg", None), ("", None), (".jpg", None), ("2003.jpg", None), ("要闻党建.jpg", None),
    ],
)  # fmt: skip
def test_a_file_name_says_which_page_it_is(name, number):
    pages = [Page(number=n, name=called) for n, called in enumerate(("要闻", "党建", "综合"), 1)]
    found = scans.match([name], pages)[name]
    assert (found.number if found else None) == number


def test_two_files_of_one_page_are_taken_for_neither_and_a_number_that_is_not_printed_is_none():
    pages = [Page(number=1, name="要闻"), Page(number=2, name="党建", number_inferred=True)]
    assert scans.match(["01.jpg", "第1版.jpg", "02.jpg"], pages) == {"01.jpg": None, "第1版.jpg": None, "02.jpg": None}
    assert scans.match(["党建.jpg"], pages) == {"党建.jpg": pages[1]}


@given(st.lists(st.text(), unique=True, max_size=5))
def test_no_file_name_is_an_error(names):
    scans.match(names, [Page(number=1, name="要闻"), Page(number=2)])


# --- the places of the pieces ----------------------------------------------------------------------------


def place(client, page, *areas):
    data = filled(client.get(change(page)))
    return client.post(change(page), data | {f"placements-{n}-area": area for n, area in enumerate(areas)}, follow=True)


def test_the_place_of_a_piece_is_kept_as_four_numbers_logged_and_shown_to_readers(client, editor):
    page = make_page("甲", "乙")
    upload(client, page, picture())
    before = freshness._read()
    assert read(client, ADDRESS).main.all("svg") == []
    place(client, page, "5，10，40%，25.50", "")
    assert list(page.placements.order_by("position").values_list("area", flat=True)) == ["5,10,40,25.5", ""]
    assert freshness._read() != before
    assert len(read(client, ADDRESS).main.one("svg").all("a")) == 1
    assert "lace on the picture of the page" in LogEntry.objects.latest("pk").get_change_message()
    place(client, page, "", "")
    assert read(client, ADDRESS).main.all("svg") == []


BEYOND = "The area goes beyond the edge of the page: left and width, and top and height, are 100 together at most."
FOUR = "Four numbers are wanted: left,top,width,height in per cent, for instance 5,10,40,25."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("5,10,40", FOUR), ("5,10,40,25,1", FOUR), ("左,上,宽,高", FOUR), ("-5,10,40,25", FOUR), ("1e1,10,40,25", FOUR),
        ("nan,1,1,1", FOUR), ("5,10,,25", FOUR), ("５,10,40,25", FOUR), ("9999999999999999999,1,1,1", FOUR),
        ("5,10,400,25", "Each of the four numbers is a per cent from 0 to 100."),
        ("5,10,0,25", "The area is too small: give it a width and a height of 1 per cent at least."),
        ("5,10,40,0.5", "The area is too small: give it a width and a height of 1 per cent at least."),
        ("70,10,40,25", BEYOND), ("5,80,40,25", BEYOND),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_is_refused_in_a_sentence_and_stays_as_typed(client, editor, typed, sentence):
    page = make_page("甲")
    response = place(client, page, typed)
    assert errors_of(response) == {"placements-0-area": sentence}
    assert f'value="{typed}"' in response.content.decode()
    assert Placement.objects.get().area == ""


@given(st.text(max_size=40))
def test_whatever_is_typed_is_an_area_or_a_sentence(typed):
    try:
        area = scans.read_area(typed)
    except UnreadableArea as error:
        assert str(error)
    else:
        assert scans.read_area(str(area)) == area and len(str(area)) <= 40


def test_a_piece_that_moves_up_takes_its_place_on_the_picture_with_it(client, editor):
    page = make_page("甲", "乙")
    place(client, page, "5,5,40,40", "50,5,40,40")
    client.post(change(page), filled(client.get(change(page))) | {"placements-1-position": 1})
    rows = page.placements.order_by("position").values_list("article__headline", "area")
    assert list(rows) == [("乙", "50,5,40,40"), ("甲", "5,5,40,40")]


def test_a_place_that_somebody_else_changed_meanwhile_is_not_overwritten_unseen(client, editor):
    page = make_page("甲")
    opened = filled(client.get(change(page)))
    Placement.objects.update(area="1,1,10,10")
    response = client.post(change(page), opened | {"placements-0-area": "50,50,10,10"})
    assert response.status_code == 409 and Placement.objects.get().area == "1,1,10,10"


def test_the_form_shows_the_picture_to_draw_on_and_each_row_has_its_field(client, editor):
    page = make_page("甲", "乙")
    assert "data-areas" not in client.get(change(page)).content.decode()
    upload(client, page, picture())
    response = client.get(change(page))
    html = response.content.decode()
    page.refresh_from_db()
    assert (
        html.count("data-areas") == 1
        and f'src="{default_storage.url(page.scan_web)}" alt="" width="30" height="40"' in html
    )
    assert (
        html.count(" data-area ") + html.count(" data-area>") == 4
    )  # two pieces, one to add, and the pattern of such a row


def test_the_form_of_a_scanned_page_costs_the_same_for_two_pieces_and_for_ten(client, editor):
    def cost(page):
        upload(client, page, picture())
        return queries(lambda: client.get(change(page)))

    assert cost(make_page(*"甲乙")) == cost(make_page(*"甲乙丙丁戊己庚辛壬癸", number=2))


def test_a_draft_put_on_a_page_may_have_its_place_before_it_is_public(client, editor):
    page, draft = make_page("甲"), make_article(headline="新稿")
    upload(client, page, picture())
    data = filled(client.get(change(page)))
    client.post(change(page), data | {"placements-1-article": draft.pk, "placements-1-area": "50,5,40,40"})
    assert page.placements.get(article=draft).area == "50,5,40,40"
    assert read(client, ADDRESS).main.all("svg") == []
