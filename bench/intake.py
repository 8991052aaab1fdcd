#!/usr/bin/env python3
"""The CPU seconds that it takes to read newspaper pages, and the memory: `parse` is the page told apart into items, `all` is with
credits, places, campaigns, days and proofing, as import_page --dry-run does it. No database; the gazetteer is that of fixtures/.

    python3 bench/intake.py [ROUNDS]      (5 rounds; the median counts)
"""

import json
import multiprocessing
import os
import resource
import statistics
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
DAY = date(2023, 11, 23)


def shapes():
    """{name: a text without an end}: the seed page again and again, and texts that are no pages."""
    page = (ROOT / "tests/data/seed/page.txt").read_text("utf-8") + "\n\n"
    sentence = "连日来，嵩县各乡镇抢抓农时，组织群众下田浇水施肥，田间地头一派繁忙景象。"
    return {
        "newspaper pages": page,
        "one paragraph without an end": sentence,
        "a headline on each line": "嵩县“联学联建”解民忧\n\n",
        "an opened quotation on each line": "“连日来，嵩县各乡镇抢抓农时\n",
        "one bracket after the other": "（",
        "one character": "县",
        "a byline on each line": "（本报记者 张三 通讯员 李四）\n",
    }


def text_of(shape, *, bytes_wanted):
    once = shapes()[shape]
    text = once * (bytes_wanted // len(once.encode()) + 1)
    return text.encode()[:bytes_wanted].decode(errors="ignore")


def measure(shape, bytes_wanted, rounds):
    """In a process of its own, so that its memory is that of this text."""
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DJANGO_SETTINGS_MODULE": "newsdesk.settings", "DEBUG": "1", "DATABASE_URL": "sqlite:////dev/null"}
    import django

    django.setup()
    from articles.intake.campaigns import Campaigns
    from articles.intake.parse import parse_page
    from articles.intake.places import Gazetteer, Place
    from articles.intake.proposals import Desk, propose

    rows = [row["fields"] for row in json.loads((ROOT / "fixtures/localities.json").read_text("utf-8"))]
    places = [
        Place(
            row["slug"],
            row["name"],
            row["code"],
            row["level"],
            tuple(row["path"].strip("/").split("/")),
            tuple(row["trail"].split("/")),
        )
        for row in rows
        if "path" in row
    ]
    campaigns = Campaigns([("wuxing", "“五星”支部创建", ("五星",)), ("zhuti-jiaoyu", "主题教育", ())])
    names = {"wuxing": "“五星”支部创建", "zhuti-jiaoyu": "主题教育"}
    desk = Desk(Gazetteer(places), campaigns, {}, names)
    text = text_of(shape, bytes_wanted=bytes_wanted)
    idle = peak()
    parsing = [seconds(parse_page, text, is_place=desk.gazetteer.is_place, columns=desk.columns) for _ in range(rounds)]
    parsed = peak()
    reading = [seconds(propose, text, desk=desk, day=DAY) for _ in range(rounds)]
    return len(text), statistics.median(parsing), statistics.median(reading), idle, parsed, peak()


def seconds(do, *args, **named):
    begun = process_time()
    do(*args, **named)
    return process_time() - begun


def peak():
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def apart(*case):
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, *case).result()


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    head = ("text", "characters", "parse, s", "all, s", "memory: before; parsed; all, MB", "twice the text: parse; all")
    print("| " + " | ".join(head) + " |")
    print("| " + " | ".join("---" for _ in head) + " |")
    cases = [("newspaper pages", 17_493)] + [(shape, MEGABYTE) for shape in shapes()]
    for shape, size in cases:
        characters, parsing, reading, *memory = apart(shape, size, rounds)
        half = apart(shape, size // 2, rounds)
        growth = f"{parsing / half[1]:.2f} ×; {reading / half[2]:.2f} ×"
        used = "; ".join(f"{megabytes:.0f}" for megabytes in memory)
        print(f"| {shape} | {characters:,} | {parsing:.3f} | {reading:.3f} | {used} | {growth} |", flush=True)


if __name__ == "__main__":
    main()
