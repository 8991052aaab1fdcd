"""What stands for a text that is still to be written: a piece made from a planned topic begins with it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages

UNWRITTEN = "【正文待写】"


def unwritten(copy: Copy) -> Iterator[Finding]:
    for passage in passages(copy):
        if (start := passage.text.find(UNWRITTEN)) >= 0:
            yield found("unwritten", passage, start, start + len(UNWRITTEN), _("The text is still to be written."))
