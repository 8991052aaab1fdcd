"""Classification: localities, campaigns and placements of a piece. A change takes effect at once and is logged."""

from django.utils.translation import gettext as _

from articles import freshness, listing
from articles.models import HistoryEntry
from articles.vocabulary import Act


def classification(article):
    """What a piece is filed under, as lines of text that two moments can be compared by."""
    places = [f"{tag.tag.trail}（{tag.get_relation_display()}）" for tag in article.locality_tags.select_related("tag")]
    campaigns = [tag.tag.name for tag in article.campaign_tags.select_related("tag")]
    placements = article.placements.select_related("page__edition__outlet", "outlet")
    return places + campaigns + list(map(_line_of, placements))


def _line_of(placement):
    """Everything a placement says; readers see its banner, headline and link."""
    inferred = _("day is inferred") if placement.day_inferred else ""
    parts = (placement, placement.position or "", placement.section, placement.headline, placement.link, inferred)
    return " ".join(str(part) for part in parts if part)


def settle(article, before, *, by, renew=True):
    """After a save: log what changed against `before`, and bring the lists in step.

    Without `renew`, public pages are left to the caller, who settles several pieces and calls freshness.changed() last.
    """
    after = classification(article)
    moved = before != after
    if moved:
        lost, gained = [x for x in before if x not in after], [x for x in after if x not in before]
        note = "\n".join([f"− {line}" for line in lost] + [f"+ {line}" for line in gained])
        HistoryEntry.objects.record(article, Act.CLASSIFIED, by=by, note=note)
    listing.refresh(article)
    if renew and moved and article.released:
        freshness.changed()
