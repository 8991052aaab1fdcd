"""Pictures that somebody sends in: kept for the account until the contribution is sent, then the contribution's own.

A signal that drops, or a form that is refused, costs nobody a picture twice. Each is kept as it came, with a small copy for the
desk's screens. Never served to the public.
"""

import hashlib
import re
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.photos import read_picture
from articles.refusals import UnreadablePicture

MOST_PICTURES = 9  # of one contribution
MOST_BYTES = 20 * 1024 * 1024  # of one picture
LONGEST_NAME = 200  # characters of a file's name, as the model keeps it
SMALL = ".small.jpg"  # behind the name of a picture: its small copy
SMALL_SIZE = 800  # its longest side, in pixels
KEPT_FOR = timedelta(days=14)  # what nobody sent until then is forgotten
_REFERENCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{32}\.(?:jpg|jpeg|png|webp|avif|heic)")


class Missing(Exception):
    """A picture that is not kept, or no longer; str() is the name its sender gave it."""


class Chosen(NamedTuple):
    """A picture of a form. `reference` is that of keep(), `name` the sender's, for saying which is meant."""

    reference: str
    name: str
    caption: str


def keep(account, entry, upload):
    """Keep an uploaded picture for the form `entry` (a UUID); the same picture again is kept once. Returns its reference.

    Raises UnreadablePicture.
    """
    if upload.size > MOST_BYTES:
        raise UnreadablePicture(_("This picture is larger than 20 MB; make it smaller first."))
    picture = read_picture(upload)
    _forget_old(account)
    name = f"{hashlib.sha256(picture.content).hexdigest()[:32]}.{picture.suffix}"
    path = f"{_folder(account, entry)}/{name}"
    if not default_storage.exists(path + SMALL):  # written last: where it is, the other is whole
        default_storage.delete(path)
        default_storage.save(path, ContentFile(picture.content))
        picture.web.thumbnail((SMALL_SIZE, SMALL_SIZE))
        buffer = BytesIO()
        picture.web.save(buffer, "JPEG", quality=80)
        default_storage.save(path + SMALL, ContentFile(buffer.getvalue()))
    return f"{entry}/{name}"


def is_kept(account, reference):
    """Whether a reference, as it came in a form, is one of a picture that is kept for this account."""
    return _reads(reference) and default_storage.exists(_path(account, reference) + SMALL)


def small_kept(account, reference):
    """The bytes of the small copy of a picture that is not sent yet, a JPEG. Raises FileNotFoundError."""
    if not _reads(reference):
        raise FileNotFoundError(reference)
    return _content(_path(account, reference) + SMALL)


def small_of(picture):
    """The bytes of the small copy of a SentPicture, a JPEG. Raises FileNotFoundError."""
    return _content(picture.file.name + SMALL)


def hand_over(account, chosen, picture):
    """Give a kept picture's files to a SentPicture, which is left unsaved. Raises Missing."""
    path = _path(account, chosen.reference) if _reads(chosen.reference) else ""
    if not path or not default_storage.exists(path):
        raise Missing(chosen.name)
    try:
        with default_storage.open(path) as file:
            picture.file.save(path.rpartition("/")[2], file, save=False)
        with default_storage.open(path + SMALL) as file:
            default_storage.save(picture.file.name + SMALL, file)
    except FileNotFoundError as error:  # the same form, tapped twice, was sent just now
        discard(picture)
        raise Missing(chosen.name) from error
    picture.file_name = chosen.name[-LONGEST_NAME:]


def discard(picture):
    """Delete the files of a SentPicture that was not saved after all."""
    if picture.file:
        default_storage.delete(picture.file.name)
        default_storage.delete(picture.file.name + SMALL)


def forget(account, entry):
    """Delete what is kept for a form: it was sent."""
    _empty(_folder(account, entry))


def _forget_old(account):
    """Delete what this account chose long ago and never sent."""
    folder = f"unsent/{account.pk}"
    before = timezone.now() - KEPT_FOR
    for entry in _listed(folder)[0]:
        paths = [f"{folder}/{entry}/{name}" for name in _listed(f"{folder}/{entry}")[1]]
        with suppress(FileNotFoundError):  # it was sent meanwhile
            if paths and max(map(default_storage.get_modified_time, paths)) < before:
                _empty(f"{folder}/{entry}")


def _empty(folder):
    for name in _listed(folder)[1]:
        default_storage.delete(f"{folder}/{name}")
    with suppress(OSError):  # another picture came meanwhile
        default_storage.delete(folder)


def _listed(folder):
    """(folders, files) of a folder of the store, none of one that is not there."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _folder(account, entry):
    return f"unsent/{account.pk}/{entry}"


def _path(account, reference):
    return f"unsent/{account.pk}/{reference}"


def _reads(reference):
    """Whether a text is a reference at all: no other leads into the store."""
    return _REFERENCE.fullmatch(reference) is not None


def _content(path):
    with default_storage.open(path) as file:
        return file.read()
