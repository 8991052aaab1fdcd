"""我要投稿, on a phone: what one sends, and how far it has come. Nobody sees anybody else's."""

import re
import uuid
from itertools import zip_longest
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from articles import autosaves, contributions, sent_pictures, submissions, text
from articles.admin.fields import key_of, without_limit
from articles.admin.submissions.enclosed import TOO_MUCH
from articles.admin.submissions.form import TOO_LONG
from articles.admin.submissions.telephone import check_telephone
from articles.intake import documents
from articles.models import SentPicture, Submission
from articles.refusals import MoveRefused, UnreadablePicture
from articles.sent_pictures import MOST_BYTES, MOST_PICTURES, Chosen

LONGEST_CAPTION = 1000  # characters
NUMBER = re.compile(r"[\w-]{1,20}", re.ASCII)
WORDS = ("headline", "text", "byline", "phone")


class ContributionForm(forms.ModelForm):
    class Meta:
        model = Submission
        fields = WORDS
        widgets = {
            "headline": forms.TextInput(attrs={"data-paste": "line", "autocomplete": "off", "enterkeyhint": "next"}),
            "text": forms.Textarea(attrs={"rows": 12, "data-paste": "body"}),
            "byline": forms.TextInput(attrs={"data-paste": "line", "autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_limit(self.fields)
        for field in self.fields.values():
            field.error_messages["max_length"] = TOO_LONG

    def clean_headline(self):
        headline = text.clean_line(self.cleaned_data["headline"])
        if not headline:
            raise ValidationError(_("Please enter a headline."))
        return headline

    def clean_text(self):
        written = text.clean_body(self.cleaned_data["text"])
        if len(written) > submissions.LONGEST_TEXT:
            raise ValidationError(TOO_MUCH % {"characters": len(written)})
        if documents.is_bare_link(written):
            raise ValidationError(documents.BARE_LINK)
        return written

    def clean_byline(self):
        return text.clean_line(self.cleaned_data["byline"])

    def clean_phone(self):
        phone = text.clean_line(self.cleaned_data["phone"])
        check_telephone(phone)
        return phone


class Pictures(NamedTuple):
    """The pictures of a posted form: those that are kept, what to say of the others, and the captions that have no picture."""

    chosen: list
    sentences: list
    captions: list  # nine, of the rows for browsers without a script
    gone: list  # references that lead nowhere any more


# --- the list --------------------------------------------------------------------------------------------


@require_GET
def list_view(request):
    """One's own contributions, newest first, and how far each has come."""
    _demand(request)
    before = key_of(request.GET.get("before", ""))
    rows, older = contributions.page_of(request.user, before)
    standings = contributions.standings(rows)
    context = {"rows": [(row, standings[row.pk]) for row in rows], "older": older, "before": before}
    return render(request, "desk/contribute_list.html", context)


# --- a new one -------------------------------------------------------------------------------------------


def new_view(request, entry=None):
    """The form. Its address to post to names its `entry`, so that what was typed is found again after a login. It answers in JSON where a script asks: {"address"}, or {"errors": {field: [sentence]}, "gone", "entry"}."""
    _demand(request)
    if request.method == "POST":
        return _send(request, entry)
    again = request.GET.get("again", "")
    begins = contributions.begins_with(request.user)
    if again:
        begins |= {name: getattr(_own(request, again), name) for name in WORDS}
    entry, pictures = entry or uuid.uuid4(), Pictures([], [], [""] * MOST_PICTURES, [])
    if "restore" in request.GET:
        begins |= _typed_before_the_login(request, entry, pictures)
    return _form(request, ContributionForm(initial=begins), entry, pictures, again=again)


def _typed_before_the_login(request, entry, pictures):
    """The words of a form that was posted after its login had ended; its kept pictures are put among `pictures`."""
    typed = autosaves.restore(request.user, f"contribution-{entry}")
    if typed is None:
        return {}
    posted = MultiValueDict()
    for name, value in typed.fields:
        posted.appendlist(name, value)
    pictures.chosen.extend(
        chosen for chosen in _kept_in(posted) if sent_pictures.is_kept(request.user, chosen.reference)
    )
    messages.info(request, _("What you typed is still here; please look at it and send it."))
    return {name: posted[name] for name in WORDS if name in posted}


def _send(request, entry):
    entry = _entry_of(request, entry)
    form = ContributionForm(request.POST)
    pictures = _pictures_of(request, entry)
    _check_whole(form, pictures)
    if form.is_valid() and not pictures.sentences:
        words = {name: form.cleaned_data[name] for name in WORDS}
        try:
            sent, made = contributions.send(request.user, entry=entry, words=words, pictures=pictures.chosen)
        except sent_pictures.Missing as missing:
            pictures.sentences.append(_no_longer_kept(str(missing)))
        except MoveRefused as refusal:
            form.add_error(None, str(refusal))
            entry = uuid.uuid4()  # sent once more it is another one
        else:
            return _received(request, sent, made)
    if _wants_json(request):
        errors = {**form.errors.get_json_data(), "pictures": [{"message": said} for said in pictures.sentences]}
        told = {name: [str(each["message"]) for each in found] for name, found in errors.items() if found}
        return JsonResponse({"errors": told, "gone": pictures.gone, "entry": str(entry)}, status=422)
    return _form(request, form, entry, pictures, status=422)


def _check_whole(form, pictures):
    """A text, or a picture: one of the two there must be."""
    form.full_clean()
    if not text.clean_body(form.data.get("text", "")) and not pictures.chosen and not pictures.sentences:
        form.add_error("text", _("There is neither a text nor a picture yet."))


def _received(request, sent, made):
    if made:
        admin.site.get_model_admin(Submission).log_addition(request, sent, _("sent in through the site"))
        said = _("Received, thank you. Its number is %(number)s; below you see how far it has come.")
        messages.success(request, said % {"number": sent.number})
        autosaves.forget(request.user, f"contribution-{sent.entry}")
    address = reverse("desk_contribution", args=[sent.number])
    return JsonResponse({"address": address}) if _wants_json(request) else redirect(address)


def _form(request, form, entry, pictures, *, again="", status=200):
    context = {
        "form": form,
        "entry": entry,
        "pictures": [(chosen, *chosen.reference.split("/")) for chosen in pictures.chosen],
        "sentences": pictures.sentences,
        "captions": list(enumerate(pictures.captions, 1)),
        "again": again,
        "refused": form.is_bound,
        "most": MOST_PICTURES,
        "most_bytes": MOST_BYTES,
        "longest": submissions.LONGEST_TEXT,
    }
    return render(request, "desk/contribute.html", context, status=status)


def _entry_of(request, entry=None):
    """The UUID of a posted form, else that of its address; another where it is none, or somebody else's."""
    try:
        entry = uuid.UUID(request.POST.get("entry", ""))
    except ValueError:
        entry = entry or uuid.uuid4()
    taken = Submission.objects.filter(entry=entry).exclude(account=request.user).exists()
    return uuid.uuid4() if taken else entry


# --- its pictures ----------------------------------------------------------------------------------------


def _pictures_of(request, entry):
    """Keep what came with a form beside what it had before. Nothing readable is lost, whatever else is wrong with the form."""
    posted, found = request.POST, Pictures([], [], [""] * MOST_PICTURES, [])
    for chosen in _kept_in(posted):
        if sent_pictures.is_kept(request.user, chosen.reference):
            found.chosen.append(chosen)
        else:
            found.gone.append(chosen.reference)
            found.sentences.append(_no_longer_kept(chosen.name))
    for number, upload, caption in _uploads_in(request):
        if upload is None:
            found.sentences.append(_("Caption %(n)d has no picture: choose one, or empty it.") % {"n": number})
        elif len(found.chosen) >= MOST_PICTURES:
            said = _("At most nine pictures can be sent at once; %(name)s was not taken.")
            found.sentences.append(said % {"name": upload.name})
        else:
            try:
                reference = sent_pictures.keep(request.user, entry, upload)
            except UnreadablePicture as error:
                found.sentences.append(_refused(upload.name, error))
            else:
                found.chosen.append(Chosen(reference, upload.name, caption))
                continue
        if number:
            found.captions[number - 1] = caption
    if any(len(chosen.caption) > LONGEST_CAPTION for chosen in found.chosen):
        found.sentences.append(_("A caption has at most %(n)d characters; please shorten it.") % {"n": LONGEST_CAPTION})
    if len(found.chosen) > MOST_PICTURES:
        found.sentences.append(_("At most nine pictures can be sent at once; please take some out."))
    return found


def _kept_in(posted):
    """The pictures that a form says are kept, but for those that were crossed out."""
    names = ("kept", "kept_name", "kept_caption")
    out = set(posted.getlist("drop"))
    for reference, name, caption in zip_longest(*map(posted.getlist, names), fillvalue=""):
        if reference and reference not in out:
            yield Chosen(reference, text.clean_line(name), text.clean_body(caption))


def _uploads_in(request):
    """(number of the row or 0, file or None, caption) of what a form brings along; a caption may have come without its file."""
    for upload in request.FILES.getlist("pictures"):
        yield 0, upload, ""
    for number in range(1, MOST_PICTURES + 1):
        upload = request.FILES.get(f"picture_{number}")
        caption = text.clean_body(request.POST.get(f"caption_{number}", ""))
        if upload or caption:
            yield number, upload, caption


def _refused(name, error):
    return _("The picture %(name)s was not taken over: %(reason)s") % {"name": name, "reason": error}


def _no_longer_kept(name):
    return _("The picture %(name)s is not kept here any more; please choose it again.") % {"name": name}


@require_POST
def picture_view(request):
    """Keeps one picture of a form that is not sent yet: {"kept": reference}, or {"error": sentence}."""
    _demand(request)
    upload = request.FILES.get("picture")
    if upload is None:
        return JsonResponse({"error": _("No picture came through; please choose it again.")}, status=422)
    try:
        reference = sent_pictures.keep(request.user, _entry_of(request), upload)
    except UnreadablePicture as error:
        return JsonResponse({"error": _refused(upload.name, error)}, status=422)
    return JsonResponse({"kept": reference})


@require_GET
def kept_view(request, entry, name):
    """The small copy of a picture that is not sent yet, to whoever chose it."""
    _demand(request)
    return _small(sent_pictures.small_kept, request.user, f"{entry}/{name}")


@require_GET
def sent_view(request, pk):
    """The small copy of a picture that was sent in, to its sender and to whoever may see the register."""
    picture = get_object_or_404(SentPicture.objects.select_related("submission"), pk=pk)
    sees = any(request.user.has_perm(f"articles.{act}_submission") for act in ("view", "change"))
    if not sees and picture.submission.account_id != request.user.pk:
        raise Http404
    return _small(sent_pictures.small_of, picture)


def _small(read, *which):
    try:
        return HttpResponse(read(*which), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error


# --- one of them -----------------------------------------------------------------------------------------


@require_GET
def one_view(request, number):
    """What one sent, how far it has come, and the button that takes it back while nobody has taken it."""
    _demand(request)
    submission = _own(request, number)
    context = {
        "submission": submission,
        "standing": contributions.standing_of(submission),
        "paragraphs": submission.text.split("\n") if submission.text else [],
        "pictures": submission.pictures.all(),
        "may_recall": contributions.may_be_recalled(submission),
    }
    return render(request, "desk/contribute_one.html", context)


@require_POST
def recall_view(request, number):
    """Takes one's own contribution back."""
    _demand(request)
    submission = _own(request, number)
    try:
        contributions.recall(submission, by=request.user)
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        admin.site.get_model_admin(Submission).log_change(request, submission, _("taken back by the sender"))
        messages.success(request, _("Taken back: the desk will not use it."))
    return redirect("desk_contribution", number)


def _own(request, number):
    if not NUMBER.fullmatch(number):
        raise Http404
    return get_object_or_404(Submission, account=request.user, number=number)


def _demand(request):
    if not request.user.has_perm("articles.add_article"):
        raise PermissionDenied


def _wants_json(request):
    return request.get_preferred_type(("text/html", "application/json")) == "application/json"


urls = [
    path(address, admin.site.admin_view(view), name=name)
    for address, view, name in (
        ("", list_view, "desk_contribute"),
        ("new/", new_view, "desk_contribute_new"),
        ("new/<uuid:entry>/", new_view, "desk_contribute_entry"),
        ("new/picture/", picture_view, "desk_contribute_picture"),
        ("kept/<uuid:entry>/<str:name>/", kept_view, "desk_kept_picture"),
        ("pictures/<int:pk>/", sent_view, "desk_sent_picture"),
        ("<slug:number>/", one_view, "desk_contribution"),
        ("<slug:number>/recall/", recall_view, "desk_contribution_recall"),
    )
]
