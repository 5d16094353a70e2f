"""The copy of the checkpoints outside the database: a file that is only ever appended to."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from zweck.ledger.errors import BadNote, LedgerError
from zweck.ledger.note import Head, parts, split_notes

_TAIL_BYTES = 8192


def file_of(origin: str, folder: Path) -> Path:
    """Where a log's checkpoints are appended."""
    return folder / f"{origin.replace('/', '-')}.txt"


def last(path: Path) -> Head | None:
    """The newest checkpoint in the file, leaving aside one that a killed process wrote only half."""
    try:
        with path.open("rb") as file:
            notes, _ = _tail(file.seek(0, os.SEEK_END), file.fileno())
    except FileNotFoundError:
        return None
    return notes[-1] if notes else None


def append(path: Path, notes: Iterable[tuple[int, str]]) -> int:
    """Append those (size, note) that the file lacks, and have the disk keep them. Raises LedgerError."""
    added = 0
    try:
        with _opened(path) as handle:
            size = os.lseek(handle, 0, os.SEEK_END)
            known, whole = _tail(size, handle)
            if whole < size:
                os.ftruncate(handle, whole)  # our own half-written note: the power went, or the disk was full
            newest = known[-1].size if known else 0
            for count, note in notes:
                if count > newest:
                    _write(handle, f"{note}\n".encode())
                    added += 1
            os.fsync(handle)
    except OSError as error:
        raise LedgerError(
            f"{path}: checkpoints cannot be appended ({error.strerror}); the log itself goes on"
        ) from None
    return added


def heads(path: Path) -> Iterator[tuple[Head, str]]:
    """All checkpoints in the file, with their notes. Raises BadNote."""
    if not path.exists():
        return
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        end = file.seek(0, os.SEEK_END)
        fcntl.flock(file, fcntl.LOCK_UN)  # what lies before `end` never changes again
        file.seek(0)
        for note in split_notes(line.decode() for line in _until(file, end)):
            yield Head.parse(parts(note)[0]), note


def _until(file: BinaryIO, end: int) -> Iterator[bytes]:
    while file.tell() < end and (line := file.readline()):
        yield line


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _tail(size: int, handle: int) -> tuple[list[Head], int]:
    """The last whole checkpoints, and where the last of them ends."""
    start = max(0, size - _TAIL_BYTES)
    data = os.pread(handle, size - start, start)
    # Each note ends with an empty line of the file after its signature lines; what follows the last is torn.
    found, end, blocks = [], start, data.split(b"\n\n")
    at = start
    for body, signatures in pairwise(blocks):
        after = at + len(body) + 2
        note_end = after + len(signatures) + 2
        if signatures.startswith("\N{EM DASH}".encode()) and note_end <= size:
            try:
                found.append(Head.parse(body.decode() + "\n"))
                end = note_end
            except (BadNote, UnicodeDecodeError):
                pass  # the first block of a tail may begin in the middle of a note
        at = after
    return found, end if found else (0 if start == 0 else size)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
