"""What outsiders say about our checkpoints: cosignatures of witnesses (C2SP) and time stamps (RFC 3161)."""

from base64 import b64encode
from hashlib import sha256

from zweck.ledger.errors import BadNote, NotInLog
from zweck.ledger.imprint import stamps
from zweck.ledger.models import Checkpoint, Testimony
from zweck.ledger.note import Verifier, cosigned_at


def add_cosignature(using: str, size: int, line: str, witness: str) -> None:
    """Keep a cosignature that verifies. Raises BadNote, NotInLog."""
    row = _checkpoint(using, size)
    cosigned_at(row.note, line, Verifier.parse(witness))
    _keep(using, row, "cosignature", line.rstrip("\n"))


def add_timestamp(using: str, size: int, token: bytes) -> None:
    """Keep a token whose imprint is this checkpoint's. Raises BadNote, NotInLog."""
    row = _checkpoint(using, size)
    if not stamps(token, row.note):
        raise BadNote(
            f"the time-stamp token is not over the checkpoint at {size}; stamp SHA-256 of its whole note"
            f" ({sha256(row.note.encode()).hexdigest()})"
        )
    _keep(using, row, "timestamp", b64encode(token).decode())


def _keep(using: str, row: Checkpoint, kind: str, content: str) -> None:
    known = Testimony.objects.using(using).filter(checkpoint=row, kind=kind, content=content)
    if not known.exists():
        Testimony.objects.using(using).create(checkpoint=row, kind=kind, content=content)


def _checkpoint(using: str, size: int) -> Checkpoint:
    row = Checkpoint.objects.using(using).filter(size=size).first()
    if row is None:
        raise NotInLog(f"no checkpoint at {size}")
    return row
