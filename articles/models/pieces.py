"""Pieces: the working copy that editors edit, its credits, its classification and its proofing flags."""

import uuid

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager
from taggit.models import ItemBase

from articles import text
from articles.models.accounts import named_account
from articles.models.campaigns import Campaign
from articles.models.listings import Coverage
from articles.models.natural import Natural, NaturalManager
from articles.models.places import Locality
from articles.models.releases import Publication
from articles.models.reviews import Review, StagesInForce
from articles.models.series import Series
from articles.models.slugged import Slugged
from articles.vocabulary import Genre, Grade, Kind, Outcome, PlaceRelation, Role, Severity, State

LONGEST_TITLE = 40  # characters of a caption that stand for a missing headline


class Column(Slugged, Natural):
    """栏目: the standing head that a piece runs under."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    description = models.TextField(_("description"), blank=True, help_text=_("Shown to readers above the list."))

    natural_fields = ("slug",)

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")
        ordering = ("order", "slug")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("column", args=[self.slug])


class ClosedTags(_TaggableManager):
    """taggit's manager over a closed vocabulary: it takes rows only.

    A name is not a place (城关镇 stands in many counties), and unknown text must never create one.
    """

    def _to_tag_model_instances(self, tags, tag_kwargs):
        if strings := [tag for tag in tags if isinstance(tag, str)]:
            raise TypeError(f"Tags are rows here, not text: {strings!r}")
        return super()._to_tag_model_instances(tags, tag_kwargs)

    def set(self, tags, *, through_defaults=None, **kwargs):
        """Replace the tags by these; taggit compares names, which are not unique here."""
        tags = self._to_tag_model_instances(tags, {})
        self.through.objects.filter(content_object=self.instance).exclude(tag__in=tags).delete()
        self.add(*tags, through_defaults=through_defaults)

    def remove(self, *tags):
        self._remove_prefetched_objects()
        tags = self._to_tag_model_instances(tags, {})
        self.through.objects.filter(content_object=self.instance, tag__in=tags).delete()


class LocalityTag(ItemBase, Natural):
    """That a piece is about a place, or only mentions it."""

    content_object = models.ForeignKey("articles.Article", models.CASCADE, related_name="locality_tags", db_index=False)
    tag = models.ForeignKey(Locality, models.PROTECT, related_name="article_tags", verbose_name=_("locality"))
    relation = models.CharField(_("relation"), max_length=10, choices=PlaceRelation, default=PlaceRelation.ABOUT)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    natural_fields = ("content_object__uuid", "tag__slug")
    natural_key = Natural.natural_key
    objects = NaturalManager()

    class Meta:
        verbose_name = _("locality of the piece")
        verbose_name_plural = _("localities of the piece")
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(name="locality_once_on_a_piece", fields=("content_object", "tag")),)

    def __str__(self):
        return self.tag.trail


class CampaignTag(ItemBase, Natural):
    """That a piece belongs to a campaign."""

    content_object = models.ForeignKey("articles.Article", models.CASCADE, related_name="campaign_tags", db_index=False)
    tag = models.ForeignKey(Campaign, models.PROTECT, related_name="article_tags", verbose_name=_("campaign"))

    natural_fields = ("content_object__uuid", "tag__slug")
    natural_key = Natural.natural_key
    objects = NaturalManager()

    class Meta:
        verbose_name = _("campaign of the piece")
        verbose_name_plural = _("campaigns of the piece")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(name="campaign_once_on_a_piece", fields=("content_object", "tag")),)
        indexes = (models.Index(name="campaign_tag_newest_first", fields=("tag", "-content_object")),)

    def __str__(self):
        return self.tag.name


class ArticleQuerySet(models.QuerySet):
    def live(self, at=None):
        """Pieces the public may read at the moment `at` (default: now). The one definition of public."""
        at = at or timezone.now()
        released = Q(publication__published_at__lte=at, publication__held=False, publication__withdrawn_at=None)
        kept = Q(publication__expires_at=None) | Q(publication__expires_at__gt=at)
        return self.filter(released, kept)

    def live_at(self, field, at=None):
        """A condition for rows of other models: the piece their `field` points to is public at the moment `at`."""
        return Exists(self.live(at).filter(pk=OuterRef(field)))

    def pieces(self):
        """All but the site's own pages, which are no news and stand in no list of it."""
        return self.exclude(kind=Kind.PAGE)

    def kept(self):
        """All but the recycle bin."""
        return self.filter(trashed_at=None)

    def with_state(self, at=None):
        """Annotate `state`, one of vocabulary.State, as it is at the moment `at` (default: now)."""
        at = at or timezone.now()
        return self.annotate(
            state=Case(
                When(trashed_at__isnull=False, then=Value(State.TRASHED)),
                When(publication__isnull=True, then=_before_release("pk")),
                When(publication__withdrawn_at__isnull=False, then=Value(State.WITHDRAWN)),
                When(publication__held=True, then=Value(State.HELD)),
                When(publication__published_at__gt=at, then=Value(State.SCHEDULED)),
                When(publication__expires_at__lte=at, then=Value(State.EXPIRED)),
                default=Value(State.LIVE),
            )
        )

    def in_state(self, state, at=None):
        """Pieces of which with_state() would say `state` at the moment `at` (default: now), by conditions that indexes serve.

        The few (withdrawn, held, scheduled, expired) are found by their own rows; through a join SQLite would go through
        the whole archive for them. What is live is nearly everything, and is asked of each piece.
        """
        at = at or timezone.now()
        if state == State.TRASHED:
            return self.filter(trashed_at__isnull=False)
        if state == State.DRAFT:
            return (
                self.kept().filter(released=False).exclude(Exists(_rounds_that_matter().filter(article=OuterRef("pk"))))
            )
        if state in ROUNDS:
            return self.kept().filter(released=False, pk__in=rounds_in(state).values("article"))
        rows = releases_in(state, at)
        if state == State.LIVE:
            return self.kept().filter(Exists(rows.filter(article=OuterRef("pk"))))
        return self.kept().filter(pk__in=rows.values("article"))

    def within(self, place):
        """Pieces about the place or about anything below it."""
        return self.filter(Exists(Coverage.objects.filter(article=OuterRef("pk"), region=place)))


ROUNDS = (State.REVIEW, State.APPROVED, State.RETURNED, State.UNUSED)  # states that a round of review gives


def rounds_in(state):
    """The rounds of review that put a piece without a publication into a state of ROUNDS."""
    if state in (State.RETURNED, State.UNUSED):
        return Review.objects.newest().filter(outcome=state)
    approved = Review.objects.approved(StagesInForce.objects.current())
    return approved if state == State.APPROVED else Review.objects.open().exclude(pk__in=approved.values("pk"))


def _rounds_that_matter():
    """The rounds that make more of a piece than a draft."""
    return Review.objects.newest().filter(Q(closed_at=None) | Q(outcome__in=(Outcome.RETURNED, Outcome.UNUSED)))


def _before_release(key):
    """The state of a piece without a publication; `key` is the field with its id."""
    rounds = Review.objects.filter(article=OuterRef(key))
    last = Subquery(rounds.order_by("-pk").values("outcome")[:1])
    return Case(
        When(Exists(rounds.approved(StagesInForce.objects.current())), then=Value(State.APPROVED)),
        When(Exists(rounds.open()), then=Value(State.REVIEW)),
        When(Exact(last, Outcome.RETURNED), then=Value(State.RETURNED)),
        When(Exact(last, Outcome.UNUSED), then=Value(State.UNUSED)),
        default=Value(State.DRAFT),
    )


def releases_in(state, at):
    """The publications of the pieces outside the recycle bin that are in a state beyond draft at that moment."""
    if state == State.WITHDRAWN:
        return Publication.objects.filter(withdrawn_at__isnull=False)
    rows = Publication.objects.filter(withdrawn_at=None, held=state == State.HELD)
    if state == State.HELD:
        return rows
    if state == State.SCHEDULED:
        return rows.filter(published_at__gt=at)
    due, ended = rows.filter(published_at__lte=at), Q(expires_at__lte=at)
    return due.filter(ended) if state == State.EXPIRED else due.exclude(ended)


# How each field of text is kept, whoever writes it.
CLEANED = {
    **dict.fromkeys(("kicker", "headline", "subhead", "printed_byline"), text.clean_line),
    **dict.fromkeys(("summary", "body"), text.clean_body),
}


def report_path(article, filename):
    """Where the photo of a signed paper is kept; never served to the public."""
    return f"reports/{uuid.uuid4()}{filename[filename.rfind('.') :].lower() if '.' in filename else ''}"


class Article(Natural):
    """稿件: the working copy of one piece. What the public reads is the version its publication points to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("piece number"), max_length=20, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.STORY)
    genre = models.CharField(_("genre"), max_length=10, choices=Genre, blank=True)
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)

    kicker = models.CharField(
        _("kicker"), max_length=100, blank=True, help_text=_("The line above the headline: often the place.")
    )
    headline = models.CharField(
        _("headline"), max_length=200, blank=True, help_text=_("Only photo news and briefs may do without.")
    )
    subhead = models.CharField(_("subhead"), max_length=200, blank=True, help_text=_("The line below the headline."))
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("Shown in lists. Empty: the beginning of the text.")
    )
    body = models.TextField(
        _("text"),
        blank=True,
        help_text=_(
            "Each line is a paragraph; no blanks at its beginning. Marks: “## ” subhead, “>> ” editor's note, “| ” line that keeps its break, "
            "【图1】 alone on a line places figure 1, **bold**."
        ),
    )
    column = models.ForeignKey(
        Column, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("column")
    )
    printed_byline = models.CharField(
        _("byline as printed"),
        max_length=300,
        blank=True,
        help_text=_("Word for word, brackets included: （本报记者 张三 通讯员 李四）. Readers see this line."),
    )

    source_name = models.CharField(
        _("source"), max_length=100, blank=True, help_text=_("Who published it first, when this is a reprint.")
    )
    source_author = models.CharField(_("original author"), max_length=100, blank=True)
    source_headline = models.CharField(_("original headline"), max_length=200, blank=True)
    source_url = models.URLField(_("original link"), blank=True)
    source_day = models.DateField(_("original day"), null=True, blank=True)
    ai_made = models.BooleanField(
        _("made with AI"), default=False, help_text=_("Readers are told so, as the rules demand.")
    )

    needs_report = models.BooleanField(
        _("to be reported upward first"),
        default=False,
        help_text=_("Then it is released only with the reference of the answer, or a photo of the signed paper."),
    )
    report_reference = models.CharField(_("reference of the answer"), max_length=100, blank=True)
    report_paper = models.FileField(
        _("photo of the signed paper"),
        upload_to=report_path,
        blank=True,
        max_length=200,
        help_text=_("A picture or a PDF; only the desk sees it."),
    )

    address = models.SlugField(
        _("address"),
        max_length=50,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Of a site page: letters, as in /pages/about/. It stays as it is once saved."),
    )

    listed_title = models.CharField(
        _("headline"), max_length=200, blank=True, editable=False
    )  # as the desk's lists show it
    version_number = models.PositiveIntegerField(default=0, editable=False)  # of the newest version
    revision = models.PositiveIntegerField(default=0, editable=False)  # raised by every save, of text or filing
    released = models.BooleanField(
        default=False, editable=False
    )  # whether it has a publication: finds the drafts of a large archive
    created_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    created_by = named_account(_("entered by"), editable=False)
    own_work_of = named_account(_("submitted as own work by"), editable=False)
    trashed_at = models.DateTimeField(null=True, editable=False)

    localities = TaggableManager(through=LocalityTag, manager=ClosedTags, blank=True, verbose_name=_("localities"))
    campaigns = TaggableManager(through=CampaignTag, manager=ClosedTags, blank=True, verbose_name=_("campaigns"))

    natural_fields = ("uuid",)
    objects = NaturalManager.from_queryset(ArticleQuerySet)()

    class Meta:
        verbose_name = _("piece")
        verbose_name_plural = _("pieces")
        ordering = ("-pk",)
        permissions = (
            ("publish_article", _("May publish, schedule and hold pieces")),
            ("withdraw_article", _("May withdraw pieces")),
            ("hold_article", _("May stop scheduled pieces")),
            ("sign_first_review", _("May sign the first review")),
            ("sign_second_review", _("May sign the second review")),
            ("sign_final_review", _("May sign the final review")),
            ("sign_proof", _("May sign proofs")),
            ("edit_others_articles", _("May change pieces that others entered")),
        )
        constraints = (
            models.CheckConstraint(
                name="article_has_a_headline_unless_photo_or_brief",
                condition=~Q(headline="") | Q(kind__in=(Kind.PHOTO, Kind.BRIEF)),
            ),
            models.CheckConstraint(name="article_has_text_unless_photo", condition=~Q(body="") | Q(kind=Kind.PHOTO)),
            models.CheckConstraint(
                name="article_has_an_address_when_a_site_page",
                condition=Q(kind=Kind.PAGE, address__isnull=False) | (~Q(kind=Kind.PAGE) & Q(address=None)),
            ),
        )
        indexes = (  # the few among the many, newest first
            models.Index(name="article_of_a_genre", fields=("genre", "-id")),
            models.Index(name="article_of_a_kind", fields=("kind", "-id")),
            models.Index(name="article_unreleased", fields=("-id",), condition=Q(released=False)),
            models.Index(name="article_trashed", fields=("-id",), condition=Q(trashed_at__isnull=False)),
        )

    def __str__(self):
        return self.listed_title or self.headline or self.number

    def save(self, *args, **kwargs):
        for field, clean in CLEANED.items():
            setattr(self, field, clean(getattr(self, field)))
        self.number = self.number or number_for(timezone.localdate(self.created_at))
        super().save(*args, **kwargs)

    @property
    def title(self):
        """The headline, or what stands for it: the first sentence of the text or of a caption."""
        if self.headline:
            return self.headline
        captions = [figure.caption for figure in self.figures.all()] if self.pk else []
        for passage in (text.plain(self.body), *captions):
            if sentence := text.first_sentence(passage, LONGEST_TITLE):
                return sentence
        return f"（无题 {self.number}）"


class SitePage(Article):
    """关于我们, 联系方式: a piece of Kind.PAGE under the name by which the desk administers it."""

    class Meta:
        proxy = True
        verbose_name = _("site page")
        verbose_name_plural = _("site pages")


def number_for(day):
    """The next 稿号 of a day, like 2023-1123-007. Numbers are never given twice, and a free one may stay free."""
    while True:
        number = f"{day:%Y-%m%d}-{Series.objects.take(f'article {day}'):03}"
        if not Article.objects.filter(number=number).exists():  # a fixture may have brought it
            return number


class Byline(Natural):
    """署名: one ordered credit of a piece."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="bylines", db_index=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    role = models.CharField(_("role"), max_length=30, choices=Role, default=Role.AUTHOR)
    contributor = models.ForeignKey(
        "articles.Contributor", models.PROTECT, related_name="bylines", verbose_name=_("contributor")
    )

    natural_fields = ("article__uuid", "role", "contributor__uuid")

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(name="byline_once_in_a_role", fields=("article", "role", "contributor")),
        )

    def __str__(self):
        return f"{self.get_role_display()} {self.contributor}"


class Flag(Natural):
    """校对标记: something that looks wrong in a piece, until a named person clears it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="flags")
    check_code = models.SlugField(_("check"), max_length=40)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    automatic = models.BooleanField(
        default=False, editable=False
    )  # a check found it, and takes it back when it is mended
    field = models.CharField(max_length=40, blank=True, editable=False)  # of the form: headline, body, figures
    paragraph = models.PositiveIntegerField(null=True, editable=False)  # of the field, from 0
    excerpt = models.TextField(_("passage"), blank=True)
    detail = models.TextField(_("detail"), blank=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    cleared_by = named_account(_("cleared by"), blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    natural_fields = ("uuid",)

    class Meta:
        verbose_name = _("proofing flag")
        verbose_name_plural = _("proofing flags")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                name="flag_cleared_by_a_person",
                condition=Q(cleared_at=None, cleared_by=None) | Q(cleared_at__isnull=False, cleared_by__isnull=False),
            ),
            models.CheckConstraint(
                name="flag_of_an_error_cleared_with_a_reason",
                condition=Q(cleared_at=None) | ~Q(severity=Severity.ERROR) | ~Q(reason=""),
            ),
        )

    def __str__(self):
        return f"{self.check_code}: {self.excerpt[:30]}"
