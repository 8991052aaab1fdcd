"""What is proofed, what is found in it, and the list of the checks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from articles.vocabulary import Severity

LONGEST_EXCERPT = 120
SHORTEST_EXCERPT = 12  # of what can be found again by eye


class Finding(NamedTuple):
    """Something that looks wrong in a piece.

    field: kicker headline subhead summary body caption byline, or "" for the whole piece. `paragraph` counts the paragraphs
    of the body or the captions, from 0. `start` and `end` are characters of that paragraph or field. `excerpt` is the words
    there; a few neighbours with them where they alone would not be found again.
    """

    check: str
    severity: Severity
    field: str
    paragraph: int | None
    start: int
    end: int
    excerpt: str
    detail: str


@dataclass(frozen=True)
class Copy:
    """A piece as it is proofed: texts without the marks of the body."""

    kind: str
    kicker: str = ""
    headline: str = ""
    subhead: str = ""
    summary: str = ""
    paragraphs: tuple[str, ...] = ()
    exempt: frozenset[int] = frozenset()  # paragraphs that are headings, verse lines, notes: they may end as they like
    captions: tuple[str, ...] = ()
    byline: str = ""
    signed: bool = True  # False for kinds and genres that need no byline
    jump: str = ""
    day: date | None = None  # of the edition
    raw: tuple[tuple[int, ...], ...] = ()  # of each paragraph, the offsets at which lines were joined


class Passage(NamedTuple):
    """One text of a piece, and where it stands."""

    field: str
    paragraph: int | None
    text: str


def passages(copy: Copy) -> Iterator[Passage]:
    """Every text of a piece, in the order of print."""
    for field in ("kicker", "headline", "subhead", "summary"):
        yield Passage(field, None, getattr(copy, field))
    yield from body(copy)
    for number, caption in enumerate(copy.captions):
        yield Passage("caption", number, caption)
    yield Passage("byline", None, copy.byline)


def body(copy: Copy) -> Iterator[Passage]:
    for number, paragraph in enumerate(copy.paragraphs):
        yield Passage("body", number, paragraph)


def running(copy: Copy) -> Iterator[Passage]:
    """The texts that are written in sentences: the summary, the body and the captions."""
    yield Passage("summary", None, copy.summary)
    yield from body(copy)
    for number, caption in enumerate(copy.captions):
        yield Passage("caption", number, caption)


class Check(NamedTuple):
    severity: Severity
    label: str


_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE
CHECKS = {
    "repeated_passage": Check(_E, _("repeated passage")),
    "lost_text": Check(_E, _("lost text")),
    "cut_off_paragraph": Check(_E, _("cut-off paragraph")),
    "unmatched_quote": Check(_E, _("unmatched quote mark")),
    "unmatched_bracket": Check(_E, _("unmatched bracket")),
    "garbled": Check(_E, _("garbled characters")),
    "byline_missing": Check(_E, _("no byline")),
    "unwritten": Check(_E, _("text not yet written")),
    "name_one_off": Check(_E, _("name one character off")),
    "wrong_title": Check(_E, _("title not held")),
    "desk_term": Check(_E, _("wrong word of the desk's table")),
    "byline_doubt": Check(_W, _("doubtful byline")),
    "repeated_phrase": Check(_W, _("long phrase twice")),
    "mark_twice": Check(_W, _("two marks in a row")),
    "percent": Check(_W, _("percentage over 100")),
    "parts_and_whole": Check(_W, _("part larger than the whole")),
    "product": Check(_W, _("figures that do not multiply")),
    "unit_of_noun": Check(_W, _("unit that does not fit")),
    "impossible_date": Check(_W, _("day that does not exist")),
    "date_after_edition": Check(_W, _("day after the edition")),
    "weekday": Check(_W, _("wrong weekday")),
    "name_variant": Check(_W, _("name spelt in two ways")),
    "rank_order": Check(_W, _("order of rank")),
    "unknown_place": Check(_W, _("unknown place")),
    "ambiguous_place": Check(_W, _("place of several")),
    "wrong_word": Check(_W, _("wrong word")),
    "identity_number": Check(_W, _("identity number")),
    "telephone": Check(_W, _("mobile number")),
    "bank_card": Check(_W, _("bank card number")),
    "half_width": Check(_N, _("half-width mark")),
    "number_style": Check(_N, _("numerals of two kinds")),
    "doubled_hedge": Check(_N, _("vague in two ways")),
    "date_without_year": Check(_N, _("day without a year")),
    "doubled_character": Check(_N, _("doubled character")),
    "repeated_verb": Check(_N, _("verb twice")),
    "long_headline": Check(_N, _("long headline")),
    "repeated_headline": Check(_N, _("same words in two headings")),
}


def found(check: str, passage: Passage, start: int, end: int, detail: str, severity: Severity | None = None) -> Finding:
    """The finding of a check at passage.text[start:end], of the check's own severity unless one is given."""
    excerpt = excerpt_of(passage.text, start, end)
    severity = severity or CHECKS[check].severity
    return Finding(check, severity, passage.field, passage.paragraph, start, end, excerpt, detail)


def excerpt_of(text: str, start: int, end: int) -> str:
    """The words from `start` to `end`, 120 characters at most, with neighbours when they are few or stand elsewhere too."""
    left, right = start, min(end, start + LONGEST_EXCERPT)
    for width in (SHORTEST_EXCERPT, 24, 48, 96):
        if right - left >= SHORTEST_EXCERPT and text.count(text[left:right]) <= 1:
            break
        width = max(width, right - left)
        left = max(min(left - (width - (right - left)) // 2, len(text) - width), 0)
        right = min(left + width, len(text))
    return text[left:right]
