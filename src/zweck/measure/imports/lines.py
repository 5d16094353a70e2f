"""Lines of CSV files as cells of figures. Whatever is wrong is gathered with its file and line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from zweck.measure.errors import BadImport
from zweck.measure.values import Dimension

SHOWN = 20
LONGEST = 500
MOST = 2**31 - 1
MOST_SECONDS = 2**53
COUNTS = ("views", "visits", "visitors", "bounces", "seconds")


@dataclass(frozen=True, slots=True)
class Source:
    """A CSV file: its name as messages call it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of one group on one day. `counts`: in the order of `COUNTS`."""

    day: date
    dimension: Dimension
    value: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file by its column names."""

    number: int
    fields: Mapping[str, str]


@dataclass
class Troubles:
    """What is wrong, in the order in which it was met."""

    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, line: int, wrong: str) -> None:
        """Note a line; the message says what would be right."""
        self.count += 1
        if self.count <= SHOWN:
            self.lines.append(f"{file}:{line}: {wrong}")

    def stop_if_any(self) -> None:
        """Raises BadImport with all that was noted."""
        if self.count:
            more = [f"and {self.count - SHOWN} more"] if self.count > SHOWN else []
            raise BadImport("\n".join([*self.lines, *more, "Nothing was taken in."]))


def lines(source: Source, needed: Sequence[str], troubles: Troubles) -> Iterator[Line]:
    """The lines of a file that have these columns, in any order and among others."""
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        at = source.data.count(b"\n", 0, wrong.start) + 1
        troubles.add(source.name, at, "is not UTF-8; save the file as UTF-8")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        if missing := [name for name in needed if name not in head]:
            troubles.add(source.name, 1, f"lacks the columns {', '.join(missing)}; needed are {', '.join(needed)}")
            return
        for row in reader:
            if len(row) == len(head):
                yield Line(reader.line_num, dict(zip(head, row, strict=True)))
            elif row:
                troubles.add(source.name, reader.line_num, f"has {len(row)} fields; {len(head)} would be right")
    except csv.Error as wrong:
        troubles.add(source.name, reader.line_num, f"is no CSV ({wrong}); RFC 4180 with commas would be right")


def day_of(text: str) -> date:
    """A day. Raises ValueError with what would be right."""
    if len(text) != len("2026-11-22"):
        raise ValueError(f"the day {text[:20]!r} is unreadable; 2026-11-22 would be right")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no day {text!r}; 2026-11-22 would be right") from None


def count_of(fields: Mapping[str, str], column: str, most: int = MOST) -> int:
    """A whole number of a column. Raises ValueError with what would be right."""
    text = fields[column].strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 18 and int(text) <= most):
        raise ValueError(f"{column} is {text[:20]!r}; a whole number from 0 to {most} would be right")
    return int(text)


def value_of(text: str) -> str:
    """A value of a dimension. Raises ValueError for what no roll-up can hold."""
    if len(text) > LONGEST or not (text.isprintable() or not text):
        raise ValueError(f"a value is longer than {LONGEST} characters or holds control characters")
    return text
