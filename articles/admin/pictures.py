"""The photo library: every picture once, with where it is used."""

from django import forms
from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.fields import PublicFactsMixin
from articles.admin.guarded import GuardedMixin
from articles.admin.lasting import UsedMixin
from articles.admin.paging import BoundedPaginator
from articles.admin.uploads import PictureUpload
from articles.models import Article, Figure, Photo
from articles.photos import attach

USES = 20  # pieces that a picture names
LONGEST_LABEL = 30  # characters of a caption


class FileFilter(admin.SimpleListFilter):
    title = gettext_lazy("file")
    parameter_name = "file"

    def lookups(self, request, model_admin):
        return [("yes", _("has its file")), ("no", _("no file yet"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.exclude(web="")
        return queryset.filter(web="") if self.value() == "no" else queryset


class PhotoForm(forms.ModelForm):
    upload = PictureUpload(required=False)

    def clean(self):
        """A picture keeps its file: published pieces show it, and reviews were given to it."""
        cleaned = super().clean()
        if cleaned.get("upload") and self.instance.web:
            self.add_error("upload", _("This picture has its file already; add another picture instead."))
        if not (cleaned.get("upload") or self.instance.web or cleaned.get("caption") or self.errors):
            self.add_error("caption", _("A picture needs a file or at least a caption."))
        return cleaned

    def save(self, commit=True):
        if picture := self.cleaned_data["upload"]:
            attach(self.instance, picture)
        return super().save(commit)


def image(photo, width):
    """The readers' copy in a small box, or the words that there is none."""
    if not photo.web:
        return _("no file yet")
    height = round(width * photo.height / photo.width) if photo.width else width
    address = photo.original.storage.url(photo.web)
    return format_html('<img src="{}" alt="" width="{}" height="{}" loading="lazy">', address, width, height)


@admin.register(Photo)
class PhotoAdmin(GuardedMixin, PublicFactsMixin, UsedMixin, admin.ModelAdmin):
    form = PhotoForm
    list_display = ("thumbnail", "told", "credit", "taken_day", "licence")
    list_display_links = ("thumbnail", "told")
    list_filter = (FileFilter, "ai_made")
    search_fields = ("caption", "credit")
    ordering = ("-pk",)
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 30
    fields = ("shown", "upload", "caption", "credit", "taken_day", "licence", "ai_made", "used_in")
    readonly_fields = ("shown", "used_in")
    words_for_uses = {Figure: gettext_lazy("pieces")}

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, photo):
        return image(photo, 120)

    @admin.display(description=gettext_lazy("caption"))
    def told(self, photo):
        return str(photo)

    @admin.display(description=gettext_lazy("picture"))
    def shown(self, photo):
        return image(photo, 240)

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, photo):
        pieces = self._pieces(photo)
        rows = ((reverse("admin:articles_article_change", args=[piece.pk]), piece) for piece in pieces[:USES])
        links = format_html_join("", '<li><a href="{}">{}</a></li>', rows)
        more = _("and more") if len(pieces) > USES else ""
        return format_html("<ul>{}</ul>{}", links, more) if pieces else _("no piece")

    def _pieces(self, photo):
        """The newest pieces that use it, one more than are shown; none of a photo that is being entered."""
        used = Article.objects.filter(figures__photo=photo.pk) if photo.pk else Article.objects.none()
        return list(used.order_by("-pk").distinct().only("number", "headline", "listed_title")[: USES + 1])

    def label(self, photo):
        """A picture as a choice shows it: its caption, day and credit."""
        caption = photo.caption if len(photo.caption) <= LONGEST_LABEL else f"{photo.caption[:LONGEST_LABEL]}…"
        day = photo.taken_day or localdate(photo.uploaded_at)
        known = "，".join(filter(None, (str(day), photo.credit, "" if photo.web else _("no file yet"))))
        return f"{caption}（{known}）"

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and form.cleaned_data["upload"] and (pieces := self._pieces(obj)):
            said = _("Readers see the picture with these pieces when they are saved and published again: %(pieces)s")
            self.message_user(request, said % {"pieces": "、".join(map(str, pieces))}, messages.INFO)
