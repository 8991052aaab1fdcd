"""What somebody has typed and not saved: their own private copy, never a version."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Autosave(models.Model):
    """One form as one account was typing it. `form` names it: article-12, article-new-<uuid>, review-12, contribution-<uuid>.

    `fields` are the posted names and values as a list of pairs; `base_revision` is what the form was opened on.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="autosaves", db_index=False)
    form = models.CharField(max_length=60)
    fields = models.JSONField(default=list)
    base_revision = models.PositiveIntegerField(null=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(name="autosave_one_of_a_form", fields=("account", "form")),)
        indexes = (models.Index(name="autosave_oldest_first", fields=("saved_at",)),)

    def __str__(self):
        return self.form
