"""What search looks in: a row for each text, and the index of its characters and pairs of characters.

The rows of an archive that is there are made by manage.py rebuild_search, while the desk works on.
"""

import datetime
import django.db.models.deletion
from django.db import migrations, models

# The characters and the pairs of neighbours of a text as numbers, as articles/searchable.py grams() gives them; a number given
# twice is kept once by the index. Reading a row's text and folding it costs far more than the index does: COST says so.
GRAMS = """
CREATE FUNCTION articles_grams(words text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000 AS $$
    SELECT coalesce(array_agg(gram), '{}') FROM (
        SELECT ascii(letter)::bigint AS one, ascii(lead(letter) OVER (ORDER BY place))::bigint AS other
        FROM string_to_table(words, NULL) WITH ORDINALITY AS letters (letter, place)
    ) AS neighbours, LATERAL (VALUES (one), (CASE WHEN other NOT IN (10, 32) THEN one << 21 | other END)) AS both_ (gram)
    WHERE one NOT IN (10, 32) AND gram IS NOT NULL
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
