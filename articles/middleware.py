"""Small middlewares: public pages kept under one key, the site's own 404 page everywhere, and the desk's language under /admin/."""

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponseNotModified
from django.utils import translation
from django.utils.http import parse_etags, quote_etag

from articles import freshness, type_size
from articles.views.errors import not_found

KEPT_FOR = 24 * 60 * 60  # seconds; the key of another day is another key


def kept_pages(get_response):
    """Readers' pages are kept, and known again by their ETag, until the key of what is public changes.

    Whoever asks again with the ETag gets 304 without a page being made. While the database is down, what is kept is served.
    """
    private = (*settings.DESK_PATHS, settings.STATIC_URL, settings.MEDIA_URL)

    def middleware(request):
        if request.method not in ("GET", "HEAD") or request.path_info.startswith(private):
            return get_response(request)
        address = f"{freshness.key()} {request.scheme}://{request.get_host()}{request.get_full_path()}"
        name = hashlib.sha256(address.encode()).hexdigest()
        etag = quote_etag(name[:32])
        # By its own ETag: “*” would be told of pages that are not there. A compressed page bears it as a weak one.
        asked = parse_etags(request.headers.get("If-None-Match", ""))
        if etag in asked or f"W/{etag}" in asked:
            return _with_etag(HttpResponseNotModified(), etag)
        response = cache.get(name)
        if response is None:
            response = get_response(request)
            if not _may_be_kept(response):
                return response
            _with_etag(response, etag)
            cache.set(name, response, KEPT_FOR)
        return response

    return middleware


def _may_be_kept(response):
    """Pages for anybody alone: what says otherwise of itself is left as it is."""
    own = ("Cache-Control", "Vary", "Set-Cookie")
    plain = not any(response.has_header(name) for name in own) and not response.cookies
    return response.status_code == 200 and not response.streaming and plain


def _with_etag(response, etag):
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"  # to be kept by anyone, and asked again each time
    return response


def chosen_type_size(get_response):
    """A page in large or small type leads on to pages in it."""

    def middleware(request):
        response = get_response(request)
        size = type_size.of(request)
        html = response.get("Content-Type", "").startswith("text/html")
        if size and html and not response.streaming and not request.path_info.startswith(settings.DESK_PATHS):
            response.content = type_size.carry(response.content.decode(response.charset), size)
            response["Content-Length"] = len(response.content)  # CommonMiddleware had counted the page as it was
        return response

    return middleware


def own_not_found_page(get_response):
    """Readers get the site's own 404 page also while DEBUG is on, where Django would show its technical one."""
    elsewhere = (settings.STATIC_URL, settings.MEDIA_URL)

    def middleware(request):
        response = get_response(request)
        if (
            response.status_code != 404
            or hasattr(response, "is_own_not_found_page")
            or request.path_info.startswith(elsewhere)
        ):
            return response
        return not_found(request)

    return middleware


def desk_language(get_response):
    """The desk speaks the account's language. Public pages are Chinese whatever the browser asks for."""

    def middleware(request):
        if not request.path_info.startswith(settings.DESK_PATHS):
            return get_response(request)
        language = getattr(request.user, "language", settings.LANGUAGE_CODE)
        with translation.override(language):
            return get_response(request)

    return middleware
