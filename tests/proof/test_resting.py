"""The proofs of where data lie: green on a real installation, red on each violation, found out when blind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.proof.conftest import StillClock, says
from zweck.places.values import store_of
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, ControlResult, Finding, Proof, State, Target
from zweck.proof.checks.places import where
from zweck.proof.checks.places.installation import copied, with_installation
from zweck.proof.drill.stage import Stages
from zweck.proof.examine import WallClock, prove
from zweck.proof.values import Promised

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
PROMISES = ["place.where:virginia", "place.where:ireland", "place.only"]
PROOFS = {proof.kind: proof for proof in (where.WHERE, where.ONLY)}


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """A running drill of the reference policy, whose default database is Virginia's."""
    with override_settings(PLACE="virginia"), Stages(SOURCE) as stages:
        stages.plain()
        yield stages


@pytest.fixture
def live(stages: Stages, django_db_blocker: DjangoDbBlocker) -> Iterator[Target]:
    """The drill stands for the live service as well."""
    policy = loads(SOURCE, "reference").policy
    target = Target(policy, stages.plain().url, policy.scope.origins[0], {"drill": stages})
    with django_db_blocker.unblock(), copied(target) as one:
        yield replace(target, place=with_installation(target, one))


def proof_of(promise: str) -> Proof:
    """The proof of a promise."""
    return PROOFS[promise.partition(":")[0]]


def blind(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Sees nothing and says kept."""
    return Finding(True, "nothing at all")


@pytest.mark.parametrize("promise", PROMISES)
def test_the_service_itself_is_green(promise: str, live: Target) -> None:
    evidence = prove(Promised(says(promise), ""), proof_of(promise), live, WallClock())

    # Kept and bit together mean that every planted violation was seen: green needs all of them (`zweck.proof.examine`).
    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble
    assert "no program can see" in evidence.seen


@pytest.mark.parametrize("promise", PROMISES)
def test_a_check_that_always_says_kept_misses_its_control(promise: str, live: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(promise), ""), replace(proof_of(promise), check=blind), live, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble


def test_an_installation_that_does_not_say_its_place_is_unknown(live: Target) -> None:
    with copied(live) as one:
        nowhere = replace(one, databases={**one.databases, one.home: ""})
        target = replace(live, place=with_installation(live, nowhere))
        evidence = prove(Promised(says("place.only"), ""), where.ONLY, target, WallClock())

    assert evidence.state is State.UNKNOWN
    assert "set ZWECK_PLACE" in evidence.trouble[0]


def test_what_a_service_writes_belongs_to_a_store(stages: Stages) -> None:
    data = stages.plain().folder / "data"

    assert [path for path in data.rglob("*") if path.is_file() and store_of(path.relative_to(data)) is None] == []
