"""What hangs on a piece: pictures, credits, places, campaigns, placements."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import URLField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import photos, renditions, text
from articles.admin.rows import KnowingForm, OrderedForm, RowsFormSet, RowsMixin
from articles.admin.uploads import PictureUpload
from articles.bylines import open_credits
from articles.file_signatures import is_as_named
from articles.models import ATTACHMENTS, VIDEOS, Byline, CampaignTag, Figure, LocalityTag, Photo, Placement
from articles.vocabulary import Kind, Medium


class FigureForm(OrderedForm):
    upload = PictureUpload(required=False)
    kept = False  # whether its picture was put into the library although the save was refused
    read = ()  # names of Photo's fields that were filled from the picture's file

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        clause = text.first_clause(self.instance.caption)
        if clause and "alt" in self.fields:
            self.fields["alt"].widget.attrs["placeholder"] = _("For instance: %(clause)s") % {"clause": clause}

    class Meta:
        help_texts = {"medium": _("Of a video clip, the picture of this row is the cover.")}
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 2}),
            "credit": forms.TextInput(attrs={"placeholder": _("As printed: 王立志 摄"), "data-credit": True}),
            "alt": forms.TextInput(
                attrs={"placeholder": _("What the picture shows, for those who cannot see it."), "data-alt": True}
            ),
        }

    def _get_validation_exclusions(self):
        """The photo may be a new one, saved with this row; what the row must have is checked in clean()."""
        return {*super()._get_validation_exclusions(), "photo"}

    @property
    def pictured(self):
        """The address of the picture that the row shows: as saved, as chosen, or as kept from a refused save; or ""."""
        photo = self.fields["photo"].known if "photo" in self.fields else self.instance.photo
        photo = photo or (self.is_bound and getattr(self, "cleaned_data", {}).get("photo"))
        return default_storage.url(renditions.smallest(photo.web, photo.width)) if photo and photo.web else ""

    def keep_upload(self):
        """Put the row's picture into the library though the save is refused: a browser forgets the files that were chosen."""
        self.is_valid()
        cleaned, picture = self.cleaned_data, self.cleaned_data.get("upload")
        if not picture or cleaned.get("medium") == Medium.ATTACHMENT or cleaned.get("DELETE"):
            return None
        photo = self._photo(cleaned)
        photos.attach(photo, picture)
        photo.caption = photo.caption or picture.name.rpartition(".")[0]  # or nobody could find it there
        photo.save()
        self.data[self.add_prefix("photo")] = str(photo.pk)
        for field in self.read:  # the row says what was read of its file; the next save brings no file to read
            self.data[self.add_prefix(field)] = cleaned[field]
        self.fields["photo"].known = photo
        self.kept = True
        return photo

    def clean(self):
        cleaned = super().clean()
        for field in ("credit", "alt"):
            cleaned[field] = text.clean_line(cleaned.get(field, ""))
        cleaned["caption"] = text.clean_body(cleaned.get("caption", ""))
        if cleaned.get("medium") == Medium.PICTURE:
            self._read_file(cleaned)
            if cleaned.get("file"):
                self.add_error(
                    "file",
                    _(
                        "Choose the medium “video clip” or “attachment” for this file; a picture goes into “picture file”."
                    ),
                )
            if not (cleaned.get("photo") or cleaned.get("upload") or cleaned["caption"] or "upload" in self.errors):
                self.add_error("caption", _("A picture needs a file or at least a caption."))
            if not self.errors:
                cleaned["photo"] = self._photo(cleaned)
        elif not self.errors:
            self._check_file(cleaned)
            if cleaned.get("upload") and not self.errors:
                cleaned["photo"] = self._photo(cleaned)
        return cleaned

    def _read_file(self, cleaned):
        """Caption and credit as the picture's file has them, where nobody wrote any."""
        facts = cleaned["upload"].facts._asdict() if cleaned.get("upload") else {}
        self.read = [field for field in ("caption", "credit") if facts.get(field) and not cleaned.get(field)]
        cleaned |= {field: facts[field] for field in self.read}

    def _check_file(self, cleaned):
        file = cleaned.get("file")
        allowed = VIDEOS if cleaned["medium"] == Medium.VIDEO else ATTACHMENTS
        if not file:
            self.add_error("file", _("Choose the file of the video clip or attachment."))
        elif file.name.rpartition(".")[2].lower() not in allowed:
            said = _("A file of this kind cannot be taken here. Possible are: %(allowed)s")
            self.add_error("file", said % {"allowed": " ".join(allowed)})
        elif "file" in self.changed_data and not is_as_named(file):
            said = _("This file is empty or damaged, or it is no %(kind)s file. Choose another one.")
            self.add_error("file", said % {"kind": file.name.rpartition(".")[2].upper()})
        elif cleaned.get("upload") and cleaned["medium"] == Medium.ATTACHMENT:
            self.add_error("upload", _("An attachment shows no picture; give the picture a row of its own."))

    def _photo(self, cleaned):
        """The chosen photo, or one made for this caption: its file may come now, later or never."""
        photo = cleaned.get("photo")
        if photo is None or (
            cleaned.get("upload") and photo.web
        ):  # a new file is a new photo; other pieces keep theirs
            photo = Photo(caption=cleaned.get("caption", ""), credit=cleaned.get("credit", ""))
        return photo

    def save(self, commit=True):
        photo = self.cleaned_data.get("photo")
        if photo is not None:
            picture = self.cleaned_data.get("upload")
            if picture:
                self.read = list(dict.fromkeys([*self.read, *photos.attach(photo, picture)]))
            if picture or photo.pk is None:
                photo.save()
            self.instance.photo = photo
        if self.cleaned_data.get("file") and "file" in self.changed_data:
            self.instance.sha256 = photos.hash_of(self.cleaned_data["file"])
        return super().save(commit)


class FigureFormSet(RowsFormSet):
    @property
    def said_of_files(self):
        """The sentence that says what was read from the files of pictures, or ""."""
        read = [(form.cleaned_data["upload"].name, photos.words_of(form.read)) for form in self.kept() if form.read]
        each = gettext("%(name)s (%(fields)s)")
        named = gettext("; ").join(each % {"name": name, "fields": words} for name, words in read)
        return gettext("Read from the files of the pictures: %(files)s") % {"files": named} if named else ""

    def clean(self):
        super().clean()
        if self.instance.kind != Kind.PHOTO:
            return
        if not self.kept():
            raise ValidationError(_("Photo news needs at least one picture or caption; add it here."))
        if not self.instance.headline and not any(form.cleaned_data.get("caption") for form in self.kept()):
            raise ValidationError(_("Photo news without a headline needs a caption: readers must read something."))


class FigureInline(RowsMixin, admin.StackedInline):
    model = Figure
    form = FigureForm
    formset = FigureFormSet
    template = "admin/articles/article/figures.html"
    loads = ("photo",)
    extra = 0
    autocomplete_fields = ("photo",)
    fieldsets = (
        (None, {"fields": ("upload", "caption", "credit", "alt", "alt_in_caption", "position")}),
        (
            _("From the photo library, video clip or attachment"),
            {"classes": ("collapse",), "fields": ("photo", "medium", "file")},
        ),
    )
    verbose_name_plural = _("Pictures and captions")

    def get_fieldsets(self, request, obj=None):
        """Where nothing can be saved there is no file to choose."""
        fieldsets = super().get_fieldsets(request, obj)
        may = request.user.has_perm("articles.change_article") and getattr(obj, "may_be_edited", True)
        if obj is None or not obj.pk or may:
            return fieldsets
        (name, options), *others = fieldsets
        return [(name, {**options, "fields": [field for field in options["fields"] if field != "upload"]}), *others]


class BylineForm(OrderedForm):
    def clean_contributor(self):
        contributor = self.cleaned_data["contributor"]
        return contributor.merged_into or contributor


class BylineFormSet(RowsFormSet):
    """A row waits for each name of the printed line that several contributors bear: one of them is to be chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            credits = [(row.role, row.contributor.name) for row in self.get_queryset()]
            waiting = open_credits(self.instance.printed_byline, credits)
            self.initial_extra = [
                {"role": credit.role, "position": credit.place, "waits_for": credit} for credit in waiting
            ]
            self.extra = max(self.extra, len(waiting))

    def before(self):
        """The (role, name) pairs as they stood when the form was opened."""
        rows = ((form.initial.get("role"), form.fields["contributor"].known) for form in self.initial_forms)
        return tuple((role, contributor.name) for role, contributor in rows if contributor)


class BylineInline(RowsMixin, admin.StackedInline):
    model = Byline
    form = BylineForm
    formset = BylineFormSet
    loads = ("contributor",)
    extra = 1
    autocomplete_fields = ("contributor",)
    fields = ("position", "role", "contributor")
    verbose_name_plural = _("Bylines, in printed order")


class LocalityTagInline(RowsMixin, admin.StackedInline):
    model = LocalityTag
    form = OrderedForm
    loads = ("tag",)
    extra = 1
    autocomplete_fields = ("tag",)
    fields = ("position", "tag", "relation")


class CampaignTagInline(RowsMixin, admin.StackedInline):
    model = CampaignTag
    loads = ("tag",)
    extra = 1
    autocomplete_fields = ("tag",)


class PlacementForm(KnowingForm):
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


class PlacementInline(RowsMixin, admin.StackedInline):
    model = Placement
    form = PlacementForm
    formset = PlacementFormSet
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    loads = ("page__edition__outlet", "outlet")
    extra = 0
    autocomplete_fields = ("page", "outlet")
    fields = ("page", "position", "section", "outlet", "day", "day_inferred", "headline", "link")
    verbose_name_plural = _("Where it ran in print or elsewhere")
