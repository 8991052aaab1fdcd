"""A prepared question answers what its queryset would, for every value it is asked with."""

from datetime import datetime, timedelta
from threading import Thread
from uuid import UUID, uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Contributor, Publication
from articles.prepared import Prepared
from tests.factories import make_article, make_live_article


def due(article, at):
    live = Publication.objects.filter(Article.objects.live_at("article", at), article=article)
    return live.values_list("article", "published_at", "expires_at", "held", "version__title")


def named(first, second):
    return Contributor.objects.filter(uuid__in=(first, second)).order_by("name").values_list("uuid", "name")


def test_it_answers_the_rows_of_its_queryset_whatever_it_is_asked_with(db):
    now = timezone.now()
    pieces = [make_live_article(published_at=now + n * timedelta(hours=1)) for n in (-2, -1, 1)] + [make_article()]
    ask = Prepared(due, {"article": int, "at": datetime})
    asked = [(piece.pk, now + n * timedelta(minutes=30)) for piece in pieces for n in (-5, -3, 0, 3)]
    answers = [[tuple(row) for row in ask(article=article, at=at)] for article, at in asked]
    assert answers == [list(due(article, at)) for article, at in asked]
    assert sorted(map(len, answers)) == [0] * 10 + [1] * 6


def test_values_of_one_kind_are_not_taken_for_one_another(db):
    people = [Contributor.objects.create(name=name) for name in ("张三", "李四", "王五")]
    ask = Prepared(named, {"first": UUID, "second": UUID})
    for pair in ((people[0].uuid, people[1].uuid), (people[2].uuid, people[0].uuid), (uuid4(), people[1].uuid)):
        assert [tuple(row) for row in ask(first=pair[0], second=pair[1])] == list(named(*pair))


def test_the_statement_is_made_once(db):
    made = []

    def build(article, at):
        made.append(article)
        return due(article, at)

    ask = Prepared(build, {"article": int, "at": datetime})
    article = make_live_article()
    with CaptureQueriesContext(connection) as sent:
        for number in range(3):
            ask(article=article.pk + number, at=timezone.now())
    assert (len(made), len(sent)) == (1, 3)


def test_threads_may_ask_at_once(transactional_db):
    articles = [make_live_article() for _ in range(4)]
    ask, found = Prepared(due, {"article": int, "at": datetime}), {}

    def run(article):
        found[article.pk] = [row[0] for row in ask(article=article.pk, at=timezone.now())]
        connection.close()

    threads = [Thread(target=run, args=[article]) for article in articles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {article.pk: [article.pk] for article in articles}
