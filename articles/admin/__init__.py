"""The desk: Django's admin, arranged for those who work in it all day."""

from articles.admin import (
    accounts,
    aftercare,
    article,
    front,
    page_import,
    papers,
    people,
    pictures,
    places,
    reader_reports,
    reference,
    rota,
    site_pages,
    stages,
    submissions,
    topics,
    wording_tables,
)

__all__ = [
    "accounts", "aftercare", "article", "front", "page_import", "papers", "people", "pictures", "places", "reader_reports", "reference", "rota", "site_pages",
    "stages", "submissions", "topics", "wording_tables",
]  # fmt: skip
