"""Enumerations of people against the order of the desk's table of offices."""

import re
from collections.abc import Iterator
from itertools import combinations

from django.utils.translation import gettext as _

from articles.proofing.copy import Copy, Finding, found, passages
from articles.proofing.marks import HAN
from articles.proofing.offices import FOLLOWS_A_NAME, opens
from articles.proofing.register import Register

_POST = "(?:书记|主任|主席|常委|委员|政委|[长员])"
# What joins two people of one enumeration: between them others may stand, and titles before the second.
_JOINED = re.compile(
    rf"(?:[{HAN}]{{0,8}}{_POST})?(?:同志)?[ \u3000]*"
    rf"(?:(?P<comma>、)[ \u3000]*(?:[{HAN}·]{{2,24}}、[ \u3000]*)*(?:(?:以?及|[和与])?[{HAN}]{{0,24}}{_POST}(?:兼)?)?"
    rf"|(?:以?及|[和与])(?:[{HAN}]{{2,24}}、)*(?:[{HAN}]{{0,24}}{_POST})?"
    rf"|，(?:[{HAN}]{{2,24}}、)*[{HAN}]{{0,24}}{_POST})[ \u3000]*"
)
_NO_ORDER = re.compile("姓氏|笔画|笔划|排名不分先后|先后|依次|轮流")
_CLAUSE_END = re.compile("[。！？；\n]")


def rank_order(copy: Copy, register: Register) -> Iterator[Finding]:
    """People who are named one after the other, and the table of that day puts a later one first. One finding each time."""
    if not any(office.order for office in register.offices):
        return
    for passage in passages(copy):
        for people in _enumerations(passage.text, register):
            ranks = {name: _ranks(name, register, copy.day) for name, _start, _end in people}
            ranked = [person for person in people if ranks[person[0]]]
            # Who has several offices may be named for any of them.
            if any(min(ranks[one]) > max(ranks[other]) for (one, *_), (other, *_) in combinations(ranked, 2)):
                order = sorted(dict.fromkeys(name for name, *_ in ranked), key=lambda name: min(ranks[name]))
                start, end = ranked[0][1], ranked[-1][2]
                said = _("In the table of offices they stand in this order: %(names)s.") % {"names": "、".join(order)}
                yield found("rank_order", passage, start, end, said)


def _ranks(name, register, day):
    held = (office.order for office in register.by_name[name] if office.held_on(day))
    return [order for order in held if order not in register.unranked]


def _enumerations(text, register):
    """Two or more people of the table whom 、 joins, each as (name, start, end)."""
    people, comma = [], False
    for found_name in register.any_name.finditer(text):
        name, start, end = found_name.group(), *found_name.span()
        if not FOLLOWS_A_NAME.match(text, end) and not re.match(f"[{HAN}]{{0,8}}{_POST}", text[end:]):
            continue
        joined = people and _JOINED.fullmatch(text, people[-1][2], start)
        if not joined:
            yield from _whole(text, people, comma)
            people, comma = [], False
            if not opens(text, start):
                continue
        comma = comma or bool(joined and joined["comma"])
        people.append((name, start, end))
    yield from _whole(text, people, comma)


def _whole(text, people, comma):
    if len(people) > 1 and (comma or len(people) > 2):
        stop = _CLAUSE_END.search(text, people[-1][2])
        if not _NO_ORDER.search(text, people[-1][2], stop.start() if stop else len(text)):
            yield people
