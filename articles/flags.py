"""校对标记: what looks wrong in a piece, kept beside it until the text is mended or a named person says why it may stand."""

from collections import defaultdict
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import gazetteer, proofing, text, wording_tables
from articles.models import Article, Flag, HistoryEntry, ImportedPiece, Placement
from articles.prepared import Prepared
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import Act, Genre, Kind, Severity

BY_HAND = "by_hand"  # the check of a flag that a person raised
TRANSCRIPTION = "transcription"  # the check that only a person can do: the text against the page
NAMED = 40  # characters of the passage that a sentence about it repeats
UNSIGNED_KINDS, UNSIGNED_GENRES = (Kind.CORRECTION, Kind.PAGE), (Genre.NOTICE,)
# Where proofing's fields stand in the form of a piece, and the order they are read in.
FIELDS = {
    "kicker": "kicker", "headline": "headline", "subhead": "subhead", "body": "body", "summary": "summary",
    "caption": "figures", "byline": "printed_byline", "": "",
}  # fmt: skip
SEVERITIES, ORDER = list(Severity), {field: n for n, field in enumerate(FIELDS.values())}


class _Reading(NamedTuple):
    """A working copy without its marks, and where its parts stand in the form."""

    copy: proofing.Copy
    lines: tuple[int, ...]  # for each paragraph of the copy the line of the body, from 0
    figures: tuple[int, ...]  # for each of its captions the figure, from 0


def copy_of_article(article):
    """The piece as it now stands, as proofing reads it. One query: for the captions and the day."""
    return _read(article).copy


def _read(article):
    figures, day = _figures_and_day(article)
    blocks = [(line, block) for line, block in enumerate(text.blocks(article.body)) if block.kind != "figure"]
    captions = [(number, caption) for number, (caption, _credit) in enumerate(figures) if caption]
    credits = [credit for _caption, credit in figures if credit] if article.kind == Kind.PHOTO else []
    reprinted = article.genre == Genre.REPRINT and article.source_author  # whom readers are told instead
    copy = proofing.Copy(
        kind=article.kind,
        kicker=article.kicker,
        headline=article.headline,
        subhead=article.subhead,
        summary=article.summary,
        paragraphs=tuple("".join(run.text for run in block.runs) for _line, block in blocks),
        exempt=frozenset(number for number, (_line, block) in enumerate(blocks) if block.kind != "paragraph"),
        captions=tuple(caption for _number, caption in captions),
        byline=article.printed_byline or " ".join(credits),
        signed=not (article.kind in UNSIGNED_KINDS or article.genre in UNSIGNED_GENRES or reprinted),
        day=day,
    )
    return _Reading(copy, tuple(line for line, _block in blocks), tuple(number for number, _caption in captions))


def _figures_and_day(article):
    """([(caption, credit) of each figure], the day by which the days in the text are read, or None).

    It is the day the piece ran first; of one that was read from a page, that page's; of any other, the day of its release or,
    before one, today. Of a piece whose day in print is only inferred no day is known.
    """
    rows = _beside_the_text(piece=article.pk)
    ran_on, was_printed, read_on, released_at = rows[0][3:]
    if ran_on is None and not was_printed:
        ran_on = read_on or timezone.localdate(released_at)
    return [(caption, credit) for figure, caption, credit, *_days in rows if figure], ran_on


def _figures_and_days(piece):
    printed = Placement.objects.filter(article=OuterRef("pk"))
    known = printed.filter(Q(page__edition__inferred=False) | Q(page=None, day_inferred=False))
    day = Coalesce("page__edition__day", "day")
    days = (
        Subquery(known.order_by(day).values_list(day)[:1]),
        Exists(printed),
        Subquery(ImportedPiece.objects.filter(article=OuterRef("pk")).values("day")[:1]),
        F("publication__first_published_at"),
    )
    rows = Article.objects.filter(pk=piece).order_by("figures__position", "figures__pk")
    return rows.values_list("figures__pk", "figures__caption", "figures__credit", *days)


_beside_the_text = Prepared(_figures_and_days, {"piece": int})


# --- what proofing finds ---------------------------------------------------------------------------------


def refresh(article, *, findings=None):
    """Bring the flags of a piece in step with its text, in the transaction of the save; returns the open ones in order.

    What a person settled stays so while the same check finds the same passage; a flag that no check raised is left alone.
    `findings` are those of an intake, which saw more than the text it kept (how its lines were broken): what proofing does not
    find again in that text, no check can take back, and it waits for a person.
    """
    reading = _read(article)
    with override(settings.LANGUAGE_CODE):  # the sentences are kept: they are the desk's, whoever saves
        found = proofing.proof(reading.copy, gazetteer=gazetteer.current(), register=wording_tables.current())
    flags = [_flag(article, finding, reading, automatic=True) for finding in found]
    seen = [_flag(article, finding, reading, automatic=False) for finding in findings or ()]
    flags += _unmatched(seen, flags, by=_passage)[0]
    standing = list(article.flags.all())
    settled = [flag for flag in standing if flag.cleared_at or not flag.automatic]
    waiting = [flag for flag in standing if not flag.cleared_at and flag.automatic]
    new, settled = _unmatched(flags, settled, by=_spot)
    new, _rest = _unmatched(new, settled, by=_passage)  # wherever it has moved to
    new, gone = _unmatched(new, waiting, by=_whole)
    if gone:
        Flag.objects.filter(pk__in=[flag.pk for flag in gone], cleared_at=None).delete()
    if new:
        Flag.objects.bulk_create(new)
    return sorted((flag for flag in [*standing, *new] if flag not in gone and not flag.cleared_at), key=rank)


def _flag(article, finding, reading, *, automatic):
    field = FIELDS.get(finding.field, finding.field)
    places = {"body": reading.lines, "figures": reading.figures}.get(field, ())
    known = finding.paragraph is not None and finding.paragraph < len(places)
    return Flag(
        article=article,
        check_code=finding.check,
        severity=finding.severity,
        automatic=automatic,
        field=field,
        paragraph=places[finding.paragraph] if known else None,
        excerpt=finding.excerpt,
        detail=finding.detail,
    )


def _passage(flag):
    return flag.check_code, flag.severity, flag.excerpt


def _spot(flag):
    return *_passage(flag), flag.field, flag.paragraph


def _whole(flag):
    return *_spot(flag), flag.detail, flag.automatic


def _unmatched(flags, others, *, by):
    """(those of `flags`, those of `others`) that have no partner on the other side; each is the partner of one."""
    partners = defaultdict(list)
    for other in others:
        partners[by(other)].append(other)
    alone = [flag for flag in flags if not (partners[by(flag)] and partners[by(flag)].pop(0))]
    return alone, [other for rest in partners.values() for other in rest]


def rank(flag):
    """To sort by: errors first, and those of one severity as the text goes."""
    return SEVERITIES.index(flag.severity), ORDER.get(flag.field, len(ORDER)), flag.paragraph or 0


# --- what people decide ----------------------------------------------------------------------------------


def clear(flag, *, by, reason=""):
    """Settle a flag: what it says is mended, or may stand. Raises MoveRefused for an error without a reason, AlreadyDone."""
    if flag.severity == Severity.ERROR and not reason:
        raise MoveRefused(_("Please give the reason: an error is settled only with one."))
    changes = {"cleared_at": timezone.now(), "cleared_by": by, "reason": reason}
    _decide(flag, {"cleared_at": None}, changes, Act.FLAG_CLEARED, by=by, reason=reason)


def put_back(flag, *, by):
    """Let a settled flag wait again. Raises AlreadyDone when somebody did it before."""
    changes = {"cleared_at": None, "cleared_by": None, "reason": ""}
    _decide(flag, {"cleared_at__isnull": False}, changes, Act.FLAG_RAISED, by=by)


def settle_comparison(article, *, by):
    """Settle the flag that a piece read from a page was not compared with it: somebody has recorded that they did."""
    for flag in article.flags.filter(check_code=TRANSCRIPTION, cleared_at=None):
        reason = _("compared with print")
        Flag.objects.filter(pk=flag.pk).update(cleared_at=timezone.now(), cleared_by=by, reason=reason)
        _record(flag, Act.FLAG_CLEARED, by=by, reason=reason)


def _decide(flag, expected, changes, act, *, by, reason=""):
    """One conditional UPDATE: of two people who decide at once, one wins and the other is told so."""
    _demand_permission(by)
    with transaction.atomic():
        if not Flag.objects.filter(pk=flag.pk, **expected).update(**changes):
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        for name, value in changes.items():
            setattr(flag, name, value)
        _record(flag, act, by=by, reason=reason)


def raise_flag(article, *, by, severity, detail, excerpt=""):
    """Mark a passage by hand; the flag waits for a person, and no check takes it back. Returns it."""
    _demand_permission(by)
    with transaction.atomic():
        flag = Flag.objects.create(
            article=article, check_code=BY_HAND, severity=severity, detail=detail, excerpt=excerpt
        )
        _record(flag, Act.FLAG_RAISED, by=by)
    return flag


def _demand_permission(by):
    if not by.has_perm("articles.change_flag"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))


def _record(flag, act, *, by, reason=""):
    note = [
        f"{flag.get_severity_display()}：{words_of(flag)}",
        _("Reason: %(reason)s") % {"reason": reason} if reason else "",
    ]
    HistoryEntry.objects.record(flag.article, act, by=by, note="\n".join(filter(None, note)))


# --- what the desk says of them --------------------------------------------------------------------------


def words_of(flag):
    """What looks wrong, and the beginning of the passage, as one line."""
    passage = flag.excerpt if len(flag.excerpt) <= NAMED else flag.excerpt[: NAMED - 1] + "…"
    said = flag.detail or flag.check_code
    return f"{said}（{passage}）" if passage else said


def anchor_of(flag):
    """The form's field that a flag points to, as its address ends after “id_”; where none is known, the text."""
    if flag.field == "figures":
        return f"figures-{flag.paragraph or 0}-caption"
    return flag.field or "body"
