"""来稿登记: what people send, numbered as it comes in; who made sure of it; and the one click that makes it a piece."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import submissions
from articles.admin.fields import AutocompleteMixin
from articles.admin.paging import BoundedPaginator
from articles.admin.submissions.acts import ActsMixin
from articles.admin.submissions.answers import AnswersMixin
from articles.admin.submissions.compared import WORDS
from articles.admin.submissions.form import SubmissionForm
from articles.admin.submissions.register import ASKED, FILTERS, Register, link_to
from articles.models import Submission


@admin.register(Submission)
class SubmissionAdmin(ActsMixin, AnswersMixin, AutocompleteMixin, admin.ModelAdmin):
    form = SubmissionForm
    list_display = ("number", "headline_or_file", "sent_by", "unit", "received", "made_sure", "piece")
    list_display_links = ("number", "headline_or_file")
    list_filter = FILTERS
    list_select_related = ("unit", "verified_by", "article")
    search_fields = ("sender", "headline", "number")
    search_help_text = gettext_lazy("Sender, headline or number")
    autocomplete_fields = ("unit",)
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 50
    actions = None

    class Media:
        css = {"all": ("css/desk.css",)}
        js = [Script(f"js/{name}.js", defer=True) for name in ("text", "count", "paste", "unsaved")]

    # The list.

    def lookup_allowed(self, lookup, value, request):
        """Only what the filters ask: ?phone__startswith=1503 would tell a number, digit by digit, to those who may not see it."""
        return lookup in ASKED and super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request):
        """Whoever may not see a telephone number does not load it either."""
        rows = super().get_queryset(request)
        return rows if self._sees_senders(request) else rows.defer("phone")

    def get_changelist(self, request, **kwargs):
        return Register

    def changelist_view(self, request, extra_context=None):
        extra_context = {**(extra_context or {}), "is_nav_sidebar_enabled": False}  # its room is the columns'
        return super().changelist_view(request, extra_context)

    @admin.display(description=gettext_lazy("headline"))
    def headline_or_file(self, submission):
        return submission.headline or submission.file_name or "—"

    @admin.display(description=gettext_lazy("sender"))
    def sent_by(self, submission):
        through = _("(through the site)") if submission.account_id else ""
        return f"{submission.sender}{through}"

    @admin.display(description=gettext_lazy("received at"))
    def received(self, submission):
        return f"{timezone.localtime(submission.received_at):%Y-%m-%d %H:%M}"

    @admin.display(description=gettext_lazy("verified by"))
    def made_sure(self, submission):
        return submission.verified_by or _("not yet verified")

    @admin.display(description=gettext_lazy("piece"))
    def piece(self, submission):
        if submission.article_id:
            return link_to(submission.article)
        return _("taken back") if submission.recalled_at else _("declined") if submission.declined_at else "—"

    # The form.

    def get_fieldsets(self, request, obj=None):
        # A form that was opened before the text became a piece still has its fields, and is answered in them.
        settled = obj is not None and bool(obj.article_id or obj.recalled_at)
        locked = settled and "text" not in request.POST
        base = ("base",) if obj is not None and self.has_change_permission(request, obj) else ()
        phone = ("phone",) if self._sees_senders(request) else ()
        words = ("kept_headline", "kept_text", "kept_byline") if locked else WORDS
        kept = obj is not None and (obj.file or locked) and "file" not in request.FILES
        file = ("kept_file",) if kept else ("file",)
        done = obj is not None and obj.verified_at and "verification" not in request.POST
        verified = ("verified",) if done else ("verification",)
        came = obj is not None and obj.account_id is not None
        account, pictures = (("came_from",), ("sent_with",)) if came else ((), ())
        return [
            (_("Sender"), {"fields": (("sender", "unit", *phone), ("received_at", "note"), *account)}),
            (_("Text"), {"fields": (*base, *words, *pictures, *file)}),
            (_("Verification"), {"fields": verified}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ("kept_headline", "kept_text", "kept_byline", "kept_file", "verified", "came_from", "sent_with")

    def get_object(self, request, object_id, from_field=None):
        """A row that is to be written is held, so that no draft and no verification comes between."""
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST":
            found.refresh_from_db(from_queryset=self.get_queryset(request).select_for_update())
        return found

    @admin.display(description=gettext_lazy("headline"))
    def kept_headline(self, submission):
        return submission.headline or "—"

    @admin.display(description=gettext_lazy("text"))
    def kept_text(self, submission):
        return submission.text or "—"

    @admin.display(description=gettext_lazy("file"))
    def kept_file(self, submission):
        if not submission.file:
            return "—"
        address = reverse("admin:articles_submission_file", args=[submission.pk])
        return format_html('<a href="{}">{}</a>', address, submission.file_name or _("Download"))

    @admin.display(description=gettext_lazy("verified"))
    def verified(self, submission):
        return submissions.told(submission)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.method != "POST":
            context["likenesses"] = self.likenesses(obj)
        context["may_verify"] = not (obj and (obj.verified_at or obj.recalled_at))
        context["may_draft"] = self.may_draft(request) and not (
            obj and (obj.article_id or obj.recalled_at or obj.declined_at)
        )
        context["may_answer"] = obj is not None and self.may_answer(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # Who may, and the file.

    def _sees_senders(self, request):
        return request.user.has_perm("articles.see_senders")

    def has_delete_permission(self, request, obj=None):
        return False  # the register is a record

    def file_view(self, request, pk):
        """The file as it was sent, to whoever may see the register."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        submission = get_object_or_404(Submission, pk=pk)
        try:
            file = submission.file.open("rb") if submission.file else None
        except OSError:
            file = None
        if file is None:
            self.message_user(request, _("This file is no longer in the store."), messages.ERROR)
            return redirect("admin:articles_submission_change", pk)
        return FileResponse(
            file, as_attachment=True, filename=submission.file_name, content_type="application/octet-stream"
        )

    def get_urls(self):
        own = [path("<int:pk>/file/", self.admin_site.admin_view(self.file_view), name="articles_submission_file")]
        return own + super().get_urls()
