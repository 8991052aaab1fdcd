"""审稿页, /desk/review/<id>/: one page, made for a phone, on which a piece is read, compared, signed and released."""

from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import autosaves, conditions, differences, flags, review, rota, waiting
from articles.admin.columns import standing
from articles.admin.guarded import RESTORE
from articles.admin.review_acts import (
    ACTS,
    DECISIONS,
    Asked,
    decided_already,
    moments_of,
    moments_of_release,
    texts_of,
    words_of,
)
from articles.admin.review_beside import review_context
from articles.admin.review_forms import (
    AGREEING,
    OBJECTING,
    ClearForm,
    CommentForm,
    MomentForm,
    NoteForm,
    OpinionForm,
)
from articles.models import Article
from articles.reading import labels_of
from articles.refusals import AlreadyDone, MoveRefused, StaleSave
from articles.story import story_from
from articles.vocabulary import SIGNED, Decision, Kind, Stage, State

CHANGED = gettext_lazy("The text was changed after you read it; see what is new before you decide.")


class Compared(NamedTuple):
    """What changed since a text that the page names."""

    since: str
    changes: tuple[differences.FieldChange, ...]


class Kept(NamedTuple):
    """What somebody typed into a field whose text was changed meanwhile."""

    label: str
    typed: str


def review_view(request, pk):
    """The review page of a piece; a POST does the act that its button names."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    article = _piece(pk)
    if request.method != "POST":
        return _restored(request, article) if RESTORE in request.GET else _show(request, article)
    act, part = ACTS.get(request.POST.get("act"), (None, ""))
    if act is None:
        messages.error(request, _("This page does not know that button; please try again."))
        return redirect(request.path)
    asked = Asked(article, request.user, review.course_of(article), request.POST)
    try:
        said = act(asked)
    except MoveRefused as refusal:
        return _refused(request, asked, refusal, part)
    if act in DECISIONS:
        autosaves.forget(request.user, _form_name(article))
    messages.success(request, said)
    return redirect(_address_after(request, article) + part)


def _piece(pk):
    pieces = Article.objects.with_state().select_related("column", "publication__version")
    article = pieces.defer("publication__version__content").filter(pk=pk).first()
    if article is None:
        raise Http404
    return article


def _address_after(request, article):
    """Back where the button stood: on this page, or beside the form of the piece."""
    return form_address(article) if request.POST.get("back") == "form" else request.path


def form_address(article):
    """The address of the form of a piece or of a site page."""
    name = "sitepage" if article.kind == Kind.PAGE else "article"
    return reverse(f"admin:articles_{name}_change", args=[article.pk])


def _form_name(article):
    """By which the account's own copy of what it types here is kept."""
    return f"review-{article.pk}"


def _restored(request, article):
    """The page with what the account had typed here before its login expired or the line dropped."""
    copy, course = autosaves.restore(request.user, _form_name(article)), review.course_of(article)
    if copy is None or course.version is None:
        return _show(request, article)
    data = QueryDict(mutable=True)
    for name, value in copy.fields:
        data.appendlist(name, value)
    asked = Asked(article, request.user, course, data)
    messages.info(request, _("Your words are still here; please look them over before you decide."))
    if "words" in data:
        asked.forms["comment"] = CommentForm(data, auto_id="comment_%s")
    if "flag" in data:
        asked.forms["clear"] = ClearForm(data)
    if "stage" in data and data.get("sha256") != course.version.sha256:
        return _show(request, article, asked=asked, refusal=StaleSave(CHANGED))
    if "stage" in data:
        asked.forms["opinion"] = OpinionForm(data)
    texts = texts_of(article, request.user, data) if "base_revision" in data else []
    if any(form.is_changed for form in texts):
        asked.forms["texts"] = texts
    return _show(request, article, asked=asked)


def _refused(request, asked, refusal, part):
    """What was done before is said kindly; anything else leaves the page as it was, with all that was typed."""
    asked.article = _piece(asked.article.pk)  # as it stands now
    if own := decided_already(asked):
        said = _("You have decided on this text already, at %(moment)s: %(words)s.")
        moment = f"{timezone.localtime(own.at):%H:%M}"
        messages.info(request, said % {"moment": moment, "words": words_of(own)})
    elif isinstance(refusal, AlreadyDone):
        messages.info(request, str(refusal))
    else:
        if _was_of_another_text(asked):
            refusal = StaleSave(
                CHANGED
            )  # before what is lacking: the page now shows a text that the person has not read
        if isinstance(refusal, StaleSave):
            _keep_copy(request, asked)
        return _show(request, asked.article, asked=asked, refusal=refusal)
    return redirect(_address_after(request, asked.article) + part)


def _was_of_another_text(asked):
    """Whether the posted page showed an older version of the piece."""
    seen = "stage" in asked.data and _seen(asked.article, asked.data)
    return bool(seen and seen.number != asked.article.version_number and seen.sha256 != asked.course.version.sha256)


def _keep_copy(request, asked):
    """The account's own copy of what met a newer text: there also when the page with the answer is closed."""
    typed = autosaves.typed_in(asked.data)
    if not autosaves.is_too_much(typed):
        autosaves.keep(request.user, _form_name(asked.article), typed)


# --- the page --------------------------------------------------------------------------------------------


def _show(request, article, *, asked=None, refusal=None):
    account, course = request.user, review.course_of(article)
    context = review_context(article, account, course)
    stage = next(iter(context["stages_to_sign"]), None)
    forms = asked.forms if asked else {}
    stale = isinstance(refusal, StaleSave)
    seen = stale and _seen(article, asked.data)
    faulty = []
    if stale:
        forms = _anew(asked, course, rewritten=bool(seen and seen.sha256 != course.version.sha256))
    elif refusal:
        forms = {**_unread(asked), **forms}
        faulty = _faulty(forms)
    context |= {
        "article": article,
        "title": str(article),
        "standing": standing(article, article.publication.version.number if _released(article) else None),
        "form_address": form_address(article) if account.has_perm("articles.change_article") else "",
        "refusal": refusal,
        "faulty": faulty,
        "stale": _between(seen, course.version, _("the text you read")) if seen else None,
        "kept": _kept(asked, seen) if seen else [],
        "version": course.version,
        "told": _told(article, course.version),
        "figures": list(article.figures.select_related("photo")),
        "flags": _flag_forms(article, forms.get("clear")),
        "may_clear": account.has_perm("articles.change_flag"),
        "compared": None if seen else _compared(article, account, course, context["rounds"]),
        "form_name": _form_name(article),
        "unsent": None if asked or not stage else autosaves.restore(account, _form_name(article)),
        "unmet": _unmet(article, account, course, stage),
        "stage": stage,
        "again": bool(stage and course.line(stage).earlier),
        "opinion": forms.get("opinion") or OpinionForm(initial=_decided_on(course, stage)),
        "agreeing": AGREEING.get(stage, ()),
        "objecting": OBJECTING,
        "comment_form": forms.get("comment") or context["comment_form"],
        "hold_form": forms.get("hold") or NoteForm(),
        "next_piece": None if stage else waiting.to_sign(account).exclude(pk=article.pk).order_by("pk").first(),
        **_moments(article, account, course, stage, forms, asked.data if asked else {}),
        **_texts(article, account, stage, forms),
        **_of_release(article, account),
    }
    return render(request, "desk/review.html", context, status=409 if refusal and request.method == "POST" else 200)


def _released(article):
    return getattr(article, "publication", None)


def _decided_on(course, stage):
    return {"stage": stage, "sha256": course.version.sha256 if course.version else ""}


def _told(article, version):
    """The version as the public page will show it, as HTML; "" without one."""
    if version is None:
        return ""
    told = story_from(version.story)
    context = {
        "story": told,
        "title": version.title,
        "labels": labels_of(article.pk, told.contributors),
        "desk": settings.DESK,
    }
    return mark_safe(render_to_string("articles/told.html", context))


def _flag_forms(article, answered):
    """[(open flag, its form)], errors first; `answered` is the form that a refused request had filled in."""
    waiting = sorted(article.flags.filter(cleared_at=None), key=flags.rank)
    asked = answered.data.get("flag") if answered else None
    return [(flag, answered if str(flag.pk) == asked else ClearForm(initial={"flag": flag.pk})) for flag in waiting]


def _unmet(article, account, course, stage):
    """What keeps the piece from its release. Who only signs is told what the text and its pictures lack."""
    if course.review is None:
        return []
    missing = conditions.unmet(article, by=account, signing=stage if stage == Stage.FINAL_REVIEW else None)
    decides = rota.may_publish(account) and stage in (None, Stage.FINAL_REVIEW)
    return missing if decides else [condition for condition in missing if condition.field]


def _moments(article, account, course, stage, forms, typed):
    """The forms that ask when: with the signature of 终审, and for a text that is signed but not released."""
    with_signature = moments_of(article, account, course, stage) if stage else ()
    may_issue = course.complete and not article.trashed_at and rota.may_publish(account)
    return {
        "signs_only": stage == Stage.FINAL_REVIEW and not with_signature,
        "moment": with_signature
        and (forms.get("moment") or MomentForm(whens=with_signature, auto_id="sign_%s", initial=_chosen(typed))),
        "issue": may_issue
        and (forms.get("issue") or MomentForm(whens=moments_of_release(article), auto_id="issue_%s")),
    }


def _chosen(typed):
    """The moment as it was chosen on a page whose decision came to nothing before it was read."""
    return {name: typed[name] for name in ("when", "day", "hour") if name in typed and "stage" in typed}


def _texts(article, account, stage, forms):
    """The fields of 改签, open when they were refused."""
    texts = (forms.get("texts") or texts_of(article, account)) if stage else []
    return {"text": texts[0] if texts else None, "captions": texts[1:], "amending": "texts" in forms}


def _of_release(article, account):
    """Which acts on the publication are offered: of the verbs in publish.py, by their own conditions."""
    waits, public = article.state == State.SCHEDULED, article.state == State.LIVE
    publishes = rota.may_publish(account)
    may_hold = (waits or public) and (publishes or rota.is_on_duty(account))
    may_hold = may_hold or (waits and account.has_perm("articles.hold_article"))
    return {"may_hold": may_hold, "waits": waits, "may_resume": publishes and article.state == State.HELD}


# --- what is to be corrected -------------------------------------------------------------------------------


def _unread(asked):
    """{name: forms} of what was typed into the fields of a decision that the act had not come to read."""
    if "stage" not in asked.data or "base_revision" not in asked.data:
        return {}
    texts = texts_of(asked.article, asked.by, asked.data)
    return {"texts": texts} if any(form.is_changed for form in texts) else {}


def _faulty(forms):
    """The bound fields with an error, in the order of the page; the browser goes to the first (autofocus)."""
    named = [forms[name] for name in ("clear", "comment", "opinion", "moment") if name in forms]
    named += [*forms.get("texts", []), *(forms[name] for name in ("issue", "hold") if name in forms)]
    faulty = [bound for form in named if form.is_bound for bound in form.visible_fields() if bound.errors]
    if faulty:
        first = faulty[0]
        attrs = first.field.widget.attrs if first.id_for_label else first.subwidgets[0].data["attrs"]  # of choices, one
        attrs["autofocus"] = True
    return faulty


# --- what changed ----------------------------------------------------------------------------------------


SINCE_OWN = {
    **dict.fromkeys(SIGNED, gettext_lazy("version %(number)d, which you signed at %(moment)s")),
    Decision.RETURNED: gettext_lazy("version %(number)d, which you returned at %(moment)s"),
    Decision.UNUSED: gettext_lazy("version %(number)d, which you did not use at %(moment)s"),
}


def _compared(article, account, course, rounds):
    """The newest text beside the one on which the account last decided, in any round; or beside what readers see, or what
    was submitted."""
    if course.review is None:
        return None
    own = (one for each in rounds for one in each.sign_offs if one.by_id == account.pk)
    last = max(own, key=lambda one: one.pk, default=None)
    if last and (last.review_id == course.review.pk or last.sha256 != course.version.sha256):
        told = {"number": last.version.number, "moment": f"{timezone.localtime(last.at):%m-%d %H:%M}"}
        return _between(last.version, course.version, SINCE_OWN[last.decision] % told)
    publication = _released(article)
    if publication and publication.version_id != course.version.pk:
        return _between(publication.version, course.version, _("what readers see now"))
    return _between(course.review.version, course.version, _("what was submitted"))


def _between(old, new, since):
    return Compared(since, differences.between(old.story, new.story)) if old.sha256 != new.sha256 else None


def _seen(article, data):
    """The version that the posted page showed, or None."""
    return article.versions.filter(sha256=data.get("sha256", "").replace("\0", "")).first()


def _anew(asked, course, *, rewritten):
    """The forms of a page that was too old, on the text as it now is: the opinion and the moment as they were given.

    Where the text was rewritten its fields show that; what was typed stands beside them (_kept).
    """
    data = asked.data.copy()
    data["sha256"], data["base_revision"] = course.version.sha256, asked.article.revision
    forms = {**asked.forms, "opinion": OpinionForm(data)}
    if "texts" in forms and rewritten:
        del forms["texts"]
    elif "texts" in forms:
        forms["texts"] = texts_of(asked.article, asked.by, data)
    return forms


def _kept(asked, seen):
    """What was typed into the page, where it is neither what the page had shown nor what stands there now."""
    if "base_revision" not in asked.data:
        return []
    told, figures = seen.story, {figure["figure"]: figure for figure in seen.story["figures"]}
    kept = []
    for form in texts_of(_piece(asked.article.pk), asked.by, asked.data):
        form.is_valid()
        shown = told if form.prefix is None else figures.get(str(form.instance.uuid), {})
        typed = form.typed()
        kept += [
            Kept(form[name].label, typed[name])
            for name in typed
            if isinstance(typed[name], str) and typed[name] != shown.get(name)
        ]
    return kept
