"""What search looks in: a row for each text, and the index of its characters and pairs of characters.

The rows of an archive that is there are made by manage.py rebuild_search, while the desk works on.
"""

import datetime
import django.db.models.deletion
from django.db import migrations, models

from articles.searchable import COMMON  # whoever changes it changes RULES, and makes the function and its index anew

# The pairs of neighbours of a text and its characters but for the common ones, as numbers, as articles/searchable.py grams()
# gives them, and the month in which it was published as a negative number; a number given twice is kept once by the index.
# In plpgsql and with a bit for each common character, which takes a text apart five times as fast as SQL and translate(). That
# still costs far more than any way by the index: COST says so, or a planner that expects few rows takes each of them apart.
NOT_ALONE = bytearray(max(map(ord, COMMON)) // 8 + 1)
for character in f"{COMMON} \n":
    NOT_ALONE[ord(character) // 8] |= 1 << ord(character) % 8
GRAMS = f"""
CREATE FUNCTION articles_grams(words text, published_at timestamptz) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000000 AS $$
DECLARE
    common CONSTANT bytea := '\\x{NOT_ALONE.hex()}';
    coded CONSTANT int := 8 * length(common);
    found bigint[] := '{{}}';
    one int := 10;
    other int;
    letter text;
    utc timestamp := published_at AT TIME ZONE 'UTC';
BEGIN
    FOREACH letter IN ARRAY string_to_array(words, NULL) LOOP
        other := ascii(letter);
        IF one NOT IN (10, 32) AND other NOT IN (10, 32) THEN
            found := found || (one::bigint << 21 | other);
        END IF;
        IF other >= coded OR get_bit(common, other) = 0 THEN
            found := found || other::bigint;
        END IF;
        one := other;
    END LOOP;
    IF utc IS NOT NULL THEN
        found := found || -(extract(year FROM utc) * 12 + extract(month FROM utc))::bigint;
    END IF;
    RETURN found;
END $$
"""
# What was written last waits for as many as fit into 1 MB (some eighty texts), which are then put in together; else a save
# would have to find a place for each of its 500 grams by itself.
INDEX = (
    "CREATE INDEX search_text_grams ON articles_searchtext USING gin (articles_grams(text, published_at))"
    " WITH (gin_pending_list_limit = 1024)"
)
# Rows of up to 8 KB stay whole and uncompressed: the newest ones are read through.
STATEMENTS = {
    "postgresql": [
        (GRAMS, "DROP FUNCTION articles_grams"),
        (
            INDEX,
            "DROP INDEX search_text_grams",
        ),
        ("ALTER INDEX search_text_grams ALTER COLUMN 1 SET STATISTICS 20", ""),  # ANALYZE takes 300 texts apart for each
        ("ALTER TABLE articles_searchtext SET (toast_tuple_target = 8160)", ""),
    ],
    "sqlite": [
        (
            "CREATE VIRTUAL TABLE articles_searchgrams"
            " USING fts5 (grams, content = '', detail = none, tokenize = 'ascii')",
            "DROP TABLE articles_searchgrams",
        ),
    ],
}


def make(apps, schema_editor):
    for forwards, _backwards in STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(forwards, params=None)


def unmake(apps, schema_editor):
    for _forwards, backwards in reversed(STATEMENTS[schema_editor.connection.vendor]):
        if backwards:
            schema_editor.execute(backwards, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_roles_answer_readers'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchText',
            fields=[
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_text', serialize=False, to='articles.version')),
                ('newest', models.BooleanField()),
                ('published_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(default=datetime.datetime(9999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc))),
                ('headline_length', models.PositiveSmallIntegerField()),
                ('rules', models.PositiveSmallIntegerField()),
                ('text', models.TextField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_texts', to='articles.article')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('published_at__isnull', False)), fields=['-published_at', '-version'], name='search_text_newest_first')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('newest', True)), fields=('article',), name='search_text_of_the_newest'), models.UniqueConstraint(condition=models.Q(('published_at__isnull', False)), fields=('article',), name='search_text_of_readers')],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
