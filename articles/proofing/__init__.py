"""The mechanical checks of a piece: what a machine can see to be wrong, doubtful or against the desk's style.

Each check is a function from a Copy to findings. None blocks by itself and none changes a character. A check of severity
*error* is one that an editor can trust: where a text could well be right, the check is a warning or a note.
"""

from itertools import islice

from articles.intake.places import Gazetteer
from articles.proofing import (
    days,
    desk_terms,
    figures,
    headings,
    loops,
    marks,
    naming,
    offices,
    private,
    ranks,
    unwritten,
    wording,
)
from articles.proofing.copy import CHECKS, Copy, Finding
from articles.proofing.register import Register

__all__ = ["CHECKS", "Copy", "Finding", "MOST", "proof"]

MOST = (
    50  # findings of one check in one piece: who has fifty needs no more, and a bad text costs no more than its length
)

_OF_COPY = (
    loops.repeated_passages,
    marks.cut_off,
    marks.unmatched,
    marks.garbled,
    marks.marks_twice,
    marks.half_width,
    naming.bylines,
    naming.name_variants,
    figures.percentages,
    figures.parts_and_wholes,
    figures.products,
    figures.units_of_nouns,
    figures.number_styles,
    figures.doubled_hedges,
    wording.wrong_words,
    wording.doubled_characters,
    wording.repeated_verbs,
    private.personal_numbers,
    headings.long_headlines,
    headings.repeated_headings,
    days.days,
    unwritten.unwritten,
)
_OF_REGISTER = (offices.names_and_titles, ranks.rank_order, desk_terms.desk_terms)
_FIELDS = ("", "kicker", "headline", "subhead", "summary", "body", "caption", "byline")


def proof(copy: Copy, *, gazetteer: Gazetteer | None = None, register: Register | None = None) -> tuple[Finding, ...]:
    """Everything that the checks find in a piece, in the order of print. Never raises, whatever the text.

    Without a gazetteer places are not looked at, without a register neither offices nor the desk's own words. Where the copy has no day, since the edition's is unknown or only inferred,
    days without a year are pointed out, and none is compared with it.
    """
    found = [finding for check in _OF_COPY for finding in islice(check(copy), MOST)]
    if gazetteer:
        found += islice(naming.places(copy, gazetteer), MOST)
    if register:
        found += [finding for check in _OF_REGISTER for finding in islice(check(copy, register), MOST)]
    return tuple(sorted(found, key=_order))


def _order(finding):
    paragraph = -1 if finding.paragraph is None else finding.paragraph
    return _FIELDS.index(finding.field), paragraph, finding.start, finding.end, finding.check
