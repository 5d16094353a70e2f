"""A throw-away vault with a ledger of its own, in which violations are planted; and which vaults a proof looks at."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from zweck.policy.sentences import Sentence
from zweck.promises.values import Target
from zweck.vault import collecting, masters
from zweck.vault.database.sql import databases
from zweck.vault.keys import Files
from zweck.vault.proving import sql
from zweck.vault.values import Collected, Collecting

PLANTED_AT = datetime(2026, 1, 2, tzinfo=UTC)
OWN, OTHER = "planted", "planted-other"
_TEXT = "00" * 32


def vaults(target: Target) -> tuple[str, ...]:
    """The databases a target names; a live one names none and means all of this installation."""
    found = target.place.get("vault")
    return tuple(map(str, found)) if isinstance(found, tuple) else databases()


@contextmanager
def scratch_vault(target: Target) -> Iterator[tuple[Target, str]]:
    """The target with an empty vault in place of the real ones, and its database; it disappears with the block.

    Its keys are its own: what is planted makes and touches none of the real ones.
    """
    with tempfile.TemporaryDirectory(prefix="zweck-vault-") as folder:
        using = f"scratch-{Path(folder).name}"
        try:
            sql.open_file(using, Path(folder) / "scratch.sqlite3")
            with masters.under(Files(Path(folder) / "keys")):
                yield replace(target, place={**target.place, "vault": (using,)}), using
        finally:
            sql.close_file(using)


def canary() -> str:
    """An address that nobody has."""
    return f"canary-{secrets.token_hex(8)}@example.org"


def collected(site: str, purpose: str, now: datetime, using: str, basis: str = "consent") -> Collected:
    """A made-up person's data, stored in a database as the room stores them, whatever the policy says."""
    data = {"email": canary(), "name": f"canary {secrets.token_hex(8)}"}
    return collecting.keep(Collecting(site, "", purpose, basis, 1, _TEXT, data), now, using)


@contextmanager
def honest(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """The stage on which violations are planted, without one: a made-up person whose data came as they should."""
    with scratch_vault(target) as (staged, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        yield staged
