"""The form of a piece: its fields, what each must say, and what is asked of a piece that is scheduled."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import seen
from articles.admin.fields import without_limit
from articles.admin.rows import KnowingForm
from articles.file_signatures import is_as_named
from articles.models import CLEANED
from articles.photos import read_picture
from articles.refusals import MoveRefused, UnreadablePicture
from articles.vocabulary import Kind, State

KEEP, STOP = "keep", "stop"  # what becomes of a signed text that is scheduled, when the piece is edited
MOST_BYTES = 20 * 1024 * 1024  # of the photo of a signed paper
PAPERS = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
# What readers see of a piece, as far as the form's own fields say it.
TEXT_FIELDS = (
    "kind", "kicker", "headline", "subhead", "body", "summary", "printed_byline", "column", "ai_made", "source_name",
    "source_author", "source_headline", "source_url", "source_day",
)  # fmt: skip


class Undecided(MoveRefused):
    """The text of a scheduled piece was changed, and nobody said whether the signed one still goes out."""


class PaperInput(forms.ClearableFileInput):
    """The photo of a signed paper, with the way to it: the desk's own, since its files are served to nobody else."""

    def render(self, name, value, attrs=None, renderer=None):
        chooser = forms.FileInput(self.attrs).render(name, None, attrs, renderer)
        if not self.is_initial(value):
            return chooser
        address = reverse("admin:articles_article_paper", args=[value.instance.pk])
        box = self.clear_checkbox_name(name)
        shown = format_html(
            '<a href="{}">{}</a> <label><input type="checkbox" name="{}"> {}</label> ',
            address, _("Show the signed paper"), box, _("Take it out"),
        )  # fmt: skip
        return shown + chooser


class ArticleForm(KnowingForm, seen.SeenForm):
    base_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    entry = forms.UUIDField(required=False, widget=forms.HiddenInput)  # of a new piece: the same form makes one, once
    own_work = forms.BooleanField(
        label=gettext_lazy("I wrote this piece"),
        required=False,
        help_text=gettext_lazy(
            "Whoever wrote a piece may not review it. Leave empty when you type in somebody else's."
        ),
    )
    on_schedule = forms.ChoiceField(
        label=gettext_lazy("The text that was signed and is scheduled"),
        required=False,
        choices=[
            (KEEP, gettext_lazy("still goes out at its time")),
            (STOP, gettext_lazy("is stopped, until it is released again")),
        ],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Asked when you change the text: the changed one needs its own signatures."),
    )
    undecided = ""  # why the last attempt to save needs a decision on the schedule

    class Meta:
        widgets = {
            "kicker": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "headline": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "subhead": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "printed_byline": forms.TextInput(attrs={"class": "vLargeTextField", "data-paste": "line"}),
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField", "data-paste": "body"}),
            "body": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField", "data-paste": "body"}),
            "report_paper": PaperInput(attrs={"accept": ",".join(sorted(set(PAPERS.values())))}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base_revision"] = self.instance.revision
        self.initial["own_work"] = self.instance.own_work_of_id is not None
        self.initial["entry"] = self.instance.uuid
        without_limit(self.fields)
        if "kind" in self.fields:  # site pages are made elsewhere
            kinds = self.fields["kind"].choices
            self.fields["kind"].choices = [choice for choice in kinds if choice[0] != Kind.PAGE]

    def clean_report_paper(self):
        paper = self.cleaned_data["report_paper"]
        return check_paper(paper) if paper and "report_paper" in self.changed_data else paper

    def clean(self):
        cleaned = super().clean()
        for field, clean in CLEANED.items():
            cleaned[field] = clean(cleaned.get(field, ""))
        kind = cleaned.get("kind")
        if not cleaned["headline"] and "headline" not in self.errors and kind not in (Kind.PHOTO, Kind.BRIEF):
            self.add_error("headline", _("Please enter a headline. Only photo news and briefs may do without."))
        if not cleaned["body"] and "body" not in self.errors and kind != Kind.PHOTO:
            self.add_error("body", _("Please enter the text. Only photo news may consist of captions alone."))
        if self.undecided or (self.must_decide() and self.changes_the_text()):
            self.add_error("on_schedule", self.undecided or UNDECIDED)
        return cleaned

    def must_decide(self):
        """Whether a change of the text asks what becomes of the signed one, and nobody has said so."""
        return getattr(self.instance, "state", "") == State.SCHEDULED and not self.cleaned_data.get("on_schedule")

    def changes_the_text(self):
        """Whether the form's own fields say something else than what is saved; figures and credits have forms of their own."""
        said = {name: self.cleaned_data.get(name) for name in TEXT_FIELDS if name in self.fields}
        return any(seen.plain(value) != seen.plain(self.initial.get(name)) for name, value in said.items())

    def _get_validation_exclusions(self):
        """The fields and clean() have said in the desk's words what the model would ask the database."""
        return super()._get_validation_exclusions() | set(self.fields)


UNDECIDED = gettext_lazy("This piece is scheduled, and you changed its text. Please say whether the signed text still goes out at its time.")  # fmt: skip


def check_paper(paper):
    """An uploaded photo of a signed paper that is one, or ValidationError."""
    ending = paper.name.rpartition(".")[2].lower()
    if ending not in PAPERS:
        raise ValidationError(_("A picture (JPEG, PNG, WebP) or a PDF can be taken here."))
    if paper.size > MOST_BYTES:
        raise ValidationError(_("This file is larger than 20 MB; make it smaller first."))
    if ending == "pdf":
        if not is_as_named(paper):
            raise ValidationError(_("This file is called a PDF and is none."))
    else:
        try:
            read_picture(paper)
        except UnreadablePicture as error:
            raise ValidationError(str(error)) from error
    paper.seek(0)
    return paper
