"""审稿台账: what was submitted for review in a span of days, one row a piece, and what became of it.

A row is made of the rounds that were submitted on those days and of nothing else, so that the ledger of a month that is
over stays as it is: what was submitted again later stands in that month's ledger too.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.days import begins
from articles.models import Publication, Review, SignOff, StagesInForce
from articles.versions import check_code
from articles.vocabulary import Genre, Outcome, Stage, State

BATCH = 500  # pieces whose rounds are read at once


class Signature(NamedTuple):
    """What was decided at a stage in one round; all empty while nothing was."""

    by: str = ""  # and for whom, where somebody stood in; several where it was decided by several, the last one last
    at: datetime | None = None  # of the last decision
    opinion: str = ""  # a line for each decision: 通过：同意


class Row(NamedTuple):
    """A piece in the ledger. `signatures` are those of the last round, one for each stage of the ledger."""

    number: str
    title: str
    genre: str
    byline: str
    submitted_by: str
    submitted_at: datetime  # first
    signatures: tuple[Signature, ...]
    outcome: str
    earlier: str  # how the rounds before the last one ended, in words
    released_by: str
    released_at: datetime | None
    address: str  # of what is or will be public, from the root of the site; or ""
    code: str  # 校验码 of the text that was signed last
    rounds: int


def submitted_between(first, last):
    """The rounds submitted from the first day to the last, both included, by the Beijing calendar."""
    return Review.objects.filter(opened_at__gte=begins(first), opened_at__lt=begins(last + timedelta(days=1)))


def stages_between(first, last):
    """The stages that a ledger has columns for: those in force now, and any that was signed in its rounds."""
    signed = SignOff.objects.filter(review__in=submitted_between(first, last)).order_by()
    known = {*StagesInForce.objects.current(), *signed.values_list("stage", flat=True).distinct()}
    return tuple(stage for stage in Stage if stage in known)


def rows_between(first, last, stages, *, batch=BATCH):
    """The Rows of a span of days, in the order of first submission; read `batch` pieces at a time, four queries each."""
    rounds = submitted_between(first, last).order_by("opened_at", "pk")
    pieces = iter(dict.fromkeys(rounds.values_list("article", flat=True)))
    while ids := list(islice(pieces, batch)):
        yield from _rows(ids, rounds, stages)


def _rows(ids, rounds, stages):
    found = rounds.filter(article__in=ids).select_related("article", "version", "opened_by", "closed_by")
    of_piece = defaultdict(list)
    for review in found.defer("article__body", "article__summary", "version__content", "version__lead"):
        of_piece[review.article_id].append(review)
    sign_offs = SignOff.objects.filter(review__in=rounds.filter(article__in=ids).order_by())
    sign_offs = sign_offs.select_related("by", "instead_of", "version").defer("version__content", "version__lead")
    of_round = defaultdict(list)
    for sign_off in sign_offs:
        of_round[sign_off.review_id].append(sign_off)
    releases = {release.article_id: release for release in Publication.objects.filter(article__in=ids)}
    for pk in ids:
        yield _row(of_piece[pk], of_round, releases.get(pk), stages)


def _row(reviews, of_round, publication, stages):
    last = reviews[-1]
    sign_offs = of_round[last.pk]
    version = sign_offs[-1].version if sign_offs else last.version
    released = last.outcome == Outcome.RELEASED
    at_stage = defaultdict(list)
    for sign_off in sign_offs:
        at_stage[sign_off.stage].append(sign_off)
    return Row(
        number=last.article.number,
        title=version.title,
        genre=str(Genre(last.article.genre).label) if last.article.genre else "",
        byline=version.byline,
        submitted_by=str(reviews[0].opened_by),
        submitted_at=reviews[0].opened_at,
        signatures=tuple(_signature(at_stage[stage]) for stage in stages),
        outcome=_outcome(last, publication),
        earlier="\n".join(_ended(number, review, of_round) for number, review in enumerate(reviews[:-1], 1)),
        released_by=str(last.closed_by) if released else "",
        released_at=last.closed_at if released else None,
        address=publication.get_absolute_url() if publication and not publication.withdrawn_at else "",
        code=check_code(version.sha256),
        rounds=len(reviews),
    )


def _signature(sign_offs):
    if not sign_offs:
        return Signature()
    return Signature("、".join(dict.fromkeys(map(who, sign_offs))), sign_offs[-1].at, "\n".join(map(said, sign_offs)))


def who(sign_off):
    """Who signed, and for whom, where they stood in: 王芳（代李静）."""
    instead = sign_off.instead_of
    return f"{sign_off.by}{_(' (standing in for %(name)s)') % {'name': instead}}" if instead else str(sign_off.by)


def said(sign_off):
    """The decision and the opinion, where one was given: 通过：同意。"""
    decision = str(sign_off.get_decision_display())
    return f"{decision}：{sign_off.opinion}" if sign_off.opinion else decision


def _outcome(review, publication):
    if not review.outcome:
        return str(State.REVIEW.label)
    label = str(review.get_outcome_display())
    if review.outcome == Outcome.RELEASED and publication and publication.withdrawn_at:
        return _("%(outcome)s, withdrawn since") % {"outcome": label}
    return label


def _ended(number, review, of_round):
    """How a round ended: 第1轮 退回修改：初审 李静 2023-11-20，导语不清。"""
    against = of_round[review.pk][-1:] if review.outcome in (Outcome.RETURNED, Outcome.UNUSED) else ()
    ended = _("round %(n)d: %(outcome)s") % {"n": number, "outcome": review.get_outcome_display()}
    return "：".join([ended, *(f"{one.get_stage_display()} {who(one)}，{one.opinion}" for one in against)])
