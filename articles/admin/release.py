"""The page of one piece's release: where it stands, what is missing, what may be done, and its history; and the preview."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import publish, review, trash
from articles.models import Article, Publication
from articles.reading import labels_of
from articles.refusals import MoveRefused
from articles.story import story_from
from articles.versions import snapshot
from articles.vocabulary import State

HISTORY_SHOWN = 100


class MomentForm(forms.Form):
    """A moment by the Beijing clock; the second field may stay empty."""

    at = forms.SplitDateTimeField(label=gettext_lazy("at (Beijing time)"), widget=AdminSplitDateTime)


class UntilForm(forms.Form):
    at = forms.SplitDateTimeField(
        label=gettext_lazy("public until (Beijing time)"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Empty: no end."),
    )


class NoticeForm(forms.Form):
    notice = forms.CharField(
        label=gettext_lazy("notice to readers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )


def publication_of(article):
    """The piece's publication; raises MoveRefused when it was never released."""
    publication = Publication.objects.filter(article=article).first()
    if publication is None:
        raise MoveRefused(_("This piece has not been published."))
    return publication


# What each button does: its words, the form it needs, the states it is offered in, and the act.
ACTS = {
    "publish": (
        gettext_lazy("Publish now"), forms.Form, (State.DRAFT, State.SCHEDULED, State.LIVE, State.EXPIRED),
        lambda article, by, data: publish.publish(article, by=by),
    ),
    "schedule": (
        gettext_lazy("Schedule"), MomentForm, (State.DRAFT, State.SCHEDULED),
        lambda article, by, data: publish.schedule(article, by=by, at=data["at"]),
    ),
    "expire": (
        gettext_lazy("Set the end"), UntilForm, (State.SCHEDULED, State.LIVE, State.EXPIRED),
        lambda article, by, data: publish.expire(publication_of(article), by=by, at=data["at"]),
    ),
    "hold": (
        gettext_lazy("Take offline for now"), forms.Form, (State.SCHEDULED, State.LIVE),
        lambda article, by, data: publish.hold(publication_of(article), by=by),
    ),
    "release": (
        gettext_lazy("Release again"), forms.Form, (State.HELD,),
        lambda article, by, data: publish.release(publication_of(article), by=by),
    ),
    "compare": (
        gettext_lazy("Compared with print: remove the notice"), forms.Form, (State.LIVE,),
        lambda article, by, data: publish.confirm_print(publication_of(article), by=by),
    ),
    "withdraw": (
        gettext_lazy("Withdraw for good"), NoticeForm, (State.SCHEDULED, State.LIVE, State.EXPIRED, State.HELD),
        lambda article, by, data: publish.withdraw(publication_of(article), by=by, notice=data["notice"]),
    ),
    "trash": (
        gettext_lazy("Move to the recycle bin"), forms.Form, (State.DRAFT, State.WITHDRAWN),
        lambda article, by, data: trash.trash(article, by=by),
    ),
    "restore": (
        gettext_lazy("Restore from the recycle bin"), forms.Form, (State.TRASHED,),
        lambda article, by, data: trash.restore(article, by=by),
    ),
}  # fmt: skip


def release_view(request, pk):
    """Shows the piece's standing; a POST does the act that its button names."""
    if not request.user.has_perm("articles.change_article"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.with_state().select_related("publication__version", "column"), pk=pk)
    act = request.POST.get("act") if request.method == "POST" else None
    forms_ = {
        name: form(request.POST if name == act else None, auto_id=f"{name}_%s")
        for name, (_w, form, _s, _a) in ACTS.items()
    }
    if act in ACTS and forms_[act].is_valid():
        try:
            ACTS[act][3](article, request.user, forms_[act].cleaned_data)
            messages.success(request, _("Done: %(act)s") % {"act": ACTS[act][0]})
            return redirect(request.path)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    publication = getattr(article, "publication", None)
    unpublished_text = bool(publication and publication.version.number != article.version_number)
    pointless = set()
    if article.state == State.LIVE and not unpublished_text:
        pointless.add("publish")
    if publication and not publication.awaits_comparison:
        pointless.add("compare")
    offered = [
        (name, words, forms_[name])
        for name, (words, _form, states, _act) in ACTS.items()
        if article.state in states and name not in pointless
    ]
    context = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": _("Release"),
        "article": article,
        "publication": publication,
        "state": State(article.state),
        "unmet": review.unmet(article, by=request.user),
        "offered": offered,
        "history": article.history.select_related("by", "version")[:HISTORY_SHOWN],
        "unpublished_text": unpublished_text,
        "now": timezone.now(),
        "media": MomentForm().media,
    }
    return render(request, "admin/articles/article/release.html", context)


def preview_view(request, pk):
    """The working copy as readers would see it; for the desk alone, and like every page of the admin never cached."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.select_related("column"), pk=pk)
    told = story_from(snapshot(article))
    labels = labels_of(pk, told.contributors)
    context = {
        "story": told,
        "title": article.title,
        "labels": labels,
        "publication": None,
        "printed": None,
        "preview": True,
    }
    return render(request, "articles/story.html", context)
