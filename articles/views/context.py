"""What every page shows of the desk itself."""

from django.conf import settings
from django.utils import timezone

from articles import type_size
from articles.views import site_pages, ways_on


def desk(request):
    return {
        "desk": settings.DESK,
        "today": timezone.localdate(),
        "site_pages": site_pages.links,
        "newest_pieces": ways_on.newest,
        "type_size": type_size.of(request),
    }
