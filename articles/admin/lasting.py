"""Rows that pieces and readers lean on: their address stays, and while something uses them they are not deleted."""

from itertools import islice

from django import forms
from django.contrib import admin
from django.db.models import PROTECT
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.fields import AutocompleteMixin
from articles.admin.guarded import GuardedMixin

MOST = 1000  # rows that are counted; beyond, it is “1000+”
SENTENCES = 20  # rows whose deletion was refused that are named


def counted(rows):
    """How many rows a queryset has, as text; a long one is not counted to its end."""
    found = rows.order_by()[: MOST + 1].count()
    return str(found) if found <= MOST else f"{MOST}+"


class UsedMixin:
    """A row in use is not deleted; the page says what uses it."""

    words_for_uses = {}  # {model: what its rows are called that use this one, where the model's own name says too little}
    show_facets = admin.ShowFacets.NEVER  # they count every row
    delete_confirmation_template = "admin/articles/lasting/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/articles/lasting/delete_selected_confirmation.html"

    class Media:
        css = {"all": ("css/desk.css",)}

    def uses(self, obj):
        """(what it is called, queryset) of everything that would miss the row: whatever the database would keep it for.

        Read from the models, so that none is forgotten, those without a way back (related_name="+") included.
        """
        for relation in obj._meta.get_fields(include_hidden=True):
            if getattr(relation, "on_delete", None) is PROTECT:
                model = relation.related_model
                words = self.words_for_uses.get(model, model._meta.verbose_name_plural)
                yield words, model._base_manager.filter(**{relation.field.name: obj})

    def get_deleted_objects(self, objs, request):
        kept = list(islice(filter(None, map(self.why_kept, objs)), SENTENCES))
        return ([], {}, set(), kept) if kept else super().get_deleted_objects(objs, request)

    def why_kept(self, obj):
        """The sentence that refuses the deletion, or nothing."""
        used = [(words, rows) for words, rows in self.uses(obj) if rows.exists()]
        if not used:
            return ""
        uses = "，".join(f"{words} {counted(rows)}" for words, rows in used)
        return _("“%(row)s” is in use: %(uses)s. Change these first, then it can be deleted.") % {
            "row": obj,
            "uses": uses,
        }


class AddressForm(forms.ModelForm):
    class Meta:
        error_messages = {
            "slug": {
                "unique": gettext_lazy("This address is taken; choose another, or leave it empty to have one made.")
            },
            "name": {"unique": gettext_lazy("This name stands in the list already.")},
        }

    def clean_slug(self):
        return self.cleaned_data["slug"].lower()  # as it is kept, so that one that is taken is noticed


class FixedAddressAdmin(GuardedMixin, UsedMixin, AutocompleteMixin, admin.ModelAdmin):
    """An address is a promise: once saved, the slug stays."""

    form = AddressForm
    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(("slug",) if obj else ()))
