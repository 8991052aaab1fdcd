"""What is typed and not saved: taken in every few seconds, offered when the form is opened again, thrown away when asked to."""

from urllib.parse import urlencode

from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles import autosaves
from articles.admin import seen
from articles.admin.fields import key_of
from articles.admin.guarded import RESTORE
from articles.refusals import MoveRefused

NAME = "autosave-form"  # the field that names the form


@require_POST
def autosave_view(request):
    """Keep the posted fields as the account's own copy: {"saved": "14:05"}, or {"refused": sentence} with 400."""
    form = request.POST.get(NAME, "")
    if not autosaves.is_form(form):
        return JsonResponse({"refused": _("This form cannot be kept automatically.")}, status=400)
    base = key_of(request.POST.get("base_revision", ""))
    try:
        copy = autosaves.keep(
            request.user, form, autosaves.typed_in(request.POST), base if base is not None and base < 2**31 else None
        )
    except MoveRefused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=400)
    return JsonResponse({"saved": f"{timezone.localtime(copy.saved_at):%H:%M}"})


@require_POST
def discard_view(request):
    """Throw a copy away, and go back to its form."""
    form, back = request.POST.get(NAME, ""), request.POST.get("back", "")
    if autosaves.is_form(form):
        autosaves.forget(request.user, form)
    known = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if known else reverse("admin:index"))


def bar(request, article, form, formsets):
    """What the form's page says of an unsaved copy, for its template: `autosave_form` names the form, `unsaved` the copies."""
    entry = form["entry"].value() if "entry" in form.fields else ""
    name = f"article-{article.pk}" if article else f"article-new-{entry}"
    context = {"autosave_form": name, "unsaved": []}
    if request.method == "POST":
        return context
    if article:
        copy = autosaves.restore(request.user, name)
        copies = [copy] if copy and _says_more(copy, form, formsets) else []
    else:
        known = autosaves.newest(request.user, "article-new-")
        copies = [
            copy for copy in known if ("address" in dict(copy.fields)) == ("address" in form.fields)
        ]  # a site page
    context["unsaved"] = [_offer(request, copy, article) for copy in copies]
    return context


def _offer(request, copy, article):
    value = "1" if article else copy.form.removeprefix("article-new-")
    at = timezone.localtime(copy.saved_at)
    typed = dict(copy.fields)
    return {
        "at": f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%Y-%m-%d %H:%M}",
        "title": typed.get("headline") or typed.get("body", "")[:30],
        "address": f"{request.path}?{urlencode({RESTORE: value})}",
        "form": copy.form,
    }


def _says_more(copy, form, formsets):
    """Whether a copy has something that is not saved: one that came late, after the save, has nothing."""
    typed = {name: value for name, value in copy.fields}
    shown = [form, *(row for formset in formsets for row in formset.forms)]
    for part in shown:
        for name, _field in seen.compared(part):
            html_name = part.add_prefix(name)
            if seen.plain(typed.pop(html_name, "")) != seen.plain(part[name].value()):
                return True
    return any(name.endswith("-TOTAL_FORMS") and value != str(_total(formsets, name)) for name, value in typed.items())


def _total(formsets, name):
    return next((formset.total_form_count() for formset in formsets if f"{formset.prefix}-TOTAL_FORMS" == name), "")
