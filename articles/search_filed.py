"""What a search names: the places, campaigns, columns and contributors of a name, and the pieces that are filed under them."""

from django.db.models import Exists, OuterRef, Q, Subquery

from articles.intake.place_names import short_name
from articles.listing import contributor_facet
from articles.models import (
    ANY,
    Article,
    Byline,
    Campaign,
    CampaignTag,
    Column,
    Contributor,
    Coverage,
    ListEntry,
    Locality,
    Publication,
)
from articles.models.people import name_key
from articles.models.places import full_name
from articles.pinyin import sort_key
from articles.search_query import AUTHOR, CAMPAIGN, COLUMN, REGION
from articles.searchable import fold

LONG = 30  # characters of the name of a place with all that it belongs to
NAMED = 3  # of what a field means
_NOTHING_CALLED_SO = "没有这个名称"
_LARGE, _SMALL = ("省", "市", "县", "区", "自治区"), ("镇", "乡", "街道")  # what a place is; people leave it out


def places_called(words):
    """The places of a name or another name, however it is typed; or of a name in letters: songxian.

    Where there is none, those called so without what they are (洛阳), or with what they belong to (洛阳市嵩县).
    """
    name = fold(words)
    spelled = Q(slug=name.replace(" ", "-")) if name.isascii() else Q()
    places = Locality.objects.filter(Q(name=name) | spelled)
    # Asked apart: one question for both would go through all the places.
    found = list(dict.fromkeys([*places, *Locality.objects.filter(other_names__name=name)]))
    return found or _places_called_short(name) or _places_called_long(name)


def _places_called_short(name):
    """Provinces, cities and counties or, where there is only one, the town; 城关 alone is the name of too many."""
    if len(name) == 1:
        return []
    large = list(Locality.objects.filter(name__in=[name + what for what in _LARGE]))
    small = [] if large else list(Locality.objects.filter(name__in=[name + what for what in _SMALL])[:2])
    return large or (small if len(small) == 1 else [])


def _places_called_long(name):
    """洛阳市嵩县, 洛阳嵩县, 河南省嵩县, 河南洛阳: a place behind places that it belongs to."""
    ends = [name[begin:] for begin in range(2, min(len(name), LONG) - 1)]
    places = Locality.objects.filter(name__in=[end + what for end in ends for what in ("", *_LARGE)])
    return [place for place in places if _is_led_to(place, name)]


def _is_led_to(place, name):
    rest = name.removesuffix(place.name if name.endswith(place.name) else short_name(place.name))
    for above, _slug in place.chain[:-1]:
        rest = rest.removeprefix(above if rest.startswith(above) else short_name(above))
    return not rest


def campaigns_by_name():
    """(campaign, its wording and aliases, folded) of all."""
    known = Campaign.objects.prefetch_related("other_names")
    return [(one, [fold(name) for name in (one.name, *map(str, one.other_names.all()))]) for one in known]


def campaigns_called(words, by_name=None):
    """The campaigns whose wording or alias holds the words (two characters at least), those called exactly so first."""
    name, by_name = fold(words), campaigns_by_name() if by_name is None else by_name
    held = [(campaign, names, any(name in each for each in names)) for campaign, names in by_name]
    found = [(name not in names, one) for one, names, holds in held if name in names or holds and len(name) > 1]
    spelled = [(True, campaign) for campaign, _names in by_name if name.isascii() and campaign.slug == name]
    return [campaign for _other, campaign in sorted(found or spelled, key=lambda row: row[0])]


def known(field):
    """What the desk calls the value of a field: places, campaigns, columns or contributors; empty when there is none."""
    if field.name == REGION:
        return places_called(field.value)
    if field.name == CAMPAIGN:
        return campaigns_called(field.value)
    if field.name == COLUMN:
        return [column for column in Column.objects.all() if fold(field.value) in fold(column.name)]
    return contributors_called(field.value)


def meant(field):
    """The names of what a field means, at most three and how many there are; nothing where that is what was typed."""
    found = known(field)
    if not found:
        return _NOTHING_CALLED_SO
    names = [full_name(one.chain) if field.name == REGION else one.name for one in found[:NAMED]]
    if len(found) == 1 and field.value in (found[0].name, names[0]):
        return ""
    return "、".join(names) + (f"等 {len(found)} 个" if len(found) > NAMED else "")


def contributors_called(words):
    """The contributors of a name; of two that were merged the one that stays, under either's."""
    key = name_key(words)
    rows = Contributor.objects.filter(sort_key=sort_key(key)).select_related("merged_into")  # those that sound alike
    return list(dict.fromkeys(row.merged_into or row for row in rows if name_key(row.name) == key))


def keys_of(field):
    """Of which list entries a public piece has one when it is filed under a field: {a column of ListEntry: its values}."""
    found = known(field)
    if field.name in (REGION, CAMPAIGN):
        return {field.name: [one.slug for one in found]}
    return {"facet": [f"column:{one.slug}" if field.name == COLUMN else contributor_facet(one.uuid) for one in found]}


def in_lists(publication, region=(ANY,), campaign=(ANY,), facet=(ANY,)):
    """A condition: the publication of an outer row has an entry with one of each of these."""
    # By the one publication: without that SQLite walks the whole list for each of the outer rows.
    entries = ListEntry.objects.filter(publication=publication)
    return Exists(entries.filter(region__in=region, campaign__in=campaign, facet__in=facet))


def publication_of(**outer):
    """The id of the publication of outer rows: version="pk" of search texts, article="pk" of pieces."""
    named = {name: OuterRef(OuterRef(field)) for name, field in outer.items()}
    return Subquery(Publication.objects.filter(**named).values("pk"))


def filing(field):
    """(rows, their field with the id of a piece) of what the desk has filed under a field, whether released or not."""
    found = known(field)
    rows = {
        REGION: lambda: (Coverage.objects.filter(region__in=found), "article_id"),
        CAMPAIGN: lambda: (CampaignTag.objects.filter(tag__in=found), "content_object_id"),
        COLUMN: lambda: (Article.objects.filter(column__in=found), "pk"),
        AUTHOR: lambda: (Byline.objects.filter(contributor__in=found), "article_id"),
    }
    return rows[field.name]()


def filed(field):
    """A condition: the desk has filed the piece under a field."""
    rows, key = filing(field)
    return Exists(rows.filter(**{key: OuterRef("pk")}))
