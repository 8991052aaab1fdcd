"""The roles of a desk and what each may do: one table. An account may hold several, as it must be in a desk of five.

A role is a group of that name in the database; migrations make the groups and change them, and a test compares them with this table.
Who may sign and withdraw follows the rules of the trade: 签发 and 撤稿 are the editor-in-chief's.
"""

from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _

ADMINISTRATOR = "管理员"


class Duty(NamedTuple):
    """A role in words, and its permissions as code names of this app."""

    label: str
    does: str
    permissions: frozenset


def _may(actions, *models):
    return {f"{action}_{model}" for action in actions.split() for model in models}


# Everybody sees the desk, but not accounts and not the private data of contributors.
SEES = _may(
    "view",
    "affiliation", "article", "byline", "campaign", "campaignname", "campaigntag", "campaigntarget", "column", "contributor",
    "edition", "figure", "flag", "historyentry", "locality", "localityname", "localitytag", "outlet", "page", "photo", "placement",
    "publication", "sitepage", "slot", "unit", "version",
    "review", "signoff", "comment", "correction", "fault", "readerreport", "shift", "topic", "office", "term", "stagesinforce",
)  # fmt: skip
REMARKS = _may("add change", "comment")
OTHERS = {"edit_others_articles"}
# What the desk keeps to itself: whoever only sends in does not see it.
INWARD = _may(
    "view",
    "review",
    "signoff",
    "fault",
    "readerreport",
    "shift",
    "topic",
    "office",
    "term",
    "stagesinforce",
    "historyentry",
)
SENDS = (
    _may("add change delete", "article", "figure", "byline")
    | _may("add change", "photo")
    | _may("add", "contributor", "localitytag")
    | REMARKS
)
TAKES_IN = _may("view add change", "pageimport", "submission")
WRITES = (
    SENDS
    | OTHERS
    | TAKES_IN
    | _may("add change delete", "localitytag", "campaigntag", "placement")
    | _may("add change", "topic")
    | {"change_flag"}
)
KEEPS = (
    _may(
        "add change",
        "affiliation", "campaign", "campaignname", "campaigntarget", "column", "contributor", "edition", "fault", "locality",
        "localityname", "office", "outlet", "page", "sitepage", "slot", "term", "topic", "unit",
    )
    | _may(
        "delete",
        "affiliation", "campaignname", "campaigntarget", "localityname", "office", "slot", "term", "topic",
    )
    | {"see_senders", "sign_proof", "hold_article", "change_readerreport"}
)  # fmt: skip
PROOFS = (
    _may("change", "article", "figure", "flag") | OTHERS | REMARKS | _may("add change delete", "term") | {"sign_proof"}
)
ROSTERS = _may("add change delete", "shift")
SIGNS = {"publish_article", "withdraw_article", "sign_final_review", "add_correction", "add_stagesinforce"} | ROSTERS
PAYS = _may("view add change", "contactdetails")
ADMINISTERS = _may("view add change", "editor") | {"add_stagesinforce"} | ROSTERS

ROLES = {
    "通讯员": Duty(
        _("correspondent"),
        _(
            "sends in pieces and pictures, and changes the own ones until they are released; does not see reviews and errors"
        ),
        frozenset((SEES - INWARD) | SENDS),
    ),
    "记者": Duty(_("reporter"), _("writes pieces and files them; does not publish"), frozenset(SEES | WRITES)),
    "责任编辑": Duty(
        _("responsible editor"),
        _(
            "writes and edits; signs the first review and proofs; stops scheduled pieces; keeps campaigns, columns, localities, titles and site pages; arranges the front page"
        ),
        frozenset(SEES | WRITES | KEEPS | {"sign_first_review"}),
    ),
    "部门主任": Duty(
        _("head of department"),
        _("edits as a responsible editor does; signs the second review; keeps the duty roster"),
        frozenset(SEES | WRITES | KEEPS | ROSTERS | {"sign_second_review"}),
    ),
    "总编": Duty(
        _("editor-in-chief"),
        _(
            "signs the final review; publishes, corrects and withdraws pieces; sets the stages of review; and all that editors do"
        ),
        frozenset(SEES | WRITES | KEEPS | SIGNS),
    ),
    "校对": Duty(
        _("proofreader"),
        _("corrects texts and captions, settles proofing flags, signs proofs"),
        frozenset(SEES | PROOFS),
    ),
    "财务": Duty(
        _("accounts office"),
        _("sees contributors' telephone numbers and bank accounts; with an editor's role, enters them too"),
        frozenset(SEES | PAYS),
    ),
    ADMINISTRATOR: Duty(
        _("administrator"),
        _("creates accounts, gives roles and resets passwords, keeps the duty roster; may not touch superusers"),
        frozenset(SEES | ADMINISTERS),
    ),
}


def held_by(account):
    """The names of the roles an account holds, in the order of the table."""
    groups = {group.name for group in account.groups.all()}
    return [name for name in ROLES if name in groups]


def assign(account, names):
    """Let the account hold exactly these roles; groups that are no roles stay as they are."""
    others = [group for group in account.groups.all() if group.name not in ROLES]
    account.groups.set([*others, *map(_group, names)])


def _group(name):
    group, made = Group.objects.get_or_create(name=name)
    if made:  # somebody removed it
        permissions = Permission.objects.filter(content_type__app_label="articles")
        group.permissions.set(permissions.filter(codename__in=ROLES[name].permissions))
    return group


def has_more_than_roles(account):
    """Whether an account may do what no role gives: only a superuser may touch it, or an administrator could become one."""
    beyond = any(group.name not in ROLES for group in account.groups.all())
    return account.is_superuser or beyond or bool(account.user_permissions.all())
