"""Django's loaddata, which writes rows without any act of the desk: where one was new or other, its piece is indexed and pages renewed."""

from django.core.management.commands import loaddata
from django.db import transaction

from articles import freshness, search_index


class Command(loaddata.Command):
    def handle(self, *fixtures, **options):
        self.differs, self.pieces = False, set()
        with transaction.atomic():
            super().handle(*fixtures, **options)
            search_index.index_many(sorted(self.pieces))
            if self.differs:
                freshness.changed()

    def save_obj(self, obj):
        row, rows = obj.object, type(obj.object)._base_manager.using(self.using)
        before = rows.filter(pk=row.pk).values().first()
        saved = super().save_obj(obj)
        if before != rows.filter(pk=row.pk).values().first():
            self.differs = True
            self.pieces |= search_index.pieces_of(row)
        return saved
