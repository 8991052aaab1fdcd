"""Search against a plain scan: nothing is missed, nothing else is found, whatever happened to the pieces."""

import random
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import matches, merging, publish, search_index
from articles.models import Article, CampaignTag, Contributor, SearchText, Version
from articles.reverting import revert
from articles.search import search
from articles.search_query import read
from articles.searchable import fold, grams, grams_needed, parts_of, text_of
from articles.versions import save_version
from tests.factories import approve, load_seed_page, make_article, make_editor, make_live_article, make_publisher

QUERIES, PIECES = 500, 150

ODD = (
    "ＡＢＣ公司的“五星”支部，﹁双引号﹂与「直角引号」。",
    "new york 与 New  York 不同于 newyork；100%、a_b、c\\d 和 'e' 都是字。",
    "王　博\u200b来到①号院，㎡与m2、ﬁ与fi，𠮷野家😀👨‍👩‍👧。",
    "かがガｶﾞ，é与e\u0301，İ与ß。",
    "一\n二\n三",
)


@pytest.fixture
def archive(db, settings):
    """The seed page, an invented archive and pieces in odd letters, all public."""
    settings.DEBUG = True
    load_seed_page()
    call_command("make_archive", stories=PIECES, stdout=StringIO())
    by = make_publisher()
    return [make_live_article(by=by, body=body, captions=(body[:8],)) for body in ODD]


class Scan:
    """The plain scan of what readers see, each text read once."""

    def __init__(self, articles):
        versions = Version.objects.filter(publications__article__in=articles)
        self.parts = {v.article_id: list(filter(None, parts_of(v.story))) for v in versions}
        self.folded = {pk: list(map(fold, parts)) for pk, parts in self.parts.items()}

    def find(self, terms, excluded=()):
        return {
            pk
            for pk, parts in self.folded.items()
            if all(any(term in part for part in parts) for term in terms)
            and not any(term in part for term in excluded for part in parts)
        }

    def substring(self, rng, longest=12):
        part = rng.choice(self.parts[rng.choice(sorted(self.parts))])
        begin = rng.randrange(len(part))
        return part[begin : begin + rng.randint(1, longest)]


@pytest.fixture(autouse=True)
def few_are_many(monkeypatch):
    """Small numbers, so that what a large archive is searched by is asked too."""
    for name in ("GLANCE", "READ", "AT_ONCE", "SHORT"):
        monkeypatch.setattr(matches, name, 15)


def ids(query):
    """The pieces that a query finds: search() gives what the search page shows."""
    pieces = dict(search(Article.objects.live(), query).values_list("publication__version", "pk"))
    found = matches.newest(read(query), most=1000)
    assert sorted(match.version for match in found) == sorted(pieces), query
    assert found == sorted(found, reverse=True), query
    return set(pieces.values())


def kept():
    """All that the index holds: the rows and, on SQLite, how many texts have each gram."""
    rows = sorted(SearchText.objects.values_list())
    if connection.vendor != "sqlite":
        return rows
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.seen USING fts5vocab(main, articles_searchgrams, row)")
        cursor.execute("SELECT term, doc FROM temp.seen ORDER BY term")
        return rows, cursor.fetchall()


def test_every_substring_is_found_where_a_plain_scan_finds_it_and_nowhere_else(archive):
    scan, rng, skipped, found = Scan(Article.objects.live()), random.Random(7), 0, 0
    for _ in range(QUERIES):
        said = scan.substring(rng)
        term = fold(said)
        if not term:
            skipped += 1
            continue
        expected = scan.find([term])
        assert ids(f'"{said}"') == expected, said
        found += len(expected)
    assert (found > QUERIES, skipped < QUERIES / 20) == (True, True)


def test_every_piece_of_an_odd_text_is_found(archive):
    scan = Scan(Article.objects.live())
    for body in ODD:
        for begin in range(len(body)):
            for end in range(begin + 1, min(begin + 4, len(body)) + 1):
                if term := fold(body[begin:end]):
                    assert ids(f'"{body[begin:end]}"') == scan.find([term]), body[begin:end]


def test_several_words_phrases_and_exclusions_are_a_plain_scan_s(archive):
    scan, rng, matches = Scan(Article.objects.live()), random.Random(8), 0
    for _ in range(100):
        words = [said for said in (scan.substring(rng, 4) for _ in range(3)) if fold(said)]
        terms = list(map(fold, words))
        excluded = [terms.pop()] if len(terms) == 3 else []
        said = " ".join(f'"{word}"' for word in words[: len(terms)]) + "".join(
            f' -"{word}"' for word in words[len(terms) :]
        )
        if terms:
            expected = scan.find(terms, excluded)
            assert ids(said) == expected, said
            matches += len(expected)
    assert matches


def test_a_word_is_found_in_every_part_of_a_piece(db):
    parts = {
        "kicker": "引题甲", "headline": "标题乙", "subhead": "副题丙", "summary": "提要丁", "body": "正文戊。\n## 小标题\n**粗**体",
        "printed_byline": "（记者 己某 文/图）",
    }  # fmt: skip
    article = make_live_article(**parts, captions=("图说庚",), credits=[("reporter", "辛某")])
    for word in ("引题甲", "标题乙", "副题丙", "提要丁", "正文戊", "小标题", "粗体", "己某", "图说庚", "辛某", "辛"):
        assert ids(word) == {article.pk}, word
    assert ids("标题乙引题甲") == ids("标题乙副题丙") == set()  # two parts are not one text


def test_quotation_marks_width_case_and_blanks_tell_nothing(db):
    article = make_live_article(body="创建“五星”支部，王　博在ＮＢＡ看球。")
    for said in (
        '"五星"',
        "“五星”",
        "「五星」",
        "创建五星支部",
        "“五星”支部",
        "王博",
        "王 博".replace(" ", "\u3000"),
        "nba",
        "ＮＢａ",
    ):
        assert article.pk in ids(said), said


def test_what_happens_to_a_piece_happens_to_what_search_finds(db):
    by = make_publisher()
    article = make_article(by=by, body="第一稿说的是葡萄。")
    assert (ids("葡萄"), ids("石榴")) == (set(), set())
    publication = publish.publish(approve(article), by=by)
    assert ids("葡萄") == {article.pk}

    article.body = "第二稿说的是石榴。"
    article.save()
    save_version(article, by=by)
    desk = {
        word: set(search(Article.objects.all(), word, desk=True).values_list("pk", flat=True))
        for word in ("葡萄", "石榴")
    }
    assert (ids("葡萄"), ids("石榴")) == ({article.pk}, set())
    assert desk["葡萄"] == desk["石榴"] == {article.pk}
    publish.publish(approve(article), by=by)
    assert (ids("葡萄"), ids("石榴")) == (set(), {article.pk})

    publication.refresh_from_db()
    publish.hold(publication, by=by)
    assert ids("石榴") == set()
    publish.release(publication, by=by)
    assert ids("石榴") == {article.pk}
    publish.withdraw(publication, by=by)
    assert ids("石榴") == set()
    assert SearchText.objects.count() == 1  # the desk's


def test_a_piece_is_found_from_its_release_to_its_end(db):
    hour = timezone.timedelta(hours=1)
    now = timezone.now()
    past = make_live_article(body="葡萄", published_at=now - 2 * hour, expires_at=now - hour)
    due = make_live_article(body="葡萄", published_at=now - hour, expires_at=now + hour)
    make_live_article(body="葡萄", published_at=now + hour)
    assert ids("葡萄") == {due.pk}
    assert past.pk in set(search(Article.objects.all(), "葡萄", desk=True).values_list("pk", flat=True))


def test_a_plan_its_end_a_text_taken_back_and_a_transcription_are_found_as_readers_see_them(db):
    by, hour, now = make_publisher(), timezone.timedelta(hours=1), timezone.now()
    article = make_article(by=by, body="第一稿说的是葡萄。")
    plan = publish.schedule(approve(article), by=by, at=now + hour)
    assert ids("葡萄") == set()
    assert [match.version for match in matches.newest(read("葡萄"), most=5, at=now + 2 * hour)] == [plan.version_id]
    publish.unschedule(plan, by=by)
    assert matches.newest(read("葡萄"), most=5, at=now + 2 * hour) == []
    publication = publish.publish(approve(article), by=by)
    publish.expire(publication, by=by, at=now + hour)
    assert ids("葡萄") == {article.pk}
    assert matches.newest(read("葡萄"), most=5, at=now + 2 * hour) == []

    article.body = "第二稿说的是石榴。"
    article.save()
    save_version(article, by=by)
    publish.publish(approve(article), by=by)
    article.refresh_from_db()
    revert(article.pk, 1, by=make_editor("*"), base=article.revision)
    assert (ids("葡萄"), ids("石榴")) == (set(), {article.pk})  # until it is released again
    assert set(search(Article.objects.all(), "葡萄", desk=True).values_list("pk", flat=True)) == {article.pk}

    printed = make_article(by=by, body="旧报上的桑葚。")
    publish.publish_archive(printed, at=now - 1000 * hour)
    assert ids("桑葚") == {printed.pk}


def test_after_much_editing_the_index_is_what_a_rebuilding_makes(archive):
    by, rng, live = make_publisher(), random.Random(9), list(Article.objects.live().order_by("pk"))
    for article in rng.sample(live, 30):
        match rng.randrange(5):
            case 0:
                publish.withdraw(article.publication, by=by)
            case 1:
                publish.hold(article.publication, by=by)
            case 2:
                CampaignTag.objects.filter(content_object=article).delete()
            case _:
                article.body += "又添了一句关于石榴的话。"
                article.save()
                save_version(article, by=by)
                if rng.random() < 0.5:
                    publish.publish(approve(article), by=by)
    one, other = Contributor.objects.order_by("pk")[:2]
    merging.merge(one, [other], by=make_editor("*"))
    before, pieces = kept(), list(Article.objects.values_list("pk", flat=True))
    assert search_index.index_many(pieces) == 0
    assert kept() == before
    search_index.write(list(SearchText.objects.all()), [])
    assert search_index.index_many(pieces) == SearchText.objects.count() > PIECES
    assert kept() == before
    scan = Scan(Article.objects.live())
    for word in ("石榴", "话", "一句", "“五星”", "嵩县", "的"):
        assert ids(f'"{word}"') == scan.find([fold(word)]), word


def test_what_was_written_past_the_index_is_made_right_again(db, tmp_path):
    article, other = make_live_article(body="第一稿说的是葡萄。"), make_live_article(body="石榴")
    search_index.index(article)
    before, dump = kept(), tmp_path / "texts.json"
    call_command("dumpdata", "articles.searchtext", output=dump)
    search_index.write(list(SearchText.objects.all()), [])
    call_command("loaddata", dump, verbosity=0)  # rows without grams
    assert kept() == before and ids("葡萄") == {article.pk}
    article.body = "第二稿。"
    article.save()
    save_version(article, by=make_publisher())

    before = kept()
    SearchText.objects.filter(article=other).delete()
    row = SearchText.objects.filter(article=article, newest=True).get()
    wrong = SearchText.objects.get(pk=row.pk)
    wrong.text = "错"
    search_index.write([row], [wrong])
    call_command("rebuild_search", all=True, stdout=StringIO(), stderr=StringIO())
    assert kept()[0] == before[0] and ids("石榴") == {other.pk}


def test_an_exclusion_that_a_wanted_word_holds_finds_nothing(db):
    make_live_article(body="葡萄")
    assert ids("葡萄 -葡") == set()


def test_the_index_holds_nothing_of_texts_that_are_gone(db):
    by = make_publisher()
    article = make_live_article(by=by, headline="甲", body="葡萄")
    publish.withdraw(article.publication, by=by)
    article.body = "石榴"
    article.save()
    save_version(article, by=by)
    needed = grams_needed(fold("葡萄"))
    assert not SearchText.objects.filter(text__has=search_index.Needed(needed)).exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM articles_searchgrams WHERE articles_searchgrams MATCH %s", [f"{ord('葡'):x}"]
            )
            assert cursor.fetchone() == (0,)


# --- folding ---------------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_and_leaves_no_line_break(text):
    folded = fold(text)
    assert (fold(folded), "\n" in folded, folded.strip()) == (folded, False, folded)


@given(ANY_TEXT, st.integers(0, 40), st.integers(1, 12))
def test_a_term_needs_only_grams_that_every_text_with_it_has(text, begin, length):
    folded = fold(text)
    term = folded[begin : begin + length].strip()
    assert grams_needed(term) <= grams(folded)


def test_postgresql_makes_the_same_grams(db):
    if connection.vendor != "postgresql":
        article = make_article(body="".join(ODD))
        folded, _length = text_of(article.versions.get().story)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COUNT(*) FROM articles_searchgrams WHERE articles_searchgrams MATCH %s",
                [" ".join(f"{gram:x}" for gram in grams(folded))],
            )
            assert cursor.fetchone() == (1,)
        return
    with connection.cursor() as cursor:
        for text in (*ODD, "", " ", "a", "\n", "a b\nc", "𠮷😀"):
            folded = fold(text) + "\n" + fold(text[::-1])
            cursor.execute("SELECT articles_grams(%s, NULL), articles_grams(%s, '1958-12-31 23:00Z')", [folded, folded])
            alone, dated = map(set, cursor.fetchone())
            assert (alone, dated - alone) == (grams(folded), {-(1958 * 12 + 12)}), text


# --- the language ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2023.11", "2023-11-01", "2023-11-30"), ("20231119", "2023-11-19", "2023-11-19"),
        ("2022年-2023年", "2022-01-01", "2023-12-31"), ("2023-11-19至2023-11-25", "2023-11-19", "2023-11-25"),
        ("2023年11月19日至25日", "2023-11-19", "2023-11-25"), ("2023年1月-3月", "2023-01-01", "2023-03-31"),
        ("2022至2023年", "2022-01-01", "2023-12-31"), ("2023年 到 2024年", "2023-01-01", "2024-12-31"),
        ("2023-11-25..2023-11-19", "2023-11-19", "2023-11-25"), ("2023/11/19-2023/12/01", "2023-11-19", "2023-12-01"),
    ],
)  # fmt: skip
def test_days_are_read_however_they_are_written(said, first, last):
    query = read(said)
    assert (str(query.since), str(query.until), query.words) == (first, last, ())


@pytest.mark.parametrize(
    "said",
    [
        "2023-13",
        "20231345",
        "2023年的",
        "20231119号",
        "至",
        "2023年-",
        "2023.111",
        "2023.1",
        "2022-2023",
        "regıon:嵩县",
    ],
)
def test_what_is_no_day_is_a_word(said):
    assert (read(said).since, read(said).terms) == (None, [fold(said)])


def test_a_name_of_two_that_is_set_wide_is_one_word():
    assert read("王　博").terms == ["王博"]
    assert [field.value for field in read("作者:王　博 作者：李　四").fields] == ["王博", "李四"]
    assert (read("-王　博").excluded, read("“王　博”").terms) == (["王博"], ["王博"])
    assert read("我　你　他").terms == ["我", "你", "他"] and read("张 三　李　四").terms == ["张", "三", "李", "四"]
    assert read("嵩县　葡萄").terms == ["嵩县", "葡萄"] and read("王 博").terms == ["王", "博"]


@given(st.text(max_size=300))
def test_anything_can_be_typed(text):
    query = read(text)
    assert len(query.words) + len(query.fields) <= 8
    assert all(fold(term) == term for term in query.terms)
