"""本单位易错词: words that this desk has written wrong before and will not again."""

import re
from collections.abc import Iterator
from operator import add

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages
from articles.proofing.register import Register


def desk_terms(copy: Copy, register: Register) -> Iterator[Finding]:
    """The wrong words of the table, but for those that are a part of a right one. A byline is somebody's name."""
    if not register.terms:
        return
    for passage in passages(copy):
        if passage.field == "byline":
            continue
        for start, wrong in _standing(passage.text, register):
            term, end = register.right_by_wrong[wrong], start + len(wrong)
            if not _is_part(passage.text, start, end, register.covering[wrong]):
                said = _("At this desk “%(right)s”, not “%(wrong)s”.") % term._asdict()
                if term.note:
                    said = _("%(said)s (%(note)s)") % {"said": said, "note": term.note}
                yield found("desk_term", passage, start, end, said)


def _standing(text, register):
    """(start, wrong word) of those in a text, of two that overlap the one that begins first or is longer.

    Of hundreds of words only those are looked for whose first two characters stand in the text.
    """
    pairs = {*map(add, text, text[1:])}
    begins = register.wrong_begins & pairs | register.wrong_characters.intersection(text)
    found_at = []
    for wrong in (word for begin in begins for word in register.wrong_by_begin[begin]):
        start = text.find(wrong)
        while start >= 0:
            found_at.append((start, -len(wrong), wrong))
            start = text.find(wrong, start + 1)
    done = 0
    for start, length, wrong in sorted(found_at):
        if start >= done:
            yield start, wrong
            done = start - length


def _is_part(text, start, end, rights):
    """Whether the characters belong to a right word, or (of Latin letters and digits) to a longer one."""
    if re.match("[0-9A-Za-z]{2}", text[end - 1 : end + 1]) or re.fullmatch(
        "[0-9A-Za-z]{2}", text[max(start - 1, 0) : start + 1]
    ):
        return True
    for right in rights:
        first = text.find(right, max(end - len(right), 0), start + len(right))
        if 0 <= first <= start and end <= first + len(right):
            return True
    return False
