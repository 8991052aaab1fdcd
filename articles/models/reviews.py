"""三审三校: rounds of review, the sign-offs on exact versions, what stages a desk asks for, and comments on the way."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.releases import Version
from articles.vocabulary import PROOFS, REVIEWING, REVIEWS, SIGNED, Decision, Outcome, Stage


class StagesManager(models.Manager):
    def current(self):
        """The stages that a text must pass now, in their order."""
        newest = self.first() or self.model()
        return newest.stages


class StagesInForce(models.Model):
    """审校制度: how many reviews and proofs the desk asks for from a moment on. Rows are only ever added; the newest counts.

    Without a row it is three reviews, each of which reads proof too.
    """

    reviews = models.PositiveSmallIntegerField(_("reviews"), default=3, choices=[(n, str(n)) for n in REVIEWS])
    proofs = models.PositiveSmallIntegerField(
        _("proofs of their own"),
        default=0,
        choices=[(n, str(n)) for n in PROOFS],
        help_text=_("0: each review reads proof too. Otherwise the proofs follow the last review."),
    )
    set_at = models.DateTimeField(_("set at"), default=timezone.now)
    set_by = named_account(_("set by"), null=False)

    objects = StagesManager()

    class Meta:
        verbose_name = _("stages of review")
        verbose_name_plural = _("stages of review")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="stages_as_the_desk_knows_them", condition=Q(reviews__in=list(REVIEWS), proofs__in=list(PROOFS))
            ),
        )

    def __str__(self):
        return "、".join(str(stage.label) for stage in self.stages)

    @property
    def stages(self):
        """The stages in their order."""
        return REVIEWS[self.reviews] + PROOFS[self.proofs]


class ReviewQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def newest(self):
        """The last round of each piece."""
        later = Review.objects.filter(article=OuterRef("article"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def approved(self, stages):
        """Open rounds in which every one of the stages is signed on the newest version of the piece."""
        signed = SignOff.objects.signed().filter(
            review=OuterRef("pk"), version__number=OuterRef("article__version_number")
        )
        return self.open().filter(*(Exists(signed.filter(stage=stage)) for stage in stages))


class Review(models.Model):
    """送审: one round of review of a piece, from its submission until it is returned, taken back, put aside or released."""

    article = models.ForeignKey(
        "articles.Article", models.PROTECT, related_name="reviews", db_index=False, verbose_name=_("piece")
    )
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))  # as submitted
    opened_at = models.DateTimeField(_("submitted at"), default=timezone.now)
    opened_by = named_account(_("submitted by"), null=False)
    closed_at = models.DateTimeField(_("ended at"), null=True)
    closed_by = named_account(_("ended by"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)

    objects = models.Manager.from_queryset(ReviewQuerySet)()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(name="review_one_at_a_time", fields=("article",), condition=Q(closed_at=None)),
            models.CheckConstraint(
                name="review_ends_with_an_outcome_and_a_person",
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
            ),
        )
        indexes = (
            models.Index(name="review_of_a_piece", fields=("article", "-id")),
            models.Index(name="review_by_outcome", fields=("outcome", "-article")),
            models.Index(name="review_by_day", fields=("-opened_at",)),
        )

    def __str__(self):
        return f"{self.article} {self.opened_at:%Y-%m-%d %H:%M}"


class SignOffQuerySet(models.QuerySet):
    def signed(self):
        """Those that count for a release."""
        return self.filter(decision__in=SIGNED)

    def of_reviews(self):
        """Those at a review, not at a proof."""
        return self.filter(stage__in=REVIEWING)


class SignOff(models.Model):
    """审签: what one person decided at one stage on one exact text. Rows are only ever added.

    The database refuses the second review of a text by one person in a round, a review by one of its writers, and a hash
    that is not the version's (articles/triggers.py).
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="sign_offs", verbose_name=_("review"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="sign_offs", verbose_name=_("version"))
    sha256 = models.CharField(max_length=64)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    by = named_account(_("by"), null=False)
    instead_of = named_account(_("standing in for"))  # 代审
    opinion = models.TextField(_("opinion of the reviewer"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = models.Manager.from_queryset(SignOffQuerySet)()

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                name="sign_off_once_by_a_person_at_a_stage",
                fields=("review", "version", "stage", "by"),
                condition=Q(decision__in=SIGNED),
            ),
            models.UniqueConstraint(
                name="sign_off_of_reviews_by_different_people",
                fields=("review", "version", "by"),
                condition=Q(decision__in=SIGNED, stage__in=REVIEWING),
            ),
            models.CheckConstraint(
                name="sign_off_against_has_a_reason",
                condition=~Q(decision__in=(Decision.RETURNED, Decision.UNUSED)) | ~Q(opinion=""),
            ),
            models.CheckConstraint(
                name="sign_off_stands_in_for_another",
                condition=Q(instead_of=None) | ~Q(instead_of=models.F("by")),
            ),
        )
        indexes = (models.Index(name="sign_off_by_a_person", fields=("by", "-at")),)

    def __str__(self):
        return f"{self.get_stage_display()} {self.by} {self.get_decision_display()}"


class Comment(models.Model):
    """批注: a short remark on a piece, until somebody resolves it."""

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="comments", verbose_name=_("piece"))
    version = models.ForeignKey(Version, models.PROTECT, related_name="+", verbose_name=_("version"))
    excerpt = models.CharField(_("passage"), max_length=200, blank=True)
    text = models.CharField(_("comment"), max_length=500)
    by = named_account(_("by"), null=False)
    at = models.DateTimeField(_("at"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    resolved_by = named_account(_("resolved by"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="comment_resolved_by_a_person",
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
            ),
            models.CheckConstraint(name="comment_says_something", condition=~Q(text="")),
        )

    def __str__(self):
        return self.text[:40]
