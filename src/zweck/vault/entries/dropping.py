"""Entries whose own time is over, while their grant lives on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zweck.vault import collecting, places, record, sql
from zweck.vault.sealed import sql as entries
from zweck.vault.values import Subject


def drop(subject: Subject, purpose: str, dropped: Sequence[bytes], why: str, now: datetime) -> int:
    """Delete single entries under a grant that lives on; gives how many. A grant that has ended has none."""
    using = places.database_of(subject.place)
    with transaction.atomic(using=using):
        row = sql.live_grant(using, subject.site, subject.id, purpose, lock=True)
        if row is None or row.wrapped is None or not dropped:
            return 0
        collecting.name_purpose(row, using)
        lock = collecting.lock_of(row)
        collecting.unmark(row.number, row.site, lock, now, using)
        gone = entries.drop(using, row.number, dropped)
        collecting.mark(row.number, row.site, lock, now, using)
        record.of_grant("dropped", row, {"why": why, "data": gone}, now, using)
    return gone
