"""Passages that stand in a text twice: what a machine leaves that transcribes a page and loses its place."""

from array import array
from collections.abc import Iterator
from typing import NamedTuple


class Repeat(NamedTuple):
    """text[first : first + length] stands again at `again`; the two do not overlap."""

    first: int
    again: int
    length: int


def repeats(text: str, shortest: int) -> Iterator[Repeat]:
    """Every passage of `shortest` or more characters that stood before, in order of its later copy; none runs over a line end.

    Time and memory grow with the length of the text, whatever it says: windows are looked up in a table of places (8 to 16
    bytes a character), and what is part of a later copy is not looked at again.
    """
    slots = 1 << (2 * len(text)).bit_length()
    table = array("i", bytes(4 * slots))  # the place of a window, from 1; 0 is a free slot
    end = done = -1
    for line in text.split("\n"):
        place, end = end + 1, end + 1 + len(line)
        while place + shortest <= end:
            window = text[place : place + shortest]
            slot = hash(window) & slots - 1
            while (earlier := table[slot] - 1) >= 0 and not text.startswith(window, earlier):
                slot = slot + 1 & slots - 1
            if earlier < 0:
                table[slot] = place + 1
            elif earlier + shortest <= place and place >= done:
                length = _common_head(text, earlier, place, end)
                yield Repeat(earlier, place, length)
                done = place + length
                place = done - shortest  # the windows over its end are new
            place += 1


def _common_head(text, first, again, end):
    """How many characters from `first` and from `again` on are the same, before the one meets the other or `end`."""
    length, most = 0, min(again - first, end - again)
    while length < most and text[first + length] == text[again + length]:
        length += 1
    return length


def common_tail(one: str, other: str) -> int:
    """With how many same characters two texts end."""
    length, most = 0, min(len(one), len(other))
    while length < most and one[-1 - length] == other[-1 - length]:
        length += 1
    return length
