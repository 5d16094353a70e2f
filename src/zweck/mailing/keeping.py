"""The proof of a consent: written beside its ledger entry when it is given, ended when it ends, kept for a while after.

Nothing in it is an address: not the person's (only its mark), not the browser's.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction

from zweck.ledger import acts as ledger
from zweck.ledger.values import Receipt
from zweck.mailing.models import Consent, Left
from zweck.mailing.values import How, Proof, Way
from zweck.policy.model import Policy

GIVEN, ENDED = "marketing.consented", "marketing.ended"
FORGET_AT_ONCE = 500
RECORD = "choice"  # the class of records under which a policy says how long proofs of consent are kept
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Entry:
    """A consent as it is hashed for the ledger."""

    site: str
    purpose: str
    grant: str  # in hex; random, so nobody can guess their way back from the digest
    edition: int
    text_sha256: str
    form: str
    language: str
    way: str
    source: str
    asked_at: str
    accepted_at: str | None
    message_id: str
    answer: str
    confirmed_at: str

    def digest(self) -> str:
        """SHA-256 of all of it, in canonical form."""
        return sha256(_canonical({name: getattr(self, name) for name in self.__slots__}).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Given:
    """A consent about to be written down."""

    site: str
    purpose: str
    grant: bytes
    mark: bytes
    edition: int
    text_sha256: str
    form: str
    language: str
    way: Way
    asked_at: datetime
    source: str = ""
    accepted_at: datetime | None = None
    message_id: str = ""
    answer: str = ""


def keep(given: Given, confirmed_at: datetime, now: datetime, using: str) -> int:
    """Write a proof and its entry, in the caller's transaction; gives its number.

    `confirmed_at` is `now`, or for an import the day it was given elsewhere.
    """
    row = Consent(
        **{name: getattr(given, name) for name in Given.__slots__}, confirmed_at=confirmed_at, recorded_at=now
    )
    entry = entry_of(row)
    body = {"record": entry.digest(), "purpose": row.purpose, "text": row.text_sha256, "way": row.way}
    written = ledger.record(GIVEN, row.site, body, now, using)
    row.leaf, row.entry = written.leaf, written.number
    row.save(using=using, force_insert=True)
    return int(row.number)


def end(policy: Policy, grant: bytes, how: How, now: datetime, using: str) -> bool:
    """Write down that the consent of a grant has ended; False where none is on record, or it has ended before."""
    row = Consent.objects.using(using).filter(grant=grant, end__isnull=True).first()
    if row is None:
        return False
    body = {"record": entry_of(row).digest(), "purpose": row.purpose, "how": how}
    with transaction.atomic(using=using):
        written = ledger.record(ENDED, row.site, body, now, using)
        Left.objects.using(using).create(
            consent=row,
            at=now,
            how=how,
            keep_until=keep_until(policy, now),
            leaf=written.leaf,
            entry=written.number,
        )
    return True


def keep_until(policy: Policy, ended: datetime) -> datetime:
    """How long the bare proof of a consent that has ended may be kept: as the policy says, else not at all."""
    zone = ZoneInfo(policy.time_zone)
    ends = [ended]
    for rule in policy.retention:
        if rule.record == RECORD:
            start = ended.astimezone(zone)
            if rule.counted_from == "end-of-year":
                start = datetime(start.year + 1, 1, 1, tzinfo=zone)
            years, days = rule.years or 0, rule.days or 0
            # Whoever leaves on the 29th of February is kept until the 1st of March.
            there = datetime(start.year + years, start.month, 1, tzinfo=zone) + timedelta(days=start.day - 1 + days)
            ends.append(there.astimezone(UTC))
    return max(ends)


def forget(now: datetime, using: str) -> int:
    """Delete proofs whose time is over; gives how many."""
    over = list(Left.objects.using(using).filter(keep_until__lt=now).values_list("pk", flat=True)[:FORGET_AT_ONCE])
    with transaction.atomic(using=using):
        # In this order: the database looks at the end before it lets the consent go.
        Consent.objects.using(using).filter(pk__in=over).delete()
        Left.objects.using(using).filter(pk__in=over).delete()
    return len(over)


def proofs(grant: bytes, using: str) -> tuple[Proof, ...]:
    """The proofs of a grant, newest first."""
    rows = Consent.objects.using(using).filter(grant=grant).select_related("end").order_by("-number")
    return tuple(_proof(row) for row in rows)


def receipt_of(number: int, using: str) -> tuple[Entry, Receipt]:
    """A proof as it was hashed, and the receipt of its ledger entry."""
    row = Consent.objects.using(using).get(pk=number)
    return entry_of(row), Receipt(row.entry, bytes(row.leaf), row.recorded_at, using)


def entry_of(row: Consent) -> Entry:
    """A kept proof as it was hashed."""
    return Entry(
        site=row.site,
        purpose=row.purpose,
        grant=bytes(row.grant).hex(),
        edition=row.edition,
        text_sha256=row.text_sha256,
        form=row.form,
        language=row.language,
        way=row.way,
        source=row.source,
        asked_at=stamp(row.asked_at),
        accepted_at=stamp(row.accepted_at) if row.accepted_at else None,
        message_id=row.message_id,
        answer=row.answer,
        confirmed_at=stamp(row.confirmed_at),
    )


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the microsecond, as the ledger writes it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _proof(row: Consent) -> Proof:
    ended = getattr(row, "end", None)
    way: Way = row.way  # type: ignore[assignment]  # written by this room only
    return Proof(
        number=row.pk,
        site=row.site,
        purpose=row.purpose,
        edition=row.edition,
        text_sha256=row.text_sha256,
        form=row.form,
        language=row.language,
        way=way,
        source=row.source,
        asked_at=row.asked_at,
        accepted_at=row.accepted_at,
        message_id=row.message_id,
        answer=row.answer,
        confirmed_at=row.confirmed_at,
        ended_at=ended.at if ended else None,
        ended_how=ended.how if ended else "",
        keep_until=ended.keep_until if ended else None,
    )
