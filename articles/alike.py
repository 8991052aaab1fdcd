"""Whether a text stands somewhere in the archive already: phrases of it are looked up, and what holds most of them is compared."""

from collections import Counter

from articles import text
from articles.intake.duplicates import is_short, likest
from articles.models import Article, SearchText
from articles.search import holds
from articles.search_index import Needed
from articles.searchable import BETWEEN, fold, grams_needed

LEAST = 0.6  # a text with a fifth of its words changed keeps some 0.75; two on one matter share 0.3 at most
PHRASES = 24  # looked up of a text, spread over it
PHRASE = 7  # characters of one
ROWS = 20  # texts that are counted for a phrase; one that stands in more is a stock phrase
TOGETHER = 3  # stock phrases that are looked up as one: few texts have them all
COMPARED = 12  # pieces that are compared in full, those with the most phrases


def find_alike(words, *, without=None, least=LEAST):
    """[(id, likeness from 0 to 1)] of the pieces that say so much of the same as a text, drafts included, the likest first.

    Neither the piece with the id `without` nor what is in the recycle bin is among them. A text of a few words is like nothing.
    """
    words = text.plain(text.clean_body(words))
    if is_short(words):
        return []
    texts = SearchText.objects.exclude(article=without) if without else SearchText.objects.all()
    found = {}
    for pk, share in likest(words, _texts_of(_candidates(fold(words), texts), texts), least):
        found.setdefault(pk, share)
    return sorted(found.items(), key=lambda row: (-row[1], -row[0]))


def _candidates(folded, texts):
    """The ids of the pieces with the most phrases of a folded text; what few texts have counts for more."""
    hits, stock = Counter(), []
    for phrase in _phrases(folded):
        pieces = _holding([phrase], texts)
        if len(pieces) < ROWS:
            hits.update(dict.fromkeys(pieces, 1 / max(1, len(pieces))))
        else:
            stock.append(phrase)
    groups = -(-len(stock) // TOGETHER)
    for number in range(groups):  # from all over the text: those of one paragraph often stand together
        pieces = _holding(stock[number::groups], texts)
        hits.update(dict.fromkeys(pieces, 1 / max(1, len(pieces))))
    return [pk for pk, _hits in hits.most_common(COMPARED)]


def _holding(phrases, texts):
    """The ids of the pieces of ROWS texts that hold all of the phrases; of no more."""
    needed = set().union(*map(grams_needed, phrases))
    if not needed:
        return []
    held = (holds("text", phrase) for phrase in phrases)
    return list(texts.filter(*held, text__has=Needed(needed)).values_list("article", flat=True)[:ROWS])


def _phrases(folded):
    """Phrases from the first to the last, each once. Where a clause ends they run on: beyond it, stock phrases differ."""
    last = len(folded) - PHRASE
    places = (last * number // (PHRASES - 1) for number in range(PHRASES))
    return list(dict.fromkeys(phrase for place in places if (phrase := folded[place : place + PHRASE].strip())))


def _texts_of(ids, texts):
    """(id of the piece, text) of each: whole, for captions, and its longest part, for a body is the same under another headline."""
    pieces = Article.objects.pieces().kept().filter(pk__in=ids)
    for pk, whole in texts.filter(article__in=pieces).values_list("article", "text"):
        yield pk, whole
        yield pk, max(whole.split(BETWEEN), key=len)
