"""Pictures as they come in: the original is kept as it was, and the copies for readers are made, once.

Nothing of an upload reaches a reader but pixels: each copy is encoded anew, without the file's data (places, serial numbers).
"""

import hashlib
import mimetypes
from contextlib import ExitStack, suppress
from io import BytesIO
from typing import NamedTuple

import pillow_heif
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from articles import renditions
from articles.models import MIDDLE, Photo
from articles.photo_facts import Facts, facts_of
from articles.refusals import UnreadablePicture

pillow_heif.register_heif_opener()

MOST_BYTES = 40 * 1024 * 1024  # what a camera of MOST_PIXELS writes at its best
MOST_PIXELS = 60_000_000  # a 60-megapixel camera; more is a mistake or an attack
WIDEST, HIGHEST = renditions.WIDTHS[-1], 16_000  # pixels of the largest copy; WebP ends at 16,383
SUFFIXES = {
    "JPEG": "jpg",
    "MPO": "jpg",
    "PNG": "png",
    "WEBP": "webp",
    "AVIF": "avif",
    "HEIF": "heic",
}  # by Pillow's names
OPENED = [kind for kind in SUFFIXES if kind != "MPO"]  # which Pillow opens as a JPEG and then calls by its own name
# A 24-megapixel picture takes some 1.5 seconds: AVIF of speed 6 would take three times as long, to be 5 % smaller.
ENCODINGS = {
    "jpg": {"format": "JPEG", "quality": 82, "optimize": True, "progressive": True},
    "webp": {"format": "WEBP", "quality": 78, "method": 4},
    "avif": {"format": "AVIF", "quality": 58, "speed": 8},
}
_SRGB = ImageCms.createProfile("sRGB")
_TURNS = {  # by the orientation that the camera noted
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Picture(NamedTuple):
    """An uploaded file that was read as a picture."""

    name: str  # the sender's
    content: bytes
    suffix: str  # of what the file is, whatever it is called
    facts: Facts
    web: Image.Image  # the largest of the readers' copies: upright, sRGB, without the file's data


def read_picture(upload, widest=WIDEST):
    """Read an uploaded file as a picture, at most so many pixels wide; of an animated one the first frame. Raises
    UnreadablePicture.

    A file that is too large is refused before it is read, one with too many pixels before it is decoded.
    """
    if upload.size > MOST_BYTES:
        raise UnreadablePicture(_("This picture is larger than 40 MB; make it smaller first."))
    if not (mimetypes.guess_type(upload.name or "")[0] or "image/").startswith("image/"):
        raise UnreadablePicture(_("The name of this file ends like that of something else than a picture."))
    content = upload.read()
    try:
        with Image.open(BytesIO(content), formats=OPENED) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _too_many_pixels()
            facts = facts_of(picture)
            return Picture(upload.name, content, SUFFIXES[picture.format], facts, _for_readers(picture, widest))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        said = _("This file is not a JPEG, PNG, WebP, AVIF or HEIC picture, or it is damaged.")
        raise UnreadablePicture(said) from error
    except (OSError, SyntaxError, ValueError, RuntimeError, EOFError) as error:  # as each decoder has it
        raise UnreadablePicture(_("This file cannot be read as a picture; it may be damaged.")) from error


def _too_many_pixels():
    return UnreadablePicture(_("This picture has more than 60 million pixels; make it smaller first."))


def hash_of(file):
    """sha256 of an uploaded file's bytes, as 64 hex digits."""
    return hashlib.file_digest(file.open("rb"), "sha256").hexdigest()


# --- into the library ------------------------------------------------------------------------------------


def attach(photo, picture):
    """Put a picture's files into the store and their names and hash on the photo, which is left unsaved.

    What the file says of itself fills what nobody has filled in; returns the names of those fields. When a file cannot be
    made, those that were made are removed.
    """
    photo.sha256 = hash_of(ContentFile(picture.content))
    with ExitStack() as undo:
        name = f"{photo.uuid}.{picture.suffix}"
        undo.callback(default_storage.delete, photo.original.field.generate_filename(photo, name))
        photo.original.save(name, ContentFile(picture.content), save=False)
        photo.web = store(folder_of(photo), picture.web, focus=photo.focus)
        undo.pop_all()
    photo.width, photo.height = picture.web.size
    return fill(photo, picture.facts)


def folder_of(photo):
    """Where the copies of a photo stand; another file would get another folder."""
    return f"web/photos/{photo.uuid}-{photo.sha256[:12]}"


def fill(photo, facts):
    """Put Facts into those fields of a photo that are empty. Returns the names of the fields."""
    filled = [name for name, said in facts._asdict().items() if said and not getattr(photo, name)]
    for name in filled:
        setattr(photo, name, getattr(facts, name))
    return filled


def words_of(fields):
    """Names of Photo's fields, as a sentence names them that says what was read from a file."""
    return _(", ").join(str(Photo._meta.get_field(name).verbose_name) for name in fields)


def discard(photo):
    """Delete the files of a photo that was not saved after all."""
    default_storage.delete(photo.original.name)
    discard_copies(photo.web, photo.width, photo.focus)


# --- the readers' copies ---------------------------------------------------------------------------------


def store(folder, image, *, focus=(MIDDLE, MIDDLE), only_missing=False):
    """Make every copy of a picture (Picture.web) in a folder of the store, and return the name of the largest.

    When one cannot be made, those that were made are removed. With `only_missing` those that are there stay as they are.
    """
    web = renditions.largest_of(folder, image.width)
    with ExitStack() as undo:
        narrower = {}
        for name, width in renditions.copies(web, image.width).items():
            if only_missing and default_storage.exists(name):
                continue
            if width not in narrower:
                size = (width, max(1, round(image.height * width / image.width)))
                narrower[width] = image.resize(size, Image.Resampling.LANCZOS) if width < image.width else image
            undo.callback(default_storage.delete, name)
            _keep(name, narrower[width])
        share = renditions.share(web, focus)
        if not (only_missing and default_storage.exists(share)):
            undo.callback(default_storage.delete, share)
            _keep(share, cut(image, focus))
        undo.pop_all()
    return web


def cut(image, focus):
    """A picture for sharing, cut around a focal point (per cent from the left and from the top) as a card cuts it."""
    x, y = focus
    return ImageOps.fit(image, renditions.SHARE_SIZE, Image.Resampling.LANCZOS, centering=(x / 100, y / 100))


def share_anew(photo):
    """Make the picture for sharing of a photo whose focal point was moved. The one before stays: what is public names it.

    Nothing is made of a photo without copies, or of one whose copy is gone: `make_renditions` makes it.
    """
    share = renditions.share(photo.web, photo.focus)
    if not share or default_storage.exists(share):
        return
    with suppress(FileNotFoundError), default_storage.open(photo.web) as file, Image.open(file) as image:
        _keep(share, cut(image, photo.focus))


def discard_copies(web, width, focus=(MIDDLE, MIDDLE)):
    """Delete what store() made of a picture; `width` is that of the largest copy."""
    for name in filter(None, [*renditions.copies(web, width), renditions.share(web, focus)]):
        default_storage.delete(name)


def _keep(name, image):
    buffer = BytesIO()
    image.save(buffer, **ENCODINGS[name.rpartition(".")[2]])
    default_storage.delete(name)  # half a file that a power cut left would push this one to another name
    default_storage.save(name, ContentFile(buffer.getvalue()))


# --- a picture as readers see it -------------------------------------------------------------------------


def _for_readers(picture, widest):
    # ImageOps.exif_transpose would write the rest of the camera's data anew, and fail where that is faulty.
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
    profile = picture.info.get("icc_profile")
    picture = _of_eight_bits(picture)
    lies = turn is not None and turn not in (
        Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM,
    )  # fmt: skip
    picture.thumbnail((HIGHEST, widest) if lies else (widest, HIGHEST))
    picture = _in_srgb(_on_white(picture), profile)
    return _bare(picture.transpose(turn) if turn is not None else picture)


def _of_eight_bits(picture):
    """In a mode that can be made smaller without jagged lines: not of a palette, not of 16 bits."""
    if picture.mode.startswith("I"):
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("RGBA") if picture.mode in ("1", "P", "PA", "La", "RGBa") else picture


def _on_white(picture):
    """Without transparency."""
    if not picture.has_transparency_data:
        return picture
    rgba = picture.convert("RGBA")
    plain = Image.new("RGB", picture.size, "white")
    plain.paste(rgba, mask=rgba.getchannel("A"))
    return plain


def _in_srgb(picture, profile):
    """In the colours of every screen, whatever those of the camera or the press; a faulty profile counts as none."""
    if profile:
        with suppress(ImageCms.PyCMSError):
            return ImageCms.profileToProfile(picture, BytesIO(profile), _SRGB, outputMode="RGB")
    return picture.convert("RGB")


def _bare(picture):
    """The pixels alone: a picture that was opened carries comments and data along."""
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    return bare
