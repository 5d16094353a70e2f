"""Looks over what is on record: that each answer can be shown with its text, and is what the ledger says of it."""

import json
from hashlib import sha256

from zweck.consent.keeping import entry_of
from zweck.consent.models import Record, Shown
from zweck.consent.values import LookedOver
from zweck.ledger import acts as ledger
from zweck.ledger.errors import LedgerError
from zweck.ledger.values import Receipt


def look_over(site: str, using: str, most: int) -> LookedOver:
    """All texts that were answered, and the newest `most` records."""
    texts, trouble = _texts(site, using)
    newest = list(Record.objects.using(using).filter(site=site).order_by("-number")[:most])
    trouble += [wrong for record in newest if (wrong := _against_the_ledger(record, using))]
    return LookedOver(Record.objects.using(using).filter(site=site).count(), len(newest), texts, tuple(trouble))


def _texts(site: str, using: str) -> tuple[int, list[str]]:
    """How many texts were answered, and which of them are missing or are no longer what their hash says."""
    answered = set(Record.objects.using(using).filter(site=site).values_list("text_sha256", flat=True).distinct())
    kept = dict(Shown.objects.using(using).filter(sha256__in=answered).values_list("sha256", "body"))
    missing = [f"text {hash_[:12]}: answered, and not in the archive" for hash_ in sorted(answered - kept.keys())]
    changed = [
        f"text {hash_[:12]}: the archive holds another text under this hash"
        for hash_, body in sorted(kept.items())
        if sha256(body.encode()).hexdigest() != hash_
    ]
    return len(answered), missing + changed


def _against_the_ledger(record: Record, using: str) -> str:
    try:
        entry = ledger.entry(Receipt(record.entry, bytes(record.leaf), record.at, using))
    except LedgerError:
        return f"record {record.number}: the ledger has no entry of it"
    if json.loads(entry.body).get("record") != entry_of(record).digest():
        return f"record {record.number}: not what the ledger says was recorded"
    return ""
