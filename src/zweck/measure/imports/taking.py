"""Taking figures in: all of an import or nothing, the same import twice like once, and never over days of our own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction

from zweck.editions import acts as editions
from zweck.ledger import acts as ledger
from zweck.measure import models
from zweck.measure.days.folding import Group, folded
from zweck.measure.errors import BadImport, NotMeasured
from zweck.measure.imports import own, plausible
from zweck.measure.imports.lines import COUNTS, Cell, Source, Troubles
from zweck.measure.values import CODES, OTHER, Dimension, Figures
from zweck.policy.systems import Measurement

BATCH = 500
Some = TypeVar("Some", int, str)
Counts = tuple[int, ...]
# A day's groups of one dimension.
Panel = tuple[date, Dimension]
# Under which declared breakdown a dimension falls; events and goals are declared one by one.
BREAKDOWN: Mapping[Dimension, str] = {
    "path": "path", "entry": "path", "exit": "path", "referrer": "referrer", "utm_source": "utm", "utm_medium": "utm",
    "utm_campaign": "utm", "device": "device", "browser": "browser",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import brings, or would bring. `measured`: days left as they are, since this site measured them itself.

    `left_out`: what the policy does not take down, in words. `folded`: groups below the least one.
    """

    days: tuple[date, ...]
    groups: int
    folded: int
    measured: tuple[date, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Into:
    """Where figures go: the site, and how its policy measures."""

    site: str
    measurement: Measurement
    today: date


def into(site: str, now: datetime) -> Into:
    """Raises NotMeasured where the site's policy declares no measurement of its own."""
    policy = editions.current(site).policy
    measurement = policy.systems.measurement
    if measurement is None or measurement.provider is not None:
        raise NotMeasured(f"{site}: its policy declares no measurement of its own, so it keeps no figures either")
    return Into(site, measurement, now.astimezone(ZoneInfo(policy.time_zone)).date())


def take(sources: Sequence[Source], where: Into, now: datetime, *, dry: bool = False) -> Taken:
    """Take files in, in one transaction with its ledger entry; `dry` only tells. Raises BadImport."""
    cells, left_out = read(sources, where)
    panels = _panels(cells)
    with transaction.atomic():
        known = dict(models.Day.objects.filter(site=where.site).values_list("day", "is_imported"))
        measured = {day for day, _ in panels if known.get(day.toordinal()) is False}
        panels = {panel: groups for panel, groups in panels.items() if panel[0] not in measured}
        days = tuple(sorted({day for day, _ in panels}))
        _stop_without_whole(panels, days, known)
        told = [_masked(panel, groups, where.measurement.least_group) for panel, groups in panels.items()]
        taken = Taken(
            days,
            sum(len(groups) for groups, _ in told),
            sum(folded for _, folded in told),
            tuple(sorted(measured)),
            left_out,
        )
        if days and not dry:
            _write(where.site, dict(zip(panels, (groups for groups, _ in told), strict=True)), now)
            _record(where.site, taken, sources, now)
    return taken


def read(sources: Sequence[Source], where: Into) -> tuple[list[Cell], tuple[str, ...]]:
    """The cells of all files that the policy lets be taken down, and what it does not. Raises BadImport."""
    troubles, cells, left_out = Troubles(), [], dict[str, None]()
    for source in sources:
        table = plausible.table_of(source.name)
        if table in plausible.NOT_TAKEN:
            left_out[f"{source.name} ({plausible.NOT_TAKEN[table]})"] = None
            continue
        if table is not None and table not in plausible.TABLES:
            troubles.add(source.name, 1, f"no table {table!r} is known; {', '.join(plausible.TABLES)} would be right")
            continue
        found = plausible.cells(source, table, troubles) if table else own.cells(source, troubles)
        for cell in found:
            if wrong := _wrong(cell, where):
                left_out[wrong] = None
            else:
                cells.append(cell)
    troubles.stop_if_any()
    return cells, tuple(left_out)


def _wrong(cell: Cell, where: Into) -> str:
    """Why a cell is left out; empty for one that is taken."""
    if cell.day >= where.today:
        return f"{cell.day} (today and later days cannot be brought in)"
    if cell.dimension in BREAKDOWN and BREAKDOWN[cell.dimension] not in where.measurement.dimensions:
        return f"{cell.dimension} (the policy does not break figures down by it)"
    if cell.dimension == "event" and cell.value not in where.measurement.events:
        return "events that the policy does not declare"
    if cell.dimension == "goal" and cell.value not in where.measurement.goals:
        return "goals that the policy does not declare"
    return ""


def _panels(cells: Iterable[Cell]) -> dict[Panel, dict[str, Counts]]:
    """Lines of the same group together: an export may tell a source once for each of its campaigns."""
    panels: dict[Panel, dict[str, Counts]] = defaultdict(dict)
    for cell in cells:
        groups = panels[cell.day, cell.dimension]
        groups[cell.value] = _plus(groups.get(cell.value, (0,) * len(COUNTS)), cell.counts)
    return panels


def _plus(one: Counts, other: Counts) -> Counts:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _stop_without_whole(panels: Mapping[Panel, object], days: Iterable[date], known: Mapping[int, bool]) -> None:
    lacking = [day for day in days if (day, "") not in panels and day.toordinal() not in known]
    if lacking:
        raise BadImport(
            f"{lacking[0]} (and {len(lacking) - 1} further days): there are groups, but not the day's whole; "
            "bring in imported_visitors_….csv (own format: lines with an empty dimension) with it, or before. "
            "Nothing was taken in."
        )


def _masked(panel: Panel, groups: Mapping[str, Counts], least: int) -> tuple[dict[str, Counts | None], int]:
    """The groups as a roll-up may hold them, None for withheld counts; and how many were folded together."""
    visitors = COUNTS.index("visitors")
    if not panel[1]:
        counts = groups[""]
        return {"": counts if counts[visitors] >= least else None}, 0
    # Nobody knows who is in several small groups: as few people as can be are taken to be in all of them.
    known = [
        Group(value, _figures(counts), frozenset(range(counts[visitors]) if counts[visitors] < least else ()))
        for value, counts in groups.items()
    ]
    rows = folded(panel[1], known, least)
    kept = {row.value: None if row.figures.visitors < least else _counts(row.figures) for row in rows}
    return kept, len(groups) - len(kept.keys() - {OTHER})


def _figures(counts: Counts) -> Figures:
    views, visits, visitors, bounces, seconds = counts
    return Figures(views, visits, visitors, bounces, seconds)


def _counts(figures: Figures) -> Counts:
    return figures.views, figures.visits, figures.visitors, figures.bounces, figures.seconds


def _write(site: str, panels: Mapping[Panel, Mapping[str, Counts | None]], now: datetime) -> None:
    terms = _terms({site, *(value for groups in panels.values() for value in groups)})
    days = {day.toordinal() for day, _ in panels}
    models.Day.objects.bulk_create(
        [models.Day(site=site, day=day, made_at=now, is_closed=True, is_imported=True) for day in sorted(days)],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    for dimension in {dimension for _, dimension in panels}:
        ours = [day.toordinal() for day, of in panels if of == dimension]
        for some in _batches(ours):
            models.RollUp.objects.filter(site=terms[site], dimension=CODES[dimension], day__in=some).delete()
    models.RollUp.objects.bulk_create(_rows(terms[site], panels, terms), batch_size=BATCH)


def _rows(
    site: int, panels: Mapping[Panel, Mapping[str, Counts | None]], terms: Mapping[str, int]
) -> Iterator[models.RollUp]:
    for (day, dimension), groups in panels.items():
        for value, counts in groups.items():
            yield models.RollUp(
                site=site,
                dimension=CODES[dimension],
                day=day.toordinal(),
                value=terms[value],
                masked=counts is None,
                **dict(zip(COUNTS, counts or (0,) * len(COUNTS), strict=True)),
            )


def _terms(texts: Iterable[str]) -> dict[str, int]:
    """Ids of texts in the dictionary, which learns those it lacks."""
    wanted = sorted(texts)
    models.Term.objects.bulk_create(
        [models.Term(text=text) for text in wanted], batch_size=BATCH, ignore_conflicts=True
    )
    found: dict[str, int] = {}
    for some in _batches(wanted):
        found |= dict(models.Term.objects.filter(text__in=some).values_list("text", "id"))
    return found


def _batches(items: Sequence[Some]) -> Iterator[Sequence[Some]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))


def _record(site: str, taken: Taken, sources: Sequence[Source], now: datetime) -> None:
    span = {"first": taken.days[0].isoformat(), "last": taken.days[-1].isoformat()}
    counts = {"days": len(taken.days), "groups": taken.groups}
    files = sha256(b"".join(sha256(source.data).digest() for source in sources)).hexdigest()
    ledger.record("figures.imported", site, {**span, **counts, "files": files}, now)
