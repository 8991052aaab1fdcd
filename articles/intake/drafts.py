"""The pieces of a page as they would be entered: what a person looks through, changes and confirms before anything is written."""

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from articles import text
from articles.intake.event_days import EventDay
from articles.intake.proposals import SIGNED, AsRead, Desk, Proposals, event_days_of, places_in, seams_of
from articles.photos import Picture
from articles.proofing import Copy, Finding, proof
from articles.vocabulary import Kind


@dataclass(frozen=True)
class Draft:
    """A piece before it is written. `number` counts the pieces of the page from 1, in printed order.

    `body` carries the desk's marks and is empty for a photo, whose text is its captions. `places` are (slug, relation)
    pairs, what the piece is about first. `pictures` are those of the captions, None where a caption has none. `seams` tells
    for paragraphs of the page, by their words, where in them lines were joined: repeated text shows at a seam.
    """

    number: int
    kind: str
    column: str = ""
    section: str = ""
    kicker: str = ""
    headline: str = ""
    subhead: str = ""
    body: str = ""
    captions: tuple[str, ...] = ()
    printed_byline: str = ""
    places: tuple[tuple[str, str], ...] = ()
    campaigns: tuple[str, ...] = ()
    event_days: tuple[EventDay, ...] = ()
    findings: tuple[Finding, ...] = ()
    fingerprint: str = ""
    first_line: int = 0
    last_line: int = 0
    jump: str = ""
    seams: tuple[tuple[str, tuple[int, ...]], ...] = ()
    pictures: tuple[Picture | None, ...] = ()


def drafts_of(proposals: Proposals) -> tuple[Draft, ...]:
    """The pieces of a page that was read; furniture is left out."""
    pieces = [proposal for proposal in proposals.pieces if proposal.item.kind != "furniture"]
    return tuple(_draft(number, proposal, proposals.page.text) for number, proposal in enumerate(pieces, 1))


def _draft(number, proposal, page):
    item = proposal.item
    photo = item.kind == Kind.PHOTO
    return Draft(
        number=number,
        kind=item.kind,
        column=item.column,
        section=item.section,
        kicker=item.kicker,
        headline=item.headline,
        subhead=item.subhead,
        body="" if photo else "\n".join(map(_line, item.paragraphs)),
        captions=("\n".join(paragraph.text for paragraph in item.paragraphs),) if photo else (),
        printed_byline=item.byline,
        places=tuple((suggestion.place.slug, suggestion.relation) for suggestion in proposal.places),
        campaigns=proposal.campaigns,
        event_days=proposal.event_days,
        findings=proposal.findings,
        fingerprint=fingerprint_of("".join(page[span.start : span.end] for span in sorted(item.spans))),
        first_line=item.first_line,
        last_line=item.last_line,
        jump=item.jump,
        seams=() if photo else tuple((paragraph.text, seams_of(paragraph)) for paragraph in item.paragraphs),
    )


def _line(paragraph):
    return f"## {paragraph.text}" if paragraph.heading else paragraph.text


def fingerprint_of(characters: str) -> str:
    """What a piece is known by when it comes in again: sha256 of its characters, as 64 hex digits.

    White space and what nobody sees (a byte order mark, zero-width blanks) are left out.
    """
    seen = (c for c in characters if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))
    return hashlib.sha256("".join(seen).encode()).hexdigest()


def copy_of_draft(draft: Draft, day: date) -> Copy:
    """A draft as it is proofed."""
    blocks = [block for block in text.blocks(text.clean_body(draft.body)) if block.kind != "figure"]
    paragraphs = tuple("".join(run.text for run in block.runs) for block in blocks)
    seams = dict(draft.seams)
    return Copy(
        kind=draft.kind,
        kicker=draft.kicker,
        headline=draft.headline,
        subhead=draft.subhead,
        paragraphs=paragraphs,
        exempt=frozenset(number for number, block in enumerate(blocks) if block.kind != "paragraph"),
        captions=draft.captions,
        byline=draft.printed_byline,
        signed=draft.kind in SIGNED,
        jump=draft.jump,
        day=day,
        raw=tuple(seams.get(paragraph, ()) for paragraph in paragraphs),
    )


def proofed(draft: Draft, *, desk: Desk, day: date, home: str = "") -> Draft:
    """The draft with what its own words, as they stand now, give: event days and findings. `home` is that of its page."""
    copy = copy_of_draft(draft, day)
    findings = proof(copy, gazetteer=AsRead(places_in(copy, desk, home)), register=desk.register)
    return replace(draft, event_days=event_days_of(copy, day), findings=findings)
