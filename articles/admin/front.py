"""The front page: arranged on one screen instead of slot by slot."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.admin.fields import AutocompleteMixin, PublicFactsMixin
from articles.admin.front_screen import (
    AnotherForm,
    Screen,
    arrangements,
    carried,
    demand_public,
    demand_to_come,
    gone_meanwhile,
    merged,
    opened_on,
    pieces_view,
    standing_slots,
)
from articles.front_page import arrange, arrangement, lock, spelled
from articles.models import HistoryEntry, Slot
from articles.refusals import StaleSave
from articles.vocabulary import Act, SlotSection


class SlotForm(forms.ModelForm):
    def clean_article(self):
        article = self.cleaned_data["article"]
        if "article" in self.changed_data:
            demand_public(article)
        return article

    def clean_ends_at(self):
        ends_at = self.cleaned_data["ends_at"]
        if ends_at and "ends_at" in self.changed_data:
            demand_to_come(ends_at)
        return ends_at


@admin.register(Slot)
class SlotAdmin(PublicFactsMixin, AutocompleteMixin, admin.ModelAdmin):
    """In place of a list, the whole front page; the form of a single slot stays for what leads there."""

    form = SlotForm
    autocomplete_fields = ("article",)
    fields = ("section", "order", "article", "headline", "ends_at")

    def get_urls(self):
        pieces = self.admin_site.admin_view(pieces_view)
        return [path("pieces/", pieces, name="articles_slot_pieces"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """The front page as it is arranged; a POST arranges all of it."""
        if request.method == "POST":
            return self._arrange(request)
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        slots = standing_slots()
        return self._show(request, Screen(request, slots), slots)

    def _arrange(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied
        slots, base = standing_slots(), opened_on(request.POST)
        screen = Screen(request, slots, request.POST)
        if spelled(slots) != base:
            return self._refuse(request)
        if not screen.is_valid():
            messages.error(request, _("Not saved: please correct what is marked below."))
            return self._show(request, screen, slots)
        try:
            changed = arrange(screen.arranged(), by=request.user, base=base)
        except StaleSave:
            return self._refuse(request)
        if changed:
            said = ngettext(
                "The front page is arranged: %(n)d piece changed.",
                "The front page is arranged: %(n)d pieces changed.",
                changed,
            )
            messages.success(request, said % {"n": changed})
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect("admin:articles_slot_changelist")

    def _refuse(self, request):
        """Somebody else was first: the page as it is now, with what was typed in it."""
        slots = standing_slots()
        said = _(
            "Somebody arranged the front page meanwhile. Nothing is saved; what you entered stands here, look it over and save again."
        )
        messages.error(request, said)
        gone = gone_meanwhile(request.POST, slots)
        screen = Screen(request, slots, merged(request.POST, slots))
        return self._show(request, screen, slots, status=409, stale=True, gone=gone)

    def _show(self, request, screen, slots, status=200, **more):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The front page"),
            "sections": screen.sections,
            "base": carried(slots),
            "may_change": self.has_change_permission(request),
            "arrangements": arrangements(),
            "media": AnotherForm(None, SlotSection.LEAD).media,
            **more,
        }
        return render(request, "admin/articles/slot/arrange.html", context, status=status)

    # A single slot is added by its own form, and changed on the screen, where a stale arrangement is refused.

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect("admin:articles_slot_changelist")

    def changeform_view(self, request, *args, **kwargs):
        with transaction.atomic():
            if request.method == "POST":
                lock()
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        record_arrangement(obj, by=request.user, note=f"+ {arrangement(obj)}")

    def delete_model(self, request, obj):
        record_arrangement(obj, by=request.user, note=f"− {arrangement(obj)}")
        super().delete_model(request, obj)


def record_arrangement(slot, *, by, note):
    HistoryEntry.objects.record(slot.article, Act.ARRANGED, by=by, note=note)
