"""What the roles may do with pages and submissions that come in, and with proofing flags: given to the groups as they are."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

TAKES_IN = {f"{action}_{model}" for action in ("view", "add", "change") for model in ("pageimport", "submission")}
GIVEN = {
    "记者": TAKES_IN | {"change_flag"},
    "责任编辑": TAKES_IN | {"see_senders", "change_flag"},
    "部门主任": TAKES_IN | {"see_senders", "change_flag"},
    "总编": TAKES_IN | {"see_senders", "change_flag"},
}


def give(apps, schema_editor):
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    app.models_module = None
    for group, permissions in groups_and_permissions(apps):
        group.permissions.add(*permissions)


def take(apps, schema_editor):
    for group, permissions in groups_and_permissions(apps):
        group.permissions.remove(*permissions)


def groups_and_permissions(apps):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=GIVEN):
        codenames = GIVEN[group.name]
        yield group, Permission.objects.filter(content_type__app_label="articles", codename__in=codenames)


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_intake_and_proofing")]

    operations = [migrations.RunPython(give, take)]
