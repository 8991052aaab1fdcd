"""Puts the triggers of the append-only tables in place again, as `manage.py check --database default` may ask."""

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from articles import triggers


class Command(BaseCommand):
    help = "Create the database's triggers anew. Nothing else is changed; it may be run at any time."

    def handle(self, *args, **options):
        lost = triggers.missing(connection)
        with transaction.atomic():
            triggers.remove(connection)
            triggers.install(connection, apps)
        self.stdout.write(
            f"{len(triggers.TRIGGERS)} triggers are in place; missing before: {', '.join(lost) or 'none'}."
        )
