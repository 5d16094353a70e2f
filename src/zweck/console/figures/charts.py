"""Charts as numbers for the template that draws them: columns of views, a line of visitors, and the table beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zweck.measure.values import Figures, Report, Span

WIDTH, HEIGHT = 720, 200
DAYS_ALONE = 62
DAYS_BY_WEEK = 400
EMPTY = Figures()


@dataclass(frozen=True, slots=True)
class Column:
    """Some days as one column. `x`, `width`, `top`, `line`: in units of the drawing, downwards from its top."""

    span: Span
    figures: Figures
    x: float
    width: float
    top: float
    line: float
    is_imported: bool

    @property
    def height(self) -> float:
        """Of the column."""
        return HEIGHT - self.top


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing: its columns, the line through them, and the number at its upper edge."""

    columns: tuple[Column, ...]
    line: str
    highest: int


def chart(report: Report) -> Chart:
    """The days of a report; weeks or months where days would be too thin to see."""
    parts = list(_parts(report))
    highest = _round_up(max((figures.views for _, figures, _ in parts), default=0))
    width = WIDTH / max(len(parts), 1)
    columns = tuple(
        Column(
            span,
            figures,
            round(n * width + width * 0.1, 1),
            round(width * 0.8, 1),
            _height(figures.views, highest),
            _height(figures.visitors, highest),
            is_imported,
        )
        for n, (span, figures, is_imported) in enumerate(parts)
    )
    line = " ".join(f"{column.x + column.width / 2:.1f},{column.line}" for column in columns)
    return Chart(columns, line, highest)


def _parts(report: Report) -> Iterator[tuple[Span, Figures, bool]]:
    found, imported = dict(report.days), set(report.imported_days)
    for span in _spans(report.span):
        days = [span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)]
        yield span, _sum([found[day] for day in days if day in found]), not imported.isdisjoint(days)


def _spans(whole: Span) -> Iterator[Span]:
    first, length = whole.first, (whole.last - whole.first).days + 1
    while first <= whole.last:
        last = min(_end(first, length), whole.last)
        yield Span(first, last)
        first = last + timedelta(days=1)


def _end(first: date, length: int) -> date:
    if length <= DAYS_ALONE:
        return first
    if length <= DAYS_BY_WEEK:
        return first + timedelta(days=6 - first.weekday())
    return (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _sum(parts: Sequence[Figures]) -> Figures:
    return Figures(
        sum(part.views for part in parts),
        sum(part.visits for part in parts),
        sum(part.visitors for part in parts),
        sum(part.bounces for part in parts),
        sum(part.seconds for part in parts),
        masked=any(part.masked for part in parts),
    )


def _height(count: int, highest: int) -> float:
    return round(HEIGHT * (1 - min(count / highest, 1)), 1) if highest else HEIGHT


def _round_up(n: int) -> int:
    """The next number that people count in: one digit, or 12 or 15, with noughts behind."""
    step = 1
    while step * 10 <= n:
        step *= 10
    tenths = (10, 12, 15, 20, 30, 40, 50, 60, 80, 100)
    return next((step * tenth // 10 for tenth in tenths if step * tenth >= n * 10), 0) if n else 0
