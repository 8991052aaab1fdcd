#!/usr/bin/env python3
"""Seconds from a fresh clone to the first page: clones this repository into an empty folder, runs script/server there and waits
until the front page shows a piece. Prints each run and the median.

    python3 bench/first_page.py [RUNS]      (3 runs; the package cache is warm from the second on)
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600  # seconds


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(port):
    """A newcomer's environment: none of newsdesk's settings but the port."""
    ours = ("DATABASE_URL", "DEBUG", "SECRET_KEY", "MEDIA_ROOT", "MEDIA_URL", "CACHE_URL")
    return {**{name: value for name, value in os.environ.items() if name not in ours}, "PORT": str(port)}


def seconds_to_first_page():
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "newsdesk"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        port = free_port()
        begun = time.monotonic()
        server = subprocess.Popen(
            ["script/server"],
            cwd=clone,
            env=environment(port),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            while time.monotonic() - begun < PATIENCE:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                        if "/2023/11/23/" in page.read().decode():
                            return time.monotonic() - begun
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            sys.exit(f"No page after {PATIENCE} seconds.")
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds = []
    for number in range(1, runs + 1):
        seconds.append(seconds_to_first_page())
        print(f"run {number}: {seconds[-1]:.1f} s", flush=True)
    print(f"median: {statistics.median(seconds):.1f} s")


if __name__ == "__main__":
    main()
