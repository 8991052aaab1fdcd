"""Rows that have an address in letters."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.pinyin import slug_of


class Slugged(models.Model):
    """A row with a name and a slug: made from pinyin when it is left empty, always in small letters, never changed later."""

    slug = models.SlugField(
        _("address"),
        max_length=100,
        unique=True,
        blank=True,
        help_text=_("Letters for the address; never changed later. Empty: made from pinyin."),
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self.slug = (self.slug or slug_of(self.name, taken=type(self).objects)).lower()
        super().save(*args, **kwargs)
