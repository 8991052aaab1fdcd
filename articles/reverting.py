"""恢复: the working copy is made what an earlier version says, and that is saved as a new version.

The text, the credits, the pictures with their captions, the column and the source come from the snapshot; filing (places, campaigns,
placements) stays as it is. What the snapshot names and is there no more is left out, and a sentence says so.
"""

from datetime import date
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from articles import flags, merging, review, text, versions
from articles.models import MIDDLE, Article, Byline, Column, Contributor, Figure, Photo, Publication, Version
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import Act, Kind, Medium

TEXTS = ("kind", "kicker", "headline", "subhead", "summary", "body", "ai_made")
SOURCE = {"name": "", "author": "", "headline": "", "url": "", "day": None}


class Reverted(NamedTuple):
    """The version that was saved, and a sentence for each thing that could not be brought back as it was."""

    version: Version
    missing: tuple[str, ...]


def revert(article_id, number, *, by, base):
    """Make a piece say again what its version of that number says; `base` is the revision of the piece that the person has seen.

    Raises StaleSave when somebody saved meanwhile, AlreadyDone when the piece says so already, MoveRefused when the account may not.
    """
    with transaction.atomic():
        versions.claim(article_id, base)
        article = Article.objects.get(pk=article_id)
        _demand(article, by)
        seen, missing = article.versions.get(number=number).story, []
        for field in TEXTS:
            setattr(article, field, seen[field])
        article.printed_byline = seen["byline"]
        article.column = _column(seen["column"], missing)
        source = {**SOURCE, **(seen["source"] or {})}
        for field, value in source.items():
            setattr(article, f"source_{field}", date.fromisoformat(value) if field == "day" and value else value)
        _restore_figures(article, seen["figures"], missing)
        article.save()
        _restore_credits(article, seen["credits"], missing)
        merging.follow(article)
        note = _("to version %(number)s") % {"number": number}
        saved = versions.save_version(article, by=by, act=Act.REVERTED, note="\n".join([note, *missing]))
        if saved is None:
            raise AlreadyDone(_("The piece says this already; nothing had to be taken back."))
        if article.kind != Kind.PAGE:
            flags.refresh(article)
    return Reverted(saved, tuple(missing))


def _demand(article, by):
    if not by.has_perm("articles.change_article"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    if article.trashed_at:
        raise MoveRefused(_("This piece is in the recycle bin; restore it first."))
    if Publication.objects.filter(article=article, withdrawn_at__isnull=False).exists():
        raise MoveRefused(_("This piece was withdrawn for good; enter a new one instead."))
    if not review.may_edit(article, by):
        raise MoveRefused(_("This piece is in review; take it back from review before you change it."))


def _column(seen, missing):
    if seen is None:
        return None
    column = Column.objects.filter(slug=seen["slug"]).first()
    if column is None:
        missing.append(_("The column “%(name)s” is there no more; the piece runs under none.") % seen)
    elif column.name != seen["name"]:
        missing.append(_("The column “%(old)s” is called “%(new)s” now.") % {"old": seen["name"], "new": column.name})
    return column


def _restore_credits(article, credits, missing):
    known = {
        str(row.uuid): row
        for row in Contributor.objects.filter(uuid__in=[credit["contributor"] for credit in credits]).select_related(
            "merged_into"
        )
    }
    rows = {}  # each once: two that were merged are one
    for credit in credits:
        row = known.get(credit["contributor"])
        if row is None:
            missing.append(_("“%(name)s” is among the contributors no more and is not credited.") % credit)
            continue
        stays = row.merged_into or row
        if stays.name != credit["name"]:
            said = _("“%(old)s” is “%(new)s” among the contributors now.")
            missing.append(said % {"old": credit["name"], "new": stays.name})
        rows[credit["role"], stays.pk] = stays
    article.bylines.all().delete()
    Byline.objects.bulk_create(
        Byline(article=article, position=position, role=role, contributor=contributor)
        for position, ((role, _pk), contributor) in enumerate(rows.items(), 1)
    )


def _restore_figures(article, seen, missing):
    """Figures by their UUID, those that were deleted since made anew; the marks in the text follow what is left."""
    standing = {str(figure.uuid): figure for figure in article.figures.all()}
    photos = {
        str(photo.uuid): photo
        for photo in Photo.objects.filter(uuid__in=[row["photo"] for row in seen if row["photo"]])
    }
    kept = []
    for number, row in enumerate(seen, 1):
        photo = photos.get(row["photo"])
        if not _is_there(row, photo):
            said = _("Figure %(n)d is left out, for its file is there no more: %(caption)s")
            missing.append(said % {"n": number, "caption": row["caption"]})
            continue
        if photo and not _looks_the_same(photo, row):
            said = _("The picture of figure %(n)d was changed in the library since; it is shown as it is now.")
            missing.append(said % {"n": number})
        figure = standing.get(row["figure"]) or Figure(uuid=row["figure"], article=article)
        figure.medium, figure.photo, figure.file = row["medium"], photo, row["file"]
        figure.sha256 = (
            "" if row["medium"] == Medium.PICTURE else row["sha256"]
        )  # of its own file; a photo has its own hash
        for field in ("crop", "caption", "credit", "alt"):
            setattr(figure, field, row[field])
        kept.append(figure)
    article.figures.exclude(uuid__in=[figure.uuid for figure in kept]).delete()
    for position, figure in enumerate(kept, 1):
        figure.position = position
        figure.save()
    before = {row["figure"]: number for number, row in enumerate(seen, 1)}
    after = {str(figure.uuid): figure.position for figure in kept}
    body = text.renumber_figures(article.body, text.new_numbers(before, after))
    article.body = body or article.body  # a text of nothing but marks stays: without any the piece could not be saved


def _looks_the_same(photo, row):
    """Whether a photo shows what a snapshot says of it. Copies that were only made anew (make_renditions) look the same."""
    same_file = photo.web == row["web"] or bool(photo.sha256) and photo.sha256[:12] in row["web"]
    return same_file and photo.ai_made == row["ai_made"] and [*photo.focus] == row.get("focus", [MIDDLE, MIDDLE])


def _is_there(row, photo):
    if row["medium"] == Medium.PICTURE:
        return photo is not None
    return bool(row["file"]) and default_storage.exists(row["file"])
