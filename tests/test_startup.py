"""Start-up: what the environment says wrong is said in one sentence; a port that is taken too; the accounts to try."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from articles import publish, review
from articles.models import Article, Editor
from articles.refusals import MoveRefused, NotReady
from articles.vocabulary import REVIEWING
from tests.factories import make_article

ROOT = Path(__file__).resolve().parent.parent
OURS = (
    "DEBUG",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "DJANGO_SETTINGS_MODULE",
    "PORT",
)


def run(*command, cwd=ROOT, **environment):
    """Run a command with nothing of our settings in its environment but these."""
    clean = {name: value for name, value in os.environ.items() if name not in OURS and not name.startswith("DESK_")}
    return subprocess.run(command, cwd=cwd, env=clean | environment, capture_output=True, text=True, timeout=60)


def manage(*arguments, **environment):
    return run(sys.executable, "manage.py", *arguments, **environment)


GOOD = {"DEBUG": "false", "SECRET_KEY": "x", "DATABASE_URL": "sqlite:////nonexistent/newsdesk.sqlite3"}


# What the environment may say.


@pytest.mark.parametrize(
    "environment",
    [
        GOOD,
        {"DEBUG": "true"},
        {"DEBUG": "1", "SECRET_KEY": ""},
        {"SECRET_KEY": "x"},
        {**GOOD, "DATABASE_URL": "postgres://nobody:secret@127.0.0.1:1/none"},
        {**GOOD, "MEDIA_URL": "https://media.example.org/newsdesk"},
        {**GOOD, "DESK_NAME": "嵩县新闻", "ALLOWED_HOSTS": "a.example.org, b.example.org"},
        {**GOOD, "DESK_ROBOT_WEBHOOK": "https://robot.example.org/send?key=secret"},
    ],
)
def test_it_starts_with(environment):
    done = manage("check", **environment)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("variable", "environment"),
    [
        ("DEBUG", {"DEBUG": "maybe"}),
        ("DEBUG", {"DEBUG": "2"}),
        ("SECRET_KEY", {"SECRET_KEY": ""}),
        ("SECRET_KEY", {"SECRET_KEY": "  "}),
        ("DATABASE_URL", {"DATABASE_URL": "nonsense"}),
        ("DATABASE_URL", {"DATABASE_URL": "sqlite://"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgres://"}),
        ("DATABASE_URL", {"DATABASE_URL": "mysql://root:secret@localhost/newsdesk"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgres://nobody:secret@127.0.0.1:port/none"}),
        ("DESK_ROBOT_WEBHOOK", {"DESK_ROBOT_WEBHOOK": "http://example.org/send?key=secret"}),
        ("MEDIA_URL", {"MEDIA_URL": "garbage"}),
        ("MEDIA_URL", {"MEDIA_URL": "ftp://example.org/"}),
    ],
)
def test_it_does_not_start_and_names_the_variable_in_one_sentence(variable, environment):
    is_one_sentence(manage("check", **{**GOOD, **environment}), variable)


def test_without_a_secret_key_it_starts_only_with_debug_on():
    is_one_sentence(manage("check", DATABASE_URL=GOOD["DATABASE_URL"]), "SECRET_KEY")
    assert manage("check", DATABASE_URL=GOOD["DATABASE_URL"], DEBUG="true").returncode == 0


@pytest.mark.parametrize(
    "url", ["postgres://nobody:secret@127.0.0.1:1/none", "sqlite:////nonexistent/folder/newsdesk.sqlite3"]
)
@pytest.mark.parametrize("command", ["migrate", "load_seed"])
def test_a_database_that_cannot_be_reached_is_named_in_one_sentence(command, url):
    is_one_sentence(manage(command, **{**GOOD, "DATABASE_URL": url}), "DATABASE_URL")


def is_one_sentence(done, variable):
    (line,) = done.stderr.splitlines()
    assert done.returncode != 0
    assert line.startswith("newsdesk cannot ") and variable in line
    assert "Traceback" not in line and "secret" not in line


# script/server.


@pytest.fixture
def copy(tmp_path):
    """The scripts in a folder of their own, where everything is installed and manage.py writes down what it is asked."""
    shutil.copytree(ROOT / "script", tmp_path / "script")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    wanted = (tmp_path / "requirements.txt").read_text("utf-8").rstrip("\n")
    (tmp_path / ".venv/installed").write_text(f"{wanted}\n{wanted}", "utf-8")
    (tmp_path / "manage.py").write_text(
        "import os, sys\nwith open('asked', 'a') as asked: print(os.environ['DEBUG'], *sys.argv[1:], file=asked)\n"
    )
    return tmp_path


def asked(copy):
    log = copy / "asked"
    return log.read_text().splitlines() if log.exists() else []


def test_the_server_migrates_loads_the_seed_makes_accounts_and_serves(copy):
    port = free_port()
    done = run("script/server", cwd=copy, PORT=str(port))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"http://127.0.0.1:{port}/" in done.stdout
    commands = ["migrate --verbosity 0", "load_seed", "make_demo_accounts", f"runserver 127.0.0.1:{port}"]
    assert asked(copy) == [f"true {command}" for command in commands]


def test_a_taken_port_is_said_in_one_sentence_before_anything_is_done(copy):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("script/server", cwd=copy, PORT=str(port))
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout, asked(copy)) == (1, "", [])
    assert line.startswith(f"Port {port} cannot be used (") and line.endswith("PORT=8001 script/server")


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "80 80", "８０００", "1e3"])
def test_what_is_no_port_is_said_in_one_sentence(copy, port):
    done = run("script/server", cwd=copy, PORT=port)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, asked(copy)) == (1, [])
    assert line == f"PORT is {port!r}; it may be a number from 1 to 65535."


def test_an_old_python_is_refused_in_one_sentence(copy, tmp_path):
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for tool in ("sh", "dirname", "cat"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    done = run("script/server", cwd=copy, PATH=str(tmp_path / "bin"), PYTHON=str(old))
    (line,) = done.stderr.splitlines()
    assert (done.returncode, asked(copy)) == (1, [])
    assert line.startswith("newsdesk needs Python 3.11 or newer")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# The accounts to try newsdesk with.


@pytest.fixture
def make_accounts(db, settings, capsys):
    """Runs make_demo_accounts, DEBUG on or off; the lines it prints."""

    def make(debug=True):
        settings.DEBUG = debug
        call_command("make_demo_accounts")
        return capsys.readouterr().out.splitlines()

    return make


def test_accounts_for_every_step_are_made_and_their_passwords_printed_once(make_accounts):
    lines = make_accounts()
    words = [line.replace(",", "").split() for line in lines]
    names = ("admin", "writer", "editor", "head", "chief", "correspondent", "proof")
    assert [(line[0], line[1]) for line in words] == [("account", name) for name in names]
    for _, username, _, _, password in words:
        assert authenticate(username=username, password=password) == Editor.objects.get(username=username)
    before = list(Editor.objects.values_list("username", "password"))
    assert make_accounts() == []
    assert list(Editor.objects.values_list("username", "password")) == before


def test_only_an_absent_account_is_made(make_accounts):
    make_accounts()
    Editor.objects.filter(username="writer").delete()
    (line,) = make_accounts()
    assert line.startswith("account writer ")


def test_with_debug_off_no_account_is_made(make_accounts):
    assert make_accounts(debug=False) == ["DEBUG is off: no demonstration accounts are made."]
    assert Editor.objects.count() == 0


def test_the_accounts_take_a_piece_through_three_reviews_to_the_public_and_no_two_of_them_are_enough(make_accounts):
    make_accounts()
    names = ("admin", "writer", "editor", "head", "chief")
    admin, writer, *reviewers = (Editor.objects.get(username=name) for name in names)
    article = make_article(by=writer, own_work_of=writer)
    review.submit(article, by=writer)
    sha256 = article.versions.get().sha256
    for account, stage in zip(reviewers, REVIEWING, strict=True):
        for other in {writer, *reviewers} - {account}:
            with pytest.raises(MoveRefused):
                review.sign(article, by=other, stage=stage, sha256=sha256)
        with pytest.raises(NotReady):
            publish.publish(article, by=reviewers[-1])
        review.sign(article, by=account, stage=stage, sha256=sha256)
    with pytest.raises(MoveRefused):
        publish.publish(article, by=reviewers[0])
    assert list(Article.objects.live()) == []
    publish.publish(article, by=reviewers[-1])
    assert list(Article.objects.live()) == [article]
    assert [(e.is_staff, e.is_superuser) for e in (admin, writer, *reviewers)] == [(True, True), *[(True, False)] * 4]


def test_none_of_them_but_the_superuser_sees_private_contact_data_or_accounts(make_accounts):
    make_accounts()
    for username in ("writer", "editor", "head", "chief", "correspondent", "proof"):
        account = Editor.objects.get(username=username)
        assert account.has_perm("articles.change_article") and account.has_perm("articles.view_contributor")
        assert [p for p in account.get_all_permissions() if "contactdetails" in p or "_editor" in p] == []
