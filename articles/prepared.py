"""Questions that are asked on every request: a queryset is turned into its statement once, and only filled in each time.

Building the SQL of a queryset of some joins costs the ORM ten times what the database needs to answer it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import connection, models

# Values that nobody asks for, one for each name: where one stands in the statement, the asked value goes.
_SENTINELS = {
    int: lambda n: 7_314_159_265_358_979 + n,
    datetime: lambda n: datetime(1903, 3, 14, 15, 9, 26, 535, tzinfo=UTC) + timedelta(seconds=n),
    date: lambda n: date(1903, 3, 14) + timedelta(days=n),
    UUID: lambda n: UUID(int=n + 1),
    str: lambda n: f"nobody asks for this {n}",
}
# Of the kinds that a database keeps in a form of its own.
_FIELDS = {datetime: models.DateTimeField(), date: models.DateField(), UUID: models.UUIDField()}


@dataclass
class Prepared:
    """`build(**values)` gives a queryset of values_list(); `kinds` gives the type of each value, one of those above.

    Called with values it answers that queryset's rows, as sequences. The queryset may not look different for different values.
    """

    build: Callable
    kinds: dict[str, type]
    _statements: dict = field(default_factory=dict)  # by database vendor

    def __call__(self, **values):
        if connection.vendor not in self._statements:
            self._statements[connection.vendor] = self._compile()
        sql, places, converters, compiler = self._statements[connection.vendor]
        filled = {name: _as_stored(self.kinds[name], value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [filled[given] if named else given for named, given in places])
            rows = cursor.fetchall()
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    def _compile(self):
        sentinels = {name: _SENTINELS[kind](n) for n, (name, kind) in enumerate(self.kinds.items())}
        compiler = self.build(**sentinels).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = {_as_stored(self.kinds[name], sentinel): name for name, sentinel in sentinels.items()}
        places = [(True, names[param]) if param in names else (False, param) for param in params]
        converters = compiler.get_converters([chosen[0] for chosen in compiler.select[: compiler.col_count]])
        return sql, places, converters, compiler


def _as_stored(kind, value):
    return _FIELDS[kind].get_db_prep_value(value, connection) if kind in _FIELDS else value
