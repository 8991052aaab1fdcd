"""Campaigns: tags that are objects, with an official wording, aliases, days and targets."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from articles.models.natural import Natural, NaturalManager
from articles.models.slugged import Slugged


class Campaign(Slugged, TagBase, Natural):
    """专题: something the desk reports on over weeks or months, filed under its official wording."""

    name = models.CharField(_("official wording"), max_length=100, unique=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Shown to readers above the list."))

    natural_fields = ("slug",)
    natural_key = Natural.natural_key
    objects = NaturalManager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = (F("first_day").desc(nulls_last=True), "slug")
        constraints = (
            models.CheckConstraint(
                name="campaign_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
            ),
        )

    def get_absolute_url(self):
        return reverse("campaign", args=[self.slug])


class CampaignName(Natural):
    """Another wording of a campaign: 五星, “五星”, 五星支部."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="other_names")
    name = models.CharField(_("name"), max_length=100, db_index=True)

    natural_fields = ("campaign__slug", "name")

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = (models.UniqueConstraint(name="campaign_name_once", fields=("campaign", "name")),)

    def __str__(self):
        return self.name


class CampaignTarget(Natural):
    """How many pieces a campaign expects from one locality."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="targets")
    locality = models.ForeignKey("articles.Locality", models.CASCADE, verbose_name=_("locality"))
    pieces = models.PositiveIntegerField(_("pieces expected"))

    natural_fields = ("campaign__slug", "locality__slug")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = (models.UniqueConstraint(name="campaign_target_once", fields=("campaign", "locality")),)

    def __str__(self):
        return f"{self.locality}: {self.pieces}"
