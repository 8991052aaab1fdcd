"""The photo of a signed paper (需报审): served to desk accounts alone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.admin.article_form import PAPERS
from articles.models import Article


@require_safe
def paper_view(request, pk):
    """As it was uploaded, and never run by a browser as anything else."""
    if not request.user.has_perm("articles.view_article"):
        raise PermissionDenied
    article = get_object_or_404(Article.objects.only("number", "report_paper"), pk=pk)
    try:
        file = article.report_paper.open("rb") if article.report_paper else None
    except OSError:
        file = None
    if file is None:
        messages.error(request, _("This file is no longer in the store."))
        return redirect("admin:articles_article_change", pk)
    ending = article.report_paper.name.rpartition(".")[2].lower()
    answer = FileResponse(
        file,
        as_attachment=ending not in PAPERS or ending == "pdf",
        filename=f"{article.number}.{ending}",
        content_type=PAPERS.get(ending, "application/octet-stream"),
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
