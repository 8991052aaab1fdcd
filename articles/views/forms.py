"""What readers may put into an address."""

import re

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404

from articles import listing
from articles.models import Campaign, Locality

_NO_DAY = re.compile(r"[a-z]+", re.I)  # WeChat adds ?from=timeline to every link that is passed on


class Filter(forms.Form):
    """What narrows a list: ?region=, ?campaign=, and the days ?from= and ?to=, both included."""

    region = forms.SlugField(required=False)
    campaign = forms.SlugField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def __init__(self, data):
        since = data.get("from", "")
        super().__init__(
            {
                "region": data.get("region"),
                "campaign": data.get("campaign"),
                "since": None if _NO_DAY.fullmatch(since) else since,
                "until": data.get("to"),
            }
        )


def filter_or_404(request):
    """The cleaned filters of the address; an address that cannot be meant is not found."""
    form = Filter(request.GET)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def chosen_or_404(request):
    """The place and the campaign that an address narrows its list to, each None where it names none."""
    wanted = filter_or_404(request)
    place = get_object_or_404(Locality, slug=wanted["region"]) if wanted["region"] else None
    campaign = get_object_or_404(Campaign, slug=wanted["campaign"]) if wanted["campaign"] else None
    return place, campaign


def cursors_or_404(request):
    """{"after" or "before": Cursor} of the address, {} for a first page."""
    try:
        return {way: listing.Cursor.parse(request.GET[way]) for way in ("after", "before") if way in request.GET}
    except listing.BadCursor as error:
        raise Http404 from error
