"""The copies of a picture that readers get: which there are, what they show, and that none is made twice or by halves."""

from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from PIL import Image, ImageCms

from articles import photos, renditions
from articles.models import Photo
from tests.test_photos import BLUE, RED, attached, camera_data, half_red, near, upload

NEW, OLD = "web/photos/x-0123/1600.jpg", "web/photos/x-0123.jpg"


def files():
    """The names of all files in the store."""
    found, folders = set(), [""]
    while folders:
        folder = folders.pop()
        below, names = default_storage.listdir(folder) if default_storage.exists(folder) else ([], [])
        found |= {f"{folder}{name}" for name in names}
        folders += [f"{folder}{name}/" for name in below]
    return found


def opened(name):
    with default_storage.open(name) as file:
        picture = Image.open(BytesIO(file.read()))
        picture.load()
    return picture


def library_photo(size=(3000, 2000), **fields):
    """A photo of the library with its files."""
    photo = Photo(**fields)
    photos.attach(photo, photos.read_picture(upload(half_red(size))))
    photo.save()
    return photo


# --- their names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("largest", "widths"),
    [(1600, [480, 960, 1600]), (2000, [480, 960, 1600, 2000]), (1300, [480, 960, 1300]), (1000, [480, 1000]), (960, [480, 960]), (500, [500]), (30, [30])],
)  # fmt: skip
def test_a_picture_has_three_widths_and_none_that_nearly_repeats_another(largest, widths):
    assert renditions.widths(largest) == widths


def test_what_exists_is_known_from_the_name_or_the_address_alone():
    for root in ("", "/media/", "https://pictures.example/"):
        folder = f"{root}web/photos/x-0123/"
        assert renditions.sources(root + NEW, 1600) == [
            ("image/avif", f"{folder}480.avif 480w, {folder}960.avif 960w, {folder}1600.avif 1600w"),
            ("image/webp", f"{folder}480.webp 480w, {folder}960.webp 960w, {folder}1600.webp 1600w"),
        ]
        assert (
            renditions.srcset(root + NEW, 1600) == f"{folder}480.jpg 480w, {folder}960.jpg 960w, {folder}1600.jpg 1600w"
        )
        assert renditions.share(root + NEW, (30, 70)) == f"{folder}share-30-70.jpg"
        assert renditions.smallest(root + NEW, 1600) == f"{folder}480.jpg"


def test_a_picture_of_before_has_its_one_copy_and_nothing_beside_it():
    for name in (OLD, "/media/" + OLD):
        assert (renditions.sources(name, 1600), renditions.srcset(name, 1600), renditions.share(name, (50, 50))) == (
            [],
            "",
            "",
        )
        assert (renditions.smallest(name, 1600), renditions.copies(name, 1600)) == (name, {name: 1600})
    assert (renditions.sources("", 0), renditions.copies("", 0), renditions.share("", (50, 50))) == ([], {}, "")


# --- the files -------------------------------------------------------------------------------------------


def test_an_upload_makes_every_copy_that_the_name_promises_and_nothing_else(db):
    photo = library_photo()
    folder = photo.web.removesuffix("1600.jpg")
    copies = {f"{folder}{width}.{suffix}" for width in (480, 960, 1600) for suffix in ("jpg", "webp", "avif")}
    assert files() == {photo.original.name, f"{folder}share-50-50.jpg", *copies}
    assert set(renditions.copies(photo.web, photo.width)) == copies
    for name, width in renditions.copies(photo.web, photo.width).items():
        picture = opened(name)
        assert picture.size == (width, round(width * 2 / 3)), name
        assert picture.format == {"jpg": "JPEG", "webp": "WEBP", "avif": "AVIF"}[name.rpartition(".")[2]]
        assert near(picture.convert("RGB").getpixel((10, 10)), RED)
    assert opened(f"{folder}share-50-50.jpg").size == (1200, 630)


def test_no_copy_carries_the_place_or_the_camera_of_the_original():
    photo, _ = attached(upload(half_red((1000, 600)), exif=camera_data(1), comment=b"secret comment"))
    for name in files() - {photo.original.name}:
        picture = opened(name)
        assert (dict(picture.getexif()), picture.info.get("xmp"), picture.info.get("comment")) == ({}, None, None), name
        with default_storage.open(name) as file:
            content = file.read()
        assert [word for word in (b"Exif", b"Camera", b"secret") if word in content] == [], name


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_photo_stands_upright_however_the_telephone_was_held(orientation):
    _, web = attached(upload(half_red(), "IMG_1.HEIC", "HEIF", exif=camera_data(orientation).tobytes()))
    assert web.size == ((400, 200) if orientation < 5 else (200, 400))


def test_a_heic_photo_is_kept_as_it_came_and_read_by_everybody(db):
    content = upload(half_red(), "IMG_1.HEIC", "HEIF", exif=camera_data(1)).read()
    photo = Photo()
    photos.attach(photo, photos.read_picture(ContentFile(content, "IMG_1.HEIC")))
    photo.save()
    assert photo.original.name == f"originals/{photo.uuid}.heic"
    with photo.original.open() as kept:
        assert kept.read() == content
    assert near(opened(photo.web).getpixel((50, 100)), RED)


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "AVIF"])
def test_of_an_animated_picture_the_first_frame_is_shown(kind):
    frames = [Image.new("RGB", (300, 200), colour) for colour in (RED, BLUE, BLUE)]
    _, web = attached(upload(frames[0], kind=kind, save_all=True, append_images=frames[1:], duration=100))
    assert near(web.getpixel((150, 100)), RED)


def test_colours_of_another_profile_become_those_of_a_screen():
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = Image.new("RGB", (300, 200), (200, 120, 40))
    _, web = attached(upload(plain, icc_profile=srgb))
    assert near(web.getpixel((5, 5)), (200, 120, 40)) and "icc_profile" not in web.info
    _, web = attached(upload(plain, icc_profile=swapped_profile()))  # its red is our green
    red, green, blue = web.getpixel((5, 5))
    assert green > red + 30
    for faulty in (b"no profile", ImageCms.ImageCmsProfile(lab).tobytes()):
        _, web = attached(upload(plain, icc_profile=faulty))
        assert near(web.getpixel((5, 5)), (200, 120, 40))


def swapped_profile():
    """sRGB with its red and green primaries exchanged, as the bytes of an ICC profile."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = content.index(b"rXYZ"), content.index(b"gXYZ")
    content[red : red + 4], content[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(content)


def test_a_grey_picture_of_sixteen_bits_keeps_its_greys():
    _, web = attached(upload(Image.new("I;16", (100, 60), 0x8000), kind="PNG"))
    assert near(web.getpixel((5, 5)), (128, 128, 128))


def test_a_very_long_picture_keeps_a_width_that_can_be_read():
    photo, web = attached(upload(Image.new("RGB", (1000, 15_000), RED)))
    assert web.size == (1000, 15_000)
    photo, web = attached(upload(Image.new("L", (800, 40_000)), kind="PNG"))
    assert web.size == (320, 16_000)
    assert opened(photo.web.replace("320.jpg", "320.webp")).size == (320, 16_000)


def test_the_share_picture_is_cut_around_the_focal_point(db):
    photo = library_photo((3000, 1000), focus_x=0, focus_y=50)
    assert near(opened(renditions.share(photo.web, photo.focus)).getpixel((600, 300)), RED)
    photo.focus_x = 100
    photos.share_anew(photo)
    assert near(opened(renditions.share(photo.web, photo.focus)).getpixel((600, 300)), BLUE)
    assert default_storage.exists(renditions.share(photo.web, (0, 50)))  # what is public still names it


def test_the_share_picture_of_a_photo_without_copies_or_whose_copy_is_gone_is_nobody_s_error(db):
    photos.share_anew(Photo(web=OLD, focus_x=10))
    photos.share_anew(Photo(web=NEW, focus_x=10))
    photos.share_anew(Photo())
    assert files() == set()


@pytest.mark.parametrize("failing", range(1, 6))
def test_files_that_were_made_are_removed_when_one_cannot_be_made(monkeypatch, failing):
    picture = photos.read_picture(upload(half_red((700, 400))))
    write, count = FileSystemStorage._save, iter(range(1, 99))

    def save(store, name, content):
        stored = write(store, name, content)
        if next(count) == failing:
            raise OSError("No space left on device")  # what was written of it lies there
        return stored

    monkeypatch.setattr(FileSystemStorage, "_save", save)
    with pytest.raises(OSError, match="No space left"):
        photos.attach(Photo(), picture)
    assert files() == set()


def test_the_files_of_a_photo_that_was_not_saved_after_all_are_all_removed(db):
    photo = library_photo(focus_x=20)
    photos.discard(photo)
    assert files() == set()


def test_half_a_file_that_a_power_cut_left_does_not_push_the_whole_one_to_another_name():
    photo = Photo()
    picture = photos.read_picture(upload(half_red()))
    photos.attach(photo, picture)
    for name in renditions.copies(photo.web, photo.width):
        default_storage.delete(name)
        default_storage.save(name, ContentFile(b"half"))
    photos.store(photos.folder_of(photo), picture.web)
    assert [opened(name).size for name in renditions.copies(photo.web, photo.width)] == [(400, 200)] * 3


# --- those of before -------------------------------------------------------------------------------------


def photo_of_before(size=(3000, 2000), content=None):
    """A photo as pictures were kept before there were so many copies: an original, and one copy beside no other."""
    photo = Photo(width=1600, height=1067)
    photo.original.save("照片.JPG", ContentFile(content or upload(half_red(size)).read()), save=False)
    photo.sha256 = photos.hash_of(photo.original)
    photo.web = default_storage.save(f"web/photos/{photo.uuid}-{photo.sha256[:12]}.jpg", ContentFile(b"the old copy"))
    photo.save()
    return photo


def made():
    told, bad = StringIO(), StringIO()
    call_command("make_renditions", stdout=told, stderr=bad)
    return told.getvalue().strip(), bad.getvalue().strip()


def test_a_picture_of_before_gets_its_copies_and_its_old_one_stays(db):
    photo = photo_of_before()
    old = photo.web
    assert made() == ("1 of 1 pictures seen, 1 completed, 0 not possible", "")
    photo.refresh_from_db()
    assert photo.web == f"web/photos/{photo.uuid}-{photo.sha256[:12]}/1600.jpg"
    assert (photo.width, photo.height) == (1600, 1067)
    assert {old, *renditions.copies(photo.web, photo.width), renditions.share(photo.web, photo.focus)} <= files()


def test_copies_are_made_once_and_only_those_that_are_missing(db, monkeypatch):
    photo = library_photo(focus_x=30)
    before = {name: default_storage.get_modified_time(name) for name in files()}
    assert made() == ("1 of 1 pictures seen, 0 completed, 0 not possible", "")
    lost = photo.web.replace("1600.jpg", "960.avif")
    default_storage.delete(lost)
    assert made() == ("1 of 1 pictures seen, 1 completed, 0 not possible", "")
    after = {name: default_storage.get_modified_time(name) for name in files()}
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {lost}


def test_an_original_that_is_bad_or_gone_is_named_and_the_others_are_made(db):
    bad, gone, good = photo_of_before(content=b"not a picture"), photo_of_before(), photo_of_before((900, 600))
    default_storage.delete(gone.original.name)
    told, errors = made()
    assert told == "3 of 3 pictures seen, 1 completed, 2 not possible"
    assert f"Photo {bad.pk} " in errors and f"Photo {gone.pk} " in errors and gone.original.name in errors
    kept = {photo.pk: photo.web for photo in Photo.objects.all()}
    assert (kept[bad.pk], kept[gone.pk]) == (bad.web, gone.web) and kept[good.pk].endswith("/900.jpg")


def test_without_pictures_there_is_nothing_to_make(db):
    Photo.objects.create(caption="图说。")
    assert made() == ("There are no pictures with a file.", "")
