"""Addresses as a mail server takes them. What cannot be written safely into a command or a header is refused."""

import re
from dataclasses import dataclass

import idna

from zweck.disclosure.errors import Unwritable

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_ASCII = re.compile(rf"{_ATOM}+(?:\.{_ATOM}+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_WIDE = re.compile(rf"(?:{_ATOM}|[^\x00-\x7f])+(?:\.(?:{_ATOM}|[^\x00-\x7f])+)*")
_LONGEST = 254


@dataclass(frozen=True, slots=True, repr=False)
class Target:
    """An address as it stands in envelope and header. `needs_utf8`: it has letters beyond ASCII before the @."""

    address: str
    domain: str
    needs_utf8: bool


def writable(address: str) -> Target:
    """The address as it is written to; a domain in any script as mail servers know it. Raises Unwritable."""
    if len(address) <= _LONGEST and _ASCII.fullmatch(address):
        return Target(address, address.rpartition("@")[2].lower(), False)
    local, at, domain = address.rpartition("@")
    if not at or not _WIDE.fullmatch(local) or not local.isprintable():
        raise Unwritable("the address cannot be written to")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise Unwritable("the address's domain cannot be written to") from None
    whole = f"{local}@{ascii_domain}"
    if "." not in ascii_domain or len(whole.encode()) > _LONGEST:
        raise Unwritable("the address cannot be written to")
    return Target(whole, ascii_domain, not local.isascii())
