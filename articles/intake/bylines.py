"""Bylines: the printed line read into credits, and credits made into the line that this desk prints.

articles/intake/tokens.py finds the names and the role words. Here each role word learns whether its names stand before or
behind it, and every name gets its role.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from typing import NamedTuple

from articles.intake import names
from articles.intake.role_words import (
    BEHIND_NAMES,
    DESK_ROLES,
    LETTERS,
    OF_THE_HOUSE,
    PEOPLE,
    PEOPLE_ROLES,
    PRINTED,
)
from articles.intake.tokens import MEDIUM, Doubt, Token, beside, tokens_of
from articles.vocabulary import Role


class Credit(NamedTuple):
    role: Role
    name: str


class Part(NamedTuple):
    """A stretch of the source text. kind: name, role, mark (punctuation, brackets, what nobody sees), blank or rest."""

    kind: str
    start: int
    end: int


class Flag(NamedTuple):
    """A doubt, and the stretch of the source text that it points at."""

    code: Doubt
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """A byline as read. The parts follow each other without gaps; those of kind name are the credits, in order."""

    text: str
    credits: tuple[Credit, ...]
    parts: tuple[Part, ...]
    flags: tuple[Flag, ...]


def parse_byline(text):
    """Read a printed byline into a Reading. Never raises; what cannot be told is flagged instead of guessed."""
    seen = [place for place, character in enumerate(text) if not _invisible(character)]
    tokens = _read("".join(text[place] for place in seen))
    spans = [(seen[token.start], seen[token.end - 1] + 1) for token in tokens]
    kinds = [_PART_OF.get(token.kind, "mark") for token in tokens]
    return Reading(
        text=text,
        credits=tuple(Credit(token.role, token.word) for token in tokens if token.kind == "name"),
        parts=tuple(_without_gaps(zip(kinds, spans, strict=True), len(text))),
        flags=tuple(Flag(token.doubt, *span) for token, span in zip(tokens, spans, strict=True) if token.doubt),
    )


_PART_OF = {"name": "name", "before": "role", "behind": "role", "blank": "blank", "break": "blank", "rest": "rest"}
_PROSE = re.compile(r"[。！？!?][”’」』)）]?\s*[^\W_]")


def _invisible(character):
    return unicodedata.category(character) in ("Cf", "Cc") and not character.isspace()


def _without_gaps(parts, length):
    """The parts, with what nobody sees put between them as marks."""
    done = 0
    for kind, (start, end) in [*parts, ("", (length, length))]:
        if done < start:
            yield Part("mark", done, start)
        if start < end:
            yield Part(kind, start, end)
        done = end


def _read(line):
    if _PROSE.search(line):
        return [Token("rest", 0, len(line), line, doubt=Doubt.NOT_A_BYLINE)]
    return _compare(_give_roles(_take_sides(tokens_of(line))))


# --- Where the names of a role word stand ----------------------------------------------------------------

_STROKES = ("slash", "bar")


def _take_sides(tokens):
    """Every label becomes `before` (its names follow) or `behind` (its names precede it)."""
    done = list(tokens)
    for bounded, stretch in groupby(range(len(tokens)), lambda place: tokens[place].kind in ("open", "close", "break")):
        solid = [place for place in stretch if not bounded and tokens[place].kind in ("label", "name", "before")]
        for bracketed in (False, True):
            for place, side, doubt in _sides(tokens, solid, bracketed):
                done[place] = replace(tokens[place], kind=side, doubt=tokens[place].doubt or doubt)
    return done


def _sides(tokens, solid, bracketed):
    """(place, side, doubt) of the labels in or out of brackets among the `solid` tokens, which no bracket parts.

    A colon or a slash tells. Else the line does: when it begins with such a word, all stand before their names; when it
    ends with one, all stand behind (文 高文博 图 邵春生; 高文博 摄影 邵春生 制图). Else the word's own habit does.
    """
    labels = [place for place in solid if tokens[place].kind == "label" and tokens[place].bracketed == bracketed]
    if not labels:
        return
    first, last = solid[0], solid[-1]
    after_name = {place for other, place in pairwise(solid) if tokens[other].kind == "name"}
    told = {place: _told_side(tokens, place, place in after_name) for place in labels}
    leads = first in told and first != last and told[first] != "behind" and not _only_before(tokens[first])
    trails = last in told and first != last and told[last] != "before"
    for place in labels:
        if told[place]:
            yield place, told[place], ""
        elif leads and trails and place == last:
            yield place, "behind", Doubt.ROLE_UNCLEAR if tokens[first].role != tokens[last].role else ""
        elif leads:
            yield place, "before", ""
        elif trails and (bracketed or _habit(tokens, last) == "before"):
            yield place, "behind", ""
        else:
            side = _habit(tokens, place)
            after_bare_names = (
                place == labels[0] and tokens[first].kind == "name" and _sort(tokens[place].role) == "work"
            )
            yield place, side, Doubt.ROLE_UNCLEAR if side == "before" and after_bare_names else ""


def _told_side(tokens, place, after_name):
    """The side that a colon, a slash or the word itself tells, or nothing."""
    if tokens[place].bracketed:
        return ""
    left, right = beside(tokens, place, -1).kind, beside(tokens, place, 1).kind
    left, right, colon = after_name and left in _STROKES, right in _STROKES, right == "colon"
    if _only_before(tokens[place]) or colon or right and not left:
        return "before"
    return "behind" if left and not right else ""


def _only_before(token):
    """记者 高文博, 来源：…, 图片由…: these never stand behind their names unless in brackets."""
    if token.bracketed or token.word in BEHIND_NAMES:
        return False
    return token.role in PEOPLE_ROLES or token.role == Role.SOURCE or token.word.endswith("由")


def _habit(tokens, place):
    """Where a word is used to stand. One in brackets belongs to the name that it touches."""
    token = tokens[place]
    if token.bracketed:
        return "behind" if tokens[place - 2].kind == "name" else "before"
    behind = token.word in BEHIND_NAMES or token.word in LETTERS or token.role == Role.TEXT_AND_PICTURE
    return "behind" if behind else "before"


# --- Who gets which role ---------------------------------------------------------------------------------


@dataclass
class _Group:
    """Names under one role. `work` is what a word before the role says that they did (摄影 in 摄影：记者 高文博)."""

    role: Role | None = Role.AUTHOR
    label: int | None = None
    work: Role | None = None
    names: list[int] = field(default_factory=list)
    loose: bool = False  # behind a closed group, no word of its own
    passed_on: bool = False  # its label governs the next group


class _Cast:
    """Gives every name its role while the tokens go by."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.role_of, self.doubt_of = {}, {}
        self.groups = []
        self.begin_segment()

    def begin_segment(self):
        """Brackets and line ends part what role words reach."""
        self.first_open = len(self.groups)
        self.begin(_Group())

    def begin(self, group):
        self.group = group
        self.groups.append(group)

    def awaits_names(self):
        return self.group.label is not None and not self.group.names

    def add_name(self, place):
        group = self.group
        group.names.append(place)
        self.role_of[place] = _done_by(group.role, group.work)
        if group.loose:
            self.doubt_of[place] = Doubt.ROLE_UNCLEAR

    def open_group(self, place):
        """A role word before its names."""
        role, last = self.tokens[place].role, self.group
        if self.awaits_names() and {_sort(role), _sort(last.role)} == {"person", "work"}:
            last.passed_on = True
            role, work = (last.role, role) if _sort(role) == "work" else (role, last.role)
        else:
            work = last.work if role in PEOPLE_ROLES else None
        if self.tokens[place].word in PEOPLE:
            self.leave_out_medium(last)
        self.begin(_Group(role, place, work))

    def leave_out_medium(self, group):
        """河南日报 记者 秦书阳: the unit says where the reporter works. 县公安局 通讯员 李明: it may also have signed."""
        word = self.tokens[group.names[0]].word if group.names else ""
        if group.label is None and len(group.names) == 1 and (names.is_unit(word) or word[0] in "本驻"):
            self.role_of[group.names[0]] = None
            if not MEDIUM.search(word):
                self.doubt_of[group.names[0]] = Doubt.UNIT_BESIDE_PERSON

    def close_group(self, place):
        """A role word behind its names."""
        label, group = self.tokens[place], self.group
        by = group.label is not None and self.tokens[group.label].word.endswith("由")
        if not (by and label.role == Role.SUPPLIER):
            targets = self.targets(label, group)
            if not targets and beside(self.tokens, place, -1).kind != "rest":
                self.doubt_of[place] = Doubt.NAMELESS_ROLE
            elif len(targets) < len(group.names) and label.role != Role.AUTHOR:
                self.doubt_of[place] = Doubt.ROLE_UNCLEAR
            for target in targets:
                self.change(target, label.role)
        if not label.bracketed:
            self.first_open = len(self.groups)
        self.begin(_Group(group.role if group.role in PEOPLE_ROLES else Role.AUTHOR, loose=True))

    def targets(self, label, group):
        """The names that a role word behind them reaches: those of its group; 文图 and 文 reach all groups still open."""
        if label.bracketed:
            return group.names[-1:]
        if label.role in (Role.TEXT_AND_PICTURE, Role.TEXT, Role.AUTHOR):
            groups = self.groups[self.first_open :]
            return [name for other in groups if other.role in PEOPLE_ROLES for name in other.names]
        return group.names if group.role in PEOPLE_ROLES or group.work else group.names[1:]

    def change(self, name, role):
        before = self.role_of[name]
        self.role_of[name] = _done_by(before, role) if role else None
        if before == Role.AUTHOR or self.role_of[name] != before:
            self.doubt_of.pop(name, None)

    def tokens_with_roles(self):
        for group in self.groups:
            if group.label is not None and not group.names and not group.passed_on:
                self.sign_or_doubt(group.label)
        for place, token in enumerate(self.tokens):
            doubt = token.doubt or self.doubt_of.get(place, "")
            if place not in self.role_of:
                yield replace(token, doubt=doubt)
            else:
                role = self.role_of[place]
                yield replace(token, kind="name" if role else "rest", role=role, doubt=doubt)

    def sign_or_doubt(self, place):
        """本报评论员 without a name is a name; any other role word is in want of one."""
        token = self.tokens[place]
        if token.role in (Role.COMMENTATOR, Role.SPECIAL_COMMENTATOR) and token.word != "评论员":
            self.role_of[place] = Role.AUTHOR
        elif beside(self.tokens, place, 1).kind != "rest":
            self.doubt_of[place] = Doubt.NAMELESS_ROLE


def _give_roles(tokens):
    cast = _Cast(tokens)
    for place, token in enumerate(tokens):
        if token.kind in ("close", "break") or token.kind == "open" and not cast.awaits_names():
            cast.begin_segment()
        elif token.kind == "name":
            cast.add_name(place)
        elif token.kind == "before":
            cast.open_group(place)
        elif token.kind == "behind":
            cast.close_group(place)
    return list(cast.tokens_with_roles())


def _sort(role):
    if role in PEOPLE_ROLES:
        return "person"
    return "desk" if role is None or role in DESK_ROLES else "work"


def _done_by(role, work):
    """The role of a person under a word for a work: 记者 高文博 文 stays a reporter, 记者 高文博 摄 is credited for the photo."""
    if role is None or work is None or work in (Role.AUTHOR, Role.TEXT) and role != Role.AUTHOR:
        return role
    return work


def _compare(tokens):
    """Flags what only shows when all credits are known: one name twice in a role, units and persons under one."""
    named = [token for token in tokens if token.kind == "name"]
    times = Counter((token.role, token.word) for token in named)
    sorts = {(token.role, names.is_unit(token.word)) for token in named if token.role != Role.SOURCE}
    done = []
    for token in tokens:
        doubt = ""
        if token.kind == "name" and times[token.role, token.word] > 1:
            doubt = Doubt.REPEATED
        elif token.kind == "name" and names.is_unit(token.word) and (token.role, False) in sorts:
            doubt = Doubt.UNIT_BESIDE_PERSON
        done.append(replace(token, doubt=token.doubt or doubt))
    return done


# --- The line as this desk prints it ---------------------------------------------------------------------


def compose_byline(credits):
    """The line for (role, name) pairs in order; parse_byline() reads the same credits out of it.

    （本报记者 张三 李四 通讯员 王五）, （张三 李四）, 张三 摄, （张三 文/图）, 责任编辑 张三.
    """
    groups = [(role, [name for _, name in pairs]) for role, pairs in groupby(credits, lambda credit: Role(credit[0]))]
    printed, last = [], ""
    for place, stretch in groupby(groups, lambda group: PRINTED[group[0]].place):
        block = list(stretch)
        line = _writers(block) if place == "writers" else " ".join(_phrase(*group) for group in block)
        printed.append(f"（{line}）" if place == "writers" or place == "behind" and _kept_apart(block, last) else line)
        last = place
    return " ".join(printed)


def _writers(groups):
    """本报 stands but once. Authors by themselves need no role word, unless a long name might not be taken for one."""
    if [role for role, _ in groups] == [Role.AUTHOR] and all(len(n) < 5 or names.cut_word(n)[1] for n in groups[0][1]):
        return _row(groups[0][1])
    house = next((place for place, (role, _) in enumerate(groups) if role in OF_THE_HOUSE), None)
    return " ".join(("本报" if place == house else "") + _phrase(*group) for place, group in enumerate(groups))


def _phrase(role, people):
    word, place = PRINTED[role]
    return f"{_row(people)} {word}" if place == "behind" else f"{word} {_row(people)}"


def _row(people):
    return ("、" if any(name.isascii() for name in people) else " ").join(people)


def _kept_apart(block, last):
    """Whether brackets must keep the names from a role word before them, or 文/图 from names that are not its own."""
    return last == "before" or any(role == Role.TEXT_AND_PICTURE for role, _ in block)
