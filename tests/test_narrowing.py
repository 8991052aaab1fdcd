"""Lists of the desk by several conditions: found by whichever index, they are what a scan of all pieces finds."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from random import Random
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from django.db import connection
from django.utils import timezone

from articles import listing, narrowing, publish, trash
from articles.days import begins
from articles.models import (
    Affiliation,
    Article,
    Byline,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Coverage,
    LocalityTag,
    Publication,
    Review,
    Unit,
)
from articles.narrowing import Pieces
from articles.vocabulary import Genre, Kind, Level, Outcome, PlaceRelation, State
from tests.factories import make_approved_article, make_article, make_editor, make_live_article, make_place

NOON = datetime(2023, 11, 23, 4, tzinfo=UTC)
HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)


@pytest.fixture
def in_every_state(db):
    """Pieces of which the states change at NOON, and pieces of every other state, some of them in the recycle bin."""
    boss = make_editor("*")
    make_article(by=boss)
    trash.trash(make_article(by=boss), by=boss)
    make_approved_article(by=boss)
    for outcome in ("", *Outcome.values):
        open_round(make_article(by=boss), outcome)
    again = make_article(by=boss)
    for outcome in (Outcome.RETURNED, ""):
        open_round(again, outcome)
    open_round(make_live_article(by=boss), Outcome.RETURNED)
    for begin in (NOON - HOUR, NOON, NOON + MOMENT, NOON + HOUR):
        for end in (None, NOON + 2 * HOUR, NOON + HOUR, NOON + MOMENT, NOON):
            if end and end <= begin:
                continue
            for act in (None, publish.hold, publish.withdraw):
                article = make_live_article(by=boss, published_at=begin, expires_at=end)
                if act is publish.hold:  # held before its end came
                    Publication.objects.filter(article=article).update(held=True)
                elif act:
                    act(Publication.objects.get(article=article), by=boss)
                if act is publish.withdraw and end:
                    trash.trash(article, by=boss)
    held = make_live_article(by=boss, published_at=NOON)
    publish.hold(held.publication, by=boss)
    publish.withdraw(held.publication, by=boss)
    return Article.objects.all()


def test_each_state_is_found_by_plain_conditions_as_it_is_shown(in_every_state):
    moments = [
        NOON - 2 * HOUR,
        *(NOON + n * MOMENT for n in (-1, 0, 1, 2)),
        NOON + HOUR,
        NOON + 2 * HOUR,
        NOON + 9 * HOUR,
    ]
    seen = set()
    for at in moments:
        shown = dict(in_every_state.with_state(at).values_list("pk", "state"))
        for state in State:
            wanted = sorted((pk for pk, its in shown.items() if its == state), reverse=True)
            assert list(Article.objects.in_state(state, at).order_by("-pk").values_list("pk", flat=True)) == wanted
            assert Pieces([narrowing.in_state(state, at)]).ids(1000) == wanted
            seen |= {state} if wanted else set()
        kept = [pk for pk, state in shown.items() if state != State.TRASHED]
        assert Pieces([narrowing.in_state(None, at)]).ids(1000) == sorted(kept, reverse=True)
    assert seen == set(State)


def open_round(article, outcome):
    """A round of review of the piece that nobody has signed; with an outcome, one that ended."""
    by = make_editor()
    ended = {"closed_at": timezone.now(), "closed_by": by, "outcome": outcome} if outcome else {}
    Review.objects.create(article=article, version=article.versions.get(), opened_by=by, **ended)


# --- combinations ----------------------------------------------------------------------------------------


NOVEMBER = (begins(date(2023, 11, 1)), begins(date(2023, 12, 1)))


class Filed(NamedTuple):
    """A piece as it was filed. at: its release, or None of a draft."""

    article: Article
    about: list
    campaigns: list
    people: list
    at: datetime | None


def make_desk():
    """What pieces can be filed under, by name."""
    province = make_place("河南省", level=Level.PROVINCE)
    counties = [make_place(name, parent=province) for name in ("嵩县", "舞阳县", "鄢陵县")]
    units = [Unit.objects.create(name=name) for name in ("宣传部", "城关镇政府")]
    people = [Contributor.objects.create(name=name) for name in ("王博", "李阳", "秦名芳")]
    for person, unit in zip(people, (*units, units[0]), strict=True):
        Affiliation.objects.create(contributor=person, unit=unit)
    return SimpleNamespace(
        province=province,
        counties=counties,
        towns=[make_place("城关镇", parent=county, level=Level.TOWN) for county in counties],
        campaigns=[Campaign.objects.create(name=name) for name in ("五星", "主题教育")],
        columns=[Column.objects.create(name=name) for name in ("党建", "民生")],
        units=units,
        people=people,
    )


def file_at_random(rng, desk, boss):
    """A piece, released or not, with places, campaigns and credits; one in ten in the recycle bin. Returns it as Filed."""
    fields = {
        "kind": rng.choice((Kind.STORY, Kind.BRIEF)),
        "genre": rng.choice(("", Genre.NEWS)),
        "column": rng.choice((None, *desk.columns)),
    }
    at = NOVEMBER[0] + timedelta(hours=rng.randrange(24 * 60))
    released = rng.random() < 0.8
    article = make_live_article(by=boss, published_at=at, **fields) if released else make_article(by=boss, **fields)
    about = rng.sample([*desk.counties, *desk.towns], rng.randint(0, 3))
    named = rng.sample([desk.province, *desk.counties], 1)
    for place in about:
        LocalityTag.objects.create(content_object=article, tag=place)
    for place in set(named) - set(about):
        LocalityTag.objects.create(content_object=article, tag=place, relation=PlaceRelation.MENTIONED)
    campaigns = rng.sample(desk.campaigns, rng.randint(0, 2))
    for campaign in campaigns:
        CampaignTag.objects.create(content_object=article, tag=campaign)
    people = rng.sample(desk.people, rng.randint(0, 3))
    for person in people:
        for role in ("reporter", "photo"):  # two credits of one person, and perhaps of one unit
            Byline.objects.create(article=article, contributor=person, role=role)
    listing.refresh(article)
    if rng.random() < 0.1:
        Article.objects.filter(pk=article.pk).update(trashed_at=timezone.now())
    return Filed(article, about, campaigns, people, at if released else None)


@pytest.fixture
def archive(db):
    """Sixty pieces filed at random, with what they are filed under: {what it is called: (narrowing, {ids})}."""
    rng, boss, desk = Random(7), make_editor("*"), make_desk()
    filed = [file_at_random(rng, desk, boss) for _n in range(60)]
    kept = set(Article.objects.filter(trashed_at=None).values_list("pk", flat=True))

    def those(condition):
        return {piece.article.pk for piece in filed if piece.article.pk in kept and condition(piece)}

    now, county, town = timezone.now(), desk.counties[0], desk.towns[1]
    campaign, column, unit = desk.campaigns[0], desk.columns[0], desk.units[0]
    in_county, in_unit = {county, desk.towns[0]}, {desk.people[0], desk.people[2]}
    return {
        "province": (narrowing.in_region(desk.province), those(lambda piece: piece.about)),
        "county": (narrowing.in_region(county), those(lambda piece: in_county & set(piece.about))),
        "town": (narrowing.in_region(town), those(lambda piece: town in piece.about)),
        "campaign": (narrowing.in_campaign(campaign), those(lambda piece: campaign in piece.campaigns)),
        "column": (narrowing.in_column(column), those(lambda piece: piece.article.column == column)),
        "unit": (narrowing.by_unit(unit), those(lambda piece: in_unit & set(piece.people))),
        "kind": (narrowing.of(kind=Kind.BRIEF), those(lambda piece: piece.article.kind == Kind.BRIEF)),
        "genre": (narrowing.of(genre=Genre.NEWS), those(lambda piece: piece.article.genre == Genre.NEWS)),
        "period": (
            narrowing.published_between(*NOVEMBER),
            those(lambda piece: piece.at and NOVEMBER[0] <= piece.at < NOVEMBER[1]),
        ),
        "live": (narrowing.in_state(State.LIVE, now), those(lambda piece: piece.at)),
        "draft": (narrowing.in_state(State.DRAFT, now), those(lambda piece: not piece.at)),
    }


def test_pieces_of_several_conditions_are_those_a_scan_finds_each_once_and_newest_first(archive):
    kept, found = narrowing.in_state(None, timezone.now()), 0
    for size in (1, 2, 3):
        for names in combinations(archive, size):
            narrowings, sets = zip(*(archive[name] for name in names), strict=True)
            wanted = sorted(set.intersection(*sets), reverse=True)
            pieces = Pieces([kept, *narrowings])
            assert pieces.ids(1000) == wanted, names
            assert Pieces([kept, *narrowings]).count() == len(wanted), names
            assert sorted(pieces.all().values_list("pk", flat=True), reverse=True) == wanted, names
            found += len(wanted)
    assert found > 500


def test_whichever_index_a_list_is_read_along_it_is_the_same(archive, monkeypatch):
    """A reach of one piece asks every piece, a long one sorts the rows of what no index has in order."""
    kept = narrowing.in_state(None, timezone.now())
    for names in combinations(archive, 2):
        narrowings, sets = zip(*(archive[name] for name in names), strict=True)
        wanted = sorted(set.intersection(*sets), reverse=True)
        for lead in (None, *(one for one in narrowings if one.track and one.track.leads and one.track.in_order)):
            monkeypatch.setattr(Pieces, "_path", lambda self, reach, lead=lead: lead)
            pieces = Pieces([kept, *narrowings])
            assert pieces.ids(1000) == wanted, names
            assert [pk for batch in pieces.batches(3) for pk in batch] == wanted, names
            assert pieces.page(2, 4, most=20) == (wanted[4:8], min(len(wanted), 21)), names


def test_a_list_is_counted_to_its_cap_and_no_further(archive):
    for narrowed, wanted in archive.values():
        pieces = Pieces([narrowing.in_state(None, timezone.now()), narrowed])
        assert pieces.count(3) == min(len(wanted), 4)
        assert pieces.page(1, 2, most=3) == (sorted(wanted, reverse=True)[:2], min(len(wanted), 4))
        assert pieces.page(2, 2, most=3)[0] == sorted(wanted, reverse=True)[2:3]


def test_older_pieces_are_reached_by_key(archive):
    for narrowed, wanted in archive.values():
        pieces = Pieces([narrowing.in_state(None, timezone.now()), narrowed])
        reached, before = [], None
        while batch := pieces.ids(2, before=before):
            reached += batch
            before = batch[-1]
        assert reached == sorted(wanted, reverse=True)


def test_a_site_page_stands_in_no_list_of_pieces(db):
    boss = make_editor("*")
    make_article(by=boss, kind=Kind.PAGE, address="about")
    assert Pieces([narrowing.in_state(None, timezone.now())]).ids(9) == []
    assert Pieces([narrowing.in_state(State.DRAFT, timezone.now())]).ids(9) == []


# --- units -----------------------------------------------------------------------------------------------


def test_a_piece_belongs_to_the_unit_its_people_were_in_when_it_was_released(db):
    unit, other = Unit.objects.create(name="宣传部"), Unit.objects.create(name="教育局")
    person = Contributor.objects.create(name="王博")
    Affiliation.objects.create(contributor=person, unit=unit, to_day=date(2023, 11, 22))
    Affiliation.objects.create(contributor=person, unit=other, from_day=date(2023, 11, 23))
    midnight = begins(date(2023, 11, 23))
    credits = [("reporter", "王博")]
    last = make_live_article(published_at=midnight - MOMENT, credits=credits)
    first = make_live_article(published_at=midnight, credits=credits)
    draft = make_article(credits=credits)
    make_live_article(published_at=midnight)
    Article.objects.filter(pk=draft.pk).update(created_at=midnight - HOUR)
    assert Pieces([narrowing.by_unit(unit)]).ids(9) == [draft.pk, last.pk]
    assert Pieces([narrowing.by_unit(other)]).ids(9) == [first.pk]


def test_a_unit_that_nobody_belongs_to_has_no_pieces(db):
    make_article(credits=[("reporter", "王博")])
    nobody, place = narrowing.by_unit(Unit.objects.create(name="空")), narrowing.in_region(make_place())
    for narrowings in ([nobody], [nobody, place], [place, nobody, narrowing.in_state(None, NOON)]):
        assert Pieces(narrowings).page(1, 50) == ([], 0)


# --- what it costs ---------------------------------------------------------------------------------------


def instructions(read):
    """What reading takes of SQLite, in steps of ten of its instructions; 0 elsewhere."""
    if connection.vendor != "sqlite":  # PostgreSQL decides by its statistics
        read()
        return 0
    steps = []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: steps.append(1) and None, 10)
    read()
    connection.connection.set_progress_handler(None, 0)
    return len(steps)


def test_the_first_page_costs_what_it_shows_however_many_pieces_there_are(db, monkeypatch):
    monkeypatch.setattr(narrowing, "SIZED", 100)
    province = make_place("河南省", level=Level.PROVINCE)
    town, campaign = make_place("城关镇", parent=province, level=Level.TOWN), Campaign.objects.create(name="五星")
    lists = [
        [narrowing.in_region(town)],
        [narrowing.in_campaign(campaign)],
        [narrowing.in_campaign(campaign), narrowing.in_region(town)],
        [narrowing.in_region(province), narrowing.in_campaign(campaign)],
        [narrowing.in_region(province)],
        *([narrowing.in_state(state, NOON)] for state in State if state not in (State.DRAFT, State.LIVE)),
    ]

    def add(many, places, *, released):
        articles = Article.objects.bulk_create(
            Article(number=f"{released}{n}", headline="标题", body="正文。", released=released) for n in range(many)
        )
        Coverage.objects.bulk_create(Coverage(article=piece, region=place) for piece in articles for place in places)
        if released:
            return
        CampaignTag.objects.bulk_create(CampaignTag(content_object=piece, tag=campaign) for piece in articles)

    def costs():
        kept = narrowing.in_state(None, NOON)
        return [instructions(lambda asked=asked: Pieces([kept, *asked]).ids(10)) for asked in lists]

    add(80, (province, town), released=False)
    before = costs()
    add(3000, (province,), released=True)
    after = costs()
    assert [new <= old + 30 for old, new in zip(before, after, strict=True)] == [True] * len(lists), (before, after)
