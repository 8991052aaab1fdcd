"""A form field for an uploaded picture: refuses in a sentence what cannot be read as one; and several pictures chosen at once."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import TOTAL_FORM_COUNT
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from articles.photos import read_picture
from articles.refusals import UnreadablePicture
from articles.vocabulary import Medium

# What a browser offers to choose. The endings too: few systems know what sort of file a .heic is.
PICTURES = "image/jpeg,image/png,image/webp,image/avif,image/heic,.jpg,.jpeg,.png,.webp,.avif,.heic,.heif"
SEVERAL = "pictures"  # the field that takes several pictures at once


class PictureUpload(forms.FileField):
    """Cleans to a photos.Picture, or None."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("picture file"))
        kwargs.setdefault(
            "help_text",
            _(
                "JPEG, PNG, WebP, AVIF or HEIC, up to 40 MB. Caption, credit, day and place are read from it where they stay empty."
            ),
        )
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": PICTURES}))
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return read_picture(upload)
        except UnreadablePicture as error:
            raise ValidationError(str(error), code="unreadable") from error


def with_several(data, files, prefix):
    """The posted data and files of a formset, a row added behind its others for each of the pictures chosen at once.

    With a script the browser has made these rows itself, and the field comes empty.
    """
    data, count = data.copy(), f"{prefix}-{TOTAL_FORM_COUNT}"
    total = data.get(count, "")
    chosen = files.getlist(SEVERAL)
    if not chosen or not (total.isascii() and total.isdigit() and len(total) < 6):
        return data, files
    files = MultiValueDict({name: files.getlist(name) for name in files if name != SEVERAL})
    for number, file in enumerate(chosen, int(total)):
        data[f"{prefix}-{number}-medium"] = Medium.PICTURE
        files[f"{prefix}-{number}-upload"] = file
    data[count] = str(int(total) + len(chosen))
    return data, files
