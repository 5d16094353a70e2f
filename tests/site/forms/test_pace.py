"""How many forms may be sent before more is asked: nobody gets around it by coming from many addresses."""

from collections.abc import Iterator

import pytest

from zweck.site.forms import pace

AT_ONCE, ALL_AT_ONCE = pace.PER_SENDER[0], pace.PER_FORM[0]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    pace.clear()
    yield
    pace.clear()


def passed(senders: Iterator[str] | list[str], now: float = 0.0) -> int:
    """How many of these get through without more."""
    return sum(not pace.is_hurried("club", "enquiry", one, now) for one in senders)


def test_a_sender_may_send_some_at_once_and_then_slowly() -> None:
    assert passed(["ben"] * 20) == AT_ONCE
    assert passed(["ben"] * 20, 121.0) == 1
    assert passed(["ben"] * 20, 9_999.0) == AT_ONCE


def test_one_sender_alone_has_more_asked_of_nobody_else() -> None:
    passed(["ben"] * 500)

    assert passed(["cora"]) == 1


def test_very_many_senders_empty_neither_the_count_of_one_nor_that_of_all() -> None:
    passed(["ben"] * AT_ONCE)
    many = (f"{n}" for n in range(pace.MOST - 1))

    assert passed(many) == ALL_AT_ONCE - AT_ONCE
    assert passed(["ben"]) == 0
    assert passed(f"other {n}" for n in range(3 * pace.MOST)) == 0


def test_what_is_remembered_stays_bounded() -> None:
    passed(f"{n}" for n in range(2 * pace.MOST))

    assert len(pace._senders) == pace.MOST


def test_whoever_has_everything_back_is_forgotten_first() -> None:
    passed(f"{n}" for n in range(pace.MOST))
    later = pace.PER_SENDER[1] + 1

    passed(["ben"], later)

    assert len(pace._senders) == 1
