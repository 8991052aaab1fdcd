from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Newsdesk")


class DeskAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "articles.desk_site.DeskSite"
