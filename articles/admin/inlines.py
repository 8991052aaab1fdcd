"""What hangs on a piece: pictures, credits, places, campaigns, placements, proofing flags."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import URLField
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from articles import photos, text
from articles.admin.fields import AutocompleteMixin
from articles.admin.uploads import PictureUpload
from articles.models import ATTACHMENTS, VIDEOS, Byline, CampaignTag, Figure, Flag, LocalityTag, Photo, Placement
from articles.vocabulary import Kind, Medium

LAST = 32000  # where a row stands that was given no number


class RowsFormSet(BaseInlineFormSet):
    """Rows that may not say the same thing twice; says so as an editor would."""

    def get_unique_error_message(self, unique_check):
        return str(_("This stands here twice; please delete one of the two rows."))

    def get_form_error(self):
        return str(_("This row stands above already."))

    def kept(self):
        """The forms that were filled in and are not to be deleted."""
        return [
            form for form in self.forms if (form.errors or form.cleaned_data) and not self._should_delete_form(form)
        ]


class OrderedForm(forms.ModelForm):
    """A row with a number that may be left empty: it then goes to the end."""

    position = forms.IntegerField(
        label=_("no."),
        required=False,
        min_value=0,
        max_value=LAST,
        widget=forms.NumberInput(attrs={"class": "vSmallField"}),
    )

    def clean_position(self):
        return self.cleaned_data["position"] or LAST


class FigureForm(OrderedForm):
    upload = PictureUpload(required=False)

    def _get_validation_exclusions(self):
        """The photo may be a new one, saved with this row; what the row must have is checked in clean()."""
        return {*super()._get_validation_exclusions(), "photo"}

    def clean(self):
        cleaned = super().clean()
        for field in ("credit", "alt"):
            cleaned[field] = text.clean_line(cleaned.get(field, ""))
        cleaned["caption"] = text.clean_body(cleaned.get("caption", ""))
        if cleaned.get("medium") == Medium.PICTURE:
            if cleaned.get("file"):
                self.add_error(
                    "file",
                    _(
                        "Choose the medium “video clip” or “attachment” for this file; a picture goes into “picture file”."
                    ),
                )
            if not (cleaned.get("photo") or cleaned.get("upload") or cleaned["caption"]):
                self.add_error("caption", _("A picture needs a file or at least a caption."))
            if not self.errors:
                cleaned["photo"] = self._photo(cleaned)
        elif not self.errors:
            self._check_file(cleaned)
        return cleaned

    def _check_file(self, cleaned):
        file = cleaned.get("file")
        allowed = VIDEOS if cleaned["medium"] == Medium.VIDEO else ATTACHMENTS
        if not file:
            self.add_error("file", _("Choose the file of the video clip or attachment."))
        elif file.name.rpartition(".")[2].lower() not in allowed:
            said = _("A file of this kind cannot be taken here. Possible are: %(allowed)s")
            self.add_error("file", said % {"allowed": " ".join(allowed)})

    def _photo(self, cleaned):
        """The chosen photo, or one made for this caption: its file may come now, later or never."""
        photo = cleaned.get("photo") or Photo(caption=cleaned["caption"], credit=cleaned["credit"])
        if cleaned.get("upload") and photo.web:  # a new file is a new photo; other pieces keep theirs
            photo = Photo(caption=cleaned["caption"], credit=cleaned["credit"])
        return photo

    def save(self, commit=True):
        photo = self.cleaned_data.get("photo")
        if photo is not None:
            if picture := self.cleaned_data.get("upload"):
                photos.attach(photo, picture)
            photo.save()
            self.instance.photo = photo
        elif "file" in self.changed_data:
            self.instance.sha256 = photos.hash_of(self.cleaned_data["file"])
        return super().save(commit)


class FigureFormSet(RowsFormSet):
    def clean(self):
        super().clean()
        if self.instance.kind != Kind.PHOTO:
            return
        if not self.kept():
            raise ValidationError(_("Photo news needs at least one picture or caption; add it here."))
        if not self.instance.headline and not any(form.cleaned_data.get("caption") for form in self.kept()):
            raise ValidationError(_("Photo news without a headline needs a caption: readers must read something."))


class FigureInline(AutocompleteMixin, admin.StackedInline):
    model = Figure
    form = FigureForm
    formset = FigureFormSet
    extra = 0
    autocomplete_fields = ("photo",)
    fields = (("position", "medium"), "upload", "caption", ("credit", "alt"), ("photo", "file"))
    verbose_name_plural = _("Pictures and captions")


class BylineInline(AutocompleteMixin, admin.TabularInline):
    model = Byline
    form = OrderedForm
    formset = RowsFormSet
    extra = 1
    autocomplete_fields = ("contributor",)
    fields = ("position", "role", "contributor")
    verbose_name_plural = _("Bylines, in printed order")


class LocalityTagInline(AutocompleteMixin, admin.TabularInline):
    model = LocalityTag
    form = OrderedForm
    formset = RowsFormSet
    extra = 1
    autocomplete_fields = ("tag",)
    fields = ("position", "tag", "relation")


class CampaignTagInline(AutocompleteMixin, admin.TabularInline):
    model = CampaignTag
    formset = RowsFormSet
    extra = 1
    autocomplete_fields = ("tag",)


class PlacementForm(forms.ModelForm):
    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("outlet")) != bool(cleaned.get("day")) and not self.errors:
            raise ValidationError(_("A placement elsewhere needs both the outlet and the day."))
        return cleaned


class PlacementFormSet(RowsFormSet):
    """The rows' constraints have conditions, which formsets do not compare between rows."""

    def clean(self):
        super().clean()
        places = [tuple(form.cleaned_data.get(name) for name in ("page", "outlet", "day")) for form in self.kept()]
        if len(places) != len(set(places)):
            raise ValidationError(_("This stands here twice; please delete one of the two rows."))


class PlacementInline(AutocompleteMixin, admin.StackedInline):
    model = Placement
    form = PlacementForm
    formset = PlacementFormSet
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    extra = 0
    autocomplete_fields = ("page", "outlet")
    fields = (("page", "position", "section"), ("outlet", "day", "day_inferred"), ("headline", "link"))
    verbose_name_plural = _("Where it ran in print or elsewhere")


class FlagInline(admin.TabularInline):
    """Shown, not edited: clearing flags comes with proofing."""

    model = Flag
    extra = 0
    fields = readonly_fields = ("severity", "detail", "excerpt")
    verbose_name_plural = _("Proofing flags")

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
