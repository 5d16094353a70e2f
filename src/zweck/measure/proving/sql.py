"""Databases as the proofs of this room need them: a file to plant in, and where a table lies."""

from collections.abc import Iterable
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

SCRATCH = "scratch-"
# How the service opens its own file (`settings.env_database`), and how one would that only forgets where things lie.
SECURELY = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA recursive_triggers=ON"
LAX = SECURELY.replace("secure_delete=ON", "secure_delete=OFF")


def open_file(using: str, path: Path, tables: Iterable[type[Model]], first: str = "") -> None:
    """Make a SQLite file a database of this process, with these tables. `first`: statements when it is opened."""
    options = {"transaction_mode": "IMMEDIATE"} | ({"init_command": first} if first else {})
    given = {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": options}
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


def be_default(using: str) -> None:
    """Let statements of this thread that name no database go to this one; for threads that end with their work."""
    connections[DEFAULT_DB_ALIAS] = connections[using]


def homes(table: str) -> tuple[str, ...]:
    """The databases of this process in which a table lies; those to plant in are none."""
    own = (alias for alias in connections if not alias.startswith(SCRATCH))
    return tuple(alias for alias in own if table in connections[alias].introspection.table_names())
