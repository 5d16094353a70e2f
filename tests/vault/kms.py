"""An example of a key service: the vault hands it names, and never sees a key.

Yours would call the service's API where this one keeps a dictionary, with a short time-out and one retry. `wrap` and
`unwrap` become its encrypt and decrypt with associated data ("context" at some), `mac` its HMAC. A grant's key that was
opened is kept by the vault for a minute, so a page costs one call at most.
"""

import hmac
import os
from datetime import datetime
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zweck.vault.errors import KeyTrouble


class ExampleKms:
    """Stands for a service that outlives our process."""

    kept: ClassVar[dict[str, tuple[bytes, datetime]]] = {}
    calls: ClassVar[list[str]] = []

    def names(self) -> tuple[str, ...]:
        """The names of all keys there are now."""
        return tuple(sorted(self.kept))

    def made_at(self, name: str) -> datetime:
        """When a key was made."""
        return self._key(name)[1]

    def wrap(self, name: str, key: bytes, bound: bytes) -> bytes:
        """Encrypt with associated data."""
        nonce = os.urandom(12)
        return nonce + AESGCM(self._key(name)[0]).encrypt(nonce, key, bound)

    def unwrap(self, name: str, wrapped: bytes, bound: bytes) -> bytes:
        """Decrypt; the service refuses other associated data."""
        self.calls.append("unwrap")
        try:
            return AESGCM(self._key(name)[0]).decrypt(wrapped[:12], wrapped[12:], bound)
        except InvalidTag:
            raise KeyTrouble(f"{self.where(name)}: the service refused to open it") from None

    def mac(self, name: str, text: bytes) -> bytes:
        """HMAC-SHA256."""
        return hmac.digest(self._key(name)[0], text, "sha256")

    def make(self, name: str, now: datetime) -> None:
        """Let the service make a key; nothing where there is one."""
        self.kept.setdefault(name, (os.urandom(32), now))

    def destroy(self, name: str) -> None:
        """Let the service destroy a key."""
        self.kept.pop(name, None)

    def where(self, name: str) -> str:
        """As people find it in the service's console."""
        return f"example-kms:{name}"

    def _key(self, name: str) -> tuple[bytes, datetime]:
        if name not in self.kept:
            raise KeyTrouble(f"{self.where(name)}: the service has no such key; restore it there")
        return self.kept[name]
