"""All raw SQL of the room. Every statement is fixed; values are always parameters."""

from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError, connection, transaction

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


# Each names one row, so that trying them on live tables locks little. A record's deletion is refused while something
# rests on it, so the newest is tried.
_FORBIDDEN = {
    "UPDATE a record": "UPDATE consent_record SET action = action"
    " WHERE number = (SELECT max(number) FROM consent_record)",
    "DELETE a record": "DELETE FROM consent_record WHERE number = (SELECT max(number) FROM consent_record)",
    "UPDATE a text": "UPDATE consent_shown SET body = body WHERE sha256 = (SELECT max(sha256) FROM consent_shown)",
    "DELETE a text": "DELETE FROM consent_shown WHERE sha256 = (SELECT max(sha256) FROM consent_shown)",
}
_FORBIDDEN_ON = {
    "sqlite": {
        "REPLACE a text": "INSERT OR REPLACE INTO consent_shown (sha256, site, edition, language, layer, body)"
        " SELECT sha256, site, edition, language, layer, body FROM consent_shown LIMIT 1",
    },
    "postgresql": {
        "TRUNCATE the records": "TRUNCATE consent_record",
        "TRUNCATE the texts": "TRUNCATE consent_shown",
    },
}


def accepted() -> list[str]:
    """Which forbidden statements the database would carry out. Run it in a transaction that is rolled back."""
    done = []
    for name, statement in (_FORBIDDEN | _FORBIDDEN_ON[connection.vendor]).items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
                cursor.execute(statement)
        except DatabaseError as refusal:
            # Our trigger, or a role that was never granted the statement (SQLSTATE 42501).
            if "append-only" not in str(refusal) and getattr(refusal.__cause__, "sqlstate", "") != "42501":
                raise
        else:
            done.append(name)
    return done
