"""The front page as editors arrange it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.natural import Natural, NaturalManager
from articles.models.pieces import Article
from articles.vocabulary import SlotSection


class SlotQuerySet(models.QuerySet):
    def at(self, moment):
        """Slots that stand at this moment: not yet ended, their piece readable by the public."""
        standing = models.Q(ends_at=None) | models.Q(ends_at__gt=moment)
        return self.filter(standing, Article.objects.live_at("article", moment))


class Slot(Natural):
    """首页位置: an editor's ordered place on the front page, with an optional headline of its own and an end."""

    section = models.CharField(_("section"), max_length=10, choices=SlotSection, default=SlotSection.NEWS)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="slots", verbose_name=_("piece"))
    headline = models.CharField(_("own headline"), max_length=200, blank=True, help_text=_("Empty: the piece's own."))
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Beijing time. Empty: until it is taken away.")
    )

    natural_fields = ("section", "article__uuid")
    objects = NaturalManager.from_queryset(SlotQuerySet)()

    class Meta:
        verbose_name = _("front-page slot")
        verbose_name_plural = _("front-page slots")
        ordering = ("section", "order", "pk")
        constraints = (
            models.UniqueConstraint(
                name="slot_once_in_a_section",
                violation_error_message=_("This piece stands in that section already."),
                fields=("section", "article"),
            ),
        )

    def __str__(self):
        return self.headline or str(self.article)
