"""Filters of the list of pieces that somebody wants again: kept under a name, for one account."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.fields import key_of
from articles.admin.filters import PARAMETERS
from articles.models import Article, SavedFilter

LIST = "admin:articles_article_changelist"
PAGE = "admin:articles_article_filters"


class NameForm(forms.ModelForm):
    """The name of a filter; another of the same account may not have it."""

    class Meta:
        model = SavedFilter
        fields = ("name",)
        labels = {"name": gettext_lazy("name of the filter")}

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = SavedFilter.objects.filter(editor=self.instance.editor, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("You have a filter of this name already."), code="taken")
        return name


class QueryForm(forms.Form):
    """A list's address: what filters and words say in it, and nothing else."""

    query = forms.CharField(max_length=SavedFilter._meta.get_field("query").max_length)

    def clean_query(self):
        asked = QueryDict(self.cleaned_data["query"])
        kept = sorted((name, asked[name]) for name in {*PARAMETERS, SEARCH_VAR} & asked.keys() if asked[name])
        if not kept:
            raise ValidationError(_("There is no filter to save."))
        return urlencode(kept)


def filters_of(account, query):
    """[(name, address, whether it is the present one)] of an account's filters."""
    rows = SavedFilter.objects.filter(editor=account.pk)
    return [(row.name, f"{reverse(LIST)}?{row.query}", row.query == query) for row in rows]


def filters_view(model_admin, request):
    """Lists an account's filters; a POST saves, renames or deletes one."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    act = {"save": _save, "rename": _rename, "delete": _delete}.get(request.POST.get("act"))
    answer = act(request) if act else None
    return answer or _show(request)


def _show(request, renaming=None):
    """The page. `renaming` is the form of a name that was refused."""
    rows = [
        renaming if renaming and renaming.instance == row else NameForm(instance=row, auto_id=f"name-{row.pk}")
        for row in SavedFilter.objects.filter(editor=request.user)
    ]
    context = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": _("Saved filters"),
        "forms": rows,
        "list": reverse(LIST),
    }
    return render(request, "admin/articles/article/filters.html", context)


def _save(request):
    """Keep a filter; one of the same name is replaced only after that was said."""
    asked = QueryForm(request.POST)
    if not asked.is_valid():
        messages.error(request, " ".join(asked.errors["query"]))
        return redirect(LIST)
    query = asked.cleaned_data["query"]
    form = NameForm(request.POST, instance=SavedFilter(editor=request.user, query=query))
    taken = not form.is_valid() and form.has_error("name", "taken")
    if taken and "replace" in request.POST:
        name = form.data["name"].strip()
        SavedFilter.objects.filter(editor=request.user, name=name).update(query=query)
        messages.success(request, _("The filter “%(name)s” now shows this list.") % {"name": name})
    elif form.is_valid():
        form.save()
        messages.success(request, _("The filter “%(name)s” is saved.") % {"name": form.instance.name})
    else:
        context = {
            **admin.site.each_context(request),
            "opts": Article._meta,
            "title": _("Save this filter"),
            "form": form,
            "taken": taken,
            "query": query,
            "list": reverse(LIST),
        }
        return render(request, "admin/articles/article/save_filter.html", context)
    return redirect(f"{reverse(LIST)}?{query}")


def _rename(request):
    form = NameForm(request.POST, instance=_own(request))
    if not form.is_valid():
        return _show(request, renaming=form)
    form.save()
    messages.success(request, _("The filter is now called “%(name)s”.") % {"name": form.instance.name})
    return redirect(PAGE)


def _delete(request):
    row = _own(request)
    row.delete()
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": row.name})
    return redirect(PAGE)


def _own(request):
    pk = request.POST.get("filter", "")
    return get_object_or_404(SavedFilter, editor=request.user, pk=key_of(pk))
