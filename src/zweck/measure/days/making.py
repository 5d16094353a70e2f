"""A day's figures, made from its events: provisional ones again and again, final ones at its close."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zweck.measure.days import sql
from zweck.measure.days.folding import WITHHELD, Group, Step, coarse, folded, steps_told
from zweck.measure.values import CODES, DIMENSIONS, NONE, Dimension, Figures
from zweck.policy.systems import Measurement

# What each declared breakdown gives; the whole, events and goals are always there.
OF_BREAKDOWN: dict[str, tuple[Dimension, ...]] = {
    "path": ("path", "entry", "exit"),
    "referrer": ("referrer",),
    "utm": ("utm_source", "utm_medium", "utm_campaign"),
    "device": ("device",),
    "browser": ("browser",),
}


@dataclass(frozen=True, slots=True)
class Made:
    """What may be told of a day. `steps`: funnel, number, goal, visits."""

    figures: dict[tuple[int, str], Figures]
    steps: tuple[tuple[str, int, str, int | None], ...]


def make(site: str, day: int, measurement: Measurement | None) -> Made:
    """Work out a day. Without a measurement, as the policy no longer declares one, only the whole is told."""
    least = measurement.least_group if measurement else 5
    total = sql.total(site, day)
    if total.visits == 0:
        return Made({}, ())
    if total.visitors < least:
        return Made({(0, NONE): WITHHELD}, _no_steps(measurement))
    told = {(0, NONE): total}
    if measurement is None:
        return Made(_coarse(told, f"{site} {day}", least), ())
    wanted = {d for breakdown in measurement.dimensions for d in OF_BREAKDOWN.get(breakdown, ())} | {"event"}
    by_code: dict[int, list[Group]] = {}
    for found in sql.groups(site, day, [d for d in DIMENSIONS if d in wanted], least):
        others = total.visitors - found.all_visits
        by_code.setdefault(found.dimension, []).append(Group(found.value, found.figures, found.who, others))
    reached = _reached(site, day, measurement)
    by_code[CODES["goal"]] = _goals(measurement, reached, total.visitors)
    for dimension, code in CODES.items():
        for row in folded(dimension, by_code.get(code, ()), least):
            told[code, row.value] = row.figures
    steps = tuple(_steps(measurement, reached, total.visitors))
    return Made(_coarse(told, f"{site} {day}", least), steps)


def keep(site: str, day: int, made: Made, now: datetime) -> None:
    """Put a day's provisional figures in place of the last ones."""
    with transaction.atomic():
        sql.replace(site, day, made.figures)
        sql.replace_steps(site, day, made.steps)
        sql.note_day(site, day, now, is_closed=False)


def _coarse(told: Mapping[tuple[int, str], Figures], of: str, least: int) -> dict[tuple[int, str], Figures]:
    return {(code, value): coarse(one, f"{of} {code} {value}", least) for (code, value), one in told.items()}


Visits = dict[int, sql.Came]  # by the id of the visit


def _reached(site: str, day: int, measurement: Measurement) -> dict[str, Visits]:
    """Which visits reached each goal."""
    names = list(measurement.goals)
    conditions = [sql.Reached(goal.event or "", goal.path or "") for goal in measurement.goals.values()]
    found: dict[str, Visits] = {name: {} for name in names}
    for number, visit, came in sql.reached(site, day, conditions):
        found[names[number]][visit] = came
    return found


def _goals(measurement: Measurement, reached: dict[str, Visits], visitors: int) -> list[Group]:
    groups = []
    for goal in measurement.goals:
        came = reached[goal].values()
        who = frozenset(one.visitor for one in came)
        if came:
            figures = Figures(sum(one.times for one in came), len(came), len(who))
            groups.append(Group(goal, figures, who, _others(came, visitors)))
    return groups


def _others(came: Collection[sql.Came], visitors: int) -> int:
    """Of how many visitors there are visits beside these."""
    visits = Counter(one.visitor for one in came)
    had = {one.visitor: one.had for one in came}
    return visitors - sum(had[visitor] == times for visitor, times in visits.items())


def _steps(
    measurement: Measurement, reached: dict[str, Visits], visitors: int
) -> Iterable[tuple[str, int, str, int | None]]:
    for name, funnel in measurement.funnels.items():
        steps, through = [], None
        for goal in funnel.steps:
            visits = reached.get(goal, {})
            through = {
                visit: came.first
                for visit, came in visits.items()
                if through is None or (visit in through and through[visit] <= came.first)
            }
            others = _others([visits[visit] for visit in through], visitors)
            steps.append(Step({visit: visits[visit].visitor for visit in through}, others))
        told = steps_told(steps, measurement.least_group)
        yield from ((name, number, goal, told[number]) for number, goal in enumerate(funnel.steps))


def _no_steps(measurement: Measurement | None) -> tuple[tuple[str, int, str, int | None], ...]:
    funnels = measurement.funnels.items() if measurement else ()
    return tuple((name, number, goal, None) for name, one in funnels for number, goal in enumerate(one.steps))
