"""Heads: which lines are headlines, kickers, subheads, standing heads and banners, and what they stand over.

A head shows itself by its neighbours more than by its look. `piece` is the one that takes text where the line stands, or None.
"""

import re

from articles.intake import furniture, marks, names, sentences, signatures, standing_heads
from articles.intake.lines import width
from articles.intake.pieces import LONGEST_VERSE

FAR = 60  # lines that are looked ahead
LONGEST_CROSSHEAD = 16  # characters of a 小标题
LONGEST_HEAD_OF_MARKED = 8  # characters of a head over lines with ■
LONGEST_STANDING = 6  # characters of a standing head that only its shortness shows
LONGEST_ASKING = 30  # characters of a headline that ends like a sentence


class Heads:
    def __init__(self, layout):
        self.layout, self.lines = layout, layout.lines
        self.breaks, self.next, self.kicker = layout.breaks, layout.next, layout.kicker

    def from_line(self, place, piece, is_furniture):
        """The lines from this one on that are heads, before what they stand over; none where this is running text."""
        first = self.lines[place]
        if not self._may_be_head(place) or (piece and not self._may_leave(place, piece)):
            return []
        if piece and piece.kind == "story" and piece.paragraphs:
            if self._is_left_half(place, piece) or self._is_cut_before_byline(place):
                return []
        heads = [first]
        for number in range(place + 1, len(self.lines)):
            line = self.lines[number]
            if not marks.is_subhead(line.text) and (is_furniture(number) or not self._goes_on(number)):
                break
            heads.append(line)
        return heads

    def _may_be_head(self, place):
        line, text = self.lines[place], self.lines[place].text
        if "。" in text or (self.layout.indents and line.indented):
            return False
        if not marks.looks_like_a_title(text) and not (marks.may_be_a_long_title(text) and self._is_set_as_head(place)):
            return False
        if signatures.dateline(text) and not self.layout.is_column_head(line):
            return False
        return not sentences.ends_a_sentence(text) or len(text) <= LONGEST_ASKING

    def _is_set_as_head(self, place):
        """Whether the layout says that a long line is a head: unindented among indented paragraphs, or apart with a short one below."""
        line, before, after = self.lines[place], self.lines[place - 1] if place else None, self.next(place)
        if after is None or after.text[-1] in "，、":
            return False
        ended = (
            before is None
            or sentences.may_end(before.text)
            or self.breaks(line)
            or marks.looks_like_a_title(before.text)
        )
        below = after.indented or marks.looks_like_a_title(after.text)
        if self.layout.indents:
            return ended and below
        return ended and (self.breaks(line) or before is None) and marks.looks_like_a_title(after.text)

    def _goes_on(self, place):
        """Whether a line behind a head is another one."""
        line, after = self.lines[place], self.next(place)
        text = line.text
        if marks.is_jump(text) or signatures.is_byline(text) or marks.is_correction_head(text):
            return False
        if marks.brief_mark(text) or marks.caption(text):
            return False
        if self.layout.are_names(line) and not self.layout.is_column_head(line):
            return not (after and not marks.looks_like_a_title(after.text))
        begins_the_text = after is not None and not marks.looks_like_a_title(after.text) and sentences.is_cut(text)
        return (
            self._may_be_head(place) and not begins_the_text and not (sentences.ends_a_sentence(text) and after is None)
        )

    def _may_leave(self, place, piece):
        """Whether a short line where a piece takes text may be no part of its text."""
        line, text = self.lines[place], self.lines[place].text
        if not piece.paragraphs:
            return piece.kind == "brief"
        if piece.is_verse:
            return len(piece.paragraphs) <= 2 or self._ends_verse(place)
        if piece.awaits_end:
            return self._ends_damage(place)
        if sentences.ends_a_sentence(text):
            apart = self.breaks(line) and (self.layout.gaps_tell or self.layout.usual > 0)
            return apart or (self.layout.indents and not line.indented) or bool(self.kicker(line))
        return True

    def _is_left_half(self, place, piece):
        """Whether a short line in a story is the beginning of a paragraph that a column broke off after a few characters."""
        line, after, text = self.lines[place], self.next(place), self.lines[place].text
        if self.layout.indents or piece.is_verse or after is None or self.breaks(line):
            return False
        if marks.looks_like_a_title(after.text) and not sentences.ends_a_sentence(after.text):
            return False
        if signatures.dateline(after.text) or signatures.is_byline(after.text):
            return False
        if self.kicker(line) or marks.is_numbered(text) or self.layout.is_column_head(line):
            return False
        if sentences.leaves_open(text):
            return True
        if sentences.may_end(text):
            return False
        if sentences.goes_on(after.text) or sentences.breaks_off(text):
            return True
        ends_told = self.layout.gaps_tell or self.layout.signs_at_the_end
        return ends_told and not piece.headings and not self._has_parallel(line, place + 1)

    def _is_cut_before_byline(self, place):
        """Whether a short line is the last paragraph, cut off, of a piece that the next line signs: no text follows that one."""
        byline = self.next(place)
        if byline is None or not signatures.is_byline(byline.text) or self.breaks(self.lines[place]):
            return False
        after = self.next(place + 1)
        return after is None or self.breaks(after) or marks.looks_like_a_title(after.text)

    def _ends_damage(self, place):
        """Whether a head follows a paragraph that was cut off: it says so by a place, a break or a column's name."""
        line, after = self.lines[place], self.next(place)
        if after is None or "，" in line.text or len(line.text) > LONGEST_ASKING:
            return False
        apart = self.breaks(line) and not sentences.ends_a_sentence(line.text)
        apart = apart or (self.layout.indents and not line.indented and after.indented)
        return bool(self.kicker(line)) or apart or self.layout.is_column_head(line)

    def _ends_verse(self, place):
        """Whether a short line behind a poem heads what comes next: a break before it, a text or a byline behind it."""
        line, after = self.lines[place], self.next(place)
        fits = after is not None and (len(after.text) > LONGEST_VERSE or signatures.is_byline(after.text))
        return self.breaks(line) and (fits or self.layout.is_column_head(line))

    # What heads stand over.

    def begin_a_piece(self, heads, end, piece):
        """Whether heads in the middle of an unsigned piece begin another one; else they are its 小标题."""
        first, after = heads[0], self.lines[end] if end < len(self.lines) else None
        if marks.is_numbered(first.text) or after is None:
            return False
        if piece.kind in ("brief", "correction") or piece.awaits_end:
            return True
        if len(heads) > 1 and not (self.layout.gaps_tell and not self.breaks(first)):
            return True
        if self.kicker(heads[-1]) or marks.is_subhead(heads[-1].text):
            return True
        if (
            signatures.dateline(after.text)
            or signatures.is_byline(after.text)
            or standing_heads.column_is_framed(first.text)
        ):
            return True
        if self.layout.gaps_tell or self.breaks(first):
            return self.breaks(first)
        if piece.agency:
            return True
        short = len(first.text) <= LONGEST_CROSSHEAD
        return not (short and (piece.headings or self._has_parallel(first, end)))

    def _has_parallel(self, first, place):
        """Whether another head of about the same length comes before anything is signed."""
        for number in range(place, min(place + FAR, len(self.lines) - 1)):
            text, after = self.lines[number].text, self.lines[number + 1].text
            if signatures.tail_byline(text) is not None:
                return False
            if marks.looks_like_a_title(text) and not sentences.ends_a_sentence(text) and not marks.caption(text):
                if signatures.is_byline(after) or signatures.dateline(after) or self.kicker(self.lines[number]):
                    return False
                return abs(len(text) - len(first.text)) <= 5 and len(text) <= LONGEST_CROSSHEAD
        return False

    def column_of(self, heads, after):
        """The name that the first head gives as a standing head, or "" when it is something else."""
        head = heads[0]
        if len(heads) == 1 and self._heads_marked(head, after):
            return standing_heads.column_name(head.text)
        if not (self.layout.is_column_head(head) or self._is_short_above_long(heads)) or self.kicker(head):
            return ""
        name = standing_heads.column_name(head.text)
        if len(heads) > 1 or name in self.layout.columns or standing_heads.column_is_framed(head.text):
            return name
        # The only head over a text is its headline, unless it is a head of briefs, or of pictures over a caption.
        if after is not None and (
            marks.brief_mark(after.text) or standing_heads.is_of_pictures(name) and marks.caption(after.text)
        ):
            return name
        return name if standing_heads.is_of_briefs(name) or standing_heads.is_surely_of_pictures(name) else ""

    def _heads_marked(self, head, after):
        """Whether ■ follows a short line."""
        if after is None or len(head.text) > LONGEST_HEAD_OF_MARKED or signatures.is_byline(after.text):
            return False
        return bool(marks.brief_mark(after.text))

    def _is_short_above_long(self, heads):
        """人物速写 over a headline: too short for a kicker, and neither a place nor a unit, which are kickers."""
        if (
            len(heads) < 2
            or marks.is_subhead(heads[1].text)
            or self.kicker(heads[1])
            or len(heads[1].text) <= LONGEST_STANDING
        ):
            return False
        words, below = heads[0].text, heads[1].text
        if not re.fullmatch("[\u4e00-\u9fff]{3,6}", words) or marks.goes_on(below):
            return False
        return not (names.is_unit(words) or self.layout.is_place(words) or signatures.is_bare_name(words))

    def of_the_picture(self, heads, place, piece):
        """Whether the headline before a caption is the picture's: no text without a head comes after the caption."""
        for number in range(place + 1, min(place + 5, len(self.lines))):
            text = self.lines[number].text
            if is_caption(text) or furniture.is_furniture(text):
                continue
            if signatures.is_byline(text):
                return False
            interrupted = bool(piece and piece.paragraphs and piece.awaits_end)
            return marks.looks_like_a_title(text) or bool(marks.brief_mark(text)) or interrupted
        return True

    def parted(self, heads):
        """(banners above, the piece's own heads, its subheads with ——)."""
        subheads = []
        while len(heads) > 1 and marks.is_subhead(heads[-1].text):
            subheads.insert(0, heads[-1])
            heads = heads[:-1]
        own = heads[-1:] if self.kicker(heads[-1]) else self._own(heads, most=2 if subheads else 3)
        return heads[: len(heads) - len(own)], own, subheads

    def _own(self, heads, most):
        """The heads of the piece itself: at most three, and none from before a break."""
        breaks_tell = len(heads) == 2 or not all(self.breaks(line) for line in heads[1:])
        own = heads[-1:]
        for line, below in zip(heads[-2::-1], heads[:0:-1], strict=True):
            if len(own) == most or (self.breaks(below) and breaks_tell):
                break
            own = [line, *own]
        return own

    def fields_of(self, own):
        """The field of each of a piece's own heads. On a page of printed lines two of one length are one headline that was broken."""
        if len(own) == 1:
            return ("headline",)
        texts = [head.text for head in own]
        if len(own) == 2:
            speaker = texts[1].partition("：")[0]
            if marks.tells_more(texts[1], texts[0]) and not self.layout.is_place(speaker):
                return ("headline", "subhead")
            broken = self.layout.printed and abs(width(texts[0]) - width(texts[1])) <= 1
            return ("headline", "headline") if broken else ("kicker", "headline")
        alike = all(re.search(r"\d", text) and "，" in text for text in texts[1:])
        first_asks = re.search("[？！]$", texts[0]) is not None
        return ("headline", "subhead", "subhead") if alike or first_asks else ("kicker", "headline", "subhead")


def is_caption(text):
    """Whether a line is surely the caption of a picture."""
    found = marks.caption(text)
    return bool(found and found.sure)
