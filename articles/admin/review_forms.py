"""What the review page asks: an opinion, the moment of release, the text and its captions as a reviewer changes them."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import comments, text
from articles.admin.fields import without_limit
from articles.models import CLEANED, Article, Figure
from articles.vocabulary import PROOFS, Kind, Stage

# 常用意见: words that a reviewer may tap instead of typing them. They go into the record as they are, in Chinese.
AGREEING = {
    Stage.FIRST_REVIEW: ("同意。", "事实已核实，同意送审。"),
    Stage.SECOND_REVIEW: ("同意。", "同意，请总编审定。"),
    Stage.FINAL_REVIEW: ("同意。", "导向正确，同意刊发。"),
    **dict.fromkeys(PROOFS[3], ("校毕。", "已校改，请核对。")),
}
OBJECTING = (
    "请核实数字。",
    "请核实人名、职务。",
    "请核实时间、地点。",
    "请精简篇幅。",
    "标题请重拟。",
    "请补图片说明和署名。",
)
PHRASES = tuple(dict.fromkeys([*sum(AGREEING.values(), ()), *OBJECTING]))
USUAL_HOUR = time(7)  # of a scheduled release, by the Beijing clock
NOW, AT, LATER = "now", "at", "later"
LARGEST = 2**31 - 1  # that a column of numbers holds


class OpinionForm(forms.Form):
    """A decision at a stage on the text with that hash. `against`: a reason must be given."""

    stage = forms.ChoiceField(choices=Stage.choices, widget=forms.HiddenInput)
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    phrase = forms.ChoiceField(label=gettext_lazy("Usual opinions"), required=False, widget=forms.RadioSelect)
    opinion = forms.CharField(
        label=gettext_lazy("Opinion"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, against=False, **kwargs):
        super().__init__(*args, auto_id="%s", **kwargs)
        self.against = against
        self.fields["phrase"].choices = [(phrase, phrase) for phrase in PHRASES]
        without_limit(self.fields)

    def clean(self):
        """The opinion is what was typed, behind what was tapped."""
        cleaned = super().clean()
        typed, tapped = text.clean_body(cleaned.get("opinion", "")), cleaned.get("phrase", "")
        cleaned["opinion"] = typed if tapped in typed else f"{tapped}{typed}"
        if self.against and not cleaned["opinion"] and "opinion" not in self.errors:
            self.add_error("opinion", _("Please give the reason: the writer works by it."))
        return cleaned


class MomentForm(forms.Form):
    """When a text goes out. `whens` are those of NOW, AT and LATER that are possible."""

    use_required_attribute = False  # a browser would ask for a moment of whoever returns the piece, too

    when = forms.ChoiceField(
        label=gettext_lazy("When it is released"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Please choose whether it is released now, later, or only signed.")},
    )
    day = forms.DateField(
        label=gettext_lazy("day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    hour = forms.TimeField(
        label=gettext_lazy("time (Beijing)"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    def __init__(self, *args, whens, **kwargs):
        usual = usual_moment()
        kwargs["initial"] = {"day": usual.date(), "hour": usual.time(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        words = {
            NOW: _("Release at once"),
            AT: _("Release at the time below"),
            LATER: _("Only sign, do not release yet"),
        }
        self.fields["when"].choices = [(when, words[when]) for when in whens]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("when") == AT and not {"day", "hour"} & set(self.errors):
            for name in ("day", "hour"):
                if cleaned.get(name) is None:
                    self.add_error(name, _("Please say when: a day and a time."))
        return cleaned

    @property
    def at(self):
        """The moment that was asked for, or None for at once."""
        if self.cleaned_data["when"] != AT:
            return None
        day, hour = self.cleaned_data["day"], self.cleaned_data["hour"]
        return timezone.make_aware(datetime.combine(day, hour))


def usual_moment():
    """The next 07:00 by the Beijing clock."""
    now = timezone.localtime()
    day = now.date() if now.time() < USUAL_HOUR else now.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, USUAL_HOUR))


class ChangesForm(forms.ModelForm):
    """Fields of a row as a reviewer changes them (改签)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="amend_%s", **kwargs)
        without_limit(self.fields)

    def _get_validation_exclusions(self):
        """The fields and clean() have said in the desk's words what the model would ask the database."""
        return super()._get_validation_exclusions() | set(self.fields)

    @property
    def is_changed(self):
        """Whether something else was typed than stands there: line ends and outer blanks are nothing."""
        return not self.is_valid() or bool(self.typed())

    def typed(self):
        """{field: what was typed} where that is not what stands there."""
        cleaned = {name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data}
        return {name: value for name, value in cleaned.items() if value != self.initial[name]}

    def write(self):
        """Save what was changed, and nothing else of the row."""
        self.instance.save(update_fields=self._meta.fields)


class TextForm(ChangesForm):
    base_revision = forms.IntegerField(max_value=LARGEST, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = ("kicker", "headline", "subhead", "body")
        widgets = {
            "kicker": forms.TextInput,
            "headline": forms.Textarea(attrs={"rows": 2}),
            "subhead": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 16}),
        }
        help_texts = dict.fromkeys(fields, "")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base_revision"] = self.instance.revision

    def clean(self):
        cleaned = super().clean()
        for name in self._meta.fields:
            cleaned[name] = CLEANED[name](cleaned.get(name) or "")
        kind = self.instance.kind
        if not cleaned["headline"] and "headline" not in self.errors and kind not in (Kind.PHOTO, Kind.BRIEF):
            self.add_error("headline", _("Please enter a headline. Only photo news and briefs may do without."))
        if not cleaned["body"] and "body" not in self.errors and kind != Kind.PHOTO:
            self.add_error("body", _("Please enter the text. Only photo news may consist of captions alone."))
        return cleaned


class CaptionForm(ChangesForm):
    class Meta:
        model = Figure
        fields = ("caption", "credit", "alt", "alt_in_caption")
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 3}),
            "alt": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = dict.fromkeys(fields, "")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix=f"figure{kwargs['instance'].pk}", **kwargs)

    def clean(self):
        cleaned = super().clean()
        cleaned["caption"] = text.clean_body(cleaned.get("caption") or "")
        for name in ("credit", "alt"):
            cleaned[name] = text.clean_line(cleaned.get(name) or "")
        return cleaned


class ClearForm(forms.Form):
    flag = forms.IntegerField(max_value=LARGEST, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("reason"), required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.auto_id = f"%s-{self['flag'].value()}"  # a page has a form for each flag

    def clean_reason(self):
        return text.clean_line(self.cleaned_data["reason"])


class CommentForm(forms.Form):
    """A remark; articles/comments.py says what is wrong with one."""

    excerpt = forms.CharField(label=gettext_lazy("passage, if it is about one"), required=False)
    words = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": gettext_lazy("At most 500 characters")}),
    )

    def clean(self):
        cleaned = super().clean()
        for name in ("excerpt", "words"):
            cleaned[name] = text.clean_line(cleaned.get(name, ""))
        if len(cleaned["words"]) > comments.LONGEST["text"]:
            self.add_error("words", _("A comment has at most %(n)d characters.") % {"n": comments.LONGEST["text"]})
        return cleaned


class ResolveForm(forms.Form):
    comment = forms.IntegerField(max_value=LARGEST)


class SubmitForm(forms.Form):
    version = forms.IntegerField(max_value=LARGEST)


class NoteForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("reason"), required=False, max_length=200)
