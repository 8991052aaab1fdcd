"""A desk that reviews: its people, and a piece on its way through the stages."""

from datetime import timedelta

from articles import review, roles
from articles.models import (
    Article,
    SignOff,
)
from articles.versions import save_version
from articles.vocabulary import Stage

from .factories import make_article, make_editor

FIRST, SECOND, FINAL = Stage.FIRST_REVIEW, Stage.SECOND_REVIEW, Stage.FINAL_REVIEW


HOUR = timedelta(hours=1)


def make_colleague(*names, **fields):
    """An account that holds these roles."""
    account = make_editor(**fields)
    roles.assign(account, names)
    return type(account).objects.get(pk=account.pk)


def hash_of(article):
    return article.versions.get(number=article.version_number).sha256


def revise(article, *, by=None, **fields):
    for name, value in (fields or {"body": article.body + "又一段。"}).items():
        setattr(article, name, value)
    article.save()
    return save_version(article, by=by)


def submitted(**fields):
    article = make_article(**fields)
    review.submit(article, by=make_editor("change_article"))
    return article


def take_back(article):
    review.recall(article, by=article.reviews.first().opened_by)


def sign(article, by, stage, **fields):
    return review.sign(article, by=by, stage=stage, sha256=hash_of(article), **fields)


def signed(article):
    """(stage, decision) of all that was decided, oldest first."""
    return list(SignOff.objects.filter(review__article=article).values_list("stage", "decision"))


def state_of(article):
    return Article.objects.with_state().get(pk=article.pk).state
