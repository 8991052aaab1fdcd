"""The list of pieces and the form of one: the editor's desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import OuterRef, Subquery, URLField
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import publish, text, trash, versions
from articles.admin import release
from articles.admin.filters import CampaignFilter, RegionFilter, StateFilter
from articles.admin.inlines import (
    BylineInline,
    CampaignTagInline,
    FigureInline,
    FlagInline,
    LocalityTagInline,
    PlacementInline,
)
from articles.classify import classification, settle
from articles.models import Article, Byline, Figure, LocalityTag, Version
from articles.refusals import MoveRefused, StaleSave
from articles.vocabulary import Kind, State

ORDERED = (Figure, Byline, LocalityTag)


class ArticleForm(forms.ModelForm):
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        widgets = {
            "kicker": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "headline": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "subhead": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "printed_byline": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "body": forms.Textarea(attrs={"rows": 24, "class": "vLargeTextField"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["base_version"] = self.instance.version_number

    def clean(self):
        cleaned = super().clean()
        for field in ("kicker", "headline", "subhead", "printed_byline"):
            cleaned[field] = text.clean_line(cleaned.get(field, ""))
        for field in ("summary", "body"):
            cleaned[field] = text.clean_body(cleaned.get(field, ""))
        kind = cleaned.get("kind")
        if not cleaned["headline"] and "headline" not in self.errors and kind not in (Kind.PHOTO, Kind.BRIEF):
            self.add_error("headline", _("Please enter a headline. Only photo news and briefs may do without."))
        if not cleaned["body"] and "body" not in self.errors and kind != Kind.PHOTO:
            self.add_error("body", _("Please enter the text. Only photo news may consist of captions alone."))
        return cleaned


class PieceList(ChangeList):
    """The list's rows, with what its columns show loaded at once and the texts left out."""

    def get_queryset(self, request, **kwargs):
        rows = super().get_queryset(request, **kwargs)
        newest = Version.objects.filter(article=OuterRef("pk"), number=OuterRef("version_number"))
        rows = rows.annotate(newest_title=Subquery(newest.values("title")))
        return rows.defer("body", "summary").prefetch_related("locality_tags__tag")


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    inlines = (FigureInline, BylineInline, LocalityTagInline, CampaignTagInline, PlacementInline, FlagInline)
    autocomplete_fields = ("column",)
    fieldsets = (
        (
            None,
            {"fields": ("base_version", "kind", "kicker", "headline", "subhead", "body", "summary", "printed_byline")},
        ),
        (gettext_lazy("Where it belongs"), {"fields": ("column", "genre", "grade")}),
        (
            gettext_lazy("Reprints and AI"),
            {
                "classes": ("collapse",),
                "fields": ("source_name", "source_author", "source_headline", "source_url", "source_day", "ai_made"),
            },
        ),
    )
    list_display = (
        "number",
        "headline_or_caption",
        "kind",
        "column",
        "shown_state",
        "places",
        "printed_byline",
        "released_at",
    )
    list_display_links = ("number", "headline_or_caption")
    list_filter = (StateFilter, CampaignFilter, RegionFilter, "column", "kind", "genre")
    date_hierarchy = "publication__published_at"
    search_fields = (
        "number",
        "headline",
        "kicker",
        "body",
        "printed_byline",
        "figures__caption",
        "bylines__contributor__name",
    )
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    search_help_text = gettext_lazy("Number, headline, text, caption or byline")
    list_per_page = 50
    show_full_result_count = False
    save_on_top = True
    list_select_related = ("column", "publication")
    actions = ("publish_selected", "withdraw_selected", "trash_selected")

    class Media:
        css = {"all": ("css/desk.css",)}

    # --- the list ----------------------------------------------------------------------------------------

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    def get_changelist(self, request, **kwargs):
        return PieceList

    @admin.display(description=gettext_lazy("headline"), ordering="headline")
    def headline_or_caption(self, article):
        return article.newest_title or article.number

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, article):
        return State(article.state).label

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
        self._each(
            request, queryset, lambda article: publish.withdraw(release.publication_of(article), by=request.user)
        )

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

    # --- the form ----------------------------------------------------------------------------------------

    def get_inlines(self, request, obj):
        return [inline for inline in self.inlines if obj or inline is not FlagInline]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A save made from an older version than the present one is refused before anything is validated or written."""
        extra_context = {**(extra_context or {}), "may_publish": self.has_publish_permission(request)}
        try:
            with transaction.atomic():
                if request.method == "POST" and object_id and object_id.isdigit() and "base_version" in request.POST:
                    base = request.POST["base_version"]
                    versions.claim(object_id, int(base) if base.isascii() and base.isdigit() and len(base) < 10 else 0)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except StaleSave as refusal:
            return self._refuse_stale(request, object_id, refusal)

    def _refuse_stale(self, request, object_id, refusal):
        """Both texts side by side; nothing that was typed is lost."""
        article = self.get_object(request, object_id)
        latest = article.versions.select_related("created_by").order_by("-number").first()
        form = self.get_form(request, article, change=True)(request.POST, instance=article)
        shown = [field for field in form.visible_fields() if isinstance(field.field, forms.CharField)]
        rows = [(field.label, field.value() or "", field.initial or "") for field in shown]
        inlines = [
            (name, value)
            for name, value in request.POST.items()
            if name.endswith(("-caption", "-credit", "-alt")) and value
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Somebody else saved this piece"),
            "refusal": refusal,
            "article": article,
            "latest": latest,
            "rows": [row for row in rows if row[1].replace("\r\n", "\n") != row[2]],
            "inlines": inlines,
        }
        return render(request, "admin/articles/article/stale.html", context, status=409)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        article = form.instance
        before = classification(article)
        super().save_related(request, form, formsets, change)
        for model in ORDERED:
            renumber(model, article)
        versions.save_version(article, by=request.user)
        settle(article, before, by=request.user)

    def response_add(self, request, obj, post_url_continue=None):
        return self._publish_too(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._publish_too(request, obj) or super().response_change(request, obj)

    def _publish_too(self, request, article):
        """“Save and publish”: a refusal is shown where its conditions can be mended; the save itself stands."""
        if "_publish" not in request.POST:
            return None
        try:
            published = publish.publish(article, by=request.user)
            said = _("“%(title)s” is published at %(address)s") % {
                "title": article.title,
                "address": published.get_absolute_url(),
            }
            self.message_user(request, said, messages.SUCCESS)
        except MoveRefused as refusal:
            self.message_user(
                request, _("Saved, but not published. %(reason)s") % {"reason": refusal}, messages.WARNING
            )
        return HttpResponseRedirect(reverse("admin:articles_article_release", args=[article.pk]))

    def history_view(self, request, object_id, extra_context=None):
        return HttpResponseRedirect(reverse("admin:articles_article_release", args=[object_id]) + "#history")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/release/", wrap(release.release_view), name="articles_article_release"),
            path("<int:pk>/preview/", wrap(release.preview_view), name="articles_article_preview"),
        ]
        return own + super().get_urls()


def renumber(model, article):
    """Count the rows of a piece from 1, in the order their numbers give; rows without one come last, as entered."""
    queryset = model.objects.filter(**{"content_object" if model is LocalityTag else "article": article})
    for position, row in enumerate(queryset.order_by("position", "pk"), 1):
        if row.position != position:
            model.objects.filter(pk=row.pk).update(position=position)
