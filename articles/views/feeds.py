"""Atom feeds, one for each list that somebody may want to follow, and the page that names them."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles import listing
from articles.feeds import Channel, Pieces
from articles.models import Campaign, Column, Locality
from articles.views.choices import with_pieces

OFFERED = 100  # of a kind; whoever wants another finds its feed at the address of its page


@require_safe
def feeds(request):
    """What can be subscribed to: the newest, the columns, campaigns and counties that have pieces."""
    facet = Concat(Value("column:"), OuterRef("slug"))
    columns = Column.objects.filter(Exists(listing.entries(facet=facet)))
    campaigns = Campaign.objects.filter(Exists(listing.entries(campaign=OuterRef("slug"))))
    return render(
        request,
        "articles/feeds.html",
        {
            "columns": columns[:OFFERED],
            "campaigns": campaigns[:OFFERED],
            "places": with_pieces(Locality.objects.in_official_order())[:OFFERED],
        },
    )


@require_safe
def latest(request):
    return _feed(request, settings.DESK["name"], "", reverse("front"))


@require_safe
def region(request, slug):
    place = get_object_or_404(Locality, slug=slug)
    return _feed(request, place.name, "", reverse("region", args=[slug]), region=slug)


@require_safe
def campaign(request, slug):
    found = get_object_or_404(Campaign, slug=slug)
    return _feed(request, found.name, found.description, found.get_absolute_url(), campaign=slug)


@require_safe
def column(request, slug):
    found = get_object_or_404(Column, slug=slug)
    return _feed(request, found.name, found.description, found.get_absolute_url(), facet=f"column:{slug}")


def _feed(request, name, about, address, **narrowed):
    desk = settings.DESK["name"]
    title = name if name == desk else f"{name} - {desk}"
    return Pieces()(request, channel=Channel(title, about, address, narrowed, request.build_absolute_uri))
