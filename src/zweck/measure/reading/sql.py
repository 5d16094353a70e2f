"""The statements by which figures are read: four for a report, whatever its span, and one for the last minutes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from zweck.measure.values import LEAVE

Line = tuple[object, ...]

# Masked counts stand as 0 in the table, so that sums are lower bounds without further ado.
_DAYS = """
SELECT d.day, d.is_imported, d.is_closed, d.made_at,
       COALESCE(r.views, 0), COALESCE(r.visits, 0), COALESCE(r.visitors, 0),
       COALESCE(r.bounces, 0), COALESCE(r.seconds, 0), COALESCE(r.masked, %s)
FROM measure_day d
LEFT JOIN measure_rollup r
  ON r.site = (SELECT id FROM measure_term WHERE text = d.site) AND r.dimension = 0 AND r.day = d.day
WHERE d.site = %s AND d.day BETWEEN %s AND %s
ORDER BY d.day
"""
# Groups are ranked by visitors alone, and only those that are shown are added up and named: a third of the time of all.
# CROSS JOIN tells SQLite the order; the roll-ups are then met by their key. The folded rest comes last.
_ROWS = """
WITH grouped AS (
{grouped}
), ranked AS (
  SELECT g.dimension, g.value, o.id AS other, ROW_NUMBER() OVER (
    PARTITION BY g.dimension ORDER BY CASE WHEN g.value = o.id THEN 1 ELSE 0 END, g.visitors DESC, g.value
  ) AS place
  FROM grouped g LEFT JOIN measure_term o ON o.text = %s
), chosen AS (
  SELECT dimension, value, place FROM ranked WHERE place <= %s OR value = other
)
SELECT c.dimension, t.text, SUM(r.views), SUM(r.visits), SUM(r.visitors), SUM(r.bounces), SUM(r.seconds),
       MAX(CASE WHEN r.masked THEN 1 ELSE 0 END)
FROM chosen c CROSS JOIN measure_day d CROSS JOIN measure_rollup r CROSS JOIN measure_term t
WHERE d.site = %s AND d.day BETWEEN %s AND %s
  AND r.site = (SELECT id FROM measure_term WHERE text = %s)
  AND r.dimension = c.dimension AND r.day = d.day AND r.value = c.value AND t.id = c.value
GROUP BY c.dimension, c.place, t.text
ORDER BY c.dimension, c.place
"""
# One for each dimension: SQLite sorts to group, and sorts single whole numbers nearly three times as fast as pairs.
_GROUPED = """
  SELECT %s AS dimension, value, SUM(visitors) AS visitors FROM measure_rollup
  WHERE site = (SELECT id FROM measure_term WHERE text = %s) AND dimension = %s AND day BETWEEN %s AND %s
  GROUP BY value
"""
_STEPS = """
SELECT funnel, number, goal, SUM(visits), COUNT(*) - COUNT(visits) FROM measure_step
WHERE site = %s AND day BETWEEN %s AND %s GROUP BY funnel, number, goal ORDER BY funnel, number, goal
"""
_LEFT_OUT = """
SELECT reason, SUM(hits) FROM measure_leftout
WHERE site = %s AND day BETWEEN %s AND %s GROUP BY reason ORDER BY SUM(hits) DESC, reason
"""
_NOW = """
SELECT COUNT(DISTINCT visitor), SUM(CASE WHEN name = '' THEN 1 ELSE 0 END) FROM measure_event
WHERE site = %s AND at >= %s AND name <> %s
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Of which site, and from which day to which, as ordinals."""

    site: str
    first: int
    last: int


def days(reach: Reach) -> list[Line]:
    """(day, imported, closed, made at, views, visits, visitors, bounces, seconds, masked) of each day with figures."""
    return _all(_DAYS, [False, reach.site, reach.first, reach.last])


def rows(reach: Reach, dimensions: Sequence[int], limit: int, other: str) -> list[Line]:
    """(dimension, value, views, visits, visitors, bounces, seconds, masked), the largest groups first."""
    span: list[str | int] = [reach.site, reach.first, reach.last]
    grouped: list[str | int] = []
    for code in dimensions:
        grouped += [code, reach.site, code, reach.first, reach.last]
    statement = _ROWS.format(grouped="  UNION ALL".join([_GROUPED] * len(dimensions)))
    return _all(statement, [*grouped, other, limit, *span, reach.site])


def steps(reach: Reach) -> list[Line]:
    """(funnel, number, goal, visits, days that withheld them) of each step; no visits where all days did."""
    return _all(_STEPS, [reach.site, reach.first, reach.last])


def first_open(site: str) -> int | None:
    """The earliest day whose figures are not final; None where all are."""
    ((day,),) = _all("SELECT MIN(day) FROM measure_day WHERE site = %s AND NOT is_closed", [site])
    return None if day is None else int(str(day))


def left_out(reach: Reach) -> list[Line]:
    """(reason, hits) of the hits of robots."""
    return _all(_LEFT_OUT, [reach.site, reach.first, reach.last])


def since(site: str, at: int) -> tuple[int, int]:
    """Visitors and views since a moment in milliseconds."""
    visitors, views = _all(_NOW, [site, at, LEAVE])[0]
    return int(str(visitors)), int(str(views or 0))


def _all(statement: str, params: Sequence[str | int]) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
