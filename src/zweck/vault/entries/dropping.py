"""Entries whose own time is over, while their grant lives on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zweck.vault import collecting, places, record, sealing, sql
from zweck.vault.values import Subject


def drop(subject: Subject, purpose: str, entries: Sequence[bytes], why: str, now: datetime) -> int:
    """Delete single entries under a grant that lives on; gives how many values. A grant that has ended has none."""
    using = places.database_of(subject.place)
    with transaction.atomic(using=using):
        row = sql.live_grant(using, subject.site, subject.id, purpose, lock=True)
        if row is None or row.wrapped is None or not entries:
            return 0
        sql.bind(using, purpose)
        lock = sealing.lock_of(sealing.bound_to(row.site, row.subject, purpose), row.key_class, row.epoch, row.wrapped)
        collecting.unmark(row.number, row.site, lock, now, using)
        gone = sql.drop_entries(using, row.number, entries)
        collecting.mark(row.number, row.site, lock, now, using)
        record.of_grant("dropped", row, {"why": why, "data": gone}, now, using)
    return gone
