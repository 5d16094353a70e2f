"""Choices that were taken back, in the memory of this process: what a request brings is compared without a query.

Whoever replays an old cookie after a withdrawal is refused within a second, in every process; at once in the process
that took the withdrawal. While the database cannot be reached, what is known stays known.
"""

import time
from datetime import UTC, datetime
from threading import Lock

from django.db import Error

from zweck.consent import sql

PAUSE_SECONDS = 1.0
_AFTER_FAILURE_SECONDS = 5.0
# PostgreSQL hands out numbers before it commits: a record with a lower number may appear later.
_OVERLAP = 500
_MANY = 10_000  # some 2 MB; only then is it worth to look for ended ones

_until: dict[bytes, datetime] = {}
_lock = Lock()
_next_look = 0.0
_newest = 0


def is_withdrawn(id_: bytes, now: datetime) -> bool:
    """Whether this choice was taken back, as far as this process knows."""
    end = _until.get(id_)
    return end is not None and now < end


def is_known(id_: bytes) -> bool:
    """As `is_withdrawn`, for whoever has no clock: an id past its end has no answers left that could count."""
    return id_ in _until


def add(id_: bytes, end: datetime) -> None:
    """Know of a withdrawal before anybody reads it from the database."""
    _until[id_] = end


def is_due() -> bool:
    """Whether it is time to look again."""
    return time.monotonic() >= _next_look


def watch(now: datetime) -> None:
    """Read what was taken back since the last look, at most once a second; one thread looks, no other waits."""
    global _next_look
    if not is_due() or not _lock.acquire(blocking=False):
        return
    try:
        _next_look = time.monotonic() + PAUSE_SECONDS
        _look(now)
    except Error:
        _next_look = time.monotonic() + _AFTER_FAILURE_SECONDS
    finally:
        _lock.release()


def forget() -> None:
    """Know nothing; for tests."""
    global _next_look, _newest
    _until.clear()
    _next_look, _newest = 0.0, 0


def _look(now: datetime) -> None:
    global _newest
    for number, id_, until in sql.withdrawn(max(0, _newest - _OVERLAP), now):
        _newest = max(_newest, number)
        _until[id_] = _moment(until)
    if len(_until) > _MANY:
        for id_ in [id_ for id_, end in _until.items() if end <= now]:
            del _until[id_]


def _moment(read: object) -> datetime:
    """A time as a raw query gives it: SQLite's is a text in UTC."""
    found = read if isinstance(read, datetime) else datetime.fromisoformat(str(read))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
