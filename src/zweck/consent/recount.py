"""Holds records, archived texts and the ledger against each other; for the proof, and for whoever doubts."""

import json
from hashlib import sha256

from zweck.consent.keeping import ACT, entry_of
from zweck.consent.models import Record, Shown
from zweck.consent.values import Recount
from zweck.ledger import acts as ledger
from zweck.ledger.errors import NotInLog
from zweck.ledger.values import Receipt


def recount(site: str, newest: int) -> Recount:
    """The newest records of a site, each with its text and its ledger entry; all archived texts of the site."""
    records = list(Record.objects.filter(site=site).order_by("-number")[:newest])
    texts = {text.sha256: text.body for text in Shown.objects.filter(site=site)}
    trouble = [
        f"text {digest[:16]}: not what was archived"
        for digest, body in texts.items()
        if sha256(body.encode()).hexdigest() != digest
    ]
    for record in records:
        if record.text_sha256 not in texts:
            trouble.append(f"record {record.number}: its text is not archived")
        if _digest_in_ledger(record) != entry_of(record).digest():
            trouble.append(f"record {record.number}: not what the ledger says")
    return Recount(len(records), len(texts), tuple(trouble))


def _digest_in_ledger(record: Record) -> str | None:
    try:
        body = json.loads(ledger.body_of(Receipt(record.entry, bytes(record.leaf), record.at)))
    except NotInLog:
        return None
    return str(body.get("record")) if body.get("act") == ACT else None
