"""来稿登记: what people send, numbered as it comes in; who made sure of it; and the one click that makes it a piece."""

import hashlib
from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import Script
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import submissions, text
from articles.admin.fields import AutocompleteMixin, without_limit
from articles.admin.filters import ChoiceFilter, PeriodFilter
from articles.admin.paging import BoundedPaginator
from articles.admin.vocabularies import vocabularies
from articles.days import begins
from articles.intake import documents
from articles.models import Submission
from articles.refusals import MoveRefused, UnreadableText

EARLIEST = 2000  # the year; what is said to have come before is a slip
LONGEST_FILE_NAME = Submission._meta.get_field("file_name").max_length
ENCLOSED = ("txt", "md", "docx", "doc", "wps", "pdf", "jpg", "jpeg", "png", "webp")  # what may go with a text
LONGEST_SUFFIX = 10
WARNED = 3  # likenesses that are named after a save
WORDS = ("headline", "text")


# The list.


class RegisterFilter(ChoiceFilter):
    """A filter that is a condition on the register's own rows."""

    def queryset(self, request, queryset):
        if self.problem:
            return queryset.none()
        return queryset.filter(**self.narrowing()) if self.value else queryset


class UsedFilter(RegisterFilter):
    title = gettext_lazy("used")
    parameter = "used"

    def options(self):
        return [("", [("no", _("not yet used")), ("yes", _("made a piece"))])]

    def narrowing(self):
        return {"article__isnull": self.value == "no"}


class VerifiedFilter(RegisterFilter):
    title = gettext_lazy("verification")
    parameter = "verified"

    def options(self):
        return [("", [("no", _("not yet verified")), ("yes", _("verified"))])]

    def narrowing(self):
        return {"verified_at__isnull": self.value == "no"}


class SenderFilter(RegisterFilter):
    title = gettext_lazy("unit")
    parameter = "unit"

    def options(self):
        groups = vocabularies(self.request)["unit"]
        return [(heading, [(entry.slug, entry.name) for entry in entries]) for heading, entries in groups.items()]

    def narrowing(self):
        return {"unit__slug": self.value}


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


# The form.


def _link_to(row):
    """A piece or a submission by its number and headline, leading to its form."""
    address = reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])
    title = row.headline if isinstance(row, Submission) else str(row)
    return format_html('<a href="{}">{}{}</a>', address, row.number, f"《{title}》" if title else "")


def _cleaned(submission, name):
    return text.clean_body(getattr(submission, name))


def state_of(submission):
    """What tells whether somebody changed the text while a form was open."""
    words = "\0".join(_cleaned(submission, name) for name in WORDS)
    return hashlib.sha256(words.encode()).hexdigest()[:16] if submission.pk else ""


class SubmissionForm(forms.ModelForm):
    base = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=gettext_lazy("file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in ENCLOSED)}),
        help_text=gettext_lazy(
            "The text of a .txt or .docx file is taken over when the field above is empty, and the pictures of a .docx when it becomes a piece."
        ),
    )

    class Meta:
        widgets = {
            "headline": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "text": forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField", "data-paste": "body"}),
            "note": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "verification": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
        }
        labels = {"received_at": gettext_lazy("received at (Beijing time)")}
        help_texts = {"headline": gettext_lazy("Empty: the first line of the text.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base"] = state_of(self.instance)
        without_limit(self.fields)
        if "text" in self.fields:
            self.fields["text"].strip = False  # kept as it came, the first line's blanks too

    def clean_received_at(self):
        moment = self.cleaned_data["received_at"]
        if moment.year < EARLIEST or moment > timezone.now() + timedelta(days=1):
            raise ValidationError(_("Please check the date: it lies in the future, or long ago."))
        return moment

    def clean_sender(self):
        sender = text.clean_line(self.cleaned_data["sender"])
        if not sender:
            raise ValidationError(self.fields["sender"].error_messages["required"])
        return sender

    def clean_text(self):
        written = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.clean_body(written):
            return ""
        if len(written) > submissions.LONGEST_TEXT:
            said = _("This text has %(characters)s characters, and at most 200,000 are taken; send it in parts.")
            raise ValidationError(said % {"characters": len(written)})
        if documents.is_bare_link(written):
            raise ValidationError(documents.BARE_LINK)
        return written

    def clean(self):
        cleaned = super().clean()
        for name in ("headline", "phone", "verification"):
            if name in cleaned:
                cleaned[name] = text.clean_line(cleaned[name])
        if "text" in self.fields:
            self._check_stale(cleaned)
            self._read_file(cleaned)
            if not cleaned.get("headline") and "headline" not in self.errors:
                cleaned["headline"] = submissions.headline_of(cleaned.get("text", ""))
        if "_verify" in self.data and "verification" in self.fields and not cleaned.get("verification"):
            self.add_error("verification", _("Write down how it was verified: with whom, and by what means."))
        self._ask_for_the_file_again(cleaned)
        return cleaned

    def _check_stale(self, cleaned):
        """Somebody else changed the text, or made it a piece, while this form was open; what was typed stays in it."""
        stored = self.instance
        if not stored.pk or all(text.clean_body(cleaned.get(name, "")) == _cleaned(stored, name) for name in WORDS):
            return
        if stored.article_id:
            said = _("This was made the piece %(number)s meanwhile. Carry over there what you changed here.")
            self.add_error(None, said % {"number": stored.article.number})
        elif cleaned.get("base") != state_of(stored):
            self.data = self.data.copy()
            self.data["base"] = state_of(stored)
            said = _(
                "Somebody changed this while your form was open; what you typed stands below. Now it begins: “%(now)s”. Save once more to put yours in its place."
            )
            self.add_error(None, said % {"now": text.first_sentence(_cleaned(stored, "text"), 60)})

    def _read_file(self, cleaned):
        """Take over the text of the file where none was typed; refuse a file that nobody could use."""
        upload, written = cleaned.get("file"), cleaned.get("text", "")
        if "text" in self.errors:  # what was typed is mended first
            return
        if not isinstance(upload, UploadedFile):
            if not written and not self.instance.file and "file" not in self.errors:
                self.add_error("text", _("There is no text yet; paste it, or choose a file."))
            return
        try:
            if not written:
                cleaned["text"] = self._short(documents.read_upload(upload).text.replace("\r\n", "\n"))
            elif upload.size > documents.MOST_BYTES:
                raise UnreadableText(_("This file is larger than 30 MB; send the pictures apart from the text."))
            elif upload.name.rpartition(".")[2].lower() not in ENCLOSED:
                said = _("A file of this kind cannot be taken here. Possible are: %(allowed)s")
                raise UnreadableText(said % {"allowed": " ".join(ENCLOSED)})
        except UnreadableText as error:
            self.add_error("file", str(error))

    def _short(self, written):
        if len(written) > submissions.LONGEST_TEXT:
            said = _("This text has %(characters)s characters, and at most 200,000 are taken; send it in parts.")
            raise UnreadableText(said % {"characters": len(written)})
        return written

    def _ask_for_the_file_again(self, cleaned):
        """A browser forgets the file of a form that was refused; the text that was read from it stays."""
        if not self.errors or not isinstance(cleaned.get("file"), UploadedFile):
            return
        self.data = self.data.copy()
        if not self.data.get("text", "").strip():
            self.data["text"] = cleaned.get("text", "")
        self.add_error("file", _("Choose the file once more: a browser does not keep it. Its text is not lost."))

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            self.instance.file_name = upload.name[-LONGEST_FILE_NAME:]
            if (
                len(upload.name.rpartition(".")[2]) > LONGEST_SUFFIX
            ):  # 3.21嵩县丹参喜获丰收 has none that the store could take
                upload.name = upload.name.replace(".", "_")
        return upload


@admin.register(Submission)
class SubmissionAdmin(AutocompleteMixin, admin.ModelAdmin):
    form = SubmissionForm
    list_display = ("number", "headline_or_file", "sender", "unit", "received", "made_sure", "piece")
    list_display_links = ("number", "headline_or_file")
    list_filter = (UsedFilter, VerifiedFilter, SenderFilter, ReceivedFilter)
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

    @admin.display(description=gettext_lazy("received at"))
    def received(self, submission):
        return f"{timezone.localtime(submission.received_at):%Y-%m-%d %H:%M}"

    @admin.display(description=gettext_lazy("verified by"))
    def made_sure(self, submission):
        return submission.verified_by or _("not yet verified")

    @admin.display(description=gettext_lazy("piece"))
    def piece(self, submission):
        return _link_to(submission.article) if submission.article_id else "—"

    # The form.

    def get_fieldsets(self, request, obj=None):
        # A form that was opened before the text became a piece still has its fields, and is answered in them.
        locked = obj is not None and obj.article_id is not None and "text" not in request.POST
        phone = ("phone",) if self._sees_senders(request) else ()
        words = ("kept_headline", "kept_text") if locked else WORDS
        file = ("kept_file",) if obj and (obj.file or locked) else ("file",)
        verified = ("verified",) if obj and obj.verified_at else ("verification",)
        return [
            (_("Sender"), {"fields": (("sender", "unit", *phone), ("received_at", "note"))}),
            (_("Text"), {"fields": (*(() if locked else ("base",)), *words, *file)}),
            (_("Verification"), {"fields": verified}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return ("kept_headline", "kept_text", "kept_file", "verified")

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
        said = _("%(who)s at %(when)s: %(how)s")
        when = f"{timezone.localtime(submission.verified_at):%Y-%m-%d %H:%M}"
        return said % {"who": submission.verified_by, "when": when, "how": submission.verification}

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.method != "POST":
            context["likenesses"] = self._likenesses(obj)
        context["may_verify"] = not (obj and obj.verified_at)
        context["may_draft"] = self._may_draft(request) and not (obj and obj.article_id)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        return self._act(request, obj) or self._warned(
            request, obj, super().response_add(request, obj, post_url_continue)
        )

    def response_change(self, request, obj):
        return self._act(request, obj) or self._warned(request, obj, super().response_change(request, obj))

    def _act(self, request, submission):
        """“Verified” and “Make it a piece” save the form first, so that nothing typed is lost. The answer, or None for a mere save."""
        if "_draft" in request.POST and self._may_draft(request):
            return self._draft(request, submission)
        if "_verify" in request.POST:
            return self._verify(request, submission)
        return None

    def _warned(self, request, submission, response):
        if "_continue" not in request.POST:  # the form itself shows them
            for sentence in self._likenesses(submission)[:WARNED]:
                self.message_user(request, sentence, messages.WARNING)
        return response

    def _verify(self, request, submission):
        try:
            submissions.verify(submission, by=request.user, how=submission.verification)
        except MoveRefused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.log_change(request, submission, _("verified: %(how)s") % {"how": submission.verification})
            self.message_user(
                request, _("Noted: %(number)s is verified.") % {"number": submission.number}, messages.SUCCESS
            )
        return redirect("admin:articles_submission_change", submission.pk)

    def _draft(self, request, submission):
        article, said, made = submissions.draft_of(submission, by=request.user)
        if made:
            told = _("%(submission)s is now the piece %(piece)s, a draft.")
        else:
            told = _("%(submission)s was made the piece %(piece)s before; here it is.")
        self.message_user(request, told % {"submission": submission.number, "piece": article.number}, messages.SUCCESS)
        if submissions.unverified(article):
            said = [*said, submissions.NOT_VERIFIED]
        for sentence in said:
            self.message_user(request, sentence.sentence, messages.WARNING if sentence.doubtful else messages.INFO)
        return redirect("admin:articles_article_change", article.pk)

    def _likenesses(self, submission):
        """Sentences, with links, on what is in already."""
        said = _("About {share} the same as {row}")
        return [
            format_html(said, row=_link_to(row), share=f"{likeness:.0%}")
            for row, likeness in submissions.already_in(submission)
        ]

    # Who may, and the file.

    def _sees_senders(self, request):
        return request.user.has_perm("articles.see_senders")

    def _may_draft(self, request):
        return request.user.has_perms(["articles.change_submission", "articles.add_article"])

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
