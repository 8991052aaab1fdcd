"""What keeps a text from its release: one list, which the form, the review page, the release page and the act itself read."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import flags, rota, submissions
from articles.models import Publication
from articles.refusals import NotReady
from articles.review import course_of
from articles.vocabulary import Genre, Medium, Severity

ERRORS_NAMED = 3


class Unmet(NamedTuple):
    """A condition of release that is not met."""

    field: str  # the form field that mends it, or "" for none
    sentence: str


def unmet(article, *, by, signing=None):
    """The conditions that keep the newest text from release by this person; empty when there are none.

    `signing` is a stage that the person signs in the same act.
    """
    return [*unmet_beside_signatures(article, by=by), *undescribed(article), *_unsigned(article, signing)]


def unmet_beside_signatures(article, *, by):
    """As unmet(), of a text that nobody has to sign: one printed elsewhere, or one that was let out before."""
    missing = []
    if not rota.may_publish(by):
        missing.append(Unmet("", _("Your account may not publish; ask a colleague who may.")))
    if article.trashed_at:
        missing.append(Unmet("", _("This piece is in the recycle bin; restore it first.")))
    if not article.version_number:
        missing.append(Unmet("body", _("This piece has no saved version yet.")))
    if article.genre == Genre.REPRINT and not (
        article.source_name and article.source_author and article.source_headline
    ):
        missing.append(Unmet("source_name", _("A reprint names its source, original author and original headline.")))
    if article.needs_report and not (article.report_reference or article.report_paper):
        said = _(
            "This piece is to be reported upward first: enter the reference of the answer or add the signed paper."
        )
        missing.append(Unmet("report_reference", said))
    if submissions.unverified(article):
        missing.append(Unmet("", _("This piece was made from a submission that nobody has verified yet.")))
    return [*missing, *_open_errors(article)]


def undescribed(article):
    """Pictures without credit, or without a description for those who cannot see them; a caption whose picture is missing needs none."""
    for number, figure in enumerate(article.figures.select_related("photo")):
        if figure.medium != Medium.PICTURE or not figure.photo.web:
            continue
        if not figure.credit:
            yield Unmet(f"figures-{number}-credit", _("Figure %(n)d has no credit.") % {"n": number + 1})
        if not (figure.alt or (figure.alt_in_caption and figure.caption)):
            said = _("Figure %(n)d has no description for those who cannot see it.")
            yield Unmet(f"figures-{number}-alt", said % {"n": number + 1})


def _unsigned(article, signing):
    """The stages that are not signed on the newest text. One that was let out before needs no signature anew."""
    if Publication.objects.filter(article=article, version__number=article.version_number).exists():
        return
    if not article.reviews.open().exists():
        yield Unmet("", _("This text has not been submitted for review."))
        return
    for line in course_of(article).lines:
        if line.signed or line.stage == signing:
            continue
        if line.earlier:
            said = _("%(stage)s: %(who)s signed an older text and has to sign again.")
            yield Unmet("", said % {"stage": line.stage.label, "who": line.earlier.by})
        else:
            yield Unmet("", _("%(stage)s is not signed yet.") % {"stage": line.stage.label})


def _open_errors(article):
    errors = sorted(article.flags.filter(severity=Severity.ERROR, cleared_at=None), key=flags.rank)
    for flag in errors[:ERRORS_NAMED]:
        said = _("Mend this or settle it with a reason: %(flag)s")
        yield Unmet(flags.anchor_of(flag), said % {"flag": flags.words_of(flag)})
    if unnamed := len(errors[ERRORS_NAMED:]):
        yield Unmet("", ngettext("And %(n)d more error.", "And %(n)d more errors.", unnamed) % {"n": unnamed})


def demand(missing):
    """Raise NotReady, naming every unmet condition, when there are any."""
    if missing := list(missing):
        raise NotReady(" ".join(condition.sentence for condition in missing))
