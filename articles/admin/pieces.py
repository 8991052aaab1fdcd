"""The list of pieces: its columns, filters and acts on several at once."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import F
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import publish, trash
from articles.admin import release
from articles.admin.fields import AutocompleteMixin
from articles.admin.filters import CampaignFilter, PeriodFilter, RegionFilter, StateFilter
from articles.refusals import MoveRefused
from articles.vocabulary import State


def standing(article, released_number):
    """The piece's state, and whether the desk has a newer text than the one released."""
    label = State(article.state).label
    if released_number and released_number != article.version_number and article.state != State.WITHDRAWN:
        return _("%(state)s, with unpublished changes") % {"state": label}
    return label


class PieceList(ChangeList):
    """The list's rows, with what its columns show loaded at once and the texts left out."""

    def get_queryset(self, request, **kwargs):
        rows = super().get_queryset(request, **kwargs)
        rows = rows.annotate(released_number=F("publication__version__number"))
        return rows.defer("body", "summary").prefetch_related("locality_tags__tag")


class PiecesAdmin(AutocompleteMixin, admin.ModelAdmin):
    """The list's half of the admin of pieces; articles/admin/article.py has the form's."""

    list_display = (
        "number",
        "listed_title",
        "kind",
        "column",
        "shown_state",
        "places",
        "printed_byline",
        "released_at",
    )
    list_display_links = ("number", "listed_title")
    list_filter = (StateFilter, PeriodFilter, CampaignFilter, RegionFilter, "column", "kind", "genre")
    search_fields = (
        "number",
        "headline",
        "kicker",
        "body",
        "printed_byline",
        "figures__caption",
        "bylines__contributor__name",
    )
    search_help_text = gettext_lazy("Number, headline, text, caption or byline")
    list_per_page = 50
    show_full_result_count = False
    list_select_related = ("column", "publication")
    actions = ("publish_selected", "withdraw_selected", "trash_selected")

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    def get_changelist(self, request, **kwargs):
        return PieceList

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, article):
        return standing(article, article.released_number)

    @admin.display(description=gettext_lazy("localities"))
    def places(self, article):
        return "、".join(tag.tag.name for tag in article.locality_tags.all())

    @admin.display(description=gettext_lazy("published at"), ordering="publication__published_at")
    def released_at(self, article):
        return (
            f"{localtime(article.publication.published_at):%Y-%m-%d %H:%M}" if hasattr(article, "publication") else None
        )

    def has_delete_permission(self, request, obj=None):
        return False  # nothing that was written is deleted; there is the recycle bin

    def has_publish_permission(self, request):
        return request.user.has_perm("articles.publish_article")

    def has_withdraw_permission(self, request):
        return request.user.has_perm("articles.withdraw_article")

    @admin.action(description=gettext_lazy("Publish now"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        self._each(request, queryset, lambda article: publish.publish(article, by=request.user))

    @admin.action(description=gettext_lazy("Withdraw for good"), permissions=["withdraw"])
    def withdraw_selected(self, request, queryset):
        """Asks once more, for it cannot be undone."""
        form = release.WithdrawForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Withdraw for good"),
                "pieces": queryset,
                "form": form,
            }
            return render(request, "admin/articles/article/withdraw.html", context)
        notice = form.cleaned_data["notice"]
        withdraw = partial(publish.withdraw, by=request.user, notice=notice)
        return self._each(request, queryset, lambda article: withdraw(release.publication_of(article)))

    @admin.action(description=gettext_lazy("Move to the recycle bin"), permissions=["change"])
    def trash_selected(self, request, queryset):
        self._each(request, queryset, lambda article: trash.trash(article, by=request.user))

    def _each(self, request, queryset, act):
        """Do `act` to each piece; say how many passed, and of each other why it did not."""
        done = 0
        for article in queryset:
            try:
                act(article)
                done += 1
            except MoveRefused as refusal:
                self.message_user(request, f"{article.number} {article.title}: {refusal}", messages.WARNING)
        if done:
            said = ngettext("%(done)d piece done.", "%(done)d pieces done.", done) % {"done": done}
            self.message_user(request, said, messages.SUCCESS)
