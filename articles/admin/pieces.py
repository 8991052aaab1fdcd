"""The list of pieces: its columns, its filters and how it is read page by page. What is done to many is in articles/admin/bulk.py."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import build_q_object_from_lookup_parameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import rota
from articles.admin import bulk, export, saved_filters
from articles.admin.columns import HEADINGS, rows_of, shown
from articles.admin.fields import AutocompleteMixin, key_of
from articles.admin.filters import FILTERS, PARAMETERS, StateFilter
from articles.admin.paging import BoundedPaginator
from articles.admin.searching import Search, searched
from articles.models import Article
from articles.narrowing import COUNTED, Narrowing, Pieces, meet
from articles.search_query import LONGEST
from articles.vocabulary import State

BEFORE = "before"  # the parameter of what lies behind the counted pages: only pieces with a smaller id
OFFERED = 100  # pieces that are offered where one is chosen by words


class PieceList(ChangeList):
    """The pieces that the filters and the words leave, newest first.

    The first COUNTED are counted and shown by page number; what is older is reached by key, so the thousandth page costs
    what the second does.
    """

    def get_filters_params(self, params=None):
        return {name: value for name, value in super().get_filters_params(params).items() if name != BEFORE}

    def get_filters(self, request):
        found = super().get_filters(request)
        self.other_lookups = found[2]
        return found

    def get_queryset(self, request, exclude_parameters=None):
        """As Django makes it, for acts on pieces known by their ids; and `pieces`, which finds them."""
        self.before, self.account = key_of(request.GET.get(BEFORE, "")), request.user
        self.search = searched(self.query) if self.query.strip() else Search([])
        typed, self.query = self.query, ""  # Django's own search would offer pieces to choose from
        queryset = meet(self.search.narrowings, super().get_queryset(request, exclude_parameters))
        self.query = typed
        self.problems = [spec.problem for spec in (*self.filter_specs, self.search) if spec.problem]
        self._tidy_address()
        if self.problems:
            self.pieces = Pieces([Narrowing(narrow=lambda articles: articles.none())])
            return queryset.none()
        self.pieces = Pieces(filter(None, [*(spec.asked for spec in self.filter_specs), *self._others()]))
        return queryset

    def _others(self):
        """The conditions beside the filters: the words of the search, and columns of the piece that the address names."""
        yield from self.search.narrowings
        if self.other_lookups:
            asked = Article.objects.filter(build_q_object_from_lookup_parameters(self.other_lookups))
            yield Narrowing(narrow=lambda articles: articles.filter(Exists(asked.filter(pk=OuterRef("pk")))))

    def _tidy_address(self):
        """Let the links of the page say what the filters understood, and nothing that is empty."""
        for params in (self.params, self.filter_params):
            params.pop(BEFORE, None)
            for spec in self.filter_specs:
                for name in spec.expected_parameters():
                    params.pop(name, None)
        for spec in self.filter_specs:
            self.params |= spec.used_parameters
            self.filter_params |= {name: [value] for name, value in spec.used_parameters.items()}

    def get_results(self, request):
        size, pages = self.list_per_page, COUNTED // self.list_per_page
        if self.before:
            ids = self.pieces.ids(size + 1, before=self.before)
            counted, more_behind = self.pieces.count(COUNTED), len(ids) > size
            ids = ids[:size]
        else:
            self.page_num = min(max(self.page_num, 1), pages)
            ids, counted = self.pieces.page(self.page_num, size, COUNTED)
            if counted and not ids:  # a page behind the last
                self.page_num = -(-counted // size)
                ids, counted = self.pieces.page(self.page_num, size, COUNTED)
            if self.show_all and counted <= self.list_max_show_all:
                ids = self.pieces.ids(counted)
            more_behind = counted > COUNTED and self.page_num == pages
        self.more_than_counted = counted > COUNTED
        self.result_count = min(counted, COUNTED)
        self.full_result_count, self.show_full_result_count, self.show_admin_actions = None, False, True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        self.paginator = Paginator(range(self.result_count), self.list_per_page)
        self.older = more_behind and self.get_query_string({BEFORE: ids[-1]})
        self.result_list = rows_of(ids)

    @cached_property
    def rows(self):
        return list(shown(self.result_list))

    @property
    def headings(self):
        return [capfirst(heading) for heading in HEADINGS]

    @cached_property
    def count_words(self):
        """How many pieces there are, as the page says it."""
        if self.more_than_counted:
            return _("more than %(n)d pieces") % {"n": COUNTED}
        return ngettext("%(n)d piece in all", "%(n)d pieces in all", self.result_count) % {"n": self.result_count}

    @cached_property
    def query_kept(self):
        """The filters and words as they may be saved: no page, no selection."""
        kept = {name: value for spec in self.filter_specs for name, value in spec.used_parameters.items()}
        if self.query:
            kept[SEARCH_VAR] = self.query
        return urlencode(sorted(kept.items()))

    @cached_property
    def chips(self):
        """(filter, what it is narrowed to, the list without it) of each filter in force, the words of the search included."""
        found = [
            (spec.title, spec.label, self.get_query_string(remove=spec.expected_parameters()))
            for spec in self.filter_specs
            if spec.label
        ]
        return found + (
            [(_("words"), self.query[:LONGEST], self.get_query_string(remove=[SEARCH_VAR]))] if self.query else []
        )

    @cached_property
    def state_links(self):
        spec = next(spec for spec in self.filter_specs if isinstance(spec, StateFilter))
        return spec.links(self)

    @cached_property
    def saved(self):
        return saved_filters.filters_of(self.account, self.query_kept)

    @cached_property
    def is_saved(self):
        return any(shown for _name, _link, shown in self.saved)

    @cached_property
    def first_page(self):
        return self.get_query_string()

    @cached_property
    def in_bin(self):
        return self.params.get("state") == State.TRASHED


class PiecesAdmin(AutocompleteMixin, admin.ModelAdmin):
    """The list's half of the admin of pieces; articles/admin/article.py has the form's."""

    list_display = ("listed_title",)  # articles/admin/columns.py has what the list shows
    list_filter = FILTERS
    search_fields = ("number",)  # that there is a search; articles/admin/searching.py is what it finds
    search_help_text = gettext_lazy(
        "Piece number, or words as in the public search, drafts included: “a phrase”, -without, author:, region:, "
        "campaign:, column:, 2023-11 (day of entry)"
    )
    paginator = BoundedPaginator
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count the archive
    sortable_by = ()  # no other order is served by an index that the filters have too
    actions = bulk.ACTIONS

    def get_queryset(self, request):
        return super().get_queryset(request).pieces().with_state()

    def get_changelist(self, request, **kwargs):
        return PieceList

    def get_search_results(self, request, queryset, search_term):
        """For fields that choose a piece: the newest that are found. The list reads them page by page."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=Pieces(searched(search_term).narrowings).ids(OFFERED)), False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("export/", wrap(partial(export.export_view, self)), name="articles_article_export"),
            path("filters/", wrap(partial(saved_filters.filters_view, self)), name="articles_article_filters"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request, extra_context=None):
        """The address says only what narrows the list: what a form sent empty is left out of it."""
        empty = [name for name in PARAMETERS if name in request.GET and not request.GET[name].strip()]
        if request.method == "GET" and empty:
            asked = request.GET.copy()
            for name in empty:
                del asked[name]
            return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}")
        extra_context = {**(extra_context or {}), "is_nav_sidebar_enabled": False}  # its room is the columns'
        return super().changelist_view(request, extra_context)

    def get_changelist_instance(self, request):
        listed = super().get_changelist_instance(request)
        listed.title = _("Recycle bin") if listed.in_bin else capfirst(self.opts.verbose_name_plural)
        return listed

    def response_action(self, request, queryset):
        """What is no id cannot have been ticked in the list."""
        if any(key_of(value) is None for value in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            self.message_user(request, _("Choose the pieces in the list once more."), messages.WARNING)
            return None
        return super().response_action(request, queryset)

    def get_actions(self, request):
        """In the recycle bin there is one thing to do, and elsewhere all others."""
        in_bin = request.GET.get("state") == State.TRASHED
        found = super().get_actions(request)
        return {name: found[name] for name in found if (name in bulk.IN_THE_BIN) == in_bin}

    def has_delete_permission(self, request, obj=None):
        return False  # nothing that was written is deleted; there is the recycle bin

    def has_publish_permission(self, request):
        return rota.may_publish(request.user)

    def has_hold_permission(self, request):
        return request.user.has_perm("articles.hold_article") or rota.is_on_duty(request.user)

    def has_withdraw_permission(self, request):
        return request.user.has_perm("articles.withdraw_article")

    def has_add_campaign_permission(self, request):
        return self._may_file(request, "articles.add_campaigntag")

    def has_remove_campaign_permission(self, request):
        return self._may_file(request, "articles.delete_campaigntag")

    def has_add_place_permission(self, request):
        return self._may_file(request, "articles.add_localitytag")

    def has_remove_place_permission(self, request):
        return self._may_file(request, "articles.delete_localitytag")

    def has_place_permission(self, request):
        return self._may_file(request, "articles.add_placement", "articles.change_placement")

    def _may_file(self, request, *permissions):
        needed = (*permissions, "articles.edit_others_articles")
        return self.has_change_permission(request) and request.user.has_perms(needed)
