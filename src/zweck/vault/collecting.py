"""Collecting: a person is found or made, a grant with its key, and the data under it, in one transaction."""

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zweck.vault import addresses, declared, marks, masters, payment, places, record, sealing, sql
from zweck.vault.errors import BadValue, NotPermitted, PaymentData
from zweck.vault.moments import micros, micros_or_none
from zweck.vault.values import Collected, Collecting, Subject

LONGEST = 100_000  # characters of one value; a message is text, an attachment has a store of its own
_turns = itertools.count(int.from_bytes(os.urandom(2), "big"))


@dataclass(frozen=True, slots=True)
class _Under:
    """The grant that data go under, and its key."""

    row: sql.GrantRow
    lock: sealing.Lock
    is_new: bool


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
        sql.begin_collecting(using, wanted.purpose, [mark for mark, _ in own])
        subject, salt, is_new = _subject(wanted, [mark for mark, _ in own], using)
        alias = record.alias_of(salt, wanted.site, subject.id)
        under = None if is_new else _existing(wanted, subject, now, using)
        under = under or _granted(wanted, subject, alias, now, using)
        entry = new_entry(now)
        put(under.row, under.lock, entry, data, using)
        sql.put_marks(using, under.row.number, marks.KIND, own)
        more: dict[str, record.Value] = {
            **wanted.evidence,
            "basis": wanted.basis,
            "edition": wanted.edition,
            "text": wanted.text_sha256,
            "data": len(data),
            "state": under.row.state,
            "until": under.row.until,
        }
        receipt = record.of_grant("collected", under.row, more, now, using)
    return Collected(subject, places.grant_of(under.row), entry, receipt)


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


def put(row: sql.GrantRow, lock: sealing.Lock, entry: bytes, data: dict[str, str], using: str) -> None:
    """Seal values under a grant and write them."""
    rows = [
        (row.number, entry, field, row.purpose, lock.seal(field, entry, text)) for field, text in sorted(data.items())
    ]
    if rows:
        sql.put_data(using, rows)


def _subject(wanted: Collecting, own: list[bytes], using: str) -> tuple[Subject, bytes, bool]:
    """Whose data these are, with the salt, and whether the person is new here."""
    if wanted.subject is not None:
        if (wanted.subject.site, wanted.subject.place) != (wanted.site, wanted.place):
            raise NotPermitted("other-place", "a subject belongs to one site and place, and these data to another")
        found = sql.subject(using, wanted.site, wanted.subject.id, lock=True)
        if found is None:
            raise NotPermitted("no-subject", "there is no such subject in this place")
    else:
        found = sql.subject_marked(using, wanted.site, wanted.place, own) if own else None
    if found is None:
        ident, salt = os.urandom(16), os.urandom(16)
        sql.add_subject(using, ident, wanted.site, wanted.place, salt)
        return Subject(wanted.site, wanted.place, ident), salt, True
    salt = found.salt or os.urandom(16)
    if found.salt is None:  # all grants had ended: a fresh salt begins a history that is not joined to the old one
        sql.set_salt(using, found.ident, salt)
    return Subject(wanted.site, wanted.place, found.ident), salt, False


def _existing(wanted: Collecting, subject: Subject, now: datetime, using: str) -> _Under | None:
    """The grant there is already, brought up to what is wanted now; one whose time is over ends here."""
    row = sql.live_grant(using, wanted.site, subject.id, wanted.purpose, lock=True)
    if row is None or row.wrapped is None:
        return None
    if row.until is not None and row.until <= micros(now):
        record.of_grant("expired", row, {}, now, using)
        sql.end_grant(using, row.number, micros(now))
        return None
    bound = sealing.bound_to(row.site, row.subject, row.purpose)
    lock = sealing.lock_of(bound, row.key_class, row.epoch, row.wrapped)
    if row.state == "pending":
        state, since = ("pending", None) if wanted.pending else ("active", micros(now))
        row = row._replace(state=state, since=since, until=micros_or_none(wanted.until))
        sql.set_state(using, row.number, row.state, row.since, row.until)
    return _Under(row, lock, is_new=False)


def _granted(wanted: Collecting, subject: Subject, alias: bytes, now: datetime, using: str) -> _Under:
    """A new grant with a key of its own."""
    key_class = masters.HOLD if wanted.hold else masters.ORDINARY
    epoch = masters.newest(key_class, now, using)
    lock, wrapped = sealing.new_lock(sealing.bound_to(wanted.site, subject.id, wanted.purpose), key_class, epoch)
    row = sql.GrantRow(
        number=0,
        ident=os.urandom(16),
        site=wanted.site,
        place=wanted.place,
        subject=subject.id,
        purpose=wanted.purpose,
        alias=alias,
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
    return _Under(row._replace(number=sql.add_grant(using, _values(row, micros(now)))), lock, is_new=True)


def _digest(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise BadValue("the hash of the text must be SHA-256 in hex")
    return found


def _values(row: sql.GrantRow, made: int) -> list[sql.Value]:
    return [
        row.ident, row.site, row.subject, row.purpose, row.alias, row.basis, row.edition, row.text_sha256, made,
        row.since, row.until, row.state, row.key_class, row.epoch, row.wrapped,
    ]  # fmt: skip
