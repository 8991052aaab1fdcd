"""Items while they are read: a piece takes stretches of lines into its fields, and paragraphs that may go on."""

import re
from dataclasses import dataclass, field

from articles.intake import sentences
from articles.intake.items import Item, Paragraph, Span
from articles.intake.lines import glue_between
from articles.text import clean_line

LONGEST_VERSE = 20  # characters of a line of verse
LOOKED_BACK = 3000  # characters of a paragraph that are searched for a copy of its end
SAME_TAIL = 10  # characters that end two paragraphs alike: the later was copied over its own end


@dataclass
class Passage:
    """A paragraph that may go on. `text` is its end as it is looked at, `parts` are all of it as it was written."""

    text: str
    parts: list
    spans: list
    heading: bool = False

    @property
    def as_written(self):
        return "".join(self.parts)


@dataclass
class Piece:
    """An item that is being put together."""

    kind: str
    column: str = ""
    section: str = ""
    values: dict = field(default_factory=dict)  # field: text so far
    spans: list = field(default_factory=list)
    paragraphs: list = field(default_factory=list)  # of Passage
    lines: list = field(default_factory=list)  # numbers
    signed: bool = False  # by a byline that ends it
    agency: bool = False  # begins with 本报讯: no byline is to be expected at its end
    closed: bool = False
    marked: bool = False  # a brief with ■ before it
    all_verse: bool = True  # of its paragraphs but the last

    def add(self, name, line, start=0, end=None, glue=" "):
        """Give the stretch of a line to a field."""
        start, end = _trimmed(line, start, end)
        if start >= end:
            return
        self.lines += (line.first, line.last)
        self.spans += [Span(*span, name) for span in line.spans(start, end)]
        words = clean_line(line.raw[start:end])
        self.values[name] = f"{self.values[name]}{glue}{words}" if self.values.get(name) else words

    def add_paragraph(self, line, start=0, end=None, *, joined=False, heading=False):
        start, end = _trimmed(line, start, end)
        if start >= end:
            return
        self.lines += (line.first, line.last)
        words, raw, spans = line.text[start:end], line.raw[start:end], line.spans(start, end)
        self.spans += [Span(*span, "body") for span in spans]
        if joined and self.paragraphs:
            last = self.paragraphs[-1]
            glue = glue_between(last.text, words)
            last.text = (last.text + glue + words)[-LOOKED_BACK:]
            last.parts += (glue, raw)
            last.spans += spans
        else:
            self.all_verse = self.all_verse and (not self.paragraphs or is_line_of_verse(self.paragraphs[-1].text))
            self.paragraphs.append(Passage(words, [raw], list(spans), heading))

    @property
    def awaits_end(self):
        """Whether the last paragraph stops in the middle of a sentence."""
        return (
            bool(self.paragraphs)
            and not self.paragraphs[-1].heading
            and not sentences.may_end(self.paragraphs[-1].text)
        )

    @property
    def is_verse(self):
        """Whether its lines so far are short and hold no sentence: each keeps its break."""
        return bool(self.paragraphs) and self.all_verse and is_line_of_verse(self.paragraphs[-1].text)

    @property
    def headings(self):
        return sum(paragraph.heading for paragraph in self.paragraphs)

    def item(self):
        value = self.values.get
        return Item(
            kind=self.kind,
            first_line=min(self.lines),
            last_line=max(self.lines),
            spans=tuple(sorted(self.spans)),
            column=self.column,
            section=self.section,
            kicker=value("kicker", ""),
            headline=value("headline", ""),
            subhead=value("subhead", ""),
            paragraphs=tuple(Paragraph(clean_line(p.as_written), tuple(p.spans), p.heading) for p in self.paragraphs),
            text=value("text", ""),
            byline=value("byline_text", ""),
            jump=value("jump", "").strip("（()）【】[]〔〕 ▶►→↓⇒▷▲>＞》"),
        )

    @property
    def ends_in_a_copy(self):
        """Whether the last paragraph ends as an earlier one did: its true end was overwritten, and what follows is a seam."""
        tail = self.paragraphs[-1].text[-SAME_TAIL:]
        if len(tail) < SAME_TAIL:
            return False
        earlier = "\n".join(paragraph.text for paragraph in self.paragraphs[-4:-1])
        return tail in earlier or tail in self.paragraphs[-1].text[:-SAME_TAIL]

    def take_over(self, other):
        """What stood before the text that it belongs to: a byline, a jump line, an editor's note."""
        self.spans += other.spans
        self.lines += other.lines
        self.paragraphs = other.paragraphs + self.paragraphs
        for name, text in other.values.items():
            self.values[name] = f"{self.values[name]} {text}" if self.values.get(name) else text


def _trimmed(line, start, end):
    """The stretch without the white space at its ends; of nothing but white space start is not before end."""
    words = line.text[start:end]
    end = start + len(words.rstrip())
    return start + len(words) - len(words.lstrip()), end


def is_line_of_verse(text):
    """Short, and no sentence ends within it."""
    return len(text) <= LONGEST_VERSE and not re.search("。.|，.*，.", text)


def furniture_of(piece):
    """A piece whose text never came, as furniture."""
    words = [clean_line(paragraph.as_written) for paragraph in piece.paragraphs] + list(piece.values.values())
    spans = [Span(start, end, "text") for start, end, _field in piece.spans]
    return Piece("furniture", lines=piece.lines, values={"text": " ".join(words)}, spans=spans)
