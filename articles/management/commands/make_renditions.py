"""manage.py make_renditions: the readers' copies that are missing, of pictures that came in before there were so many."""

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from articles import photos, renditions
from articles.models import Photo
from articles.refusals import UnreadablePicture

CHUNK = 200  # rows read at once


class Command(BaseCommand):
    help = (
        "Make the copies for readers (three widths, AVIF, WebP and JPEG, and one for sharing) that pictures of the library"
        " lack. Run again, it makes nothing anew. What is published keeps the copy it names until it is saved and published"
        " again."
    )

    def handle(self, *args, **options):
        rows = Photo.objects.exclude(original="").order_by("pk")
        total, made, bad = rows.count(), 0, 0
        for number, photo in enumerate(rows.iterator(chunk_size=CHUNK), 1):
            try:
                made += make(photo)
            except UnreadablePicture as error:
                bad += 1
                self.stderr.write(f"Photo {photo.pk} ({photo}): {error} Nothing of it was changed.")
            if self.stdout.isatty() or number == total:
                self.stdout.write(
                    f"\r{number} of {total} pictures seen, {made} completed, {bad} not possible", ending=""
                )
        self.stdout.write("" if total else "There are no pictures with a file.")


def make(photo):
    """Make what a photo lacks. Returns whether anything was missing. Raises UnreadablePicture."""
    wanted = [*renditions.copies(photo.web, photo.width), renditions.share(photo.web, photo.focus)]
    if all(wanted) and all(map(default_storage.exists, wanted)):
        return False
    picture = _original(photo)
    web = photos.store(photos.folder_of(photo), picture.web, focus=photo.focus, only_missing=True)
    width, height = picture.web.size
    # Only while it names what it named: somebody may have given the row another file meanwhile.
    Photo.objects.filter(pk=photo.pk, web=photo.web).update(web=web, width=width, height=height)
    return True


def _original(photo):
    try:
        with photo.original.open("rb") as file:
            return photos.read_picture(file)
    except FileNotFoundError as error:
        raise UnreadablePicture(f"Its original {photo.original.name} is not in the store.") from error
