"""修改记录: every version of a piece, any two side by side, one as readers would see it, and the way back to it."""

from typing import NamedTuple

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles import differences, public_texts, review, versions
from articles.admin.fields import key_of
from articles.models import Article, SignOff, SitePage, Version
from articles.reading import labels_of
from articles.refusals import MoveRefused
from articles.reverting import revert
from articles.story import story_from
from articles.vocabulary import Kind, State

PAGE = 25  # versions; their texts are read to say what changed


class Row(NamedTuple):
    """A version as the list shows it."""

    version: Version
    code: str
    changed: str  # the fields, in words
    standing: str  # what became of it with readers, or ""
    sign_offs: list[SignOff]
    before: int | None  # the number of the version before it


def article_of(request, pk):
    """The piece with its state and publication; a site page is for those who may see site pages."""
    pieces = Article.objects.with_state().select_related("publication", "column")
    article = get_object_or_404(pieces, pk=pk)
    allowed = "articles.view_sitepage" if article.kind == Kind.PAGE else "articles.view_article"
    if not request.user.has_perm(allowed):
        raise PermissionDenied
    return article


def page_of(request, article, title):
    """What every page about a piece needs."""
    model = SitePage if article.kind == Kind.PAGE else Article
    return {**admin.site.each_context(request), "opts": model._meta, "title": title, "article": article}


def may_revert(article, account):
    return account.has_perm("articles.change_article") and not article.trashed_at and review.may_edit(article, account)


@require_safe
def list_view(request, pk):
    """All versions, newest first."""
    article = article_of(request, pk)
    page = Paginator(article.versions.order_by("-number"), PAGE).get_page(request.GET.get("p"))
    rows = list(_rows(article, page))
    context = {
        **page_of(request, article, _("Versions of the piece")),
        "rows": rows,
        "page": page,
        "may_revert": may_revert(article, request.user),
        "chosen": [row.version.number for row in rows[:2]],
    }
    return render(request, "admin/articles/article/versions.html", context)


def _rows(article, page):
    first = page.start_index() - 1
    found = list(article.versions.order_by("-number").select_related("created_by")[first : first + PAGE + 1])
    shown = found[:PAGE]
    signed, standing = {}, _standing(article)
    for sign_off in SignOff.objects.filter(version__in=shown).select_related("by", "instead_of"):
        signed.setdefault(sign_off.version_id, []).append(sign_off)
    stories = [version.story for version in found]
    for number, version in enumerate(shown):
        before = found[number + 1] if number + 1 < len(found) else None
        yield Row(
            version,
            versions.check_code(version.sha256),
            _changed(stories[number + 1], stories[number]) if before else _("first version"),
            standing.get(version.pk, ""),
            signed.get(version.pk, []),
            before and before.number,
        )


def _changed(old, new):
    fields = differences.changed_fields(old, new)
    return "、".join(map(str, fields)) if fields else _("only by whom it was written")


def _standing(article):
    """{version's id: what became of it with readers}."""
    found = {}
    for public in public_texts.of(article):  # the newest time first
        span = {"since": _moment(public.since), "until": public.until and _moment(public.until)}
        said = _("public %(since)s – %(until)s") if public.until else _("what readers see now, since %(since)s")
        found.setdefault(public.version.pk, said % span)
    publication = getattr(article, "publication", None)
    if publication and article.state != State.LIVE:
        present = _present(article, publication)
        found[publication.version_id] = "；".join(filter(None, (present, found.get(publication.version_id))))
    return found


def _present(article, publication):
    if article.state == State.SCHEDULED:
        return _("goes out at %(moment)s") % {"moment": _moment(publication.published_at)}
    return str(State(article.state).label)


def _moment(moment):
    return f"{localtime(moment):%Y-%m-%d %H:%M}"


@require_safe
def choose_view(request, pk):
    """To the comparison of the two versions that were chosen in the list."""
    old, new = (key_of(request.GET.get(side, "")) for side in ("old", "new"))
    if not (old and new):
        messages.warning(request, _("Choose two versions to compare."))
        return redirect("admin:articles_article_versions", pk)
    return redirect("admin:articles_article_compare", pk, *sorted((old, new)))


@require_safe
def compare_view(request, pk, old, new):
    """What changed from one version to another."""
    article = article_of(request, pk)
    pair = [_version(article, number) for number in (old, new)]
    context = {
        **page_of(request, article, _("Comparison of two versions")),
        "old": pair[0],
        "new": pair[1],
        "codes": [versions.check_code(version.sha256) for version in pair],
        "changes": differences.between(*(version.story for version in pair)),
        "earlier": _beside(article, min(old, new), "-number"),
        "later": _beside(article, max(old, new), "number"),
        "may_revert": may_revert(article, request.user) and pair[0].number != article.version_number,
    }
    return render(request, "admin/articles/article/compare.html", context)


def _beside(article, number, order):
    """The number of the next version in that direction, or None."""
    side = {"number__lt": number} if order == "-number" else {"number__gt": number}
    return article.versions.filter(**side).order_by(order).values_list("number", flat=True).first()


def _version(article, number):
    version = article.versions.filter(number=number).select_related("created_by").first()
    if version is None:
        raise Http404
    return version


@require_safe
def version_view(request, pk, number):
    """One version as readers saw it or would have; what it is filed under is as it is now."""
    article = article_of(request, pk)
    version = _version(article, number)
    told = story_from(version.story)
    context = {
        "story": told,
        "title": version.title,
        "labels": labels_of(pk, told.contributors),
        "publication": None,
        "printed": None,
        "preview": True,
        "edit_url": reverse("admin:articles_article_versions", args=[pk]),
        "layout": "articles/site_page.html" if article.kind == Kind.PAGE else "articles/story.html",
        "number": version.number,
        "saved_at": version.created_at,
        "code": versions.check_code(version.sha256),
    }
    return render(request, "articles/version.html", context)


@require_POST
def revert_view(request, pk, number):
    """Back to a version in one click; it is a new version, so that nothing is lost by it."""
    article = article_of(request, pk)
    if not request.user.has_perm("articles.change_article"):
        raise PermissionDenied
    _version(article, number)
    base = key_of(request.POST.get("base", ""))
    try:
        reverted = revert(pk, number, by=request.user, base=-1 if base is None else base)
    except MoveRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:articles_article_versions", pk)
    said = _("The piece says again what version %(old)s says; it is saved as version %(new)s.")
    messages.success(request, said % {"old": number, "new": reverted.version.number})
    for sentence in reverted.missing:
        messages.warning(request, sentence)
    return redirect("admin:articles_article_versions", pk)


def addresses(wrap):
    """The pages of this module, below those of pieces."""
    return [
        path("<int:pk>/versions/", wrap(list_view), name="articles_article_versions"),
        path("<int:pk>/versions/compare/", wrap(choose_view), name="articles_article_choose"),
        path("<int:pk>/versions/<int:number>/", wrap(version_view), name="articles_article_version"),
        path("<int:pk>/versions/<int:number>/revert/", wrap(revert_view), name="articles_article_revert"),
        path("<int:pk>/versions/<int:old>/<int:new>/", wrap(compare_view), name="articles_article_compare"),
    ]
