"""Versions: the snapshot taken whenever a save changes what a reader would see.

Shape of a snapshot (schema 1), all text as the reader would see it:
    {"schema": 1, "kind", "kicker", "headline", "subhead", "summary", "body", "byline": printed line, "ai_made": bool,
     "column": {"slug", "name"} or null,
     "credits": [{"contributor": uuid, "name", "role"}],
     "figures": [{"figure": uuid, "medium", "photo": uuid or null, "sha256": of the original file, "web", "width", "height", "file", "crop", "caption", "credit", "alt", "ai_made", "focus": [x, y] in per cent, absent in the middle}],
     "source": {"name", "author", "headline", "url", "day"} or null}
"""

import hashlib
import json
from collections import defaultdict

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from articles import search_index, text
from articles.models import MIDDLE, Article, Byline, Editor, HistoryEntry, Version, Writer
from articles.refusals import StaleSave
from articles.vocabulary import Act, Medium

SCHEMA = 1
LONGEST_LEAD = 200  # characters of the text that a card may show


def snapshot(article):
    """Everything a reader would see of the working copy, as a dict of the shape above."""
    return seen_of(article, article.bylines.select_related("contributor"), article.figures.select_related("photo"))


def seen_of(article, bylines, figures):
    """The snapshot from rows that are at hand, in their order; it asks the database nothing."""
    return {
        "schema": SCHEMA,
        "kind": article.kind,
        "kicker": article.kicker,
        "headline": article.headline,
        "subhead": article.subhead,
        "summary": article.summary,
        "body": article.body,
        "byline": article.printed_byline,
        "ai_made": article.ai_made,
        "column": article.column and {"slug": article.column.slug, "name": article.column.name},
        "credits": [
            {"contributor": str(line.contributor.uuid), "name": line.contributor.name, "role": line.role}
            for line in bylines
        ],
        "figures": [_figure(figure) for figure in figures],
        "source": _source(article),
    }


def _figure(figure):
    photo = figure.photo
    return {
        "figure": str(figure.uuid),
        "medium": figure.medium,
        "photo": photo and str(photo.uuid),
        "sha256": photo.sha256 if photo and figure.medium == Medium.PICTURE else figure.sha256,
        "web": photo.web if photo else "",
        "width": photo.width if photo else 0,
        "height": photo.height if photo else 0,
        "file": figure.file.name or "",
        "crop": figure.crop,
        "caption": figure.caption,
        "credit": figure.credit,
        "alt": figure.alt,
        "ai_made": bool(photo and photo.ai_made),
    } | _focus(photo)


def _focus(photo):
    # Absent in the middle: the snapshots of before there was a focal point stay what they are.
    return {"focus": list(photo.focus)} if photo and photo.focus != (MIDDLE, MIDDLE) else {}


def _source(article):
    if not article.source_name:
        return None
    return {
        "name": article.source_name,
        "author": article.source_author,
        "headline": article.source_headline,
        "url": article.source_url,
        "day": article.source_day and article.source_day.isoformat(),
    }


def canonical(content):
    """The one spelling of a snapshot: the bytes that are stored, hashed and signed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(content):
    """sha256 of canonical text, as 64 hex digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def claim(article_id, base):
    """Begin a save that was made from the piece's revision `base`; raises StaleSave when another save came between.

    Holds the piece until the transaction ends, so that of several simultaneous saves exactly one goes on.
    """
    if not Article.objects.filter(pk=article_id, revision=base).update(revision=base):
        raise _stale()


def _stale():
    return StaleSave(
        _("Somebody saved this piece while you were editing it. Your text is kept below; nothing was overwritten.")
    )


def settle_revision(article):
    """End a save: a form that was opened before it is stale from now on, also when only the filing changed."""
    Article.objects.filter(pk=article.pk).update(revision=F("revision") + 1)
    article.refresh_from_db(fields=["revision"])


def check_code(sha256):
    """校验码: the beginning of a hash, short enough to be read aloud and compared on paper: abcd ef01 2345."""
    return " ".join(sha256[first : first + 4] for first in (0, 4, 8))


def save_version(article, *, by, at=None, act=None, note="", freeze=False):
    """Take a Version of the working copy when what a reader would see has changed; returns it, else None.

    Call it last, when credits and figures are saved too. Raises StaleSave when another save came between.
    The history calls it created or edited, unless the caller says by which `act` it came about. With `freeze` a Version is
    also taken when the same text has other writers by now: what is submitted names them.
    """
    seen = snapshot(article)
    content = canonical(seen)
    digest = hash_of(content)
    with transaction.atomic():
        latest = article.versions.filter(number=article.version_number).first()
        same = latest is not None and latest.sha256 in (digest, hash_of(canonical(_with_copies_of(latest, seen))))
        if same and not freeze:
            return None
        writers = writers_of([article])[article.pk]
        if same and writers == set(latest.writers.values_list("pk", flat=True)):
            return None
        _advance(article)
        version = Version(
            article=article,
            number=article.version_number,
            content=content,
            sha256=digest,
            created_by=by,
            **card_of(article, seen),
        )
        if at:
            version.created_at = at
        version.save()
        Writer.objects.bulk_create(Writer(version=version, editor_id=writer) for writer in writers)
        act = act or (Act.EDITED if latest else Act.CREATED)
        HistoryEntry.objects.record(article, act, by=by, version=version, note=note, at=at)
        search_index.index(article)
    return version


def _with_copies_of(latest, seen):
    """The snapshot naming the copies that the latest version names of the same files: copies made anew are no change of a text."""
    if not any(figure["photo"] for figure in seen["figures"]):
        return seen
    before = {_file(row): row for row in latest.story["figures"]}
    figures = [
        figure | {name: before.get(_file(figure), figure)[name] for name in ("web", "width", "height")}
        for figure in seen["figures"]
    ]
    return {**seen, "figures": figures}


def _file(figure):
    return figure["figure"], figure["photo"], figure["sha256"]


def _advance(article):
    """Give the piece its next version number, unless another save has done so meanwhile."""
    # Not simply one more: loaddata takes a piece back to its fixture's version, and leaves the later ones standing.
    number = article.versions.aggregate(last=Max("number", default=0))["last"] + 1
    title = article.title
    unchanged = Article.objects.filter(pk=article.pk, version_number=article.version_number)
    if not unchanged.update(version_number=number, listed_title=title, revision=F("revision") + 1):
        raise _stale()
    article.version_number, article.listed_title = number, title
    article.refresh_from_db(fields=["revision"])


def card_of(article, seen):
    """The columns of a Version that repeat what a card shows; the piece's listed title must be up to date."""
    pictures = [figure for figure in seen["figures"] if figure["medium"] == Medium.PICTURE]
    first = pictures[0] if pictures else None
    focus_x, focus_y = first.get("focus", (MIDDLE, MIDDLE)) if first else (MIDDLE, MIDDLE)
    return {
        "kind": seen["kind"],
        "kicker": seen["kicker"],
        "title": article.listed_title,
        "lead": seen["summary"] or text.plain(seen["body"]).partition("\n")[0][:LONGEST_LEAD],
        "byline": seen["byline"],
        "characters": text.count_characters(seen["body"])
        or sum(text.count_characters(f["caption"]) for f in seen["figures"]),
        "picture": first["web"] if first else "",
        "picture_width": first["width"] if first else 0,
        "picture_height": first["height"] if first else 0,
        "picture_focus_x": focus_x,
        "picture_focus_y": focus_y,
        "picture_ai_made": bool(first and first["ai_made"]),
        "caption": first["caption"] if first else "",
        "credit": first["credit"] if first else "",
        "alt": first["alt"] if first else "",
    }


def writers_of(articles):
    """{id of the piece: ids of the accounts that may not review it}: credited contributors' and whoever submitted it as their own.

    An account that no contributor is linked to yet counts as whoever is credited under its name: the doubt is the reviewer's.
    """
    found = {article.pk: {article.own_work_of_id} - {None} for article in articles}
    rows = Byline.objects.filter(article__in=found).order_by()
    credits = list(rows.values_list("article", "contributor__account", "contributor__name"))
    names = {name for _article, account, name in credits if account is None}
    of_the_name = defaultdict(set)
    for pk, name in Editor.objects.filter(contributor=None, display_name__in=names).values_list("pk", "display_name"):
        of_the_name[name].add(pk)
    for article, account, name in credits:
        found[article] |= {account} if account else of_the_name[name]
    return found
