"""Databases as the proofs of this room need them: a file to plant in, and where a table lies."""

from collections.abc import Iterable
from pathlib import Path

from django.db import connections
from django.db.models import Model

SCRATCH = "scratch-"


def open_file(using: str, path: Path, tables: Iterable[type[Model]]) -> None:
    """Make a SQLite file a database of this process, with these tables."""
    given = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": {"transaction_mode": "IMMEDIATE"}}
    connections.databases[using] = connections.configure_settings({"default": given})["default"]
    with connections[using].schema_editor() as editor:
        for table in tables:
            editor.create_model(table)


def close_file(using: str) -> None:
    """Forget such a database."""
    if using in connections.databases:
        connections[using].close()
        del connections[using]
        del connections.databases[using]


def homes(table: str) -> tuple[str, ...]:
    """The databases of this process in which a table lies; those to plant in are none."""
    own = (alias for alias in connections if not alias.startswith(SCRATCH))
    return tuple(alias for alias in own if table in connections[alias].introspection.table_names())
