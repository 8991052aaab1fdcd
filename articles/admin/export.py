"""Lists as CSV, as Excel on Windows reads it: UTF-8 with its mark. Made and sent a batch at a time, however long the list is."""

import csv
import unicodedata
from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from articles.admin.columns import released_at, rows_of, standing
from articles.models import CampaignTag, LocalityTag, Placement, Version
from articles.vocabulary import Genre, Kind, PlaceRelation

BATCH = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what Excel would calculate instead of showing


def csv_response(name, header, batches):
    """A file `name`.csv of a line of headings and the rows of all batches (iterables of rows; a cell is text, a number or None)."""
    response = StreamingHttpResponse(_lines(header, batches, translation.get_language()), "text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return response


def _lines(header, batches, language):
    """Bytes of the file. The rows are made while it is sent, when the request's language no longer holds."""
    writer = csv.writer(_Echo())
    yield "\ufeff".encode() + writer.writerow([_cell(value) for value in header]).encode()
    batches = iter(batches)
    while True:
        with translation.override(language):
            batch = next(batches, None)
            lines = "".join(writer.writerow([_cell(value) for value in row]) for row in batch or ())
        if batch is None:
            return
        yield lines.encode()


class _Echo:
    """What csv writes to: the line is given back."""

    def write(self, line):
        return line


def _cell(value):
    if value is None:
        return ""
    text = str(value)
    begins = unicodedata.normalize("NFKC", text.lstrip()[:1]) or text[:1]  # Excel takes ＝ for =, and skips blanks
    return (
        f"'{text}"
        if isinstance(value, str) and (text + begins).startswith(FORMULA) | begins.startswith(FORMULA)
        else text
    )


def export_view(model_admin, request):
    """The filtered list of pieces, all of it."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    shown = model_admin.get_changelist_instance(request)
    if shown.problems:  # the list says which
        return HttpResponseRedirect(f"../?{request.GET.urlencode()}")
    header = [
        _("piece number"), _("headline"), _("kind"), _("genre"), _("column"), _("state"), _("localities"), _("campaigns"),
        _("byline as printed"), _("characters"), _("published at (Beijing time)"), _("in print"), _("link"),
    ]  # fmt: skip
    batches = (_rows(ids, request.build_absolute_uri("/")) for ids in shown.pieces.batches(BATCH))
    return csv_response(f"{_('Pieces')}-{timezone.localdate():%Y-%m-%d}", header, batches)


def _rows(ids, site):
    """The lines of these pieces; what is filed with them is read by columns, for a batch of model rows takes thrice as long."""
    kinds, genres = dict(Kind.choices), {"": "", **dict(Genre.choices)}
    places = _by_piece(
        LocalityTag.objects.filter(content_object__in=ids).values_list("content_object", "tag__trail", "relation")
    )
    campaigns = _by_piece(CampaignTag.objects.filter(content_object__in=ids).values_list("content_object", "tag__name"))
    placed = Placement.objects.filter(article__in=ids).select_related("page__edition__outlet", "outlet")
    placements = _by_piece((placement.article_id, str(placement)) for placement in placed)
    newest = Version.objects.filter(article=OuterRef("pk"), number=OuterRef("version_number")).order_by()
    pieces = rows_of(ids).prefetch_related(None).annotate(characters=Subquery(newest.values("characters")))
    for piece in pieces:
        released = getattr(piece, "publication", None)
        public = released and not released.withdrawn_at
        yield [
            piece.number,
            str(piece),
            kinds[piece.kind],
            genres[piece.genre],
            piece.column and piece.column.name,
            standing(piece, piece.released_number),
            "；".join(_place(*place) for place in places[piece.pk]),
            "；".join(name for (name,) in campaigns[piece.pk]),
            piece.printed_byline,
            piece.characters,
            released and released_at(released),
            "；".join(place for (place,) in placements[piece.pk]),
            f"{site}{released.get_absolute_url()[1:]}" if public else None,
        ]


def _by_piece(rows):
    """{piece's id: [the rest of each row]}, in their order."""
    found = defaultdict(list)
    for pk, *rest in rows:
        found[pk].append(rest)
    return found


def _place(trail, relation):
    """The whole name, for it is read without the desk beside it; a place only mentioned is marked."""
    return trail if relation == PlaceRelation.ABOUT else f"{trail}（{PlaceRelation(relation).label}）"
