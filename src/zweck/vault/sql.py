"""All raw SQL of the vault. Every statement is fixed but for the number of its place-holders; values are parameters."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Value = str | int | bytes | None

LIVE = "NOT (g.state = 'ended')"  # worded as the partial indexes are, or SQLite would not use them
GRANT = (
    "SELECT g.number, g.ident, g.site, s.place, g.subject, g.purpose, g.alias, g.basis, g.edition, g.text_sha256,"
    " g.since, g.until, g.ended, g.state, g.key_class, g.epoch, g.wrapped"
    " FROM vault_grant g JOIN vault_subject s ON s.ident = g.subject"
)


class GrantRow(NamedTuple):
    """A grant as it lies there, with its subject's place."""

    number: int
    ident: bytes
    site: str
    place: str
    subject: bytes
    purpose: str
    alias: bytes | None
    basis: str
    edition: int
    text_sha256: bytes
    since: int | None
    until: int | None
    ended: int | None
    state: str
    key_class: str
    epoch: int
    wrapped: bytes | None


class ReadRow(NamedTuple):
    """What a read brings: the grant with its key, and one value (none of it where it has no such field)."""

    alias: bytes
    state: str
    until: int | None
    key_class: str
    epoch: int
    wrapped: bytes
    entry: bytes | None
    field: str | None
    sealed: bytes | None


class OpenRow(NamedTuple):
    """What is needed to write under a grant. `entry`: the one asked for, or the newest."""

    number: int
    alias: bytes | None
    until: int | None
    key_class: str
    epoch: int
    wrapped: bytes | None
    entry: bytes | None


class SubjectRow(NamedTuple):
    """A subject as it lies there."""

    ident: bytes
    place: str
    salt: bytes | None


def databases() -> tuple[str, ...]:
    """Every database in which personal data may lie."""
    return tuple(dict.fromkeys(places().values()))


def places() -> dict[str, str]:
    """Place -> database."""
    return dict(settings.PLACES)


def name_of(using: str) -> str:
    """The name of a database, which tells a scratch one from the real one."""
    return str(connections[using].settings_dict["NAME"])


def vendor(using: str) -> str:
    """`sqlite` or `postgresql`."""
    return str(connections[using].vendor)


def is_in_transaction(using: str) -> bool:
    """Whether a transaction is open."""
    return bool(connections[using].in_atomic_block)


def read(using: str, subject: tuple[str, bytes, str], fields: Sequence[str], entry: bytes | None) -> list[ReadRow]:
    """The live grant of (site, subject, purpose) with the values of these fields; no row without such a grant.

    Not `ReadRow`s by construction, which would cost as much as the statement: the rows are theirs in form.
    """
    site, ident, purpose = subject
    if vendor(using) == "postgresql":
        return fetch(using, _READ_BOUND, (site, ident, purpose, ",".join(fields), entry))
    given: list[Value] = [*fields, *(() if entry is None else (entry,)), ident, purpose, site]
    return fetch(using, _read_statement(len(fields), entry is not None), given)


# The function names the purpose to the database and takes it back, so that one statement stays one round trip.
_READ_BOUND = "SELECT * FROM vault_read(%s, %s, %s, %s, %s)"


@cache
def _read_statement(fields: int, has_entry: bool) -> str:
    wanted = ", ".join(["%s"] * fields)
    return (
        "SELECT g.alias, g.state, g.until, g.key_class, g.epoch, g.wrapped, d.entry, d.field, d.sealed"
        " FROM vault_grant g LEFT JOIN vault_datum d ON d.grant_id = g.number"
        f" AND d.field IN ({wanted}){' AND d.entry = %s' if has_entry else ''}"
        f" WHERE g.subject = %s AND g.purpose = %s AND {LIVE} AND g.site = %s"
    )


def bind(using: str, purpose: str) -> None:
    """Name the purpose to PostgreSQL until the transaction ends: without it, no row of data is there."""
    if vendor(using) == "postgresql":
        run(using, "SELECT set_config('zweck.purpose', %s, true)", (purpose,))


def opened(using: str, subject: tuple[str, bytes, str], entry: bytes | None) -> OpenRow | None:
    """The live grant of (site, subject, purpose), with this one of its entries or the newest.

    Nobody else changes it meanwhile. Names the purpose until the transaction ends.
    """
    site, ident, purpose = subject
    if vendor(using) == "postgresql":
        found = fetch(using, "SELECT * FROM vault_open(%s, %s, %s, %s)", (site, ident, purpose, entry))
    else:
        found = fetch(using, _OPEN, (entry, entry, ident, purpose, site))
    return OpenRow(*map(_plain, found[0])) if found else None


_OPEN = (
    "SELECT g.number, g.alias, g.until, g.key_class, g.epoch, g.wrapped, (SELECT d.entry FROM vault_datum d"
    " WHERE d.grant_id = g.number AND (%s IS NULL OR d.entry = %s) ORDER BY d.entry DESC LIMIT 1) FROM vault_grant g"
    f" WHERE g.subject = %s AND g.purpose = %s AND {LIVE} AND g.site = %s"
)


def live_grant(using: str, site: str, subject: bytes, purpose: str, *, lock: bool = False) -> GrantRow | None:
    """The grant of a subject for a purpose that has not ended. `lock`: nobody else changes it meanwhile."""
    where = f"{GRANT} WHERE g.subject = %s AND g.purpose = %s AND {LIVE} AND g.site = %s"
    return next(iter(fetch_grants(using, where + for_update(using, lock), (subject, purpose, site))), None)


def grant(using: str, site: str, ident: bytes, *, lock: bool = False) -> GrantRow | None:
    """A grant by its id."""
    where = f"{GRANT} WHERE g.ident = %s AND g.site = %s"
    return next(iter(fetch_grants(using, where + for_update(using, lock), (ident, site))), None)


def grants_of(using: str, site: str, subject: bytes) -> list[GrantRow]:
    """All grants of a subject, oldest first, the ended ones too."""
    return fetch_grants(using, f"{GRANT} WHERE g.subject = %s AND g.site = %s ORDER BY g.number", (subject, site))


def holders(using: str, key: tuple[str, str, str], after: bytes, limit: int) -> list[GrantRow]:
    """Active grants of (site, place, purpose), by id, after this one."""
    site, place, purpose = key
    where = (
        f"{GRANT} WHERE g.site = %s AND g.purpose = %s AND {LIVE} AND g.ident > %s AND g.state = 'active'"
        " AND s.place = %s ORDER BY g.ident LIMIT %s"
    )
    return fetch_grants(using, where, (site, purpose, after, place, limit))


def lying(using: str, site: str) -> dict[str, int]:
    """How many subjects a database has, by the place that their rows name."""
    rows = fetch(using, "SELECT place, count(*) FROM vault_subject WHERE site = %s GROUP BY place", (site,))
    return {str(place): int(number) for place, number in rows}


def purposes(using: str, site: str) -> frozenset[str]:
    """For which purposes there are grants in a database that have not ended."""
    rows = fetch(using, f"SELECT DISTINCT g.purpose FROM vault_grant g WHERE g.site = %s AND {LIVE}", (site,))
    return frozenset(str(purpose) for (purpose,) in rows)


def due(using: str, now: int, limit: int) -> list[GrantRow]:
    """Grants whose time is over."""
    where = f"{GRANT} WHERE g.until IS NOT NULL AND {LIVE} AND g.until <= %s ORDER BY g.until LIMIT %s"
    return fetch_grants(using, where + for_update(using, lock=True), (now, limit))


def marked(using: str, site: str, marks: Sequence[bytes]) -> list[GrantRow]:
    """Grants with one of these marks."""
    wanted = ", ".join(["%s"] * len(marks))
    where = (
        f"{GRANT} WHERE g.number IN (SELECT m.grant_id FROM vault_mark m WHERE m.mark IN ({wanted}))"
        f" AND g.site = %s AND {LIVE} ORDER BY g.number"
    )
    return fetch_grants(using, where, (*marks, site)) if marks else []


def subject(using: str, site: str, ident: bytes, *, lock: bool = False) -> SubjectRow | None:
    """A subject by its id. `lock`: nobody else adds a grant to it meanwhile."""
    statement = "SELECT g.ident, g.place, g.salt FROM vault_subject g WHERE g.ident = %s AND g.site = %s"
    return _subject(fetch(using, statement + for_update(using, lock), (ident, site)))


def _subject(found: list[Any]) -> SubjectRow | None:  # Any: rows as the driver brings them
    if not found:
        return None
    ident, place, salt = found[0]
    return SubjectRow(bytes(ident), place, None if salt is None else bytes(salt))


def begin(using: str, key: tuple[str, str, str], marks: Sequence[bytes]) -> tuple[SubjectRow, GrantRow | None] | None:
    """Who has one of these marks, with the live grant, for (site, place, purpose). Names the purpose until the end.

    Of two who collect the same address at once the second waits, on SQLite by BEGIN IMMEDIATE.
    """
    site, place, purpose = key
    if not marks:
        bind(using, purpose)
        return None
    if vendor(using) == "postgresql":
        # More than two versions of an index are in use only when two renewals overlap; then the newest are asked.
        values = (site, place, purpose, marks[-1], marks[-2] if len(marks) > 1 else None)
        found = fetch(using, "SELECT * FROM vault_begin(%s, %s, %s, %s, %s)", values)
    else:
        found = fetch(using, _begin(len(marks)), (place, purpose, *marks, site))
    if not found:
        return None
    ident, salt, number, *rest = map(_plain, found[0])
    subject = SubjectRow(ident, place, salt)
    if number is None:
        return subject, None
    own, alias, since, until, state, key_class, epoch, wrapped, basis, edition, text = rest
    row = GrantRow(
        number, own, site, place, ident, purpose, alias, basis, edition, text,
        since, until, None, state, key_class, epoch, wrapped,
    )  # fmt: skip
    return subject, row


@cache
def _begin(marks: int) -> str:
    return (
        "SELECT s.ident, s.salt, p.number, p.ident, p.alias, p.since, p.until, p.state, p.key_class, p.epoch,"
        " p.wrapped, p.basis, p.edition, p.text_sha256 FROM vault_mark m JOIN vault_grant g ON g.number = m.grant_id"
        f" JOIN vault_subject s ON s.ident = g.subject AND s.place = %s LEFT JOIN vault_grant p ON p.subject = s.ident"
        f" AND p.purpose = %s AND NOT (p.state = 'ended') WHERE m.mark IN ({', '.join(['%s'] * marks)})"
        f" AND {LIVE} AND g.site = %s ORDER BY g.number LIMIT 1"
    )


def set_salt(using: str, ident: bytes, salt: bytes | None) -> None:
    """Give a subject its salt, or take it."""
    run(using, "UPDATE vault_subject SET salt = %s WHERE ident = %s", (salt, ident))


def forget_aliases(using: str, subject: bytes) -> None:
    """Take a subject's pseudonym from all its grants."""
    run(using, "UPDATE vault_grant SET alias = NULL WHERE subject = %s", (subject,))


class New(NamedTuple):
    """A new grant with all that lies under it. `values`: of the grant, in the order of `_NEW`.

    `subject`: ident, site, place and salt of a new person. `data`: entry, field, sealed. `marks`: mark and version.
    """

    subject: tuple[bytes, str, str, bytes] | None
    values: Sequence[Value]
    purpose: str
    data: Sequence[tuple[bytes, str, bytes]]
    marks: Sequence[tuple[bytes, int]]


def add(using: str, new: New, kind: str) -> int:
    """Keep a new grant with all of it; gives its number. One statement on PostgreSQL, where each is a round trip."""
    if vendor(using) == "postgresql" and new.data:
        data = [value for entry, field, sealed in new.data for value in (entry, field, sealed)]
        marks = [value for mark, version in new.marks for value in (mark, version)]
        given = [*(new.subject or ()), *new.values, *([kind] if marks else []), *marks, new.purpose, *data]
        return int(fetch(using, _add(new.subject is not None, len(new.marks), len(new.data)), given)[0][0])
    if new.subject:
        run(using, "INSERT INTO vault_subject (ident, site, place, salt) VALUES (%s, %s, %s, %s)", new.subject)
    number = int(fetch(using, _ADD_GRANT, new.values)[0][0])
    if new.data:
        add_data(using, [(number, entry, field, new.purpose, sealed) for entry, field, sealed in new.data])
    put_marks(using, number, kind, new.marks)
    return number


_NEW = (
    "ident, site, subject, purpose, alias, basis, edition, text_sha256, made, since, until, state, key_class, epoch,"
    " wrapped"
)
_ADD_GRANT = f"INSERT INTO vault_grant ({_NEW}) VALUES ({', '.join(['%s'] * 15)}) RETURNING number"


@cache
def _add(has_subject: bool, marks: int, data: int) -> str:
    """All inserts of a new grant as one statement of PostgreSQL."""
    parts = [f"g AS ({_ADD_GRANT})"]
    if has_subject:
        parts.insert(0, "s AS (INSERT INTO vault_subject (ident, site, place, salt) VALUES (%s, %s, %s, %s))")
    if marks:
        rows = ", ".join(["(%s::bytea, %s::smallint)"] * marks)
        parts.append(
            "m AS (INSERT INTO vault_mark (mark, grant_id, version, kind) SELECT v.mark, g.number, v.version, %s::text"
            f" FROM g CROSS JOIN (VALUES {rows}) AS v (mark, version))"
        )
    rows = ", ".join(["(%s::bytea, %s::text, %s::bytea)"] * data)
    return (
        f"WITH {', '.join(parts)} INSERT INTO vault_datum (grant_id, entry, field, sealed, purpose)"
        f" SELECT g.number, v.entry, v.field, v.sealed, %s::text FROM g"
        f" CROSS JOIN (VALUES {rows}) AS v (entry, field, sealed)"
        " RETURNING grant_id"
    )


def add_data(using: str, rows: Sequence[tuple[int, bytes, str, str, bytes]]) -> None:
    """Write new values: grant's number, entry, field, purpose, sealed."""
    if rows:
        wanted = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
        statement = f"INSERT INTO vault_datum (grant_id, entry, field, purpose, sealed) VALUES {wanted}"
        run(using, statement, [value for row in rows for value in row])


def put_data(using: str, rows: Sequence[tuple[int, bytes, str, str, bytes]]) -> None:
    """Write values in place of those that are there, or beside them."""
    statement = "UPDATE vault_datum SET sealed = %s WHERE grant_id = %s AND entry = %s AND field = %s"
    add_data(using, [row for row in rows if not run(using, statement, (row[4], *row[:3]))])


def data_of(using: str, grant: int, field: str) -> list[tuple[bytes, bytes]]:
    """Entry and ciphertext of one field in all entries of a grant."""
    found = fetch(using, "SELECT entry, sealed FROM vault_datum WHERE grant_id = %s AND field = %s", (grant, field))
    return [(bytes(entry), bytes(sealed)) for entry, sealed in found]


def entries(using: str, grant: int) -> list[bytes]:
    """The entries of a grant, oldest first."""
    found = fetch(using, "SELECT DISTINCT entry FROM vault_datum WHERE grant_id = %s ORDER BY entry", (grant,))
    return [bytes(entry) for (entry,) in found]


def drop_entries(using: str, grant: int, entries: Sequence[bytes]) -> int:
    """Delete entries of a grant; gives how many values."""
    wanted = ", ".join(["%s"] * len(entries))
    statement = f"DELETE FROM vault_datum WHERE grant_id = %s AND entry IN ({wanted})"
    return run(using, statement, (grant, *entries))


def put_marks(using: str, grant: int, kind: str, marks: Sequence[tuple[bytes, int]]) -> None:
    """Keep the marks of a grant: mark and version."""
    if marks:
        statement = (
            "INSERT INTO vault_mark (mark, grant_id, kind, version) VALUES "
            + ", ".join(["(%s, %s, %s, %s)"] * len(marks))
            + " ON CONFLICT (mark, grant_id) DO NOTHING"
        )
        run(using, statement, [value for mark, version in marks for value in (mark, grant, kind, version)])


def drop_marks(using: str, grant: int, marks: Sequence[bytes]) -> None:
    """Forget these marks of a grant."""
    if marks:
        wanted = ", ".join(["%s"] * len(marks))
        run(using, f"DELETE FROM vault_mark WHERE mark IN ({wanted}) AND grant_id = %s", (*marks, grant))


def drop_all_marks(using: str, grant: int) -> None:
    """Forget all marks of a grant: looks through all there are, for one whose addresses nobody can open any more."""
    run(using, "DELETE FROM vault_mark WHERE grant_id = %s", (grant,))


def set_state(using: str, grant: int, state: str, since: int | None, until: int | None) -> None:
    """Change a grant's state and times."""
    run(
        using,
        "UPDATE vault_grant SET state = %s, since = %s, until = %s WHERE number = %s",
        (state, since, until, grant),
    )


def end_grant(using: str, grant: int, now: int) -> None:
    """Destroy a grant's key and its data. The row stays and says when it ended."""
    run(using, "UPDATE vault_grant SET state = 'ended', ended = %s, wrapped = NULL WHERE number = %s", (now, grant))
    run(using, "DELETE FROM vault_datum WHERE grant_id = %s", (grant,))


def put_back(using: str, row: GrantRow) -> None:
    """Undo `end_grant` as somebody would who kept a copy of the row. Of a proof's control only."""
    statement = "UPDATE vault_grant SET state = %s, ended = NULL, wrapped = %s, alias = %s WHERE number = %s"
    run(using, statement, (row.state, row.wrapped, row.alias, row.number))


def has_live_grant(using: str, subject: bytes) -> bool:
    """Whether any grant of a subject has not ended."""
    return bool(fetch(using, f"SELECT 1 FROM vault_grant g WHERE g.subject = %s AND {LIVE} LIMIT 1", (subject,)))


def master_keys(using: str) -> dict[str, bytes]:
    """Names and proofs of the keys this database relies on."""
    return {
        name: bytes(proof) for name, proof in fetch(using, "SELECT name, proof FROM vault_masterkey ORDER BY name", ())
    }


def has_tables(using: str) -> bool:
    """Whether this database has been migrated so far that it may rely on keys."""
    return "vault_masterkey" in connections[using].introspection.table_names()


def checkpoint(using: str) -> bool:
    """Bring what was deleted out of SQLite's log, so that no file holds it; False while a reader keeps it busy.

    PostgreSQL does that by VACUUM and the end of its log's retention, which are the operator's.
    """
    if vendor(using) != "sqlite":
        return True
    return int(fetch(using, "PRAGMA wal_checkpoint(TRUNCATE)", ())[0][0]) == 0


def add_master_key(using: str, name: str, proof: bytes, made: int) -> None:
    """Note a key this database relies on from now on."""
    statement = "INSERT INTO vault_masterkey (name, proof, made) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING"
    run(using, statement, (name, proof, made))


def fetch_grants(using: str, statement: str, values: Sequence[Value]) -> list[GrantRow]:
    """Grants that a statement beginning with `GRANT` brings."""
    return [GrantRow(*map(_plain, row)) for row in fetch(using, statement, values)]


def _plain(value: Any) -> Any:  # Any: a column of any type
    return bytes(value) if isinstance(value, memoryview) else value


def for_update(using: str, lock: bool) -> str:
    """What lets nobody else change the grants meanwhile; on SQLite there is one writer at a time."""
    return " FOR UPDATE OF g" if lock and vendor(using) == "postgresql" else ""


def run(using: str, statement: str, values: Sequence[Value]) -> int:
    """Send a statement that brings nothing; gives how many rows it touched."""
    connection = connections[using]
    if _is_watched(connection):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)
    with connection.wrap_database_errors:
        return int(connection.connection.execute(_worded(statement, connection.vendor), values).rowcount)


def fetch(using: str, statement: str, values: Sequence[Value]) -> list[Any]:  # Any: rows as the driver brings them
    """The rows a statement brings."""
    connection = connections[using]
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
