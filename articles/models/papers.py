"""Print: newspapers and other media, their editions and pages, and where a piece ran."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.natural import Natural
from articles.models.slugged import Slugged
from articles.vocabulary import OutletLevel


class Outlet(Slugged, Natural):
    """媒体: a newspaper, station or site where pieces run. The desk's own paper is one of them."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=OutletLevel, default=OutletLevel.COUNTY)
    order = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("The paper with the lowest number stands first on a day's page.")
    )

    natural_fields = ("slug",)

    class Meta:
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        ordering = ("order", "slug")

    def __str__(self):
        return self.name


class Edition(Natural):
    """报纸: one newspaper of one day. A day that no source states is marked as inferred, with the reason."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="editions", verbose_name=_("newspaper"))
    day = models.DateField(_("day"), db_index=True)
    number = models.CharField(_("issue number"), max_length=20, blank=True)
    inferred = models.BooleanField(_("day is inferred"), default=False)
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Why this day, when it is inferred. Readers see it.")
    )

    natural_fields = ("outlet__slug", "day")

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-day", "outlet")
        constraints = (
            models.UniqueConstraint(
                name="edition_once_a_day",
                violation_error_message=_("This newspaper has an edition of that day already."),
                fields=("outlet", "day"),
            ),
            models.CheckConstraint(
                name="edition_inferred_has_reason",
                violation_error_message=_("Please say why this day, when it is inferred."),
                condition=Q(inferred=False) | ~Q(reason=""),
            ),
        )

    def __str__(self):
        return f"{self.outlet} {self.day:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("edition", args=[self.day.year, self.day.month, self.day.day])


def scan_path(page, filename):
    """Where the picture of a page is kept as uploaded; readers get copies."""
    return f"originals/pages/{uuid.uuid4()}{filename[filename.rfind('.') :].lower() if '.' in filename else ''}"


class Page(Natural):
    """版面: a page of an edition. `number` is its place in the edition and part of its address."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="pages", verbose_name=_("edition"))
    number = models.PositiveSmallIntegerField(_("page number"))
    number_inferred = models.BooleanField(
        _("number is not printed"),
        default=False,
        help_text=_("The number only orders the pages; readers see the page's name instead."),
    )
    name = models.CharField(_("page name"), max_length=50, blank=True)
    responsible_editor = models.CharField(_("responsible editor"), max_length=50, blank=True)
    art_editor = models.CharField(_("art editor"), max_length=50, blank=True)
    proofreader = models.CharField(_("proofreader"), max_length=50, blank=True)
    scan = models.FileField(
        _("picture of the page"),
        upload_to=scan_path,
        blank=True,
        max_length=200,
        help_text=_("Readers see it beside the pieces of the page."),
    )
    scan_web = models.CharField(max_length=200, blank=True, editable=False)  # as Photo.web
    scan_width = models.PositiveIntegerField(default=0, editable=False)
    scan_height = models.PositiveIntegerField(default=0, editable=False)

    natural_fields = ("edition__outlet__slug", "edition__day", "number")

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ("edition", "number")
        constraints = (
            models.UniqueConstraint(
                name="page_once_in_an_edition",
                violation_error_message=_("The edition has a page of that number already."),
                fields=("edition", "number"),
            ),
            models.CheckConstraint(
                name="page_number_from_one",
                violation_error_message=_("Pages are counted from 1."),
                condition=Q(number__gte=1),
            ),
            models.CheckConstraint(
                name="page_scan_has_its_web_copy",
                condition=Q(scan="", scan_web="") | (~Q(scan="") & ~Q(scan_web="")),
            ),
        )

    def __str__(self):
        return f"{self.edition} {self.label}"

    def get_absolute_url(self):
        day = self.edition.day
        return reverse("page", args=[day.year, day.month, day.day, self.number])

    @property
    def label(self):
        """第3版：党建, as a newspaper names its page; 党建版 where no number is printed."""
        if self.number_inferred:
            return f"{self.name}版" if self.name else "版次不详"
        return f"第{self.number}版：{self.name}" if self.name else f"第{self.number}版"


class Placement(Natural):
    """刊发记录: where a piece ran, on a page of an edition kept here or in an outlet elsewhere."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="placements")
    page = models.ForeignKey(
        Page, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name=_("page")
    )
    position = models.PositiveSmallIntegerField(_("order on the page"), default=0)
    section = models.CharField(
        _("banner"), max_length=100, blank=True, help_text=_("The banner over a package of pieces, as printed.")
    )
    area = models.CharField(
        _("place on the picture of the page"),
        max_length=40,
        blank=True,
        help_text=_("left,top,width,height in per cent; readers click there."),
    )
    outlet = models.ForeignKey(Outlet, models.PROTECT, null=True, blank=True, verbose_name=_("other outlet"))
    day = models.DateField(_("day there"), null=True, blank=True)
    day_inferred = models.BooleanField(_("day is inferred"), default=False)
    headline = models.CharField(_("headline there"), max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True)

    natural_fields = ("uuid",)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ("page", "position", "pk")
        constraints = (
            models.CheckConstraint(
                name="placement_is_on_a_page_or_elsewhere",
                violation_error_message=_(
                    "Give either a page of an edition kept here, or another outlet with its day."
                ),
                condition=Q(page__isnull=False, outlet=None, day=None)
                | Q(page=None, outlet__isnull=False, day__isnull=False),
            ),
            models.UniqueConstraint(
                name="placement_once_on_a_page", fields=("article", "page"), condition=Q(page__isnull=False)
            ),
            models.UniqueConstraint(
                name="placement_once_elsewhere", fields=("article", "outlet", "day"), condition=Q(outlet__isnull=False)
            ),
        )

    def __str__(self):
        return str(self.page or f"{self.outlet} {self.day}")
