"""The operator's own file: a CSV with the columns of the Open Cookie Database, read and kept."""

import csv
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from zweck.eye.catalogue.errors import CatalogueRefused
from zweck.eye.catalogue.lifetimes import lifetime
from zweck.eye.catalogue.lookup import Category, Entry, Service

LIMIT_BYTES = 20 * 1024 * 1024  # the public list takes a thirtieth of it
_LIMIT_CHARACTERS = 500  # of a name; no browser keeps a cookie with a longer one for long
# How a column may be called, in small letters and without anything else.
_COLUMNS = {
    "name": ("cookiedatakeyname", "cookiename", "datakeyname", "cookiekey", "cookie", "name", "key"),
    "category": ("category", "kategorie", "type"),
    "platform": ("platform", "service", "vendor", "dienst"),
    "controller": ("datacontroller", "controller", "provider", "company", "anbieter"),
    "domain": ("domain", "host", "domains"),
    "retention": (
        "retentionperiod",
        "retention",
        "lifetime",
        "duration",
        "expires",
        "expiry",
        "expiration",
        "laufzeit",
    ),
    "url": ("userprivacygdprrightsportals", "gdprportal", "privacyurl", "privacylink", "url"),
    "wildcard": ("wildcardmatch", "wildcard", "pattern"),
}
# What a category of such a file is here. "Functional" says little: where our catalogue says more, ours stands.
_CATEGORIES: Mapping[str, tuple[Category, bool]] = {
    "necessary": ("essential", False),
    "essential": ("essential", False),
    "strictlynecessary": ("essential", False),
    "technical": ("essential", False),
    "notwendig": ("essential", False),
    "security": ("security", False),
    "functional": ("preferences", True),
    "funktional": ("preferences", True),
    "preferences": ("preferences", True),
    "personalization": ("preferences", False),
    "personalisation": ("preferences", False),
    "analytics": ("statistics", False),
    "statistics": ("statistics", False),
    "performance": ("statistics", False),
    "statistik": ("statistics", False),
    "marketing": ("marketing", False),
    "advertising": ("marketing", False),
    "advertisement": ("marketing", False),
    "targeting": ("marketing", False),
    "socialmedia": ("media", False),
}
_HOST = re.compile(r"(?<![\w@])\.?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})", re.IGNORECASE)
_SHORT = 6  # a shorter name means something else at another host


@dataclass(frozen=True, slots=True)
class Odd:
    """A row that was left out, or one whose period could not be read. `said`: what stands there."""

    line: int
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave. `left`: rows not taken. `unread`: rows taken without their lifetime."""

    rows: int
    entries: tuple[Entry, ...]
    left: tuple[Odd, ...]
    unread: tuple[Odd, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    said: Mapping[str, str]


def read(file: Path) -> Imported:
    """What an operator's file says. Raises CatalogueRefused when it is no such file."""
    rows = tuple(_rows(_text(file), file))
    platforms: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        platforms[row.said["name"]].add(row.said["platform"].casefold())
    entries: dict[tuple[str, str], tuple[int, Entry]] = {}
    left: list[Odd] = []
    unread: list[Odd] = []
    for row in rows:
        if odd := _unfit(row):
            left.append(odd)
            continue
        again = 0
        made = tuple(_entries(row, is_shared=len(platforms[row.said["name"]]) > 1))
        for entry in made:
            first, _ = entries.setdefault((entry.name, entry.host), (row.line, entry))
            again = first if first != row.line else again
        if again:
            left.append(Odd(row.line, "named twice", f"{row.said['name']}, as in line {again}"))
        elif not lifetime(row.said["retention"]).is_read:
            unread.append(Odd(row.line, "period not understood", row.said["retention"]))
    return Imported(len(rows), tuple(entry for _, entry in entries.values()), tuple(left), tuple(unread))


def keep(entries: Iterable[Entry], target: Path) -> None:
    """Keep entries where `lookup.load` finds them, all or nothing. Raises CatalogueRefused when that cannot be."""
    entries = tuple(entries)
    services: dict[str, Service] = {}
    for entry in entries:
        services.setdefault(entry.service.id, entry.service)
    said = {
        "services": {
            key: {"name": one.name, "provider": one.provider, "category": one.category, "url": one.url}
            for key, one in services.items()
        },
        "entries": [[e.service.id, e.name, e.lifetime_days, e.host, e.broad] for e in entries],
    }
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as beside:
            json.dump(said, beside, ensure_ascii=True, separators=(",", ":"))
        _put(Path(beside.name), target)
    except OSError as refused:
        wrong = f"cannot be written ({refused.strerror})"
        raise CatalogueRefused(f"{target}: {wrong}; name another place in ZWECK_CATALOGUE") from None


def _put(beside: Path, target: Path) -> None:
    try:
        beside.replace(target)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            source = opened.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise CatalogueRefused(f"{file}: does not exist; check the name") from None
    except IsADirectoryError:
        raise CatalogueRefused(f"{file}: is a folder; name one file in it") from None
    except OSError as refused:
        raise CatalogueRefused(f"{file}: cannot be read ({refused.strerror}); check who may read it") from None
    if len(source) > LIMIT_BYTES:
        raise CatalogueRefused(f"{file}: is larger than {LIMIT_BYTES // 1024**2} MiB; a list of cookies is not")
    if b"\0" in source:
        line = source[: source.index(b"\0")].count(b"\n") + 1
        raise CatalogueRefused(f"{file}:{line}: is not text (it holds a NUL byte); save the list as CSV in UTF-8")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as refused:
        line = source[: refused.start].count(b"\n") + 1
        raise CatalogueRefused(f"{file}:{line}: is not UTF-8; save the list as CSV in UTF-8") from None


def _rows(text: str, file: Path) -> Iterator[_Row]:
    if not text.strip():
        raise CatalogueRefused(f"{file}: is empty; name a CSV file with the columns of the Open Cookie Database")
    header = text.lstrip().partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count), strict=True)
    places: dict[str, int] = {}
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not places:
                places = _places(cells, file)
                continue
            said = {key: cells[at].strip() if at < len(cells) else "" for key, at in places.items()}
            yield _Row(reader.line_num, {**dict.fromkeys(_COLUMNS, ""), **said})
    except csv.Error as refused:
        raise CatalogueRefused(f"{file}:{reader.line_num}: is not CSV ({refused}); check its quotes") from None


def _places(cells: list[str], file: Path) -> dict[str, int]:
    """Which column stands where."""
    named = [re.sub(r"[^a-z]", "", cell.lower()) for cell in cells]
    found = {key: next((named.index(one) for one in names if one in named), -1) for key, names in _COLUMNS.items()}
    if missing := [key for key in ("name", "category") if found[key] < 0]:
        wanted = {"name": '"Cookie / Data Key name"', "category": '"Category"'}
        lacks = " and ".join(wanted[key] for key in missing)
        raise CatalogueRefused(
            f"{file}:1: its first line names no column {lacks}; it should be that of the Open Cookie Database"
        )
    return {key: at for key, at in found.items() if at >= 0}


def _unfit(row: _Row) -> Odd | None:
    name, category = row.said["name"], row.said["category"]
    if not name:
        return Odd(row.line, "no name", "")
    if len(name) > _LIMIT_CHARACTERS:
        return Odd(row.line, f"name longer than {_LIMIT_CHARACTERS} characters", name[:40] + "…")
    if _letters(category) not in _CATEGORIES:
        return Odd(row.line, "category not known", category)
    if "*" in _pattern(row) and len(_pattern(row).replace("*", "")) < 2:
        return Odd(row.line, "pattern fits almost any name", _pattern(row))
    return None


def _entries(row: _Row, is_shared: bool) -> Iterator[Entry]:
    """The entries of a row: one for each host it names, or one for all hosts.

    Such files name the provider's host where the cookie itself is the visited site's (`_fbp`: facebook.com). So a
    host is only a condition where the name alone says too little: it is short, or several platforms have it.
    """
    said = row.said
    category, broad = _CATEGORIES[_letters(said["category"])]
    platform = said["platform"] or said["controller"] or said["name"]
    service = Service(_key(platform, category), platform, said["controller"], category=category, url=_link(said["url"]))
    name = _pattern(row)
    entry = Entry(service, "", name, lifetime(said["retention"]).days, broad=broad)
    hosts = {found.lower(): None for found in _HOST.findall(said["domain"])}
    if hosts and (is_shared or len(name.replace("*", "")) < _SHORT):
        yield from (replace(entry, host=host) for host in hosts)
    else:
        yield entry


def _pattern(row: _Row) -> str:
    name = row.said["name"]
    is_pattern = row.said["wildcard"].lower() in {"1", "true", "yes", "ja"}
    return f"{name}*" if is_pattern and "*" not in name else name


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _key(platform: str, category: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", platform.lower()).strip("-")
    return f"operator:{words or 'unnamed'}:{category}"


def _link(text: str) -> str:
    return text if re.fullmatch(r"https?://[^\s\"'<>]{3,300}", text) else ""
