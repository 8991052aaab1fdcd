"""A newspaper page as plain text, read into its items: stories, photo captions, briefs, corrections and furniture.

Pure text: no database, no clock. Every character that is not white space belongs to exactly one span of one item.

articles/intake/lines.py gives the lines, articles/intake/marks.py says what each looks like by itself. Here the lines are
walked once: heads wait until it is clear what they stand over, and a piece stays open until it is signed or another begins.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from articles.intake import marks
from articles.intake.lines import glue_between, read_lines, visible, width
from articles.text import clean_line


class Span(NamedTuple):
    """A stretch of the page's text. field: kicker headline subhead body text byline_text mark jump."""

    start: int
    end: int
    field: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it reads, and the stretches of the page it was joined from. A heading is a 小标题 between paragraphs."""

    text: str
    spans: tuple[tuple[int, int], ...]
    heading: bool = False


@dataclass(frozen=True)
class Item:
    """What stands by itself on a page. kind: story, photo, brief, correction or furniture; lines count from 1, both included."""

    kind: str
    first_line: int
    last_line: int
    spans: tuple[Span, ...]
    column: str = ""
    section: str = ""  # the banner over a package of pieces
    kicker: str = ""
    headline: str = ""
    subhead: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    text: str = ""  # of furniture
    byline: str = ""
    jump: str = ""


@dataclass(frozen=True)
class Page:
    text: str
    items: tuple[Item, ...]


def parse_page(
    text: str, *, is_place: Callable[[str], bool] = lambda words: False, columns: Collection[str] = ()
) -> Page:
    """Read a page. `is_place` says whether words name a place (a kicker); `columns` are the column heads that the desk knows."""
    lines, usual = read_lines(text)
    reader = _Reader(text, _with_credits(lines, usual), usual, is_place, frozenset(columns))
    return Page(text, tuple(reader.read()))


LONG_BRIEF = 400  # characters from which a piece with a headline under a head of briefs is a story
SAME_TAIL = 10  # characters that end two paragraphs alike: the later was copied over its own end
LONGEST_VERSE = 20  # characters of a line of verse
FAR = 60  # lines that are looked ahead


# --- Captions over two lines ---------------------------------------------------------------------------------

_BEGINS = re.compile(
    f"[{marks.PICTURE_MARKS}]"
    r"|图为|[上下左右]图|\d{1,2}月\d{1,2}日|[近昨今]日|日前|连日|[初深隆][春夏秋冬]|时下|眼下|近年|位于|在"
)


def _with_credits(lines, usual):
    """The lines, where a caption that was printed on two has become one: its credit alone, or its end, on the second."""
    done = []
    for line in lines:
        if done and _ends_caption(done[-1], line, usual):
            glue = " " if marks.is_photo_credit(line.text) else glue_between(done[-1].text, line.text)
            done[-1] = done[-1].joined(line, glue)
        else:
            done.append(line)
    return done


def _ends_caption(line, other, usual):
    if marks.caption(line.text) and marks.photo_credit(line.text) is not None:
        return False
    if other.gap > usual or marks.is_furniture(line.text) or marks.tail_byline(line.text) is not None:
        return False
    if marks.is_photo_credit(other.text):
        return len(line.text) > 8 and not marks.is_photo_credit(line.text)
    if marks.photo_credit(other.text) is None or marks.may_end(line.text) or _BEGINS.match(other.text):
        return False
    return bool(_BEGINS.match(line.text)) and ("，" in line.text or bool(marks.caption(line.text)))


# --- Pieces while they are read ------------------------------------------------------------------------------


@dataclass
class _Passage:
    """A paragraph that may go on: as it is looked at, and as it was written."""

    text: str
    raw: str
    spans: list
    heading: bool = False


@dataclass
class _Draft:
    """An item that is being put together."""

    kind: str
    column: str = ""
    section: str = ""
    values: dict = field(default_factory=dict)  # field: text so far
    spans: list = field(default_factory=list)
    paragraphs: list = field(default_factory=list)  # of _Passage
    lines: list = field(default_factory=list)  # numbers
    signed: bool = False  # by a byline that ends it
    agency: bool = False  # begins with 本报讯: no byline is to be expected at its end
    closed: bool = False
    marked: bool = False  # a brief with ■ before it

    def add(self, name, line, start=0, end=None, glue=" "):
        """Give the stretch of a line to a field."""
        end = len(line.text) if end is None else end
        words = line.text[start:end]
        start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
        if start >= end:
            return
        self.note(line)
        self.spans += [Span(*span, name) for span in line.spans(start, end)]
        words = clean_line(line.raw[start:end])
        self.values[name] = f"{self.values[name]}{glue}{words}" if self.values.get(name) else words

    def note(self, line):
        self.lines += (line.first, line.last)

    def add_paragraph(self, line, start=0, end=None, *, joined=False, heading=False):
        end = len(line.text) if end is None else end
        words = line.text[start:end]
        start, end = start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
        if start >= end:
            return
        self.note(line)
        words, raw, spans = line.text[start:end], line.raw[start:end], line.spans(start, end)
        self.spans += [Span(*span, "body") for span in spans]
        if joined and self.paragraphs:
            last = self.paragraphs[-1]
            glue = glue_between(last.text, words)
            last.text, last.raw = last.text + glue + words, last.raw + glue + raw
            last.spans += spans
        else:
            self.paragraphs.append(_Passage(words, raw, list(spans), heading))

    @property
    def awaits_end(self):
        """Whether the last paragraph stops in the middle of a sentence."""
        return bool(self.paragraphs) and not self.paragraphs[-1].heading and not marks.may_end(self.paragraphs[-1].text)

    @property
    def is_verse(self):
        """Whether its lines so far are short and hold no sentence: each keeps its break."""
        words = [paragraph.text for paragraph in self.paragraphs]
        return bool(words) and all(len(text) <= LONGEST_VERSE and not re.search("。.|，.*，.", text) for text in words)

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
            paragraphs=tuple(Paragraph(clean_line(p.raw), tuple(p.spans), p.heading) for p in self.paragraphs),
            text=value("text", ""),
            byline=value("byline_text", ""),
            jump=value("jump", "").strip("（()）【】[]〔〕 ▶►→↓⇒▷"),
        )


# --- The walk ------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, text, lines, usual, is_place, columns):
        self.text, self.lines, self.usual = text, lines, usual
        self.is_place, self.columns = is_place, columns
        self.drafts = []
        self.has_pieces = False  # beside furniture
        self.open = None  # the piece that takes the next paragraph
        self.column = ""
        self.column_lasts = False  # it stands by itself between breaks: over all that follows
        self.section = ""
        self.ahead = None  # a byline, a jump line or an editor's note that came before the text it belongs to
        self.printed = sum(len(line.pieces) > 2 for line in lines) >= 2  # each printed line was a line of its own
        self.indents = self._indents()
        self.gaps_tell = self._gaps_tell()
        self.marked_are_briefs = self._marked_are_briefs()

    # What the page is like.

    def _breaks(self, line):
        """Whether more blank lines than usual stand before a line."""
        return line.gap > self.usual

    def _gaps_tell(self):
        """Whether blank lines part the pieces of this page: behind those that are signed there is always one more than usual."""
        behind = [
            self._breaks(line)
            for before, line in zip(self.lines, self.lines[1:], strict=False)
            if marks.tail_byline(before.text) is not None
            and not marks.caption(before.text)
            and not marks.brief_mark(before.text)
            and not marks.is_byline(line.text)
            and marks.looks_like_a_title(line.text)
        ]
        return bool(behind) and sum(behind) * 5 >= len(behind) * 4

    def _indents(self):
        """Whether paragraphs are indented on this page, and heads are not."""
        plain = [
            line
            for line in self.lines
            if not (marks.brief_mark(line.text) or marks.caption(line.text) or marks.is_furniture(line.text))
        ]
        long = [line.indented for line in plain if len(line.text) > marks.LONGEST_TITLE]
        short = [line.indented for line in plain if len(line.text) <= marks.LONGEST_TITLE]
        return sum(long) * 3 >= len(long) * 2 > 0 and sum(short) * 2 < len(short)

    def _marked_are_briefs(self):
        """Whether ■ ● ◆ begin pieces here, not points of a list: several of the lines that follow a mark are signed."""
        found = [line for line in self.lines if marks.brief_mark(line.text) and not marks.is_byline(line.text)]
        return sum(marks.tail_byline(line.text) is not None for line in found) >= 2

    # The lines in turn.

    def read(self):
        place = 0
        while place < len(self.lines):
            place = self._take(place)
        self._close_ahead()
        return _swept([draft.item() for draft in self.drafts if draft.lines], self.text)

    def _take(self, place):
        """Take what begins at a line; returns the number of the line after it."""
        line = self.lines[place]
        if self._is_of_the_page(place):
            self._furniture(line)
        elif marks.is_jump(line.text):
            self._jump(line)
        elif marks.is_correction_head(line.text):
            self._begin("correction").add("headline", line)
        elif found := marks.correction_head(line.text):
            self._correction(line, *found)
        elif self._is_caption(place):
            self._photo(place)
        elif self._is_brief(line):
            self._brief(place)
        elif marks.is_byline(line.text) or self._is_author(place):
            self._byline(place)
        elif heads := self._heads(place):
            return self._over(place, heads)
        else:
            self._text(line)
        return place + 1

    def _next(self, place):
        return self.lines[place + 1] if place + 1 < len(self.lines) else None

    def _begin(self, kind, **fields):
        """Begin a piece; the one that is open ends."""
        draft = _Draft(kind, **fields)
        self._keep(draft)
        self.open = draft
        return draft

    def _keep(self, draft):
        self.drafts.append(draft)
        self.has_pieces = True

    # Furniture.

    def _is_of_the_page(self, place):
        line = self.lines[place]
        if marks.is_furniture(line.text):
            return not (self.open and not self.open.closed and self.open.awaits_end and not self._breaks(line))
        near = [self.lines[n].text for n in (place - 1, place + 1) if 0 <= n < len(self.lines)]
        beside_furniture = any(map(marks.is_furniture, near))
        if marks.is_title_of_a_paper(line.text):
            return place == 0 or beside_furniture
        # 要闻 between the date and the first headline: the name of the page.
        return (
            not self.has_pieces
            and beside_furniture
            and place > 0
            and len(line.text) <= 5
            and marks.is_furniture(near[0])
            and marks.column_name(line.text) not in self.columns
            and not self.is_place(line.text)
            and not re.search(r"[【】]", line.text)
            and not marks.is_correction_head(line.text)
        )

    def _furniture(self, line):
        draft = _Draft("furniture")
        draft.add("text", line)
        self.drafts.append(draft)

    # Jump lines.

    def _jump(self, line):
        if "上" not in line.text and self.open and not (self.open.closed and self.open.signed and self._breaks(line)):
            self.open.add("jump", line)
            self.open.closed = True
        elif self.open and self.open.paragraphs == [] and not self.open.closed:
            self.open.add("jump", line)
        else:
            self._wait().add("jump", line)

    def _wait(self):
        """A draft for what stands before the text that it belongs to."""
        self.ahead = self.ahead or _Draft("story")
        return self.ahead

    def _close_ahead(self):
        """What waited for a text that never came is furniture."""
        if self.ahead and self.ahead.lines:
            values = [clean_line(paragraph.raw) for paragraph in self.ahead.paragraphs] + list(
                self.ahead.values.values()
            )
            draft = _Draft("furniture", lines=self.ahead.lines, values={"text": " ".join(values)})
            draft.spans = [Span(start, end, "text") for start, end, _field in self.ahead.spans]
            self.drafts.append(draft)
        self.ahead = None

    def _take_ahead(self, draft):
        if self.ahead:
            draft.spans += self.ahead.spans
            draft.lines += self.ahead.lines
            draft.paragraphs = self.ahead.paragraphs + draft.paragraphs
            for name, text in self.ahead.values.items():
                draft.values[name] = f"{draft.values[name]} {text}" if draft.values.get(name) else text
            self.ahead = None

    # Corrections.

    def _correction(self, line, start, end, text):
        draft = self._begin("correction")
        draft.add("mark", line, 0, start)
        draft.add("headline", line, start, end)
        draft.add("mark", line, end, text)
        self._text(line, text)

    # Pictures.

    def _is_caption(self, place):
        line = self.lines[place]
        found = marks.caption(line.text)
        if not found:
            return False
        goes_on = self.open and not self.open.closed and self.open.paragraphs
        if found.sure:
            report = line.text.rstrip("）)。").endswith("摄影报道") and line.text[-1] in "）)"
            signs = report and goes_on and self.open.kind != "photo" and not _BEGINS.match(line.text)
            return not signs
        return not goes_on and not (self.open and not self.open.closed and self.open.values.get("headline"))

    def _photo(self, place, headline=None):
        line = self.lines[place]
        found = marks.caption(line.text)
        draft = _Draft("photo", column=self.column if marks.is_of_pictures(self.column) or not self._is_used() else "")
        self._use_column(draft)
        if headline is not None:
            draft.add("headline", headline)
        draft.add("mark", line, 0, found.text)
        draft.add_paragraph(line, found.text, found.credit)
        credit = line.text[found.credit :]
        draft.add("byline_text", line, found.credit, len(line.text) - credit.endswith("。"))
        if credit.endswith("。"):
            draft.add("mark", line, len(line.text) - 1)
        draft.closed = True
        self._keep(draft)

    def _is_used(self):
        return not self.column or marks.is_of_briefs(self.column)

    def _use_column(self, draft):
        """A head of pictures or of briefs stands over all that follow of their kind, any other over one piece."""
        of_kind = marks.is_of_pictures(self.column) or marks.is_of_briefs(self.column)
        if draft.column and not of_kind and not self.column_lasts:
            self.column = ""

    # Briefs.

    def _under_briefs(self):
        return bool(self.column) and marks.is_of_briefs(self.column)

    def _is_brief(self, line):
        if not marks.brief_mark(line.text) or marks.is_byline(line.text):
            return False
        free = self.open is None or self.open.closed or self.open.kind == "brief"
        return self.marked_are_briefs or self._under_briefs() or (free and len(line.text) > 12)

    def _brief(self, place):
        line = self.lines[place]
        start = marks.brief_mark(line.text)
        draft = self._begin("brief", column=self.column if self._under_briefs() else "")
        draft.add("mark", line, 0, start)
        draft.marked = True
        following = self._next(place)
        rest = line.text[start:]
        if marks.looks_like_a_title(rest) and not marks.may_end(rest) and following and not self._is_brief(following):
            draft.add("headline", line, start)
        else:
            self._text(line, start)

    # Bylines.

    def _is_author(self, place):
        """张三 alone between a headline and its text."""
        line, after = self.lines[place], self._next(place)
        fresh = self.open and not self.open.closed and not self.open.paragraphs and self.open.values.get("headline")
        return bool(fresh and after and marks.is_bare_name(line.text) and not marks.looks_like_a_title(after.text))

    def _byline(self, place):
        line = self.lines[place]
        mark = marks.front_mark(line.text)
        after = self._next(place)
        draft = self.open
        if draft is None or (draft.closed and not self._follows_byline(place)):
            if after is None or marks.looks_like_a_title(after.text) or draft is not None and not self._breaks(line):
                return self._furniture(line) if draft is None else draft.add("byline_text", line)
            draft = self._wait()
        elif draft.paragraphs:
            draft.signed = draft.closed = True
        draft.add("byline_text", line, 0 if not mark else 0)
        return None

    def _follows_byline(self, place):
        """Whether the line before belongs to a byline too: it was spread over two lines."""
        before = self.lines[place - 1] if place else None
        return bool(before) and not self._breaks(self.lines[place]) and marks.tail_byline(before.text) is not None

    # Heads.

    def _heads(self, place):
        """The lines from this one on that are heads, before what they stand over; none when this is running text."""
        heads = []
        while place < len(self.lines) and self._is_head(place, heads):
            heads.append(self.lines[place])
            place += 1
        return heads

    def _is_head(self, place, heads):
        line = self.lines[place]
        text = line.text
        if heads:
            if marks.is_subhead(text):
                return True
            if (
                self._is_of_the_page(place)
                or marks.is_jump(text)
                or marks.is_byline(text)
                or marks.is_correction_head(text)
                or marks.brief_mark(text)
                or marks.caption(text)
            ):
                return False
            if marks.is_bare_name(text) and not marks.is_column_head(text, self.columns):
                after = self._next(place)
                return not (after and not marks.looks_like_a_title(after.text))
        if not marks.looks_like_a_title(text) or marks.dateline(text) and not marks.is_column_head(text, self.columns):
            return False
        if not heads and self.open and not self.open.closed:
            if not self.open.paragraphs and self.open.kind != "brief":
                return False
            if self.open.is_verse and len(self.open.paragraphs) > 2 and not self._ends_verse(place):
                return False
            if self.open.awaits_end and not self.open.is_verse and not self._ends_damage(place):
                return False
            if marks.ends_a_sentence(text):
                stands_apart = (
                    self._breaks(line)
                    and self.gaps_tell
                    or self.indents
                    and not line.indented
                    or bool(self._kicker(line))
                )
                return stands_apart and len(text) <= 30 and "。" not in text
        if marks.ends_a_sentence(text):
            after = self._next(place)
            return len(text) <= 30 and after is not None and "。" not in text
        return "。" not in text

    def _ends_damage(self, place):
        """Whether a head follows a paragraph that was cut off: it says so by a place, a break or a column's name."""
        line, after = self.lines[place], self._next(place)
        if after is None or "，" in line.text or len(line.text) > 30:
            return False
        return (
            bool(self._kicker(line))
            or (self._breaks(line) and not marks.ends_a_sentence(line.text))
            or marks.is_column_head(line.text, self.columns)
        )

    def _ends_verse(self, place):
        """Whether a short line behind a poem is the head of what comes next: a break before it, a text or a byline behind it."""
        line, after = self.lines[place], self._next(place)
        fits = after is not None and (len(after.text) > LONGEST_VERSE or marks.is_byline(after.text))
        return self._breaks(line) and (fits or marks.is_column_head(line.text, self.columns))

    def _over(self, place, heads):
        """Settle what the heads are and what they stand over; returns the number of the next line to take."""
        end = place + len(heads)
        after = self.lines[end] if end < len(self.lines) else None
        if self.open and not self.open.closed and self.open.paragraphs and not self._begins_piece(heads, end):
            for line in heads:
                self.open.add_paragraph(line, heading=True)
            return end
        heads = self._columns_of(heads, after)
        if not heads:
            self.open = None if self.open is None or self.open.closed or self.open.signed else self.open
            return end
        if after is not None and not marks.is_byline(after.text) and self._is_caption_under(end):
            if self._photo_owns(heads, end):
                for line in heads[:-1]:
                    self._banner(line)
                self._photo(end, heads[-1])
                return end + 1
        elif after is None or self._is_of_the_page(end) and not self._text_follows(end):
            if len(heads) < 5:
                for line in heads:
                    self._banner(line)
                return end
        if len(heads) >= 6:
            return self._verse(place, heads, end)
        self._headline(heads, after)
        return end

    def _is_caption_under(self, place):
        found = marks.caption(self.lines[place].text)
        return bool(found and found.sure)

    def _text_follows(self, place):
        """Whether running text comes after furniture."""
        for line in self.lines[place : place + 4]:
            if not marks.is_furniture(line.text):
                return not marks.looks_like_a_title(line.text)
        return False

    def _photo_owns(self, heads, place):
        """Whether the headline before a caption is the picture's: no text without a head comes after the caption."""
        for number in range(place + 1, min(place + 5, len(self.lines))):
            text = self.lines[number].text
            if self._is_caption_under(number) or marks.is_furniture(text):
                continue
            if marks.is_byline(text):
                return False
            return marks.looks_like_a_title(text) or bool(marks.brief_mark(text)) or self._goes_on_after(place, number)
        return len(heads[-1].text) <= marks.LONGEST_TITLE

    def _goes_on_after(self, place, number):
        """Whether the text after a caption belongs to a piece that was open before it."""
        return bool(self.open and not self.open.closed and self.open.paragraphs and self.open.awaits_end)

    def _begins_piece(self, heads, end):
        """Whether heads in the middle of an unsigned piece begin another one; else they are its 小标题."""
        first, after = heads[0], self.lines[end] if end < len(self.lines) else None
        if marks.is_numbered(first.text):
            return False
        if after is None:
            return False
        if self._under_briefs() or self.open.kind in ("brief", "correction"):
            return True
        if len(heads) > 1 and not (self.gaps_tell and not self._breaks(first)):
            return True
        if self._kicker(heads[-1]) or marks.is_subhead(heads[-1].text):
            return True
        if marks.dateline(after.text) or marks.is_byline(after.text) or marks.column_is_framed(first.text):
            return True
        if self.gaps_tell or self._breaks(first):
            return self._breaks(first)
        if self.open.agency:
            return True
        return not (len(first.text) <= 16 and (self.open.headings or self._has_parallel(first, end)))

    def _has_parallel(self, first, place):
        """Whether another head of about the same length comes before anything is signed."""
        for number in range(place, min(place + FAR, len(self.lines) - 1)):
            text, after = self.lines[number].text, self.lines[number + 1].text
            if marks.tail_byline(text) is not None:
                return False
            if marks.looks_like_a_title(text) and not marks.ends_a_sentence(text) and not marks.caption(text):
                if marks.is_byline(after) or marks.dateline(after) or self._kicker(self.lines[number]):
                    return False
                return abs(len(text) - len(first.text)) <= 5 and len(text) <= 16
        return False

    def _columns_of(self, heads, after):
        """Take the column heads from the front; returns the other heads."""
        while heads and marks.is_column_head(heads[0].text, self.columns) and not self._kicker(heads[0]):
            name = marks.column_name(heads[0].text)
            alone = len(heads) == 1
            certain = name in self.columns or marks.column_is_framed(heads[0].text)
            of_kind = marks.is_of_briefs(name) or marks.is_of_pictures(name)
            picture = after is not None and marks.caption(after.text) is not None
            marked = after is not None and bool(marks.brief_mark(after.text))
            if alone and not (certain or marked or (of_kind and (picture or marks.is_of_briefs(name)))):
                break  # the only head over a text is its headline
            self._furniture(heads[0])
            self.column = name
            below = heads[1] if len(heads) > 1 else after
            self.column_lasts = self.gaps_tell and self._breaks(heads[0]) and below is not None and self._breaks(below)
            if self.open and (self.open.signed or not self.open.awaits_end):
                self.open.closed = True
            heads = heads[1:]
        return heads

    def _banner(self, line):
        self._furniture(line)
        self.section, self.column = clean_line(line.raw), ""

    def _kicker(self, line):
        """Where the place ends that stands before the headline on one line, or 0."""
        found = re.match(r"\S+(?=[\s\u3000]+\S)", line.text)
        return found.end() if found and self.is_place(found.group()) else 0

    def _headline(self, heads, after):
        """Begin a story under its heads; those that are too many are banners."""
        subheads = []
        while len(heads) > 1 and marks.is_subhead(heads[-1].text):
            subheads.insert(0, heads[-1])
            heads = heads[:-1]
        kicker_end = self._kicker(heads[-1])
        if kicker_end:
            heads, above = heads[-1:], heads[:-1]
        else:
            heads, above = self._own_heads(heads, bool(subheads))
        for line in above:
            self._banner(line)
        kind, column = "story", self.column
        if self._under_briefs():
            marked = self.open is not None and self.open.kind == "brief" and self.open.marked
            if len(heads) == 1 and not subheads and after is not None and len(after.text) <= LONG_BRIEF and not marked:
                kind = "brief"
            else:
                self.column = column = ""
        elif marks.is_of_pictures(column):
            self.column = column = ""
        draft = self._begin(kind, column=column, section=self.section if kind == "story" else "")
        self._use_column(draft)
        names = self._names_of(heads)
        for name, line in zip(names, heads, strict=True):
            if name == "headline":
                self._headline_line(draft, line, kicker_end)
            else:
                draft.add(name, line)
        for line in subheads:
            draft.add("subhead", line)
        self._take_ahead(draft)

    def _names_of(self, heads):
        """The field of each head. On a page of printed lines two of one length are one headline that was broken."""
        if len(heads) == 2 and self.printed and abs(width(heads[0].text) - width(heads[1].text)) <= 2:
            return ("headline", "headline")
        return {1: ("headline",), 2: ("kicker", "headline"), 3: ("kicker", "headline", "subhead")}[len(heads)]

    def _headline_line(self, draft, line, kicker_end):
        end = marks.jump_tail(line.text)
        stop = len(line.text) if end is None else end
        draft.add("kicker", line, 0, kicker_end)
        draft.add("headline", line, kicker_end, stop)
        draft.add("jump", line, stop)

    def _own_heads(self, heads, has_subhead):
        """(the heads of the piece itself, those above it): at most three, and none from before a break."""
        most = 2 if has_subhead else 3
        own = heads[-1:]
        for line, below in zip(heads[-2::-1], heads[:0:-1], strict=True):
            if len(own) == most or (self._breaks(below) and self.usual_breaks_part(heads)):
                break
            own = [line, *own]
        if len(own) == 3 and marks.is_two_phrases(own[0].text) and not marks.is_two_phrases(own[1].text):
            own = own[1:]
        return own, heads[: len(heads) - len(own)]

    def usual_breaks_part(self, heads):
        """Whether the break between heads means something: not when each of them has one."""
        return not all(self._breaks(line) for line in heads[1:]) or len(heads) == 2

    def _verse(self, place, heads, end):
        """A poem: a headline, perhaps its writer, and lines that each keep their break."""
        draft = self._begin("story", column=self.column, section=self.section)
        self._use_column(draft)
        draft.add("headline", heads[0])
        for number, line in enumerate(heads[1:], 1):
            if number == 1 and (marks.is_bare_name(line.text) or marks.is_byline(line.text)):
                draft.add("byline_text", line)
            else:
                draft.add_paragraph(line)
        self._take_ahead(draft)
        return end

    # Running text.

    def _text(self, line, start=0):
        """A paragraph or a part of one, from `start` of the line on."""
        if not self._has_room(line, start):
            draft = self._begin_headless(line, start)
            if draft is None:
                return
        draft = self.open
        joined = self._joins(draft, line, start)
        if not joined:
            if skipped := marks.jump_head(line.text[start:]):
                draft.add("jump", line, start, start + skipped)
                start += skipped
            if all(p.heading for p in draft.paragraphs) and (head := marks.dateline(line.text[start:])):
                draft.add("byline_text", line, start, start + head)
                draft.agency = True
                start += head
        end = len(line.text)
        jump = marks.jump_tail(line.text)
        if jump is not None and jump >= start:
            draft.add("jump", line, jump)
            end = jump
        tail = marks.tail_byline(line.text[start:end].rstrip())
        if tail is not None:
            draft.add_paragraph(line, start, start + tail, joined=joined)
            draft.add("byline_text", line, start + tail, end)
            draft.signed = draft.closed = True
        else:
            draft.add_paragraph(line, start, end, joined=joined)
        if jump is not None:
            draft.closed = True

    def _has_room(self, line, start):
        """Whether the open piece takes this text."""
        if self.open is None or self.open.closed:
            return False
        if self.open.kind == "correction" and self.open.paragraphs and self._breaks(line) and not self.open.awaits_end:
            return False
        if self._under_briefs() and self.open.kind == "story":
            return False
        return True

    def _begin_headless(self, line, start):
        """Begin a piece without a headline; an editor's note waits for the piece that it leads."""
        text = line.text[start:]
        if marks.is_editors_note(text) and marks.tail_byline(text) is None:
            self._wait().add_paragraph(line, start)
            return None
        kind = "brief" if self._under_briefs() else "story"
        draft = self._begin(kind, column=self.column if not marks.is_of_pictures(self.column) else "")
        self._use_column(draft)
        self._take_ahead(draft)
        return draft

    def _joins(self, draft, line, start):
        """Whether the text goes on in the middle of a sentence that a column broke off; never across damage."""
        if start or not draft.paragraphs or draft.paragraphs[-1].heading:
            return False
        before, text = draft.paragraphs[-1].text, line.text
        if marks.ends_a_sentence(before) and not text.startswith(("，", "。", "、", "；", "”", "’", "）", "》")):
            return False
        if marks.is_numbered(text) or marks.is_garbled(before[-6:]) or marks.is_garbled(text[:6]):
            return False
        if self._is_copy(draft) or (
            draft.is_verse and len(text) <= LONGEST_VERSE and not re.search("。.|，.*，.", text)
        ):
            return False
        if marks.may_end(before) and not marks.ends_a_sentence(before):
            return not line.indented and not marks.begins_a_paragraph(text)
        return True

    def _is_copy(self, draft):
        """Whether the last paragraph ends as an earlier line of the piece did: its true end was overwritten, what follows is a seam."""
        tail = draft.paragraphs[-1].text[-SAME_TAIL:]
        if len(tail) < SAME_TAIL:
            return False
        earlier = "\n".join(paragraph.text for paragraph in draft.paragraphs[-4:-1])
        inside = draft.paragraphs[-1].text[:-SAME_TAIL]
        return tail in earlier or tail in inside


# --- Nothing is lost -----------------------------------------------------------------------------------------


def _swept(items, text):
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


LONGEST_STRAY = 3


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
