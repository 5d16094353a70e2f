"""The law the linter judges by: dated, sourced, and data (`law/*.toml`), never code.

Days are days in force: `valid_from` is the first, `valid_to` the last. A norm may have several rows that follow each
other in time, so that a policy can be judged by the law of any day.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any  # what a TOML table holds is only known once it is read

from zweck.policy.reading.lines import index


@dataclass(frozen=True, slots=True)
class Norm:
    """One rule of law in one version. `read` names where it was read, if not at the primary source itself."""

    id: str
    cite: str
    says: str
    title: str
    url: str
    valid_from: date
    valid_to: date | None
    reviewed_on: date
    review_by: date
    file: str
    line: int
    read: str = ""
    mechanism: str = ""
    ended_by: str = ""
    contested_since: date | None = None  # in force, but before a court from this day on
    contested_by: str = ""
    contested_at: str = ""

    def is_contested(self, on: date) -> bool:
        """Whether it is law on that day and a court is asked to end it."""
        return self.in_force(on) and self.contested_since is not None and self.contested_since <= on

    def in_force(self, on: date) -> bool:
        """Whether it is law on that day."""
        return _holds(self, on)


@dataclass(frozen=True, slots=True)
class Period:
    """How long the law of one country wants one class of records kept."""

    records: tuple[str, ...]
    jurisdiction: str
    years: int
    counted_from: str
    cite: str
    valid_from: date
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        """Whether it is law on that day."""
        return _holds(self, on)


@dataclass(frozen=True, slots=True)
class Retired:
    """A product, company or law that no longer goes by this name."""

    id: str
    kind: str
    names: tuple[str, ...]
    signs: tuple[str, ...]
    since: date
    now: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a product's that statements quote; `stem` is what every spelling of it contains."""

    product: str
    stem: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adequate:
    """Countries to which data travel freely, and when."""

    countries: frozenset[str]
    valid_from: date
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        """Whether it is law on that day."""
        return _holds(self, on)


@dataclass(frozen=True, slots=True)
class Review:
    """When something in the data was last read, and when it wants to be read again."""

    what: str
    url: str
    reviewed_on: date
    review_by: date
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Lawbook:
    """All of it."""

    norms: tuple[Norm, ...]
    periods: tuple[Period, ...]
    retired: tuple[Retired, ...]
    calls: tuple[Call, ...]
    members: frozenset[str]
    adequate: tuple[Adequate, ...]
    tables: tuple[Review, ...]  # of periods, retired names, adequate countries: one review per file

    def norm(self, norm: str, on: date) -> Norm | None:
        """The version of a norm in force on a day. Raises KeyError for a norm no file declares."""
        rows = [row for row in self.norms if row.id == norm]
        if not rows:
            raise KeyError(norm)
        return next((row for row in rows if row.in_force(on)), None)

    def mechanism(self, kind: str, on: date) -> Norm:
        """What a transfer mechanism of this kind rests on that day; if on nothing, its newest version."""
        rows = sorted((row for row in self.norms if row.mechanism == kind), key=lambda row: row.valid_from)
        return next((row for row in rows if row.in_force(on)), rows[-1])

    def periods_of(self, record: str, jurisdiction: str) -> tuple[Period, ...]:
        """The statutory periods of a class of records, oldest first."""
        found = [p for p in self.periods if p.jurisdiction == jurisdiction and record in p.records]
        return tuple(sorted(found, key=lambda p: p.valid_from))

    def period(self, record: str, jurisdiction: str, on: date) -> Period | None:
        """The statutory period of a class of records on a day, if the law has one."""
        return next((p for p in self.periods_of(record, jurisdiction) if p.in_force(on)), None)

    def is_member(self, country: str) -> bool:
        """Whether the country belongs to the European Economic Area."""
        return country in self.members

    def is_free(self, country: str, on: date) -> bool:
        """Whether data travel to the country without further safeguard: a member, or found adequate."""
        return self.is_member(country) or any(country in row.countries and row.in_force(on) for row in self.adequate)

    def overdue(self, on: date) -> tuple[Review, ...]:
        """Entries whose date of review has passed: norms in force that day, and the tables beside them."""
        norms = (
            Review(row.cite, row.url, row.reviewed_on, row.review_by, row.file, row.line)
            for row in self.norms
            if row.in_force(on)
        )
        return tuple(review for review in (*norms, *self.tables) if review.review_by < on)


def _holds(row: Norm | Period | Adequate, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


@cache
def lawbook() -> Lawbook:
    """The law data that ship, read once."""
    books = [(entry.name, entry.read_text("utf-8")) for entry in _law_files()]
    read = [(name, text, tomllib.loads(text)) for name, text in books]
    return Lawbook(
        norms=tuple(norm for name, text, data in read for norm in _norms(name, text, data)),
        periods=tuple(_period(row) for _, _, data in read for row in data.get("periods", ())),
        retired=tuple(_retired(row) for _, _, data in read for row in data.get("retired", ())),
        calls=tuple(_call(row) for _, _, data in read for row in data.get("calls", ())),
        members=frozenset(c for _, _, data in read for c in data.get("free", {}).get("members", ())),
        adequate=tuple(_adequate(row) for _, _, data in read for row in data.get("free", {}).get("adequate", ())),
        tables=tuple(review for name, text, data in read for review in _tables(name, text, data)),
    )


def _law_files() -> Iterable[Any]:  # Any: importlib's Traversable moved between Python versions
    folder = files("zweck.policy") / "law"
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)


def _norms(name: str, text: str, data: Mapping[str, Any]) -> Iterator[Norm]:
    lines = index(text)
    for norm, row in data.get("norms", {}).items():
        yield _norm(norm, data["source"] | row, name, lines.of(("norms", norm)))
    for norm, rows in data.get("earlier", {}).items():
        for place, row in enumerate(rows):
            whole = data["source"] | data["norms"][norm] | row
            yield _norm(norm, whole, name, lines.of(("earlier", norm, place)))


def _norm(norm: str, row: Mapping[str, Any], file: str, line: int) -> Norm:
    return Norm(id=norm, file=f"law/{file}", line=line, **{"valid_to": None, **row})


def _tables(name: str, text: str, data: Mapping[str, Any]) -> Iterator[Review]:
    source, lines = data["source"], index(text)
    for table, what in (("periods", "statutory periods"), ("retired", "retired names"), ("free", "adequate countries")):
        if table in data:
            where = lines.of((table,))
            yield Review(what, source["url"], source["reviewed_on"], source["review_by"], f"law/{name}", where)


def _period(row: Mapping[str, Any]) -> Period:
    return Period(
        records=(row["record"], *row.get("also", ())),
        jurisdiction=row["jurisdiction"],
        years=row["years"],
        counted_from=row["counted_from"],
        cite=row["cite"],
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
    )


def _retired(row: Mapping[str, Any]) -> Retired:
    names, signs = tuple(row["names"]), tuple(row.get("signs", ()))
    return Retired(row["id"], row["kind"], names, signs, row["since"], row["now"])


def _call(row: Mapping[str, Any]) -> Call:
    return Call(row["product"], row["stem"], tuple(row["spellings"]))


def _adequate(row: Mapping[str, Any]) -> Adequate:
    return Adequate(frozenset(row["countries"]), row["valid_from"], row.get("valid_to"))
