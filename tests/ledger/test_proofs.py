"""The ledger's three proofs hold on a real log, and each sees its planted violation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pytest
from django.db import DatabaseError, transaction

from tests.ledger.conftest import Ledger
from zweck.ledger import acts, proofs, scratch, sql
from zweck.ledger.models import Act, Checkpoint, Position
from zweck.ledger.models import Testimony as Said  # pytest collects what begins with "Test"
from zweck.policy.model import Policy
from zweck.policy.sentences import Sentence
from zweck.promises.register import proof_of
from zweck.promises.values import CouldNotLook, Finding, Proof, Target

ALL = [proofs.APPEND_ONLY, proofs.SEQUENCED, proofs.CONSISTENT]
LIVE = Target(cast("Policy", None), "http://127.0.0.1:8000", "https://example.com")


@dataclass
class At:
    """A clock that stands."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def sentence(proof: Proof) -> Sentence:
    return Sentence(proof.kind, "checked", (), ())


def look(proof: Proof, now: datetime, target: Target = LIVE) -> Finding:
    return proof.check(target, sentence(proof), At(now))


@pytest.mark.parametrize("proof", ALL, ids=lambda proof: proof.kind)
def test_a_proof_holds_on_a_log_in_order(ledger: Ledger, proof: Proof) -> None:
    ledger.grow(3, 2)

    assert look(proof, ledger.now).kept
    assert proof_of(proof.kind) is proof


@pytest.mark.parametrize("proof", ALL, ids=lambda proof: proof.kind)
def test_a_proof_holds_on_an_empty_log_and_leaves_it_empty(ledger: Ledger, proof: Proof) -> None:
    assert look(proof, ledger.now).kept

    assert [table.objects.count() for table in (Act, Position, Checkpoint, Said)] == [0, 0, 0, 0]


@pytest.mark.parametrize("proof", ALL, ids=lambda proof: proof.kind)
def test_a_proof_sees_its_planted_violation(ledger: Ledger, proof: Proof) -> None:
    known = sql.databases()

    with proof.plant(LIVE, sentence(proof)) as target:
        finding = look(proof, ledger.now, target)

    assert (finding.kept, bool(finding.trouble)) == (False, True)
    assert sql.databases() == known


def test_every_forbidden_statement_bites_on_a_log_without_triggers(ledger: Ledger) -> None:
    with proofs.APPEND_ONLY.plant(LIVE, sentence(proofs.APPEND_ONLY)) as target:
        finding = look(proofs.APPEND_ONLY, ledger.now, target)

    assert finding.figures["refused"] == 0


def test_a_statement_that_fails_for_another_reason_proves_nothing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sql.FORBIDDEN, "misspelled", "DELETE FROM ledger_acts")

    with pytest.raises(CouldNotLook, match="not refused"):
        look(proofs.APPEND_ONLY, ledger.now)


def test_an_act_that_waits_too_long_breaks_the_promise(ledger: Ledger) -> None:
    ledger.record()

    assert look(proofs.SEQUENCED, ledger.now + timedelta(seconds=4)).kept
    assert not look(proofs.SEQUENCED, ledger.now + timedelta(seconds=6)).kept


@pytest.mark.parametrize("harm", ["body", "leaf", "positions", "act", "checkpoint"])
def test_a_recount_sees_what_an_insider_changed(ledger: Ledger, harm: str) -> None:
    with proofs._filled() as where:
        acts_of, positions = Act.objects.using(where.using), Position.objects.using(where.using)
        if harm == "body":
            acts_of.filter(pk=2).update(body="{}")
        elif harm == "leaf":
            acts_of.filter(pk=2).update(leaf=bytes(32))
        elif harm == "positions":
            positions.filter(position=2).delete()
        elif harm == "act":
            acts_of.create(pk=-1, site="example", leaf=bytes(32), body="{}")
        else:
            Checkpoint.objects.using(where.using).update(root=bytes(32))

        assert look(proofs.CONSISTENT, ledger.now, proofs._at(LIVE, where)).trouble != ()


def test_a_recount_sees_a_changed_appended_file(ledger: Ledger) -> None:
    with proofs._filled() as where:
        (path,) = where.checkpoints.iterdir()
        lines = path.read_text().split("\n")
        path.write_text("\n".join([lines[0], "2", *lines[2:]]))

        finding = look(proofs.CONSISTENT, ledger.now, proofs._at(LIVE, where))

    assert any("appended file" in line for line in finding.trouble)


def test_a_scratch_log_disappears_with_its_files(ledger: Ledger) -> None:
    with scratch.scratch_log() as where:
        folder = where.keys.parent
        with transaction.atomic(using=where.using):
            acts.record("probe", "probe", {}, ledger.now, where.using)

    assert not folder.exists()
    with pytest.raises(Exception, match="doesn't exist"):
        acts.size(where.using)


def test_a_witness_is_heard_once_and_only_if_true(ledger: Ledger) -> None:
    from tests.ledger.test_note import WITNESS
    from zweck.ledger.errors import BadNote, NotInLog

    ledger.grow(2)
    newest = acts.checkpoint()
    assert newest is not None
    line = WITNESS.cosign(newest.note, 1_800_000_000)

    for _ in range(2):
        acts.cosign(2, line, str(WITNESS.verifier))
    with pytest.raises(BadNote):
        acts.cosign(2, WITNESS.cosign("other\n\n" + newest.note, 1), str(WITNESS.verifier))
    with pytest.raises(NotInLog):
        acts.cosign(3, line, str(WITNESS.verifier))

    assert Said.objects.count() == 1
    with pytest.raises(DatabaseError, match=r"append-only|permission denied"), transaction.atomic():
        Said.objects.all().delete()
