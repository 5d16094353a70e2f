"""Raw SQL of renewing keys and indexes."""

from collections.abc import Sequence

from zweck.vault.database.sql import fetch, run
from zweck.vault.sql import GRANT, LIVE, GrantRow, fetch_grants, for_update


def keys_in_use(using: str) -> dict[tuple[str, int], int]:
    """How many grants each class and epoch locks."""
    statement = (
        "SELECT t.key_class, g.epoch, count(*) FROM vault_grant g JOIN vault_terms t ON t.number = g.terms"
        " WHERE g.wrapped IS NOT NULL GROUP BY t.key_class, g.epoch"
    )
    return {(key_class, epoch): count for key_class, epoch, count in fetch(using, statement, ())}


def wrapped_otherwise(using: str, key_class: str, epoch: int, after: int, limit: int) -> list[GrantRow]:
    """Grants of a class whose key is wrapped under another epoch, by number, after this one."""
    where = (
        f"{GRANT} JOIN vault_terms t ON t.number = g.terms WHERE t.key_class = %s AND g.epoch <> %s"
        " AND g.wrapped IS NOT NULL AND g.number > %s ORDER BY g.number LIMIT %s"
    )
    return fetch_grants(using, where + for_update(using, lock=True), (key_class, epoch, after, limit))


def rewrap(using: str, rows: Sequence[tuple[int, bytes, int, bytes]]) -> None:
    """Put keys in place: epoch, wrapped, grant's number, as it was before. Who ended meanwhile stays ended."""
    statement = "UPDATE vault_grant SET epoch = %s, wrapped = %s WHERE number = %s AND wrapped = %s"
    for row in rows:
        run(using, statement, row)


def unmarked(using: str, version: int, after: int, limit: int) -> list[GrantRow]:
    """Live grants that have a mark, but none of this version."""
    where = (
        f"{GRANT} WHERE g.number > %s AND {LIVE} AND g.number IN (SELECT m.grant_id FROM vault_mark m)"
        " AND g.number NOT IN (SELECT m.grant_id FROM vault_mark m WHERE m.version = %s)"
        " ORDER BY g.number LIMIT %s"
    )
    return fetch_grants(using, where + for_update(using, lock=True), (after, version, limit))


def marks_in_use(using: str) -> dict[int, int]:
    """How many marks each version has."""
    return dict(fetch(using, "SELECT version, count(*) FROM vault_mark GROUP BY version", ()))


def drop_old_marks(using: str, version: int) -> None:
    """Forget the marks of all versions before this one."""
    run(using, "DELETE FROM vault_mark WHERE version < %s", (version,))


def drop_master_key(using: str, name: str) -> None:
    """Forget a key that nothing relies on any more."""
    run(using, "DELETE FROM vault_masterkey WHERE name = %s", (name,))
