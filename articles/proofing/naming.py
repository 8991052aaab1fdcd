"""Who and where: the byline, places against the gazetteer, one name written in two ways."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations

from django.utils.translation import gettext as _

from articles.intake.bylines import parse_byline
from articles.intake.doubts import DOUBTS
from articles.intake.names import SURNAMES
from articles.intake.places import Gazetteer
from articles.intake.tokens import Doubt
from articles.proofing.copy import Copy, Finding, Passage, body, found, passages
from articles.vocabulary import Kind, Severity

# --- The byline ------------------------------------------------------------------------------------------

_UNSIGNED = {Kind.STORY: Severity.ERROR, Kind.PHOTO: Severity.ERROR, Kind.BRIEF: Severity.WARNING}


# 新华社莫斯科11月18日电, 新华社发, 本报综合消息, 据《健康报》, 资料图片: a source signs instead of a person.
_SOURCE = re.compile("新华社|中新社|通讯社|本报|据.{0,12}[报社网台》]|消息|资料(?:图|照)片?")


@lru_cache(maxsize=64)  # a line is read again at each save of its piece
def _reading(line):
    return parse_byline(line)


def bylines(copy: Copy) -> Iterator[Finding]:
    """A byline that names nobody, or one that is not read with certainty. The other part of a piece that jumps may have it."""
    passage, reading = Passage("byline", None, copy.byline), _reading(copy.byline)
    sourced = bool(_SOURCE.search(copy.byline))
    if copy.signed and not (copy.jump or sourced or reading.credits) and copy.kind in _UNSIGNED:
        if copy.byline.strip():
            severity, said = Severity.WARNING, _("Nobody is named in this byline.")
        else:
            severity, said = _UNSIGNED[copy.kind], _("This piece has no byline.")
        yield found("byline_missing", passage, 0, len(copy.byline), said, severity)
    for flag in reading.flags:
        if sourced and flag.code in (Doubt.UNREAD, Doubt.LONE_CHARACTER):
            continue
        said = _("“%(stretch)s”: %(doubt)s") % {
            "stretch": copy.byline[flag.start : flag.end].strip(),
            "doubt": DOUBTS[flag.code],
        }
        yield found("byline_doubt", passage, flag.start, flag.end, said)


# --- Places ----------------------------------------------------------------------------------------------


def places(copy: Copy, gazetteer: Gazetteer) -> Iterator[Finding]:
    """What the gazetteer does not know where the piece puts it, and names of several places."""
    reading = gazetteer.read(
        kicker=copy.kicker,
        headline=copy.headline,
        subhead=copy.subhead,
        paragraphs=copy.paragraphs,
        captions=copy.captions,
        byline=copy.byline,
    )
    texts = {(passage.field, passage.paragraph): passage for passage in passages(copy)}
    for doubt in reading.doubts:
        values = {"words": doubt.words, "within": doubt.within, "candidates": "、".join(doubt.candidates)}
        if doubt.code == "ambiguous_place":
            said = _("Several places are called %(words)s: %(candidates)s.") % values
        elif doubt.candidates:
            said = _("No %(words)s is known in %(within)s; known there: %(candidates)s.") % values
        elif doubt.within:
            said = _("No %(words)s is known in %(within)s.") % values
        else:
            said = _("No place called %(words)s is known.") % values
        yield found(doubt.code, texts[doubt.field, doubt.paragraph], doubt.start, doubt.end, said)


# --- One name in two ways --------------------------------------------------------------------------------

_TITLED = (
    "书记|主任|局长|镇长|县长|市长|乡长|村长|校长|院长|部长|主席|会长|经理|董事长|队长|组长|站长|所长|民警|村民|居民|群众|党员|"
    "教师|老师|医生|护士|同志|负责人|记者|职工|工人|农户|种植户|养殖户|专家|支书|委员|网格员|志愿者|干部|选手|同学|学生|会计|场长|厂长"
)
_SAYS = "说|介绍|表示|告诉|坦言|笑着|高兴|激动|感慨|回忆|认为|指出|强调"
_NAME = f"[{''.join(sorted(SURNAMES))}][^\\W\\da-zA-Z_是他她它我你们的了在不就也都还有人这那和与对向为把被将所者]{{2}}"
_PERSON = re.compile(rf"(?:{_TITLED})({_NAME})(?=[，、。（(：和与在的]|{_SAYS})|(?<=[，。：”、])({_NAME})(?={_SAYS})")
_POSTED = re.compile(r"驻(?P<city>北京|京|上海|沪|天津|津|重庆|渝)(?P<name>\w{4})")
_SHORT = {"北京": "京", "上海": "沪", "天津": "津", "重庆": "渝"}


def name_variants(copy: Copy) -> Iterator[Finding]:
    yield from _persons(copy)
    yield from _posts(copy)


def _persons(copy):
    """王建民 and 王建明: names of three characters that differ in one, and are nowhere named together as two people."""
    seen = {}
    for passage in passages(copy):
        for match in _PERSON.finditer(passage.text):
            group = 1 if match[1] else 2
            seen.setdefault(match[group], (passage, *match.span(group)))
    families = defaultdict(list)
    for name in seen:
        families[name[0]].append(name)
    together = None
    for family in families.values():
        for one, other in combinations(family[:20], 2):
            if (one[1] == other[1]) == (one[2] == other[2]):
                continue
            together = _named_together(copy) if together is None else together
            if not {(one, other), (other, one)} & together:
                said = _("Also written %(name)s: one person or two?") % {"name": one}
                yield found("name_variant", *seen[other], said)


_TOGETHER = re.compile(r"(?=(\w{3})[、和与，及同跟](\w{3}))")


def _named_together(copy):
    """Pairs of three characters each that an enumeration joins."""
    return {match.groups() for text in copy.paragraphs for match in _TOGETHER.finditer(text)}


def _posts(copy):
    """驻北京流动党员支部 and 驻京流动党员党支部: one body, its city once in full and once in short."""
    seen = {}
    for passage in body(copy):
        for match in _POSTED.finditer(passage.text):
            city, name = match["city"], match["name"]
            others = seen.setdefault((_SHORT.get(city, city), name), {})
            if others and city not in others:
                said = _("Also written %(name)s.") % {"name": next(iter(others.values()))}
                yield found("name_variant", passage, *match.span(), said)
            others.setdefault(city, match.group())
