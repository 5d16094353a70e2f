"""Judges an exported log or a receipt, of consent too, on a machine that knows nothing of us: stdlib and cryptography.

What shows tampering is *trouble*; what an auditor should know beside it is a *note*. Of a file that cannot be read
nothing can be said: Unreadable.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from zweck.ledger import formats
from zweck.ledger.consent_receipt import judged_consent
from zweck.ledger.errors import BadNote, Unreadable
from zweck.ledger.judging import Known, LogJudge, Report, judged_receipt
from zweck.ledger.note import Verifier, split_notes

_RECEIPT_BYTES = 4_000_000
_LINE_BYTES = 4_000_000
OK, TAMPERED, CANNOT_TELL = 0, 1, 2


def verify(path: Path, known: Known | None = None) -> Report:
    """Judge an exported log or a receipt. Raises Unreadable."""
    known = known or Known()
    try:
        with path.open("rb") as file:
            header = _object(file.readline(_LINE_BYTES), f"{path}:1", whole=False)
            if header.get("format") == formats.LOG:
                judge = LogJudge(header, known)
                for number, line in enumerate(iter(lambda: file.readline(_LINE_BYTES), b""), 2):
                    judge.take(_object(line, f"{path}:{number}"), f"{path}:{number}")
                return judge.report(str(path))
        found = _file(path)
        if found.get("format") in formats.OF_CONSENT:
            return judged_consent(found, known)
        return judged_receipt(_receipt(path), known)
    except OSError as error:
        raise Unreadable(f"{path}: cannot be read ({error.strerror})") from None
    except BadNote as error:
        raise Unreadable(f"{path}: {error}") from None


def main(argv: Sequence[str]) -> int:
    """The command `zweck verify`. Exit code: 0 in order, 1 tampered with, 2 could not be read or written."""
    asked = _parser().parse_args(argv)
    try:
        report = verify(asked.file, _known(asked))
    except Unreadable as error:
        sys.stderr.write(f"cannot read: {_tame(str(error))}\n")
        return CANNOT_TELL
    text = json.dumps(asdict(report) | {"ok": report.ok}, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.write(text if asked.json == "-" else "".join(f"{_tame(line)}\n" for line in _lines(report)))
    if asked.json not in (None, "-"):
        try:
            Path(asked.json).write_text(text, "utf-8")
        except OSError as error:
            sys.stderr.write(f"{asked.json}: cannot be written ({error.strerror})\n")
            return CANNOT_TELL
    return OK if report.ok else TAMPERED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zweck verify", description="Judge an exported log, a receipt, or a receipt of consent, offline."
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="an exported log, a receipt, or a receipt of consent")
    parser.add_argument("--key", metavar="VKEY", help="the log's public key, or a file with it, from another source")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], metavar="OLD",
                        help="a file of checkpoints you kept; the log must extend each (repeatable)")  # fmt: skip
    parser.add_argument("--receipt", type=Path, action="append", default=[], metavar="FILE",
                        help="a receipt whose entry the log must contain (repeatable)")  # fmt: skip
    parser.add_argument("--witness", metavar="VKEY", help="a witness's public key; its cosignatures must hold")
    parser.add_argument("--json", metavar="FILE|-", help="write the report as JSON")
    return parser


def _known(asked: argparse.Namespace) -> Known:
    try:
        return Known(
            verifier=_key(asked.key),
            witness=_key(asked.witness),
            checkpoints=tuple(note for path in asked.checkpoint for note in _notes(path)),
            receipts=tuple(_receipt(path) for path in asked.receipt),
        )
    except BadNote as error:
        raise Unreadable(str(error)) from None
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from None


def _key(given: str | None) -> Verifier | None:
    if given is None:
        return None
    try:
        return Verifier.parse(given if "+" in given else Path(given).read_text("utf-8"))
    except UnicodeDecodeError:
        raise BadNote(f"{given}: not a verifier key; expected name+hash+key") from None


def _notes(path: Path) -> list[str]:
    try:
        found = list(split_notes(path.read_text("utf-8").splitlines(keepends=True)))
    except (BadNote, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: {error}") from None
    if not found:
        raise Unreadable(f"{path}: holds no checkpoint")
    return found


def _file(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return _object(file.read(_RECEIPT_BYTES), str(path))


def _receipt(path: Path) -> Mapping[str, object]:
    found = _file(path)
    inner = found.get("ledger")
    if found.get("format") in formats.OF_CONSENT and isinstance(inner, dict):
        return inner  # a receipt of consent carries that of its entry
    if found.get("format") != formats.RECEIPT:
        right = f"an exported log ({formats.LOG}) or a receipt ({formats.RECEIPT}, {', '.join(formats.OF_CONSENT)})"
        raise Unreadable(f"{path}: expected {right}")
    return found


def _object(raw: bytes, where: str, *, whole: bool = True) -> dict[str, object]:
    """The JSON object in these bytes; with `whole` off, nothing where there is none."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    if whole:
        raise Unreadable(f"{where}: not a JSON object; the file is torn, or it is no export")
    return {}


def _tame(line: str) -> str:
    """A line without what moves a terminal's cursor: a log under suspicion must not write its own verdict."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)


def _lines(report: Report) -> list[str]:
    figures = ", ".join(f"{value} {name}" for name, value in report.figures.items())
    verdict = "in order" if report.ok else "TAMPERED WITH"
    return [
        f"{verdict}: {report.kind}, {figures}",
        *(f"  trouble: {line}" for line in report.trouble),
        *(f"  note: {line}" for line in report.notes),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
