"""Something full of people that waits for a moment, such as a list that is being brought along: sealed as a whole.

It has no subject yet, so no grant. It is locked under an ordinary master key, and a backup older than an epoch gives
nothing of it up. Whoever keeps it lets go of it as soon as it has been taken.
"""

import json
import os
from base64 import b64decode, b64encode
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zweck.vault import masters
from zweck.vault.errors import KeyTrouble
from zweck.vault.keys import NONCE_BYTES
from zweck.vault.sealing import key_bound, new_lock


def seal(content: bytes, label: str, now: datetime, using: str) -> bytes:
    """The parcel, inside a transaction of that database. `label`: what it is and whose; the same opens it."""
    bound, epoch = _bound(label), masters.newest(masters.ORDINARY, now, using)
    lock, wrapped = new_lock(bound, masters.ORDINARY, epoch)
    nonce = os.urandom(NONCE_BYTES)
    head = json.dumps({"epoch": epoch, "wrapped": b64encode(wrapped).decode()}).encode()
    return head + b"\n" + nonce + lock.key.encrypt(nonce, content, bound)


def unseal(parcel: bytes, label: str) -> bytes:
    """What is in it. Raises KeyTrouble where it belongs elsewhere, was changed, or its key was destroyed."""
    head, _, body = parcel.partition(b"\n")
    told, bound = json.loads(head), _bound(label)
    name = f"{masters.ORDINARY}-{told['epoch']}"
    key = AESGCM(masters.provider().unwrap(name, b64decode(told["wrapped"]), key_bound(name, bound)))
    try:
        return key.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], bound)
    except InvalidTag:
        raise KeyTrouble(
            "a parcel does not open: it was changed, or belongs elsewhere; nothing of it was read"
        ) from None


def _bound(label: str) -> bytes:
    return b"parcel\n" + label.encode() + b"\n"
