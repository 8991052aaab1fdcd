"""Kicker, headline and subhead."""

import re
from collections.abc import Iterator
from itertools import combinations

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages

LONGEST = 24  # characters, blanks left out
_HEADINGS = ("kicker", "headline", "subhead")


def long_headlines(copy: Copy) -> Iterator[Finding]:
    for passage in passages(copy):
        count = len("".join(passage.text.split()))
        if passage.field == "headline" and count > LONGEST:
            said = _("The headline has %(count)d characters; more than %(most)d rarely fit.") % {
                "count": count,
                "most": LONGEST,
            }
            yield found("long_headline", passage, 0, len(passage.text), said)


def repeated_headings(copy: Copy) -> Iterator[Finding]:
    """The same words in two of kicker, headline and subhead; marks and blanks do not count."""
    headings = [passage for passage in passages(copy) if passage.field in _HEADINGS]
    for one, other in combinations(headings, 2):
        if _words(one.text) and _words(one.text) == _words(other.text):
            yield found("repeated_headline", other, 0, len(other.text), _("The same words stand in another heading."))


def _words(text):
    return re.sub(r"[\W_]", "", text)
