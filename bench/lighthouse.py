#!/usr/bin/env python3
"""Lighthouse, as a phone on a slow line sees the site: the four scores, the largest paint and what is sent, medians of five runs.

    python3 bench/lighthouse.py [--runs 5] [--only story front] [--tls] [--kept FOLDER]

Needs Node, Chromium (on the PATH or named by CHROME_PATH) and, once, `npm ci` in bench/lighthouse. A copy of this checkout is
served as in production: DEBUG off, collected static files, two workers of granian, which also serve the pictures as a server in
front would; SQLite with the seed page, an archive of 300 pieces and twelve pieces with pictures. --tls speaks HTTP/2 over TLS
(needs openssl), else HTTP/1.1 without it; --kept keeps the reports.
"""

import argparse
import gzip
import json
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "bench" / "lighthouse"
BIN = Path(sys.executable).parent if (Path(sys.executable).parent / "granian").exists() else ROOT / ".venv" / "bin"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEFT = shutil.ignore_patterns(".git", ".venv", "var", "node_modules", "__pycache__", ".pytest_cache", ".ruff_cache")
FLAGS = "--ignore-certificate-errors --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"
PATIENCE = 60  # seconds until the server answers
TRIES = 3  # of one run: now and then Chromium loses the trace of a page


def main():
    options = arguments()
    with (
        tempfile.TemporaryDirectory(prefix="newsdesk-lighthouse-") as folder,
        served(Path(folder), options.tls) as (site, addresses),
    ):
        rows, failing = [], {}
        for kind, address in addresses.items():
            if options.only and kind not in options.only:
                continue
            runs = [measured(site + address, Path(folder)) for _ in range(options.runs)]
            rows.append({"page": kind, **medians(runs), **weights(site + address)})
            failing[kind] = sorted({line for run in runs for line in run["failing"]})
            print(f"{kind}: measured", file=sys.stderr, flush=True)
        if options.kept:
            shutil.copytree(Path(folder) / "reports", options.kept, dirs_exist_ok=True)
        tell(rows, failing, Path(folder) / "site" / "static" / "css" / "site.css")
    short = [
        row["page"]
        for row in rows
        if min(map(row.get, CATEGORIES[1:])) < 100 or row["performance"] < 98 or row["LCP s"] >= 1
    ]
    sys.exit(f"Short of the bar: {', '.join(short)}" if short else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="+", default=[], metavar="PAGE")
    parser.add_argument("--tls", action="store_true", help="HTTP/2 over TLS")
    parser.add_argument("--kept", type=Path, metavar="FOLDER", help="keep Lighthouse's reports (JSON) there")
    return parser.parse_args()


# --- the site as in production ---------------------------------------------------------------------------


@contextmanager
def served(folder, tls):
    """(address of the site, {kind of page: path}); a copy, so that nothing of it touches the checkout."""
    site, port = folder / "site", free_port()
    shutil.copytree(ROOT, site, ignore=LEFT)
    env = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "SECRET_KEY": "bench",
        "ALLOWED_HOSTS": "localhost",
        "DESK_NAME": "今日嵩县",
        "DESK_HOME": "songxian",
    }
    for command in (["migrate", "-v0"], ["load_seed"], ["make_archive", "--stories", "300"]):
        run([BIN / "python", "manage.py", *command], site, env, DEBUG="true")
    made = run([BIN / "python", "bench/lighthouse/made.py"], site, env, DEBUG="true")
    run([BIN / "python", "manage.py", "collectstatic", "--noinput", "-v0"], site, env, DEBUG="false")
    command = [BIN / "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2", "--no-access-log"]
    command += [
        "--static-path-route",
        "/media/web",
        "--static-path-mount",
        folder / "media" / "web",
        "newsdesk.wsgi:application",
    ]
    command += ["--ssl-certificate", *certificate(folder)] if tls else []
    with open(folder / "server.log", "w") as log:
        server = subprocess.Popen(
            list(map(str, command)), cwd=site, env={**env, "DEBUG": "false"}, stdout=log, stderr=log
        )
    try:
        address = f"http{'s' if tls else ''}://localhost:{port}"
        await_answer(address, folder / "server.log")
        yield address, json.loads(made.splitlines()[-1])
    finally:
        server.terminate()
        server.wait()


def run(command, folder, env, **more):
    ran = subprocess.run(list(map(str, command)), cwd=folder, env={**env, **more}, text=True, capture_output=True)
    if ran.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{ran.stderr[-3000:]}")
    return ran.stdout


def certificate(folder):
    """A certificate for localhost and its key, and the option that names the key, as granian takes them."""
    names = [folder / "certificate.pem", "--ssl-keyfile", folder / "key.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    run([*command, "-out", names[0], "-keyout", names[2]], folder, os.environ)
    return names


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_answer(address, log):
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        try:
            return read(address)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit(f"The site does not answer.\n{log.read_text()[-3000:]}")


def read(address):
    """The bytes of a page; our own certificate needs nobody's word."""
    return urllib.request.urlopen(address, timeout=5, context=ssl._create_unverified_context()).read()


# --- measured --------------------------------------------------------------------------------------------


def measured(address, folder):
    """One run of Lighthouse: scores, seconds of the largest paint, kilobytes by kind of file, and what failed."""
    (folder / "reports").mkdir(exist_ok=True)
    report = folder / "reports" / f"{time.time_ns()}.json"
    command = ["node", str(TOOLS / "node_modules/lighthouse/cli/index.js"), address, "--quiet", "--output=json"]
    command += [f"--output-path={report}", f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    chrome = os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome") or ""
    for _ in range(TRIES):
        ran = subprocess.run(command, env={**os.environ, "CHROME_PATH": chrome}, text=True, capture_output=True)
        found = json.loads(report.read_text("utf-8")) if report.exists() else {}
        if not ran.returncode and "runtimeError" not in found:
            break
    else:
        sys.exit(f"{address}: {ran.stderr[-3000:]}")
    return {
        **{name: round(found["categories"][name]["score"] * 100) for name in CATEGORIES},
        "LCP s": found["audits"]["largest-contentful-paint"]["numericValue"] / 1000,
        "CLS": found["audits"]["cumulative-layout-shift"]["numericValue"],
        **transferred(found["audits"]["network-requests"]["details"]["items"]),
        "failing": list(failing(found)),
    }


def transferred(requests):
    """Kilobytes over the line, in all and by kind."""
    kinds = {"HTML": "Document", "CSS": "Stylesheet", "pictures": "Image", "scripts": "Script"}
    sent = {name: [r["transferSize"] for r in requests if r["resourceType"] == kind] for name, kind in kinds.items()}
    return {
        "all KB": sum(r["transferSize"] for r in requests) / 1000,
        **{f"{name} KB": sum(sizes) / 1000 for name, sizes in sent.items()},
    }


def failing(found):
    """Sentences of the audits that count and are not passed."""
    for name in CATEGORIES:
        for ref in found["categories"][name]["auditRefs"]:
            audit = found["audits"][ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < (0.9 if name == "performance" else 1):
                items = (audit.get("details") or {}).get("items", [])[:3]
                nodes = "; ".join(item["node"]["snippet"] for item in items if "node" in item)
                yield f"{name}: {audit['title']} {audit.get('displayValue', '')} {nodes}".strip()


def medians(runs):
    return {name: statistics.median(run[name] for run in runs) for name in runs[0] if name != "failing"}


def weights(address):
    html = read(address)
    return {"page KB": len(html) / 1000, "gzipped KB": len(gzip.compress(html)) / 1000}


def tell(rows, failing, stylesheet):
    heads = list(rows[0])
    print("| " + " | ".join(heads) + " |")
    print("| " + " | ".join("---" for _ in heads) + " |")
    for row in rows:
        print("| " + " | ".join(f"{v:.2f}" if isinstance(v, float) else f"{v}" for v in row.values()) + " |")
    css = stylesheet.read_bytes()
    print(f"\nsite.css: {len(css) / 1000:.1f} KB, gzipped {len(gzip.compress(css)) / 1000:.1f} KB")
    for kind, lines in failing.items():
        for line in lines:
            print(f"{kind}: {line}")


if __name__ == "__main__":
    main()
