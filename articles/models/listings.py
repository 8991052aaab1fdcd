"""The indexes that lists are read from: the public's, a row for each list that a released piece stands in, and the desk's of regions."""

from datetime import UTC, datetime

from django.db import models

from articles.models.natural import Natural

ANY = "*"  # the root of all regions; no particular campaign; no particular facet
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)  # never NULL: NULL would escape the unique constraint


class ListEntry(Natural):
    """That a piece stands in the list of `region` (a locality, one of its ancestors or ANY), `campaign` and `facet`.

    A facet is one more way to list: `kind:photo`, `column:<slug>`, `contributor:<uuid>`. Slugs rather than ids, for they never
    change and a fixture can carry the rows. Written by listing.refresh() alone, from the live version and the
    piece's classification; a piece that is held or withdrawn has no rows.
    """

    publication = models.ForeignKey(
        "articles.Publication", models.CASCADE, related_name="list_entries", db_index=False
    )  # the unique constraint begins with it
    region = models.CharField(max_length=100)
    campaign = models.CharField(max_length=100)
    facet = models.CharField(max_length=120)
    published_at = models.DateTimeField()
    expires_at = models.DateTimeField(default=FOREVER)
    printed_order = models.PositiveIntegerField(default=0)

    natural_fields = ("publication__article__uuid", "region", "campaign", "facet")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="list_entry_once", fields=("publication", "region", "campaign", "facet")),
        )
        indexes = (
            models.Index(
                name="list_entry_newest_first",
                fields=("region", "campaign", "facet", "-published_at", "printed_order", "publication"),
            ),
        )

    def __str__(self):
        return f"{self.region} {self.campaign} {self.facet}"


class Coverage(Natural):
    """That a piece, released or not, is about a region: by a tag of its own or through a place below it.

    The desk's lists by region are read from it. Written by listing.refresh() alone, from the tags.
    """

    article = models.ForeignKey("articles.Article", models.CASCADE, related_name="coverage", db_index=False)
    region = models.ForeignKey("articles.Locality", models.CASCADE, related_name="+", db_index=False)

    natural_fields = ("article__uuid", "region__slug")

    class Meta:
        constraints = (models.UniqueConstraint(name="coverage_once", fields=("article", "region")),)
        indexes = (models.Index(name="coverage_newest_first", fields=("region", "-article")),)

    def __str__(self):
        return f"{self.article_id} {self.region_id}"
