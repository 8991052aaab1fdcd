"""The page of one piece's release: where it stands, what is missing, what may be done, and its history."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import publish, review, trash
from articles.models import Article, Publication, SitePage
from articles.refusals import MoveRefused
from articles.vocabulary import Kind, State

HISTORY_SHOWN = 100


class ReleaseForm(forms.Form):
    """What a release is asked with: the version that the person has read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ScheduleForm(ReleaseForm):
    """A moment by the Beijing clock."""

    at = forms.SplitDateTimeField(label=gettext_lazy("at (Beijing time)"), widget=AdminSplitDateTime)


class UntilForm(forms.Form):
    at = forms.SplitDateTimeField(
        label=gettext_lazy("public until (Beijing time)"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Empty: no end."),
    )


class WithdrawForm(forms.Form):
    notice = forms.CharField(
        label=gettext_lazy("notice to readers"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )
    sure = forms.BooleanField(label=gettext_lazy("Yes, withdraw; it cannot be undone"))


def publication_of(article):
    """The piece's publication; raises MoveRefused when it was never released."""
    publication = Publication.objects.filter(article=article).first()
    if publication is None:
        raise MoveRefused(_("This piece has not been published."))
    return publication


class Offer(NamedTuple):
    """A button of the page: its words, the form it asks with, the states and the permission it needs, and what it does."""

    words: str
    form: type
    states: tuple
    permission: str
    act: Callable  # (article, account, cleaned data of the form)


PUBLISH, WITHDRAW, CHANGE = "articles.publish_article", "articles.withdraw_article", "articles.change_article"
OFFERS = {
    "publish": Offer(
        gettext_lazy("Publish now"), ReleaseForm, (State.DRAFT, State.SCHEDULED, State.LIVE, State.EXPIRED), PUBLISH,
        lambda article, by, data: publish.publish(article, by=by, version=data["version"]),
    ),
    "schedule": Offer(
        gettext_lazy("Schedule"), ScheduleForm, (State.DRAFT, State.SCHEDULED), PUBLISH,
        lambda article, by, data: publish.schedule(article, by=by, at=data["at"], version=data["version"]),
    ),
    "unschedule": Offer(
        gettext_lazy("Take out of the schedule"), forms.Form, (State.SCHEDULED,), PUBLISH,
        lambda article, by, data: publish.unschedule(publication_of(article), by=by),
    ),
    "expire": Offer(
        gettext_lazy("Set the end"), UntilForm, (State.SCHEDULED, State.LIVE, State.EXPIRED), PUBLISH,
        lambda article, by, data: publish.expire(publication_of(article), by=by, at=data["at"]),
    ),
    "hold": Offer(
        gettext_lazy("Take offline for now"), forms.Form, (State.SCHEDULED, State.LIVE), PUBLISH,
        lambda article, by, data: publish.hold(publication_of(article), by=by),
    ),
    "release": Offer(
        gettext_lazy("Release again"), forms.Form, (State.HELD,), PUBLISH,
        lambda article, by, data: publish.release(publication_of(article), by=by),
    ),
    "compare": Offer(
        gettext_lazy("Compared with print: remove the notice"), forms.Form, (State.LIVE,), PUBLISH,
        lambda article, by, data: publish.confirm_print(publication_of(article), by=by),
    ),
    "withdraw": Offer(
        gettext_lazy("Withdraw for good"), WithdrawForm, (State.SCHEDULED, State.LIVE, State.EXPIRED, State.HELD), WITHDRAW,
        lambda article, by, data: publish.withdraw(publication_of(article), by=by, notice=data["notice"]),
    ),
    "trash": Offer(
        gettext_lazy("Move to the recycle bin"), forms.Form, (State.DRAFT, State.WITHDRAWN), CHANGE,
        lambda article, by, data: trash.trash(article, by=by),
    ),
    "restore": Offer(
        gettext_lazy("Restore from the recycle bin"), forms.Form, (State.TRASHED,), CHANGE,
        lambda article, by, data: trash.restore(article, by=by),
    ),
}  # fmt: skip


RELEASABLE = tuple(
    state for state in OFFERS["publish"].states if state != State.LIVE
)  # what a form checks the conditions in


def release_view(request, pk):
    """Shows the piece's standing; a POST does the act that its button names."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.with_state().select_related("publication__version"), pk=pk)
    model = SitePage if article.kind == Kind.PAGE else Article
    if model is SitePage and not request.user.has_perm("articles.change_sitepage"):
        raise PermissionDenied
    asked = OFFERS.get(request.POST.get("act")) if request.method == "POST" else None
    forms_ = {
        name: _form(name, offer, article, request.POST if offer is asked else None) for name, offer in OFFERS.items()
    }
    if asked and (form := forms_[request.POST["act"]]).is_valid():
        try:
            asked.act(article, request.user, form.cleaned_data)
            messages.success(request, _("Done: %(act)s") % {"act": asked.words})
            return redirect(request.path)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    publication = getattr(article, "publication", None)
    unpublished_text = bool(publication and publication.version.number != article.version_number)
    context = {
        **admin.site.each_context(request),
        "opts": model._meta,
        "title": _("Release"),
        "article": article,
        "publication": publication,
        "state": State(article.state),
        "unmet": review.unmet(article, by=request.user) if article.state in OFFERS["publish"].states else [],
        "offered": [
            (name, offer.words, forms_[name])
            for name, offer in OFFERS.items()
            if article.state in offer.states
            and request.user.has_perm(offer.permission)
            and not _is_pointless(name, article, publication, unpublished_text)
        ],
        "history": article.history.select_related("by", "version")[:HISTORY_SHOWN],
        "unpublished_text": unpublished_text,
        "media": ScheduleForm().media,
    }
    return render(request, "admin/articles/article/release.html", context)


def _form(name, offer, article, data):
    return offer.form(data, auto_id=f"{name}_%s", initial={"version": article.version_number})


def _is_pointless(name, article, publication, unpublished_text):
    """Whether the act would change nothing: readers see the newest text already, or the comparison with print is done."""
    if name == "publish":
        return article.state == State.LIVE and not unpublished_text
    return name == "compare" and not publication.awaits_comparison
