"""The screen of the front page: what may stand there, its rows as forms, and what becomes of them when somebody else was first."""

import json
from datetime import datetime
from typing import NamedTuple

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, Signer
from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import text
from articles.admin.fields import Autocomplete
from articles.front_page import Place, spelled
from articles.models import Article, HistoryEntry, Publication, Slot
from articles.vocabulary import Act, SlotSection, State

LAST = 32000  # where a piece stands that was given no number
OFFERED = 20  # pieces that a search shows
RECENT = 2000  # newest releases whose headlines are searched; older pieces are found by number
ENTRIES_READ = 20_000  # newest entries of the whole history among which arrangements are looked for
ENTRIES_SHOWN = 50
MINUTE = "%Y-%m-%dT%H:%M"  # as a browser's own field for a moment has it


# --- what may stand there --------------------------------------------------------------------------------


def releases(term=""):
    """Publications of pieces that the public may read, now or later, newest first: those whose number begins with the term, or
    whose headline has it."""
    standing = Publication.objects.filter(address="", held=False, withdrawn_at=None, article__trashed_at=None)
    standing = standing.exclude(expires_at__lte=timezone.now()).select_related("article", "version")
    standing = standing.only("published_at", "article__number", "version__title").order_by("-published_at", "-pk")
    if not term:
        return list(standing[:OFFERED])
    found = list(standing.filter(article__number__startswith=term)[:OFFERED])
    newest = Publication.objects.order_by("-published_at", "-pk").values("pk")[:RECENT]
    titled = standing.filter(pk__in=newest, version__title__icontains=term)[:OFFERED]
    return list(dict.fromkeys([*found, *titled]))[:OFFERED]


def pieces_view(request):
    """What the field for another piece offers, as the admin's own autocomplete answers."""
    if not request.user.has_perm("articles.view_slot"):
        raise PermissionDenied
    now = timezone.now()
    results = []
    for publication in releases(request.GET.get("term", "").replace("\0", "").strip()):
        label = f"{publication.version.title}（{publication.article.number}）"
        if publication.published_at > now:
            label += f" {State.SCHEDULED.label} {_hour(publication.published_at)}"
        results.append({"id": str(publication.article_id), "text": label})
    return JsonResponse({"results": results, "pagination": {"more": False}})


class PieceOfferedSelect(Autocomplete):
    url_name = "%s:articles_slot_pieces"


def demand_public(article):
    """Raises ValidationError unless the piece is published or scheduled."""
    state = Article.objects.pieces().with_state().filter(pk=article.pk).values_list("state", flat=True).first()
    if state not in (State.LIVE, State.SCHEDULED):
        raise ValidationError(_("Only a piece that is published or scheduled can stand on the front page."))


def demand_to_come(moment):
    if moment <= timezone.now():
        raise ValidationError(_("This moment has passed."))


# --- the screen ------------------------------------------------------------------------------------------


class PlaceForm(forms.Form):
    """One row: a piece at its place."""

    order = forms.IntegerField(label=gettext_lazy("no."), required=False, min_value=0, max_value=LAST)
    headline = forms.CharField(label=gettext_lazy("own headline"), required=False, max_length=200)
    ends_at = forms.DateTimeField(
        label=gettext_lazy("until (Beijing time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )

    def clean_headline(self):
        return text.clean_line(self.cleaned_data["headline"])

    def clean_ends_at(self):
        ends_at = self.cleaned_data["ends_at"]
        if ends_at and "ends_at" in self.changed_data:
            demand_to_come(ends_at)
        return ends_at


class StandingForm(PlaceForm):
    """A piece that stands on the front page already."""

    section = forms.ChoiceField(label=gettext_lazy("section"), choices=SlotSection.choices)
    remove = forms.BooleanField(label=gettext_lazy("take away"), required=False)

    def __init__(self, data, slot):
        self.slot = slot
        prefix = prefix_of(slot)
        ends_at = slot.ends_at and slot.ends_at.replace(second=0, microsecond=0)  # as the field shows it
        initial = {"order": slot.order, "headline": slot.headline, "ends_at": ends_at, "section": slot.section}
        known = data is not None and f"{prefix}-section" in data
        super().__init__(data if known else None, prefix=prefix, initial=initial)

    @property
    def ends_at(self):
        """The end as asked; to the second as it was while nobody touched it."""
        return self.cleaned_data["ends_at"] if "ends_at" in self.changed_data else self.slot.ends_at

    @property
    def standing(self):
        """(section, number) as the fields say, typed or saved: the rows of a refused page stand as they were put."""
        section, order = (str(self[name].value()) for name in ("section", "order"))
        section = section if section in SlotSection.values else self.slot.section
        return section, int(order) if order.isascii() and order.isdigit() and len(order) < 6 else LAST

    @property
    def saved(self):
        """What the fields hold in the database where something else is typed: for whoever comes late."""
        shown = {"order": self.slot.order, "headline": self.slot.headline or _("(none)"),
                 "ends_at": _hour(self.slot.ends_at) if self.slot.ends_at else _("(none)"),
                 "section": self.slot.get_section_display()}  # fmt: skip
        return [f"{self.fields[name].label}：{shown[name]}" for name in self.changed_data if name in shown]


class AnotherForm(PlaceForm):
    """One more piece for a section. Without JavaScript its number is typed."""

    article = forms.ModelChoiceField(
        Article.objects.pieces(),
        label=gettext_lazy("another piece"),
        required=False,
        widget=PieceOfferedSelect(Slot._meta.get_field("article"), admin.site),
    )
    number = forms.CharField(label=gettext_lazy("piece number"), required=False, max_length=20)

    def __init__(self, data, section):
        self.section = section
        super().__init__(data, prefix=f"another-{section}")

    def clean(self):
        cleaned = super().clean()
        if number := cleaned.get("number"):
            cleaned["article"] = Article.objects.pieces().filter(number=number).first()
            if cleaned["article"] is None:
                self.add_error("number", _("There is no piece of this number."))
        if cleaned.get("article"):
            try:
                demand_public(cleaned["article"])
            except ValidationError as error:
                self.add_error("article", error)
        elif not self.errors and (cleaned.get("headline") or cleaned.get("ends_at")):
            self.add_error("article", _("Choose the piece that this belongs to."))
        return cleaned

    @property
    def ends_at(self):
        return self.cleaned_data["ends_at"]


class Section(NamedTuple):
    """A section as the screen shows it; `another` is None for those who may not add."""

    code: str
    label: str
    rows: list
    another: AnotherForm | None


class Screen:
    """The forms of the whole front page, unbound or with what was posted."""

    def __init__(self, request, slots, data=None):
        may_add = request.user.has_perm("articles.add_slot")
        may_remove = request.user.has_perm("articles.delete_slot")
        self.rows = [StandingForm(data, slot) for slot in slots]
        for row in self.rows:
            if not may_remove:
                del row.fields["remove"]
        self.others = [AnotherForm(data, section) for section in SlotSection.values] if may_add else []
        standing = sorted(self.rows, key=lambda row: row.standing[1])
        self.sections = [
            Section(
                code,
                label,
                [row for row in standing if row.standing[0] == code],
                next((form for form in self.others if form.section == code), None),
            )
            for code, label in SlotSection.choices
        ]

    def is_valid(self):
        valid = [form.is_valid() for form in (*self.rows, *self.others)]  # each is asked: all errors are shown at once
        return all(valid) and self._nothing_stands_twice()

    def _nothing_stands_twice(self):
        seen = set()
        for form, section, article_id in self._asked():
            if (section, article_id) in seen:
                field = "section" if isinstance(form, StandingForm) else "article"
                form.add_error(field, _("This piece stands in that section already."))
            seen.add((section, article_id))
        return not any(form.errors for form in (*self.rows, *self.others))

    def _asked(self):
        """(form, section, id of its piece) of all that is to stand there, as the rows stand on the screen."""
        for row in self.rows:
            if not row.cleaned_data.get("remove"):
                yield row, row.cleaned_data["section"], row.slot.article_id
        for form in self.others:
            if form.cleaned_data.get("article"):
                yield form, form.section, form.cleaned_data["article"].pk

    def arranged(self):
        """{section: [Place]} by the numbers typed. Of two of one number, the one that was given it goes first."""
        sections = {code: [] for code in SlotSection.values}
        for form, section, article_id in self._asked():
            number = form.cleaned_data["order"]
            stayed = isinstance(form, StandingForm) and not {"order", "section"} & set(form.changed_data)
            place = Place(article_id, form.cleaned_data["headline"], form.ends_at)
            sections[section].append((LAST if number is None else number, stayed, place))
        return {
            code: [place for *_key, place in sorted(places, key=lambda found: found[:2])]
            for code, places in sections.items()
        }


def _hour(moment):
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def standing_slots():
    """Every slot in order, with `state` (of its piece), `title`, and `hidden`: why readers do not see it, or ""."""
    slots = Slot.objects.order_by("order", "pk").select_related("article__publication__version")
    slots = list(slots.defer("article__body", "article__summary", "article__publication__version__content"))
    pieces = Article.objects.with_state().filter(pk__in=[slot.article_id for slot in slots])
    states = dict(pieces.values_list("pk", "state"))
    now = timezone.now()
    for slot in slots:
        publication = getattr(slot.article, "publication", None)
        slot.title = publication.version.title if publication else str(slot.article)
        slot.state = State(states[slot.article_id])
        if slot.ends_at and slot.ends_at <= now:
            slot.hidden = _("ended %(moment)s") % {"moment": _hour(slot.ends_at)}
        elif slot.state == State.SCHEDULED:
            slot.hidden = _("scheduled for %(moment)s") % {"moment": _hour(publication.published_at)}
        elif slot.state != State.LIVE:
            slot.hidden = _("not public: %(state)s") % {"state": slot.state.label}
        else:
            slot.hidden = ""
    return slots


def arrangements():
    """The newest arrangements, of the newest acts of all: the record itself grows without end."""
    newest = HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found = HistoryEntry.objects.filter(act=Act.ARRANGED, pk__gt=newest - ENTRIES_READ)
    return found.select_related("by", "article").defer("article__body").order_by("-pk")[:ENTRIES_SHOWN]


def prefix_of(slot):
    return f"{slot.section}-{slot.article_id}"


def shown(slot):
    """The fields of a slot as the screen writes them, and a browser posts them untouched."""
    ends_at = f"{timezone.localtime(slot.ends_at):{MINUTE}}" if slot.ends_at else ""
    return {"section": slot.section, "order": str(slot.order), "headline": slot.headline, "ends_at": ends_at}


# --- what the page was opened on -------------------------------------------------------------------------


_signer = Signer(salt="front page")


def carried(slots):
    """The arrangement as the page carries it until it is saved."""
    return _signer.sign(spelled(slots))


def opened_on(data):
    """The arrangement that the posted page was opened on, as spelled() gives it; that of nothing when it is not from us."""
    try:
        return _signer.unsign(data.get("base", ""))
    except BadSignature:
        return "[]"


def slots_of(spelling):
    """The unsaved slots of an arrangement as spelled() gives it."""
    return [
        Slot(
            section=section,
            article_id=article_id,
            order=order,
            headline=headline,
            ends_at=ends_at and datetime.fromisoformat(ends_at),
        )
        for section, article_id, order, headline, ends_at in json.loads(spelling)
    ]


def merged(data, slots):
    """What was posted by somebody who came late, where they changed something; elsewhere what stands there now."""
    seen = {prefix_of(slot): shown(slot) for slot in slots_of(opened_on(data))}
    both = data.dict()
    for slot in slots:
        prefix = prefix_of(slot)
        for name, before in seen.get(prefix, {}).items():
            if data.get(f"{prefix}-{name}") == before:
                both[f"{prefix}-{name}"] = shown(slot)[name]
    return both


def gone_meanwhile(data, slots):
    """Pieces that stood there when the page was opened and do not now, each with the own headline that was typed for it."""
    present = {prefix_of(slot) for slot in slots}
    gone = {slot.article_id: prefix_of(slot) for slot in slots_of(opened_on(data))}
    gone = {key: row for key, row in gone.items() if row not in present and not data.get(f"{row}-remove")}
    pieces = Article.objects.filter(pk__in=gone).defer("body")
    return [(piece, data.get(f"{gone[piece.pk]}-headline", "")) for piece in pieces]
