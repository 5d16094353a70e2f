"""A throw-away log: a SQLite database, a key and a folder of checkpoints of its own, and no triggers on it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zweck.ledger import sql
from zweck.ledger.models import Act, Checkpoint, Log, Position, Testimony
from zweck.ledger.values import Where


@contextmanager
def scratch_log() -> Iterator[Where]:
    """A log on which anything may be tried; it disappears with the block."""
    with tempfile.TemporaryDirectory(prefix="zweck-ledger-") as folder:
        path = Path(folder)
        alias = f"scratch-{path.name}"
        try:
            sql.open_file(alias, path / "scratch.sqlite3", (Log, Act, Position, Checkpoint, Testimony))
            yield Where(alias, path / "keys", path / "checkpoints")
        finally:
            sql.close_file(alias)
