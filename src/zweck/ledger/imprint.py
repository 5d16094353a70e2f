"""Whether an RFC 3161 token speaks of a checkpoint. Free of Django.

Only the imprint is read. Whether the authority signed the token is for `openssl ts -verify`, with the authority's
certificate, which the log's owner must not be the one to supply.
"""

from hashlib import sha256

# MessageImprint in DER: SEQUENCE { SEQUENCE { OID sha256, [NULL] }, OCTET STRING (32) }
_BEFORE = (
    bytes.fromhex("3031300d060960864801650304020105000420"),
    bytes.fromhex("302f300b0609608648016503040201") + bytes.fromhex("0420"),
)


def stamps(token: bytes, note: str) -> bool:
    """Whether the token carries the SHA-256 imprint of this note."""
    digest = sha256(note.encode()).digest()
    return any(before + digest in token for before in _BEFORE)
