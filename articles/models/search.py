"""What search looks in: a folded text for each version that readers or the desk can find."""

from django.db import models
from django.db.models import Q

from articles.models.listings import FOREVER


class SearchText(models.Model):
    """The text of a version that is public, or the newest of its piece, or both; written by search_index.index() alone.

    `text` is folded (articles/searchable.py, whose RULES it names) and begins with so many characters of the headline.
    `published_at` is empty for what readers do not get, and may lie in the future, as `expires_at` in the past. The database
    finds the rows by the grams of `text`: see search_index.
    """

    version = models.OneToOneField("articles.Version", models.CASCADE, primary_key=True, related_name="search_text")
    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="search_texts")
    newest = models.BooleanField()
    published_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(default=FOREVER)
    headline_length = models.PositiveSmallIntegerField()
    rules = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="search_text_of_the_newest", fields=("article",), condition=Q(newest=True)),
            models.UniqueConstraint(
                name="search_text_of_readers", fields=("article",), condition=Q(published_at__isnull=False)
            ),
        )
        indexes = (
            models.Index(
                name="search_text_newest_first",
                fields=("-published_at", "-version"),
                condition=Q(published_at__isnull=False),
            ),
        )

    def __str__(self):
        return self.text[: self.headline_length]
