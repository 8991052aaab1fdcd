"""The story page with the code that leads a phone to it, and what stands at the address of a story that is no longer public."""

import json
from io import BytesIO

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Publication
from articles.publish import was_never_public
from articles.reading import corrections_of, labels_of, print_of, released
from articles.reading_on import onward
from articles.story import story_from
from articles.views.dates import day_or_404
from articles.vocabulary import Origin


@require_safe
def story(request, year, month, day, pk):
    """One published story, at the day of its first publication."""
    return _told(request, "articles/story.html", year, month, day, pk)


@require_safe
def share(request, year, month, day, pk):
    """The same story, to be handed on: its address to copy, its QR code, the phone's own way of sharing, and a printer."""
    return _told(request, "articles/share.html", year, month, day, pk)


def _told(request, template, year, month, day, pk):
    wanted = day_or_404(year, month, day)
    now = timezone.now()
    publication = released(pk, now)
    if publication is None:
        return gone(request, Publication.objects.filter(article=pk).first(), wanted)
    if publication.address or timezone.localdate(publication.first_published_at) != wanted:
        return redirect(publication, permanent=True)
    told = story_from(json.loads(publication.content))
    reviewed = settings.DESK["shows_reviewers"] and publication.origin == Origin.DESK
    labels = labels_of(pk, told.contributors, signed=publication.version if reviewed else None)
    printed = print_of(pk, now)
    beside = onward(publication, labels, told.column and told.column["slug"], now, in_time=printed is None)
    return render(
        request,
        template,
        {
            "story": told,
            "title": publication.title,
            "publication": publication,
            "labels": labels,
            "printed": printed,
            "turn": printed or beside,
            "related": beside.related,
            "corrections": corrections_of(pk) if publication.corrected else [],
            "address": request.build_absolute_uri(publication.get_absolute_url()),
            "parts": (year, month, day, pk),  # of the addresses that stand below this one
            "preview": False,
        },
    )


@require_safe
def qr(request, year, month, day, pk):
    """The address of a story as a QR code, for whoever reads at a desk and wants to go on reading on the phone."""
    publication = released(pk, timezone.now())
    if publication is None or publication.address:
        raise Http404
    if timezone.localdate(publication.first_published_at) != day_or_404(year, month, day):
        raise Http404
    picture = BytesIO()
    code = segno.make_qr(request.build_absolute_uri(publication.get_absolute_url()), error="m")
    code.save(picture, kind="svg", xmldecl=False, omitsize=True, light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def gone(request, publication, day=None):
    """410 for what was public once and ended, 503 while it is taken offline, 404 for everything else.

    `day` is that of the address; the address of a site page has none.
    """
    if publication is None or was_never_public(publication) or not _stood_at(publication, day):
        raise Http404
    if publication.withdrawn_at:
        return render(request, "articles/gone.html", {"expired": False, "notice": publication.notice}, status=410)
    if publication.held:
        response = render(request, "articles/held.html", status=503)
        response["Retry-After"] = "3600"
        return response
    return render(request, "articles/gone.html", {"expired": True, "notice": ""}, status=410)


def _stood_at(publication, day):
    if publication.address or day is None:
        return bool(publication.address) and day is None
    return timezone.localdate(publication.first_published_at) == day
