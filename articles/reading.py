"""What a story page asks of the database beside the row of its text, in two queries."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from articles.models import Article, CampaignTag, Contributor, LocalityTag, Placement
from articles.vocabulary import PlaceRelation


class Label(NamedTuple):
    """A place or campaign that a piece is filed under; `chain` is the place with its ancestors as (name, url)."""

    name: str
    url: str
    chain: tuple


class Labels(NamedTuple):
    about: list[Label]
    mentioned: list[Label]
    campaigns: list[Label]
    contributors: dict[UUID, str]  # to their pages


def labels_of(article_id, contributor_uuids):
    """Everything a story page links to by name, in one query."""
    places = LocalityTag.objects.filter(content_object=article_id).order_by()
    campaigns = CampaignTag.objects.filter(content_object=article_id).order_by()
    people = Contributor.objects.filter(uuid__in=contributor_uuids).order_by()
    rows = places.values_list("relation", "position", "pk", "tag__trail", "tag__path").union(
        campaigns.values_list(_text("campaign"), Value(0), "pk", "tag__name", "tag__slug"),
        people.values_list(_text("contributor"), Value(0), "pk", "name", Cast("uuid", CharField())),
        all=True,
    )
    found = Labels([], [], [], {})
    for kind, _position, pk, name, key in sorted(rows, key=lambda row: row[1:3]):
        if kind == "contributor":
            found.contributors[UUID(key)] = reverse("contributor", args=[pk])
        elif kind == "campaign":
            found.campaigns.append(Label(name, reverse("campaign", args=[key]), ()))
        else:
            (found.about if kind == PlaceRelation.ABOUT else found.mentioned).append(_place(name, key))
    return found


def _text(word):
    return Value(word, output_field=CharField())


def _place(trail, path):
    names, slugs = trail.split("/"), path.strip("/").split("/")
    chain = tuple((name, reverse("region", args=[slug])) for name, slug in zip(names, slugs, strict=True))
    return Label(chain[-1][0], chain[-1][1], chain)


class OnPage(NamedTuple):
    """Where a piece stood in print, and its neighbours there that the public may read (placements, or None)."""

    page: object
    section: str
    previous: object
    next: object


def print_of(article_id):
    """The first newspaper page a piece stood on, with its neighbours, in one query; None when it was not printed."""
    on_the_same_page = Placement.objects.filter(page__placements__article=article_id)
    public = on_the_same_page.filter(Article.objects.live_at("article"))
    placements = public.select_related("page__edition__outlet", "article__publication__version").only(
        "section", "position", "article_id", "page__number", "page__number_inferred", "page__name", "page__edition__day",
        "page__edition__inferred", "page__edition__reason", "page__edition__outlet__name", "article__publication__article_id",
        "article__publication__first_published_at", "article__publication__address", "article__publication__version__title",
    )  # fmt: skip
    placements = list(placements.order_by("page__edition__day", "page__number", "position", "pk"))
    own = next((placement for placement in placements if placement.article_id == article_id), None)
    if own is None:
        return None
    neighbours = [placement for placement in placements if placement.page_id == own.page_id]
    place = neighbours.index(own)
    before = neighbours[place - 1] if place else None
    after = neighbours[place + 1] if place + 1 < len(neighbours) else None
    return OnPage(own.page, own.section, before, after)
