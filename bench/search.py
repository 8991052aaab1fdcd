#!/usr/bin/env python3
"""How fast search is over archives of different sizes, on both databases, and how large its index is.

    .venv/bin/python bench/search.py [--sizes 100000 1000000] [--databases sqlite postgresql] [--queries 200]
                                     [--folder var/bench] [--server postgres://…] [--oracle]

Makes the texts where they are missing: clauses of the seed page, chains of its characters, and names of places and people,
about 440 characters each, one in ten out of the order of their days. They have no pieces behind them, for what is measured
reads search texts alone. Asked are random stretches of random texts, most of which many texts have. Told are, in milliseconds,
p50 and p95 of the newest 20, the best 20 and the count (exact to 1,000), the median number of matches, the bytes of texts and
index, and what writing one text costs. --oracle compares every answer with a plain scan, too.
"""

import argparse
import json
import subprocess
from pathlib import Path

from scale import PYTHON, ROOT, environment, manage, postgresql_database, quote

COLUMNS = ("matches", "newest p50", "newest p95", "best p50", "best p95", "count p50", "count p95")


def main():
    options = arguments()
    options.folder.mkdir(parents=True, exist_ok=True)
    for database in options.databases:
        for size in options.sizes:
            url = made(database, size, options)
            command = [PYTHON, str(ROOT / "bench" / "search_measure.py"), "--queries", str(options.queries)]
            command += ["--oracle"] if options.oracle else []
            ran = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, env=environment(url))
            tell(database, size, [json.loads(line) for line in ran.stdout.splitlines()])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--queries", type=int, default=200, help="of each sort")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--server", help="a PostgreSQL server of your own: postgres://user:password@host:5432")
    parser.add_argument("--oracle", action="store_true", help="compare every answer with a plain scan")
    return parser.parse_args()


def made(database, size, options):
    if database == "sqlite":
        url = f"sqlite:///{quote(str((options.folder / f's{size}.sqlite3').resolve()))}"
    else:
        url = postgresql_database(f"s{size}", options)
    for command in (["migrate", "-v0"], ["load_seed"]):
        manage(url, *command)
    fill = [PYTHON, str(ROOT / "bench" / "search_measure.py"), "--fill", str(size)]
    subprocess.run(fill, cwd=ROOT, check=True, env=environment(url))
    return url


def tell(database, size, rows):
    print(f"\n{database}, {size:,} texts")
    for row in rows:
        if "matches" in row:
            print(f"{row['kind']:16}" + "".join(f"{name} {row[name]:>8}   " for name in COLUMNS))
        else:
            print(", ".join(f"{name}: {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
