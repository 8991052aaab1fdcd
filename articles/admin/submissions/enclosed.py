"""The file that goes with a submission: its text is taken over where none was typed, and it is kept as it was sent."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import submissions
from articles.intake import documents
from articles.models import Submission
from articles.refusals import UnreadableText

LONGEST_FILE_NAME = Submission._meta.get_field("file_name").max_length
ENCLOSED = ("txt", "md", "docx", "doc", "wps", "pdf", "jpg", "jpeg", "png", "webp")  # what may go with a text
LONGEST_SUFFIX = 10
TOO_MUCH = gettext_lazy("This text has %(characters)s characters, and at most 200,000 are taken; send it in parts.")


class EnclosedForm(forms.ModelForm):
    """Its clean() calls read_file() when the text is known, and ask_for_the_file_again() as the last thing."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in ENCLOSED)}),
        help_text=gettext_lazy(
            "The text of a .txt or .docx file is taken over when the field above is empty, and the pictures of a .docx when it becomes a piece."
        ),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            if self.instance.file:
                said = _("Somebody put in the file %(name)s meanwhile, and a submission has one. Enter yours anew.")
                raise ValidationError(said % {"name": self.instance.file_name})
            self.instance.file_name = upload.name[-LONGEST_FILE_NAME:]
            # 3.21嵩县丹参喜获丰收 has none that the store could take
            if len(upload.name.rpartition(".")[2]) > LONGEST_SUFFIX:
                upload.name = upload.name.replace(".", "_")
        return upload

    def read_file(self, cleaned):
        """Take over the text of the file where none was typed; refuse a file that nobody could use."""
        upload, written = cleaned.get("file"), cleaned.get("text", "")
        if "text" in self.errors:  # what was typed is mended first
            return
        if not isinstance(upload, UploadedFile):
            if not written and not self.instance.file and "file" not in self.errors:
                self.add_error("text", _("There is no text yet; paste it, or choose a file."))
            return
        try:
            if not written:
                cleaned["text"] = self._short(documents.read_upload(upload).text.replace("\r\n", "\n"))
            elif upload.size > documents.MOST_BYTES:
                raise UnreadableText(_("This file is larger than 30 MB; send the pictures apart from the text."))
            elif upload.name.rpartition(".")[2].lower() not in ENCLOSED:
                said = _("A file of this kind cannot be taken here. Possible are: %(allowed)s")
                raise UnreadableText(said % {"allowed": " ".join(ENCLOSED)})
        except UnreadableText as error:
            self.add_error("file", str(error))

    def _short(self, written):
        if len(written) > submissions.LONGEST_TEXT:
            raise UnreadableText(TOO_MUCH % {"characters": len(written)})
        return written

    def ask_for_the_file_again(self, cleaned):
        """A browser forgets the file of a form that was refused; the text that was read from it stays."""
        if not self.errors or not isinstance(cleaned.get("file"), UploadedFile):
            return
        self.data = self.data.copy()
        if not self.data.get("text", "").strip():
            self.data["text"] = cleaned.get("text", "")
        self.add_error("file", _("Choose the file once more: a browser does not keep it. Its text is not lost."))
