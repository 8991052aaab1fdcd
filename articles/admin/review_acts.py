"""What the buttons of the review page do: each reads its part of the posted page and calls the verb that does it.

The verbs refuse by themselves what the page does not offer; a refusal is a MoveRefused and leaves nothing half done.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import comments, conditions, flags, publish, review, rota, versions
from articles.admin.review_forms import (
    AT,
    LATER,
    NOW,
    CaptionForm,
    ClearForm,
    CommentForm,
    MomentForm,
    NoteForm,
    OpinionForm,
    ResolveForm,
    SubmitForm,
    TextForm,
)
from articles.models import Article, Comment, Editor, Flag, Publication
from articles.refusals import AlreadyDone, MoveRefused, StaleSave
from articles.vocabulary import Stage


@dataclass
class Asked:
    """A posted review page. `forms`: those that the act has read, by their name on the page."""

    article: Article
    by: Editor
    course: review.Course
    data: dict
    forms: dict = field(default_factory=dict)

    def read(self, name, form):
        """Keep the form for the page, and return its cleaned data; raises MoveRefused when there are errors."""
        self.forms[name] = form
        if not form.is_valid():
            hidden = [error for bound in form.hidden_fields() for error in bound.errors]  # no field shows those
            raise MoveRefused(" ".join([_("Please correct what is marked below."), *hidden]))
        return form.cleaned_data


# --- what may be chosen ----------------------------------------------------------------------------------


def moments_of(article, account, course, stage):
    """Which of NOW, AT and LATER may be chosen with a signature; () when it can only be signed.

    It is 终审 that releases, when every other stage is signed on the same text.
    """
    waiting = [line for line in course.lines if line.stage != stage and not line.signed]
    if stage != Stage.FINAL_REVIEW or waiting or not rota.may_publish(account):
        return ()
    return (*moments_of_release(article), LATER)


def moments_of_release(article):
    """NOW, and AT for what was never public: a new text of a public piece goes out at once or not at all."""
    publication = getattr(article, "publication", None)
    return (NOW,) if publication and not publish.was_never_public(publication) else (NOW, AT)


def texts_of(article, account, data=None):
    """The forms of the text and of each caption, for an account that may change them; otherwise none."""
    may = account.has_perms(("articles.change_article", "articles.change_figure"))
    if not (may and review.may_edit(article, account)):
        return []
    figures = article.figures.select_related("photo")
    return [TextForm(data, instance=article), *(CaptionForm(data, instance=figure) for figure in figures)]


# --- the decisions of a stage ----------------------------------------------------------------------------


def sign(asked):
    """通过, 回签; of 终审 with the moment of release, where one may be chosen."""
    said = _decision(asked)
    moments = moments_of(asked.article, asked.by, asked.course, said["stage"])
    if not moments:
        return words_of(review.sign(asked.article, by=asked.by, **said))
    form = MomentForm(asked.data, whens=moments)
    when = asked.read("moment", form)["when"]
    signed = publish.sign_and_release(
        asked.article, by=asked.by, sha256=said["sha256"], opinion=said["opinion"], at=form.at, release=when != LATER
    )
    return words_of(signed) if when == LATER else f"{words_of(signed)} · {released(asked.article)}"


def send_back(asked):
    """退回修改."""
    review.send_back(asked.article, by=asked.by, **_decision(asked, against=True))
    return _("Returned for changes, with your reason.")


def put_aside(asked):
    """不用."""
    review.put_aside(asked.article, by=asked.by, **_decision(asked, against=True))
    return _("Recorded as not used, with your reason.")


def _decision(asked, *, against=False):
    """{stage, sha256, opinion} of a decision about the text as it stands."""
    said = _opinion(asked, against=against)
    if said["sha256"] == asked.course.version.sha256 and "base_revision" in asked.data:
        _demand_nothing_typed(asked)
    return said


def _opinion(asked, *, against=False):
    _newest(asked)
    said = asked.read("opinion", OpinionForm(asked.data, against=against))
    return {"stage": Stage(said["stage"]), "sha256": said["sha256"], "opinion": said["opinion"]}


def _newest(asked):
    if asked.course.version is None:
        raise MoveRefused(_("This piece has no saved version yet."))
    return asked.course.version


def _demand_nothing_typed(asked):
    """Whoever changed the text on the page and then signs the old one, or sends it back, would lose what they typed."""
    texts = texts_of(asked.article, asked.by, asked.data)
    if any(form.is_changed for form in texts):
        asked.forms["texts"] = texts
        raise MoveRefused(
            _("You have changed the text here. “Change and sign” keeps that; or undo your changes first.")
        )


def amend(asked):
    """改签: save what the reviewer changed, and sign it, in one act. It releases nothing: who signed before signs again first."""
    said = _opinion(asked)
    texts = asked.forms["texts"] = texts_of(asked.article, asked.by, asked.data)
    if not texts:
        raise MoveRefused(_("Your account may not change this text now."))
    if not all([form.is_valid() for form in texts]):
        raise MoveRefused(_("Please correct what is marked below."))
    with transaction.atomic():
        versions.claim(asked.article.pk, texts[0].cleaned_data["base_revision"])
        said["sha256"] = _save(asked, texts) or said["sha256"]
        return words_of(review.sign(asked.article, by=asked.by, **said))


def _save(asked, texts):
    """Write what was changed; returns the sha256 of the new version, or None when readers would see the same."""
    changed = [form for form in texts if form.is_changed]
    for form in changed:
        form.write()
    version = versions.save_version(asked.article, by=asked.by)
    if version:
        flags.refresh(asked.article)
    elif changed:
        versions.settle_revision(asked.article)
    return version and version.sha256


def words_of(sign_off):
    return f"{sign_off.get_stage_display()}：{sign_off.get_decision_display()}"


def decided_already(asked):
    """The account's own decision that a request would repeat, or None: a button that was touched twice."""
    last, stage = asked.article.reviews.first(), asked.data.get("stage")
    if last is None or stage not in Stage.values:
        return None
    own = last.sign_offs.filter(by=asked.by, stage=stage).select_related("version").last()
    if own is None or own.version.number != asked.article.version_number:
        return None
    texts = texts_of(asked.article, asked.by, asked.data)
    repeated = own.sha256 == asked.data.get("sha256") or not any(form.is_changed for form in texts)
    return own if repeated else None


# --- before and after ------------------------------------------------------------------------------------


def submit(asked):
    """送审."""
    seen = asked.read("submit", SubmitForm(asked.data))["version"]
    review.submit(asked.article, by=asked.by, version=seen)
    lacking = [condition.sentence for condition in conditions.undescribed(asked.article)]
    return " ".join([_("Submitted for review."), *lacking])


def recall(asked):
    """撤回送审."""
    review.recall(asked.article, by=asked.by)
    return _("Taken back from review.")


def issue(asked):
    """签发 of a text that every stage has signed."""
    newest = _newest(asked)
    if asked.data.get("sha256") != newest.sha256:
        raise StaleSave(_("The text was changed after you read it; see what is new before you decide."))
    planned = Publication.objects.filter(article=asked.article, version=newest, withdrawn_at=None).first()
    if planned:  # by a colleague, after this page was opened
        raise AlreadyDone(_("This text is released or scheduled already; its page of release changes that."))
    form = MomentForm(asked.data, whens=moments_of_release(asked.article))
    asked.read("issue", form)
    if form.at:
        publish.schedule(asked.article, by=asked.by, at=form.at, version=newest.number)
    else:
        publish.publish(asked.article, by=asked.by, version=newest.number)
    return released(asked.article)


def hold(asked):
    """停发 of what is scheduled, 临时下线 of what is public."""
    note = asked.read("hold", NoteForm(asked.data))["note"]
    publish.hold(_publication(asked.article), by=asked.by, note=note)
    return _("Stopped. Readers do not see it until it is released again.")


def resume(asked):
    """恢复: let a stopped text out again."""
    publish.release(_publication(asked.article), by=asked.by)
    return released(asked.article)


def _publication(article):
    """The piece's publication; raises MoveRefused when it was never released."""
    publication = Publication.objects.filter(article=article).first()
    if publication is None:
        raise MoveRefused(_("This piece has not been published."))
    return publication


def released(article):
    """What to say of a release that was just made."""
    publication = Publication.objects.get(article=article)
    if publication.published_at <= timezone.now():
        return _("It is published at %(address)s") % {"address": publication.get_absolute_url()}
    moment = timezone.localtime(publication.published_at)
    return _("It will be published at %(moment)s (Beijing time).") % {"moment": f"{moment:%Y-%m-%d %H:%M}"}


# --- on the way ------------------------------------------------------------------------------------------


@contextmanager
def _said_at(form, field):
    """A refusal stands at the field of the page that mends it."""
    try:
        yield
    except MoveRefused as refusal:
        form.add_error(field, str(refusal))
        raise


def clear(asked):
    """清除 of a proofing flag."""
    said = asked.read("clear", ClearForm(asked.data))
    flag = Flag.objects.filter(article=asked.article, pk=said["flag"]).first()
    if flag is None:
        raise AlreadyDone(_("This flag is gone: the passage was mended."))
    with _said_at(asked.forms["clear"], "reason"):
        flags.clear(flag, by=asked.by, reason=said["reason"])
    return _("Flag settled.")


def comment(asked):
    said = asked.read("comment", CommentForm(asked.data, auto_id="comment_%s"))
    with _said_at(asked.forms["comment"], "words"):
        comments.add(asked.article, by=asked.by, words=said["words"], excerpt=said["excerpt"])
    return _("Comment added.")


def resolve(asked):
    said = asked.read("resolve", ResolveForm(asked.data))
    found = Comment.objects.filter(article=asked.article, pk=said["comment"]).first()
    if found is None:
        raise MoveRefused(_("There is no such comment on this piece."))
    comments.resolve(found, by=asked.by)
    return _("Comment resolved.")


DECISIONS = (sign, amend, send_back, put_aside)
# The value of a button, what it does, and the part of the page to return to.
ACTS = {
    "sign": (sign, ""),
    "amend": (amend, ""),
    "return": (send_back, ""),
    "unused": (put_aside, ""),
    "submit": (submit, ""),
    "recall": (recall, ""),
    "issue": (issue, ""),
    "hold": (hold, ""),
    "resume": (resume, ""),
    "clear": (clear, "#flags"),
    "comment": (comment, "#comments"),
    "resolve": (resolve, "#comments"),
}
