"""How a page is laid out: what its blank lines, indents and marks mean, and what stands before and behind a line."""

import re
from functools import cached_property

from articles.intake import furniture, marks, sentences, signatures, standing_heads
from articles.intake.captions import with_credits
from articles.intake.lines import read_lines


class Layout:
    """The lines of a page in order, and what is true of the whole page. `usual` is its common number of blank lines."""

    def __init__(self, text, is_place, columns):
        lines, self.usual = read_lines(text)
        self.lines = with_credits(lines, self.usual)
        self.is_place, self.columns = is_place, columns

    def next(self, place):
        return self.lines[place + 1] if place + 1 < len(self.lines) else None

    def breaks(self, line):
        """Whether more blank lines than usual stand before a line."""
        return line.gap > self.usual

    def kicker(self, line):
        """Where the place ends that stands before the headline on one line, or 0."""
        found = re.match(r"\S+(?=\s+\S)", line.text)
        return found.end() if found and self.is_place(found.group()) else 0

    def are_names(self, line):
        """Whether a line is names alone, and no place: 鲁山县 begins with a surname too."""
        text = line.text
        return signatures.are_bare_names(text) and text[-1] not in "县市区镇乡村旗" and not self.is_place(text)

    def is_column_head(self, line):
        return standing_heads.is_column_head(line.text, self.columns)

    @cached_property
    def printed(self):
        """Whether each printed line was a line of its own."""
        return sum(len(line.pieces) > 2 for line in self.lines) >= 2

    @cached_property
    def gaps_tell(self):
        """Whether blank lines part the pieces of this page: behind those that are signed there is always one more than usual."""
        behind = [
            self.breaks(line)
            for before, line in zip(self.lines, self.lines[1:], strict=False)
            if signatures.tail_byline(before.text) is not None
            and not marks.caption(before.text)
            and not marks.brief_mark(before.text)
            and not signatures.is_byline(line.text)
            and marks.looks_like_a_title(line.text)
        ]
        return bool(behind) and sum(behind) * 5 >= len(behind) * 4

    @cached_property
    def indents(self):
        """Whether paragraphs are indented on this page, and heads are not."""
        plain = [
            line
            for line in self.lines
            if not (marks.brief_mark(line.text) or marks.caption(line.text) or furniture.is_furniture(line.text))
        ]
        long = [line.indented for line in plain if len(line.text) > marks.LONGEST_TITLE]
        short = [line.indented for line in plain if len(line.text) <= marks.LONGEST_TITLE]
        return sum(long) * 3 >= len(long) * 2 > 0 and sum(short) * 2 < len(short)

    @cached_property
    def marked_are_briefs(self):
        """Whether ■ ● ◆ begin pieces here, not points of a list: several of the lines that follow a mark are signed."""
        found = [line for line in self.lines if marks.brief_mark(line.text) and not signatures.is_byline(line.text)]
        return sum(signatures.tail_byline(line.text) is not None for line in found) >= 2

    @cached_property
    def signs_at_the_end(self):
        """Whether the pieces of this page are signed at their ends: one that is not signed yet is not over."""
        if any(signatures.dateline(line.text) and not signatures.is_byline(line.text) for line in self.lines):
            return False
        signed = unsigned = 0
        for before, line, after in zip(self.lines, self.lines[1:], self.lines[2:], strict=False):
            if marks.caption(before.text) or marks.caption(line.text):
                continue
            if marks.looks_like_a_title(before.text) and signatures.is_byline(line.text):
                return False
            signed += signatures.tail_byline(before.text) is not None
            ended = len(before.text) > marks.LONGEST_TITLE and sentences.ends_a_sentence(before.text)
            heads = marks.looks_like_a_title(line.text) and len(after.text) > marks.LONGEST_TITLE
            unsigned += ended and heads and signatures.tail_byline(before.text) is None
        return signed >= 2 and unsigned * 3 <= signed
