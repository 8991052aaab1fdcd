"""关于我们, 联系方式: written, kept in versions and released like a piece, but with an address and nothing of a newspaper."""

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.article import ArticleAdmin
from articles.admin.article_form import ArticleForm
from articles.admin.columns import standing
from articles.admin.inlines import FigureInline
from articles.models import Article, SitePage
from articles.vocabulary import Kind


class SitePageForm(ArticleForm):
    class Meta(ArticleForm.Meta):
        labels = {"headline": gettext_lazy("title")}
        help_texts = {"headline": gettext_lazy("Readers find it under this title at the foot of every page.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.kind = Kind.PAGE
        if "address" in self.fields:
            self.fields["address"].required = True

    def clean_address(self):
        address = self.cleaned_data["address"].lower()
        taken = Article.objects.filter(address=address).exclude(pk=self.instance.pk).first()
        if taken:
            said = _("The site page “%(title)s” has this address already, or had it before it went to the recycle bin.")
            raise forms.ValidationError(said % {"title": taken})
        return address


class BinFilter(admin.SimpleListFilter):
    """All that are kept, or the recycle bin."""

    title = gettext_lazy("recycle bin")
    parameter_name = "bin"

    def lookups(self, request, model_admin):
        return [("1", _("in the recycle bin"))]

    def queryset(self, request, queryset):
        return queryset.filter(trashed_at__isnull=False) if self.value() == "1" else queryset.kept()


@admin.register(SitePage)
class SitePageAdmin(ArticleAdmin):
    """The form of a piece with fewer fields; the list is Django's own, for there are a handful of them."""

    form = SitePageForm
    inlines = (FigureInline,)
    autocomplete_fields = ()
    fieldsets = ((gettext_lazy("Text"), {"fields": ("base_revision", "entry", "headline", "address", "body")}),)
    list_display = ("listed_title", "shown_address", "shown_state")
    list_display_links = ("listed_title",)
    list_filter = (BinFilter,)
    list_select_related = ("publication__version",)
    search_fields = ("headline", "address")
    search_help_text = None
    actions = ()

    def get_queryset(self, request):
        return admin.ModelAdmin.get_queryset(self, request).filter(kind=Kind.PAGE).with_state()

    def get_changelist(self, request, **kwargs):
        return ChangeList

    def get_changelist_instance(self, request):
        return admin.ModelAdmin.get_changelist_instance(self, request)

    def get_search_results(self, request, queryset, search_term):
        return admin.ModelAdmin.get_search_results(self, request, queryset, search_term)

    def get_readonly_fields(self, request, obj=None):
        return ("address",) if obj else ()  # an address is a promise

    def get_urls(self):
        return admin.ModelAdmin.get_urls(self)  # the release page is that of the pieces

    @admin.display(description=gettext_lazy("address"))
    def shown_address(self, page):
        return f"/pages/{page.address}/"

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, page):
        released = getattr(page, "publication", None)
        return standing(page, released and released.version.number)
