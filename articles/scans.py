"""Scans of newspaper pages: the copies that readers get, where each piece stands on one, and which file is which page's."""

import re
from typing import NamedTuple
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from articles import photos
from articles.refusals import UnreadableArea, UnreadablePicture

WIDEST = 2000  # pixels of the largest copy: the text of a broadsheet page can be read
FOCUS = (50, 0)  # per cent: the picture for sharing shows the head of the page
LEAST = 1  # per cent: an area that is smaller nobody can click


# --- the files -------------------------------------------------------------------------------------------


def read_scan(upload):
    """Read an uploaded file as the scan of a page. Raises UnreadablePicture."""
    start = upload.read(5)
    upload.seek(0)
    if start == b"%PDF-":
        said = _(
            "A PDF cannot be shown as it is. Save the page as a picture (JPEG or PNG) first, then choose that file."
        )
        raise UnreadablePicture(said)
    return photos.read_picture(upload, widest=WIDEST)


def attach(page, picture):
    """Put a scan's files into the store and their names on the page, which is left unsaved."""
    page.scan_web = photos.store(f"web/pages/{uuid4()}", picture.web, focus=FOCUS)
    page.scan_width, page.scan_height = picture.web.size
    try:
        page.scan.save(f"page.{picture.suffix}", ContentFile(picture.content), save=False)
    except OSError:
        photos.discard_copies(page.scan_web, page.scan_width, FOCUS)
        raise


def detach(page):
    """Let the page, which is left unsaved, have no scan."""
    page.scan, page.scan_web, page.scan_width, page.scan_height = "", "", 0, 0


class Files(NamedTuple):
    """The files of a scan, kept in mind while the page gets another."""

    scan: str
    web: str
    width: int


def files_of(page):
    """The Files of its scan, or None."""
    return Files(page.scan.name, page.scan_web, page.scan_width) if page.scan_web else None


def discard(files):
    """Delete the files of a scan that no page names any more."""
    default_storage.delete(files.scan)
    photos.discard_copies(files.web, files.width, FOCUS)


# --- where a piece stands --------------------------------------------------------------------------------


class Area(NamedTuple):
    """A rectangle on the scan of a page, in per cent of its width and height."""

    left: float
    top: float
    width: float
    height: float

    def __str__(self):
        return ",".join(f"{round(number, 2):g}" for number in self)


_NUMBER = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?")


def read_area(typed):
    """The Area that somebody typed or drew, as left,top,width,height. Raises UnreadableArea."""
    parts = [part.strip().rstrip("%％").strip() for part in re.split("[,，、;；]", typed)]
    if len(parts) != 4 or not all(map(_NUMBER.fullmatch, parts)):
        raise UnreadableArea(_("Four numbers are wanted: left,top,width,height in per cent, for instance 5,10,40,25."))
    area = Area(*(round(float(part), 2) for part in parts))
    if max(area) > 100:
        raise UnreadableArea(_("Each of the four numbers is a per cent from 0 to 100."))
    if min(area.width, area.height) < LEAST:
        raise UnreadableArea(_("The area is too small: give it a width and a height of 1 per cent at least."))
    if area.left + area.width > 100.01 or area.top + area.height > 100.01:
        raise UnreadableArea(_("The area goes beyond the edge of the page: left and width, and top and height, are 100 together at most."))  # fmt: skip
    return area


def area_of(text):
    """The Area that a placement was saved with; None where there is none."""
    try:
        return read_area(text) if text else None
    except UnreadableArea:
        return None


# --- which file is which page's --------------------------------------------------------------------------

_DAY = re.compile(r"(?:19|20)[0-9]{2}([-_.年]?)[01]?[0-9]([-_.月]?)[0-3]?[0-9]日?(?![0-9])")
_SAID = re.compile(r"第\s*0*([0-9]{1,3})\s*版")
_NUMBERED = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]*)[-_ ]?0*([1-9][0-9]{0,2})(?![0-9])")
_OF_A_PAGE = {"", "a", "p", "page", "ban", "banmian"}  # what may stand before a page's number


def match(names, pages):
    """Which page each file is the scan of, told by its name: {name: page, or None where the name says no page or several do}.

    The number (第3版, 03.jpg, A03) counts first, then the page's name (党建.jpg); a day in the name is no number.
    """
    found = {name: _page_named(name.rpartition(".")[0] or name, pages) for name in names}
    taken = [page for page in found.values() if page]
    return {name: page if page and taken.count(page) == 1 else None for name, page in found.items()}


def _page_named(stem, pages):
    stem = _DAY.sub(" ", stem)
    numbers = {int(number) for number in _SAID.findall(stem)} or {
        int(number) for letters, number in _NUMBERED.findall(stem) if letters.lower() in _OF_A_PAGE
    }
    numbered = [page for page in pages if page.number in numbers and not page.number_inferred]
    if numbers:
        return numbered[0] if len(numbers) == len(numbered) == 1 else None
    named = [page for page in pages if page.name and page.name in stem]
    return named[0] if len(named) == 1 else None
