"""The admin site itself. Not inside articles/admin/, which registers with it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class DeskSite(admin.AdminSite):
    site_header = _("Newsdesk")
    site_title = _("Newsdesk")
    index_title = _("The desk")
