"""How a promise stands follows from what it is, from its evidence and from the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from tests.proof.conftest import says
from zweck.policy.sentences import Sentence
from zweck.promises import register
from zweck.promises.values import ControlResult, Evidence, Finding, Proof, Reach, State, Target
from zweck.proof.stand import Known, standing
from zweck.proof.values import Mark, Promised, Standing

BERLIN = "Europe/Berlin"


@contextmanager
def planted(target: Target, _sentence: Sentence) -> Iterator[Target]:
    yield target


@pytest.fixture(autouse=True)
def proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind that something proves."""
    proof = Proof("test.proved", lambda *_: Finding(True, "nothing"), planted, Reach.HOST)
    monkeypatch.setattr(register, "_proofs", {proof.kind: proof})


def found(state: State, at: datetime, promise: str = "test.proved") -> Evidence:
    until = at + timedelta(hours=24)
    return Evidence(promise, state, Reach.HOST, at, until, ControlResult.BIT, "a page", {})


def stood(promises: list[Promised], known: Known, now: datetime) -> Standing:
    return standing("example", 1, promises, known, (now, BERLIN))


def mark_of(sentence: Sentence, now: datetime, known: Known | None = None) -> Mark:
    return stood([Promised(sentence, "same")], known or Known(), now).marks[sentence.promise]


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        (says("test.proved"), State.UNKNOWN),
        (says("test.nobody-proves"), State.UNPROVED),
        (says("test.text", "stated"), State.STATED),
        (says("test.aim", "aim"), State.AIM),
        (says("test.vouched", "attested", until="2026-11-22"), State.ATTESTED),
        (says("test.vouched", "attested", until="2026-11-21"), State.LAPSED),
        (says("test.vouched", "attested"), State.UNPROVED),
    ],
)
def test_without_evidence_nothing_is_kept(sentence: Sentence, state: State, now: datetime) -> None:
    assert mark_of(sentence, now).state is state


def test_evidence_counts_until_it_is_too_old(now: datetime) -> None:
    known = Known({"test.proved": (found(State.KEPT, now), "same")})
    last_moment = now + timedelta(hours=24) - timedelta(microseconds=1)

    assert mark_of(says("test.proved"), last_moment, known).state is State.KEPT
    assert mark_of(says("test.proved"), now + timedelta(hours=24), known).state is State.UNKNOWN


def test_evidence_for_another_wording_does_not_count(now: datetime) -> None:
    known = Known({"test.proved": (found(State.KEPT, now), "other")})

    mark = mark_of(says("test.proved"), now, known)

    assert (mark.state, mark.evidence) == (State.UNKNOWN, None)


def test_evidence_from_the_future_does_not_count(now: datetime) -> None:
    known = Known({"test.proved": (found(State.KEPT, now + timedelta(minutes=1)), "same")})

    assert mark_of(says("test.proved"), now, known).state is State.UNKNOWN


def test_a_sentence_missing_in_a_language_is_broken(now: datetime) -> None:
    promise = Promised(says("test.text", "stated"), "same", missing=("de",))

    assert stood([promise], Known(), now).marks["test.text"].state is State.BROKEN


def test_an_attestation_ends_with_its_last_day_where_the_site_is(now: datetime) -> None:
    sentence = says("test.vouched", "attested", until="2026-11-22")
    midnight_in_berlin = now.replace(hour=23, minute=0)

    assert mark_of(sentence, midnight_in_berlin - timedelta(seconds=1)).state is State.ATTESTED
    assert mark_of(sentence, midnight_in_berlin).state is State.LAPSED


def test_a_row_is_as_good_as_its_worst_promise(now: datetime) -> None:
    promises = [
        Promised(says("test.text", "stated", ("T01", "S02")), "same"),
        Promised(says("test.nobody-proves", rows=("T01",)), "same"),
        Promised(says("test.aim", "aim", ("T01", "S03")), "same"),
    ]

    rows = stood(promises, Known(), now).rows

    assert rows == {"S02": State.STATED, "S03": State.AIM, "T01": State.UNPROVED}


def test_the_next_change_is_the_earliest_end(now: datetime) -> None:
    older = found(State.KEPT, now - timedelta(hours=2))
    promises = [
        Promised(says("test.proved"), "same"),
        Promised(says("test.vouched", "attested", until="2027-01-01"), ""),
    ]

    result = stood(promises, Known({"test.proved": (older, "same")}), now)

    assert result.next_change == now + timedelta(hours=22)
    assert result.checked_at == older.checked_at


def test_being_checked_needs_a_run_that_still_lives(now: datetime) -> None:
    known = Known(running=now + timedelta(minutes=1))

    assert mark_of(says("test.proved"), now, known).being_checked
    assert not mark_of(says("test.proved"), now + timedelta(minutes=1), known).being_checked
    assert not mark_of(says("test.nobody-proves"), now, known).being_checked


def test_the_statement_and_the_house_are_counted_apart(now: datetime) -> None:
    promises = [Promised(says("test.text", "stated"), "a"), Promised(says("test.proved"), "b", beyond=True)]

    result = stood(promises, Known(), now)

    assert result.tally == {State.STATED: 1}
    assert result.tally_beyond == {State.UNKNOWN: 1}
