"""What was typed in a form of the desk while the login had expired, or its token had been renewed: carried to where it can be saved.

The posted fields travel through the login page, signed, and wait as the account's own copy (autosaves.py) until the form shows
them. Nothing is saved on the way, and files, which no page can hold, are named so that they are chosen again.
"""

from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.core import signing
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_failure

from articles import autosaves
from articles.refusals import MoveRefused

FIELD = "carried"  # of the login page
SALT = "articles.carried"
KEPT_FOR = 12 * 60 * 60  # seconds that somebody may take to log in
BUTTONS = frozenset({"csrfmiddlewaretoken", "_save", "_continue", "_addanother", "_publish", "_submit", "password", "username", FIELD})  # fmt: skip
NO_FORMS = frozenset(
    {"articles_article_live", "articles_article_autosave", "articles_article_discard"}
)  # their form stays open elsewhere
SHOWN_BY = ("desk_review", "desk_contribute")  # addresses, beside the admin's forms, whose forms show such a copy again


def is_typed_page(request):
    """Whether a request brings what a person typed into a form of the desk: no script's question, no login."""
    asked_by_script = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or not request.accepts(
        "text/html"
    )
    match = request.resolver_match
    if request.method != "POST" or asked_by_script or (match and match.url_name in NO_FORMS):
        return False
    return bool(_typed(request))


def _typed(request):
    return [[name, value] for name, value in autosaves.typed_in(request.POST) if name not in BUTTONS]


def pack(request):
    """The typed fields of a request as one signed text; "" of what is too much to travel, or of nothing."""
    fields = _typed(request)
    if not fields or autosaves.is_too_much(fields):
        return ""
    files = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
    return signing.dumps({"at": request.get_full_path(), "fields": fields, "files": files}, salt=SALT, compress=True)


def unpack(packed):
    """{"at": address, "fields": pairs, "files": names}, or None of what is no such text or too old."""
    try:
        return signing.loads(packed, salt=SALT, max_age=KEPT_FOR) if packed else None
    except signing.BadSignature:
        return None


def hand_over(request, carried):
    """To the logged-in account: the form that was carried, shown with what was typed, or that text alone."""
    address, fields, files = carried["at"], carried["fields"], carried["files"]
    path = urlsplit(address).path
    if files:
        said = _("Please choose these files again; a page cannot keep them: %(files)s")
        messages.warning(request, said % {"files": "、".join(files)})
    data = QueryDict(mutable=True)
    for name, value in fields:
        data.appendlist(name, value)
    entry = data.get("entry", "")
    form = autosaves.form_at(path, entry)
    base = data.get("base_revision", "")
    try:
        autosaves.keep(
            request.user, form, fields, int(base) if base.isascii() and base.isdigit() and len(base) < 10 else None
        )
    except MoveRefused:
        return _as_text(request, address, fields)
    if not _shows_again(path):
        return _as_text(request, address, fields)
    return redirect(f"{path}?{urlencode({'restore': entry if form.endswith(entry) and entry else '1', 'login': '1'})}")


def _shows_again(path):
    """Whether the form at a path shows an unsaved copy again."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    owner = getattr(match.func, "model_admin", None)
    changes = (match.url_name or "").endswith(("_change", "_add"))
    return bool(getattr(owner, "restores_typed", False) and changes) or (match.url_name or "").startswith(SHOWN_BY)


def _as_text(request, address, fields):
    """Of a form that cannot show it again: what was typed, to be copied from."""
    context = {
        **admin.site.each_context(request),
        "title": _("Your text is still there"),
        "address": address,
        "typed": [(name, value) for name, value in fields if len(value.strip()) > 1 and not name.endswith("_FORMS")],
    }
    return render(request, "admin/carried.html", context)


def csrf_failure(request, reason=""):
    """A form whose token was renewed by a login in another tab. What came from elsewhere is refused as everywhere."""
    if not request.path_info.startswith(("/admin/", "/desk/")) or not _is_from_here(request):
        return plain_failure(request, reason)
    with translation.override(getattr(request.user, "language", translation.get_language())):
        carried = unpack(request.POST.get(FIELD, ""))
        if request.path_info == "/admin/login/":
            if admin.site.has_permission(request):  # logged in from another tab meanwhile
                return hand_over(request, carried) if carried else redirect("admin:index")
            return admin.site.login_with(request, request.POST.get(FIELD, "") if carried else "")
        if not is_typed_page(request):
            return plain_failure(request, reason)
        if not admin.site.has_permission(request):
            return admin.site.login_with(request, pack(request))
        packed = unpack(pack(request))
        return hand_over(request, packed) if packed else _as_text(request, request.get_full_path(), _typed(request))


def _is_from_here(request):
    """Whether the browser says that the form stood on a page of this site."""
    came_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(came_from).netloc == request.get_host() and request.method == "POST"
