"""What the file of a picture says of itself, as IPTC (IIM) and EXIF carry it. Where it was taken by GPS is not read."""

import re
import struct
from codecs import getincrementaldecoder
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.timezone import localdate
from PIL import ExifTags, IptcImagePlugin

from articles import text

LONGEST = {"caption": 2000, "credit": 100, "place": 100}  # characters; IPTC's own limit, and those of Photo
_ENCODINGS = ("utf-8", "gb18030")  # in this order: the bytes of GBK are hardly ever right UTF-8
_CAPTION, _BYLINE, _PROVIDER, _COPYRIGHT, _DAY = (2, 120), (2, 80), (2, 110), (2, 116), (2, 55)
_PLACES = ((2, 101), (2, 95), (2, 90), (2, 92))  # country, province, city, the place in it
_HOME = {"中国", "中华人民共和国", "China", "CHN", "CN"}
_XP_TITLE, _XP_AUTHOR = 0x9C9B, 0x9C9D  # what Windows writes: 标题, 作者
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_FAULTY = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error)


class Facts(NamedTuple):
    """Empty where the file says nothing. The names are those of Photo's fields."""

    caption: str = ""
    credit: str = ""
    taken_day: date | None = None
    place: str = ""


def facts_of(picture):
    """The Facts of an opened picture, without decoding it; what is faulty among its data is left out."""
    iptc, exif, camera = _iptc(picture), _exif(picture), _camera(picture)
    credit = iptc.get(_BYLINE) or exif["artist"] or iptc.get(_PROVIDER) or iptc.get(_COPYRIGHT) or exif["copyright"]
    return Facts(
        caption=_fitting("caption", text.clean_body(iptc.get(_CAPTION) or exif["description"])),
        credit=_fitting("credit", text.clean_line(credit)),
        taken_day=_day(iptc.get(_DAY, "")) or _day(camera.replace(":", "")[:8]),
        place=_fitting("place", _place([text.clean_line(iptc.get(part, "")) for part in _PLACES])),
    )


def _fitting(field, words):
    # Without a letter they are no words: ??? is what some programs leave of Chinese.
    return words if len(words) <= LONGEST[field] and any(map(str.isalnum, words)) else ""


def _day(digits):
    """20231119 as a day; None of one that a camera cannot have seen: its clock was not set."""
    with suppress(ValueError):
        day = date.fromisoformat(digits)
        if date(1900, 1, 1) <= day <= localdate() + timedelta(days=1):
            return day
    return None


def _place(parts):
    """河南省洛阳市嵩县: from the larger to the smaller, each once, one's own country left out."""
    said = ""
    for part in parts:
        if part and part not in said and part not in _HOME:
            said += part if not said or _CHINESE.match(part) else f", {part}"
    return said


# --- IPTC ------------------------------------------------------------------------------------------------


def _iptc(picture):
    """{dataset: text} of what stands in the file; several names of one dataset are joined."""
    try:
        found = IptcImagePlugin.getiptcinfo(picture) or {}
    except _FAULTY:
        return {}
    wanted = {_CAPTION, _BYLINE, _PROVIDER, _COPYRIGHT, _DAY, *_PLACES}
    several = {key: value if isinstance(value, list) else [value] for key, value in found.items() if key in wanted}
    return _decoded({key: [one for one in values if one] for key, values in several.items()})


def _decoded(several):
    """All in the one encoding that fits all of them. A text that a program cut in the middle of a character ends before it."""
    for encoding in _ENCODINGS:
        with suppress(UnicodeDecodeError):
            return {
                key: "、".join(getincrementaldecoder(encoding)().decode(value) for value in values)
                for key, values in several.items()
            }
    return {}


# --- EXIF ------------------------------------------------------------------------------------------------


def _exif(picture):
    """{"description", "artist", "copyright": text}"""
    exif = _tags(picture)
    raw = {
        "description": exif.get(ExifTags.Base.ImageDescription),
        "artist": exif.get(ExifTags.Base.Artist),
        "copyright": exif.get(ExifTags.Base.Copyright),
    }
    said = _decoded({key: [value.encode("latin-1")] for key, value in raw.items() if _is_latin(value)})
    return {
        "description": _written_by_somebody(said.get("description", "")) or _of_windows(exif.get(_XP_TITLE)),
        "artist": said.get("artist", "") or _of_windows(exif.get(_XP_AUTHOR)),
        "copyright": said.get("copyright", ""),
    }


def _is_latin(value):
    """Whether Pillow gave a text, whose letters are the file's bytes."""
    return isinstance(value, str) and all(ord(letter) < 256 for letter in value)


def _written_by_somebody(description):
    """A description, unless it is what cameras and telephones put there by themselves: OLYMPUS DIGITAL CAMERA, dav, oznor."""
    words = description.split()
    return description if _CHINESE.search(description) or (len(words) > 2 and not description.isupper()) else ""


def _of_windows(value):
    return value.decode("utf-16-le", "ignore").rstrip("\0") if isinstance(value, bytes) else ""


def _camera(picture):
    """When the shutter opened, as the camera writes it: 2023:11:19 08:30:00; or ""."""
    try:
        said = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    except _FAULTY:
        return ""
    return said if isinstance(said, str) else ""


def _tags(picture):
    wanted = (
        ExifTags.Base.ImageDescription, ExifTags.Base.Artist, ExifTags.Base.Copyright, _XP_TITLE, _XP_AUTHOR,
    )  # fmt: skip
    found = {}
    for tag in wanted:
        with suppress(*_FAULTY):  # one that is faulty leaves the others
            found[tag] = picture.getexif().get(tag)
    return found
