"""Raw SQL of the roll-ups. Windows and groups are the same on SQLite and PostgreSQL; values are always parameters.

An event's id begins with its moment, so ids are in the order of time, and the id of a visit is that of its first event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import OperationalError, connection, transaction

from zweck.measure.values import CODES, LEAVE, VISIT_MS, Dimension, Figures, Happening

_PAGE = 1000

_NUMBERED = """
WITH timed AS (
  SELECT id, at, visitor, name, path, seconds, LAG(at) OVER (PARTITION BY visitor ORDER BY at, id) AS before
  FROM measure_event WHERE site = %s AND day = %s
), numbered AS MATERIALIZED (
  SELECT id, at, visitor, name, path, seconds,
    MAX(CASE WHEN name <> %s AND (before IS NULL OR at - before >= %s) THEN id END)
      OVER (PARTITION BY visitor ORDER BY at, id ROWS UNBOUNDED PRECEDING) AS visit
  FROM timed
)"""
# How long a visit took is not known: what pages were seen, and the time from first to last event, are two lower bounds.
_VISITS = """, counted AS (
  SELECT visit, visitor,
    SUM(CASE WHEN name = '' THEN 1 ELSE 0 END) AS views,
    SUM(CASE WHEN name NOT IN ('', %s) THEN 1 ELSE 0 END) AS events,
    SUM(seconds) AS seen,
    (MAX(CASE WHEN name <> %s THEN at END) - MIN(at)) / 1000 AS lasted,
    MAX(CASE WHEN name <> %s THEN id END) AS last
  FROM numbered WHERE visit IS NOT NULL GROUP BY visit, visitor
), visits AS MATERIALIZED (
  SELECT c.visitor, c.views, CASE WHEN c.views <= 1 AND c.events = 0 THEN 1 ELSE 0 END AS bounces,
    CASE WHEN c.seen > c.lasted THEN c.seen ELSE c.lasted END AS seconds,
    e.path AS entry, x.path AS exit, e.referrer, e.utm_source, e.utm_medium, e.utm_campaign, e.device, e.browser
  FROM counted c JOIN measure_event e ON e.id = c.visit JOIN measure_event x ON x.id = c.last
)"""
# How many visits each visitor had, to tell who has others beside those that are counted.
_WHOLE = """, whole AS MATERIALIZED (
  SELECT visitor AS whose, COUNT(DISTINCT visit) AS had FROM numbered WHERE visit IS NOT NULL GROUP BY visitor
)"""
_TOTAL = """
SELECT COALESCE(SUM(views), 0), COUNT(*), COUNT(DISTINCT visitor), COALESCE(SUM(bounces), 0), COALESCE(SUM(seconds), 0)
FROM visits"""
# Of each group at most so many visitors are named as the least group has: enough to tell who is in several small ones.
_GROUPS = """
SELECT %s AS dimension, value, SUM(views), SUM(visits), COUNT(*), SUM(bounces), SUM(seconds),
  {concat}(CASE WHEN place <= %s THEN CAST(visitor AS {text}) END, ','), SUM(all_visits)
FROM (
  SELECT {value} AS value, visitor, {figures}, {all_visits} AS all_visits,
    ROW_NUMBER() OVER (PARTITION BY {value} ORDER BY visitor) AS place
  FROM {source} GROUP BY {value}, visitor
) AS by_visitor GROUP BY value"""
_OF_VISITS = "SUM(views) AS views, COUNT(*) AS visits, SUM(bounces) AS bounces, SUM(seconds) AS seconds"
_OF_PAGES = (
    "SUM(CASE WHEN name = '' THEN 1 ELSE 0 END) AS views, COUNT(DISTINCT visit) AS visits, 0 AS bounces,"
    " SUM(seconds) AS seconds"
)
_OF_EVENTS = "COUNT(*) AS views, COUNT(DISTINCT visit) AS visits, 0 AS bounces, 0 AS seconds"
_DIALECT = {
    "sqlite": {"concat": "GROUP_CONCAT", "text": "text"},
    "postgresql": {"concat": "STRING_AGG", "text": "text"},
}
_MATCH = {"sqlite": "path GLOB %s", "postgresql": "path LIKE %s"}
_GOAL = """SELECT {number}, visit, visitor, MIN(at), COUNT(*), MAX(had) FROM numbered JOIN whole ON whose = visitor
WHERE visit IS NOT NULL AND {reached} GROUP BY visit, visitor"""

_HAPPENINGS = """
SELECT e.at, e.visitor, DENSE_RANK() OVER (PARTITION BY n.visitor ORDER BY n.visit), e.name, e.path, e.referrer,
  e.utm_source, e.utm_medium, e.utm_campaign, e.device, e.browser, e.seconds
FROM numbered n JOIN measure_event e ON e.id = n.id WHERE n.visit IS NOT NULL ORDER BY e.visitor, e.at, e.id"""
_TERMS = "SELECT text, id FROM measure_term WHERE text IN ({})"


@dataclass(frozen=True, slots=True)
class Reached:
    """What reaches a goal: an event's name, or the pattern of a path."""

    event: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A group as the database counts it: figures and some of its visitors.

    `all_visits`: of how many visitors every visit is in it; told of events only.
    """

    dimension: int
    value: str
    figures: Figures
    who: frozenset[int]
    all_visits: int


class Came(NamedTuple):
    """A visit that reached a goal: whose, when first, how often; and how many visits that visitor had on that day."""

    visitor: int
    first: int
    times: int
    had: int


def _given(site: str, day: int) -> list[int | str]:
    return [site, day, LEAVE, VISIT_MS]


def total(site: str, day: int) -> Figures:
    """The whole of a day."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED + _VISITS + _TOTAL, [*_given(site, day), LEAVE, LEAVE, LEAVE])
        views, visits, visitors, bounces, seconds = map(int, cursor.fetchone())
    return Figures(views, visits, visitors, bounces, seconds)


def groups(site: str, day: int, dimensions: Iterable[Dimension], least: int) -> Iterator[Found]:
    """All groups of these dimensions, in one statement."""
    parts: list[str] = []
    given = [*_given(site, day), LEAVE, LEAVE, LEAVE]
    for dimension in dimensions:
        parts.append(_part(dimension))
        given += [CODES[dimension], least]
    if not parts:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED + _VISITS + _WHOLE + "\nUNION ALL".join(parts), given)
        while lines := cursor.fetchmany(_PAGE):
            for code, value, views, visits, visitors, bounces, seconds, who, of_all in lines:
                figures = Figures(int(views), int(visits), int(visitors), int(bounces), int(seconds))
                named = frozenset(map(int, who.split(","))) if who else frozenset[int]()
                yield Found(int(code), value, figures, named, int(of_all))


def _part(dimension: Dimension) -> str:
    source, value, figures, all_visits = "visits", str(dimension), _OF_VISITS, "0"
    if dimension == "path":
        # A page left counts for how long it was seen; it was viewed in that visit, or is counted there for no view.
        source, value, figures = f"numbered WHERE visit IS NOT NULL AND name IN ('', '{LEAVE}')", "path", _OF_PAGES
    elif dimension == "event":
        events = f"WHERE visit IS NOT NULL AND name NOT IN ('', '{LEAVE}')"
        source, value, figures = f"numbered JOIN whole ON whose = visitor {events}", "name", _OF_EVENTS
        all_visits = "CASE WHEN COUNT(DISTINCT visit) = MAX(had) THEN 1 ELSE 0 END"
    parts = {"source": source, "value": value, "figures": figures, "all_visits": all_visits}
    return _GROUPS.format(**parts, **_DIALECT[connection.vendor])


def reached(site: str, day: int, goals: Sequence[Reached]) -> Iterator[tuple[int, int, Came]]:
    """(number of the goal, visit, whose and when) of each visit that reached one."""
    if not goals:
        return
    parts, given = [], _given(site, day)
    for number, goal in enumerate(goals):
        is_event = bool(goal.event)
        condition = "name = %s" if is_event else f"name = '' AND {_MATCH[connection.vendor]}"
        parts.append(_GOAL.format(number=number, reached=condition))
        given.append(goal.event if is_event else _pattern(goal.path))
    with connection.cursor() as cursor:
        cursor.execute(f"{_NUMBERED}{_WHOLE}\n" + "\nUNION ALL ".join(parts), given)
        while lines := cursor.fetchmany(_PAGE):
            for number, visit, *came in lines:
                yield int(number), int(visit), Came(*map(int, came))


def _pattern(path: str) -> str:
    """A pattern with `*` as the database writes it: any signs, slashes included, and nothing else is special."""
    if connection.vendor == "sqlite":
        return "".join(f"[{sign}]" if sign in "[?" else sign for sign in path)
    return path.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").replace("*", "%")


def happenings(site: str, day: int) -> Iterator[Happening]:
    """A day's events with the number of their visit, by visitor and time."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERED + _HAPPENINGS, _given(site, day))
        while lines := cursor.fetchmany(_PAGE):
            yield from (Happening(*line) for line in lines)


def newest(site: str) -> int:
    """The moment of a site's newest event; 0 without any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(at) FROM measure_event WHERE site = %s", (site,))
        return int(cursor.fetchone()[0] or 0)


def terms(texts: Iterable[str]) -> dict[str, int]:
    """The ids of texts, which are added where they are new."""
    wanted = sorted(set(texts))
    found = _term_ids(wanted)
    if missing := [text for text in wanted if text not in found]:
        with connection.cursor() as cursor:
            insert = "INSERT INTO measure_term (text) VALUES (%s) ON CONFLICT (text) DO NOTHING"
            cursor.executemany(insert, [(text,) for text in missing])
        found |= _term_ids(missing)
    return found


def _term_ids(texts: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(texts), _PAGE):
            some = texts[start : start + _PAGE]
            cursor.execute(_TERMS.format(", ".join(["%s"] * len(some))), list(some))
            found |= {text: int(number) for text, number in cursor.fetchall()}
    return found


def replace(site: str, day: int, told: Mapping[tuple[int, str], Figures]) -> None:
    """Write a day's figures in place of those there were. Inside a transaction."""
    ids = terms([site, *(value for _, value in told)])
    with connection.cursor() as cursor:
        for code in CODES.values():
            cursor.execute(
                "DELETE FROM measure_rollup WHERE site = %s AND dimension = %s AND day = %s", (ids[site], code, day)
            )
        cursor.executemany(
            "INSERT INTO measure_rollup"
            " (site, dimension, day, value, views, visits, visitors, bounces, seconds, masked)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (ids[site], code, day, ids[value], f.views, f.visits, f.visitors, f.bounces, f.seconds, f.masked)
                for (code, value), f in told.items()
            ],
        )


def replace_steps(site: str, day: int, steps: Iterable[tuple[str, int, str, int | None]]) -> None:
    """Write a day's funnels in place of those there were. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM measure_step WHERE site = %s AND day = %s", (site, day))
        cursor.executemany(
            "INSERT INTO measure_step (site, day, funnel, number, goal, visits) VALUES (%s, %s, %s, %s, %s, %s)",
            [(site, day, *step) for step in steps],
        )


def note_day(site: str, day: int, at: datetime, is_closed: bool) -> None:
    """Say that a day has figures. A closed day stays closed. `at`: an aware moment."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO measure_day (site, day, made_at, is_closed, is_imported) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (site, day) DO UPDATE SET made_at = excluded.made_at, is_closed = excluded.is_closed"
            " WHERE NOT measure_day.is_closed",
            (site, day, moment, is_closed, False),
        )


def end_keys(now: int, longest: int, at: datetime) -> int:
    """Destroy the keys whose time is over; how many. Their days are noted, so that their close is owed from now on.

    A key that would last longer than any day was made while the clock was wrong: it goes with all of its day.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT site, day FROM measure_daykey WHERE until <= %s", (now,))
        over = cursor.fetchall()
        cursor.execute("SELECT site, day FROM measure_daykey WHERE until > %s", (now + longest,))
        never = cursor.fetchall()
        if not over and not never:
            return 0
        for site, day in over:
            note_day(site, day, at, is_closed=False)
        for site, day in never:
            cursor.execute("DELETE FROM measure_event WHERE site = %s AND day = %s", (site, day))
            cursor.execute("DELETE FROM measure_day WHERE site = %s AND day = %s AND NOT is_closed", (site, day))
        for site, day in [*over, *never]:
            cursor.execute("DELETE FROM measure_daykey WHERE site = %s AND day = %s", (site, day))
    return len(over) + len(never)


def owed() -> list[tuple[str, int]]:
    """Days that are over, as their key is gone, and not closed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.site, d.day FROM measure_day d WHERE NOT d.is_closed AND NOT EXISTS"
            " (SELECT 1 FROM measure_daykey k WHERE k.site = d.site AND k.day = d.day) ORDER BY d.day, d.site"
        )
        return [(site, int(day)) for site, day in cursor.fetchall()]


def running(site: str, first: int, last: int) -> list[int]:
    """Which of these days may still get events: those that have a key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day FROM measure_daykey WHERE site = %s AND day BETWEEN %s AND %s ORDER BY day", (site, first, last)
        )
        return [int(day) for (day,) in cursor.fetchall()]


def delete_events(site: str, day: int) -> None:
    """A day's events, and what a wrong clock may have left of earlier ones. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM measure_event WHERE site = %s AND day <= %s", (site, day))


def empty_log() -> bool:
    """Take deleted rows out of SQLite's write-ahead log as well; False while a reader still needs it."""
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(cursor.fetchone()[0] == 0)
    except OperationalError:
        return False
