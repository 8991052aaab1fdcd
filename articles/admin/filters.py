"""Filters of the list of pieces. They combine, and each counts what the list shows."""

from datetime import timedelta
from functools import partial

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from articles.days import begins
from articles.models import Campaign, Coverage, Locality
from articles.vocabulary import State


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        if self.value():
            return queryset.filter(state=self.value())
        return queryset.kept()


class CampaignFilter(admin.SimpleListFilter):
    title = _("campaign")
    parameter_name = "campaign"

    def lookups(self, request, model_admin):
        return Campaign.objects.values_list("slug", "name")

    def queryset(self, request, queryset):
        return queryset.filter(campaign_tags__tag__slug=self.value()) if self.value() else queryset


class RegionFilter(admin.SimpleListFilter):
    """One level of the tree at a time: where one stands, and the places below. A county includes its towns."""

    title = _("region")
    parameter_name = "region"

    def __init__(self, request, params, model, model_admin):
        chosen = params.get(self.parameter_name)
        self.place = Locality.objects.filter(slug=chosen[-1]).first() if chosen else None
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        above = list(Locality.objects.chain(self.place)) if self.place else []
        below = Locality.objects.filter(Exists(Coverage.objects.filter(region=OuterRef("pk"))), parent=self.place)
        below = below.order_by("order", "path")
        return [(place.slug, place.name) for place in above] + [(place.slug, f"　{place.name}") for place in below]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.within(self.place) if self.place else queryset.none()


class PeriodForm(forms.Form):
    """Two days, both included; either may stay empty."""

    day = partial(forms.DateField, required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data):
        super().__init__(data)
        self.fields = {"from": self.day(label=_("from")), "to": self.day(label=_("to"))}


class PeriodFilter(admin.ListFilter):
    """The days of publication, by the Beijing calendar."""

    title = _("days of publication")
    template = "admin/articles/article/period.html"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.used_parameters = {name: params.pop(name)[-1] for name in self.expected_parameters() if name in params}
        self.form = PeriodForm(self.used_parameters)

    def expected_parameters(self):
        return ["from", "to"]

    def has_output(self):
        return True

    def choices(self, changelist):
        others = changelist.get_filters_params()
        kept = [(name, value) for name, values in others.items() for value in values if name not in ("from", "to")]
        if changelist.query:
            kept.append((SEARCH_VAR, changelist.query))
        yield {"form": self.form, "kept": kept, "clear": changelist.get_query_string(remove=self.expected_parameters())}

    def queryset(self, request, queryset):
        if not self.form.is_valid():
            return queryset.none()
        first, last = self.form.cleaned_data["from"], self.form.cleaned_data["to"]
        if first:
            queryset = queryset.filter(publication__published_at__gte=begins(first))
        if last:
            queryset = queryset.filter(publication__published_at__lt=begins(last + timedelta(days=1)))
        return queryset
