"""Filing pieces without opening them: under a campaign or place, or onto a newspaper page. Each act is one transaction.

It takes effect at once and is logged, as every change of classification; and whoever has the piece open saves into a
newer revision, and is told so.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from articles import versions
from articles.classify import classification, settle
from articles.models import CampaignTag, LocalityTag, Page, Placement
from articles.refusals import AlreadyDone, MoveRefused
from articles.review import lock


@contextmanager
def _refiling(article, by):
    with transaction.atomic():
        lock(article)
        before = classification(article)
        yield
        versions.settle_revision(article)
        settle(article, before, by=by)


def add_campaign(article, campaign, *, by):
    with _refiling(article, by):
        _tag, new = CampaignTag.objects.get_or_create(content_object=article, tag=campaign)
        if not new:
            raise AlreadyDone(_("It belongs to this campaign already."))


def remove_campaign(article, campaign, *, by):
    with _refiling(article, by):
        if not article.campaign_tags.filter(tag=campaign).delete()[0]:
            raise MoveRefused(_("It does not belong to this campaign."))


def add_place(article, place, *, relation, by):
    """File the piece under a place with that PlaceRelation; one that has the place in another relation changes it."""
    with _refiling(article, by):
        tag = article.locality_tags.filter(tag=place).first()
        if tag is None:
            last = article.locality_tags.aggregate(last=Max("position", default=0))["last"]
            tag = LocalityTag(content_object=article, tag=place, position=last + 1)
        elif tag.relation == relation:
            raise AlreadyDone(_("It is filed under this place already."))
        tag.relation = relation
        tag.save()


def remove_place(article, place, *, by):
    with _refiling(article, by):
        if not article.locality_tags.filter(tag=place).delete()[0]:
            raise MoveRefused(_("It is not filed under this place."))


def move_to_page(article, page, *, by):
    """Let the piece stand last on a newspaper page. From another page of the same edition it moves there."""
    with _refiling(article, by):
        Page.objects.select_for_update(no_key=True).get(pk=page.pk)  # two who fill a page take turns at its end
        if article.placements.filter(page=page).exists():
            raise AlreadyDone(_("It stands on this page already."))
        placed = article.placements.filter(page__edition=page.edition_id).first() or Placement(article=article)
        placed.page = page
        placed.position = page.placements.aggregate(last=Max("position", default=0))["last"] + 1
        placed.save()
