"""After publication, at the desk: 差错登记, the record of errors found in published texts, and the 差错率 of a month."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator
from django.forms import Script
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import faults
from articles.admin.export import csv_response
from articles.admin.fields import AutocompleteMixin, key_of, without_limit
from articles.admin.guarded import GuardedMixin
from articles.admin.paging import BoundedPaginator
from articles.days import month_after
from articles.models import Article, Fault, Version
from articles.text import clean_line

FARTHEST_BACK, FARTHEST_ON = 1949, 2199  # years that a report is asked of
PIECES_SHOWN = 500  # without an error, of one share; the CSV has all


# --- recording an error ----------------------------------------------------------------------------------


class VersionChoice(forms.ModelChoiceField):
    def label_from_instance(self, version):
        moment = timezone.localtime(version.created_at)
        return _("version %(n)d, saved at %(moment)s") % {"n": version.number, "moment": f"{moment:%Y-%m-%d %H:%M}"}


class FaultForm(forms.ModelForm):
    """An error as it stands in the record. What it weighs the person decides."""

    weight = forms.DecimalField(
        label=gettext_lazy("weight"), max_digits=4, decimal_places=1, min_value=faults.TENTH, max_value=100
    )

    class Meta:
        widgets = {
            "passage": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "should_be": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "note": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_limit(self.fields)

    def clean_passage(self):
        return clean_line(self.cleaned_data["passage"])

    def clean_should_be(self):
        return clean_line(self.cleaned_data["should_be"])

    def clean_found_day(self):
        day = self.cleaned_data["found_day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies ahead."))
        return day


class NewFaultForm(FaultForm):
    """The same with what the rules weigh an error by; an empty weight is theirs."""

    version = VersionChoice(
        None,
        label=gettext_lazy("published text"),
        required=False,
        empty_label=None,
        help_text=gettext_lazy("In which of the published texts the error stands."),
    )
    characters = forms.IntegerField(
        label=gettext_lazy("characters wrong, missing or too many"),
        initial=1,
        min_value=1,
        max_value=10_000,
        required=False,
    )
    times = forms.IntegerField(
        label=gettext_lazy("how often the same error stands"), initial=1, min_value=1, max_value=1000, required=False
    )
    prominent = forms.BooleanField(
        label=gettext_lazy("in a headline, masthead or column head, or an important name, time or picture"),
        required=False,
    )
    weight = forms.DecimalField(
        label=gettext_lazy("weight"),
        max_digits=4,
        decimal_places=1,
        min_value=faults.TENTH,
        validators=[MaxValueValidator(100)],
        required=False,
        help_text=gettext_lazy("Empty: by the rules."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        piece = key_of(str(self.data.get("article") or self.initial.get("article") or ""))
        article = Article.objects.filter(pk=piece).first() if piece else None
        texts = faults.texts_of(article) if article else []
        self.fields["version"].queryset = _versions(texts)
        if len(texts) < 2:  # there is nothing to choose
            self.fields["version"].widget = forms.HiddenInput()
        self.fields["kind"].widget.attrs["data-weighs"] = "kind"
        for name in ("characters", "times", "prominent"):
            self.fields[name].widget.attrs["data-weighs"] = name
        self.fields["weight"].widget.attrs |= {
            "data-weighs": "weight",
            "data-rules": json.dumps(_rules()),
            "data-words": _("by the rules: %(weight)s"),
        }

    def clean(self):
        cleaned = super().clean()
        if article := cleaned.get("article"):
            self._choose_text(cleaned, faults.texts_of(article))
        if cleaned.get("weight") is None and "weight" not in self.errors and cleaned.get("kind"):
            cleaned["weight"] = faults.suggested(
                cleaned["kind"],
                characters=cleaned.get("characters") or 1,
                times=cleaned.get("times") or 1,
                prominent=cleaned["prominent"],
            )
        return cleaned

    def _choose_text(self, cleaned, texts):
        if not texts:
            self.add_error("article", _("Only errors in published texts are recorded; readers have not read this one."))
        elif "version" not in self.errors:
            cleaned["version"] = cleaned.get("version") or texts[0]


def _versions(texts):
    return Version.objects.filter(pk__in=[version.pk for version in texts]).defer("content").order_by("-number")


def _rules():
    """What static/js/fault-weight.js weighs by: faults.suggested() as a table."""
    return {
        "weights": {str(kind): float(weight) for kind, weight in faults.WEIGHTS.items()},
        "characters": [[most, float(weight)] for most, weight in faults.BY_CHARACTERS],
        "more": float(faults.MORE_CHARACTERS),
        "double": faults.DOUBLE,
        "repeats": faults.MOST_REPEATS,
    }


@admin.register(Fault)
class FaultAdmin(GuardedMixin, AutocompleteMixin, admin.ModelAdmin):
    form = FaultForm
    autocomplete_fields = ("article",)
    list_display = ("found_day", "piece", "kind", "words", "weight", "missed_at", "found_by", "recorded_by")
    list_filter = ("kind", "missed_at", "found_day")
    list_select_related = ("article", "recorded_by")
    search_fields = ("passage", "should_be", "found_by", "article__number", "article__listed_title")
    search_help_text = gettext_lazy("Passage, who found it, number or headline of the piece")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    list_per_page = 50
    change_list_template = "admin/articles/fault/change_list.html"

    class Media:
        css = {"all": ("css/desk.css",)}
        js = (Script("js/fault-weight.js", defer=True),)

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **{"form": self.form if obj else NewFaultForm, **kwargs})

    def get_fieldsets(self, request, obj=None):
        what = ("kind", "passage", "should_be")
        weighs = ("weight",) if obj else (("characters", "times"), "prominent", "weight")
        return (
            (None, {"fields": ("article", "version", *what)}),
            (gettext_lazy("Weight"), {"fields": weighs}),
            (gettext_lazy("How it came to light"), {"fields": (("found_by", "found_day"), "missed_at", "note")}),
        )

    def get_readonly_fields(self, request, obj=None):
        return ("article", "version") if obj else ()

    def get_changeform_initial_data(self, request):
        return {"found_by": "", "found_day": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """The piece is chosen here and neither written nor changed."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "article":
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__summary")

    @admin.display(description=gettext_lazy("piece"), ordering="article")
    def piece(self, fault):
        return format_html('<a href="{}">{}</a>', _release_page(fault.article_id), fault.article)

    @admin.display(description=gettext_lazy("passage → should be"))
    def words(self, fault):
        return f"{fault.passage} → {fault.should_be}" if fault.should_be else fault.passage

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "is_nav_sidebar_enabled": False})

    def save_model(self, request, obj, form, change):
        if change:
            super().save_model(request, obj, form, change)
        else:
            faults.record(obj, by=request.user)

    def response_post_save_add(self, request, obj):
        """Back to the piece: there the next error of it is recorded."""
        return redirect(_release_page(obj.article_id))

    def get_urls(self):
        report = self.admin_site.admin_view(report_view)
        return [path("report/", report, name="articles_fault_report"), *super().get_urls()]


def _release_page(article):
    return reverse("admin:articles_article_release", args=[article])


# --- the month -------------------------------------------------------------------------------------------


class MonthForm(forms.Form):
    month = forms.DateField(
        label=gettext_lazy("month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
        error_messages={"invalid": gettext_lazy("Please give a month like 2026-11.")},
    )

    def clean_month(self):
        month = self.cleaned_data["month"]
        if not FARTHEST_BACK <= month.year <= FARTHEST_ON:
            raise forms.ValidationError(self.fields["month"].error_messages["invalid"])
        return month


class Table(NamedTuple):
    """A part of the report: `name` in addresses, its heading, whose shares it has, and what the first column is called."""

    name: str
    heading: str
    first: str
    shares: Callable  # month -> shares
    key: Callable  # what `of` is known by in an address


TABLES = (
    Table("desk", gettext_lazy("The whole desk"), gettext_lazy("scope"), lambda month: [faults.of_desk(month)], str),
    Table("reviewer", gettext_lazy("By reviewer"), gettext_lazy("reviewer"), faults.by_reviewer, lambda of: str(of.pk)),
    Table("writer", gettext_lazy("By writer"), gettext_lazy("writer"), faults.by_writer, lambda of: str(of.pk)),
    Table("page", gettext_lazy("By newspaper page"), gettext_lazy("page"), faults.by_page, lambda of: str(of.pk)),
)


class Line(NamedTuple):
    """A share as the page and the CSV show it; `link` leads to its pieces, "" where there are none."""

    name: str
    share: faults.Share
    verdict: str
    link: str

    @property
    def cells(self):
        share = self.share
        return (
            self.name,
            len(share.characters),
            share.total,
            len(share.faults),
            share.weight,
            share.rate,
            self.verdict,
        )


def _file_name(month, of):
    return _("Error rate %(month)s %(of)s") % {"month": f"{month:%Y-%m}", "of": of}


def report_view(request):
    """差错率 of a month. `reviewer`, `writer`, `page` or `desk` shows the pieces of one share; `csv` downloads a table."""
    if not request.user.has_perms(("articles.view_fault", "articles.view_article")):
        raise PermissionDenied
    form = MonthForm(request.GET) if "month" in request.GET else None
    month = timezone.localdate().replace(day=1)
    if form and form.is_valid():
        month = form.cleaned_data["month"]
    elif form is None:
        form = MonthForm({"month": f"{month:%Y-%m}"})
    asked = next((table for table in TABLES if table.name in request.GET), None)
    csv = next((table for table in TABLES if table.name == request.GET.get("csv")), None)
    if csv:
        rows = [line.cells for line in _lines(csv, month)]
        return csv_response(_file_name(month, csv.heading), [csv.first, *_headings()], [rows])
    context = {
        **admin.site.each_context(request),
        "opts": Fault._meta,
        "title": _("Error rate of %(month)s") % {"month": date_format(month, "YEAR_MONTH_FORMAT")},
        "form": form,
        "month": f"{month:%Y-%m}",
        "month_before": f"{month - timedelta(days=1):%Y-%m}",
        "month_after": f"{month_after(month):%Y-%m}",
        "headings": _headings(),
        "limit": faults.LIMIT,
        "is_nav_sidebar_enabled": False,
    }
    if asked is None:
        context["tables"] = [(table, _lines(table, month)) for table in TABLES]
        return render(request, "admin/articles/fault/report.html", context)
    key = request.GET[asked.name]
    line = next((line for line in _lines(asked, month) if line.link and _key(asked, line.share) == key), None)
    if line is None:
        messages.warning(request, _("Nothing was released there in that month."))
        return redirect(f"{request.path}?month={month:%Y-%m}")
    pieces = _pieces(line.share)
    if request.GET.get("csv") == "pieces":
        rows = [(piece.number, piece.title, piece.characters, piece.weight, piece.words) for piece in pieces]
        header = [_("piece number"), _("headline"), _("characters"), _("weight"), _("errors")]
        return csv_response(_file_name(month, line.name), header, [rows])
    faulty = [piece for piece in pieces if piece.found]
    others = [piece for piece in pieces if not piece.found]
    context |= {
        "table": asked,
        "line": line,
        "key": key,
        "pieces": faulty + others[:PIECES_SHOWN],
        "unshown": len(others[PIECES_SHOWN:]),
    }
    return render(request, "admin/articles/fault/share.html", context)


def _headings():
    return [_("pieces"), _("characters"), _("errors"), _("weighted"), _("errors in 10,000 characters"), _("verdict")]


def _key(table, share):
    return "all" if share.of is None else table.key(share.of)


def _lines(table, month):
    """The Lines of a part of the report."""
    return [_line(table, share, month) for share in table.shares(month)]


def _line(table, share, month):
    if share.of:
        name = str(share.of)
    else:
        name = _("all pieces") if table.name == "desk" else _("nobody: no stage given, or nobody signed it")
    verdict = {None: "", True: _("passes"), False: _("over the limit")}[share.passes]
    query = urlencode({"month": f"{month:%Y-%m}", table.name: _key(table, share)})
    return Line(name, share, verdict, f"?{query}" if share.characters else "")


class Piece(NamedTuple):
    """A piece of a share with its errors."""

    number: str
    title: str
    url: str
    characters: int
    found: list  # of Fault
    weight: object

    @property
    def words(self):
        return "；".join(faults.words_of(fault) for fault in self.found)


def _pieces(share):
    """The Pieces of a share, the newest first."""
    recorded, by_piece = Fault.objects.in_bulk([found.pk for found in share.faults]), defaultdict(list)
    for found in share.faults:
        by_piece[found.article].append(found)
    rows = Article.objects.filter(pk__in=list(share.characters)).order_by("-pk")
    return [
        Piece(
            number, title, _release_page(pk), share.characters[pk],
            [recorded[found.pk] for found in by_piece[pk]], faults.weigh(by_piece[pk]),
        )
        for pk, number, title in rows.values_list("pk", "number", "listed_title")
    ]  # fmt: skip
