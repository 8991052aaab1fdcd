"""The public pages as a test reads them."""

from unittest.mock import patch

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import freshness, listing
from articles.models import (
    Publication,
)
from articles.views import site_pages
from tests.page import read
from tests.test_seed_page import PIECES

BY_SEQ = {item["seq"]: item for item in PIECES}


PRINTED = list(BY_SEQ)


NOTICE = "本稿由报纸版面转录，尚未与原报核对。"


def listed(client, seed, address):
    """The seqs of the pieces that a page lists, in its order."""
    seqs = {article.pk: seq for seq, article in seed.items()}
    return [seqs[pk] for pk in read(client, address).main.stories()]


def address_of(article):
    return Publication.objects.get(article=article).get_absolute_url()


def seqs_about(name):
    """The pieces of the truth that are about a place or anything in it, in printed order."""
    return [
        seq
        for seq, item in BY_SEQ.items()
        if any(place["primary"] and name in [step["name"] for step in place["chain"]] for place in item["localities"])
    ]


def seqs_in(campaign):
    return [seq for seq, item in BY_SEQ.items() if campaign in item["campaigns"]]


def refresh(article):
    listing.refresh(article)
    freshness.changed()


def paragraphs(page):
    """The text of the story's own paragraphs, exactly as it stands between the tags."""
    story = page.main.one("article")
    return [
        p.text for p in story.all("p") if not p.inside("header", "section", "nav", "aside", "figure", "footer", "dl")
    ]


def queries(client, address):
    """How many a page costs that is not kept; the key of what is public is asked once a second at most, and is known."""
    cache.clear()
    ContentType.objects.clear_cache()
    with patch.object(freshness, "READ_EVERY", 60):
        freshness.forget()
        site_pages.links()  # with the key that they are kept under
        with CaptureQueriesContext(connection) as asked:
            read(client, address)
    return len(asked)
