#!/usr/bin/env python3
"""The Nu Html Checker (vnu) over every kind of page that tests/page_kinds.py knows, and over the stylesheets: prints what it says.

    python3 bench/validate.py [--kept FOLDER]

Needs Java 17 and, once, `npm ci` in bench/lighthouse. The pages come from a site of their own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VNU = ROOT / "bench/lighthouse/node_modules/vnu-jar/build/dist/vnu.jar"
SHEETS = ("site.css",)
NOT_KNOWN_TO_VNU = ("“vector-effect”",)  # a property of SVG 2 that browsers know
sys.path.insert(0, str(ROOT))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kept", type=Path, metavar="FOLDER", help="keep the pages there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsdesk-validate-") as folder:
        pages = options.kept or Path(folder) / "pages"
        pages.mkdir(parents=True, exist_ok=True)
        count = write(pages, Path(folder))
        said = checked("--skip-non-html", pages) + checked("--css", *(ROOT / "static/css" / name for name in SHEETS))
    said = [one for one in said if not any(words in one["message"] for words in NOT_KNOWN_TO_VNU)]
    for one in said:
        where = f"{Path(one['url']).name}:{one.get('lastLine', '')}"
        print(f"{one.get('subType') or one['type']}: {where}: {one['message']} {one.get('extract', '').strip()[:200]}")
    print(f"{count} pages and {len(SHEETS)} stylesheet: {len(said)} messages")
    sys.exit(bool(said))


def write(pages, folder):
    """Make the site and write each page of it as a file; how many."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "newsdesk.settings",
        "DEBUG": "true",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "DESK_HOME": "songxian",
        "DESK_SHOWS_REVIEWERS": "true",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", verbosity=0)
    from tests.page_kinds import make_every_page, pages_by_themselves

    client = Client()
    made = {}
    for page in make_every_page():
        for size in ("", "large"):
            made[f"{page.kind} {size}".strip()] = client.get(page.sized(size)).content.decode()
    made |= pages_by_themselves()
    for name, html in made.items():
        (pages / f"{name.replace(' ', '-')}.html").write_text(html, "utf-8")
    return len(made)


def checked(*arguments):
    """vnu's messages, as it gives them in JSON."""
    command = ["java", "-jar", VNU, "--format", "json", "--exit-zero-always", *arguments]
    ran = subprocess.run(list(map(str, command)), text=True, capture_output=True)
    if not ran.stderr.strip().startswith("{"):
        sys.exit(f"vnu: {ran.stderr[-3000:]}")
    return json.loads(ran.stderr)["messages"]


if __name__ == "__main__":
    main()
