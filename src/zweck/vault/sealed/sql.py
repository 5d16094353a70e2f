"""Raw SQL of entries: each one sealed value with all fields of a submission, found by its grant."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from zweck.vault.database.sql import Value, Where, fetch, holes, plain, run, run_each, vendor
from zweck.vault.terms import known

Row = tuple[Any, ...]  # Any: columns as the driver brings them
_GRANT = "SELECT g.alias, g.state, g.until, g.terms, g.epoch, g.wrapped"
_LIVE = "NOT (g.state = 0)"


class Entry(NamedTuple):
    """An entry as it lies there."""

    entry: bytes
    shape: int
    sealed: bytes


class OpenRow(NamedTuple):
    """What is needed to write under a grant. `entry`: the one asked for, or the newest."""

    number: int
    alias: bytes | None
    until: int | None
    terms: int
    epoch: int
    wrapped: bytes | None
    entry: Entry | None


def read(here: known.Known, subject: bytes, purpose: int, fields: tuple[str, ...], entry: bytes | None) -> list[Row]:
    """The live grant with its entries, the newest first; no row without such a grant.

    alias, state, until, terms, epoch, wrapped; entry, shape, sealed (none of them where it has no entry). Entries known
    to have none of the fields stay where they are, since one may be a file; one entry is taken as it is.
    """
    apart = () if entry is not None else here.shapes_without(fields)
    if here.is_server:
        given = (subject, purpose, ",".join(map(str, apart)), entry)
        return fetch(here.using, "SELECT * FROM vault_read(%s, %s::smallint, %s, %s)", given)
    if entry is None:
        return fetch(here.using, _read(len(apart), has_entry=False), (*apart, subject, purpose))
    return fetch(here.using, _read(0, has_entry=True), (entry, subject, purpose))


@cache
def _read(apart: int, *, has_entry: bool) -> str:
    more = f" AND d.shape NOT IN ({holes(apart)})" if apart else ""
    return (
        f"{_GRANT}, d.entry, d.shape, d.sealed FROM vault_grant g LEFT JOIN vault_entry d ON d.grant_id = g.number"
        f"{more}{' AND d.entry = %s' if has_entry else ''}"
        f" WHERE g.subject = %s AND g.purpose = %s AND {_LIVE} ORDER BY d.entry DESC"
    )


def opened(here: known.Known, using: Where, subject: bytes, purpose: int, entry: bytes | None) -> OpenRow | None:
    """The live grant with this one of its entries or the newest. Names the purpose until the transaction ends.

    Nobody else changes it meanwhile.
    """
    if here.is_server:
        found = fetch(using, "SELECT * FROM vault_open(%s, %s::smallint, %s)", (subject, purpose, entry))
    else:
        given = (subject, purpose) if entry is None else (entry, subject, purpose)
        found = fetch(using, _OPEN if entry is None else _OPEN_ENTRY, given)
    if not found:
        return None
    number, alias, until, terms, epoch, wrapped, own, shape, sealed = map(plain, found[0])
    return OpenRow(number, alias, until, terms, epoch, wrapped, None if own is None else Entry(own, shape, sealed))


_COLUMNS = "SELECT g.number, g.alias, g.until, g.terms, g.epoch, g.wrapped, d.entry, d.shape, d.sealed"
_FROM = "FROM vault_grant g LEFT JOIN vault_entry d ON d.grant_id = g.number"
_OPEN = f"{_COLUMNS} {_FROM} WHERE g.subject = %s AND g.purpose = %s AND {_LIVE} ORDER BY d.entry DESC LIMIT 1"
_OPEN_ENTRY = f"{_COLUMNS} {_FROM} AND d.entry = %s WHERE g.subject = %s AND g.purpose = %s AND {_LIVE}"


def add(using: Where, grant: int, entry: Entry, purpose: int) -> None:
    """Write a new entry."""
    run(using, _ADD, (grant, entry.entry, purpose, entry.shape, entry.sealed))


_ADD = "INSERT INTO vault_entry (grant_id, entry, purpose, shape, sealed) VALUES (%s, %s, %s, %s, %s)"


def put(using: Where, grant: int, entry: Entry) -> None:
    """Write an entry in place of what it was."""
    run(using, _PUT, (entry.shape, entry.sealed, grant, entry.entry))


def put_each(using: str, rows: Sequence[tuple[int, Entry]]) -> None:
    """The same for many, each with its grant's number."""
    if vendor(using) != "postgresql":
        run_each(using, _PUT, [(entry.shape, entry.sealed, grant, entry.entry) for grant, entry in rows])
        return
    grants, kept = [grant for grant, _ in rows], [entry for _, entry in rows]
    columns: tuple[list[int] | list[bytes], ...] = (
        grants, [one.entry for one in kept], [one.shape for one in kept], [one.sealed for one in kept],
    )  # fmt: skip
    run(using, _PUT_ALL, columns)


_PUT_ALL = (
    "UPDATE vault_entry d SET shape = v.shape, sealed = v.sealed"
    " FROM unnest(%s::integer[], %s::bytea[], %s::integer[], %s::bytea[]) AS v (grant_id, entry, shape, sealed)"
    " WHERE d.grant_id = v.grant_id AND d.entry = v.entry"
)
_PUT = "UPDATE vault_entry SET shape = %s, sealed = %s WHERE grant_id = %s AND entry = %s"


def of_grant(using: str, grant: int, field: str) -> list[Entry]:
    """The entries of a grant that have this field, oldest first. The purpose is named already."""
    here = known.of(using)
    apart: list[Value] = [*here.shapes_without((field,))]
    more = f" AND shape NOT IN ({holes(len(apart))})" if apart else ""
    statement = f"SELECT entry, shape, sealed FROM vault_entry WHERE grant_id = %s{more} ORDER BY entry"
    found = [Entry(*map(plain, row)) for row in fetch(using, statement, (grant, *apart))]
    return [one for one in found if field in here.shape(one.shape)]


def ids(using: str, grant: int) -> list[bytes]:
    """The ids of a grant's entries, oldest first."""
    found = fetch(using, "SELECT entry FROM vault_entry WHERE grant_id = %s ORDER BY entry", (grant,))
    return [bytes(entry) for (entry,) in found]


def drop(using: str, grant: int, entries: Sequence[bytes]) -> int:
    """Delete entries of a grant; gives how many there were."""
    statement = f"DELETE FROM vault_entry WHERE grant_id = %s AND entry IN ({holes(len(entries))})"
    return run(using, statement, (grant, *entries))


def drop_all(using: str, grant: int) -> None:
    """Delete all entries of a grant."""
    run(using, "DELETE FROM vault_entry WHERE grant_id = %s", (grant,))
