"""Raw SQL of bulk acts: many grants with their keys and entries by one SELECT."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction

from zweck.vault.database.sql import Value, among, bind, fetch, holes, vendor
from zweck.vault.sql import ACTIVE, LIVE
from zweck.vault.terms import known

Columns = Sequence[Any]  # Any: of `GRANT`, as the driver brings them
_GRANT = (
    "g.number, g.ident, g.subject, g.purpose, g.alias, g.terms, g.made, g.since, g.until, g.ended, g.state, g.epoch,"
    " g.wrapped"
)
_ENTRY = "d.entry, d.shape, d.sealed"
_WIDTH = 13
_NEWEST = " AND d.entry = (SELECT n.entry FROM vault_entry n WHERE n.grant_id = g.number ORDER BY n.entry DESC LIMIT 1)"


class Lying(NamedTuple):
    """A grant with its entries, the newest first: entry, shape, ciphertext."""

    grant: Columns
    entries: list[Columns]


class Page(NamedTuple):
    """Where to look: active grants for a purpose in a place, by id, after this one; at most so many."""

    purpose: int
    place: str
    after: bytes
    limit: int


def of_purpose(using: str, page: Page, fields: tuple[str, ...]) -> list[Lying]:
    """A page of active grants, with what has these fields."""
    apart = known.of(using).shapes_without(fields)
    statement = f"SELECT {_GRANT}, {_ENTRY} FROM ({_PAGE}) g LEFT JOIN {_joined(apart)} ORDER BY g.ident, d.entry DESC"
    return _bound(using, (page.purpose,), statement, (*page, *apart))


_PAGE = (
    f"SELECT {_GRANT} FROM vault_grant g WHERE g.purpose = %s AND g.terms IN (SELECT number FROM vault_terms"
    f" WHERE place = %s) AND g.ident > %s AND {LIVE} AND g.state = {ACTIVE} ORDER BY g.ident LIMIT %s"
)


def these(using: str, purposes: Sequence[int], idents: Sequence[bytes], fields: tuple[str, ...]) -> list[Lying]:
    """Live grants for these purposes with these ids, with what has these fields."""
    apart = known.of(using).shapes_without(fields)
    which, given = among(using, "g.ident", idents)
    statement = (
        f"SELECT {_GRANT}, {_ENTRY} FROM vault_grant g LEFT JOIN {_joined(apart)}"
        f" WHERE g.purpose IN ({holes(len(purposes))}) AND {which} AND {LIVE} ORDER BY g.ident, d.entry DESC"
    )
    return _bound(using, purposes, statement, (*apart, *purposes, *given))


def of_subjects(using: str, purpose: int, subjects: Sequence[bytes], fields: tuple[str, ...]) -> list[Lying]:
    """Live grants of these subjects for a purpose, with what has these fields."""
    apart = known.of(using).shapes_without(fields)
    which, given = among(using, "g.subject", subjects)
    statement = (
        f"SELECT {_GRANT}, {_ENTRY} FROM vault_grant g LEFT JOIN {_joined(apart)}"
        f" WHERE {which} AND g.purpose = %s AND {LIVE} ORDER BY g.number, d.entry DESC"
    )
    return _bound(using, (purpose,), statement, (*apart, *given, purpose))


def entries_of(using: str, subject: bytes, purpose: int, wanted: Sequence[bytes]) -> list[Lying]:
    """The live grant of a subject for a purpose, with these of its entries."""
    which, given = among(using, "d.entry", wanted)
    statement = (
        f"SELECT {_GRANT}, {_ENTRY} FROM vault_grant g LEFT JOIN vault_entry d ON d.grant_id = g.number"
        f" AND {which} WHERE g.subject = %s AND g.purpose = %s AND {LIVE}"
        " ORDER BY d.entry DESC"
    )
    return _bound(using, (purpose,), statement, (*given, subject, purpose))


def newest_of_purpose(using: str, page: Page) -> list[Lying]:
    """A page of active grants, each with its newest entry; nobody else changes them. Inside a transaction."""
    rows = f"SELECT {_GRANT}, {_ENTRY} FROM ({_PAGE}{_locked(using)}) g LEFT JOIN vault_entry d"
    statement = f"{rows} ON d.grant_id = g.number{_NEWEST} ORDER BY g.ident"
    bind(using, page.purpose)
    return _grouped(fetch(using, statement, page))


def newest_of_these(using: str, purposes: Sequence[int], idents: Sequence[bytes]) -> list[Lying]:
    """Live grants for these purposes with these ids, each with its newest entry. Inside a transaction."""
    which, given = among(using, "g.ident", idents)
    statement = (
        f"SELECT {_GRANT}, {_ENTRY} FROM vault_grant g LEFT JOIN vault_entry d ON d.grant_id = g.number{_NEWEST}"
        f" WHERE g.purpose IN ({holes(len(purposes))}) AND {which} AND {LIVE}"
        f" ORDER BY g.ident{_locked(using)}"
    )
    bind(using, ",".join(map(str, purposes)))
    return _grouped(fetch(using, statement, (*purposes, *given)))


def _joined(apart: Sequence[int]) -> str:
    more = f" AND d.shape NOT IN ({holes(len(apart))})" if apart else ""
    return f"vault_entry d ON d.grant_id = g.number{more}"


def _locked(using: str) -> str:
    return " FOR UPDATE OF g" if vendor(using) == "postgresql" else ""


def _bound(using: str, purposes: Sequence[int], statement: str, values: Sequence[Value]) -> list[Lying]:
    """What a statement brings; on PostgreSQL with the purposes named for it alone."""
    if vendor(using) != "postgresql":
        return _grouped(fetch(using, statement, values))
    with transaction.atomic(using=using, savepoint=False):
        bind(using, ",".join(map(str, purposes)))
        found = fetch(using, statement, values)
        bind(using, "")
    return _grouped(found)


def _grouped(rows: list[Columns]) -> list[Lying]:
    found: list[Lying] = []
    number = None
    for row in rows:
        if row[0] != number:
            number = row[0]
            found.append(Lying(row[:_WIDTH], []))
        if row[_WIDTH] is not None:
            found[-1].entries.append(row[_WIDTH:])
    return found
