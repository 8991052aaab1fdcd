"""The site's own pages: 关于我们, 联系方式. Each has an address of its own, and every page links to them at its foot."""

import json
from functools import lru_cache
from typing import NamedTuple

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import freshness
from articles.models import Article, Publication
from articles.reading import released
from articles.story import story_from
from articles.views.story import gone


@require_safe
def site_page(request, slug):
    """One of them, while the public may read it."""
    standing = Publication.objects.filter(address=slug).only("article_id").first()
    publication = standing and released(standing.article_id, timezone.now())
    if publication is None:
        return gone(request, Publication.objects.filter(address=slug).first())
    told = story_from(json.loads(publication.content))
    context = {"story": told, "title": publication.title, "publication": publication, "preview": False}
    return render(request, "articles/site_page.html", context)


class Link(NamedTuple):
    title: str
    url: str


def links():
    """Those that the public may read, the first published first; asked of the database once for each key of what is public."""
    return _links(freshness.key())


@lru_cache(maxsize=1)
def _links(key):
    live = Publication.objects.filter(Article.objects.live_at("article"), address__gt="")
    rows = live.order_by("first_published_at", "pk").values_list("version__title", "address")
    return [Link(title, reverse("site_page", args=[address])) for title, address in rows]
