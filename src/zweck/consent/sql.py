"""All raw SQL of the room. Every statement is fixed; values are always parameters."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

Value = str | int | bytes | datetime | None
Row = tuple[Value, ...]

_INSERT = (
    "INSERT INTO consent_record (site, edition, edition_sha256, text_sha256, choice_id, language, layer, action,"
    " answers, gpc, dnt, at, valid_until, withdrawn_id, withdrawn_until, leaf, entry)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_INSERT_RETURNING = f"{_INSERT} RETURNING number"
_INSERT_SQLITE = _INSERT.replace("%s", "?")
_ARCHIVE = (
    "INSERT INTO consent_shown (sha256, site, edition, language, layer, body) SELECT {0}, {0}, {0}, {0}, {0}, {0}"
    " WHERE NOT EXISTS (SELECT 1 FROM consent_shown WHERE sha256 = {0})"
)
_ARCHIVE_ON = {
    "sqlite": _ARCHIVE.format("%s"),
    # Two processes may archive the same text at the same moment.
    "postgresql": _ARCHIVE.format("%s").replace("SELECT %s, %s, %s,", "SELECT %s, %s, %s::integer,")
    + " ON CONFLICT DO NOTHING",
}
_WITHDRAWN = (
    "SELECT number, withdrawn_id, withdrawn_until FROM consent_record"
    " WHERE withdrawn_id IS NOT NULL AND number > %s AND withdrawn_until > %s ORDER BY number"
)


def insert_record(row: Row) -> int:
    """Write a record, its values in the order of the model; gives its number. Inside a transaction."""
    returning = connection.vendor == "postgresql"
    if connection.queries_logged or connection.execute_wrappers:  # somebody counts or watches the statements
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_RETURNING if returning else _INSERT, row)
            return int(cursor.fetchone()[0] if returning else cursor.lastrowid)
    # The driver's own cursor: Django's wrappers would double what the insert costs.
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        if returning:
            return int(connection.connection.execute(_INSERT_RETURNING, row).fetchone()[0])
        return int(connection.connection.execute(_INSERT_SQLITE, row).lastrowid)


def archive(row: Row) -> None:
    """Keep a text under its hash, unless it is there; its values in the order of the model."""
    with connection.cursor() as cursor:
        cursor.execute(_ARCHIVE_ON[connection.vendor], (*row, row[0]))


def moments(*times: datetime | None) -> Iterator[str | datetime | None]:
    """Times as this database takes them."""
    return map(connection.ops.adapt_datetimefield_value, times)


def withdrawn(since: int, now: datetime) -> list[tuple[int, bytes, object]]:
    """What was taken back by records after this number and not yet ended: number, id, until when it is refused."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAWN, (since, *moments(now)))
        return [(number, bytes(id_), until) for number, id_, until in cursor.fetchall()]
