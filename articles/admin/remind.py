"""催审: the line to send to whoever is to sign next, and the button that posts it to the desk's group."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from articles import reminders, review
from articles.models import Article
from articles.refusals import MoveRefused


def short_link(request, article):
    """The absolute address of a piece's review; by https but on a developer's machine."""
    scheme = request.scheme if settings.DEBUG else "https"
    return f"{scheme}://{request.get_host()}{reverse('desk_review', args=[article.pk])}"


def line_for(request, article, course=None):
    """The words to send about a piece in review; nothing about one that is not."""
    course = course or review.course_of(article)
    return reminders.words_of(article, course, short_link(request, article)) if course.review else ""


def remind_view(request, pk):
    """Shows the line; a POST sends it to the group and goes back to the page it came from."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.kept().pieces(), pk=pk)
    line = line_for(request, article)
    if request.method == "POST":
        _send(request, line)
        return redirect(_back(request))
    if not line:
        messages.info(request, _("This piece is not in review."))
    return render(request, "desk/remind_page.html", {"article": article, "title": _("Remind")})


def _send(request, line):
    try:
        if not line:
            raise MoveRefused(_("This piece is not in review."))
        reminders.send(line)
        messages.success(request, _("Sent to the group: %(line)s") % {"line": line})
    except MoveRefused as refusal:
        messages.warning(request, str(refusal))


def _back(request):
    asked = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if own else request.path
