"""DuckDB, opened for one question or one file: in memory, confined to one folder, and with no way to the network."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from zweck.measure.segments.errors import NoColumns, SegmentTrouble

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

REMEDY = "install the extra (`uv pip install 'zweck[columns]'`), or set `keeps_events_days = 1`"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What DuckDB may take of the machine; nothing is ever spilled to the disk."""

    memory_mb: int
    threads: int
    seconds: float


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("duckdb") is not None


@contextmanager
def opened(folder: Path, bounds: Bounds) -> "Iterator[DuckDBPyConnection]":
    """A database in memory that can reach this folder and nothing else. Raises NoColumns, SegmentTrouble."""
    try:
        import duckdb  # noqa: PLC0415  (an extra: 68 MB that only sites with kept events need)
    except ImportError:
        raise NoColumns(f"single events are read and written by DuckDB, which is not installed; {REMEDY}") from None

    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": bounds.threads,
        "memory_limit": f"{bounds.memory_mb}MB",
        "temp_directory": "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        connection.execute(f"SET allowed_directories = [{_quoted(folder)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        clock = threading.Timer(bounds.seconds, connection.interrupt)
        clock.daemon = True
        clock.start()
        try:
            yield connection
        except duckdb.Error as failure:
            # Its message may quote a value of the day; the kind of the failure says enough.
            raise SegmentTrouble(f"{folder}: {_told(failure, bounds)}") from None
        finally:
            clock.cancel()


def _quoted(folder: Path) -> str:
    return "'" + str(folder).replace("'", "''") + "'"


def _told(failure: Exception, bounds: Bounds) -> str:
    kind = type(failure).__name__
    return {
        "InterruptException": f"took longer than {bounds.seconds:g} seconds; ask for fewer days",
        "OutOfMemoryException": f"needs more than {bounds.memory_mb} MB; ask for fewer days",
        "IOException": "a file cannot be read or written; see the folder's owner, and that the disk is not full",
    }.get(kind, f"DuckDB refused ({kind})")
