"""Filters of the list of pieces. They combine, and each counts what the list shows."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from articles.models import Campaign, Locality, LocalityTag
from articles.vocabulary import PlaceRelation, State


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        if self.value():
            return queryset.filter(state=self.value())
        return queryset.kept()


class CampaignFilter(admin.SimpleListFilter):
    title = _("campaign")
    parameter_name = "campaign"

    def lookups(self, request, model_admin):
        return Campaign.objects.values_list("slug", "name")

    def queryset(self, request, queryset):
        return queryset.filter(campaign_tags__tag__slug=self.value()) if self.value() else queryset


class RegionFilter(admin.SimpleListFilter):
    """One level of the tree at a time: where one stands, and the places below. A county includes its towns."""

    title = _("region")
    parameter_name = "region"

    def __init__(self, request, params, model, model_admin):
        chosen = params.get(self.parameter_name)
        self.place = Locality.objects.filter(slug=chosen[-1]).first() if chosen else None
        super().__init__(request, params, model, model_admin)

    def lookups(self, request, model_admin):
        above = list(Locality.objects.chain(self.place)) if self.place else []
        below = Locality.objects.filter(parent=self.place, slug__in=self._in_use()).order_by("order", "path")
        return [(place.slug, place.name) for place in above] + [(place.slug, f"　{place.name}") for place in below]

    def _in_use(self):
        """The slugs of the places one level down that pieces are about, themselves or through a place below."""
        tags = LocalityTag.objects.filter(relation=PlaceRelation.ABOUT)
        depth = 0
        if self.place:
            tags, depth = tags.filter(tag__path__startswith=self.place.path), len(self.place.slugs)
        paths = tags.order_by().values_list("tag__path", flat=True).distinct()
        chains = (path.strip("/").split("/") for path in paths)
        return {chain[depth] for chain in chains if len(chain) > depth}

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.within(self.place) if self.place else queryset.none()
