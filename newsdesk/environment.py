"""Reads settings from the environment. Each reader raises ImproperlyConfigured with one sentence that names
the variable, what it holds and what it may hold."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

SCHEMES = ("sqlite", "postgres", "postgresql")

_env = Env()


def text(name, default=""):
    """The variable as it stands, without outer white space."""
    return _env.str(name, default).strip()


def slug(name):
    """A word as it stands in an address, or empty."""
    value = text(name)
    if not re.fullmatch(r"[a-z0-9-]*", value):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; it may be empty or the word in a place's address, as songxian of /regions/songxian/."
        )
    return value


def words(name, default):
    """A list separated by commas; empty parts are dropped."""
    return [word.strip() for word in _env.list(name, default) if word.strip()]


def switch(name, default):
    """On or off: 1/0, true/false, yes/no, on/off, in any case."""
    try:
        return _env.bool(name, default)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name} is {text(name)!r}; it may be true or false.") from error


def address(name, default):
    """A URL or path under which files are served; always ends in a slash."""
    value = text(name, default)
    if not value.startswith(("/", "http://", "https://")):
        raise ImproperlyConfigured(f"{name} is {value!r}; it may be a path like /media/ or an http(s) address.")
    return value if value.endswith("/") else value + "/"


def webhook(name):
    """The https address of a robot, or empty. The sentence leaves the value out: the key of the group is part of it."""
    value = text(name)
    try:
        parts = urlsplit(value)
        good = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if value and not (good and value.isascii() and value.isprintable() and " " not in value):
        raise ImproperlyConfigured(f"{name} is no webhook: it may be empty or an address that begins with https://.")
    return value


def cache(name, default):
    """Django's settings of one cache, from a URL such as redis://host:6379/0; locmem:// keeps it in the process."""
    try:
        return _env.dj_cache_url(name, default)
    except (EnvError, ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            f"{name} is {text(name)!r}; it may be locmem:// or redis://HOST:PORT/NUMBER."
        ) from error


def database(name, default):
    """Django's settings of one database, from a URL such as postgres://user:password@host:5432/name.

    SQLite is opened for many writers: WAL lets readers go on while one writes, and a transaction that begins
    IMMEDIATE waits its turn instead of failing half-way when two editors save at once.
    """
    value = text(name, default)
    scheme, found, rest = value.partition("://")
    if not found or scheme not in SCHEMES or not rest.strip("/"):
        raise ImproperlyConfigured(
            f"{name} is not a database address: it may be sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
        )
    try:
        config = _env.dj_db_url(name, default)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is not a database address: {error}.") from error
    if scheme == "sqlite":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
    config["CONN_MAX_AGE"] = 60  # opening one costs more than a page
    return config
