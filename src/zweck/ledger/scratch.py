"""A throw-away log: a SQLite database, a key and a folder of checkpoints of its own, and no triggers on it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from zweck.ledger.models import Act, Checkpoint, Log, Position, Testimony
from zweck.ledger.values import Where


@contextmanager
def scratch_log() -> Iterator[Where]:
    """A log on which anything may be tried; it disappears with the block."""
    with tempfile.TemporaryDirectory(prefix="zweck-ledger-") as folder:
        path = Path(folder)
        alias = f"scratch-{path.name}"
        options = {"transaction_mode": "IMMEDIATE"}
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": path / "scratch.sqlite3", "OPTIONS": options}
        complete = connections.configure_settings({"default": database})["default"]
        connections.databases[alias] = complete
        try:
            with connections[alias].schema_editor() as editor:
                for table in (Log, Act, Position, Checkpoint, Testimony):
                    editor.create_model(table)
            yield Where(alias, path / "keys", path / "checkpoints")
        finally:
            connections[alias].close()
            del connections[alias]
            del connections.databases[alias]
