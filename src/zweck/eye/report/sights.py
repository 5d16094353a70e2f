"""What was seen on all ways of all visitors, put together: one row for each thing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from zweck.eye.report.texts import host_of
from zweck.eye.values import Form, Request, Seen, Stored, Visit, Walk

_BEACONS = frozenset({"ping", "beacon"})


@dataclass(slots=True)
class StoredRow:
    """One cookie or storage entry. `first`: where most is known about how it came."""

    first: Stored
    lifetimes: list[int | None] = field(default_factory=list)
    walks: list[Walk] = field(default_factory=list)


@dataclass(slots=True)
class PartyRow:
    """One host that does not belong to the site."""

    host: str
    asked: int = 0
    sent: int = 0
    walks: list[Walk] = field(default_factory=list)


@dataclass(slots=True)
class FormRow:
    """One form, however many pages show it."""

    form: Form
    pages: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PageRow:
    """One page, with the first look at it. `troubles` of all looks."""

    first: Visit
    walks: list[Walk] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened in one visitor's state."""

    pages: int
    stored: int
    parties: int
    asked: int
    sent: int


def numbers(walk: Walk) -> Numbers | None:
    """The state in numbers; None where the choice it begins with could not be made."""
    if walk.choice is not None and not walk.choice.done:
        return None
    asked = [request for request in requests_of(walk) if request.third_party]
    return Numbers(
        pages=len(walk.visits),
        stored=len({_identity(one) for one in stored_of(walk)}),
        parties=len({host_of(request.url) for request in asked}),
        asked=len(asked),
        sent=sum(sends(request) for request in requests_of(walk)),
    )


def sends(request: Request) -> bool:
    """Whether a request carries data in its body, or is a beacon."""
    return request.sends > 0 or request.kind in _BEACONS


def requests_of(walk: Walk) -> Iterator[Request]:
    """All requests of a way, those of the choice itself included."""
    if walk.choice:
        yield from walk.choice.requests
    for visit in walk.visits:
        yield from visit.requests


def stored_of(walk: Walk) -> Iterator[Stored]:
    """All that was put on the device, first as it came, then as it lay there in the end."""
    if walk.choice:
        yield from walk.choice.stored
    for visit in walk.visits:
        yield from visit.stored
    yield from walk.kept


def stored_rows(seen: Seen) -> list[StoredRow]:
    """Every cookie and storage entry, by kind and name."""
    rows: dict[tuple[str, str, str], StoredRow] = {}
    for walk in seen.walks:
        for one in stored_of(walk):
            row = rows.setdefault(_identity(one), StoredRow(one))
            if one.how and not row.first.how:
                row.first = one
            if one.how and one.lifetime_seconds not in row.lifetimes:
                row.lifetimes.append(one.lifetime_seconds)
            _met(row.walks, walk)
    return [rows[key] for key in sorted(rows)]


def party_rows(seen: Seen) -> list[PartyRow]:
    """Every third party, the most asked one first."""
    rows: dict[str, PartyRow] = {}
    for walk in seen.walks:
        for request in requests_of(walk):
            if request.third_party:
                host = host_of(request.url)
                row = rows.setdefault(host, PartyRow(host))
                row.asked += 1
                row.sent += sends(request)
                _met(row.walks, walk)
    return sorted(rows.values(), key=lambda row: (-row.asked, row.host))


def form_rows(seen: Seen) -> list[FormRow]:
    """Every form; two with the same fields, heading and address are one."""
    rows: dict[object, FormRow] = {}
    for visit in _visits(seen):
        for form in visit.forms:
            names = tuple((one.name, one.label, one.kind) for one in form.fields)
            row = rows.setdefault((form.action, form.heading, names), FormRow(form))
            _note(row.pages, visit.landed or visit.url)
    return list(rows.values())


def page_rows(seen: Seen) -> list[PageRow]:
    """Every page, in the order in which they were first opened."""
    rows: dict[str, PageRow] = {}
    for walk in seen.walks:
        for visit in walk.visits:
            row = rows.setdefault(visit.url, PageRow(visit))
            _met(row.walks, walk)
            if visit.trouble:
                _note(row.troubles, visit.trouble)
    return list(rows.values())


def _visits(seen: Seen) -> Iterable[Visit]:
    return (visit for walk in seen.walks for visit in walk.visits)


def _identity(one: Stored) -> tuple[str, str, str]:
    return one.kind, one.name, one.host


def _met(walks: list[Walk], walk: Walk) -> None:
    """Add a walk once. They come one after the other, and comparing two would compare all they saw."""
    if not walks or walks[-1] is not walk:
        walks.append(walk)


def _note(known: list[str], one: str) -> None:
    if one not in known:
        known.append(one)
