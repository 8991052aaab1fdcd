"""Files as they are sent in: plain text in the encodings of the country, and Word documents with their pictures and captions."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import text
from articles.intake import word
from articles.refusals import UnreadableText

MOST_TEXT = 5 * 1024 * 1024  # bytes of a plain text
MOST_BYTES = 30 * 1024 * 1024  # of a Word document with its pictures

BARE_LINK = gettext_lazy(
    "This is only a link, and the desk does not follow it. Open it, copy the text and paste it here."
)
_EMPTY = gettext_lazy("This file is empty.")
_BINARY = gettext_lazy("This is not a text file. Possible are .txt and .docx.")
_TOO_LARGE = gettext_lazy("This file is larger than 30 MB; send the pictures apart from the text.")
_INSTEAD = {
    "old": gettext_lazy("This format cannot be read. Open it in WPS or Word, save it as .docx, and choose that."),
    "docx": word.DAMAGED,
    "pdf": gettext_lazy(
        "The text of a PDF cannot be taken over as it stands; copy the text out of it and paste it here."
    ),
    "picture": gettext_lazy("This is a picture, and no text can be read from it; paste the text here."),
    "web": gettext_lazy("This is a web page; open it, copy the text and paste it here."),
}

_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old"),  # .doc, .wps, .xls; also a .docx under a password
    (b"{\\rtf", "old"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
)
_SUFFIXES = {
    **dict.fromkeys(("doc", "wps", "wpt", "rtf", "odt", "docm", "dot", "dotx"), "old"),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "bmp", "webp", "tif", "tiff", "heic"), "picture"),
    **dict.fromkeys(("htm", "html", "mht", "mhtml"), "web"),
    "docx": "docx",
    "pdf": "pdf",
}


@dataclass(frozen=True)
class Document:
    """The text, a paragraph a line; the pictures as (name, bytes) in their order; and a caption, perhaps empty, for each.

    `as_printed` is the text of a page with pictures: see page_text.
    """

    text: str
    pictures: tuple[tuple[str, bytes], ...] = ()
    captions: tuple[str, ...] = ()
    as_printed: str = ""

    @property
    def page_text(self):
        """The text as a newspaper page is read: with its blank lines, and each caption as a line (▲…) at its picture's place."""
        return self.as_printed or self.text


def read_upload(upload):
    """read_document() of an uploaded file, which is not even opened when it is too large."""
    if upload.size > MOST_BYTES:
        raise UnreadableText(_TOO_LARGE)
    return read_document(upload.name, upload.read())


def read_document(name, content):
    """What a file holds. Raises UnreadableText with what to do instead.

    What the file is its first bytes say rather than its name: a .doc that is a .docx is read.
    """
    if not content.strip():
        raise UnreadableText(_EMPTY)
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    sort = _sort_of(content) or _SUFFIXES.get(suffix, "text")
    if sort == "zip":
        return _read_docx(content)
    if sort in _INSTEAD:
        raise UnreadableText(_INSTEAD[sort])
    written = decode(content)
    check_text(written)
    return Document(written)


def check_text(written):
    """Raise UnreadableText when a text, pasted or read, is nothing that a piece could be made of."""
    if not text.clean_body(written):
        raise UnreadableText(_("There is no text yet; paste it, or choose a file."))
    if is_bare_link(written):
        raise UnreadableText(BARE_LINK)
    if "\x00" in written:
        raise UnreadableText(_BINARY)


def is_archive(content):
    """Whether the first bytes are those of a .docx, or of some other archive, which read_document() refuses."""
    return _sort_of(content) == "zip"


def is_picture(content):
    return _sort_of(content) == "picture"


def _sort_of(content):
    """What the first bytes say: a sort of file, or nothing."""
    if content[8:12] == b"WEBP" or content[4:8] == b"ftyp":
        return "picture"
    return next((sort for signature, sort in _SIGNATURES if content.startswith(signature)), None)


_LINK = re.compile(r"(?:https?://\S+|(?:[a-z0-9-]+\.)+(?:com|cn|net|org)(?:[/?#:]\S*)?)", re.I)


def is_bare_link(written):
    """Whether a text is nothing but a link, or several."""
    words = text.clean_body(written).split()
    return bool(words) and all(map(_LINK.fullmatch, words))


# Plain text.


def decode(content):
    """The text of a plain text file in UTF-8, UTF-16 with its mark, or GB18030. Raises UnreadableText."""
    if not content.strip():
        raise UnreadableText(_EMPTY)
    if len(content) > MOST_TEXT:
        raise UnreadableText(_("This text is larger than 5 MB; a newspaper page has 20 KB. Send it in parts."))
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in content and not marked or _sort_of(content):
        raise UnreadableText(_BINARY)
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            written = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in written or _share(_CONTROL, written) > MOST_CONTROL:
            raise UnreadableText(_BINARY)
        if encoding == "gb18030" and not _reads_as_chinese(written):
            break
        if not written.strip():
            raise UnreadableText(_EMPTY)
        return written
    raise UnreadableText(
        _("The encoding of this text was not recognised. Open it in Notepad, save it as UTF-8, and choose it again.")
    )


MOST_CONTROL = 0.002
SAMPLE = 20_000  # characters by which an encoding is judged
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f-\x9f\ufffe\uffff]")  # \x1a ends the files of DOS
_FOREIGN_LETTERS = re.compile("[\u3040-\u30ff\u0400-\u04ff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


def _share(pattern, written):
    return len(pattern.findall(written)) / len(written) if written else 0


def _reads_as_chinese(written):
    """Whether bytes that GB18030 takes were meant so; it takes nearly any bytes of another encoding too.

    Chinese is written with the 3,755 characters of GB2312's first level and its punctuation: nine in ten characters of a text,
    six in ten of a list of rare names or of traditional characters. They are spread over all rows of that level. Shift-JIS and
    broken UTF-8 fall outside it, Big5 into the private rows too, EUC-JP among the kana, and Korean fills the first 25 rows of the
    level and leaves the others empty. So many as twenty characters are wanted for the last: a title of ten may stand there by chance.
    """
    shown = _BEYOND_ASCII.findall(written[:SAMPLE])
    if not shown:
        return True
    rows = [_row(character) for character in shown]
    first_level = [row for row in rows if 0xB0 <= row <= 0xD7]
    usual = len(first_level) + sum(0xA1 <= row <= 0xA3 for row in rows)
    private = sum(unicodedata.category(character) in ("Co", "Cn", "Cs") for character in shown)
    foreign = sum(_FOREIGN_LETTERS.match(character) is not None for character in shown)
    if usual < 0.4 * len(shown) or private > 0.05 * len(shown) or foreign > 0.2 * len(shown):
        return False
    late = sum(row > 0xC8 for row in first_level)
    return len(first_level) < 20 or late > 0.04 * len(first_level)


def _row(character):
    """The row (first byte) of GB2312 that a character stands in, or 0 when it is not in GB2312."""
    encoded = character.encode("gb18030", "replace")
    return encoded[0] if len(encoded) == 2 and encoded[1] >= 0xA1 and 0xA1 <= encoded[0] <= 0xF7 else 0


# Captions.

NEAR = 3  # lines of text that may stand between a picture and its caption
_NUMBERED = re.compile(r"图\s*([0-9０-９]{1,2}|[一二三四五六七八九十])\s*(?:[：:、．.]|\s(?=\S))\s*(.+)")
_POINTED = re.compile(r"[▲△▼▽◀▶↑↓←→]+\s*(.+)")
_SHOWN = re.compile("(图为.+)")
_CHINESE = "一二三四五六七八九十"


def _captions_of(passages, near=NEAR):
    """The captions in the order of the pictures, and the places of their lines among passages ("line", "caption" or "picture", …).

    图2： says which picture it belongs to, wherever it stands. 图为 and ▲ belong to the first picture without a caption among
    those just above, else to the next one below; where no picture is near, the line is text.
    """
    pictures = [place for place, (sort, _content) in enumerate(passages) if sort == "picture"]
    found, taken = {}, set()  # {place of the picture: words}
    for place, (sort, line) in enumerate(passages):
        if sort != "picture" and (numbered := _NUMBERED.fullmatch(line.strip())):
            which, words = numbered.groups()
            number = _CHINESE.index(which) + 1 if which in _CHINESE else int(which)
            if 1 <= number <= len(pictures) and pictures[number - 1] not in found:
                found[pictures[number - 1]] = words
                taken.add(place)
    bare, held = [], []  # pictures above that lack a caption; captions above that lack a picture
    lines = 0  # of text since the last of either
    for place, (sort, content) in enumerate(passages):
        if place in found or place in taken:
            lines = 0
        elif sort == "picture":
            if held and lines < near:
                above = held.pop(0)
                found[place] = _unnumbered(*passages[above])
                taken.add(above)
            else:
                bare.append(place)
            lines = 0
        elif words := _unnumbered(sort, content):
            if bare and lines < near:
                found[bare.pop(0)] = words
                taken.add(place)
            else:
                held.append(place)
            lines = 0
        elif content.strip():
            lines += 1
            if lines >= near:
                bare, held = [], []
    return tuple(found.get(place, "") for place in pictures), taken


def _unnumbered(sort, line):
    """The words of a caption that has no number, or nothing; Word's own style for captions makes a line one too."""
    line = line.strip()
    told = _POINTED.fullmatch(line) or _SHOWN.fullmatch(line)
    return told.group(1) if told else line if sort == "caption" else ""


# Word documents.


def _read_docx(content):
    if len(content) > MOST_BYTES:
        raise UnreadableText(_TOO_LARGE)
    passages = word.passages_of(content)
    captions, taken = _captions_of(passages)
    lines = [
        content
        for place, (sort, content) in enumerate(passages)
        if sort != "picture" and place not in taken and content.strip()
    ]
    pictures = tuple(content for sort, content in passages if sort == "picture")
    document = Document("\n".join(lines), pictures, captions, _page_of(passages, captions, taken))
    if not document.text and not document.pictures:
        raise UnreadableText(_("This document has no text and no pictures."))
    if is_bare_link(document.text) and not document.pictures:
        raise UnreadableText(BARE_LINK)
    return document


def _page_of(passages, captions, taken):
    """The lines of a page, blank ones too, with each caption in the place of its picture, wherever it stood itself."""
    waiting, lines = iter(captions), []
    for place, (sort, content) in enumerate(passages):
        if sort == "picture":
            if caption := next(waiting):
                lines.append(f"▲{caption}")
        elif content.strip():
            lines += [] if place in taken else [content]
        elif not _is_rest_of_a_picture(passages, place):
            lines.append("")
    return "\n".join(lines).strip("\n")


def _is_rest_of_a_picture(passages, place):
    """Whether an empty line is only what stands beside a picture in its paragraph: nobody put it there to part two pieces."""
    return any(sort == "picture" for sort, _content in passages[max(place - 1, 0) : place + 2])
