"""Accounts to try newsdesk with, on a developer's machine alone: enough people for a whole 三审."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.crypto import get_random_string

from articles import roles
from articles.models import Editor

# Login name, name, roles; None makes a superuser.
ACCOUNTS = (
    ("admin", "管理员", None),
    ("writer", "周明远", ("记者",)),
    ("editor", "李静", ("责任编辑",)),
    ("head", "赵文彬", ("部门主任",)),
    ("chief", "陈国栋", ("总编",)),
    ("correspondent", "吴小燕", ("通讯员",)),
    ("proof", "孙秀兰", ("校对",)),
)


class Command(BaseCommand):
    help = (
        "Create the accounts admin, writer, editor (first review), head (second review), chief (final review, publishes), "
        "correspondent and proof, when DEBUG is on; print their passwords once."
    )

    def handle(self, *args, **options):
        if not settings.DEBUG:
            self.stdout.write("DEBUG is off: no demonstration accounts are made.")
            return
        for username, name, held in ACCOUNTS:
            if not Editor.objects.filter(username=username).exists():
                password = get_random_string(12)
                make_account(username, name, held, password)
                self.stdout.write(f"account {username} ({name}), password {password}")


@transaction.atomic
def make_account(username, name, held, password):
    """One account of the desk with these roles; None makes a superuser."""
    account = Editor.objects.create_user(
        username, password=password, display_name=name, is_staff=True, is_superuser=held is None
    )
    roles.assign(account, held or ())
    return account
