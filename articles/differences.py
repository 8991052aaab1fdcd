"""What changed between two texts, as a reader of Chinese would mark it: paragraphs first, then characters within them.

A text is lines, and a line is a paragraph. Numbers and words in Latin letters change whole (11月 to 12月, not 1 and a 2), a
character or two that two rewritten passages happen to share is no island between them, and a paragraph of which little is
left is shown as taken out and written anew. diff-match-patch finds the differences; what takes too long is shown whole.

No database: two snapshots (their shape stands in versions.py) or two texts go in.
"""

import re
import time
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from diff_match_patch import diff_match_patch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.vocabulary import Kind, Medium, Role

SAME, GONE, NEW = "same", "gone", "new"

TIME = 1.0  # seconds for one comparison; what is not compared by then is shown as replaced whole
LONGEST = 10_000  # characters of two paragraphs, or lines of two texts, between their first and their last difference
MOST_PAIRS = 40_000  # of paragraphs that are tried for likeness in one rewritten stretch
JOINED = 4  # paragraphs that one is split into, or that are made one, and are still known again
ALIKE = 0.3  # share of two characters in a row that two paragraphs have in common to be two states of one
KEPT = 0.2  # share of a paragraph that must stand unchanged, or it is shown as written anew
NEIGHBOURS = 1  # unchanged paragraphs beside a change that are shown with it
FOLDED_FROM = 3  # unchanged paragraphs in a row that are worth folding

# What is read as one character: numbers (3.5%, 07:00, ２０２３), Latin words, the mark of bold type, a sign with what belongs to it.
_UNIT = re.compile(
    r"[^\W\d_\u0080-\uffff\U00010000-\U0010ffff]+"
    r"|\d+(?:[.,:]\d+)*[%％]?"
    r"|\*\*"
    r"|.(?:\u200d.|[\ufe00-\ufe0f\U000e0100-\U000e01ef\U0001f3fb-\U0001f3ff])*",
    re.S,
)
_OPERATIONS = {0: SAME, -1: GONE, 1: NEW}
_SPARE = range(0x20000, 0x2A6E0)  # rare characters that stand for a number or a word: letters, as those are
_library = diff_match_patch()


class Run(NamedTuple):
    """A stretch of text that is the `same` in both, is `gone`, or is `new`. A line break in it is one that went or came."""

    kind: str
    text: str

    @property
    def shown(self):
        """The text for a page, on which a line break that went or came is seen."""
        return self.text.replace("\n", "¶" if self.kind == GONE else "¶\n")


Paragraph = tuple[Run, ...]


class Stretch(NamedTuple):
    """Paragraphs that stand together: `folded` when none of them is changed and a page may hide them."""

    folded: bool
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class FieldChange:
    """What changed in one field. A paragraph that is wholly new or gone has runs of that kind alone."""

    field: str  # as the snapshot calls it
    label: str  # lazy
    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def stretches(self):
        """The paragraphs as Stretches: long unchanged passages may be folded, one paragraph beside each change is not."""
        changed = [number for number, paragraph in enumerate(self.paragraphs) if is_changed(paragraph)]
        near = {number + step for number in changed for step in range(-NEIGHBOURS, NEIGHBOURS + 1)}
        found = []
        for far, group in groupby(range(len(self.paragraphs)), key=lambda number: number not in near):
            paragraphs = tuple(self.paragraphs[number] for number in group)
            folded = far and len(paragraphs) >= FOLDED_FROM
            if found and not folded and not found[-1].folded:
                paragraphs = found.pop().paragraphs + paragraphs
            found.append(Stretch(folded, paragraphs))
        return tuple(found)


def is_changed(paragraph):
    return any(run.kind != SAME for run in paragraph)


def old_of(paragraphs):
    """The text before, from the paragraphs of a change of text."""
    return _text_of(paragraphs, NEW)


def new_of(paragraphs):
    """The text after, from the paragraphs of a change of text."""
    return _text_of(paragraphs, GONE)


def _text_of(paragraphs, left_out):
    kept = [[run.text for run in paragraph if run.kind != left_out] for paragraph in paragraphs]
    return "\n".join("".join(texts) for texts in kept if texts)


# --- two texts -------------------------------------------------------------------------------------------


def of_text(old, new, *, seconds=TIME):
    """The paragraphs of both texts with what changed; () for equal texts. old_of() and new_of() give back both exactly."""
    return _of_text(old, new, time.time() + seconds)


def _of_text(old, new, deadline):
    if old == new:
        return ()
    paragraphs = []
    for kept, before, after in _stretches(_lines(old), _lines(new), deadline):
        if kept:
            paragraphs += [(Run(SAME, line),) for line in before]
        else:
            paragraphs += _rewritten(before, after, deadline)
    return tuple(paragraphs)


def _lines(text):
    return text.split("\n") if text else []


def _stretches(old, new, deadline):
    """(whether both have it, items of old, items of new) of two sequences, in order, changes as large as they stand together."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    middles = old[start : len(old) - end], new[start : len(new) - end]
    if start:
        yield True, old[:start], new[:start]
    yield from _middle(*middles, deadline)
    if end:
        yield True, old[len(old) - end :], new[len(new) - end :]


def _shared(one, other):
    """With how many equal items both begin."""
    number = 0
    for number, (item, opposite) in enumerate(zip(one, other, strict=False), 1):
        if item != opposite:
            return number - 1
    return number


def _middle(old, new, deadline):
    if not (old and new) or max(len(old), len(new)) > LONGEST or time.time() > deadline:
        if old or new:
            yield False, old, new
        return
    codes = {}
    coded = ["".join(codes.setdefault(item, chr(len(codes))) for item in items) for items in (old, new)]
    here = there = 0
    for kept, group in groupby(_library.diff_main(*coded, False, deadline), key=lambda part: part[0] == 0):
        sizes = dict.fromkeys(_OPERATIONS, 0)
        for operation, letters in group:
            sizes[operation] += len(letters)
        before, after = here + sizes[0] + sizes[-1], there + sizes[0] + sizes[1]
        yield kept, old[here:before], new[there:after]
        here, there = before, after


def _rewritten(old, new, deadline):
    """The paragraphs of a stretch of lines that was changed: each beside the one it became, where that can be told."""
    for before, after in _pairs(old, new, deadline):
        if before and after:
            yield from _within("\n".join(before), "\n".join(after), deadline)
        else:
            yield from ((Run(GONE, line),) for line in before)
            yield from ((Run(NEW, line),) for line in after)


def _pairs(old, new, deadline):
    """(lines, lines) in order: one line each for two states of a paragraph, several where one was split or some were joined."""
    if len(old) == len(new) == 1:
        return [(old, new)]
    if not (old and new) or len(old) * len(new) > MOST_PAIRS:
        return [(old, []), ([], new)]
    ways = _ways(old, new, deadline)
    pairs, row, column = [], len(old), len(new)
    while row or column:
        rows, columns = ways[row][column]
        pairs.append((old[row - rows : row], new[column - columns : column]))
        row, column = row - rows, column - columns
    return pairs[::-1]


def _ways(old, new, deadline):
    """For each number of lines of both texts the last step, (lines of old, lines of new), of the best way to pair them."""
    couples = [[_couples(line) for line in lines] for lines in (old, new)]
    shared = [[0] * len(new) for _line in old]
    for row, before in enumerate(couples[0]):
        for column, after in enumerate(couples[1]):
            if time.time() > deadline:
                return _no_pairs(old, new)
            shared[row][column] = len(before & after)
    sizes = [[len(found) for found in side] for side in couples]
    best = [[0] * (len(new) + 1) for _row in range(len(old) + 1)]
    ways = _no_pairs(old, new)
    for row in range(1, len(old) + 1):
        for column in range(1, len(new) + 1):
            best[row][column] = max(best[row - 1][column], best[row][column - 1])
            # Without a match, what came stands behind what went.
            ways[row][column] = (0, 1) if best[row][column] == best[row][column - 1] else (1, 0)
            for rows, columns in _steps(row, column):
                gain = _gain(shared, sizes, range(row - rows, row), range(column - columns, column))
                if gain and best[row - rows][column - columns] + gain > best[row][column]:
                    best[row][column] = best[row - rows][column - columns] + gain
                    ways[row][column] = rows, columns
    return ways


def _no_pairs(old, new):
    return [[(0, 1) if column else (1, 0) for column in range(len(new) + 1)] for _row in range(len(old) + 1)]


def _steps(row, column):
    yield 1, 1
    yield from ((1, columns) for columns in range(2, min(JOINED, column) + 1))
    yield from ((rows, 1) for rows in range(2, min(JOINED, row) + 1))


def _gain(shared, sizes, rows, columns):
    """How much two paragraphs, or one and the several it became, have in common; 0 when it is too little to be one."""
    if len(rows) == len(columns) == 1:
        row, column = rows[0], columns[0]
        common = shared[row][column]
        return common if 2 * common >= ALIKE * (sizes[0][row] + sizes[1][column]) else 0
    gain = 0
    for row in rows:
        for column in columns:
            # Of a paragraph that was split, most of each part must come from it.
            part = sizes[1][column] if len(columns) > 1 else sizes[0][row]
            if 2 * shared[row][column] < part or not part:
                return 0
            gain += shared[row][column]
    return gain


def _couples(line):
    """The two characters in a row that a line has; of one character, that."""
    return set(map("".join, zip(line, line[1:], strict=False))) or {line}


# --- within a paragraph ----------------------------------------------------------------------------------


def _within(old, new, deadline):
    """The paragraph that one became; two of them, gone and new, when little of it is left."""
    if old == new:
        return [(Run(SAME, old),)]
    runs = _runs(old, new, deadline)
    if sum(len(run.text) for run in runs if run.kind == SAME) >= max(1, KEPT * min(len(old), len(new))):
        return [runs]
    return [(Run(kind, line),) for kind, text in ((GONE, old), (NEW, new)) for line in text.split("\n")]


def _runs(old, new, deadline):
    units = [_UNIT.findall(text) for text in (old, new)]
    start = _shared(*units)
    end = _shared(*(side[start:][::-1] for side in units))
    if max(map(len, units)) - start - end > LONGEST or time.time() > deadline:
        gone, came = (side[start : len(side) - end] for side in units)
        before, after = units[0][:start], units[0][len(units[0]) - end :]
        parts = [(SAME, before), (GONE, gone), (NEW, came), (SAME, after)]
        return tuple(Run(kind, "".join(found)) for kind, found in parts if found)
    coded, meaning = _coded(*units)
    found = _library.diff_main(*coded, False, deadline)
    _library.diff_cleanupSemantic(found)  # no islands of 的 and 了 between rewritten passages
    return tuple(
        _runs_of(
            (_OPERATIONS[operation], "".join(meaning.get(letter, letter) for letter in letters))
            for operation, letters in found
        )
    )


def _coded(old, new):
    """Both lists as strings of one letter a unit, and {letter: unit} of those that are longer."""
    units = dict.fromkeys(unit for unit in (*old, *new) if len(unit) > 1)
    taken = {unit for unit in (*old, *new) if len(unit) == 1}
    spare = (letter for letter in map(chr, _SPARE) if letter not in taken)
    letters = dict(zip(units, spare, strict=False))
    return ["".join(letters.get(unit, unit) for unit in side) for side in (old, new)], {
        letter: unit for unit, letter in letters.items()
    }


def _runs_of(parts):
    """Runs of (kind, text) in order; where text went and came, what went stands before what came."""
    for kept, group in groupby(parts, key=lambda part: part[0] == SAME):
        texts = {SAME: "", GONE: "", NEW: ""}
        for kind, text in group:
            texts[kind] += text
        yield from (Run(kind, texts[kind]) for kind in ((SAME,) if kept else (GONE, NEW)) if texts[kind])


# --- two snapshots ---------------------------------------------------------------------------------------

# What is compared character by character, in the order of a story page; between them stands what is compared row by row.
TEXTS = {
    "kicker": gettext_lazy("kicker"),
    "headline": gettext_lazy("headline"),
    "subhead": gettext_lazy("subhead"),
    "summary": gettext_lazy("summary"),
    "byline": gettext_lazy("byline as printed"),
    "body": gettext_lazy("text"),
}
LABELS = TEXTS | {
    "figures": gettext_lazy("figures"),
    "credits": gettext_lazy("bylines"),
    "column": gettext_lazy("column"),
    "source": gettext_lazy("source"),
    "ai_made": gettext_lazy("made with AI"),
    "kind": gettext_lazy("kind"),
}
SOURCE = {
    "name": gettext_lazy("source"),
    "author": gettext_lazy("original author"),
    "headline": gettext_lazy("original headline"),
    "url": gettext_lazy("original link"),
    "day": gettext_lazy("original day"),
}
FIGURE_TEXTS = {
    "caption": gettext_lazy("caption"),
    "credit": gettext_lazy("credit"),
    "alt": gettext_lazy("description of the picture"),
    "crop": gettext_lazy("crop"),
}
FILE = ("medium", "photo", "sha256", "web", "width", "height", "file")  # by which one picture is another
BEGINNING = 20  # characters of a caption by which a figure is called


def changed_fields(old, new):
    """The labels of the fields in which two snapshots differ, in order."""
    return tuple(label for field, label in LABELS.items() if old[field] != new[field])


def between(old, new, *, seconds=TIME):
    """What changed between two snapshots, a FieldChange for each field that did; () when they are equal.

    Paragraphs of rows (figures, credits, source) are sentences about them, in the language that is active.
    """
    deadline = time.time() + seconds
    return tuple(
        FieldChange(field, label, _of_field(field, old[field], new[field], deadline))
        for field, label in LABELS.items()
        if old[field] != new[field]
    )


def _of_field(field, old, new, deadline):
    if field in TEXTS:
        return _of_text(old, new, deadline)
    if field == "figures":
        return tuple(_of_figures(old, new, deadline))
    return _of_rows(_ROWS[field](old), _ROWS[field](new), deadline)


def _of_rows(old, new, deadline):
    """The paragraphs of two lists of (what a row is known by, how it is called): rows change whole."""
    paragraphs, names = [], {words for _key, words in old}
    for kept, before, after in _stretches(old, new, deadline):
        if kept:
            paragraphs += [(Run(SAME, words),) for _key, words in before]
        else:
            paragraphs += [(Run(GONE, words),) for _key, words in before]
            moved = {words for key, words in after if (key, words) in old}
            paragraphs += [
                (Run(NEW, _("%(name)s (another of this name)") % {"name": words}),)
                if words in names and words not in moved
                else (Run(NEW, words),)
                for _key, words in after
            ]
    return tuple(paragraphs)


def _credits(rows):
    return [
        ((row["contributor"], row["role"]), f"{_label_of(Role, row['role'])} {row['name']}".strip()) for row in rows
    ]


def _source(source):
    rows = ((field, (source or {}).get(field)) for field in SOURCE)
    return [(field, f"{SOURCE[field]}：{value}") for field, value in rows if value]


_ROWS = {
    "credits": _credits,
    "source": _source,
    "column": lambda column: [(column["slug"], column["name"])] if column else [],
    "ai_made": lambda made: [(made, _("yes") if made else _("no"))],
    "kind": lambda kind: [(kind, _label_of(Kind, kind))],
}


def _label_of(choices, value):
    """A value of an old snapshot may be in no list any more."""
    return str(dict(choices.choices).get(value, value))


def _of_figures(old, new, deadline):
    """A paragraph for each thing that happened to a figure, in the order of the new text; those gone come first."""
    before = {figure["figure"]: (number, figure) for number, figure in enumerate(old, 1)}
    after = {figure["figure"]: (number, figure) for number, figure in enumerate(new, 1)}
    for uuid, (number, figure) in before.items():
        if uuid not in after:
            yield (Run(GONE, _called(number, figure)),)
    order = [[uuid for uuid in side if uuid in before and uuid in after] for side in (before, after)]
    moved = {
        uuid for kept, _gone, came in _stretches(*order, deadline) if not kept for uuid in came
    }  # against the others; that a figure came before it is no move
    for uuid, (number, figure) in after.items():
        if uuid not in before:
            yield (Run(NEW, _called(number, figure)),)
            continue
        place, was = before[uuid]
        if uuid in moved:
            said = _("place of “%(figure)s”") % {"figure": _beginning(figure) or _mark(number)}
            yield Run(SAME, f"{said}："), Run(GONE, _mark(place)), Run(NEW, _mark(number))
        yield from _of_figure(number, was, figure, deadline)


def _of_figure(number, old, new, deadline):
    if any(old[part] != new[part] for part in FILE):
        said = _("%(figure)s: file of the picture or clip") % {"figure": _mark(number)}
        yield (
            Run(SAME, f"{said}："),
            Run(GONE, _file_of(old)),
            Run(NEW, _("replaced by %(file)s") % {"file": _file_of(new)}),
        )
    if old["ai_made"] != new["ai_made"]:
        made = _("made or altered by AI")
        said = Run(SAME, f"{_mark(number)} {made}：")
        yield (
            said,
            *(run for (run,) in _of_rows(_ROWS["ai_made"](old["ai_made"]), _ROWS["ai_made"](new["ai_made"]), deadline)),
        )
    for field, label in FIGURE_TEXTS.items():
        for paragraph in _of_text(old[field], new[field], deadline):
            yield Run(SAME, f"{_mark(number)} {label}："), *paragraph


def _called(number, figure):
    """A figure with all that is said of it."""
    parts = (_mark(number), figure["caption"], figure["credit"] and f"（{figure['credit']}）", _crop_of(figure))
    return " ".join(filter(None, parts))


def _crop_of(figure):
    return f"{FIGURE_TEXTS['crop']} {figure['crop']}" if figure["crop"] else ""


def _mark(number):
    return f"图{number}"


def _beginning(figure):
    caption = figure["caption"]
    return caption if len(caption) <= BEGINNING else caption[: BEGINNING - 1] + "…"


def _file_of(figure):
    """A file in few words: what it is, its size and the beginning of its hash, which alone tells two pictures apart."""
    size = f"{figure['width']}×{figure['height']}" if figure["width"] else ""
    hash_ = figure["sha256"][:8] or (figure["photo"] or "")[:8]
    return " ".join(filter(None, (_label_of(Medium, figure["medium"]), size, hash_)))
