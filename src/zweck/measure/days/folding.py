"""k-anonymity: no group of fewer visitors than the least one is told of, nor one that could be worked out. Pure.

Small groups are folded into one. Where the groups of a dimension add up to the day's total, who knows the total knows
the folded group as well, masked or not; so when it is too small itself, the next smallest group is folded too
(complementary suppression). Where they add up to nothing that is told, its counts are withheld instead; there the
others are a group of their own: who did not do what nearly everybody did must not be told of either.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from zweck.measure.values import OTHER, Dimension, Figures, Row

# Each visit, or each view, is in exactly one group, so that the groups add up to the whole.
PARTS: frozenset[Dimension] = frozenset(
    {"path", "entry", "exit", "referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser"}
)
WITHHELD = Figures(masked=True)


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a dimension. `who`: its visitors where they are fewer than the least group, else a part of them.

    `others`: from how many visitors the visits outside of it come, where its dimension adds up to nothing that is told.
    """

    value: str
    figures: Figures
    who: frozenset[int]
    others: int = 0


def folded(dimension: Dimension, groups: Iterable[Group], least: int) -> tuple[Row, ...]:
    """What may be told of a dimension's groups, on a day whose total may be told."""
    ordered = sorted(groups, key=lambda group: (group.figures.visitors, group.value))
    small = [group for group in ordered if group.figures.visitors < least]
    shown = ordered[len(small) :]
    if dimension not in PARTS and any(0 < group.others < least for group in shown):
        # Withheld without their names: a name beside no counts would say that nearly everybody did it.
        told = (Row(group.value, group.figures) for group in shown if not 0 < group.others < least)
        return (*told, Row(OTHER, WITHHELD))
    if not small:
        return tuple(Row(group.value, group.figures) for group in shown)
    # Somebody may be in several of them: who is counted, not how often.
    visitors = len(frozenset().union(*(group.who for group in small)))
    if visitors < least and dimension not in PARTS:
        rest = WITHHELD
    else:
        if visitors < least and shown:
            small.append(shown.pop(0))
            visitors = small[-1].figures.visitors  # at least so many; the others are fewer than the least group
        rest = _sum(small, visitors)
    return (*(Row(group.value, group.figures) for group in shown), Row(OTHER, rest))


def _sum(groups: Sequence[Group], visitors: int) -> Figures:
    figures = [group.figures for group in groups]
    return Figures(
        views=sum(one.views for one in figures),
        visits=sum(one.visits for one in figures),
        visitors=visitors,
        bounces=sum(one.bounces for one in figures),
        seconds=sum(one.seconds for one in figures),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel. `came`: the visitor of each visit that came so far; `others`: as in `Group`."""

    came: Mapping[int, int]
    others: int


def steps_told(steps: Iterable[Step], least: int) -> tuple[int | None, ...]:
    """Visits at each step of a funnel.

    Withheld where fewer visitors came so far, and where fewer than the least group went no further: the difference
    between two steps is a group as well, and so is that between a step and the whole. People are counted, not visits.
    """
    told: list[int | None] = []
    last: Mapping[int, int] = {}
    for step in steps:
        came = len(set(step.came.values()))
        lost = len({visitor for visit, visitor in last.items() if visit not in step.came})
        if any(0 < people < least for people in (came, lost, step.others)):
            told.append(None)
        else:
            told.append(len(step.came))
            last = step.came
    return tuple(told)


def coarse(figures: Figures, cell: str, least: int) -> Figures:
    """The same with its bounces in steps of the least group: one bounce among many visits is something one person did.

    Rounded up or down by a draw that belongs to the cell, so that it is the same at every look, and the sum of many is
    right. The draw is no secret: whoever knows it is left with as many counts as the least group has people.
    """
    draw = crc32(cell.encode()) * least >> 32
    return replace(figures, bounces=min((figures.bounces + draw) // least * least, figures.visits))
