"""People and units: who may be credited, and who sends and signs."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.http import HttpResponseRedirect, QueryDict
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import listing, merging
from articles.admin import merge
from articles.admin.fields import AutocompleteMixin, PublicFactsMixin
from articles.admin.guarded import GuardedMixin
from articles.admin.lasting import FixedAddressAdmin, UsedMixin
from articles.models import Affiliation, ContactDetails, Contributor, ListEntry, Unit
from articles.models.people import clean_name
from articles.vocabulary import UnitGroup

BY_GROUP = Case(*(When(group=group, then=Value(n)) for n, group in enumerate(UnitGroup.values)))


@admin.register(Unit)
class UnitAdmin(FixedAddressAdmin):
    list_display = ("name", "group", "locality", "order")
    list_filter = ("group",)
    list_select_related = ("locality",)
    list_editable = ("order",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("locality",)
    list_per_page = 40
    ordering = (BY_GROUP, "order", "slug")
    fields = ("name", "slug", "group", "locality", "order")
    words_for_uses = {Affiliation: gettext_lazy("affiliations of contributors")}


class MergedFilter(admin.SimpleListFilter):
    title = gettext_lazy("merged")
    parameter_name = "merged"

    def lookups(self, request, model_admin):
        return [("yes", _("Merged into another"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [{**first, "display": _("In use")}, *others]

    def queryset(self, request, queryset):
        return queryset.filter(merged_into__isnull=self.value() != "yes")


class AffiliationInline(AutocompleteMixin, admin.TabularInline):
    model = Affiliation
    autocomplete_fields = ("unit",)
    extra = 0

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit")


class ContactDetailsInline(admin.StackedInline):
    """Shown to those alone who hold the permission on private contact data."""

    model = ContactDetails


class ContributorForm(forms.ModelForm):
    class Meta:
        error_messages = {"account": {"unique": gettext_lazy("This account belongs to another contributor already.")}}

    def clean_name(self):
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"])
        return name


@admin.register(Contributor)
class ContributorAdmin(GuardedMixin, PublicFactsMixin, UsedMixin, AutocompleteMixin, admin.ModelAdmin):
    form = ContributorForm
    list_display = ("name", "note", "present_unit", "account", "leads_to")
    list_filter = (MergedFilter,)
    list_select_related = ("account", "merged_into")
    search_fields = ("name", "sort_key", "note", "affiliations__unit__name")
    search_help_text = gettext_lazy("Name, letters (zhangsan, zs), note or unit")
    autocomplete_fields = ("account",)
    inlines = (AffiliationInline, ContactDetailsInline)
    words_for_uses = {Contributor: gettext_lazy("rows merged into it")}
    list_per_page = 50
    show_full_result_count = False
    actions = ("merge_selected",)

    def get_queryset(self, request):
        return super().get_queryset(request).with_unit()

    def get_readonly_fields(self, request, obj=None):
        """Whose account it is decides who may review a piece: that is for those who keep the accounts."""
        return () if request.user.has_perm("articles.change_editor") else ("account",)

    def get_object(self, request, object_id, from_field=None):
        """A row that is to be written is held, so that no merge comes between."""
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST":
            found.refresh_from_db(from_queryset=Contributor.objects.select_for_update())
        return found

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return shown if "merged" in request.GET else [name for name in shown if name != "leads_to"]

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        found = queryset.called(search_term)
        return found.order_by(*queryset.query.order_by) if ORDER_VAR in request.GET else found, False

    def offered(self, request, rows, term):
        """Who may be credited: a row that was merged is offered nowhere."""
        return rows.unmerged()

    def label(self, contributor):
        """A name as a choice shows it, with what tells namesakes apart."""
        known = "，".join(filter(None, (contributor.unit_name, contributor.note)))
        return f"{contributor.name}（{known}）" if known else contributor.name

    @admin.display(description=gettext_lazy("unit"), ordering="unit_name")
    def present_unit(self, contributor):
        return contributor.unit_name

    @admin.display(description=gettext_lazy("merged into"), ordering="merged_into")
    def leads_to(self, contributor):
        stays = contributor.merged_into
        address = stays and reverse("admin:articles_contributor_change", args=[stays.pk])
        return stays and format_html('<a href="{}">{}</a>', address, stays)

    def has_change_permission(self, request, obj=None):
        """A row that was merged is only looked at."""
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def has_delete_permission(self, request, obj=None):
        """A name that readers can follow from a published piece stays, and one that versions lead on from."""
        if not super().has_delete_permission(request, obj):
            return False
        return not obj or not (obj.merged_into_id or self._listed(obj).exists())

    def _listed(self, contributor):
        return ListEntry.objects.filter(facet=listing.contributor_facet(contributor.uuid))

    def uses(self, contributor):
        yield from super().uses(contributor)
        yield _("public pieces"), self._listed(contributor)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        namesakes = Contributor.objects.unmerged().filter(name=obj.name).exclude(pk=obj.pk)
        if "name" in form.changed_data and namesakes.exists():
            said = _(
                "There is another “%(name)s”. If it is the same person, merge the two; if not, a note tells them apart."
            )
            self.message_user(request, said % {"name": obj.name}, messages.WARNING)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context |= {
                "merges": merging.merges_of(obj),
                "public": self._listed(obj).exists(),
                "may_merge": self.has_change_permission(request, obj),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def changelist_view(self, request, extra_context=None):
        extra_context = {**(extra_context or {}), "may_merge": self.has_change_permission(request)}
        return super().changelist_view(request, extra_context)

    @admin.action(description=gettext_lazy("Merge into one"), permissions=["change"])
    def merge_selected(self, request, queryset):
        chosen = QueryDict(mutable=True)
        chosen.setlist("id", queryset.order_by("pk").values_list("pk", flat=True)[: merge.MOST])
        return HttpResponseRedirect(f"{reverse('admin:articles_contributor_merge')}?{chosen.urlencode()}")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("merge/", wrap(merge.merge_view), name="articles_contributor_merge"),
            path("duplicates/", wrap(merge.duplicates_view), name="articles_contributor_duplicates"),
        ]
        return own + super().get_urls()
