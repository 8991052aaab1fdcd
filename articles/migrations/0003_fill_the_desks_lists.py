"""What 0002 added, for the pieces that are there: whether each was released, and the regions it is about."""

from django.db import migrations
from django.db.models import Exists, OuterRef

BATCH = 5000


def fill(apps, schema_editor):
    Article, Coverage, Locality, LocalityTag, Publication = (
        apps.get_model("articles", name) for name in ("Article", "Coverage", "Locality", "LocalityTag", "Publication")
    )
    Article.objects.filter(Exists(Publication.objects.filter(article=OuterRef("pk")))).update(released=True)
    parents = dict(Locality.objects.values_list("pk", "parent"))

    def upwards(place):
        while place:
            yield place
            place = parents[place]

    tags = LocalityTag.objects.filter(relation="about").values_list("content_object", "tag").iterator(chunk_size=BATCH)
    rows = (Coverage(article_id=article, region_id=region) for article, tag in tags for region in upwards(tag))
    while batch := [row for row, _ in zip(rows, range(BATCH))]:
        Coverage.objects.bulk_create(batch, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_desk_lists_site_pages_and_accounts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
