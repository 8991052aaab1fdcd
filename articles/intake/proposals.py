"""What the desk would make of a newspaper page: every item with its credits, places, campaigns, days, and what looks wrong."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import override

from articles import gazetteer, wording_tables
from articles.intake.bylines import Credit, parse_byline
from articles.intake.campaigns import Campaigns
from articles.intake.event_days import EventDay, read_event_days
from articles.intake.parse import Item, Page, parse_page
from articles.intake.place_reading import PlaceReading, Suggestion
from articles.intake.places import Gazetteer
from articles.models import Campaign, Column
from articles.proofing import Copy, Finding, proof
from articles.proofing.register import Register
from articles.vocabulary import Kind

SIGNED = (Kind.STORY, Kind.PHOTO)  # somebody's name belongs to these


@dataclass(frozen=True)
class Desk:
    """What a page is read against. `columns` leads from the name of a column to its slug, `campaign_names` from a slug to the name."""

    gazetteer: Gazetteer
    campaigns: Campaigns
    columns: Mapping[str, str]
    campaign_names: Mapping[str, str]
    register: Register = Register()


@dataclass(frozen=True)
class Proposal:
    """An item, and what is suggested for it: places it is about first, campaigns by slug. Furniture has nothing."""

    item: Item
    credits: tuple[Credit, ...] = ()
    places: tuple[Suggestion, ...] = ()
    campaigns: tuple[str, ...] = ()
    event_days: tuple[EventDay, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Proposals:
    """A page that was read, and its items in their order, furniture included.

    `home` is the path of the county that most of its pieces are about, or "".
    """

    page: Page
    pieces: tuple[Proposal, ...]
    desk: Desk
    home: str = ""


def desk_of_database() -> Desk:
    """The places, campaigns, columns, offices and words as the desk keeps them now."""
    return Desk(
        gazetteer=gazetteer.current(),
        campaigns=gazetteer.campaign_index(),
        columns=dict(Column.objects.order_by("slug").values_list("name", "slug")),
        campaign_names=dict(Campaign.objects.order_by("slug").values_list("slug", "name")),
        register=wording_tables.current(),
    )


def propose(text: str, *, desk: Desk, day: date) -> Proposals:
    """Read a page of the newspaper of `day`."""
    page = parse_page(text, is_place=desk.gazetteer.is_place, columns=desk.columns)
    copies = [copy_of_item(item, day) for item in page.items]
    readings = [places_in(copy, desk) for copy in copies]
    # 城关镇 stands in many counties; in a county's own paper the other pieces tell which one is meant.
    home = desk.gazetteer.common_home(readings)
    if home:
        readings = [places_in(copy, desk, home) for copy in copies]
    pieces = [
        _proposal(item, copy, reading, desk, day)
        for item, copy, reading in zip(page.items, copies, readings, strict=True)
    ]
    return Proposals(page, tuple(pieces), desk, home)


def _proposal(item, copy, reading, desk, day):
    if item.kind == "furniture":
        return Proposal(item)
    return Proposal(
        item=item,
        credits=tuple(dict.fromkeys(parse_byline(item.byline).credits)),
        places=reading.suggestions,
        campaigns=desk.campaigns.read(**_words(copy)),
        event_days=event_days_of(copy, day),
        findings=proof(copy, gazetteer=AsRead(reading), register=desk.register),
    )


def _words(copy):
    return {name: getattr(copy, name) for name in ("kicker", "headline", "subhead", "paragraphs", "captions")}


def places_in(copy: Copy, desk: Desk, home: str = "") -> PlaceReading:
    """The places that the words of a piece name."""
    return desk.gazetteer.read(byline=copy.byline, home=home, **_words(copy))


@dataclass(frozen=True)
class AsRead:
    """The gazetteer as proofing asks it, with the answer that it gave for this piece already."""

    reading: PlaceReading

    def read(self, **_words):
        return self.reading


def event_days_of(copy: Copy, day: date) -> tuple[EventDay, ...]:
    """The days that the words of a piece name, in the newspaper of `day`."""
    heads = {"kicker": copy.kicker, "headline": copy.headline, "subhead": copy.subhead}
    return read_event_days(copy.paragraphs, day, captions=copy.captions, **heads)


def copy_of_item(item: Item, day: date) -> Copy:
    """An item as it is proofed: a photo's paragraphs are its one caption."""
    photo = item.kind == Kind.PHOTO
    paragraphs = tuple(paragraph.text for paragraph in item.paragraphs)
    return Copy(
        kind=item.kind,
        kicker=item.kicker,
        headline=item.headline,
        subhead=item.subhead,
        paragraphs=() if photo else paragraphs,
        exempt=frozenset(n for n, paragraph in enumerate(item.paragraphs) if paragraph.heading and not photo),
        captions=("\n".join(paragraphs),) if photo else (),
        byline=item.byline,
        signed=item.kind in SIGNED,
        jump=item.jump,
        day=day,
        raw=() if photo else tuple(map(seams_of, item.paragraphs)),
    )


def seams_of(paragraph):
    """Where lines were joined in a paragraph: offsets in its text.

    The text is the stretches of the page put together; white space that the joining left out lies between them.
    """
    offsets, done = [], 0
    for start, end in paragraph.spans[:-1]:
        done += end - start
        offsets.append(done)
    return tuple(offsets)


def as_json(proposals: Proposals, *, source_sha256: str = "") -> dict:
    """The page as `import_page --json` prints it. `source_sha256` is of the file's bytes; without one, of the text in UTF-8."""
    with override("zh-hans"):  # roles by their Chinese names, whatever language the desk speaks
        return {
            "items": [_item(proposal, proposals.desk) for proposal in proposals.pieces],
            "source_sha256": source_sha256 or hashlib.sha256(proposals.page.text.encode()).hexdigest(),
        }


def _item(proposal, desk):
    item = proposal.item
    furniture = item.kind == "furniture"
    return {
        "kind": item.kind,
        "column": item.column or None,
        "kicker": item.kicker or None,
        "headline": item.headline or None,
        "subhead": item.subhead or None,
        "body": [paragraph.text for paragraph in item.paragraphs],
        "text": item.text if furniture else None,
        "byline_text": item.byline or None,
        "bylines": [{"role": str(credit.role.label), "name": credit.name} for credit in proposal.credits],
        "localities": [{"name": place.name, "code": place.code, "level": place.level} for place, *_ in proposal.places],
        "campaigns": [desk.campaign_names[slug] for slug in proposal.campaigns],
        "event_dates": list(dict.fromkeys(found.day.isoformat() for found in proposal.event_days if found.day)),
        "flags": [
            {
                "check": finding.check,
                "severity": str(finding.severity),
                "paragraph": _in_body(finding, item),
                "excerpt": finding.excerpt,
            }
            for finding in proposal.findings
        ],
        "lines": [item.first_line, item.last_line],
        "spans": [list(span) for span in item.spans],
    }


def _in_body(finding, item):
    """The paragraph of the printed body that a finding points at, or None."""
    if finding.field != "caption" or finding.paragraph is None:
        return finding.paragraph
    before = 0  # a caption of several lines is proofed as one
    for number, paragraph in enumerate(item.paragraphs):
        before += len(paragraph.text) + 1
        if finding.start < before:
            return number
    return None
