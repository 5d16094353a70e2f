"""All raw SQL of the vault. Every statement is fixed but for the number of its place-holders; values are parameters."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections

Value = str | int | bytes | list[str] | None

_LIVE = "NOT (g.state = 'ended')"  # worded as the partial indexes are, or SQLite would not use them
_GRANT = (
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
        return _all(using, _READ_BOUND, (site, ident, purpose, [*fields], entry))
    given: list[Value] = [*fields, *(() if entry is None else (entry,)), ident, purpose, site]
    return _all(using, _read_statement(len(fields), entry is not None), given)


# The function names the purpose to the database and takes it back, so that one statement stays one round trip.
_READ_BOUND = "SELECT * FROM vault_read(%s, %s, %s, %s::text[], %s)"


@cache
def _read_statement(fields: int, has_entry: bool) -> str:
    wanted = ", ".join(["%s"] * fields)
    return (
        "SELECT g.alias, g.state, g.until, g.key_class, g.epoch, g.wrapped, d.entry, d.field, d.sealed"
        " FROM vault_grant g LEFT JOIN vault_datum d ON d.grant_id = g.number"
        f" AND d.field IN ({wanted}){' AND d.entry = %s' if has_entry else ''}"
        f" WHERE g.subject = %s AND g.purpose = %s AND {_LIVE} AND g.site = %s"
    )


def bind(using: str, purpose: str) -> None:
    """Name the purpose to PostgreSQL until the transaction ends: without it, no row of data is there."""
    if vendor(using) == "postgresql":
        _run(using, "SELECT set_config('zweck.purpose', %s, true)", (purpose,))


def live_grant(using: str, site: str, subject: bytes, purpose: str, *, lock: bool = False) -> GrantRow | None:
    """The grant of a subject for a purpose that has not ended. `lock`: nobody else changes it meanwhile."""
    where = f"{_GRANT} WHERE g.subject = %s AND g.purpose = %s AND {_LIVE} AND g.site = %s"
    return next(iter(_grants(using, where + _for_update(using, lock), (subject, purpose, site))), None)


def grant(using: str, site: str, ident: bytes, *, lock: bool = False) -> GrantRow | None:
    """A grant by its id."""
    where = f"{_GRANT} WHERE g.ident = %s AND g.site = %s"
    return next(iter(_grants(using, where + _for_update(using, lock), (ident, site))), None)


def grants_of(using: str, site: str, subject: bytes) -> list[GrantRow]:
    """All grants of a subject, oldest first, the ended ones too."""
    return _grants(using, f"{_GRANT} WHERE g.subject = %s AND g.site = %s ORDER BY g.number", (subject, site))


def holders(using: str, key: tuple[str, str, str], after: bytes, limit: int) -> list[GrantRow]:
    """Active grants of (site, place, purpose), by id, after this one."""
    site, place, purpose = key
    where = (
        f"{_GRANT} WHERE g.site = %s AND g.purpose = %s AND {_LIVE} AND g.ident > %s AND g.state = 'active'"
        " AND s.place = %s ORDER BY g.ident LIMIT %s"
    )
    return _grants(using, where, (site, purpose, after, place, limit))


def lying(using: str, site: str) -> dict[str, int]:
    """How many subjects a database has, by the place that their rows name."""
    rows = _all(using, "SELECT place, count(*) FROM vault_subject WHERE site = %s GROUP BY place", (site,))
    return {str(place): int(number) for place, number in rows}


def purposes(using: str, site: str) -> frozenset[str]:
    """For which purposes there are grants in a database that have not ended."""
    rows = _all(using, f"SELECT DISTINCT g.purpose FROM vault_grant g WHERE g.site = %s AND {_LIVE}", (site,))
    return frozenset(str(purpose) for (purpose,) in rows)


def due(using: str, now: int, limit: int) -> list[GrantRow]:
    """Grants whose time is over."""
    where = f"{_GRANT} WHERE g.until IS NOT NULL AND {_LIVE} AND g.until <= %s ORDER BY g.until LIMIT %s"
    return _grants(using, where + _for_update(using, lock=True), (now, limit))


def marked(using: str, site: str, marks: Sequence[bytes]) -> list[GrantRow]:
    """Grants with one of these marks."""
    wanted = ", ".join(["%s"] * len(marks))
    where = (
        f"{_GRANT} WHERE g.number IN (SELECT m.grant_id FROM vault_mark m WHERE m.mark IN ({wanted}))"
        f" AND g.site = %s AND {_LIVE} ORDER BY g.number"
    )
    return _grants(using, where, (*marks, site)) if marks else []


def subject_marked(using: str, site: str, place: str, marks: Sequence[bytes]) -> SubjectRow | None:
    """The subject of this place with one of these marks."""
    wanted = ", ".join(["%s"] * len(marks))
    found = _all(
        using,
        "SELECT s.ident, s.place, s.salt FROM vault_mark m JOIN vault_grant g ON g.number = m.grant_id"
        " JOIN vault_subject s ON s.ident = g.subject"
        f" WHERE m.mark IN ({wanted}) AND {_LIVE} AND g.site = %s AND s.place = %s ORDER BY s.number LIMIT 1",
        (*marks, site, place),
    )
    return _subject(found)


def subject(using: str, site: str, ident: bytes, *, lock: bool = False) -> SubjectRow | None:
    """A subject by its id. `lock`: nobody else adds a grant to it meanwhile."""
    statement = "SELECT g.ident, g.place, g.salt FROM vault_subject g WHERE g.ident = %s AND g.site = %s"
    return _subject(_all(using, statement + _for_update(using, lock), (ident, site)))


def _subject(found: list[Any]) -> SubjectRow | None:  # Any: rows as the driver brings them
    if not found:
        return None
    ident, place, salt = found[0]
    return SubjectRow(bytes(ident), place, None if salt is None else bytes(salt))


def begin_collecting(using: str, purpose: str, marks: Sequence[bytes]) -> None:
    """Name the purpose, and of two who collect the same address at once let the second wait.

    One statement on PostgreSQL; SQLite's BEGIN IMMEDIATE sees to it alone.
    """
    if vendor(using) == "postgresql":
        numbers = [*sorted(int.from_bytes(mark[:8], "big", signed=True) for mark in marks)]
        locks = ", pg_advisory_xact_lock(%s::bigint)" * len(numbers)
        _run(using, f"SELECT set_config('zweck.purpose', %s, true){locks}", (purpose, *numbers))


def add_subject(using: str, ident: bytes, site: str, place: str, salt: bytes) -> None:
    """Keep a new subject."""
    _run(
        using,
        "INSERT INTO vault_subject (ident, site, place, salt) VALUES (%s, %s, %s, %s)",
        (ident, site, place, salt),
    )


def set_salt(using: str, ident: bytes, salt: bytes | None) -> None:
    """Give a subject its salt, or take it."""
    _run(using, "UPDATE vault_subject SET salt = %s WHERE ident = %s", (salt, ident))


def forget_aliases(using: str, subject: bytes) -> None:
    """Take a subject's pseudonym from all its grants."""
    _run(using, "UPDATE vault_grant SET alias = NULL WHERE subject = %s", (subject,))


def add_grant(using: str, values: Sequence[Value]) -> int:
    """Keep a new grant, its values in the order of `_NEW`; gives its number."""
    return int(_all(using, _ADD_GRANT, values)[0][0])


_NEW = (
    "ident, site, subject, purpose, alias, basis, edition, text_sha256, made, since, until, state, key_class, epoch,"
    " wrapped"
)
_ADD_GRANT = f"INSERT INTO vault_grant ({_NEW}) VALUES ({', '.join(['%s'] * 15)}) RETURNING number"


def put_data(using: str, rows: Sequence[tuple[int, bytes, str, str, bytes]]) -> None:
    """Write values: grant's number, entry, field, purpose, sealed. One that is there is replaced."""
    statement = (
        "INSERT INTO vault_datum (grant_id, entry, field, purpose, sealed) VALUES "
        + ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
        + " ON CONFLICT (grant_id, entry, field) DO UPDATE SET sealed = excluded.sealed"
    )
    _run(using, statement, [value for row in rows for value in row])


def data_of(using: str, grant: int, field: str) -> list[tuple[bytes, bytes]]:
    """Entry and ciphertext of one field in all entries of a grant."""
    found = _all(using, "SELECT entry, sealed FROM vault_datum WHERE grant_id = %s AND field = %s", (grant, field))
    return [(bytes(entry), bytes(sealed)) for entry, sealed in found]


def entries(using: str, grant: int) -> list[bytes]:
    """The entries of a grant, oldest first."""
    found = _all(using, "SELECT DISTINCT entry FROM vault_datum WHERE grant_id = %s ORDER BY entry", (grant,))
    return [bytes(entry) for (entry,) in found]


def drop_entries(using: str, grant: int, entries: Sequence[bytes]) -> int:
    """Delete entries of a grant; gives how many values."""
    wanted = ", ".join(["%s"] * len(entries))
    statement = f"DELETE FROM vault_datum WHERE grant_id = %s AND entry IN ({wanted})"
    cursor = _cursor(using, statement, (grant, *entries))
    gone = int(cursor.rowcount)
    cursor.close()
    return gone


def put_marks(using: str, grant: int, kind: str, marks: Sequence[tuple[bytes, int]]) -> None:
    """Keep the marks of a grant: mark and version."""
    if marks:
        statement = (
            "INSERT INTO vault_mark (mark, grant_id, kind, version) VALUES "
            + ", ".join(["(%s, %s, %s, %s)"] * len(marks))
            + " ON CONFLICT (mark, grant_id) DO NOTHING"
        )
        _run(using, statement, [value for mark, version in marks for value in (mark, grant, kind, version)])


def drop_marks(using: str, grant: int) -> None:
    """Forget the marks of a grant."""
    _run(using, "DELETE FROM vault_mark WHERE grant_id = %s", (grant,))


def set_state(using: str, grant: int, state: str, since: int | None, until: int | None) -> None:
    """Change a grant's state and times."""
    _run(
        using,
        "UPDATE vault_grant SET state = %s, since = %s, until = %s WHERE number = %s",
        (state, since, until, grant),
    )


def end_grant(using: str, grant: int, now: int) -> None:
    """Destroy a grant's key, its data and its marks. The row stays and says when it ended."""
    _run(using, "UPDATE vault_grant SET state = 'ended', ended = %s, wrapped = NULL WHERE number = %s", (now, grant))
    _run(using, "DELETE FROM vault_datum WHERE grant_id = %s", (grant,))
    drop_marks(using, grant)


def put_back(using: str, row: GrantRow) -> None:
    """Undo `end_grant` as somebody would who kept a copy of the row. Of a proof's control only."""
    statement = "UPDATE vault_grant SET state = %s, ended = NULL, wrapped = %s, alias = %s WHERE number = %s"
    _run(using, statement, (row.state, row.wrapped, row.alias, row.number))


def has_live_grant(using: str, subject: bytes) -> bool:
    """Whether any grant of a subject has not ended."""
    return bool(_all(using, f"SELECT 1 FROM vault_grant g WHERE g.subject = %s AND {_LIVE} LIMIT 1", (subject,)))


def master_keys(using: str) -> dict[str, bytes]:
    """Names and proofs of the keys this database relies on."""
    return {
        name: bytes(proof) for name, proof in _all(using, "SELECT name, proof FROM vault_masterkey ORDER BY name", ())
    }


def has_tables(using: str) -> bool:
    """Whether this database has been migrated so far that it may rely on keys."""
    return "vault_masterkey" in connections[using].introspection.table_names()


def drop_master_key(using: str, name: str) -> None:
    """Forget a key that nothing relies on any more."""
    _run(using, "DELETE FROM vault_masterkey WHERE name = %s", (name,))


def keys_in_use(using: str) -> dict[tuple[str, int], int]:
    """How many grants each class and epoch locks."""
    statement = "SELECT key_class, epoch, count(*) FROM vault_grant WHERE wrapped IS NOT NULL GROUP BY key_class, epoch"
    return {(key_class, epoch): count for key_class, epoch, count in _all(using, statement, ())}


def wrapped_otherwise(using: str, key_class: str, epoch: int, after: int, limit: int) -> list[GrantRow]:
    """Grants of a class whose key is wrapped under another epoch, by number, after this one."""
    where = (
        f"{_GRANT} WHERE g.key_class = %s AND g.epoch <> %s AND g.wrapped IS NOT NULL AND g.number > %s"
        " ORDER BY g.number LIMIT %s"
    )
    return _grants(using, where + _for_update(using, lock=True), (key_class, epoch, after, limit))


def rewrap(using: str, rows: Sequence[tuple[int, bytes, int, bytes]]) -> None:
    """Put keys in place: epoch, wrapped, grant's number, as it was before. Who ended meanwhile stays ended."""
    statement = "UPDATE vault_grant SET epoch = %s, wrapped = %s WHERE number = %s AND wrapped = %s"
    for row in rows:
        _run(using, statement, row)


def unmarked(using: str, version: int, after: int, limit: int) -> list[GrantRow]:
    """Live grants that have a mark, but none of this version."""
    where = (
        f"{_GRANT} WHERE g.number > %s AND {_LIVE} AND g.number IN (SELECT m.grant_id FROM vault_mark m)"
        " AND NOT EXISTS (SELECT 1 FROM vault_mark m WHERE m.grant_id = g.number AND m.version = %s)"
        " ORDER BY g.number LIMIT %s"
    )
    return _grants(using, where + _for_update(using, lock=True), (after, version, limit))


def marks_in_use(using: str) -> dict[int, int]:
    """How many marks each version has."""
    return dict(_all(using, "SELECT version, count(*) FROM vault_mark GROUP BY version", ()))


def drop_old_marks(using: str, version: int) -> None:
    """Forget the marks of all versions before this one."""
    _run(using, "DELETE FROM vault_mark WHERE version < %s", (version,))


def checkpoint(using: str) -> bool:
    """Bring what was deleted out of SQLite's log, so that no file holds it; False while a reader keeps it busy.

    PostgreSQL does that by VACUUM and the end of its log's retention, which are the operator's.
    """
    if vendor(using) != "sqlite":
        return True
    return int(_all(using, "PRAGMA wal_checkpoint(TRUNCATE)", ())[0][0]) == 0


def add_master_key(using: str, name: str, proof: bytes, made: int) -> None:
    """Note a key this database relies on from now on."""
    statement = "INSERT INTO vault_masterkey (name, proof, made) VALUES (%s, %s, %s) ON CONFLICT (name) DO NOTHING"
    _run(using, statement, (name, proof, made))


def _grants(using: str, statement: str, values: Sequence[Value]) -> list[GrantRow]:
    return [GrantRow(*map(_plain, row)) for row in _all(using, statement, values)]


def _plain(value: Any) -> Any:  # Any: a column of any type
    return bytes(value) if isinstance(value, memoryview) else value


def _for_update(using: str, lock: bool) -> str:
    return " FOR UPDATE OF g" if lock and vendor(using) == "postgresql" else ""


def _run(using: str, statement: str, values: Sequence[Value]) -> None:
    _cursor(using, statement, values).close()


def _all(using: str, statement: str, values: Sequence[Value]) -> list[Any]:  # Any: rows as the driver brings them
    cursor = _cursor(using, statement, values)
    with connections[using].wrap_database_errors:
        found: list[Any] = cursor.fetchall()
    cursor.close()
    return found


def _cursor(using: str, statement: str, values: Sequence[Value]) -> Any:  # Any: the driver's cursor
    connection = connections[using]
    if connection.queries_logged or connection.execute_wrappers:  # somebody counts or watches the statements
        cursor = connection.cursor()
        cursor.execute(statement, values)
        return cursor
    # The driver's own cursor: Django's wrappers would double what a read costs.
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    if connection.in_atomic_block:
        connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        return connection.connection.execute(_worded(statement, connection.vendor), values)


@cache
def _worded(statement: str, vendor: str) -> str:
    return statement.replace("%s", "?") if vendor == "sqlite" else statement
