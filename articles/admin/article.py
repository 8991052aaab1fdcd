"""The form of a piece: the editor's desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import URLField
from django.forms import Script
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles import autosaves, bylines, conditions, flags, merging, review, text, versions
from articles.admin import (
    alike,
    autosave,
    ledger,
    paper,
    preview,
    release,
    review_beside,
    sheet,
    stale,
    submitting,
    wechat,
)
from articles.admin import versions as version_pages
from articles.admin.article_form import UNDECIDED, ArticleForm, Undecided
from articles.admin.columns import standing
from articles.admin.fields import key_of
from articles.admin.flags import FlagInline, say_what_proofing_found
from articles.admin.guarded import RESTORE, GuardedMixin
from articles.admin.in_order import keep_marks, positions, renumber
from articles.admin.inlines import (
    BylineInline,
    CampaignTagInline,
    FigureInline,
    LocalityTagInline,
    PlacementInline,
)
from articles.admin.pieces import PiecesAdmin
from articles.admin.rows import RowChoiceMixin, Rows
from articles.admin.uploads import with_several
from articles.classify import classification, settle
from articles.copying import copy_of
from articles.models import (
    Article,
    Byline,
    CampaignTag,
    Figure,
    Flag,
    LocalityTag,
    Placement,
    Publication,
)
from articles.vocabulary import Kind, PlaceRelation, State

ORDERED = (Figure, Byline, LocalityTag)
FILED = {LocalityTag, CampaignTag, Placement}
SEEN_BY_READERS = {Figure, Byline}
NO_COLUMNS = {"base_revision", "entry", "own_work"}  # fields of the form alone
# The form's parts as the work goes: fieldsets by their number, rows by their model.
TEXT, CREDIT, FILING, REPORT, ORIGIN = range(5)
WORKING_ORDER = (
    TEXT, Flag, Figure, CREDIT, Byline, LocalityTag, CampaignTag, FILING, Placement, REPORT, ORIGIN,
)  # fmt: skip


@admin.register(Article)
class ArticleAdmin(GuardedMixin, RowChoiceMixin, PiecesAdmin):
    form = ArticleForm
    inlines = (FigureInline, BylineInline, LocalityTagInline, CampaignTagInline, PlacementInline, FlagInline)
    autocomplete_fields = ("column",)
    fieldsets = (
        (
            gettext_lazy("Text"),
            {"fields": ("base_revision", "entry", "kind", "kicker", "headline", "subhead", "body", "summary")},
        ),
        (gettext_lazy("Byline"), {"fields": ("printed_byline", "own_work")}),
        (gettext_lazy("Where it belongs"), {"fields": (("column", "genre", "grade"),)}),
        (
            gettext_lazy("To be reported upward"),
            {"classes": ("collapse",), "fields": (("needs_report", "report_reference"), "report_paper")},
        ),
        (
            gettext_lazy("How it came in"),
            {
                "classes": ("collapse",),
                "fields": (
                    ("source_name", "source_author"),
                    "source_headline",
                    ("source_url", "source_day"),
                    "ai_made",
                ),
            },
        ),
    )
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    class Media:
        css = {"all": ("css/desk.css",)}
        js = [
            Script(f"js/{name}.js", defer=True)
            for name in "text count marks paste alike rows pictures alt byline flags find preview unsaved autosave".split()
        ]

    # The form as it is opened.

    def get_inlines(self, request, obj):
        return [inline for inline in self.inlines if obj or inline is not FlagInline]

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None, allow_sortable=False):
        return [Rows(shown) for shown in super().get_inline_formsets(request, formsets, inline_instances, obj)]

    def get_object(self, request, object_id, from_field=None):
        """With what the form shows beside the piece itself."""
        if (claimed := getattr(request, "claimed", None)) is not None and str(claimed.pk) == str(object_id):
            return claimed
        pieces = self.get_queryset(request).select_related("column", "publication__version")
        pieces = submitting.with_review(pieces)
        try:
            return pieces.defer("publication__version__content").get(**{from_field or "pk": object_id})
        except (Article.DoesNotExist, ValidationError, ValueError):
            return None

    def get_changeform_initial_data(self, request):
        """A new piece begins under the account's usual column."""
        return {"column": request.user.default_column_id, **super().get_changeform_initial_data(request)}

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """As Django's, without a copy of the posted data for each; a new piece begins with the account's usual locality."""
        kwargs = {"instance": obj, "prefix": prefix, "queryset": inline.get_queryset(request)}
        if request.method == "POST":
            several = isinstance(inline, FigureInline)
            data, files = (
                with_several(request.POST, request.FILES, prefix) if several else (request.POST, request.FILES)
            )
            kwargs |= {"data": data, "files": files}
        elif isinstance(inline, LocalityTagInline) and not obj.pk and request.user.default_locality_id:
            # Only here: to the posted form it is a row like any other, and saved though nobody touched it.
            kwargs["initial"] = [{"tag": request.user.default_locality_id, "relation": PlaceRelation.ABOUT}]
        return kwargs

    def get_fieldsets(self, request, obj=None):
        """Where nothing can be saved, what is no field of the piece is left out; of a scheduled one it is asked what becomes of it."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj and not self.has_change_permission(request, obj):
            return [
                (name, {**options, "fields": [field for field in options["fields"] if field not in NO_COLUMNS]})
                for name, options in fieldsets
            ]
        if obj and obj.state == State.SCHEDULED:
            (name, options), *others = fieldsets
            return [(name, {**options, "fields": ["on_schedule", *options["fields"]]}), *others]
        return fieldsets

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        undecided = getattr(request, "undecided", "")
        return type(form.__name__, (form,), {"undecided": undecided}) if undecided else form

    def has_change_permission(self, request, obj=None):
        """While a piece is in review, only those who sign may change it."""
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or not obj.pk:
            return True
        if not hasattr(obj, "may_be_edited"):  # asked a dozen times of the same piece
            obj.may_be_edited = not (
                review.is_beyond(obj, request.user)
                or (getattr(obj, "in_round", True) and not review.may_edit(obj, request.user))
            )
        return obj.may_be_edited

    def why_not_editable(self, request, obj):
        if obj.trashed_at:
            return _("This piece was moved to the recycle bin. Restore it first; your text stands below.")
        if not super().has_change_permission(request):
            return _("Your account may not change pieces any more. Your text stands below.")
        if review.is_beyond(obj, request.user):
            return _("You may change only your own pieces that are not released yet.")
        return "" if self.has_change_permission(request, obj) else submitting.in_review_words(obj)

    # How its saves are guarded.

    def form_name(self, request, obj):
        return f"article-{obj.pk}" if obj else autosaves.form_at(request.path_info, request.POST.get("entry", ""))

    def name_to_restore(self, request, obj):
        return self.form_name(request, obj) if obj else f"article-new-{request.GET[RESTORE]}"

    def base_of(self, data):
        return base_of(data)

    def is_stale(self, request, obj, data):
        return base_of(data) != obj.revision

    def claim(self, request, key):
        versions.claim(key, base_of(request.POST))  # before the piece is read: what is read then is what it says
        return self.get_object(request, key)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A save made from an older state than the present one is refused before anything is validated or written."""
        if (
            object_id and key_of(unquote(object_id)) is None
        ):  # an id spelled otherwise is no piece, though int() would read it
            return self._get_obj_does_not_exist_redirect(request, self.opts, unquote(object_id))
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Undecided as refusal:
            request.undecided = str(refusal)
            for name in request.FILES:
                for file in request.FILES.getlist(name):
                    file.seek(0)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def add(self, request, show):
        return self._made_already(request) or show()

    def _made_already(self, request):
        """The answer to the form of a new piece that comes back after it was saved, by way of the browser's Back."""
        entry = forms.UUIDField(required=False).to_python
        try:
            article = Article.objects.filter(uuid=entry(request.POST.get("entry"))).with_state().first()
        except ValidationError:
            return None
        if article is None or not self.has_change_permission(request, article):
            return None
        said = _("This form was saved already, as the piece %(number)s. Choose part by part what of it stays.")
        return stale.refuse(self, request, article, said % {"number": article.number})

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        rows = context["inline_admin_formsets"]
        context["working_order"] = in_working_order(context["adminform"], rows)
        context["is_nav_sidebar_enabled"] = False  # its room is the preview's
        context["may_publish"] = self.has_publish_permission(request)
        context |= submitting.offered(request, obj, self.has_change_permission(request, obj))
        if self.has_change_permission(request, obj) or obj is None:
            context |= autosave.bar(request, obj, context["adminform"].form, [shown.formset for shown in rows])
        if request.method == "POST":
            keep_uploads(context["adminform"].form, [shown.formset for shown in rows])
        elif obj:
            if obj.discussed:
                context |= review_beside.review_context(obj, request.user)
            released = getattr(obj, "publication", None)
            context["standing"] = standing(obj, released and released.version.number)
            if obj.state in release.RELEASABLE:
                context["checked"], context["unmet"] = True, conditions.unmet(obj, by=request.user)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # The form as it is saved.

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by, obj.uuid = request.user, form.cleaned_data.get("entry") or obj.uuid
        if form.cleaned_data["own_work"]:
            obj.own_work_of = obj.own_work_of or request.user
        elif obj.own_work_of == request.user:  # only the writer can take it back
            obj.own_work_of = None
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """What was not changed is not looked at again: most saves are of the text alone."""
        article, by_model = form.instance, {formset.model: formset for formset in formsets}
        changed = {model for model, formset in by_model.items() if formset.has_changed()}
        scheduled = change and form.instance.state == State.SCHEDULED
        if scheduled and form.must_decide() and SEEN_BY_READERS & changed:
            raise Undecided(UNDECIDED)
        filed = classification(article) if change and FILED & changed else []
        placed = positions(article) if change else {}
        super().save_related(request, form, formsets, change)
        for model in ORDERED:
            if model in changed:
                renumber(model, article)
        if Figure in changed:
            keep_marks(article, placed)
            placed = positions(article)
        if Byline in changed or "printed_byline" in form.changed_data:
            self._keep_bylines_in_step(request, form, by_model.get(Byline))
        version = versions.save_version(article, by=request.user, freeze="own_work" in form.changed_data)
        if version is None:  # a version raises the revision itself
            versions.settle_revision(article)
        if version and scheduled:
            submitting.settle_schedule(article, form.cleaned_data.get("on_schedule"), by=request.user)
        if FILED & changed:
            settle(article, filed, by=request.user)
        self._say_what_is_missing(request, article, placed)
        if article.kind != Kind.PAGE and (version or Placement in changed or "genre" in form.changed_data):
            say_what_proofing_found(request, article, flags.refresh(article))
        if not change and article.kind != Kind.PAGE:
            # Behind the transaction: on SQLite nobody else could save while the archive is searched.
            transaction.on_commit(lambda: alike.warn(request, article))

    def save_formset(self, request, form, formset, change):
        formset.by = request.user  # who decides on flags
        super().save_formset(request, form, formset, change)
        if said := getattr(formset, "said_of_files", ""):
            self.message_user(request, said, messages.INFO)

    def _keep_bylines_in_step(self, request, form, rows):
        article = form.instance
        if rows is None or not request.user.has_perms(
            [f"articles.{act}_byline" for act in ("add", "change", "delete")]
        ):
            return
        merging.follow(article)
        before = bylines.Standing(form.initial.get("printed_byline", ""), rows.before())
        for said in bylines.follow(article, before, may_create=request.user.has_perm("articles.add_contributor")):
            self.message_user(request, said.sentence, messages.WARNING if said.doubtful else messages.INFO)

    def _say_what_is_missing(self, request, article, placed):
        if missing := set(text.figure_marks(article.body)) - set(placed.values()):
            marks = " ".join(f"【图{number}】" for number in sorted(missing))
            self.message_user(
                request,
                _("The text places %(marks)s, but there is no such figure.") % {"marks": marks},
                messages.WARNING,
            )

    def response_add(self, request, obj, post_url_continue=None):
        return submitting.further(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        released = getattr(obj, "publication", None)
        response = submitting.further(request, obj)
        if response and released:
            released = Publication.objects.select_related("version").get(pk=released.pk)
        if released and not released.withdrawn_at and released.version.number != obj.version_number:
            said = _("Saved. What is released is still version %(number)s; publish to replace it.")
            self.message_user(request, said % {"number": released.version.number}, messages.WARNING)
        return response or super().response_change(request, obj)

    # Beside the form.

    def history_view(self, request, object_id, extra_context=None):
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(reverse("admin:articles_article_release", args=[article.pk]) + "#history")

    def copy_view(self, request, object_id):
        """A new draft with the piece's text, credits, pictures and filing."""
        article = self.get_object(request, unquote(object_id))
        if not self.has_add_permission(request) or not self.has_view_permission(request, article):
            raise PermissionDenied
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        copy = copy_of(article, by=request.user)
        said = _(
            "This is a copy of %(original)s, with the number %(number)s. What you change here leaves the original as it is."
        )
        self.message_user(request, said % {"original": article.number, "number": copy.number}, messages.SUCCESS)
        return redirect("admin:articles_article_change", copy.pk)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            *version_pages.addresses(wrap),
            *sheet.addresses(wrap),
            *ledger.addresses(wrap),
            *wechat.addresses(wrap),
            path("preview/", wrap(preview.live_view), name="articles_article_live"),
            path("alike/", wrap(alike.alike_view), name="articles_article_alike"),
            path("byline/", wrap(preview.byline_view), name="articles_article_byline"),
            path("autosave/", wrap(autosave.autosave_view), name="articles_article_autosave"),
            path("autosave/discard/", wrap(autosave.discard_view), name="articles_article_discard"),
            path("<int:pk>/paper/", wrap(paper.paper_view), name="articles_article_paper"),
            path("<int:pk>/release/", wrap(release.release_view), name="articles_article_release"),
            path("<int:pk>/preview/", wrap(preview.preview_view), name="articles_article_preview"),
            path("<path:object_id>/copy/", wrap(require_POST(self.copy_view)), name="articles_article_copy"),
        ]
        return own + super().get_urls()


def in_working_order(adminform, rows):
    """Fieldsets and rows as the work goes; rows that WORKING_ORDER does not name come last."""
    fieldsets = dict(enumerate(adminform))
    by_model = {inline.opts.model: inline for inline in rows}
    parts = [fieldsets.get(part) if isinstance(part, int) else by_model.pop(part, None) for part in WORKING_ORDER]
    return [part for part in [*parts, *by_model.values()] if part]


def base_of(data):
    """The revision that the posted form was opened on; one that cannot be meant matches none."""
    base = data.get("base_revision", "")
    return int(base) if base.isascii() and base.isdigit() and len(base) < 10 else -1


def keep_uploads(form, formsets):
    """Of a save that was refused: pictures go to the library and stay with their rows, other files are to be chosen again."""
    again = _("Please choose this file again: nothing has been saved yet.")
    if form.files.get("report_paper") and "report_paper" in form.fields and "report_paper" not in form.errors:
        form.add_error("report_paper", again)
    for formset in formsets:
        for row in formset.forms if formset.model is Figure else ():
            if not row.keep_upload() and row.files.get(row.add_prefix("file")):
                row.add_error("file", again)
