"""The one who orders: gives committed acts their positions, extends the tree, signs a checkpoint, appends it outside.

It may be killed between any two steps: positions and checkpoint are one transaction, and what the appended file lacks
is appended on the next run.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from zweck.ledger import appended, keys, sql
from zweck.ledger.entry import stamp
from zweck.ledger.errors import LogForked
from zweck.ledger.merkle import Frontier
from zweck.ledger.models import Checkpoint, Log
from zweck.ledger.note import Head, Signer
from zweck.ledger.values import Where

BATCH = 5000


@dataclass(frozen=True, slots=True)
class _Tip:
    """Where the tree ends; the empty tree has no checkpoint yet."""

    tree: Frontier
    settled: int = 0
    at: datetime | None = None


def origin_of(using: str) -> str:
    """The log's name, chosen at its first use and kept for good."""
    found = Log.objects.using(using).values_list("origin", flat=True).first()
    if found is None:
        try:
            with transaction.atomic(using=using):
                Log.objects.using(using).create(pk=1, origin=f"zweck/{secrets.token_hex(8)}/{using}")
        except IntegrityError:
            pass  # another process named it in this moment
        found = Log.objects.using(using).values_list("origin", flat=True).get()
    return found


def sequence(where: Where, now: datetime) -> int:
    """Order what was committed since the last run; gives the number of entries.

    Not inside a transaction of the caller: the checkpoint leaves the database at once.
    Raises LogForked when the appended file knows more than the database, KeyTrouble, LedgerError on a full disk.
    """
    total, done = 0, BATCH
    while done == BATCH and sql.pending(where.using, _tip(where.using).settled, 1):
        done = _extend(where, keys.signer(origin_of(where.using), where.keys), now)
        total += done
    publish(where)
    return total


def publish(where: Where) -> int:
    """Append the checkpoints that the file outside the database lacks. Raises LogForked, LedgerError."""
    found = Log.objects.using(where.using).values_list("origin", flat=True).first()
    if found is None:
        return 0
    path = appended.file_of(found, where.checkpoints)
    newest = _agreed(appended.last(path), where.using)
    rows = Checkpoint.objects.using(where.using).filter(size__gt=newest).order_by("size")
    missing = rows.values_list("size", "note")
    return appended.append(path, missing.iterator()) if missing.exists() else 0


def _extend(where: Where, signer: Signer, now: datetime) -> int:
    with transaction.atomic(using=where.using, durable=True):
        sql.hold_lock(where.using)
        tip = _tip(where.using)
        settled = sql.settled(where.using)
        rows = sql.pending(where.using, tip.settled, BATCH)
        if not rows:
            return 0
        _agreed(appended.last(appended.file_of(signer.name, where.checkpoints)), where.using)
        tree = tip.tree
        sql.add_positions(where.using, tree.size, (number for number, _ in rows))
        for _, leaf in rows:
            tree.append(leaf)
        Checkpoint.objects.using(where.using).create(
            size=tree.size,
            root=tree.root(),
            frontier=tree.pack(),
            note=signer.sign(Head(signer.name, tree.size, tree.root(), _times(tip.at, now)).text()),
            at=now,
            settled=tip.settled if len(rows) == BATCH else settled,
        )
    return len(rows)


def _tip(using: str) -> _Tip:
    row = Checkpoint.objects.using(using).order_by("-size").first()
    if row is None:
        return _Tip(Frontier())
    return _Tip(Frontier(row.size, bytes(row.frontier)), row.settled, row.at)


def _times(before: datetime | None, now: datetime) -> tuple[str, ...]:
    """The checkpoint's own lines. A clock that jumped back is said, not hidden; order follows positions anyway."""
    if before is not None and now < before:
        return (f"at {stamp(now)}", f"clock back to before {stamp(before)}")
    return (f"at {stamp(now)}",)


def _agreed(head: Head | None, using: str) -> int:
    """The size of the newest appended checkpoint, which the database must know.

    To sign on from a database that was set back would fork the log: two trees of one name.
    """
    if head is None:
        return 0
    row = Checkpoint.objects.using(using).filter(size=head.size).values_list("root", flat=True).first()
    if row is None or bytes(row) != head.root:
        raise LogForked(
            f"the checkpoint at {head.size} was already published, and database {using!r} does not have it; it was set"
            f" back or changed. Nothing more is signed. Restore the newer database, or keep the file as evidence,"
            f" move it away and say publicly that the log of {head.origin} was set back"
        )
    return head.size
