"""Where the master keys lie: files in `ZWECK_KEYS`, the environment, or a key service of the operator's own.

A provider works with names and never needs to show a key, so that one in a key service (KMS, Vault transit) never
leaves it. Names: `ordinary-3` and `hold-1` (class and epoch) wrap the grants' keys; `index-email-1` makes blind
indexes, `fingerprint` what must be recognised for ever, `token` what stands in links.
"""

import hmac
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zweck.vault.errors import KeyTrouble

KEY_BYTES, NONCE_BYTES = 32, 12
NAME = re.compile(r"[a-z]+(-[a-z]+)*(-[1-9][0-9]{0,6})?")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_FORM = "zweck vault key\nname {}\nmade {}\nkey {}\n"
_READ = re.compile(r"zweck vault key\nname (?P<name>\S+)\nmade (?P<made>\S+)\nkey (?P<key>[0-9a-f]{64})\n?")


class KeyProvider(Protocol):
    """Keeps master keys. Every method raises KeyTrouble when a key is missing or unusable."""

    def names(self) -> tuple[str, ...]:
        """The names of all keys there are now."""
        ...

    def made_at(self, name: str) -> datetime:
        """When a key was made."""
        ...

    def wrap(self, name: str, key: bytes, bound: bytes) -> bytes:
        """Lock a key of 32 bytes, bound to what it is for; at most 255 bytes."""
        ...

    def unwrap(self, name: str, wrapped: bytes, bound: bytes) -> bytes:
        """The reverse; also refused when `bound` differs."""
        ...

    def mac(self, name: str, text: bytes) -> bytes:
        """HMAC-SHA256."""
        ...

    def make(self, name: str, now: datetime) -> None:
        """Make a key; does nothing where there is one already."""
        ...

    def destroy(self, name: str) -> None:
        """Destroy a key, so that what it locked is lost."""
        ...

    def where(self, name: str) -> str:
        """Where the key lies or should lie, for people."""
        ...


class _Local:
    """What providers share that hold the keys themselves. A subclass reads them."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[bytes, AESGCM, datetime]] = {}

    def _load(self, name: str) -> tuple[bytes, datetime]:
        raise NotImplementedError

    def _key(self, name: str) -> tuple[bytes, AESGCM, datetime]:
        found = self._open.get(name)
        if found is None:
            key, made = self._load(name)
            found = self._open[name] = (key, AESGCM(key), made)
        return found

    def made_at(self, name: str) -> datetime:
        """When a key was made."""
        return self._key(name)[2]

    def wrap(self, name: str, key: bytes, bound: bytes) -> bytes:
        """AES-256-GCM: nonce, then ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._key(name)[1].encrypt(nonce, key, bound)

    def unwrap(self, name: str, wrapped: bytes, bound: bytes) -> bytes:
        """The reverse."""
        try:
            return self._key(name)[1].decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
        except InvalidTag:
            raise KeyTrouble(
                f"{self.where(name)}: does not open what was locked under the name {name}; put back the key of that "
                "name from your key backup, or see whether somebody changed the row"
            ) from None

    def mac(self, name: str, text: bytes) -> bytes:
        """HMAC-SHA256."""
        return hmac.digest(self._key(name)[0], text, "sha256")

    def where(self, name: str) -> str:
        """Where the key lies."""
        raise NotImplementedError

    def written(self, name: str) -> str:
        """The key in the form of its file, for a copy offline. A key service has no such method."""
        key, _, made = self._key(name)
        return _FORM.format(name, made.isoformat(timespec="seconds"), key.hex())


class Files(_Local):
    """Keys in files of their own (0600) in a folder that only we can enter (0700)."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._lock = Lock()

    def where(self, name: str) -> str:
        """The file."""
        return str(self._path(name))

    def names(self) -> tuple[str, ...]:
        """The files there are. A key that was destroyed by another process is forgotten by this one."""
        with self._told(self._folder):
            there = tuple(sorted(path.stem for path in self._folder.glob("*.key"))) if self._folder.exists() else ()
        for gone in self._open.keys() - {*there}:
            self._open.pop(gone, None)
        return there

    def make(self, name: str, now: datetime) -> None:
        """Write a new key; when two make it at once, the first one's stays."""
        if not NAME.fullmatch(name):
            raise KeyTrouble(f"{name!r} is no name of a key")
        path = self._path(name)
        made = now.astimezone(UTC).isoformat(timespec="seconds")
        with self._told(path):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A link appears with its whole content or not at all, and never replaces a key that is there.
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".new-") as file:
                file.write(_FORM.format(name, made, secrets.token_hex(KEY_BYTES)).encode())
                file.flush()
                os.fsync(file.fileno())
                try:
                    os.link(file.name, path)
                except FileExistsError:
                    return
            self._sync()

    def destroy(self, name: str) -> None:
        """Overwrite and remove the file. Copies elsewhere, a backup say, are not ours to reach."""
        path = self._path(name)
        with self._told(path), self._lock:
            if path.exists():
                with path.open("r+b") as file:
                    file.write(os.urandom(path.stat().st_size))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
                self._sync()
        self._open.pop(name, None)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.key"

    def _load(self, name: str) -> tuple[bytes, datetime]:
        path = self._path(name)
        with self._told(path):
            for entry, mode in ((self._folder, "0700"), (path, "0600")):
                if entry.stat().st_mode & _OTHERS:
                    raise KeyTrouble(f"{entry}: others on this machine may open it; run: chmod {mode} {entry}")
            text = path.read_bytes().decode("ascii", "replace")
        found = _READ.fullmatch(text)
        if found is None or found["name"] != name:
            raise KeyTrouble(f"{path}: holds no key of this name; put back the right file from your key backup")
        return bytes.fromhex(found["key"]), datetime.fromisoformat(found["made"])

    def _sync(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    @contextmanager
    def _told(self, path: Path) -> Iterator[None]:
        """Turn what the system says into words that help."""
        try:
            yield
        except FileNotFoundError:
            raise KeyTrouble(
                f"{path}: is missing; put it back from your key backup, or name the right folder with ZWECK_KEYS"
            ) from None
        except OSError as failure:
            raise KeyTrouble(
                f"{path}: {(failure.strerror or 'unusable').lower()}; the service's account must own it"
            ) from None


class Environment(_Local):
    """Keys in variables: `ZWECK_KEY_ORDINARY_3=2026-11-22,<64 hex digits>`. They are made and removed by hand."""

    PREFIX = "ZWECK_KEY_"

    def where(self, name: str) -> str:
        """The variable."""
        return self.PREFIX + name.upper().replace("-", "_")

    def names(self) -> tuple[str, ...]:
        """The variables there are."""
        own = (key.removeprefix(self.PREFIX) for key in os.environ if key.startswith(self.PREFIX))
        return tuple(sorted(name for one in own if NAME.fullmatch(name := one.lower().replace("_", "-"))))

    def make(self, name: str, now: datetime) -> None:
        """Cannot be done from here, so say how."""
        if name not in self.names():
            raise KeyTrouble(
                f"{self.where(name)}: is not set; set it to {now.date().isoformat()}, a comma and 64 hex digits from "
                "`openssl rand -hex 32`, for every process of the service, and start again"
            )

    def destroy(self, name: str) -> None:
        """Cannot be done from here, so say how."""
        self._open.pop(name, None)
        raise KeyTrouble(f"{self.where(name)}: remove it, wherever it is set; nothing needs it any more")

    def _load(self, name: str) -> tuple[bytes, datetime]:
        made, _, key = os.environ.get(self.where(name), "").partition(",")
        try:
            found, at = bytes.fromhex(key), datetime.fromisoformat(made).replace(tzinfo=UTC)
        except ValueError:
            found, at = b"", datetime.min.replace(tzinfo=UTC)
        if len(found) != KEY_BYTES:
            raise KeyTrouble(
                f"{self.where(name)}: holds no key; a day, a comma and 64 hex digits would be right, from your key "
                "backup where it held one before"
            )
        return found, at
