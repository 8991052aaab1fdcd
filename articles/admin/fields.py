"""What the desk's admin classes have in common."""

from django.contrib.admin.widgets import AutocompleteSelect

from articles import freshness

LONGEST_KEY = 18  # digits that fit into a key of either database


class Autocomplete(AutocompleteSelect):
    """Django's, which asks the database for whatever was posted: what cannot be a key is left to the field to refuse."""

    def optgroups(self, name, value, attr=None):
        keys = [key for key in value if str(key).isascii() and str(key).isdigit() and len(str(key)) <= LONGEST_KEY]
        return super().optgroups(name, keys, attr)


class AutocompleteMixin:
    """For admins and inlines with autocomplete_fields."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PublicFactsMixin:
    """For admins of what public pages show beside the pieces: each save or removal renews those pages."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        freshness.changed()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        freshness.changed()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        freshness.changed()
