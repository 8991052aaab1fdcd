"""A body of text: lines, where every non-empty line is a paragraph. What the marks mean, and how a pasted text becomes one.

## 小标题        a subhead            >> 编者按     an editor's note
| 一行诗         a line that keeps its break   【图1】  figure 1 stands here      **…**  bold
"""

import re
from dataclasses import dataclass

# Nothing to a reader: zero-width and direction marks that pasted text carries, control characters.
_INVISIBLE = re.compile(
    "[\u061c\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1b\x7f]"
    "|(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d"  # between emoji it makes one of two
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_MARKS = (
    ("##", re.compile(r"^(?:##|＃＃)\s*")),
    (">>", re.compile(r"^(?:>>|＞＞)\s*")),
    ("|", re.compile(r"^[|｜]\s*")),
)
_FIGURE = re.compile(r"^(?:【图\s*(\d{1,3})】|\[\[图\s*(\d{1,3})\]\]|［图\s*(\d{1,3})］|\[图\s*(\d{1,3})\])$")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_SENTENCE = re.compile(r"[^\s。！？；][^\n。！？；]*")
_CLAUSE = re.compile(r"[^\s，。！？；,!?;][^\n，。！？；,!?;]*")

_KINDS = {"##": "heading", ">>": "note", "|": "line"}


@dataclass(frozen=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Block:
    """One paragraph-like thing of a body. kind: paragraph, heading, note, line or figure (then `figure` is its number)."""

    kind: str
    runs: tuple[Run, ...] = ()
    figure: int = 0


def for_xml(text):
    """The text without the characters that no XML may hold: one of them, and a reader refuses the whole file."""
    return _NOT_XML.sub("", text)


def clean_line(text):
    """One line of text without invisible characters and outer white space (a headline, a credit)."""
    lines = _INVISIBLE.sub("", _NEWLINES.sub("\n", text)).split("\n")
    return " ".join(filter(None, map(str.strip, lines)))


def clean_body(text):
    """The text as it is kept: one paragraph a line, marks in their one spelling, nothing else changed.

    Blank lines, leading blanks of any kind (U+3000 too), trailing space and marks with nothing behind them are dropped.
    Cleaning twice changes nothing.
    """
    lines = _INVISIBLE.sub("", _NEWLINES.sub("\n", text)).split("\n")
    return "\n".join(filter(None, map(_clean_paragraph, lines)))


def _clean_paragraph(line):
    line = line.strip()
    if figure := _figure_number(line):
        return f"【图{figure}】"
    for mark, spelling in _MARKS:
        if found := spelling.match(line):
            rest = line[found.end() :].strip()
            return f"{mark} {rest}" if rest else ""
    return line


def _figure_number(line):
    found = _FIGURE.match(line)
    return int(next(filter(None, found.groups()))) if found else 0


def figure_marks(body):
    """The numbers of the figures that a cleaned body places, in order."""
    return [block.figure for block in blocks(body) if block.kind == "figure"]


def renumber_figures(body, numbers):
    """The cleaned body with its figure marks renumbered; `numbers` maps old to new, and None drops the mark."""
    lines = []
    for line in body.split("\n"):
        figure = _figure_number(line)
        number = numbers.get(figure, figure) if figure else None
        if not figure or number:
            lines.append(f"【图{number}】" if figure else line)
    return "\n".join(lines)


def new_numbers(before, after):
    """{old number: new one, or None where it went} of figures, from {figure: number} before and after they were changed.

    The number of a figure that went stays where a new one has taken it.
    """
    new = {number for figure, number in after.items() if figure not in before}
    return {number: after.get(figure, number if number in new else None) for figure, number in before.items()}


def blocks(body):
    """The blocks of a cleaned body, in order."""
    return [_block(line) for line in body.split("\n") if line]


def _block(line):
    if figure := _figure_number(line):
        return Block("figure", figure=figure)
    mark, _, rest = line.partition(" ")
    if mark in _KINDS and rest:
        return Block(_KINDS[mark], _runs(rest))
    return Block("paragraph", _runs(line))


def _runs(text):
    """re.split with one group gives plain and bold stretches in turn."""
    return tuple(Run(part, bold=bool(n % 2)) for n, part in enumerate(_BOLD.split(text)) if part)


def count_characters(body):
    """字数: the characters a reader reads, white space and the marks left out."""
    return sum(not c.isspace() for block in blocks(body) for run in block.runs for c in run.text)


def count_line(line):
    """The characters of a line in which nothing is a mark, a headline: white space left out."""
    return sum(not c.isspace() for c in line)


def plain(body):
    """The body's text without marks, one paragraph a line; figures leave nothing."""
    return "\n".join("".join(run.text for run in block.runs) for block in blocks(body) if block.kind != "figure")


def first_clause(text):
    """What stands before the first comma or stop: of a caption, mostly what the picture shows."""
    found = _CLAUSE.search(text)
    return found.group().strip() if found else ""


def first_sentence(text, longest):
    """The first sentence, cut with … when longer than `longest` characters: what stands for a missing headline."""
    found = _SENTENCE.search(text)
    sentence = found.group().strip() if found else ""
    return sentence if len(sentence) <= longest else sentence[: longest - 1] + "…"
