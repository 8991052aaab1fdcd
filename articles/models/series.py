"""Numbers that are given out in order and never twice."""

from django.db import models, transaction
from django.db.models import F


class SeriesManager(models.Manager):
    def take(self, name):
        """The next number of the series, from 1. Two transactions that ask at once wait for each other."""
        with transaction.atomic():
            self.get_or_create(name=name)
            self.filter(name=name).update(last=F("last") + 1)
            return self.get(name=name).last


class Series(models.Model):
    """One row a series; `last` is the number given out last."""

    name = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    objects = SeriesManager()

    def __str__(self):
        return f"{self.name}: {self.last}"
