"""What a day's work is planned by: who is on duty, and which subjects somebody is to write."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.campaigns import Campaign
from articles.models.pieces import Column
from articles.vocabulary import Genre, Post, TopicStatus


class Shift(models.Model):
    """值班: who holds a post on a day, and who stands in from when to when."""

    day = models.DateField(_("day"))
    post = models.CharField(_("post"), max_length=10, choices=Post)
    editor = named_account(_("on duty"), null=False)
    stand_in = named_account(_("stand-in"), blank=True)
    stands_in_from = models.DateTimeField(_("stands in from"), null=True, blank=True)
    stands_in_until = models.DateTimeField(_("stands in until"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("duty roster")
        ordering = ("-day", "post")
        constraints = (
            models.UniqueConstraint(name="shift_one_of_a_post_a_day", fields=("day", "post")),
            models.CheckConstraint(
                name="shift_stand_in_with_both_moments",
                condition=Q(stand_in=None, stands_in_from=None, stands_in_until=None)
                | Q(
                    stand_in__isnull=False,
                    stands_in_from__isnull=False,
                    stands_in_until__isnull=False,
                    stands_in_until__gt=F("stands_in_from"),
                ),
            ),
            models.CheckConstraint(
                name="shift_stand_in_is_another", condition=Q(stand_in=None) | ~Q(stand_in=F("editor"))
            ),
        )

    def __str__(self):
        return f"{self.day:%Y-%m-%d} {self.get_post_display()} {self.editor}"


class Topic(models.Model):
    """选题: a subject that somebody is to write, until it is a piece."""

    title = models.CharField(_("subject"), max_length=200)
    owner = named_account(_("assigned to"), blank=True)
    genre = models.CharField(_("genre"), max_length=10, choices=Genre, blank=True)
    planned_day = models.DateField(_("planned for"), null=True, blank=True, db_index=True)
    column = models.ForeignKey(
        Column, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("column")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    status = models.CharField(_("status"), max_length=10, choices=TopicStatus, default=TopicStatus.PROPOSED)
    note = models.TextField(_("note"), blank=True)
    article = models.OneToOneField(
        "articles.Article",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="topic",
        verbose_name=_("piece"),
    )
    created_by = named_account(_("entered by"), editable=False)
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("planned_day", "pk")
        constraints = (models.CheckConstraint(name="topic_has_a_title", condition=~Q(title="")),)

    def __str__(self):
        return self.title
