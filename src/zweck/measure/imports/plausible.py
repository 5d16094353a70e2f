"""Plausible's CSV export: one file for each breakdown, `imported_<table>_<first>_<last>.csv`.

Columns are taken by name, so that files of older and newer versions both fit: what a version adds is left alone.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from zweck.measure.imports.lines import MOST_SECONDS, Cell, Line, Source, Troubles, count_of, day_of, lines, value_of
from zweck.measure.values import Dimension

NAME = re.compile(r"imported_([a-z_]+?)(?:_\d{8}_\d{8})?\.csv")
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """How a table becomes cells. `columns`: views, visits, visitors, bounces, seconds; "" where it tells none."""

    values: Mapping[Dimension, str]
    columns: tuple[str, str, str, str, str]
    as_value: Callable[[str], str] = value_of


def _path(text: str) -> str:
    # Whatever stands behind it may name a person, and is no part of a path.
    return value_of(text.partition("?")[0].partition("#")[0])


def _host(text: str) -> str:
    found = text.strip()
    host = urlsplit(found if "//" in found else f"//{found}").hostname if "." in found and " " not in found else None
    return value_of((host or found).removeprefix("www."))


def _small(text: str) -> str:
    return value_of(text.lower())


_VISITS = ("", "visits", "visitors", "bounces", "visit_duration")
TABLES: Mapping[str, Table] = {
    "visitors": Table({"": ""}, ("pageviews", "visits", "visitors", "bounces", "visit_duration")),
    "sources": Table({"referrer": "source"}, _VISITS, _host),
    "pages": Table({"path": "page"}, ("pageviews", "", "visitors", "", ""), _path),
    "entry_pages": Table({"entry": "entry_page"}, ("", "entrances", "visitors", "bounces", "visit_duration"), _path),
    "exit_pages": Table({"exit": "exit_page"}, ("", "exits", "visitors", "", ""), _path),
    "devices": Table({"device": "device"}, _VISITS, _small),
    "browsers": Table({"browser": "browser"}, _VISITS),
    "custom_events": Table({"event": "name"}, ("events", "", "visitors", "", "")),
}
# Campaigns stand in the same lines as sources; a file without these columns tells none.
UTM: Mapping[Dimension, str] = {
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
}
# What Plausible exports and no policy of ours takes down.
NOT_TAKEN = {"locations": "places", "operating_systems": "operating systems"}


def table_of(name: str) -> str | None:
    """Which table a file of this name holds; None where it is no file of such an export."""
    found = NAME.fullmatch(name.rpartition("/")[2].lower())
    return found[1] if found else None


def cells(source: Source, table: str, troubles: Troubles) -> Iterator[Cell]:
    """The cells of one file of the export."""
    plan = TABLES[table]
    needed = ["date", *filter(None, plan.values.values()), *filter(None, plan.columns)]
    for line in lines(source, needed, troubles):
        try:
            yield from _cells(line, plan, with_utm=table == "sources")
        except ValueError as wrong:
            troubles.add(source.name, line.number, str(wrong))


def _cells(line: Line, plan: Table, *, with_utm: bool) -> Iterator[Cell]:
    day = day_of(line.fields["date"])
    counts = tuple(_count(line.fields, column) for column in plan.columns)
    for dimension, column in plan.values.items():
        yield Cell(day, dimension, plan.as_value(line.fields[column]) if column else "", counts)
    if with_utm:
        for dimension, column in UTM.items():
            if line.fields.get(column):
                yield Cell(day, dimension, value_of(line.fields[column]), counts)


def _count(fields: Fields, column: str) -> int:
    if not column:
        return 0
    return count_of(fields, column, MOST_SECONDS) if column == "visit_duration" else count_of(fields, column)
