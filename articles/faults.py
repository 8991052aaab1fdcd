"""差错登记 and 差错率: what errors in published texts weigh, and how many there are to ten thousand characters.

The weights follow the rules by which newspapers are examined (《报纸期刊质量管理规定》, 2020, and its way of counting). A report is
a function from a month to shares: whose characters they are, and which errors stand in them.
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import public_texts
from articles.days import month_after, span_of_month
from articles.models import Editor, Fault, HistoryEntry, Page, Placement, Publication, SignOff, Writer
from articles.refusals import MoveRefused
from articles.vocabulary import Act, FaultKind, Kind

ONE, TENTH = Decimal(1), Decimal("0.1")
WEIGHTS = {
    FaultKind.FACT: ONE,
    FaultKind.NUMBER: ONE,
    FaultKind.NUMBER_STYLE: TENTH,
    FaultKind.PUNCTUATION: TENTH,
    FaultKind.OTHER: ONE,
}
BY_CHARACTERS = ((1, Decimal(1)), (5, Decimal(2)))  # up to so many wrong characters weigh so much
MORE_CHARACTERS = Decimal(4)
DOUBLE = 2  # in a headline, masthead or column head; of important names, times and pictures
MOST_REPEATS = 3  # the same error counts no oftener
MOST_NUMBER_STYLE = ONE  # of one issue
LIMIT = Decimal(3)  # errors to PER characters: what is above fails
PER = 10_000
LONGEST_NOTED = 60  # characters of a passage that the history repeats


def suggested(kind, *, characters=1, times=1, prominent=False):
    """What an error weighs by the rules. `characters`: how many are wrong, missing or too many; `times`: how often the same stands."""
    if kind == FaultKind.CHARACTERS:
        weight = next((weight for most, weight in BY_CHARACTERS if characters <= most), MORE_CHARACTERS)
    else:
        weight = WEIGHTS[kind]
    return weight * min(times, MOST_REPEATS) * (DOUBLE if prominent else 1)


def texts_of(article):
    """The versions of a piece that readers could read, the newest first: an error is recorded of one of them."""
    found = {text.version.pk: text.version for text in public_texts.of(article)}
    return sorted(found.values(), key=lambda version: -version.number)


def record(fault, *, by):
    """Keep an error that was found, with an entry of the history. Raises MoveRefused when readers never read that text."""
    if not by.has_perm("articles.add_fault"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    if fault.version not in texts_of(fault.article):
        raise MoveRefused(_("Only errors in published texts are recorded; readers have not read this one."))
    with transaction.atomic():
        fault.recorded_by = by
        fault.save()
        HistoryEntry.objects.record(
            fault.article, Act.FAULT_RECORDED, by=by, version=fault.version, note=words_of(fault)
        )
    return fault


def words_of(fault):
    """An error in one line: 错别字 “布署”→“部署” 1.0."""
    said = f"“{fault.passage[:LONGEST_NOTED]}”" if fault.passage else ""
    said += f"→“{fault.should_be[:LONGEST_NOTED]}”" if fault.should_be else ""
    return " ".join(filter(None, (str(fault.get_kind_display()), said, f"{fault.weight:.1f}")))


# --- the report ------------------------------------------------------------------------------------------


class Found(NamedTuple):
    """An error as the report counts it; `issue` names the newspaper it stood in, or the day of release."""

    pk: int
    article: int
    version: int
    kind: str
    weight: Decimal
    missed_at: str
    issue: object


class Share(NamedTuple):
    """Characters and errors that are counted for one person or page; `of` is the row, None for all or for nobody."""

    of: object
    characters: dict[int, int]  # of each piece, by its id
    faults: list[Found]

    @property
    def total(self):
        """The denominator."""
        return sum(self.characters.values())

    @property
    def weight(self):
        """The numerator."""
        return weigh(self.faults)

    @property
    def rate(self):
        """Errors to ten thousand characters, to two places; None where nothing was read."""
        return (self.weight * PER / self.total).quantize(Decimal("0.01")) if self.total else None

    @property
    def passes(self):
        """Whether the rate is within the limit, not rounded; None where nothing was read."""
        return self.weight * PER <= LIMIT * self.total if self.total else None


def weigh(faults):
    """The sum of the weights; the style of numbers counts at most MOST_NUMBER_STYLE in an issue."""
    weight, style = Decimal(0), defaultdict(Decimal)
    for fault in faults:
        if fault.kind == FaultKind.NUMBER_STYLE:
            style[fault.issue] += fault.weight
        else:
            weight += fault.weight
    return weight + sum(min(each, MOST_NUMBER_STYLE) for each in style.values())


def of_desk(month):
    """The Share of everything released in the month of a day: each piece with the text that was released last."""
    pieces = _pieces(month)
    return Share(None, pieces, _found(month, pieces))


def by_reviewer(month):
    """A Share of everybody who signed a text that was released in the month, the most errors first.

    A person is charged with the errors that were missed at the stage at which they signed that text; a piece counts once for
    each person, by the last released text they signed. Errors without a stage, or with one that nobody signed, are nobody's.
    """
    pieces = _pieces(month)
    signed = SignOff.objects.signed().filter(_released_in(month))
    rows = signed.order_by("version__number").values_list(
        "by", "stage", "version", "version__article", "version__characters"
    )
    characters, signers = defaultdict(dict), defaultdict(set)
    for by, stage, version, article, count in rows:
        if article in pieces:
            characters[by][article] = count
            signers[version, stage].add(by)
    missed = defaultdict(list)
    for fault in _found(month, pieces):
        for by in signers[fault.version, fault.missed_at] or {None}:
            missed[by].append(fault)
    return _shares(_accounts(characters), characters, missed)


def by_writer(month):
    """A Share of every account that wrote a text released in the month, with all errors of that text, the most errors first."""
    pieces = _pieces(month)
    rows = Writer.objects.filter(_released_in(month)).order_by("version__number")
    characters, wrote = defaultdict(dict), defaultdict(set)
    for by, version, article, count in rows.values_list("editor", "version", "version__article", "version__characters"):
        if article in pieces:
            characters[by][article] = count
            wrote[version].add(by)
    made = defaultdict(list)
    for fault in _found(month, pieces):
        for by in wrote[fault.version]:
            made[by].append(fault)
    return _shares(_accounts(characters), characters, made)


def by_page(month):
    """A Share of every newspaper page of the month with pieces that were released here, in the order of the papers."""
    days = {"page__edition__day__gte": month.replace(day=1), "page__edition__day__lt": month_after(month)}
    placed = Placement.objects.filter(**days)
    released = dict(_seen(Publication.objects.filter(article__in=placed.order_by().values("article"))))
    characters, pages_of = defaultdict(dict), defaultdict(set)
    for page, article in placed.values_list("page", "article"):
        if article in released:
            characters[page][article] = released[article]
            pages_of[article].add(page)
    pages = Page.objects.select_related("edition__outlet").filter(pk__in=list(characters))
    pages = pages.order_by("edition__day", "edition__outlet__order", "edition__outlet", "number")
    stood = defaultdict(list)
    faults = Fault.objects.filter(article__in=placed.order_by().values("article"))
    for fault in faults.order_by("pk").values_list(*_FAULT):
        for page in pages_of[fault[1]]:
            stood[page].append(Found(*fault, issue=None))  # a page is of one issue
    return [Share(page, characters[page.pk], stood[page.pk]) for page in pages]


_FAULT = ("pk", "article", "version", "kind", "weight", "missed_at")


def _in_month(month, prefix=""):
    span = span_of_month(month)
    return Q(**{f"{prefix}published_at__gte": span["since"], f"{prefix}published_at__lt": span["until"]})


def _seen(publications):
    """(piece, characters of its text) of those publications that readers could read at some time; site pages are no pieces.

    What publish.was_never_public() says of one, asked of many.
    """
    held = HistoryEntry.objects.filter(article=OuterRef("article"), act=Act.HELD).order_by("-at", "-pk")
    began = F("first_published_at")
    rows = publications.annotate(held_at=Subquery(held.values("at")[:1])).exclude(article__kind=Kind.PAGE)
    rows = rows.filter(
        Q(withdrawn_at=None) | Q(withdrawn_at__gte=began),
        Q(held=False) | Q(held_at__gte=began),
        first_published_at__lte=timezone.now(),
    )
    return rows.values_list("article", "version__characters")


def _pieces(month):
    """{piece released in the month: the characters of the text that was released last}."""
    return dict(_seen(Publication.objects.filter(_in_month(month))))


def _released_in(month):
    """A condition for rows that point to a version: it was released, and its piece in that month."""
    released = HistoryEntry.objects.filter(version=OuterRef("version"), act__in=(Act.PUBLISHED, Act.SCHEDULED))
    return Q(Exists(released)) & _in_month(month, "version__article__publication__")


def _found(month, pieces):
    """The errors in those pieces, which were released in that month."""
    places = Placement.objects.filter(article=OuterRef("article"), page__isnull=False).order_by(
        "page__edition__day", "pk"
    )
    rows = Fault.objects.filter(_in_month(month, "article__publication__")).order_by("pk")
    rows = rows.annotate(edition=Subquery(places.values("page__edition")[:1]))
    rows = rows.values_list(*_FAULT, "edition", "article__publication__published_at")
    return [
        Found(*fault, issue=edition or timezone.localdate(released_at))
        for *fault, edition, released_at in rows
        if fault[1] in pieces
    ]


def _accounts(keys):
    return Editor.objects.in_bulk([key for key in keys if key])


def _shares(rows, characters, faults):
    """A Share of each row, the heaviest errors first; errors that are nobody's come last."""
    shares = [Share(row, characters[pk], faults.get(pk, [])) for pk, row in rows.items()]
    shares.sort(key=lambda share: (-share.weight, -share.total, str(share.of)))
    return [*shares, *([Share(None, {}, faults[None])] if None in faults else [])]
