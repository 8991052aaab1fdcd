"""Places: a tree that is walked one level at a time, and searched from anywhere."""

from collections import Counter

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import listing
from articles.admin.fields import PublicFactsMixin, key_of
from articles.admin.lasting import AddressForm, FixedAddressAdmin, counted
from articles.models import CampaignTarget, Coverage, Locality, LocalityName, LocalityTag
from articles.tiles import TILES
from articles.vocabulary import Level

UNDER = "under"  # the place whose places below the list shows, by its slug
NEWEST = 50  # tags that tell which province the desk writes about
LEVEL_BELOW = {
    None: Level.PROVINCE,
    Level.PROVINCE: Level.CITY,
    Level.CITY: Level.COUNTY,
    Level.COUNTY: Level.TOWN,
    Level.TOWN: Level.VILLAGE,
}


def home_of(account):
    """The path of the province whose places are meant first: the account's, else what the newest pieces are mostly about."""
    if account.default_locality:
        return f"{account.default_locality.slugs[0]}/"
    newest = LocalityTag.objects.order_by("-pk").values_list("tag__path", flat=True)[:NEWEST]
    provinces = Counter(path.partition("/")[0] for path in newest)
    return f"{provinces.most_common(1)[0][0]}/" if provinces else ""


class LocalityForm(AddressForm):
    def clean_name(self):
        return self.cleaned_data["name"].replace("/", "／")  # as it is kept

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.path.startswith(self.instance.path):
            raise ValidationError(_("A place cannot belong to itself or to a place below it."))
        return parent

    def clean_code(self):
        return self.cleaned_data["code"] or None

    def clean(self):
        cleaned = super().clean()
        name, level, parent = (cleaned.get(field) for field in ("name", "level", "parent"))
        at_the_top = Locality.objects.filter(parent=None, name=name, level=level).exclude(pk=self.instance.pk)
        if name and not parent and "parent" not in self.errors and at_the_top.exists():
            self.add_error("name", _("There is a place of that name and level here already."))
        self.check_tile(parent, cleaned.get("tile_row"), cleaned.get("tile_column"))
        return cleaned

    def check_tile(self, parent, row, column):
        """A tile lies on the map, and is one place's alone."""
        for field, number in (("tile_row", row), ("tile_column", column)):
            if number is not None and not 1 <= number <= TILES:
                self.add_error(
                    field, _("The map has %(most)s rows and %(most)s columns, counted from 1.") % {"most": TILES}
                )
        if row is None or column is None or "parent" in self.errors:
            return
        beside = Locality.objects.filter(parent=parent, tile_row=row, tile_column=column).exclude(pk=self.instance.pk)
        if other := beside.first():
            self.add_error("tile_row", _("There stands %(place)s already.") % {"place": other.name})


class LocalityNameInline(admin.TabularInline):
    model = LocalityName
    extra = 0


class PlaceList(ChangeList):
    """The places directly below the one that `under` names, or the top of the tree; what is searched is searched below it."""

    def get_filters_params(self, params=None):
        return {name: value for name, value in super().get_filters_params(params).items() if name != UNDER}

    def get_queryset(self, request, **kwargs):
        under = self.params.get(UNDER)
        self.place = Locality.objects.filter(slug=under).first() if under else None
        self.walking = not self.query and not self.get_filters_params()
        self.place_key = str(self.place.pk) if self.place else ""
        self.everywhere = self.get_query_string(remove=[UNDER])
        rows = super().get_queryset(request, **kwargs).with_below()
        if not self.walking:
            return rows.within(self.place) if self.place else rows
        rows = rows.filter(parent=self.place)
        return rows if ORDER_VAR in self.params else self.model_admin.as_listed(rows, request, self.place)


@admin.register(Locality)
class LocalityAdmin(PublicFactsMixin, FixedAddressAdmin):
    form = LocalityForm
    list_display = ("name", "full_name", "places_below", "level", "code", "order", "verified")
    list_editable = ("order",)
    list_filter = ("level", "verified")
    search_fields = ("name", "trail", "path", "code", "other_names__name")
    search_help_text = gettext_lazy(
        "Name, full name (嵩县城关镇), other name, code or letters; several words narrow it: 郸城 新城"
    )
    autocomplete_fields = ("parent",)
    inlines = (LocalityNameInline,)
    ordering = ("path",)
    list_per_page = 40
    fields = ("name", "slug", "level", "parent", "code", "order", ("tile_row", "tile_column"), "verified", "note")
    words_for_uses = {LocalityTag: gettext_lazy("pieces"), Locality: gettext_lazy("places below")}

    def get_changelist(self, request, **kwargs):
        return PlaceList

    def get_list_display(self, request):
        """Within one level of the tree, the trail above the list says what stands before each name."""
        shown = super().get_list_display(request)
        narrowed = set(request.GET) - {UNDER, ORDER_VAR, PAGE_VAR}
        return shown if narrowed else [column for column in shown if column != "full_name"]

    def as_listed(self, rows, request, place):
        """The places of one level in official order; the desk's own province before the others."""
        return rows.order_by("order", "path") if place else rows.home_first(home_of(request.user), "order", "path")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        found = queryset.called(search_term, home_of(request.user))
        return found.order_by(*queryset.query.order_by) if ORDER_VAR in request.GET else found, False

    def offered(self, request, rows, term):
        """What a choice of a place offers: before anything is typed, the desk's own province."""
        return rows if term.strip() else rows.home_first(home_of(request.user), "path")

    @admin.display(description=gettext_lazy("full name"), ordering="path")
    def full_name(self, place):
        return str(place)

    @admin.display(description=gettext_lazy("places below"))
    def places_below(self, place):
        if not place.below:
            return "—"
        words = ngettext("%(n)d place below", "%(n)d places below", place.below) % {"n": place.below}
        return format_html('<a href="?{}={}">{} ›</a>', UNDER, place.slug, words)

    def get_changeform_initial_data(self, request):
        """A place that is added below another stands one level below it."""
        initial = super().get_changeform_initial_data(request)
        parent = initial.get("parent", "")
        if key_of(parent) is not None:
            above = Locality.objects.filter(pk=parent).first()
            below = above.children.in_official_order() if above else Locality.objects.none()
            first, last = below.first(), below.last()
            if above:
                initial.setdefault("level", first.level if first else LEVEL_BELOW.get(above.level, Level.ZONE))
                initial.setdefault("order", last.order + 1 if last else 1)
        return initial

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            context |= {"below": obj.children.count(), "pieces": counted(Coverage.objects.filter(region=obj))}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change or not {"name", "parent"} & set(form.changed_data):
            return
        if "parent" in form.changed_data:
            listing.refresh_place(obj)
        said = _("It is now %(place)s. Pieces about it or a place below it, which follow: %(pieces)s.")
        pieces = counted(Coverage.objects.filter(region=obj))
        self.message_user(request, said % {"place": obj, "pieces": pieces}, messages.INFO)

    def uses(self, place):
        yield from super().uses(place)
        yield gettext_lazy("targets of campaigns"), CampaignTarget.objects.filter(locality=place)
