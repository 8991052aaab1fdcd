"""How the desk's forms choose a row of another table."""

from django.contrib.admin.widgets import AutocompleteSelect

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
