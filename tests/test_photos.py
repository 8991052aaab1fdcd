"""Pictures as they come in: the readers' copy, the original as it was, and what is refused."""

import hashlib
import importlib.util
import struct
import sys
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFile, ImageOps

from articles import photos
from articles.models import Photo
from articles.refusals import UnreadablePicture
from tests.factories import ROOT

ORIENTATION, MAKE, GPS, LATITUDE = 0x0112, 0x010F, 0x8825, 2
RED, BLUE = (255, 0, 0), (0, 0, 255)


def half_red(size=(400, 200), mode="RGB"):
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new(mode, size, BLUE)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=RED)
    return picture


def upload(picture, name="照片.JPG", kind="JPEG", **options):
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return SimpleUploadedFile(name, buffer.getvalue())


def camera_data(orientation):
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "Camera 12345"
    exif.get_ifd(GPS)[LATITUDE] = (34.0, 8.0, 5.0)
    return exif


def attached(file):
    """A photo with this file attached; the copy for readers, opened."""
    photo = Photo()
    photos.attach(photo, photos.read_picture(file))
    with default_storage.open(photo.web) as stored:
        web = Image.open(BytesIO(stored.read()))
        web.load()
    return photo, web


def near(pixel, colour):
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def test_the_readers_copy_stands_upright_and_carries_nothing_of_the_camera():
    file = upload(half_red(), exif=camera_data(orientation=6))  # taken with the camera turned to the left
    assert Image.open(file).getexif().get_ifd(GPS)[LATITUDE]
    file.seek(0)
    photo, web = attached(file)
    assert (web.format, web.mode, web.size, (photo.width, photo.height)) == ("JPEG", "RGB", (200, 400), (200, 400))
    assert near(web.getpixel((100, 50)), RED) and near(web.getpixel((100, 350)), BLUE)
    assert (dict(web.getexif()), "exif" in web.info, "xmp" in web.info) == ({}, False, False)
    with default_storage.open(photo.web) as stored:
        content = stored.read()
    assert b"Exif" not in content and b"Camera" not in content


@pytest.mark.parametrize("orientation", range(10))
def test_every_way_of_holding_a_camera_ends_upright(orientation):
    picture = Image.new("RGB", (60, 40), BLUE)
    ImageDraw.Draw(picture).rectangle((0, 0, 19, 9), fill=RED)  # no two turns of it look alike
    _, web = attached(upload(picture, kind="PNG", exif=camera_data(orientation)))
    buffer = upload(picture, kind="PNG", exif=camera_data(orientation))
    upright = ImageOps.exif_transpose(Image.open(buffer)).convert("RGB")
    assert web.size == upright.size
    middles = [(x, y) for x in range(5, web.width, 10) for y in range(5, web.height, 10)]
    assert [near(web.getpixel(at), upright.getpixel(at)) for at in middles] == [True] * len(middles)


def test_faulty_camera_data_is_no_reason_to_refuse_a_picture():
    content = bytearray(upload(half_red(), exif=camera_data(6)).read())
    content[content.index(b"Exif") + 17] = 0  # the camera's name becomes an entry whose type does not fit
    with pytest.raises(struct.error):
        ImageOps.exif_transpose(Image.open(BytesIO(content)))
    _, web = attached(broken(bytes(content)))
    assert web.size == (200, 400)


def test_a_transparent_png_stands_on_white():
    picture = Image.new("RGBA", (100, 60), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 0, 49, 59), fill=(255, 0, 0, 255))
    _, web = attached(upload(picture, "图.png", "PNG"))
    assert web.mode == "RGB"
    assert near(web.getpixel((20, 30)), RED) and near(web.getpixel((80, 30)), (255, 255, 255))


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("P", "PNG"), ("LA", "PNG"), ("L", "JPEG"), ("1", "PNG"), ("CMYK", "JPEG"), ("RGB", "WEBP"), ("RGBA", "WEBP"),
        ("RGB", "AVIF"), ("RGBA", "AVIF"), ("RGB", "HEIF"), ("RGBA", "HEIF"),
    ],
)  # fmt: skip
def test_pictures_of_every_mode_become_one_that_readers_can_see(mode, kind):
    _, web = attached(upload(half_red().convert(mode), "图", kind))
    assert (web.format, web.mode, web.size) == ("JPEG", "RGB", (400, 200))


def test_a_large_picture_is_made_small_and_a_small_one_left_so():
    _, web = attached(upload(half_red((3200, 1000))))
    assert web.size == (1600, 500)
    _, web = attached(upload(half_red((30, 20))))
    assert web.size == (30, 20)


def test_the_original_is_kept_byte_for_byte_under_its_hash():
    file = upload(half_red(), exif=camera_data(6))
    content = file.read()
    file.seek(0)
    photo, _ = attached(file)
    with photo.original.open() as kept:
        assert kept.read() == content
    assert photo.sha256 == hashlib.sha256(content).hexdigest()
    assert photo.original.name == f"originals/{photo.uuid}.jpg"
    assert photo.web == f"web/photos/{photo.uuid}-{photo.sha256[:12]}/200.jpg"


def test_a_photo_with_its_files_can_be_saved(db):
    photo, _ = attached(upload(half_red()))
    photo.save()
    assert Photo.objects.get().web == photo.web


def test_the_name_of_an_upload_never_leads_out_of_the_folder():
    photo, _ = attached(upload(half_red(), "../../../etc/cron.d/照片.jpg"))
    assert photo.original.name == f"originals/{photo.uuid}.jpg"


def broken(content, name="图.jpg"):
    return SimpleUploadedFile(name, content)


def jpeg():
    return upload(half_red()).read()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "这不是图片。".encode(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<!doctype html><script>1</script>",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(settings, content):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(UnreadablePicture, match="not a JPEG, PNG, WebP, AVIF or HEIC picture, or it is damaged"):
        photos.read_picture(broken(content))


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_file_that_was_cut_off_is_refused(settings, kind, part):
    settings.LANGUAGE_CODE = "en"
    content = upload(Image.effect_noise((300, 200), 80).convert("RGB"), kind=kind).read()
    photos.read_picture(broken(content))
    with pytest.raises(UnreadablePicture, match="damaged"):
        photos.read_picture(broken(content[: int(len(content) * part)]))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_a_picture_of_another_kind_is_refused_in_a_sentence(settings, kind):
    settings.LANGUAGE_CODE = "en"
    with pytest.raises(UnreadablePicture, match="not a JPEG, PNG, WebP, AVIF or HEIC picture"):
        photos.read_picture(upload(half_red(), kind=kind))


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_opened(settings, monkeypatch):
    settings.LANGUAGE_CODE = "en"
    file = upload(half_red((400, 200)))
    monkeypatch.setattr(photos, "MOST_PIXELS", 400 * 200)
    photos.read_picture(file)
    file.seek(0)
    monkeypatch.setattr(photos, "MOST_PIXELS", 400 * 200 - 1)
    monkeypatch.setattr(Image.Image, "thumbnail", None)
    with pytest.raises(UnreadablePicture, match="60 million pixels"):
        photos.read_picture(file)


def test_a_small_file_that_unfolds_to_a_giant_is_refused_and_never_decoded(settings, monkeypatch):
    settings.LANGUAGE_CODE = "en"
    giant = png_of(30_000, 30_000)
    assert giant.size < 200_000
    monkeypatch.setattr(ImageFile.ImageFile, "load", None)
    with pytest.raises(UnreadablePicture, match="60 million pixels"):
        photos.read_picture(giant)


def png_of(width, height):
    """A black PNG of so many pixels, made without them: a small file that would unfold to gigabytes."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    rows = zlib.compressobj(9)
    line = bytes(width // 8 + 2)
    packed = b"".join(rows.compress(line) for _row in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return SimpleUploadedFile("炸弹.png", content)


# What is served.


@pytest.fixture
def media(settings):
    """A folder with an original and a copy for readers."""
    for name in ("originals/a.jpg", "web/photos/a.jpg"):
        (settings.MEDIA_ROOT / name).parent.mkdir(parents=True)
        (settings.MEDIA_ROOT / name).write_bytes(name.encode())
    return settings.MEDIA_ROOT


def test_a_developer_s_server_gives_readers_copies_and_never_originals(client, media, settings, monkeypatch):
    settings.DEBUG = True
    spec = importlib.util.spec_from_file_location("urls_while_debug_is_on", ROOT / "newsdesk/urls.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ROOT_URLCONF = module.__name__
    served = client.get("/media/web/photos/a.jpg")
    assert (served.status_code, served.getvalue()) == (200, b"web/photos/a.jpg")
    for address in ("/media/originals/a.jpg", "/media/web/originals/a.jpg", "/media/web/", "/media/"):
        assert client.get(address).status_code == 404, address
    for address in (
        "/media/web/../originals/a.jpg",
        "/media/web/%2e%2e/originals/a.jpg",
        "/media/web//originals/a.jpg",
    ):
        assert client.get(address).status_code in (400, 404), address


def test_with_debug_off_the_site_serves_no_files(client, media):
    for address in ("/media/web/photos/a.jpg", "/media/originals/a.jpg"):
        assert client.get(address).status_code == 404
