"""The page of one piece's release: where it stands, what is missing, what may be done, what readers could read, and its history."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import conditions, corrections, public_texts, publish, reader_reports, review, rota, trash
from articles.admin.fields import without_limit
from articles.admin.review_beside import duty_today, rounds_of, steps_of
from articles.models import Article, Publication, SitePage
from articles.refusals import MoveRefused
from articles.vocabulary import CorrectionKind, Kind, Outcome, State

HISTORY_SHOWN = 100
FAULTS_SHOWN = 50


class ReleaseForm(forms.Form):
    """What a release is asked with: the version that the person has read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    planned = forms.CharField(widget=forms.HiddenInput, required=False)  # the moment of release that the person saw

    def clean_planned(self):
        if self.add_prefix("planned") not in self.data:
            return publish.UNSEEN
        return parse_datetime(self.cleaned_data["planned"]) if self.cleaned_data["planned"] else None


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
        help_text=gettext_lazy(
            "Shown at the address of the piece. Empty: only that it was withdrawn. Its pictures and videos leave every page, but"
            " whoever knows the address of a file can still load it: ask who runs the server to remove the files."
        ),
    )
    ordered_by = forms.CharField(
        label=gettext_lazy("ordered by"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "vLargeTextField"}),
        help_text=gettext_lazy("Who decided it and how, for the record; readers do not see it."),
    )
    sure = forms.BooleanField(label=gettext_lazy("Yes, withdraw; it cannot be undone"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_limit(self.fields)


class CorrectionForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=CorrectionKind)
    text = forms.CharField(
        label=gettext_lazy("text"),
        max_length=corrections.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Stands at the top of the story with day and hour, and on the page of all corrections. It cannot be changed afterwards."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_limit(self.fields)


def publication_of(article):
    """The piece's publication; raises MoveRefused when it was never released."""
    publication = Publication.objects.filter(article=article).first()
    if publication is None:
        raise MoveRefused(_("This piece has not been published."))
    return publication


class Standing(NamedTuple):
    """What decides about the buttons of a page."""

    article: Article  # with its state
    publication: Publication | None
    course: review.Course

    @property
    def state(self):
        return self.article.state

    @property
    def has_new_text(self):
        """Whether the newest text is another than the one that was let out; of a piece without a release too."""
        return self.publication is None or self.publication.version.number != self.article.version_number

    @property
    def ready(self):
        """Whether the signatures are there that let the newest text out."""
        return self.course.complete or not self.has_new_text

    @property
    def was_public(self):
        return self.publication is not None and not publish.was_never_public(self.publication)


# Who may do what: the verbs themselves demand it, these say whose page has the button.


def _publishes(account):
    return rota.may_publish(account)


def _stops(account):
    return account.has_perm("articles.hold_article") or _takes_offline(account)


def _takes_offline(account):
    return rota.may_publish(account) or rota.is_on_duty(account)


def _withdraws(account):
    return account.has_perm("articles.withdraw_article")


def _corrects(account):
    return account.has_perm("articles.add_correction")


def _edits(account):
    return account.has_perm("articles.change_article")


# When an act would change something.


def _can_go_out(piece):
    if piece.state in (State.LIVE, State.HELD):
        return piece.has_new_text and piece.ready
    return piece.state in (State.APPROVED, State.SCHEDULED, State.EXPIRED) and piece.ready


def _can_be_scheduled(piece):
    return _can_go_out(piece) and not piece.was_public


def _can_be_corrected(piece):
    return piece.state != State.TRASHED and corrections.may_be_corrected(piece.article, piece.publication)


def _awaits_comparison(piece):
    return piece.state == State.LIVE and piece.publication.awaits_comparison


def _in(*states):
    return lambda piece: piece.state in states


class Offer(NamedTuple):
    """A button of the page: its words, the form it asks with, whose it is and when, and what it does."""

    words: str
    form: type
    may: Callable  # account -> bool
    can: Callable  # Standing -> bool
    act: Callable  # (article, account, cleaned data of the form)


OFFERS = {
    "publish": Offer(
        gettext_lazy("Publish now"), ReleaseForm, _publishes, _can_go_out,
        lambda article, by, data: publish.publish(article, by=by, version=data["version"], planned=data["planned"]),
    ),
    "schedule": Offer(
        gettext_lazy("Schedule"), ScheduleForm, _publishes, _can_be_scheduled,
        lambda article, by, data: publish.schedule(
            article, by=by, at=data["at"], version=data["version"], planned=data["planned"]
        ),
    ),
    "unschedule": Offer(
        gettext_lazy("Take out of the schedule"), forms.Form, _publishes, _in(State.SCHEDULED),
        lambda article, by, data: publish.unschedule(publication_of(article), by=by),
    ),
    "stop": Offer(
        gettext_lazy("Stop the release"), forms.Form, _stops, _in(State.SCHEDULED),
        lambda article, by, data: publish.hold(publication_of(article), by=by),
    ),
    "hold": Offer(
        gettext_lazy("Take offline for now"), forms.Form, _takes_offline, _in(State.LIVE),
        lambda article, by, data: publish.hold(publication_of(article), by=by),
    ),
    "release": Offer(
        gettext_lazy("Release again"), forms.Form, _publishes, _in(State.HELD),
        lambda article, by, data: publish.release(publication_of(article), by=by),
    ),
    "compare": Offer(
        gettext_lazy("Compared with print: remove the notice"), forms.Form, _publishes, _awaits_comparison,
        lambda article, by, data: publish.confirm_print(publication_of(article), by=by),
    ),
    "expire": Offer(
        gettext_lazy("Set the end"), UntilForm, _publishes, _in(State.SCHEDULED, State.LIVE, State.EXPIRED),
        lambda article, by, data: publish.expire(publication_of(article), by=by, at=data["at"]),
    ),
    "correct": Offer(
        gettext_lazy("Publish the notice"), CorrectionForm, _corrects, _can_be_corrected,
        lambda article, by, data: corrections.correct(article, by=by, kind=data["kind"], text=data["text"]),
    ),
    "withdraw": Offer(
        gettext_lazy("Withdraw for good"), WithdrawForm, _withdraws, _in(State.SCHEDULED, State.LIVE, State.EXPIRED, State.HELD),
        lambda article, by, data: publish.withdraw(
            publication_of(article), by=by, notice=data["notice"], ordered_by=data["ordered_by"]
        ),
    ),
    "trash": Offer(
        gettext_lazy("Move to the recycle bin"), forms.Form, _edits,
        _in(State.DRAFT, State.RETURNED, State.UNUSED, State.WITHDRAWN),
        lambda article, by, data: trash.trash(article, by=by),
    ),
    "restore": Offer(
        gettext_lazy("Restore from the recycle bin"), forms.Form, _edits, _in(State.TRASHED),
        lambda article, by, data: trash.restore(article, by=by),
    ),
}  # fmt: skip
HEADED = {
    "correct": gettext_lazy("Correction or clarification"),
    "expire": gettext_lazy("End of publication"),
    "withdraw": gettext_lazy("Withdrawal"),
}

# What a form checks the conditions of release in.
RELEASABLE = (State.DRAFT, State.REVIEW, State.RETURNED, State.APPROVED, State.SCHEDULED, State.EXPIRED)


def release_view(request, pk):
    """Shows the piece's standing; a POST does the act that its button names."""
    if not request.user.has_perm("articles.change_article"):
        raise PermissionDenied
    pieces = Article.objects.with_state().select_related("publication__version", "publication__withdrawn_by")
    article = get_object_or_404(pieces.defer("publication__version__content"), pk=pk)
    model = SitePage if article.kind == Kind.PAGE else Article
    if model is SitePage and not request.user.has_perm("articles.change_sitepage"):
        raise PermissionDenied
    if review.is_beyond(article, request.user):
        raise PermissionDenied
    asked = OFFERS.get(request.POST.get("act")) if request.method == "POST" else None
    forms_ = {
        name: _form(name, offer, article, request.POST if offer is asked else None) for name, offer in OFFERS.items()
    }
    if request.method == "POST" and asked is None:
        messages.error(request, _("This page does not know that button; please try again."))
    if asked and (form := forms_[request.POST["act"]]).is_valid():
        try:
            asked.act(article, request.user, form.cleaned_data)
            messages.success(request, _("Done: %(act)s") % {"act": asked.words})
            return redirect(request.path)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    return render(request, "admin/articles/article/release.html", _context(request, article, model, forms_, asked))


def _form(name, offer, article, data):
    publication = getattr(article, "publication", None)
    waits = publication and publish.was_never_public(publication)
    seen = {"version": article.version_number, "planned": publication.published_at.isoformat() if waits else ""}
    return offer.form(data, auto_id=f"{name}_%s", initial=seen)


def _context(request, article, model, forms_, asked):
    account = request.user
    publication = getattr(article, "publication", None)
    piece = Standing(article, publication, review.course_of(article))
    rounds = rounds_of(article)
    texts = public_texts.of(article)
    offered = [
        (name, HEADED.get(name), offer.words, forms_[name])
        for name, offer in OFFERS.items()
        # What was asked for and refused is shown with what was typed, though a moment ago it ceased to be offered.
        if (offer.can(piece) or (offer is asked and offer.form is not forms.Form)) and offer.may(account)
    ]
    checked = article.state in RELEASABLE or (piece.has_new_text and article.state in (State.LIVE, State.HELD))
    against = rounds and rounds[0].review.outcome in (Outcome.RETURNED, Outcome.UNUSED)
    return {
        **admin.site.each_context(request),
        "opts": model._meta,
        "title": _("Release"),
        "article": article,
        "publication": publication,
        "state": State(article.state),
        "unmet": conditions.unmet(article, by=account) if checked else [],
        "offered": offered,
        "course": piece.course,
        "steps": steps_of(piece.course),
        "rounds": rounds,
        "against": rounds[0].sign_offs[-1] if against else None,
        "duty": duty_today(),
        "texts": texts,
        "corrections": article.corrections.select_related("made_by", "version").defer("version__content"),
        "faults": article.faults.select_related("recorded_by")[:FAULTS_SHOWN],
        "may_record_fault": bool(texts) and account.has_perm("articles.add_fault"),
        "history": article.history.select_related("by", "version").defer("version__content")[:HISTORY_SHOWN],
        "waiting_reports": account.has_perm("articles.view_readerreport") and reader_reports.waiting_on(article),
        "unpublished_text": publication is not None and piece.has_new_text,
        "media": ScheduleForm().media,
        "is_nav_sidebar_enabled": False,
    }
