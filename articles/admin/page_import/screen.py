"""The screen on which a page that came in is looked through: its text on one side, the pieces that were read in it on the other.

The form is the state. Every button posts all of it, and it comes back with everything typed and is kept; only confirming makes
pieces.
"""

import hashlib
from bisect import bisect_right
from dataclasses import replace
from typing import NamedTuple

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import bylines, text
from articles.admin.fields import choice_of, without_limit
from articles.admin.page_import import pictures as page_pictures
from articles.admin.page_import.characters import Squeezed, losses
from articles.admin.page_import.entries import KINDS, MOST_CAPTIONS, Entry, spelled
from articles.admin.page_import.marks import lines_of, mark_of
from articles.intake.load import shares_of
from articles.models import Article, Campaign, CampaignTag, ImportedPiece, Locality, LocalityTag
from articles.photos import read_picture
from articles.refusals import MoveRefused, UnreadablePicture
from articles.vocabulary import Kind, PlaceRelation, Severity

EXCERPT = 60  # characters of a lost passage that are shown


class PieceForm(forms.Form):
    """The words of one piece."""

    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=[(kind.value, kind.label) for kind in KINDS])
    column = forms.ChoiceField(label=gettext_lazy("column"), required=False)
    section = forms.CharField(label=gettext_lazy("banner over several pieces"), required=False, max_length=100)
    kicker = forms.CharField(label=gettext_lazy("kicker"), required=False)
    headline = forms.CharField(label=gettext_lazy("headline"), required=False)
    subhead = forms.CharField(label=gettext_lazy("subhead"), required=False)
    body = forms.CharField(label=gettext_lazy("text"), required=False, widget=forms.Textarea)
    printed_byline = forms.CharField(label=gettext_lazy("byline as printed"), required=False)

    def __init__(self, entry, number, columns, *, bound):
        prefix = f"p{number}"
        shown = {name: getattr(entry, name) for name in self.base_fields}
        super().__init__(
            {f"{prefix}-{name}": value for name, value in shown.items()} if bound else None,
            prefix=prefix,
            initial=shown,
            auto_id="id_%s",
        )
        self.entry = entry
        choices = [("", "—"), *((name, name) for name in columns)]
        if entry.column and entry.column not in columns:
            choices.append((entry.column, _("%(column)s (not among the desk's columns)") % {"column": entry.column}))
        self.fields["column"].choices = choices
        for name in ("kicker", "headline", "subhead", "printed_byline"):
            self.fields[name].max_length = Article._meta.get_field(name).max_length
            self.fields[name].widget.attrs["class"] = "vLargeTextField"
        rows = 1 + sum(1 + len(line) // 34 for line in entry.body.split("\n"))
        self.fields["body"].widget.attrs |= {"rows": min(max(rows, 3), 18), "data-splits": f"id_{prefix}-split"}
        without_limit(self.fields)

    def clean(self):
        cleaned = super().clean()
        kind, longest = cleaned.get("kind"), Article._meta.get_field
        for name in ("kicker", "headline", "subhead", "printed_byline"):
            over = len(text.clean_line(cleaned.get(name, ""))) - longest(name).max_length
            if over > 0:
                self.add_error(name, _("%(n)d characters too long.") % {"n": over})
        if kind == Kind.STORY and not text.clean_line(cleaned.get("headline", "")):
            self.add_error("headline", _("Please enter a headline. Only photo news and briefs may do without."))
        if kind != Kind.PHOTO and not text.clean_body(cleaned.get("body", "")):
            self.add_error("body", _("Please enter the text. Only photo news may consist of captions alone."))
        if kind == Kind.PHOTO and not cleaned.get("body", "").strip() and not self._has_captions():
            self.add_error(None, _("Photo news needs a caption or a picture."))
        return cleaned

    def _has_captions(self):
        return any(caption.text.strip() or caption.picture for caption in self.entry.captions)


class AddingForm(forms.Form):
    """Places and campaigns that the text does not suggest. Without JavaScript their names are typed."""

    add_place = choice_of(LocalityTag._meta.get_field("tag"), label=gettext_lazy("another place"), required=False)
    add_relation = forms.ChoiceField(label=gettext_lazy("relation"), choices=PlaceRelation.choices, required=False)
    place_name = forms.CharField(label=gettext_lazy("another place"), required=False)
    add_campaign = choice_of(CampaignTag._meta.get_field("tag"), label=gettext_lazy("another campaign"), required=False)
    campaign_name = forms.CharField(label=gettext_lazy("another campaign"), required=False)


class Found(NamedTuple):
    """A finding as the list under a piece shows it. mark: the name of its mark on the page, or ""."""

    severity: str
    label: str
    excerpt: str
    detail: str
    mark: str


class CaptionRow(NamedTuple):
    number: int
    text: str
    picture: str


class Choice(NamedTuple):
    """An offered place or campaign with its name."""

    slug: str
    spelled: str
    label: str
    chosen: bool
    certain: bool
    relation: str


class Shown(NamedTuple):
    """An entry as the screen shows it."""

    n: int
    number: int  # of the pieces, from 1; 0 of furniture
    entry: Entry
    stretches: str
    lines: str
    form: PieceForm | None = None
    kind: str = ""
    captions: tuple[CaptionRow, ...] = ()
    places: tuple[Choice, ...] = ()
    campaigns: tuple[Choice, ...] = ()
    adding: forms.Form | None = None
    days: tuple[str, ...] = ()
    found: tuple[Found, ...] = ()
    hint: str = ""
    asks: str = ""  # what else wants a look
    doubtful: bool = False  # it stands open
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    article: Article | None = None  # what was made of it before
    within: bool = False  # that was made of more or less than this: merged or divided
    elsewhere: ImportedPiece | None = None  # the same words, on another day
    partly: ImportedPiece | None = None  # what was made of some of its lines
    paragraphs: tuple[tuple[int, str], ...] = ()  # those with which another piece may begin
    before: int = 0  # the number of the piece before
    into: int = -1  # of furniture: the piece that it likely stands over
    refused: dict = {}


class Screen:
    """Everything that the template of the review shows.

    `fresh`: the entries are as the page gives them, and what came in on another day is skipped in advance.
    """

    def __init__(self, reading, entries, *, pictures=(), bound=False, look_at=None, refused=None, fresh=False):
        self.reading, self.pictures = reading, pictures
        pieces = [entry for entry in entries if entry.is_piece]
        numbers = {id(entry): number for number, entry in enumerate(pieces, 1)}
        self.drafts = {
            number: reading.draft(entry, numbers[id(entry)]) for number, entry in enumerate(entries) if entry.is_piece
        }
        self.present, self.elsewhere, self.within, self.partly = _came_in(self.drafts.values(), reading)
        self.entries = entries = [
            replace(entry, skipped=True) if fresh and any(self._beside(number)) else entry
            for number, entry in enumerate(entries)
        ]
        self._places, self._campaigns = _names_of(entries)
        self._bearers = _bearers(entries)
        self.look_at, self.refused = look_at, refused or {}
        self.columns = list(reading.desk.columns)
        self.marks, self.shown = [], []
        for number, entry in enumerate(entries):
            draft = self.drafts.get(number)
            self.shown.append(
                self._piece(number, entry, draft.number, bound) if draft else self._furniture(number, entry)
            )
        labels = [str(shown.number) if shown.number else _("furniture") for shown in self.shown]
        self.lines = lines_of(reading.text, entries, self.marks, labels)
        self.lost = self._lost()

    def _beside(self, number):
        """(the same words on another day, what has a part of it) as ImportedPieces; None, also of what is there by itself."""
        known = number in self.drafts and self.drafts[number].fingerprint
        if not known or known in self.present or known in self.within:
            return None, None
        return self.elsewhere.get(known), self.partly.get(known)

    # What is counted.

    @property
    def is_valid(self):
        wanted = [shown for shown in self.shown if shown.entry.wanted]
        return all(shown.form.is_valid() for shown in wanted) and not any(shown.refused for shown in wanted)

    @property
    def counted(self):
        """9 篇稿件、3 条图说；错误 4 处、提醒 7 处"""
        kinds = [shown.entry.kind for shown in self.shown if shown.entry.wanted]
        said = [words % {"n": n} for kind, words in _counts(kinds) if (n := kinds.count(kind))]
        errors, warnings = self._sum("errors"), self._sum("warnings")
        looks = [
            ngettext("%(n)d error", "%(n)d errors", errors) % {"n": errors} if errors else "",
            ngettext("%(n)d warning", "%(n)d warnings", warnings) % {"n": warnings} if warnings else "",
        ]
        parts = ["、".join(said) or _("no piece"), "、".join(filter(None, looks)) or _("nothing conspicuous")]
        if there := sum(bool(shown.article) for shown in self.shown if shown.entry.wanted):
            parts.append(_("%(n)d in the desk already") % {"n": there})
        return "；".join(parts)

    def _sum(self, name):
        return sum(getattr(shown, name) for shown in self.shown if shown.entry.wanted)

    def _lost(self):
        """What of the page stands in no piece: [(line, words)]."""
        starts = self.reading.line_starts
        return [(bisect_right(starts, start), _cut(words)) for start, words in losses(self.reading.text, self.entries)]

    def unused_pictures(self):
        used = {caption.picture for entry in self.entries if entry.wanted for caption in entry.captions}
        return [picture for picture in self.pictures if picture.key not in used]

    # Each entry.

    def _furniture(self, number, entry):
        lines = lines_said(self.reading.lines(entry))
        into = next((place for place in range(number, len(self.entries)) if self.entries[place].is_piece), -1)
        return Shown(number, 0, entry, spelled(entry.stretches), lines, into=into)

    def _piece(self, number, entry, ordinal, bound):
        form = PieceForm(entry, number, self.columns, bound=bound and not entry.skipped)
        draft, line = self.drafts[number], text.clean_line(entry.printed_byline)
        found = self._found(number, entry, draft)
        severities = [each.severity for each in found]
        credits, doubts = bylines.hints(line, self._bearers) if line else ("", [])
        refused = self.refused.get(number, {})
        made = self.present.get(draft.fingerprint) or self.within.get(draft.fingerprint)
        article = made and made.article
        elsewhere, partly = self._beside(number)
        asks = _asked_of(entry)
        wants_a_look = {Severity.ERROR, Severity.WARNING} & set(severities) or asks or refused or form.errors
        return Shown(
            n=number,
            number=ordinal,
            entry=entry,
            stretches=spelled(entry.stretches),
            lines=lines_said(self.reading.lines(entry)),
            form=form,
            kind=Kind(entry.kind).label,
            captions=self._captions(entry),
            places=_choices(entry.places, self._places),
            campaigns=_choices(entry.campaigns, self._campaigns),
            adding=AddingForm(prefix=f"p{number}", initial=entry.added, auto_id="id_%s"),
            days=tuple(dict.fromkeys(_day_said(each) for each in draft.event_days)),
            found=found,
            hint=_hint(line, credits, doubts),
            asks=asks,
            doubtful=number == self.look_at or bool(wants_a_look and not entry.skipped and not article),
            errors=severities.count(Severity.ERROR),
            warnings=severities.count(Severity.WARNING),
            notes=severities.count(Severity.NOTE),
            article=article,
            within=bool(made) and draft.fingerprint not in self.present,
            elsewhere=elsewhere,
            partly=partly,
            paragraphs=_openings(entry),
            before=max((place for place in range(number) if self.entries[place].is_piece), default=number),
            refused=refused,
        )

    def _found(self, number, entry, draft):
        """The findings of a piece, the worst first; their marks are put on the page."""
        squeezed, found = Squeezed(self.reading.text, entry.stretches), []
        for place, finding in enumerate(sorted(draft.findings, key=lambda each: RANK[each.severity])):
            mark = mark_of(finding, entry, self.reading.text, f"mark-{number}-{place}", squeezed)
            if mark and not entry.skipped:
                self.marks.append(mark)
            severity, name = Severity(finding.severity), mark.name if mark and not entry.skipped else ""
            found.append(Found(severity.value, severity.label, finding.excerpt, finding.detail, name))
        return tuple(found)

    def _captions(self, entry):
        """The captions, and an empty one where a picture could come to the piece."""
        rows = tuple(CaptionRow(row, *caption) for row, caption in enumerate(entry.captions))
        blank = self.unused_pictures() or not rows and entry.kind == Kind.PHOTO
        return (*rows, CaptionRow(len(rows), "", "")) if blank and len(rows) < MOST_CAPTIONS else rows


def _choices(rows, names):
    return tuple(
        Choice(
            row.slug,
            row.slug if row.certain else f"?{row.slug}",
            names[row.slug],
            row.chosen,
            row.certain,
            str(row.relation),
        )
        for row in rows
        if row.slug in names
    )


RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def _counts(kinds):
    def n(kind):
        return kinds.count(kind)

    return (
        (Kind.STORY, ngettext("%(n)d story", "%(n)d stories", n(Kind.STORY))),
        (Kind.PHOTO, ngettext("%(n)d captioned picture", "%(n)d captioned pictures", n(Kind.PHOTO))),
        (Kind.BRIEF, ngettext("%(n)d brief", "%(n)d briefs", n(Kind.BRIEF))),
        (Kind.CORRECTION, ngettext("%(n)d correction", "%(n)d corrections", n(Kind.CORRECTION))),
    )


def _names_of(entries):
    """{slug: name} of every place, and of every campaign, that is offered; one question each."""
    places = {row.slug for entry in entries for row in entry.places}
    campaigns = {row.slug for entry in entries for row in entry.campaigns}
    trails = Locality.objects.filter(slug__in=places).values_list("slug", "trail")
    return (
        {slug: trail.replace("/", " › ") for slug, trail in trails},
        dict(Campaign.objects.filter(slug__in=campaigns).values_list("slug", "name")),
    )


def _bearers(entries):
    names = {
        name
        for entry in entries
        if entry.printed_byline
        for _role, name in bylines.read(text.clean_line(entry.printed_byline))
    }
    return bylines.bearers_of(names) if names else {}


def _came_in(drafts, reading):
    """Four times {fingerprint: ImportedPiece} of what came in before: the same words on that day, the same on another, what was
    made of the same lines of the same page, and what was made of some of them. Two questions."""
    rows = ImportedPiece.objects.select_related("article").defer("article__body").order_by("day")
    same = list(rows.filter(fingerprint__in={draft.fingerprint for draft in drafts}))
    shares = shares_of(drafts, rows.filter(page_import=reading.page_import), reading.text, reading.as_read)
    return (
        {row.fingerprint: row for row in same if row.day == reading.day},
        {row.fingerprint: row for row in same if row.day != reading.day},
        {fingerprint: piece for fingerprint, (piece, whole) in shares.items() if whole},
        {fingerprint: piece for fingerprint, (piece, whole) in shares.items() if not whole},
    )


def _asked_of(entry):
    """What no check says, and the editor has to."""
    headless = entry.kind == Kind.STORY and not entry.headline.strip()
    unsure = not all(row.certain for row in entry.places)
    return "，".join(filter(None, [_("no headline") if headless else "", _("which place?") if unsure else ""]))


def _day_said(found):
    return " = ".join((found.words, str(found.day or _("no such day"))))


def _hint(line, credits, doubts):
    if not line:
        return ""
    read = _("Read as: {credits}").replace("{credits}", credits) if credits else _("Nobody is read from this line.")
    return "\n".join([read, *doubts])


def _openings(entry):
    """(place, beginning) of the paragraphs, or captions, before which a piece can be divided."""
    passages = entry.paragraphs or [caption.text for caption in entry.captions]
    return tuple((place, passage[:18]) for place, passage in enumerate(passages, 1) if place > 1)


def lines_said(lines):
    """Where on the page something stands, in words; of what was typed, nothing."""
    first, last = lines
    if not last:
        return ""
    if first == last:
        return _("line %(first)s") % {"first": first}
    return _("lines %(first)s–%(last)s") % {"first": first, "last": last}


def _cut(words):
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1] + "…"


# --- confirmed -------------------------------------------------------------------------------------------


def digest_of(lost, unused):
    """What was shown to be left out, so that it is confirmed as it was shown."""
    spelling = "\n".join([*(f"{line} {words}" for line, words in lost), *(picture.key for picture in unused)])
    return hashlib.sha256(spelling.encode()).hexdigest()[:16] if spelling else ""


def drafts_to_load(screen, page_import):
    """The drafts of the pieces that are wanted, with their pictures. Raises MoveRefused when a picture cannot be read."""
    drafts = []
    for number, draft in screen.drafts.items():
        entry = screen.entries[number]
        if entry.wanted:
            kept = [caption for caption in entry.captions if caption.text.strip() or caption.picture]
            pictures = tuple(_picture(page_import, caption.picture) for caption in kept)
            drafts.append(replace(draft, pictures=pictures))
    return drafts


def _picture(page_import, key):
    if not key:
        return None
    try:
        return read_picture(ContentFile(page_pictures.content_of(page_import, key), name=key))
    except (UnreadablePicture, FileNotFoundError) as error:
        said = _("The picture %(picture)s can no longer be read; choose another, or none.") % {"picture": key}
        raise MoveRefused(said) from error
