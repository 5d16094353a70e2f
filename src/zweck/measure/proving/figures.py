"""What is told of visitors is told of groups: demographics and uses, over the tables as they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice

from django.db.models import Q, QuerySet

from zweck.measure.days.making import OF_BREAKDOWN
from zweck.measure.models import Event, RollUp, Step, Term
from zweck.measure.proving.answers import besides, undeclared
from zweck.measure.proving.schema import COLUMNS, Column, columns_of, telling_of_addresses
from zweck.measure.proving.scratch import scratch_figures
from zweck.measure.values import CODES, Dimension
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.policy.systems import Measurement
from zweck.promises.values import Clock, CouldNotLook, Figure, Finding, Plant, Proof, Reach, Target

_ENOUGH = 6
_ALWAYS: frozenset[Dimension] = frozenset({"", "event", "goal", "bot"})
_DAY = date(2000, 1, 3).toordinal()


def own(target: Target) -> Measurement:
    """The declared measurement. Raises CouldNotLook where there is none of our own."""
    measurement = target.policy.systems.measurement
    if measurement is None or measurement.provider:
        raise CouldNotLook("the policy declares no measurement of its own")
    return measurement


def using(target: Target) -> str:
    """The database whose tables are looked at."""
    found = target.place.get("figures", "default")
    return found if isinstance(found, str) else "default"


def least_of(target: Target) -> int:
    """The least group; 1 where nothing is measured."""
    measurement = target.policy.systems.measurement
    return measurement.least_group if measurement else 1


def small(target: Target, least: int) -> tuple[int, tuple[str, ...]]:
    """How many cells there are, and those that tell of too few."""
    alias, site = using(target), target.policy.site
    cells = RollUp.objects.using(alias).filter(site__in=_site_ids(alias, site))
    steps = Step.objects.using(alias).filter(site=site)
    return cells.count() + steps.count(), tuple(islice(_too_small(cells, steps, least), _ENOUGH))


def _too_small(cells: QuerySet[RollUp], steps: QuerySet[Step], least: int) -> Iterator[str]:
    for row in cells.filter(masked=False, visitors__lt=least).values("day", "dimension", "visitors")[:_ENOUGH]:
        yield f"day {date.fromordinal(row['day'])}, dimension {row['dimension']}: a group of {row['visitors']}"
    told = Q(views__gt=0) | Q(visits__gt=0) | Q(visitors__gt=0) | Q(bounces__gt=0) | Q(seconds__gt=0)
    for day, code in cells.filter(told, masked=True).values_list("day", "dimension")[:_ENOUGH]:
        yield f"day {date.fromordinal(day)}, dimension {code}: withheld, and told all the same"
    for step in steps.filter(visits__gt=0, visits__lt=least)[:_ENOUGH]:
        yield f"day {date.fromordinal(step.day)}, funnel {step.funnel}: a step of {step.visits}"


def check_demographics(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """The figures are counts of large enough groups, and no column of theirs holds an address or a place."""
    least = least_of(target)
    rows, too_small = small(target, least)
    trouble = (*telling_of_addresses(columns_of(target)), *too_small)
    figures: dict[str, Figure] = {"cells": rows, "least_group": least, "columns": len(columns_of(target))}
    return Finding(not trouble, "every row and every column of the figures", figures, tuple(trouble))


def check_uses(target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Rows and columns hold what the policy lets figures be broken down by, and nothing besides.

    Pages, exports, the API and shared reports are given rows of these in the types of this room: those as well.
    """
    measurement, alias = own(target), using(target)
    declared = _ALWAYS | {one for breakdown in measurement.dimensions for one in OF_BREAKDOWN.get(breakdown, ())}
    codes = {CODES[dimension] for dimension in declared}
    cells = RollUp.objects.using(alias).filter(site__in=_site_ids(alias, target.policy.site))
    found = set(cells.values_list("dimension", flat=True).distinct())
    names = {code: dimension for dimension, code in CODES.items()}
    trouble = [f"figures by {names.get(code, code)}, which is not declared" for code in sorted(found - codes)]
    trouble += [f"{one.table}.{one.name}: a column nobody declared" for one in columns_of(target) if not _known(one)]
    trouble += undeclared(target, {*_ALWAYS, *(one for parts in OF_BREAKDOWN.values() for one in parts)})
    trouble += _undeclared_events(alias, target.policy.site, measurement, declared)
    figures: dict[str, Figure] = {"declared": sorted(measurement.dimensions), "columns": len(columns_of(target))}
    seen = "the columns of the figures, by what they are broken down, and what reports and exports are given"
    return Finding(not trouble, seen, figures, tuple(trouble))


def _known(column: Column) -> bool:
    return column.name in COLUMNS.get(column.table, frozenset())


def _undeclared_events(
    alias: str, site: str, measurement: Measurement, declared: frozenset[Dimension] | set[Dimension]
) -> list[str]:
    """Parts of today's events that no declared breakdown asks for, and events of undeclared names."""
    events = Event.objects.using(alias).filter(site=site)
    kept = ("referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser")
    besides = [part for part in kept if part not in declared and events.exclude(**{part: ""}).exists()]
    wrong = [f"events hold {part}, which is not declared" for part in besides]
    names = set(events.values_list("name", flat=True).distinct()) - {"", "leave", *measurement.events}
    return wrong + [f"events named “{name}”, which is not declared" for name in sorted(names)[:_ENOUGH]]


def _site_ids(alias: str, site: str) -> list[int]:
    return list(Term.objects.using(alias).filter(text=site).values_list("id", flat=True))


def _cell(alias: str, site: str, visitors: int, *, dimension: int, masked: bool = False) -> None:
    own_id = Term.objects.using(alias).get_or_create(text=site)[0].pk
    value = Term.objects.using(alias).get_or_create(text="planted")[0].pk
    counts = {"views": visitors, "visits": visitors, "visitors": visitors, "bounces": 0, "seconds": 0}
    RollUp(site=own_id, dimension=dimension, day=_DAY, value=value, masked=masked, **counts).save(
        using=alias, force_insert=True
    )


def with_cell(*, dimension: int, fewer: int, masked: bool = False) -> Plant:
    """Figures with one group that is smaller than the least one by so many, or withheld and told."""

    @contextmanager
    def plant(target: Target, _sentence: Sentence) -> Iterator[Target]:
        least = max(2, least_of(target))
        with scratch_figures() as alias:
            _cell(alias, target.policy.site, least - fewer, dimension=dimension, masked=masked)
            yield replace(
                target, policy=grouping(target.policy, least_group=least), place={**target.place, "figures": alias}
            )

    return plant


def grouping(policy: Policy, **changed: int) -> Policy:
    """The same policy, measuring otherwise: a least group that something can be smaller than, say."""
    measurement = (policy.systems.measurement or Measurement()).model_copy(update=changed)
    systems = policy.systems.model_copy(update={"measurement": measurement})
    return policy.model_copy(update={"systems": systems})


@contextmanager
def plant_address(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A table of figures with a column for the address."""
    with scratch_figures() as alias:
        more = (*columns_of(target), Column("measure_event", "address", "GenericIPAddressField"))
        yield replace(target, place={**target.place, "figures": alias, "columns": more})


@contextmanager
def plant_column(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A table of figures with a column for something that nobody declared."""
    with scratch_figures() as alias:
        more = (*columns_of(target), Column("measure_rollup", "revenue", "IntegerField"))
        policy = grouping(target.policy, least_group=5)
        yield replace(target, policy=policy, place={**target.place, "figures": alias, "columns": more})


@contextmanager
def plant_event(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """An event that no page may report."""
    empty = dict.fromkeys(("referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser"), "")
    with scratch_figures() as alias:
        told = {"site": target.policy.site, "day": _DAY, "at": 0, "visitor": 1, "path": "/", "seconds": 0}
        Event(name="planted", **told, **empty).save(using=alias)
        yield replace(target, policy=grouping(target.policy, least_group=5), place={**target.place, "figures": alias})


@contextmanager
def plant_told(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """Reports, and with them the export and the API, that tell the visitors' numbers."""
    with scratch_figures() as alias:
        place = {**target.place, "figures": alias, "answers": (besides("who"),)}
        yield replace(target, policy=grouping(target.policy, least_group=5), place=place)


_ONE_LESS = with_cell(dimension=0, fewer=1)
DEMOGRAPHICS = Proof(
    "address.demographics",
    check_demographics,
    _ONE_LESS,
    Reach.PROCESS,
    needs=("tables", "policy"),
    more_plants=(plant_address,),
)
USES = Proof(
    "measurement.uses",
    check_uses,
    with_cell(dimension=99, fewer=0),
    Reach.PROCESS,
    needs=("tables", "policy"),
    more_plants=(plant_column, plant_event, plant_told),
)
