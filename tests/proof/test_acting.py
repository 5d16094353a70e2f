"""The proofs of consent and measurement: green on a real service, red on each violation, found out when blind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof.conftest import StillClock, says
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, ControlResult, Finding, Plant, Proof, State, Target
from zweck.proof.drill.stage import Stages
from zweck.proof.examine import WallClock, prove
from zweck.proof.gaze import Gaze
from zweck.proof.pages import Pages
from zweck.proof.proofs import ACTING
from zweck.proof.values import Promised

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
PARAMETERS = {"consent.reason": ":measurement"}
# Nothing is measured by anybody else here, so there is no address of a provider to look at.
ELSEWHERE = {"measurement.more"}


def case(proof: Proof, plant: Plant | None = None, name: str = "") -> object:
    """One look, and whether it needs a browser."""
    marks = [pytest.mark.browser] if "browser" in proof.needs else []
    return pytest.param(*([proof] if plant is None else [proof, plant]), id=f"{proof.kind}{name}", marks=marks)


KEPT = [case(proof) for proof in ACTING if proof.kind not in ELSEWHERE]
PLANTED = [
    case(proof, plant, f"-{number}")
    for proof in ACTING
    for number, plant in enumerate((proof.plant, *proof.more_plants))
]


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """A running drill of the reference policy."""
    with Stages(SOURCE) as stages:
        yield stages


@pytest.fixture(scope="module")
def acting(stages: Stages) -> Target:
    """A service that asks and measures, as a check sees it; it stands for the live one as well."""
    url = stages.plain().url
    policy = loads(SOURCE, "reference").policy
    return Target(policy, url, policy.scope.origins[0], {"pages": Pages(url), "drill": stages})


def sentence_of(proof: Proof) -> Sentence:
    return says(proof.kind + PARAMETERS.get(proof.kind, ""))


def seeing(target: Target, proof: Proof, request: pytest.FixtureRequest) -> Target:
    """With a browser, where the proof needs one."""
    if "browser" not in proof.needs:
        return target
    gaze: Gaze = request.getfixturevalue("gaze")
    return replace(target, place={**target.place, "gaze": gaze})


def always_kept(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    return Finding(True, "nothing at all")


@pytest.mark.parametrize("proof", ACTING, ids=lambda proof: proof.kind)
def test_a_check_that_always_says_kept_misses_its_control(proof: Proof, acting: Target, clock: StillClock) -> None:
    evidence = prove(Promised(sentence_of(proof), ""), replace(proof, check=always_kept), acting, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble


@pytest.mark.usefixtures("scratch_database")
@pytest.mark.parametrize("proof", KEPT)
def test_the_service_itself_is_green(proof: Proof, acting: Target, request: pytest.FixtureRequest) -> None:
    finding = proof.check(seeing(acting, proof, request), sentence_of(proof), WallClock())

    assert finding.kept, finding.trouble


@pytest.mark.usefixtures("scratch_database")
@pytest.mark.parametrize(("proof", "plant"), PLANTED)
def test_every_planted_violation_is_seen(
    proof: Proof, plant: Plant, acting: Target, request: pytest.FixtureRequest
) -> None:
    with plant(seeing(acting, proof, request), sentence_of(proof)) as planted:
        finding = proof.check(planted, sentence_of(proof), WallClock())

    assert not finding.kept
