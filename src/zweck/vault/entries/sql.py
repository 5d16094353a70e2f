"""Raw SQL of reads of many subjects. The statement is fixed but for the number of its place-holders."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from zweck.vault.sql import LIVE, bind, fetch


def read_each(using: str, of: tuple[str, str], subjects: Sequence[bytes], fields: Sequence[str]) -> list[Any]:
    """What `vault.sql.read` brings, of many subjects of (site, purpose), with their ids before it."""
    site, purpose = of
    bind(using, purpose)
    return fetch(using, _statement(len(fields), len(subjects)), [*fields, *subjects, purpose, site])


@cache
def _statement(fields: int, subjects: int) -> str:
    wanted, whose = ", ".join(["%s"] * fields), ", ".join(["%s"] * subjects)
    return (
        "SELECT g.subject, g.alias, g.state, g.until, g.key_class, g.epoch, g.wrapped, d.entry, d.field, d.sealed"
        f" FROM vault_grant g LEFT JOIN vault_datum d ON d.grant_id = g.number AND d.field IN ({wanted})"
        f" WHERE g.subject IN ({whose}) AND g.purpose = %s AND {LIVE} AND g.site = %s"
    )
