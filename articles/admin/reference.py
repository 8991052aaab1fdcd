"""What pieces are filed under by the desk's own choice: campaigns and columns."""

from django.contrib import admin
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from articles.admin import campaign_page
from articles.admin.fields import AutocompleteMixin, PublicFactsMixin
from articles.admin.lasting import FixedAddressAdmin
from articles.models import Campaign, CampaignName, CampaignTag, CampaignTarget, Column


class CampaignNameInline(admin.TabularInline):
    model = CampaignName
    extra = 1


class CampaignTargetInline(AutocompleteMixin, admin.TabularInline):
    model = CampaignTarget
    autocomplete_fields = ("locality",)
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(PublicFactsMixin, FixedAddressAdmin):
    list_display = ("name", "first_day", "last_day", "slug", "totals")
    search_fields = ("name", "slug", "other_names__name")
    inlines = (CampaignNameInline, CampaignTargetInline)
    fields = ("name", "slug", "first_day", "last_day", "description")
    words_for_uses = {CampaignTag: _("pieces")}

    def get_urls(self):
        pieces = self.admin_site.admin_view(campaign_page.campaign_view)
        return [path("<int:pk>/pieces/", pieces, name="articles_campaign_pieces"), *super().get_urls()]

    @admin.display(description=_("pieces and totals"))
    def totals(self, campaign):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:articles_campaign_pieces", args=[campaign.pk]), _("show")
        )


@admin.register(Column)
class ColumnAdmin(PublicFactsMixin, FixedAddressAdmin):
    list_display = ("name", "order", "slug")
    list_editable = ("order",)
    search_fields = ("name", "slug")
    fields = ("name", "slug", "order", "description")
