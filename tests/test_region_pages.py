"""The tree of regions, the map of tiles, and a region's page: what each link promises is what its list has."""

import json
import re
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urljoin

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import freshness, listing, publish
from articles.models import Campaign, Column, Locality, Publication
from articles.tiles import TILES, tiles_of
from articles.vocabulary import Level
from tests.desk import errors_of, filled
from tests.factories import (
    ROOT,
    load_gazetteer,
    make_article,
    make_editor,
    make_live_article,
    make_place,
    make_publisher,
)
from tests.page import read
from tests.public import queries

PROMISE = re.compile(r"(\d+)(\+?) 篇$")
NOON = timezone.make_aware(datetime(2024, 5, 20, 12))


def promises(page):
    """{address: how many pieces the link says it leads to} of a page's links that say it."""
    found = ((href, PROMISE.search(text)) for href, text in page.main.links())
    return {href: int(said[1]) for href, said in found if said}


def listed(client, address):
    """How many pieces an address lists, on all its pages; of a page of years or months, as many as these promise."""
    if found := re.match(r"/archive/(\d{4}/)?(\?|$)", address):
        below = r"/archive/\d{4}/\d\d/(\?|$)" if found[1] else r"/archive/\d{4}/(\?|$)"
        return sum(number for href, number in promises(read(client, address)).items() if re.match(below, href))
    number = 0
    while address:
        page = read(client, address).main
        number += len(page.stories())
        older = [href for href, text in page.links() if text == "较早的稿件"]
        address = urljoin(address, older[0]) if older else None
    return number


@pytest.fixture
def random_archive(db):
    return make_random_archive(12)


def make_random_archive(number_of_pieces):
    """Pieces of two years in two provinces, with towns, campaigns, a column, several ended or still to come."""
    chance = Random(6)
    henan = make_place("河南省", level=Level.PROVINCE, slug="henan", order=1, tile_row=5, tile_column=4)
    hebei = make_place("河北省", level=Level.PROVINCE, slug="hebei", order=2, tile_row=4, tile_column=5)
    luoyang = make_place("洛阳市", henan, Level.CITY, slug="luoyang", tile_row=4, tile_column=2)
    xuchang = make_place("许昌市", henan, Level.CITY, slug="xuchang", tile_row=5, tile_column=3)
    make_place("信阳市", henan, Level.CITY, slug="xinyang", tile_row=7, tile_column=4)
    zone = make_place("航空港区", henan, Level.ZONE, slug="gang")
    song = make_place("嵩县", luoyang, slug="songxian")
    town = make_place("田湖镇", song, Level.TOWN, slug="tianhu")
    yanling = make_place("鄢陵县", xuchang, slug="yanling")
    places = [hebei, luoyang, zone, song, town, yanling]
    campaigns = [
        Campaign.objects.create(name=name, slug=slug) for name, slug in (("五星", "wuxing"), ("春耕", "chungeng"))
    ]
    column = Column.objects.create(name="栏目", slug="lanmu")
    for number in range(number_of_pieces):
        moment = NOON - timedelta(days=chance.randrange(500), hours=chance.randrange(24))
        article = make_article(
            places=chance.sample(places, chance.randrange(3)), campaigns=chance.sample(campaigns, chance.randrange(3)),
            column=column if number % 4 == 0 else None, credits=[("reporter", "张三")],
        )  # fmt: skip
        publication = publish.publish_archive(article, at=moment)
        if number % 9 == 0:
            Publication.objects.filter(pk=publication.pk).update(expires_at=moment + timedelta(days=1))
            listing.refresh(article)
    make_live_article(places=[song, yanling, zone], campaigns=campaigns, published_at=NOON)
    make_live_article(published_at=timezone.now() + timedelta(days=3), places=[song], campaigns=campaigns)
    make_article(places=[song], campaigns=campaigns)
    return song


def test_every_number_beside_a_link_is_the_number_of_pieces_it_leads_to(client, db):
    """Every link with a number is followed from the pages that a reader begins with, and from those they lead to."""
    make_random_archive(40)
    waiting, asked, checked = (
        ["/regions/", "/archive/", "/campaigns/wuxing/", "/regions/henan/?campaign=wuxing"],
        set(),
        {},
    )
    while waiting and len(asked) < 25:
        address = waiting.pop(0)
        if address in asked:
            continue
        asked.add(address)
        for href, said in promises(read(client, address)).items():
            if href not in checked:
                checked[href] = said, listed(client, href)
                waiting.append(href)
            assert checked[href][0] == said, (address, href)
    assert {href: pair for href, pair in checked.items() if pair[0] != pair[1]} == {}
    assert len(checked) > 60
    assert all(said > 0 for said, _ in checked.values())
    kinds = {re.sub(r"/\d+|\d+", "", href.partition("?")[0]) for href in checked}
    assert {"/regions/henan/", "/regions/songxian/", "/archive/", "/campaigns/wuxing/"} <= kinds
    assert [href for href in checked if "region=" in href and "campaign=" in href]
    assert [href for href in checked if href.startswith("/regions/henan/20") and "campaign=" in href]


def test_no_page_tells_a_reader_of_nothing(client, random_archive):
    for address in ("/regions/", "/regions/henan/", "/regions/xinyang/", "/archive/", "/archive/2023/", "/archive/2019/",
                    "/archive/2023/05/", "/campaigns/", "/campaigns/wuxing/?region=xinyang"):  # fmt: skip
        assert not re.search(r"(^|\D)0 篇", read(client, address).root.text), address


def test_a_chosen_filter_is_shown_with_a_link_that_takes_it_away(client, random_archive):
    address = "/regions/songxian/2024/05/?campaign=wuxing"
    assert taken_away(client, address) == {
        "时间条件：2024年5月": "/regions/songxian/?campaign=wuxing",
        "专题条件：五星": "/regions/songxian/2024/05/",
    }
    assert taken_away(client, "/regions/songxian/") == {}
    assert taken_away(client, "/archive/2024/05/20/?region=songxian&campaign=wuxing") == {
        "地区条件：洛阳市嵩县": "/archive/2024/05/20/?campaign=wuxing",
        "专题条件：五星": "/archive/2024/05/20/?region=songxian",
    }


def taken_away(client, address):
    links = read(client, address).main.links()
    return {text.removeprefix("去掉"): href for href, text in links if text.startswith("去掉")}


@pytest.mark.parametrize("address", [
    "/regions/henan/?campaign=nichts", "/regions/henan/?campaign=%00", "/regions/nichts/", "/regions/henan/2024/13/",
    "/regions/henan/0000/01/", "/campaigns/nichts/", "/campaigns/wuxing/?region=nichts", "/campaigns/wuxing/?from=2024-02-30",
    "/archive/?region=nichts", "/archive/2024/?campaign=a%20b", "/archive/2024/02/30/", "/archive/2024/00/", "/columns/nichts/",
])  # fmt: skip
def test_an_address_that_cannot_be_meant_is_not_found_and_the_page_leads_on(client, random_archive, address):
    page = read(client, address, status=404)
    assert {"/", "/regions/", "/archive/", "/campaigns/"} <= set(page.main.hrefs())


def test_what_a_messenger_adds_to_a_link_narrows_nothing(client, random_archive):
    for added in ("from=timeline", "from=singlemessage&isappinstalled=0"):
        page = read(client, f"/campaigns/wuxing/?{added}")
        assert page.main.stories() == read(client, "/campaigns/wuxing/").main.stories()


def test_the_second_page_of_a_list_keeps_its_filters(client, db):
    by, song = make_publisher(), make_place("嵩县", slug="songxian")
    campaign = Campaign.objects.create(name="五星", slug="wuxing")
    for number in range(21):
        make_live_article(by=by, places=[song], campaigns=[campaign], published_at=NOON + timedelta(minutes=number))
    for address in ("/archive/2024/05/?region=songxian&campaign=wuxing", "/regions/songxian/2024/05/?campaign=wuxing"):
        (older,) = [href for href, text in read(client, address).main.links() if text == "较早的稿件"]
        second = urljoin(address, older)
        assert set(address.partition("?")[2].split("&")) < set(second.partition("?")[2].split("&"))
        assert len(read(client, second).main.stories()) == 1


# The tree.


def opened(page):
    """{name of the place: whether what lies in it is shown} for each place of the tree that has places in it."""
    tree = next(nav for nav in page.main.all("nav") if nav.attrs.get("aria-label") == "地区")
    found = {}
    for details in tree.all("details"):
        item = next(element for element in details.ancestors if element.tag == "li")
        found[item.all("a")[0].text.split()[0]] = "open" in details.attrs
    return found


def test_the_desk_s_own_place_stands_first_and_open(client, random_archive, settings):
    settings.DESK = {**settings.DESK, "home": "yanling"}
    make_live_article(places=[Locality.objects.get(slug="yanling")])
    page = read(client, "/regions/")
    assert opened(page) == {"河南省": True, "许昌市": True, "洛阳市": False}
    assert list(opened(page)) == ["河南省", "许昌市", "洛阳市"]


def test_a_county_desk_s_own_towns_stand_above_the_tree(client, random_archive, settings):
    settings.DESK = {**settings.DESK, "home": "songxian"}
    freshness.changed()
    links = read(client, "/regions/").main.links()
    towns = listing.count(region="tianhu")
    assert [text for _, text in links[:2]] == ["嵩县", f"田湖镇 {towns} 篇"] and towns


@pytest.mark.parametrize("home", ["", "nichts"])
def test_a_desk_without_a_known_place_shows_the_province_with_most_pieces_open(client, random_archive, settings, home):
    settings.DESK = {**settings.DESK, "home": home}
    assert opened(read(client, "/regions/")) == {"河南省": True, "洛阳市": False, "许昌市": False}


def test_another_province_shows_its_cities_and_these_lead_to_their_counties(client, random_archive, settings):
    settings.DESK = {**settings.DESK, "home": "songxian"}
    baoding = make_place("保定市", Locality.objects.get(slug="hebei"), Level.CITY, slug="baoding")
    make_live_article(places=[make_place("易县", baoding, slug="yixian")])
    page = read(client, "/regions/")
    assert opened(page) == {"河南省": True, "洛阳市": True, "许昌市": False, "河北省": False}
    assert "/regions/baoding/" in page.main.hrefs() and "/regions/yixian/" not in page.main.hrefs()
    assert "/regions/yixian/" in read(client, "/regions/baoding/").main.hrefs()


def test_what_opens_and_closes_in_the_tree_says_of_what_place(client, random_archive):
    summaries = [element.text for element in read(client, "/regions/").main.all("summary")]
    assert summaries == ["河南省的市县", "洛阳市的县区", "许昌市的县区"]


def test_a_long_list_of_the_tree_is_counted_to_a_thousand(client, db, monkeypatch):
    monkeypatch.setattr("articles.views.lists.COUNTED_IN_THE_TREE", 2)
    song = make_place("嵩县", slug="songxian")
    for _ in range(3):
        make_live_article(places=[song])
    assert ("/regions/songxian/", "嵩县 2+ 篇") in read(client, "/regions/").main.links()
    assert [listing.count(region="songxian", up_to=up_to) for up_to in (2, 3)] == [3, 3]


def test_the_tree_and_a_region_cost_the_same_queries_however_many_places_there_are(client, db):
    henan = make_place("河南省", level=Level.PROVINCE, slug="henan")
    city = make_place("洛阳市", henan, Level.CITY, slug="luoyang", tile_row=1, tile_column=1)
    make_live_article(
        places=[city], campaigns=[Campaign.objects.create(name="专题", slug="zhuanti")], published_at=NOON
    )
    pages = ("/regions/", "/regions/henan/", "/archive/2024/05/?region=henan", "/archive/2024/", "/campaigns/")
    few = [queries(client, page) for page in pages]
    for number in range(2, 7):
        city = make_place(f"市{number}", henan, Level.CITY, slug=f"shi{number}", tile_row=number, tile_column=number)
        county = make_place(f"县{number}", city, slug=f"xian{number}")
        campaign = Campaign.objects.create(name=f"专题{number}", slug=f"zhuanti{number}")
        make_live_article(places=[county], campaigns=[campaign], published_at=NOON)
    assert [queries(client, page) for page in pages] == few
    assert max(few) <= 8


# The map of tiles.


def tiles(page):
    """[(class, text, address or None)] of the tiles of a page."""
    lists = [ol for ol in page.main.all("ol") if "tiles" in ol.attrs.get("class", "").split()]
    found = []
    for item in sum((ol.all("li") for ol in lists), []):
        links = item.all("a")
        found.append((item.attrs["class"], " ".join(item.text.split()), links[0].attrs["href"] if links else None))
    return found


def test_a_province_shows_its_cities_where_they_lie_shaded_by_their_pieces(client, db):
    load_gazetteer("luoyang", "xuchang", "xinyang", "jiyuan", "songxian")
    zone = make_place("航空港区", Locality.objects.get(slug="henan"), Level.ZONE, slug="gang")
    for slug, number in (("songxian", 8), ("xuchang", 2)):
        for _ in range(number):
            make_live_article(places=[Locality.objects.get(slug=slug)], published_at=NOON)
    make_live_article(places=[zone], published_at=NOON)
    page = read(client, "/regions/henan/2024/05/")
    # 济源, 洛阳, 许昌 and 信阳 lie in rows 3, 4, 5 and 7 of the map of Henan, the first of which is row 1 here.
    assert tiles(page) == [
        ("r2 c1 heat-4", "洛阳 8 篇", "/regions/luoyang/2024/05/"),
        ("r3 c2 heat-2", "许昌 2 篇", "/regions/xuchang/2024/05/"),
        ("r5 c3 heat-0", "信阳", None),
        ("r1 c1 heat-0", "济源", None),
    ]
    assert ("/regions/gang/2024/05/", "航空港区 1 篇") in page.main.links()
    assert tiles(read(client, "/regions/henan/2024/04/")) == []


def test_the_country_has_a_map_once_two_provinces_have_pieces(client, db):
    load_gazetteer("henan", "hebei", "taiwan")
    make_live_article(places=[Locality.objects.get(slug="henan")])
    assert tiles(read(client, "/regions/")) == []
    make_live_article(places=[Locality.objects.get(slug="hebei")])
    shown = {text for _, text, _ in tiles(read(client, "/regions/"))}
    assert shown == {"河南 1 篇", "河北 1 篇", "台湾"}


class Placed:
    def __init__(self, pieces, row=None, column=None):
        self.pieces, self.tile_row, self.tile_column = pieces, row, column


def test_a_place_whose_tile_is_taken_or_off_the_map_stands_in_the_list(client):
    first, same, far, none, empty = Placed(3, 4, 4), Placed(1, 4, 4), Placed(1, TILES + 1, 1), Placed(2), Placed(0)
    made, others = tiles_of([first, same, far, none, empty])
    assert [(tile.place, tile.row, tile.column) for tile in made] == [(first, 1, 1)]
    assert others == [same, far, none]


def test_a_map_without_a_piece_is_no_map(client):
    none, some = Placed(0, 1, 1), Placed(4)
    assert tiles_of([none, some]) == ([], [some])
    assert tiles_of([]) == ([], [])


@pytest.mark.parametrize("pieces, heats", [
    ((1,), [2]), ((1, 2, 3, 4), [2, 3, 4, 4]), ((1, 60, 250, 600, 1000), [1, 1, 2, 4, 4]), ((0, 1), [0, 2]),
])  # fmt: skip
def test_more_pieces_are_never_paler(pieces, heats):
    made, _others = tiles_of([Placed(number, 1, column) for column, number in enumerate(pieces, 1)])
    assert [tile.heat for tile in made] == heats


def test_every_row_and_column_of_the_map_has_its_class():
    sheet = (ROOT / "static/css/site.css").read_text("utf-8")
    for number in range(1, TILES + 1):
        assert f".tiles .r{number} {{ grid-row: {number}; }}" in sheet
        assert f".tiles .c{number} {{ grid-column: {number}; }}" in sheet


# The desk says where a place lies.


def test_the_desk_gives_a_place_its_tile_and_readers_see_it(client, db):
    henan = make_place("河南省", level=Level.PROVINCE, slug="henan")
    zone = make_place("示范区", henan, Level.ZONE, slug="shifan")
    make_live_article(places=[zone])
    assert tiles(read(client, "/regions/henan/")) == []
    client.force_login(make_editor("*"))
    url = reverse("admin:articles_locality_change", args=[zone.pk])
    response = client.post(url, filled(client.get(url), tile_row=3, tile_column=2))
    assert response.status_code == 302
    assert tiles(read(client, "/regions/henan/")) == [("r1 c1 heat-2", "示范区 1 篇", "/regions/shifan/")]


@pytest.mark.parametrize("typed, wrong", [
    ({"tile_row": "3"}, ""), ({"tile_row": "13", "tile_column": "1"}, "tile_row"), ({"tile_row": "0", "tile_column": "1"}, "tile_row"),
    ({"tile_row": "2", "tile_column": "2"}, "tile_row"), ({"tile_row": "x", "tile_column": "2"}, "tile_row"),
])  # fmt: skip
def test_a_tile_that_cannot_be_is_refused_and_what_was_typed_stays(client, db, typed, wrong):
    henan = make_place("河南省", level=Level.PROVINCE, slug="henan")
    make_place("洛阳市", henan, Level.CITY, tile_row=2, tile_column=2)
    zone = make_place("示范区", henan, Level.ZONE, slug="shifan")
    client.force_login(make_editor("*"))
    url = reverse("admin:articles_locality_change", args=[zone.pk])
    response = client.post(url, filled(client.get(url), **typed))
    assert response.status_code == 200
    form = response.context["adminform"].form
    assert (wrong or "__all__") in form.errors, form.errors
    assert {name: form[name].value() for name in typed} == typed
    zone.refresh_from_db()
    assert (zone.tile_row, zone.tile_column) == (None, None)
    assert errors_of(response)


# Counting.


def test_what_has_ended_is_not_counted_though_the_index_does_not_say_so(db):
    song, now = make_place("嵩县", slug="songxian"), timezone.now()
    make_live_article(places=[song], published_at=NOON)
    make_live_article(places=[song], published_at=NOON, expires_at=now)
    ends = make_live_article(places=[song], published_at=NOON, expires_at=now + timedelta(hours=1))
    make_live_article(places=[song], published_at=now + timedelta(hours=2))
    assert listing.count(region="songxian") == listing.entries(region="songxian").count() == 2
    later = now + timedelta(hours=1)
    assert listing.count(region="songxian", at=later) == listing.entries(region="songxian", at=later).count() == 1
    assert Publication.objects.get(article=ends).expires_at == later


def test_the_fixture_s_tiles_reach_the_database(db):
    load_gazetteer("luoyang")
    rows = json.loads((ROOT / "fixtures/localities.json").read_text("utf-8"))
    (fields,) = [row["fields"] for row in rows if row["fields"]["slug"] == "luoyang"]
    luoyang = Locality.objects.get(slug="luoyang")
    assert (luoyang.tile_row, luoyang.tile_column) == (fields["tile_row"], fields["tile_column"]) == (4, 2)
