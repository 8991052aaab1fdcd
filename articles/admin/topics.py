"""选题: the plan of the desk as one flat table, changed in the list itself; one click makes a topic a piece."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.forms import Script
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles import topics
from articles.admin.guarded import GuardedMixin
from articles.admin.paging import BoundedPaginator
from articles.admin.rows import KnowingForm, RowAutocomplete, RowChoice, RowChoiceMixin
from articles.models import Article, Editor, Topic
from articles.queues import UNWRITTEN
from articles.refusals import AlreadyDone, MoveRefused
from articles.vocabulary import State, TopicStatus

OFFERED = 20  # colleagues that a search shows


class TopicFilter(admin.SimpleListFilter):
    """One of a few conditions, by its word in the address."""

    template = "admin/articles/topic/filter.html"

    def lookups(self, request, model_admin):
        return [(code, label) for code, label, _condition in self.options(request)]

    def queryset(self, request, queryset):
        for code, _label, condition in self.options(request):
            if code == self.value():
                return queryset.filter(condition)
        return queryset


class OwnerFilter(TopicFilter):
    title = gettext_lazy("assigned to")
    parameter_name = "who"

    def options(self, request):
        yield "mine", _("me"), Q(owner=request.user)
        yield "nobody", _("nobody yet"), Q(owner=None)


class WeekFilter(TopicFilter):
    title = gettext_lazy("planned for")
    parameter_name = "week"

    def options(self, request):
        today = timezone.localdate()
        monday = today - timedelta(days=today.weekday())
        week = timedelta(days=7)
        yield "this", _("this week"), Q(planned_day__gte=monday, planned_day__lt=monday + week)
        yield "next", _("next week"), Q(planned_day__gte=monday + week, planned_day__lt=monday + 2 * week)
        yield "late", _("overdue"), Q(planned_day__lt=today) & UNWRITTEN
        yield "none", _("no day yet"), Q(planned_day=None)


class StatusFilter(TopicFilter):
    """The table opens on what is still to be written."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def options(self, request):
        yield "open", _("to be written"), UNWRITTEN
        for status in (TopicStatus.PROPOSED, TopicStatus.ASSIGNED):
            yield status.value, status.label, Q(status=status, article=None)
        yield "started", _("made a piece"), Q(article__isnull=False)
        yield TopicStatus.DROPPED.value, TopicStatus.DROPPED.label, Q(status=TopicStatus.DROPPED)
        yield "all", _("all"), Q()

    def value(self):
        return super().value() or "open"

    def choices(self, changelist):
        for code, label in self.lookup_choices:
            link = changelist.get_query_string({self.parameter_name: code})
            yield {"selected": self.value() == code, "query_string": link, "display": label}


class ColleagueSelect(RowAutocomplete):
    """Names of colleagues, for those too who may not see the accounts."""

    url_name = "%s:articles_topic_colleagues"


class TopicForm(KnowingForm):
    """A topic, in the list and on its own page. `by` is who fills it in; what is somebody else's cannot be changed."""

    by = None

    class Meta:
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTextField"}),
            "planned_day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and not topics.may_change(self.instance, self.by):
            for field in self.fields.values():
                field.disabled = True

    def clean_title(self):
        title = self.cleaned_data["title"].strip()
        if not title:
            raise forms.ValidationError(_("Please say what the topic is."))
        return title

    def clean_owner(self):
        owner = self.cleaned_data["owner"]
        if "owner" in self.changed_data:
            if owner and not owner.is_active:
                raise forms.ValidationError(_("The account of %(name)s is closed.") % {"name": owner})
            if owner not in (None, self.by) and not topics.keeps_the_plan(self.by):
                raise forms.ValidationError(_("An editor assigns topics to others; yours is left as it was."))
        return owner


@admin.register(Topic)
class TopicAdmin(GuardedMixin, RowChoiceMixin, admin.ModelAdmin):
    form = TopicForm
    list_display = ("title", "owner", "genre", "planned_day", "column", "campaign", "status", "piece", "more")
    list_display_links = ("more",)
    list_editable = ("title", "owner", "genre", "planned_day", "column", "campaign", "status")
    list_filter = (OwnerFilter, WeekFilter, StatusFilter)
    list_per_page = 30
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    search_fields = ("title",)
    search_help_text = gettext_lazy("Topic")
    autocomplete_fields = ("owner", "column", "campaign")
    fields = ("title", "owner", "genre", "planned_day", "column", "campaign", "status", "note")
    actions = None
    change_list_template = "admin/articles/topic/change_list.html"

    class Media:
        css = {"all": ("css/desk.css",)}
        js = [Script(f"js/{name}.js", defer=True) for name in ("rows", "unsaved")]

    # The list.

    def get_queryset(self, request):
        pieces = Article.objects.with_state().only("number", "listed_title", "headline", "trashed_at")
        rows = super().get_queryset(request).select_related("owner", "column", "campaign")
        return rows.prefetch_related(Prefetch("article", pieces))

    def get_ordering(self, request):
        """What is still to be written, the most urgent first; what is done, the latest first."""
        done = request.GET.get(StatusFilter.parameter_name) in ("started", TopicStatus.DROPPED, "all")
        return ("-pk",) if done else ("planned_day", "pk")

    def get_changelist_form(self, request, **kwargs):
        return self._form_of(request, super().get_changelist_form(request, **{"form": self.form, **kwargs}))

    def get_form(self, request, obj=None, **kwargs):
        return self._form_of(request, super().get_form(request, obj, **kwargs))

    def _form_of(self, request, form):
        form.by = request.user
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Without the buttons beside a choice that add and change what is chosen: the table is narrow."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "owner":
            kwargs |= {"form_class": RowChoice, "widget": ColleagueSelect(db_field, self.admin_site)}
            return admin.ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(
            request, {**(extra_context or {}), "is_nav_sidebar_enabled": False, "title": _("Topics")}
        )

    def get_list_display(self, request):
        @admin.display(description=gettext_lazy("piece"))
        def piece(topic):
            return self.piece(topic, request.user)

        return [piece if name == "piece" else name for name in super().get_list_display(request)]

    def piece(self, topic, account):
        """The piece with its state, or the button by which the account makes one."""
        if topic.article_id:
            address = reverse("admin:articles_article_change", args=[topic.article_id])
            state = State(topic.article.state).label
            return format_html(
                '<a href="{}">{}</a> <span class="state">{}</span>', address, topic.article.number, state
            )
        if not topics.may_start(topic, account):
            return "—"
        return format_html(
            '<button class="button" form="start-topic" name="topic" value="{}" aria-label="{}">{}</button>',
            topic.pk, f"{_('Turn into a piece')}：{topic}", _("Turn into a piece"),
        )  # fmt: skip

    @admin.display(description=gettext_lazy("note"))
    def more(self, topic):
        return f"{topic.note[:20]}…" if len(topic.note) > 20 else topic.note or _("More")

    # The form.

    def get_changeform_initial_data(self, request):
        """Who writes enters for themselves; an editor for whom they choose."""
        own = {} if topics.keeps_the_plan(request.user) else {"owner": request.user.pk, "status": TopicStatus.ASSIGNED}
        return {**own, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or topics.may_change(obj, request.user))

    def has_delete_permission(self, request, obj=None):
        """What became a piece tells where that came from."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.article_id is None)

    # What else it answers.

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("start/", wrap(require_POST(self.start_view)), name="articles_topic_start"),
            path("colleagues/", wrap(require_safe(self.colleagues_view)), name="articles_topic_colleagues"),
        ]
        return own + super().get_urls()

    def start_view(self, request):
        """转为稿件: leads to the form of the new piece, or of the one that somebody else made first."""
        key = request.POST.get("topic", "")
        topic = get_object_or_404(Topic, pk=int(key) if key.isdecimal() and len(key) < 18 else 0)
        try:
            article = topics.start(topic, by=request.user)
        except AlreadyDone as refusal:
            messages.warning(request, str(refusal))
            topic.refresh_from_db()
            return redirect("admin:articles_article_change", topic.article_id)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:articles_topic_changelist")
        said = _("“%(title)s” is the piece %(number)s now. Write its text here.")
        messages.success(request, said % {"title": article, "number": article.number})
        return redirect("admin:articles_article_change", article.pk)

    def colleagues_view(self, request):
        """Names of those who work here, as the admin's own autocomplete answers."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        term = request.GET.get("term", "").replace("\0", "").strip()
        rows = Editor.objects.filter(is_active=True, is_staff=True).order_by("display_name", "pk")
        if term:
            rows = rows.filter(Q(display_name__icontains=term) | Q(username__istartswith=term))
        results = [{"id": str(row.pk), "text": str(row)} for row in rows.only("display_name", "username")[:OFFERED]]
        return JsonResponse({"results": results, "pagination": {"more": False}})
