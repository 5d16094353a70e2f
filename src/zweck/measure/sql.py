"""Raw SQL of the figures' way in: events, day keys, robots left out. Statements are fixed; values are parameters."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from django.db import connection, connections, transaction

_INSERT = (
    "INSERT INTO measure_event (id, site, day, at, visitor, name, path, referrer, utm_source, utm_medium,"
    " utm_campaign, device, browser, seconds) VALUES {}"
    # A commit whose answer was lost is tried again: the ids make that harmless.
    " ON CONFLICT (id) DO NOTHING"
)
_ROW = f"({', '.join(['%s'] * 14)})"
# Rows of one statement. With one each, the writer would take and give back the interpreter's lock for every row,
# against all the threads that answer.
_ROWS = 100
_LEAVE_OUT = (
    "INSERT INTO measure_leftout (site, day, reason, hits) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (site, day, reason) DO UPDATE SET hits = measure_leftout.hits + excluded.hits"
)
_SEEN = "SELECT DISTINCT visitor FROM measure_event WHERE site = %s AND at >= %s AND day = %s AND visitor IN ({})"
_AT_ONCE = 500  # values in one IN: SQLite takes 32,766


class Row(NamedTuple):
    """One event as it is written: the fields of `models.Event`."""

    id: int
    site: str
    day: int
    at: int
    visitor: int
    name: str
    path: str
    referrer: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    device: str
    browser: str
    seconds: int


def write(rows: Sequence[Row], left_out: Mapping[tuple[str, int, str], int]) -> None:
    """Commit a batch: all of it or nothing. Raises DatabaseError."""
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(rows), _ROWS):
            some = rows[start : start + _ROWS]
            cursor.execute(_INSERT.format(", ".join([_ROW] * len(some))), list(chain.from_iterable(some)))
        for (site, day, reason), hits in left_out.items():
            cursor.execute(_LEAVE_OUT, (site, day, reason, hits))


def seen(site: str, day: int, since: int, visitors: Iterable[int]) -> set[int]:
    """Which of these visitors of a day sent something since then."""
    asked, found = sorted(set(visitors)), set()
    with connection.cursor() as cursor:
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            query = _SEEN.format(", ".join(["%s"] * len(some)))
            cursor.execute(query, (site, since, day, *some))
            found |= {int(visitor) for (visitor,) in cursor.fetchall()}
    return found


def key_of(site: str, day: int) -> tuple[bytes, int] | None:
    """A day's wrapped key, and until when it is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped, until FROM measure_daykey WHERE site = %s AND day = %s", (site, day))
        found = cursor.fetchone()
    return (bytes(found[0]), int(found[1])) if found else None


def add_key(site: str, day: int, wrapped: bytes, until: int) -> None:
    """Keep a day's key, unless there is one, or the day is closed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO measure_daykey (site, day, wrapped, until) SELECT %s, %s, %s, %s WHERE NOT EXISTS"
            " (SELECT 1 FROM measure_day WHERE site = %s AND day = %s AND is_closed)"
            " ON CONFLICT (site, day) DO NOTHING",
            (site, day, wrapped, until, site, day),
        )


def close_here() -> None:
    """Close this thread's connections; the next statement opens one anew."""
    connections.close_all()
