"""Atom feeds: the newest pieces of a list, each as a whole, from the very version that its page shows.

A feed asks the same few questions of the database however long its list is and whatever its pieces carry.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models.functions import Coalesce
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from articles import listing, structured
from articles.models import CampaignTag, Contributor, Correction, LocalityTag, Publication
from articles.story import story_from
from articles.text import for_xml
from articles.vocabulary import PlaceRelation


class Channel(NamedTuple):
    """What a feed is of: its name, the page that shows the same pieces, and the list as listing.page() is asked for it."""

    title: str
    about: str
    address: str
    narrowed: dict[str, str]
    absolute: Callable  # turns an address of this site into one that works anywhere


class Entry(NamedTuple):
    """A piece in a feed. `address` is that of its page here; `authors` are (name, address of their page or ""), `content` is HTML."""

    address: str
    guid: str
    title: str
    summary: str
    content: str
    authors: list[tuple[str, str]]
    categories: list[str]
    published_at: datetime
    updated_at: datetime


class Atom(Atom1Feed):
    """Atom as Django writes it, with several authors to a piece, a summary that is text, and the piece itself."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name, address in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if address:
                handler.addQuickElement("uri", address)
            handler.endElement("author")
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"], {"type": "text"})
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self):
        """Of a feed without pieces the beginning of today: Django's now would be another feed at every asking."""
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return max((item["updateddate"] for item in self.items), default=today)


class Pieces(Feed):
    """The feed of a Channel."""

    feed_type = Atom
    language = "zh-CN"

    def get_object(self, request, channel):
        return channel

    def title(self, channel):
        return for_xml(channel.title)

    def subtitle(self, channel):
        return for_xml(channel.about) or None

    def link(self, channel):
        return channel.address

    def author_name(self):
        return settings.DESK["name"]

    def author_link(self, channel):
        return channel.absolute(reverse("front"))

    def items(self, channel):
        return entries(channel)

    item_description = None  # Atom's own words stand for it

    def item_title(self, item):
        return item.title

    def item_link(self, item):
        return item.address

    def item_guid(self, item):
        return item.guid

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at

    def item_categories(self, item):
        return item.categories

    def item_extra_kwargs(self, item):
        return {"authors": item.authors, "summary": item.summary, "content": item.content}


def entries(channel):
    """The pieces on the first page of the channel's list, in its order."""
    found = [row.pk for row in listing.page(**channel.narrowed).publications]
    rows = Publication.objects.filter(pk__in=found).select_related("version", "review", "article")
    rows = rows.only(
        "article_id", "article__uuid", "address", "origin", "compared_at", "first_published_at", "published_at",
        "review__closed_at", "version__title", "version__lead", "version__caption", "version__content",
    )  # fmt: skip
    rows = sorted(rows, key=lambda row: found.index(row.pk))
    told = {row.pk: story_from(json.loads(row.version.content)) for row in rows}
    ids = [row.article_id for row in rows]
    beside = _notices(ids), _categories(ids), _people(told.values(), channel.absolute)
    return [_entry(channel, row, told[row.pk], *beside) for row in rows]


def _entry(channel, publication, story, notices, categories, people):
    notices = notices[publication.article_id]
    version, review = publication.version, publication.review
    shown = {
        "story": story,
        "notices": notices,
        "awaits_comparison": publication.awaits_comparison,
        "absolute": channel.absolute,
    }
    return Entry(
        address=publication.get_absolute_url(),
        guid=publication.article.uuid.urn,
        title=for_xml(story.headline or version.title),
        summary=for_xml(version.lead or version.caption),
        content=for_xml(get_template("machines/entry.html").render(shown)),
        authors=[(for_xml(name), people.get(contributor, "")) for name, contributor in structured.writers(story)],
        categories=[for_xml(name) for name in categories[publication.article_id]],
        published_at=_by_the_clock(publication.first_published_at),
        updated_at=_by_the_clock(
            structured.modified_at(publication.published_at, review and review.closed_at, notices)
        ),
    )


def _by_the_clock(moment):
    """In Shanghai, to the second."""
    return timezone.localtime(moment).replace(microsecond=0)


def _notices(articles):
    """{id of an article: its corrections, newest first}."""
    found = defaultdict(list)
    for notice in Correction.objects.filter(article__in=articles):
        found[notice.article_id].append(notice)
    return found


def _categories(articles):
    """{id of an article: the names of its campaigns, then of the places it is about}."""
    found = defaultdict(list)
    for tags in (CampaignTag.objects.all(), LocalityTag.objects.filter(relation=PlaceRelation.ABOUT)):
        for article, name in tags.filter(content_object__in=articles).values_list("content_object", "tag__name"):
            found[article].append(name)
    return found


def _people(stories, absolute):
    """{uuid of a contributor: the address of the page}; who was merged leads to the row that stayed."""
    uuids = {uuid for story in stories for uuid in story.contributors}
    rows = Contributor.objects.filter(uuid__in=uuids).values_list("uuid", Coalesce("merged_into_id", "pk"))
    return {uuid: absolute(reverse("contributor", args=[pk])) for uuid, pk in rows}
