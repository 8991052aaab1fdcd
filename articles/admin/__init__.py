"""The desk: Django's admin, arranged for those who work in it all day."""

from articles.admin import accounts, article, front, reference

__all__ = ["accounts", "article", "front", "reference"]
