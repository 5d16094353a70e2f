"""Throw-away tables of figures: a SQLite file of its own on which anything may be planted."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zweck.measure.models import Day, DayKey, Event, LeftOut, RollUp, Step, Term
from zweck.measure.proving import sql

TABLES = (Event, DayKey, Day, Term, RollUp, Step, LeftOut)


@contextmanager
def scratch_figures() -> Iterator[str]:
    """The alias of a database with empty tables; it disappears with the block."""
    with tempfile.TemporaryDirectory(prefix="zweck-figures-") as folder:
        alias = f"{sql.SCRATCH}{Path(folder).name}"
        try:
            sql.open_file(alias, Path(folder) / "scratch.sqlite3", TABLES)
            yield alias
        finally:
            sql.close_file(alias)
