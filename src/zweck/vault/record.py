"""The vault's entries in the ledger: which act, on whose pseudonym, for which purpose. Never a value or a person."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from zweck.ledger import acts as ledger
from zweck.ledger.values import Receipt
from zweck.vault.sql import GrantRow

Plain = str | int | bool | None
Value = Plain | list[Plain]


def alias_of(salt: bytes, site: str, subject: bytes) -> bytes:
    """The pseudonym of a subject in the ledger; without the salt nobody can work it out."""
    return hmac.digest(salt, b"zweck subject\n" + site.encode() + b"\n" + subject, "sha256")[:16]


def of_grant(act: str, row: GrantRow, more: Mapping[str, Value], now: datetime, using: str) -> Receipt:
    """Write down what happened to a grant, in the transaction of the act."""
    return of_subject(act, row.site, row.purpose, row.alias, more, (now, using))


def of_subject(  # noqa: PLR0913  (each says something else)
    act: str, site: str, purpose: str, alias: bytes | None, more: Mapping[str, Value], at: tuple[datetime, str]
) -> Receipt:
    """The same without the row. `at`: when, and in which database."""
    body: dict[str, Value] = {"subject": (alias or b"").hex(), "purpose": purpose, **more}
    return ledger.record(f"vault.{act}", site, body, *at)
