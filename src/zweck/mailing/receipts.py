"""The receipt of a consent that was confirmed by mail: signed, with the ledger's receipt, judged by `zweck verify`."""

import json
from dataclasses import asdict
from datetime import datetime

from zweck.consent import acts as consent
from zweck.editions import acts as editions
from zweck.ledger import acts as ledger
from zweck.mailing import keeping, proving
from zweck.mailing.keeping import Entry, stamp

FORMAT = "zweck-consent-by-mail/1"
SCHEMA = f"ISO/IEC TS 27560:2023; https://w3id.org/dpv/guides/consent-27560; {FORMAT}"
Fields = dict[str, object]


def receipt(number: int, now: datetime, using: str) -> bytes:
    """The receipt file of a proof. Not inside a transaction."""
    entry, written = keeping.receipt_of(number, using)
    edition, _ = editions.numbered(entry.site, entry.edition)
    document: Fields = {
        "format": FORMAT,
        "schema_version": SCHEMA,
        "record_id": f"{entry.site}/mail/{number}",
        "receipt_id": f"{entry.site}/mail/{number}/{stamp(now)}",
        "pii_principal_id": entry.grant,
        "issued_at": stamp(now),
        "record": asdict(entry),
        "text": {"sha256": entry.text_sha256, "body": proving.body(entry)},
        **consent.described(edition, entry.language, (entry.purpose,)),
        "events": [_event(entry)],
        "ledger": json.loads(ledger.receipt_file(written)),
    }
    for row in _rows(document["processing"]):
        row["withdrawal_method"] = {"at": edition.policy.scope.origins[0], "control": "link and header of every mail"}
    return json.dumps(ledger.seal(document, using), ensure_ascii=False, indent=2).encode() + b"\n"


def _rows(found: object) -> list[Fields]:
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _event(entry: Entry) -> Fields:
    return {
        "purpose_id": entry.purpose,
        "event_time": entry.confirmed_at,
        "validity_duration": {"until": None},
        "entity_id": "pii_principal",
        "event_type": "ExplicitlyExpressedConsent",
        "event_state": "ConsentGiven",
        "event_action": entry.way,
    }
