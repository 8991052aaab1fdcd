"""What the desk itself knows of words: who holds which office, and what is often written wrong here."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Office(models.Model):
    """职务: that a person holds a title, with the days where they are known (both included)."""

    name = models.CharField(_("name of the person"), max_length=60, db_index=True)
    title = models.CharField(_("office title"), max_length=60)
    unit = models.CharField(_("unit"), max_length=100, blank=True)
    from_day = models.DateField(_("from"), null=True, blank=True)
    to_day = models.DateField(_("until"), null=True, blank=True)
    order = models.PositiveIntegerField(_("rank"), default=0, help_text=_("Whom to name first: the smaller number."))

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ("order", "pk")
        constraints = (
            models.CheckConstraint(
                name="office_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
                condition=Q(from_day=None) | Q(to_day=None) | Q(to_day__gte=F("from_day")),
            ),
            models.CheckConstraint(name="office_has_a_name_and_a_title", condition=~Q(name="") & ~Q(title="")),
        )

    def __str__(self):
        return f"{self.title} {self.name}"


class Term(models.Model):
    """易错词: what is often written wrong at this desk, and how it is right."""

    wrong = models.CharField(_("wrong"), max_length=60, unique=True)
    right = models.CharField(_("right"), max_length=60)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("easily mistaken word")
        verbose_name_plural = _("easily mistaken words")
        ordering = ("wrong",)
        constraints = (
            models.CheckConstraint(
                name="term_wrong_and_right_differ",
                violation_error_message=_("The wrong and the right form are the same."),
                condition=~Q(wrong=F("right")) & ~Q(wrong="") & ~Q(right=""),
            ),
        )

    def __str__(self):
        return f"{self.wrong}（{self.right}）"
