"""来稿登记: what people send, numbered as it comes in; who made sure of it; and the one click that makes it a piece."""

import hashlib
from datetime import UTC, datetime, timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
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
FEWEST_DIGITS = 5  # of a telephone number: 12345 is one
IN_A_NUMBER = frozenset("转分机")  # 0379-66312345 转 801
WARNED = 3  # likenesses that are named after a save
WORDS = ("headline", "text")
NOT_COMPARED = ("base", "file")  # fields of the form that are nothing of a row's standing
LONGEST_SHOWN = 60  # characters of what somebody else entered


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

TOO_LONG = gettext_lazy("This has %(show_value)d characters, and at most %(limit_value)d are taken; please shorten it.")


def _link_to(row):
    """A piece or a submission by its number and headline, leading to its form."""
    address = reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])
    title = row.headline if isinstance(row, Submission) else str(row)
    return format_html('<a href="{}">{}{}</a>', address, row.number, f"《{title}》" if title else "")


def _mark(value):
    """What tells two values of a field apart as a form shows them: no blanks around, no fractions of a second."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(microsecond=0).isoformat()
    elif isinstance(value, Model):
        value = value.pk
    return hashlib.sha256(text.clean_body(str(value or "")).encode()).hexdigest()[:16]


def _of_state(written):
    """{name of a field: its mark} of a state as a form carries it."""
    return dict(part.split("=", 1) for part in written.split() if "=" in part)


def _shown(value):
    """What somebody else entered, short enough for a sentence."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return text.first_sentence(text.clean_body(str(value or "")), LONGEST_SHOWN) or _("empty")


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
        self.initial["base"] = self._state()
        without_limit(self.fields)
        for field in self.fields.values():
            field.error_messages["max_length"] = TOO_LONG
        if "text" in self.fields:
            self.fields["text"].strip = False  # kept as it came, the first line's blanks too

    def clean_received_at(self):
        moment = self.cleaned_data["received_at"]
        if moment.year < EARLIEST or moment > timezone.now() + timedelta(days=1):
            raise ValidationError(_("Please check the date: it lies in the future, or long ago."))
        return moment

    def clean_phone(self):
        """A number, with whatever stands between its digits; or nothing."""
        phone = text.clean_line(self.cleaned_data["phone"])
        letters = [character for character in phone if character.isalpha() and character not in IN_A_NUMBER]
        few = 0 < len(phone) and sum(map(str.isdigit, phone)) < FEWEST_DIGITS
        if phone != self.instance.phone and (letters or few):
            raise ValidationError(
                _("A telephone number has at least five digits and no letters. Leave the field empty if there is none.")
            )
        return phone

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
        for name in ("headline", "verification"):
            if name in cleaned:
                cleaned[name] = text.clean_line(cleaned[name])
        if self.instance.pk:
            self._check_stale(cleaned)
            self._keep_verification(cleaned)
        if "text" in self.fields:
            self._read_file(cleaned)
            if "headline" not in self.errors and self._follows_the_text(cleaned.get("headline")):
                cleaned["headline"] = submissions.headline_of(cleaned.get("text", ""))
        if "_verify" in self.data and "verification" in self.fields and not cleaned.get("verification"):
            self.add_error("verification", _("Write down how it was verified: with whom, and by what means."))
        self._ask_for_the_file_again(cleaned)
        return cleaned

    def _compared(self):
        """The names of the fields by which a row is told from what it was: of those in this form alone, for the telephone
        number of one that has none would show in the mark."""
        return [name for name in self.fields if name not in NOT_COMPARED]

    def _state(self):
        """How the row stands, field by field: what a form carries to tell whether somebody else changed the row meanwhile."""
        marks = [f"{name}={_mark(getattr(self.instance, name))}" for name in self._compared()]
        return " ".join(marks) if self.instance.pk else ""

    def _check_stale(self, cleaned):
        """Somebody else changed the row, or made it a piece, while this form was open; what was typed stays in it.

        Nothing of such a form is saved. A field that was changed elsewhere alone is shown as it now is.
        """
        stored = self.instance
        now, base = _of_state(self._state()), _of_state(cleaned.get("base") or "")
        typed = {name: _mark(cleaned[name]) for name in now if name in cleaned}
        differs = [name for name in now if typed.get(name) != now[name]]
        if stored.article_id:
            if any(name in WORDS for name in differs):
                said = _("This was made the piece %(number)s meanwhile. Carry over there what you changed here.")
                self.add_error(None, said % {"number": stored.article.number})
            differs = [name for name in differs if name not in WORDS]
        if stored.verified_at:
            differs = [name for name in differs if name != "verification"]
        theirs = [name for name in differs if now[name] != base.get(name)]
        if theirs:
            self._show_both(theirs, [name for name in theirs if typed.get(name) == base.get(name)])

    def _show_both(self, theirs, untouched):
        """Say which fields somebody else changed. Those that were not touched here take what is stored, the others what was typed."""
        self.data = self.data.copy()
        self.data["base"] = self._state()
        for name in untouched:
            self._show_stored(name)
        if untouched:
            said = _("Somebody changed this while your form was open, and it is shown below as it now is: %(fields)s.")
            self.add_error(None, said % {"fields": self._named(untouched)})
        if both := [name for name in theirs if name not in untouched]:
            said = _(
                "Somebody changed this while your form was open; what you typed stands below. Now it is: %(fields)s. Save once more to put yours in its place."
            )
            self.add_error(None, said % {"fields": self._named(both)})
        if untouched and not both:
            self.add_error(None, _("Nothing is saved yet; please look at it and save once more."))

    def _show_stored(self, name):
        value, widget = getattr(self.instance, name), self.fields[name].widget
        value = value.pk if isinstance(value, Model) else value
        if isinstance(widget, forms.MultiWidget):
            for number, part in enumerate(widget.decompress(value)):
                self.data[f"{self.add_prefix(name)}_{number}"] = f"{part:%H:%M:%S}" if number else str(part)
        else:
            self.data[self.add_prefix(name)] = value or ""

    def _named(self, names):
        named = [(self.fields[name].label, _shown(getattr(self.instance, name))) for name in names]
        return "、".join(f"{label}“{value}”" for label, value in named)

    def _keep_verification(self, cleaned):
        """A form that was opened before somebody verified the row changes nothing of how it was done."""
        stored = self.instance
        if not stored.verified_at or "verification" not in cleaned:
            return
        base = _of_state(cleaned.get("base") or "").get("verification")
        typed = cleaned["verification"]
        if typed and typed != stored.verification and _mark(typed) != base:
            said = _(
                "%(who)s verified it meanwhile: “%(how)s”. Empty this field; what you found out goes into the note."
            )
            self.add_error("verification", said % {"who": stored.verified_by, "how": stored.verification})
        else:
            cleaned["verification"] = stored.verification

    def _follows_the_text(self, headline):
        """Whether the headline is the first line of the text: none was typed, or it was that before and nobody edited it."""
        stored = self.instance
        return not headline or (
            stored.pk is not None and headline == stored.headline == submissions.headline_of(stored.text)
        )

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

    def changes_the_words(self):
        """Whether a valid form says something else than what was stored, blanks aside."""
        if "text" not in self.fields:
            return False
        before = self.initial["headline"] or submissions.headline_of(self.initial["text"])
        pairs = ((before, self.cleaned_data["headline"]), (self.initial["text"], self.cleaned_data["text"]))
        return any(_mark(old) != _mark(new) for old, new in pairs)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            if self.instance.file:
                said = _("Somebody put in the file %(name)s meanwhile, and a submission has one. Enter yours anew.")
                raise ValidationError(said % {"name": self.instance.file_name})
            self.instance.file_name = upload.name[-LONGEST_FILE_NAME:]
            if (
                len(upload.name.rpartition(".")[2]) > LONGEST_SUFFIX
            ):  # 3.21嵩县丹参喜获丰收 has none that the store could take
                upload.name = upload.name.replace(".", "_")
        return upload


ASKED = {UsedFilter.parameter, VerifiedFilter.parameter, SenderFilter.parameter, *ReceivedFilter.parameters}


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
        base = ("base",) if obj is not None and self.has_change_permission(request, obj) else ()
        phone = ("phone",) if self._sees_senders(request) else ()
        words = ("kept_headline", "kept_text") if locked else WORDS
        kept = obj is not None and (obj.file or locked) and "file" not in request.FILES
        file = ("kept_file",) if kept else ("file",)
        done = obj is not None and obj.verified_at and "verification" not in request.POST
        verified = ("verified",) if done else ("verification",)
        return [
            (_("Sender"), {"fields": (("sender", "unit", *phone), ("received_at", "note"))}),
            (_("Text"), {"fields": (*base, *words, *file)}),
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
        return submissions.told(submission)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and request.method != "POST":
            context["likenesses"] = self._likenesses(obj)
        context["may_verify"] = not (obj and obj.verified_at)
        context["may_draft"] = self._may_draft(request) and not (obj and obj.article_id)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        elif obj.verified_at and form.changes_the_words():
            submissions.take_verification_back(obj)
            said = _("The text was changed, so it has to be verified anew. Who verified it before stands in the note.")
            self.log_change(request, obj, _("no longer verified: the text was changed"))
            self.message_user(request, said, messages.WARNING)
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
