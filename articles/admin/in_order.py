"""The rows of a piece in their order, and the marks in its text that count its figures."""

from articles import text
from articles.models import LocalityTag


def positions(article):
    """{figure's id: its number} of a piece."""
    return dict(article.figures.values_list("pk", "position"))


def keep_marks(article, before):
    """Let the marks in the text follow their figures, which may have been moved or deleted since `before`."""
    body = text.renumber_figures(article.body, text.new_numbers(before, positions(article)))
    if body != article.body:
        article.body = body
        article.save(update_fields=["body"])


def renumber(model, article):
    """Count the rows of a piece from 1, in the order their numbers give; rows without one come last, as entered."""
    rows = model.objects.filter(**{"content_object" if model is LocalityTag else "article": article})
    misplaced = []
    for position, row in enumerate(rows.order_by("position", "pk"), 1):
        if row.position != position:
            row.position = position
            misplaced.append(row)
    if misplaced:
        model.objects.bulk_update(misplaced, ["position"])
