"""Which CSV files a path holds: one, a folder of them, or a zip."""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from zweck.measure.errors import BadImport
from zweck.measure.imports.lines import Source

MOST_BYTES = 200 * 1024 * 1024
MOST_FILES = 500


def sources(path: Path) -> tuple[Source, ...]:
    """All CSV files of a path, by name. Raises BadImport."""
    try:
        found = tuple(_found(path))
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as failure:
        # RuntimeError: a zip with a password · NotImplementedError: a compression that Python does not know.
        raise BadImport(
            f"{path}: cannot be read ({type(failure).__name__}); a CSV, a folder or a zip of CSV files"
        ) from None
    if not found:
        raise BadImport(f"{path}: holds no CSV file; imported_visitors_….csv, or one of our own format, would be right")
    return found


def _found(path: Path) -> Iterator[Source]:
    if path.is_dir():
        files = sorted(path.glob("*.csv"))
        _stop_if_too_much(path, (file.stat().st_size for file in files))
        yield from (Source(file.name, file.read_bytes()) for file in files)
    elif zipfile.is_zipfile(path):
        yield from _zipped(path)
    else:
        _stop_if_too_much(path, [path.stat().st_size])
        yield Source(path.name, path.read_bytes())


def _zipped(path: Path) -> Iterator[Source]:
    with zipfile.ZipFile(path) as packed:
        inside = sorted(
            (info for info in packed.infolist() if info.filename.lower().endswith(".csv")),
            key=lambda info: info.filename,
        )
        _stop_if_too_much(path, (info.file_size for info in inside))
        for info in inside:
            with packed.open(info) as member:
                # What a zip says of its sizes may be false; never more is unpacked than it says.
                data = member.read(info.file_size + 1)
            if len(data) > info.file_size:
                raise BadImport(f"{path}: {info.filename[:80]} is larger than the zip says; pack it again")
            yield Source(info.filename.rpartition("/")[2], data)


def _stop_if_too_much(path: Path, sizes: Iterable[int]) -> None:
    each = list(sizes)
    if len(each) > MOST_FILES or sum(each) > MOST_BYTES:
        raise BadImport(f"{path}: more than {MOST_FILES} files or {MOST_BYTES // 1024**2} MB; take in a year at a time")
