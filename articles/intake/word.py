"""Word documents (.docx): their text and pictures in order, as a person reading them sees them.

python-docx opens the file; the markup is walked here, for what it offers leaves out content controls, text boxes, tracked
insertions and the numbers of lists.
"""

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

from django.utils.translation import gettext_lazy as _
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from articles.refusals import UnreadableText

MEGABYTE = 1024 * 1024
MOST_INFLATED = 200 * MEGABYTE  # of all that is packed into a document
MOST_MARKUP = 5 * MEGABYTE  # of it that may be markup: read at once, it takes many times its size
MOST_PACKED = 20  # times: what packs better than that is no picture, whatever it is called
MOST_PARTS = 5000

DAMAGED = _("This file cannot be read as a Word document; it may be damaged or protected. Save it anew as .docx.")
# What python-docx, zipfile and lxml raise for files that are not what they say (found by cutting and flipping bytes of real ones).
FAULTS = (
    KeyError, ValueError, IndexError, AttributeError, TypeError, OSError, RuntimeError, EOFError, zipfile.BadZipFile,
    zlib.error, etree.LxmlError,
)  # fmt: skip


def passages_of(content):
    """[("line" or "caption", text), ("picture", (name, bytes)), …] in their order; "caption" is Word's own style for one.

    Raises UnreadableText, before anything is unpacked when the archive says that it would be too much.
    """
    _check_archive(content)
    try:
        return list(_Reader(Document(BytesIO(content))).body())
    except FAULTS as error:
        raise UnreadableText(DAMAGED) from error


def _check_archive(content):
    """Refuse by what the archive says of itself what is too large or no Word document, before anything is unpacked."""
    try:
        parts = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise UnreadableText(DAMAGED) from error
    if not any(part.filename.startswith("word/") for part in parts):
        raise UnreadableText(_("This is not a Word document. Possible are .txt and .docx."))
    markup = sum(part.file_size for part in parts if not _is_picture(part))
    if sum(part.file_size for part in parts) > MOST_INFLATED or markup > MOST_MARKUP or len(parts) > MOST_PARTS:
        raise UnreadableText(
            _("This document unpacks to more than the desk takes; send the pictures apart from the text.")
        )


def _is_picture(part):
    """Whether a part can be a picture: it stands with those, and packs no better than they do."""
    return part.filename.startswith("word/media/") and part.file_size <= MOST_PACKED * part.compress_size + MEGABYTE


_W = {name: qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "r", "t", "br", "cr", "tab", "noBreakHyphen")}
_LEFT_OUT = {
    qn("w:del"), qn("w:moveFrom"), qn("w:rt"), qn("w:pPr"), qn("w:rPr"), qn("w:tblPr"), qn("w:sectPr"), qn("w:sdtPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same once more, for old programs
}  # fmt: skip
_BLIP, _EMBED = qn("a:blip"), qn("r:embed")
_IMAGE_DATA, _ID = "{urn:schemas-microsoft-com:vml}imagedata", qn("r:id")
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BOX = qn("w:txbxContent")


def _own(parent, tag):
    """The rows of a table or the cells of a row, those in content controls included, those of tables within left out."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and child.tag not in (_W["tbl"], _W["p"]):
            yield from _own(child, tag)


class _Reader:
    """The passages of an opened document."""

    def __init__(self, opened):
        self.root = opened.element.body
        self.parts = opened.part.related_parts
        self.seen = set()
        self.numbers = _Numbers(opened)
        self.captions = {
            style.style_id for style in opened.styles if (style.name or "").lower() in ("caption", "题注", "图注")
        }

    def body(self):
        return self.block(self.root)

    def block(self, parent):
        """The passages of what holds paragraphs and tables: the body, a cell, a text box."""
        for element in parent:
            if element.tag == _W["p"]:
                yield from self.paragraph(element)
            elif element.tag == _W["tbl"]:
                for row in _own(element, _W["tr"]):
                    yield from self.row(row)
            elif isinstance(element.tag, str) and element.tag not in _LEFT_OUT:
                yield from self.block(element)

    def row(self, row):
        """A row of short cells is a line; where a cell holds several paragraphs, the table is layout, and they stay apart."""
        cells = [list(self.block(cell)) for cell in _own(row, _W["tc"])]
        told = [[c for sort, c in cell if sort != "picture" and c.strip()] for cell in cells]
        if any(len(lines) > 1 for lines in told):
            for cell in cells:
                yield from cell
            return
        yield from (passage for cell in cells for passage in cell if passage[0] == "picture")
        yield "line", "\u3000".join(lines[0].strip() for lines in told if lines)

    def paragraph(self, paragraph):
        sort = "caption" if paragraph.style in self.captions else "line"
        line, boxes = [self.numbers.before(paragraph)], []
        for passage in self.inline(paragraph, boxes):
            if isinstance(passage, str):
                line.append(passage)
                continue
            yield from self._lines(sort, line)
            line = []
            yield passage
        yield from self._lines(sort, line)
        for box in boxes:
            yield from self.block(box)

    @staticmethod
    def _lines(sort, line):
        return ((sort, words) for words in "".join(line).split("\n"))

    def inline(self, parent, boxes):
        """Stretches of text, and pictures, of one paragraph; its text boxes are put into `boxes`."""
        for element in parent:
            tag = element.tag
            if tag in _LEFT_OUT or not isinstance(tag, str):
                continue
            if tag in (_W["t"], _MATH):
                yield element.text or ""
            elif tag in (_W["br"], _W["cr"]):
                yield "\n"
            elif tag == _W["tab"]:
                yield "\t"
            elif tag == _W["noBreakHyphen"]:
                yield "-"
            elif tag == _BOX:
                boxes.append(element)
            elif tag in (_BLIP, _IMAGE_DATA):
                yield from self.picture(element.get(_EMBED) or element.get(_ID))
                yield from self.inline(element, boxes)
            else:
                yield from self.inline(element, boxes)

    def picture(self, key):
        """The picture of a relation, once; one that lies elsewhere and is only linked is no part of the document."""
        part = self.parts.get(key)
        if part is not None and part.partname not in self.seen and part.content_type.startswith("image/"):
            self.seen.add(part.partname)
            yield "picture", (PurePosixPath(part.partname).name, part.blob)


_NUMERALS = "零一二三四五六七八九"


class _Numbers:
    """The numbers of paragraphs that Word counts itself (一、 1. （1）): they stand nowhere in the text."""

    def __init__(self, opened):
        self.levels, self.lists, self.counted = {}, {}, {}
        self.styles = {style.style_id: style.element for style in opened.styles}
        root = next((rel.target_part for rel in opened.part.rels.values() if rel.reltype.endswith("/numbering")), None)
        if root is None:
            return
        for kind in root.element.iterchildren(qn("w:abstractNum")):
            for level in kind.iterchildren(qn("w:lvl")):
                key = kind.get(qn("w:abstractNumId")), level.get(qn("w:ilvl"))
                self.levels[key] = tuple(_value(level, tag) for tag in ("w:numFmt", "w:lvlText", "w:start"))
        for one in root.element.iterchildren(qn("w:num")):
            self.lists[one.get(qn("w:numId"))] = _value(one, "w:abstractNumId")

    def before(self, paragraph):
        """The number that a reader of the document sees before the paragraph, or nothing."""
        numbering = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbering is None and paragraph.style in self.styles:
            numbering = self.styles[paragraph.style].find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbering is None:
            return ""
        kind, level = self.lists.get(_value(numbering, "w:numId")), _value(numbering, "w:ilvl") or "0"
        if (kind, level) not in self.levels or not level.isdigit():
            return ""
        counted = self.counted.setdefault(kind, {})
        counted[level] = counted.get(level, _start(self.levels[kind, level]) - 1) + 1
        for deeper in [other for other in counted if int(other) > int(level)]:
            del counted[deeper]
        form, pattern, _first = self.levels[kind, level]
        if form == "bullet" or not pattern:
            return ""

        def number(found):
            other = str(int(found.group(1)) - 1)
            known = self.levels.get((kind, other))
            return _written(counted.get(other, _start(known)), known[0]) if known else ""

        return re.sub("%([1-9])", number, pattern)


def _value(element, tag):
    """The w:val of the child of that name, or None."""
    child = element.find(qn(tag))
    return None if child is None else child.get(qn("w:val"))


def _start(level):
    return int(level[2]) if level[2] and level[2].isdigit() else 1


def _written(number, form):
    """A number as Word writes it in the forms that Chinese documents use; in the others in digits."""
    if form and form.startswith(("chinese", "ideograph", "taiwanese", "japaneseCounting")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens < 2 else _NUMERALS[tens]) + ("十" if tens else "") + (_NUMERALS[ones] if ones else "")
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    if form in ("upperLetter", "lowerLetter") and 0 < number <= 26:
        return chr(ord("A" if form == "upperLetter" else "a") + number - 1)
    return str(number)
