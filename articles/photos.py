"""Pictures as they come in: the original is kept as it was, and one copy for readers is made, once."""

import hashlib
from io import BytesIO
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from articles.refusals import UnreadablePicture

MOST_PIXELS = 60_000_000  # a 60-megapixel camera; more is a mistake or an attack
WEB_SIZE = 1600  # longest side of the readers' copy, in pixels
QUALITY = 85
KINDS = {"JPEG", "PNG", "WEBP", "MPO"}
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

    name: str
    content: bytes
    web: Image.Image  # the readers' copy: upright, small, without the camera's data (places, dates, serial numbers)


def read_picture(upload):
    """Read an uploaded file as a picture. Raises UnreadablePicture."""
    content = upload.read()
    return Picture(upload.name, content, _web_copy(content))


def hash_of(file):
    """sha256 of an uploaded file's bytes, as 64 hex digits."""
    return hashlib.file_digest(file.open("rb"), "sha256").hexdigest()


def attach(photo, picture):
    """Put a picture's files into the store and their names and hash on the photo, which is left unsaved."""
    photo.sha256 = hash_of(ContentFile(picture.content))
    photo.original.save(picture.name, ContentFile(picture.content), save=False)
    photo.width, photo.height = picture.web.size
    buffer = BytesIO()
    picture.web.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    photo.web = default_storage.save(f"web/photos/{photo.uuid}-{photo.sha256[:12]}.jpg", ContentFile(buffer.getvalue()))


def _web_copy(content):
    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.format not in KINDS:
                raise UnreadablePicture(_("This file is not a JPEG, PNG or WebP picture."))
            if picture.width * picture.height > MOST_PIXELS:
                raise UnreadablePicture(_("This picture has more than 60 million pixels; make it smaller first."))
            # ImageOps.exif_transpose would write the rest of the camera's data anew, and fail where that is faulty.
            turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation))
            picture.thumbnail((WEB_SIZE, WEB_SIZE))
            return _on_white(picture.transpose(turn) if turn is not None else picture)
    except Image.DecompressionBombError as error:
        raise UnreadablePicture(_("This picture has more than 60 million pixels; make it smaller first.")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UnreadablePicture(_("This file cannot be read as a picture; it may be damaged.")) from error


def _on_white(picture):
    """Without transparency, and without the metadata that the opened file carried along."""
    rgba = picture.convert("RGBA")
    plain = Image.new("RGB", picture.size, "white")
    plain.paste(rgba, mask=rgba.getchannel("A"))
    return plain
