"""What somebody typed and has not saved: the account's own private copy, form by form. Never a version, never shown to others.

How forms are named stands in models/autosaves.py; `fields` are the posted [name, value] pairs, files left out.
"""

import hashlib
import re
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Autosave
from articles.refusals import MoveRefused

LONGEST = 400_000  # characters of all names and values together: some hundred times a long piece
MOST_FIELDS = 5000
KEPT_FOR = timedelta(days=30)
MOST_FORMS = 60  # that are kept of one account; of more the oldest go
PURGED_AT_ONCE = 50
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "autosave-form"})

_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(rf"(?:article|review)-\d{{1,18}}|(?:article-new|contribution)-{_UUID}|page-[0-9a-f]{{32}}")
_NAMED = (  # the addresses of forms that have a name of their own
    (re.compile(r"/admin/articles/(?:article|sitepage)/(\d{1,18})/change/"), "article-{}"),
    (re.compile(r"/desk/review/(\d{1,18})/"), "review-{}"),
    (re.compile(rf"/desk/contribute/.*?({_UUID})/.*"), "contribution-{}"),
)
_NEW = ((re.compile(r"/admin/articles/(?:article|sitepage)/add/"), "article-new"), (re.compile("/desk/contribute/.*"), "contribution"))  # fmt: skip


def form_at(address, entry=""):
    """The name of the form that stands at a path of the desk; `entry` is the UUID that a form of something new carries."""
    for pattern, name in _NAMED:
        if found := pattern.fullmatch(address):
            return name.format(found.group(1))
    for pattern, name in _NEW:
        if pattern.fullmatch(address) and re.fullmatch(_UUID, entry):
            return f"{name}-{entry}"
    return f"page-{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def is_form(name):
    """Whether this can be the name of a form."""
    return bool(_KEY.fullmatch(name))


def typed_in(data):
    """The pairs of a posted form (a QueryDict) that are worth keeping."""
    return [[name, value] for name, values in data.lists() if name not in NOT_TYPED for value in values]


def is_too_much(fields):
    return len(fields) > MOST_FIELDS or sum(len(name) + len(value) for name, value in fields) > LONGEST


def keep(account, form, fields, base_revision=None):
    """Put the copy of this form in the place of the one before, and let go what is old. Raises MoveRefused when it is too long."""
    if is_too_much(fields):
        raise MoveRefused(_("This is too long to be kept automatically; please save it."))
    # JSON knows no NUL, which PostgreSQL refuses in it.
    fields = [[name.replace("\0", ""), value.replace("\0", "")] for name, value in fields]
    copy = Autosave(account=account, form=form, fields=fields, base_revision=base_revision, saved_at=timezone.now())
    Autosave.objects.bulk_create(
        [copy],
        update_conflicts=True,
        unique_fields=["account", "form"],
        update_fields=["fields", "base_revision", "saved_at"],
    )
    _purge(account)
    return copy


def _purge(account):
    """A bounded number at a time, so that no save waits for it."""
    old = Autosave.objects.filter(saved_at__lt=timezone.now() - KEPT_FOR).order_by("saved_at")
    spare = account.autosaves.order_by("-saved_at")[MOST_FORMS : MOST_FORMS + PURGED_AT_ONCE]
    ids = [*old.values_list("pk", flat=True)[:PURGED_AT_ONCE], *spare.values_list("pk", flat=True)]
    if ids:
        Autosave.objects.filter(pk__in=ids).delete()


def restore(account, form):
    """The account's copy of a form, or None."""
    return account.autosaves.filter(form=form).first()


def newest(account, beginning):
    """The account's newest copies of forms whose name begins so: a few."""
    return list(account.autosaves.filter(form__startswith=beginning).order_by("-saved_at")[:5])


def forget(account, form):
    """The form was saved, or its text is thrown away."""
    Autosave.objects.filter(account=account, form=form).delete()
