"""What pieces are filed under: places, campaigns, columns, units, contributors, outlets, editions, photos."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles import listing
from articles.admin.fields import AutocompleteMixin
from articles.admin.uploads import PictureUpload
from articles.models import (
    Affiliation,
    Campaign,
    CampaignName,
    CampaignTarget,
    Column,
    ContactDetails,
    Contributor,
    Edition,
    ListEntry,
    Locality,
    LocalityName,
    Outlet,
    Page,
    Photo,
    Unit,
)
from articles.photos import attach


class FixedAddressAdmin(AutocompleteMixin, admin.ModelAdmin):
    """An address is a promise: once saved, the slug stays."""

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(("slug",) if obj else ()))


class LocalityForm(forms.ModelForm):
    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.path.startswith(self.instance.path):
            raise ValidationError(_("A place cannot belong to itself or to a place below it."))
        return parent

    def clean_code(self):
        return self.cleaned_data["code"] or None


class LocalityNameInline(admin.TabularInline):
    model = LocalityName
    extra = 0


@admin.register(Locality)
class LocalityAdmin(FixedAddressAdmin):
    form = LocalityForm
    list_display = ("name", "full_name", "level", "code", "verified")
    list_filter = ("level", "verified")
    search_fields = ("name", "trail", "slug", "code", "other_names__name")
    search_help_text = _("Name, full name, code or letters; several words narrow it: 郸城 新城")
    autocomplete_fields = ("parent",)
    inlines = (LocalityNameInline,)
    ordering = ("path",)
    show_full_result_count = False
    fields = ("name", "slug", "level", "parent", "code", "order", "verified", "note")

    @admin.display(description=_("full name"), ordering="path")
    def full_name(self, place):
        return str(place)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "parent" in form.changed_data:
            listing.refresh_place(obj)


class CampaignNameInline(admin.TabularInline):
    model = CampaignName
    extra = 1


class CampaignTargetInline(AutocompleteMixin, admin.TabularInline):
    model = CampaignTarget
    autocomplete_fields = ("locality",)
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(FixedAddressAdmin):
    list_display = ("name", "first_day", "last_day", "slug")
    search_fields = ("name", "slug", "other_names__name")
    inlines = (CampaignNameInline, CampaignTargetInline)
    fields = ("name", "slug", "first_day", "last_day", "description")


@admin.register(Column)
class ColumnAdmin(FixedAddressAdmin):
    list_display = ("name", "order", "slug")
    list_editable = ("order",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "order", "description")


@admin.register(Unit)
class UnitAdmin(FixedAddressAdmin):
    list_display = ("name", "group", "locality", "order")
    list_filter = ("group",)
    list_select_related = ("locality",)
    list_editable = ("order",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("locality",)
    fields = ("name", "slug", "group", "locality", "order")


class AffiliationInline(AutocompleteMixin, admin.TabularInline):
    model = Affiliation
    autocomplete_fields = ("unit",)
    extra = 0


class ContactDetailsInline(admin.StackedInline):
    """Shown to those alone who hold the permission on private contact data."""

    model = ContactDetails


@admin.register(Contributor)
class ContributorAdmin(AutocompleteMixin, admin.ModelAdmin):
    list_display = ("name", "note", "account")
    list_select_related = ("account",)
    search_fields = ("name", "sort_key", "note", "affiliations__unit__name")
    autocomplete_fields = ("account",)
    inlines = (AffiliationInline, ContactDetailsInline)

    def has_delete_permission(self, request, obj=None):
        """A name that readers can follow from a published piece stays."""
        listed = obj and ListEntry.objects.filter(facet=f"contributor:{obj.uuid}").exists()
        return super().has_delete_permission(request, obj) and not listed


@admin.register(Outlet)
class OutletAdmin(FixedAddressAdmin):
    list_display = ("name", "level", "order")
    list_filter = ("level",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "level", "order")


class PageInline(admin.TabularInline):
    model = Page
    extra = 1


@admin.register(Edition)
class EditionAdmin(AutocompleteMixin, admin.ModelAdmin):
    list_display = ("outlet", "day", "number", "inferred")
    list_filter = ("outlet",)
    list_select_related = ("outlet",)
    date_hierarchy = "day"
    search_fields = ("number", "outlet__name", "day")
    autocomplete_fields = ("outlet",)
    inlines = (PageInline,)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for page in form.instance.pages.all():
            listing.refresh_page(page)


@admin.register(Page)
class PageAdmin(AutocompleteMixin, admin.ModelAdmin):
    list_display = ("edition", "number", "name")
    list_select_related = ("edition__outlet",)
    ordering = ("-edition__day", "edition__outlet", "number")
    search_fields = ("name", "edition__outlet__name", "edition__day")
    autocomplete_fields = ("edition",)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        listing.refresh_page(obj)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("edition__outlet")


class PhotoForm(forms.ModelForm):
    upload = PictureUpload(required=False)

    def clean(self):
        """A picture keeps its file: published pieces show it, and reviews were given to it."""
        cleaned = super().clean()
        if cleaned.get("upload") and self.instance.web:
            self.add_error("upload", _("This picture has its file already; add another picture instead."))
        if not (cleaned.get("upload") or self.instance.web or cleaned.get("caption") or self.errors):
            self.add_error("caption", _("A picture needs a file or at least a caption."))
        return cleaned

    def save(self, commit=True):
        if picture := self.cleaned_data["upload"]:
            attach(self.instance, picture)
        return super().save(commit)


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    form = PhotoForm
    list_display = ("__str__", "credit", "taken_day", "has_file")
    search_fields = ("caption", "credit")
    date_hierarchy = "uploaded_at"
    fields = ("shown", "upload", "caption", "credit", "taken_day", "licence", "ai_made")
    readonly_fields = ("shown",)

    @admin.display(description=_("file"), boolean=True)
    def has_file(self, photo):
        return bool(photo.web)

    @admin.display(description=_("picture"))
    def shown(self, photo):
        if not photo.web:
            return _("no file yet")
        return format_html('<img src="{}" alt="" width="240">', photo.original.storage.url(photo.web))
