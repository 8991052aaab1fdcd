"""审稿台账 on a page, and as a file for Excel."""

from datetime import timedelta
from itertools import islice
from tempfile import TemporaryFile

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from articles.days import month_after
from articles.ledger import rows_between, stages_between
from articles.models import Article

SHOWN = 50  # rows on the page; the file has all
LONGEST = 366  # days in one ledger
EARLIEST, LATEST = 1949, 2999  # years
LONGEST_CELL = 32_767  # characters, Excel's own limit
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with what Excel begins to calculate once a cell is edited
MOMENT = "yyyy-mm-dd hh:mm"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DayField(forms.DateField):
    """A day of a calendar's field, in a year that a desk can mean."""

    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")

    def clean(self, value):
        day = super().clean(value)
        if not EARLIEST <= day.year <= LATEST:
            raise forms.ValidationError(_("Check the year of this day."))
        return day


class PeriodForm(forms.Form):
    """From a day to a day, both included; this month unless asked otherwise."""

    first = DayField(label=gettext_lazy("submitted from"))
    last = DayField(label=gettext_lazy("to"))

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first and last and (last - first).days >= LONGEST:
            self.add_error("last", _("A ledger spans a year at most; make one for each year."))
        return cleaned


def _asked(request):
    """(the form, first day, last day), with days only where the form has no errors. Raises PermissionDenied."""
    if not request.user.has_perm("articles.view_review"):
        raise PermissionDenied
    month = localdate().replace(day=1)
    usual = {"first": month, "last": month_after(month) - timedelta(days=1)}
    asked = {name: request.GET.get(name, day.isoformat()) for name, day in usual.items()}
    form = PeriodForm(asked)
    return form, *(form.cleaned_data[name] if form.is_valid() else None for name in usual)


@require_safe
def ledger_view(request):
    form, first, last = _asked(request)
    rows, header = [], []
    if first:
        stages = stages_between(first, last)
        header = _header(stages)
        rows = list(islice(rows_between(first, last, stages, batch=SHOWN + 1), SHOWN + 1))
    context = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": _("Ledger of reviews"),
        "form": form,
        "first": first,
        "last": last,
        "header": header,
        "rows": [[_shown(value) for value in _cells(row, request)] for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
    }
    return render(request, "admin/articles/article/ledger.html", context, status=200 if first else 422)


@require_safe
def file_view(request):
    form, first, last = _asked(request)
    if not first:
        return ledger_view(request)  # which says what is wrong
    stages = stages_between(first, last)
    rows = (_cells(row, request) for row in rows_between(first, last, stages))
    name = f"{_('Ledger of reviews')}-{first:%Y-%m-%d}-{last:%Y-%m-%d}.xlsx"
    file = TemporaryFile()
    write_workbook(file, _header(stages), rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _header(stages):
    parts = (_("%(stage)s by"), _("%(stage)s at"), _("%(stage)s opinion"))
    return [
        _("piece number"), _("headline"), _("genre"), _("byline as printed"), _("submitted by"), _("submitted at (Beijing time)"),
        *(part % {"stage": stage.label} for stage in stages for part in parts),
        _("result"), _("earlier rounds"), _("signed out by"), _("signed out at (Beijing time)"), _("link"), _("check code"),
        _("rounds of review"),
    ]  # fmt: skip


def _cells(row, request):
    """A Row as text, numbers and moments, in the order of the header."""
    return [
        row.number, row.title, row.genre, row.byline, row.submitted_by, row.submitted_at,
        *(value for signature in row.signatures for value in signature),
        row.outcome, row.earlier, row.released_by, row.released_at,
        row.address and request.build_absolute_uri(row.address), row.code, row.rounds,
    ]  # fmt: skip


def _shown(value):
    return f"{localtime(value):%Y-%m-%d %H:%M}" if hasattr(value, "hour") else "" if value is None else value


def write_workbook(file, header, rows):
    """One sheet of a line of headings and rows of text, numbers and moments, written row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Ledger of reviews"))
    sheet.freeze_panes = "C2"
    for number in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 30 if number == 2 else 16
    sheet.append([_cell(sheet, words, Font(bold=True)) for words in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    book.save(file)


def _cell(sheet, value, font=None):
    """A cell that says what it is given: text is text, whatever it begins with."""
    if hasattr(value, "hour"):
        cell = WriteOnlyCell(sheet, localtime(value).replace(tzinfo=None, microsecond=0))
        cell.number_format = MOMENT
    elif isinstance(value, str):
        words = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
        cell = WriteOnlyCell(sheet, words)
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        cell.quotePrefix = words.startswith(FORMULA)  # and Excel would, when somebody edits the cell
        cell.alignment = Alignment(wrap_text="\n" in words, vertical="top")
    else:
        cell = WriteOnlyCell(sheet, value)
    if font:
        cell.font = font
    return cell


def addresses(wrap):
    """The pages of this module, below those of pieces."""
    return [
        path("ledger/", wrap(ledger_view), name="articles_article_ledger"),
        path("ledger/file/", wrap(file_view), name="articles_article_ledger_file"),
    ]
