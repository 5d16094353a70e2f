"""Which databases there are, and how statements are sent to them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Value = str | int | bytes | None
Where = str | BaseDatabaseWrapper  # a database by its alias, or its connection, where an act has it in hand


def databases() -> tuple[str, ...]:
    """Every database in which personal data may lie."""
    return tuple(dict.fromkeys(places().values()))


def places() -> dict[str, str]:
    """Place -> database."""
    return dict(settings.PLACES)


def name_of(using: str) -> str:
    """The name of a database, which tells a scratch one from the real one."""
    return str(connections[using].settings_dict["NAME"])


def line(using: Where) -> BaseDatabaseWrapper:
    """The connection to a database, for an act of several statements: looking it up costs as much as a short one."""
    return connections[using] if isinstance(using, str) else using


def vendor(using: Where) -> str:
    """`sqlite` or `postgresql`."""
    return str(line(using).vendor)


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
    if vendor(using) == "postgresql":
        run(using, "SELECT set_config('zweck.purpose', %s, true)", (str(purpose),))


def plain(value: Any) -> Any:  # Any: a column of any type
    """A column as both drivers should give it."""
    return bytes(value) if isinstance(value, memoryview) else value


def holes(count: int) -> str:
    """Place-holders for so many values."""
    return ", ".join(["%s"] * count)


def run(using: Where, statement: str, values: Sequence[Value]) -> int:
    """Send a statement that brings nothing; gives how many rows it touched."""
    connection = line(using)
    if _is_watched(connection):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    with connection.wrap_database_errors:
        return int(connection.connection.execute(_worded(statement, connection.vendor), values).rowcount)


def run_each(using: Where, statement: str, rows: Sequence[Sequence[Value]]) -> None:
    """Send a statement once for each of these rows."""
    with line(using).cursor() as cursor:
        cursor.executemany(statement, rows)


def fetch(using: Where, statement: str, values: Sequence[Value]) -> list[Any]:  # Any: rows as the driver brings them
    """The rows a statement brings."""
    connection = line(using)
    found: list[Any]
    if _is_watched(connection):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.fetchall()
        return found
    with connection.wrap_database_errors:
        found = connection.connection.execute(_worded(statement, connection.vendor), values).fetchall()
    return found


def _is_watched(connection: BaseDatabaseWrapper) -> bool:
    """Make the connection ready, and see whether somebody counts or watches the statements.

    If not, the driver's own cursor takes them: Django's wrappers would double what a read costs.
    """
    if connection.in_atomic_block:
        connection.validate_no_broken_transaction()
    else:
        connection.close_if_health_check_failed()
        connection.ensure_connection()
    return bool(connection.queries_logged or connection.execute_wrappers)


@cache
def _worded(statement: str, vendor: str) -> str:
    return statement.replace("%s", "?") if vendor == "sqlite" else statement
