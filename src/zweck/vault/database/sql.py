"""Which databases there are, and how statements are sent to them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections

Value = str | int | bytes | None | list[bytes] | list[int]


def databases() -> tuple[str, ...]:
    """Every database in which personal data may lie."""
    return tuple(dict.fromkeys(places().values()))


def places() -> dict[str, str]:
    """Place -> database."""
    return dict(settings.PLACES)


def name_of(using: str) -> str:
    """The name of a database, which tells a scratch one from the real one."""
    return str(connections[using].settings_dict["NAME"])


class Line:
    """A connection that was found and seen to be in order once, for an act of several statements.

    `raw`: the driver's own, unless somebody counts or watches the statements. Django's wrappers would double what a
    read costs, and looking the connection up anew costs as much as a short statement.
    """

    __slots__ = ("connection", "raw")

    def __init__(self, using: str) -> None:
        self.connection = found = connections[using]
        if found.in_atomic_block:
            found.validate_no_broken_transaction()
        else:
            found.close_if_health_check_failed()
            found.ensure_connection()
        self.raw: Any = None if found.queries_logged or found.execute_wrappers else found.connection  # Any: a driver's


Where = str | Line  # a database by its alias, or the line that an act has to it


def vendor(using: str) -> str:
    """`sqlite` or `postgresql`."""
    return str(connections[using].vendor)


def is_in_transaction(using: str) -> bool:
    """Whether a transaction is open."""
    return bool(connections[using].in_atomic_block)


def checkpoint(using: str) -> bool:
    """Bring what was deleted out of SQLite's log, so that no file holds it; False while a reader keeps it busy.

    PostgreSQL does that by VACUUM and the end of its log's retention, which are the operator's.
    """
    if vendor(using) != "sqlite":
        return True
    return int(fetch(using, "PRAGMA wal_checkpoint(TRUNCATE)", ())[0][0]) == 0


def has_table(using: str, table: str) -> bool:
    """Whether there is such a table."""
    return table in connections[using].introspection.table_names()


def bind(using: Where, purpose: int | str) -> None:
    """Name purposes, by number, to PostgreSQL until the transaction ends: without it, no row of data is there."""
    if (vendor(using) if isinstance(using, str) else using.connection.vendor) == "postgresql":
        run(using, "SELECT set_config('zweck.purpose', %s, true)", (str(purpose),))


def plain(value: Any) -> Any:  # Any: a column of any type
    """A column as both drivers should give it."""
    return bytes(value) if isinstance(value, memoryview) else value


def among(using: str, column: str, wanted: Sequence[bytes]) -> tuple[str, list[Value]]:
    """The words for a column that has one of these values, and the values; on PostgreSQL one array for any number."""
    if vendor(using) == "postgresql":
        return f"{column} = ANY (%s)", [list(wanted)]
    return f"{column} IN ({holes(len(wanted))})", [*wanted]


def holes(count: int) -> str:
    """Place-holders for so many values."""
    return ", ".join(["%s"] * count)


def run(using: Where, statement: str, values: Sequence[Value]) -> int:
    """Send a statement that brings nothing; gives how many rows it touched."""
    line = Line(using) if isinstance(using, str) else using
    if line.raw is None:
        with line.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    with line.connection.wrap_database_errors:
        return int(line.raw.execute(_worded(statement, line.connection.vendor), values).rowcount)


def run_each(using: str, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    """Send a statement once for each of these rows."""
    with connections[using].cursor() as cursor:
        cursor.executemany(statement, rows)


def fetch(using: Where, statement: str, values: Sequence[Value]) -> list[Any]:  # Any: rows as the driver brings them
    """The rows a statement brings."""
    line = Line(using) if isinstance(using, str) else using
    found: list[Any]
    if line.raw is None:
        with line.connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.fetchall()
        return found
    with line.connection.wrap_database_errors:
        # In binary, bytes need not be spelled in hex and read again.
        if getattr(line.connection.features, "uses_server_side_binding", False):
            found = line.raw.execute(statement, values, binary=True).fetchall()
        else:
            found = line.raw.execute(_worded(statement, line.connection.vendor), values).fetchall()
    return found


@cache
def _worded(statement: str, vendor: str) -> str:
    return statement.replace("%s", "?") if vendor == "sqlite" else statement
