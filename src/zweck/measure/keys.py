"""The keys under which a day's visitors are told apart: random, one for each site and day, gone with the day.

All workers share them through the table, where they lie wrapped (AES-256-GCM) by a key file, so that no backup of the
database alone can tell anybody apart. Nothing about them can be worked out from a date and a secret.
"""

import os
import secrets
import stat
import tempfile
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zweck.measure import sql
from zweck.measure.clock import LocalDay
from zweck.measure.errors import KeyTrouble

FILE = "measure.key"
KEY_BYTES, NONCE_BYTES = 32, 12
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class DayKeys:
    """The day keys this process has opened. `folder`: where the key file lies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._open: dict[tuple[str, int], tuple[int, bytearray]] = {}
        self._absent: set[tuple[str, int]] = set()

    def key(self, site: str, day: LocalDay, now: int) -> bytearray | None:
        """A day's key, made by the first who asks. None where the day is over.

        Raises KeyTrouble, and DatabaseError where the table cannot be read.
        """
        found = self._open.get((site, day.number))
        if found is not None and now < found[0]:
            return found[1]
        with self._lock:
            self.forget(now)
            if (taken := self._take(site, day.number, now)) is not None or now >= day.until:
                return taken
            wrapped = self._wrap(secrets.token_bytes(KEY_BYTES), site, day.number)
            sql.add_key(site, day.number, wrapped, day.until)  # does nothing where another worker was first
            return self._take(site, day.number, now)

    def known(self, site: str, day: LocalDay, now: int) -> bytearray | None:
        """The key of a day that is over, if there is one; none is made, so that asking once is enough."""
        found = self._open.get((site, day.number))
        if found is not None:
            return found[1] if now < found[0] else None
        if (site, day.number) in self._absent:
            return None
        with self._lock:
            taken = self._take(site, day.number, now)
            if taken is None:
                self._absent.add((site, day.number))
            return taken

    def forget(self, now: int) -> None:
        """Overwrite the keys whose time is over."""
        for name, (until, key) in list(self._open.items()):
            if now >= until:
                del self._open[name]
                key[:] = bytes(len(key))
                self._absent.clear()

    def _take(self, site: str, day: int, now: int) -> bytearray | None:
        row = sql.key_of(site, day)
        if row is None or now >= row[1]:
            return None
        wrapped, until = row
        secret, bound = AESGCM(key_file(self._folder)), _bound(site, day)
        try:
            plain = secret.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound)
        except InvalidTag:
            raise KeyTrouble(
                f"{self._folder / FILE}: did not wrap the day keys in the database; put back the file that "
                "did, or wait for the end of the day"
            ) from None
        self._open[site, day] = (until, bytearray(plain))
        return self._open[site, day][1]

    def _wrap(self, key: bytes, site: str, day: int) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(key_file(self._folder)).encrypt(nonce, key, _bound(site, day))


def _bound(site: str, day: int) -> bytes:
    return f"zweck day key\n{site}\n{day}".encode()


def key_file(folder: Path) -> bytes:
    """What wraps the day keys; made at first use. Raises KeyTrouble when it is broken or open to others."""
    path = folder / FILE
    try:
        if not path.exists():
            _make(path)
        for entry, mode in ((folder, "0700"), (path, "0600")):
            if entry.stat().st_mode & _OTHERS:
                raise KeyTrouble(f"{entry}: others on this machine may open it; run: chmod {mode} {entry}")
        key = bytes.fromhex(path.read_text("ascii"))
    except (ValueError, UnicodeError):
        key = b""
    except OSError as failure:
        raise KeyTrouble(
            f"{path}: {failure.strerror}; the service's account must be able to read and make it"
        ) from None
    if len(key) != KEY_BYTES:
        raise KeyTrouble(
            f"{path}: holds no key of {KEY_BYTES} bytes; put back the right file, or remove it for a new one"
        )
    return key


def _make(path: Path) -> None:
    """Write a new key; when two start at once, the first one's key stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A link appears with its whole content or not at all, and never replaces a key that is there.
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:
        file.write(secrets.token_hex(KEY_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
