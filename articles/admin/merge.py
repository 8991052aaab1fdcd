"""The pages on which two rows of one person become one: both side by side, and the list of who may be twice in the books."""

from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import listing, merging
from articles.admin.fields import Autocomplete, key_of
from articles.admin.lasting import counted
from articles.models import Affiliation, Byline, ContactDetails, Contributor, ListEntry
from articles.models.people import clean_name, name_key
from articles.refusals import MoveRefused

MOST = 20  # rows merged at once
GROUPS = 50  # of namesakes that one page shows
CHANGE = "articles.change_contributor"


class Row(NamedTuple):
    """A contributor as the page of a merge shows them."""

    contributor: Contributor
    units: list
    bylines: str  # how many, as text
    public: str
    private: bool  # whether there is contact data; always False to those who may not know


class ChooseForm(forms.Form):
    """Another row of the same person."""

    other = forms.ModelChoiceField(
        label=gettext_lazy("another row of the same person"), queryset=Contributor.objects.unmerged()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        widget = Autocomplete(Byline._meta.get_field("contributor"), admin.site)
        widget.choices = self.fields["other"].choices
        self.fields["other"].widget = widget


def merge_view(request):
    """Shows the rows that ?id= names (and ?other=), to be merged; a POST merges them into the one that `stays` names."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    chosen = ChooseForm(asked if "other" in asked else None)
    keys = list(map(_key, asked.getlist("id") + ([asked["other"]] if chosen.is_valid() else [])))[:MOST]
    if request.method == "POST":
        try:
            return _merge(request, keys, _key(asked.get("stays", "")))
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
    rows = list(Contributor.objects.unmerged().filter(pk__in=keys).order_by("pk"))
    shown = [_row(row, request.user) for row in rows]
    context = {
        **admin.site.each_context(request),
        "opts": Contributor._meta,
        "title": _("Merge contributors"),
        "rows": shown,
        "stays": _key(asked.get("stays", "")) or _likely_to_stay(shown),
        "namesakes": _namesakes(rows[0]) if len(rows) == 1 else [],
        "form": chosen if chosen.is_bound and not chosen.is_valid() else ChooseForm(),
    }
    return render(request, "admin/articles/contributor/merge.html", context)


def _merge(request, keys, stays):
    rows = Contributor.objects.in_bulk(keys)
    kept = rows.pop(stays, None)
    if kept is None:
        raise MoveRefused(_("Choose two or more contributors, and one of them to stay."))
    kept = merging.merge(kept, rows.values(), by=request.user)
    said = _("Merged into “%(name)s”. It cannot be undone; the history says what was done.")
    messages.success(request, said % {"name": kept})
    return redirect("admin:articles_contributor_change", stays)


def duplicates_view(request):
    """Groups of contributors whose names are equal but for blanks, width and case."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    groups, found = merging.likely_same(GROUPS)
    rows = Contributor.objects.with_unit().in_bulk([pk for group in groups for pk in group])
    context = {
        **admin.site.each_context(request),
        "opts": Contributor._meta,
        "title": _("Possible duplicates"),
        "groups": [[rows[pk] for pk in group if pk in rows] for group in groups],
        "shown": len(groups),
        "found": found,
    }
    return render(request, "admin/articles/contributor/duplicates.html", context)


def _row(contributor, account):
    may_know = account.has_perm("articles.view_contactdetails")
    return Row(
        contributor,
        list(Affiliation.objects.filter(contributor=contributor).select_related("unit").order_by("from_day", "pk")),
        counted(Byline.objects.filter(contributor=contributor)),
        counted(ListEntry.objects.filter(facet=listing.contributor_facet(contributor.uuid))),
        may_know and ContactDetails.objects.filter(contributor=contributor).exists(),
    )


def _likely_to_stay(shown):
    """The row that most speaks for: an account, then the most credits, then a name as names are kept, then the oldest."""

    def rank(row):
        person = row.contributor
        return not person.account_id, -_number(row.bylines), person.name != clean_name(person.name), person.pk

    return min(shown, key=rank).contributor.pk if shown else None


def _number(text):
    return int(text.rstrip("+"))


def _namesakes(contributor):
    same = Contributor.objects.unmerged().with_unit().called(contributor.name).exclude(pk=contributor.pk)
    return [row for row in same[:MOST] if name_key(row.name) == name_key(contributor.name)]


def _key(text):
    """A row's key as an address or form gives it; what cannot be one is nobody's."""
    return key_of(text) or 0
