"""What the list of pieces shows of a piece, loaded for many at once."""

from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Prefetch
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article, Flag, LocalityTag
from articles.vocabulary import Kind, Severity, State


def standing(article, released_number):
    """The piece's state, and whether the desk has a newer text than the one released."""
    label = State(article.state).label
    if released_number and released_number != article.version_number and article.state != State.WITHDRAWN:
        return _("%(state)s, with unpublished changes") % {"state": label}
    return label


def rows_of(ids):
    """The pieces of those ids, newest first, with what the list's columns show and without their texts."""
    places = LocalityTag.objects.select_related("tag").only("content_object_id", "tag__name")
    rows = Article.objects.filter(pk__in=ids).order_by("-pk").with_state().defer("body", "summary")
    errors = Flag.objects.filter(article=OuterRef("pk"), severity=Severity.ERROR, cleared_at=None)
    rows = rows.annotate(released_number=F("publication__version__number"), has_errors=Exists(errors))
    rows = rows.select_related("column", "publication")
    return rows.prefetch_related(Prefetch("locality_tags", places))


class Row(NamedTuple):
    """A piece as the list shows it: text that is ready, and the address of its form."""

    pk: int
    url: str
    title: str
    number: str
    kind: str  # and the column, where there is one
    state: str
    has_errors: bool  # of proofing, which nobody has settled
    places: str
    byline: str
    released_at: str
    select: str
    version: int  # what was seen of it; an act on the row may demand that it is still the newest


HEADINGS = (
    gettext_lazy("headline"), gettext_lazy("piece number"), gettext_lazy("kind and column"), gettext_lazy("state"),
    gettext_lazy("localities"), gettext_lazy("published at"),
)  # fmt: skip


def released_at(publication):
    """When a piece was released, by the Beijing clock; of one from print the day is known and no hour."""
    moment = localtime(publication.published_at)
    return f"{moment:%Y-%m-%d}" if publication.from_print else f"{moment:%Y-%m-%d %H:%M}"


def shown(pieces):
    """The Rows of pieces as rows_of() loads them."""
    form = reverse("admin:articles_article_change", args=[0])
    select = _("Select %(number)s")
    kinds, states = dict(Kind.choices), {}
    for piece in pieces:
        key = (piece.state, piece.released_number in (None, piece.version_number))
        if key not in states:
            states[key] = standing(piece, piece.released_number)
        released = getattr(piece, "publication", None)
        yield Row(
            pk=piece.pk,
            url=form.replace("/0/", f"/{piece.pk}/"),
            title=str(piece),
            number=piece.number,
            kind=" · ".join(dict.fromkeys(filter(None, (str(kinds[piece.kind]), piece.column and piece.column.name)))),
            state=states[key],
            has_errors=piece.has_errors,
            places="、".join(tag.tag.name for tag in piece.locality_tags.all()),
            byline=piece.printed_byline,
            released_at=released_at(released) if released else "",
            select=select % {"number": piece.number},
            version=piece.version_number,
        )
