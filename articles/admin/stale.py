"""The page of a refused save: both texts side by side, and nothing that was typed is lost."""

from django.contrib import admin
from django.forms import FileField, HiddenInput
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.admin.fields import key_of
from articles.models import Figure


def refuse(model_admin, request, article, refusal):
    """Answers 409 with what the person typed beside what was saved meanwhile."""
    form = model_admin.get_form(request, article, change=True)(request.POST, instance=article)
    formsets, _inlines = model_admin._create_formsets(request, article, change=True)
    rows = [(label, yours, saved) for label, yours, saved in _fields(form) if yours != saved]
    kept = []
    for formset in formsets:
        name = formset.model._meta.verbose_name
        for number, row in enumerate(formset.forms, 1):
            if row.has_changed():
                typed = [f"{label}：{yours}" for label, yours, _saved in _fields(row) if yours]
                if formset.model is Figure and (photo := row.keep_upload()):
                    typed.append(_("The picture is in the photo library now: %(photo)s") % {"photo": photo})
                kept.append((f"{name} {number}", "\n".join(typed)))
    context = {
        **admin.site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Somebody else saved this piece"),
        "refusal": refusal,
        "article": article,
        "latest": article.versions.select_related("created_by").first(),
        "rows": rows,
        "kept": kept,
    }
    return render(request, "admin/articles/article/stale.html", context, status=409)


def _fields(form):
    """(label, what was typed, what stands in the database) of every visible field, as a person reads them."""
    for name, field in form.fields.items():
        if isinstance(field.widget, HiddenInput) or isinstance(field, FileField) or name == "DELETE":
            continue
        bound = form[name]
        yield bound.label, _words(field, bound.value()), _words(field, form.get_initial_for_field(field, name))


def _words(field, value):
    """A value as the form shows it: a choice by its label."""
    if value in (None, "", False):
        return ""
    if hasattr(field, "queryset"):
        key = str(value)
        found = field.queryset.filter(pk=key).first() if key_of(key) is not None else None
        return str(found or value)
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return labels.get(str(value), str(value)).replace("\r\n", "\n")
