"""Site pages under a name of their own (the same rows, other permissions), and the roles of a desk as groups.

What each role may do is written out here as it was on this day; articles/roles.py says what it is now.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def may(actions, models):
    return {f"{action}_{model}" for action in actions.split() for model in models.split()}


SEES = may(
    "view",
    "affiliation article byline campaign campaignname campaigntag campaigntarget column contributor edition figure flag "
    "historyentry locality localityname localitytag outlet page photo placement publication sitepage slot unit version",
)
SENDS = may("add change delete", "article figure byline") | may("add change", "photo") | may("add", "contributor localitytag")
WRITES = SENDS | may("add change delete", "localitytag campaigntag placement")
KEEPS = may("delete", "affiliation campaignname campaigntarget localityname slot") | may(
    "add change",
    "affiliation campaign campaignname campaigntarget column contributor edition locality localityname outlet page sitepage slot unit",
)
ROLES = {
    "通讯员": SEES | SENDS,
    "记者": SEES | WRITES,
    "责任编辑": SEES | WRITES | KEEPS,
    "部门主任": SEES | WRITES | KEEPS,
    "总编": SEES | WRITES | KEEPS | {"publish_article", "withdraw_article"},
    "校对": SEES | may("change", "article figure flag"),
    "财务": SEES | may("view add change", "contactdetails"),
    "管理员": SEES | may("view add change", "editor"),
}


def make(apps, schema_editor):
    # On a fresh database permissions are made only after the last migration: these groups need them now.
    app = apps.get_app_config("articles")
    app.models_module = True
    create_permissions(app, apps=apps, using=schema_editor.connection.alias, verbosity=0)
    app.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(content_type__app_label="articles", codename__in=codenames))


def unmake(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0003_fill_the_desks_lists"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="SitePage",
            fields=[],
            options={
                "verbose_name": "site page",
                "verbose_name_plural": "site pages",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("articles.article",),
        ),
        migrations.RunPython(make, unmake),
    ]
