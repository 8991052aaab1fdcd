"""What came in: newspaper pages read as a whole, and the register of what people send."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.accounts import named_account
from articles.models.natural import Natural
from articles.models.people import Unit
from articles.models.series import Series
from articles.vocabulary import Kind


class PageImport(Natural):
    """整版导入: the text of one newspaper page as it came in, kept character by character, and who confirmed what was made of it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(
        "articles.Outlet", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("newspaper")
    )
    day = models.DateField(_("day of the edition"))
    page_number = models.PositiveSmallIntegerField(_("page number"), null=True, blank=True)
    page_name = models.CharField(_("page name"), max_length=50, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    text = models.TextField(_("text of the page"))
    sha256 = models.CharField(max_length=64, db_index=True, editable=False)  # of the text in UTF-8
    work = models.JSONField(
        null=True, editable=False
    )  # what is typed in its review and not confirmed (page_import/work.py)
    created_at = models.DateTimeField(_("came in at"), default=timezone.now, editable=False)
    created_by = named_account(_("brought by"), editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    confirmed_by = named_account(_("confirmed by"), editable=False)

    natural_fields = ("uuid",)

    class Meta:
        verbose_name = _("page import")
        verbose_name_plural = _("page imports")
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="page_import_page_from_one", condition=Q(page_number=None) | Q(page_number__gte=1)
            ),
            models.UniqueConstraint(name="page_import_once_a_day", fields=("day", "sha256")),
        )

    def __str__(self):
        page = f" 第{self.page_number}版" if self.page_number else ""
        return f"{self.outlet or ''} {self.day:%Y-%m-%d}{page}".strip()


class ImportedPiece(Natural):
    """One piece that was read on a page, and the draft that was made of it.

    The same words on the same day are the same piece, whichever file they came in: reading a page again makes nothing new.
    """

    page_import = models.ForeignKey(PageImport, models.PROTECT, related_name="pieces")
    number = models.PositiveSmallIntegerField()  # on the page, from 1
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    day = models.DateField()  # of the edition
    fingerprint = models.CharField(max_length=64)  # sha256 of the piece's characters, white space left out
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    event_days = models.JSONField(default=list)  # [{"day": "2023-11-19", "words": "11月19日"}] in the order of the text
    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="imported_as")

    natural_fields = ("day", "fingerprint")

    class Meta:
        verbose_name = _("imported piece")
        verbose_name_plural = _("imported pieces")
        ordering = ("page_import", "number")
        constraints = (
            models.UniqueConstraint(name="imported_piece_once_a_day", fields=("day", "fingerprint")),
            models.UniqueConstraint(name="imported_piece_number_once_on_a_page", fields=("page_import", "number")),
        )
        indexes = (models.Index(name="imported_piece_by_its_words", fields=("fingerprint",)),)  # on any day

    def __str__(self):
        return f"{self.page_import} {self.number}"


def submission_path(submission, filename):
    """Where a file that was sent in is kept; never served to the public."""
    return f"submissions/{uuid.uuid4()}{filename[filename.rfind('.') :].lower() if '.' in filename else ''}"


class Submission(models.Model):
    """来稿: something that was sent to the desk, numbered as it came in, until it is made a piece or put aside."""

    number = models.CharField(_("submission number"), max_length=20, unique=True, editable=False)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    sender = models.CharField(_("sender"), max_length=60)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name=_("unit")
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True, help_text=_("Only the desk sees it."))
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    file = models.FileField(_("file"), upload_to=submission_path, blank=True, max_length=200)
    file_name = models.CharField(max_length=200, blank=True, editable=False)  # as the sender called it
    note = models.TextField(_("note"), blank=True)
    byline = models.CharField(
        _("byline"), max_length=300, blank=True, help_text=_("How the sender wants to be named: 通讯员 张三 李四.")
    )
    account = named_account(_("account of the sender"), editable=False)  # who sent it through the site, or nobody
    entry = models.UUIDField(null=True, unique=True, editable=False)  # of the form: the same form sends one, once
    recalled_at = models.DateTimeField(_("taken back at"), null=True, editable=False)
    declined_at = models.DateTimeField(_("declined at"), null=True, editable=False)
    declined_by = named_account(_("declined by"), editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # why it is not used; the sender reads it
    verified_by = named_account(_("verified by"), editable=False)
    verified_at = models.DateTimeField(_("verified at"), null=True, editable=False)
    verification = models.CharField(
        _("how it was verified"),
        max_length=200,
        blank=True,
        help_text=_("With whom and by what means: by telephone with the village office, …"),
    )
    article = models.OneToOneField(
        "articles.Article",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="submission",
        verbose_name=_("piece"),
    )
    created_by = named_account(_("entered by"), editable=False)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ("-received_at", "-pk")
        permissions = (("see_senders", _("May see the telephone numbers of senders")),)
        constraints = (
            models.CheckConstraint(
                name="submission_has_text_or_file", condition=~Q(text="") | ~Q(file="") | ~Q(headline="")
            ),
            models.CheckConstraint(
                name="submission_declined_by_a_person_with_a_reason",
                condition=Q(declined_at=None, declined_by=None)
                | (Q(declined_at__isnull=False, declined_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="submission_taken_back_before_it_is_a_piece",
                condition=Q(recalled_at=None) | Q(article=None, declined_at=None),
            ),
            models.CheckConstraint(
                name="submission_verified_by_a_person",
                condition=Q(verified_at=None, verified_by=None)
                | (Q(verified_at__isnull=False, verified_by__isnull=False) & ~Q(verification="")),
            ),
        )
        indexes = (
            models.Index(name="submission_newest_first", fields=("-received_at", "-id")),
            models.Index(name="submission_of_an_account", fields=("account", "-id")),
        )

    def __str__(self):
        return f"{self.number} {self.headline}".strip()

    def save(self, *args, **kwargs):
        self.number = self.number or submission_number_for(timezone.localdate(self.received_at))
        super().save(*args, **kwargs)


def sent_picture_path(picture, filename):
    """Where a picture that was sent in is kept as it came; never served to the public."""
    return f"submissions/{uuid.uuid4()}{filename[filename.rfind('.') :].lower() if '.' in filename else ''}"


class SentPicture(models.Model):
    """A picture that came with a submission, with its caption."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="pictures")
    position = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(_("picture file"), upload_to=sent_picture_path, max_length=200)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    caption = models.TextField(_("caption"), blank=True)

    class Meta:
        verbose_name = _("picture sent in")
        verbose_name_plural = _("pictures sent in")
        ordering = ("position", "pk")

    def __str__(self):
        return self.caption[:40] or self.file_name


def submission_number_for(day):
    """The next 来稿号 of a day, like L2023-1123-007."""
    return f"L{day:%Y-%m%d}-{Series.objects.take(f'submission {day}'):03}"
