"""The index of search: written with each version and each release, and asked by the grams of a text.

PostgreSQL finds rows by a GIN index on an expression, articles_grams(text), which it keeps itself. SQLite has a table of
FTS5 without content beside the rows, written here: each gram is a word of it, in hexadecimal digits.
"""

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
    wanted = {row.pk: row for row in _wanted(ids, present)}
    gone = [row for pk, row in present.items() if anew or _facts(row) != _facts(wanted.get(pk))]
    new = [row for pk, row in wanted.items() if anew or _facts(row) != _facts(present.get(pk))]
    write(gone, new, texts_differ=anew)
    return len({row.pk for row in gone} | {row.pk for row in new})


def write(gone, new, *, texts_differ=False):
    """Let rows take the place of others, with their grams; a text that stays keeps its own, unless it is told to differ."""
    if gone:
        SearchText.objects.filter(pk__in=[row.pk for row in gone]).delete()
    if new:
        SearchText.objects.bulk_create(new)
    if connection.vendor == "sqlite":
        before, after = ({row.pk: row.text for row in rows} for rows in (gone, new))
        _forget_grams([row for row in gone if texts_differ or after.get(row.pk) != row.text])
        _keep_grams([row for row in new if texts_differ or before.get(row.pk) != row.text])


def index_many(ids):
    """The same for any number of pieces."""
    return sum(index_all(ids[first : first + BATCH]) for first in range(0, len(ids), BATCH))


def pieces_of(row):
    """The ids of the pieces whose search texts depend on a row of any model: for what writes rows without an act."""
    if isinstance(row, Article):
        return {row.pk}
    return {row.article_id} if isinstance(row, Version | Publication) else set()


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
        cursor.executemany(f"INSERT INTO {FTS} (rowid, grams) VALUES (%s, %s)", [(row.pk, _words(row)) for row in rows])


def _forget_grams(rows):
    """A table without content is told what it held."""
    if not rows:
        return
    statement = f"INSERT INTO {FTS} ({FTS}, rowid, grams) VALUES ('delete', %s, %s)"
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(row.pk, _words(row)) for row in rows])


def _words(row):
    return " ".join(f"{gram:x}" for gram in sorted(grams(row.text)))


def unindexed(ids):
    """Those of the pieces whose search texts are missing or folded by other rules, in order."""
    right = SearchText.objects.filter(article__in=ids, newest=True, rules=RULES)
    return sorted(set(ids) - set(right.values_list("article", flat=True)))


# --- asked -----------------------------------------------------------------------------------------------


@TextField.register_lookup
class HasGrams(Lookup):
    """`text__has_grams=numbers`: rows of SearchText whose text has all of these grams, found by the index; not empty."""

    lookup_name = "has_grams"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        text, params = self.process_lhs(compiler, connection)
        return f"articles_grams({text}) @> %s::bigint[]", [*params, sorted(self.rhs)]

    def as_sqlite(self, compiler, connection):
        words = " AND ".join(f"{gram:x}" for gram in sorted(self.rhs))
        row = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.version_id"
        return f"{row} IN (SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s)", [words]
