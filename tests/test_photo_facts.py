"""What is read from a picture's file: caption, credit, day and place, in the letters of whichever program wrote them."""

import random
import struct
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate
from PIL import ExifTags, Image

from articles import photos
from articles.models import Photo
from articles.photo_facts import Facts
from tests.test_photos import half_red

CAPTION, BYLINE, PROVIDER, COPYRIGHT, DAY, CITY, DISTRICT, PROVINCE, COUNTRY = 120, 80, 110, 116, 55, 90, 92, 95, 101
UTF_8 = b"\x1c\x01\x5a\x00\x03\x1b%G"
TAGS = {
    "description": ExifTags.Base.ImageDescription,
    "artist": ExifTags.Base.Artist,
    "copyright": ExifTags.Base.Copyright,
}


def with_iptc(records, encoding="utf-8", declared=b"", name="照片.jpg", **options):
    """An upload: a JPEG with the (dataset, text or bytes) pairs in its IPTC block, as Photoshop keeps it."""
    block = declared
    for dataset, said in records:
        value = said if isinstance(said, bytes) else said.encode(encoding)
        block += struct.pack(">BBBH", 0x1C, 2, dataset, len(value)) + value
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(block)) + block + b"\0" * (len(block) % 2)
    body = b"Photoshop 3.0\0" + resource
    jpeg = saved("JPEG", **options)
    return SimpleUploadedFile(name, jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + jpeg[2:])


def saved(kind, **options):
    buffer = BytesIO()
    half_red().save(buffer, kind, **options)
    return buffer.getvalue()


def exif(taken="", encoding="utf-8", **said):
    data = Image.Exif()
    for name, words in said.items():
        data[TAGS[name]] = words.encode(encoding)
    if taken:
        data.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    return data


def with_exif(kind="JPEG", **said):
    return SimpleUploadedFile("照片", saved(kind, exif=exif(**said)))


def facts(file):
    return photos.read_picture(file).facts


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", UTF_8), ("utf-8", b""), ("gbk", b""), ("gb18030", b""), ("gbk", UTF_8)]
)
def test_iptc_is_read_in_utf_8_and_in_gbk_whatever_the_file_claims(encoding, declared):
    records = [
        (CAPTION, "11月19日，药农在晾晒丹参。"), (BYLINE, "王立志"), (DAY, "20231119"),
        (COUNTRY, "中国"), (PROVINCE, "河南省"), (CITY, "洛阳市"), (DISTRICT, "嵩县"),
    ]  # fmt: skip
    assert facts(with_iptc(records, encoding, declared)) == Facts(
        "11月19日，药农在晾晒丹参。", "王立志", date(2023, 11, 19), "河南省洛阳市嵩县"
    )


def test_several_photographers_are_joined_and_a_provider_or_a_right_stands_where_none_is_named():
    assert facts(with_iptc([(BYLINE, "王立志"), (BYLINE, "李四")])).credit == "王立志、李四"
    assert facts(with_iptc([(PROVIDER, "新华社"), (COPYRIGHT, "© 新华社")])).credit == "新华社"
    assert facts(with_iptc([(COPYRIGHT, "© 新华社")])).credit == "© 新华社"


def test_a_text_that_a_program_cut_in_the_middle_of_a_character_ends_before_it():
    assert facts(with_iptc([(CAPTION, "晒丹参".encode()[:-1])])).caption == "晒丹"
    assert (
        facts(with_iptc([(CAPTION, "晾晒丹参".encode("gbk")[:-1]), (BYLINE, "王".encode("gbk"))])).caption == "晾晒丹"
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_exif_is_read_from_every_kind_of_file(kind):
    file = with_exif(kind, description="药农在晾晒丹参。", artist="王立志", taken="2023:11:19 08:30:00")
    assert facts(file) == Facts("药农在晾晒丹参。", "王立志", date(2023, 11, 19))


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_exif_is_read_in_utf_8_and_in_gbk(encoding):
    file = with_exif(description="药农在晾晒丹参。", copyright="嵩县融媒体中心", encoding=encoding)
    assert facts(file)[:2] == ("药农在晾晒丹参。", "嵩县融媒体中心")


def test_what_a_person_wrote_as_iptc_comes_before_what_a_camera_wrote_as_exif():
    camera = exif(description="相机里的字", artist="相机主人", taken="2020:01:01 00:00:00")
    file = with_iptc([(CAPTION, "图说。"), (BYLINE, "王立志"), (DAY, "20231119")], exif=camera)
    assert facts(file)[:3] == ("图说。", "王立志", date(2023, 11, 19))


@pytest.mark.parametrize("words", ["OLYMPUS DIGITAL CAMERA", "SONY DSC", "dav", "oznor_vivi", "DCIM100", "  "])
def test_what_cameras_write_by_themselves_is_no_caption(words):
    assert facts(with_exif(description=words)).caption == ""


@pytest.mark.parametrize("words", ["???", "\ufffd\ufffd", "—"])
def test_what_some_programs_leave_of_chinese_fills_nothing(words):
    assert facts(with_exif(artist=words, description=words))[:2] == ("", "")


def test_what_windows_writes_is_read():
    data = Image.Exif()
    data[0x9C9B], data[0x9C9D] = "晒丹参\0".encode("utf-16-le"), "王立志\0".encode("utf-16-le")
    assert facts(SimpleUploadedFile("a.jpg", saved("JPEG", exif=data)))[:2] == ("晒丹参", "王立志")


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "2023:13:40 08:00:00", "1899:01:01 00:00:00", "昨天", ""])
def test_a_day_that_no_camera_can_have_seen_is_left_out(taken):
    assert facts(with_exif(taken=taken) if taken.isascii() else with_exif()).taken_day is None


def test_a_day_that_is_yet_to_come_is_left_out():
    for days, read in ((1, localdate() + timedelta(days=1)), (3, None)):
        day = localdate() + timedelta(days=days)
        assert facts(with_iptc([(DAY, f"{day:%Y%m%d}")])).taken_day == read


def test_a_place_is_said_once_from_the_larger_to_the_smaller():
    assert facts(with_iptc([(CITY, "嵩县"), (DISTRICT, "嵩县"), (PROVINCE, "")])).place == "嵩县"
    assert facts(with_iptc([(COUNTRY, "France"), (CITY, "Paris")])).place == "France, Paris"


def test_what_would_not_fit_its_field_is_left_out():
    assert facts(with_iptc([(BYLINE, "王" * 101), (CITY, "县" * 101)]))[1:] == ("", None, "")
    assert facts(with_iptc([(BYLINE, "王" * 100)])).credit == "王" * 100


def test_characters_that_a_database_cannot_keep_are_left_out():
    assert facts(with_iptc([(CAPTION, "晒\0丹\u200b参"), (BYLINE, "王\0立志")]))[:2] == ("晒丹参", "王立志")


def test_faulty_data_is_no_reason_to_refuse_a_picture_and_fills_nothing_impossible():
    whole = with_iptc([(CAPTION, "图说。"), (DAY, "20231119")], exif=exif(description="图说。", artist="王")).read()
    chance = random.Random(6)
    for _attempt in range(300):
        content = bytearray(whole)
        for _byte in range(chance.randint(1, 8)):
            content[chance.randint(20, 330)] = chance.randint(0, 255)
        try:
            photos.read_picture(SimpleUploadedFile("a.jpg", bytes(content)))
        except photos.UnreadablePicture:
            continue  # its pixels suffered too


def test_an_empty_field_is_filled_and_what_somebody_wrote_stays():
    photo = Photo(caption="我写的图说。", taken_day=date(2023, 11, 20))
    picture = photos.read_picture(
        with_iptc([(CAPTION, "图说。"), (BYLINE, "王立志"), (DAY, "20231119"), (CITY, "嵩县")])
    )
    assert photos.attach(photo, picture) == ["credit", "place"]
    assert (photo.caption, photo.credit, photo.taken_day, photo.place) == (
        "我写的图说。", "王立志", date(2023, 11, 20), "嵩县",
    )  # fmt: skip
