"""What can be done to many pieces of the list at once. Each piece stands for itself: some pass, and of the others is said why not."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import filing, publish, trash
from articles.admin import release
from articles.admin.fields import choice_of, key_of
from articles.models import Article, CampaignTag, LocalityTag, Placement
from articles.refusals import MoveRefused
from articles.vocabulary import PlaceRelation

MOST = 500  # pieces of one act: some seconds
BATCH = 100  # pieces that are loaded at once
REASONS_SHOWN = NAMED = 20  # refusals, and pieces of a page that asks once more
SELECT_ACROSS = "select_across"


class CampaignForm(forms.Form):
    campaign = choice_of(CampaignTag._meta.get_field("tag"), label=gettext_lazy("campaign"))


class PlaceForm(forms.Form):
    place = choice_of(LocalityTag._meta.get_field("tag"), label=gettext_lazy("locality"))


class FiledPlaceForm(PlaceForm):
    relation = forms.ChoiceField(
        label=gettext_lazy("relation"),
        choices=PlaceRelation,
        initial=PlaceRelation.ABOUT,
        widget=forms.RadioSelect,
    )


class PageForm(forms.Form):
    page = choice_of(Placement._meta.get_field("page"), label=gettext_lazy("newspaper page"))


class Deed(NamedTuple):
    """An act on each of many pieces; with a form, it is asked with on a page of its own."""

    words: str
    permission: str  # of the admin of pieces, which asks has_…_permission
    act: Callable  # (piece, account, cleaned data of the form)
    form: type | None = None
    explained: str = ""


DEEDS = {
    "publish_selected": Deed(
        gettext_lazy("Publish now"), "publish",
        lambda piece, by, data: publish.publish(piece, by=by, version=data["seen"].get(piece.pk)),
    ),
    "add_campaign_selected": Deed(
        gettext_lazy("Add to a campaign…"), "add_campaign",
        lambda piece, by, data: filing.add_campaign(piece, data["campaign"], by=by), CampaignForm,
    ),
    "remove_campaign_selected": Deed(
        gettext_lazy("Take out of a campaign…"), "remove_campaign",
        lambda piece, by, data: filing.remove_campaign(piece, data["campaign"], by=by), CampaignForm,
    ),
    "add_place_selected": Deed(
        gettext_lazy("File under a place…"), "add_place",
        lambda piece, by, data: filing.add_place(piece, data["place"], relation=data["relation"], by=by), FiledPlaceForm,
    ),
    "remove_place_selected": Deed(
        gettext_lazy("Take away a place…"), "remove_place",
        lambda piece, by, data: filing.remove_place(piece, data["place"], by=by), PlaceForm,
    ),
    "move_to_page_selected": Deed(
        gettext_lazy("Put on a newspaper page…"), "place",
        lambda piece, by, data: filing.move_to_page(piece, data["page"], by=by), PageForm,
        gettext_lazy("They are put behind what stands on the page, in the order of the list. From another page of the same edition they move there."),
    ),
    "hold_selected": Deed(
        gettext_lazy("Stop, or take offline for now"), "hold",
        lambda piece, by, data: publish.hold(release.publication_of(piece), by=by),
    ),
    "trash_selected": Deed(
        gettext_lazy("Move to the recycle bin"), "change", lambda piece, by, data: trash.trash(piece, by=by)
    ),
    "withdraw_selected": Deed(
        gettext_lazy("Withdraw for good"), "withdraw",
        lambda piece, by, data: publish.withdraw(
            release.publication_of(piece), by=by, notice=data["notice"], ordered_by=data["ordered_by"]
        ),
        release.WithdrawForm,
        gettext_lazy("These pieces go for good: their addresses will say that they were withdrawn, and they cannot be published again."),
    ),
    "restore_selected": Deed(
        gettext_lazy("Restore from the recycle bin"), "change", lambda piece, by, data: trash.restore(piece, by=by)
    ),
}  # fmt: skip
SEEN = "seen_"  # with the id of a piece, in the list's form
IN_THE_BIN = ("restore_selected",)


def action(name, deed):
    """The deed as an action of Django's admin."""

    @admin.action(description=deed.words, permissions=[deed.permission])
    def selected(model_admin, request, queryset):
        return do(model_admin, request, queryset, name, deed)

    selected.__name__ = name
    return selected


ACTIONS = tuple(action(name, deed) for name, deed in DEEDS.items())


def do(model_admin, request, queryset, name, deed):
    """Ask what the deed needs to know, then do it to each piece chosen and say what came of it."""
    ids, more = _chosen(model_admin, request, queryset)
    form = deed.form(request.POST if "confirmed" in request.POST else None) if deed.form else None
    if form and not form.is_valid():
        return _ask(model_admin, request, name, deed, form, ids, more)
    done, refused, seen = 0, [], _seen(request)
    for piece in _loaded(ids):
        try:
            deed.act(piece, request.user, {**(form.cleaned_data if form else {}), "seen": seen})
            done += 1
        except MoveRefused as refusal:
            refused.append(f"{piece.number} {piece.title}: {refusal}")
    _say(request, done, refused)
    if more or "more" in request.POST:
        _say_more(request, ids[-1])
    return None


def _seen(request):
    """{id: the version number that the list showed} of the pieces on the page: only what was read is published."""
    shown = request.POST.items()
    return {key_of(name.removeprefix(SEEN)): key_of(value) for name, value in shown if name.startswith(SEEN)}


def _chosen(model_admin, request, queryset):
    """(ids of the pieces chosen, in the order of the list and MOST of them; whether more were)."""
    if request.POST.get(SELECT_ACROSS) == "1":
        shown = model_admin.get_changelist_instance(request)
        ids = shown.pieces.ids(MOST + 1, before=shown.before)
    else:
        ids = list(queryset.order_by("-pk").values_list("pk", flat=True)[: MOST + 1])
    return ids[:MOST], len(ids) > MOST


def _loaded(ids):
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = Article.objects.in_bulk(batch)
        yield from (found[pk] for pk in batch if pk in found)


def _ask(model_admin, request, name, deed, form, ids, more):
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": str(deed.words).removesuffix("…"),
        "explained": deed.explained,
        "form": form,
        "media": model_admin.media + form.media,
        "action": name,
        "chosen": ids,  # what was asked about is what is done
        "named": Article.objects.filter(pk__in=ids[:NAMED]).only("number", "listed_title", "headline").order_by("-pk"),
        "unnamed": len(ids[NAMED:]),
        "count": len(ids),
        "more": more,
        "dangerous": deed.form is release.WithdrawForm,
        "back": request.get_full_path(),
        "is_nav_sidebar_enabled": False,  # the question is answered and left
    }
    return render(request, "admin/articles/article/act_on_many.html", context)


def _say(request, done, refused):
    for sentence in refused[:REASONS_SHOWN]:
        messages.warning(request, sentence)
    if unsaid := len(refused[REASONS_SHOWN:]):
        said = ngettext("And %(n)d more piece was not done.", "And %(n)d more pieces were not done.", unsaid)
        messages.warning(request, said % {"n": unsaid})
    if done:
        messages.success(request, ngettext("%(done)d piece done.", "%(done)d pieces done.", done) % {"done": done})


def _say_more(request, last):
    """That only so many were taken, with the way to the rest: the same list from the last one on."""
    rest = request.GET.copy()
    rest["before"] = last
    said = _("At most %(most)d pieces are done at once: the newest %(most)d of those you asked for were. ") % {
        "most": MOST
    }
    messages.warning(
        request, format_html('{} <a href="?{}">{}</a>', said, rest.urlencode(), _("Go on with the older ones"))
    )
