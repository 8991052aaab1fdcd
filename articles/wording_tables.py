"""职务表 and 本单位易错词表 as proofing reads them: taken from the database, kept for a minute in the process."""

from functools import lru_cache

from articles.gazetteer import Kept
from articles.models import Office, Term
from articles.proofing import register


def current() -> register.Register:
    """All offices and words, as they were at most gazetteer.KEPT seconds ago; two queries when they are read anew."""
    return _kept.get()


def forget():
    """Read both tables anew the next time."""
    _kept.forget()


def _read():
    offices = Office.objects.order_by("pk").values_list("name", "title", "unit", "from_day", "to_day", "order")
    terms = Term.objects.order_by("pk").values_list("wrong", "right", "note")
    return _register_of(tuple(offices), tuple(terms))


@lru_cache(maxsize=1)  # of rows that nobody changed, what was made of them stands
def _register_of(offices, terms):
    return register.Register.of(map(register.Office._make, offices), map(register.Term._make, terms))


_kept = Kept(_read)
