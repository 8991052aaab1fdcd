"""People: accounts of the desk, and those who may be credited. The two are never the same row."""

import re
import unicodedata
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import text
from articles.models.natural import Natural, NaturalManager
from articles.models.slugged import Slugged
from articles.pinyin import sort_key
from articles.vocabulary import UnitGroup

_HAN = "[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·•]"
_BLANK_IN_A_CHINESE_NAME = re.compile(f"(?<={_HAN}) (?={_HAN})")
_INITIALS = re.compile("[a-z]{2,4}")


def clean_name(name):
    """A name as it is kept: 张　三 is 张三, names in Latin letters keep single blanks."""
    return _BLANK_IN_A_CHINESE_NAME.sub("", " ".join(text.clean_line(name).split()))


def name_key(name):
    """What two spellings of one name have in common: cleaned, width and case folded."""
    return clean_name(_folded(name))


def _folded(words):
    return unicodedata.normalize("NFKC", words).casefold()


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


class AffiliationQuerySet(models.QuerySet):
    def current(self, day=None):
        """Those that hold on `day` (default: today, by the Beijing calendar), the latest begun first."""
        day = day or timezone.localdate()
        begun = Q(from_day=None) | Q(from_day__lte=day)
        not_ended = Q(to_day=None) | Q(to_day__gte=day)
        return self.filter(begun, not_ended).order_by(models.F("from_day").desc(nulls_last=True), "-pk")


class ContributorQuerySet(models.QuerySet):
    def unmerged(self):
        """All but the rows that were merged into another."""
        return self.filter(merged_into=None)

    def merged_of(self, uuids):
        """{uuid: uuid of the row that stays}, as text, of those of the uuids that were merged into another."""
        pairs = self.filter(uuid__in=uuids, merged_into__isnull=False).values_list("uuid", "merged_into__uuid")
        return {str(gone): str(stays) for gone, stays in pairs}

    def with_unit(self):
        """Annotate `unit_name`: the unit that each belongs to at present, or None."""
        present = Affiliation.objects.filter(contributor=OuterRef("pk")).current()
        return self.annotate(unit_name=Subquery(present.values("unit__name")[:1]))

    def called(self, words):
        """Those whom the words find, by name, pinyin (zhangsan, zs), note or unit; the name itself first, then its beginnings."""
        folded = _folded(words).split()
        whole = "".join(folded)
        found = self._says(whole) | Q(*map(self._says, folded)) if len(folded) > 1 else self._says(whole)
        rank = Case(When(bare=whole, then=0), When(bare__startswith=whole, then=1), default=2)
        # Rows that were never saved here, a fixture's, may have their blanks yet.
        bare = Replace(Replace("name", Value("\u3000")), Value(" "))
        rows = self.alias(bare=bare, letters=Replace("sort_key", Value(" ")), rank=rank).filter(found)
        return rows.order_by("rank", "sort_key", "pk")

    def _says(self, word):
        """That one word, folded already, stands in what is known of a row."""
        units = Affiliation.objects.filter(contributor=OuterRef("pk"), unit__name__icontains=word)
        found = Q(bare__icontains=word) | Q(note__icontains=word) | Q(Exists(units))
        if not any(map(str.isascii, word)):
            return found
        found |= Q(letters__contains=sort_key(word).replace(" ", ""))
        if _INITIALS.fullmatch(word):
            found |= Q(sort_key__regex="^" + " ".join(f"{letter}[a-z]*" for letter in word) + "$")
        return found


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
    objects = NaturalManager.from_queryset(ContributorQuerySet)()

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
        self.name = clean_name(self.name)
        self.sort_key = sort_key(name_key(self.name))
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("contributor", args=[self.pk])


class Affiliation(models.Model):
    """That a contributor belonged to a unit, with the days where they are known (both included)."""

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="affiliations")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="affiliations", verbose_name=_("unit"))
    from_day = models.DateField(_("from"), null=True, blank=True)
    to_day = models.DateField(_("until"), null=True, blank=True)

    objects = models.Manager.from_queryset(AffiliationQuerySet)()

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
