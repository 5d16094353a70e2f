"""A policy whose questions one cookie cannot hold is refused, with the line to change."""

from collections.abc import Iterator

import pytest

from tests.policy.declared import SMALL, said
from zweck.policy.load import loads
from zweck.policy.reading import choices


def asking(*ids: str) -> str:
    return SMALL + "".join(f'\n[purposes.{id_}]\nname = "P"\nconsent_mode = "ask"\n' for id_ in ids)


def alike() -> Iterator[str]:
    """Two ids that fall together, found by trying."""
    seen: dict[str, str] = {}
    for number in range(100_000):
        other = seen.setdefault(choices.code("club", f"p{number}"), f"p{number}")
        if other != f"p{number}":
            yield from (other, f"p{number}")
            return


def test_nine_purposes_can_be_answered_and_a_tenth_is_refused() -> None:
    ids = [f"asked-{number}" for number in range(10)]

    assert len(loads(asking(*ids[:9]).encode(), "club.toml").policy.needing_consent()) == 9
    assert "purposes.asked-9: is the 10th purpose a visitor can answer" in "".join(said(asking(*ids)))


def test_two_purposes_that_fall_together_are_refused() -> None:
    first, second = alike()

    (told,) = said(asking(first, second))

    assert f'purposes.{second}: cannot be told from "{first}" in the choice cookie' in told


@pytest.mark.parametrize("wrong", ["purposes = 3", 'systems = "x"', "technologies = []"])
def test_what_has_the_wrong_type_is_left_to_the_types(wrong: str) -> None:
    key = wrong.partition(" ")[0]
    data = {"site": "small", "purposes": {"a": 3}, key: 3}

    assert list(choices.unanswerable(data)) == []


@pytest.mark.parametrize(("out", "days", "told"), [
    (365, 400, ""), (365, 365, ""), (None, 180, ""),
    (365, 200, "lifetime_days: is 200 days, and what a visitor chose counts for 365, write 365 to 400"),
    (None, 90, "lifetime_days: is 90 days, and what a visitor chose counts for 180, write 180 to 400"),
    (None, 0, "write 180 to 400"), (None, 999, "write 180 to 400"),
])  # fmt: skip
def test_no_choice_is_promised_for_longer_than_its_cookie_lives(out: int | None, days: int, told: str) -> None:
    data = {
        "technologies": {"choice": {"name": "zweck-choice", "lifetime_days": days}},
        "systems": {"measurement": {"opt_out_days": out}},
    }

    found = [f"{each.path[-1]}: {each.wrong}, {each.right}" for each in choices.short_lived(data)]

    assert len(found) == bool(told)
    assert told in "".join(found)
