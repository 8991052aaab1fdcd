"""A story as a page shows it: made from a snapshot alone, so that what is signed is what is read."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.core.files.storage import default_storage

from articles import text
from articles.models import MIDDLE
from articles.vocabulary import Medium, Role

OPENING = 3  # blocks of a text: a figure among them is seen without scrolling


@dataclass(frozen=True)
class Part:
    """A piece of the printed byline; `contributor` is set where it is the name of a credited person."""

    text: str
    contributor: UUID | None = None


@dataclass(frozen=True)
class Figure:
    """What the macro of partials/photo.html shows; `url` is empty while the picture's file is missing.

    Of a video clip `poster` is the picture that stands for it until somebody plays it, and width and height are the poster's.
    """

    medium: str
    url: str
    width: int
    height: int
    caption: str
    credit: str
    alt: str
    ai_made: bool
    focus: tuple[int, int] = (MIDDLE, MIDDLE)  # per cent, as Photo.focus
    poster: str = ""
    eager: bool = False  # it opens the story: the one picture that a reader waits for


@dataclass(frozen=True)
class Credit:
    """Somebody who is credited; `role` is a Role."""

    contributor: UUID
    name: str
    role: str


@dataclass(frozen=True)
class Story:
    """What templates/public/articles/story.html shows of a snapshot."""

    kind: str
    kicker: str
    headline: str
    subhead: str
    byline: tuple[Part, ...]
    blocks: tuple[tuple[text.Block | None, Figure | None], ...]
    column: dict | None
    source: dict | None
    credits: tuple[Credit, ...]
    contributors: tuple[UUID, ...]
    ai_made: bool

    @property
    def editors(self):
        """责任编辑, as credited."""
        return [credit.name for credit in self.credits if credit.role == Role.RESPONSIBLE_EDITOR]


def story_from(content):
    """Make the Story of a snapshot (a dict, see articles/versions.py). A figure that no mark places stands above the text."""
    figures = [_figure(figure) for figure in content["figures"]]
    body = text.blocks(content["body"])
    return Story(
        kind=content["kind"],
        kicker=content["kicker"],
        headline=content["headline"],
        subhead=content["subhead"],
        byline=byline_parts(content["byline"], content["credits"]),
        blocks=tuple(_opened(list(_place(body, figures)))),
        column=content["column"],
        source=content["source"],
        credits=tuple(Credit(UUID(line["contributor"]), line["name"], line["role"]) for line in content["credits"]),
        contributors=tuple(UUID(credit["contributor"]) for credit in content["credits"]),
        ai_made=content["ai_made"],
    )


def _figure(figure):
    name = figure["web"] if figure["medium"] == Medium.PICTURE else figure["file"]
    poster = figure["web"] if figure["medium"] == Medium.VIDEO else ""
    return Figure(
        medium=figure["medium"],
        url=default_storage.url(name) if name else "",
        width=figure["width"],
        height=figure["height"],
        caption=figure["caption"],
        credit=figure["credit"],
        alt=figure["alt"],
        ai_made=figure["ai_made"],
        focus=tuple(figure.get("focus", (MIDDLE, MIDDLE))),
        poster=default_storage.url(poster) if poster else "",
    )


def _opened(blocks):
    """The pairs, with the first picture among the first of them marked as the one to be fetched at once."""
    for place, (block, figure) in enumerate(blocks[:OPENING]):
        if figure and figure.url and figure.medium == Medium.PICTURE:
            blocks[place] = (block, replace(figure, eager=True))
            break
    return blocks


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
