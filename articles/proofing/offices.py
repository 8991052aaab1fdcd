"""Names and titles against the desk's table of offices: a name one character off, a title not held, an order of rank turned round.

A name counts only where it stands directly beside a title: without one, 王志钢 may be anybody. What another county's officers,
former ones and those of other years are called, the table cannot tell; there nothing is found.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _
from pypinyin import Style, pinyin

from articles.proofing.copy import Copy, Finding, Passage, found, passages
from articles.proofing.marks import HAN
from articles.proofing.register import LEVELS, Office, Register, deputies_of, is_common, label_of
from articles.vocabulary import Severity

MOST_TITLES = 8  # that one name shares
LONGEST_LEFT = 40  # characters before a title that may tell whose it is


class Standing(Enum):
    """How surely a title in the text is one of the table."""

    OURS = "ours"
    BARE = "bare"  # 书记王志刚: which 书记, only the piece as a whole can tell
    UNSURE = "unsure"  # some word stands before it that may be a place
    FORMER = "former"
    ELSEWHERE = "elsewhere"  # of another place or unit
    ANOTHER = "another"  # 副 before it: a different title


_DECISIVE = (Standing.ELSEWHERE, Standing.UNSURE, Standing.FORMER)  # of one title in a chain for all

# What may stand before a title, or a name, without being a part of it; and what may follow a name.
OPENS = re.compile(
    "(?:[由和与及了的在对向是为让请把被有给跟从受据就将随时后间日午晚晨上中下里内以到]|(?<=[会此日目年之提午事行])前|"
    "陪同|会见|邀请|代表|主持|听取|采访|其中|现场|同时|同志|领导|先后|分别|按照|根据|如今|今天|昨天|目前|记者|首先|随后|"
    "书记|主任|主席|常委|委员|[省市县区州旗局部镇乡校院]长|现任|我们)$"
)
_FORMER = re.compile(
    "(?:(?<![太平中草高三雪])原|(?<![会此日目年之提午事行面以])前|时任|前任|老|曾任|历任|首任|上任|[上历]届|第[一二三四五六七八九十]+任|新任|新当选|已故|退休|离休|离任|卸任)的?$"
)
_ANOTHER = re.compile("(?:副|代|代理|第一|常务|总|名誉|执行|首席|助理|拟任|候任|挂职|专职|原任)$")
_OF_A_UNIT = re.compile(f"[{LEVELS}镇乡村局委办部院厅处科所站校社司团组队会府行厂室心园联协台报网学馆场道]$")
FOLLOWS_A_NAME = re.compile(
    rf"\Z|[^{HAN}]|[在到对向就为与和及等的了是将已也还都从把被让以作做致说讲率赴兼任又再并则]|以及|同志|一行|一同|一起|出席|主持|参加|"
    "带队|带领|率队|率领|先后|分别|深入|强调|指出|要求|表示|介绍|宣布|发表|陪同|调研|检查|视察|走访|慰问|看望|会见|接待|主讲|传达|通报|"
    "宣读|听取|来到|前往|实地|现场|亲自|担任|当选|辞去|首先|随后|围绕|结合|详细|仔细|认真|告诉|提出|认为|坦言|组织|召集|主动|当场|签署|"
    "签订|揭牌|授|颁|观看|观摩|督导|督查|暗访|点评|总结|安排|部署|动员|汇报|述职|回应|回答|接受|专程|冒雨|牵头|参观|察看|查看|询问|了解|"
    "叮嘱|嘱咐|鼓励|勉励|希望|高度|充分|启动|按下|共同|简要|主要|没有|现任|此前|致辞|致词|讲话|笔|书记|县长|主任|主席|局长|部长|副"
)
# 县长信箱, 县长助理, 书记员, 县长职务: no address of a person.
_NO_ADDRESS = re.compile(
    "助理|信箱|办公|热线|专线|级|[^，。]{0,4}奖|室|员|团|们|会|令|职|候选|人选|一职|岗|任|秘书|夫人|之"
)
_ELSEWHEN = re.compile(
    "(?P<year>(?:19|20)\\d\\d)年|去年|前年|当年|那年|当时|当初|往年|早年|年前|昔日|曾|世纪|年代|民国|解放前|建国初|[〇零一二三四五六七八九]{4}年"
)
_MONTH = re.compile(r"(?<!\d)(?P<month>1[0-2]|0?[1-9])月(?:份|(?P<day>3[01]|[12]\d|0?[1-9])日)?")
_HAN_ONLY = re.compile(f"[{HAN}·]+")
_SENTENCE_END = re.compile("[。！？；\n]")
_QUOTED = re.compile("“[^”]*(?:”|\\Z)|《[^》]*》|「[^」]*」")
_CHAIN = re.compile(rf"[、兼][{HAN}]{{0,12}}")
_OWN_UNIT = re.compile(
    rf"(?:(?<![{HAN}])|(?<=[由和与的在对向是])|(?<=记者))[镇乡村局院校厂]$"
)  # 镇党委书记 in a story of one town
_HEAD = re.compile(rf"([{HAN}]{{2,24}})[、兼]\Z")
_GAP = re.compile("[ \u3000\u00a0]*")
# 县长 is as a rule 县委副书记 too, and the table need not say so.
_BESIDE_OTHERS = re.compile("(?:副书记|党组书记|常委|委员|成员|代表|组长|政委|[河湖林路田]长)$")
_DEPUTY = re.compile("(?:副|代|代理)$")
_OF_SEVERAL = re.compile("副|委员|常委|成员|代表|顾问|助理")


class _Claim(NamedTuple):
    """A title in the text, and the offices of the table that it may mean."""

    title: str
    start: int
    end: int
    standing: Standing
    offices: tuple[Office, ...]
    by_unit: bool = False  # the unit stands with it, so that these offices are meant and no others
    unit: str = ""  # as it stands before the title


class _Person(NamedTuple):
    """A name beside titles, as it is written, and what is found in it."""

    passage: Passage
    start: int
    name: str
    standing: Standing
    finding: Finding | None = None


def names_and_titles(copy: Copy, register: Register) -> Iterator[Finding]:
    """name_one_off and wrong_title, by the offices held on the day of the piece; where none is known, by those ever held."""
    if not register.offices:
        return
    texts = [passage for passage in passages(copy) if passage.text]
    persons = [person for passage in texts for person in _Reader(passage, register, copy.day).persons()]
    strangers = {person.name for person in persons if person.standing is Standing.ELSEWHERE}
    beside_titles = {(person.passage, person.start) for person in persons}
    for person in persons:
        if person.finding and person.name not in strangers:
            if person.standing is not Standing.BARE or _first(person.name, texts) in beside_titles:
                yield person.finding


def _first(name, texts):
    """Where a piece names somebody first: 村支书王志钢 is afterwards 王志钢书记."""
    return next((passage, passage.text.index(name)) for passage in texts if name in passage.text)


class _Reader:
    """One text, read for the people who stand in it beside a title."""

    def __init__(self, passage, register, day):
        self.passage, self.text, self.register, self.day = passage, passage.text, register, day

    def persons(self):
        titles = list(self.register.any_title.finditer(self.text))
        done = 0  # the end of what belongs to a name already
        for number, title in enumerate(titles):
            chain = self._chain(titles, number, done)
            if after := self._name_after(chain):
                yield from self._judged([self._claim(one) for one in chain], *after)
                done = after[1]
            elif before := self._name_before(title, done):
                common = is_common(title.group())
                standing = Standing.BARE if common else Standing.OURS
                offices = self._offices(title)
                yield from self._judged([_Claim(title.group(), *title.span(), standing, offices)], *before)
                done = title.end()

    def _offices(self, title):
        return self.register.by_title.get(title.group()) or self.register.deputies[title.group()]

    def _chain(self, titles, number, done):
        """县委副书记、县长: the titles that one name shares, in their order."""
        chain = [titles[number]]
        for one in reversed(titles[max(number - MOST_TITLES + 1, 0) : number]):
            if one.start() < done or not _CHAIN.fullmatch(self.text, one.end(), chain[0].start()):
                break
            chain.insert(0, one)
        return chain

    # --- the name

    def _name_after(self, chain):
        """(start, end, name) of whoever is named behind titles, or nothing; "" for a name one character off."""
        start = _GAP.match(self.text, chain[-1].end()).end()
        exact = self._exact(start)
        if exact is None:
            return None
        if exact:
            return start, start + len(exact), exact
        for name in self._holders(chain, self.register.by_begin, self.text[start : start + 2]):
            if end := self._one_off_after(start, name):
                return start, end, ""
        return None

    def _exact(self, start):
        """The name of the table that begins here; "" for none; None where nobody can tell whether a short one goes on."""
        for length in self.register.lengths:
            name = self.text[start : start + length]
            if len(name) == length and name in self.register.by_name:
                if length > 2 or FOLLOWS_A_NAME.match(self.text, start + length):
                    return name
        return ""

    def _holders(self, titles, names_by_character, characters):
        """Who has one of the titles and may be meant by characters there: with one wrong, one of two is still right."""
        holders = [self.register.holders.get(title.group(), ()) for title in titles]
        near = dict.fromkeys(name for character in characters for name in names_by_character.get(character, ()))
        return [name for name in near if any(name in names for names in holders)]

    def _one_off_after(self, start, name):
        """The end of what is written there for this name, with one character wrong, left out or put in; 0 for none."""
        size, text = len(name), self.text
        if _one_more(text[start : start + size + 1], name) and (
            size > 2 or FOLLOWS_A_NAME.match(text, start + size + 1)
        ):
            return start + size + 1
        written = text[start : start + size]
        if len(written) == size and _one_other(written, name):
            last = written[-1] != name[-1]
            if size == 2:
                firm = FOLLOWS_A_NAME.match(text, start + 2)
            else:
                firm = not (last and FOLLOWS_A_NAME.match(text, start + size - 1))
            if firm:
                return start + size
        if (
            size > 2
            and _one_more(name, text[start : start + size - 1])
            and FOLLOWS_A_NAME.match(text, start + size - 1)
        ):
            return start + size - 1
        return 0

    def _name_before(self, title, done):
        """As _name_after, of a name that ends where a title begins: 王志刚书记."""
        end = title.start()
        if _NO_ADDRESS.match(self.text, title.end()):
            return None
        for length in self.register.lengths:
            name = self.text[max(end - length, 0) : end]
            if name in self.register.by_name and end - length >= done and opens(self.text, end - length):
                return end - length, end, name
        for name in self._holders([title], self.register.by_end, self.text[max(end - 2, 0) : end]):
            for length in (len(name), len(name) + 1, len(name) - 1):
                start = end - length
                if length > 1 and start >= done and opens(self.text, start) and _is_one_off(self.text[start:end], name):
                    return start, end, ""
        return None

    # --- the title

    def _claim(self, title):
        """Whose office a title before a name is, by the unit and the words before it."""
        offices = self._offices(title)
        left = self.text[max(title.start() - LONGEST_LEFT, 0) : title.start()].rstrip(" \u3000\u00a0")
        unit, of_unit = self._of_unit(offices, left.endswith)
        if of_unit:
            standing = self._standing(
                left.removesuffix(unit), level=unit[0], home=self.register.units[of_unit[0]][unit]
            )
            return self._claimed(title, standing, of_unit, by_unit=True, unit=unit)
        head = _HEAD.search(left)
        if is_common(title.group()):
            unit, of_unit = self._of_unit(offices, head[1].__contains__) if head else ("", ())
            if of_unit:  # 县财政局党组书记、局长
                before, home = head[1][: head[1].index(unit)], self.register.units[of_unit[0]][unit]
                standing = self._standing(before, level=unit[0], home=home)
                return self._claimed(title, standing, of_unit, by_unit=True, unit=unit)
            standing = self._standing(_OWN_UNIT.sub("", left))
            if standing is Standing.OURS:
                standing = Standing.ELSEWHERE if head and _ends_in_post(head[1]) else Standing.BARE
            elif standing is Standing.UNSURE:
                standing = Standing.ELSEWHERE
            return self._claimed(title, standing, offices)
        level = title.group()[0]
        standing = self._standing(left, level=level)
        if standing is Standing.OURS and head:
            of_head = self._standing_of_head(head[1], level)
            standing = standing if of_head is Standing.ANOTHER else of_head
        return self._claimed(title, standing, offices)

    def _standing_of_head(self, head, level):
        """舞阳县委常委、组织部部长: the first of several titles may say which place's they are."""
        levels = [place[-1] for place in self.register.homes]
        at = head.find(level) if level in LEVELS else _first_of(head, LEVELS)
        if at < 0:
            return Standing.OURS
        standing = self._standing(head[:at], level=head[at])
        if standing is Standing.OURS and level not in LEVELS and levels and head[at] not in levels:
            return Standing.UNSURE
        return standing

    def _of_unit(self, offices, stands):
        """(the longest wording of a unit that stands there, the offices whose it is)."""
        named = [(unit, office) for office in offices for unit in self.register.units[office] if stands(unit)]
        longest = max((unit for unit, _office in named), key=len, default="")
        return longest, tuple(office for unit, office in named if unit == longest)

    def _claimed(self, title, standing, offices, *, by_unit=False, unit=""):
        return _Claim(title.group(), *title.span(), standing, offices, by_unit, unit)

    def _standing(self, left, *, level="", home=True):
        """What the words before a title (and its unit) make of it."""
        bare = left.rstrip(" \u3000\u00a0")
        if home:
            stems = [place[:-1] for place in self.register.homes if place[-1] == level]
            bare = next((bare[: -len(stem)] for stem in stems if stem and bare.endswith(stem)), bare)
            bare = self.register.home_before.sub("", bare)
        if _FORMER.search(bare):
            return Standing.FORMER
        if _ANOTHER.search(bare):
            return Standing.ANOTHER
        if not bare or not _is_han(bare[-1]) or OPENS.search(bare):
            return Standing.OURS
        if _OF_A_UNIT.search(bare):
            return Standing.ELSEWHERE if self.register.homes else Standing.UNSURE
        return Standing.OURS if bare != left and left[-1].isspace() else Standing.UNSURE

    # --- the judgement

    def _judged(self, claims, start, end, name):
        """The person, once for each finding and at least once."""
        claims = [claim for claim in claims if claim.standing is not Standing.ANOTHER]
        # 副县长、公安局局长: the title that the table can tell is enough.
        claims = [claim for claim in claims if claim.by_unit or not is_common(claim.title)] or claims
        if not claims:
            return
        standings = {claim.standing for claim in claims}
        standing = next((one for one in _DECISIVE if one in standings), claims[-1].standing)
        written, findings = self.text[start:end], []
        if standing is not Standing.ELSEWHERE:
            judge = self._wrong_titles if name else self._one_off
            findings = list(judge(claims, written, start, end, standing))
        for finding in findings or [None]:
            yield _Person(self.passage, start, written, standing, finding)

    def _one_off(self, claims, written, start, end, standing):
        past = standing is Standing.FORMER or self._is_past(start) or self._is_quoted(start)
        for claim in reversed(claims):
            if claim.title not in self.register.by_title:
                continue
            holders = [office for office in claim.offices if past or self._is_held(office, start)]
            only = len({office.name for office in holders}) == 1 and not _OF_SEVERAL.search(claim.title)
            for office in holders:
                severity = _is_one_off(written, office.name) and _weight(written, office.name, only=only)
                if not severity:
                    continue
                if standing is Standing.UNSURE or (
                    standing is Standing.BARE and not _sound_alike(written, office.name)
                ):
                    severity = Severity.WARNING
                said = _("In the table of offices, %(title)s is %(name)s: one character differs here.")
                values = {"title": label_of(office), "name": office.name}
                yield self._found("name_one_off", [claim], start, end, said % values, severity)
                return

    def _wrong_titles(self, claims, name, start, end, standing):
        if standing in (Standing.UNSURE, Standing.FORMER) or self._is_past(start):
            return
        if standing is Standing.BARE and len(name) == 2:  # a name that many have, and a title
            return
        quoted = self._is_quoted(start)
        own = [office for office in self.register.by_name[name] if quoted or self._is_held(office, start)]
        right = [self._holds(own, claim) for claim in claims]
        for claim, is_right in zip(claims, right, strict=True):
            lowered = any(claim.title in deputies_of(office) for office in own)
            if is_right or not (lowered or claim.title in self.register.by_title):
                continue
            besides = bool(_BESIDE_OTHERS.search(claim.title)) and not lowered
            if (besides and any(right)) or not (own or self._is_told(claim, name)):
                continue
            addressed = claim.end > end and self._holds(own, claim._replace(title=f"副{claim.title}"))
            if addressed and quoted:  # “张县长” is what a 副县长 is called to his face
                continue
            doubtful = quoted or addressed or besides or standing is Standing.BARE
            said = self._said(claim, name, own, quoted)
            yield self._found("wrong_title", [claim], start, end, said, Severity.WARNING if doubtful else None)

    def _holds(self, own, claim):
        """Whether one of a person's offices is what a title claims: 书记 is said of the 县委书记, 县长 not of a 副县长."""
        if claim.title not in self.register.by_title:
            return False
        for office in own:
            if office in claim.offices:
                return True
            if claim.by_unit:
                continue
            for unit in ("", *self.register.units[office]):
                full = unit + office.title
                if full.endswith(claim.title) and not _DEPUTY.search(full.removesuffix(claim.title)):
                    return True
                if claim.title.endswith(full) and not _ANOTHER.search(claim.title.removesuffix(full)):
                    return True
        return False

    def _found(self, check, claims, start, end, said, severity):
        first, last = min(start, claims[0].start), max(end, claims[0].end)
        return found(check, self.passage, first, last, said, severity)

    def _is_told(self, claim, name):
        """Whether the table says who holds the title now, or when this person held it; it need not reach back for ever."""
        return any(office.name == name or office.held_on(self.day) for office in claim.offices)

    def _said(self, claim, name, own, quoted):
        values = {
            "name": name,
            "title": claim.unit + claim.title,
            "titles": "、".join(dict.fromkeys(map(label_of, own))),
        }
        if not own:
            return _("By the table of offices, %(name)s is not %(title)s on this day.") % values
        if quoted or self.day is None:
            return _("In the table of offices, %(name)s is %(titles)s and never was %(title)s.") % values
        return _("In the table of offices, %(name)s is %(titles)s on this day, not %(title)s.") % values

    def _is_held(self, office, place):
        """Whether an office is held on the day of the piece, or was on a day that its sentence names."""
        if office.held_on(self.day):
            return True
        return any(office.held_on(day) for day in self._days_named(place))

    def _days_named(self, place):
        for named in _MONTH.finditer(self.text, *self._sentence(place)):
            for year in (self.day.year, self.day.year - 1):
                try:
                    day = date(year, int(named["month"]), int(named["day"] or 1))
                except ValueError:  # 31 June
                    continue
                if day <= self.day:
                    yield day
                    break

    def _is_past(self, place):
        """Whether the sentence tells of another year."""
        for then in _ELSEWHEN.finditer(self.text, *self._sentence(place)):
            if not then["year"] or (self.day and int(then["year"]) != self.day.year):
                return True
        return False

    def _sentence(self, place):
        begin = max((end.end() for end in _SENTENCE_END.finditer(self.text, 0, place)), default=0)
        stop = _SENTENCE_END.search(self.text, place)
        return begin, stop.start() if stop else len(self.text)

    def _is_quoted(self, place):
        return any(quote.start() < place < quote.end() for quote in _QUOTED.finditer(self.text))


def opens(text: str, start: int) -> bool:
    """Whether a name or a title may begin there: nothing is before it that could belong to it."""
    left = text[max(start - 4, 0) : max(start, 0)]
    return start >= 0 and (not left or not _is_han(left[-1]) or bool(OPENS.search(left)))


def _first_of(text, characters):
    return min((place for place in map(text.find, characters) if place >= 0), default=-1)


def _ends_in_post(words):
    return bool(re.search("(?:书记|主任|主席|常委|委员|长)$", words))


def _weight(written, name, *, only):
    """How sure it is that a name one character off is meant for this one: Severity, or None where it is as likely another's.

    `only` says that nobody else holds the title. 张伟 and 张军 share a surname and no more.
    """
    if len(written) != len(name):
        return Severity.ERROR if only or min(len(written), len(name)) > 2 else None
    at = next(place for place, pair in enumerate(zip(written, name, strict=True)) if pair[0] != pair[1])
    if _sounds(written[at]) & _sounds(name[at]) or (len(name) > 2 and at):
        return Severity.ERROR
    return Severity.WARNING if only else None


def _sound_alike(written, name):
    return len(written) == len(name) and all(
        _sounds(one) & _sounds(other) for one, other in zip(written, name, strict=True)
    )


@lru_cache(maxsize=1024)
def _sounds(character):
    """The readings of a character without their tones."""
    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def _is_one_off(written, name):
    if len(written) == len(name):
        return _one_other(written, name)
    return _one_more(*sorted((written, name), key=len, reverse=True))


def _one_other(written, name):
    return sum(one != other for one, other in zip(written, name, strict=True)) == 1 and _is_han(written)


def _one_more(longer, shorter):
    """Whether one character more makes the shorter name the longer one."""
    size = len(shorter)
    if len(longer) != size + 1:
        return False
    same = next((place for place in range(size) if longer[place] != shorter[place]), size)
    return longer[same + 1 :] == shorter[same:] and _is_han(longer)


def _is_han(characters):
    return bool(_HAN_ONLY.fullmatch(characters))
