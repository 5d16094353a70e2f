"""Signed notes and checkpoints as C2SP defines them (signed-note, tlog-checkpoint, tlog-cosignature), with Ed25519.

Free of Django and of storage, so that an auditor's machine can run it.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from zweck.ledger.errors import BadNote
from zweck.ledger.merkle import HASH_BYTES

_SIGNS_NOTES = 0x01
_COSIGNS = 0x04
_DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_KEY_ID_BYTES, _TIME_BYTES, _SIGNATURE_BYTES = 4, 8, 64


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public: bytes
    algorithm: int = _SIGNS_NOTES

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read `name+hash+key` (C2SP vkey). Raises BadNote."""
        name, hashed, key = [*text.strip().split("+", 2), "", ""][:3]
        raw = _decode(key, "verifier key")
        if not name.isprintable() or not name or len(raw) != 1 + HASH_BYTES or raw[0] not in (_SIGNS_NOTES, _COSIGNS):
            raise BadNote("verifier key: expected name+hash+key with an Ed25519 key")
        found = cls(name, raw[1:], raw[0])
        if found.key_id.hex() != hashed:
            raise BadNote(f"verifier key {name}: its hash does not belong to its key; copy it again, whole")
        return found

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell signatures apart."""
        return sha256(f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        key = b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def confirms(self, signature: bytes, message: bytes) -> bool:
        """Whether this key signed the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name it signs under."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note: the text (ending in a newline), an empty line, the signature line."""
        if not text.endswith("\n"):
            raise BadNote("the text of a note ends with a newline")
        return f"{text}\n{_line(self.name, self.verifier.key_id + self.private.sign(text.encode()))}"

    def cosign(self, note: str, at: int) -> str:
        """A witness's line for a note (cosignature/v1). `at`: POSIX seconds."""
        text, _ = parts(note)
        key_id = Verifier(self.name, self.verifier.public, _COSIGNS).key_id
        signature = self.private.sign(_cosigned(text, at))
        return _line(self.name, key_id + at.to_bytes(_TIME_BYTES, "big") + signature)


def opened(note: str, verifier: Verifier) -> str:
    """The text of a note, when this key signed it. Raises BadNote."""
    text, lines = parts(note)
    for name, raw in lines:
        if name == verifier.name and raw[:_KEY_ID_BYTES] == verifier.key_id:
            if verifier.confirms(raw[_KEY_ID_BYTES:], text.encode()):
                return text
            raise BadNote(f"the signature of {verifier.name} is false: the text was changed after it was signed")
    raise BadNote(f"not signed by {verifier.name} with key {verifier.key_id.hex()}")


def cosigned_at(note: str, line: str, witness: Verifier) -> int:
    """When a witness cosigned a note, in POSIX seconds. Raises BadNote when it did not."""
    text, _ = parts(note)
    name, raw = _signature(line.rstrip("\n"))
    key = Verifier(witness.name, witness.public, _COSIGNS)
    if len(raw) != _KEY_ID_BYTES + _TIME_BYTES + _SIGNATURE_BYTES:
        raise BadNote(f"cosignature of {name}: expected key id, time and an Ed25519 signature")
    at = int.from_bytes(raw[_KEY_ID_BYTES : _KEY_ID_BYTES + _TIME_BYTES], "big")
    if (name, raw[:_KEY_ID_BYTES]) != (key.name, key.key_id):
        raise BadNote(f"cosignature of {name}: not by {witness.name} with key {key.key_id.hex()}")
    if not key.confirms(raw[_KEY_ID_BYTES + _TIME_BYTES :], _cosigned(text, at)):
        raise BadNote(f"the cosignature of {name} is false")
    return at


def parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note and its signatures by name; nothing is verified. Raises BadNote."""
    try:
        note.encode()
    except UnicodeEncodeError:
        raise BadNote("not a signed note: the text is not valid Unicode") from None
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise BadNote("not a signed note: expected text, an empty line, and signature lines")
    return f"{text}\n", [_signature(line) for line in signatures[:-1].split("\n")]


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint says: this log, at this size, has this root. `extra`: further lines."""

    origin: str
    size: int
    root: bytes
    extra: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        return "\n".join((self.origin, str(self.size), b64encode(self.root).decode(), *self.extra)) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Read a checkpoint's text. Raises BadNote."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not lines[0] or "" in lines[3:]:
            raise BadNote("not a checkpoint: expected origin, size and root, one line each")
        size, root = lines[1], _decode(lines[2], "root")
        if not _SIZE.fullmatch(size) or len(root) != HASH_BYTES:
            raise BadNote("not a checkpoint: expected a size without leading zeros and a root of 32 bytes")
        return cls(lines[0], int(size), root, tuple(lines[3:]))


def split_notes(lines: Iterable[str]) -> Iterator[str]:
    """The notes of a file in which each is followed by an empty line. Raises BadNote at a torn one."""
    note: list[str] = []
    for line in lines:
        if line == "\n" and "\n" in note:
            yield "".join(note)
            note = []
        elif line != "\n" or note:
            note.append(line)
    if "\n" in note and note[-1].startswith(_DASH) and note[-1].endswith("\n"):
        yield "".join(note)  # a single note, saved without the empty line
    elif note:
        raise BadNote("the last checkpoint in the file is torn: its signature is missing")


def _line(name: str, raw: bytes) -> str:
    return f"{_DASH}{name} {b64encode(raw).decode()}\n"


def _signature(line: str) -> tuple[str, bytes]:
    name, gap, signature = line.removeprefix(_DASH).partition(" ")
    raw = _decode(signature, "signature")
    if not line.startswith(_DASH) or not gap or not name or len(raw) <= _KEY_ID_BYTES:
        raise BadNote("a signature line reads: em dash, name, signature in base64")
    return name, raw


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _decode(text: str, what: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if b64encode(raw).decode() != text:  # also refuses a second spelling of the same bytes
        raise BadNote(f"{what}: not base64")
    return raw
