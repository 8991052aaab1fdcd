"""Search: which pieces hold the words, exactly, from one character up.

What a text must hold is looked up by its grams and then looked for in the text itself, so that nothing is missed and nothing
else is found. What the search page shows of it page by page, and ranks, is in articles/matches.py.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from articles.days import begins
from articles.models import SearchText
from articles.search_filed import filed, in_lists, keys_of, publication_of
from articles.search_index import Needed
from articles.search_query import Query, read
from articles.searchable import grams_needed

LOOKED_UP = 5000  # matches of the index that the desk's list is narrowed to; with more of them a word is common
MEMORY = "64MB"  # for PostgreSQL to note which rows of a large table match, each by itself


def search(articles, query, *, desk=False):
    """Those of the pieces that a query (a Query, or as it is typed) finds, newest first; none for a query without words.

    Their public text is looked in or, for the `desk`, also their newest one; fields and days are then those of the desk.
    """
    query = query if isinstance(query, Query) else read(query)
    if not query:
        return articles.none()
    if query.words:
        texts = SearchText.objects.all() if desk else SearchText.objects.exclude(published_at=None)
        # distinct: or PostgreSQL may go by the pieces, and take each text apart to see whether it has the grams
        articles = articles.filter(pk__in=holding(texts, query).values("article").distinct())
    for field in query.fields:
        condition = filed(field) if desk else in_lists(publication_of(article="pk"), **keys_of(field))
        articles = articles.exclude(condition) if field.excluded else articles.filter(condition)
    if desk:
        if query.since:
            articles = articles.filter(created_at__gte=begins(query.since), created_at__lt=_end(query.until))
        return articles.order_by("-pk")
    if query.since:
        span = {
            "publication__published_at__gte": begins(query.since),
            "publication__published_at__lt": _end(query.until),
        }
        articles = articles.filter(**span)
    return articles.order_by("-publication__published_at", "-publication__version_id")


def looked_up(query):
    """The ids of the pieces of which any text holds the words, by the index; None when more than LOOKED_UP texts do."""
    with room():
        found = list(holding(SearchText.objects.all(), query).values_list("article", flat=True)[: LOOKED_UP + 1])
    return set(found) if len(found) <= LOOKED_UP else None


def holding(texts, query, months=None):
    """Those of the search texts that hold the words of a query, by the index; published in one of some months, if they are given.

    No other condition should stand beside: PostgreSQL may take that one's index, and take apart each text that it leads to.
    """
    needed = grams_of(query)
    return reading(texts.filter(text__has=Needed(needed, months)) if needed else texts, query)


def grams_of(query):
    return set().union(*map(grams_needed, query.terms))


def reading(texts, query, field="text"):
    """The same by reading each of them; `field` leads from the rows to their text."""
    return texts.filter(
        *(holds(field, term) for term in query.terms), *(~holds(field, term) for term in query.excluded)
    )


def holds(field, term):
    """A condition: the folded text of a field has a folded term in it."""
    return Q(GreaterThan(StrIndex(field, Value(term)), 0))  # PostgreSQL does so in two thirds of the time of LIKE


def _end(day):
    return begins(day + timedelta(days=1))


@contextmanager
def room():
    """For what asks PostgreSQL's index: memory to note rows, not pages of which each row is read.

    So dear a plan seems to be worth compiling, and worth helpers; it is not, for the function that makes it dear is never called.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"
        )
        yield
