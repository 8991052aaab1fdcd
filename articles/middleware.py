"""Two small middlewares: the site's own 404 page everywhere, and the desk's language under /admin/."""

from django.conf import settings
from django.utils import translation

from articles.views.errors import not_found

DESK = "/admin/"


def own_not_found_page(get_response):
    """Readers get the site's own 404 page also while DEBUG is on, where Django would show its technical one."""
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL)

    def middleware(request):
        response = get_response(request)
        if (
            response.status_code != 404
            or hasattr(response, "is_own_not_found_page")
            or request.path.startswith(elsewhere)
        ):
            return response
        return not_found(request)

    return middleware


def desk_language(get_response):
    """The desk speaks the account's language. Public pages are Chinese whatever the browser asks for."""

    def middleware(request):
        if not request.path.startswith(DESK):
            return get_response(request)
        language = getattr(request.user, "language", settings.LANGUAGE_CODE)
        with translation.override(language):
            return get_response(request)

    return middleware
