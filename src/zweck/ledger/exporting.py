"""Writes the log as one file that `verify` judges offline."""

from operator import attrgetter
from typing import TextIO

from zweck.ledger import formats, sql
from zweck.ledger.errors import NotInLog
from zweck.ledger.models import Checkpoint
from zweck.ledger.values import Entry


def write(stream: TextIO, using: str, verifier: str, start: int) -> int:
    """Header, then for each checkpoint its entries and the checkpoint itself, then the end; gives the entries.

    Raises NotInLog when `start` is not the size of a checkpoint.
    """
    newest = Checkpoint.objects.using(using).order_by("-size").first()
    size = newest.size if newest else 0
    checkpoints = Checkpoint.objects.using(using).filter(size__gt=start, size__lte=size).order_by("size")
    stream.write(formats.line({"format": formats.LOG, "verifier": verifier, "start": start, "size": size}))
    if start:
        first = Checkpoint.objects.using(using).filter(size=start).first()
        if first is None:
            raise NotInLog(f"no checkpoint at {start}; a shorter export continues from the size of a checkpoint")
        stream.write(_checkpoint_line(first, bytes(first.frontier).hex()))
    at, count = start, 0
    for row in checkpoints.prefetch_related("testimonies").iterator(chunk_size=500):
        for entry in sql.entries(using, at, row.size):
            stream.write(formats.entry_line(Entry(*entry)))
        stream.write(_checkpoint_line(row))
        at, count = row.size, count + 1
    stream.write(formats.line({"end": size, "checkpoints": count}))
    return size - start


def _checkpoint_line(row: Checkpoint, frontier: str = "") -> str:
    fields: dict[str, object] = {"checkpoint": row.note}
    said = sorted(row.testimonies.all(), key=attrgetter("pk"))
    for kind in ("cosignature", "timestamp"):
        if found := [each.content for each in said if each.kind == kind]:
            fields[f"{kind}s"] = found
    return formats.line(fields | ({"frontier": frontier} if frontier else {}))
