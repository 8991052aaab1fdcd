"""The list of what came in: what it can be narrowed by, and how its rows are spoken of."""

from datetime import timedelta

from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.filters import ChoiceFilter, PeriodFilter
from articles.admin.vocabularies import vocabularies
from articles.days import begins
from articles.models import Submission
from articles.queues import UNVERIFIED, WAITING


class RegisterFilter(ChoiceFilter):
    """A filter that is a condition on the register's own rows."""

    def queryset(self, request, queryset):
        if self.problem:
            return queryset.none()
        return queryset.filter(self.narrowing()) if self.value else queryset


class UsedFilter(RegisterFilter):
    title = gettext_lazy("used")
    parameter = "used"

    def options(self):
        words = (_("not yet used"), _("made a piece"), _("declined"), _("taken back"))
        return [("", list(zip(self.narrowings, words, strict=True)))]

    narrowings = {
        "no": WAITING,  # as the start page counts them
        "yes": Q(article__isnull=False),
        "declined": Q(declined_at__isnull=False),
        "recalled": Q(recalled_at__isnull=False),
    }

    def narrowing(self):
        return self.narrowings[self.value]


class VerifiedFilter(RegisterFilter):
    title = gettext_lazy("verification")
    parameter = "verified"

    def options(self):
        return [("", [("no", _("not yet verified")), ("yes", _("verified"))])]

    def narrowing(self):
        return UNVERIFIED if self.value == "no" else Q(verified_at__isnull=False)


class SenderFilter(RegisterFilter):
    title = gettext_lazy("unit")
    parameter = "unit"

    def options(self):
        groups = vocabularies(self.request)["unit"]
        return [(heading, [(entry.slug, entry.name) for entry in entries]) for heading, entries in groups.items()]

    def narrowing(self):
        return Q(unit__slug=self.value)


class ReceivedFilter(PeriodFilter):
    title = gettext_lazy("days received")

    def read(self):
        super().read()
        if self.problem:
            self.problem = _("The days cannot be read; correct them.")

    def queryset(self, request, queryset):
        if self.problem:
            return queryset.none()
        first, last = (self.form.cleaned_data[name] for name in self.parameters)
        queryset = queryset.filter(received_at__gte=begins(first)) if first else queryset
        return queryset.filter(received_at__lt=begins(last + timedelta(days=1))) if last else queryset


class Register(ChangeList):
    """The list without the texts; what a filter could not understand is said."""

    def get_queryset(self, request, **kwargs):
        return super().get_queryset(request, **kwargs).defer("text", "note")

    @property
    def problems(self):
        return [spec.problem for spec in self.filter_specs if spec.problem]

    @property
    def narrowed(self):
        return any(spec.used_parameters for spec in self.filter_specs)


FILTERS = (UsedFilter, VerifiedFilter, SenderFilter, ReceivedFilter)
ASKED = {UsedFilter.parameter, VerifiedFilter.parameter, SenderFilter.parameter, *ReceivedFilter.parameters}


def link_to(row):
    """A piece or a submission by its number and headline, leading to its form."""
    address = reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])
    title = row.headline if isinstance(row, Submission) else str(row)
    return format_html('<a href="{}">{}{}</a>', address, row.number, f"《{title}》" if title else "")
