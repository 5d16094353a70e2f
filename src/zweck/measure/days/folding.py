"""k-anonymity: no group of fewer visitors than the least one is told of, nor one that could be worked out. Pure.

Small groups are folded into one. Where the groups of a dimension add up to the day's total, who knows the total knows
the folded group as well, masked or not; so when it is too small itself, the next smallest group is folded too
(complementary suppression). Where they add up to nothing that is told, its counts are withheld instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from zweck.measure.values import OTHER, Dimension, Figures, Row

# Each visit, or each view, is in exactly one group, so that the groups add up to the whole.
PARTS: frozenset[Dimension] = frozenset(
    {"path", "entry", "exit", "referrer", "utm_source", "utm_medium", "utm_campaign", "device", "browser"}
)
WITHHELD = Figures(masked=True)


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a dimension. `who`: its visitors where they are fewer than the least group, else a part of them."""

    value: str
    figures: Figures
    who: frozenset[int]


def folded(dimension: Dimension, groups: Iterable[Group], least: int) -> tuple[Row, ...]:
    """What may be told of a dimension's groups, on a day whose total may be told."""
    ordered = sorted(groups, key=lambda group: (group.figures.visitors, group.value))
    small = [group for group in ordered if group.figures.visitors < least]
    shown = ordered[len(small) :]
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


def steps_told(steps: Sequence[tuple[int, int]], least: int) -> tuple[int | None, ...]:
    """Visits at each step of a funnel, from pairs of visits and visitors.

    Withheld where fewer visitors came so far, and where fewer than the least group went no further: the difference
    between two steps is a group as well.
    """
    told: list[int | None] = []
    last: int | None = None
    for visits, visitors in steps:
        lost = 0 if last is None else last - visits
        if (0 < visitors < least) or (0 < lost < least):
            told.append(None)
        else:
            told.append(visits)
            last = visits
    return tuple(told)
