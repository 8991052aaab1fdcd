"""Django's loaddata, which writes rows without any act of the desk: where one of them was new or other, readers' pages are renewed."""

from django.core.management.commands import loaddata

from articles import freshness


class Command(loaddata.Command):
    def handle(self, *fixtures, **options):
        self.differs = False
        super().handle(*fixtures, **options)
        if self.differs:
            freshness.changed()

    def save_obj(self, obj):
        row, rows = obj.object, type(obj.object)._base_manager.using(self.using)
        before = rows.filter(pk=row.pk).values().first()
        saved = super().save_obj(obj)
        self.differs = self.differs or before != rows.filter(pk=row.pk).values().first()
        return saved
