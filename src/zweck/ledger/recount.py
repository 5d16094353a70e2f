"""The tree built anew from the acts, held against everything that was signed."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from zweck.ledger import appended, keys, sql
from zweck.ledger.errors import BadNote
from zweck.ledger.merkle import Frontier, leaf_hash
from zweck.ledger.models import Checkpoint, Log
from zweck.ledger.note import Head, opened
from zweck.ledger.values import Recount, Where

_SCREENFUL = 20


@dataclass(frozen=True, slots=True)
class _Mark:
    """What was once said about the log: at this size it has this root."""

    size: int
    root: bytes
    source: str


def recount(where: Where) -> Recount:
    """Recompute every leaf and every checkpoint's root; compare with the tables and the appended file.

    One pass in constant memory. The signature of the newest checkpoint is verified; older ones are covered by it.
    """
    log = Log.objects.using(where.using).first()
    _, positions = sql.count(where.using)
    if log is None:
        return Recount(0, 0, 0, ("there are positions, but the log has no name",) if positions else ())
    path = appended.file_of(log.origin, where.checkpoints)
    published = appended.last(path)  # before the database is asked, which is always ahead of the file
    newest = Checkpoint.objects.using(where.using).order_by("-size").first()
    top = newest.size if newest else 0
    trouble = list(_signature(newest, where, log.origin))
    if positions > top:
        trouble.append(f"positions {top} to {positions - 1} are under no checkpoint")
    if skipped := sql.passed_over(where.using, newest.settled if newest else 0):
        trouble.append(f"{skipped} acts were passed over: they have no position and would never get one")
    counts = {"database": 0, "appended file": 0}
    marks = heapq.merge(
        _stored(where.using, top), _appended(path, published.size if published else 0), key=attrgetter("size")
    )
    trouble += _walk(sql.entries(where.using, 0, top), marks, counts)
    return Recount(top, counts["database"], counts["appended file"], tuple(trouble[:_SCREENFUL]))


def _walk(rows: Iterator[tuple[int, bytes, str]], marks: Iterator[_Mark], counts: dict[str, int]) -> Iterator[str]:
    tree, agreed = Frontier(), 0
    for mark in marks:
        while tree.size < mark.size and (row := next(rows, None)):
            yield from _entry(row, tree)
        counts[mark.source] += 1
        if tree.size != mark.size:
            yield f"{mark.source}: a checkpoint counts {mark.size} entries, the log has {tree.size}"
        elif tree.root() != mark.root:
            yield f"{mark.source}: at {mark.size} the tree is not the one that was signed (positions from {agreed} on)"
        else:
            agreed = tree.size


def _entry(row: tuple[int, bytes, str], tree: Frontier) -> Iterator[str]:
    position, leaf, body = row
    if position != tree.size:
        yield f"position {tree.size} is missing"
    if leaf_hash(body.encode()) != leaf:
        yield f"position {position}: the entry was changed after it was recorded"
    tree.append(leaf)


def _signature(newest: Checkpoint | None, where: Where, origin: str) -> Iterator[str]:
    if newest is None:
        return
    try:
        head = Head.parse(opened(newest.note, keys.signer(origin, where.keys).verifier))
    except BadNote as error:
        yield f"the newest checkpoint: {error}"
    else:
        if (head.origin, head.size, head.root) != (origin, newest.size, bytes(newest.root)):
            yield "the newest checkpoint: its row says something else than its note"


def _stored(using: str, top: int) -> Iterator[_Mark]:
    rows = Checkpoint.objects.using(using).filter(size__lte=top).order_by("size").values_list("size", "root")
    return (_Mark(size, bytes(root), "database") for size, root in rows.iterator())


def _appended(path: Path, until: int) -> Iterator[_Mark]:
    for head, _ in appended.heads(path):
        if head.size <= until:
            yield _Mark(head.size, head.root, "appended file")
