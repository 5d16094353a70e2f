"""What the room hands out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Receipt:
    """An act was written down. `number` finds it again in its database; `leaf` finds it in every copy of the log."""

    number: int
    leaf: bytes
    at: datetime
    using: str = "default"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in its place. `body` is canonical JSON, exactly as it was hashed."""

    position: int
    leaf: bytes
    body: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement of the log about itself. `note` is the whole signed note."""

    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Shows that an entry is in the tree of a checkpoint."""

    entry: Entry
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Where:
    """Where one log lies: its database, the folder of its key, the folder its checkpoints are appended in."""

    using: str
    keys: Path
    checkpoints: Path


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount of the whole log found; no trouble means that all copies agree."""

    entries: int
    checkpoints: int
    appended: int
    trouble: tuple[str, ...]
