"""Raw SQL of the vault's proofs: what lies in its tables, and throw-away databases on which anything may be planted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DatabaseError, connections, transaction

from zweck.promises.values import CouldNotLook
from zweck.vault.sql import bind, vendor

Given = tuple[str | int | bytes, ...]
_LIVE = "NOT (g.state = 'ended')"


class Held(NamedTuple):
    """A grant in force, as far as proofs ask. `alias`: in hex; empty where it is missing."""

    number: int
    alias: str
    purpose: str
    basis: str
    state: str
    until: int | None
    made: int


class Values(NamedTuple):
    """What lies under a grant: how many values, and when the first came, in milliseconds since 1970."""

    amount: int
    first: int


@contextmanager
def looking(using: str) -> Iterator[None]:
    """Say it in words where a database does not answer. Raises CouldNotLook."""
    try:
        yield
    except DatabaseError as lost:
        raise CouldNotLook(f"the database {using} could not be asked ({type(lost).__name__})") from None


def held(using: str, site: str) -> list[Held]:
    """All grants of a site that have not ended."""
    rows = _all(
        using,
        "SELECT g.number, g.alias, g.purpose, g.basis, g.state, g.until, g.made FROM vault_grant g"
        f" WHERE g.site = %s AND {_LIVE}",
        (site,),
    )
    return [Held(number, bytes(alias or b"").hex(), *rest) for number, alias, *rest in rows]


def purposes(using: str, site: str) -> set[str]:
    """The purposes of all grants of a site that have not ended."""
    return {
        purpose
        for (purpose,) in _all(
            using, f"SELECT DISTINCT g.purpose FROM vault_grant g WHERE g.site = %s AND {_LIVE}", (site,)
        )
    }


def values_of(using: str, site: str, purpose: str) -> dict[int, Values]:
    """What lies under each grant for a purpose."""
    is_server = vendor(using) == "postgresql"
    first = "encode(substring(d.entry from 1 for 6), 'hex')" if is_server else "hex(substr(d.entry, 1, 6))"
    rows = _bound(
        using,
        purpose,
        f"SELECT d.grant_id, count(*), min({first}) FROM vault_datum d JOIN vault_grant g ON g.number = d.grant_id"
        " WHERE d.purpose = %s AND g.site = %s GROUP BY d.grant_id",
        (purpose, site),
    )
    return {number: Values(amount, int(at, 16)) for number, amount, at in rows}


def fields(using: str, site: str, purpose: str) -> dict[str, int]:
    """How many values of each name lie there for a purpose."""
    rows = _bound(
        using,
        purpose,
        "SELECT d.field, count(*) FROM vault_datum d JOIN vault_grant g ON g.number = d.grant_id"
        " WHERE d.purpose = %s AND g.site = %s GROUP BY d.field",
        (purpose, site),
    )
    return dict(rows)


def strays(using: str, purpose: str) -> int:
    """Values for a purpose whose grant has ended, is none, or is for another purpose."""
    found = _bound(
        using,
        purpose,
        "SELECT count(*) FROM vault_datum d LEFT JOIN vault_grant g ON g.number = d.grant_id AND g.purpose = d.purpose"
        f" AND {_LIVE} WHERE d.purpose = %s AND g.number IS NULL",
        (purpose,),
    )
    return int(found[0][0])


def keys_after_end(using: str, site: str) -> int:
    """Grants that have ended and still have their key."""
    statement = "SELECT count(*) FROM vault_grant WHERE site = %s AND state = 'ended' AND wrapped IS NOT NULL"
    return int(_all(using, statement, (site,))[0][0])


def change(using: str, statement: str, values: Given) -> None:
    """What an insider would do to the tables; of a proof's control, and in a throw-away database only."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)


def open_file(using: str, path: Path) -> None:
    """Make a SQLite file a database of this process, with the tables of vault and ledger."""
    options = {"transaction_mode": "IMMEDIATE"}
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}
    connections.databases[using] = connections.configure_settings({"default": file})["default"]
    with connections[using].schema_editor() as editor:
        for room in ("ledger", "vault"):
            for table in apps.get_app_config(room).get_models():
                editor.create_model(table)


def close_file(using: str) -> None:
    """Forget such a database."""
    if using in connections.databases:
        connections[using].close()
        del connections[using]
        del connections.databases[using]


def _bound(using: str, purpose: str, statement: str, values: Given) -> list[Any]:  # Any: rows
    with transaction.atomic(using=using):
        bind(using, purpose)
        return _all(using, statement, values)


def _all(using: str, statement: str, values: Given) -> list[Any]:  # Any: rows
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
