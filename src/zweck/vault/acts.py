"""The only door to personal data.

Each act is rows and a ledger entry in one transaction of the subject's place: its own, or the caller's. `using` is
always that place's database; `database_of` names it.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from django.db import transaction

from zweck.vault import collecting, ending, marks, sql, tokens
from zweck.vault import places as _places
from zweck.vault import reading as _reading
from zweck.vault.database import sql as database
from zweck.vault.entries import amending
from zweck.vault.entries.attaching import attach, file_of
from zweck.vault.entries.dropping import drop
from zweck.vault.entries.parcels import seal, unseal
from zweck.vault.errors import NoGrant
from zweck.vault.given import addresses
from zweck.vault.reading import Held, Reader
from zweck.vault.sealed import sql as _entries
from zweck.vault.values import Collected, Collecting, Found, Grant, Reading, Subject

__all__ = [
    "Held", "Reader", "amend", "amend_grants", "amend_purpose", "attach", "collect", "confirm", "database_of",
    "databases", "drop", "entries", "expire", "extend", "file_of", "find", "fingerprint", "fingerprints", "grant",
    "grants_of", "holders", "lift_restriction", "lying", "normal_email", "opened", "places", "purposes", "read",
    "reading", "restrict", "seal", "token", "unseal", "withdraw",
]  # fmt: skip


def database_of(place: str) -> str:
    """The database of a place. Raises NoPlace."""
    return _places.database_of(place)


def databases() -> tuple[str, ...]:
    """Every database in which personal data may lie."""
    return database.databases()


def places() -> tuple[str, ...]:
    """The places there are; one without a name where the policy names none."""
    return _places.places()


def lying(site: str, using: str) -> Mapping[str, int]:
    """How many persons of a site a database has, by the place that their rows name: for proofs."""
    return sql.lying(using, site)


def purposes(site: str, using: str) -> frozenset[str]:
    """The purposes for which a database has grants of a site that have not ended: for proofs."""
    return sql.purposes(using, site)


def collect(wanted: Collecting, now: datetime) -> Collected:
    """Store data for a purpose, under a grant with a key of its own.

    The person is found by e-mail address in that place, or made. A second time under the same purpose is a further
    entry under the same grant; a pending grant stays pending until `confirm`, or becomes active where this one asks for
    no confirmation. Raises NotDeclared (naming what the policy must declare), BadAddress, BadValue, PaymentData,
    NoPlace and KeyTrouble; nothing is stored then.
    """
    return collecting.collect(wanted, now)


def confirm(grant: Grant, until: datetime | None, now: datetime) -> Grant:
    """What was pending is active from now on; what is active stays as it is. Raises NoGrant once it has ended."""
    return ending.confirm(grant, until, now)


def read(wanted: Reading, now: datetime) -> Mapping[str, str]:
    """The values of these fields, permitted and recorded; a declared field that was never given is left out.

    Raises NotPermitted (recorded too), NoPlace, KeyTrouble. Inside a transaction of the caller's the record is
    committed with it, so nothing read may leave before that.
    """
    with reading(wanted.by, wanted.reason, now, database_of(wanted.subject.place)) as reader:
        return reader.read(wanted.subject, wanted.purpose, wanted.fields, wanted.entry)


def reading(by: str, reason: str, now: datetime, using: str = "default") -> AbstractContextManager[Reader]:
    """Read much in one place: one SELECT each, or one for many grants; recorded together before the `with` ends.

    So what was read may leave only after it. What was refused is recorded with the rest.
    """
    return _reading.reading(by, reason, now, using)


def entries(subject: Subject, purpose: str, now: datetime) -> tuple[bytes, ...]:
    """The ids of the entries under a grant that is in force, oldest first; nothing is opened for them."""
    using = database_of(subject.place)
    with transaction.atomic(using=using):
        row = sql.live_grant(using, subject.site, subject.id, purpose)
        if row is None or ending.is_over(row, now):
            return ()
        collecting.name_purpose(row, using)
        return tuple(_entries.ids(using, row.number))


def amend(  # noqa: PLR0913  (each says something else)
    subject: Subject, purpose: str, data: Mapping[str, str], by: str, now: datetime, entry: bytes | None = None
) -> bytes:
    """Put these values in place of the old ones, in this entry or the newest; gives the entry.

    Raises NoGrant, and what `collect` raises.
    """
    return amending.amend(subject, purpose, data, by=by, now=now, entry=entry)


def amend_purpose(  # noqa: PLR0913  (whose, what, and by whom)
    site: str, place: str, purpose: str, data: Mapping[str, str], by: str, now: datetime
) -> int:
    """The same for all active grants of a purpose in a place, each in its newest entry; gives how many.

    One SELECT for 500 of them, one entry in the ledger for 200. Raises what `collect` raises.
    """
    return amending.amend_purpose(site, place, purpose, data, by, now)


def amend_grants(grants: Sequence[Grant], data: Mapping[str, str], by: str, now: datetime) -> int:
    """The same for these grants of one site and place, say all of a person's; gives how many are in force still."""
    return amending.amend_grants(grants, data, by, now)


def withdraw(subject: Subject, purpose: str, why: str, now: datetime) -> bool:
    """End a grant: its key, its data and its marks are destroyed, at once and for every process.

    Gives whether there was one. Raises NotPermitted for one that the law makes us keep. `why` names nobody.
    """
    return ending.withdraw(subject, purpose, why, now)


def restrict(subject: Subject, purpose: str, why: str, now: datetime) -> Grant:
    """The data stay and are not used (GDPR Art. 18). Raises NoGrant; NotPermitted for a pending grant."""
    return ending.restrict(subject, purpose, why, now, lift=False)


def lift_restriction(subject: Subject, purpose: str, why: str, now: datetime) -> Grant:
    """The data may be used again. Raises NoGrant."""
    return ending.restrict(subject, purpose, why, now, lift=True)


def extend(grant: Grant, until: datetime | None, now: datetime) -> Grant:
    """Move a grant's end, sooner or later. Raises NoGrant once it has ended."""
    return ending.extend(grant, until, now)


def expire(now: datetime, using: str) -> int:
    """End all grants of a database whose time is over; gives how many."""
    return ending.expire(now, using)


def find(site: str, kind: str, value: str, places: tuple[str, ...] | None = None) -> tuple[Found, ...]:
    """Who has this value (kind "email"), in all places or these, with the grants that have not ended.

    Raises BadAddress, NoPlace; NotPermitted for a kind without an index.
    """
    own = marks.known(site, kind, value)
    wanted = databases() if places is None else tuple(dict.fromkeys(map(database_of, places)))
    found: dict[Subject, list[Grant]] = {}
    for using in wanted:
        for row in sql.marked(using, site, own):
            if places is None or row.place in places:
                one = _places.grant_of(row)
                found.setdefault(one.subject, []).append(one)
    return tuple(Found(subject, tuple(grants)) for subject, grants in found.items())


def grants_of(subject: Subject) -> tuple[Grant, ...]:
    """All grants of a subject, oldest first, the ended ones too."""
    rows = sql.grants_of(database_of(subject.place), subject.site, subject.id)
    return tuple(_places.grant_of(row) for row in rows)


def grant(site: str, place: str, grant_id: bytes) -> Grant:
    """A grant by its id, ended or not. Raises NoGrant, NoPlace."""
    row = sql.grant(database_of(place), site, grant_id)
    if row is None:
        raise NoGrant("there is no such grant in this place")
    return _places.grant_of(row)


def holders(  # noqa: PLR0913  (whose, where, and how many)
    site: str, place: str, purpose: str, after: bytes, limit: int, *, using: str = ""
) -> tuple[Grant, ...]:
    """Active grants for a purpose in a place, by id, the first ones after `after` (b"": from the start).

    `using`: another database than the place's, such as a copy that is looked into.
    """
    rows = sql.holders(using or database_of(place), (site, place, purpose), after, limit)
    return tuple(_places.grant_of(row) for row in rows)


def fingerprint(key: str, text: str) -> bytes:
    """HMAC-SHA256 of a text under a key that is never rotated: what must be recognised even after erasure.

    `key` names the use, so that fingerprints of two uses do not compare. An address counts in its one spelling, its
    local part whatever its case. Raises BadAddress.
    """
    return marks.fingerprint(key, text)


def fingerprints(key: str, addresses: Sequence[str]) -> tuple[bytes, ...]:
    """The same for many addresses that the vault gave out, whose form need not be looked at again."""
    return tuple(marks.fingerprint_of_known(key, address) for address in addresses)


def normal_email(text: str) -> str:
    """The address in NFC, its domain in lower-case ASCII (IDNA), its local part as given. Raises BadAddress."""
    return addresses.normal(text)


def token(kind: str, grant: Grant, until: datetime | None) -> str:
    """A signed text for a link: site, place, the grant's id, kind and end. It names nobody."""
    return tokens.token(kind, grant, until)


def opened(kind: str, text: str, now: datetime) -> Grant:
    """The grant a token leads to, ended or not. Raises BadToken, TokenExpired."""
    return tokens.opened(kind, text, now)
