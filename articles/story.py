"""A story as a page shows it: made from a snapshot alone, so that what is signed is what is read."""

from dataclasses import dataclass
from uuid import UUID

from django.core.files.storage import default_storage

from articles import text


@dataclass(frozen=True)
class Part:
    """A piece of the printed byline; `contributor` is set where it is the name of a credited person."""

    text: str
    contributor: UUID | None = None


@dataclass(frozen=True)
class Figure:
    """What the macro of partials/photo.html shows; `url` is empty while the picture's file is missing."""

    medium: str
    url: str
    width: int
    height: int
    caption: str
    credit: str
    alt: str
    ai_made: bool


@dataclass(frozen=True)
class Story:
    """What templates/public/articles/story.html shows of a snapshot."""

    kicker: str
    headline: str
    subhead: str
    byline: tuple[Part, ...]
    blocks: tuple[tuple[text.Block | None, Figure | None], ...]
    column: dict | None
    source: dict | None
    contributors: tuple[UUID, ...]
    ai_made: bool


def story_from(content):
    """Make the Story of a snapshot (a dict, see articles/versions.py). A figure that no mark places stands above the text."""
    figures = [_figure(figure) for figure in content["figures"]]
    body = text.blocks(content["body"])
    return Story(
        kicker=content["kicker"],
        headline=content["headline"],
        subhead=content["subhead"],
        byline=byline_parts(content["byline"], content["credits"]),
        blocks=tuple(_place(body, figures)),
        column=content["column"],
        source=content["source"],
        contributors=tuple(UUID(credit["contributor"]) for credit in content["credits"]),
        ai_made=content["ai_made"],
    )


def _figure(figure):
    name = figure["web"] or figure["file"]
    return Figure(
        medium=figure["medium"],
        url=default_storage.url(name) if name else "",
        width=figure["width"],
        height=figure["height"],
        caption=figure["caption"],
        credit=figure["credit"],
        alt=figure["alt"],
        ai_made=figure["ai_made"],
    )


def _place(body, figures):
    """(block, figure) pairs in reading order, one of each pair None. A mark without its figure shows nothing."""
    marked = {block.figure for block in body if block.kind == "figure"}
    yield from ((None, figure) for number, figure in enumerate(figures, 1) if number not in marked)
    placed = set()
    for block in body:
        if block.kind != "figure":
            yield block, None
        elif block.figure <= len(figures) and block.figure not in placed:
            placed.add(block.figure)
            yield None, figures[block.figure - 1]


def byline_parts(printed, credits):
    """The printed line cut at the credited names, in order; a name the line spells otherwise stays plain text."""
    parts, rest = [], printed
    for credit in credits:
        before, found, after = rest.partition(credit["name"])
        if found:
            parts += [Part(before)] if before else []
            parts.append(Part(found, UUID(credit["contributor"])))
            rest = after
    return (*parts, Part(rest)) if rest else tuple(parts)
