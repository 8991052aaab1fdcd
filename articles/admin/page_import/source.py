"""How a page comes in: pasted, or as files; of which newspaper, which day and which page."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.fields import choice_of
from articles.admin.page_import import pictures as page_pictures
from articles.admin.page_import.work import as_it_was, count_of
from articles.admin.uploads import PictureUpload
from articles.intake import documents
from articles.models import Outlet, PageImport
from articles.photos import read_picture
from articles.refusals import UnreadablePicture, UnreadableText

MOST_CHARACTERS = (
    60_000  # a broadsheet page set solid has 15,000; more is several pages, and is brought in page by page
)
PICTURES = ("jpg", "jpeg", "png", "webp", "avif", "heic", "heif")
ABOUT = ("outlet", "day", "page_number", "page_name")
TAKEN = ".txt,.docx," + ",".join(f".{suffix}" for suffix in PICTURES)


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of uploaded files."""

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(each, initial) for each in data or []]


class AboutForm(forms.Form):
    """Which newspaper, which day, which page."""

    outlet = choice_of(
        PageImport._meta.get_field("outlet"),
        label=gettext_lazy("newspaper"),
        required=False,
        help_text=gettext_lazy("May stay empty; the pieces then have no place in print."),
    )
    outlet_name = forms.CharField(label=gettext_lazy("newspaper"), required=False)  # without JavaScript
    day = forms.DateField(
        label=gettext_lazy("day of the edition"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Dates in the text (11月19日) are understood from it."),
    )
    page_number = forms.IntegerField(label=gettext_lazy("page number"), required=False, min_value=1, max_value=999)
    page_name = forms.CharField(label=gettext_lazy("page name"), required=False, max_length=50)

    def clean_outlet_name(self):
        name = self.cleaned_data["outlet_name"].strip()
        outlet = Outlet.objects.filter(name=name).first() if name else None
        if name and outlet is None:
            raise ValidationError(_("Nothing is called “%(name)s”."), params={"name": name})
        if outlet:
            self.cleaned_data["outlet"] = outlet
        return name

    @property
    def shown(self):
        return [self[name] for name in ABOUT]


def about_form(page_import, data=None):
    """The form of a page that came in; bound when it was posted with the others of its screen."""
    initial = {name: getattr(page_import, name) for name in ABOUT}
    return AboutForm(data if data and "about-day" in data else None, prefix="about", initial=initial)


def settle_about(page_import, form):
    """Save what was changed in a bound form, unless the page is confirmed; says in the form why not. Returns whether all is well."""
    if not form.is_bound or not form.has_changed():
        return True
    if not form.is_valid():
        return False
    same = PageImport.objects.filter(sha256=page_import.sha256, day=form.cleaned_data["day"]).exclude(pk=page_import.pk)
    if same.exists():
        form.add_error("day", _("This text came in with that day already."))
        return False
    values = {name: form.cleaned_data[name] for name in ABOUT}
    rows = PageImport.objects.filter(as_it_was(count_of(page_import)), pk=page_import.pk, confirmed_at=None)
    if not rows.update(**values):
        form.add_error(None, _("This page is confirmed; where its pieces stand in print is changed with each of them."))
        return False
    for name, value in values.items():
        setattr(page_import, name, value)
    return True


class SourceForm(AboutForm):
    """A page as it comes in. Cleans to `text`, `file_name` and `pictures`: (photos.Picture, caption) pairs."""

    text = forms.CharField(
        label=gettext_lazy("text of the page"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Paste it with its line breaks and blank lines: they tell where pieces begin."),
    )
    files = FilesField(
        label=gettext_lazy("or files"),
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "accept": TAKEN}),
        help_text=gettext_lazy(
            "Text as .txt (UTF-8 or GB18030) or .docx with its pictures. Several pictures at once are given to the captions of the page in order; you can change that afterwards."
        ),
    )

    def clean(self):
        cleaned = super().clean()
        texts, self.pictures = [], []
        try:
            if pasted := _lines(cleaned.get("text", "")):
                texts.append(_checked(pasted))
        except UnreadableText as refusal:
            self.add_error("text", str(refusal))
        names = []
        for file in cleaned.get("files") or []:
            try:
                texts += self._read(file)
                names.append(file.name)
            except (UnreadableText, UnreadablePicture) as refusal:
                self.add_error("files", _("“%(file)s”: %(why)s") % {"file": file.name, "why": refusal})
        self.text_read = "\n\n".join(texts)
        cleaned |= {"text": self.text_read, "file_name": "、".join(names)[:200]}
        if not self.text_read.strip() and not self.errors:
            said = (
                _("The pictures need the text of their page: paste it, or choose its file too.")
                if self.pictures
                else _("Paste the text of a page, or choose a file.")
            )
            self.add_error("text", said)
        elif len(self.text_read) > MOST_CHARACTERS:
            said = _("%(n)d characters are more than one newspaper page has. Bring it in page by page.")
            self.add_error("text", said % {"n": len(self.text_read)})
        if len(self.pictures) > page_pictures.MOST_PICTURES:
            self.add_error("files", _("No more than %(n)d pictures at once.") % {"n": page_pictures.MOST_PICTURES})
        return cleaned

    def _read(self, file):
        """The texts in a file; its pictures are put to the others."""
        if file.name.rpartition(".")[2].lower() in PICTURES:
            try:
                self.pictures.append((PictureUpload().clean(file), ""))
            except ValidationError as error:
                raise UnreadablePicture(" ".join(error.messages)) from error
            return []
        document = documents.read_upload(file)
        for (name, content), caption in zip(document.pictures, document.captions, strict=True):
            self.pictures.append((read_picture(ContentFile(content, name)), caption))
        return [_lines(document.page_text)]

    def keep_what_was_read(self):
        """For a form that was refused: a browser forgets the files, so what was read of them stands in the field."""
        if self.text_read and self.files.getlist("files") and len(self.text_read) <= MOST_CHARACTERS:
            self.data = self.data.copy()
            self.data["text"] = self.text_read
            return True
        return False


def _lines(written):
    return written.replace("\r\n", "\n").replace("\r", "\n")


def _checked(pasted):
    """A pasted text by the rules of a text file. Raises UnreadableText."""
    if not pasted.strip():
        return ""
    return documents.read_document("", pasted.encode()).text
