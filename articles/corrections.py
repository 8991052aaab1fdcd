"""更正与说明: public, dated notices on pieces that readers have seen. A published text is never changed unsaid."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import freshness
from articles.listing import PAGE_SIZE, Cursor, Listing
from articles.models import Article, Correction, HistoryEntry, Publication
from articles.publish import was_never_public
from articles.refusals import AlreadyDone, MoveRefused, NotReady
from articles.text import clean_body
from articles.vocabulary import Act, Kind

LONGEST = 2000  # characters of a notice


def correct(article, *, by, kind, text):
    """Put a notice (a CorrectionKind) at the top of a piece that is or was public, from now on. Returns the Correction.

    Raises NotReady when it says nothing or too much, AlreadyDone when the piece carries the same notice, and MoveRefused
    when the piece was never public, is withdrawn, or the account may not.
    """
    if not by.has_perm("articles.add_correction"):
        raise MoveRefused(_("Your account may not do this; ask a colleague who may."))
    said = clean_body(text)
    if not said:
        raise NotReady(_("Please enter what is corrected or explained."))
    if len(said) > LONGEST:
        raise NotReady(_("A notice has at most %(n)d characters.") % {"n": LONGEST})
    with transaction.atomic():
        # Held until the end, so that a withdrawal or the same notice sent twice waits for this one.
        publication = Publication.objects.select_for_update().filter(article=article).first()
        demand_correctable(article, publication)
        if article.corrections.filter(kind=kind, text=said).exists():
            raise AlreadyDone(_("This notice stands on the piece already."))
        correction = Correction.objects.create(
            article=article,
            kind=kind,
            text=said,
            version_id=publication.version_id,
            made_at=timezone.now(),
            made_by=by,
        )
        note = f"{correction.get_kind_display()}：{said}"
        HistoryEntry.objects.record(
            article, Act.CORRECTED, by=by, version=publication.version, note=note, at=correction.made_at
        )
        freshness.changed()
    return correction


def demand_correctable(article, publication):
    """Raise MoveRefused unless readers have seen the piece and it is not withdrawn. `publication` may be None."""
    if article.kind == Kind.PAGE:
        raise MoveRefused(_("A page of the site itself carries no notices; publish its new text instead."))
    if publication is None or was_never_public(publication):
        raise MoveRefused(_("Readers have not seen this piece yet; change its text instead."))
    if publication.withdrawn_at:
        raise MoveRefused(_("This piece was withdrawn; what readers are told stands in the notice of its withdrawal."))


def may_be_corrected(article, publication):
    """Whether demand_correctable() would let it pass."""
    try:
        demand_correctable(article, publication)
    except MoveRefused:
        return False
    return True


def page(*, after=None, before=None, size=PAGE_SIZE, at=None):
    """One page of the notices on pieces that the public may read at the moment `at` (default: now), newest first.

    A Listing whose rows are Corrections, each with `article.publication.version` loaded, bodies left out. `after` and
    `before` are Cursors, as of any other list.
    """
    rows = Correction.objects.filter(Article.objects.live_at("article", at))
    rows = rows.select_related("article__publication__version")
    rows = rows.only(
        "kind", "text", "made_at",
        "article__publication__article_id", "article__publication__first_published_at", "article__publication__address",
        "article__publication__version__title",
    )  # fmt: skip
    if before:
        moment, _order, key = before
        # The first bound is implied by the second; without it no range of the index is read.
        rows = rows.filter(Q(made_at__gt=moment) | Q(made_at=moment, pk__gt=key), made_at__gte=moment)
        rows = rows.order_by("made_at", "pk")
    else:
        if after:
            moment, _order, key = after
            rows = rows.filter(Q(made_at__lt=moment) | Q(made_at=moment, pk__lt=key), made_at__lte=moment)
        rows = rows.order_by("-made_at", "-pk")
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    if not found:
        return Listing([], None, None)
    newer, older = (more, True) if before else (bool(after), more)
    return Listing(found, _cursor(found[0]) if newer else None, _cursor(found[-1]) if older else None)


def _cursor(correction):
    return Cursor(correction.made_at, 0, correction.pk)
