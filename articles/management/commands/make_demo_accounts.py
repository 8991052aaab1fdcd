"""Accounts to try newsdesk with, on a developer's machine alone."""

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import get_random_string

from articles.models import Editor

# Words of the permissions an account holds, beside seeing everything an editor needs: (action, model); "*" is each.
WRITES = [
    (action, model)
    for model in ("article", "figure", "byline", "localitytag", "campaigntag", "placement")
    for action in ("add", "change", "delete")
]
WRITES += [("add", "contributor"), ("add", "photo"), ("change", "photo")]
KEEPS = [
    (action, model)
    for model in ("locality", "localityname", "campaign", "campaignname", "campaigntarget", "column", "unit", "contributor", "affiliation", "outlet", "edition", "page", "slot")
    for action in ("add", "change")
]  # fmt: skip
KEEPS += [("delete", "slot"), ("publish", "article"), ("withdraw", "article")]
PRIVATE = ("contactdetails", "editor")

ACCOUNTS = (
    ("admin", "管理员", None),
    ("editor", "李静", WRITES + KEEPS),
    ("writer", "周明远", WRITES),
)


class Command(BaseCommand):
    help = "Create the accounts admin, editor (may publish) and writer (may not), when DEBUG is on; print their passwords once."

    def handle(self, *args, **options):
        if not settings.DEBUG:
            self.stdout.write("DEBUG is off: no demonstration accounts are made.")
            return
        for username, name, permissions in ACCOUNTS:
            if not Editor.objects.filter(username=username).exists():
                password = get_random_string(12)
                make_account(username, name, permissions, password)
                self.stdout.write(f"account {username} ({name}), password {password}")


@transaction.atomic
def make_account(username, name, permissions, password):
    """One account of the desk; permissions None makes a superuser."""
    account = Editor.objects.create_user(
        username, password=password, display_name=name, is_staff=True, is_superuser=permissions is None
    )
    if permissions:
        sees = Q(codename__startswith="view_") & ~Q(content_type__model__in=PRIVATE)
        does = Q(codename__in=[f"{action}_{model}" for action, model in permissions])
        account.user_permissions.set(Permission.objects.filter(sees | does, content_type__app_label="articles"))
    return account
