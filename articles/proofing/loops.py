"""Passages that stand in a piece twice, and what was lost behind them.

A machine that transcribes a page can lose its place: it writes again what it wrote before and drops what stood there. So a
repeat is looked for over the whole piece, and at the ends of paragraphs and of joined lines, where such loops break off.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, Passage, body, found
from articles.proofing.marks import ends_open
from articles.repeats import common_tail, repeats
from articles.vocabulary import Severity

SHORTEST = 30  # 习近平新时代中国特色社会主义思想, often said twice, has 16 characters
SHORTEST_TAIL = 6  # of two lines that both break off
LONG_LINE = 40
SHORTEST_END = 8  # of a piece that breaks off in words it had before
FAR = 10_000  # characters back
SHORTEST_CLOSE = 16  # of two paragraphs that end well, but alike
LONGEST_NAME_OF_SPEAKER = 20

_PAUSE = re.compile("[，。；！？：、]")
_CLAUSE = re.compile("[，。；！？：]")
_TITLE = re.compile(r"\A[^《》]*》|《[^《》]*》?")
_CLOSED = re.compile("[。！？…!?；：”’」』）)]")
_ARTICLE = re.compile("第[一二三四五六七八九十百零〇\\d]{1,7}条")
_OF_A_LAW = 5  # articles named: laws and rules repeat themselves word by word
_FIRST_WORDS = re.compile("[^，。；！？：]{1,20}")


class _Again(NamedTuple):
    """What stands at body[paragraph][start:end] stood in paragraph `earlier` before."""

    paragraph: int
    start: int
    end: int
    earlier: int


def repeated_passages(copy: Copy) -> Iterator[Finding]:
    texts = [passage for passage in body(copy)]
    long, phrases = _long_repeats(copy)
    covered = {(again.paragraph, again.end) for again in long}
    tails, closes = _equal_tails(copy, covered)
    covered |= {(again.paragraph, again.end) for again in tails}
    if sum(len(_ARTICLE.findall(passage.text)) for passage in texts) >= _OF_A_LAW:
        long, phrases = [], [*long, *phrases]
    last = [again for again in _broken_off(copy) if (again.paragraph, again.end) not in covered]
    for again in [*long, *tails, *last]:
        yield _finding("repeated_passage", texts[again.paragraph], again)
    for again in [*phrases, *closes]:
        yield _finding("repeated_phrase", texts[again.paragraph], again)
    for again in [*long, *tails]:
        if lost := _lost_behind(copy, again):
            said = _("Words may be missing before this: what precedes it is a repeat of an earlier passage.")
            # Within a paragraph the repeat may well be meant.
            sure = lost[1] == 0 or lost[1] in _joints(copy, lost[0])
            yield found("lost_text", texts[lost[0]], *lost[1:], said, None if sure else Severity.WARNING)


def _finding(check, passage: Passage, again: _Again):
    values = {"count": again.end - again.start, "paragraph": again.earlier + 1}
    if again.earlier == again.paragraph:
        said = _("These %(count)d characters stand twice in this paragraph.") % values
    else:
        said = _("These %(count)d characters stand in paragraph %(paragraph)d already.") % values
    return found(check, passage, again.start, again.end, said)


def _long_repeats(copy):
    """(passages, long phrases) of 30 characters and more. Titles of books and papers may be long and are not counted."""
    passages, phrases = [], []
    begins = [0, *accumulate(len(text) + 1 for text in copy.paragraphs)]
    story = "\n".join(text.replace("\n", " ") for text in copy.paragraphs)
    for first, place, length in repeats(story, SHORTEST):
        own = _TITLE.sub("", story[place : place + length])
        if len(own) < SHORTEST or len(set(own)) < SHORTEST // 3:
            continue
        paragraph = bisect_right(begins, place) - 1
        start = place - begins[paragraph]
        again = _Again(paragraph, start, start + length, bisect_right(begins, first) - 1)
        (passages if _CLAUSE.search(own) else phrases).append(again)
    return passages, phrases


def _equal_tails(copy, covered):
    """(tails of lines that break off, ends of whole paragraphs) that are the same as those of the line before."""
    broken, whole = [], []
    for (one, _start, before), (other, start, end) in pairwise(_lines(copy)):
        earlier, line = copy.paragraphs[one][_start:before], copy.paragraphs[other][start:end]
        if min(len(earlier), len(line)) < LONG_LINE or (other, end) in covered:
            continue
        length = common_tail(earlier, line)
        again = _Again(other, end - length, end, one)
        if length >= SHORTEST_TAIL and not _CLOSED.match(line[-1]):
            broken.append(again)
        elif _own_words(line[len(line) - length :]) >= SHORTEST_CLOSE:
            whole.append(again)
    return broken, whole


def _lines(copy):
    """(paragraph, start, end) of every line of the body: of a paragraph, or of what one was joined from."""
    for number, text in enumerate(copy.paragraphs):
        bounds = sorted({0, len(text), *(joint for joint in _joints(copy, number) if 0 < joint < len(text))})
        for start, end in pairwise(bounds):
            yield number, start, end


def _joints(copy, number):
    return copy.raw[number] if number < len(copy.raw) else ()


def _own_words(tail):
    """How long a closing is without the speaker behind a quotation: ”王建民说。 may end many paragraphs."""
    quoted, mark, speaker = tail.rpartition("”")
    return len(quoted) if mark and len(speaker) <= LONGEST_NAME_OF_SPEAKER else len(tail)


def _broken_off(copy):
    """Paragraphs that break off in words which the piece had shortly before."""
    story = "\n".join(copy.paragraphs)
    begins = [0, *accumulate(len(text) + 1 for text in copy.paragraphs)]
    for number, text in enumerate(copy.paragraphs):
        if len(text) < LONG_LINE or number in copy.exempt or not ends_open(copy, number):
            continue
        end = begins[number] + len(text)
        oldest = max(end - FAR, 0)
        place = story.rfind(text[-SHORTEST_END:], oldest, end - 1)
        if place >= 0:
            length = common_tail(story[oldest : place + SHORTEST_END], text)
            if _PAUSE.search(text[-length:]):
                yield _Again(number, len(text) - length, len(text), bisect_right(begins, place) - 1)


def _lost_behind(copy, again):
    """(paragraph, start, end) of the first words behind a repeat that broke into a sentence, or nothing."""
    text = copy.paragraphs[again.paragraph]
    if again.start == 0:
        return None
    if again.end < len(text):
        inside = not _CLOSED.match(text[again.start - 1]) or not _CLOSED.match(text[again.end - 1])
        number, start = again.paragraph, again.end
    else:
        inside, number, start = True, again.paragraph + 1, 0
    if not inside or number >= len(copy.paragraphs) or number in copy.exempt:
        return None
    words = _FIRST_WORDS.match(copy.paragraphs[number], start)
    return (number, start, words.end()) if words else (number, start, min(start + 1, len(copy.paragraphs[number])))
