"""The admin site itself. Not inside articles/admin/, which registers with it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

# The desk's menu in working order; what is not named follows by name.
MENU = (
    "Article", "Slot", "Campaign", "Locality", "Column", "Contributor", "Unit", "Photo", "Edition", "Page", "Outlet",
    "HistoryEntry", "Editor", "Group",
)  # fmt: skip


class DeskSite(admin.AdminSite):
    site_header = _("Newsdesk")
    site_title = _("Newsdesk")
    index_title = _("The desk")

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(
                key=lambda model: MENU.index(model["object_name"]) if model["object_name"] in MENU else len(MENU)
            )
        return sorted(apps, key=lambda app: app["app_label"] != "articles")
