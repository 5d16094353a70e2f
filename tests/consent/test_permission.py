"""What may be served, why, and what is asked: answers, their ends, and signals."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.consent.declared import shop, visitor
from zweck.consent import acts, signals
from zweck.consent.values import Ground, Said, Signals, Visitor

DAY = timedelta(days=1)
GPC, DNT = Signals(gpc=True), Signals(dnt=True)


@pytest.mark.parametrize(("value", "says"), [
    ("1", True), ("1, 1", True), ("0, 1", True), ("1,", True), ("", False), ("0", False), ("true", False),
    ("1;x", False), ("11", False), (" 1", False), ('"1"', False), ("1.0", False), ("yes,no", False),
])  # fmt: skip
def test_global_privacy_control_counts_only_as_exactly_one(value: str, says: bool) -> None:
    assert signals.read(value, "") == Signals(gpc=says)


@given(st.text(max_size=20).filter(lambda value: "," not in value and value != "1"))
def test_no_other_value_is_a_signal(value: str) -> None:
    assert signals.read(value, "").gpc is False


@pytest.mark.parametrize(("value", "says"), [("1", True), ("0", False), ("", False), ("null", False), ("1, 0", False)])
def test_do_not_track_counts_as_one(value: str, says: bool) -> None:
    assert acts.visitor_of(shop(), "", "", value).signals == Signals(dnt=says)


@pytest.mark.parametrize(("said", "after", "allows", "ground"), [
    ("yes", 180 * DAY, True, "yes"), ("yes", 181 * DAY, False, "expired"),
    ("no", 180 * DAY, False, "no"), ("no", 181 * DAY, False, "expired"),
    ("out", 364 * DAY, False, "out"), ("out", 366 * DAY, False, "expired"),
])  # fmt: skip
def test_an_answer_counts_until_its_end(now: datetime, said: Said, after: timedelta, allows: bool, ground: str) -> None:
    found = acts.permit(shop(), visitor(now, measurement=said), "measurement", now + after)

    assert (found.allows, found.ground) == (allows, ground)


@pytest.mark.parametrize(("purpose", "heard", "ground"), [
    ("measurement", Signals(), "unasked"), ("measurement", GPC, "gpc"), ("measurement", DNT, "dnt"),
    ("films", GPC, "gpc"), ("films", DNT, "unasked"), ("basket", GPC, "not-asked"),
])  # fmt: skip
def test_a_signal_wins_over_silence(now: datetime, purpose: str, heard: Signals, ground: Ground) -> None:
    assert acts.permit(shop(), Visitor(None, heard), purpose, now).ground == ground


@pytest.mark.parametrize("heard", [Signals(), GPC, DNT])
def test_an_explicit_answer_wins_over_a_signal(now: datetime, heard: Signals) -> None:
    chose = visitor(now, measurement="yes").choice

    assert acts.permit(shop(), Visitor(chose, heard), "measurement", now).allows


def test_a_choice_that_was_taken_back_permits_nothing(now: datetime) -> None:
    chose = visitor(now, measurement="yes", films="yes").choice

    found = acts.permit(shop(), Visitor(chose, is_withdrawn=True), "films", now)

    assert (found.allows, found.ground) == (False, "withdrawn")


@pytest.mark.parametrize(("heard", "said", "allows"), [
    (Signals(), None, True), (GPC, None, False), (DNT, None, False), (GPC, "yes", True), (Signals(), "out", False),
])  # fmt: skip
def test_measurement_without_a_question_runs_until_somebody_objects(
    now: datetime, heard: Signals, said: Said | None, allows: bool
) -> None:
    chose = visitor(now, measurement=said).choice if said else None
    policy = shop("opt-out").model_copy(update={"technologies": {}})

    assert acts.permit(policy, Visitor(chose, heard), "measurement", now).allows is allows


def test_an_objection_that_ended_still_holds_back_and_a_yes_that_ended_does_not(now: datetime) -> None:
    policy = shop("opt-out")
    later = now + 400 * DAY

    assert acts.permit(policy, visitor(now, measurement="out"), "measurement", later).ground == "expired"
    assert acts.permit(policy, visitor(now, measurement="yes"), "measurement", later).ground == "not-asked"


def test_only_what_was_not_answered_is_asked(now: datetime) -> None:
    policy = shop()

    assert acts.asks(policy, Visitor(), now) == ("measurement", "films")
    assert acts.asks(policy, visitor(now, measurement="no"), now) == ("films",)
    assert acts.asks(policy, visitor(now, measurement="out", films="yes"), now) == ()
    assert acts.asks(policy, visitor(now, measurement="no", films="yes"), now + 181 * DAY) == ("measurement", "films")


def test_a_new_wording_asks_nobody_again(now: datetime) -> None:
    reworded = shop().model_copy(update={"name": "Example Shop and Sons"})

    assert acts.asks(reworded, visitor(now, measurement="no", films="no"), now) == ()


def test_under_global_privacy_control_nobody_is_asked(now: datetime) -> None:
    assert acts.asks(shop(), Visitor(None, GPC), now) == ()
    assert acts.asks(shop(), Visitor(None, DNT), now) == ("measurement", "films")
