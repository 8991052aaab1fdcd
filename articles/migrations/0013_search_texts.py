"""What search looks in: a row for each text, and the index of its characters and pairs of characters.

The rows of an archive that is there are made by manage.py rebuild_search, while the desk works on.
"""

import datetime
import django.db.models.deletion
from django.db import migrations, models

from articles.searchable import COMMON  # whoever changes it changes RULES, and makes the function and its index anew

# The pairs of neighbours of a text and its characters but for the common ones, as numbers, as articles/searchable.py grams()
# gives them; a number given twice is kept once by the index. Taking a text apart
# costs far more than any way by the index: COST says so, or a planner that expects few rows takes each of them apart.
GRAMS = f"""
CREATE FUNCTION articles_grams(words text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000000 AS $$
    SELECT coalesce(array_agg(gram), '{{}}') FROM (
        SELECT CASE WHEN one NOT IN (10, 32) AND other NOT IN (10, 32) THEN one::bigint << 21 | other END AS gram FROM (
            SELECT ascii(letter) AS one, lead(ascii(letter)) OVER (ORDER BY place) AS other
            FROM string_to_table(words, NULL) WITH ORDINALITY AS letters (letter, place)
        ) AS neighbours
        UNION ALL
        SELECT ascii(letter) FROM string_to_table(translate(words, '{COMMON} ' || chr(10), ''), NULL) AS rare (letter)
    ) AS grams WHERE gram IS NOT NULL
$$
"""
# Rows of up to 8 KB stay whole and uncompressed: the newest ones are read through.
STATEMENTS = {
    "postgresql": [
        (GRAMS, "DROP FUNCTION articles_grams"),
        (
            "CREATE INDEX search_text_grams ON articles_searchtext USING gin (articles_grams(text)) WITH (fastupdate = off)",
            "DROP INDEX search_text_grams",
        ),
        ("ALTER INDEX search_text_grams ALTER COLUMN 1 SET STATISTICS 20", ""),  # ANALYZE takes 300 texts apart for each
        ("ALTER TABLE articles_searchtext SET (toast_tuple_target = 8160)", ""),
    ],
    "sqlite": [
        (
            "CREATE VIRTUAL TABLE articles_searchgrams"
            " USING fts5 (grams, content = '', detail = none, columnsize = 0, tokenize = 'ascii')",
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
