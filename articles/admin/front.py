"""The front page, arranged by number."""

from django.contrib import admin

from articles.models import HistoryEntry, Slot
from articles.vocabulary import Act


@admin.register(Slot)
class SlotAdmin(admin.ModelAdmin):
    list_display = ("article", "section", "order", "headline", "ends_at")
    list_editable = ("order",)
    list_filter = ("section",)
    list_select_related = ("article",)
    autocomplete_fields = ("article",)
    fields = ("section", "order", "article", "headline", "ends_at")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record_arrangement(obj, by=request.user, note=f"+ {arrangement(obj)}")

    def delete_model(self, request, obj):
        record_arrangement(obj, by=request.user, note=f"− {arrangement(obj)}")
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for slot in queryset:
            self.delete_model(request, slot)


def arrangement(slot):
    """Where a slot stands, in one line for the history."""
    return " ".join(filter(None, (slot.get_section_display(), f"#{slot.order}", slot.headline)))


def record_arrangement(slot, *, by, note):
    HistoryEntry.objects.record(slot.article, Act.ARRANGED, by=by, note=note)
