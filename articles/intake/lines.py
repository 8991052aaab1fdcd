"""The lines of a page: what is printed on each, where it stands in the text, and which lines are but one line that was broken.

OCR gives every printed line as a line of its own, an e-paper every paragraph, some exports put a blank line after each.
read_lines() gives all three in one shape, so that nobody after it has to ask which it was.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from articles.intake.marks import stands_alone
from articles.intake.sentences import begins_a_paragraph, ends_a_sentence
from articles.intake.signatures import closes_a_byline, is_byline, open_byline, tail_byline

_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_COUNTED = ("\r\n", "\n", "\r")
CENTRED = 8  # half-width cells of white space before a line that stands in the middle of its column
WIDEST_COLUMN = 45  # characters; longer lines are paragraphs, not printed lines
SLACK = 1.5  # characters by which full lines of one column differ: punctuation hangs, figures are half as wide


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it reads. `pieces` are (start, end) in the page's text; between two of them the reading has `glue`."""

    text: str  # to be looked at: punctuation of one width, blanks for what nobody sees
    raw: str  # character by character the same, as it was written
    pieces: tuple[tuple[int, int], ...]
    first: int  # number of the first and the last line of the page that it stands on, from 1
    last: int
    gap: int  # blank lines before it
    indented: bool
    glue: tuple[str, ...] = ()

    def spans(self, start=0, end=None):
        """Where the stretch [start, end) of the reading stands in the page, one (start, end) for each piece it touches."""
        end = len(self.text) if end is None else end
        if len(self.pieces) == 1:
            offset = self.pieces[0][0]
            return ((offset + start, offset + end),) if start < end else ()
        lengths = [stop - begin for begin, stop in self.pieces]
        begins = list(accumulate((n + len(g) for n, g in zip(lengths, (*self.glue, ""), strict=True)), initial=0))
        found = []
        for number in range(max(bisect_right(begins, start) - 1, 0), len(self.pieces)):
            offset = self.pieces[number][0] - begins[number]
            begin, stop = max(start, begins[number]), min(end, begins[number] + lengths[number])
            if begin >= end:
                break
            if begin < stop:
                found.append((offset + begin, offset + stop))
        return tuple(found)


def joined(lines, *, apart=False):
    """One line made of several that go on in each other; with `apart` there is always a blank between them."""
    if len(lines) == 1:
        return lines[0]
    glue = [
        " " if apart else glue_between(before.text, after.text) for before, after in zip(lines, lines[1:], strict=False)
    ]
    between = [*glue, ""]
    return replace(
        lines[0],
        text="".join(part for line, g in zip(lines, between, strict=True) for part in (line.text, g)),
        raw="".join(part for line, g in zip(lines, between, strict=True) for part in (line.raw, g)),
        pieces=tuple(piece for line in lines for piece in line.pieces),
        glue=tuple(
            part for line, g in zip(lines, glue + [None], strict=True) for part in (*line.glue, g) if part is not None
        ),
        last=lines[-1].last,
    )


def visible(text):
    """The text with a blank for every character that nobody sees, of the same length."""
    return text.translate(_Blanks())


_HALF_WIDTH = re.compile(r"(?<=[^\x00-\x7f])[,;:?!]|[,;:?!](?=[^\x00-\x7f])")
_WIDE = dict(zip(",;:?!", "，；：？！", strict=True))


def one_width(text):
    """The text with full-width punctuation where half-width stands beside Chinese, of the same length."""
    return _HALF_WIDTH.sub(lambda found: _WIDE[found.group()], text)


class _Blanks(dict):
    def __missing__(self, code):
        character = chr(code)
        hidden = unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()
        self[code] = " " if hidden else code
        return self[code]


def read_lines(text):
    """(lines, usual gap): the printed lines of a page in order, those that a narrow column broke joined again."""
    lines = _printed_lines(text)
    usual = usual_gap(lines)
    return _close_brackets(_unwrap(lines)), usual


def usual_gap(lines):
    """How many blank lines commonly part two lines: more than that is a break that somebody meant."""
    gaps = Counter(line.gap for line in lines[1:])
    return max(gaps, key=lambda gap: (gaps[gap], -gap), default=0)


def _printed_lines(text):
    seen = one_width(visible(text))
    lines, number, blank, start = [], 1, 0, 0
    ends = [(found.start(), found.end(), found.group()) for found in _BREAK.finditer(text)]
    for stop, after, mark in [*ends, (len(text), len(text), "")]:
        printed = seen[start:stop]
        if words := printed.strip():
            begin = start + len(printed) - len(printed.lstrip())
            indented = 2 <= sum(2 - (c in " \t\xa0") for c in text[start:begin]) < CENTRED
            end = begin + len(words)
            lines.append(Line(words, text[begin:end], ((begin, end),), number, number, blank, indented))
            blank = 0
        else:
            blank += 1
        number += mark in _COUNTED
        start = after
    return lines


# --- Lines that a narrow column broke ----------------------------------------------------------------------


def width(text):
    """In cells of a Chinese character: letters and figures of half width count half."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def in_cells(line):
    """The printed width of a line, with the two cells that an indented one begins with."""
    return width(line.text) + 2 * line.indented


def in_characters(line):
    """The width of a line where an export broke the text after so many characters, letters and figures as long as the rest."""
    return len(line.text) + 2 * line.indented


def _unwrap(lines):
    """Join what was wrapped, block by block: a block is a stretch without blank lines."""
    done, block, page = [], [], column_of(lines)
    for line in lines:
        if block and line.gap:
            done += _unwrapped(block, page)
            block = []
        block.append(line)
    return done + _unwrapped(block, page)


_INNER = re.compile("[，。、：；]")


class Column(NamedTuple):
    """The width to which lines are filled, and how it is measured."""

    width: float
    of: Callable[[Line], float]


def column_of(block):
    """The column that the lines of a block fill, or None when they fill none: then each is a paragraph."""
    prose = sum(bool(_INNER.search(line.text[:-1])) for line in block)  # verse has its commas at the ends of its lines
    if len(block) < 3 or prose * 5 < len(block) * 2:
        return None
    columns = [found for found in map(partial(_filled, block), (in_cells, in_characters)) if found]
    return max(columns, key=lambda found: found[0])[1] if columns else None


def _filled(block, measure):
    """(how many lines are full, the column) by one measure, or None."""
    widths = [measure(line) for line in block]
    if sum(w > WIDEST_COLUMN for w in widths) * 20 > len(block):
        return None
    full = Counter(round(w) for w in widths if w >= 8)
    best = max(full, key=lambda w: (sum(full[w + n] for n in (-1, 0, 1)), w), default=0)
    near = sorted(w for w in widths if abs(w - best) <= SLACK)
    if len(near) < 3 or len(near) * 2 < len(block) - 1:
        return None
    return len(near), Column(near[len(near) // 2], measure)


def _unwrapped(block, page):
    column = column_of(block) or (page if len(block) > 1 and page and _fits(block, page) else None)
    if column is None:
        return block
    indents = sum(line.indented for line in block) >= 1 and not all(line.indented for line in block)
    runs, titles = [], _titles(block, column, indents)
    for number, line in enumerate(block):
        apart = number == 0 or number in titles or number - 1 in titles
        if apart or not _goes_on(block[number - 1], line, column, indents):
            runs.append([])
        runs[-1].append(line)
    return [joined(run) for run in runs]


def _fits(block, page):
    """Whether the lines of a short block are printed lines of the page's column: the first is full and goes on."""
    widths = [page.of(line) for line in block]
    full = any(abs(w - page.width) <= SLACK for w in widths)
    return full and max(widths) <= page.width + SLACK and "，" in "".join(line.text for line in block)


def _titles(block, column, indents):
    """The numbers of the lines at the head of a block, or behind a line that ends a piece, that are no running text."""
    found, heading = set(), True
    for number, line in enumerate(block):
        narrow = column.of(line) < column.width - SLACK
        bare = not re.search("[，。；：、！？]", line.text)
        if heading and bare and not line.text.startswith(("本报", "新华社")):
            if not (indents and line.indented) and (narrow or number == 0 or number - 1 not in found):
                found.add(number)
                continue
        heading = narrow and line.text.endswith((")", "）")) or not heading and narrow and ends_a_sentence(line.text)
        if heading and not line.text.endswith((")", "）")):
            heading = number + 1 < len(block) and column.of(block[number + 1]) < column.width - SLACK
    return found


def _goes_on(last, line, column, indents):
    """Whether a printed line goes on in the next one: it is full, and nothing says that a paragraph begins."""
    if line.text[0] in "，。、；：”’）》":
        return True
    if column.of(last) < column.width - 2 * SLACK or (indents and line.indented) or stands_alone(line.text):
        return False
    if not ends_a_sentence(last.text):
        return tail_byline(last.text) is None
    if indents:
        return column.of(last) >= column.width - SLACK
    return abs(column.of(last) - column.width) <= 0.5 and not begins_a_paragraph(line.text)


def glue_between(before, after):
    """What stands between two joined lines: nothing between Chinese characters, a blank between words of letters and names."""
    both = before[-1:] + after[:1]
    if len(both) == 2 and both.isascii() and both.isalpha():
        return " "
    words = (open_byline(before) or "").split()
    if not words or words[-1] in ("本报", "特约", "首席", "见习", "实习") or re.match(r"\S(?=[\s）)]|$)", after):
        return ""
    singles = sum(len(word) == 1 for word in words)
    return " " if len(words[-1]) > 1 or not singles % 2 else ""


# --- Bylines that were spread over two lines ---------------------------------------------------------------


def _close_brackets(lines):
    """Join a line that ends inside the brackets of a byline to the next one, when that closes them."""
    done = []
    for line in lines:
        if done and _CLOSES.fullmatch(line.text) and closes_a_byline(done[-1].text, line.text):
            done[-1] = joined([done[-1], line])
        elif done and not line.gap and _END_OF_A_NAME.fullmatch(line.text) and is_byline(done[-1].text):
            done[-1] = joined([done[-1], line])
        else:
            done.append(line)
    return done


_END_OF_A_NAME = re.compile(r"\S\s*(?:文/图|图/文|文图|摄影报道|摄|报道)?")  # □记者 赵小 | 丽 文/图
_CLOSES = re.compile(r"[^()（）。]{1,60}[)）]")
