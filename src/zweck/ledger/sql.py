"""All raw SQL of the ledger. Every statement is fixed; values are always parameters."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import DatabaseError, connections, transaction
from django.db.models import Model

LOCK = (0x5A5745, 1)  # "ZWE", sequencer
PAGE = 2000

_INSERT = "INSERT INTO ledger_act (site, leaf, body) VALUES (%s, %s, %s)"
_INSERT_RETURNING = _INSERT + " RETURNING id"
_INSERT_SQLITE = _INSERT.replace("%s", "?")

# An act whose transaction was still open when others with higher ids were sequenced commits later: ids say nothing
# about that, transaction numbers do. SQLite has one writer at a time, so there ids follow commits; its marks are 0.
# A mark in the future means that the database was moved to a younger server, which counts anew: then all are looked at.
_UNPLACED = {
    "postgresql": "FROM ledger_act a LEFT JOIN ledger_position p ON p.act_id = a.id WHERE p.act_id IS NULL AND a.tx {}"
    " (SELECT CASE WHEN mark <= pg_snapshot_xmin(pg_current_snapshot()) THEN mark ELSE '0'::xid8 END"
    " FROM (SELECT %s::text::xid8 AS mark) AS marked)",
    "sqlite": "FROM ledger_act a LEFT JOIN ledger_position p ON p.act_id = a.id WHERE p.act_id IS NULL"
    " AND a.id {} (SELECT coalesce(max(act_id), 0) FROM ledger_position) + %s",
}
_WAITING = {vendor: query.format(">=") for vendor, query in _UNPLACED.items()}
_PASSED_OVER = {vendor: query.format("<") for vendor, query in _UNPLACED.items()}
_ENTRIES = (
    "SELECT p.position, a.leaf, a.body FROM ledger_position p JOIN ledger_act a ON a.id = p.act_id"
    " WHERE p.position >= %s AND p.position < %s ORDER BY p.position"
)
_BODIES = "SELECT id, body FROM ledger_act WHERE id > %s AND body LIKE %s ORDER BY id LIMIT %s"
_LEAVES = (
    "SELECT a.leaf FROM ledger_position p JOIN ledger_act a ON a.id = p.act_id"
    " WHERE p.position >= %s AND p.position < %s ORDER BY p.position"
)


def vendor(using: str) -> str:
    """`sqlite` or `postgresql`."""
    return connections[using].vendor


def databases() -> tuple[str, ...]:
    """All databases this installation knows, each with a log of its own."""
    return tuple(connections)


def insert_act(using: str, site: str, leaf: bytes, body: str) -> int | None:
    """Write an act down; gives its row's number, or None when no transaction is open."""
    connection = connections[using]
    if not connection.in_atomic_block:
        return None
    returning, row = connection.vendor == "postgresql", (site, leaf, body)
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


def hold_lock(using: str) -> None:
    """Be the only sequencer until the transaction ends; SQLite's BEGIN IMMEDIATE already sees to it."""
    if vendor(using) == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)


def settled(using: str) -> int:
    """The oldest transaction that may still commit an act. Ask it before `pending`, never after."""
    if vendor(using) != "postgresql":
        return 0
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def pending(using: str, since: int, limit: int) -> list[tuple[int, bytes]]:
    """Committed acts without a position: number and leaf. `since`: what `settled` said before."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT a.id, a.leaf {_WAITING[vendor(using)]} ORDER BY a.id LIMIT %s", (since, limit))
        return [(number, bytes(leaf)) for number, leaf in cursor.fetchall()]


def oldest_pending(using: str, since: int) -> str | None:
    """The body of the first committed act without a position."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT a.body {_WAITING[vendor(using)]} ORDER BY a.id LIMIT 1", (since,))
        found = cursor.fetchone()
    return str(found[0]) if found else None


def passed_over(using: str, since: int) -> int:
    """How many acts the sequencer would never see again, though they have no position. 0, or somebody meddled."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_PASSED_OVER[vendor(using)]}", (since,))
        return int(cursor.fetchone()[0])


def add_positions(using: str, first: int, numbers: Iterable[int]) -> None:
    """Give acts the positions from `first` on, in this order."""
    with connections[using].cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_position (position, act_id) VALUES (%s, %s)", list(enumerate(numbers, first))
        )


def entries(using: str, start: int, end: int) -> Iterator[tuple[int, bytes, str]]:
    """Position, leaf and body of the entries [start, end), a page at a time."""
    for page in range(start, end, PAGE):
        with connections[using].cursor() as cursor:
            cursor.execute(_ENTRIES, (page, min(page + PAGE, end)))
            rows = cursor.fetchall()
        for position, leaf, body in rows:
            yield position, bytes(leaf), body


def bodies(using: str, act: str, after: int) -> Iterator[str]:
    """The bodies of all acts after this one whose name begins so, as they were recorded, a page at a time."""
    while True:
        with connections[using].cursor() as cursor:
            cursor.execute(_BODIES, (after, f'%"act":"{act}%', PAGE))
            rows = cursor.fetchall()
        yield from (body for _, body in rows)
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


def leaves(using: str, start: int, end: int) -> Iterator[bytes]:
    """The leaf hashes of the entries [start, end), a page at a time."""
    for page in range(start, end, PAGE):
        with connections[using].cursor() as cursor:
            cursor.execute(_LEAVES, (page, min(page + PAGE, end)))
            rows = cursor.fetchall()
        for (leaf,) in rows:
            yield bytes(leaf)


def count(using: str) -> tuple[int, int]:
    """How many acts there are, and how many have a position."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM ledger_act), (SELECT count(*) FROM ledger_position)")
        acts, positions = cursor.fetchone()
    return acts, positions


# Each names one row, so that trying them on a live log locks little.
FORBIDDEN = {
    "UPDATE an act": "UPDATE ledger_act SET body = body WHERE id = (SELECT max(id) FROM ledger_act)",
    "DELETE an act": "DELETE FROM ledger_act WHERE id = (SELECT max(id) FROM ledger_act)",
    "UPDATE a position": "UPDATE ledger_position SET act_id = act_id WHERE position = 0",
    "DELETE a position": "DELETE FROM ledger_position WHERE position = 0",
    "UPDATE a checkpoint": "UPDATE ledger_checkpoint SET note = note"
    " WHERE size = (SELECT min(size) FROM ledger_checkpoint)",
    "DELETE a checkpoint": "DELETE FROM ledger_checkpoint WHERE size = (SELECT min(size) FROM ledger_checkpoint)",
    "UPDATE a testimony": "UPDATE ledger_testimony SET content = content"
    " WHERE id = (SELECT max(id) FROM ledger_testimony)",
    "DELETE a testimony": "DELETE FROM ledger_testimony WHERE id = (SELECT max(id) FROM ledger_testimony)",
    "UPDATE the log's name": "UPDATE ledger_log SET origin = origin",
    "DELETE the log's name": "DELETE FROM ledger_log",
}
FORBIDDEN_ON = {
    "sqlite": {
        "REPLACE an act": "INSERT OR REPLACE INTO ledger_act (id, site, leaf, body)"
        " SELECT id, site, leaf, body FROM ledger_act ORDER BY id DESC LIMIT 1",
        "REPLACE a position": "INSERT OR REPLACE INTO ledger_position (position, act_id)"
        " SELECT position + 1000000, act_id FROM ledger_position WHERE position = 0",
        "REPLACE a checkpoint": "INSERT OR REPLACE INTO ledger_checkpoint (size, root, frontier, note, at, settled)"
        " SELECT size, root, frontier, note, at, settled FROM ledger_checkpoint ORDER BY size LIMIT 1",
    },
    "postgresql": {
        "TRUNCATE the acts": "TRUNCATE ledger_act CASCADE",
        "TRUNCATE the positions": "TRUNCATE ledger_position CASCADE",
        "TRUNCATE the checkpoints": "TRUNCATE ledger_checkpoint CASCADE",
    },
}


def accepted(using: str) -> list[str]:
    """Which forbidden statements the database would carry out. Run it in a transaction that is rolled back.

    Raises DatabaseError when one failed for another reason than being refused.
    """
    done = []
    for name, statement in (FORBIDDEN | FORBIDDEN_ON[vendor(using)]).items():
        try:
            with transaction.atomic(using=using), connections[using].cursor() as cursor:
                if vendor(using) == "postgresql":
                    cursor.execute("SET LOCAL lock_timeout = '1s'")
                cursor.execute(statement)
        except DatabaseError as refusal:
            if not _is_refusal(refusal):
                raise
        else:
            done.append(name)
    return done


def _is_refusal(error: DatabaseError) -> bool:
    """Our trigger, or a role that was never granted the statement (SQLSTATE 42501)."""
    return "append-only" in str(error) or getattr(error.__cause__, "sqlstate", "") == "42501"


def open_file(using: str, path: Path, tables: Iterable[type[Model]]) -> None:
    """Make a SQLite file a database of this process, with these tables and no triggers."""
    options = {"transaction_mode": "IMMEDIATE"}
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}
    connections.databases[using] = connections.configure_settings({"default": file})["default"]
    with connections[using].schema_editor() as editor:
        for table in tables:
            editor.create_model(table)


def close_file(using: str) -> None:
    """Forget such a database."""
    if using in connections.databases:
        connections[using].close()
        del connections[using]
        del connections.databases[using]
