"""Nothing of a page is lost: what no rule took is found here and given to an item."""

import re
from bisect import bisect_right
from dataclasses import replace

from articles.intake.items import Item, Span
from articles.intake.lines import visible

LONGEST_STRAY = 3  # characters that are a mark of their neighbour; more are furniture


def with_leftovers(items, text):
    """The items in the order of the page, with what no rule took: a stray mark goes to its neighbour, words are furniture."""
    taken = bytearray(len(text))
    for item in items:
        for start, end, _field in item.spans:
            taken[start:end] = b"\1" * (end - start)
    items = sorted(items, key=lambda item: item.spans[0])
    begins = [item.spans[0].start for item in items]
    strays, lines = {}, None
    for found in re.finditer(r"\S+", text):
        for start, end in _untaken(taken, found.start(), found.end()):
            lines = lines or _Numbers(text)
            place = bisect_right(begins, start) - 1
            if visible(text[start:end]).strip() and end - start > LONGEST_STRAY or not items:
                strays.setdefault(None, []).append(_furniture_of(text, start, end, lines))
            else:
                strays.setdefault(max(place, 0), []).append(Span(start, end, "mark"))
    found = strays.pop(None, [])
    for place, spans in strays.items():
        items[place] = _with_strays(items[place], spans, lines)
    return sorted(items + found, key=lambda item: item.spans[0])


def _untaken(taken, start, end):
    """The stretches of [start, end) that no span has."""
    while start < end and (start := taken.find(0, start, end)) >= 0:
        stop = taken.find(1, start, end)
        stop = end if stop < 0 else stop
        yield start, stop
        start = stop


class _Numbers:
    """The number of the line on which a character stands."""

    def __init__(self, text):
        self.ends = [found.end() for found in re.finditer(r"\r\n|\n|\r", text)]

    def at(self, place):
        return bisect_right(self.ends, place) + 1


def _furniture_of(text, start, end, lines):
    span = Span(start, end, "text")
    return Item("furniture", lines.at(start), lines.at(end - 1), (span,), text=visible(text[start:end]).strip())


def _with_strays(item, spans, lines):
    numbers = [lines.at(span.start) for span in spans]
    return replace(
        item,
        spans=tuple(sorted([*item.spans, *spans])),
        first_line=min(item.first_line, *numbers),
        last_line=max(item.last_line, *numbers),
    )
