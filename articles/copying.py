"""复制为新稿: a new draft with the text, the credits and the pictures of another piece, filed as it is."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import classify, flags, merging
from articles.models import Article, HistoryEntry
from articles.versions import save_version
from articles.vocabulary import Act

# What the copy does not share: what names it, what became of the original, and who wrote that.
OWN = {
    "id", "uuid", "number", "address", "listed_title", "version_number", "revision", "released", "created_at", "created_by",
    "trashed_at", "report_reference", "report_paper",
}  # fmt: skip


def copy_of(article, *, by):
    """A new draft like `article`, entered by `by`. Placements, publication and history stay behind; of the flags, what was settled."""
    with transaction.atomic():
        copy = Article.objects.create(created_by=by, created_at=timezone.now(), **_shared(article, OWN))
        for rows, parent in (
            (article.bylines, "article"),
            (article.figures, "article"),
            (article.locality_tags, "content_object"),
            (article.campaign_tags, "content_object"),
            (article.flags.filter(automatic=False, cleared_at=None), "article"),
        ):
            own = {"id", "uuid", parent}
            rows.model.objects.bulk_create(rows.model(**_shared(row, own), **{parent: copy}) for row in rows.all())
        merging.follow(copy)
        note = _("copied from %(number)s") % {"number": article.number}
        HistoryEntry.objects.record(copy, Act.CREATED, by=by, note=note)
        save_version(copy, by=by)
        flags.refresh(copy)
        classify.settle(copy, [], by=by)
    return copy


def _shared(row, own):
    """The values of a row's columns, but those that are its `own`."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in own}
