"""What the form of a piece does beyond saving: 保存并送审, 保存并发布, and what becomes of a signed text that is scheduled."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import conditions, publish, review
from articles.admin.article_form import KEEP, UNDECIDED, Undecided
from articles.models import Comment, HistoryEntry, Publication, ReaderReport, Review
from articles.refusals import MoveRefused
from articles.vocabulary import Act, ReportOutcome, State

IN_REVIEW = (State.REVIEW, State.APPROVED)


def in_review_words(article):
    """Why somebody who signs nothing may not change a piece, and how they may."""
    return _("This piece is in review; only those who sign it may change it now. To change it yourself, take it back from review first (page “Release and history”).")  # fmt: skip


def offered(request, article, editable):
    """What the form says of the review, and which buttons it has: for its template."""
    in_review = bool(article) and article.state in IN_REVIEW
    said = ""
    if in_review and editable:
        said = _("This piece is in review: what you change becomes part of it when you sign (“changed and passed”), and those who signed before sign again.")  # fmt: skip
    elif article and not editable and request.user.has_perm("articles.change_article"):
        said = in_review_words(article)
    return {"said_of_review": said, "offers_submit": editable and not in_review}


def with_review(pieces):
    """Pieces with `in_round`, whether a round of review is open, `discussed`, whether there were any reviews or comments, and
    `reported`, whether a reader's report waits."""
    rounds = Review.objects.filter(article=OuterRef("pk"))
    remarks = Comment.objects.filter(article=OuterRef("pk"))
    reports = ReaderReport.objects.filter(article=OuterRef("pk"), outcome=ReportOutcome.OPEN)
    return pieces.annotate(
        in_round=Exists(rounds.open()), discussed=Exists(rounds) | Exists(remarks), reported=Exists(reports)
    )


def further(request, article):
    """The answer of “Save and submit” and “Save and publish”; a refusal is shown where it can be mended, the save itself stands."""
    acts = (("_submit", _submit, _("Saved, but not submitted. %(reason)s")), ("_publish", _publish, _("Saved, but not published. %(reason)s")))  # fmt: skip
    for button, act, refused in acts:
        if button not in request.POST:
            continue
        try:
            messages.success(request, act(article, request.user))
            for condition in conditions.undescribed(article):  # better now than after three signatures
                messages.warning(request, condition.sentence)
        except MoveRefused as refusal:
            messages.warning(request, refused % {"reason": refusal})
        if request.user.has_perm("articles.change_article"):
            return HttpResponseRedirect(reverse("admin:articles_article_release", args=[article.pk]))
    return None


def _submit(article, account):
    review.submit(article, by=account, version=article.version_number)
    return _("“%(title)s” is submitted for review.") % {"title": article.title}


def _publish(article, account):
    published = publish.publish(article, by=account, version=article.version_number)
    said = {"title": article.title, "address": published.get_absolute_url()}
    return _("“%(title)s” is published at %(address)s") % said


def settle_schedule(article, choice, *, by):
    """After the text of a scheduled piece was changed: let the signed one still go out, or stop it. Raises Undecided."""
    if not choice:
        raise Undecided(UNDECIDED)
    publication = Publication.objects.select_related("version").get(article=article)
    note = _("the text was changed to version %(number)s") % {"number": article.version_number}
    if choice == KEEP:
        HistoryEntry.objects.record(article, Act.CONFIRMED_SCHEDULE, by=by, version=publication.version, note=note)
        return
    try:
        publish.hold(publication, by=by, note=note)
    except MoveRefused as refusal:
        raise Undecided(str(refusal)) from refusal
