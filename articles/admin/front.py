"""The front page, arranged by number."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.admin.fields import AutocompleteMixin
from articles.models import Article, HistoryEntry, Slot
from articles.vocabulary import Act, State


class SlotForm(forms.ModelForm):
    def clean_article(self):
        article = self.cleaned_data["article"]
        state = Article.objects.with_state().get(pk=article.pk).state
        if "article" in self.changed_data and state not in (State.LIVE, State.SCHEDULED):
            raise ValidationError(_("Only a piece that is published or scheduled can stand on the front page."))
        return article

    def clean_ends_at(self):
        ends_at = self.cleaned_data["ends_at"]
        if ends_at and "ends_at" in self.changed_data and ends_at <= timezone.now():
            raise ValidationError(_("This moment has passed."))
        return ends_at


@admin.register(Slot)
class SlotAdmin(AutocompleteMixin, admin.ModelAdmin):
    form = SlotForm
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
    return " ".join(filter(None, (slot.get_section_display(), str(slot.order), slot.headline)))


def record_arrangement(slot, *, by, note):
    HistoryEntry.objects.record(slot.article, Act.ARRANGED, by=by, note=note)
