"""Answer a question about kept events: one filter, a span, and what the visits it chooses were like.

A filter chooses visits: those that came from a referrer, with a device, or in which a page was seen, an event happened
or a goal was reached. The answer tells of everything in these visits. No answer tells of fewer people than the policy's
least group, nor of so few by what it leaves out; each day is weighed for itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from zweck.editions import acts as editions
from zweck.measure.errors import BadQuestion, NotMeasured
from zweck.measure.segments import shelf, sql
from zweck.measure.segments.engine import Bounds, opened
from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.segments.values import FORMAT
from zweck.measure.values import OTHER, Dimension, Figures, Filter, Report, Row, Span
from zweck.policy.systems import Measurement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BOUNDS = Bounds(memory_mb=512, threads=2, seconds=10)
LONGEST_VALUE = 500
WITHHELD = Figures(masked=True)
_Counted = tuple[int | None, ...]

_one_at_a_time = Lock()  # so that two questions do not take twice the memory


@dataclass(frozen=True, slots=True)
class Question:
    """What visits are chosen, as the statements want it. `choosing`: a key of `sql.CHOOSING`."""

    choosing: str
    value: str
    least: int


def filtered(
    site: str, span: Span, filters: Sequence[Filter], dimensions: Sequence[Dimension] = (), limit: int = 100
) -> Report:
    """What the visits were like that a filter chooses, on the closed days of a span whose events are kept.

    `filters`: exactly one; with two, the difference between answers would tell of single persons. A day with too
    few people on either side of the filter is masked in `days` and counted nowhere; `total.masked` says that there was
    one. Rows come with the largest first, and last what was folded, as `OTHER` and masked.
    Raises NotMeasured, BadQuestion, SegmentTrouble, editions' NoEdition.
    """
    measurement = editions.current(site).policy.systems.measurement
    if measurement is None or measurement.provider is not None:
        raise NotMeasured(f"{site}: the policy declares no measurement of its own")
    if measurement.keeps_events_days <= 1:
        raise BadQuestion(
            f"{site}: single events are not kept, so figures cannot be filtered; `keeps_events_days` would have to be"
            " greater than 1, and the statement would say so"
        )
    question = read_question(measurement, filters)
    _check(dimensions, limit)
    return answer(shelf.folder(site), span, question, dimensions, limit)


def read_question(measurement: Measurement, filters: Sequence[Filter]) -> Question:
    """A filter that can be answered. Raises BadQuestion."""
    if len(filters) != 1:
        raise BadQuestion("one filter at a time: from the difference of several, single persons could be told")
    dimension, value = filters[0].dimension, filters[0].value
    if len(value) > LONGEST_VALUE:
        raise BadQuestion(f"{dimension}: a value has at most {LONGEST_VALUE} signs")
    least = measurement.least_group
    if dimension == "goal":
        goal = measurement.goals.get(value)
        if goal is None:
            raise BadQuestion(f'no goal "{value}" is declared; there are {", ".join(measurement.goals) or "none"}')
        if goal.event:
            return Question("event", goal.event, least)
        return Question("path-like", _expression(goal.path or ""), least)
    if dimension not in sql.CHOOSING:
        raise BadQuestion(f'"{dimension}" cannot be filtered by; choose from {", ".join((*sql.ROWS, "goal"))}')
    return Question(dimension, value, least)


def _expression(pattern: str) -> str:
    """A path's pattern, where only `*` has a meaning, as a regular expression."""
    return rf"\A(?s:{'.*'.join(map(re.escape, pattern.split('*')))})\z"


def _check(dimensions: Sequence[Dimension], limit: int) -> None:
    for dimension in dimensions:
        if dimension not in sql.ROWS:
            raise BadQuestion(f'"{dimension}" cannot be broken down by here; choose from {", ".join(sql.ROWS)}')
    if not 1 <= limit <= 10_000:
        raise BadQuestion("limit: a number from 1 to 10,000 would be right")


def answer(folder: Path, span: Span, question: Question, dimensions: Sequence[Dimension], limit: int) -> Report:
    """Ask the files of a folder. Raises SegmentTrouble."""
    found = shelf.days_in(folder, span)
    if not found:
        return Report(span, Figures(), ())
    with _one_at_a_time, opened(folder, BOUNDS) as connection:
        _check_formats(connection, found)
        days = _days(connection, found, question)
        # The days that must not be told are not even read for the rows.
        told = [found[day] for day, figures in days if not figures.masked]
        rows = {one: _rows(connection, told, one, question, limit) if told else () for one in dimensions}
    return Report(span, _sum(days), days, rows)


def _check_formats(connection: "DuckDBPyConnection", found: Mapping[date, Path]) -> None:
    read = connection.execute(sql.FORMATS, {"files": _names(found.values())}).fetchall()
    if newer := [version for (version,) in read if version != str(FORMAT)]:
        raise SegmentTrouble(f"segments of format {newer[0]} were written by a newer version; this one reads {FORMAT}")


def _names(paths: Iterable[Path]) -> list[str]:
    return [str(path) for path in paths]


def _days(
    connection: "DuckDBPyConnection", found: Mapping[date, Path], question: Question
) -> tuple[tuple[date, Figures], ...]:
    statement = sql.days(sql.DUCKDB, question.choosing)
    asked = {"files": _names(found.values()), "value": question.value}
    return tuple(
        (day, weigh(counts, question.least)) for day, *counts in connection.execute(statement, asked).fetchall()
    )


def weigh(counts: Sequence[int | None], least: int) -> Figures:
    """One day's figures, or none of them: where too few people are chosen, or too few are left out.

    Takes the columns of `sql.DAYS` after the day.
    """
    views, visits, visitors, bounces, seconds, rest, rest_people = (int(count or 0) for count in counts)
    if 0 < visitors < least or (rest and rest_people < least):
        return WITHHELD
    return Figures(views, visits, visitors, bounces, seconds)


def _rows(
    connection: "DuckDBPyConnection", files: Sequence[Path], dimension: Dimension, question: Question, limit: int
) -> tuple[Row, ...]:
    statement = sql.rows(sql.DUCKDB, dimension, question.choosing)
    asked = {"files": _names(files), "value": question.value, "least": question.least, "limit": limit + 1}
    return arranged([told(row) for row in connection.execute(statement, asked).fetchall()], limit)


def arranged(rows: Sequence[Row], limit: int) -> tuple[Row, ...]:
    """The largest groups, and last what was folded; `sql.rows` gives that first."""
    folded = [row for row in rows if row.value == OTHER]
    return (*[row for row in rows if row.value != OTHER][:limit], *folded)


def told(row: Sequence[object]) -> Row:
    """A row of `sql.rows`."""
    is_folded, value, *counts = row
    if is_folded:
        return Row(OTHER, WITHHELD)
    views, visits, visitors, bounces, seconds = (int(str(count or 0)) for count in counts)
    return Row(str(value), Figures(views, visits, visitors, bounces, seconds))


def _sum(days: Sequence[tuple[date, Figures]]) -> Figures:
    every = [figures for _, figures in days]
    return Figures(
        views=sum(one.views for one in every),
        visits=sum(one.visits for one in every),
        visitors=sum(one.visitors for one in every),
        bounces=sum(one.bounces for one in every),
        seconds=sum(one.seconds for one in every),
        masked=any(one.masked for one in every),
    )
