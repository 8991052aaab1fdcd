"""The desk's reference lists, as a test works on them."""

from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from articles.models import (
    Edition,
    Outlet,
    Page,
    Placement,
)
from articles.vocabulary import Level
from tests.factories import make_live_article, make_place

PLACES = "/admin/articles/locality/"


PEOPLE = "/admin/articles/contributor/"


MERGE = f"{PEOPLE}merge/"


DUPLICATES = f"{PEOPLE}duplicates/"


EDITIONS = "/admin/articles/edition/"


PHOTOS = "/admin/articles/photo/"


def change(row):
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def delete(row):
    return reverse(f"admin:articles_{row._meta.model_name}_delete", args=[row.pk])


def offered(client, model, field, term=""):
    """The texts that a choice field's list shows for what was typed, in order."""
    asked = {"app_label": "articles", "model_name": model, "field_name": field, "term": term}
    return [found["text"] for found in client.get(reverse("admin:autocomplete"), asked).json()["results"]]


def said(response):
    return [str(message) for message in response.context["messages"]]


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def make_tree():
    """河南省 › 洛阳市 › 嵩县 and 栾川县, each with its 城关镇, and a 城关镇 in 河北省."""
    henan, hebei = (make_place(name, level=Level.PROVINCE) for name in ("河南省", "河北省"))
    luoyang = make_place("洛阳市", henan, Level.CITY)
    counties = [make_place(name, luoyang, order=order) for order, name in enumerate(("嵩县", "栾川县"), 1)]
    towns = [make_place("城关镇", county, Level.TOWN) for county in counties]
    far = make_place("城关镇", make_place("正定县", hebei), Level.TOWN)
    return henan, luoyang, counties, towns, far


def make_page(*headlines, number=1, day=date(2023, 11, 22), outlet="今日嵩县"):
    """A newspaper page with a live piece of each headline on it, in that order."""
    paper, _ = Outlet.objects.get_or_create(name=outlet)
    edition, _ = Edition.objects.get_or_create(outlet=paper, day=day)
    page = Page.objects.create(edition=edition, number=number)
    for position, headline in enumerate(headlines, 1):
        Placement.objects.create(page=page, article=make_live_article(headline=headline), position=position)
    return page


def in_print(page):
    return [(row.position, row.article.headline) for row in page.placements.order_by("position")]


def jpeg(name="图.jpg"):
    buffer = BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue())
