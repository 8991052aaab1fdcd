"""The proofing flags of a piece in its form: shown beside the text, settled with a reason, put back, raised by hand."""

from collections import Counter

from django import forms
from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import flags, text
from articles.admin.rows import KnowingForm, RowsFormSet, RowsMixin
from articles.models import Flag
from articles.vocabulary import Severity

RAISING, DECIDING = ("severity", "excerpt", "detail"), ("settled", "raised", "reason")  # what the form of a flag asks


class FlagForm(KnowingForm):
    """Of an open flag it asks whether it is settled, of a settled one whether to put it back, and of a new one what it says.

    All answers are taken of either, so that a stale form shows the reason of whom a colleague forestalled; the page has the one.
    """

    settled = forms.BooleanField(label=gettext_lazy("Mended, or may stand"), required=False)
    raised = forms.BooleanField(label=gettext_lazy("Put back"), required=False)

    class Meta:
        widgets = {
            "reason": forms.TextInput(attrs={"class": "vTextField"}),
            "excerpt": forms.TextInput(attrs={"class": "vTextField"}),
            "detail": forms.TextInput(attrs={"class": "vTextField"}),
        }

    def __init__(self, *args, instance=None, **kwargs):
        asked = DECIDING if instance and instance.pk else RAISING
        self.base_fields = {name: field for name, field in type(self).base_fields.items() if name in asked}
        super().__init__(*args, instance=instance, **kwargs)
        if asked is RAISING:
            self.fields["severity"].choices = Severity.choices
            self.fields["severity"].initial = Severity.WARNING
        elif "reason" in self.fields:
            self.initial["reason"] = ""  # the page asks a settled flag for none
            hint = _("Why it may stand, or how it was mended")
            hint = hint if instance.severity == Severity.ERROR else _("reason, if any")
            self.fields["reason"].widget.attrs["placeholder"] = hint

    @property
    def anchor(self):
        return flags.anchor_of(self.instance)

    @property
    def line(self):
        """Of the text, from 0, where the passage was found."""
        return self.instance.paragraph or 0 if self.instance.field == "body" else 0

    def clean(self):
        cleaned = super().clean()
        for name in {"reason", "excerpt", "detail"} & set(cleaned):
            cleaned[name] = text.clean_line(cleaned[name])
        if self.instance.pk is None and not cleaned.get("detail") and "detail" not in self.errors:
            self.add_error("detail", _("Please say what looks wrong."))
        if "reason" in cleaned and not self.instance.cleared_at:
            self._match_reason(cleaned["settled"], cleaned["reason"])
        return cleaned

    def _match_reason(self, settled, reason):
        if reason and not settled:
            self.add_error("settled", _("Tick this, too, to settle the flag; or take the reason out."))
        elif settled and not reason and self.instance.severity == Severity.ERROR:
            self.add_error("reason", _("Please give the reason: an error is settled only with one."))

    def _post_clean(self):
        """The flag itself is left as it is: articles/flags.py writes what was decided."""


class FlagFormSet(RowsFormSet):
    by = None  # who saves: set before

    @property
    def waiting(self):
        """The rows of open flags, errors first."""
        rows = [row for row in self.initial_forms if not row.instance.cleared_at]
        return sorted(rows, key=lambda row: flags.rank(row.instance))

    @property
    def settled(self):
        return [row for row in self.initial_forms if row.instance.cleared_at]

    def save(self, commit=True):
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []
        for row in self.forms:
            if row.has_changed():
                self._decide(row)
        return self.new_objects

    def _decide(self, row):
        flag, said = row.instance, row.cleaned_data
        if flag.pk is None:
            raised = {name: said[name] for name in RAISING}
            self.new_objects.append(flags.raise_flag(self.instance, by=self.by, **raised))
        elif flag.cleared_at and said["raised"]:
            flags.put_back(flag, by=self.by)
            self.changed_objects.append((flag, ["raised"]))
        elif not flag.cleared_at and said["settled"]:
            flags.clear(flag, by=self.by, reason=said["reason"])
            self.changed_objects.append((flag, ["settled"]))


class FlagInline(RowsMixin, admin.StackedInline):
    model = Flag
    form = FlagForm
    formset = FlagFormSet
    template = "admin/articles/article/flags.html"
    loads = ("cleared_by",)
    extra = 1
    can_delete = False
    fields = (*RAISING, "reason")

    def has_add_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


def say_what_proofing_found(request, article, waiting):
    """After a save: how many open flags the piece has, errors first, with the way to them."""
    if not waiting:
        return
    counts = Counter(flag.severity for flag in waiting)
    found = [
        ngettext("%(severity)s: %(n)d", "%(severity)s: %(n)d", n) % {"severity": severity.label, "n": n}
        for severity in Severity
        if (n := counts[severity])
    ]
    address = reverse("admin:articles_article_change", args=[article.pk])
    message = format_html('<a href="{}#flags-group">{}</a>', address, _("Proofing found: ") + _(", ").join(found))
    messages.add_message(request, messages.WARNING if counts[Severity.ERROR] else messages.INFO, message)
