"""Write a day's events as one file: whole on the disk under its name, or not there."""

import os
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from zweck.measure.segments import shelf, sql
from zweck.measure.segments.engine import Bounds, opened
from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.segments.values import FORMAT, Segment
from zweck.measure.values import Happening

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BOUNDS = Bounds(memory_mb=1024, threads=1, seconds=600)
AT_ONCE = 10_000
EPOCH = date(1970, 1, 1).toordinal()


def write(folder: Path, site: str, day: date, happenings: Iterable[Happening]) -> Segment:
    """Write the file of a day, in the place of an older one; a day without events gets a file without rows.

    Killed at any line it leaves the old file or none, and perhaps a part beside it that the next write replaces.
    Raises SegmentTrouble.
    """
    path, part = shelf.path_of(folder, day), shelf.part_of(folder, day)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _written(path, part, site, day, happenings)
    except OSError as failure:
        raise SegmentTrouble(f"{path}: cannot be written ({(failure.strerror or 'unknown').lower()})") from None


def _written(path: Path, part: Path, site: str, day: date, happenings: Iterable[Happening]) -> Segment:
    try:
        # DuckDB would make it readable for all.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with opened(path.parent, BOUNDS) as connection:
            _fill(connection, happenings)
            told = {"site": site, "day": day, "day_number": day.toordinal() - EPOCH}
            connection.execute(sql.WRITE, {**told, "file": str(part), "format": str(FORMAT)})
        _settle(part)
        part.replace(path)
        _settle(path.parent)
        return Segment(site, day, path.stat().st_size)
    finally:
        part.unlink(missing_ok=True)


def _fill(connection: "DuckDBPyConnection", happenings: Iterable[Happening]) -> None:
    connection.execute(sql.CREATE)
    count = 0
    for some in _batches(iter(happenings)):
        numbers = list(range(count, count + len(some)))
        connection.execute(sql.FILL, [numbers, *map(list, zip(*some, strict=True))])
        count += len(some)


def _batches(happenings: Iterator[Happening]) -> Iterator[list[Happening]]:
    while some := list(islice(happenings, AT_ONCE)):
        yield some


def _settle(path: Path) -> None:
    """Have it on the disk before anything rests on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
