"""The triggers of the append-only tables and of sign-offs, and what the roles may do in reviews: given to the groups as they are."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

from articles.triggers import TriggersOn


def may(actions, models):
    return {f"{action}_{model}" for action in actions.split() for model in models.split()}


SEES = may("view", "review signoff comment correction fault shift topic office term stagesinforce")
REMARKS = may("add change", "comment")
PLANS = may("add change", "topic")
OTHERS = {"edit_others_articles"}
EDITS = (
    REMARKS
    | OTHERS
    | may("add change delete", "topic office term")
    | may("add change", "fault")
    | {"sign_proof", "hold_article"}
)
GIVEN = {
    "通讯员": REMARKS | may("view", "comment correction"),
    "记者": SEES | REMARKS | OTHERS | PLANS,
    "责任编辑": SEES | EDITS | {"sign_first_review"},
    "部门主任": SEES | EDITS | {"sign_second_review"} | may("add change delete", "shift"),
    "总编": SEES
    | EDITS
    | {"sign_final_review"}
    | may("add change delete", "shift")
    | {"add_correction", "add_stagesinforce"},
    "校对": SEES | REMARKS | OTHERS | may("add change delete", "term") | {"sign_proof"},
    "财务": SEES,
    "管理员": SEES | may("add change delete", "shift") | {"add_stagesinforce"},
}


TAKEN = {"通讯员": {"view_historyentry"}}


def give(apps, schema_editor):
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    app.models_module = None
    for group, permissions in groups_and_permissions(apps, GIVEN):
        group.permissions.add(*permissions)
    for group, permissions in groups_and_permissions(apps, TAKEN):
        group.permissions.remove(*permissions)


def take(apps, schema_editor):
    for group, permissions in groups_and_permissions(apps, GIVEN):
        group.permissions.remove(*permissions)
    for group, permissions in groups_and_permissions(apps, TAKEN):
        group.permissions.add(*permissions)


def groups_and_permissions(apps, table):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for group in Group.objects.filter(name__in=table):
        codenames = table[group.name]
        yield group, Permission.objects.filter(content_type__app_label="articles", codename__in=codenames)


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_reviews_rota_and_aftercare")]

    operations = [migrations.RunPython(give, take), TriggersOn()]
