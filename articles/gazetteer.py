"""The desk's places and campaigns as intake reads them: taken from the database, kept for a minute in the process."""

from threading import Lock
from time import monotonic

from articles.intake.campaigns import Campaigns
from articles.intake.places import Gazetteer, Place
from articles.models import Campaign, CampaignName, Locality, LocalityName

KEPT = 60.0  # seconds: how late intake learns of a new place


class Kept:
    """What this process read of the desk's tables last, as `read` gave it."""

    def __init__(self, read):
        self.read, self.lock, self.what, self.read_at = read, Lock(), None, None

    def get(self):
        with self.lock:
            if self.read_at is None or monotonic() - self.read_at >= KEPT:
                self.what, self.read_at = self.read(), monotonic()
            return self.what

    def forget(self):
        with self.lock:
            self.what = self.read_at = None


_kept = Kept(lambda: Gazetteer(_places()))


def current() -> Gazetteer:
    """All places with their other names, as they were at most KEPT seconds ago; two queries when they are read anew."""
    return _kept.get()


def forget():
    """Read the places anew the next time."""
    _kept.forget()


def campaign_index() -> Campaigns:
    """All campaigns with their aliases, the newest first: of two that share a wording it is the one. Two queries."""
    aliases = {}
    for campaign, name in CampaignName.objects.order_by("pk").values_list("campaign__slug", "name"):
        aliases.setdefault(campaign, []).append(name)
    return Campaigns((slug, name, aliases.get(slug, ())) for slug, name in Campaign.objects.values_list("slug", "name"))


def _places():
    other_names = {}
    for pk, name in LocalityName.objects.values_list("locality", "name"):
        other_names.setdefault(pk, []).append(name)
    rows = Locality.objects.order_by("path").values_list(
        "pk", "slug", "name", "code", "level", "path", "trail", "verified"
    )
    for pk, slug, name, code, level, path, trail, verified in rows.iterator(chunk_size=2000):
        yield Place(
            slug,
            name,
            code,
            level,
            tuple(path.strip("/").split("/")),
            tuple(trail.split("/")),
            verified,
            tuple(other_names.get(pk, ())),
        )
