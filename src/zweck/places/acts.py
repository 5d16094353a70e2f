"""Which places cannot be used at the moment. Above it, a form says so, and `/readyz` tells it."""

import threading
import time
from collections.abc import Mapping

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from zweck.places import sql

KEEP_SECONDS = 1.0  # however often it is asked, each place is looked at once in this time
PATIENCE_SECONDS = 0.5  # nobody who asks waits longer; a place that has not answered by then counts as away


class _Look:
    """What is known of one database in this process."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._asked_at = 0.0
        self._is_looking = False
        self._trouble = ""

    def __call__(self) -> str:
        """Its trouble, empty when there is none. A look that takes long goes on in its own thread."""
        with self._lock:
            if not self._is_looking and time.monotonic() - self._asked_at > KEEP_SECONDS:
                self._is_looking, self._asked_at = True, time.monotonic()
                self._done.clear()
                threading.Thread(target=self._see, name=f"look {self._using}", daemon=True).start()
        if self._done.wait(max(0.0, self._asked_at + PATIENCE_SECONDS - time.monotonic())):
            return self._trouble
        return self._trouble or "its database does not answer"

    def _see(self) -> None:
        trouble = "its database does not answer"
        try:
            trouble = sql.look(self._using)
        finally:
            with self._lock:
                self._trouble, self._is_looking, self._asked_at = trouble, False, time.monotonic()
            self._done.set()


_looks: dict[str, _Look] = {}


def troubles() -> Mapping[str, str]:
    """Why places cannot be used, by place id, in plain words; empty when all can.

    The default database is not among them: without it there is no service at all.
    """
    found = {place: _looks.setdefault(using, _Look(using))() for place, using in _others().items()}
    return {place: trouble for place, trouble in found.items() if trouble}


def down() -> frozenset[str]:
    """The ids of the places that cannot be used at the moment."""
    return frozenset(troubles())


def unknown(places: Mapping[str, object]) -> tuple[str, ...]:
    """Which of a policy's places this process has no database for: they were declared after it began."""
    return tuple(place for place in places if place not in settings.PLACES)


def _others() -> dict[str, str]:
    return {place: using for place, using in settings.PLACES.items() if using != DEFAULT_DB_ALIAS}
