"""The desk: Django's admin, arranged for those who work in it all day."""

from articles.admin import (
    accounts,
    article,
    front,
    page_import,
    papers,
    people,
    pictures,
    places,
    reference,
    site_pages,
    submissions,
)

__all__ = [
    "accounts", "article", "front", "page_import", "papers", "people", "pictures", "places", "reference", "site_pages",
    "submissions",
]  # fmt: skip
