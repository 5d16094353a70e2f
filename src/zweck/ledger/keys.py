"""The installation's signing key: an Ed25519 private key in a file of its own, made at first use."""

import os
import stat
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from zweck.ledger.errors import KeyTrouble
from zweck.ledger.note import Signer

FILE = "ledger.key"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def signer(origin: str, folder: Path) -> Signer:
    """Who signs for a log. Raises KeyTrouble when the key is broken or open to others."""
    path = folder / FILE
    if not path.exists():
        _make(path)
    for entry, mode in ((folder, "0700"), (path, "0600")):
        if entry.stat().st_mode & _OTHERS:
            raise KeyTrouble(f"{entry}: others on this machine may open it; run: chmod {mode} {entry}")
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        private = None
    except OSError as error:
        raise KeyTrouble(f"{path}: {error.strerror}; the service's user must be able to read it") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyTrouble(f"{path}: not an Ed25519 private key in PEM; put back the one from your key backup")
    return Signer(origin, private)


def _make(path: Path) -> None:
    """Write a new key; when two start at once, the first one's key stays."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A link appears with its whole content or not at all, and never replaces a key that is there.
        with tempfile.NamedTemporaryFile(dir=path.parent) as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
            os.link(file.name, path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    except FileExistsError:
        return
    except OSError as error:
        raise KeyTrouble(f"{path}: cannot be written ({error.strerror}); make the folder writable") from None
