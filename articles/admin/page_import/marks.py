"""The text of a page as the screen of a page import shows it: numbered lines, each stretch with the entry it belongs to, and
each finding marked where it stands."""

from bisect import bisect_right
from typing import NamedTuple

from articles.admin.page_import.characters import Squeezed, squeeze

WORST = ("error", "warning", "note")


class Mark(NamedTuple):
    """A finding on the page, `end` excluded. `name` leads to it from the list of findings."""

    start: int
    end: int
    severity: str
    sentence: str
    name: str


class Segment(NamedTuple):
    """A stretch of one line in which nothing changes. entry: the number of its entry, or ""; look: how that stands on the page
    (piece, other, furniture, skipped); name: where a mark begins."""

    text: str
    entry: int | str
    field: str
    look: str
    severity: str
    sentence: str
    name: str


class Line(NamedTuple):
    """begins: (number, label) of the entries that begin in this line."""

    number: int
    segments: list[Segment]
    begins: list[tuple[int, str]]


def lines_of(page_text, entries, marks, labels):
    """The lines of the page that are not blank, as Lines. `labels` are what the entries are called, in their order."""
    owner = sorted(
        (start, end, number, field) for number, entry in enumerate(entries) for start, end, field in entry.stretches
    )
    first = {number: min(entry.stretches)[0] for number, entry in enumerate(entries) if entry.stretches}
    cuts = sorted({0, len(page_text), *(offset for start, end, *_rest in (*owner, *marks) for offset in (start, end))})
    starts = [start for start, *_rest in owner]
    marks, looks = sorted(marks), list(_looks(entries))
    lines, offset = [], 0
    for number, line in enumerate(page_text.split("\n"), 1):
        if line.strip():
            end = offset + len(line)
            begins = [(entry, labels[entry]) for entry, place in first.items() if offset <= place < end]
            lines.append(
                Line(number, list(_segments(page_text, offset, end, cuts, owner, starts, marks, looks)), begins)
            )
        offset += len(line) + 1
    return lines


def _looks(entries):
    """How each entry stands out from the page: pieces that follow each other in two tints."""
    odd = False
    for entry in entries:
        odd = odd if not entry.is_piece else not odd
        yield "furniture" if not entry.is_piece else "skipped" if entry.skipped else "piece" if odd else "other"


def _segments(page_text, start, end, cuts, owner, starts, marks, looks):
    place = bisect_right(cuts, start)
    while start < end:
        until = min(cuts[place] if place < len(cuts) else end, end)
        at = bisect_right(starts, start) - 1
        inside = at >= 0 and start < owner[at][1]
        entry, field = owner[at][2:] if inside else ("", "")
        look = looks[entry] if inside else ""
        over = [mark for mark in marks if mark.start <= start < mark.end]
        severity = next((severity for severity in WORST if any(mark.severity == severity for mark in over)), "")
        name = next((mark.name for mark in over if mark.start == start), "")
        sentence = "\n".join(dict.fromkeys(mark.sentence for mark in over))
        yield Segment(page_text[start:until], entry, field, look, severity, sentence, name)
        start, place = until, place + 1


def mark_of(finding, entry, page_text, name, squeezed=None):
    """Where a finding of an entry stands on the page, as a Mark; None where what was typed does not stand there."""
    squeezed = squeezed or Squeezed(page_text, entry.stretches)
    source = source_of(finding, entry)
    if source:
        place = squeezed.text.find(squeeze(source))
        before, words = squeeze(source[: finding.start]), squeeze(source[finding.start : finding.end])
        if place >= 0 and before + words:
            first, last = place + len(before), place + len(before) + max(len(words), 1) - 1
            if not words and before:
                first, last = first - 1, first - 1  # something that is missing: the character before it
            if last < len(squeezed.offsets):
                return _mark(finding, squeezed.offsets[first], squeezed.offsets[last], name)
    found = squeezed.find(finding.excerpt) if finding.excerpt else None
    return _mark(finding, *found, name) if found else None


def _mark(finding, first, last, name):
    return Mark(first, last + 1, str(finding.severity), finding.detail, name)


def source_of(finding, entry):
    """The paragraph or the field that a finding counts its characters in."""
    if finding.field == "body":
        rows = entry.plain_paragraphs
    elif finding.field == "caption":
        rows = [caption.text for caption in entry.captions]
    else:
        name = {"byline": "printed_byline"}.get(finding.field, finding.field)
        return getattr(entry, name, "") if name in ("kicker", "headline", "subhead", "printed_byline") else ""
    if finding.paragraph is None or not 0 <= finding.paragraph < len(rows):
        return ""
    return rows[finding.paragraph]
