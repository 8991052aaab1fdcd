"""The desk: Django's admin, arranged for those who work in it all day."""

from articles.admin import accounts, article, front, papers, people, pictures, places, reference, site_pages

__all__ = ["accounts", "article", "front", "papers", "people", "pictures", "places", "reference", "site_pages"]
