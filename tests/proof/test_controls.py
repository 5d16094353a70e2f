"""Whoever makes a check say "kept" to everything is found out by its control."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest

from tests.proof.conftest import POLICY, StillClock, World, says
from zweck.policy.model import Elsewhere, Link
from zweck.policy.sentences import Sentence
from zweck.promises.register import proofs
from zweck.promises.values import Clock, ControlResult, Finding, Proof, State, Target
from zweck.proof.examine import prove
from zweck.proof.gaze import Gaze
from zweck.proof.promised import promised
from zweck.proof.proofs import ACTING, GIVING, LISTED, MAILED, PROOFS, RESTING, TOLD
from zweck.proof.scratch import in_pages, relay
from zweck.proof.values import Promised

# What speaks of consent and measurement needs a site that asks and measures: see test_acting.py.
# What looks at a whole installation needs one: see test_resting.py. What tells countries: see test_geolocation.py.
# What looks at forms needs some: see test_giving.py. What looks at mails: see test_mailed.py and
# test_listed.py.
LOOKING = [proof for proof in PROOFS if proof not in (*ACTING, *RESTING, *TOLD, *GIVING, *MAILED, *LISTED)]
HTTP_PROOFS = [proof for proof in LOOKING if "browser" not in proof.needs]
BROWSER_PROOFS = [proof for proof in LOOKING if "browser" in proof.needs]


def kind_of(proof: Proof) -> str:
    return proof.kind


def always_kept(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    return Finding(True, "nothing at all")


@pytest.fixture
def linked(live: Target) -> Target:
    """The small site with a declared link, and a place that its statement does not cover."""
    elsewhere = Elsewhere(name="rooms", url="https://rooms.example.org/terms")
    scope = POLICY.scope.model_copy(update={"elsewhere": [elsewhere]})
    links = {"a": Link(url="https://nowhere.invalid/", title="A")}
    return replace(live, policy=POLICY.model_copy(update={"links": links, "scope": scope}))


PARAMETERS = {"link.alive": ":a", "scope.elsewhere": ":1"}


def promise_of(proof: Proof) -> Promised:
    return Promised(says(proof.kind + PARAMETERS.get(proof.kind, "")), "")


@pytest.mark.parametrize("proof", LOOKING, ids=kind_of)
def test_a_check_that_always_says_kept_misses_its_control(proof: Proof, linked: Target, clock: StillClock) -> None:
    evidence = prove(promise_of(proof), replace(proof, check=always_kept), linked, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble


@pytest.mark.usefixtures("scratch_database")
@pytest.mark.parametrize("proof", [proof for proof in proofs() if proof not in PROOFS], ids=kind_of)
def test_so_does_one_of_another_room(proof: Proof, clock: StillClock) -> None:
    target = Target(POLICY, "http://127.0.0.1:9", "https://www.example.org")

    evidence = prove(promise_of(proof), replace(proof, check=always_kept), target, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble


@pytest.mark.parametrize("proof", HTTP_PROOFS, ids=kind_of)
def test_every_planted_violation_is_seen(proof: Proof, linked: Target, clock: StillClock) -> None:
    for plant in (proof.plant, *proof.more_plants):
        with plant(linked, promise_of(proof).sentence) as planted:
            assert not proof.check(planted, promise_of(proof).sentence, clock).kept


@pytest.mark.browser
@pytest.mark.parametrize("proof", BROWSER_PROOFS, ids=kind_of)
def test_every_violation_planted_for_a_browser_is_seen(
    proof: Proof, gaze: Gaze, linked: Target, clock: StillClock
) -> None:
    seeing = replace(linked, place={**linked.place, "gaze": gaze})

    for plant in (proof.plant, *proof.more_plants):
        with plant(seeing, promise_of(proof).sentence) as planted:
            assert not proof.check(planted, promise_of(proof).sentence, clock).kept


@pytest.mark.parametrize("kind", ["page.languages", "words.complete", "page.security-headers"])
def test_the_relay_itself_turns_nothing_red(kind: str, live: Target, clock: StillClock) -> None:
    proof = next(proof for proof in PROOFS if proof.kind == kind)

    with relay(live, lambda answer: answer) as unaltered:
        assert proof.check(unaltered, says(kind), clock).kept


def test_a_part_whose_control_is_blind_allows_red_but_no_green(live: Target, clock: StillClock) -> None:
    def unplantable(_target: Target, _sentence: Sentence) -> AbstractContextManager[Target]:
        raise LookupError

    languages = next(proof for proof in PROOFS if proof.kind == "page.languages")
    half_blind = replace(languages, more_plants=(unplantable,))

    evidence = prove(promise_of(languages), half_blind, live, clock)

    assert (evidence.state, evidence.control) == (State.UNKNOWN, ControlResult.BIT)
    assert evidence.trouble == ("the control could not be run: the proof stopped with LookupError",)


def test_what_the_house_promises_of_itself_needs_no_sentence(world: World) -> None:
    edition = world.say(says("page.languages"))

    beyond = {promise.id for promise in promised(edition) if promise.beyond}

    assert {"ledger.append-only", "ledger.sequenced", "ledger.consistent", "house.contracts"} <= beyond


def test_every_promise_kind_is_proved_in_one_place(world: World) -> None:
    kinds = [proof.kind for proof in proofs()]

    assert len(kinds) == len(set(kinds))
    assert {proof.kind for proof in PROOFS} <= set(kinds)


@contextmanager
def out_of_order(target: Target, _sentence: Sentence) -> Iterator[Target]:
    """A relay that loses what stands on the pages: every check that reads them there is red."""
    with relay(target, in_pages(lambda _: "")) as broken:
        yield broken


def test_a_control_that_bites_for_another_reason_allows_no_green(live: Target, clock: StillClock) -> None:
    languages = next(proof for proof in PROOFS if proof.kind == "page.languages")

    evidence = prove(promise_of(languages), replace(languages, plant=out_of_order, stage=out_of_order), live, clock)

    assert (evidence.state, evidence.control) == (State.UNKNOWN, ControlResult.NONE)
    assert "red without it as well" in evidence.trouble[0]


@pytest.mark.parametrize("proof", [proof for proof in PROOFS if "http" in proof.needs], ids=kind_of)
def test_what_is_planted_over_http_has_a_stage_to_compare_with(proof: Proof) -> None:
    assert proof.stage is not None
