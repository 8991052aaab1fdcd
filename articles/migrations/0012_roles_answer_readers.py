"""Readers' reports, for whom the roles of the desk show them to; the triggers, put back after 0011."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from articles.triggers import TriggersOn


def may(actions, models):
    return {f"{action}_{model}" for action in actions.split() for model in models.split()}


SEES = may("view", "readerreport")
ANSWERS = SEES | may("change", "readerreport")
GIVEN = {
    "记者": SEES,
    "责任编辑": ANSWERS,
    "部门主任": ANSWERS,
    "总编": ANSWERS,
    "校对": SEES,
    "财务": SEES,
    "管理员": SEES,
}


def give(apps, schema_editor):
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    app.models_module = None
    for group, permissions in groups_and_permissions(apps, GIVEN):
        group.permissions.add(*permissions)


def take(apps, schema_editor):
    for group, permissions in groups_and_permissions(apps, GIVEN):
        group.permissions.remove(*permissions)


def groups_and_permissions(apps, table):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=table):
        codenames = table[group.name]
        yield group, Permission.objects.filter(content_type__app_label="articles", codename__in=codenames)


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_readers_pages_and_pictures")]

    operations = [migrations.RunPython(give, take), TriggersOn()]
