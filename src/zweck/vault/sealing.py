"""What locks data: a grant's own key, wrapped by a master key, and the place each ciphertext is bound to."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zweck.vault import masters
from zweck.vault.errors import KeyTrouble
from zweck.vault.keys import KEY_BYTES, NONCE_BYTES

# A key once opened serves its worker for this long. A withdrawal does not wait for it: the SELECT of a read brings the
# wrapped key, and where that is gone there is nothing to look up.
KEEP_SECONDS = 60.0
KEEP_KEYS = 4096

_decode = json.JSONDecoder().raw_decode
_open: dict[bytes, tuple[AESGCM, float]] = {}


class Lock(NamedTuple):
    """A grant's key and what it is bound to."""

    key: AESGCM
    bound: bytes

    def seal(self, data: Mapping[str, str], entry: bytes) -> bytes:
        """The ciphertext of an entry's values: nonce, then ciphertext and tag. Their names are kept beside it."""
        names = sorted(data)
        nonce = os.urandom(NONCE_BYTES)
        values = ",".join([encode_basestring(data[name]) for name in names])
        return nonce + self.key.encrypt(nonce, f"[{values}]".encode(), self._at(names, entry))

    def open(self, names: Sequence[str], entry: bytes, sealed: bytes) -> dict[str, str]:
        """The values by their names. Raises KeyTrouble when the ciphertext belongs elsewhere or was changed."""
        return dict(zip(names, self.texts(names, entry, sealed), strict=True))

    def texts(self, names: Sequence[str], entry: bytes, sealed: bytes) -> list[str]:
        """The values alone, in the order of their names. Raises the same."""
        try:
            plain = self.key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._at(names, entry))
        except InvalidTag:
            raise KeyTrouble(
                f"an entry of {', '.join(names)} does not open under its grant: the row was changed, or moved here "
                "from another grant, purpose or entry; nothing of it was read"
            ) from None
        found: list[str] = _decode(plain.decode())[0]
        return found

    def _at(self, names: Sequence[str], entry: bytes) -> bytes:
        return self.bound + ",".join(names).encode() + b"\n" + entry


def bound_to(site: str, subject: bytes, purpose: str) -> bytes:
    """What every ciphertext of a grant is bound to."""
    return subject + site.encode() + b"\n" + purpose.encode() + b"\n"


def key_bound(name: str, bound: bytes) -> bytes:
    """What a grant's key is bound to under a master key."""
    return name.encode() + b"\n" + bound


def new_lock(bound: bytes, key_class: str, epoch: int) -> tuple[Lock, bytes]:
    """A fresh key, and how it is kept."""
    key = os.urandom(KEY_BYTES)
    name = f"{key_class}-{epoch}"
    return Lock(AESGCM(key), bound), masters.provider().wrap(name, key, key_bound(name, bound))


def lock_of(bound: bytes, key_class: str, epoch: int, wrapped: bytes) -> Lock:
    """The key of a grant as it lies in its row."""
    found = _open.get(wrapped)
    now = time.monotonic()
    if found is not None and now < found[1]:
        return Lock(found[0], bound)
    name = f"{key_class}-{epoch}"
    key = AESGCM(masters.provider().unwrap(name, wrapped, key_bound(name, bound)))
    if len(_open) >= KEEP_KEYS:
        for old in list(_open)[: KEEP_KEYS // 2]:
            _open.pop(old, None)
    _open[wrapped] = (key, now + KEEP_SECONDS)
    return Lock(key, bound)


def forget() -> None:
    """Forget all keys that were opened."""
    _open.clear()
