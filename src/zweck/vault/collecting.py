"""Collecting: a person is found or made, a grant with its key, and the data under it, in one transaction."""

import itertools
import os
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zweck.vault import declared, marks, masters, places, record, sealing, sql
from zweck.vault.database import sql as database
from zweck.vault.errors import BadValue, KeyTrouble, NotPermitted, PaymentData
from zweck.vault.given import addresses, payment
from zweck.vault.moments import micros, micros_or_none
from zweck.vault.sealed import sql as entries
from zweck.vault.terms import known
from zweck.vault.values import Collected, Collecting, GrantState, Subject

LONGEST = 100_000  # characters of one value; a message is text, an attachment has a store of its own
_turns = itertools.count(int.from_bytes(os.urandom(2), "big"))


def collect(wanted: Collecting, now: datetime) -> Collected:
    """See `acts.collect`."""
    using = places.database_of(wanted.place)
    declared.admit(wanted)
    return keep(wanted, now, using)


def keep(wanted: Collecting, now: datetime, using: str) -> Collected:
    """Store in a database what was admitted."""
    data = checked(wanted.data)
    with transaction.atomic(using=using):
        own = marks.for_new(wanted.site, data["email"], now, using) if "email" in data else []
        here, line = known.of(using), database.Line(using)
        subject, row = _found(wanted, [mark for mark, _ in own], here, line)
        if row is not None and _is_over(row, now, using):
            row = None
        entry = new_entry(now)
        if row is not None and row.wrapped is not None:
            row = _further(wanted, row, now, using)
            add(row, entry, data, using)
            sql.put_marks(using, row.number, own)
        else:
            row = _granted(wanted, subject, (entry, data, own), now, (here, line))
        more: dict[str, record.Value] = {
            **wanted.evidence,
            "basis": wanted.basis,
            "edition": wanted.edition,
            "text": wanted.text_sha256,
            "data": len(data),
            "state": row.state,
            "until": row.until,
        }
        receipt = record.of_grant("collected", row, more, now, using)
    return Collected(Subject(row.site, row.place, row.subject), places.grant_of(row), entry, receipt)


def checked(data: Mapping[str, str]) -> dict[str, str]:
    """The values as they may be stored. Raises BadValue, BadAddress, PaymentData."""
    found = {}
    for field, value in data.items():
        if not isinstance(value, str) or len(value) > LONGEST:
            raise BadValue(f"{field}: must be text of at most {LONGEST:,} characters")
        text = addresses.normal(value) if field == "email" else value
        try:
            text.encode()
        except UnicodeEncodeError:
            raise BadValue(f"{field}: is not valid Unicode") from None
        if payment.holds_payment_data(text):
            raise PaymentData(f"{field}: holds a card or account number, which is never stored here")
        found[field] = text
    return found


def new_entry(now: datetime) -> bytes:
    """An id for an entry: sorts by age (also within a process and a millisecond), and nobody can guess it."""
    turn = next(_turns) & 0xFFFF
    return (micros(now) // 1000).to_bytes(6, "big") + turn.to_bytes(2, "big") + os.urandom(8)


def add(row: sql.GrantRow, entry: bytes, data: Mapping[str, str], using: str) -> None:
    """Keep data as a new entry under a grant. The purpose is named already."""
    if data:
        here = known.of(using)
        kept = sealed(lock_of(row), entry, data, here)
        entries.add(using, row.number, kept, here.made("purpose", (row.site, row.purpose)))


def sealed(lock: sealing.Lock, entry: bytes, data: Mapping[str, str], here: known.Known) -> entries.Entry:
    """Data as they are written under a grant."""
    return entries.Entry(entry, here.made("shape", tuple(sorted(data))), lock.seal(data, entry))


def lock_of(row: sql.GrantRow) -> sealing.Lock:
    """The key of a grant that has not ended."""
    bound = sealing.bound_to(row.site, row.subject, row.purpose)
    return sealing.lock_of(bound, row.key_class, row.epoch, row.wrapped or b"")


def name_purpose(row: sql.GrantRow, using: str) -> None:
    """Name a grant's purpose to the database until the transaction ends."""
    database.bind(using, known.make_purpose(using, row.site, row.purpose))


def _found(
    wanted: Collecting, own: list[bytes], here: known.Known, line: database.Line
) -> tuple[sql.SubjectRow | None, sql.GrantRow | None]:
    """Whose data these are, if the person is known here, and the grant there is already."""
    using = here.using
    begun = sql.begin(here, line, (wanted.site, wanted.place, wanted.purpose), own if wanted.subject is None else [])
    if wanted.subject is None:
        return begun or (None, None)
    if (wanted.subject.site, wanted.subject.place) != (wanted.site, wanted.place):
        raise NotPermitted("other-place", "a subject belongs to one site and place, and these data to another")
    found = sql.subject(using, wanted.site, wanted.subject.id, lock=True)
    if found is None:
        raise NotPermitted("no-subject", "there is no such subject in this place")
    return found, sql.live_grant(using, wanted.site, wanted.subject.id, wanted.purpose, lock=True)


def _is_over(row: sql.GrantRow, now: datetime, using: str) -> bool:
    """Whether a grant's time is over, though nobody has ended it yet; it ends here then."""
    if row.until is None or row.until > micros(now):
        return False
    record.of_grant("expired", row, {}, now, using)
    shred(row, now, using)
    return True


def shred(row: sql.GrantRow, now: datetime, using: str) -> None:
    """Destroy a grant's key, all under it, and the marks that lead to it."""
    name_purpose(row, using)
    try:
        if row.wrapped is not None:
            unmark(row.number, row.site, lock_of(row), now, using)
    except KeyTrouble:  # nobody can open its addresses any more; then every mark there is is looked at
        sql.drop_all_marks(using, row.number)
    sql.end_grant(using, row.number, micros(now))


def unmark(number: int, site: str, lock: sealing.Lock, now: datetime, using: str) -> None:
    """Forget the marks of a grant; which they are, its addresses tell. The purpose is named already."""
    if addresses := _addresses(number, lock, using):
        masters.see_all(masters.INDEX, using)  # an index that is being renewed has marks under its new version already
        gone = [mark for one in addresses for mark, _ in marks.for_new(site, one, now, using)]
        sql.drop_marks(using, number, gone)


def mark(number: int, site: str, lock: sealing.Lock, now: datetime, using: str) -> None:
    """Make the marks of a grant from its addresses. The purpose is named already."""
    for address in _addresses(number, lock, using):
        sql.put_marks(using, number, marks.for_new(site, address, now, using))


def _addresses(number: int, lock: sealing.Lock, using: str) -> set[str]:
    """The addresses in all entries of a grant."""
    found = entries.of_grant(using, number, marks.KIND)
    return {lock.open(known.of(using).shape(one.shape), one.entry, one.sealed)[marks.KIND] for one in found}


def _further(wanted: Collecting, row: sql.GrantRow, now: datetime, using: str) -> sql.GrantRow:
    """The grant there is already, brought up to what is wanted now."""
    if row.state != "pending":
        return row
    state: GrantState = "pending" if wanted.pending else "active"
    since = None if wanted.pending else micros(now)
    row = row._replace(state=state, since=since, until=micros_or_none(wanted.until))
    sql.set_state(using, row)
    return row


_Given = tuple[bytes, dict[str, str], list[tuple[bytes, int]]]


def _granted(
    wanted: Collecting,
    found: sql.SubjectRow | None,
    given: _Given,
    now: datetime,
    at: tuple[known.Known, database.Line],
) -> sql.GrantRow:
    """A new grant with a key of its own, and all under it: entry, data and marks."""
    (entry, data, own), (here, line) = given, at
    ident = found.ident if found else os.urandom(16)
    key_class = masters.HOLD if wanted.hold else masters.ORDINARY
    epoch = masters.newest(key_class, now, here.using)
    lock, wrapped = sealing.new_lock(sealing.bound_to(wanted.site, ident, wanted.purpose), key_class, epoch)
    row = sql.GrantRow(
        number=0,
        ident=os.urandom(16),
        site=wanted.site,
        place=wanted.place,
        subject=ident,
        purpose=wanted.purpose,
        # Where all grants had ended, a fresh pseudonym begins a history that is not joined to the old one.
        alias=(found.alias if found else None) or record.new_alias(),
        basis=wanted.basis,
        edition=wanted.edition,
        text_sha256=_digest(wanted.text_sha256),
        since=None if wanted.pending else micros(now),
        until=micros_or_none(wanted.until),
        ended=None,
        state="pending" if wanted.pending else "active",
        key_class=key_class,
        epoch=epoch,
        wrapped=wrapped,
    )
    kept = sealed(lock, entry, data, here) if data else None
    new = sql.New(row, micros(now), kept, own)
    return row._replace(number=sql.add(here, line, new))


def _digest(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise BadValue("the hash of the text must be SHA-256 in hex")
    return found
