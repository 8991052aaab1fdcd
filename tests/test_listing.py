"""Public lists: paged by key without loss, always equal to a scan of what is public, and read from the index."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles import listing, publish, trash
from articles.listing import BadCursor, Cursor
from articles.models import (
    ANY,
    Article,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Coverage,
    Edition,
    ListEntry,
    Locality,
    LocalityTag,
    Outlet,
    Page,
    Placement,
    Publication,
    Slot,
    Version,
)
from articles.refusals import MoveRefused
from articles.versions import save_version
from articles.vocabulary import Kind, Level, Origin, PlaceRelation, Role

from .factories import approve, make_article, make_live_article, make_place, make_publisher

NOON = datetime(2023, 11, 23, 4, tzinfo=UTC)  # in Shanghai
MINUTE = timedelta(minutes=1)
WITH_DATABASE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


def make_pages(*pieces):
    """Live pieces given as (minute, page number, position on it; page 0: not printed); published that minute after noon."""
    edition = Edition.objects.create(outlet=Outlet.objects.create(name="今日嵩县"), day=NOON.date())
    pages = {number: Page.objects.create(edition=edition, number=number) for number in {p[1] for p in pieces} - {0}}
    made = []
    for minute, number, position in pieces:
        article = make_article()
        if number:
            Placement.objects.create(article=article, page=pages[number], position=position)
        made.append(publish.publish_archive(article, at=NOON + minute * MINUTE))
    return made


def walk(*, size, backwards=False, **narrowed):
    """The pages of a list from the newest to the oldest, or from the oldest back, as lists of publications; at most 20."""
    pages = [listing.page(size=size, **narrowed)]
    while pages[-1].older and len(pages) < 20:
        pages.append(listing.page(after=pages[-1].older, size=size, **narrowed))
    if backwards:
        del pages[:-1]
        while pages[-1].newer and len(pages) < 20:
            pages.append(listing.page(before=pages[-1].newer, size=size, **narrowed))
    return [page.publications for page in pages]


# --- order and pages -------------------------------------------------------------------------------------


def test_newest_stand_first_and_pieces_of_one_moment_in_printed_order_then_as_entered(db):
    made = make_pages((0, 1, 1), (5, 2, 1), (5, 1, 2), (5, 0, 0), (5, 0, 0), (5, 1, 1), (9, 3, 1))
    assert listing.page().publications == [made[n] for n in (6, 3, 4, 5, 2, 1, 0)]


@pytest.mark.parametrize("backwards", [False, True])
def test_pages_of_any_size_visit_every_piece_exactly_once_in_order(db, backwards):
    make_pages((0, 1, 1), (5, 2, 1), (5, 1, 2), (5, 0, 0), (5, 0, 0), (5, 1, 1), (9, 3, 1), (9, 3, 2))
    whole = listing.page().publications
    assert len(whole) == 8
    for size in range(1, 10):
        pages = walk(size=size, backwards=backwards)
        ordered = reversed(pages) if backwards else pages
        assert [publication for page in ordered for publication in page] == whole
        assert max(map(len, pages)) == min(size, 8)


@settings(max_examples=30, **WITH_DATABASE)
@given(keys=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=7, max_size=7), size=st.integers(1, 4))
def test_walking_there_and_back_meets_the_same_pieces(db, keys, size):
    if not ListEntry.objects.exists():
        make_pages(*[(0, 0, 0)] * 7)
    rows = list(ListEntry.objects.filter(facet=ANY).order_by("pk"))
    for row, (minute, order) in zip(rows, keys, strict=True):
        row.published_at, row.printed_order = NOON + minute * MINUTE, order
    ListEntry.objects.bulk_update(rows, ["published_at", "printed_order"])
    wanted = sorted(rows, key=lambda row: (-row.published_at.timestamp(), row.printed_order, row.publication_id))
    for pages in (walk(size=size), [*reversed(walk(size=size, backwards=True))]):
        assert [piece.pk for page in pages for piece in page] == [row.publication_id for row in wanted]


def test_the_first_page_has_nothing_newer_and_the_last_nothing_older(db):
    make_pages((0, 0, 0), (1, 0, 0), (2, 0, 0))
    first = listing.page(size=2)
    last = listing.page(after=first.older, size=2)
    back = listing.page(before=last.newer, size=2)
    assert (first.newer, last.older, back) == (None, None, first)


def test_a_list_without_pieces_is_one_empty_page(db):
    make_article()
    assert listing.page() == ([], None, None)


def test_a_page_shows_only_what_is_public_at_its_moment(db):
    now = timezone.now()
    due = make_live_article(published_at=now - 2 * MINUTE).publication
    coming = make_live_article(published_at=now + MINUTE).publication
    ending = make_live_article(published_at=now - 3 * MINUTE, expires_at=now + MINUTE).publication
    seen = {minute: listing.page(at=now + minute * MINUTE).publications for minute in (-4, 0, 1)}
    assert seen == {-4: [], 0: [due, ending], 1: [coming, due]}


def test_a_piece_of_midnight_belongs_to_the_later_day(db):
    midnight = datetime(2023, 11, 22, 16, tzinfo=UTC)  # 23 November begins in Shanghai
    day, microsecond = timedelta(days=1), timedelta(microseconds=1)
    for moment in (midnight - microsecond, midnight, midnight + day - microsecond, midnight + day):
        publish.publish_archive(make_article(), at=moment)
    on = [p.published_at for p in listing.page(since=midnight, until=midnight + day).publications]
    before = [p.published_at for p in listing.page(until=midnight).publications]
    assert (on, before) == ([midnight + day - microsecond, midnight], [midnight - microsecond])


def test_a_page_within_two_days_goes_on_within_them(db):
    made = make_pages(*((minute, 0, 0) for minute in range(6)))
    narrowed = {"since": NOON + MINUTE, "until": NOON + 5 * MINUTE}
    assert walk(size=2, **narrowed) == [[made[4], made[3]], [made[2], made[1]]]
    assert walk(size=2, backwards=True, **narrowed) == [[made[2], made[1]], [made[4], made[3]]]


# --- cursors ---------------------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))


@given(MOMENTS, st.integers(0, 32767 * 1001), st.integers(1, 10**18 - 1))
@example(datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), 0, 1)
def test_a_cursor_reads_back_as_it_was(moment, order, publication):
    cursor = Cursor(moment, order, publication)
    assert Cursor.parse(str(cursor)) == cursor


def test_pieces_printed_before_1970_are_paged_like_all_others(db):
    made = [publish.publish_archive(make_article(), at=datetime(1958, 7, day, tzinfo=UTC)) for day in (1, 2, 3)]
    cursor = listing.page(size=2).older
    assert listing.page(size=2, after=Cursor.parse(str(cursor))).publications == [made[0]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1-2",
        "1-2-",
        "1-2-3-4",
        "a-b-c",
        "1.0-2-3",
        "1--2-3",
        "1-2--3",
        " 1-2-3",
        "1-2-3\n",
        "1-2-3\x00",
        "\x001-2-3",
        "１-２-３",
        "١-٢-٣",
        "1-2-²",
        f"{10**17}-2-3",
        f"-{10**17 - 1}-2-3",
        f"1-{10**9}-3",
        f"1-2-{10**18}",
        f"1-2-{'9' * 5000}",
    ],
)
def test_a_cursor_that_no_page_gave_out_is_refused(text):
    assert Cursor.parse("1-2-3").publication == 3
    with pytest.raises(BadCursor):
        Cursor.parse(text)


@pytest.mark.parametrize("text", [f"{10**17 - 1}-{10**9 - 1}-{10**18 - 1}", f"-{62135596800 * 10**6}-0-0"])
def test_the_databases_can_compare_with_the_farthest_cursors(db, text):
    make_pages((0, 0, 0))
    cursor = Cursor.parse(text)
    found = [listing.page(after=cursor).publications, listing.page(before=cursor).publications]
    assert sorted(map(len, found)) == [0, 1]


# --- the index -------------------------------------------------------------------------------------------


def rows(article):
    entries = ListEntry.objects.filter(publication__article=article).order_by("region", "campaign", "facet")
    return list(entries.values_list("region", "campaign", "facet"))


def test_a_piece_stands_in_the_lists_of_its_places_above_its_campaigns_and_its_facets(db):
    county = make_place("嵩县", make_place("洛阳市", level=Level.CITY))
    town = make_place("城关镇", county, Level.TOWN)
    wuxing = Campaign.objects.create(name="五星")
    article = make_live_article(
        places=[town, county],
        campaigns=[wuxing],
        kind=Kind.BRIEF,
        column=Column.objects.create(name="党建"),
        credits=[(Role.REPORTER, "张三"), (Role.PHOTO, "张三")],
    )
    regions = [ANY, "cheng-guan-zhen", "luo-yang-shi", "song-xian"]
    facets = ["column:dang-jian", f"contributor:{Contributor.objects.get().uuid}", "kind:brief"]
    assert sorted(rows(article)) == sorted(
        [(region, campaign, ANY) for region in regions for campaign in (ANY, "wu-xing")]
        + [(ANY, ANY, facet) for facet in facets]
    )


def test_a_place_that_is_only_mentioned_does_not_list_the_piece(db):
    about, mentioned = make_place("嵩县"), make_place("新安县")
    article = make_article(places=[about])
    LocalityTag.objects.create(content_object=article, tag=mentioned, relation=PlaceRelation.MENTIONED)
    publication = publish.publish(approve(article), by=make_publisher())
    assert listing.page(region=about.slug).publications == [publication]
    assert listing.page(region=mentioned.slug).publications == []


def test_facets_follow_the_live_version_not_the_working_copy(db):
    article, by = make_live_article(column=Column.objects.create(name="党建")), make_publisher()
    article.column = Column.objects.create(name="组工")
    article.save()
    save_version(article, by=by)
    listing.refresh(article)
    facets = ListEntry.objects.exclude(facet=ANY).order_by("facet").values_list("facet", flat=True)
    before = list(facets)
    publish.publish(approve(article), by=by)
    assert (before, list(facets.all())) == (["column:dang-jian", "kind:story"], ["column:zu-gong", "kind:story"])


def test_refreshing_again_changes_nothing(db):
    place = make_place()
    article = make_live_article(places=[place])
    LocalityTag.objects.all().delete()
    kept = set(ListEntry.objects.exclude(region=place.slug).values_list("pk", flat=True))
    assert (listing.refresh(article), listing.refresh(article)) == (2, 0)  # of the public's index, of the desk's
    assert set(ListEntry.objects.values_list("pk", flat=True)) == kept


def test_a_draft_has_no_rows_to_refresh(db):
    assert (listing.refresh(make_article()), ListEntry.objects.count()) == (0, 0)


def test_a_new_moment_end_or_printed_place_rewrites_every_row(db):
    article = make_live_article(places=[make_place()])
    total = len(rows(article))
    (page,) = {
        Page.objects.create(edition=Edition.objects.create(outlet=Outlet.objects.create(name="报"), day=NOON), number=3)
    }
    Placement.objects.create(article=article, page=page, position=2)
    assert (total, listing.refresh(article)) == (3, 2 * total)
    assert set(ListEntry.objects.values_list("printed_order", flat=True)) == {3002}


def test_a_piece_stands_once_in_the_list_of_each_place_above_it(db):
    song, xin = make_place("嵩县"), make_place("新安县")
    make_live_article(places=[song, make_place("城关镇", song)])
    make_live_article(places=[song, xin])
    make_live_article(places=[xin], published_at=timezone.now() + MINUTE)
    public = {slug: listing.entries(region=slug).count() for slug in ("song-xian", "cheng-guan-zhen", "xin-an-xian")}
    assert public == {"song-xian": 2, "cheng-guan-zhen": 1, "xin-an-xian": 1}


def test_pieces_are_counted_by_spans_and_a_piece_of_midnight_counts_for_the_later(db):
    midnight, day = datetime(2023, 12, 31, 16, tzinfo=UTC), timedelta(days=1)  # 2024 begins in Shanghai
    for moment in (datetime(2021, 5, 1, tzinfo=UTC), midnight - MINUTE, midnight, midnight + day - MINUTE):
        publish.publish_archive(make_article(), at=moment)
    make_article()
    assert listing.tally_spans([(midnight + n * day, midnight + (n + 1) * day) for n in (-1, 0, 1)]) == [1, 2, 0]
    assert listing.years() == [(2024, 2), (2023, 1), (2021, 1)]


# --- equal to a scan -------------------------------------------------------------------------------------


class Newsroom:
    """Three pieces, six places, two campaigns, a clock in minutes, and everything that may happen to them."""

    def __init__(self, clock):
        self.clock, self.by = clock, make_publisher()
        self.places = [make_place("河南省", level=Level.PROVINCE)]
        self.places += [make_place(name, self.places[0]) for name in ("嵩县", "新安县")]
        self.places += [make_place(f"{county.name}城关镇", county, Level.TOWN) for county in self.places[1:]]
        self.places += [make_place("开发区", None, Level.ZONE)]
        self.campaigns = [Campaign.objects.create(name=name) for name in ("五星", "主题教育")]
        self.articles = [make_article(places=[self.places[n + 2]]) for n in range(3)]

    def do(self, act, piece, other, minutes):
        article = self.articles[piece]
        try:
            getattr(self, act)(article, other, minutes)
        except MoveRefused:
            pass

    def wait(self, article, other, minutes):
        self.clock.now += minutes * MINUTE

    def publish(self, article, other, minutes):
        publish.publish(approve(article), by=self.by, expires_at=self.clock() + minutes * MINUTE if other % 2 else None)

    def schedule(self, article, other, minutes):
        publish.schedule(approve(article), by=self.by, at=self.clock() + minutes * MINUTE)

    def revise(self, article, other, minutes):
        article.body += "又一段。"
        article.save()
        save_version(article, by=self.by)

    def on_publication(self, article, act, **fields):
        if publication := Publication.objects.filter(article=article).first():
            act(publication, by=self.by, **fields)

    def expire(self, article, other, minutes):
        self.on_publication(article, publish.expire, at=self.clock() + minutes * MINUTE if other % 3 else None)

    def hold(self, article, other, minutes):
        self.on_publication(article, publish.hold)

    def release(self, article, other, minutes):
        self.on_publication(article, publish.release)

    def withdraw(self, article, other, minutes):
        self.on_publication(article, publish.withdraw)

    def trash(self, article, other, minutes):
        trash.trash(article, by=self.by)

    def restore(self, article, other, minutes):
        trash.restore(article, by=self.by)

    def place(self, article, other, minutes):
        relation = PlaceRelation.MENTIONED if minutes == 1 else PlaceRelation.ABOUT
        tag, new = LocalityTag.objects.get_or_create(
            content_object=article, tag=self.places[other], defaults={"relation": relation}
        )
        if not new:
            tag.delete()
        listing.refresh(article)

    def campaign(self, article, other, minutes):
        tag, new = CampaignTag.objects.get_or_create(content_object=article, tag=self.campaigns[other % 2])
        if not new:
            tag.delete()
        listing.refresh(article)

    def move(self, article, other, minutes):
        place, parent = (Locality.objects.get(pk=self.places[n].pk) for n in (other, minutes % 6))
        if not parent.path.startswith(place.path):
            place.parent = parent if minutes < 6 else None
            place.save()
            listing.refresh_place(place)

    def listed(self, at):
        return {
            (region, campaign): sorted(
                listing.entries(region, campaign, at=at).values_list("publication__article", flat=True)
            )
            for region in (ANY, *(place.slug for place in self.places))
            for campaign in (ANY, *(campaign.slug for campaign in self.campaigns))
        }

    def scanned(self, at):
        found = {
            (region, campaign): []
            for region in (ANY, *(place.slug for place in self.places))
            for campaign in (ANY, *(campaign.slug for campaign in self.campaigns))
        }
        for article in Article.objects.live(at=at).order_by("pk"):
            about = article.locality_tags.filter(relation=PlaceRelation.ABOUT)
            for region in {ANY}.union(*(Locality.objects.get(pk=tag.tag_id).slugs for tag in about)):
                for campaign in {ANY, *(campaign.slug for campaign in article.campaigns.all())}:
                    found[region, campaign].append(article.pk)
        return found

    def covered(self):
        """The pieces of each region in the desk's index, released or not."""
        rows = Coverage.objects.order_by("article")
        return {place.pk: list(rows.filter(region=place).values_list("article", flat=True)) for place in self.places}

    def tagged(self):
        """The same from the tags and the tree as they stand."""
        found = {place.pk: [] for place in self.places}
        for article in self.articles:
            about = Locality.objects.filter(article_tags__in=article.locality_tags.filter(relation=PlaceRelation.ABOUT))
            for slug in {slug for place in about for slug in place.slugs}:
                found[Locality.objects.get(slug=slug).pk].append(article.pk)
        return found


class Clock:
    now = NOON

    def __call__(self):
        return self.now


ACTS = "wait publish schedule revise expire hold release withdraw trash restore place campaign move".split()
# Withdrawing ends a piece's story, so it comes up less often than what may be done again.
STEP = st.tuples(
    st.sampled_from([act for act in ACTS if act != "withdraw"] * 3 + ["publish", "publish", "withdraw"]),
    st.integers(0, 2),
    st.integers(0, 5),
    st.integers(1, 7),
)


@settings(max_examples=25, **WITH_DATABASE)
@given(steps=st.lists(STEP, min_size=4, max_size=14), minutes=st.lists(st.integers(-2, 40), min_size=2, max_size=2))
@example(steps=[("publish", 0, 0, 1), ("publish", 1, 1, 5), ("place", 0, 3, 1)], minutes=[5, 6])
@example(steps=[("publish", n, 0, 1) for n in range(3)] + [("move", 0, 2, 5), ("hold", 1, 0, 1)], minutes=[0, 1])
def test_whatever_is_done_the_lists_equal_a_scan_of_what_is_public(db, steps, minutes):
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(timezone, "now", clock := Clock())
        newsroom = Newsroom(clock)
        for step in steps:
            newsroom.do(*step)
        for moment in (clock.now, *(NOON + minute * MINUTE for minute in minutes)):
            assert newsroom.listed(moment) == newsroom.scanned(moment)
        assert newsroom.covered() == newsroom.tagged()
        assert [article.released for article in Article.objects.order_by("pk")] == [
            Publication.objects.filter(article=article).exists() for article in newsroom.articles
        ]
        transaction.set_rollback(True)


# --- read from the index ---------------------------------------------------------------------------------

MANY = 3000


@pytest.fixture
def full_lists(db):
    """An archive of 3,000 pieces, one a minute back from noon, all in the same list."""
    stamp = [NOON - n * MINUTE for n in range(MANY)]
    articles = Article.objects.bulk_create(
        Article(number=f"x-{n}", headline="标题", body="正文。") for n in range(MANY)
    )
    versions = Version.objects.bulk_create(
        Version(article=article, number=1, content="{}", sha256="0" * 64, kind=Kind.STORY, title="标题") for article in articles
    )  # fmt: skip
    publications = Publication.objects.bulk_create(
        Publication(
            article=version.article, version=version, origin=Origin.ARCHIVE, first_published_at=at, published_at=at
        )
        for version, at in zip(versions, stamp, strict=True)
    )
    ListEntry.objects.bulk_create(
        ListEntry(
            publication=publication, region=region, campaign=campaign, facet=ANY, published_at=publication.published_at
        )
        for publication in publications
        for region, campaign in ((ANY, ANY), ("song-xian", ANY), ("song-xian", "wu-xing"))
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [Cursor(publication.published_at, 0, publication.pk) for publication in publications]


def statement_of(read):
    """The one statement that `read` sends, as (sql, params)."""
    sent = []

    def note(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    (statement,) = sent
    return statement


def plan_of(read):
    sql, params = statement_of(read)
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("campaign", [ANY, "wu-xing"])
def test_a_page_is_read_from_the_index_in_order(full_lists, campaign):
    cursor, span = full_lists[MANY // 2], {"since": NOON - MANY * MINUTE, "until": NOON}
    for narrowed in ({}, {"after": cursor}, {"before": cursor}, span, {"after": cursor, **span}):
        plan = plan_of(lambda narrowed=narrowed: listing.page("song-xian", campaign, at=NOON, **narrowed))
        if connection.vendor == "sqlite":
            searched = "USING INDEX list_entry_newest_first (region=? AND campaign=? AND facet=? AND published_at"
            assert (plan.count(searched), plan.count("TEMP B-TREE")) == (1, 0)
        else:
            (condition,) = [line for line in plan.splitlines() if "Index Cond" in line and "song-xian" in line]
            assert plan.count("using list_entry_newest_first") == 1
            assert (condition.count("published_at <="), plan.count("Sort")) == (1, 0) or "until" in narrowed


def work_of(read):
    """What a page costs, in the database's own units: instructions on SQLite, index and table rows on PostgreSQL."""
    sql, params = statement_of(read)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            steps = []
            connection.connection.set_progress_handler(lambda: steps.append(1) and None, 10)
            cursor.execute(sql, params).fetchall()
            connection.connection.set_progress_handler(None, 0)
            return len(steps)
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
        return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


@pytest.mark.parametrize("campaign", [ANY, "wu-xing"])
def test_a_page_in_the_depth_of_a_list_costs_what_its_first_page_costs(full_lists, campaign):
    top, new, old = full_lists[0], full_lists[MANY // 4], full_lists[-MANY // 4]
    for span in ({}, {"since": NOON - MANY * MINUTE, "until": NOON + MINUTE}):
        first, older, newer = (
            work_of(lambda cursor=cursor, span=span: listing.page("song-xian", campaign, at=NOON, **cursor, **span))
            for cursor in ({"after": top}, {"after": old}, {"before": new})
        )
        assert max(older, newer) < 2 * first


def test_whether_one_piece_is_public_is_asked_of_that_piece_alone(db):
    """A list of all public pieces made first would cost more with every piece of the archive."""
    article = make_live_article()
    questions = (
        Publication.objects.filter(Article.objects.live_at("article"), article=article.pk),
        Placement.objects.filter(Article.objects.live_at("article"), page=1),
        Slot.objects.at(timezone.now()),
    )
    for question in questions:
        plan = question.order_by().explain()
        # SQLite makes such a list when it is asked wrongly; PostgreSQL decides by its statistics, and does not.
        assert "LIST SUBQUERY" not in plan, plan
