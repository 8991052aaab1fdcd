"""The front page, arranged by number."""

from django.contrib import admin

from articles.models import Slot


@admin.register(Slot)
class SlotAdmin(admin.ModelAdmin):
    list_display = ("article", "section", "order", "headline", "ends_at")
    list_editable = ("order",)
    list_filter = ("section",)
    list_select_related = ("article",)
    autocomplete_fields = ("article",)
    fields = ("section", "order", "article", "headline", "ends_at")
