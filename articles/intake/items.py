"""What stands on a page: the items that are read from it, frozen. Pure text: no database, no clock."""

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of the page's text. field: kicker headline subhead body text byline_text mark jump."""

    start: int
    end: int
    field: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it reads, and the stretches of the page it was joined from. A heading is a 小标题 between paragraphs."""

    text: str
    spans: tuple[tuple[int, int], ...]
    heading: bool = False


@dataclass(frozen=True)
class Item:
    """What stands by itself on a page. kind: story, photo, brief, correction or furniture; lines count from 1, both included."""

    kind: str
    first_line: int
    last_line: int
    spans: tuple[Span, ...]
    column: str = ""
    section: str = ""  # the banner over a package of pieces
    kicker: str = ""
    headline: str = ""
    subhead: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    text: str = ""  # of furniture
    byline: str = ""
    jump: str = ""


@dataclass(frozen=True)
class Page:
    text: str
    items: tuple[Item, ...]
