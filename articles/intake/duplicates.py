"""Whether a text is in already: how much of the shorter of two texts stands in the other, in runs of four characters or more.

Line breaks, blanks, punctuation, width and case tell nothing: a text that came by mail and the same from a newspaper page are one.
A notice that stands word for word in a long story is in already, too.
"""

import re
import unicodedata
from heapq import nlargest

LENGTH = 4  # characters of a run
SHORT = 30  # characters below which a text is compared as a whole: a few words stand in many texts
ALIKE = 0.8
GLANCE = 6  # runs of the shorter text that are looked for first; where none is found, the texts are not alike
PROBES = 16  # runs that are looked for next
HITS = 0.5  # the share of these that must be found: nearly all are where texts are alike, a few where the matter is one
VERIFIED = 40  # texts that are compared in full at most, those with the most hits

_BETWEEN = re.compile(r"[\W_]+")
_RUN = re.compile(rf"[^\W_]{{{LENGTH}}}")


def likeness(one, other):
    """From 0 to 1: the share of the shorter text's characters in runs that the other has too. 0 when one of them says nothing."""
    one = _folded(one)
    return _likeness(one, _runs(one), _folded(other))


def likest(text, among, least=ALIKE):
    """[(key, likeness)] of the texts among the rows (key, text) that are at least so alike, the likest first; each is compared in full."""
    folded = _folded(text)
    runs = _runs(folded)
    compared = ((key, _likeness(folded, runs, _folded(other))) for key, other in among)
    return sorted((row for row in compared if row[1] >= least), key=lambda row: -row[1])


def is_short(text):
    """Whether a text says too little to be looked for in others."""
    return len(_folded(text)) < SHORT


def alike(text, *, among, least=ALIKE):
    """[(key, likeness)] of the texts among the rows (key, text) that are at least so alike, the likest first.

    Each row costs a few searches; only what seems alike is compared in full.
    """
    folded = _folded(text)
    if not folded:
        return []
    runs = _runs(folded)
    few, many = _probes(text, GLANCE), _probes(text, PROBES)
    seeming = []
    for n, (key, other) in enumerate(among):
        if len(other) <= len(text):
            hits = _hits(_probes(other, GLANCE), runs) and _hits(_probes(other, PROBES), runs)
        else:
            hits = _hits(few, other) and _hits(many, other)
        if hits >= HITS:
            seeming.append((hits, -n, key, other))
    verified = nlargest(VERIFIED, seeming, key=lambda row: row[:2])
    return likest(text, [(key, other) for _hits, _n, key, other in verified], least)


def _fold(text):
    return unicodedata.normalize("NFKC", text).casefold()


def _folded(text):
    return _BETWEEN.sub("", _fold(text))


def _runs(folded):
    return {folded[n : n + LENGTH] for n in range(len(folded) - LENGTH + 1)}


def _likeness(one, runs, other):
    """Of two folded texts, the one with its runs."""
    if min(len(one), len(other)) < SHORT:  # also what has no run
        return float(bool(one) and one == other)
    if (len(other), other) < (len(one), one):
        return _covered(other, runs) / len(other)
    return _covered(one, _runs(other)) / len(one)


def _covered(folded, runs):
    """How many characters stand in one of the runs."""
    covered = end = 0
    for begin in range(len(folded) - LENGTH + 1):
        if folded[begin : begin + LENGTH] in runs:
            covered += begin + LENGTH - max(begin, end)
            end = begin + LENGTH
    return covered


def _probes(text, number):
    """So many runs as they stand, from places spread over the text."""
    step = max(1, len(text) // number)
    found = (_RUN.search(text, place) for place in range(step // 2, len(text), step))
    return [run.group() for run in found if run]


def _hits(probes, there):
    """The share of the probes that are there: in a set of folded runs, or in a text; a text in short bits has nothing to look for."""
    if not probes:
        return 1
    if isinstance(there, set):
        return sum(_fold(probe) in there for probe in probes) / len(probes)
    return sum(probe in there for probe in probes) / len(probes)
