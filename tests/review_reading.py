"""What a test reads off the review page."""

from articles import versions
from articles.models import Article
from tests.review_page import (
    FINAL,
    FIRST,
    SECOND,
)

STAGES = (FIRST, SECOND, FINAL)


def state_of(article):
    return Article.objects.with_state().get(pk=article.pk).state


def text_of(response):
    return response.content.decode()


def buttons(response):
    """The acts that the page offers, in its order."""
    return [part.split('"')[0] for part in text_of(response).split('name="act" value="')[1:]]


def change(article, by, **fields):
    """A save of the text, as the form of the piece makes one."""
    article = Article.objects.get(pk=article.pk)
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    return versions.save_version(article, by=by)
