"""An auditor with the exported file alone sees each kind of tampering, and where."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.ledger.conftest import Ledger
from zweck.ledger import acts, keys, merkle, note, sequencer, verify
from zweck.ledger.errors import Unreadable
from zweck.ledger.judging import Known

Lines = list[dict[str, object]]


@pytest.fixture
def log(ledger: Ledger, tmp_path: Path) -> Path:
    """An exported log: entries 0-2, checkpoint, 3-4, checkpoint, 5-9, checkpoint."""
    ledger.grow(3, 2, 5)
    return ledger.export(tmp_path / "log.jsonl")


def change(path: Path, how: Callable[[Lines], None]) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    how(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def of(lines: Lines, position: int) -> dict[str, object]:
    return next(line for line in lines if line.get("position") == position)


def reword(line: dict[str, object], *, rehash: bool) -> None:
    line["body"] = str(line["body"]).replace("collect", "receive")
    if rehash:
        line["leaf"] = merkle.leaf_hash(str(line["body"]).encode()).hex()


def swap(lines: Lines, *, renumber: bool) -> None:
    one, two = lines.index(of(lines, 6)), lines.index(of(lines, 7))
    lines[one], lines[two] = lines[two], lines[one]
    if renumber:
        lines[one]["position"], lines[two]["position"] = 6, 7


def drop(lines: Lines, *, renumber: bool) -> None:
    lines.remove(of(lines, 4))
    for line in lines:
        if renumber and int(str(line.get("position", 0))) > 4:
            line["position"] = int(str(line["position"])) - 1


def repeat(lines: Lines) -> None:
    lines.insert(lines.index(of(lines, 2)), dict(of(lines, 1)))


def forge(lines: Lines, *, whole: bool) -> None:
    """Rewrite an entry and sign every checkpoint anew, with a key of the forger's."""
    signer = note.Signer(note.Verifier.parse(str(lines[0]["verifier"])).name, Ed25519PrivateKey.generate())
    reword(of(lines, 6), rehash=True)
    tree = merkle.Frontier()
    for line in lines:
        if "position" in line:
            tree.append(bytes.fromhex(str(line["leaf"])))
        elif "checkpoint" in line:
            line["checkpoint"] = signer.sign(note.Head(signer.name, tree.size, tree.root()).text())
    if whole:
        lines[0]["verifier"] = str(signer.verifier)


def test_an_untouched_log_is_in_order(log: Path) -> None:
    report = verify.verify(log, Known(note.Verifier.parse(acts.verifier())))

    assert (report.ok, report.trouble) == (True, ())
    assert report.figures == {"entries": 10, "checkpoints": 3}


@pytest.mark.parametrize(("tamper", "seen"), [
    (lambda lines: reword(of(lines, 6), rehash=False), "position 6: the entry was changed"),
    (lambda lines: reword(of(lines, 6), rehash=True), "checkpoint at 10: positions 5 to 9 are not what was signed"),
    (lambda lines: drop(lines, renumber=False), "position 4: missing"),
    (lambda lines: drop(lines, renumber=True), "checkpoint at 5: stands after 4 entries"),
    (lambda lines: swap(lines, renumber=False), "position 7: stands where|position 6: missing"),
    (lambda lines: swap(lines, renumber=True), "checkpoint at 10: positions 5 to 9 are not what was signed"),
    (repeat, "position 1: repeats an earlier entry"),
    (lambda lines: forge(lines, whole=False), "checkpoint at 3: not signed by"),
    (lambda lines: lines.remove(next(line for line in reversed(lines) if "checkpoint" in line)), "the export counts"),
])  # fmt: skip
def test_tampering_is_seen_and_placed(log: Path, tamper: Callable[[Lines], None], seen: str) -> None:
    change(log, tamper)

    report = verify.verify(log)

    assert not report.ok
    assert any(part in "\n".join(report.trouble) for part in seen.split("|")), report.trouble


def test_a_log_forged_as_a_whole_is_seen_by_who_has_the_key(log: Path) -> None:
    trusted = note.Verifier.parse(acts.verifier())
    change(log, lambda lines: forge(lines, whole=True))

    assert verify.verify(log).ok
    assert "another key than yours" in verify.verify(log, Known(trusted)).trouble[0]


def test_a_log_forged_as_a_whole_is_seen_by_who_kept_a_checkpoint(log: Path) -> None:
    newest = acts.checkpoint()
    assert newest is not None
    change(log, lambda lines: forge(lines, whole=True))

    report = verify.verify(log, Known(checkpoints=(newest.note,)))

    assert "the checkpoint you kept, at 10: not signed by" in report.trouble[0]


def test_a_rewritten_past_is_seen_even_with_the_same_key(
    ledger: Ledger, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator themself signs another history; only what an outsider kept can show it."""
    newest = acts.checkpoint()
    signer = keys.signer(sequencer.origin_of("default"), acts.where().keys)
    assert newest is not None
    monkeypatch.setattr(Ed25519PrivateKey, "generate", lambda: signer.private)
    change(log, lambda lines: forge(lines, whole=True))

    assert verify.verify(log, Known(signer.verifier)).ok
    report = verify.verify(log, Known(signer.verifier, checkpoints=(newest.note,)))
    assert report.trouble == ("the checkpoint you kept, at 10: the entries before it are no longer the same",)


def test_a_cut_log_is_seen_by_who_kept_a_checkpoint(ledger: Ledger, log: Path, tmp_path: Path) -> None:
    ledger.grow(2)
    newest = acts.checkpoint()
    assert newest is not None

    report = verify.verify(log, Known(checkpoints=(newest.note,)))

    assert report.trouble == ("the checkpoint you kept counts 12 entries, this log ends at 10",)


def test_a_shorter_export_continues_from_a_checkpoint(ledger: Ledger, log: Path, tmp_path: Path) -> None:
    part = ledger.export(tmp_path / "part.jsonl", start=5)

    assert verify.verify(part).figures == {"entries": 5, "checkpoints": 1}
    change(part, lambda lines: reword(of(lines, 6), rehash=True))
    assert not verify.verify(part).ok


def test_a_clock_that_went_back_is_a_note(ledger: Ledger, tmp_path: Path) -> None:
    ledger.grow(2)
    ledger.now = ledger.now.replace(year=2025)
    ledger.grow(2)

    report = verify.verify(ledger.export(tmp_path / "log.jsonl"))

    assert report.ok
    assert "the clock went back 1 times, first before position 2" in report.notes


def test_a_receipt_is_first_a_promise_and_then_a_proof(ledger: Ledger, tmp_path: Path) -> None:
    (receipt,) = ledger.record()
    path = tmp_path / "receipt.json"
    path.write_text(acts.receipt_file(receipt))

    assert verify.verify(path).figures == {"entries": 1, "proofs": 0}

    ledger.grow(4)
    path.write_text(acts.receipt_file(receipt))
    report = verify.verify(path, Known(note.Verifier.parse(acts.verifier())))
    assert (report.trouble, report.figures) == ((), {"entries": 1, "proofs": 1})


@pytest.mark.parametrize("key", ["body", "leaf", "promise", "position", "hashes"])
def test_a_tampered_receipt_is_seen(ledger: Ledger, tmp_path: Path, key: str) -> None:
    receipt, *_ = ledger.grow(5)
    fields = json.loads(acts.receipt_file(receipt))
    other = json.loads(acts.receipt_file(ledger.grow(1)[0]))
    where = fields if key in fields else fields["inclusion"]
    where[key] = other.get(key, other["inclusion"].get(key))
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(fields))

    assert not verify.verify(path).ok


def test_a_promise_that_was_not_kept_is_seen(ledger: Ledger, log: Path, tmp_path: Path) -> None:
    (receipt,) = ledger.record()
    path = tmp_path / "receipt.json"
    path.write_text(acts.receipt_file(receipt))

    assert verify.main([str(log), "--receipt", str(path)]) == 1
    ledger.sequence()
    assert verify.main([str(ledger.export(log)), "--receipt", str(path)]) == 0


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe\x00", b"hello", b"[1, 2]", b'{"format": "other"}', b'{"format": "zweck-log/1"}',
    b'{"format": "zweck-log/1", "verifier": "a+b+c", "start": 0, "size": 1}',
    b'{"format": "zweck-receipt/1", "verifier": 7}', b"[" * 100_000,
])  # fmt: skip
def test_what_cannot_be_read_is_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert verify.main([str(path)]) == 2
    assert "cannot read: " in capsys.readouterr().err


def test_a_file_cut_short_is_not_judged(log: Path) -> None:
    whole = log.read_bytes()

    for length in range(0, len(whole), 97):
        log.write_bytes(whole[:length])
        with pytest.raises(Unreadable):
            verify.verify(log)


def test_the_verifier_runs_without_django(log: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from zweck.ledger import verify; code = verify.main(sys.argv[1:]);"
        "sys.exit(code if not any(m == 'django' or m.startswith(('django.', 'pydantic')) for m in sys.modules) else 9)"
    )
    out = tmp_path / "report.json"

    done = subprocess.run(
        [sys.executable, "-c", code, str(log), "--json", str(out)], env={"PYTHONPATH": "src"}, check=False
    )

    assert done.returncode == 0
    assert json.loads(out.read_text())["ok"] is True


def test_a_report_that_cannot_be_written_is_no_verdict(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = verify.main([str(log), "--json", str(tmp_path / "nowhere" / "report.json")])

    assert code == 2
    assert "report.json: cannot be written" in capsys.readouterr().err


def test_a_log_cannot_write_its_own_verdict_on_the_screen(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def disguise(lines: Lines) -> None:
        signed = next(line for line in lines if "checkpoint" in line)
        signed["checkpoint"] = str(signed["checkpoint"]).replace("\n\n", "\nclock back \x1b[2J\x1b[Hin order\n\n", 1)

    change(log, disguise)

    assert verify.main([str(log)]) == verify.TAMPERED
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--key", "--witness"])
def test_a_key_that_is_no_text_is_unreadable_and_no_verdict(option: str, log: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\x80\xff")

    assert verify.main([str(log), option, str(tmp_path / "key")]) == verify.CANNOT_TELL
