"""What is new since last time, and what has gone."""

from tests.watch.conftest import EARLY, LATE, NOTE
from zweck.eye.values import Finding
from zweck.watch.drift import as_json, clean, drift, from_json, known


def test_the_first_look_has_nothing_to_be_new_against() -> None:
    found = drift((EARLY,), True, None)

    assert (found.is_first, found.new, found.gone, found.is_any) == (True, (), (), True)


def test_what_came_and_what_went_is_drift() -> None:
    found = drift((LATE, NOTE), True, {EARLY.id: EARLY})

    assert (found.new, found.gone) == ((LATE,), (EARLY,))


def test_a_note_is_no_drift() -> None:
    assert not drift((EARLY, NOTE), True, {EARLY.id: EARLY}).is_any


def test_a_note_that_becomes_a_finding_is_new() -> None:
    before = known([((Finding("third-country", "cdn.example.net", "request", note=True),), True)])

    assert drift((Finding("third-country", "cdn.example.net", "request"),), True, before).new


def test_the_same_finding_with_other_figures_is_not_new() -> None:
    before = {LATE.id: Finding(LATE.code, LATE.subject, LATE.kind, params={"days": 3})}

    assert not drift((Finding(LATE.code, LATE.subject, LATE.kind, params={"days": 4}),), True, before).is_any


def test_what_a_look_did_not_reach_has_not_gone() -> None:
    assert not drift((), False, {EARLY.id: EARLY}).is_any


def test_what_a_partial_look_missed_is_not_new_to_the_next_whole_one() -> None:
    before = known([((LATE,), False), ((EARLY,), True), ((Finding("beacon", "old", "beacon"),), True)])

    assert before is not None
    assert set(before) == {LATE.id, EARLY.id}


def test_without_any_completed_look_nothing_is_known() -> None:
    assert known([]) is None


def test_what_a_website_writes_into_names_cannot_break_a_line_or_turn_it_around() -> None:
    hostile = Finding("undeclared", "a\nSubject: b\x00\u202ec\ud800", "cookie", params={"by": "x\r\ny", "n": 3})

    cleaned = clean(hostile)

    assert cleaned.subject.isprintable()
    assert cleaned.params["n"] == 3
    assert str(cleaned.params["by"]).isprintable()


def test_a_finding_is_read_back_as_it_was_written() -> None:
    finding = Finding("lifetime", "_ga", "cookie", params={"seen_days": 730}, sure="likely")

    assert from_json(as_json(finding)) == finding
