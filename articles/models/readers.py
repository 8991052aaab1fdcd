"""What readers write to the desk."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.releases import Version
from articles.vocabulary import ReportOutcome


class ReaderReport(models.Model):
    """读者纠错: what a reader says is wrong in a published text, and what the desk made of it.

    `sender` tells whether two reports came from one address, and not from which: a keyed digest of it.
    """

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="reports", verbose_name=_("piece"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))  # public then
    text = models.TextField(_("what is wrong"))
    contact = models.CharField(_("how to reach the reader"), max_length=100, blank=True)
    sender = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)
    outcome = models.CharField(_("outcome"), max_length=20, choices=ReportOutcome, default=ReportOutcome.OPEN)
    note = models.TextField(_("note"), blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)
    settled_by = named_account(_("settled by"), editable=False)

    class Meta:
        verbose_name = _("reader's report")
        verbose_name_plural = _("readers' reports")
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(name="report_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="report_settled_by_a_person",
                condition=Q(outcome=ReportOutcome.OPEN, settled_at=None, settled_by=None)
                | (~Q(outcome=ReportOutcome.OPEN) & Q(settled_at__isnull=False, settled_by__isnull=False)),
            ),
        )
        indexes = (
            models.Index(name="report_newest_first", fields=("-at", "-id")),
            models.Index(name="report_of_a_sender", fields=("sender", "-at")),
            models.Index(name="report_open", fields=("-id",), condition=Q(outcome=ReportOutcome.OPEN)),
        )

    def __str__(self):
        return self.text[:40]
