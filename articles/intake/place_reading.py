"""One piece read for its places: what each name means, what nobody can tell, and what the piece is about."""

import re
from bisect import bisect_left
from typing import NamedTuple

from articles.intake.mentions import DEPTH, Mention, Place, link
from articles.intake.place_names import (
    HAN,
    ORDINARY,
    county_at,
    is_loose,
    may_be_anywhere,
    short_name,
    town_at,
    towns_in,
)

ABOUT, MENTIONED = "about", "mentioned"
MOST_CANDIDATES = 8
MOST_BESIDE = 30  # names before another one in its sentence that may tell what it means
MOST_UNKNOWN = 50  # names in no list that are looked for again in the rest of the piece
ROUNDS = 4  # a later sentence may tell what an earlier one means; the last round settles what is left
DATELINE_ENDS = 80  # characters from the head of the text

_TITLES = ("kicker", "headline")
_SENTENCE_END = re.compile(r"[。！？!?；;]+[”’」』）)]*|…{2,}|\n")
_JOINED = re.compile(r"[、和与及以\s]{0,3}")
_AWAY = ("驻", "赴", "援", "来自", "学习", "借鉴", "对标", "如")  # 博爱县驻北京党支部 is not about Beijing
_DATELINE = re.compile(
    rf"(?:本报|本刊|本台|新华社|中新社|人民网|新华网|中新网)(?!记者|首席|见习|实习|特约|通讯|评论|全媒|融媒)"
    rf"(?P<place>[{HAN}]{{2,12}}?)(?:\d{{1,2}}月\d{{1,2}}日)?专?(?P<sort>[讯电])"
)
_OFFICE = re.compile("委|政府|人民|人大|政协|纪委|公安|法院|检察院|审计|教育局|财政|融媒体")


class Suggestion(NamedTuple):
    """A place that a piece names. relation: "about" or "mentioned"; words: as written where it counted most.

    certain is False when the place is not verified, or nothing but its name, or the page around the piece, tells which it is.
    """

    place: Place
    relation: str
    words: str
    certain: bool


class PlaceDoubt(NamedTuple):
    """Words that name a place which nobody can tell. code: "unknown_place" or "ambiguous_place".

    within: the name of the place it should stand under, or ""; candidates: names there that differ in one character, or the
    whole names of the places it may mean. start and end are offsets in the field, or in its paragraph for "body" and
    "caption". An ambiguous name is doubted once in a piece, an unknown one once in each paragraph.
    """

    code: str
    words: str
    field: str
    paragraph: int | None
    start: int
    end: int
    within: str
    candidates: tuple[str, ...]


class PlaceReading(NamedTuple):
    suggestions: tuple[Suggestion, ...]
    doubts: tuple[PlaceDoubt, ...]


class Reader:
    """Reads one piece, given as mentions.Text in the order title, byline, body, captions."""

    def __init__(self, gazetteer, texts, home=()):
        self.gazetteer, self.texts = gazetteer, texts
        self.home, self.home_is_sure = home or gazetteer.home, not home
        self.named = set()  # slugs of the places that are settled
        self.around = set()  # and of all that these stand in
        self.counties = {}  # slug → name of the counties among them, in the order they came up
        self.meant = {}  # words → {slug: certain}
        self.times = {}  # words → how often a piece has them
        self.doubts, self.doubted, self.unknown = [], set(), {}

    def read(self):
        for text in self.texts:
            self._find(text)
        mentions = [mention for text in self.texts for mention in text.mentions]
        for mention in mentions:
            self.times[mention.words] = self.times.get(mention.words, 0) + 1
        for n in range(ROUNDS):
            for mention in mentions:
                if not mention.settled:
                    self._settle(mention, last=n == ROUNDS - 1)
        self._doubt_what_is_in_no_list(mentions)
        order = {id(text): n for n, text in enumerate(self.texts)}
        self.doubts.sort(key=lambda doubt: (order[id(doubt[0])], doubt[1].start))
        return PlaceReading(tuple(self._suggestions(mentions)), tuple(doubt for _, doubt in self.doubts))

    def _find(self, text):
        text.ends = [match.end() for match in _SENTENCE_END.finditer(text.words)]
        found = self.gazetteer.mentions_in(text)
        lines = []
        if text.field == "byline" or text.field == "body" and not text.paragraph:
            lines = [*_DATELINE.finditer(text.words, 0, DATELINE_ENDS)]
        for mention in found:
            for line in lines:
                if line.start("place") <= mention.start and mention.end <= line.end("place"):
                    mention.dateline = line["sort"]
        text.mentions = [mention for mention in found if mention.dateline or text.field != "byline"]
        link(text.mentions)

    # --- What a name means ---

    def _settle(self, mention, *, last):
        outside, above = mention.outside, mention.above
        if outside and not outside.settled and not last:
            return
        if outside and outside.place and outside.place.level != "zone":
            self._settle_outside(mention, outside.place)
            return
        if mention.words in self.unknown and not mention.chained:
            mention.settled = True
            return
        if above and above.settled and not above.place:
            mention.above, mention.chained = None, False
        place, certain = self._choice(mention, last)
        if place:
            self._take(mention, place, certain)
        elif last:
            mention.settled = True
            self._doubt_if_ambiguous(mention)

    def _settle_outside(self, mention, above):
        """A name written directly behind a place that it does not belong to: 漯河市西城区 is not Beijing's."""
        mention.settled = True
        if mention.short or mention.words in ORDINARY or mention.level == "village":
            return
        if mention.level == "town" and above.slug not in self.gazetteer.with_towns:
            return  # nobody listed the towns there
        self._doubt_unknown(mention, above.slug, above.name)

    def _take(self, mention, place, certain):
        mention.place, mention.certain, mention.settled = place, certain, True
        self.named.add(place.slug)
        self.around.update(place.path)
        self.meant.setdefault(mention.words, {})[place.slug] = certain
        up = {"county": 1, "town": 2, "village": 3}.get(place.level, len(place.path) + 1)
        if up <= len(place.path):
            self.counties.setdefault(place.path[-up], place.trail[-up])

    def _choice(self, mention, last):
        """The place that a mention means and whether that is certain, or (None, False)."""
        candidates = mention.candidates
        if mention.chained and len(candidates) == 1:
            return candidates[0], True
        meant = self.meant.get(mention.words, {})
        same = [place for place in candidates if place.slug in meant]
        if len(same) == 1 and not mention.chained:
            return same[0], meant[same[0].slug]
        if mention.short:
            return self._choice_of_short(mention)
        if mention.level == "town":
            return self._choice_of_town(mention, last)
        if mention.level in ("county", "zone"):
            return self._choice_of_county(mention)
        if mention.level in ("province", "city") and len(candidates) == 1:
            return candidates[0], True
        return self._nearest(mention)

    def _choice_of_county(self, mention):
        words, loose = mention.words, is_loose(mention.words)
        if words in ORDINARY and not mention.chained:
            return None, False
        if loose and not (mention.chained or mention.dateline or mention.is_whole or mention.is_clear_before):
            return None, False
        place, certain = self._nearest(mention)
        if place:
            return place, certain
        place = mention.candidates[0]
        if len(mention.candidates) > 1 or may_be_anywhere(words) or _is_small_zone(place, words):
            return None, False
        if words[-1] == "区" and self.around and place.path[0] not in self.around:
            return None, False  # 浅山丘陵区、平川区 in a piece about 嵩县
        if len(words) > 2 or mention.dateline or mention.is_whole:
            return place, True
        if not mention.is_free_before:
            return None, False
        behind = mention.is_free_behind or _OFFICE.match(mention.text.words, mention.end) or self.times[words] > 1
        return (place, True) if behind or not loose else (None, False)

    def _choice_of_town(self, mention, last):
        place, certain = self._nearest(mention)
        if place or self.counties or len(mention.candidates) > 1 or not last:
            return place, certain
        place = mention.candidates[0]
        provinces = self.around & self.gazetteer.provinces
        elsewhere = provinces and place.path[0] not in provinces or self.home and place.path[0] != self.home[0]
        return (None, False) if elsewhere else (place, False)

    def _choice_of_short(self, mention):
        candidates, words = mention.candidates, mention.words
        free = mention.is_free_before or mention.is_free_behind
        named = _highest([place for place in candidates if place.slug in self.named])
        titled = mention.text.field in _TITLES and mention.is_word
        if len(named) == 1 and (free or len(words) > 2) and (mention.is_label or not titled):
            return named[0], True
        if mention.chained:
            return self._nearest(mention)
        top = _highest(candidates)
        if mention.dateline or mention.is_whole and not mention.is_word:
            place, certain = self._nearest(mention)
            return (place, certain) if place or len(top) > 1 else (top[0], len(candidates) == 1)
        if mention.is_word:
            return None, False
        if DEPTH[top[0].level] < 2:
            return (top[0], True) if len(top) == 1 and free else (None, False)
        near = [place for place in top if set(place.path[-2:-1]) & self.around or self._is_home(place)]
        clear = mention.is_free_before and (mention.is_free_behind or mention.is_label)
        return (near[0], False) if len(near) == 1 and clear and near[0].name[-1] != "区" else (None, False)

    def _nearest(self, mention):
        """The one candidate whose place above the piece names; of several the one in the same sentence; else that at home."""
        near = [place for place in mention.candidates if set(_above(place)) & self.around]
        if len(near) > 1:
            near = [place for place in near if place.path[-2] in self.around] or near
        if len(near) == 1:
            return near[0], True
        if len(near) > 1:
            counties = {place.path[-2] for place in near}
            beside = counties & self._in_the_sentence_before(mention)
            chief = beside or counties & {
                slug for text in self.texts if text.field in _TITLES for slug in _settled(text)
            }
            found = [place for place in near if place.path[-2] in chief]
            return (found[0], bool(beside)) if len(found) == 1 else (None, False)
        home = [place for place in mention.candidates if self._is_home(place)]
        if (
            may_be_anywhere(mention.words)
            and len(self.home) < 2
            or any(_is_small_zone(place, mention.words) for place in home)
        ):
            return None, False  # a province is too wide a home to settle 西城区
        elsewhere = mention.level == "town" and self.counties and not self.counties.keys() & set(self.home)
        sure = self.home_is_sure or mention.level != "town" and len(mention.candidates) == 1
        return (home[0], sure) if len(home) == 1 and not elsewhere else (None, False)

    def _in_the_sentence_before(self, mention):
        begins, _ = mention.text.sentence_at(mention.start)
        n = bisect_left(mention.text.mentions, mention.start, key=lambda other: other.start)
        near = mention.text.mentions[max(0, n - MOST_BESIDE) : n]
        return {other.place.slug for other in near if other.place and other.start >= begins}

    def _is_home(self, place):
        return bool(self.home) and place.path[: len(self.home)] == self.home

    # --- What nobody can tell ---

    def _doubt(self, code, mention, within, candidates):
        key = mention.words, id(mention.text)
        if key not in self.doubted:
            self.doubted.add(key)
            text = mention.text
            doubt = PlaceDoubt(
                code, mention.words, text.field, text.paragraph, mention.start, mention.end, within, candidates
            )
            self.doubts.append((text, doubt))

    def _doubt_unknown(self, mention, slug, name):
        """Doubt a name that does not stand under a place."""
        candidates = self.gazetteer.names_like(mention.words, slug)
        if not candidates and len(mention.candidates) < MOST_CANDIDATES:
            candidates = _whole_names(place for place in mention.candidates if place.slug not in self.named)
        self.unknown.setdefault(mention.words, (name, candidates))
        self._doubt("unknown_place", mention, *self.unknown[mention.words])

    def _doubt_if_ambiguous(self, mention):
        """Doubt a name that nothing settled, unless nobody would miss it."""
        words, candidates = mention.words, mention.candidates
        if not mention.dateline and _may_be_no_name(mention):
            return
        if mention.level == "town":
            listed = [slug for slug in self.counties if slug in self.gazetteer.with_towns]
            if listed and not any(place.path[-2] in listed for place in candidates):
                self._doubt_unknown(mention, listed[0], self.counties[listed[0]])
                return
            elsewhere = self.around and not any(place.path[0] in self.around for place in candidates)
            if self.counties and not listed or elsewhere:
                return  # where nobody listed the towns
        if words not in self.unknown and not any(doubt.words == words for _, doubt in self.doubts[:MOST_UNKNOWN]):
            near = [place for place in candidates if set(_above(place)) & self.around]
            self._doubt("ambiguous_place", mention, "", _whole_names(near or candidates))

    def _doubt_what_is_in_no_list(self, mentions):
        """Doubt towns that nobody could verify, and names that stand where a place must stand and are in no list."""
        begun = {(id(mention.text), mention.start) for mention in mentions}
        for mention in mentions:
            place = mention.place
            if not place:
                continue
            if place.level == "town" and not place.verified:
                self._doubt_unknown(mention, place.path[-2], place.trail[-2])
            if not mention.short and (id(mention.text), mention.end) not in begun:
                self._look_behind(mention)
        self._look_for_towns()
        again = re.compile("|".join(map(re.escape, [*self.unknown][:MOST_UNKNOWN])) or "(?!)")
        for text in self.texts:
            for match in again.finditer(text.words):
                unknown = Mention(text, match.start(), match.end(), [])
                self._doubt("unknown_place", unknown, *self.unknown[match[0]])

    def _look_behind(self, mention):
        """A town written behind its county, a district behind its city, that is not listed there."""
        place, words = mention.place, mention.text.words
        if place.level == "county" and place.slug in self.gazetteer.with_towns:
            name = town_at(words, mention.end)
            likely = len(name.removesuffix("街道").rstrip("镇乡")) in (2, 3)
        elif place.level == "city":
            name = county_at(words, mention.end)
            likely = len(name) == 3 and name[-1] == "区"
        else:
            return
        if name and (likely or self.gazetteer.names_like(name, place.slug)):
            self._doubt_unknown(Mention(mention.text, mention.end, mention.end + len(name), []), place.slug, place.name)

    def _look_for_towns(self):
        """Towns named by themselves in a piece about one county whose towns are listed: doubted if they look like one of these."""
        counties = self.counties or self._home_county()
        if len(counties) != 1:
            return
        ((slug, name),) = counties.items()
        if slug not in self.gazetteer.with_towns:
            return
        for text in self.texts:
            taken = {place for mention in text.mentions for place in range(mention.start, mention.end)}
            for start, words, sure in towns_in(text.words) if text.field != "byline" else ():
                if taken.isdisjoint(range(start, start + len(words))) and (
                    sure and len(words) > 3 or self.gazetteer.names_like(words, slug)
                ):
                    self._doubt_unknown(Mention(text, start, start + len(words), []), slug, name)

    def _home_county(self):
        slug = self.home[-1] if self.home else ""
        return {slug: self.gazetteer.with_towns[slug]} if slug in self.gazetteer.with_towns else {}

    # --- What the piece is about ---

    def _suggestions(self, mentions):
        inner = {id(mention.above) for mention in mentions if mention.above and mention.place}
        ends = [mention for mention in mentions if mention.place and id(mention) not in inner]
        about = self._about(ends)
        first, certain = {}, {}
        for mention in [*about, *ends]:
            slug = mention.place.slug
            first.setdefault(slug, mention)
            certain[slug] = certain.get(slug, False) or mention.certain
        main = {mention.place.slug for mention in about}
        under_main = {slug for mention in about for slug in mention.place.path[:-1]}
        under_any = {slug for mention in first.values() for slug in mention.place.path[:-1]}
        for slug, mention in first.items():
            if slug not in (under_main if slug in main else under_any):
                words = mention.text.words[mention.chain_start : mention.end]
                relation = ABOUT if slug in main else MENTIONED
                yield Suggestion(mention.place, relation, words, mention.place.verified and certain[slug])

    def _about(self, ends):
        """The mentions that say what the piece is about, the chief one first: of the title, else of dateline and lead."""
        titles = [mention for mention in ends if mention.text.field in _TITLES]
        chief = [mention for mention in titles if not _is_away(mention)] or titles
        lead = self._lead(ends)
        if chief and not (lead and all(mention.place.level == "province" for mention in chief)):
            return [self._completed(mention, ends) for mention in chief]
        lines = [mention for mention in ends if mention.dateline]
        if lines:
            inner = [mention for mention in lead if any(mention.place.is_below(line.place) for line in lines)]
            if inner or not lead:
                return [*inner, *lines]
            lines = [line for line in lines if line.dateline == "讯"]  # 新华社北京电 says only where it was sent from
            return sorted([*lines, *lead], key=lambda mention: -DEPTH[mention.place.level])
        return lead or chief or _returned_to(ends)

    def _completed(self, mention, ends):
        """A kicker 鄢陵县南街社区 whose last part is in no list is as specific as the text: 鄢陵县安陵镇南街社区 gives 安陵镇."""
        tail = mention.text.words[mention.end :]
        if mention.text.field == "kicker" and tail:
            for other in ends:
                if other.place.is_below(mention.place) and other.text.words.startswith(tail, other.end):
                    return other
        return mention

    def _lead(self, ends):
        """The places of the first sentence that names one, if it stands at the head of the text or of the first caption."""
        for field in ("body", "caption"):
            head = [m for m in ends if m.text.field == field and m.text.paragraph < 2 and not m.dateline]
            if head and all(map(_is_away, head)):
                return []
            if head:
                scene = [m for m in head if m.place.level != "province" and not _is_away(m) and m.text is head[0].text]
                first = (scene or head)[0]
                _, until = first.text.sentence_at(first.start)
                head = [
                    mention for mention in head if mention.text is first.text and first.start <= mention.start < until
                ]
                found = [first]
                for mention in head[1:]:
                    if not _JOINED.fullmatch(mention.text.words, found[-1].end, mention.chain_start):
                        break
                    found.append(mention)
                return found
        return []


def _above(place):
    """The slugs above a place that tell which of its name it is: its city for a county, its county for a town."""
    return place.path[-3:-1] if place.level == "village" else place.path[-2:-1]


def _may_be_no_name(mention):
    """Whether a name that nothing settled is nothing to ask about: a word, a village, a piece of another name."""
    words, place = mention.words, mention.candidates[0]
    if mention.short or mention.level == "village" or len(words) == 2:
        return True
    if may_be_anywhere(words):
        return words in ORDINARY or not mention.is_free_before
    return _is_small_zone(place, words) or words[-1] == "区" and len(mention.candidates) == 1


def _is_small_zone(place, words):
    """Whether words name a zone that may be called like others: 涧东区 and 东风农场, but not 许昌经开区."""
    return place.level == "zone" and len(words) < 6 and not words.startswith(short_name(place.trail[-2]))


def _highest(places):
    top = min((DEPTH[place.level] for place in places), default=0)
    return [place for place in places if DEPTH[place.level] == top]


def _settled(text):
    """The slugs of what a text names and of all that it stands in."""
    return {slug for mention in text.mentions if mention.place for slug in mention.place.path}


def _is_away(mention):
    """Whether somebody only comes from a place or goes there."""
    return mention.text.words[: mention.chain_start].endswith(_AWAY)


def _returned_to(ends):
    """The place that a piece comes back to, if there is one: it need not stand at the head."""
    times = {}
    for mention in ends:
        times.setdefault(mention.place.slug, []).append(mention)
    most = max(times.values(), key=len, default=[])
    return most[:1] if len(most) > 1 else []


def _whole_names(places):
    return tuple("".join(place.trail) for place in places)[:MOST_CANDIDATES]
