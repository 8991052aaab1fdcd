"""Every way by which a picture comes in: what is read of it is said, and what is bad is refused at its field and stored nowhere."""

import uuid
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.urls import reverse
from PIL import Image

from articles import photos, renditions, sent_pictures, submissions
from articles.admin.uploads import PictureUpload
from articles.models import Article, Figure, Photo, SentPicture
from tests.desk import errors_of, filled
from tests.factories import make_article, make_editor, make_live_article
from tests.test_contributions import send
from tests.test_photo_facts import BYLINE, CAPTION, CITY, DAY, with_exif, with_iptc
from tests.test_photos import camera_data, half_red, png_of, upload
from tests.test_renditions import files, library_photo
from tests.test_submissions import make_submission

ADD, ADD_PHOTO = "/admin/articles/article/add/", "/admin/articles/photo/add/"
FACTS = [(CAPTION, "药农在晾晒丹参。"), (BYLINE, "王立志"), (DAY, "20231119"), (CITY, "洛阳市")]
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
def editor(client):
    editor = make_editor("*", language="en")
    client.force_login(editor)
    return editor


def said(response):
    return [str(message) for message in response.context["messages"]]


def change(photo):
    return reverse("admin:articles_photo_change", args=[photo.pk])


def row(number=0, **fields):
    return {
        "figures-TOTAL_FORMS": number + 1,
        f"figures-{number}-medium": "picture",
        **{f"figures-{number}-{name}": value for name, value in fields.items()},
    }


# --- what is read of a file ------------------------------------------------------------------------------


def test_the_library_fills_what_was_left_empty_and_says_so(client, editor):
    data = filled(client.get(ADD_PHOTO), credit="我写的", upload=with_iptc(FACTS, "gbk"))
    response = client.post(ADD_PHOTO, data, follow=True)
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, photo.taken_day, photo.place) == (
        "药农在晾晒丹参。", "我写的", date(2023, 11, 19), "洛阳市",
    )  # fmt: skip
    assert "Read from the file: caption, taken on, taken at" in said(response)


def test_a_file_that_says_nothing_is_no_message(client, editor):
    response = client.post(ADD_PHOTO, filled(client.get(ADD_PHOTO), upload=upload(half_red())), follow=True)
    assert [sentence for sentence in said(response) if "Read from" in sentence] == []
    assert Photo.objects.get().caption == ""


def test_a_piece_s_pictures_chosen_at_once_bring_their_captions_and_credits(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    data["pictures"] = [
        with_iptc(FACTS, name="一.jpg"),
        with_exif(description="另一张图。"),
        upload(half_red(), "三.jpg"),
    ]
    response = client.post(ADD, data, follow=True)
    figures = Figure.objects.order_by("position").select_related("photo")
    assert [(f.caption, f.credit, f.photo.caption, f.photo.taken_day, f.photo.place) for f in figures] == [
        ("药农在晾晒丹参。", "王立志", "药农在晾晒丹参。", date(2023, 11, 19), "洛阳市"),
        ("另一张图。", "", "另一张图。", None, ""),
        ("", "", "", None, ""),
    ]
    (sentence,) = [sentence for sentence in said(response) if "Read from" in sentence]
    assert (
        sentence == "Read from the files of the pictures: 一.jpg (caption, credit, taken on, taken at); 照片 (caption)"
    )


def test_a_caption_that_somebody_wrote_stays(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    client.post(ADD, data | row(caption="我写的。", upload=with_iptc(FACTS)))
    assert Figure.objects.values_list("caption", "credit").get() == ("我写的。", "王立志")


def test_what_was_read_of_a_picture_stays_with_its_row_when_the_save_is_refused(client, editor):
    data = filled(client.get(ADD), body="正文。") | row(upload=with_iptc(FACTS))
    response = client.post(ADD, data)
    assert list(errors_of(response)) == ["headline"]
    again = filled(response, headline="标题")
    assert (again["figures-0-caption"], again["figures-0-credit"]) == ("药农在晾晒丹参。", "王立志")
    client.post(ADD, again)
    figure = Figure.objects.get()
    assert (figure.caption, figure.photo.taken_day, Photo.objects.count()) == (
        "药农在晾晒丹参。",
        date(2023, 11, 19),
        1,
    )


def test_a_picture_that_was_sent_from_a_telephone_is_read_too(client, editor):
    sender = make_editor()
    reference = sent_pictures.keep(sender, uuid.uuid4(), with_iptc(FACTS))
    kept = sent_pictures.keep(sender, uuid.uuid4(), upload(half_red(), "IMG_1.HEIC", "HEIF", exif=camera_data(1)))
    assert kept.endswith(".heic")
    assert Image.open(BytesIO(sent_pictures.small_kept(sender, kept))).format == "JPEG"
    row = make_submission()
    for number, chosen in enumerate((reference, kept), 1):
        picture = SentPicture(submission=row, position=number)
        sent_pictures.hand_over(sender, sent_pictures.Chosen(chosen, f"{number}.jpg", ""), picture)
        picture.save()
    made = submissions.draft_of(row, by=editor)
    assert [(f.caption, f.credit, f.photo.taken_day) for f in made.article.figures.all()] == [
        ("药农在晾晒丹参。", "王立志", date(2023, 11, 19)), ("", "", None),
    ]  # fmt: skip
    assert [each.sentence for each in made.said if "1.jpg" in each.sentence] != []


def test_a_heic_photo_is_sent_from_a_telephone(client):
    account = make_editor("*")
    client.force_login(account)
    heic = upload(half_red(), "IMG_0012.HEIC", "HEIF")
    assert send(client, picture_1=heic, caption_1="一图。").pictures.get().file.name.endswith(".heic")


# --- the focal point -------------------------------------------------------------------------------------


def test_a_moved_focal_point_makes_the_share_picture_anew_and_names_the_pieces_that_show_it(client, editor):
    photo = library_photo((1000, 600))
    article = make_live_article(captions=["图说。"])
    Figure.objects.update(photo=photo)
    response = client.post(change(photo), filled(client.get(change(photo)), focus_x=20, focus_y=80), follow=True)
    photo.refresh_from_db()
    assert photo.focus == (20, 80)
    assert {renditions.share(photo.web, (50, 50)), renditions.share(photo.web, (20, 80))} <= files()
    assert [sentence for sentence in said(response) if str(article) in sentence] != []


@pytest.mark.parametrize("typed", ["101", "-1", "links"])
def test_a_focal_point_outside_the_picture_is_refused_at_its_field(client, editor, typed):
    photo = library_photo((600, 400))
    response = client.post(change(photo), filled(client.get(change(photo)), focus_x=typed, caption="改过的图说"))
    assert list(errors_of(response)) == ["focus_x"]
    assert filled(response)["caption"] == "改过的图说"


def test_an_emptied_focal_point_is_the_middle_again(client, editor):
    photo = library_photo((600, 400), focus_x=10)
    client.post(change(photo), filled(client.get(change(photo)), focus_x=""))
    photo.refresh_from_db()
    assert photo.focus == (50, 50)


# --- video clips -----------------------------------------------------------------------------------------


def test_the_picture_of_a_video_clip_s_row_is_its_cover(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    clip = SimpleUploadedFile("a.mp4", b"\0\0\0\x18ftypmp42")
    client.post(ADD, data | row(upload=upload(half_red()), file=clip, caption="短片。") | {"figures-0-medium": "video"})
    figure = Figure.objects.get()
    assert (figure.medium, bool(figure.photo.web), figure.sha256) == ("video", True, photos.hash_of(figure.file))
    (shown,) = Article.objects.get().versions.get().story["figures"]
    assert (shown["web"], shown["file"], shown["sha256"]) == (figure.photo.web, figure.file.name, figure.sha256)


def test_an_attachment_takes_no_picture_and_says_so(client, editor):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    paper = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    response = client.post(ADD, data | row(upload=upload(half_red()), file=paper) | {"figures-0-medium": "attachment"})
    assert "figures-0-upload" in errors_of(response)


# --- bad files -------------------------------------------------------------------------------------------

BAD = {
    "empty": lambda: SimpleUploadedFile("空.jpg", b""),
    "text": lambda: SimpleUploadedFile("字.jpg", "这不是图片。".encode()),
    "svg": lambda: SimpleUploadedFile("画.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
    "bomb": lambda: png_of(30_000, 30_000),
    "truncated": lambda: SimpleUploadedFile("断.jpg", upload(half_red((900, 600))).read()[:-400]),
    "another kind": lambda: upload(half_red(), "动.gif", "GIF"),
    "page": lambda: SimpleUploadedFile("页.jpg", b"<!doctype html>" + HTML),
    "called a page": lambda: upload(half_red(), "图.html"),
}


@pytest.mark.parametrize("sort", BAD)
def test_the_library_refuses_what_is_bad_at_its_field_and_stores_nothing(client, editor, sort):
    response = client.post(ADD_PHOTO, filled(client.get(ADD_PHOTO), caption="图说。", upload=BAD[sort]()))
    assert list(errors_of(response)) == ["upload"]
    assert filled(response)["caption"] == "图说。"
    assert (Photo.objects.count(), files()) == (0, set())


@pytest.mark.parametrize("sort", BAD)
def test_a_piece_s_form_refuses_what_is_bad_at_its_row_and_stores_nothing(client, editor, sort):
    data = filled(client.get(ADD), headline="标题", body="正文。")
    response = client.post(ADD, data | row(caption="图说。", upload=BAD[sort]()))
    assert list(errors_of(response)) == ["figures-0-upload"]
    assert filled(response)["figures-0-caption"] == "图说。"
    assert (Photo.objects.count(), Article.objects.count(), files()) == (0, 0, set())


def test_a_file_of_two_hundred_megabytes_is_refused_unread():
    class Unread(TemporaryUploadedFile):
        read = property(lambda self: pytest.fail("it was read"))

    with Unread("大.jpg", "image/jpeg", 200 * 2**20, None) as large:
        large.truncate(200 * 2**20)  # sparse: it takes no room on the disk
        with pytest.raises(ValidationError, match="40"):
            PictureUpload().clean(large)


class Endless:
    """The body of a request that is never whole in memory: its head, so many zeros, its end."""

    def __init__(self, head, zeros, end):
        self.parts = [[head, len(head)], [None, zeros], [end, len(end)]]

    def read(self, size):
        for part in self.parts:
            content, left = part
            if left:
                part[1] -= (taken := min(size, left))
                return bytes(taken) if content is None else content[-left:][:taken]
        return b""

    readline = read


def test_a_request_of_two_hundred_megabytes_ends_in_a_sentence_and_nothing_is_stored(client, editor):
    head = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in filled(client.get(ADD_PHOTO), caption="图说。").items()
    )
    head += '--x\r\nContent-Disposition: form-data; name="upload"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    end = b"\r\n--x--\r\n"
    response = client.request(
        REQUEST_METHOD="POST", PATH_INFO=ADD_PHOTO, CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(len(head.encode()) + 200 * 2**20 + len(end)),
        **{"wsgi.input": Endless(head.encode(), 200 * 2**20, end)},
    )  # fmt: skip
    assert errors_of(response) == {"upload": "This picture is larger than 40 MB; make it smaller first."}
    assert filled(response)["caption"] == "图说。"
    assert (Photo.objects.count(), files()) == (0, set())


def test_a_picture_that_is_a_page_too_reaches_readers_as_a_picture_alone(client, editor):
    hidden = upload(half_red((700, 400)), "图.jpg", comment=HTML).read() + HTML
    client.post(ADD_PHOTO, filled(client.get(ADD_PHOTO), upload=SimpleUploadedFile("图.jpg", hidden)))
    photo = Photo.objects.get()
    assert photo.original.name.endswith(".jpg")  # and is served to nobody
    for name in files() - {photo.original.name}:
        with default_storage.open(name) as file:
            assert b"script" not in file.read(), name


@pytest.mark.parametrize("name", ["图.png", "图", "图.JPEG", "2023.11.19 丹参", "mmexport1700.heic"])
def test_a_picture_is_what_it_is_whatever_it_is_called(client, editor, name):
    client.post(ADD_PHOTO, filled(client.get(ADD_PHOTO), upload=upload(half_red(), name)))
    assert Photo.objects.get().original.name.endswith(".jpg")


def test_one_bad_picture_among_several_stores_nothing_of_its_own(client, editor):
    article = make_article()
    url = reverse("admin:articles_article_change", args=[article.pk])
    data = filled(client.get(url)) | row(0, upload=BAD["truncated"]()) | row(1, upload=upload(half_red(), "好.jpg"))
    response = client.post(url, data)
    assert list(errors_of(response)) == ["figures-0-upload"]
    assert (article.figures.count(), Photo.objects.get().caption) == (0, "好")  # kept for the next attempt
