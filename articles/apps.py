from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from articles.triggers import check_triggers


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Newsdesk")

    def ready(self):
        register(check_triggers, Tags.database)


class DeskAdminConfig(admin_apps.AdminConfig):
    default = False
    default_site = "articles.desk_site.DeskSite"
