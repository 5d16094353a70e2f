"""Where segments lie: `ZWECK_DATA/segments/<site>/<day>.parquet`. A day's file is found by its name."""

import os
import re
from datetime import date
from pathlib import Path

from django.conf import settings

from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.values import Span

_NAMED = re.compile(r"(\d{4}-\d{2}-\d{2})\.parquet")
_ANY = re.compile(r"\.?(\d{4}-\d{2}-\d{2})\.parquet(\.part)?")


def folder(site: str) -> Path:
    """The folder of a site; it need not exist."""
    return Path(settings.DATA) / "segments" / site


def path_of(folder: Path, day: date) -> Path:
    """A day's file."""
    return folder / f"{day.isoformat()}.parquet"


def part_of(folder: Path, day: date) -> Path:
    """A day's file while it is written."""
    return folder / f".{day.isoformat()}.parquet.part"


def days_in(folder: Path, span: Span | None = None) -> dict[date, Path]:
    """The days that have a file, all or those of a span, the oldest first."""
    found = _days(folder, _NAMED)
    return {day: path_of(folder, day) for day in found if span is None or span.first <= day <= span.last}


def days_on_disk(folder: Path) -> list[date]:
    """Every day of which anything lies there, the rest of a killed write as well."""
    return _days(folder, _ANY)


def _days(folder: Path, pattern: re.Pattern[str]) -> list[date]:
    if not folder.is_dir():
        return []
    return sorted(
        {date.fromisoformat(found[1]) for path in folder.iterdir() if (found := pattern.fullmatch(path.name))}
    )


def erase(folder: Path, day: date) -> None:
    """Take a day off the disk. Raises SegmentTrouble."""
    path = path_of(folder, day)
    try:
        path.unlink(missing_ok=True)
        part_of(folder, day).unlink(missing_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as failure:
        remedy = "let the account that runs the service own the folder"
        raise SegmentTrouble(
            f"{path}: cannot be erased ({(failure.strerror or 'unknown').lower()}); {remedy}"
        ) from None
