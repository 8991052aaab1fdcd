"""Pages for what went wrong: in Chinese, with a way on."""

from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string


def not_found(request, exception=None):
    response = render(request, "404.html", status=404)
    response.is_own_not_found_page = True
    return response


def server_error(request):
    """The one page that asks nothing of anybody: no database, no context, no list of hashed files. A web server may send it too."""
    return HttpResponseServerError(render_to_string("500.html"))
