"""审稿单: the record of a piece's reviews on paper, A4: its text, who decided what and when, and the code by which it is checked."""

from typing import NamedTuple

from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import text, versions
from articles.admin.fields import key_of
from articles.admin.versions import article_of, page_of
from articles.ledger import said, who
from articles.models import Review, SignOff
from articles.vocabulary import Origin, Outcome


class Signed(NamedTuple):
    """A line of the sheet: what one person decided."""

    sign_off: SignOff
    by: str  # and for whom
    said: str
    version: int


class Round(NamedTuple):
    number: int
    review: Review
    signed: list[Signed]


@require_safe
def sheet_view(request, pk):
    """The sheet of a piece's last round, or of the one that is asked for; the rounds before it stand on it too."""
    article = article_of(request, pk)
    reviews = list(article.reviews.order_by("pk").select_related("opened_by", "closed_by", "version"))
    asked = key_of(request.GET.get("round", ""))
    asked = asked if asked and asked <= len(reviews) else len(reviews)
    rounds = list(_rounds(reviews[:asked]))
    publication = getattr(article, "publication", None)
    last = rounds[-1] if rounds else None
    version = _version(article, publication, last)
    content = version.story if version else None
    comments = article.comments.select_related("by", "resolved_by", "version").defer("version__content")
    settled = article.flags.filter(cleared_at__isnull=False).select_related("cleared_by").order_by("cleared_at", "pk")
    context = {
        **page_of(request, article, _("Record of review")),
        "rounds": rounds,
        "last": last,
        "others": [number for number in range(1, len(reviews) + 1) if number != asked],
        "released": last and last.review.outcome == Outcome.RELEASED,
        "publication": publication if publication and last and publication.review_id == last.review.pk else None,
        "transcribed": publication and publication.origin == Origin.ARCHIVE and not rounds and publication,
        "version": version,
        "content": content,
        "blocks": text.blocks(content["body"]) if content else (),
        "code": version and versions.check_code(version.sha256),
        "comments": comments,
        "settled": settled,
    }
    return render(request, "admin/articles/article/sheet.html", context)


def _rounds(reviews):
    sign_offs = SignOff.objects.filter(review__in=reviews).select_related("by", "instead_of", "version")
    signed = {}
    for sign_off in sign_offs.defer("version__content"):
        line = Signed(sign_off, who(sign_off), said(sign_off), sign_off.version.number)
        signed.setdefault(sign_off.review_id, []).append(line)
    for number, review in enumerate(reviews, 1):
        yield Round(number, review, signed.get(review.pk, []))


def _version(article, publication, last):
    """The text that the sheet is about: as signed last; of a transcription as released; of a draft the newest."""
    if last:
        number = last.signed[-1].version if last.signed else last.review.version.number
    else:
        number = publication.version.number if publication else article.version_number
    return article.versions.filter(number=number).select_related("created_by").first()


def addresses(wrap):
    """The pages of this module, below those of pieces."""
    return [path("<int:pk>/sheet/", wrap(sheet_view), name="articles_article_sheet")]
