"""Pages for what went wrong: in Chinese, with a way on."""

from django.shortcuts import render


def not_found(request, exception=None):
    response = render(request, "404.html", status=404)
    response.is_own_not_found_page = True
    return response


def server_error(request):
    return render(request, "500.html", status=500)
