"""The desk's own tables as proofing reads them: who holds which office, and the words that this desk writes wrong."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from articles.proofing.marks import HAN

LEVELS = "省市县区州旗"
# 书记 and 局长 are many people's; 县委书记 and 组织部部长 say by themselves whose office is meant.
_BODY = "常务|第一|专职|名誉|执行|党组|党委|党工委|党总支|党支部"
_POST = (
    "书记|主任|主席|委员|常委|秘书长|检察长|政委|理事长|董事长|总经理|经理|总编辑?|主编|会长|"
    "(?:大队|中队|支队|总队)长|[部局院校所站队处科股组厂社台行馆园厅镇乡村]长"
)
_COMMON = re.compile(rf"(?:{_BODY})*副?(?:{_POST})")
_COMMON_END = re.compile(rf"副?(?:{_POST})$")
_CHIEF_END = re.compile(
    rf"(?:书记|主任|主席|秘书长|检察长|理事长|董事长|总经理|主编|[会{LEVELS}部局院校所站队处科股组厂社台行馆园厅镇乡村]长)$"
)
_OTHERWISE = (
    ("部部长", "部长"),
    ("人大常委会", "人大"),
    ("人民政府", "政府"),
    ("人民法院", "法院"),
    ("人民检察院", "检察院"),
)
_PARTY = re.compile("^(?:中国共产党|中共)")
_PLACE = re.compile(rf"(?![{LEVELS}]|城市|社区|地区)[{HAN}]{{1,8}}?[{LEVELS}]")
_PLACE_OF_TITLE = re.compile(rf"{_PLACE.pattern}(?=[{LEVELS}人政])")  # 嵩县县长, but 副县长
_BLANKS = re.compile(r"\s+")


class Office(NamedTuple):
    """Somebody's office: both days are included, None is open. The smaller the order, the higher the rank."""

    name: str
    title: str
    unit: str = ""
    from_day: date | None = None
    to_day: date | None = None
    order: int = 0

    def held_on(self, day: date | None) -> bool:
        """Whether it was held then; where the day is not known, whether it ever was."""
        return day is None or (self.from_day or day) <= day <= (self.to_day or day)


class Term(NamedTuple):
    wrong: str
    right: str
    note: str = ""


@dataclass(frozen=True)
class Register:
    """职务表 and 本单位易错词表. False when both are empty."""

    offices: tuple[Office, ...] = ()
    terms: tuple[Term, ...] = ()

    @classmethod
    def of(cls, offices: Iterable[Office] = (), terms: Iterable[Term] = ()) -> "Register":
        """Of rows as the desk typed them: blanks inside a name or a title count for nothing."""
        typed = (
            office._replace(**{key: _BLANKS.sub("", getattr(office, key)) for key in _WRITTEN}) for office in offices
        )
        return cls(
            tuple(office for office in typed if office.name and office.title),
            tuple(term for term in terms if term.wrong.strip() and term.right.strip()),
        )

    def __bool__(self):
        return bool(self.offices or self.terms)

    @cached_property
    def by_name(self) -> dict[str, tuple[Office, ...]]:
        return _grouped((office.name, office) for office in self.offices)

    @cached_property
    def by_title(self) -> dict[str, tuple[Office, ...]]:
        """Each wording of a title, short ones included, to the offices that it may mean."""
        return _grouped((title, office) for office in self.offices for title in titles_of(office))

    @cached_property
    def deputies(self) -> dict[str, tuple[Office, ...]]:
        """Titles that the table does not have, to the offices whose deputies they would be: 副县长 to that of the 县长."""
        titles = ((title, office) for office in self.offices for title in deputies_of(office))
        return _grouped((title, office) for title, office in titles if title not in self.by_title)

    @cached_property
    def holders(self) -> dict[str, frozenset[str]]:
        """The names of those who may be meant by a title."""
        return {title: frozenset(office.name for office in offices) for title, offices in self.by_title.items()}

    @cached_property
    def by_begin(self) -> dict[str, tuple[str, ...]]:
        """The names that have a character among their first two."""
        return _grouped((character, name) for name in self.by_name for character in name[:2])

    @cached_property
    def by_end(self) -> dict[str, tuple[str, ...]]:
        return _grouped((character, name) for name in self.by_name for character in name[-2:])

    @cached_property
    def units(self) -> dict[Office, dict[str, bool]]:
        return {office: units_of(office) for office in self.offices}

    @cached_property
    def any_title(self) -> re.Pattern:
        return any_of([*self.by_title, *self.deputies])

    @cached_property
    def any_name(self) -> re.Pattern:
        return any_of(self.by_name)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How long the names are, the longest first."""
        return tuple(sorted({len(name) for name in self.by_name}, reverse=True))

    @cached_property
    def homes(self) -> frozenset[str]:
        """The places that the units name, as “嵩县” in 嵩县人民政府: an office's title may follow them."""
        return frozenset(home for office in self.offices for home in _places_of(office))

    @cached_property
    def home_before(self) -> re.Pattern:
        """What may stand between the words before a title and the title, and says nothing new."""
        homes = sorted(self.homes, key=len, reverse=True)
        return re.compile("(?:" + "|".join([*map(re.escape, homes), f"中共|中国共产党|[我本全][{LEVELS}]"]) + ")+$")

    @cached_property
    def unranked(self) -> frozenset[int]:
        """Orders that tell nothing: nought, where more than one person was left with it."""
        return frozenset({0} if len({office.name for office in self.offices if not office.order}) > 1 else ())

    @cached_property
    def right_by_wrong(self) -> dict[str, Term]:
        return {term.wrong: term for term in self.terms}

    @cached_property
    def wrong_by_begin(self) -> dict[str, tuple[str, ...]]:
        """The wrong words by their first two characters, or the one they have."""
        return _grouped((wrong[:2], wrong) for wrong in self.right_by_wrong)

    @cached_property
    def wrong_begins(self) -> frozenset[str]:
        return frozenset(self.wrong_by_begin)

    @cached_property
    def wrong_characters(self) -> frozenset[str]:
        """The wrong words of one character."""
        return frozenset(begin for begin in self.wrong_by_begin if len(begin) == 1)

    @cached_property
    def covering(self) -> dict[str, tuple[str, ...]]:
        """Of each wrong word the right words, of whatever row, that it is a part of."""
        rights = {term.right for term in self.terms}
        return {wrong: tuple(right for right in rights if wrong in right) for wrong in self.right_by_wrong}


_WRITTEN = ("name", "title", "unit")


def _grouped(pairs):
    groups = defaultdict(dict)
    for key, value in pairs:
        groups[key][value] = None
    return {key: tuple(values) for key, values in groups.items()}


def any_of(words: Iterable[str]) -> re.Pattern:
    """Any of the words, the longest that fits; grouped by their first character, so that hundreds cost as little as ten."""
    groups = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        groups[word[0]].append(re.escape(word[1:]))
    branches = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in groups.items())
    return re.compile("|".join(branches) or r"(?!)")


def is_common(title: str) -> bool:
    """Whether a title needs its unit to say whose it is."""
    return bool(_COMMON.fullmatch(title))


def label_of(office: Office) -> str:
    """A title as the desk is told of it: with its unit where it needs one."""
    return office.unit + office.title if is_common(office.title) else office.title


def titles_of(office: Office) -> set[str]:
    """The ways in which an office's title is written: 县委书记 书记, 组织部部长 组织部长 部长, 常务副县长 副县长."""
    titles = {office.title}
    titles |= {office.title.removeprefix(home) for home in _places_before(office.title, _PLACE_OF_TITLE)}
    for long, short in _OTHERWISE:
        titles |= {title.replace(long, short) for title in titles}
    titles |= {title.removeprefix("常务") for title in titles}
    return titles | {end.group() for title in titles if (end := _COMMON_END.search(title))}


def deputies_of(office: Office) -> set[str]:
    """What the deputy of an office is called: 县委副书记 and 副书记 of 县委书记."""
    ends = ((title, _CHIEF_END.search(title)) for title in titles_of(office) if "副" not in title)
    return {f"{title[: end.start()]}副{end.group()}" for title, end in ends if end}


def units_of(office: Office) -> dict[str, bool]:
    """The ways in which an office's unit is written before its title: 县财政局 and 财政局 for 嵩县财政局, 车村 for 车村镇长.

    True where its place may still stand before it; 财政局 is any town's.
    """
    whole = {office.unit, _PARTY.sub("", office.unit)} - {""}
    for long, short in _OTHERWISE:
        whole |= {unit.replace(long, short) for unit in whole}
    homes = _places_before(_PARTY.sub("", office.unit), _PLACE)
    parts = [(home, unit) for home in homes for unit in whole if unit.startswith(home) and unit != home]
    stems = {unit[:-1] for unit in whole if len(unit) > 2 and unit[-1] == office.title[0]}
    whole |= stems | {unit.removeprefix(home[:-1]) for home, unit in parts}
    return {unit.removeprefix(home): False for home, unit in parts} | dict.fromkeys(whole, True)


def _places_of(office):
    """洛阳市嵩县人民政府: 嵩县 and 洛阳市嵩县, but not 洛阳市 alone, which has offices of its own."""
    yield from _places_before(_PARTY.sub("", office.unit).removeprefix("政协"), _PLACE)
    yield from _places_before(office.title, _PLACE_OF_TITLE)


def _places_before(text, place):
    end, last = 0, ""
    while last[-1:] not in ("县", "旗") and (found := place.match(text, end)):
        end, last = found.end(), found.group()
    return {last, text[:end]} if last else set()
