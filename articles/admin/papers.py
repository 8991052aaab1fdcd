"""Print: newspapers, their editions and pages, and the order of the pieces on a page."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, prefetch_related_objects
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import freshness, listing, scans, versions
from articles.admin import page_scans
from articles.admin.fields import AutocompleteMixin, PublicFactsMixin
from articles.admin.guarded import GuardedMixin
from articles.admin.lasting import AddressForm, FixedAddressAdmin, UsedMixin
from articles.admin.rows import OrderedForm, RowChoiceMixin, RowsFormSet
from articles.classify import classification, settle
from articles.models import Article, Edition, Outlet, Page, Placement
from articles.refusals import UnreadableArea

COPIED = ("number", "number_inferred", "name", "responsible_editor", "art_editor", "proofreader")


@admin.register(Outlet)
class OutletAdmin(PublicFactsMixin, FixedAddressAdmin):
    form = AddressForm
    list_display = ("name", "level", "order")
    list_filter = ("level",)
    list_editable = ("order",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "level", "order")


# --- editions --------------------------------------------------------------------------------------------


def pieces_link(page):
    """How many pieces stand on a page (annotated as `pieces`), leading to their order."""
    address = reverse("admin:articles_page_change", args=[page.pk])
    words = ngettext("%(n)d piece", "%(n)d pieces", page.pieces) % {"n": page.pieces}
    return format_html('<a href="{}#placements-group">{} ›</a>', address, words)


class PageFormSet(forms.BaseInlineFormSet):
    def clean(self):
        for form in self.initial_forms:
            if self._should_delete_form(form) and form.instance.placements.exists():
                said = _("%(page)s has pieces. Take them off the page first, then it can be deleted.")
                raise ValidationError(said % {"page": form.instance.label})
        super().clean()


class PageInline(admin.TabularInline):
    model = Page
    formset = PageFormSet
    extra = 1
    fields = ("number", "name", "pieces", "responsible_editor", "art_editor", "proofreader", "number_inferred")
    readonly_fields = ("pieces",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("edition__outlet").annotate(pieces=Count("placements"))

    @admin.display(description=gettext_lazy("pieces"))
    def pieces(self, page):
        return pieces_link(page) if page.pk else "—"


class NextEditionForm(forms.Form):
    """A newspaper and the day of its next edition."""

    outlet = forms.ModelChoiceField(
        label=gettext_lazy("newspaper"),
        widget=forms.Select(attrs={"aria-label": gettext_lazy("newspaper")}),
        queryset=Outlet.objects.filter(pk__in=Edition.objects.values("outlet")),
        empty_label=None,
    )
    day = forms.DateField(
        label=gettext_lazy("day"), widget=forms.DateInput(attrs={"type": "date", "aria-label": gettext_lazy("day")})
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            earlier = cleaned["outlet"].editions.filter(day__lt=cleaned["day"]).order_by("-day")
            cleaned["pattern"] = earlier.first()
            if not cleaned["pattern"]:
                self.add_error("day", _("This newspaper has no edition before that day that could be copied."))
        return cleaned


def copy_edition(pattern, day):
    """An edition of `day` with the pages of another: their numbers, names and editors, and no pieces.

    None when the newspaper has an edition of that day already.
    """
    with transaction.atomic():
        edition, made = Edition.objects.get_or_create(outlet=pattern.outlet, day=day)
        if not made:
            return None
        for page in pattern.pages.all():
            Page.objects.create(edition=edition, **{field: getattr(page, field) for field in COPIED})
    return edition


@admin.register(Edition)
class EditionAdmin(GuardedMixin, PublicFactsMixin, UsedMixin, AutocompleteMixin, admin.ModelAdmin):
    form = page_scans.EditionForm
    list_display = ("__str__", "number", "pages_shown", "inferred")
    list_filter = ("outlet",)
    list_select_related = ("outlet",)
    search_fields = ("number", "outlet__name", "day")
    search_help_text = gettext_lazy("Newspaper, issue number or day: 2023-11-22, 2023-11")
    autocomplete_fields = ("outlet",)
    inlines = (PageInline,)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("outlet")

    def get_changelist_instance(self, request):
        listed = super().get_changelist_instance(request)
        prefetch_related_objects(listed.result_list, "pages")
        return listed

    def get_fields(self, request, obj=None):
        """Where nothing can be saved there is no file to choose."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [name for name in super().get_fields(request, obj) if may or name != "scans"]

    @admin.display(description=gettext_lazy("pages"))
    def pages_shown(self, edition):
        return "、".join(page.name or page.label for page in edition.pages.all())

    def render_change_form(self, request, context, *args, **kwargs):
        if context["errors"]:
            page_scans.say_to_choose_again(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        """The scans go to their pages when these are saved, those added with the same form included."""

        def log(page, file):
            self.log_change(request, page, _("Picture of the page: %(file)s") % {"file": file})

        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
        if pictures := form.cleaned_data.get("scans"):
            page_scans.put_by_name(request, form.instance, pictures, log)
        super().save_related(request, form, [], change)

    def save_formset(self, request, form, formset, change):
        """Pieces stand in the lists by the number of their page, and those printed twice by the earlier day."""
        moved = [
            row.instance for row in formset.initial_forms if "day" in form.changed_data or "number" in row.changed_data
        ]
        super().save_formset(request, form, formset, change)
        for page in moved:
            if page.pk:
                listing.refresh_page(page)

    def changelist_view(self, request, extra_context=None):
        extra_context = extra_context or {}
        if self.has_add_permission(request) and Edition.objects.exists():
            tomorrow = timezone.localdate() + timedelta(days=1)
            extra_context["next_edition"] = NextEditionForm(initial={"day": tomorrow.isoformat()})
        return super().changelist_view(request, extra_context)

    def next_view(self, request):
        """A new edition with the pages of the one before it; asks once more when that cannot be."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NextEditionForm(request.POST or None, initial={"day": timezone.localdate() + timedelta(days=1)})
        if request.method == "POST" and form.is_valid():
            edition = self._make(request, form.cleaned_data["pattern"], form.cleaned_data["day"])
            if edition:
                return HttpResponseRedirect(reverse("admin:articles_edition_change", args=[edition.pk]))
            form.add_error("day", _("This newspaper has an edition of that day already."))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("The next edition"),
            "form": form,
        }
        return render(request, "admin/articles/edition/next.html", context)

    def _make(self, request, pattern, day):
        with transaction.atomic():
            edition = copy_edition(pattern, day)
            if edition is None:
                return None
            pages = "、".join(page.label for page in edition.pages.all())
            said = _("Made after the edition of %(day)s: %(pages)s.") % {"day": pattern.day, "pages": pages}
            self.log_addition(request, edition, said)
            freshness.changed()
        messages.success(request, said)
        return edition

    def get_urls(self):
        own = [path("next/", self.admin_site.admin_view(self.next_view), name="articles_edition_next")]
        return own + super().get_urls()


# --- pages -----------------------------------------------------------------------------------------------


class PieceLink(forms.Widget):
    """The piece of a row that stands: it is read, and leads to its form."""

    def __init__(self, piece):
        super().__init__()
        self.piece = piece

    def render(self, name, value, attrs=None, renderer=None):
        address = reverse("admin:articles_article_change", args=[self.piece.pk])
        return format_html('<a href="{}">{} {}</a>', address, self.piece.number, self.piece)


class PlacedForm(OrderedForm):
    """A piece on the page. Which piece it is does not change: another one is another row."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        piece = self.fields["article"]
        piece.label = _("piece")
        if self.instance.pk:
            piece.disabled, piece.widget = True, PieceLink(self.instance.article)
        if "area" in self.fields:
            self.fields["area"].widget.attrs |= {"data-area": True, "autocomplete": "off"}

    def clean_area(self):
        typed = self.cleaned_data["area"].strip()
        try:
            return str(scans.read_area(typed)) if typed else ""
        except UnreadableArea as error:
            raise ValidationError(str(error), code="unreadable") from error


class PlacedInline(RowChoiceMixin, admin.TabularInline):
    model = Placement
    form = PlacedForm
    formset = RowsFormSet
    extra = 1
    autocomplete_fields = ("article",)
    fields = ("position", "article", "section", "area")
    verbose_name_plural = gettext_lazy("Pieces in printed order")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("article", "page__edition__outlet")
        return rows.defer("article__body", "article__summary").order_by("position", "pk")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A new row takes a piece that is there: it is not written from here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "article":
            field.widget.can_add_related = field.widget.can_change_related = field.widget.can_view_related = False
        return field


def in_order(placements, moved):
    """The placements of a page as its form was meant: one that moved up stands before whoever has its number, one that
    moved down behind. `moved` gives the numbers before: {id: number}."""

    def place(placement):
        before = moved.get(placement.pk, placement.position)
        return placement.position, (placement.position > before) - (placement.position < before), before, placement.pk

    return sorted(placements, key=place)


@admin.register(Page)
class PageAdmin(GuardedMixin, PublicFactsMixin, UsedMixin, AutocompleteMixin, admin.ModelAdmin):
    form = page_scans.PageForm
    list_display = ("__str__", "responsible_editor", "art_editor", "proofreader", "pieces")
    list_select_related = ("edition__outlet",)
    ordering = ("-edition__day", "edition__outlet", "number")
    search_fields = ("name", "edition__outlet__name", "edition__day")
    search_help_text = gettext_lazy("Name of the page, newspaper or day: 2023-11-22, 2023-11")
    autocomplete_fields = ("edition",)
    fieldsets = (
        (None, {"fields": ("edition", *COPIED)}),
        (gettext_lazy("Picture of the page"), {"fields": ("shown", "upload", "remove_scan")}),
    )
    readonly_fields = ("shown",)
    inlines = (PlacedInline,)
    words_for_uses = {Placement: gettext_lazy("pieces")}
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("edition__outlet")

    def get_changelist_instance(self, request):
        listed = super().get_changelist_instance(request)
        keys = [page.pk for page in listed.result_list]
        pieces = Page.objects.filter(pk__in=keys).annotate(pieces=Count("placements"))
        counts = dict(pieces.order_by().values_list("pk", "pieces"))
        for page in listed.result_list:
            page.pieces = counts.get(page.pk, 0)
        return listed

    def get_fieldsets(self, request, obj=None):
        """Where nothing can be saved there is no file to choose, and where there is none, none to take away."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        left = {"upload", "remove_scan"} if not may else set() if obj and obj.scan_web else {"remove_scan"}
        return [
            (title, {**options, "fields": tuple(name for name in options["fields"] if name not in left)})
            for title, options in super().get_fieldsets(request, obj)
        ]

    @admin.display(description=gettext_lazy("pieces"))
    def pieces(self, page):
        return pieces_link(page)

    @admin.display(description=gettext_lazy("now"))
    def shown(self, page):
        return page_scans.shown(page)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if context["errors"]:
            page_scans.say_to_choose_again(request)
        if obj and obj.scan_web:
            context["scan"] = default_storage.url(obj.scan_web)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and {"number", "edition"} & set(form.changed_data):
            listing.refresh_page(obj)
        if change and form.cleaned_data.get("upload"):
            page_scans.say_to_look_at_areas(request, obj)

    def save_formset(self, request, form, formset, change):
        """The pieces are filed anew where their place changed: logged with each, and a form open on it is stale."""
        page, before = form.instance, dict(form.instance.placements.values_list("pk", "position"))
        chosen = {row.cleaned_data["article"].pk for row in formset.kept() if row.has_changed()}
        chosen |= set(page.placements.values_list("article", flat=True))
        pieces = list(Article.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk"))
        filed = {piece.pk: classification(piece) for piece in pieces}
        super().save_formset(request, form, formset, change)
        if not formset.has_changed():
            return
        for position, placement in enumerate(in_order(page.placements.all(), before), 1):
            if placement.position != position:
                Placement.objects.filter(pk=placement.pk).update(position=position)
        for piece in pieces:
            if classification(piece) != filed[piece.pk]:
                versions.settle_revision(piece)
                settle(piece, filed[piece.pk], by=request.user, renew=False)  # save_related does
