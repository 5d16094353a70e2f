"""A look at a database beside Django's own connections, so that a transaction in hand is not touched."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections

# Every place has a ledger: without it, a file was taken away, or the place was never brought up to date.
TABLE = "ledger_act"


def look(using: str) -> str:
    """Empty when a database answers and has its tables, otherwise what is wrong, without any value."""
    if _is_missing(connections.settings[using]):
        return "its database file is missing"
    connection = connections.create_connection(using)
    try:
        is_there = TABLE in connection.introspection.table_names()
    except DatabaseError as failure:
        return f"its database cannot be reached ({type(failure).__name__})"
    finally:
        with suppress(DatabaseError):
            connection.close()
    return "" if is_there else "its database is empty, or was never brought up to date"


def _is_missing(at: Mapping[str, Any]) -> bool:  # Any: Django's settings dictionary
    """SQLite would make the file that it misses."""
    name = str(at["NAME"])
    return "sqlite" in at["ENGINE"] and "mode=memory" not in name and not Path(name).is_file()
