"""A filtered report as `zweck figures ask` prints it."""

from collections.abc import Iterator

from zweck.measure.values import OTHER, Dimension, Figures, Report, Row

WITHHELD = "withheld"


def lines(report: Report, least: int) -> Iterator[str]:
    """The total, and a table for each dimension."""
    total, hidden = report.total, sum(figures.masked for _, figures in report.days)
    yield f"{report.span.first} to {report.span.last}, {len(report.days)} days with events kept"
    yield f"{total.visitors} visitors, {total.visits} visits, {total.views} views, {total.bounces} bounces"
    if hidden:
        yield f"{hidden} days are withheld and not counted: fewer than {least} people on one side of the filter"
    for dimension, rows in report.rows.items():
        yield ""
        yield from _table(dimension, rows)


def _table(dimension: Dimension, rows: tuple[Row, ...]) -> Iterator[str]:
    yield f"{'visitors':>10} {'visits':>10} {'views':>10}  {dimension}"
    for row in rows:
        name = "smaller groups, folded" if row.value == OTHER else row.value or "(none)"
        yield f"{_counts(row.figures)}  {name}"


def _counts(figures: Figures) -> str:
    if figures.masked:
        return f"{WITHHELD:>32}"
    return f"{figures.visitors:>10} {figures.visits:>10} {figures.views:>10}"
