"""The form of a submission: who sent what, and how it was verified."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import submissions, text
from articles.admin.fields import without_limit
from articles.admin.submissions.compared import ComparedForm, mark
from articles.admin.submissions.enclosed import TOO_MUCH, EnclosedForm
from articles.admin.submissions.telephone import check_telephone
from articles.intake import documents

EARLIEST = 2000  # the year; what is said to have come before is a slip
TOO_LONG = gettext_lazy("This has %(show_value)d characters, and at most %(limit_value)d are taken; please shorten it.")


class SubmissionForm(ComparedForm, EnclosedForm):
    class Meta:
        widgets = {
            "headline": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "text": forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField", "data-paste": "body"}),
            "byline": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "note": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
            "verification": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
        }
        labels = {"received_at": gettext_lazy("received at (Beijing time)")}
        help_texts = {"headline": gettext_lazy("Empty: the first line of the text.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
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
        phone = text.clean_line(self.cleaned_data["phone"])
        if phone != self.instance.phone:
            check_telephone(phone)
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
            raise ValidationError(TOO_MUCH % {"characters": len(written)})
        if documents.is_bare_link(written):
            raise ValidationError(documents.BARE_LINK)
        return written

    def clean(self):
        cleaned = super().clean()
        for name in ("headline", "byline", "verification"):
            if name in cleaned:
                cleaned[name] = text.clean_line(cleaned[name])
        self.settle_with_others(cleaned)
        if "text" in self.fields:
            self.read_file(cleaned)
            if "headline" not in self.errors and self._follows_the_text(cleaned.get("headline")):
                cleaned["headline"] = submissions.headline_of(cleaned.get("text", ""))
        if "_verify" in self.data and "verification" in self.fields and not cleaned.get("verification"):
            self.add_error("verification", _("Write down how it was verified: with whom, and by what means."))
        self.ask_for_the_file_again(cleaned)
        return cleaned

    def _follows_the_text(self, headline):
        """Whether the headline is the first line of the text: none was typed, or it was that before and nobody edited it."""
        stored = self.instance
        return not headline or (
            stored.pk is not None and headline == stored.headline == submissions.headline_of(stored.text)
        )

    def changes_the_words(self):
        """Whether a valid form says something else than what was stored, blanks aside."""
        if "text" not in self.fields:
            return False
        before = self.initial["headline"] or submissions.headline_of(self.initial["text"])
        pairs = ((before, self.cleaned_data["headline"]), (self.initial["text"], self.cleaned_data["text"]))
        return any(mark(old) != mark(new) for old, new in pairs)
