"""Tags of an enquiry: in the address that its mails are answered to, and in the link to its page.

Ten random bytes and as many of their keyed fingerprint, in letters that survive any mail server: local parts may be
at most 64 characters, and some servers change their case. The two kinds do not open each other.
"""

import binascii
import hmac
import os
from base64 import b32decode, b32encode
from typing import Literal

from zweck.vault import acts as vault

Kind = Literal["reply", "page"]
_BYTES = 10


def new_ident() -> bytes:
    """The random part of an enquiry's tags."""
    return os.urandom(_BYTES)


def tag(kind: Kind, ident: bytes) -> str:
    """The tag of an enquiry: 32 small letters and digits."""
    return b32encode(ident + _mac(kind, ident)).decode().lower()


def ident_of(kind: Kind, text: str) -> bytes | None:
    """The random part of a tag that was made here, for this; None for any other."""
    try:
        whole = b32decode(text.upper()) if len(text) == 32 else b""
    except (binascii.Error, ValueError):
        return None
    ident, mac = whole[:_BYTES], whole[_BYTES:]
    return ident if len(mac) == _BYTES and hmac.compare_digest(mac, _mac(kind, ident)) else None


def _mac(kind: Kind, ident: bytes) -> bytes:
    return vault.fingerprint(f"enquiries.{kind}", ident.hex())[:_BYTES]
