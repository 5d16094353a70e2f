"""The files an auditor gets: the exported log (JSON Lines), a receipt (JSON), and a receipt of consent. Free of Django.

Their fields are described in `docs/reference/export-format.md` and `docs/reference/receipt.md`.
"""

import json
from collections.abc import Mapping

from zweck.ledger.values import Entry, Inclusion

LOG = "zweck-log/1"
RECEIPT = "zweck-receipt/1"
CONSENT = "zweck-consent-receipt/1"
CONSENT_BY_MAIL = "zweck-consent-by-mail/1"
OF_CONSENT = (CONSENT, CONSENT_BY_MAIL)
PROMISE = "promise of inclusion"


def line(fields: Mapping[str, object]) -> str:
    """One line of an exported log."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"


def entry_line(entry: Entry) -> str:
    """An entry as exported: the body is a string, since its exact bytes are what was hashed."""
    return line({"position": entry.position, "leaf": entry.leaf.hex(), "body": entry.body})


def receipt(verifier: str, entry: Entry, promise: str, proof: Inclusion | None) -> str:
    """A receipt; without a proof it carries the promise alone."""
    fields: dict[str, object] = {
        "format": RECEIPT,
        "verifier": verifier,
        "leaf": entry.leaf.hex(),
        "body": entry.body,
        "promise": promise,
    }
    if proof:
        hashes = [node.hex() for node in proof.hashes]
        fields["inclusion"] = {"position": entry.position, "hashes": hashes, "checkpoint": proof.checkpoint.note}
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
