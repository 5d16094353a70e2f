"""Our own CSV of figures, for every other product: one line for each group and day (docs/reference/figures-csv.md)."""

from collections.abc import Iterator, Mapping

from zweck.measure.imports.lines import (
    COUNTS,
    MOST,
    MOST_SECONDS,
    Cell,
    Line,
    Source,
    Troubles,
    count_of,
    day_of,
    lines,
    value_of,
)
from zweck.measure.values import DIMENSIONS, Dimension

HEAD = ("date", "dimension", "value", *COUNTS)
KNOWN: Mapping[str, Dimension] = {"": "", **{name: name for name in DIMENSIONS if name != "bot"}}


def cells(source: Source, troubles: Troubles) -> Iterator[Cell]:
    """The cells of a file."""
    for line in lines(source, HEAD, troubles):
        try:
            yield _cell(line)
        except ValueError as wrong:
            troubles.add(source.name, line.number, str(wrong))


def _cell(line: Line) -> Cell:
    dimension = KNOWN.get(line.fields["dimension"].strip())
    if dimension is None:
        known = ", ".join(filter(None, KNOWN))
        raise ValueError(f"there is no dimension {line.fields['dimension'][:30]!r}; empty, {known} would be right")
    value = value_of(line.fields["value"])
    if value and not dimension:
        raise ValueError("the whole of a day (an empty dimension) has no value; leave it empty")
    counts = (count_of(line.fields, column, MOST_SECONDS if column == "seconds" else MOST) for column in COUNTS)
    return Cell(day_of(line.fields["date"]), dimension, value, tuple(counts))
