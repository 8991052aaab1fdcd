"""An invented archive to measure with: the same pieces each time, as many as are asked for, on a developer's machine alone."""

import gc
import json
import re
from argparse import ArgumentTypeError
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, islice
from random import Random
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Q

from articles import archive
from articles.management.progress import Progress
from articles.models import Affiliation, Article, Campaign, Column, Contributor, Locality, Outlet, Unit
from articles.pinyin import sort_key
from articles.vocabulary import Genre, Kind, Level, Role

NAMESPACE = uuid5(NAMESPACE_URL, "newsdesk:archive")  # a piece's UUID is uuid5(NAMESPACE, "seed:index")
BATCH = 500  # pieces of one transaction
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY, LAST_DAY = date(2016, 11, 1), date(2026, 10, 31)
PRINTED_AT = time(7)
PIECES_OF_AN_EDITION = (8, 20)
PAGES = 8
SHARE_OF_EDITIONS = 1 / 8  # against pieces alone; of the pieces, two in three are printed

PAPER = ("shili-xianbao", "示例县报")
COLUMNS = (
    "一线见闻", "乡村振兴", "民生直通车", "身边榜样", "产业观察", "生态家园", "平安之声", "文化视窗", "教育园地", "健康时空",
)  # fmt: skip
CAMPAIGN_FIRSTS = ("平安乡村", "美丽庭院", "清洁家园", "书香社区", "绿色田园", "文明新风")
CAMPAIGN_SECONDS = ("创建", "百日行动", "提升工程", "大走访", "示范行动")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗宋郑谢韩唐冯于董萧程"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华文志建国玉兰晨曦雨泽思远博"
CONTRIBUTORS = 400
UNITS = 50
ROLES = (Role.REPORTER, Role.CORRESPONDENT, Role.CORRESPONDENT)
CALLED = {Role.REPORTER: "本报记者", Role.CORRESPONDENT: "通讯员"}

_CLAUSE_END = re.compile(r"[。！？；，：…\s]+")
_PAIRS = ("“”", "‘’", "（）", "()", "《》")


class Command(BaseCommand):
    help = (
        "Fill the database with an invented archive to measure with: N pieces of ten years. The same N and seed make the "
        "same pieces; run again, it makes those that are missing. Refuses to run when DEBUG is off."
    )

    def add_arguments(self, parser):
        parser.add_argument("--stories", type=pieces_wanted, required=True, metavar="N", help="how many pieces in all")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes another archive (default: 1)")

    def handle(self, *args, stories, seed, **options):
        if not settings.DEBUG:
            raise CommandError("DEBUG is off: this fills a database with invented news and is only for a developer's.")
        demand_same_seed(seed)
        progress = Progress(self.stderr, stories)
        try:
            with statements_not_kept():
                press = Press(seed)
                gc.freeze()  # the places and people stay to the end: the collector need not go over them for each batch
                for indexes in batches(stories):
                    progress.add(make_batch(press, indexes), len(indexes))
        except KeyboardInterrupt:
            raise CommandError(f"Stopped; {progress.made} pieces were added. Run it again to go on.") from None
        finally:
            gc.unfreeze()
            progress.close()
        found = stories - progress.made
        self.stdout.write(f"{progress.made} pieces made, {progress.rate:.0f} a second; {found} were there.")


def pieces_wanted(value):
    """The number of pieces as it was typed; at least 1."""
    if not (value.isdecimal() and int(value) > 0):
        raise ArgumentTypeError(f"“{value}” is not a number of pieces; give a whole number from 1 on.")
    return int(value)


def batches(stories):
    """The indexes 1 … stories, cut into ranges of BATCH."""
    return (range(first, min(first + BATCH, stories + 1)) for first in range(1, stories + 1, BATCH))


def make_batch(press, indexes):
    """Store those of the pieces that are not there; returns how many."""
    spots = list(islice(press.spots, len(indexes)))
    uuids = {index: press.uuid(index) for index in indexes}
    present = set(Article.objects.filter(uuid__in=uuids.values()).values_list("uuid", flat=True))
    pieces = [
        press.piece(index, spot) for index, spot in zip(indexes, spots, strict=True) if uuids[index] not in present
    ]
    if pieces:
        archive.write(pieces, outlet=press.outlet)
    return len(pieces)


def number_of(index):
    return f"A{index:06}"


def demand_same_seed(seed):
    """Pieces of two seeds would want the same numbers."""
    first = Article.objects.filter(number=number_of(1)).first()
    if first and first.uuid != uuid5(NAMESPACE, f"{seed}:1"):
        raise CommandError(
            f"The piece {number_of(1)} here is not of seed {seed}: use the seed of before, or a new database."
        )


@contextmanager
def statements_not_kept():
    """With DEBUG on, Django keeps the text of each statement: of an archive, hundreds of megabytes."""
    connection.make_debug_cursor = connection.make_cursor
    try:
        yield
    finally:
        del connection.make_debug_cursor


@dataclass(frozen=True)
class Spot:
    """The day in Shanghai and the moment that a piece is public, and where it stood in print (None: it was not)."""

    day: date
    at: datetime
    printed: archive.Place | None = None


def spots(seed):
    """A spot for each piece in turn, without end: editions of whole days between pieces alone at odd minutes."""
    rng = Random(f"{seed}:spots")
    span = (LAST_DAY - FIRST_DAY).days + 1
    free = rng.sample(range(span), span)  # a day has one edition; when all have theirs, pieces stand alone
    while True:
        if free and rng.random() < SHARE_OF_EDITIONS:
            yield from edition(rng, FIRST_DAY + timedelta(free.pop()))
        else:
            day = FIRST_DAY + timedelta(rng.randrange(span))
            alone = time(rng.randint(6, 22), rng.randrange(1, 60, 2))
            yield Spot(day, moment(day, alone))


def edition(rng, day):
    """The spots of one edition, page by page."""
    pieces, page, position = rng.randint(*PIECES_OF_AN_EDITION), 0, 0
    for n in range(pieces):
        here = 1 + n * PAGES // pieces
        page, position = here, position + 1 if here == page else 1
        yield Spot(day, moment(day, PRINTED_AT), archive.Place(day, page, position))


def moment(day, hour):
    """The moment of an hour in Shanghai. In UTC: the database asks for it so, once a row."""
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)


class Press:
    """Invents pieces from the clauses of the seed page and the places, people and campaigns of the database."""

    def __init__(self, seed):
        self.seed = seed
        self.spots = spots(seed)
        self.town_places, self.henan, self.elsewhere = places()
        self.clauses = clauses()
        self.heads = [clause for clause in self.clauses if 6 <= len(clause) <= 16]
        self.outlet = the(Outlet, *PAPER)
        self.columns = [the(Column, f"archive-{n}", name) for n, name in enumerate(COLUMNS, 1)]
        wordings = [first + second for second in CAMPAIGN_SECONDS for first in CAMPAIGN_FIRSTS]
        self.campaigns = [the(Campaign, f"archive-{n}", name) for n, name in enumerate(wordings, 1)]
        self.contributors = contributors()
        self.by_use = {len(pool): zipf(len(pool)) for pool in (self.campaigns, self.contributors)}

    def uuid(self, index):
        return uuid5(NAMESPACE, f"{self.seed}:{index}")

    def piece(self, index, spot):
        """The piece of that index; nothing in it depends on the other pieces."""
        rng = Random(f"{self.seed}:{index}")
        kind = rng.choices((Kind.PHOTO, Kind.BRIEF, Kind.STORY), (12, 8, 80))[0]
        fate = rng.random()
        draft, expired = fate < 0.01, 0.01 <= fate < 0.03
        place = self.place(rng)
        second = self.place(rng) if rng.random() < 0.2 else place
        credited = self.some(rng, self.contributors, rng.choices((1, 2, 3), (55, 30, 15))[0])
        return archive.Piece(
            uuid=self.uuid(index),
            number=number_of(index),
            kind=kind,
            at=spot.at,
            **self.words(rng, kind, place, spot.day),
            **credits(kind, credited),
            column=rng.choice(self.columns) if rng.random() < 0.4 else None,
            about=(place,),
            mentioned=(second,) if second != place else (),
            campaigns=tuple(self.some(rng, self.campaigns, rng.choices((0, 1, 2), (45, 40, 15))[0])),
            printed=None if draft else spot.printed,
            expires_at=spot.at + timedelta(days=rng.randint(1, 14)) if expired else None,
            draft=draft,
        )

    def place(self, rng):
        """Three in ten from the towns of one city, eight in ten from Henan; the rest from the other provinces."""
        drawn = rng.random()
        if drawn < 0.3:
            return rng.choice(self.town_places or self.henan)
        return rng.choice(self.henan if drawn < 0.8 else self.elsewhere or self.henan)

    def some(self, rng, pool, count):
        """So many different ones of the pool; the first of it are drawn most often."""
        drawn = {}
        while len(drawn) < count:
            one = rng.choices(pool, cum_weights=self.by_use[len(pool)])[0]
            drawn[one.pk] = one
        return list(drawn.values())

    def words(self, rng, kind, place, day):
        """The texts of a piece, as fields of archive.Piece."""
        opening = rng.choice((f"{day.month}月{day.day}日，", "近日，", "连日来，")) + f"在{place.name}，"
        if kind == Kind.PHOTO:
            return {"genre": Genre.PICTURE, "caption": opening + self.paragraph(rng, rng.randint(50, 120))}
        if kind == Kind.BRIEF:
            headline = self.headline(rng, place) if rng.random() < 0.7 else ""
            return {"headline": headline, "body": opening + self.paragraph(rng, rng.randint(90, 230))}
        length = rng.randint(4500, 5200) if rng.random() < 0.03 else int(rng.triangular(400, 2300, 800))
        body = opening + self.body(rng, length)
        return {
            "genre": rng.choices(("", Genre.NEWS, Genre.FEATURE, Genre.OPINION), (50, 35, 10, 5))[0],
            "kicker": "".join(place.trail.split("/")[-2:])[:100] if rng.random() < 0.6 else "",
            "headline": self.headline(rng, place),
            "subhead": rng.choice(self.heads) if rng.random() < 0.1 else "",
            "summary": self.paragraph(rng, 60) if rng.random() < 0.1 else "",
            "body": body,
        }

    def headline(self, rng, place):
        first, second = rng.sample(self.heads, 2)
        return rng.choice((first, f"{place.name}：{first}", f"{first} {second}", f"{place.name}{first}"))

    def body(self, rng, length):
        """Paragraphs of about so many characters in all; a long body has subheads."""
        lines, written = [], 0
        while written < length:
            if length > 1500 and lines and rng.random() < 0.15:
                lines.append(f"## {rng.choice(self.heads)}")
            said = f"{rng.choice(self.contributors).name}说，" if rng.random() < 0.2 else ""
            paragraph = said + self.paragraph(rng, min(rng.randint(80, 260), length - written))
            lines.append(paragraph)
            written += len(paragraph)
        return "\n".join(lines)

    def paragraph(self, rng, length):
        """Sentences of about so many characters in all, on one line."""
        parts, written = [], 0
        while written < length:
            for clause in rng.choices(self.clauses, k=4):
                parts += clause, "。" if rng.random() < 0.35 else "，"
                written += len(clause) + 1
                if written >= length:
                    break
        return "".join(parts[:-1]) + "。"


def places():
    """(towns of the city of Henan that has most of them, all below Henan, all below other provinces), in official order.

    Raises CommandError when the gazetteer is not loaded.
    """
    # Sorted here: databases differ in how they order letters.
    found = sorted(Locality.objects.exclude(level=Level.PROVINCE), key=lambda place: place.path)
    henan = [place for place in found if place.slugs[0] == "henan"]
    if not henan:
        raise CommandError("The places of the gazetteer are not here; load them first: manage.py load_seed")
    towns = {}
    for place in henan:
        if place.level == Level.TOWN:
            towns.setdefault(place.slugs[1], []).append(place)
    return max(towns.values(), key=len, default=[]), henan, [place for place in found if place.slugs[0] != "henan"]


def clauses():
    """The clauses of the seed page's texts, each once; brackets and quotation marks in pairs."""
    rows = json.loads((settings.BASE_DIR / "fixtures/seed_page.json").read_text("utf-8"))
    fields = [row["fields"] for row in rows if row["model"] in ("articles.article", "articles.photo")]
    texts = [words.get("body") or words.get("caption", "") for words in fields]
    found = dict.fromkeys(clause for words in texts for clause in _CLAUSE_END.split(words) if 4 <= len(clause) <= 40)
    return [clause for clause in found if all(clause.count(first) == clause.count(last) for first, last in _PAIRS)]


def the(model, slug, name):
    """The row of that address or name, made when there is neither."""
    return model.objects.filter(Q(slug=slug) | Q(name=name)).first() or model.objects.create(slug=slug, name=name)


def contributors():
    """The pool of those who may be credited: the same people for every seed, the one drawn most often first."""
    rng = Random("contributors")
    names = {}
    while len(names) < CONTRIBUTORS:
        names[rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))] = None
    uuids = [uuid5(NAMESPACE, f"contributor:{name}") for name in names]
    present = set(Contributor.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
    Contributor.objects.bulk_create(
        Contributor(uuid=uuid, name=name, sort_key=sort_key(name))
        for uuid, name in zip(uuids, names, strict=True)
        if uuid not in present
    )
    found = {person.uuid: person for person in Contributor.objects.filter(uuid__in=uuids)}
    people = [found[uuid] for uuid in uuids]
    affiliate(people)
    return people


def affiliate(people):
    """Each of the people to one unit, in turn; who has one already keeps it."""
    units = [the(Unit, f"archive-unit-{n}", f"示例单位{n}") for n in range(1, UNITS + 1)]
    placed = set(Affiliation.objects.filter(contributor__in=people).values_list("contributor", flat=True))
    Affiliation.objects.bulk_create(
        Affiliation(contributor=person, unit=units[n % UNITS])
        for n, person in enumerate(people)
        if person.pk not in placed
    )


def credits(kind, people):
    """Who is credited and the line that says so, as fields of archive.Piece."""
    if kind == Kind.PHOTO:
        line = " ".join(person.name for person in people) + " 摄"
        return {"printed_byline": line, "credits": tuple((Role.PHOTO, person) for person in people)}
    named = tuple(zip(ROLES, people, strict=False))
    line = " ".join(f"{CALLED[role]} {person.name}" for role, person in named)
    return {"printed_byline": f"（{line}）", "credits": named}


def zipf(count):
    """Cumulated weights 1, 1/2, 1/3 …"""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))
