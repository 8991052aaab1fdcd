"""The copies of a picture that readers get, known by the name of the largest alone: neither disk nor database is asked.

Beside …/1600.jpg, which rows name, stand the same picture 480 and 960 pixels wide, each width as .webp and .avif too, and
share-50-50.jpg, cut for those who share a page. An older picture has one copy (….jpg, in no folder of its own) and nothing
beside it. Every name here may as well be the address it is served at: only its end is read.
"""

import re

WIDTHS = (480, 960, 1600)  # pixels: a phone, a phone of many pixels or half a screen, a column of a large screen
SOURCES = {
    "avif": "image/avif",
    "webp": "image/webp",
}  # the smaller files first: a browser takes the first that it knows
SHARE_SIZE = (1200, 630)  # pixels, as WeChat and Open Graph like it

_LARGEST = re.compile(r"(?P<folder>.*/)[0-9]+\.jpg")


def widths(largest):
    """The widths made of a picture whose largest copy is so wide; none that would nearly repeat the largest."""
    return [width for width in WIDTHS if width * 5 <= largest * 4] + [largest]


def largest_of(folder, width):
    """The name of the largest copy, which rows keep."""
    return f"{folder}/{width}.jpg"


def copies(web, width):
    """{name: its width} of every copy but the one for sharing."""
    folder = _folder(web)
    if not folder:
        return {web: width} if web else {}
    return {f"{folder}{each}.{suffix}": each for each in widths(width) for suffix in ("jpg", *SOURCES)}


def sources(web, width):
    """[(media type, srcset)] for the <source>s of a picture, the preferred first; empty where there is the one copy."""
    folder = _folder(web)
    return [(kind, _set(folder, width, suffix)) for suffix, kind in SOURCES.items()] if folder else []


def srcset(web, width):
    """The srcset of the JPEGs; "" where there is the one copy."""
    folder = _folder(web)
    return _set(folder, width, "jpg") if folder else ""


def smallest(web, width):
    """The narrowest JPEG, for the desk's lists."""
    folder = _folder(web)
    return f"{folder}{widths(width)[0]}.jpg" if folder else web


def share(web, focus):
    """The picture for sharing, cut around a focal point (per cent from the left and from the top); "" where there is none."""
    folder = _folder(web)
    return f"{folder}share-{focus[0]}-{focus[1]}.jpg" if folder else ""


def _folder(web):
    found = _LARGEST.fullmatch(web)
    return found["folder"] if found else ""


def _set(folder, width, suffix):
    return ", ".join(f"{folder}{each}.{suffix} {each}w" for each in widths(width))
