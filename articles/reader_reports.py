"""读者纠错: what readers say is wrong in a published text, how often one may say so, and what the desk makes of it.

Nothing tells who a reader is: of the address that a report came from, a keyed digest is kept, which tells the same sender again.
"""

import re
from datetime import timedelta
from difflib import SequenceMatcher
from ipaddress import IPv4Address, ip_address, ip_network
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from articles import text
from articles.models import HistoryEntry, ReaderReport, Series
from articles.refusals import AlreadyDone, MoveRefused, NotReady
from articles.vocabulary import Act, ReportOutcome

LONGEST, LONGEST_CONTACT, LONGEST_NOTE = 1000, 100, 1000  # characters
LIMITS = ((timedelta(hours=1), 5), (timedelta(days=1), 20))  # reports of one sender; the longest time last
SERIES = "readers' reports"  # whoever files one holds this row until it stands
HOME = 64  # bits of an IPv6 address that one household has to itself
LONGEST_COMPARED = 10_000  # characters of a story that are searched for words of a report
SAME_WORDS = 6  # characters in a row that a report shares with the story by more than chance

_WORDS = r"[“「『\"‘']([^“”「」『』\"‘’'\n]{1,200})[”」』\"’']"
_QUOTED = re.compile(_WORDS)
_PROPOSED = re.compile(_WORDS + r"[^“「『\"‘'。；\n]{0,10}?(?:应|改|→|->|是)[^“「『\"‘'。；\n]{0,4}" + _WORDS)


class TooMany(Exception):
    """A sender has filed as many reports as one may; `wait` is how long until the next, a timedelta."""

    def __init__(self, wait):
        super().__init__(f"again in {wait}")
        self.wait = wait


# --- how a report comes in -------------------------------------------------------------------------------


def sender_of(address):
    """The digest by which the reports of one network address are known together, 64 hex digits.

    It cannot be read backwards without SECRET_KEY. Of an IPv6 address only the part counts that its owner cannot change at
    will; what is no address, the empty one of a socket too, is one sender.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return _digest(address)
    known = getattr(known, "ipv4_mapped", None) or known
    return _digest(known if isinstance(known, IPv4Address) else ip_network((known, HOME), strict=False))


def _digest(address):
    return salted_hmac("articles.reader_reports", str(address), algorithm="sha256").hexdigest()


def file(*, article, version, words, contact, sender, at=None):
    """Keep what a reader says is wrong in a version; `article` and `version` are ids. Returns the ReaderReport.

    The same words about the same version are kept once, whoever sends them again. Raises TooMany.
    """
    at = at or timezone.now()
    _demand_patience(sender, at)  # here already, so that a flood writes nothing
    with transaction.atomic():
        Series.objects.take(SERIES)  # reports sent at once come one after another, and count each other
        known = ReaderReport.objects.filter(article=article, version=version, text=words).first()
        if known:
            return known
        _demand_patience(sender, at)
        return ReaderReport.objects.create(
            article_id=article, version_id=version, text=words, contact=contact, sender=sender, at=at
        )


def _demand_patience(sender, at):
    longest, most = LIMITS[-1]
    newest = ReaderReport.objects.filter(sender=sender, at__gt=at - longest).order_by("-at")
    moments = list(newest.values_list("at", flat=True)[:most])
    waits = [moments[number - 1] + span - at for span, number in LIMITS if len(moments) >= number]
    if waits and (wait := max(waits)) > timedelta():
        raise TooMany(wait)


# --- what the desk sees of it ----------------------------------------------------------------------------


class Passage(NamedTuple):
    """Words of a report that stand in the story: what is before and after them in their paragraph."""

    before: str
    words: str
    after: str


def proposed(said):
    """(what stands there, what should) where a report says so in so many words: “布署”应为“部署”. None otherwise."""
    found = _PROPOSED.search(said)
    return (found[1].strip(), found[2].strip()) if found else None


def passages(said, body):
    """The Passages of a cleaned body that a report means: what it quotes, or else the longest words that it repeats."""
    paragraphs = text.plain(body).split("\n")
    pair = proposed(said)
    quoted = pair[:1] if pair else dict.fromkeys(found.strip() for found in _QUOTED.findall(said))
    found = [passage for words in quoted if words and (passage := _passage(words, paragraphs))]
    return found or [passage for words in _repeated(said, paragraphs) if (passage := _passage(words, paragraphs))]


def _passage(words, paragraphs):
    for paragraph in paragraphs:
        before, found, after = paragraph.partition(words)
        if found:
            return Passage(before, found, after)
    return None


def _repeated(said, paragraphs):
    whole = "\n".join(paragraphs)[:LONGEST_COMPARED]
    match = SequenceMatcher(None, whole, said, autojunk=False).find_longest_match()
    words = max(whole[match.a : match.a + match.size].split("\n"), key=len).strip()
    return [words] if len(words) >= SAME_WORDS else []


# --- what becomes of it ----------------------------------------------------------------------------------


def settle(report, *, outcome, note="", by):
    """Say what became of an open report: a ReportOutcome but OPEN, with a note for the desk. It is said once.

    Raises AlreadyDone when a colleague was first, NotReady for a note too long, MoveRefused for an account that may not or an
    outcome that is none.
    """
    if not by.has_perm("articles.change_readerreport"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    if outcome not in ReportOutcome.values or outcome == ReportOutcome.OPEN:
        raise MoveRefused(_("Please choose what became of the report."))
    note = "\n".join(filter(None, map(text.clean_line, note.splitlines())))
    if len(note) > LONGEST_NOTE:
        raise NotReady(_("A note has at most %(n)d characters.") % {"n": LONGEST_NOTE})
    at, outcome = timezone.now(), ReportOutcome(outcome)
    with transaction.atomic():
        still_open = ReaderReport.objects.filter(pk=report.pk, outcome=ReportOutcome.OPEN)
        if not still_open.update(outcome=outcome, note=note, settled_at=at, settled_by=by):
            raise AlreadyDone(_("A colleague has settled this report meanwhile."))
        # Not what the reader wrote: the history is kept for ever, and readers write of themselves.
        said = "：".join(filter(None, (str(outcome.label), note)))
        HistoryEntry.objects.record(
            report.article, Act.REPORT_SETTLED, by=by, version=report.version, note=f"#{report.pk} {said}", at=at
        )
    report.refresh_from_db()


def waiting_on(article):
    """How many reports on a piece nobody has looked at."""
    return article.reports.filter(outcome=ReportOutcome.OPEN).count()
