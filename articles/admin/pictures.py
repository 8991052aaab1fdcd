"""The photo library: every picture once, with its focal point and where it is used."""

from django import forms
from django.contrib import admin, messages
from django.forms import Script
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import photos, renditions
from articles.admin.fields import PublicFactsMixin
from articles.admin.guarded import GuardedMixin
from articles.admin.lasting import UsedMixin
from articles.admin.paging import BoundedPaginator
from articles.admin.uploads import PictureUpload
from articles.models import MIDDLE, Article, Figure, Photo

FOCUS = {"focus_x", "focus_y"}
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
    read = ()  # names of fields that were filled from the file

    class Meta:
        help_texts = {
            "focus_x": gettext_lazy("In per cent: 0 is the left edge, 100 the right one."),
            "focus_y": gettext_lazy("In per cent: 0 is the upper edge, 100 the lower one."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in FOCUS & set(self.fields):
            self.fields[name].required = False

    def clean(self):
        """A picture keeps its file: published pieces show it, and reviews were given to it."""
        cleaned = super().clean()
        if cleaned.get("upload") and self.instance.web:
            self.add_error("upload", _("This picture has its file already; add another picture instead."))
        if not (cleaned.get("upload") or self.instance.web or cleaned.get("caption") or self.errors):
            self.add_error("caption", _("A picture needs a file or at least a caption."))
        for name in FOCUS & set(cleaned):
            cleaned[name] = MIDDLE if cleaned[name] is None else cleaned[name]
        return cleaned

    def save(self, commit=True):
        if picture := self.cleaned_data["upload"]:
            self.read = photos.attach(self.instance, picture)
        elif FOCUS & set(self.changed_data):
            photos.share_anew(self.instance)
        return super().save(commit)


def image(photo, width):
    """A readers' copy in a small box, or the words that there is none."""
    if not photo.web:
        return _("no file yet")
    height = round(width * photo.height / photo.width) if photo.width else width
    address = photo.original.storage.url(renditions.smallest(photo.web, photo.width))
    return format_html('<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">', address, photo, width, height)


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
    fields = (
        "upload", "shown", ("focus_x", "focus_y"), "caption", "credit", "taken_day", "place", "licence", "ai_made", "used_in",
    )  # fmt: skip
    readonly_fields = ("shown", "used_in")
    words_for_uses = {Figure: gettext_lazy("pieces")}

    class Media:
        css = {"all": ("css/desk.css",)}
        js = [Script("js/focus.js", defer=True)]

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, photo):
        return image(photo, 120)

    @admin.display(description=gettext_lazy("caption"))
    def told(self, photo):
        return str(photo)

    @admin.display(description=gettext_lazy("picture"))
    def shown(self, photo):
        """With the focal point on it and the cut that it makes (static/js/focus.js); without a script the picture alone."""
        words = (
            _("Click what cards and shared links must keep; or type the two numbers below."),
            _("As a card cuts it"),
            image(photo, 480) if photo.web else format_html("<span data-none>{}</span>", image(photo, 480)),
        )
        return format_html('<div class="focus" data-focus data-say="{}" data-cut="{}">{}</div>', *words)

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
        if form.read:
            said = _("Read from the file: %(fields)s") % {"fields": photos.words_of(form.read)}
            self.message_user(request, said, messages.INFO)
        if change and (form.cleaned_data["upload"] or FOCUS & set(form.changed_data)) and (pieces := self._pieces(obj)):
            said = _("Readers see the picture with these pieces when they are saved and published again: %(pieces)s")
            self.message_user(request, said % {"pieces": "、".join(map(str, pieces))}, messages.INFO)
