"""The form of a piece: the editor's desk."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import URLField
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import publish, text, versions
from articles.admin import release, stale
from articles.admin.inlines import (
    BylineInline,
    CampaignTagInline,
    FigureInline,
    FlagInline,
    LocalityTagInline,
    PlacementInline,
)
from articles.admin.pieces import PiecesAdmin, standing
from articles.classify import classification, settle
from articles.models import CLEANED, Article, Byline, Figure, LocalityTag, Publication
from articles.refusals import MoveRefused, StaleSave
from articles.vocabulary import Kind

ORDERED = (Figure, Byline, LocalityTag)


class ArticleForm(forms.ModelForm):
    base_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    own_work = forms.BooleanField(
        label=gettext_lazy("I wrote this piece"),
        required=False,
        help_text=gettext_lazy(
            "Whoever wrote a piece may not review it. Leave empty when you type in somebody else's."
        ),
    )

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
        self.initial["base_revision"] = self.instance.revision
        self.initial["own_work"] = self.instance.own_work_of_id is not None

    def clean(self):
        cleaned = super().clean()
        for field, clean in CLEANED.items():
            cleaned[field] = clean(cleaned.get(field, ""))
        kind = cleaned.get("kind")
        if not cleaned["headline"] and "headline" not in self.errors and kind not in (Kind.PHOTO, Kind.BRIEF):
            self.add_error("headline", _("Please enter a headline. Only photo news and briefs may do without."))
        if not cleaned["body"] and "body" not in self.errors and kind != Kind.PHOTO:
            self.add_error("body", _("Please enter the text. Only photo news may consist of captions alone."))
        return cleaned


@admin.register(Article)
class ArticleAdmin(PiecesAdmin):
    form = ArticleForm
    inlines = (FigureInline, BylineInline, LocalityTagInline, CampaignTagInline, PlacementInline, FlagInline)
    autocomplete_fields = ("column",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "base_revision",
                    "kind",
                    "kicker",
                    "headline",
                    "subhead",
                    "body",
                    "summary",
                    "printed_byline",
                    "own_work",
                )
            },
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
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    class Media:
        css = {"all": ("css/desk.css",)}

    def get_inlines(self, request, obj):
        return [inline for inline in self.inlines if obj or inline is not FlagInline]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A save made from an older state than the present one is refused before anything is validated or written."""
        extra_context = {**(extra_context or {}), "may_publish": self.has_publish_permission(request)}
        show = partial(super().changeform_view, request, object_id, form_url, extra_context)
        article = self.get_object(request, unquote(object_id)) if request.method == "POST" and object_id else None
        if article is None or not self.has_change_permission(request, article):
            return show()
        try:
            with transaction.atomic():
                versions.claim(article.pk, base_of(request.POST))
                return show()
        except StaleSave as refusal:
            return stale.refuse(self, request, article, refusal)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj:
            released = getattr(obj, "publication", None)
            context["standing"] = standing(obj, released and released.version.number)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        if form.cleaned_data["own_work"]:
            obj.own_work_of = obj.own_work_of or request.user
        elif obj.own_work_of == request.user:  # only the writer can take it back
            obj.own_work_of = None
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        article = form.instance
        before, placed = classification(article), positions(article)
        super().save_related(request, form, formsets, change)
        for model in ORDERED:
            renumber(model, article)
        keep_marks(article, placed)
        versions.save_version(article, by=request.user)
        versions.settle_revision(article)
        settle(article, before, by=request.user)
        self._say_what_is_missing(request, article)

    def _say_what_is_missing(self, request, article):
        missing = set(text.figure_marks(article.body)) - set(positions(article).values())
        if missing:
            marks = " ".join(f"【图{number}】" for number in sorted(missing))
            self.message_user(
                request,
                _("The text places %(marks)s, but there is no such figure.") % {"marks": marks},
                messages.WARNING,
            )

    def response_add(self, request, obj, post_url_continue=None):
        return self._publish_too(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        response = self._publish_too(request, obj) or super().response_change(request, obj)
        released = Publication.objects.select_related("version").filter(article=obj, withdrawn_at=None).first()
        if released and released.version.number != obj.version_number:
            said = _("Saved. What is released is still version %(number)s; publish to replace it.")
            self.message_user(request, said % {"number": released.version.number}, messages.WARNING)
        return response

    def _publish_too(self, request, article):
        """“Save and publish”: a refusal is shown where its conditions can be mended; the save itself stands."""
        if "_publish" not in request.POST:
            return None
        try:
            published = publish.publish(article, by=request.user, version=article.version_number)
            said = _("“%(title)s” is published at %(address)s") % {
                "title": article.title,
                "address": published.get_absolute_url(),
            }
            self.message_user(request, said, messages.SUCCESS)
        except MoveRefused as refusal:
            self.message_user(
                request, _("Saved, but not published. %(reason)s") % {"reason": refusal}, messages.WARNING
            )
        if not self.has_change_permission(request, article):
            return None
        return HttpResponseRedirect(reverse("admin:articles_article_release", args=[article.pk]))

    def history_view(self, request, object_id, extra_context=None):
        article = self.get_object(request, unquote(object_id))
        if article is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(reverse("admin:articles_article_release", args=[article.pk]) + "#history")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/release/", wrap(release.release_view), name="articles_article_release"),
            path("<int:pk>/preview/", wrap(release.preview_view), name="articles_article_preview"),
        ]
        return own + super().get_urls()


def base_of(data):
    """The revision that the posted form was opened on; one that cannot be meant matches none."""
    base = data.get("base_revision", "")
    return int(base) if base.isascii() and base.isdigit() and len(base) < 10 else -1


def positions(article):
    """{figure's id: its number} of a piece."""
    return dict(article.figures.values_list("pk", "position"))


def keep_marks(article, before):
    """Let the marks in the text follow their figures, which may have been moved or deleted since `before`."""
    after = positions(article)
    new = {number for figure, number in after.items() if figure not in before}
    numbers = {number: after.get(figure, number if number in new else None) for figure, number in before.items()}
    body = text.renumber_figures(article.body, numbers)
    if body != article.body:
        article.body = body
        article.save(update_fields=["body"])


def renumber(model, article):
    """Count the rows of a piece from 1, in the order their numbers give; rows without one come last, as entered."""
    queryset = model.objects.filter(**{"content_object" if model is LocalityTag else "article": article})
    for position, row in enumerate(queryset.order_by("position", "pk"), 1):
        if row.position != position:
            model.objects.filter(pk=row.pk).update(position=position)
