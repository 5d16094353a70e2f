"""What may be told of groups and of steps, without a database."""

import pytest

from zweck.measure.days.folding import WITHHELD, Group, Step, coarse, folded, steps_told
from zweck.measure.values import OTHER, Figures, Row


def step(visitors: range, visits_each: int = 1, others: int = 0) -> Step:
    """A step to which these visitors came, each in so many visits."""
    return Step({100 * one + n: one for one in visitors for n in range(visits_each)}, others)


def group(name: str, visitors: int, others: int) -> Group:
    """A group of an event."""
    return Group(name, Figures(visitors, visitors, visitors), frozenset(range(visitors)), others)


def test_one_visitor_of_many_visits_is_not_told_between_two_steps() -> None:
    first, second = step(range(9), 6), step(range(8), 6)

    assert steps_told([first, second], 5) == (54, None)


def test_a_step_is_held_against_the_last_that_was_told() -> None:
    assert steps_told([step(range(20)), step(range(17)), step(range(14))], 5) == (20, None, 14)
    assert steps_told([step(range(20)), step(range(17)), step(range(16))], 5) == (20, None, None)


def test_a_step_is_held_against_the_whole() -> None:
    assert steps_told([step(range(20), others=2), step(range(15), others=7)], 5) == (None, 15)


def test_who_is_missing_from_nearly_everybody_is_not_told_by_name_or_count() -> None:
    rows = folded("event", [group("sign-up", 20, 2), group("download", 9, 13), group("rare", 2, 20)], 5)

    assert rows == (Row("download", Figures(9, 9, 9)), Row(OTHER, WITHHELD))


@pytest.mark.parametrize("bounces", range(12))
def test_bounces_are_told_in_steps_of_the_least_group(bounces: int) -> None:
    told = [coarse(Figures(12, 12, 12, bounces), f"cell {n}", 5).bounces for n in range(2000)]

    assert {count % 5 for count in told if count < 12} == {0}
    assert all(abs(count - bounces) < 5 for count in told)
    assert sum(told) / 2000 == pytest.approx(min(bounces, bounces if bounces < 11 else 10.4), abs=0.35)


def test_a_cell_is_rounded_the_same_at_every_look_and_never_down_as_it_grows() -> None:
    told = [coarse(Figures(99, 99, 99, bounces), "cell", 5).bounces for bounces in range(99)]

    assert told == sorted(told)
    assert coarse(Figures(), "cell", 5) == Figures()
