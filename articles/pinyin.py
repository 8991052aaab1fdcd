"""Chinese names in letters: addresses and sort keys. Used once, when a row is first named; never recomputed."""

import re
from itertools import count

from pypinyin import Style, lazy_pinyin

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def sort_key(name):
    """Toneless pinyin, syllables apart: 张三 -> 'zhang san'. Databases without Chinese collations sort by it."""
    return " ".join(lazy_pinyin(name, style=Style.NORMAL)).casefold()


def slug_of(name, taken, longest=60):
    """An address made from a name, with -2, -3 … behind it when `taken` (a manager or queryset) has it already."""
    stem = (
        _NOT_A_LETTER.sub("-", "-".join(lazy_pinyin(name, style=Style.NORMAL)).casefold()).strip("-")[:longest] or "x"
    )
    for number in count(1):
        slug = stem if number == 1 else f"{stem}-{number}"
        if not taken.filter(slug=slug).exists():
            return slug
