"""更正与说明: what was corrected or explained, all pieces together."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles import corrections
from articles.views.forms import cursors_or_404


@require_safe
def all_corrections(request):
    """The notices on what the public may read, newest first."""
    return render(request, "articles/corrections.html", {"page": corrections.page(**cursors_or_404(request))})
