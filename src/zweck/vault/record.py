"""The vault's entries in the ledger: which act, on whose pseudonym, for which purpose. Never a value or a person."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from zweck.ledger import acts as ledger
from zweck.ledger.values import Receipt
from zweck.vault.sql import GrantRow

Plain = str | int | bool | None
Value = Plain | list[Plain]


def new_alias() -> bytes:
    """A pseudonym for somebody in the ledger: chance, so that nobody can work it out once the grants forget it."""
    return os.urandom(16)


def of_grant(act: str, row: GrantRow, more: Mapping[str, Value], now: datetime, using: str) -> Receipt:
    """Write down what happened to a grant, in the transaction of the act."""
    return of_subject(act, row.site, row.purpose, row.alias, more, (now, using))


def of_subject(  # noqa: PLR0913  (each says something else)
    act: str, site: str, purpose: str, alias: bytes | None, more: Mapping[str, Value], at: tuple[datetime, str]
) -> Receipt:
    """The same without the row. `at`: when, and in which database."""
    body: dict[str, Value] = {"subject": (alias or b"").hex(), "purpose": purpose, **more}
    return ledger.record(f"vault.{act}", site, body, *at)


def of_many(  # noqa: PLR0913  (each says something else)
    act: str, site: str, purpose: str, aliases: Sequence[str], more: Mapping[str, Value], at: tuple[datetime, str]
) -> Receipt:
    """One entry for several subjects, each by their pseudonym in hex."""
    body: dict[str, Value] = {**more, "purpose": purpose, "subjects": [*aliases]}
    return ledger.record(f"vault.{act}", site, body, *at)
