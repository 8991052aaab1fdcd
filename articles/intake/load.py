"""Drafts of a newspaper page become pieces of the desk: all of them or none, each once, and never over an editor's work."""

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from articles import bylines, flags, listing, photos, text
from articles.intake.drafts import Draft
from articles.models import (
    Article,
    Campaign,
    CampaignTag,
    Column,
    Edition,
    Figure,
    Flag,
    HistoryEntry,
    ImportedPiece,
    Locality,
    LocalityTag,
    Outlet,
    Page,
    PageImport,
    Photo,
    Placement,
    Series,
)
from articles.models.pieces import LONGEST_TITLE
from articles.refusals import MoveRefused
from articles.versions import save_version
from articles.vocabulary import Act, Kind, Severity

MOST_PIECES = 5000
HEADLINE_OF_A_CORRECTION = "更正"
NOT_COMPARED = gettext_lazy("The text was read from a newspaper page and has not been compared with it.")
COMPARED = gettext_lazy("I have compared every piece with the printed newspaper.")
TOO_LONG = gettext_lazy("Too long for its field, where it is cut; it stands whole in the text.")
HEADLINE_MISSING = gettext_lazy("The page has no headline here; the beginning of the text stands in for it.")
TEXT_MISSING = gettext_lazy("No text was found for this piece; its other words stand here.")
WITHOUT_A_HEADLINE = (Kind.PHOTO, Kind.BRIEF)
HEADS = ("kicker", "headline", "subhead")
LONGEST = {name: Article._meta.get_field(name).max_length for name in (*HEADS, "printed_byline")}
LONGEST_CREDIT = Figure._meta.get_field("credit").max_length
LONGEST_BANNER = Placement._meta.get_field("section").max_length
LONGEST_FILE_NAME = PageImport._meta.get_field("file_name").max_length


@dataclass(frozen=True)
class Source:
    """The page that drafts come from. `day` is the edition's; an `outlet` that is not stored yet is stored with the first piece."""

    text: str
    file_name: str
    outlet: Outlet | None
    day: date
    page_number: int | None = None
    page_name: str = ""

    @property
    def sha256(self):
        """Of the text in UTF-8, as 64 hex digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Loaded:
    """What became of the drafts, as (number on the page, article) pairs; `said` are sentences on credits that want a look."""

    page_import: PageImport | None
    created: list[tuple[int, Article]] = field(default_factory=list)
    present: list[tuple[int, Article]] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)


def load_page(
    drafts: Iterable[Draft],
    source: Source,
    *,
    by,
    compared: bool = False,
    as_read: frozenset[str] = frozenset(),
) -> Loaded:
    """Write the drafts that are not there yet. One whose words came in before, on the same day, stays as it is now.

    `by` is the person who confirmed them, or None for a command; with `compared` that person says to have compared each with
    the newspaper. `as_read` are the fingerprints of all pieces of the page as it is read; with them what was made of the same
    lines, merged or divided, stands for a draft too. Raises MoveRefused for more than MOST_PIECES.
    """
    drafts = list(drafts)
    if len(drafts) > MOST_PIECES:
        raise MoveRefused(_("These are more pieces than a newspaper has; bring in one page after the other."))
    # A file that was stored for a load that failed goes again; the rows do so by themselves.
    with ExitStack() as undo:
        with transaction.atomic():
            loaded = _load(drafts, source, by, undo, compared, as_read)
        undo.pop_all()
    return loaded


def read_before(source: Source) -> Loaded | None:
    """What was made of a page that was read before: the same text with the same day. None when it was not, or is not confirmed.

    A command asks first: what a person then merged, divided or left out is not made anew by reading the page again.
    """
    page_import = PageImport.objects.filter(sha256=source.sha256, day=source.day).first()
    pieces = list(page_import.pieces.select_related("article")) if page_import else []
    if not pieces and not (page_import and page_import.confirmed_at):
        return None
    return Loaded(page_import, present=[(piece.number, piece.article) for piece in pieces])


def _load(drafts, source, by, undo, compared, as_read):
    known = _known(drafts, source, as_read)
    missing = any(draft.fingerprint not in known for draft in drafts)
    if missing:
        wait_for_others()
        known = _known(drafts, source, as_read)
        missing = any(draft.fingerprint not in known for draft in drafts)
    if missing:
        source = replace(source, outlet=_stored(source.outlet))
    page_import = _page_import(source, by, make=missing)
    loaded = Loaded(page_import or _import_of(drafts, known))
    desk = _Desk(source, page_import, by, undo, compared) if missing else None
    for draft in drafts:
        if draft.fingerprint in known:
            loaded.present.append((draft.number, known[draft.fingerprint].article))
            continue
        piece, said = desk.enter(draft)
        known[draft.fingerprint] = piece
        loaded.created.append((draft.number, piece.article))
        loaded.said.extend((draft.number, sentence) for sentence in said)
    return loaded


def _known(drafts, source, as_read):
    """{fingerprint: ImportedPiece} of those that came in before, by their words or within pieces made of the same page."""
    rows = ImportedPiece.objects.filter(day=source.day).select_related("article", "page_import")
    of_the_page = rows.filter(page_import__sha256=source.sha256, page_import__day=source.day)
    same = rows.filter(fingerprint__in={draft.fingerprint for draft in drafts})
    within = taken_in(drafts, of_the_page, source.text, as_read) if as_read else {}
    return {**within, **{row.fingerprint: row for row in same}}


def taken_in(drafts, pieces, page_text, as_read):
    """{fingerprint: piece} of the drafts whose printed lines all lie in pieces that were made of the same page before.

    So a piece that was merged or divided when it was confirmed is not made again of what the page gives now. Of two that are
    both as the page gives them (`as_read`) neither was made of the other, though they share a line.
    """
    shares = shares_of(drafts, pieces, page_text, as_read)
    return {fingerprint: piece for fingerprint, (piece, whole) in shares.items() if whole}


def shares_of(drafts, pieces, page_text, as_read):
    """{fingerprint: (piece, whether all lines)} of the drafts that have printed lines in common with pieces made of the page."""
    pieces, found = list(pieces), {}
    printed = {number for number, line in enumerate(page_text.split("\n"), 1) if line.strip()}
    for draft in drafts:
        untouched = draft.fingerprint in as_read
        lines = printed.intersection(_lines_of(draft))
        shared = {
            piece: len(lines.intersection(_lines_of(piece)))
            for piece in pieces
            if not (untouched and piece.fingerprint in as_read)
        }
        if any(shared.values()):
            whole = lines <= set().union(*map(_lines_of, shared))
            found[draft.fingerprint] = max(shared, key=shared.get), whole
    return found


def _lines_of(row):
    """The lines of the page that a draft or a piece stands in; of one that was typed, none."""
    return range(row.first_line, row.last_line + 1) if row.first_line else ()


def wait_for_others():
    """Two who bring in a page at once do so one after the other, so that the second finds what the first made.

    Take it before any row of a page is locked: everybody in one order, or two wait for each other.
    """
    Series.objects.take("page import")


def _page_import(source, by, *, make):
    """The row of this text and day, made when `make` and there is none. A person who confirms it is noted."""
    rows = PageImport.objects.filter(sha256=source.sha256, day=source.day).order_by("pk")
    row = rows.select_for_update().first()
    if row is None and make:
        row, _made = PageImport.objects.get_or_create(
            sha256=source.sha256,
            day=source.day,
            defaults={
                "outlet": source.outlet,
                "page_number": source.page_number,
                "page_name": source.page_name,
                "file_name": source.file_name[-LONGEST_FILE_NAME:],
                "text": source.text,
                "created_at": timezone.now(),
                "created_by": by,
            },
        )
    if row and by and row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = timezone.now(), by
        row.save(update_fields=["confirmed_at", "confirmed_by"])
    return row


def _import_of(drafts, known):
    """Where the pieces of a page came in that was read before in another spelling of its white space, or None."""
    return next((known[draft.fingerprint].page_import for draft in drafts if draft.fingerprint in known), None)


def _stored(outlet):
    if outlet is None or outlet.pk:
        return outlet
    return Outlet.objects.get_or_create(name=outlet.name, defaults={"level": outlet.level})[0]


class _Desk:
    """Enters the pieces of one page."""

    def __init__(self, source, page_import, by, undo, compared):
        self.source, self.page_import, self.by, self.undo = source, page_import, by, undo
        self.compared = compared
        self.now = timezone.now()
        self.page = None
        self.may_create = by is None or by.has_perm("articles.add_contributor")

    def enter(self, draft):
        """A new article with everything that hangs on it; returns (its ImportedPiece, sentences on its credits)."""
        words, doubts = fitted(draft)
        article = Article.objects.create(
            kind=draft.kind,
            column=Column.objects.filter(name=draft.column).first() if draft.column else None,
            created_at=self.now,
            created_by=self.by,
            **words,
        )
        piece = self.remember(article, draft)
        self.add_figures(article, draft)
        said = bylines.follow(article, bylines.Standing("", ()), may_create=self.may_create)
        self.file(article, draft)
        save_version(article, by=self.by, at=self.now)
        flags.refresh(article, findings=draft.findings)
        for doubt in doubts:
            _raise(article, *doubt)
        not_compared = _raise(article, flags.TRANSCRIPTION, "", _kept(NOT_COMPARED))
        HistoryEntry.objects.record(article, Act.IMPORTED, by=self.by, note=self.note(draft), at=self.now)
        if self.compared:
            flags.clear(not_compared, by=self.by, reason=_kept(COMPARED))  # it stays on record, with who said so
        listing.refresh(article)
        return piece, [sentence.sentence for sentence in said if sentence.doubtful]

    def remember(self, article, draft):
        """Which piece of the page became the article; proofing reads its days by the day of the page."""
        days = [found for found in draft.event_days if found.day]
        return ImportedPiece.objects.create(
            page_import=self.page_import,
            number=_free(self.page_import.pieces, "number", draft.number),
            kind=draft.kind,
            day=self.source.day,
            fingerprint=draft.fingerprint,
            first_line=draft.first_line,
            last_line=draft.last_line,
            event_days=[{"day": found.day.isoformat(), "words": found.words} for found in days],
            article=article,
        )

    def add_figures(self, article, draft):
        # Of a photo the byline is the picture's; under the pictures of a story nobody is named.
        credit = article.printed_byline if draft.kind == Kind.PHOTO else ""
        credit = credit if len(credit) <= LONGEST_CREDIT else ""  # the piece keeps it whole
        pictures = draft.pictures or (None,) * len(draft.captions)
        for position, (caption, picture) in enumerate(zip(draft.captions, pictures, strict=True), 1):
            caption = text.clean_body(caption)
            photo = Photo(caption=caption, credit=credit)
            if picture:
                photos.attach(photo, picture)  # what its file says is the library's: the piece stays as printed
                self.undo.callback(photos.discard, photo)
            photo.save()
            Figure.objects.create(article=article, position=position, photo=photo, caption=caption, credit=credit)

    def file(self, article, draft):
        """Under its places and campaigns, and where it stood in print."""
        places = Locality.objects.in_bulk(dict(draft.places), field_name="slug")
        for position, (slug, relation) in enumerate(draft.places, 1):
            if slug in places:  # removed meanwhile: nothing is filed under it
                LocalityTag.objects.create(
                    content_object=article, tag=places[slug], relation=relation, position=position
                )
        campaigns = Campaign.objects.in_bulk(draft.campaigns, field_name="slug")
        for slug in draft.campaigns:
            if slug in campaigns:
                CampaignTag.objects.create(content_object=article, tag=campaigns[slug])
        if self.source.outlet is not None:
            self.place(article, draft)

    def place(self, article, draft):
        if self.page is None:
            self.page = _page_of(self.source)
        Placement.objects.create(
            article=article,
            page=self.page,
            position=_free(self.page.placements, "position", draft.number),
            section=_cut(draft.section, LONGEST_BANNER),
        )

    def note(self, draft):
        """What the history says of where a piece came from."""
        said = _("%(file)s, lines %(first)s–%(last)s, sha256 %(sha256)s") % {
            "file": self.source.file_name or _("pasted text"),
            "first": draft.first_line,
            "last": draft.last_line,
            "sha256": self.source.sha256,
        }
        return f"{said}\n{draft.jump}" if draft.jump else said


def _free(rows, field, number):
    """The number, or the next behind all that are there when it is taken."""
    if rows.filter(**{field: number}).exists():
        return rows.aggregate(last=Max(field))["last"] + 1
    return number


def _page_of(source):
    """The page of the newspaper that the source names; one without a number comes behind the others of its edition.

    A page that came in before is the same page, though its number is not known now either.
    """
    edition, _new = Edition.objects.get_or_create(outlet=source.outlet, day=source.day)
    named = {"name": source.page_name}
    if source.page_number:
        return Page.objects.get_or_create(edition=edition, number=source.page_number, defaults=named)[0]
    came_in = Placement.objects.filter(
        page__edition=edition, article__imported_as__page_import__sha256=source.sha256
    ).select_related("page__edition")
    if before := came_in.first():
        return before.page
    last = edition.pages.aggregate(last=Max("number", default=0))["last"]
    return Page.objects.create(edition=edition, number=last + 1, number_inferred=True, **named)


def _kept(sentence):
    """A sentence that is kept with a piece: it is the desk's, in the desk's language, whoever loads."""
    with override(settings.LANGUAGE_CODE):
        return str(sentence)


def _raise(article, check, excerpt, detail):
    return Flag.objects.create(
        article=article, check_code=check, severity=Severity.ERROR, excerpt=excerpt, detail=detail
    )


def fitted(draft: Draft):
    """The words of a draft as the columns of an article take them, and errors (check, excerpt, detail) on what did not fit.

    A line too long for its column stands whole at the beginning of the text (a byline at its end), and cut in its column.
    """
    words = {name: text.clean_line(getattr(draft, name)) for name in HEADS}
    words["printed_byline"] = text.clean_line(draft.printed_byline)
    doubts, head, tail = [], [], []
    for name, line in words.items():
        if len(line) > LONGEST[name]:
            (tail if name == "printed_byline" else head).append(line)
            words[name] = "" if name == "printed_byline" else _cut(line, LONGEST[name])
            doubts.append(("too_long", _cut(line, 100), _kept(TOO_LONG)))
    body = text.clean_body("\n".join([*head, draft.body, *tail]))
    if not words["headline"] and draft.kind not in WITHOUT_A_HEADLINE:
        words["headline"], doubt = _stand_in(draft.kind, [text.plain(body), *draft.captions])
        doubts += doubt
    if not body and draft.kind != Kind.PHOTO:
        body = text.clean_body(" ".join(filter(None, [*words.values(), draft.jump])))
        doubts.append(("text_missing", _cut(body, 100), _kept(TEXT_MISSING)))
    return {**words, "body": body}, doubts


def _stand_in(kind, passages):
    """(what stands for a missing headline, errors)"""
    if kind == Kind.CORRECTION:
        return HEADLINE_OF_A_CORRECTION, []
    sentences = (text.first_sentence(passage, LONGEST_TITLE) for passage in passages)
    headline = next(filter(None, sentences), "……")
    return headline, [("headline_missing", headline, _kept(HEADLINE_MISSING))]


def _cut(line, longest):
    return line if len(line) <= longest else line[: longest - 1] + "…"
