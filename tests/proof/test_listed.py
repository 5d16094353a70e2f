"""The proofs of marketing lists: green on a real service, red on each violation, found out when blind."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.proof.conftest import StillClock, says
from zweck.policy.load import loads
from zweck.policy.sentences import Sentence
from zweck.promises.values import Clock, ControlResult, Finding, State, Target
from zweck.proof.checks.lists import asked, gone, offered, ways_out
from zweck.proof.drill import sql
from zweck.proof.drill.stage import Stages
from zweck.proof.examine import WallClock, prove
from zweck.proof.values import Promised

SOURCE = (Path(__file__).parents[2] / "policies" / "reference.toml").read_bytes()
PROOFS = {
    proof.kind: proof
    for proof in (asked.PROOF, ways_out.PROOF, gone.AT_ONCE, gone.INSTRUCTED, gone.REVOKE, offered.PROOF)
}


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """A running drill of the reference policy."""
    with override_settings(PLACE="virginia"), Stages(SOURCE) as stages:
        stages.plain()
        yield stages


@pytest.fixture
def live(stages: Stages, django_db_blocker: DjangoDbBlocker) -> Iterator[Target]:
    """A copy of the drill's database stands for the live one."""
    policy = loads(SOURCE, "reference").policy
    target = Target(policy, stages.plain().url, policy.scope.origins[0], {"drill": stages})
    with (
        django_db_blocker.unblock(),
        sql.tampered(stages.plain().database, "SELECT 1") as alias,
        override_settings(PLACES=dict.fromkeys(("", "virginia", "ireland"), alias)),
    ):
        yield target


def blind(_target: Target, _sentence: Sentence, _clock: Clock) -> Finding:
    """Sees nothing and says kept."""
    return Finding(True, "nothing at all")


@pytest.mark.parametrize("promise", PROOFS)
def test_the_service_itself_is_green(promise: str, live: Target) -> None:
    evidence = prove(Promised(says(promise), ""), PROOFS[promise], live, WallClock())

    # Kept and bit together mean that every planted violation was seen: green needs all of them (`zweck.proof.examine`).
    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble


@pytest.mark.parametrize("promise", PROOFS)
def test_a_check_that_always_says_kept_misses_its_control(promise: str, live: Target, clock: StillClock) -> None:
    evidence = prove(Promised(says(promise), ""), replace(PROOFS[promise], check=blind), live, clock)

    assert (evidence.control, evidence.state) == (ControlResult.MISSED, State.BROKEN), evidence.trouble
