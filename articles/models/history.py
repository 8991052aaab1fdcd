"""The record of every act. Rows are only ever added."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.natural import Natural, NaturalManager
from articles.vocabulary import Act


class HistoryManager(NaturalManager):
    def record(self, article, act, *, by, version=None, note="", at=None):
        """Write down that `by` did `act`; call it in the transaction of the act itself."""
        return self.create(article=article, act=act, by=by, version=version, note=note, at=at or timezone.now())


class HistoryEntry(Natural):
    """操作日志: who did what to which piece, when, on which version. Nobody (by empty) is the import of a fixture."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        "articles.Article", models.PROTECT, null=True, related_name="history", verbose_name=_("piece")
    )
    act = models.CharField(_("act"), max_length=20, choices=Act)
    by = named_account(_("by"))
    at = models.DateTimeField(_("at"))
    version = models.ForeignKey(
        "articles.Version", models.PROTECT, null=True, related_name="+", verbose_name=_("version")
    )
    note = models.TextField(_("note"), blank=True)

    natural_fields = ("uuid",)
    objects = HistoryManager()

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history")
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(name="history_of_a_piece", fields=("article", "-at")),
            models.Index(name="history_newest_first", fields=("-at", "-id")),
        )

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_act_display()}"
