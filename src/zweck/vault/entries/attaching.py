"""Files of a person: entries of their own under a grant, sealed like any value."""

import json
from base64 import b64decode, b64encode
from datetime import datetime

from django.db import transaction

from zweck.vault import collecting, declared, places, reading, record, sql
from zweck.vault.ending import is_over
from zweck.vault.errors import BadValue, NoGrant, PaymentData
from zweck.vault.given import payment
from zweck.vault.values import KeptFile, Reading, Subject

MOST_BYTES = 2 * 1024 * 1024


def attach(  # noqa: PLR0913  (each says something else)
    subject: Subject, purpose: str, field: str, file: KeptFile, by: str, now: datetime
) -> bytes:
    """Keep a file as an entry of its own under a grant that is in force; gives the entry.

    At most 2 MB. Raises NoGrant, NotDeclared, BadValue, and PaymentData for a text that holds a card's number.
    """
    using = places.database_of(subject.place)
    declared.see_data(declared.policy_of(subject.site), purpose, (field,))
    if len(file.content) > MOST_BYTES:
        raise BadValue(f"{field}: must have at most {MOST_BYTES // 1024 // 1024} MB")
    if file.kind.startswith("text/") and payment.holds_payment_data(file.content.decode("utf-8", "replace")):
        raise PaymentData(f"{field}: holds a card or account number, which is never stored here")
    text = json.dumps({"name": file.name, "kind": file.kind, "content": b64encode(file.content).decode()})
    with transaction.atomic(using=using):
        row = sql.live_grant(using, subject.site, subject.id, purpose, lock=True)
        if row is None or row.wrapped is None or is_over(row, now):
            raise NoGrant(f"{purpose}: no grant under which a file could be kept")
        collecting.name_purpose(row, using)
        entry = collecting.new_entry(now)
        collecting.add(row, entry, {field: text}, using)
        record.of_grant("attached", row, {"by": by, "fields": [field]}, now, using)
    return entry


def file_of(wanted: Reading, now: datetime) -> KeptFile:
    """A file, read by its entry, permitted and recorded as any read. Raises BadValue, and what a read raises."""
    (field,) = wanted.fields
    with reading.reading(wanted.by, wanted.reason, now, places.database_of(wanted.subject.place)) as reader:
        values = reader.read(wanted.subject, wanted.purpose, wanted.fields, wanted.entry)
    try:
        found = json.loads(values[field])
        return KeptFile(str(found["name"]), str(found["kind"]), b64decode(found["content"]))
    except (KeyError, TypeError, ValueError):
        raise BadValue(f"{field}: is no file") from None
