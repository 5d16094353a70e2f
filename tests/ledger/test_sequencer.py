"""Every committed act gets one position, whatever happens; what was signed is never contradicted."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from tests.databases import Scratch
from tests.ledger.conftest import Ledger
from zweck.ledger import acts, appended, sequencer
from zweck.ledger.errors import KeyTrouble, LedgerError, LogForked, NotInLog, OutsideTransaction
from zweck.ledger.models import Checkpoint, Position


def appended_file() -> Path:
    return appended.file_of(sequencer.origin_of("default"), acts.where().checkpoints)


def sizes() -> list[int]:
    return [head.size for head, _ in appended.heads(appended_file())]


def test_an_act_outside_a_transaction_is_refused(ledger: Ledger) -> None:
    with pytest.raises(OutsideTransaction, match=r"open transaction\.atomic"):
        acts.record("collect", "example", {}, ledger.now)


def test_what_is_rolled_back_leaves_no_trace_and_no_gap(ledger: Ledger) -> None:
    for number in range(20):
        with transaction.atomic():
            acts.record("collect", "example", {"number": number}, ledger.now)
            transaction.set_rollback(number % 3 == 0)

    ledger.sequence()

    assert list(Position.objects.values_list("position", flat=True)) == list(range(13))
    assert acts.recounted().trouble == ()


def test_a_checkpoint_is_signed_only_when_something_happened(ledger: Ledger) -> None:
    ledger.grow(2, 3)

    assert [ledger.sequence(), ledger.sequence()] == [0, 0]
    assert sizes() == [2, 5]


def test_more_than_a_batch_is_sequenced_in_one_run(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "BATCH", 4)
    ledger.record(10)

    assert ledger.sequence() == 10
    assert sizes() == [4, 8, 10]
    assert acts.recounted().trouble == ()


def test_an_act_waits_until_it_is_sequenced(ledger: Ledger) -> None:
    (receipt,) = ledger.record()

    assert acts.oldest_unsequenced(ledger.now + timedelta(seconds=7)) == timedelta(seconds=7)
    with pytest.raises(NotInLog, match="no position yet"):
        acts.inclusion(receipt)

    ledger.sequence()

    assert acts.oldest_unsequenced(ledger.now) is None
    assert acts.inclusion(receipt).entry.position == 0


def test_killed_before_the_file_was_written_the_next_run_writes_it(ledger: Ledger) -> None:
    ledger.grow(2, 3)
    path = appended_file()
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])  # the power went in the middle of the second checkpoint

    ledger.sequence()

    assert path.read_bytes() == whole


def test_a_lost_file_is_written_anew(ledger: Ledger) -> None:
    ledger.grow(2, 3)
    appended_file().unlink()

    ledger.sequence()

    assert sizes() == [2, 5]


def test_a_full_disk_is_told_and_made_up_for(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    ledger.record(2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(LedgerError, match="No space left"):
            ledger.sequence()

    ledger.sequence()

    assert (acts.size(), sizes()) == (2, [2])


def test_a_clock_that_jumps_back_is_said_and_breaks_nothing(ledger: Ledger) -> None:
    ledger.grow(2)
    ledger.now -= timedelta(hours=1)

    ledger.grow(2)

    newest = acts.checkpoint()
    assert newest is not None
    assert "clock back to before 2026-11-22T09:41:01.000000Z" in newest.note
    assert acts.recounted().trouble == ()


def test_a_database_that_was_set_back_signs_nothing(ledger: Ledger, scratch_database: Scratch, tmp_path: Path) -> None:
    if scratch_database.vendor != "sqlite":
        pytest.skip("set back by copying the file")
    ledger.grow(2)
    connections["default"].close()
    shutil.copy(scratch_database.name, tmp_path / "backup")
    ledger.grow(2)
    connections["default"].close()
    shutil.copy(tmp_path / "backup", scratch_database.name)
    Path(f"{scratch_database.name}-wal").unlink(missing_ok=True)
    ledger.record(2)

    with pytest.raises(LogForked, match="set back"):
        ledger.sequence()

    assert acts.size() == 2


def test_the_key_is_made_once_and_for_its_owner_alone(ledger: Ledger) -> None:
    first = acts.verifier()

    assert acts.verifier() == first
    assert (settings.KEYS / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert settings.KEYS.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in settings.KEYS.iterdir()] == ["ledger.key"]


@pytest.mark.parametrize(("spoil", "message"), [
    (lambda path: path.chmod(0o644), "chmod 0600"),
    (lambda path: path.parent.chmod(0o755), "chmod 0700"),
    (lambda path: path.write_text("half a k"), "not an Ed25519 private key"),
    (lambda path: path.write_bytes(os.urandom(64)), "not an Ed25519 private key"),
])  # fmt: skip
def test_a_key_that_cannot_be_trusted_is_refused(ledger: Ledger, spoil, message: str) -> None:  # type: ignore[no-untyped-def]
    ledger.grow(1)
    spoil(settings.KEYS / "ledger.key")
    ledger.record()

    with pytest.raises(KeyTrouble, match=message):
        ledger.sequence()


@pytest.mark.parametrize("statement", [
    "UPDATE ledger_act SET body = '{}'",
    "DELETE FROM ledger_act",
    "UPDATE ledger_position SET act_id = act_id",
    "DELETE FROM ledger_checkpoint",
])  # fmt: skip
def test_the_owner_of_the_tables_is_refused_too(ledger: Ledger, scratch_database: Scratch, statement: str) -> None:
    ledger.grow(2)

    with (
        scratch_database.as_owner() as connection,
        pytest.raises(DatabaseError, match="append-only"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert Checkpoint.objects.count() == 1


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replacing_a_row_is_refused_on_sqlite_with_any_setting(
    ledger: Ledger, scratch_database: Scratch, recursive: str
) -> None:
    if scratch_database.vendor != "sqlite":
        pytest.skip("only SQLite knows INSERT OR REPLACE")
    ledger.grow(2)

    with connections["default"].cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers={recursive}")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("INSERT OR REPLACE INTO ledger_act (id, site, leaf, body) VALUES (1, 's', 'l', 'b')")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("INSERT OR REPLACE INTO ledger_position (position, act_id) VALUES (9, 1)")

    assert acts.recounted().trouble == ()


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["act", "position", "checkpoint", "log", "testimony"])
def test_truncating_is_refused_on_postgresql(ledger: Ledger, scratch_database: Scratch, table: str) -> None:
    ledger.grow(2)

    with (
        scratch_database.as_owner() as connection,
        pytest.raises(DatabaseError, match="append-only"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE ledger_{table} CASCADE")

    assert acts.size() == 2
