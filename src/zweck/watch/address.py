"""Reads the address of a website that somebody typed."""

import socket
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from zweck.watch.errors import BadAddress

_LONGEST_BYTES = 2000  # PostgreSQL's index takes little more
_PORTS = {"http": 80, "https": 443}


def read(typed: str, allow_private: bool) -> str:
    """The address in the form that is kept: with scheme and path, without a fragment. Raises BadAddress.

    A name that only its look-up shows to be private is refused by the eye, at each look.
    """
    text = typed.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(f"{typed}: no address of a website; https://www.example.org/ would be right") from None
    wrong = _wrong(parts, host)
    if wrong:
        raise BadAddress(f"{typed}: {wrong}")
    if not allow_private and is_private(host):
        raise BadAddress(f"{typed}: is a private address; `--allow-private` looks there all the same")
    shown = f"[{host}]" if ":" in host else host
    at = "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{shown}{at}{parts.path or '/'}{query}"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that was read, as a policy's origins are written."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_private(host: str) -> bool:
    """Whether a host says by itself that it is this machine or of its network."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        pass
    try:
        # Browsers read 2130706433, 127.1 and 0x7f000001 as 127.0.0.1; so does this.
        return not ip_address(socket.inet_aton(host)).is_global
    except OSError:
        return False


def _wrong(parts: SplitResult, host: str) -> str:
    if parts.scheme not in _PORTS:
        return "only http and https addresses can be audited"
    if not host or any(not char.isprintable() or char.isspace() for char in parts.geturl()):
        return "no address of a website; https://www.example.org/ would be right"
    if parts.username is not None or parts.password is not None:
        return "holds a name or a password; leave out what stands before the @"
    if len(parts.geturl().encode()) > _LONGEST_BYTES:
        return f"is longer than {_LONGEST_BYTES} bytes"
    return ""
