"""What came through the site with a submission, and the desk's answer to whoever sent it: not used, and why."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST

from articles import contributions, text
from articles.models import Submission
from articles.refusals import MoveRefused

USUAL = (  # reasons, as the sender reads them
    ("present", gettext_lazy("We have this story from another side already.")),
    ("late", gettext_lazy("It came too late to be news.")),
    ("thin", gettext_lazy("It says too little; please add who, when, where and how.")),
    ("unsure", gettext_lazy("We could not make sure of the facts.")),
    ("pictures", gettext_lazy("The pictures are not sharp enough, or say too little.")),
    ("scope", gettext_lazy("It is not what we report on.")),
)


class DeclineForm(forms.Form):
    """Why something is not used: one of the usual reasons, words of one's own, or both."""

    usual = forms.ChoiceField(
        label=gettext_lazy("Usual reasons"),
        choices=[*USUAL, ("", gettext_lazy("another reason"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        required=False,
    )

    def clean(self):
        """Puts together `reason`, in the language of the desk's readers whoever declines."""
        cleaned = super().clean()
        with override(settings.LANGUAGE_CODE):
            usual = str(dict(USUAL).get(cleaned.get("usual"), ""))
        cleaned["reason"] = usual + text.clean_line(cleaned.get("words") or "")
        return cleaned


class AnswersMixin:
    """For the screen of submissions: who sent it through the site, with what, and 未采用."""

    @admin.display(description=gettext_lazy("sent through the site by"))
    def came_from(self, submission):
        return f"{submission.account}（{submission.account.username}）"

    @admin.display(description=gettext_lazy("byline"))
    def kept_byline(self, submission):
        return submission.byline or "—"

    @admin.display(description=gettext_lazy("pictures sent in"))
    def sent_with(self, submission):
        rows = [
            (number, reverse("desk_sent_picture", args=[picture.pk]), picture.file_name, picture.caption or "—")
            for number, picture in enumerate(submission.pictures.all(), 1)
        ]
        figure = '<li><span>{}</span> <img src="{}" alt="{}" loading="lazy"> <p>{}</p></li>'
        return format_html('<ol class="sent-with">{}</ol>', format_html_join("", figure, rows))

    def may_answer(self, request, submission):
        """Whether 未采用 is offered: to whoever may change the register, of what nobody has answered or published."""
        if not self.has_change_permission(request) or submission.recalled_at or submission.declined_at:
            return False
        return contributions.standing_of(submission).progress in contributions.OPEN

    def decline_view(self, request, pk):
        """Asks why something is not used, and tells whoever sent it."""
        submission = self._answered(request, pk)
        form = DeclineForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                contributions.decline(submission, by=request.user, reason=form.cleaned_data["reason"])
            except MoveRefused as refusal:
                form.add_error(None, ValidationError(str(refusal)))
            else:
                submission.refresh_from_db(fields=["reason"])
                self.log_change(request, submission, _("not used: %(reason)s") % {"reason": submission.reason})
                said = _("Noted: %(number)s is not used. Whoever sent it reads the reason.")
                self.message_user(request, said % {"number": submission.number}, messages.SUCCESS)
                return redirect("admin:articles_submission_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Not used"),
            "submission": submission,
            "form": form,
        }
        return render(request, "admin/articles/submission/decline.html", context)

    def take_up_view(self, request, pk):
        """Takes back that something is not used."""
        submission = self._answered(request, pk)
        try:
            contributions.take_up_again(submission)
        except MoveRefused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.log_change(request, submission, _("to be used after all"))
            said = _("%(number)s may be used again.")
            self.message_user(request, said % {"number": submission.number}, messages.SUCCESS)
        return redirect("admin:articles_submission_change", pk)

    def _answered(self, request, pk):
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Submission.objects.defer("phone"), pk=pk)

    def get_urls(self):
        own = [
            path(f"<int:pk>/{address}/", self.admin_site.admin_view(view), name=f"articles_submission_{name}")
            for address, view, name in (
                ("decline", self.decline_view, "decline"),
                ("take-up", require_POST(self.take_up_view), "take_up"),
            )
        ]
        return own + super().get_urls()
