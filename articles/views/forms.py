"""What readers may put into an address."""

from django import forms
from django.http import Http404

from articles import listing


class Filter(forms.Form):
    """The filters of a campaign's page."""

    region = forms.SlugField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)

    def __init__(self, data):
        super().__init__({"region": data.get("region"), "since": data.get("from"), "until": data.get("to")})


def filter_or_404(request):
    """The cleaned filters of the address; an address that cannot be meant is not found."""
    form = Filter(request.GET)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


def cursors_or_404(request):
    """{"after" or "before": Cursor} of the address, {} for a first page."""
    try:
        return {way: listing.Cursor.parse(request.GET[way]) for way in ("after", "before") if way in request.GET}
    except listing.BadCursor as error:
        raise Http404 from error
