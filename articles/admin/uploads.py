"""A form field for an uploaded picture: refuses in a sentence what cannot be read as one."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.photos import read_picture
from articles.refusals import UnreadablePicture


class PictureUpload(forms.FileField):
    """Cleans to a photos.Picture, or None."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("picture file"))
        kwargs.setdefault("help_text", _("JPEG, PNG or WebP. May be added later; readers then see the caption alone."))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return read_picture(upload)
        except UnreadablePicture as error:
            raise ValidationError(str(error), code="unreadable") from error
