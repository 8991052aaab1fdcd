"""Classification: localities, campaigns and placements of a piece. A change takes effect at once and is logged."""

from articles import freshness, listing
from articles.models import HistoryEntry
from articles.vocabulary import Act


def classification(article):
    """What a piece is filed under, as lines of text that two moments can be compared by."""
    places = [f"{tag.tag.trail}（{tag.get_relation_display()}）" for tag in article.locality_tags.select_related("tag")]
    campaigns = [tag.tag.name for tag in article.campaign_tags.select_related("tag")]
    placements = [
        f"{placement} {placement.position or ''}".strip()
        for placement in article.placements.select_related("page__edition__outlet", "outlet")
    ]
    return places + campaigns + placements


def settle(article, before, *, by):
    """After a save: log what changed against `before`, and bring the lists in step."""
    after = classification(article)
    moved = before != after
    if moved:
        lost, gained = [x for x in before if x not in after], [x for x in after if x not in before]
        note = "\n".join([f"− {line}" for line in lost] + [f"+ {line}" for line in gained])
        HistoryEntry.objects.record(article, Act.CLASSIFIED, by=by, note=note)
    listing.refresh(article)
    if moved and article.released:
        freshness.changed()
