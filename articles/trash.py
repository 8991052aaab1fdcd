"""The recycle bin: nothing an editor removes is lost."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import review, versions
from articles.models import Article, HistoryEntry, Publication
from articles.refusals import AlreadyDone, MoveRefused
from articles.review import lock
from articles.vocabulary import Act


def trash(article, *, by):
    """Put a piece into the recycle bin. One that the public may read, or will, is withdrawn first."""
    with transaction.atomic():
        lock(article)
        if review.is_beyond(article, by):
            raise MoveRefused(_("You may change only your own pieces that are not released yet."))
        if Publication.objects.filter(article=article, withdrawn_at=None).exists():
            raise MoveRefused(_("This piece is published or scheduled; withdraw it first."))
        if article.reviews.open().exists():
            raise MoveRefused(_("This piece is in review; take it back from review first."))
        _move(article, Act.TRASHED, by=by, was=True, trashed_at=timezone.now())


def restore(article, *, by):
    """Take a piece out of the recycle bin."""
    if review.is_beyond(article, by):
        raise MoveRefused(_("You may change only your own pieces that are not released yet."))
    _move(article, Act.RESTORED, by=by, was=False, trashed_at=None)


def _move(article, act, *, by, was, trashed_at):
    with transaction.atomic():
        if not Article.objects.filter(pk=article.pk, trashed_at__isnull=was).update(trashed_at=trashed_at):
            raise AlreadyDone(_("This has been done already, or the piece has moved on; load the page again."))
        article.trashed_at = trashed_at
        versions.settle_revision(article)  # a form open on it must not save into the bin
        HistoryEntry.objects.record(article, act, by=by)
