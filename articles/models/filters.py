"""Filters of the list of pieces that somebody wants again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """The filters and words of one list, under a name, for one account; `query` as it stands in the address."""

    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", db_index=False)
    name = models.CharField(_("name"), max_length=50)
    query = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name",)
        constraints = (models.UniqueConstraint(name="saved_filter_once", fields=("editor", "name")),)

    def __str__(self):
        return self.name
