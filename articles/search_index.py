"""The index of search: written with each version and each release, and asked by the grams of a text.

PostgreSQL finds rows by a GIN index on an expression, articles_grams(text, published_at), which it keeps itself. SQLite has a table of
FTS5 without content beside the rows, written here: each gram is a word of it, in hexadecimal digits, and its rows stand in
the order in which the texts were published, so that it gives the newest ones first.
"""

from itertools import groupby
from math import floor

from django.db import connection, transaction
from django.db.models import DateTimeField, F, Lookup, TextField

from articles.models import FOREVER, Article, Publication, SearchText, Version
from articles.searchable import RULES, grams, text_of

FTS = "articles_searchgrams"
BATCH = 500  # pieces of one transaction
_BITS = 30  # of the id of a version, in the number of a row of FTS; the second of its publication stands before them
_VERSION = (1 << _BITS) - 1
_UNPUBLISHED = -1 << 33  # the second of what readers do not get: before 1700
_LAST = (1 << 33) - 1  # the last second there is; what is dated later shares it


# --- written ---------------------------------------------------------------------------------------------


def index(article):
    """Bring the search texts of one piece in step with its versions and its publication. Returns how many changed.

    For acts that hold the piece, in their transaction: of two on one piece the later sees what the earlier wrote.
    """
    return _index([article.pk])


def index_all(ids, *, anew=False):
    """The same for pieces given by their ids, at most BATCH. With `anew` also what seems to be in step is written again."""
    with transaction.atomic():
        # In order, or two rebuildings would wait for each other.
        list(Article.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
        return _index(ids, anew=anew)


def _index(ids, *, anew=False):
    present = {row.pk: row for row in SearchText.objects.filter(article__in=ids)}
    wanted = {row.pk: row for row in _wanted(ids, {} if anew else present)}
    lost = set(present if anew else _without_grams(present.values()))
    gone = [row for pk, row in present.items() if pk in lost or _facts(row) != _facts(wanted.get(pk))]
    new = [row for pk, row in wanted.items() if pk in lost or _facts(row) != _facts(present.get(pk))]
    write(gone, new, lost)
    return len({row.pk for row in gone} | {row.pk for row in new})


def write(gone, new, lost=()):
    """Let rows take the place of others, with their grams; a text that stays where it is keeps its own, unless they are `lost`."""
    if gone:
        SearchText.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if new:
        SearchText.objects.bulk_create(new)
    if connection.vendor == "sqlite":
        before, after = ({(_place_of(row), row.text) for row in rows if row.pk not in lost} for rows in (gone, new))
        _forget_grams([row for row in gone if (_place_of(row), row.text) not in after])
        _keep_grams([row for row in new if (_place_of(row), row.text) not in before])


def index_many(ids):
    """The same for any number of pieces."""
    return sum(index_all(ids[first : first + BATCH]) for first in range(0, len(ids), BATCH))


def pieces_of(row):
    """The ids of the pieces whose search texts depend on a row of any model: for what writes rows without an act."""
    if isinstance(row, Article):
        return {row.pk}
    return {row.article_id} if isinstance(row, Version | Publication | SearchText) else set()


def _facts(row):
    return row and (row.newest, row.published_at, row.expires_at, row.rules, row.text)


def _wanted(ids, present):
    """The rows that pieces should have. A version never changes: a text that is there, folded by today's rules, is taken over."""
    rows = {}
    pieces = Article.objects.filter(pk__in=ids, versions__number=F("version_number")).order_by()
    facts = (
        "versions__pk",
        "publication__version",
        "publication__held",
        "publication__withdrawn_at",
        "publication__published_at",
        "publication__expires_at",
    )
    for article, newest, live, held, withdrawn_at, published_at, expires_at in pieces.values_list("pk", *facts):
        rows[newest] = SearchText(pk=newest, article_id=article, newest=True)
        if live and not held and not withdrawn_at:
            row = rows.setdefault(live, SearchText(pk=live, article_id=article, newest=False))
            row.published_at, row.expires_at = published_at, expires_at or FOREVER
    unread = []
    for pk, row in rows.items():
        row.rules, known = RULES, present.get(pk)
        if known and known.rules == RULES:
            row.text, row.headline_length = known.text, known.headline_length
        else:
            unread.append(pk)
    for version in Version.objects.filter(pk__in=unread).only("content") if unread else ():
        rows[version.pk].text, rows[version.pk].headline_length = text_of(version.story)
    return rows.values()


def _keep_grams(rows):
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)", [(_place_of(row), _words(row)) for row in rows]
        )


def _forget_grams(rows):
    """A table without content is told what it held."""
    without = _without_grams(rows)
    statement = f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(_place_of(row), _words(row)) for row in rows if row.pk not in without])


def _without_grams(rows):
    """The ids of those that came past write(), as rows of a dump do, and have no grams; PostgreSQL makes them for every row."""
    places = {_place_of(row): row.pk for row in rows} if connection.vendor == "sqlite" else {}
    if not places:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {FTS}_docsize WHERE id IN ({', '.join(['%s'] * len(places))})", list(places))
        return set(places.values()) - {places[place] for (place,) in cursor.fetchall()}


def _words(row):
    return " ".join(f"{gram:x}" for gram in sorted(grams(row.text)))


def _place_of(row):
    """The number of its row of FTS."""
    return _second(row.published_at) << _BITS | row.pk


def _second(moment):
    return min(max(floor(moment.timestamp()), _UNPUBLISHED + 1), _LAST) if moment else _UNPUBLISHED


def unindexed(ids):
    """Those of the pieces whose search texts are missing or folded by other rules, in order."""
    rows = list(SearchText.objects.filter(article__in=ids, rules=RULES))
    without = _without_grams(rows)
    right = {row.article_id for row in rows if row.newest} - {row.article_id for row in rows if row.pk in without}
    return sorted(set(ids) - right)


# --- asked -----------------------------------------------------------------------------------------------


@TextField.register_lookup
class HasGrams(Lookup):
    """`text__has_grams=numbers`: rows of SearchText whose text has all of these grams, found by the index; not empty."""

    lookup_name = "has_grams"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        return f"{_grams_of(compiler, self.lhs)} @> %s::bigint[]", [sorted(self.rhs)]

    def as_sqlite(self, compiler, connection):
        row = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.version_id"
        return f"{row} IN (SELECT rowid & {_VERSION} FROM {FTS} WHERE {FTS} MATCH %s)", [_all_of(self.rhs)]


@DateTimeField.register_lookup
class OfMonths(Lookup):
    """`published_at__of_months=numbers`: rows of SearchText of these months (12 times the year, and the month, in UTC), by the index."""

    lookup_name = "of_months"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        return f"{_grams_of(compiler, self.lhs)} && %s::bigint[]", [[-month for month in self.rhs]]


def _grams_of(compiler, column):
    """What the index of PostgreSQL is made of: grams, and the month as a negative number."""
    row = compiler.quote_name_unless_alias(column.alias)
    return f"articles_grams({row}.text, {row}.published_at)"


def _all_of(needed):
    return " AND ".join(f"{gram:x}" for gram in sorted(needed))


def newest_first(needed, terms, excluded, *, since=None, until):
    """The public search texts with all of these grams and terms and none of the excluded terms, lazily, from a moment to another.

    For SQLite, whose index gives them in this order. The text itself is not loaded.
    """
    conditions = ["instr(found.text, %s) > 0"] * len(terms) + ["instr(found.text, %s) = 0"] * len(excluded)
    first, last = _second(since) if since else _UNPUBLISHED + 1, _second(until)
    rows = SearchText.objects.raw(
        f"SELECT found.version_id, found.published_at, found.expires_at FROM {FTS} CROSS JOIN articles_searchtext found"
        f" ON found.version_id = {FTS}.rowid & {_VERSION} WHERE {FTS} MATCH %s AND {FTS}.rowid BETWEEN %s AND %s"
        f" AND {' AND '.join(conditions)} ORDER BY {FTS}.rowid DESC",
        [_all_of(needed), first << _BITS, last << _BITS | _VERSION, *terms, *excluded],
    )
    for _same, together in groupby(rows.iterator(), key=lambda row: _second(row.published_at)):
        yield from sorted(together, key=lambda row: (row.published_at, row.pk), reverse=True)
