"""The proofs of what an address tells: green on what we have, red on each violation, found out when blind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.proof.conftest import StillClock, says
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, ControlResult, CouldNotLook, Finding, Plant, Proof, State, Target
from zweck.proof.checks.geolocation import alone, forgotten, proposed, told
from zweck.proof.drill.stage import Stages
from zweck.proof.examine import prove
from zweck.proof.values import Promised

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
POLICY = loads(SOURCE, "reference").policy
PROOFS: tuple[Proof, ...] = (told.PRECISION, told.REAL_TIME, alone.PROOF)
PLANTED = [
    pytest.param(proof, plant, id=f"{proof.kind}-{number}")
    for proof in PROOFS
    for number, plant in enumerate((proof.plant, *proof.more_plants))
]


def kind_of(proof: Proof) -> str:
    return proof.kind


@pytest.fixture
def live(tmp_path: Path, settings: Settings) -> Target:
    """The table that ships, unpacked for this test."""
    settings.DATA, settings.GEO, settings.GEO_FILE = tmp_path, "database", ""
    return Target(POLICY, "http://127.0.0.1:1", POLICY.scope.origins[0])


def blind(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Sees nothing and says kept."""
    return Finding(True, "nothing at all")


@pytest.mark.parametrize("proof", PROOFS, ids=kind_of)
def test_what_we_have_is_kept_and_the_control_bites(proof: Proof, live: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(proof.kind), ""), proof, live, clock)

    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble


@pytest.mark.parametrize(("proof", "plant"), PLANTED)
def test_each_violation_is_seen(proof: Proof, plant: Plant, live: Target, clock: StillClock) -> None:
    with plant(live, says(proof.kind)) as target:
        finding = proof.check(target, says(proof.kind), clock)

    assert not finding.kept
    assert finding.trouble


@pytest.mark.parametrize("proof", PROOFS, ids=kind_of)
def test_a_check_that_always_says_kept_misses_its_control(proof: Proof, live: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(proof.kind), ""), replace(proof, check=blind), live, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN)


def test_a_policy_of_countries_alone_is_told_no_state(live: Target, clock: StillClock) -> None:
    coarse = POLICY.model_copy(
        update={
            "systems": POLICY.systems.model_copy(
                update={"geolocation": told.geolocation_of(live).model_copy(update={"precision": "country"})}
            )
        }
    )

    finding = told.check_precision(replace(live, policy=coarse), says("geo.precision"), clock)

    assert (finding.kept, finding.trouble) == (True, ())


def test_a_policy_that_has_no_country_told_cannot_be_looked_at(live: Target, clock: StillClock) -> None:
    silent = POLICY.model_copy(update={"systems": POLICY.systems.model_copy(update={"geolocation": None})})

    for proof in PROOFS:
        with pytest.raises(CouldNotLook):
            proof.check(replace(live, policy=silent), says(proof.kind), clock)


ACTING: tuple[Proof, ...] = (proposed.CURRENCY, proposed.PLACE, forgotten.PROOF)
ACTED = [
    pytest.param(proof, plant, id=f"{proof.kind}-{number}")
    for proof in ACTING
    for number, plant in enumerate((proof.plant, *proof.more_plants))
]


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """A running drill of the reference policy, whose default database is Virginia's."""
    with override_settings(PLACE="virginia"), Stages(SOURCE) as stages:
        stages.plain()
        yield stages


@pytest.fixture
def acting(stages: Stages) -> Target:
    """The drill stands for the live service as well."""
    return Target(POLICY, stages.plain().url, POLICY.scope.origins[0], {"drill": stages})


@pytest.mark.parametrize("proof", ACTING, ids=kind_of)
def test_a_real_service_is_kept_and_its_control_bites(proof: Proof, acting: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(proof.kind), ""), proof, acting, clock)

    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble


@pytest.mark.parametrize(("proof", "plant"), ACTED)
def test_each_violation_on_a_real_service_is_seen(
    proof: Proof, plant: Plant, acting: Target, clock: StillClock
) -> None:
    with plant(acting, says(proof.kind)) as target:
        finding = proof.check(target, says(proof.kind), clock)

    assert not finding.kept
    assert finding.trouble


@pytest.mark.parametrize("proof", ACTING, ids=kind_of)
def test_a_blind_check_of_a_real_service_is_found_out(proof: Proof, acting: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(proof.kind), ""), replace(proof, check=blind), acting, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN)
