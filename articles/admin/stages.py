"""审校环节: what stages of review are in force, and the form that sets others. Rows are only ever added."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import stages
from articles.models import HistoryEntry, StagesInForce
from articles.refusals import MoveRefused
from articles.vocabulary import Act

CHANGES_SHOWN = 50
PAGE = "admin:articles_stagesinforce_changelist"


class StagesForm(forms.Form):
    reviews = forms.TypedChoiceField(
        label=gettext_lazy("reviews"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (3, gettext_lazy("Three: first, second and final review, by three people (the rule of the trade)")),
            (2, gettext_lazy("Two: first and final review, by two people")),
            (1, gettext_lazy("One: the final review alone")),
        ],
    )
    proofs = forms.TypedChoiceField(
        label=gettext_lazy("proofs"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (0, gettext_lazy("Together: each review reads proof too, as for the site")),
            (1, gettext_lazy("Apart: one proof after the last review")),
            (2, gettext_lazy("Apart: two proofs after the last review")),
            (3, gettext_lazy("Apart: three proofs after the last review, as for print")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy("It is kept in the history. Fewer than three reviews need one."),
    )


@admin.register(StagesInForce)
class StagesAdmin(admin.ModelAdmin):
    """In place of a list, what is in force; nothing here is ever changed or deleted, only added."""

    def has_add_permission(self, request):
        return False  # not by a form of a row: the page itself sets others

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_set = request.user.has_perm("articles.add_stagesinforce")
        now = stages.in_force()
        form = StagesForm(initial=now._asdict())
        if request.method == "POST":
            if not may_set:
                raise PermissionDenied
            form = StagesForm(request.POST)
            if form.is_valid() and self._set(request, form):
                return redirect(PAGE)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Stages of review"),
            "now": now,
            "form": form if may_set else None,
            "changes": HistoryEntry.objects.filter(article=None, act=Act.STAGES_SET).select_related("by")[
                :CHANGES_SHOWN
            ],
        }
        return render(request, "admin/articles/stagesinforce/stages.html", context)

    def _set(self, request, form):
        """Whether it was done; a refusal stands at the form."""
        try:
            wanted = stages.set_stages(by=request.user, **form.cleaned_data)
        except MoveRefused as refusal:
            form.add_error("reason" if not form.cleaned_data["reason"].strip() else None, str(refusal))
            return False
        said = _("In force from now on: %(stages)s; %(proofs)s.")
        messages.success(request, said % {"stages": wanted.words, "proofs": wanted.of_proofs})
        return True

    def add_view(self, request, form_url="", extra_context=None):
        return redirect(PAGE)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(PAGE)
