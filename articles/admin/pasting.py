"""Many rows of a small table at once: lines pasted from Word or Excel, all taken in or none."""

import re
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

MOST_LINES = 500
MOST_FAULTS = 50  # lines that are named at once
SHOWN = 30  # characters of a line that a sentence about it repeats
_PARTED = re.compile(r"[ \u3000]*(?:\t|[,，])[ \u3000]*")


class PasteForm(forms.Form):
    lines = forms.CharField(
        label=gettext_lazy("Lines"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "vLargeTextField", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Paste the lines here first.")},
    )


class Pasted(NamedTuple):
    """What lines gave: rows to be written, how many stand in the table already, and a sentence about each line that is wrong."""

    rows: list
    repeats: int
    faults: list


class PastingMixin:
    """For a model admin: a page on which rows are pasted, one a line, the cells parted by commas or tabs."""

    change_list_template = "admin/articles/pasting/change_list.html"
    line_form = None  # a ModelForm whose fields are the columns, in their order
    heading = ()  # the columns as a table that was copied with its head names them
    examples = ()

    same_by = ()  # the fields that make two rows the same one
    then_equal = ()  # those that must then be equal too

    def same(self, row):
        """(what makes the row that one, what must then be equal)."""
        return tuple(tuple(getattr(row, name) for name in names) for names in (self.same_by, self.then_equal))

    def get_urls(self):
        wrap = self.admin_site.admin_view
        name = f"articles_{self.opts.model_name}_paste"
        return [path("paste/", wrap(self.paste_view), name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        address = reverse(f"admin:articles_{self.opts.model_name}_paste")
        return super().changelist_view(request, {**(extra_context or {}), "paste_address": address})

    def paste_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PasteForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                with transaction.atomic():
                    pasted = self.read(form.cleaned_data["lines"])
                    if not pasted.faults:
                        self.write(request, pasted.rows)
            except IntegrityError:  # a colleague was faster
                pasted = Pasted(
                    [], 0, [_("The table was changed meanwhile. Nothing was taken in; press the button again.")]
                )
            if not pasted.faults:
                messages.success(request, _said(pasted))
                return redirect(f"admin:articles_{self.opts.model_name}_changelist")
            form.add_error("lines", pasted.faults[:MOST_FAULTS])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Paste several lines"),
            "form": form,
            "heading": "，".join(self.heading),
            "examples": self.examples,
        }
        return render(request, "admin/articles/pasting/paste.html", context)

    def read(self, text):
        """Pasted, of lines as they were typed. Asks for the table once."""
        if not text.strip():
            return Pasted([], 0, [_("Paste the lines here first.")])
        lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) > MOST_LINES:
            values = {"lines": len(lines), "most": MOST_LINES}
            return Pasted([], 0, [_("These are %(lines)s lines; paste at most %(most)s at once.") % values])
        known = dict(map(self.same, self.model.objects.all()))
        rows, repeats, faults = [], 0, []
        for number, line in lines:
            cells = _PARTED.split(line)
            if (number, line) == lines[0] and cells[0] == self.heading[0]:
                continue
            form = self._form(cells)
            if not form.is_valid():
                faults.append(_fault(number, line, _reasons(form)))
                continue
            key, rest = self.same(form.instance)
            if key not in known:
                known[key] = rest
                rows.append(form.instance)
            elif known[key] == rest:
                repeats += 1
            else:
                faults.append(
                    _fault(number, line, _("it is in the table already with other details; change it there."))
                )
        return Pasted(rows, repeats, faults)

    def _form(self, cells):
        columns = list(self.line_form.base_fields)
        more = cells[len(columns) - 1 :]  # a note may have commas
        cells = cells[: len(columns) - 1] + ["，".join(more)] if len(more) > 1 else cells
        return self.line_form(dict(zip(columns, cells, strict=False)))

    def write(self, request, rows):
        written = self.model.objects.bulk_create(rows)
        said = [{"added": {}}]
        LogEntry.objects.log_actions(request.user.pk, written, ADDITION, change_message=said)


def _fault(number, line, reasons):
    line = line.replace("\t", " ")
    line = line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"
    return _("Line %(number)s (%(line)s): %(reasons)s") % {"number": number, "line": line, "reasons": reasons}


def _reasons(form):
    said = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        said += [f"{label}：{error}" if label else str(error) for error in errors]
    return " ".join(said)


def _said(pasted):
    said = ngettext("%(n)s line was taken in.", "%(n)s lines were taken in.", len(pasted.rows)) % {
        "n": len(pasted.rows)
    }
    if pasted.repeats:
        said += " " + _("In the table already: %(n)s.") % {"n": pasted.repeats}
    return said
