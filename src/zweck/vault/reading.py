"""Reading: permitted or refused before anything is opened, and recorded before anything leaves."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.db import DatabaseError, transaction

from zweck.ledger import acts as ledger
from zweck.vault import declared, places, record, sealing, sql
from zweck.vault.bulk import sql as bulk
from zweck.vault.database import sql as database
from zweck.vault.errors import NotPermitted
from zweck.vault.moments import micros
from zweck.vault.sealed import sql as entries
from zweck.vault.terms import known
from zweck.vault.values import Grant, Subject

log = logging.getLogger(__name__)

PAGE = 500  # grants read by one SELECT
_AT_ONCE = 200  # subjects named in one entry
_NONE: bulk.Columns = (None,) * 6
_NO_GRANT: bulk.Columns = (None,) * 13

_WHY = {
    "no-grant": "there is no grant for this purpose, or it has ended",
    "expired": "the time of its grant is over",
    "pending": "its grant is not confirmed yet; until then only the door to the outside may read it",
    "restricted": "its grant is restricted: the data may be kept and not used",
    "no-entry": "it has no such entry",
    "no-purpose": "the policy in force has no such purpose",
    "no-field": "the policy declares no such datum for this purpose",
}

Whose = tuple[str, bytes, str]  # site, subject, purpose
Allows = Callable[[str, str], frozenset[str] | None]


class Held(NamedTuple):
    """One of many grants that were read at once. `rule`: by which it was refused, or empty."""

    id: bytes
    values: Mapping[str, str]
    rule: str
    using: str
    columns: bulk.Columns

    @property
    def grant(self) -> Grant:
        """The grant, as it lay there."""
        return places.grant_of(sql.row_of(known.of(self.using), self.columns))


class Reader:
    """Reads one after the other, or many at once, and remembers what must be recorded. Given by `acts.reading`."""

    def __init__(self, by: str, now: datetime, using: str, allows: Allows) -> None:
        self._by, self._now, self._using, self._known = by, micros(now), using, known.of(using)
        self._places: set[str] = set()
        self._allows, self._declares = allows, cache(self._is_declared)
        self.read_of: dict[tuple[str, str, tuple[str, ...]], list[str]] = defaultdict(list)
        self.refused: list[tuple[str, str, str, str | None]] = []

    def read(
        self, subject: Subject, purpose: str, fields: tuple[str, ...], entry: bytes | None = None
    ) -> dict[str, str]:
        """The values of these fields; a declared field that was never given is left out. One SELECT.

        Raises NotPermitted, KeyTrouble, and NoPlace for a subject of another database than this reader's.
        """
        self._see_place(subject.place)
        return self.take(subject, purpose, fields, entry)

    def take(
        self, subject: Subject, purpose: str, fields: tuple[str, ...], entry: bytes | None = None
    ) -> dict[str, str]:
        """Read in this reader's own database, wherever the subject says it is."""
        number = self._known.purpose_number(subject.site, purpose)
        rows = [] if number is None else entries.read(self._known, subject.id, number, fields, entry)
        alias, state, until, terms, epoch, wrapped = rows[0][:6] if rows else _NONE
        rule = self._rule((state, until, wrapped), (subject.site, purpose), fields)
        own = [row[6:] for row in rows if row[6] is not None]
        if not rule and entry is not None and not any(self._known.places(one[1], fields) for one in own):
            rule = "no-entry"
        if rule:
            self._refuse((subject.site, subject.id, purpose), rule, alias)
            raise _refusal(purpose, rule)
        lock = self._lock((subject.site, subject.id, purpose), terms, epoch, wrapped)
        found = self._opened(lock, own, fields)
        self.read_of[subject.site, purpose, fields].append(bytes(alias).hex())
        return found

    def read_entries(
        self, subject: Subject, purpose: str, fields: tuple[str, ...], wanted: Sequence[bytes]
    ) -> list[dict[str, str]]:
        """The same fields of several entries under one grant, in the order asked for. One SELECT, one read on record.

        One that is not there, or has none of the fields, is empty. Raises as `read` does.
        """
        self._see_place(subject.place)
        number = self._known.purpose_number(subject.site, purpose)
        found = [] if number is None else bulk.entries_of(self._using, subject.id, number, wanted)
        whose = subject.site, subject.id, purpose
        *_, alias, terms, _, _, until, _, state, epoch, wrapped = found[0].grant if found else _NO_GRANT
        if rule := self._rule((state, until, wrapped), (subject.site, purpose), fields):
            self._refuse(whose, rule, alias)
            raise _refusal(purpose, rule)
        lock = self._lock(whose, terms, epoch, wrapped)
        by_id = {bytes(one[0]): one for one in found[0].entries}
        values = [self._opened(lock, [by_id[one]] if one in by_id else [], fields) for one in wanted]
        self.read_of[subject.site, purpose, fields].append(bytes(alias).hex())
        return values

    def read_page(  # noqa: PLR0913  (whose, what, and how much)
        self, site: str, place: str, purpose: str, fields: tuple[str, ...], after: bytes = b"", limit: int = PAGE
    ) -> list[Held]:
        """The values of active grants for a purpose in a place, by id, the first ones after `after`. One SELECT.

        A page with fewer than `limit` is the last. Each is judged by itself: whose `rule` is not empty was refused,
        which is recorded. Raises KeyTrouble, NoPlace.
        """
        self._see_place(place)
        number = self._known.purpose_number(site, purpose)
        if number is None:
            return []
        found = bulk.of_purpose(self._using, bulk.Page(number, place, after, limit), fields)
        return [self._held(one, fields, (site, purpose)) for one in found]

    def read_grants(self, grants: Sequence[Grant], fields: tuple[str, ...]) -> list[Held]:
        """The values of these grants of one site, say all of a person's, in the order given. One SELECT.

        Each is judged by itself; one that is not there any more is refused like one that has ended. Raises KeyTrouble,
        NoPlace.
        """
        if not grants:
            return []
        for place in {one.subject.place for one in grants}:
            self._see_place(place)
        site, names = grants[0].subject.site, dict.fromkeys(one.purpose for one in grants)
        numbers = {name: self._known.purpose_number(site, name) for name in names}
        asked = [number for number in numbers.values() if number is not None]
        rows = bulk.these(self._using, asked, [one.id for one in grants], fields) if asked else []
        by_id = {bytes(one.grant[1]): one for one in rows}
        found = []
        for one in grants:
            row = by_id.get(one.id, _gone(one.id, one.subject.id))
            found.append(self._held(row, fields, (site, one.purpose)))
        return found

    def read_each(
        self, subjects: Sequence[Subject], purpose: str, fields: tuple[str, ...]
    ) -> list[dict[str, str] | NotPermitted]:
        """What `read` gives or raises for each of these subjects of one site, in order. One SELECT.

        Raises KeyTrouble, NoPlace.
        """
        if not subjects:
            return []
        for place in {one.place for one in subjects}:
            self._see_place(place)
        site = subjects[0].site
        number = self._known.purpose_number(site, purpose)
        ids = [one.id for one in subjects]
        rows = [] if number is None else bulk.of_subjects(self._using, number, ids, fields)
        by_id = {bytes(one.grant[2]): one for one in rows}
        held = (self._held(by_id.get(one, _gone(b"", one)), fields, (site, purpose)) for one in ids)
        return [_refusal(purpose, one.rule) if one.rule else dict(one.values) for one in held]

    def _held(self, found: bulk.Lying, fields: tuple[str, ...], at: tuple[str, str]) -> Held:
        """A grant of many, judged and opened."""
        (site, purpose), (_, ident, subject, _, alias, terms, _, _, until, _, state, epoch, wrapped) = at, found.grant
        whose = site, bytes(subject), purpose
        if rule := self._rule((state, until, wrapped), at, fields):
            self._refuse(whose, rule, alias)
            return Held(bytes(ident), {}, rule, self._using, found.grant)
        values = self._opened(self._lock(whose, terms, epoch, wrapped), found.entries, fields)
        self.read_of[site, purpose, fields].append(bytes(alias).hex())
        return Held(bytes(ident), values, "", self._using, found.grant)

    def _see_place(self, place: str) -> None:
        if place in self._places:
            return
        if places.database_of(place) != self._using:
            raise NotPermitted("other-place", "this reader reads in another place; open one for the subject's")
        self._places.add(place)

    def _rule(self, grant: tuple[int, int | None, bytes | None], at: tuple[str, str], fields: tuple[str, ...]) -> str:
        """The rule by which a read is refused; "" where it is permitted. `grant`: state, until, wrapped."""
        state, until, wrapped = grant
        if wrapped is None:
            return "no-grant"
        if until is not None and until <= self._now:
            return "expired"
        if state == sql.RESTRICTED or (state == sql.PENDING and self._by != "disclosure"):
            return sql.STATES[state]
        return self._declares(at, fields)

    def _is_declared(self, at: tuple[str, str], fields: tuple[str, ...]) -> str:
        """A later policy may declare less than the one under which it was collected."""
        allowed = self._allows(*at)
        if allowed is None:
            return "no-purpose"
        return "" if allowed.issuperset(fields) else "no-field"

    def _lock(self, whose: Whose, terms: int, epoch: int, wrapped: bytes) -> sealing.Lock:
        key_class = self._known.terms(terms).key_class
        return sealing.lock_of(sealing.bound_to(*whose), key_class, epoch, bytes(wrapped))

    def _opened(self, lock: sealing.Lock, own: Sequence[bulk.Columns], fields: tuple[str, ...]) -> dict[str, str]:
        """The newest value of each field; `own`: entry, shape and ciphertext, the newest first."""
        found: dict[str, str] = {}
        for entry, shape, sealed in own:
            wanted = self._known.places(shape, fields)
            if found:
                wanted = [one for one in wanted if one[0] not in found]
            if wanted:
                texts = lock.texts(self._known.shape(shape), bytes(entry), bytes(sealed))
                for field, place in wanted:
                    found[field] = texts[place]
        return found

    def _refuse(self, whose: Whose, rule: str, alias: bytes | None) -> None:
        site, subject, purpose = whose
        if alias is None and (known_as := sql.subject(self._using, site, subject)):
            alias = known_as.alias
        self.refused.append((site, purpose, rule, bytes(alias).hex() if alias else None))


def _refusal(purpose: str, rule: str) -> NotPermitted:
    return NotPermitted(rule, f"{purpose}: not read, {_WHY[rule]}")


def _gone(ident: bytes, subject: bytes) -> bulk.Lying:
    """In place of a grant that is not there."""
    return bulk.Lying((0, ident, subject, *_NO_GRANT[3:]), [])


@contextmanager
def reading(by: str, reason: str, now: datetime, using: str, allows: Allows = declared.allows) -> Iterator[Reader]:
    """See `acts.reading`. `allows`: what may be read for a purpose, where not the policy in force says it."""
    settle(using)
    reader = Reader(by, now, using, allows)
    try:
        yield reader
    finally:
        if entries := list(_entries(reader, {"by": by, "reason": reason})):
            _write_down(_Debt(using, now, entries), is_owed=by != "proof")


def settle(using: str) -> None:
    """Write down what was recorded in a transaction of the caller's that was then taken back.

    What was read may have left, and what was refused was tried: taking the transaction back undoes neither.
    """
    if not _debts() or database.is_in_transaction(using):
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
    if is_owed and database.is_in_transaction(using):
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
