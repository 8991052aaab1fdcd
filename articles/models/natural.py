"""Natural keys: what a fixture calls a row by, so that it never depends on the numbers of one database."""

from functools import reduce

from django.db import models


class NaturalManager(models.Manager):
    def get_by_natural_key(self, *key):
        return self.get(**dict(zip(self.model.natural_fields, key, strict=True)))


class Natural(models.Model):
    """A model whose `natural_fields` (lookups like `article__uuid`) name one row."""

    natural_fields = ()

    objects = NaturalManager()

    class Meta:
        abstract = True

    def natural_key(self):
        return tuple(reduce(getattr, field.split("__"), self) for field in self.natural_fields)
