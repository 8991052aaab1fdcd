"""What was written and what is public: immutable versions, and the one publication of a piece."""

import json
from functools import lru_cache

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.natural import Natural
from articles.models.pictures import MIDDLE
from articles.vocabulary import Kind, Origin


class Version(Natural):
    """修改记录: an immutable snapshot of everything a reader would see of a piece.

    `content` is canonical JSON as text and `sha256` the hash of exactly those bytes (articles/versions.py writes both).
    The columns below them repeat what a card in a list shows, so that a list never reads bodies.
    """

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("no."))
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("saved at"), default=timezone.now)
    created_by = named_account(_("saved by"))
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, through="articles.Writer", related_name="+")

    kind = models.CharField(max_length=10, choices=Kind)
    kicker = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=200)
    lead = models.TextField(blank=True)
    byline = models.CharField(max_length=300, blank=True)
    characters = models.PositiveIntegerField(default=0)
    picture = models.CharField(max_length=200, blank=True)  # the first picture's copy for readers, as stored
    picture_width = models.PositiveIntegerField(default=0)
    picture_height = models.PositiveIntegerField(default=0)
    picture_focus_x = models.PositiveSmallIntegerField(default=MIDDLE)  # per cent, as Photo.focus
    picture_focus_y = models.PositiveSmallIntegerField(default=MIDDLE)
    picture_ai_made = models.BooleanField(default=False)
    caption = models.TextField(blank=True)
    credit = models.CharField(max_length=100, blank=True)
    alt = models.CharField(max_length=300, blank=True)

    natural_fields = ("article__uuid", "number")

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ("article", "-number")
        constraints = (
            models.UniqueConstraint(name="version_number_once", fields=("article", "number")),
            models.CheckConstraint(name="version_numbers_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="version_has_a_title", condition=~Q(title="")),
        )

    def __str__(self):
        return f"{self.title} v{self.number}"

    @property
    def story(self):
        """The snapshot as a dict; keys as versions.snapshot() writes them."""
        return json.loads(self.content)


class Writer(models.Model):
    """That an account wrote a version: frozen with it, so the account can be closed but not deleted."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="+", db_index=False)
    editor = named_account(null=False)

    class Meta:
        constraints = (models.UniqueConstraint(name="writer_once_of_a_version", fields=("version", "editor")),)

    def __str__(self):
        return str(self.editor)


def public_address(article_id, first_published_at, address):
    """Where the public finds a piece: at the day of its first publication and its number, or a site page at its own."""
    if address:
        return reverse("site_page", args=[address])
    return f"{_address_of_day(timezone.localdate(first_published_at))}{article_id}/"


@lru_cache(maxsize=4096)  # a list of twenty pieces asks for few days, and reverse() costs as much as the rest of a card
def _address_of_day(day):
    """With what the addresses of a day's stories begin."""
    return reverse("day_of_stories", args=[day.year, day.month, day.day])


class Publication(Natural):
    """That a version is, will be or was public. The site renders this version and nothing else.

    first_published_at gives the address and never moves once the piece has been public; published_at may lie
    in the future (scheduled). Of a piece printed elsewhere first (from_print) the day is known and no hour. Whether the public may read it is a condition on time: Article.objects.live().
    """

    article = models.OneToOneField("articles.Article", models.PROTECT, related_name="publication")
    version = models.ForeignKey(Version, models.PROTECT, related_name="publications")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.DESK)
    first_published_at = models.DateTimeField(_("first published at"))
    published_at = models.DateTimeField(_("published at"), db_index=True)
    from_print = models.BooleanField(_("printed elsewhere first"), default=False)
    expires_at = models.DateTimeField(_("public until"), null=True, blank=True)
    held = models.BooleanField(_("held back"), default=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    notice = models.TextField(
        _("notice"), blank=True, help_text=_("What readers see at the address of a withdrawn piece.")
    )
    published_by = named_account(_("published by"), blank=True)
    review = models.ForeignKey(
        "articles.Review", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("review")
    )  # the round whose sign-offs let the version out; an archive piece has none
    withdrawn_by = named_account(_("withdrawn by"), blank=True)
    ordered_by = models.CharField(_("withdrawn by order of"), max_length=100, blank=True)
    compared_at = models.DateTimeField(_("compared with print at"), null=True, blank=True)
    compared_by = named_account(_("compared by"), blank=True)

    address = models.SlugField(max_length=50, blank=True)  # of a site page, as its piece has it

    natural_fields = ("article__uuid",)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        indexes = (
            models.Index(name="publication_ends", fields=("expires_at",), condition=Q(expires_at__isnull=False)),
            models.Index(name="publication_held", fields=("article",), condition=Q(held=True)),
            models.Index(name="publication_withdrawn", fields=("article",), condition=Q(withdrawn_at__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                name="publication_ends_after_it_begins",
                condition=Q(expires_at=None) | Q(expires_at__gt=F("published_at")),
            ),
            models.CheckConstraint(
                name="publication_first_is_not_later", condition=Q(first_published_at__lte=F("published_at"))
            ),
            models.CheckConstraint(
                name="publication_has_a_person_unless_archive",
                condition=Q(published_by__isnull=False) | Q(origin=Origin.ARCHIVE),
            ),
            models.CheckConstraint(
                name="publication_comparison_has_a_person",
                condition=Q(compared_at=None, compared_by=None)
                | Q(compared_at__isnull=False, compared_by__isnull=False),
            ),
        )

    def __str__(self):
        return str(self.article)

    def get_absolute_url(self):
        return public_address(self.article_id, self.first_published_at, self.address)

    @property
    def awaits_comparison(self):
        """Transcribed from print and not yet compared with it: readers are told so."""
        return self.origin == Origin.ARCHIVE and self.compared_at is None
