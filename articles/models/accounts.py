"""How rows name the accounts that made or decided them."""

from django.conf import settings
from django.db import models


def named_account(words="", *, null=True, **options):
    """A foreign key to an account, which is closed when somebody leaves but never deleted; nobody looks it up from there."""
    if words:
        options["verbose_name"] = words
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name="+", **options)
