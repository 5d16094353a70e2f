"""What the ledger says of permissions, replayed from its first entry; and purpose.later-permission, which compares it.

Bodies are read as they were written; an entry counts whether or not the sequencer has placed it yet.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from zweck.ledger import acts as ledger
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, Figure, Finding, Proof, Reach, Target
from zweck.vault.moments import micros
from zweck.vault.proving import sql
from zweck.vault.proving.scratch import OWN, PLANTED_AT, collected, honest, scratch_vault, vaults

Key = tuple[str, str]  # pseudonym, purpose
# A batch of reads is recorded together at its end; a permission that ended just before was there when it was read.
PATIENCE = timedelta(seconds=10)
_OPENS = frozenset({"vault.collected", "vault.confirmed", "vault.extended", "vault.restricted", "vault.released"})
_ENDS = frozenset({"vault.withdrawn", "vault.expired"})
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission as the ledger has it. `began`: when its first data were collected."""

    state: str
    until: int | None
    began: datetime


@dataclass(slots=True)
class Replayed:
    """Permissions in force after the last entry, and uses that had none."""

    permissions: dict[Key, Permission] = field(default_factory=dict)
    ended: dict[Key, datetime] = field(default_factory=dict)
    entries: int = 0
    reads: int = 0
    unpermitted: int = 0

    def take(self, entry: dict[str, Any]) -> None:  # Any: what JSON holds
        """Go on by one entry."""
        self.entries += 1
        at = datetime.fromisoformat(entry["at"])
        if entry["act"] == "vault.read":
            self._read(entry, at)
            return
        key = (entry.get("subject") or "", entry.get("purpose") or "")
        if entry["act"] in _OPENS:
            known = self.permissions.get(key)
            self.permissions[key] = Permission(entry["state"], entry["until"], known.began if known else at)
        elif entry["act"] in _ENDS:
            self.permissions.pop(key, None)
            self.ended[key] = at

    def _read(self, entry: dict[str, Any], at: datetime) -> None:  # Any: what JSON holds
        for subject in entry["subjects"]:
            self.reads += 1
            key = (subject, entry["purpose"])
            known = self.permissions.get(key)
            if known is None:
                lately = key in self.ended and at - self.ended[key] <= PATIENCE
                self.unpermitted += not lately
            elif known.state == "pending":
                self.unpermitted += entry["by"] != "disclosure"
            elif known.until is not None and micros(at - PATIENCE) >= known.until:
                self.unpermitted += 1


def replayed(using: str, site: str) -> Replayed:
    """The ledger of a database, as far as it speaks of a site's permissions."""
    found = Replayed()
    for body in ledger.bodies("vault.", using):
        entry = json.loads(body)
        if entry["site"] == site:
            found.take(entry)
    return found


def check(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Hold every permission in force against the ledger, and every one of the ledger against the tables."""
    trouble: list[str] = []
    counts = {"permissions": 0, "entries": 0}
    for using in vaults(target):
        with sql.looking(using):
            # Tables first: what is seen there has its entry. Between the two looks something may end, so look again.
            for _ in range(_TRIES):
                here, told = sql.held(using, target.policy.site), replayed(using, target.policy.site)
                wrong = list(_compared(here, told.permissions))
                if not wrong:
                    break
            kept = sql.keys_after_end(using, target.policy.site)
        counts["permissions"] += len(here)
        counts["entries"] += told.entries
        trouble += [f"{using}: {line}" for line in wrong]
        trouble += [f"{using}: {kept} permissions have ended and still have their key"] if kept else []
    figures: dict[str, Figure] = {**counts}
    seen = "all permissions in force, against those that the ledger gives when it is replayed from its first entry"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _compared(here: list[sql.Held], told: dict[Key, Permission]) -> Iterator[str]:
    found = {(one.alias, one.purpose): one for one in here}
    if unknown := len(found.keys() - told.keys()):
        yield f"{unknown} permissions are in force of which the ledger knows nothing"
    if missing := len(told.keys() - found.keys()):
        yield f"{missing} permissions of the ledger are not in force"
    both = found.keys() & told.keys()
    if differ := sum((found[key].state, found[key].until) != (told[key].state, told[key].until) for key in both):
        yield f"{differ} permissions differ from what the ledger says of them"
    if len(found) != len(here):
        yield f"{len(here) - len(found)} permissions are there twice"


@contextmanager
def plant_unknown(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A permission that somebody wrote into the tables and not into the ledger."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, sql.ANOTHER_PURPOSE, ("planted-later",))
        yield planted


@contextmanager
def plant_taken(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A permission that vanished without an entry."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, "UPDATE vault_grant SET state = 0, wrapped = NULL", ())
        yield planted


@contextmanager
def plant_widened(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A permission whose end was moved without an entry."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, "UPDATE vault_grant SET until = %s", (micros(PLANTED_AT + timedelta(days=9999)),))
        yield planted


@contextmanager
def plant_key_kept(target: Target, sentence: Sentence) -> Iterator[Target]:
    """A permission that ended, with its key still there."""
    with scratch_vault(target) as (planted, using):
        collected(target.policy.site, OWN, PLANTED_AT, using)
        sql.change(using, sql.A_KEY_AFTER_THE_END, (bytes(16), bytes(16), bytes(60)))
        yield planted


PROOF = Proof(
    "purpose.later-permission",
    check,
    plant_unknown,
    Reach.PROCESS,
    quick=False,
    needs=("tables",),
    more_plants=(plant_taken, plant_widened, plant_key_kept),
    stage=honest,
)
