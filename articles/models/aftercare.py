"""After publication: public notices of correction, and the desk's own record of errors."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.releases import Version
from articles.vocabulary import CorrectionKind, FaultKind, Stage


class Correction(models.Model):
    """更正与说明: a public, dated notice on a published piece, shown at its top. Rows are only ever added."""

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="corrections", verbose_name=_("piece"))
    kind = models.CharField(_("kind"), max_length=20, choices=CorrectionKind, default=CorrectionKind.CORRECTION)
    text = models.TextField(_("text"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))  # public then
    made_at = models.DateTimeField(_("published at"), default=timezone.now)
    made_by = named_account(_("published by"), null=False)

    class Meta:
        verbose_name = _("correction or clarification")
        verbose_name_plural = _("corrections and clarifications")
        ordering = ("-made_at", "-pk")
        constraints = (models.CheckConstraint(name="correction_says_something", condition=~Q(text="")),)
        indexes = (models.Index(name="correction_newest_first", fields=("-made_at", "-id")),)

    def __str__(self):
        return f"{self.get_kind_display()} {self.text[:40]}"


class Fault(models.Model):
    """差错登记: an error found in a published text, with the weight that the rules give it and the stage that missed it."""

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="faults", verbose_name=_("piece"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))
    kind = models.CharField(_("kind"), max_length=20, choices=FaultKind)
    passage = models.CharField(_("passage"), max_length=200, blank=True)
    should_be = models.CharField(_("should be"), max_length=200, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=4, decimal_places=1)
    found_by = models.CharField(_("found by"), max_length=60, help_text=_("A reader, a colleague, a superior office."))
    found_day = models.DateField(_("found on"), default=timezone.localdate)
    missed_at = models.CharField(_("stage that missed it"), max_length=20, choices=Stage, blank=True)
    note = models.TextField(_("note"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    recorded_by = named_account(_("recorded by"), null=False, editable=False)

    class Meta:
        verbose_name = _("error found")
        verbose_name_plural = _("errors found")
        ordering = ("-found_day", "-pk")
        constraints = (
            models.CheckConstraint(
                name="fault_weighs_something", condition=Q(weight__gt=Decimal(0), weight__lte=Decimal(100))
            ),
        )
        indexes = (models.Index(name="fault_newest_first", fields=("-found_day", "-id")),)

    def __str__(self):
        return f"{self.get_kind_display()} {self.passage}"
