"""What this process knows of the numbers: looked up once for each database, and only what is committed there.

A row is never changed or removed, so what was once seen stays true; a number that is not known is looked up.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction

from zweck.vault.database.sql import name_of, vendor
from zweck.vault.terms import sql


class Purpose(NamedTuple):
    """A purpose of a site."""

    site: str
    name: str


class Terms(NamedTuple):
    """What a grant rests on: what was agreed to, where the data rest, and by which class of keys they are locked."""

    place: str
    basis: str
    edition: int
    text_sha256: bytes
    key_class: str


Shape = tuple[str, ...]  # the names of an entry's values, sorted
_MAKES = {"purpose": Purpose, "terms": Terms}


class Known:
    """The numbers of one database, in both directions."""

    def __init__(self, using: str) -> None:
        self.using, self.is_server = using, vendor(using) == "postgresql"
        self.number_of: dict[str, dict[Any, int]] = {"purpose": {}, "terms": {}, "shape": {}}  # Any: by kind
        self.of_number: dict[str, dict[int, Any]] = {"purpose": {}, "terms": {}, "shape": {}}
        self._apart: dict[tuple[str, ...], list[int]] = {}
        self._places: dict[tuple[int, tuple[str, ...]], list[tuple[str, int]]] = {}

    def purpose_number(self, site: str, name: str) -> int | None:
        """The number of a purpose; None where no grant was ever made for it."""
        found = self.number_of["purpose"].get((site, name))
        if found is not None:
            return found
        return next((number for number, one in self._read("purpose").items() if one == (site, name)), None)

    def purpose(self, number: int) -> Purpose:
        """The purpose of a number."""
        found: Purpose | None = self.of_number["purpose"].get(number)
        return Purpose(*self._read("purpose")[number]) if found is None else found

    def terms(self, number: int) -> Terms:
        """The terms of a number."""
        found: Terms | None = self.of_number["terms"].get(number)
        return Terms(*self._read("terms")[number]) if found is None else found

    def shape(self, number: int) -> Shape:
        """The names of an entry's values."""
        found: Shape | None = self.of_number["shape"].get(number)
        return tuple(self._read("shape")[number]) if found is None else found

    def made(self, kind: str, value: Any) -> int:  # Any: Purpose, Terms or Shape
        """The number of what may be new."""
        found = self.number_of[kind].get(value)
        if found is None:
            found = sql.put(self.using, kind, (",".join(value),) if kind == "shape" else value)
            make = _MAKES.get(kind)
            self._keep(kind, {found: make(*value) if make else value})
        return found

    def shapes_without(self, fields: tuple[str, ...]) -> Sequence[int]:
        """Shapes that have none of these fields, as far as they are known here: such entries need not be fetched."""
        found = self._apart.get(fields)
        if found is None:
            shapes = self.of_number["shape"].items()
            found = self._apart[fields] = [number for number, names in shapes if not {*names} & {*fields}]
        return found

    def places(self, shape: int, fields: tuple[str, ...]) -> list[tuple[str, int]]:
        """Those of the fields that an entry of this shape has, each with its place among the values."""
        found = self._places.get((shape, fields))
        if found is None:
            names = self.shape(shape)
            found = [(field, names.index(field)) for field in fields if field in names]
            if shape in self.of_number["shape"]:
                self._places[shape, fields] = found
        return found

    def purposes_of(self, site: str) -> Iterator[list[int]]:
        """The purposes of a site: first those known here, then, where that was not enough, what came since."""
        here = [number for number, one in self.of_number["purpose"].items() if one.site == site]
        yield here
        now = self._read("purpose").items()
        yield [number for number, one in now if one.site == site and number not in here]

    def _read(self, kind: str) -> dict[int, Any]:  # Any: as above
        make = _MAKES.get(kind)
        rows = sql.all_of(self.using, kind)
        found = {number: make(*row) if make else tuple(row[0].split(",")) for number, row in rows}
        self._keep(kind, found)
        return found

    def _keep(self, kind: str, rows: dict[int, Any]) -> None:  # Any: as above
        """Remember it once it is committed: a number of a transaction that is taken back may come to mean another."""
        transaction.on_commit(partial(self._remember, kind, rows), using=self.using)

    def _remember(self, kind: str, rows: dict[int, Any]) -> None:  # Any: as above
        self.of_number[kind].update(rows)
        self.number_of[kind].update((value, number) for number, value in rows.items())
        self._apart.clear()


_known: dict[tuple[str, str], Known] = {}


def of(using: str) -> Known:
    """The numbers of a database."""
    key = using, name_of(using)
    found = _known.get(key)
    if found is None:
        found = _known[key] = Known(using)
    return found


def make_purpose(using: str, site: str, name: str) -> int:
    """The number of a purpose, now at the latest."""
    return of(using).made("purpose", Purpose(site, name))


def make_shape(using: str, names: Iterable[str]) -> int:
    """The number for entries of values with these names, now at the latest."""
    return of(using).made("shape", tuple(sorted(names)))


def forget(using: str | None = None) -> None:
    """Look everything up anew: in this database, or in all."""
    if using is None:
        _known.clear()
    else:
        _known.pop((using, name_of(using)), None)
