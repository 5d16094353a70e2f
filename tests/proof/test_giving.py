"""The proofs of forms: green on a real service, red on each violation, found out when blind."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings

from tests.proof.conftest import StillClock, says
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, ControlResult, Finding, Proof, State, Target
from zweck.proof.checks.forms import only_for, says_why
from zweck.proof.drill import canary
from zweck.proof.drill.stage import Stages, stage_of
from zweck.proof.examine import WallClock, prove
from zweck.proof.gaze import Gaze
from zweck.proof.pages import Pages
from zweck.proof.values import Promised

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
PROOFS = (says_why.PROOF, only_for.PROOF)


def case(proof: Proof, *more: object, name: str = "") -> object:
    """One look, and whether it needs a browser."""
    return pytest.param(
        proof, *more, id=f"{proof.kind}{name}", marks=[pytest.mark.browser] * ("browser" in proof.needs)
    )


FURTHER = [case(proof, purpose, name=f":{purpose}") for proof in PROOFS for purpose in ("trial", "enquiry")]


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """A running drill of the reference policy."""
    with override_settings(PLACE="virginia"), Stages(SOURCE) as stages:
        stages.plain()
        yield stages


@pytest.fixture
def live(stages: Stages) -> Target:
    """The drill stands for the live service as well."""
    url, policy = stages.plain().url, loads(SOURCE, "reference").policy
    return Target(policy, url, policy.scope.origins[0], {"pages": Pages(url), "drill": stages})


def seeing(target: Target, proof: Proof, request: pytest.FixtureRequest) -> Target:
    """With a browser, where the proof needs one."""
    if "browser" not in proof.needs:
        return target
    gaze: Gaze = request.getfixturevalue("gaze")
    return replace(target, place={**target.place, "gaze": gaze})


def blind(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Sees nothing and says kept."""
    return Finding(True, "nothing at all")


@pytest.mark.parametrize("proof", [case(proof) for proof in PROOFS])
def test_the_service_itself_is_green(proof: Proof, live: Target, request: pytest.FixtureRequest) -> None:
    promise = Promised(says(f"{proof.kind}:newsletter"), "")

    evidence = prove(promise, proof, seeing(live, proof, request), WallClock())

    # Kept and bit together mean that every planted violation was seen: green needs all of them (`zweck.proof.examine`).
    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble


@pytest.mark.parametrize(("proof", "purpose"), FURTHER)
def test_the_other_forms_are_green(proof: Proof, purpose: str, live: Target, request: pytest.FixtureRequest) -> None:
    finding = proof.check(seeing(live, proof, request), says(f"{proof.kind}:{purpose}"), WallClock())

    assert finding.kept, finding.trouble


def test_what_comes_by_mail_is_looked_for_too_and_a_trace_of_it_is_seen(live: Target) -> None:
    evidence = prove(Promised(says("form.only-for:enquiry"), ""), only_for.PROOF, live, WallClock())

    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble
    assert "mail@example.com" in str(evidence.figures["forms"])
    assert {"email", "name", "message"} <= {row[2] for row in only_for._kept(stage_of(live))}


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.kind)
def test_a_check_that_always_says_kept_misses_its_control(proof: Proof, live: Target, clock: StillClock) -> None:
    promise = Promised(says(f"{proof.kind}:newsletter"), "")

    evidence = prove(promise, replace(proof, check=blind), live, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.kind)
def test_a_form_that_is_not_here_is_unknown(proof: Proof, live: Target) -> None:
    evidence = prove(Promised(says(f"{proof.kind}:subscription"), ""), proof, live, WallClock())

    assert evidence.state is State.UNKNOWN


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_canary_is_found_wherever_its_base64_begins(before: int, encoding: str) -> None:
    word = canary.new()
    text = ("ü?>"[:1] * before + word + ", thank you").encode(encoding)

    for content in (b64encode(text), urlsafe_b64encode(text)):
        assert any("base64" in how for how in canary.ways_in(content, canary.spellings(word)))


def test_a_folder_without_the_canary_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(canary.new().encode() * 100)

    searched = canary.search(tmp_path, canary.spellings(canary.new()))

    assert (searched.files, searched.found) == (1, ())
