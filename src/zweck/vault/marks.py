"""Blind indexes and fingerprints: keyed hashes of values, in one spelling."""

import unicodedata
from datetime import datetime

from zweck.vault import masters
from zweck.vault.errors import KeyTrouble, NotPermitted
from zweck.vault.given import addresses

KIND = "email"  # low-entropy kinds (a name, a postcode) are not indexed: their hashes could be tried through
MARK_BYTES = 16


def for_new(site: str, address: str, now: datetime, using: str) -> list[tuple[bytes, int]]:
    """Mark and version of a normalised address, under every version in use."""
    masters.newest(masters.INDEX, now, using)
    return [(mark(version, site, address), version) for version in masters.numbers(masters.INDEX)]


def known(site: str, kind: str, value: str) -> list[bytes]:
    """The marks a value would have. Raises NotPermitted for a kind without an index, and BadAddress."""
    if kind != KIND:
        raise NotPermitted("no-index", f"nobody can be found by {kind}; only an e-mail address has an index")
    address = addresses.normal(value)
    try:
        return [mark(version, site, address) for version in masters.numbers(masters.INDEX)]
    except KeyTrouble:  # a version that was dropped a moment ago
        masters.reread()
        return [mark(version, site, address) for version in masters.numbers(masters.INDEX)]


def fingerprint(key: str, text: str) -> bytes:
    """See `acts.fingerprint`."""
    spelled = (
        addresses.compared(addresses.normal(text)) if "@" in text else unicodedata.normalize("NFC", text.casefold())
    )
    masters.single(masters.FINGERPRINT)
    return masters.provider().mac(masters.FINGERPRINT, f"{key}\n{spelled}".encode())


def mark(version: int, site: str, address: str) -> bytes:
    """The mark of a normalised address under one version."""
    text = f"{site}\n{KIND}\n{addresses.compared(address)}"
    return masters.provider().mac(f"{masters.INDEX}-{version}", text.encode())[:MARK_BYTES]


def fingerprint_of_known(key: str, address: str) -> bytes:
    """The same for an address that the vault gave out: it was checked when it was collected, which costs the most."""
    masters.single(masters.FINGERPRINT)
    return masters.provider().mac(masters.FINGERPRINT, f"{key}\n{addresses.compared(address)}".encode())
