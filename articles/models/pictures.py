"""Pictures, and their use in pieces."""

import uuid

from django.core.validators import FileExtensionValidator, MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.natural import Natural
from articles.vocabulary import Medium

# What readers may be handed as it is. Nothing a browser would run as a page of this site (html, svg).
VIDEOS = ("mp4", "webm")
ATTACHMENTS = ("pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "txt", "csv", "zip")

MIDDLE = 50  # per cent: where the focal point is until somebody sets it


def original_path(photo, filename):
    """Where the file as uploaded is kept; never served to the public, for it carries the camera's data."""
    return f"originals/{photo.uuid}{filename[filename.rfind('.') :].lower() if '.' in filename else ''}"


def _per_cent(label):
    return models.PositiveSmallIntegerField(label, default=MIDDLE, validators=[MaxValueValidator(100)])


class Photo(Natural):
    """图片: a picture. The file may be missing: an archive holds captions without pictures.

    `web` is the largest of the copies that readers get, made once at upload: upright, without the camera's data. Those made
    beside it are known by its name (articles/renditions.py).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    original = models.FileField(_("file"), upload_to=original_path, blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    web = models.CharField(max_length=200, blank=True, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    caption = models.TextField(_("caption"), blank=True, help_text=_("A use of the picture may have its own."))
    credit = models.CharField(_("credit"), max_length=100, blank=True)
    taken_day = models.DateField(_("taken on"), null=True, blank=True)
    place = models.CharField(_("taken at"), max_length=100, blank=True)
    focus_x = _per_cent(_("focal point from the left"))
    focus_y = _per_cent(_("focal point from the top"))
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    ai_made = models.BooleanField(_("made or altered by AI"), default=False)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    natural_fields = ("uuid",)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="photo_file_has_its_hash_and_web_copy",
                condition=Q(original="", sha256="", web="") | (~Q(original="") & ~Q(sha256="") & ~Q(web="")),
            ),
            models.CheckConstraint(
                name="photo_focus_is_in_the_picture", condition=Q(focus_x__lte=100) & Q(focus_y__lte=100)
            ),
        )

    def __str__(self):
        return self.caption[:40] or str(_("picture %(n)s") % {"n": self.pk or ""})

    @property
    def focus(self):
        """(from the left, from the top) of what a cut must keep, in per cent."""
        return self.focus_x, self.focus_y


def figure_path(figure, filename):
    """Where a video clip or an attachment is kept: readers get it as it is."""
    return f"web/figures/{uuid.uuid4()}{filename[filename.rfind('.') :].lower() if '.' in filename else ''}"


class Figure(Natural):
    """配图: one use of a picture (or a video clip, or an attachment) in a piece, with that use's caption, credit and alt text."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField(_("no."), default=0)
    medium = models.CharField(_("medium"), max_length=10, choices=Medium, default=Medium.PICTURE)
    photo = models.ForeignKey(
        Photo, models.PROTECT, null=True, blank=True, related_name="uses", verbose_name=_("photo")
    )
    file = models.FileField(
        _("video or attachment"),
        upload_to=figure_path,
        blank=True,
        max_length=200,
        validators=[FileExtensionValidator(VIDEOS + ATTACHMENTS)],
    )
    sha256 = models.CharField(max_length=64, blank=True, editable=False)  # of `file`
    crop = models.CharField(
        _("crop"),
        max_length=40,
        blank=True,
        help_text=_("left,top,width,height in per cent; empty: the whole picture."),
    )
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=100, blank=True, help_text=_("As printed: 王立志 摄"))
    alt = models.CharField(
        _("description of the picture"),
        max_length=300,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    alt_in_caption = models.BooleanField(
        _("the caption says what the picture shows"),
        default=False,
        help_text=_("Then no description of its own is needed."),
    )

    natural_fields = ("uuid",)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                name="figure_has_what_its_medium_needs",
                condition=Q(medium=Medium.PICTURE, photo__isnull=False, file="")
                | (~Q(medium=Medium.PICTURE) & ~Q(file="")),
            ),
        )

    def __str__(self):
        return self.caption[:40] or self.get_medium_display()
