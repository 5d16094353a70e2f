"""Holds a list against its proofs, and the proofs against the ledger; for the proof, and for whoever doubts."""

import json
from collections.abc import Iterator

from zweck.ledger import acts as ledger
from zweck.ledger.errors import NotInLog
from zweck.ledger.values import Receipt
from zweck.mailing.audience import places_of
from zweck.mailing.keeping import GIVEN, entry_of
from zweck.mailing.models import Consent
from zweck.mailing.purposes import marketing
from zweck.mailing.values import Recount
from zweck.policy.model import Policy
from zweck.vault import acts as vault

AT_ONCE = 500


def recounted(policy: Policy, using: str, newest: int = 1000) -> Recount:
    """Everybody on every list of a site in one database, and the newest proofs."""
    members, without = 0, 0
    for purpose in marketing(policy):
        for place in places_of(policy, purpose):
            for some in _members(policy.site, place, purpose, using):
                own = Consent.objects.using(using).filter(grant__in=some, purpose=purpose, end__isnull=True)
                members += len(some)
                without += len(some) - own.values("grant").distinct().count()
    trouble = [f"{without} are on a list and have not confirmed"] if without else []
    rows = list(Consent.objects.using(using).filter(site=policy.site).order_by("-number")[:newest])
    unlike = sum(_digest_in_ledger(row, using) != entry_of(row).digest() for row in rows)
    trouble += [f"{unlike} proofs of consent are not what the ledger says"] if unlike else []
    return Recount(members, len(rows), tuple(trouble))


def _members(site: str, place: str, purpose: str, using: str) -> Iterator[list[bytes]]:
    after = b""
    while some := vault.holders(site, place, purpose, after, AT_ONCE, using=using):
        after = some[-1].id
        yield [one.id for one in some]


def _digest_in_ledger(row: Consent, using: str) -> str | None:
    try:
        body = json.loads(ledger.body_of(Receipt(row.entry, bytes(row.leaf), row.recorded_at, using)))
    except NotInLog:
        return None
    return str(body.get("record")) if body.get("act") == GIVEN else None
