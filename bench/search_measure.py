"""The texts of one database made or measured: the database of DATABASE_URL, a line of JSON each. bench/search.py calls it."""

import argparse
import importlib
import json
import os
import statistics
import sys
import time
from copy import copy
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
os.environ["DEBUG"] = "false"

import django

django.setup()

from django.db import connection, transaction

from articles import search_index
from articles.management.commands.make_archive import GIVEN, SURNAMES, clauses
from articles.matches import RANKED, newest, ranked
from articles.models import FOREVER, Locality, SearchText
from articles.search import reading
from articles.search_query import read
from articles.searchable import RULES, fold
from articles.views.search import COUNTED

FIRST = datetime(2016, 11, 1, tzinfo=UTC)
YEARS = 10
BATCH = 5000
OWN = 10_000_000  # the ids of the texts made here begin behind those of pieces that are there
SORTS = {
    "1 character": (1, 1, 1), "2 characters": (2, 2, 1), "3 characters": (3, 3, 1), "4-6 characters": (4, 6, 1),
    "rare": (8, 12, 1), "two terms": (2, 4, 2),
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fill", type=int, default=0)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--oracle", action="store_true")
    options = parser.parse_args()
    fill(options.fill) if options.fill else measure(options)


# --- the texts -------------------------------------------------------------------------------------------


def fill(size):
    """Make the texts that are missing; PostgreSQL puts them in order and makes the index last, as docs/search.md says."""
    there = SearchText.objects.filter(pk__gt=OWN).count()
    if there >= size:
        return
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica" if postgresql else "PRAGMA foreign_keys = OFF")
        if postgresql:
            cursor.execute("DROP INDEX IF EXISTS search_text_grams")
    writer, step = Writer(), timedelta(days=365 * YEARS) / size
    for first in range(there, size, BATCH):
        rows = [writer.row(n, step, size) for n in range(first, min(first + BATCH, size))]
        SearchText.objects.bulk_create(rows)
        if not postgresql:
            search_index._keep_grams(rows)
        print(f"\r{first + len(rows):,} texts", end="", file=sys.stderr, flush=True)
    with connection.cursor() as cursor:
        if postgresql:
            begun = time.perf_counter()
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("CREATE INDEX in_order ON articles_searchtext (published_at)")
            cursor.execute("CLUSTER articles_searchtext USING in_order")
            cursor.execute("DROP INDEX in_order")
            cursor.execute(importlib.import_module("articles.migrations.0013_search_texts").INDEX)
            print(f"\nput in order and indexed in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
            cursor.execute("ALTER INDEX search_text_grams ALTER COLUMN 1 SET STATISTICS 20")
            cursor.execute("VACUUM ANALYZE articles_searchtext")
        else:
            cursor.execute("ANALYZE articles_searchtext")


class Writer:
    """Writes texts: a third clauses of the seed page, the rest chains of its characters, with names between."""

    def __init__(self):
        self.rng = Random(7)
        self.clauses = [clause for clause in clauses() if len(clause) >= 4]
        self.next = {}
        for clause in self.clauses:
            for one, other in pairwise(("", *clause, "")):
                self.next.setdefault(one, []).append(other)
        self.places = list(Locality.objects.order_by("code").values_list("name", flat=True))
        self.rng.shuffle(self.places)
        weights, total = [], 0
        for n in range(len(self.places)):
            total += 1 / (n + 5)
            weights.append(total)
        self.weights = weights

    def place(self):
        return self.rng.choices(self.places, cum_weights=self.weights)[0]

    def chain(self):
        made, letter = [], self.rng.choice(self.next[""])
        while letter and len(made) < 24:
            made.append(letter)
            letter = self.rng.choice(self.next[letter])
        return "".join(made)

    def row(self, n, step, size):
        rng = self.rng
        parts = []
        for _ in range(rng.randint(12, 45)):
            drawn = rng.random()
            clause = rng.choice(self.clauses) if drawn < 0.35 else self.chain()
            if drawn > 0.9:
                clause = f"{self.place()}{rng.choice(SURNAMES)}{''.join(rng.choices(GIVEN, k=2))}说{clause}"
            parts.append(clause + rng.choice("，，，。"))
        headline = fold(self.place() + rng.choice(self.clauses)[:16])
        place = n if rng.random() < 0.9 else rng.randrange(size)
        return SearchText(
            pk=OWN + 1 + n,
            article_id=OWN + 1 + n,
            newest=True,
            published_at=FIRST + step * place + timedelta(microseconds=n % 1000),
            expires_at=FOREVER,
            rules=RULES,
            headline_length=len(headline),
            text=f"{headline}\n{fold(''.join(parts))}",
        )


# --- measured --------------------------------------------------------------------------------------------


def measure(options):
    rng = Random(11)
    last = SearchText.objects.filter(pk__gt=OWN).count()
    for kind, (shortest, longest, terms) in SORTS.items():
        asked = [question(rng, last, shortest, longest, terms) for _ in range(options.queries)]
        told = {"kind": kind, "matches": 0}
        for name, ask in (
            ("newest", lambda query: newest(query, most=21)),
            ("best", lambda query: ranked(newest(query, most=RANKED), query)[:20]),
            ("count", lambda query: newest(query, most=COUNTED + 1)),
        ):
            times, answers = [], []
            for query in asked:
                begun = time.perf_counter()
                answers.append(ask(query))
                times.append((time.perf_counter() - begun) * 1000)
            times.sort()
            told |= {
                f"{name} p50": round(statistics.median(times), 1),
                f"{name} p95": round(times[len(times) * 95 // 100], 1),
            }
            if name == "count":
                told["matches"] = statistics.median(map(len, answers))
            elif name == "newest" and options.oracle:
                compare(asked, answers)
        print(json.dumps(told, ensure_ascii=False), flush=True)
    print(json.dumps(sizes()))
    print(json.dumps(writing()))


def question(rng, last, shortest, longest, terms):
    parts = []
    while len(parts) < terms:
        text = SearchText.objects.get(pk=OWN + 1 + rng.randrange(last)).text.partition("\n")[2]
        length = rng.randint(shortest, longest)
        begin = rng.randrange(max(1, len(text) - length))
        part = text[begin : begin + length]
        if all(map(str.isalnum, part)):
            parts.append(part)
    return read(" ".join(f'"{part}"' for part in parts))


def compare(asked, answers):
    for query, answer in zip(asked[:20], answers, strict=False):
        rows = reading(SearchText.objects.exclude(published_at=None), query).order_by("-published_at", "-pk")
        expected = list(rows.values_list("published_at", "pk")[: len(answer) if len(answer) > 20 else None])
        if [tuple(match) for match in answer] != expected:
            sys.exit(f"{query.typed}: {len(answer)} found, a plain scan finds others")


def sizes():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sum(octet_length(text)) FROM articles_searchtext")
            text = cursor.fetchone()[0]
            cursor.execute("SELECT pg_relation_size('search_text_grams'), pg_relation_size('articles_searchtext')")
            index, table = cursor.fetchone()
        else:
            cursor.execute("SELECT sum(length(CAST(text AS BLOB))) FROM articles_searchtext")
            text = cursor.fetchone()[0]
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'articles_searchgrams%'")
            index = cursor.fetchone()[0]
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'articles_searchtext'")
            table = cursor.fetchone()[0]
    return {"text MB": round(text / 1e6, 1), "table MB": round(table / 1e6, 1), "index MB": round(index / 1e6, 1)}


def writing(times=50):
    """Milliseconds to write one text again, the whole of its row and its grams, each in a transaction of its own."""
    rows, taken = SearchText.objects.filter(pk__gt=OWN).order_by("-pk")[:times], []
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica"
            if connection.vendor == "postgresql"
            else "PRAGMA foreign_keys = OFF"
        )
    for row in list(rows):
        other = copy(row)
        other.text += "。"
        begun = time.perf_counter()
        with transaction.atomic():
            search_index.write(gone=[row], new=[other])
        taken.append((time.perf_counter() - begun) * 1000)
    return {
        "write one text, ms p50": round(statistics.median(taken), 2),
        "p95": round(sorted(taken)[times * 95 // 100], 2),
    }


if __name__ == "__main__":
    main()
