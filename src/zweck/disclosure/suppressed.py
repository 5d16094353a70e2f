"""Who gets no advertising: addresses under a keyed fingerprint, so that the list itself tells nobody's address.

A suppression holds in every place, whichever database it was written in, and survives the erasure of whoever it
belongs to. It speaks of advertising alone: mail in a person's own matter goes out all the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zweck.disclosure.models import Suppression
from zweck.disclosure.values import Suppressed
from zweck.ledger import acts as ledger
from zweck.vault import acts as vault

EVERY = "*"
BOUNCE = "bounce"
_KEY = "suppression"
_PAGE = 1000


def suppress(  # noqa: PLR0913  (who, from what, why, by whom, when and where)
    site: str, address: str, purpose: str, reason: str, by: str, now: datetime, using: str = "default"
) -> None:
    """See that an address gets no advertising for a purpose, or for any (`*`). What stands on the list already stays.

    `by`: "person", "staff:<account>", "bounce", "complaint", "import". `using`: the database of what belongs to it.
    """
    _enter(Suppressed(site, purpose, fingerprint(address), reason, now, by), now, using)


def lift(site: str, address: str, purpose: str, now: datetime) -> int:
    """Take an address off the list for one purpose, since its owner asked to be written to again; gives how often.

    Whoever answered a mail has shown that mail arrives, so what bounces had entered for every purpose goes as well.
    """
    mark, count = fingerprint(address), 0
    for using in vault.databases():
        with transaction.atomic(using=using):
            own = Suppression.objects.using(using).filter(site=site, fingerprint=mark)
            for row in own.filter(Q(purpose=purpose) | Q(purpose=EVERY, by=BOUNCE)):
                ledger.record("mail.suppression-lifted", site, {"purpose": row.purpose}, now, using)
                count += row.delete(using=using)[0]
    return count


def is_suppressed(site: str, address: str, purpose: str) -> bool:
    """Whether an address gets no advertising for this purpose."""
    return bool(among(site, (fingerprint(address),), purpose))


def among(site: str, fingerprints: Iterable[bytes], purpose: str) -> frozenset[bytes]:
    """Those of the fingerprints that get no advertising for this purpose.

    Every database is asked, and one that does not answer raises DatabaseError: who cannot be asked is not written to.
    """
    wanted, found = list(fingerprints), set[bytes]()
    for using in vault.databases():
        rows = Suppression.objects.using(using).filter(site=site, purpose__in=(purpose, EVERY), fingerprint__in=wanted)
        found.update(bytes(mark) for mark in rows.values_list("fingerprint", flat=True))
    return frozenset(found)


def entries(site: str) -> Iterator[Suppressed]:
    """The whole list of a site, for an export."""
    for using in vault.databases():
        rows = Suppression.objects.using(using).filter(site=site).order_by("pk")
        for row in rows.iterator(_PAGE):
            yield Suppressed(row.site, row.purpose, bytes(row.fingerprint), row.reason, row.at, row.by)


def take(entries: Iterable[Suppressed], now: datetime, using: str = "default") -> int:
    """Take over an exported list; gives how many are new. Fingerprints fit only where the same key made them.

    `using`: the database of what belongs to it.
    """
    return sum(_enter(entry, now, using) for entry in entries)


def fingerprint(address: str) -> bytes:
    """The keyed fingerprint of an address. Raises BadAddress."""
    return vault.fingerprint(_KEY, address)


def _enter(entry: Suppressed, now: datetime, using: str) -> bool:
    with transaction.atomic(using=using):
        values: Mapping[str, object] = {"reason": entry.reason, "at": entry.at, "by": entry.by}
        _row, is_new = Suppression.objects.using(using).get_or_create(
            site=entry.site, purpose=entry.purpose, fingerprint=entry.fingerprint, defaults=values
        )
        if is_new:
            body = {"purpose": entry.purpose, "reason": entry.reason, "by": entry.by}
            ledger.record("mail.suppressed", entry.site, body, now, using)
    return is_new
