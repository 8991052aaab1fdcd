"""A newspaper page as plain text, read into its items: stories, photo captions, briefs, corrections and furniture.

Pure text: no database, no clock. Every character that is not white space belongs to exactly one span of one item.

    lines    the printed lines, those that a narrow column broke joined again
    marks    what a line is by its own look: byline, dateline, caption, jump line, furniture, head
    layout   what blank lines, indents and ■ mean on this page
    heads    which lines are heads, and what they stand over
    pieces   items while they are put together

Here the lines are walked once. A piece takes text until it is signed or another begins; a caption does not end it.
"""

import re
from collections.abc import Callable, Collection

from articles.intake import furniture, marks, names, sentences, signatures, standing_heads
from articles.intake.captions import BEGINS
from articles.intake.heads import Heads, is_caption
from articles.intake.items import Item, Page, Paragraph, Span
from articles.intake.layout import Layout
from articles.intake.leftovers import with_leftovers
from articles.intake.pieces import Piece, furniture_of, is_line_of_verse
from articles.text import clean_line

__all__ = ["Item", "Page", "Paragraph", "Span", "parse_page"]

LONG_BRIEF = 400  # characters from which a piece with a headline under a head of briefs is a story
MOST_HEADS = 5  # lines; more short lines than that under each other are verse
LONGEST_PAGE_NAME = 4  # characters


def parse_page(
    text: str, *, is_place: Callable[[str], bool] = lambda words: False, columns: Collection[str] = ()
) -> Page:
    """Read a page. `is_place` says whether words name a place (a kicker); `columns` are the column heads that the desk knows."""
    walk = _Walk(Layout(text, is_place, frozenset(columns)))
    return Page(text, tuple(with_leftovers(walk.items(), text)))


class _Walk:
    """One walk down the lines of a page."""

    def __init__(self, layout):
        self.layout, self.lines = layout, layout.lines
        self.heads = Heads(layout)
        self.pieces = []
        self.has_pieces = False  # beside furniture
        self.last = None  # the piece that was begun last: it takes the next paragraph unless it is closed
        self.column = ""
        self.column_of_told = False  # its first piece has a place or a dateline before it
        self.column_of_marked = False  # ■ follows it
        self.column_is_new = False  # nothing stands under it yet
        self.column_lasts = False  # it stands by itself between breaks: over all that follows
        self.section = ""
        self.ahead = None  # what came before the text that it belongs to: a byline, a jump line, an editor's note

    def items(self):
        place = 0
        while place < len(self.lines):
            place = self._take(place)
        if self.ahead:
            self.pieces.append(furniture_of(self.ahead))
        return [piece.item() for piece in self.pieces if piece.lines]

    @property
    def open(self):
        """The piece that takes text, or None."""
        return self.last if self.last and not self.last.closed else None

    def _take(self, place):
        """Take what begins at a line; returns the number of the line after it."""
        line = self.lines[place]
        if self._is_furniture(place):
            self._furniture(line)
        elif marks.is_jump(line.text):
            self._jump(line)
        elif found := self._correction_title(place):
            self._correction_under(line, *found)
        elif found := marks.correction_head(line.text):
            self._correction(line, *found)
        elif self._is_photo(line) or self._is_of_a_package(line):
            self._photo(line)
        elif self._is_brief(line):
            self._brief(place)
        elif signatures.is_byline(line.text) or self._is_author(place) or self._signs(place):
            self._byline(place)
        elif heads := self.heads.from_line(place, self.open, self._is_furniture):
            return self._under(heads, place + len(heads))
        else:
            self._text(line)
        return place + 1

    def _begin(self, kind, **fields):
        """Begin a piece that takes the text to come."""
        self.last = Piece(kind, **fields)
        self._keep(self.last)
        return self.last

    def _keep(self, piece):
        self.pieces.append(piece)
        self.column_is_new = False
        self.has_pieces = True

    def _wait(self):
        """The piece whose text has not come yet."""
        self.ahead = self.ahead or Piece("story")
        return self.ahead

    def _take_ahead(self, piece):
        if self.ahead:
            piece.take_over(self.ahead)
            self.ahead = None

    # Furniture.

    def _is_furniture(self, place):
        line = self.lines[place]
        if furniture.is_furniture(line.text):
            within = self.open and self.open.paragraphs and not self.layout.breaks(line)
            return not (within and (self.open.awaits_end or self.layout.indents and line.indented))
        before, after = place > 0 and self._looks_so(place - 1), self._looks_so(place + 1)
        if furniture.is_title_of_a_paper(line.text):
            return place == 0 or before or after
        # 要闻 between the date and the first headline: the name of the page.
        return (
            before
            and not self.has_pieces
            and not self._heads_marked(place)
            and len(line.text) <= LONGEST_PAGE_NAME
            and not self.layout.is_place(line.text)
            and not names.is_unit(line.text)
            and line.text[0] not in "县市区乡镇"
            and not standing_heads.column_is_framed(line.text)
            and not marks.is_correction_head(line.text)
            and standing_heads.column_name(line.text) not in self.layout.columns
        )

    def _heads_marked(self, place):
        """Whether a short line under the masthead is a standing head: of briefs, of pictures, or ■ or a caption follows it."""
        name, after = standing_heads.column_name(self.lines[place].text), self.layout.next(place)
        if standing_heads.is_of_briefs(name) or standing_heads.is_of_pictures(name):
            return True
        return after is not None and bool(marks.brief_mark(after.text) or marks.caption(after.text))

    def _looks_so(self, place):
        return place < len(self.lines) and furniture.is_furniture(self.lines[place].text)

    def _furniture(self, line):
        piece = Piece("furniture")
        piece.add("text", line)
        self.pieces.append(piece)

    def _banner(self, line):
        self._furniture(line)
        self.section, self.column = clean_line(line.raw), ""

    # Jump lines.

    def _jump(self, line):
        leads_on = "转" in line.text
        if leads_on and self.last and not (self.last.signed and self.layout.breaks(line)):
            self.last.add("jump", line)
            self.last.closed = bool(self.last.paragraphs)
        elif self.open and not self.open.paragraphs:
            self.open.add("jump", line)
        else:
            if self.open and not leads_on:
                self.open.closed = True
            self._wait().add("jump", line)

    # Corrections.

    def _correction_title(self, place):
        line, after = self.lines[place], self.layout.next(place)
        if after is not None and marks.is_plain_correction(line.text, after.text):
            return 0, len(line.text)
        return marks.correction_title(line.text)

    def _correction_under(self, line, start, end):
        piece = self._begin("correction")
        piece.add("mark", line, 0, start)
        piece.add("headline", line, start, end)
        piece.add("mark", line, end)
        self._end_column()

    def _end_column(self):
        """What is no brief and no picture ends the column of those."""
        if self._under_briefs() or self._under_pictures():
            self.column = ""

    def _correction(self, line, start, end, text):
        piece = self._begin("correction")
        self._end_column()
        piece.add("mark", line, 0, start)
        piece.add("headline", line, start, end)
        piece.add("mark", line, end, text)
        self._text(line, text)

    # Columns.

    def _under_briefs(self):
        return bool(self.column) and (self.column_of_marked or standing_heads.is_of_briefs(self.column))

    def _under_pictures(self):
        return standing_heads.is_of_pictures(self.column)

    def _used_column(self):
        """The column for a piece that begins. A head of pictures or of briefs stands over all of its kind, any other over one piece."""
        column = self.column
        if not self.column_lasts and not self._under_briefs() and not self._under_pictures():
            self.column = ""
        return column

    def _stand_under(self, head, name, below):
        """Begin a column."""
        self._furniture(head)
        self.column = name
        apart = self.layout.breaks(head) and below is not None and self.layout.breaks(below)
        self.column_lasts = self.layout.gaps_tell and apart
        self.column_is_new = True
        self.column_of_marked = below is not None and bool(marks.brief_mark(below.text))
        if self.open and not self.open.awaits_end:
            self.open.closed = True

    # Pictures.

    def _is_photo(self, line):
        found = marks.caption(line.text)
        if not found:
            within = self.layout.indents and line.indented and not self.layout.breaks(line)
            return marks.is_bare_caption(line.text) and not within
        if not found.sure and not self._under_pictures():  # 文/图 may sign the story that is open
            return not (self.open and (self.open.paragraphs or self.open.values.get("headline")))
        report = line.text.rstrip("）)。").endswith("摄影报道") and line.text[-1] in "）)"
        goes_on = self.open and self.open.paragraphs and self.open.kind != "photo"
        return not (report and goes_on and not BEGINS.match(line.text))

    def _is_of_a_package(self, line):
        """Whether a paragraph under a head of pictures is a caption though nobody signs it."""
        if not self._under_pictures() or (self.open and self.open.kind == "story"):
            return False
        ended = sentences.ends_a_sentence(line.text) and not marks.looks_like_a_title(line.text)
        return ended and not signatures.dateline(line.text) and signatures.tail_byline(line.text) is None

    def _photo(self, line, headline=None):
        found = marks.caption(line.text) or marks.unsigned_caption(line.text)
        heads_it = self._under_pictures() or (self.column_is_new and not self._under_briefs())
        piece = Piece("photo", column=self._used_column() if heads_it else "", closed=True)
        if headline is not None:
            piece.add("headline", headline)
        credit_end = len(line.text) - line.text[found.credit :].endswith("。")
        piece.add("mark", line, 0, found.text)
        piece.add_paragraph(line, found.text, found.credit)
        piece.add("byline_text", line, found.credit, credit_end)
        piece.add("mark", line, credit_end)
        self._keep(piece)

    # Briefs.

    def _is_brief(self, line):
        if self._under_briefs() and marks.number_mark(line.text):
            return True
        if not marks.brief_mark(line.text) or signatures.is_byline(line.text):
            return False
        free = self.open is None or self.open.kind == "brief"
        return self.layout.marked_are_briefs or self._under_briefs() or (free and len(line.text) > 12)

    def _brief(self, place):
        line, after = self.lines[place], self.layout.next(place)
        start = marks.brief_mark(line.text) or marks.number_mark(line.text)
        piece = self._begin("brief", column=self.column if self._under_briefs() else "", marked=True)
        piece.add("mark", line, 0, start)
        rest = line.text[start:]
        is_title = marks.looks_like_a_title(rest) and not sentences.may_end(rest)
        if is_title and after and not self._is_brief(after):
            piece.add("headline", line, start)
        else:
            self._text(line, start)

    # Bylines.

    def _is_author(self, place):
        """张三 alone between a headline and its text."""
        line, after = self.lines[place], self.layout.next(place)
        fresh = self.open and not self.open.paragraphs and self.open.values.get("headline")
        return bool(
            fresh and after and signatures.are_bare_names(line.text) and not marks.looks_like_a_title(after.text)
        )

    def _signs(self, place):
        """李明 王芳 alone on a line behind the last paragraph of an unsigned piece."""
        line, after = self.lines[place], self.layout.next(place)
        if not self.layout.are_names(line) or not (self.open and self.open.paragraphs):
            return False
        if self.open.awaits_end or self.open.is_verse:
            return False
        return (
            after is None
            or self.layout.breaks(after)
            or (marks.looks_like_a_title(after.text) and not self.layout.breaks(line))
        )

    def _byline(self, place):
        line, after = self.lines[place], self.layout.next(place)
        piece = self.last
        if piece is None or (piece.closed and not self._is_second_half(place)):
            leads = after is not None and not marks.looks_like_a_title(after.text)
            if leads and (piece is None or self.layout.breaks(line)):
                piece = self._wait()
            elif piece is None or self.layout.breaks(line):
                return self._furniture(line)
        elif piece.paragraphs:
            piece.signed = piece.closed = True
        piece.add("byline_text", line)
        return None

    def _is_second_half(self, place):
        """Whether the line before belongs to a byline too: it was spread over two lines."""
        return place > 0 and (
            not self.layout.breaks(self.lines[place]) and signatures.tail_byline(self.lines[place - 1].text) is not None
        )

    # Heads.

    def _under(self, heads, end):
        """Settle what the heads are and what they stand over; returns the number of the next line to take."""
        after = self.lines[end] if end < len(self.lines) else None
        if self.open and self.open.paragraphs and not self._under_briefs():
            if not self.heads.begin_a_piece(heads, end, self.open):
                for line in heads:
                    self.open.add_paragraph(line, heading=True)
                return end
        while heads and (name := self.heads.column_of(heads, after)):
            self._stand_under(heads[0], name, below=heads[1] if len(heads) > 1 else after)
            heads = heads[1:]
        if not heads:
            return end
        if after is not None and self._under_pictures() and len(heads) == 1 and self._is_of_a_package(after):
            if self._is_one_paragraph(end):
                self._photo(after, heads[0])
                return end + 1
        if after is not None and is_caption(after.text) and not signatures.is_byline(after.text):
            if self._under_pictures() or self.heads.of_the_picture(heads, end, self.open):
                for line in heads[:-1]:
                    self._banner(line)
                self._photo(after, heads[-1])
                return end + 1
        elif len(heads) < MOST_HEADS and (after is None or self._is_furniture(end) and not self._text_follows(end)):
            for line in heads:  # above the first piece it is the name of the paper
                self._banner(line) if self.has_pieces else self._furniture(line)
            return end
        if len(heads) > MOST_HEADS:
            self._verse(heads)
        else:
            self._story(heads, after)
        return end

    def _is_one_paragraph(self, place):
        """Whether no second paragraph follows a line."""
        after = self.layout.next(place)
        return after is None or marks.looks_like_a_title(after.text) or marks.caption(after.text) is not None

    def _text_follows(self, place):
        """Whether running text comes after furniture."""
        for line in self.lines[place : place + 4]:
            if not furniture.is_furniture(line.text):
                return not marks.looks_like_a_title(line.text)
        return False

    def _story(self, heads, after):
        """Begin a story under its heads, or a brief where briefs have heads; heads too many are banners."""
        banners, own, subheads = self.heads.parted(heads)
        for line in banners:
            self._banner(line)
        kind = "story"
        if self._under_briefs():
            marked = self.last is not None and self.last.kind == "brief" and self.last.marked
            small = len(own) == 1 and not subheads and after is not None and len(after.text) <= LONG_BRIEF
            kind = "brief" if small and not marked else "story"
        told = any(map(self.layout.kicker, own)) or bool(after and signatures.dateline(after.text))
        if self.column_lasts and not self.column_is_new and told and not self.column_of_told:
            self.column = ""  # a report of another shape than the first one under it
        if self.column_is_new:
            self.column_of_told = told
        if self._under_pictures() or (self._under_briefs() and kind == "story" and not self.column_is_new):
            self.column = ""
        piece = self._begin(kind, column=self._used_column(), section=self.section if kind == "story" else "")
        if kind == "story":
            self._end_column()
        for name, line in zip(self.heads.fields_of(own), own, strict=True):
            if name == "headline":
                self._headline(piece, line)
            else:
                piece.add(name, line)
        for line in subheads:
            piece.add("subhead", line)
        self._take_ahead(piece)

    def _headline(self, piece, line):
        kicker, jump = self.layout.kicker(line), marks.jump_tail(line.text)
        end = len(line.text) if jump is None else jump
        piece.add("kicker", line, 0, kicker)
        piece.add("headline", line, kicker, end)
        piece.add("jump", line, end)

    def _verse(self, heads):
        """A poem: a headline, perhaps its writer, and lines that each keep their break."""
        piece = self._begin("story", column=self._used_column(), section=self.section)
        piece.add("headline", heads[0])
        for number, line in enumerate(heads[1:], 1):
            if number == 1 and (signatures.is_bare_name(line.text) or signatures.is_byline(line.text)):
                piece.add("byline_text", line)
            else:
                piece.add_paragraph(line)
        self._take_ahead(piece)

    # Running text.

    def _text(self, line, start=0):
        """A paragraph or a part of one, from `start` of the line on."""
        text = line.text[start:]
        if not self._has_room(line):
            if not start and not re.search(r"\w", text):
                self._furniture(line)
                return
            if marks.is_editors_note(text) and signatures.tail_byline(text) is None:
                self._wait().add_paragraph(line, start)
                return
            column = "" if self._under_pictures() else self._used_column()
            self._take_ahead(self._begin("brief" if self._under_briefs() else "story", column=column))
        piece = self.open
        joined = not start and self._joins(piece, line)
        if not joined:
            start += self._head(piece, line, start)
        end = len(line.text)
        if (jump := marks.jump_tail(line.text)) is not None and jump >= start:
            piece.add("jump", line, jump)
            end = jump
            piece.closed = True
        tail = signatures.tail_byline(line.text[start:end].rstrip())
        stop = end if tail is None else start + tail
        piece.add_paragraph(line, start, stop, joined=joined)
        if tail is not None:
            piece.add("byline_text", line, stop, end)
            piece.signed = piece.closed = True

    def _head(self, piece, line, start):
        """Take what stands before the words of a paragraph: （上接第1版）, 本报讯（记者 …）. Returns how many characters."""
        jump = marks.jump_head(line.text[start:])
        piece.add("jump", line, start, start + jump)
        if not all(paragraph.heading for paragraph in piece.paragraphs):
            return jump
        dateline = signatures.dateline(line.text[start + jump :])
        piece.add("byline_text", line, start + jump, start + jump + dateline)
        piece.agency = piece.agency or bool(dateline)
        return jump + dateline

    def _has_room(self, line):
        """Whether the open piece takes this text."""
        piece = self.open
        if piece is None or (self._under_briefs() and piece.kind == "story"):
            return False
        ended = piece.paragraphs and not piece.awaits_end
        return not (piece.kind == "correction" and ended and self.layout.breaks(line))

    def _joins(self, piece, line):
        """Whether the text goes on in the middle of a sentence that a column broke off; never across damage."""
        if not piece.paragraphs or piece.paragraphs[-1].heading or (self.layout.indents and line.indented):
            return False
        before, text = piece.paragraphs[-1].text, line.text
        if sentences.ends_a_sentence(before) and not re.match("[，。、；”’）》]", text):
            return False
        if marks.is_numbered(text) or sentences.is_garbled(before[-6:]) or sentences.is_garbled(text[:6]):
            return False
        if piece.ends_in_a_copy or (piece.is_verse and is_line_of_verse(text)):
            return False
        if sentences.may_end(before) and not sentences.ends_a_sentence(before):
            return not line.indented and not sentences.begins_a_paragraph(text)
        return True
