"""The command line of the catalogue: `zweck catalogue import`, `list`, `show`."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from zweck.eye.catalogue.errors import CatalogueRefused
from zweck.eye.catalogue.imported import Odd, keep, read
from zweck.eye.catalogue.lookup import CATEGORIES, Catalogue, Known, Service, imported_path, load

_KINDS = ("cookie", "local-storage", "session-storage", "indexed-db", "cache")
_TOLD_LINES = 12  # of one reason; the rest is counted


@click.group("catalogue", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Whose frequent cookies, storage entries and hosts are: our list, and your own.

    Exit codes: 0 fine, 1 nothing is known, 2 could not read or understand.
    """


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_list(file: Path) -> None:
    """Take in a list of cookies: a CSV FILE with the columns of the Open Cookie Database.

    Audits and drafts then know what it says; where it names what our list names, yours comes first. The list is
    kept in your data folder (ZWECK_CATALOGUE names another place) and takes the place of the one before.
    """
    target = imported_path()
    try:
        found = read(file)
        if not found.entries:
            _stop(f"{file}: none of its {_rows(found.rows)} could be taken{_first(found.left)}")
        keep(found.entries, target)
    except CatalogueRefused as refused:
        _stop(str(refused))
    for line in (*_told("left out", found.left), *_told("taken without a lifetime", found.unread)):
        click.echo(line)
    click.echo(f"{file}: {_rows(found.rows)} read, {found.rows - len(found.left)} taken, {len(found.left)} left out.")
    click.echo(f"Kept in {_printable(str(target))}.")


@command.command("list")
@click.option("--category", type=click.Choice(CATEGORIES), help="Only services of this category.")
def list_services(category: str | None) -> None:
    """List the services that are known, by name."""
    known = (one for one in _load().services.values() if category in (None, one.category))
    for one in sorted(known, key=lambda one: (one.name.casefold(), one.id)):
        company = ", ".join(part for part in (one.provider, one.country) if part)
        click.echo(_printable(f"{one.id}: {one.name} · {one.category}{' · ' if company else ''}{company}"))


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Tell what is known of NAME: a cookie, a storage entry, a host, or a service's id."""
    catalogue = _load()
    said = _service(catalogue, name) or _things(catalogue, name)
    if not said:
        click.echo(f"{_printable(name)}: nothing is known of it.")
        sys.exit(1)
    for line in said:
        click.echo(_printable(line))


def _service(catalogue: Catalogue, name: str) -> list[str]:
    found = catalogue.services.get(name) or catalogue.at(name)
    return _of(found) if found else []


def _things(catalogue: Catalogue, name: str) -> list[str]:
    """What is known of a stored thing; the kinds of which the same is known, in one line."""
    alike: dict[tuple[str, str, bool], dict[str, Known]] = defaultdict(dict)
    for kind in _KINDS:
        if found := catalogue.stored(kind, name, ""):
            alike[found.service.id, found.category, found.operator][kind] = found
    said: list[str] = []
    for kinds in alike.values():
        first = next(iter(kinds.values()))
        source = "your list" if first.operator else "our list"
        said.append(f"{name} ({', '.join(kinds)}): {first.category}{_period(first)}, says {source}")
        said += [f"  {line}" for line in _of(first.service)]
    return said


def _period(found: Known) -> str:
    if found.lifetime_days is None:
        return ""
    days = f"{found.lifetime_days} day{'' if found.lifetime_days == 1 else 's'}"
    return f", {days}" if found.lifetime_days else ", ends with the session"


def _of(service: Service) -> list[str]:
    facts = (
        ("provider", service.provider),
        ("in the Union", service.in_union),
        ("seat", service.country),
        ("hosts", ", ".join(service.hosts)),
        ("site", service.url),
    )
    return [f"{service.name} ({service.id}): {service.category}", *(f"  {key}: {said}" for key, said in facts if said)]


def _told(what: str, odd: Iterable[Odd]) -> list[str]:
    """Rows that were not taken whole, by reason, each with its lines."""
    reasons: dict[str, list[Odd]] = defaultdict(list)
    for one in odd:
        reasons[one.why].append(one)
    said: list[str] = []
    for why, alike in reasons.items():
        said.append(f"{len(alike)} {what}: {why}")
        said += [f"  line {one.line}: {_printable(one.said) or '(nothing)'}" for one in alike[:_TOLD_LINES]]
        if len(alike) > _TOLD_LINES:
            rest = ", ".join(str(one.line) for one in alike[_TOLD_LINES:])
            said.append(f"  and {len(alike) - _TOLD_LINES} more, in lines {rest}")
    return said


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _first(left: Iterable[Odd]) -> str:
    first = next(iter(left), None)
    return f" (line {first.line}: {first.why}{': ' if first.said else ''}{_printable(first.said)})" if first else ""


def _printable(text: str) -> str:
    """A text that cannot play with the terminal."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _load() -> Catalogue:
    try:
        return load()
    except CatalogueRefused as refused:
        _stop(str(refused))


def _stop(message: str) -> NoReturn:
    click.echo(_printable(message), err=True)
    sys.exit(2)
