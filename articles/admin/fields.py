"""What the desk's admin classes have in common."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect

from articles import freshness

LONGEST_KEY = 18  # digits that fit into a key of either database


def key_of(typed):
    """An id as it was typed into an address or a form; None when it cannot be one."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_KEY else None


class Autocomplete(AutocompleteSelect):
    """Django's, which asks the database for whatever was posted: what cannot be a key is left to the field to refuse."""

    def optgroups(self, name, value, attr=None):
        keys = [key for key in value if key_of(str(key)) is not None]
        return super().optgroups(name, keys, attr)


def choice_of(field, **options):
    """A field to choose a row by, found as one types: as the inline of that foreign key has it."""
    rows = field.remote_field.model.objects.all()
    return forms.ModelChoiceField(rows, widget=Autocomplete(field, admin.site), **options)


def without_limit(fields):
    """Let a browser take what is too long, so that the desk says so: cut to the limit, a pasted text would lose its end unsaid."""
    for field in fields.values():
        field.widget.attrs.pop("maxlength", None)


class AutocompleteMixin:
    """For admins and inlines with autocomplete_fields."""

    def lookup_allowed(self, lookup, value, request):
        """A number in an address that no column can hold is not asked of the database."""
        if any(
            str(one).isdigit() and len(str(one)) > LONGEST_KEY for one in ([value] if isinstance(value, str) else value)
        ):
            raise IncorrectLookupParameters
        return super().lookup_allowed(lookup, value, request)

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
