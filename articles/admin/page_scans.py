"""Scans of pages at the desk: one on the form of its page, several at once on the form of the edition."""

from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import renditions, scans
from articles.models import Article, Edition, Page
from articles.refusals import UnreadablePicture

PICTURES = "image/jpeg,image/png,image/webp,image/avif,image/heic,.jpg,.jpeg,.png,.webp,.avif,.heic"
MOST_AT_ONCE = 12  # each takes two or three seconds to be made small
NAMED = 5  # pieces that a sentence names


class ScanUpload(forms.FileField):
    """Cleans to a photos.Picture, or None."""

    widget = forms.FileInput(attrs={"accept": PICTURES})

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return scans.read_scan(upload)
        except UnreadablePicture as error:
            raise ValidationError(str(error), code="unreadable") from error


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class ScansUpload(ScanUpload):
    """Several at once; cleans to a list of photos.Pictures."""

    widget = SeveralFiles(attrs={"accept": PICTURES})

    def clean(self, data, initial=None):
        if len(data or ()) > MOST_AT_ONCE:
            said = _("At most %(most)d pictures at once; please choose the others afterwards.")
            raise ValidationError(said % {"most": MOST_AT_ONCE}, code="many")
        pictures, refused = [], []
        for upload in data or ():
            try:
                pictures.append(super().clean(upload))
            except ValidationError as error:
                refused += [f"{upload.name}：{sentence}" for sentence in error.messages]
        if refused:
            raise ValidationError(refused)
        return pictures

    def has_changed(self, initial, data):
        return bool(data)


# --- on the form of a page -------------------------------------------------------------------------------


class PageForm(forms.ModelForm):
    upload = ScanUpload(
        required=False,
        label=gettext_lazy("picture of the page"),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP, AVIF or HEIC. Readers see it beside the pieces of the page. Another one takes its place."
        ),
    )
    remove_scan = forms.BooleanField(required=False, label=gettext_lazy("take the picture of the page away"))

    def save(self, commit=True):
        """With its scan; what the page had before is deleted once nothing names it any more."""
        before = scans.files_of(self.instance)
        if picture := self.cleaned_data.get("upload"):
            put(picture, self.instance)
        elif self.cleaned_data.get("remove_scan") and before:
            scans.detach(self.instance)
            transaction.on_commit(partial(scans.discard, before))
        return super().save(commit)


def put(picture, page):
    """Let a picture be the scan of a page, which is left unsaved, in place of any that it had."""
    before = scans.files_of(page)
    scans.attach(page, picture)
    if before:
        transaction.on_commit(partial(scans.discard, before))


def shown(page):
    """The scan as it is, and why readers do not see it where they do not."""
    if not page.scan_web:
        return _("no picture yet")
    address = default_storage.url(renditions.smallest(page.scan_web, page.scan_width))
    height = round(160 * page.scan_height / page.scan_width)
    image = format_html(
        '<a href="{}" target="_blank" rel="noopener"><img src="{}" alt="{}" width="160" height="{}" loading="lazy"></a>',
        default_storage.url(page.scan_web),
        address,
        _("picture of the page"),
        height,
    )
    pieces = stopped_pieces(page)
    if not pieces:
        return image
    said = _("Readers do not see this picture while a piece on it is not to be read: %(pieces)s. Take the piece off the page once the picture shows it no more.")  # fmt: skip
    return format_html('{}<p class="help">{}</p>', image, said % {"pieces": "、".join(map(str, pieces))})


def stopped_pieces(page):
    """The first pieces of a page that were released and are not public now."""
    released = Article.objects.filter(placements__page=page, publication__isnull=False)
    stopped = released.exclude(Q(pk__in=Article.objects.live().filter(placements__page=page).values("pk")))
    return list(stopped.only("number", "headline", "listed_title")[:NAMED])


def say_to_look_at_areas(request, page):
    """After another scan took the place of one on which the pieces had their places."""
    if page.placements.exclude(area="").exists():
        said = _(
            "The page has another picture now: please look whether the places of the pieces on it are still right."
        )
        messages.warning(request, said)


def say_to_choose_again(request):
    """Of a refused form: files that were chosen are not in it any more."""
    names = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
    if names:
        said = _("Please choose these files again; a page cannot keep them: %(files)s")
        messages.warning(request, said % {"files": "、".join(names)})


# --- on the form of an edition ---------------------------------------------------------------------------


class EditionForm(forms.ModelForm):
    scans = ScansUpload(
        required=False,
        label=gettext_lazy("pictures of its pages"),
        help_text=gettext_lazy(
            "Several at once. Each goes to the page that its file name says: 第3版.jpg, 03.jpg, A03.jpg, or the page's name."
        ),
    )

    class Meta:
        model = Edition
        fields = ("outlet", "day", "number", "inferred", "reason")


def put_by_name(request, edition, pictures, log):
    """Give each picture to the page that its name says, and say which; calls log(page, name of the file) for each."""
    pages = list(Page.objects.filter(edition=edition).select_related("edition__outlet").order_by("number"))
    matched = scans.match([picture.name for picture in pictures], pages)
    given = []
    for picture in pictures:
        page = matched[picture.name]
        if page is None:
            continue
        replaced = bool(page.scan_web)
        put(picture, page)
        page.save(update_fields=["scan", "scan_web", "scan_width", "scan_height"])
        log(page, picture.name)
        given.append(f"{page.label} ← {picture.name}" + (_(" (replaced)") if replaced else ""))
        if replaced:
            say_to_look_at_areas(request, page)
    if given:
        messages.success(request, _("Pictures of pages: %(given)s") % {"given": "；".join(given)})
    if left := [picture.name for picture in pictures if matched[picture.name] is None]:
        said = _("Not taken, because the file name says no page of this edition, or two files say the same: %(files)s. Name them otherwise, or choose them on the page itself.")  # fmt: skip
        messages.warning(request, said % {"files": "、".join(left)})
