"""Reading: permitted or refused before anything is opened, and recorded before anything leaves."""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import DatabaseError, transaction

from zweck.ledger import acts as ledger
from zweck.vault import declared, places, record, sealing, sql
from zweck.vault.errors import NotPermitted
from zweck.vault.moments import micros
from zweck.vault.values import Subject

log = logging.getLogger(__name__)

_AT_ONCE = 200  # subjects named in one entry

_WHY = {
    "no-grant": "there is no grant for this purpose, or it has ended",
    "expired": "the time of its grant is over",
    "pending": "its grant is not confirmed yet; until then only the door to the outside may read it",
    "restricted": "its grant is restricted: the data may be kept and not used",
    "no-entry": "it has no such entry",
    "no-field": "the policy declares no such datum for this purpose",
}


class Reader:
    """Reads one after the other and remembers what must be recorded. Given by `acts.reading`."""

    def __init__(self, by: str, now: datetime, using: str) -> None:
        self._by, self._now, self.using = by, micros(now), using
        self.read_of: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
        self.refused: list[tuple[str, str, str, str | None]] = []

    def read(
        self, subject: Subject, purpose: str, fields: tuple[str, ...], entry: bytes | None = None
    ) -> dict[str, str]:
        """The values of these fields; a declared field that was never given is left out. One SELECT.

        Raises NotPermitted, KeyTrouble, and NoPlace for a subject of another database than this reader's.
        """
        if places.database_of(subject.place) != self.using:
            raise NotPermitted("other-place", "this reader reads in another place; open one for the subject's")
        return self.take(subject, purpose, fields, entry)

    def take(
        self, subject: Subject, purpose: str, fields: tuple[str, ...], entry: bytes | None = None
    ) -> dict[str, str]:
        """Read in this reader's own database, wherever the subject says it is."""
        return self.opened(
            sql.read(self.using, (subject.site, subject.id, purpose), fields, entry), subject, purpose, fields, entry
        )

    def opened(
        self, rows: list[sql.ReadRow], subject: Subject, purpose: str, fields: tuple[str, ...], entry: bytes | None
    ) -> dict[str, str]:
        """The values of rows that a statement brought."""
        if rule := self._rule(rows, subject, purpose, fields, entry):
            self._refuse(subject, purpose, rule, rows)
        _, _, _, key_class, epoch, wrapped, *_ = rows[0]
        bound = sealing.bound_to(subject.site, subject.id, purpose)
        lock = sealing.lock_of(bound, key_class, epoch, bytes(wrapped))
        newest: dict[str, tuple[bytes, bytes]] = {}
        for row in rows:
            of, field, sealed = row[6:]
            if of is None or field is None or sealed is None:
                continue
            if field not in newest or bytes(of) > newest[field][0]:
                newest[field] = (bytes(of), bytes(sealed))
        found = {field: lock.open(field, of, sealed) for field, (of, sealed) in newest.items()}
        self.read_of[subject.site, purpose, fields].append(bytes(rows[0][0]).hex())
        return found

    def _rule(
        self, rows: list[sql.ReadRow], subject: Subject, purpose: str, fields: tuple[str, ...], entry: bytes | None
    ) -> str:
        """The rule by which this read is refused; "" where it is permitted."""
        if not rows or rows[0][5] is None:
            return "no-grant"
        _, state, until, *_ = rows[0]
        if until is not None and until <= self._now:
            return "expired"
        if state == "restricted" or (state == "pending" and self._by != "disclosure"):
            return state
        given = {row[7] for row in rows if row[7] is not None}
        if entry is not None and not given:
            return "no-entry"
        # Only what is missing must be looked up: what is there was declared when it was collected.
        if any(not declared.is_declared(subject.site, purpose, field) for field in fields if field not in given):
            return "no-field"
        return ""

    def _refuse(self, subject: Subject, purpose: str, rule: str, rows: list[sql.ReadRow]) -> None:
        if rows and rows[0][0] is not None:
            alias: str | None = bytes(rows[0][0]).hex()
        else:
            known = sql.subject(self.using, subject.site, subject.id)
            alias = record.alias_of(known.salt, subject.site, subject.id).hex() if known and known.salt else None
        self.refused.append((subject.site, purpose, rule, alias))
        raise NotPermitted(rule, f"{purpose}: not read, {_WHY[rule]}")


@contextmanager
def reading(by: str, reason: str, now: datetime, using: str) -> Iterator[Reader]:
    """See `acts.reading`."""
    settle(using)
    reader = Reader(by, now, using)
    try:
        yield reader
    finally:
        if entries := list(_entries(reader, {"by": by, "reason": reason})):
            _write_down(_Debt(using, now, entries), is_owed=by != "proof")


def settle(using: str) -> None:
    """Write down what was recorded in a transaction of the caller's that was then taken back.

    What was read may have left, and what was refused was tried: taking the transaction back undoes neither.
    """
    if not _debts() or sql.is_in_transaction(using):
        return
    for debt in [one for one in _debts() if one.using == using]:
        _write_down(debt, is_owed=False)
        _debts().remove(debt)


def settle_all(**_signal: object) -> None:
    """The same for every place, when a request has ended."""
    for using in {debt.using for debt in _debts()}:
        try:
            settle(using)
        except DatabaseError as away:  # it stays owed
            log.error("reads in %s could not be recorded yet: %s", using, type(away).__name__)


def forget() -> None:
    """Forget what is owed; for tests, whose transactions are all taken back."""
    _debts().clear()


class _Debt(NamedTuple):
    using: str
    now: datetime
    entries: list[tuple[str, str, dict[str, record.Value]]]


_owed = threading.local()


def _debts() -> list[_Debt]:
    found: list[_Debt] = _owed.__dict__.setdefault("debts", [])
    return found


def _write_down(debt: _Debt, *, is_owed: bool) -> None:
    """Record it, in the caller's transaction where there is one; then it is owed until that is committed."""
    using = debt.using
    if is_owed and sql.is_in_transaction(using):
        debts = _debts()
        debts.append(debt)
        transaction.on_commit(lambda: debts.remove(debt), using=using)
    with transaction.atomic(using=using):
        for act, site, body in debt.entries:
            ledger.record(act, site, body, debt.now, using)


def _entries(reader: Reader, who: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, record.Value]]]:
    for (site, purpose, fields), aliases in reader.read_of.items():
        for start in range(0, len(aliases), _AT_ONCE):
            some = [*aliases[start : start + _AT_ONCE]]
            yield "vault.read", site, {**who, "purpose": purpose, "fields": [*fields], "subjects": [*some]}
    for site, purpose, rule, alias in reader.refused:
        yield "vault.refused", site, {**who, "purpose": purpose, "rule": rule, "subject": alias}
