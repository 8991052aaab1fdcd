"""字号: the size that readers chose is part of the address (?type=large), and every link of the page carries it on.

So it works without a cookie and without JavaScript, and nobody who writes a template has to think of it.
"""

import re

from django.conf import settings

PARAMETER = "type"
SIZES = ("small", "large")  # the middle one is the page without the parameter

_TAG = re.compile(r"<(a|form)\b[^>]*>")
_ADDRESS = re.compile(r'(\s(?:href|action)=")([^"]*)(")')
_FILE = re.compile(r"\.\w+$")  # feeds, sitemaps and pictures have no size


def of(request):
    """ "small", "large", or "" for the size that is nobody's choice."""
    size = request.GET.get(PARAMETER, "")
    return size if size in SIZES else ""


def carry(html, size):
    """The page with the size in every link and form that stays on the public site; what bears data-type says its own."""

    def carrying(found):
        tag = found.group()
        if " data-type" in tag:
            return tag
        tag = _ADDRESS.sub(lambda at: f"{at[1]}{_sized(at[2], size)}{at[3]}", tag)
        if found[1] == "form" and 'method="post"' not in tag:  # a GET form drops the query of its address
            tag += f'<input type="hidden" name="{PARAMETER}" value="{size}">'
        return tag

    return _TAG.sub(carrying, html)


def _sized(address, size):
    path, mark, fragment = address.partition("#")
    own = path.startswith("?") or (path.startswith("/") and not path.startswith("//"))
    elsewhere = (*settings.DESK_PATHS, settings.STATIC_URL, settings.MEDIA_URL)
    if not own or path.startswith(elsewhere) or _FILE.search(path.partition("?")[0]):
        return address
    joint = ("?" if "?" not in path else "" if path.endswith("?") else "&amp;") + f"{PARAMETER}={size}"
    return f"{path}{joint}{mark}{fragment}"
