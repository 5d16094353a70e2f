"""What the visits were like that a filter chooses: of today from its events, of past days from those a policy keeps.

One filter at a time, and nobody is told by what it leaves out either: neither the visits chosen nor the others, neither
a group among the chosen nor the same group among the others may be of fewer people than the least group.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from zweck.editions import acts as editions
from zweck.measure.days import sql
from zweck.measure.days.folding import PARTS, WITHHELD
from zweck.measure.errors import BadQuestion
from zweck.measure.reading.report import measurement_of
from zweck.measure.segments import reading as segments
from zweck.measure.segments.errors import SegmentTrouble
from zweck.measure.status import fits
from zweck.measure.values import LEAVE, OTHER, Dimension, Figures, Filter, Happening, Report, Row, Span
from zweck.policy.systems import Measurement

MOST_EVENTS = 300_000  # some two seconds of one thread
Names = dict[str, Figures]


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of today: what it amounts to, and by dimension the groups it is in, each with its own figures."""

    visitor: int
    whole: Figures
    groups: Mapping[Dimension, Names]


@dataclass(slots=True)
class Side:
    """The visits a filter chooses, or those it leaves out."""

    whole: Figures = field(default_factory=Figures)
    people: set[int] = field(default_factory=set)
    groups: dict[tuple[Dimension, str], Figures] = field(default_factory=dict)
    who: defaultdict[tuple[Dimension, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, visit: Visit) -> None:
        """Count a visit in."""
        self.whole = _plus(self.whole, visit.whole)
        self.people.add(visit.visitor)
        for dimension, names in visit.groups.items():
            for name, figures in names.items():
                self.groups[dimension, name] = _plus(self.groups.get((dimension, name), Figures()), figures)
                self.who[dimension, name].add(visit.visitor)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of the chosen visits."""

    span: Span
    dimensions: Sequence[Dimension]
    limit: int


def filtered(site: str, chosen: Filter, asked: Asked, now: datetime) -> Report:
    """The figures of visits with a value. Raises NotMeasured, and BadQuestion that says why it cannot be told."""
    measurement = measurement_of(site)
    today = now.astimezone(ZoneInfo(editions.current(site).policy.time_zone)).date()
    wanted = [each for each in asked.dimensions if each not in ("", "bot")]
    if asked.span != Span(today, today):
        # Goals are not among what kept events are broken down by.
        kept = [each for each in wanted if each != "goal"]
        try:
            return segments.filtered(site, asked.span, (chosen,), kept, asked.limit)
        except SegmentTrouble as trouble:
            raise BadQuestion(f"kept events cannot be read: {trouble}") from None
    _check(chosen, measurement)
    inside, outside = Side(), Side()
    for visit in _visits(sql.happenings(site, today.toordinal()), measurement):
        (inside if chosen.value in visit.groups.get(chosen.dimension, {}) else outside).add(visit)
    least = measurement.least_group
    figures = _told(inside, outside, least)
    rows: dict[Dimension, tuple[Row, ...]] = {
        each: () if figures.masked else _rows(each, inside, outside, least)[: asked.limit + 1] for each in wanted
    }
    return Report(asked.span, figures, ((today, figures),), rows)


def _check(chosen: Filter, measurement: Measurement) -> None:
    if chosen.dimension in ("", "bot"):
        raise BadQuestion("robots and the whole cannot be filtered by; choose a page, a source, a device or the like")
    if chosen.dimension == "goal" and chosen.value not in measurement.goals:
        raise BadQuestion(f"no such goal is declared; there are {', '.join(measurement.goals) or 'none'}")
    if chosen.value == OTHER:
        raise BadQuestion("small groups are folded so that they cannot be told apart; choose another value")


def _told(inside: Side, outside: Side, least: int) -> Figures:
    few = 0 < len(inside.people) < least or 0 < len(outside.people) < least
    return WITHHELD if few else _counted(inside.whole, inside.people)


def _rows(dimension: Dimension, inside: Side, outside: Side, least: int) -> tuple[Row, ...]:
    mine = {name: people for (of, name), people in inside.who.items() if of == dimension}
    theirs = {name: outside.who.get((dimension, name), set[int]()) for name in mine}
    ordered = sorted(mine, key=lambda name: (-len(mine[name]), name))
    shown = [name for name in ordered if len(mine[name]) >= least and not 0 < len(theirs[name]) < least]
    hidden = [name for name in ordered if name not in shown]
    rows = [Row(name, _counted(inside.groups[dimension, name], mine[name])) for name in shown]
    if not hidden or dimension not in PARTS:
        return (*rows, *([Row(OTHER, WITHHELD)] if hidden else []))
    # Who takes all shown groups from the whole is left with the hidden ones: these must be enough people as well.
    while shown and _is_few(hidden, mine, theirs, least):
        hidden.append(shown.pop())
        rows.pop()
    rest = Figures()
    for name in hidden:
        rest = _plus(rest, inside.groups[dimension, name])
    told = WITHHELD if _is_few(hidden, mine, theirs, least) else _counted(rest, _together(hidden, mine))
    return (*rows, Row(OTHER, replace(told, masked=True)))


def _is_few(names: Sequence[str], mine: Mapping[str, set[int]], theirs: Mapping[str, set[int]], least: int) -> bool:
    return len(_together(names, mine)) < least or 0 < len(_together(names, theirs)) < least


def _together(names: Iterable[str], people: Mapping[str, set[int]]) -> set[int]:
    return set[int]().union(*(people[name] for name in names))


def _visits(events: Iterable[Happening], measurement: Measurement) -> Iterator[Visit]:
    count = 0
    for _, found in groupby(events, key=lambda event: (event.visitor, event.visit)):
        visit = list(found)
        count += len(visit)
        if count > MOST_EVENTS:
            raise BadQuestion(f"today has more than {MOST_EVENTS:,} events, too many to filter; the whole is told")
        yield _visit(visit, measurement)


def _visit(events: Sequence[Happening], measurement: Measurement) -> Visit:
    first = events[0]
    real = [event for event in events if event.name != LEAVE]
    views = [event for event in real if not event.name]
    seconds = max(sum(event.seconds for event in events), (real[-1].at - first.at) // 1000)
    bounced = len(views) <= 1 and len(views) == len(real)
    whole = Figures(views=len(views), visits=1, bounces=int(bounced), seconds=seconds)
    one: dict[Dimension, str] = {
        "entry": first.path, "exit": real[-1].path, "referrer": first.referrer, "utm_source": first.utm_source,
        "utm_medium": first.utm_medium, "utm_campaign": first.utm_campaign, "device": first.device,
        "browser": first.browser,
    }  # fmt: skip
    groups: dict[Dimension, Names] = {dimension: {value: whole} for dimension, value in one.items()}
    groups["path"] = _by((event.path, event) for event in events if event.name in ("", LEAVE))
    groups["event"] = _by((event.name, event) for event in real if event.name)
    groups["goal"] = _by(
        (name, event)
        for name, goal in measurement.goals.items()
        for event in real
        if (event.name == goal.event if goal.event else not event.name and fits(event.path, goal.path or ""))
    )
    return Visit(first.visitor, whole, groups)


def _by(pairs: Iterable[tuple[str, Happening]]) -> Names:
    """One visit in each name's group, with how often it was there."""
    found: Names = {}
    for name, event in pairs:
        known = found.get(name, Figures(visits=1))
        found[name] = Figures(known.views + (event.name != LEAVE), 1, 0, 0, known.seconds + event.seconds)
    return found


def _plus(one: Figures, other: Figures) -> Figures:
    return Figures(
        one.views + other.views, one.visits + other.visits, 0, one.bounces + other.bounces, one.seconds + other.seconds
    )


def _counted(figures: Figures, people: set[int]) -> Figures:
    return Figures(figures.views, figures.visits, len(people), figures.bounces, figures.seconds)
