"""Whose a cookie, a storage entry or a host is, as far as our catalogue and the operator's file know it."""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from zweck.eye.catalogue.errors import CatalogueRefused

Category = Literal[
    "essential",  # what the software needs for what the visitor asked for
    "consent",  # remembers the visitor's choice
    "preferences",
    "statistics",
    "marketing",
    "media",  # videos, maps, music of others
    "cdn",  # fonts, scripts and pictures from others' servers
    "payment",
    "security",  # tells people from robots, wards off attacks
    "chat",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)
_OWN = Path(__file__).parent
_WRITTEN = re.compile(r"(.+?)(?:@([a-z0-9-]+(?:\.[a-z0-9-]+)+))?(?: ([0-9]+))?")
_KINDS = {
    "cookies": "cookie",
    "local": "local-storage",
    "session": "session-storage",
    "databases": "indexed-db",
    "caches": "cache",
}


@dataclass(frozen=True, slots=True)
class Service:
    """Something that sites build in. Fields nobody could vouch for are empty.

    `provider`: legal name of who runs it, `country`: of its seat, as two letters. `in_union`: its company that offers
    it to people in the Union, where that is another one. `hosts`: each with all names below it. `url`: its site.
    """

    id: str
    name: str
    provider: str = ""
    country: str = ""
    category: Category = "preferences"
    hosts: tuple[str, ...] = ()
    url: str = ""
    in_union: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one stored thing. `lifetime_days`: as its provider sets it, rounded up; 0 = with the session,
    None = not known, or without an end. `operator`: whether the operator's file says so.
    """

    service: Service
    category: Category
    lifetime_days: int | None = None
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a catalogue: `name` exact or a pattern with `*`; `host`: only there (and below), or anywhere.

    `kind` is empty in files that do not tell cookies from storage.
    """

    service: Service
    kind: str
    name: str
    lifetime_days: int | None = None
    host: str = ""
    # Of a file that says no more than "functional".
    broad: bool = False


class Catalogue:
    """All that is known. Asked often and from several threads: nothing changes once it is made."""

    def __init__(self, own: Iterable[Entry], services: Iterable[Service], operator: Iterable[Entry] = ()) -> None:
        ours, operator = {one.id: one for one in services}, tuple(operator)
        theirs = {entry.service.id: entry.service for entry in operator}
        self.services: Mapping[str, Service] = MappingProxyType(ours | theirs)
        self._names = {one.name.casefold(): one for one in ours.values()}
        self._hosts = {host: one for one in ours.values() for host in one.hosts}
        self._own = _Index(own)
        self._operator = _Index(operator)

    def stored(self, kind: str, name: str, host: str) -> Known | None:
        """Whose a stored thing is: by its exact name, else the longest pattern that fits, else by its host.

        The operator's file wins where it names the thing at least as exactly as ours.
        """
        ours, theirs = self._own.best(kind, name, host), self._operator.best("", name, host)
        if theirs is not None and (ours is None or _rank(theirs) >= _rank(ours)):
            return self._combined(ours, theirs, kind)
        if ours is not None:
            return Known(ours.service, ours.service.category, ours.lifetime_days)
        found = self.at(host)
        return Known(found, found.category) if found else None

    def at(self, host: str) -> Service | None:
        """Whose a host is; the longest of the known names it lies below."""
        return next((self._hosts[above] for above in _above(host) if above in self._hosts), None)

    def _combined(self, ours: Entry | None, theirs: Entry, kind: str) -> Known:
        same = ours is not None and ours.name == theirs.name
        service = ours.service if ours and same else self._names.get(theirs.service.name.casefold(), theirs.service)
        category, days = theirs.service.category, theirs.lifetime_days if kind == "cookie" else None
        if theirs.broad and service is not theirs.service:
            category = service.category  # "functional" may be anything, from a shop's cart to a test of two variants
        if days is None and ours and same:
            days = ours.lifetime_days
        return Known(service, category, days, operator=True)


class _Index:
    """Entries, to be found by name: exact ones at once, patterns from the longest to the shortest."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[tuple[str, str], list[Entry]] = {}
        self._patterns: dict[str, list[Entry]] = {}
        for entry in entries:
            if "*" in entry.name:
                self._patterns.setdefault(entry.kind, []).append(entry)
            else:
                self._exact.setdefault((entry.kind, entry.name), []).append(entry)
        for patterns in self._patterns.values():
            patterns.sort(key=_rank, reverse=True)

    def best(self, kind: str, name: str, host: str) -> Entry | None:
        exact = [entry for entry in self._exact.get((kind, name), ()) if _is_there(entry, host)]
        if exact:
            return max(exact, key=_rank)  # the first of equals, so that the order of a file counts
        patterns = self._patterns.get(kind, ())
        return next((one for one in patterns if _fits(one.name, name) and _is_there(one, host)), None)


def load(operator: Path | None = None) -> Catalogue:
    """Our catalogue, and the operator's imported one where it exists. Raises CatalogueRefused when that is broken.

    `operator`: where the imported one is kept; `imported_path()` unless told.
    """
    services, entries = _own()
    return Catalogue(entries, services, _imported(operator or imported_path()))


def imported_path() -> Path:
    """Where the operator's catalogue is kept: ZWECK_CATALOGUE, else the user's data folder."""
    if named := os.environ.get("ZWECK_CATALOGUE", ""):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME", "") or Path.home() / ".local" / "share"
    return Path(data) / "zweck" / "catalogue.json"


@cache
def _own() -> tuple[tuple[Service, ...], tuple[Entry, ...]]:
    services: list[Service] = []
    entries: list[Entry] = []
    for file in sorted(_OWN.glob("*.toml")):
        for identity, said in tomllib.loads(file.read_text(encoding="utf-8")).items():
            stored = {kind: said.pop(key, "") for key, kind in _KINDS.items()}
            service = Service(identity, hosts=tuple(said.pop("hosts", ())), **said)
            services.append(service)
            entries += (_entry(service, kind, one) for kind, ones in stored.items() if ones for one in ones.split(", "))
    return tuple(services), tuple(entries)


def _entry(service: Service, kind: str, written: str) -> Entry:
    """An entry as our files write it: `NAME`, `NAME DAYS`, either with `@HOST` after the name."""
    name, host, days = _WRITTEN.fullmatch(written).groups()  # type: ignore[union-attr]  # whatever is written fits it
    return Entry(service, kind, name, int(days) if days else None, host or "")


def _imported(file: Path) -> tuple[Entry, ...]:
    try:
        said = json.loads(file.read_bytes())
        services = {key: _service(key, row) for key, row in said["services"].items()}
        return tuple(_kept(services, row) for row in said["entries"])
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as refused:
        raise CatalogueRefused(f"{file}: cannot be read ({refused.strerror}); check who may read it") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        wrong = "is not a catalogue as `zweck catalogue import` keeps it"
        raise CatalogueRefused(f"{file}: {wrong}; import your file again, or remove this one") from None


def _service(key: str, row: Mapping[str, str]) -> Service:
    category = next(one for one in CATEGORIES if one == row["category"])
    return Service(key, str(row["name"]), str(row["provider"]), category=category, url=str(row["url"]))


def _kept(services: Mapping[str, Service], row: list[Any]) -> Entry:  # Any: what the file says, checked here
    key, name, days, host, broad = row
    if not (isinstance(name, str) and isinstance(host, str)):
        raise TypeError
    return Entry(services[key], "", name, None if days is None else int(days), host, bool(broad))


def _rank(entry: Entry) -> tuple[bool, bool, int]:
    """How exactly an entry names what it names."""
    return bool(entry.host), "*" not in entry.name, len(entry.name.replace("*", ""))


def _is_there(entry: Entry, host: str) -> bool:
    return not entry.host or entry.host in _above(host)


def _above(host: str) -> Iterator[str]:
    """A host and all names above it, the longest first."""
    labels = host.lower().strip(".").split(".")
    return (".".join(labels[start:]) for start in range(len(labels)))


def _fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern in which only `*` has a meaning. Linear, whatever a hostile name holds."""
    first, *middle, last = pattern.split("*")
    if len(name) < len(first) + len(last) or not (name.startswith(first) and name.endswith(last)):
        return False
    at, end = len(first), len(name) - len(last)
    for part in middle:
        at = name.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
