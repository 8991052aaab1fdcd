"""Accounts of the desk."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from articles.models import Editor, HistoryEntry

admin.site.unregister(Tag)  # tags here are localities and campaigns, never strings


@admin.register(Editor)
class EditorAdmin(UserAdmin):
    list_display = ("username", "display_name", "is_active", "is_staff", "last_login")
    search_fields = ("username", "display_name")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "language", "email")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Important dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "display_name", "language", "password1", "password2", "is_staff", "groups")}),
    )


@admin.register(HistoryEntry)
class HistoryEntryAdmin(admin.ModelAdmin):
    """The whole record, to be read only."""

    list_display = ("at", "act", "article", "by", "note")
    list_filter = ("act", "at")
    list_select_related = ("article", "by")
    search_fields = ("article__headline", "article__number", "by__display_name", "note")
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
