"""Forms and lists whose saves are guarded: one made from an older state than the present one is refused, and nothing typed is lost.

The form of a piece is guarded by its revision (article.py), all others by the marks that they carry (seen.py).
"""

from functools import partial

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.utils import ErrorDict
from django.http import HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from articles import autosaves
from articles.admin import seen, stale
from articles.admin.comparison import MERGING, compare, unbound, words_of
from articles.admin.fields import key_of
from articles.refusals import StaleSave

RESTORE = (
    "restore"  # in the address of a form: show what was typed and not saved; the UUID of a form of something new, or 1
)
LOGIN = "login"  # in such an address: after a login that had expired


class ShownAgain:
    """A form that shows what was typed, and is neither checked nor saved."""

    def full_clean(self):
        self._errors, self.cleaned_data = ErrorDict(), {}

    def is_valid(self):
        return False


class EditedInList:
    """A row of a list edit: it carries what it was opened with, so that only what was changed is saved, and over nothing unseen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != self._meta.model._meta.pk.name:
                field.show_hidden_initial = True

    def clean(self):
        cleaned = super().clean()
        for name in [name for name in self.changed_data if name in cleaned]:
            bound = self[name]
            opened = bound.field.hidden_widget().value_from_datadict(self.data, self.files, bound.html_initial_name)
            now = self.get_initial_for_field(bound.field, name)
            if seen.plain(opened) != seen.plain(now) != seen.plain(cleaned[name]):
                self.data = self.data.copy()
                self.data[bound.html_initial_name] = seen.plain(now)
                said = _(
                    "Somebody changed this to “%(now)s” meanwhile. What you typed stands here; save once more to put it in its place."
                )
                self.add_error(name, said % {"now": words_of(bound.field, now)})
        return cleaned


class GuardedMixin:
    """Stands first among the bases of a ModelAdmin."""

    restores_typed = True  # its forms can show again what was typed (articles/carried.py)

    def __init__(self, model, admin_site):
        if not issubclass(self.form, seen.SeenForm):
            self.form = type(self.form.__name__, (seen.SeenForm, self.form), {})
        super().__init__(model, admin_site)

    # What a form is guarded by. The form of a piece says otherwise.

    def form_name(self, request, obj):
        return autosaves.form_at(request.path_info)

    def base_of(self, data):
        """The revision that a posted form was opened on; None where rows have none."""

    def is_stale(self, request, obj, data):
        form, formsets = unbound(self, request, obj)
        present = seen.marks_of(form, [formset for formset, _inline in formsets])
        if MERGING in data:
            return data.get("compared_with") != seen.mark(seen.spelled(present))
        return seen.read(data.get(seen.SEEN, "")) != present

    def claim(self, request, key):
        """The row, held until the transaction ends, or None; raises StaleSave when the form was opened on another state."""
        obj = self.get_object(request, key)
        if obj is None:
            return None
        obj.refresh_from_db(from_queryset=self.model._base_manager.select_for_update(of=("self",)))
        if self.is_stale(request, obj, request.POST):
            raise StaleSave
        return obj

    def why_not_editable(self, request, obj):
        """The sentence that says why the account may not save this row now, or nothing."""
        return "" if self.has_change_permission(request, obj) else _("Your account may not change this any more.")

    # The form.

    def get_fieldsets(self, request, obj=None):
        """With the marks, where there is something to be saved over."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not self.has_change_permission(request, obj) or seen.SEEN in flatten_fieldsets(fieldsets):
            return fieldsets
        (name, options), *others = fieldsets
        return [(name, {**options, "fields": (*options["fields"], seen.SEEN)}), *others]

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != seen.SEEN]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (ShownAgain, form), {}) if getattr(request, "shown_again", False) else form

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        show = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method == "GET" and RESTORE in request.GET:
            return self._restored(request, object_id, show)
        if request.method != "POST":
            return show()
        if object_id is None:
            return self.add(request, show)
        return self._guarded(request, unquote(object_id), show)

    def add(self, request, show):
        """The answer to the posted form of a new row."""
        return show()

    def get_object(self, request, object_id, from_field=None):
        """What was claimed for this save is not asked for again."""
        claimed = getattr(request, "claimed", None)
        if claimed is not None and str(claimed.pk) == str(object_id):
            return claimed
        return super().get_object(request, object_id, from_field)

    def _guarded(self, request, key, show):
        request.claimed, why = None, ""
        try:
            with transaction.atomic():
                obj = self.claim(request, key)
                if obj is None:
                    return show()  # which says so
                why = self.why_not_editable(request, obj)
                if not why:
                    request.claimed = obj
                    return self._merged(request, obj) or show()
        except StaleSave:
            request.claimed = None  # a save that came to its end too late has changed it
        obj = self.get_object_now(request, key)
        if obj is None:
            return show()
        if why := why or self.why_not_editable(request, obj):
            status = 409 if self.has_change_permission(request, obj) else 403
            return stale.kept_page(self, request, obj, why, request.POST, status)
        return stale.refuse(self, request, obj)

    def get_object_now(self, request, key):
        """The row for a page that only shows it."""
        with transaction.atomic():
            return self.get_object(request, key)

    def _merged(self, request, obj):
        """Of a post that comes from the page of two texts: the page again while something waits, else nothing: go on and save."""
        if MERGING not in request.POST:
            return None
        comparison = compare(self, request, obj, request.POST, request.FILES)
        if not comparison.put_together():
            return stale.page(self, request, obj, comparison, stale.sentence(obj, request.user))
        request.POST = comparison.data
        return None

    def _restored(self, request, object_id, show):
        """The form with what the account typed and did not save: shown, not saved."""
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and (obj is None or not self.has_view_or_change_permission(request, obj)):
            return show()
        copy = autosaves.restore(request.user, self.name_to_restore(request, obj))
        if copy is None:
            self.message_user(request, _("There is no unsaved text of yours here any more."), messages.INFO)
            return HttpResponseRedirect(request.path)
        data = QueryDict(mutable=True)
        for name, value in copy.fields:
            data.appendlist(name, value)
        if obj and (why := self.why_not_editable(request, obj)):
            return stale.kept_page(self, request, obj, why, data, status=200)
        if obj and self.is_stale(request, obj, data):
            return stale.refuse(self, request, obj, data=data, status=200)
        if obj is None and not self.has_add_permission(request):
            raise PermissionDenied
        assert not request.FILES  # read while the method is GET: what it brings has none
        request.method, request.POST, request.shown_again = "POST", data, True
        said = _("Your text is still there. Please look it over and save it.")
        if LOGIN in request.GET:
            said = _("Your text is still there. Please look it over and save it. You are logged in as %(name)s, and it is saved under that name; if that is not you, log out first.") % {"name": request.user}  # fmt: skip
        self.message_user(request, said, messages.WARNING)
        return show()

    def name_to_restore(self, request, obj):
        return self.form_name(request, obj)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if getattr(request, "shown_again", False):
            context["errors"], context["shown_again"] = None, True
        elif obj and request.method != "POST" and self.has_change_permission(request, obj):
            formsets = [shown.formset for shown in context["inline_admin_formsets"]]
            form = context["adminform"].form
            form.initial[seen.SEEN] = seen.spelled(seen.marks_of(form, formsets))
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_related(self, request, form, formsets, change):
        if not isinstance(form, EditedInList):
            autosaves.forget(request.user, self.form_name(request, form.instance if change else None))
        super().save_related(request, form, formsets, change)

    # The list.

    def get_changelist_form(self, request, **kwargs):
        form = super().get_changelist_form(request, **kwargs)
        return type(form.__name__, (EditedInList, form), {})

    def changelist_view(self, request, extra_context=None):
        """The rows of a list edit are held from their comparison until they are saved."""
        if request.method == "POST" and self.list_editable and "_save" in request.POST:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        return super().changelist_view(request, extra_context)

    def _get_list_editable_queryset(self, request, prefix):
        """Django's, held: its name is Django's own."""
        keys = [key for posted in self._get_edited_object_pks(request, prefix) if (key := key_of(posted)) is not None]
        held = self.model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk")
        list(held.values_list("pk", flat=True))
        return super()._get_list_editable_queryset(request, prefix)
