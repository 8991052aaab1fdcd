"""What tables cannot say by constraints: rows that are only ever added, and whose signatures a release needs.

One list of triggers for both databases. A migration that changes a table puts TriggersOff() before and TriggersOn() behind
its operations: SQLite drops triggers silently when it makes a table anew, and refuses to rename one that a trigger names.
Each fires only on a real change, so that loading a fixture twice stays possible.
"""

import hashlib
from typing import NamedTuple

from django.core.checks import Error
from django.db import connections
from django.db.migrations.operations.base import Operation

from articles.vocabulary import REVIEWING, SIGNED, Origin, Stage

APPEND_ONLY = ("Version", "Writer", "HistoryEntry", "SignOff", "StagesInForce", "Correction")
PREFIX = "desk_"  # of every trigger's name


class Trigger(NamedTuple):
    """Refuses a statement on a table. `unless` is what must hold for the new row, in SQL that both databases read."""

    name: str
    model: str
    moment: str  # INSERT, UPDATE or DELETE
    unless: str = ""  # empty: refused always, or, of an UPDATE, when any column differs


def _words(values):
    return ", ".join(f"'{value}'" for value in values)


_SIGNED = f"s.decision IN ({_words(SIGNED)})"
_IN_FORCE = "COALESCE((SELECT f.{column} FROM articles_stagesinforce f ORDER BY f.id DESC LIMIT 1), {default})"
_REVIEWS = _IN_FORCE.format(column="reviews", default=3)
_PROOFS = _IN_FORCE.format(column="proofs", default=0)
_OF_THE_TEXT = f"s.review_id = NEW.review_id AND s.version_id = NEW.version_id AND {_SIGNED}"
_REVIEWED = f"""FROM articles_signoff s WHERE {_OF_THE_TEXT} AND s.stage IN ({_words(REVIEWING)})
        AND NOT EXISTS (SELECT 1 FROM articles_writer w WHERE w.version_id = s.version_id AND w.editor_id = s.by_id)"""
_SIGNATURES = f"""
    (SELECT COUNT(DISTINCT s.by_id) {_REVIEWED}) >= {_REVIEWS}
    AND (SELECT COUNT(DISTINCT s.stage) {_REVIEWED}) >= {_REVIEWS}
    AND EXISTS (SELECT 1 FROM articles_signoff s WHERE {_OF_THE_TEXT} AND s.stage = '{Stage.FINAL_REVIEW}')
    AND NOT EXISTS (SELECT 1 FROM articles_signoff s WHERE s.review_id = NEW.review_id AND NOT ({_SIGNED}))
    AND (SELECT COUNT(DISTINCT s.stage) FROM articles_signoff s
        WHERE {_OF_THE_TEXT} AND s.stage NOT IN ({_words(REVIEWING)})
    ) >= {_PROOFS}"""
_OF_ITS_PIECE = (
    "EXISTS (SELECT 1 FROM articles_version v WHERE v.id = NEW.version_id AND v.article_id = NEW.article_id)"
)
_BY_THE_SYSTEM = (
    f"(NEW.origin = '{Origin.ARCHIVE}' AND NEW.published_by_id IS NULL AND EXISTS"
    " (SELECT 1 FROM articles_version v WHERE v.id = NEW.version_id AND v.created_by_id IS NULL))"
)
_SAME_TEXT = " AND ".join(f"NEW.{column} = OLD.{column}" for column in ("article_id", "version_id", "origin"))

TRIGGERS = (
    *(Trigger(f"{model.lower()}_is_only_added", model, moment) for model in APPEND_ONLY for moment in ("UPDATE", "DELETE")),
    Trigger(
        "sign_off_of_this_text", "SignOff", "INSERT",
        "EXISTS (SELECT 1 FROM articles_version v JOIN articles_review r ON r.article_id = v.article_id"
        " WHERE v.id = NEW.version_id AND r.id = NEW.review_id AND v.sha256 = NEW.sha256 AND r.closed_at IS NULL)",
    ),
    Trigger(
        "sign_off_not_by_a_writer", "SignOff", "INSERT",
        f"NEW.stage NOT IN ({_words(REVIEWING)}) OR NEW.decision NOT IN ({_words(SIGNED)}) OR NOT EXISTS"
        " (SELECT 1 FROM articles_writer w WHERE w.version_id = NEW.version_id AND w.editor_id = NEW.by_id)",
    ),
    Trigger(
        "writer_before_the_sign_offs", "Writer", "INSERT",
        f"NOT EXISTS (SELECT 1 FROM articles_signoff s WHERE s.version_id = NEW.version_id AND s.by_id = NEW.editor_id AND {_SIGNED})",
    ),
    Trigger(
        "publication_of_signed_text", "Publication", "INSERT",
        f"{_OF_ITS_PIECE} AND (NEW.origin = '{Origin.ARCHIVE}' OR ({_SIGNATURES}))",
    ),
    Trigger(
        # A fixture's text, which nobody of the desk has saved, is put back by loaddata alone; whatever else needs signatures.
        "publication_of_signed_text", "Publication", "UPDATE",
        f"({_SAME_TEXT} AND COALESCE(NEW.review_id, 0) = COALESCE(OLD.review_id, 0)) OR ({_OF_ITS_PIECE} AND ({_BY_THE_SYSTEM} OR"
        f" (NEW.origin <> '{Origin.ARCHIVE}' AND {_SIGNATURES})))",
    ),
)  # fmt: skip


def _full_name(trigger):
    """With a digest of what it demands, so that a database with an older one is known by its name."""
    digest = hashlib.sha256(trigger.unless.encode()).hexdigest()[:8]
    return f"{PREFIX}{trigger.name}_{trigger.moment.lower()}_{digest}"


def _differs(table_columns, vendor):
    word = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f'OLD."{column}" {word} NEW."{column}"' for column in table_columns)


def _condition(trigger, columns, vendor):
    """When the statement is refused, in SQL, or "" for always."""
    if trigger.unless:
        return f"NOT ({trigger.unless})"
    return _differs(columns, vendor) if trigger.moment == "UPDATE" else ""


def _create_sqlite(trigger, table, columns):
    condition = _condition(trigger, columns, "sqlite")
    when = f" WHEN {condition}" if condition else ""
    name = _full_name(trigger)
    return [
        f'CREATE TRIGGER "{name}" BEFORE {trigger.moment} ON "{table}" FOR EACH ROW{when}'
        f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
    ]


def _create_postgresql(trigger, table, columns):
    """PostgreSQL's WHEN knows no subqueries, so the function asks."""
    name, condition = _full_name(trigger), _condition(trigger, columns, "postgresql") or "TRUE"
    kept = "OLD" if trigger.moment == "DELETE" else "NEW"
    statements = [
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN'
        f" IF {condition} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF;"
        f" RETURN {kept}; END $$",
        f'CREATE TRIGGER "{name}" BEFORE {trigger.moment} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]
    if trigger.moment == "DELETE":
        statements.append(
            f'CREATE TRIGGER "{name}_all" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
        )
    return statements


def install(connection, apps):
    """Create every trigger whose table the models of `apps` (the registry, or a migration's state of it) have."""
    create = {"sqlite": _create_sqlite, "postgresql": _create_postgresql}[connection.vendor]
    known = {model.__name__: model for model in apps.get_app_config("articles").get_models()}
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            options = known.get(trigger.model) and known[trigger.model]._meta
            if options is None:  # a later migration makes the table
                continue
            columns = [field.column for field in options.concrete_fields]
            for statement in create(trigger, options.db_table, columns):
                cursor.execute(statement)


def remove(connection):
    """Drop every trigger of ours that there is."""
    with connection.cursor() as cursor:
        for name, table in installed(cursor):
            cursor.execute(
                f'DROP TRIGGER "{name}"' if connection.vendor == "sqlite" else f'DROP TRIGGER "{name}" ON "{table}"'
            )
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
                f" AND prorettype = 'trigger'::regtype AND proname LIKE '{PREFIX}%'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP FUNCTION "{name}"()')


def installed(cursor):
    """[(name, table)] of our triggers in the database."""
    if cursor.db.vendor == "sqlite":
        cursor.execute(f"SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{PREFIX}%'")
    else:
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            f" WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE '{PREFIX}%'"
        )
    return cursor.fetchall()


def missing(connection):
    """The names of the triggers that the database should have and has not."""
    wanted = {_full_name(trigger) for trigger in TRIGGERS}
    if connection.vendor == "postgresql":
        wanted |= {f"{_full_name(trigger)}_all" for trigger in TRIGGERS if trigger.moment == "DELETE"}
    with connection.cursor() as cursor:
        return sorted(wanted - {name for name, _table in installed(cursor)})


def check_triggers(databases=None, **kwargs):
    """`manage.py check --database default`, and every migrate, says when the database lost one."""
    problems = []
    for alias in databases or ():
        connection = connections[alias]
        if "articles_signoff" in connection.introspection.table_names() and (names := missing(connection)):
            hint = "Run `manage.py repair_triggers`."
            problems.append(Error(f"Triggers are missing: {', '.join(names)}", hint=hint, id="articles.E001"))
    return problems


class TriggersOff(Operation):
    """Before the operations of a migration that change tables; undone, it puts them back."""

    reversible, elidable = True, False

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        remove(schema_editor.connection)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        install(schema_editor.connection, to_state.apps)

    def describe(self):
        return "Take the triggers away"


class TriggersOn(TriggersOff):
    """Behind them; undone, it takes them away."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        install(schema_editor.connection, to_state.apps)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        remove(schema_editor.connection)

    def describe(self):
        return "Put the triggers in place"
