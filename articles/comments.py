"""批注: short remarks on a piece while it is written and reviewed. A resolved one is folded away, never deleted."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import text
from articles.models import Comment, HistoryEntry
from articles.publish import lock
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import Act

LONGEST = {name: Comment._meta.get_field(name).max_length for name in ("text", "excerpt")}


def of(article):
    """(open comments, resolved ones) of a piece, in the order they were made. One query."""
    found = list(article.comments.select_related("by", "resolved_by", "version"))
    return [one for one in found if not one.resolved_at], [one for one in found if one.resolved_at]


def add(article, *, by, words, excerpt=""):
    """Remark something on the newest version; returns the Comment. `excerpt` is the passage it is about, if any.

    Raises AlreadyDone when the same person's same remark waits already: a button that was touched twice.
    """
    _demand(by, "articles.add_comment")
    words, excerpt = text.clean_line(words), text.clean_line(excerpt)
    if not words:
        raise MoveRefused(_("Please write what you want to remark."))
    if len(words) > LONGEST["text"] or len(excerpt) > LONGEST["excerpt"]:
        said = _("A comment has at most %(text)s characters, its passage at most %(excerpt)s.")
        raise MoveRefused(said % LONGEST)
    with transaction.atomic():
        lock(article)
        if not article.version_number:
            raise MoveRefused(_("This piece has no saved version yet."))
        if article.comments.filter(by=by, text=words, excerpt=excerpt, resolved_at=None).exists():
            raise AlreadyDone(_("You have made this comment already."))
        version = article.versions.get(number=article.version_number)
        comment = Comment.objects.create(article=article, version=version, by=by, text=words, excerpt=excerpt)
        HistoryEntry.objects.record(article, Act.COMMENTED, by=by, version=version, note=_line_of(comment))
    return comment


def resolve(comment, *, by):
    """Note that a remark is dealt with. Raises AlreadyDone when somebody did it before."""
    _demand(by, "articles.change_comment")
    changes = {"resolved_at": timezone.now(), "resolved_by": by}
    with transaction.atomic():
        if not Comment.objects.filter(pk=comment.pk, resolved_at=None).update(**changes):
            raise AlreadyDone(_("This comment was resolved already."))
        for name, value in changes.items():
            setattr(comment, name, value)
        HistoryEntry.objects.record(
            comment.article, Act.COMMENT_RESOLVED, by=by, version=comment.version, note=_line_of(comment)
        )


def _line_of(comment):
    """The remark as the history notes it, with its passage."""
    return f"「{comment.excerpt}」{comment.text}" if comment.excerpt else comment.text


def _demand(account, permission):
    if not account.has_perm(permission):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
