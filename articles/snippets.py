"""Where in a text the words of a search stand: a few lines around the first of them, in the characters of the text itself."""

import re
from functools import lru_cache
from typing import NamedTuple

from articles.searchable import fold, parts_of

BEFORE, LENGTH = 24, 90  # characters before the first hit, and in all
_CLUSTER = re.compile(r".[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\uff9e\uff9f]*", re.DOTALL)  # a letter with its accents
_ENDS = "。！？；\n"  # where a sentence is over


class Run(NamedTuple):
    """A stretch of text, and whether it is one of the words that were looked for."""

    text: str
    hit: bool = False


def marked(text, terms):
    """The whole text as Runs; the terms are folded."""
    return _runs(text, _hits(text, terms), 0, len(text))


def snippet(story, terms):
    """Runs around the first hit in the text of a snapshot (articles/versions.py), else in another part of it that has one.

    Without any, the beginning of the text. "…" stands where something is left out.
    """
    headline, *others, body = parts_of(story)
    parts = [part for part in (body, *others) if part]
    for part in parts:
        if hits := _hits(part, terms):
            return _around(part, hits)
    return _around(parts[0], []) if parts else []


def _around(text, hits):
    first = hits[0][0] if hits else 0
    begin = max(first - BEFORE, 0)
    sentence = max((text.rfind(end, begin, first) for end in _ENDS), default=-1)
    begin = sentence + 1 if sentence >= begin else begin
    end = min(begin + LENGTH, len(text))
    runs = _runs(text, hits, begin, end)
    before, after = [Run("…")] * (sentence < 0 < begin), [Run("…")] * (end < len(text))
    return [*before, *runs, *after]


def _runs(text, hits, begin, end):
    runs, place = [], begin
    for first, last in hits:
        if last <= begin or first >= end:
            continue
        first, last = max(first, begin), min(last, end)
        runs += [Run(text[place:first]), Run(text[first:last], hit=True)]
        place = last
    runs.append(Run(text[place:end]))
    return [Run(run.text.replace("\n", " "), run.hit) for run in runs if run.text]


def _hits(text, terms):
    """[(begin, end)] of the terms in a text, in order, none touching the next."""
    whole = fold(text)
    if not any(term in whole for term in terms):
        return []
    folded, places = _placed(text, whole)
    found = []
    for term in terms:
        begin = folded.find(term)
        while begin >= 0:
            found.append((places[begin][0], places[begin + len(term) - 1][1]))
            begin = folded.find(term, begin + len(term))
    merged = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _placed(text, whole):
    """(the folded text, for each of its characters where it begins and ends in the text)."""
    folded, places = [], []
    for cluster in _CLUSTER.finditer(text):
        letters = _letters(cluster.group())
        folded.append(letters)
        places += [cluster.span()] * len(letters)
    joined, kept, at = "".join(folded), [], 0
    for letter in whole:  # as joined, but for blanks, and for the rare letters that only their neighbours make another
        at = joined.find(letter, at)
        if at < 0:
            return "", []
        kept.append(places[at])
        at += 1
    return whole, kept


@lru_cache(maxsize=10_000)
def _letters(cluster):
    return fold(cluster) or (" " if cluster.isspace() else "")
