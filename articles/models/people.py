"""People: accounts of the desk, and those who may be credited. The two are never the same row."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models.natural import Natural
from articles.models.slugged import Slugged
from articles.pinyin import sort_key
from articles.vocabulary import UnitGroup


class Editor(AbstractUser):
    """An account of the desk. Chinese names are one field; the admin speaks the account's language."""

    first_name = None
    last_name = None
    display_name = models.CharField(_("name"), max_length=50, help_text=_("Shown in history and in the desk's lists."))
    language = models.CharField(
        _("language of the desk"),
        max_length=10,
        choices=[("zh-hans", "简体中文"), ("en", "English")],
        default="zh-hans",
    )

    default_locality = models.ForeignKey(
        "articles.Locality",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual locality"),
        help_text=_("A new piece begins with it."),
    )
    default_column = models.ForeignKey(
        "articles.Column",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("usual column"),
        help_text=_("A new piece begins with it."),
    )
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)

    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.display_name or self.username

    def get_full_name(self):
        return str(self)

    def get_short_name(self):
        return str(self)


class Unit(Slugged, Natural):
    """单位: who sends and signs. Not a locality: what a town wrote and what is about it differ."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    group = models.CharField(_("group"), max_length=10, choices=UnitGroup, default=UnitGroup.OTHER)
    locality = models.ForeignKey("articles.Locality", models.PROTECT, null=True, blank=True, verbose_name=_("locality"))
    order = models.PositiveIntegerField(_("official order"), default=0)

    natural_fields = ("slug",)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("group", "order", "slug")

    def __str__(self):
        return self.name


class Contributor(Natural):
    """作者: a person or unit who may be credited. Namesakes are separate rows, told apart by unit or note."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60, db_index=True)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    account = models.OneToOneField(
        Editor,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributor",
        verbose_name=_("account"),
        help_text=_("The login of this person, if there is one: whoever wrote a piece may not review it."),
    )
    note = models.CharField(
        _("note"), max_length=100, blank=True, help_text=_("Tells namesakes apart; not shown to readers.")
    )

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )  # a row of the same person: old versions name it, so it stays and leads there

    natural_fields = ("uuid",)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ("sort_key", "pk")
        constraints = (
            models.CheckConstraint(name="contributor_not_merged_into_itself", condition=~Q(merged_into=models.F("pk"))),
        )

    def __str__(self):
        return f"{self.name}（{self.note}）" if self.note else self.name

    def save(self, *args, **kwargs):
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("contributor", args=[self.pk])


class Affiliation(models.Model):
    """That a contributor belonged to a unit, with the days where they are known (both included)."""

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="affiliations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="affiliations", verbose_name=_("unit"))
    from_day = models.DateField(_("from"), null=True, blank=True)
    to_day = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = (
            models.CheckConstraint(
                name="affiliation_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
                condition=Q(from_day=None) | Q(to_day=None) | Q(to_day__gte=models.F("from_day")),
            ),
        )

    def __str__(self):
        return str(self.unit)


class ContactDetails(models.Model):
    """A contributor's private data. A table of its own, so that no list, export or public page can carry it along."""

    contributor = models.OneToOneField(Contributor, models.CASCADE, related_name="contact")
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    id_number = models.CharField(_("ID number"), max_length=30, blank=True)
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("private contact data")
        verbose_name_plural = _("private contact data")

    def __str__(self):
        return str(self.contributor)
