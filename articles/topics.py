"""选题: who may change a planned subject, and the one click that makes it a piece."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from articles import classify, flags
from articles.models import Article, CampaignTag, Topic
from articles.proofing.unwritten import UNWRITTEN
from articles.refusals import AlreadyDone, MoveRefused
from articles.versions import save_version
from articles.vocabulary import Act, Genre, Kind, TopicStatus

KEEPS = "articles.delete_topic"  # an editor's: whoever keeps the plan changes every topic in it


def keeps_the_plan(account):
    return account.has_perm(KEEPS)


def may_change(topic, account):
    """Whether the account may change a topic: its own, or one it entered that nobody has yet; editors change all."""
    if not account.has_perm("articles.change_topic"):
        return False
    return keeps_the_plan(account) or account.pk == (topic.owner_id or topic.created_by_id)


def may_start(topic, account):
    """Whether the account may make a piece of a topic that is none yet and was not dropped."""
    waiting = topic.article_id is None and topic.status != TopicStatus.DROPPED
    return waiting and account.has_perm("articles.add_article") and may_change(topic, account)


def start(topic, *, by):
    """转为稿件: make the draft of a topic, once; returns the Article.

    It has the topic's words as its headline and says that its text is still to be written, which proofing calls an error.
    """
    with transaction.atomic():
        topic = Topic.objects.select_for_update().get(pk=topic.pk)  # alone: what is joined, PostgreSQL has from before
        _demand(topic, by)
        pictures = topic.genre == Genre.PICTURE
        article = Article.objects.create(
            kind=Kind.PHOTO if pictures else Kind.STORY,
            headline=topic.title,
            body="" if pictures else UNWRITTEN,
            genre=topic.genre,
            column=topic.column,
            created_by=by,
        )
        if topic.campaign_id:
            CampaignTag.objects.create(content_object=article, tag=topic.campaign)
        with override(settings.LANGUAGE_CODE):  # kept, whoever makes it
            note = _("from the topic “%(topic)s”") % {"topic": topic}
        save_version(article, by=by, act=Act.CREATED, note=note)
        flags.refresh(article)
        classify.settle(article, [], by=by)
        topic.article, topic.status, topic.owner = article, TopicStatus.ASSIGNED, topic.owner or by
        topic.save(update_fields=["article", "status", "owner"])
    return article


def _demand(topic, by):
    if topic.article_id:
        said = _("This topic is a piece already: %(number)s. Go on there.")
        raise AlreadyDone(said % {"number": topic.article.number})
    if topic.status == TopicStatus.DROPPED:
        raise MoveRefused(_("This topic was dropped; set it to assigned first."))
    if not may_start(topic, by):
        raise MoveRefused(_("This topic is somebody else's; ask them, or an editor."))
