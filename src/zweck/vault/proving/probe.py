"""A made-up person in a transaction that is taken back: collected, read, tampered with, withdrawn.

`Insider`: what somebody with access to the tables does meanwhile. On the live system nobody does anything, but for
moving a ciphertext, which must not help; the controls put somebody in who has the keys as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zweck.ledger import acts as ledger
from zweck.vault import collecting, ending, reading, sealing, sql
from zweck.vault.errors import KeyTrouble, NotPermitted
from zweck.vault.proving.scratch import canary
from zweck.vault.values import Collected, Collecting, Subject

FIELDS = ("email",)
_TEXT = "00" * 32


@dataclass(frozen=True, slots=True)
class Case:
    """Where the person is, and for which purposes: the one allowed, and the others."""

    using: str
    site: str
    own: str
    others: tuple[str, ...]
    now: datetime


def move(using: str, row: sql.GrantRow, to: sql.GrantRow) -> None:
    """Put the ciphertexts of one grant under another."""
    sql.bind(using, row.purpose)
    moved = sql.data_of(using, row.number, "email")
    sql.bind(using, to.purpose)
    (entry,) = sql.entries(using, to.number)
    sql.put_data(using, [(to.number, entry, "email", to.purpose, sealed) for _, sealed in moved])


def nothing(_case: Case, _given: Collected) -> None:
    """What an honest day brings."""


@dataclass(frozen=True, slots=True)
class Insider:
    """Who does what: after the collection, when ciphertexts are moved, and after the withdrawal."""

    after_collection: Callable[[Case, Collected], None] = nothing
    moves: Callable[[str, sql.GrantRow, sql.GrantRow], None] = move
    after_withdrawal: Callable[[Case, sql.GrantRow, list[tuple[bytes, bytes]]], None] | None = None


def tried(case: Case, insider: Insider) -> list[str]:
    """What went otherwise than promised; nothing of it stays."""
    with transaction.atomic(using=case.using):
        found = list(_tried(case, insider))
        transaction.set_rollback(True, using=case.using)
    return found


def _tried(case: Case, insider: Insider) -> Iterator[str]:
    given = _collect(case, case.own, None)
    insider.after_collection(case, given)
    if _read(case, given.subject, case.own) is None:
        yield "data could not be read for the purpose they were given for"
    before = _refusals(case.using)
    for other in case.others:
        if _read(case, given.subject, other) is not None:
            yield f"data given for {case.own} were read for {other}"
    if _refusals(case.using) - before < len(case.others):
        yield "a refused read was not recorded"
    yield from _moved(case, given, insider)
    yield from _withdrawn(case, given, insider)


def _moved(case: Case, given: Collected, insider: Insider) -> Iterator[str]:
    other = f"{case.own}-moved"
    _collect(case, other, given.subject)
    row = sql.live_grant(case.using, case.site, given.subject.id, case.own)
    to = sql.live_grant(case.using, case.site, given.subject.id, other)
    if row is None or to is None:
        yield "a grant vanished while somebody looked"
        return
    insider.moves(case.using, row, to)
    try:
        if _read(case, given.subject, other) is not None:
            yield "a ciphertext that was moved to another purpose opened there"
    except KeyTrouble:
        pass


def _withdrawn(case: Case, given: Collected, insider: Insider) -> Iterator[str]:
    row = sql.live_grant(case.using, case.site, given.subject.id, case.own)
    sql.bind(case.using, case.own)
    data = sql.data_of(case.using, row.number, "email") if row else []
    ending.withdraw_in(case.using, given.subject, case.own, "a proof", case.now)
    if insider.after_withdrawal and row:
        insider.after_withdrawal(case, row, data)
    if _read(case, given.subject, case.own) is not None:
        yield "data were read after their permission was withdrawn"


def _collect(case: Case, purpose: str, subject: Subject | None) -> Collected:
    data = {"email": canary()}
    return collecting.keep(Collecting(case.site, "", purpose, "consent", 1, _TEXT, data, subject), case.now, case.using)


def _read(case: Case, subject: Subject, purpose: str) -> dict[str, str] | None:
    """What a read brings; None where it is refused. Raises KeyTrouble."""
    try:
        with reading.reading("proof", "a made-up person", case.now, case.using) as reader:
            return reader.take(subject, purpose, FIELDS)
    except NotPermitted:
        return None


def _refusals(using: str) -> int:
    return sum(1 for _ in ledger.bodies("vault.refused", using))


def lend(case: Case, given: Collected) -> None:
    """An insider with the keys gives the person's data a second purpose."""
    row = sql.live_grant(case.using, case.site, given.subject.id, case.own)
    if row is None or row.wrapped is None:
        return
    bound = sealing.bound_to(row.site, row.subject, row.purpose)
    lock = sealing.lock_of(bound, row.key_class, row.epoch, row.wrapped)
    sql.bind(case.using, case.own)
    data = {"email": lock.open("email", *sql.data_of(case.using, row.number, "email")[0])}
    wanted = Collecting(case.site, "", case.others[0], "consent", 1, _TEXT, data, given.subject)
    collecting.keep(wanted, case.now, case.using)


def reseal(using: str, row: sql.GrantRow, to: sql.GrantRow) -> None:
    """An insider with the keys does not move the ciphertexts, but writes them anew under the other key."""
    if row.wrapped is None or to.wrapped is None:
        return
    old = sealing.lock_of(sealing.bound_to(row.site, row.subject, row.purpose), row.key_class, row.epoch, row.wrapped)
    new = sealing.lock_of(sealing.bound_to(to.site, to.subject, to.purpose), to.key_class, to.epoch, to.wrapped)
    sql.bind(using, row.purpose)
    ((entry, sealed),) = sql.data_of(using, row.number, "email")
    sql.bind(using, to.purpose)
    (there,) = sql.entries(using, to.number)
    text = old.open("email", entry, sealed)
    sql.put_data(using, [(to.number, there, "email", to.purpose, new.seal("email", there, text))])


def revive(case: Case, row: sql.GrantRow, data: list[tuple[bytes, bytes]]) -> None:
    """An insider with a copy of the row puts key and data back."""
    sql.bind(case.using, row.purpose)
    sql.put_back(case.using, row)
    sql.put_data(case.using, [(row.number, entry, "email", row.purpose, sealed) for entry, sealed in data])
