"""What a dashboard shows of a span: few statements, whole days, and nothing below the least group."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import cast

from zweck.editions import acts as editions
from zweck.measure.errors import BadQuestion, NotMeasured
from zweck.measure.reading import sql
from zweck.measure.reading.sql import Line, Reach
from zweck.measure.values import CODES, OTHER, Dimension, Figures, Funnel, Now, Report, Row, Span
from zweck.policy.systems import Measurement

LONGEST = timedelta(days=3700)
MOST_ROWS = 1000
REAL_TIME = timedelta(minutes=5)
_NAMES = {code: dimension for dimension, code in CODES.items()}


def report(site: str, span: Span, dimensions: Sequence[Dimension], limit: int, now: datetime) -> Report:
    """All figures of a span, in four statements at most; of each dimension the `limit` largest groups.

    Figures of a span with masked days are lower bounds, and say so. Raises BadQuestion.
    """
    _check(span, limit, now)
    reach = Reach(site, span.first.toordinal(), span.last.toordinal())
    found = sql.days(reach)
    groups: dict[Dimension, tuple[Row, ...]] = {}
    if codes := [CODES[dimension] for dimension in dimensions if dimension not in ("", "bot")]:
        groups = _groups(sql.rows(reach, codes, limit, OTHER))
    if "bot" in dimensions:
        groups["bot"] = tuple(Row(str(reason), Figures(views=_int(hits))) for reason, hits in sql.left_out(reach))
    days = tuple((date.fromordinal(_int(line[0])), _figures(line[4:])) for line in found)
    imported = tuple(date.fromordinal(_int(line[0])) for line in found if line[1])
    made = [_moment(line[3]) for line in found if not line[2]]
    return Report(
        span,
        _sum(figures for _, figures in days),
        days,
        rows={dimension: groups.get(dimension, ()) for dimension in dimensions if dimension},
        funnels=_funnels(sql.steps(reach)) if dimensions else (),
        updated_at=max(made, default=None),
        imported=bool(imported),
        imported_days=imported,
    )


def real_time(site: str, now: datetime) -> Now:
    """The last five minutes. Raises NotMeasured."""
    least = measurement_of(site).least_group
    visitors, views = sql.since(site, int((now - REAL_TIME).timestamp() * 1000))
    return Now(None, None) if visitors < least else Now(visitors, views)


def last_closed(site: str, today: date) -> date:
    """The last day before today up to which all figures are final, so that no two looks at them differ."""
    first = sql.first_open(site)
    return min(today, date.fromordinal(first) if first else today) - timedelta(days=1)


def measurement_of(site: str) -> Measurement:
    """How the edition in force measures. Raises NotMeasured where it does not, or somebody else does."""
    found = editions.current(site).policy.systems.measurement
    if found is None or found.provider is not None:
        raise NotMeasured(f"{site}: its policy declares no measurement of its own")
    return found


def _check(span: Span, limit: int, now: datetime) -> None:
    if span.first > span.last:
        raise BadQuestion(f"the span begins on {span.first} and ends before, on {span.last}; turn the days round")
    if span.last - span.first > LONGEST:
        raise BadQuestion(f"the span is longer than {LONGEST.days} days; ask for a part of it")
    if span.first > now.date() + timedelta(days=1):  # where the site is, tomorrow may have begun
        raise BadQuestion(f"the span begins in the future, on {span.first}; end it today or before")
    if not 0 < limit <= MOST_ROWS:
        raise BadQuestion(f"{limit} rows cannot be shown; 1 to {MOST_ROWS} would be right")


def _groups(found: Iterable[Line]) -> dict[Dimension, tuple[Row, ...]]:
    return {
        _NAMES[_int(code)]: tuple(_row(line) for line in lines)
        for code, lines in groupby(found, key=lambda line: line[0])
    }


def _row(line: Line) -> Row:
    value = str(line[1])
    figures = _figures(line[2:])
    return Row(value, replace(figures, masked=True) if value == OTHER else figures)


def _figures(counts: Sequence[object]) -> Figures:
    views, visits, visitors, bounces, seconds, masked = (_int(count) for count in counts)
    return Figures(views, visits, visitors, bounces, seconds, bool(masked))


def _sum(parts: Iterable[Figures]) -> Figures:
    each = list(parts)
    return Figures(
        sum(part.views for part in each),
        sum(part.visits for part in each),
        sum(part.visitors for part in each),
        sum(part.bounces for part in each),
        sum(part.seconds for part in each),
        masked=any(part.masked for part in each),
    )


def _funnels(found: Iterable[Line]) -> tuple[Funnel, ...]:
    return tuple(_funnel(str(id_), list(lines)) for id_, lines in groupby(found, key=lambda line: line[0]))


def _funnel(id_: str, lines: Sequence[Line]) -> Funnel:
    steps = tuple((str(goal), None if visits is None else _int(visits)) for _, _, goal, visits, _ in lines)
    return Funnel(id_, steps, frozenset(str(line[2]) for line in lines if _int(line[4])))


def _moment(value: object) -> datetime:
    """A moment as the database gave it: aware, or without its UTC where a raw cursor leaves that out."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else cast("datetime", value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _int(value: object) -> int:
    return int(cast("int", value))  # PostgreSQL sums bigints as decimals
