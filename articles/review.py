"""What stands between a text and its release.

The three reviews (初审 复审 终审) will sit here: sign-offs on one Version, by different people, none its writer. Until
then the permission to publish stands for all three.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import flags, submissions
from articles.refusals import NotReady
from articles.vocabulary import Genre, Severity

ERRORS_NAMED = 3


class Unmet(NamedTuple):
    """A condition of release that is not met."""

    field: str  # the form field that mends it, or "" for none
    sentence: str


def unmet(article, *, by):
    """The conditions that keep this piece from release by this person; empty when there are none."""
    missing = []
    if not by.has_perm("articles.publish_article"):
        missing.append(Unmet("", _("Your account may not publish; ask a colleague who may.")))
    if article.trashed_at:
        missing.append(Unmet("", _("This piece is in the recycle bin; restore it first.")))
    if not article.version_number:
        missing.append(Unmet("body", _("This piece has no saved version yet.")))
    if article.genre == Genre.REPRINT and not (
        article.source_name and article.source_author and article.source_headline
    ):
        missing.append(Unmet("source_name", _("A reprint names its source, original author and original headline.")))
    if submissions.unverified(article):
        missing.append(Unmet("", _("This piece was made from a submission that nobody has verified yet.")))
    return [*missing, *_open_errors(article)]


def _open_errors(article):
    errors = sorted(article.flags.filter(severity=Severity.ERROR, cleared_at=None), key=flags.rank)
    for flag in errors[:ERRORS_NAMED]:
        said = _("Mend this or settle it with a reason: %(flag)s")
        yield Unmet(flags.anchor_of(flag), said % {"flag": flags.words_of(flag)})
    if unnamed := len(errors[ERRORS_NAMED:]):
        yield Unmet("", ngettext("And %(n)d more error.", "And %(n)d more errors.", unnamed) % {"n": unnamed})


def demand_release(article, *, by):
    """Raise NotReady, naming every unmet condition, unless the piece may be released."""
    if missing := unmet(article, by=by):
        raise NotReady(" ".join(condition.sentence for condition in missing))
