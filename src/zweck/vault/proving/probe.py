"""A made-up person in a transaction that is taken back: collected, read, tampered with, withdrawn.

`Insider`: what somebody with access to the tables does meanwhile. On the live system nobody does anything, but for
moving a ciphertext, which must not help; the controls put somebody in who has the keys as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zweck.ledger import acts as ledger
from zweck.vault import collecting, ending, reading, sql
from zweck.vault.errors import KeyTrouble, NotPermitted
from zweck.vault.proving.scratch import canary
from zweck.vault.sealed import sql as entries
from zweck.vault.terms import known
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
    collecting.name_purpose(row, using)
    moved = entries.of_grant(using, row.number, "email")
    collecting.name_purpose(to, using)
    (there,) = entries.ids(using, to.number)
    for one in moved:
        entries.put(using, to.number, one._replace(entry=there))


def nothing(_case: Case, _given: Collected) -> None:
    """What an honest day brings."""


@dataclass(frozen=True, slots=True)
class Insider:
    """Who does what: after the collection, when ciphertexts are moved, and after the withdrawal."""

    after_collection: Callable[[Case, Collected], None] = nothing
    moves: Callable[[str, sql.GrantRow, sql.GrantRow], None] = move
    after_withdrawal: Callable[[Case, sql.GrantRow, list[entries.Entry]], None] | None = None


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
    for other in case.others:
        if _read(case, given.subject, other) is not None:
            yield f"data given for {case.own} were read for {other}"
    if _refusals(case.using, given) < len(case.others):
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
    data = _kept(case.using, row) if row else []
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
        with reading.reading("proof", "a made-up person", case.now, case.using, _everything) as reader:
            return reader.take(subject, purpose, FIELDS)
    except NotPermitted:
        return None


def _everything(_site: str, _purpose: str) -> frozenset[str]:
    """What may be read, whatever the policy says: the person is refused by what they allowed and by nothing else."""
    return frozenset(FIELDS)


def _kept(using: str, row: sql.GrantRow) -> list[entries.Entry]:
    collecting.name_purpose(row, using)
    return entries.of_grant(using, row.number, "email")


def _refusals(using: str, since: Collected) -> int:
    """How many refusals are on record since. No earlier entry is looked through, while nobody else can write."""
    return sum(1 for _ in ledger.bodies("vault.refused", using, after=since.receipt))


def lend(case: Case, given: Collected) -> None:
    """An insider with the keys gives the person's data a second purpose."""
    row = sql.live_grant(case.using, case.site, given.subject.id, case.own)
    if row is None or row.wrapped is None:
        return
    data = _opened(case.using, row)
    wanted = Collecting(case.site, "", case.others[0], "consent", 1, _TEXT, data, given.subject)
    collecting.keep(wanted, case.now, case.using)


def _opened(using: str, row: sql.GrantRow) -> dict[str, str]:
    one = _kept(using, row)[0]
    return collecting.lock_of(row).open(known.of(using).shape(one.shape), one.entry, one.sealed)


def reseal(using: str, row: sql.GrantRow, to: sql.GrantRow) -> None:
    """An insider with the keys does not move the ciphertexts, but writes them anew under the other key."""
    if row.wrapped is None or to.wrapped is None:
        return
    data = _opened(using, row)
    collecting.name_purpose(to, using)
    (there,) = entries.ids(using, to.number)
    entries.put(using, to.number, collecting.sealed(collecting.lock_of(to), there, data, known.of(using)))


def revive(case: Case, row: sql.GrantRow, data: list[entries.Entry]) -> None:
    """An insider with a copy of the row puts key and data back."""
    sql.put_back(case.using, row)
    for one in data:
        entries.add(case.using, row.number, one, known.make_purpose(case.using, row.site, row.purpose))
