"""What was read on a page, as the screen of a page import holds it: entries that are posted back as they were typed, and are
merged, divided and turned from furniture into pieces. Nothing here asks the database."""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from articles import text
from articles.admin.page_import.characters import Squeezed
from articles.vocabulary import Kind, PlaceRelation

FURNITURE = "furniture"
KINDS = (Kind.STORY, Kind.PHOTO, Kind.BRIEF, Kind.CORRECTION)
MOST_READ = 100  # items that are read on one page; a broadsheet has about 30
MOST_ENTRIES = 120  # with those that were split; a form has so many fields that are taken (settings)
MOST_CAPTIONS = 40  # of one piece
MOST_OFFERED = 100  # places or campaigns of one piece
LONGEST_HEADING = 30  # a longer line at the head of what is divided is no headline
_ENDS_A_SENTENCE = re.compile(r"[。！？；：…”’）)]\s*$")
BYLINE = "byline_text"  # how its stretches are called
CONTINUED = "上接"  # at the head of a piece; 下转 stands at its end


class Stretch(NamedTuple):
    """From where to where of the page's text, and as which field it was read."""

    start: int
    end: int
    field: str


class Offered(NamedTuple):
    """A place or campaign that is offered for a piece. `certain`: the text leaves no doubt; chosen: its box is ticked."""

    slug: str
    chosen: bool = True
    certain: bool = True
    relation: str = PlaceRelation.ABOUT  # of places


class Caption(NamedTuple):
    """A caption, and the key of the picture that it belongs to, or ""."""

    text: str
    picture: str = ""


@dataclass(frozen=True)
class Entry:
    """A piece or a line of furniture as it is typed. `body` is in the desk's marks; furniture has its text there."""

    kind: str
    stretches: tuple[Stretch, ...] = ()
    column: str = ""
    section: str = ""
    kicker: str = ""
    headline: str = ""
    subhead: str = ""
    body: str = ""
    captions: tuple[Caption, ...] = ()
    printed_byline: str = ""
    jump: str = ""
    skipped: bool = False
    places: tuple[Offered, ...] = ()
    campaigns: tuple[Offered, ...] = ()
    added: dict = field(default_factory=dict, compare=False)  # what was chosen or typed beside what is offered

    @property
    def is_piece(self):
        return self.kind != FURNITURE

    @property
    def wanted(self):
        return self.is_piece and not self.skipped

    @property
    def paragraphs(self):
        return text.clean_body(self.body).split("\n") if self.body.strip() else []

    @property
    def title(self):
        """What the piece is called on the screen."""
        told = (text.clean_line(self.headline), *self.paragraphs, *(caption.text for caption in self.captions))
        return next(filter(None, (text.first_sentence(each, 40) for each in told)), "")

    @property
    def plain_paragraphs(self):
        """The paragraphs as they are proofed: without marks, figures left out."""
        return text.plain(text.clean_body(self.body)).split("\n")

    def words(self):
        """Everything that would be printed, a passage each."""
        passages = (self.column, self.section, self.kicker, self.headline, self.subhead, self.body)
        return [*passages, *(caption.text for caption in self.captions), self.printed_byline]


TEXT_FIELDS = ("column", "section", "kicker", "headline", "subhead", "body", "printed_byline", "jump")


# --- as posted -------------------------------------------------------------------------------------------


def posted(data, length):
    """The entries of a posted screen over a page of `length` characters. What cannot be meant is left out, nothing raises."""
    total = _number(data.get("total", ""), MOST_ENTRIES)
    return [_entry(data, f"p{number}-", length) for number in range(total)]


def _entry(data, prefix, length):
    kind = data.get(f"{prefix}kind", "")
    return Entry(
        kind=kind if kind in KINDS or kind == FURNITURE else Kind.STORY,
        stretches=spelled_stretches(data.get(f"{prefix}stretches", ""), length),
        captions=tuple(
            Caption(_lines(data.get(f"{prefix}caption-{number}", "")), data.get(f"{prefix}picture-{number}", ""))
            for number in range(_number(data.get(f"{prefix}captions", ""), MOST_CAPTIONS))
        ),
        skipped=f"{prefix}skipped" in data,
        places=_offered(data, f"{prefix}place"),
        campaigns=_offered(data, f"{prefix}campaign"),
        added={
            name: data.get(f"{prefix}{name}", "").strip()
            for name in ("add_place", "place_name", "add_relation", "add_campaign", "campaign_name")
        },
        **{name: _lines(data.get(f"{prefix}{name}", "")) for name in TEXT_FIELDS},
    )


def form_of(entries):
    """The fields that `posted` reads as these entries: {name: list of values}."""
    form = {"total": [str(len(entries))]}
    for number, entry in enumerate(entries):
        form |= {f"p{number}-{name}": [_kept(each) for each in values] for name, values in _fields_of(entry)}
    return form


def _fields_of(entry):
    yield "kind", [str(entry.kind)]
    yield "stretches", [spelled(entry.stretches)]
    for name in TEXT_FIELDS:
        yield name, [getattr(entry, name)]
    yield "captions", [str(len(entry.captions))]
    for row, caption in enumerate(entry.captions):
        yield f"caption-{row}", [caption.text]
        yield f"picture-{row}", [caption.picture]
    if entry.skipped:
        yield "skipped", ["on"]
    for name, rows in (("place", entry.places), ("campaign", entry.campaigns)):
        yield f"{name}_offered", [row.slug if row.certain else f"?{row.slug}" for row in rows]
        yield name, [row.slug for row in rows if row.chosen]
        for row in rows:
            yield f"{name}_relation-{row.slug}", [str(row.relation)]
    for name, typed in entry.added.items():
        yield name, [typed or ""]


def _kept(typed):
    return typed.replace("\0", "")  # no database keeps it


def _lines(typed):
    return typed.replace("\r\n", "\n").replace("\0", "")


def _number(typed, most):
    return min(int(typed), most) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0


def _offered(data, name):
    """Offered slugs are posted as `slug` or, where the text leaves a doubt, `?slug`."""
    chosen = set(data.getlist(name))
    found = {}
    for spelled in data.getlist(f"{name}_offered")[:MOST_OFFERED]:
        slug = spelled.removeprefix("?")
        relation = data.get(f"{name}_relation-{slug}", "")
        found[slug] = Offered(
            slug,
            slug in chosen,
            not spelled.startswith("?"),
            relation if relation in PlaceRelation.values else PlaceRelation.ABOUT,
        )
    return tuple(found.values())


def spelled(stretches):
    """As the screen carries them: 120-240-body,241-250-byline_text"""
    return ",".join(f"{start}-{end}-{name}" for start, end, name in stretches)


def spelled_stretches(spelling, length):
    """The stretches of a spelling; those outside the page or spoiled are left out."""
    found = []
    for part in spelling[:200_000].split(","):
        match = re.fullmatch(r"([0-9]{1,7})-([0-9]{1,7})-([a-z_]{1,20})", part)
        if match and int(match[1]) < int(match[2]) <= length:
            found.append(Stretch(int(match[1]), int(match[2]), match[3]))
    return tuple(found)


# --- acts ------------------------------------------------------------------------------------------------


def merged(first, second):
    """One piece of two. The second's headline becomes a subhead in the text; nothing is dropped."""
    head = " ".join(filter(None, (second.kicker.strip(), second.headline.strip())))
    own = first.body.strip() or first.headline.strip() or first.captions
    lines = [line for line in (first.body.strip(), *_head_lines(head, second.subhead.strip(), own)) if line]
    captions, byline = second.captions, second.printed_byline.strip()
    if captions and not second.body.strip() and byline and first.kind != Kind.PHOTO:
        captions, byline = _signed(captions, byline), ""  # the credit goes with its caption
    return replace(
        first,
        stretches=tuple(sorted({*first.stretches, *second.stretches})),
        column=first.column or second.column,
        section=first.section or second.section,
        kicker=first.kicker if own else " ".join(filter(None, (first.kicker, second.kicker))),
        headline=first.headline if own else second.headline,
        subhead=first.subhead if own else " ".join(filter(None, (first.subhead, second.subhead))),
        body="\n".join([*lines, second.body.strip()] if second.body.strip() else lines),
        captions=first.captions + captions,
        printed_byline=" ".join(filter(None, (first.printed_byline.strip(), byline))),
        jump=" ".join(filter(None, (first.jump, second.jump))),
        skipped=first.skipped and second.skipped,
        places=_united(first.places, second.places),
        campaigns=_united(first.campaigns, second.campaigns),
    )


def _head_lines(head, subhead, own):
    if not own:
        return []
    return [f"## {head}" if head else "", subhead]


def _signed(captions, byline):
    *others, last = captions
    return (*others, last._replace(text=f"{last.text.rstrip()} {byline}"))


def _united(first, second):
    both = {row.slug: row for row in first}
    for row in second:
        here = both.get(row.slug)
        both[row.slug] = row if here is None or (row.chosen and not here.chosen) else here
    return tuple(both.values())


def divided(entry, place, page_text):
    """Two pieces of one, cut before a paragraph of its text (or before a caption, where it has no text); `place` counts
    paragraphs from 1. None when there is nothing to cut there. A byline stays on the side on which it is printed."""
    paragraphs = entry.paragraphs
    if 2 <= place <= len(paragraphs):
        return _divided_text(entry, paragraphs, place, page_text)
    if not paragraphs and 2 <= place <= len(entry.captions):
        return _divided_captions(entry, place, page_text)
    return None


def _divided_text(entry, paragraphs, place, page_text):
    above, below = paragraphs[: place - 1], paragraphs[place - 1 :]
    upper, lower = cut_stretches(entry, plain(below[0]), page_text)
    headline = plain(below[0]).strip()
    if len(below) > 1 and len(headline) <= LONGEST_HEADING and not _ENDS_A_SENTENCE.search(headline):
        below = below[1:]
    else:
        headline = ""
    continued = entry.jump if entry.jump.startswith(CONTINUED) else ""
    above_the_cut, below_the_cut = _bylines(entry, upper, lower, page_text)
    first = replace(entry, stretches=upper, body="\n".join(above), printed_byline=above_the_cut, jump=continued)
    second = Entry(
        kind=entry.kind,
        stretches=lower,
        column=entry.column,
        section=entry.section,
        headline=headline,
        body="\n".join(below),
        printed_byline=below_the_cut,
        jump="" if continued else entry.jump,
    )
    return first, second


def _divided_captions(entry, place, page_text):
    upper, lower = cut_stretches(entry, entry.captions[place - 1].text, page_text)
    above_the_cut, below_the_cut = _bylines(entry, upper, lower, page_text)
    first = replace(entry, stretches=upper, captions=entry.captions[: place - 1], printed_byline=above_the_cut, jump="")
    second = Entry(
        kind=entry.kind,
        stretches=lower,
        column=entry.column,
        section=entry.section,
        captions=entry.captions[place - 1 :],
        printed_byline=below_the_cut,
        jump=entry.jump,
    )
    return first, second


def _bylines(entry, upper, lower, page_text):
    """(byline of the first, byline of the second) of a piece that is cut. One that was only typed goes with the end; of two
    that were put together each stays with its half while they read as they are printed."""
    byline = entry.printed_byline
    if not lower:  # the cut is not on the page: what is printed before the text is above it
        text_begins = min((part.start for part in upper if part.field in ("body", "text")), default=0)
        upper, lower = ([part for part in upper if (part.end <= text_begins) == above] for above in (True, False))
    above = [part for part in upper if part.field == BYLINE]
    if not above:
        return "", byline
    if not any(part.field == BYLINE for part in lower):
        return byline, ""
    printed = _letters("".join(page_text[part.start : part.end] for part in above))
    ends = (end for end, letter in enumerate(byline) if letter == " " and _letters(byline[:end]) == printed)
    end = next(ends, 0)
    return byline[:end].strip(), byline[end:].strip()


def _letters(words):
    return "".join(filter(str.isalnum, words))


def cut_stretches(entry, words, page_text):
    """The stretches before the place where the words begin on the page, and those from there on. Words that were typed
    and do not stand there leave everything with the first."""
    squeezed = Squeezed(page_text, entry.stretches)
    found = squeezed.find(words[:40]) or squeezed.find(words[:12])
    if found is None:
        return entry.stretches, ()
    cut = found[0]
    upper = tuple(part._replace(end=min(part.end, cut)) for part in entry.stretches if part.start < cut)
    lower = tuple(part._replace(start=max(part.start, cut)) for part in entry.stretches if part.end > cut)
    return upper, lower


def as_piece(entry):
    """Furniture as a piece of its own: one line is its headline, several are its text."""
    lines = entry.paragraphs
    if len(lines) == 1 and len(lines[0]) <= LONGEST_HEADING:
        return replace(entry, kind=Kind.BRIEF, headline=lines[0], body="")
    return replace(entry, kind=Kind.STORY)


def appended(piece, furniture, part):
    """The piece with a line of furniture in one of its parts. A column head or a banner may stand over several pieces."""
    words = " ".join(furniture.paragraphs)
    if part in ("column", "section"):
        return replace(piece, **{part: words})
    if part in ("kicker", "headline", "subhead"):
        before = furniture.stretches < piece.stretches
        both = (words, getattr(piece, part)) if before else (getattr(piece, part), words)
        piece = replace(piece, **{part: " ".join(filter(None, both))})
    elif piece.kind == Kind.PHOTO and not piece.body.strip():
        piece = replace(piece, captions=(*piece.captions, Caption(furniture.body.strip())))
    else:
        both = (furniture.body, piece.body) if part == "first" else (piece.body, furniture.body)
        piece = replace(piece, body="\n".join(filter(None, (each.strip() for each in both))))
    return replace(piece, stretches=tuple(sorted({*piece.stretches, *furniture.stretches})))


def plain(line):
    """A paragraph without the mark at its head."""
    return re.sub(r"^(?:##|>>|\|)\s*", "", line)
