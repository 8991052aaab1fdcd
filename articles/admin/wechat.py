"""公众号排版: the page from which an editor takes a piece over into a WeChat official account."""

from typing import NamedTuple

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import wechat
from articles.admin.fields import key_of
from articles.admin.versions import article_of, page_of
from articles.models import Placement, Publication, Version
from articles.reading import corrections_of
from articles.story import story_from
from articles.vocabulary import Kind, State

# What is copied is shown as it will look, in a page of its own: the desk's own pages have no styles of their own.
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class Chosen(NamedTuple):
    """The text that a post is made of, and what is to be said of it before anybody sends it out."""

    version: Version
    publication: Publication | None  # when it is the text that was released
    warning: str
    other: int | None  # the number of the other text that one might mean


@require_safe
def wechat_view(request, pk):
    """Title, summary, text and pictures, each to be copied."""
    article, chosen = _asked(request, pk)
    post = _post(article, chosen)
    number = chosen.version.number
    context = {
        **page_of(request, article, _("Layout for WeChat")),
        "post": post,
        "version": chosen.version,
        "warning": chosen.warning,
        "other": chosen.other,
        "other_is_newer": chosen.other and chosen.other > number,
        "fields": [
            _field("title", _("title of the post"), post.title, wechat.LONGEST_TITLE),
            _field("summary", _("summary of the post"), post.summary, wechat.LONGEST_SUMMARY),
        ],
        "enclosed": [(one, _file_name(article, one)) for one in post.enclosed],
        "preview": f"{reverse('admin:articles_article_wechat_preview', args=[pk])}?version={number}",
        "is_nav_sidebar_enabled": False,
    }
    return render(request, "admin/articles/article/wechat.html", context)


@require_safe
def preview_view(request, pk):
    """The text alone, as it will look; it can be selected and copied as it is."""
    article, chosen = _asked(request, pk)
    post = _post(article, chosen)
    response = render(request, "admin/articles/article/wechat_preview.html", {"post": post})
    response["Content-Security-Policy"] = PREVIEW_POLICY
    return response


def _asked(request, pk):
    """The piece, and the text that the address asks for: without a word, the one that readers see, or else the newest."""
    article = article_of(request, pk)
    if article.kind == Kind.PAGE:  # a page of the site itself is no news
        raise Http404
    publication = getattr(article, "publication", None)
    released = publication and publication.version.number
    number = released or article.version_number
    if asked := request.GET.get("version"):
        number = key_of(asked)
    version = article.versions.filter(number=number).first() if number else None
    if version is None:
        raise Http404
    is_released = version.number == released
    others = [n for n in (released, article.version_number) if n not in (None, version.number)]
    chosen = Chosen(
        version,
        publication if is_released else None,
        _warning(article, publication if is_released else None),
        others[0] if others else None,
    )
    return article, chosen


def _warning(article, publication):
    """Why the text must not be sent out just now, or ""."""
    if article.state == State.TRASHED or publication is None:
        return _("This text is not released yet. Do not send it out before it is.")
    if article.state == State.SCHEDULED:
        moment = f"{localtime(publication.published_at):%Y-%m-%d %H:%M}"
        return _("This text is released for %(moment)s (Beijing time). Do not send it out before that.") % {
            "moment": moment
        }
    if article.state != State.LIVE:
        return _("Readers cannot see this piece now (%(state)s). Do not send it out.") % {
            "state": State(article.state).label
        }
    return ""


def _post(article, chosen):
    version, publication = chosen.version, chosen.publication
    seen = version.story
    return wechat.post_of(
        story_from(seen),
        title=version.title,
        summary=seen["summary"] or version.lead,
        source=_source(article, publication),
        notices=corrections_of(article.pk) if publication else (),
        transcribed=bool(publication and publication.awaits_comparison),
    )


def _source(article, publication):
    """As the story page says it: the newspaper of what was taken from print, otherwise the desk."""
    if not (publication and publication.from_print):
        return settings.DESK["name"]
    papers = Placement.objects.filter(article=article, page__isnull=False)
    first = papers.order_by("page__edition__day", "page__number").values_list("page__edition__outlet__name", flat=True)
    return first.first() or ""


class Field(NamedTuple):
    """A line that goes into a field of its own, how long it is, and a shorter one where it is too long."""

    name: str
    label: str
    words: str
    length: int
    longest: int
    cut: str


def _field(name, label, words, longest):
    length = wechat.length(words)
    return Field(name, label, words, length, longest, wechat.cut(words, longest) if length > longest else "")


def _file_name(article, one):
    """What a downloaded file is called, so that it sorts as it stands in the text."""
    return f"{article.number}-{one.name}.{one.url.rpartition('.')[2]}" if one.url else ""


def addresses(wrap):
    """The pages of this module, below those of pieces."""
    return [
        path("<int:pk>/wechat/", wrap(wechat_view), name="articles_article_wechat"),
        path("<int:pk>/wechat/preview/", wrap(preview_view), name="articles_article_wechat_preview"),
    ]
