"""What every public response depends on beside its address: one key, asked of the database at most once a second.

The key is made of a counter, raised by every act that changes what the public sees; of the newest moments at which time
alone changed it (a release fell due, a piece or a front-page slot ended); of the day in Shanghai; and of the program that
runs. Two responses at one address under one key are the same. Reading a page never writes.
"""

import hashlib
from functools import cache
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import Error, models
from django.db.models import Subquery
from django.utils import timezone

from articles.models import Publication, Series, Slot

COUNTER = "public"  # the series that counts the changes
READ_EVERY = 1.0  # seconds: how stale a public page may be
PROGRAM = ("articles/**/*.py", "newsdesk/*.py", "templates/**/*.*", "static/**/*.*", "requirements.txt")


def changed():
    """Say that the public may see something new: the last statement of an act, in its transaction."""
    if not Series.objects.filter(name=COUNTER).update(last=models.F("last") + 1):
        Series.objects.take(COUNTER)


class _Known:
    """The key as this process read it last."""

    def __init__(self):
        self.lock, self.key, self.read_at = Lock(), None, None

    def get(self):
        with self.lock:
            if self.read_at is not None and monotonic() - self.read_at < READ_EVERY:
                return self.key
            try:
                self.key = _read()
            except Error:  # the database is down: pages go on as they were last known
                if self.key is None:
                    raise
            self.read_at = monotonic()
            return self.key

    def forget(self):
        self.key = self.read_at = None


_known = _Known()


def key():
    """The key, as 32 hex digits, as it was at most READ_EVERY seconds ago; the last known one while the database is down.

    Raises django.db.Error when the database is down and no key was ever known.
    """
    return _known.get()


def forget():
    """Read the key anew at the next call."""
    _known.forget()


def _read():
    now = timezone.now()
    moments = {
        "published": _newest(Publication, "published_at", now),
        "expired": _newest(Publication, "expires_at", now),
        "slot_ended": _newest(Slot, "ends_at", now),
    }
    # Without a row nothing was ever made public.
    found = Series.objects.filter(name=COUNTER).annotate(**moments).values_list("last", *moments).first()
    parts = (program(), sorted(settings.DESK.items()), timezone.localdate(now), found)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _newest(model, field, now):
    passed = model.objects.filter(**{f"{field}__lte": now}).order_by(f"-{field}")
    return Subquery(passed.values(field)[:1])


def program():
    """A digest of the program: another release is another key. A developer's changes as he works."""
    return _digest() if settings.DEBUG else _digest_once()


def _digest():
    digest = hashlib.sha256()
    for pattern in PROGRAM:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(f"{path.relative_to(settings.BASE_DIR)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


_digest_once = cache(_digest)
