"""What every page shows of the desk itself."""

from django.conf import settings
from django.utils import timezone

from articles.views import site_pages


def desk(request):
    return {"desk": settings.DESK, "today": timezone.localdate(), "site_pages": site_pages.links}
