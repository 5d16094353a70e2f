"""Raw SQL of the vault's proofs: what lies in its tables, and throw-away databases on which anything may be planted."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.db import DatabaseError, connections, transaction

from zweck.promises.values import CouldNotLook
from zweck.vault.database.sql import bind, vendor
from zweck.vault.sql import STATES
from zweck.vault.terms import known

Given = tuple[str | int | bytes, ...]
_LIVE = "NOT (g.state = 0)"
_OF_SITE = (
    "FROM vault_grant g JOIN vault_purpose p ON p.number = g.purpose AND p.site = %s"
    " JOIN vault_terms t ON t.number = g.terms"
)
_UNDER = (
    "FROM vault_entry d JOIN vault_grant g ON g.number = d.grant_id JOIN vault_purpose p ON p.number = d.purpose"
    " WHERE p.site = %s AND p.name = %s"
)


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
        f"SELECT g.number, g.alias, p.name, t.basis, g.state, g.until, g.made {_OF_SITE} WHERE {_LIVE}",
        (site,),
    )
    return [
        Held(number, bytes(alias or b"").hex(), purpose, basis, STATES[state], until, made)
        for number, alias, purpose, basis, state, until, made in rows
    ]


def purposes(using: str, site: str) -> set[str]:
    """The purposes of all grants of a site that have not ended."""
    return {purpose for (purpose,) in _all(using, f"SELECT DISTINCT p.name {_OF_SITE} WHERE {_LIVE}", (site,))}


def values_of(using: str, site: str, purpose: str) -> dict[int, Values]:
    """What lies under each grant for a purpose."""
    is_server = vendor(using) == "postgresql"
    first = "encode(substring(d.entry from 1 for 6), 'hex')" if is_server else "hex(substr(d.entry, 1, 6))"
    rows = _bound(
        using,
        (site, purpose),
        f"SELECT d.grant_id, count(*), min({first}) {_UNDER} GROUP BY d.grant_id",
        (site, purpose),
    )
    return {number: Values(amount, int(at, 16)) for number, amount, at in rows}


def fields(using: str, site: str, purpose: str) -> dict[str, int]:
    """How many values of each name lie there for a purpose."""
    found: dict[str, int] = {}
    rows = _bound(using, (site, purpose), f"SELECT d.shape, count(*) {_UNDER} GROUP BY d.shape", (site, purpose))
    for shape, amount in rows:
        for name in known.of(using).shape(shape):
            found[name] = found.get(name, 0) + amount
    return found


def strays(using: str, site: str, purpose: str) -> int:
    """Entries for a purpose whose grant has ended, is none, or is for another purpose."""
    found = _bound(
        using,
        (site, purpose),
        "SELECT count(*) FROM vault_entry d JOIN vault_purpose p ON p.number = d.purpose"
        f" LEFT JOIN vault_grant g ON g.number = d.grant_id AND g.purpose = d.purpose AND {_LIVE}"
        " WHERE p.site = %s AND p.name = %s AND g.number IS NULL",
        (site, purpose),
    )
    return int(found[0][0])


def keys_after_end(using: str, site: str) -> int:
    """Grants that have ended and still have their key."""
    found = _all(using, f"SELECT count(*) {_OF_SITE} WHERE g.state = 0 AND g.wrapped IS NOT NULL", (site,))
    return int(found[0][0])


def change(using: str, statement: str, values: Given) -> None:
    """What an insider would do to the tables; of a proof's control, and in a throw-away database only."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
    known.forget(using)  # an insider may change what is never changed otherwise


# What an insider may plant.
ANOTHER_PURPOSE = "UPDATE vault_purpose SET name = %s"
ANOTHER_NAME = "UPDATE vault_shape SET fields = replace(fields, 'name', %s)"
A_KEY_AFTER_THE_END = (
    "INSERT INTO vault_grant (ident, subject, purpose, terms, made, ended, state, epoch, wrapped)"
    " SELECT %s, %s, p.number, (SELECT max(number) FROM vault_terms), 0, 0, 0, 1, %s FROM vault_purpose p"
)


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
        known.forget(using)
        connections[using].close()
        del connections[using]
        del connections.databases[using]


def _bound(using: str, purpose: tuple[str, str], statement: str, values: Given) -> list[Any]:  # Any: rows
    """What a statement brings with a purpose of a site named to the database."""
    number = known.of(using).purpose_number(*purpose)
    with transaction.atomic(using=using):
        bind(using, "" if number is None else number)
        return _all(using, statement, values)


def _all(using: str, statement: str, values: Given) -> list[Any]:  # Any: rows
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
