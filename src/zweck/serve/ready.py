"""Whether the service is ready to be used, in plain words."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from django.db import DatabaseError

from zweck.editions import acts as editions
from zweck.places import acts as places
from zweck.serve import sql

SILENT_SECONDS = 15.0  # the work child beats every second
KEEP_SECONDS = 1.0  # however often it is asked, it looks once in this time


def database_trouble() -> str:
    """Empty when the database answers and an edition is active."""
    try:
        sql.reach()
        if not editions.sites():
            return "no edition of a policy is active"
    except DatabaseError as failure:
        sql.close_here()
        return f"the database does not answer ({type(failure).__name__})"
    return ""


def work_trouble(beat: Path) -> str:
    """Empty when the work child gave a sign of life lately."""
    try:
        silent = abs(time.time() - beat.stat().st_mtime)
    except OSError:
        return "the background work has not begun"
    if silent > SILENT_SECONDS:
        return f"the background work has given no sign of life for {int(silent)} seconds"
    return ""


def place_notes() -> tuple[str, ...]:
    """What cannot be done now though the service is ready: a line for each place that is away or not known yet.

    A service without one of its places goes on answering: whoever sends it its visitors must not take it away.
    """
    away = [f"place {place}: {trouble}" for place, trouble in places.troubles().items()]
    try:
        declared = {place for edition in editions.sites() for place in places.unknown(edition.policy.places)}
    except DatabaseError:
        sql.close_here()
        return tuple(away)
    return (*away, *(f"place {place}: was declared after the start; start anew" for place in sorted(declared)))


class Readiness:
    """Asks each question at most once a second, whoever is curious."""

    def __init__(self, questions: tuple[Callable[[], str], ...]) -> None:
        self._questions = questions
        self._lock = Lock()
        self._asked_at = 0.0
        self._troubles: tuple[str, ...] = ()

    def __call__(self) -> tuple[str, ...]:
        """The troubles there are."""
        with self._lock:
            if time.monotonic() - self._asked_at > KEEP_SECONDS:
                self._troubles = tuple(trouble for ask in self._questions if (trouble := ask()))
                self._asked_at = time.monotonic()
            return self._troubles
