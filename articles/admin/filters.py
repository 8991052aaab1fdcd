"""Filters of the list of pieces. They combine; each says what it asks of a piece, and articles/narrowing.py finds the pieces."""

from datetime import timedelta
from functools import partial

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import narrowing, queues
from articles.admin.places import home_of
from articles.admin.vocabularies import vocabularies
from articles.days import begins
from articles.models import Coverage, Locality
from articles.vocabulary import Genre, Kind, State

PLACES_OFFERED = 20  # of those that a typed name may mean


class Filter(admin.ListFilter):
    """What was asked under its parameters, the condition that makes, and what to say when nobody can have meant it."""

    parameters = ()
    label = ""  # what the list is narrowed to, in words
    problem = ""  # a sentence; the list is empty then, lest it passes for the answer

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        values = {name: params.pop(name)[-1].strip() for name in self.parameters if name in params}
        self.used_parameters = {name: value for name, value in values.items() if value}
        self.request = request
        self.read()

    def expected_parameters(self):
        return list(self.parameters)

    def has_output(self):
        return True

    def queryset(self, request, queryset):
        return narrowing.meet([self.asked], queryset) if self.asked else queryset

    @cached_property
    def asked(self):
        """The condition, made once, or None."""
        return None if self.problem else self.narrowing()

    def read(self):
        """Understand the parameters."""

    def narrowing(self):
        """The condition of what was asked, or None for nothing."""

    def choices(self, changelist):
        return []


class ChoiceFilter(Filter):
    """One of a list of options, by the parameter of that name; `options` gives (group, [(value, label)])."""

    template = "admin/articles/article/filter_choice.html"
    parameter = None

    @property
    def parameters(self):
        return (self.parameter,)

    @property
    def value(self):
        return self.used_parameters.get(self.parameter, "")

    def read(self):
        labels = {value: label for _group, options in self.options() for value, label in options}
        if self.value in labels:
            self.label = labels[self.value]
        elif self.value:
            said = _("This list is narrowed by “%(filter)s: %(value)s”, which no longer exists; choose anew.")
            self.problem = said % {"filter": self.title, "value": self.value}

    def choices(self, changelist):
        return self.options()


STATES = (
    State.DRAFT, State.REVIEW, State.RETURNED, State.APPROVED, State.SCHEDULED, State.LIVE, State.HELD, State.EXPIRED, State.WITHDRAWN,
    State.UNUSED,
)  # fmt: skip  # as a piece goes


class StateFilter(ChoiceFilter):
    title = gettext_lazy("state")
    parameter = "state"
    template = "admin/articles/article/filter_state.html"

    def options(self):
        return [("", State.choices)]

    def narrowing(self):
        return narrowing.in_state(State(self.value) if self.value else None, timezone.now())

    def links(self, changelist):
        """(label, query string, whether it is the one shown) of all pieces and of every state but the recycle bin."""
        everything = (_("All pieces"), changelist.get_query_string(remove=[self.parameter]), not self.value)
        states = [
            (state.label, changelist.get_query_string({self.parameter: state.value}), self.value == state)
            for state in STATES
        ]
        return [everything, *states]


class QueueFilter(ChoiceFilter):
    """A queue of the account's own workbench."""

    title = gettext_lazy("queue")
    parameter = "queue"

    @cached_property
    def queues(self):
        return queues.of_pieces(self.request.user)

    def options(self):
        return [("", [(queue.code, queue.label) for queue in self.queues.values()])]

    def narrowing(self):
        return self.queues[self.value].narrowing(self.request.user, timezone.now()) if self.value else None


class KindFilter(ChoiceFilter):
    title = gettext_lazy("kind")
    parameter = "kind"

    def options(self):
        return [("", [choice for choice in Kind.choices if choice[0] != Kind.PAGE])]

    def narrowing(self):
        return narrowing.of(kind=self.value) if self.value else None


class GenreFilter(ChoiceFilter):
    title = gettext_lazy("genre")
    parameter = "genre"

    def options(self):
        return [("", Genre.choices)]

    def narrowing(self):
        return narrowing.of(genre=self.value) if self.value else None


class VocabularyFilter(ChoiceFilter):
    """Rows of the desk's own vocabulary, by slug."""

    @property
    def groups(self):
        return vocabularies(self.request)[self.parameter]

    def options(self):
        return [(heading, [(entry.slug, entry.name) for entry in entries]) for heading, entries in self.groups.items()]

    @property
    def pk(self):
        """The id of the row chosen, or None."""
        entries = (entry for group in self.groups.values() for entry in group)
        return next((entry.pk for entry in entries if entry.slug == self.value), None)


class CampaignFilter(VocabularyFilter):
    title = gettext_lazy("campaign")
    parameter = "campaign"

    def narrowing(self):
        return narrowing.in_campaign(self.pk) if self.pk else None


class ColumnFilter(VocabularyFilter):
    title = gettext_lazy("column")
    parameter = "column"

    def narrowing(self):
        return narrowing.in_column(self.pk) if self.pk else None


class UnitFilter(VocabularyFilter):
    title = gettext_lazy("unit of those credited")
    parameter = "unit"

    def narrowing(self):
        return narrowing.by_unit(self.pk) if self.pk else None


class RegionFilter(Filter):
    """A place and all below it: stepped to through the tree, a level at a time, or typed by its name."""

    title = gettext_lazy("region")
    template = "admin/articles/article/filter_region.html"
    parameters = ("region", "place")  # the place's slug; words that were typed instead

    def read(self):
        self.typed = self.used_parameters.pop("place", "")
        self.candidates = []
        slug = self.used_parameters.get("region")
        if self.typed:
            self.place = self._meant()
        else:
            self.place = Locality.objects.filter(slug=slug).first() if slug else None
        if self.place:
            self.used_parameters = {"region": self.place.slug}
            self.label = str(self.place)
        elif slug and not self.typed:
            said = _("This list is narrowed to the place “%(place)s”, which no longer exists; choose anew.")
            self.problem = said % {"place": slug}

    def _meant(self):
        """The one place of the typed words: the only one of exactly that name, or the only one found. None leaves a problem."""
        found = list(Locality.objects.called(self.typed, home_of(self.request.user))[: PLACES_OFFERED + 1])
        namesakes = [place for place in found if place.name == self.typed]
        self.candidates = (namesakes or found)[:PLACES_OFFERED]
        if len(self.candidates) == 1:
            return self.candidates.pop()
        said = (
            _("“%(typed)s” may be several places; choose one below.") if found else _("No place is called “%(typed)s”.")
        )
        self.problem = said % {"typed": self.typed}
        return None

    @cached_property
    def above(self):
        """The place with its ancestors, from the province down."""
        return [Locality(slug=slug, name=name) for name, slug in self.place.chain] if self.place else []

    @cached_property
    def below(self):
        """The places one level down that pieces are about."""
        covered = Exists(Coverage.objects.filter(region=OuterRef("pk")))
        return list(Locality.objects.filter(covered, parent=self.place).order_by("order", "path"))

    def narrowing(self):
        return narrowing.in_region(self.place) if self.place else None

    def choices(self, changelist):
        """The steps of the tree and, after a name of several places, these: lists of (label, query string)."""

        def link(place, label=None):
            return label or place.name, changelist.get_query_string({"region": place.slug}, remove=["place"])

        return [
            {
                "everywhere": changelist.get_query_string(remove=list(self.parameters)),
                "above": [link(place) for place in self.above],
                "below": [link(place) for place in self.below],
                "candidates": [link(place, str(place)) for place in self.candidates],
            }
        ]


class PeriodForm(forms.Form):
    """Two days, both included; either may stay empty."""

    day = partial(forms.DateField, required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data):
        super().__init__(data, auto_id="filter-%s")
        self.fields = {"from": self.day(label=_("from")), "to": self.day(label=_("to"))}

    def clean(self):
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and last < first:
            raise forms.ValidationError(_("The last day lies before the first."))
        return self.cleaned_data


class PeriodFilter(Filter):
    """The days of publication, by the Beijing calendar."""

    title = gettext_lazy("days of publication")
    template = "admin/articles/article/period.html"
    parameters = ("from", "to")

    def read(self):
        self.form = PeriodForm(self.used_parameters)
        if not self.form.is_valid():
            self.problem = _("The days of publication cannot be read; correct them below.")
        elif self.used_parameters:
            self.label = " – ".join(self.used_parameters.get(name, "…") for name in self.parameters)

    def narrowing(self):
        if not self.used_parameters:
            return None
        first, last = self.form.cleaned_data["from"], self.form.cleaned_data["to"]
        return narrowing.published_between(
            begins(first) if first else None, begins(last + timedelta(days=1)) if last else None
        )


FILTERS = (
    StateFilter,
    QueueFilter,
    RegionFilter,
    CampaignFilter,
    ColumnFilter,
    UnitFilter,
    KindFilter,
    GenreFilter,
    PeriodFilter,
)
PARAMETERS = (
    "state", "queue", *RegionFilter.parameters, "campaign", "column", "unit", "kind", "genre", *PeriodFilter.parameters,
)  # fmt: skip
