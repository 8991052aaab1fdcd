"""Loads the gazetteer and the seed page without touching anything the desk already has."""

import json

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, transaction

from articles import freshness, search_index
from articles.models import Article, Campaign

FIXTURES = ("localities", "seed_page")
# What says that pieces were read from a page: no editor removes it, and an older desk has the pieces without it.
RECORDS = ("articles.pageimport", "articles.importedpiece")
OWNERS = ("article", "content_object", "publication", "campaign")  # fields that name what a row belongs to


class Command(BaseCommand):
    help = (
        "Load the rows of the gazetteer and the seed page that are absent. A row that is there is never updated, and what "
        "belongs to a piece or a campaign is loaded only together with it: what editors changed or removed stays so."
    )

    def handle(self, *args, **options):
        with transaction.atomic():
            owners = {str(uuid) for uuid in Article.objects.values_list("uuid", flat=True)}
            owners |= set(Campaign.objects.values_list("slug", flat=True))
            for name in FIXTURES:
                loaded = load(name, owners)
                if loaded:
                    freshness.changed()
                self.stdout.write(f"{name}: {loaded} rows loaded" if loaded else f"{name}: all there")


def load(name, owners):
    """Load a fixture's absent rows; `owners` are the pieces (UUIDs) and campaigns (slugs) that were there before.

    Returns how many.
    """
    path = settings.BASE_DIR / "fixtures" / f"{name}.json"
    rows, present, loaded, pieces = json.loads(path.read_text("utf-8")), {}, 0, set()
    brought = {row["fields"]["uuid"] for row in rows if row["model"] == "articles.article"}
    complete = bool(brought) and brought <= owners
    for number, row in enumerate(rows, 1):
        if complete and row["model"] not in RECORDS:
            continue  # all its pieces are here: a column or campaign of it that is not was removed by the desk
        model = apps.get_model(row["model"])
        key = natural_key_of(model, row["fields"])
        if model not in present:
            present[model] = set(map(as_text, model.objects.values_list(*model.natural_fields)))
        owned = owner_of(row["fields"]) in owners and row["model"] not in RECORDS
        if key in present[model] or owned:
            continue
        try:
            with transaction.atomic():
                for found in serializers.deserialize("python", [row]):
                    found.save()
                    pieces |= search_index.pieces_of(found.object)
        except (DeserializationError, DatabaseError, ValidationError, ValueError) as error:
            raise CommandError(
                f"{path.name}, row {number}: {row['model']} {'/'.join(key)} does not fit: {error}. Nothing was loaded."
            ) from error
        loaded += 1
    search_index.index_many(sorted(pieces))
    return loaded


def natural_key_of(model, fields):
    """The natural key that a fixture's row stands for: a foreign key's own natural key takes its place in it."""
    parts = []
    for name in dict.fromkeys(field.partition("__")[0] for field in model.natural_fields):
        value = fields[name]
        parts += value if isinstance(value, list) else [value]
    return as_text(parts)


def as_text(key):
    return tuple(map(str, key))


def owner_of(fields):
    """The UUID of the piece, or the slug of the campaign, that a row belongs to, or None."""
    return next((fields[name][0] for name in OWNERS if isinstance(fields.get(name), list)), None)
