"""The index of search: written with each version and each release, and asked by the grams of a text and by months.

PostgreSQL finds rows by a GIN index on an expression, articles_grams(text, published_at), which it keeps itself. SQLite has a
table of FTS5 without content beside the rows, written here: each gram is a word of it, in hexadecimal digits, and so is the month.
"""

from datetime import UTC
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Lookup, TextField

from articles.models import FOREVER, Article, Publication, SearchText, Version
from articles.searchable import RULES, grams, text_of

FTS = "articles_searchgrams"
BATCH = 500  # pieces of one transaction


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
        before, after = ({_indexed(row) for row in rows if row.pk not in lost} for rows in (gone, new))
        _forget_grams([row for row in gone if _indexed(row) not in after])
        _keep_grams([row for row in new if _indexed(row) not in before])


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


def _indexed(row):
    return row.pk, row.text, row.published_at and month_of(row.published_at)


def _keep_grams(rows):
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)", sorted((row.pk, _words(row)) for row in rows)
        )


def _forget_grams(rows):
    """A table without content is told what it held."""
    without = _without_grams(rows)
    statement = f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(row.pk, _words(row)) for row in rows if row.pk not in without])


def _without_grams(rows):
    """The ids of those that came past write(), as rows of a dump do, and have no grams; PostgreSQL makes them for every row."""
    ids = {row.pk for row in rows} if connection.vendor == "sqlite" else set()
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {FTS}_docsize WHERE id IN ({', '.join(['%s'] * len(ids))})", list(ids))
        return ids - {pk for (pk,) in cursor.fetchall()}


def _words(row):
    words = [f"{gram:x}" for gram in sorted(grams(row.text))]
    return " ".join([*words, _word_of(month_of(row.published_at))] if row.published_at else words)


def _word_of(month):
    return f"m{month}"


def unindexed(ids):
    """Those of the pieces whose search texts are missing or folded by other rules, in order."""
    rows = list(SearchText.objects.filter(article__in=ids, rules=RULES))
    without = _without_grams(rows)
    right = {row.article_id for row in rows if row.newest} - {row.article_id for row in rows if row.pk in without}
    return sorted(set(ids) - right)


# --- asked -----------------------------------------------------------------------------------------------


class Needed(NamedTuple):
    """What texts must have to be found by the index: all of some grams, and one of some months, unless those are None."""

    grams: set[int]
    months: range | None = None


def month_of(moment):
    """The number of its month, in UTC: 12 times the year, and the month."""
    moment = moment.astimezone(UTC)
    return moment.year * 12 + moment.month


@TextField.register_lookup
class Has(Lookup):
    """`text__has=Needed(…)`: rows of SearchText, found by the index."""

    lookup_name = "has"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        row = compiler.quote_name_unless_alias(self.lhs.alias)
        has = f"articles_grams({row}.text, {row}.published_at)"
        needed, months = self.rhs
        if months is None:
            return f"{has} @> %s::bigint[]", [sorted(needed)]
        return f"({has} @> %s::bigint[] AND {has} && %s::bigint[])", [sorted(needed), [-month for month in months]]

    def as_sqlite(self, compiler, connection):
        needed, months = self.rhs
        words = [f"{gram:x}" for gram in sorted(needed)]
        if months is not None:
            words.append(f"({' OR '.join(map(_word_of, months))})")
        row = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.version_id"
        return f"{row} IN (SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s)", [" AND ".join(words)]
