"""The vault's proofs hold on a vault in order, and each of their controls bites."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from tests.ledger.test_proofs import At
from tests.vault.world import BEN, collect
from zweck.editions import acts as editions
from zweck.policy.sentences import Sentence
from zweck.promises.values import ControlResult, State, Target
from zweck.proof.examine import prove
from zweck.proof.values import Promised
from zweck.vault import acts, proofs, sql
from zweck.vault.proving import bound, earlier, listed, replay
from zweck.vault.proving.sql import ANOTHER_PURPOSE, change, held
from zweck.vault.values import Reading

pytestmark = pytest.mark.usefixtures("lasting_club")


def sentence(kind: str) -> Sentence:
    return Sentence(kind, "checked", (), ())


@pytest.fixture
def target() -> Target:
    """The club as it serves."""
    return Target(editions.current("club").policy, "http://127.0.0.1:9", "https://www.example.org")


@pytest.fixture
def busy(now: datetime) -> None:
    """Grants in every state, read and amended."""
    ben = collect(now)
    collect(now, "enquiry", data={"email": "ben@example.org", "message": "Hello"})
    acts.read(Reading(ben.subject, "newsletter", ("email",), "staff:1", "a test"), now)
    acts.amend(ben.subject, "newsletter", {"name": "B."}, "staff:1", now)
    waiting = collect(now, data={"email": "cora@example.org"}, pending=True, until=now + timedelta(days=2))
    acts.read(Reading(waiting.subject, "newsletter", ("email",), "disclosure", "to confirm"), now)
    acts.confirm(waiting.grant, None, now)
    gone = collect(now, data={"email": "d@example.org"})
    acts.read(Reading(gone.subject, "newsletter", ("email",), "staff:1", "a test"), now)
    acts.withdraw(gone.subject, "newsletter", "unsubscribed", now)
    held = collect(now, "accounting", data={"email": "e@example.org"}, hold=True)
    acts.restrict(held.subject, "accounting", "art-18", now)
    collect(now, data={"email": "f@example.org"}, until=now + timedelta(days=1))
    acts.expire(now + timedelta(days=1), "default")


@pytest.mark.parametrize("proof", proofs.PROOFS, ids=lambda proof: proof.kind)
def test_each_proof_is_kept_on_a_busy_vault_after_its_control_bit(
    proof: object, target: Target, busy: None, now: datetime
) -> None:
    chosen = next(one for one in proofs.PROOFS if one is proof)

    evidence = prove(Promised(sentence(chosen.kind), ""), chosen, target, At(now + timedelta(days=1)))

    assert (evidence.state, evidence.control) == (State.KEPT, ControlResult.BIT), evidence.trouble


@pytest.mark.parametrize("proof", proofs.PROOFS, ids=lambda proof: proof.kind)
def test_every_single_plant_is_seen_and_the_stage_without_one_is_not(
    proof: object, target: Target, now: datetime
) -> None:
    chosen = next(one for one in proofs.PROOFS if one is proof)

    for plant in (chosen.plant, *chosen.more_plants):
        with plant(target, sentence(chosen.kind)) as planted:
            assert not chosen.check(planted, sentence(chosen.kind), At(now)).kept
    assert chosen.stage
    with chosen.stage(target, sentence(chosen.kind)) as staged:
        found = chosen.check(staged, sentence(chosen.kind), At(now))
        assert found.kept, found.trouble


def test_a_proof_leaves_nothing_behind(target: Target, busy: None, now: datetime) -> None:
    before = len(list(sql.grants_of("default", "club", b""))), held("default", "club")

    assert bound.check(target, sentence("purpose.bound"), At(now)).kept

    assert (len(list(sql.grants_of("default", "club", b""))), held("default", "club")) == before


def test_no_control_makes_or_touches_a_real_key(target: Target, now: datetime, settings: Settings) -> None:
    for proof in proofs.PROOFS:
        for plant in (proof.plant, *proof.more_plants):
            with plant(target, sentence(proof.kind)) as planted:
                proof.check(planted, sentence(proof.kind), At(now))

    assert not (settings.KEYS / "vault").exists()


def test_a_row_written_past_the_door_turns_them_red(target: Target, now: datetime) -> None:
    collect(now, data=BEN)
    change("default", ANOTHER_PURPOSE, ("advertising",))

    assert not earlier.check(target, sentence("consent.before-data"), At(now)).kept
    assert not replay.check(target, sentence("purpose.later-permission"), At(now)).kept
    assert not listed.check_closed(target, sentence("purpose.closed"), At(now)).kept


def test_what_reaches_past_the_door_is_named(tmp_path: object) -> None:
    from pathlib import Path

    from zweck.vault.proving.gate import ways_around

    room = Path(str(tmp_path)) / "zweck" / "mailing"
    room.mkdir(parents=True)
    (room / "a.py").write_text("from zweck.vault import acts, sql\nimport zweck.vault.models\n")
    (room / "b.py").write_text('x = "SELECT sealed FROM vault_entry"\nget_model("vault", "Entry")\n')
    (room / "c.py").write_text("from zweck.vault.values import Grant\nfrom zweck.vault import acts\n")

    assert ways_around(Path(str(tmp_path))) == [
        "mailing/a.py:1: imports zweck.vault.sql",
        "mailing/a.py:2: imports zweck.vault.models",
        "mailing/b.py:1: names vault_entry",
        "mailing/b.py:2: looks a table of the vault up by name",
    ]
