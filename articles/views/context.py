"""What every page shows of the desk itself."""

from django.conf import settings
from django.utils import timezone


def desk(request):
    return {"desk": settings.DESK, "today": timezone.localdate()}
