"""One archive measured: the database of DATABASE_URL, a line of JSON for each kind of page. bench/scale.py calls it."""

import argparse
import io
import json
import os
import socket
import statistics
import sys
import threading
import time
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from random import Random
from subprocess import DEVNULL, Popen, run

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
os.environ["DEBUG"] = "false"

import django

django.setup()

import psutil
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
from django.utils import timezone

from articles import freshness, listing
from articles.models import Article, Contributor, Editor, ListEntry, Locality, LocalityTag, Unit
from tests.desk import filled

PUBLIC, DESK = "public", "desk"
ADDRESSES = 40  # of each kind, asked once a round
PAGE_1000 = 999 * listing.PAGE_SIZE
WORKERS, AT_ONCE, SERVED = 2, 8, 2000
CENTRE = "luohe"  # the city that make_archive writes most about; the cities and counties measured are of its province
PROVINCE = "henan"
ADMIN = "/admin/articles/article/"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    random = Random(1)
    for order, (kind, side, make) in enumerate(kinds()):
        if options.only and not any(word in kind for word in options.only):
            continue
        addresses = make(random)
        row = {"order": order, "kind": kind, "side": side, **sequential(side, kind, addresses, options.rounds)}
        if options.serve and side == PUBLIC:
            row |= served(addresses)
        print(json.dumps(row), flush=True)
    if options.serve and not options.only:
        print(json.dumps({"order": 99, "kind": "bare Django view, one row, 20 KB", "side": PUBLIC, **served_bare()}))


# --- the kinds and their addresses -----------------------------------------------------------------------


def kinds():
    """(name, side, function of a Random that gives addresses) of everything measured."""
    lists = {
        "region, a province": {"region": PROVINCE},
        "region, a city": {"region": CENTRE},
        "region x campaign": {"region": PROVINCE, "campaign": most_used_campaign()},
    }
    yield "story", PUBLIC, stories
    for name, narrowed in lists.items():
        yield name, PUBLIC, lambda random, n=narrowed: [address_of_list(**n)]
        yield f"{name}, page 1,000 or last", PUBLIC, lambda random, n=narrowed: [at_depth(**n)]
    yield "region x month", PUBLIC, lambda random: months(f"/regions/{CENTRE}/{{:%Y/%m}}/")
    yield (
        "region x campaign x month",
        PUBLIC,
        lambda random: months(f"/regions/{PROVINCE}/{{:%Y/%m}}/?campaign={most_used_campaign()}"),
    )
    yield "campaign", PUBLIC, lambda random: [f"/campaigns/{slug}/" for slug in campaigns()]
    yield "column", PUBLIC, lambda random: [f"/columns/archive-{n}/" for n in range(1, 11)]
    yield "contributor", PUBLIC, contributors
    for name in ("regions", "campaigns", "archive", "photos", "editions"):
        yield f"/{name}/", PUBLIC, lambda random, name=name: [f"/{name}/"]
    yield "front page", PUBLIC, lambda random: ["/"]
    yield "a year of the archive", PUBLIC, lambda random: [f"/archive/{year}/" for year in range(2017, 2026)]
    yield "a month of the archive", PUBLIC, lambda random: months("/archive/{:%Y/%m}/")
    yield "a day of the archive", PUBLIC, lambda random: days("/archive/{:%Y/%m/%d}/")
    yield "an edition", PUBLIC, lambda random: days("/editions/{:%Y-%m-%d}/", printed=True)
    yield "desk: list", DESK, lambda random: [ADMIN]
    for name, query in filters():
        yield f"desk: list, {name}", DESK, lambda random, query=query: [f"{ADMIN}?{query}"]
    yield "desk: form", DESK, forms
    yield "desk: save", DESK, forms


def filters():
    county = Locality.objects.filter(parent__slug=CENTRE).order_by("order").first()
    for state in ("draft", "live", "scheduled", "held", "expired", "withdrawn", "trashed"):
        yield state, f"state={state}"
    yield "province", f"region={PROVINCE}"
    yield "county", f"region={county.slug}"
    yield "town", f"region={rarest_town()}"
    yield "campaign", f"campaign={most_used_campaign()}"
    yield "county x campaign", f"region={county.slug}&campaign={most_used_campaign()}"
    yield "town x rare campaign", f"region={rarest_town()}&campaign={campaigns()[-1]}"
    yield "kind", "kind=brief"
    yield "genre", "genre=feature"
    yield "unit", f"unit={Unit.objects.get(slug='archive-unit-1').slug}"
    yield "period", "from=2023-11-01&to=2023-11-30"


def campaigns():
    """Slugs of the archive's campaigns, the one drawn most often first."""
    return [f"archive-{n}" for n in range(1, 31)]


def most_used_campaign():
    return campaigns()[0]


def rarest_town():
    """A town that few pieces are about."""
    towns = Locality.objects.filter(level="town", path__contains=f"/{PROVINCE}/").exclude(path__contains=CENTRE)
    towns = towns | Locality.objects.filter(level="town", path__startswith=f"{PROVINCE}/").exclude(
        path__contains=CENTRE
    )
    tagged = LocalityTag.objects.filter(tag__in=towns[:50], relation="about").order_by("pk").first()
    return tagged.tag.slug if tagged else CENTRE


def stories(random):
    newest = Article.objects.order_by("-pk").values_list("pk", flat=True).first()
    drawn = random.sample(range(1, newest + 1), min(newest, ADDRESSES * 2))
    live = Article.objects.live().filter(pk__in=drawn).select_related("publication").order_by("pk")
    return [article.publication.get_absolute_url() for article in live][:ADDRESSES]


def address_of_list(region, campaign=None):
    return f"/regions/{region}/" + (f"?campaign={campaign}" if campaign else "")


def at_depth(region, campaign=listing.ANY):
    """The list's 1,000th page, or its last full one when it has fewer."""
    rows = listing.entries(region=region, campaign=campaign)
    rows = rows.order_by("-published_at", "printed_order", "publication")
    depth = min(PAGE_1000, max(rows.count() - 2 * listing.PAGE_SIZE, 0))
    entry = rows[depth]
    cursor = listing.Cursor(entry.published_at, entry.printed_order, entry.publication_id)
    return f"/regions/{region}/?" + ("" if campaign == listing.ANY else f"campaign={campaign}&") + f"after={cursor}"


def months(pattern):
    return [pattern.format(timezone.datetime(year, month, 1)) for year in range(2018, 2026) for month in (2, 6, 11)]


def days(pattern, printed=False):
    rows = ListEntry.objects.filter(region="*", campaign="*", facet="*", published_at__year=2024)
    rows = rows.filter(printed_order__gt=0) if printed else rows
    found = sorted({timezone.localdate(at) for at in rows.values_list("published_at", flat=True)[:5000]})
    return [pattern.format(day) for day in found[:ADDRESSES]]


def contributors(random):
    credited = ListEntry.objects.filter(facet__startswith="contributor:", region="*", campaign="*")[:500]
    uuids = sorted({entry.facet.partition(":")[2] for entry in credited})[:ADDRESSES]
    return [person.get_absolute_url() for person in Contributor.objects.filter(uuid__in=uuids)]


def forms(random):
    newest = Article.objects.order_by("-pk").values_list("pk", flat=True).first()
    return [f"{ADMIN}{pk}/change/" for pk in random.sample(range(newest // 2, newest), min(ADDRESSES, newest // 2))]


# --- one after another, in this process ------------------------------------------------------------------


def sequential(side, kind, addresses, rounds):
    prepare, ask = saving() if kind == "desk: save" else desk() if side == DESK else reader()
    asked = list(islice(cycle(addresses), max(len(addresses), 10)))
    waits, cpu = [], []
    for number in range(rounds + 1):
        waited, spent = [], 0.0
        for address in asked:
            given = prepare(address)
            began, cpu_began = time.perf_counter(), time.process_time()
            ask(address, given)
            spent += time.process_time() - cpu_began
            waited.append((time.perf_counter() - began) * 1000)
        if number:  # the first round warms
            waits.append(sorted(waited))
            cpu.append(spent / len(asked) * 1000)
    return {
        "p50": round(statistics.median(statistics.median(waited) for waited in waits), 2),
        "p99": round(statistics.median(waited[int(len(waited) * 0.99)] for waited in waits), 2),
        "cpu": round(statistics.median(cpu), 2),
        "queries": max(queries(prepare, ask, address) for address in addresses[:5]),
    }


def queries(prepare, ask, address):
    given = prepare(address)
    ContentType.objects.clear_cache()
    freshness.key()  # asked once a second, whatever is asked beside it
    with CaptureQueriesContext(connection) as captured:
        ask(address, given)
    return len(captured)


def nothing(address):
    return None


def reader():
    application = get_wsgi_application()

    def ask(address, _given):
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": False,
        }  # fmt: skip
        status = []
        answer = application(environ, lambda line, headers: status.append(line))
        b"".join(answer)
        answer.close()
        if status != ["200 OK"]:
            raise SystemExit(f"{address} answered {status}")

    return nothing, ask


def logged_in():
    """The desk's client, of an account that may do everything."""
    account, _ = Editor.objects.get_or_create(
        username="bench", defaults={"display_name": "bench", "is_staff": True, "is_superuser": True}
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(account)
    return client


def desk():
    client = logged_in()

    def ask(address, _given):
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    return nothing, ask


def saving():
    """A form is opened, which is not measured, and saved with one word changed, which is."""
    client, count = logged_in(), iter(range(1, 10**9))

    def prepare(address):
        setup_test_environment()  # lets the client see the form's fields
        try:
            data = filled(client.get(address))
        finally:
            teardown_test_environment()
        return {**data, "headline": f"{data.get('headline', '')[:20]} {next(count)}", "_continue": "1"}

    def ask(address, data):
        answer = client.post(address, data)
        if answer.status_code != 302:
            raise SystemExit(f"saving {address} answered {answer.status_code}")

    return prepare, ask


# --- over HTTP -------------------------------------------------------------------------------------------


def served(addresses):
    """What two workers of granian make of the same addresses, asked AT_ONCE at a time."""
    return asked_of("newsdesk.wsgi:application", addresses)


def served_bare():
    return asked_of("bench.bare:application", ["/"])


def asked_of(application, addresses):
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", str(WORKERS), "--blocking-threads", "1", "--host", "127.0.0.1",
        "--port", str(port), application,
    ]  # fmt: skip
    run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, check=True
    )  # as on a desk's server
    with Popen(command, cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL) as server:
        try:
            wait_for(port)
            ask_all(port, addresses, SERVED // 5)  # warms both workers
            workers = psutil.Process(server.pid).children(recursive=True)
            cpu_before, began = cpu_of(workers), time.perf_counter()
            waits = sorted(ask_all(port, addresses, SERVED))
            seconds, cpu = time.perf_counter() - began, cpu_of(workers) - cpu_before
        finally:
            server.terminate()
    return {
        "served": round(len(waits) / seconds),
        "served_p50": round(waits[len(waits) // 2], 2),
        "served_p99": round(waits[int(len(waits) * 0.99)], 2),
        "served_cpu": round(cpu / len(waits) * 1000, 2),
    }


def cpu_of(processes):
    """CPU seconds, of the system's work for them too."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def ask_all(port, addresses, number):
    """Milliseconds of each of so many requests, over connections that stay open."""
    asked, waits, wrong = cycle(addresses), [], []

    def ask_some(share):
        connection = HTTPConnection("127.0.0.1", port)
        for address in share:
            began = time.perf_counter()
            connection.request("GET", address, headers={"Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
            waits.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                wrong.append(f"{address} answered {answer.status}")

    shares = [list(islice(asked, number // AT_ONCE)) for _ in range(AT_ONCE)]
    threads = [threading.Thread(target=ask_some, args=[share]) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(wrong[0])
    return waits


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
