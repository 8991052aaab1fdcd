"""Whether a text is in already: how much of the shorter of two texts stands in the other, by runs of four characters.

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
    """From 0 to 1: the share of the shorter text's runs that the other has too. 0 when one of them says nothing."""
    return _likeness(_folded(one), _folded(other))


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
    likest = nlargest(VERIFIED, seeming, key=lambda row: row[:2])
    verified = [(key, _likeness(folded, _folded(other))) for _hits, _n, key, other in likest]
    return sorted((row for row in verified if row[1] >= least), key=lambda row: -row[1])


def _fold(text):
    return unicodedata.normalize("NFKC", text).casefold()


def _folded(text):
    return _BETWEEN.sub("", _fold(text))


def _runs(folded):
    return {folded[n : n + LENGTH] for n in range(len(folded) - LENGTH + 1)}


def _likeness(one, other):
    short, long = sorted((one, other), key=len)
    if len(short) < SHORT:  # also what has no run
        return float(bool(short) and short == long)
    wanted = _runs(short)
    return len(wanted & _runs(long)) / len(wanted)


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
