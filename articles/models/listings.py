"""The index that public lists are read from: one row for each list that a released piece stands in."""

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
