"""Throw-away tables of figures: a SQLite file of its own on which anything may be planted."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from zweck.measure.models import Day, DayKey, Event, LeftOut, RollUp, Step, Term
from zweck.measure.proving import sql

T = TypeVar("T")
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


def installed() -> str:
    """With which statements this installation opens its file; where it has a server instead, as it would open one."""
    options = settings.DATABASES["default"].get("OPTIONS", {})
    return str(options.get("init_command", sql.SECURELY)) if isinstance(options, dict) else sql.SECURELY


def scratch_day(go: Callable[[str, Path], T], first: str) -> T:
    """Do something where the tables of figures are all there is; what it writes disappears with it.

    In a thread of its own, since connections belong to threads: everybody else's default database stays theirs.
    """

    def alone() -> T:
        with tempfile.TemporaryDirectory(prefix="zweck-day-") as name:
            folder = Path(name)
            alias = f"{sql.SCRATCH}{folder.name}"
            try:
                sql.open_file(alias, folder / "scratch.sqlite3", TABLES, first)
                sql.be_default(alias)
                return go(alias, folder)
            finally:
                sql.close_file(alias)

    with ThreadPoolExecutor(max_workers=1) as one:
        return one.submit(alone).result()
