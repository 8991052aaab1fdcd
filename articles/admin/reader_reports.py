"""读者纠错 at the desk: what readers say is wrong, one report with the passage it means, and what became of it."""

from urllib.parse import quote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import reader_reports
from articles.admin.fields import AutocompleteMixin, key_of
from articles.admin.paging import BoundedPaginator
from articles.models import Article, ReaderReport
from articles.refusals import MoveRefused
from articles.vocabulary import ReportOutcome, State

WORDS_SHOWN = 60  # characters of a report in the list
LIST = "admin:articles_readerreport_changelist"
OUTCOMES = [outcome for outcome in ReportOutcome if outcome != ReportOutcome.OPEN]


class OutcomeFilter(admin.SimpleListFilter):
    """The list opens on what nobody has looked at."""

    title = gettext_lazy("outcome")
    parameter_name = "outcome"
    template = "admin/articles/topic/filter.html"

    def lookups(self, request, model_admin):
        return [*ReportOutcome.choices, ("all", _("all"))]

    def value(self):
        return super().value() or ReportOutcome.OPEN.value

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset.filter(outcome=self.value())

    def choices(self, changelist):
        for code, label in self.lookup_choices:
            link = changelist.get_query_string({self.parameter_name: code})
            yield {"selected": self.value() == code, "query_string": link, "display": label}


class PieceFilter(admin.SimpleListFilter):
    """The reports on one piece, which its own pages lead to."""

    title = gettext_lazy("piece")
    parameter_name = "article"
    template = "admin/articles/topic/filter.html"

    def lookups(self, request, model_admin):
        asked = key_of(request.GET.get(self.parameter_name, ""))
        article = Article.objects.only("number", "listed_title", "headline").filter(pk=asked).first() if asked else None
        return [(str(article.pk), str(article))] if article else [("", _("no such piece"))]

    def has_output(self):
        return self.value() is not None

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        asked = key_of(self.value())
        return queryset.filter(article=asked) if asked else queryset.none()


class DayFilter(admin.DateFieldListFilter):
    template = "admin/articles/topic/filter.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("received from the reader at")


@admin.register(ReaderReport)
class ReaderReportAdmin(AutocompleteMixin, admin.ModelAdmin):
    """Reports come from readers alone and stay as they are; an account says what became of one, once."""

    list_display = ("words", "piece", "came", "outcome", "settled_by")
    list_display_links = ("words",)
    list_filter = (OutcomeFilter, PieceFilter, ("at", DayFilter))
    list_select_related = ("article", "settled_by")
    list_per_page = 50
    search_fields = ("text", "article__number", "article__listed_title")
    search_help_text = gettext_lazy("What the reader wrote, number or headline of the piece")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    sortable_by = ()
    actions = None
    change_list_template = "admin/articles/readerreport/change_list.html"

    class Media:
        css = {"all": ("css/desk.css",)}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # The list.

    def get_queryset(self, request):
        return super().get_queryset(request).defer("article__body", "article__summary")

    def get_ordering(self, request):
        """What waits, the longest waiting first; what is settled, the newest first."""
        waits = request.GET.get("outcome", ReportOutcome.OPEN) == ReportOutcome.OPEN
        return ("pk",) if waits else ("-at", "-pk")

    @admin.display(description=gettext_lazy("what is wrong"))
    def words(self, report):
        return Truncator(report.text.replace("\n", " ")).chars(WORDS_SHOWN)

    @admin.display(description=gettext_lazy("piece"))
    def piece(self, report):
        return format_html('<a href="{}">{}</a>', _release_page(report.article_id), report.article)

    @admin.display(description=gettext_lazy("received from the reader at"))
    def came(self, report):
        return report.at

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {**(extra_context or {}), "is_nav_sidebar_enabled": False})

    # One report.

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A report; POST says what became of it."""
        key = key_of(object_id)
        reports = ReaderReport.objects.select_related("version", "settled_by")
        report = reports.filter(pk=key).first() if key else None
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        if report is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            if not self.has_change_permission(request, report):
                raise PermissionDenied
            if self._settle(request, report):
                return redirect(LIST)
            report = reports.get(pk=key)
        return render(request, "admin/articles/readerreport/report.html", self._context(request, report))

    def _settle(self, request, report):
        """Whether it was done; a refusal is said, and what was typed stands on the page."""
        try:
            reader_reports.settle(
                report, outcome=request.POST.get("outcome", ""), note=request.POST.get("note", ""), by=request.user
            )
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return False
        said = _("The report is settled: %(outcome)s.") % {"outcome": report.get_outcome_display()}
        messages.success(request, said)
        return True

    def _context(self, request, report):
        pieces = Article.objects.with_state().select_related("publication").defer("body", "summary")
        article = pieces.get(pk=report.article_id)
        passages = reader_reports.passages(report.text, report.version.story["body"])
        account = request.user
        public = article.state == State.LIVE and article.publication.get_absolute_url()
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reader's report"),
            "report": report,
            "article": article,
            "state": State(article.state).label,
            "passages": [(passage, public and f"{public}#:~:text={quote(passage.words)}") for passage in passages],
            "public": public,
            "outcomes": OUTCOMES,
            "may_settle": self.has_change_permission(request, report),
            "typed": request.POST.get("note", ""),
            "longest": reader_reports.LONGEST_NOTE,
            "fault": _fault_form(report, passages) if account.has_perm("articles.add_fault") else "",
            "others": f"{reverse(LIST)}?{urlencode({'article': report.article_id, 'outcome': 'all'})}",
            "is_nav_sidebar_enabled": False,
        }


def _fault_form(report, passages):
    """The address of the form of 差错登记 with what the report says."""
    wrong, right = reader_reports.proposed(report.text) or (passages[0].words if passages else "", "")
    said = {
        "article": report.article_id,
        "version": report.version_id,
        "passage": wrong,
        "should_be": right,
        "found_by": _("a reader"),
        "found_day": timezone.localdate(report.at).isoformat(),
    }
    return f"{reverse('admin:articles_fault_add')}?{urlencode({name: value for name, value in said.items() if value})}"


def _release_page(article):
    return reverse("admin:articles_article_release", args=[article])
