"""A list somebody brings along: each row joins with the proof it came with, waits without one, or stays away.

Nothing here undoes what a person did here: who has left, or wants no mail, is not brought back by a file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import IO
from zoneinfo import ZoneInfo

from django.db import transaction

from zweck.disclosure import acts as disclosure
from zweck.disclosure.values import Suppressed
from zweck.editions.values import Edition
from zweck.ledger import acts as ledger
from zweck.mailing import keeping
from zweck.mailing.asking import ANSWER_WITHIN
from zweck.mailing.bringing import lists
from zweck.mailing.bringing.lists import Consented, Refused, Row, Shut
from zweck.mailing.keeping import Given
from zweck.mailing.marks import mark
from zweck.mailing.models import Ask, Consent
from zweck.mailing.purposes import check
from zweck.mailing.values import Taken
from zweck.vault import acts as vault
from zweck.vault.errors import BadAddress, PaymentData
from zweck.vault.values import Collecting, Grant

AnyRow = Row | Refused | Shut
AT_ONCE = 100  # rows in one transaction
LINES_TOLD = 20  # of each reason
_FORM = "import"


@dataclass(frozen=True, slots=True)
class Order:
    """An import: onto which list, in which place, by whom ("staff:<account>" or "operator")."""

    edition: Edition
    purpose: str
    place: str
    by: str


@dataclass(slots=True)
class Count:
    """What has come of the rows so far."""

    counts: dict[str, int] = field(default_factory=dict)
    refused: dict[str, list[int]] = field(default_factory=dict)
    refused_count: int = 0

    def add(self, what: str) -> None:
        """One row more that came to this end."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def refuse(self, line: int, code: str) -> None:
        """One row more that was not taken."""
        self.refused_count += 1
        lines = self.refused.setdefault(code, [])
        if len(lines) < LINES_TOLD:
            lines.append(line)

    def taken(self) -> Taken:
        """As it is handed out."""
        told = {code: tuple(lines) for code, lines in self.refused.items()}
        rows = sum(self.counts.values()) + self.refused_count
        return Taken(rows=rows, refused=told, refused_count=self.refused_count, **self.counts)


def bring(stream: IO[bytes], order: Order, now: datetime, tell: Callable[[int], None] = lambda _: None) -> Taken:
    """Take a list over, some rows at a time; what was taken before a stop stays, and a second run finds it known.

    `tell` hears how many rows are done. Raises BadFile, NotMarketing.
    """
    policy = order.edition.policy
    check(policy, order.purpose)
    rows, count = lists.read(stream, ZoneInfo(policy.time_zone), now), Count()
    using, done = vault.database_of(order.place), 0
    for some in _some(rows):
        with transaction.atomic(using=using):
            for row in some:
                take(row, order, count, now)
        done += len(some)
        tell(done)
    with transaction.atomic(using=using):
        record(order, count, now, using)
    return count.taken()


def bring_shut(stream: IO[bytes], order: Order, now: datetime) -> Taken:
    """Take over a list of those who want nothing: addresses in clear, or marks that our own export wrote."""
    check(order.edition.policy, order.purpose)
    count = Count()
    for row in lists.read_shut(stream):
        take(row, order, count, now)
    return count.taken()


def take(row: AnyRow, order: Order, count: Count, now: datetime) -> None:
    """Take one row, in the caller's transaction, and count what came of it."""
    if isinstance(row, Refused):
        count.refuse(row.line, row.code)
        return
    try:
        count.add(_shut(row, order, now) if isinstance(row, Shut) else _taken(row, order, now))
    except (BadAddress, PaymentData):  # some card numbers stand before an @
        count.refuse(row.line, "address")


def record(order: Order, count: Count, now: datetime, using: str) -> None:
    """Write down that a list was brought, and how many of its rows came to which end."""
    body: dict[str, str | int | bool | list[str | int | bool | None] | None] = {
        "purpose": order.purpose,
        "by": order.by,
        "refused": count.refused_count,
        **count.counts,
    }
    ledger.record("list.imported", order.edition.site, body, now, using)


def _some(rows: Iterator[Row | Refused]) -> Iterator[list[Row | Refused]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _shut(row: Shut, order: Order, now: datetime) -> str:
    """The same of somebody who wants nothing. Raises BadAddress."""
    site = order.edition.site
    if not row.mark:
        disclosure.suppress(site, row.email, order.purpose, "import", order.by, now)
        return "away"
    entry = Suppressed(site, order.purpose, row.mark, "import", now, order.by)
    return "away" if disclosure.take_suppressions((entry,), now) else "known"


def _taken(row: Row, order: Order, now: datetime) -> str:
    """What came of a row. Raises BadAddress."""
    site, purpose, own = order.edition.site, order.purpose, mark(row.email)
    if row.is_away:
        disclosure.suppress(site, row.email, purpose, "import", order.by, now)
        return "away"
    if disclosure.is_suppressed(site, row.email, purpose) or _has_left(site, purpose, own, order.place):
        return "left"
    held = _held(row.email, order)
    if held and (held.state != "pending" or row.consent is None):
        return "known" if held.state != "pending" else "pending"
    return _joined(row, row.consent, own, order, now) if row.consent else _waiting(row, own, order, now)


def _has_left(site: str, purpose: str, own: bytes, place: str) -> bool:
    using = vault.database_of(place)
    proofs = Consent.objects.using(using).filter(site=site, purpose=purpose, mark=own)
    return proofs.exists() and not proofs.filter(end__isnull=True).exists()


def _held(email: str, order: Order) -> Grant | None:
    for found in vault.find(order.edition.site, "email", email, (order.place,)):
        for grant in found.grants:
            if grant.purpose == order.purpose:
                return grant
    return None


def _joined(row: Row, consent: Consented, own: bytes, order: Order, now: datetime) -> str:
    # The wording that was shown elsewhere is not ours to know: what is on record is where it can be found.
    text = sha256(consent.source.encode()).hexdigest()
    grant = vault.collect(_collecting(row, text, order), now).grant
    given = Given(
        site=order.edition.site,
        purpose=order.purpose,
        grant=grant.id,
        mark=own,
        edition=order.edition.number,
        text_sha256=text,
        form=_FORM,
        language=_language(row, order),
        way="import",
        asked_at=consent.at,
        source=consent.source,
    )
    using = vault.database_of(order.place)
    keeping.keep(given, consent.at, now, using)
    Ask.objects.using(using).filter(grant=grant.id).delete()
    return "joined"


def _waiting(row: Row, own: bytes, order: Order, now: datetime) -> str:
    text = sha256(b"").hexdigest()
    until = now + ANSWER_WITHIN
    grant = vault.collect(_collecting(row, text, order, until), now).grant
    Ask.objects.using(vault.database_of(order.place)).create(
        site=order.edition.site,
        purpose=order.purpose,
        grant=grant.id,
        mark=own,
        edition=order.edition.number,
        text_sha256=text,
        form=_FORM,
        language=_language(row, order),
        asked_at=now,
        until=until,
    )
    return "pending"


def _collecting(row: Row, text_sha256: str, order: Order, until: datetime | None = None) -> Collecting:
    return Collecting(
        site=order.edition.site,
        place=order.place,
        purpose=order.purpose,
        basis="consent",
        edition=order.edition.number,
        text_sha256=text_sha256,
        data={"email": row.email},
        until=until,
        pending=until is not None,
        evidence={"form": _FORM, "by": order.by},
    )


def _language(row: Row, order: Order) -> str:
    spoken = order.edition.policy.languages
    return row.language if row.language in spoken else spoken[0]
