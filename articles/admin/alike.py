"""查重: the form of a piece says which pieces of the whole archive say the same, while a text is entered and once when it is first saved."""

from typing import NamedTuple

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import text
from articles.admin.columns import released_at, rows_of, standing
from articles.admin.fields import key_of
from articles.admin.preview import demand_a_writer
from articles.admin.preview import rows_of as rows_of_form
from articles.alike import find_alike
from articles.intake.duplicates import SHORT, is_short
from articles.vocabulary import State

SHOWN = 5  # pieces in the form
NAMED = 3  # pieces that are named after the first save


class Alike(NamedTuple):
    """A piece that says much the same: text that is ready, the address of its form and, when it is live, of its page."""

    title: str
    number: str
    state: str
    day: str
    share: str
    url: str
    page: str


@require_POST
def alike_view(request):
    """An HTML fragment for a posted form, half filled in or not; ?piece= is the id of the piece itself. Nothing is written."""
    demand_a_writer(request)
    captions = (row.get("caption", "") for row in rows_of_form(request.POST, "figures"))
    words = request.POST.get("body", "") if request.POST.get("body", "").strip() else "\n".join(captions)
    short = is_short(text.plain(text.clean_body(words)))
    context = {
        "found": [] if short else _found(words, SHOWN, without=key_of(request.GET.get("piece", ""))),
        "short": short,
        "shortest": SHORT,
    }
    return render(request, "admin/articles/article/alike.html", context)


def warn(request, article):
    """Name the pieces, up to NAMED, that say the same as one that was just entered."""
    words = article.body or "\n".join(figure.caption for figure in article.figures.all())
    if found := _found(words, NAMED, without=article.pk):
        rows = ((one.url, one.title, one.number, one.state, one.share) for one in found)
        pieces = format_html_join("；", '<a href="{}">《{}》</a> {} {} {}', rows)
        said = _("Much the same stands in {pieces}. Make sure that the piece is not entered twice.")
        messages.warning(request, format_html(said, pieces=pieces))


def _found(words, most, *, without):
    """The Alikes of a text, the likest first."""
    shares = dict(find_alike(words, without=without)[:most])
    pieces = {piece.pk: piece for piece in rows_of(list(shares))} if shares else {}
    return [_alike(pieces[pk], share) for pk, share in shares.items() if pk in pieces]


def _alike(piece, share):
    released = getattr(piece, "publication", None)
    return Alike(
        title=str(piece),
        number=piece.number,
        state=standing(piece, piece.released_number),
        day=released_at(released) if released else f"{localtime(piece.created_at):%Y-%m-%d}",
        share=f"{share:.0%}",
        url=reverse("admin:articles_article_change", args=[piece.pk]),
        page=released.get_absolute_url() if piece.state == State.LIVE else "",
    )
