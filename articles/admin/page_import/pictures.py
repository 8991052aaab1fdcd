"""The pictures that came in with a page, kept beside it until they stand under their captions. Never served to the public."""

import json
import re
from io import BytesIO
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

MOST_PICTURES = 60  # of one page
CAPTIONS = "captions.json"


class Kept(NamedTuple):
    """A picture of a page. key: its name in the store; caption: the one that lay beside it in a document, or ""."""

    key: str
    name: str
    caption: str = ""


def _folder(page_import):
    return f"page_imports/{page_import.uuid}"


def keep(page_import, pictures):
    """Keep some pictures, given as (photos.Picture, caption) pairs, behind those that are there."""
    before = kept(page_import)
    captions = {picture.key: picture.caption for picture in before}
    for number, (picture, caption) in enumerate(pictures, len(before) + 1):
        name = re.sub(r"[^\w.-]", "_", picture.name.rpartition("/")[2])[-60:]
        path = default_storage.save(f"{_folder(page_import)}/{number:03}-{name}", ContentFile(picture.content))
        key = path.rpartition("/")[2]
        captions[key] = caption
        buffer = BytesIO()
        picture.web.save(buffer, "JPEG", quality=80)
        default_storage.save(f"{_folder(page_import)}/shown/{key}", ContentFile(buffer.getvalue()))
    index = f"{_folder(page_import)}/{CAPTIONS}"
    default_storage.delete(index)
    default_storage.save(index, ContentFile(json.dumps(captions, ensure_ascii=False).encode()))


def kept(page_import):
    """The pictures of a page in the order in which they came in."""
    try:
        with default_storage.open(f"{_folder(page_import)}/{CAPTIONS}") as index:
            captions = json.load(index)
    except FileNotFoundError:
        return []
    return [Kept(key, key.partition("-")[2], caption) for key, caption in sorted(captions.items())]


def forget(page_import):
    """Delete the pictures of a page that is put away."""
    for picture in kept(page_import):
        default_storage.delete(f"{_folder(page_import)}/{picture.key}")
        default_storage.delete(f"{_folder(page_import)}/shown/{picture.key}")
    default_storage.delete(f"{_folder(page_import)}/{CAPTIONS}")


def content_of(page_import, key):
    """The bytes of a picture as it came in. Raises FileNotFoundError."""
    return _read(page_import, key, "")


def shown_of(page_import, key):
    """The bytes of its small copy, a JPEG. Raises FileNotFoundError."""
    return _read(page_import, key, "shown/")


def _read(page_import, key, below):
    if key not in {picture.key for picture in kept(page_import)}:
        raise FileNotFoundError(key)
    with default_storage.open(f"{_folder(page_import)}/{below}{key}") as file:
        return file.read()
