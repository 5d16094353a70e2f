"""Reads the address of a site as people type it."""

import re
from urllib.parse import urlsplit, urlunsplit

from zweck.eye.errors import EyeError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d{1,5}(?:[/?#]|$))", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?/{0,2}([^/?#]*)", re.IGNORECASE)
_HOST = re.compile(r"(?=.{1,253}\Z)\w(?:[\w-]{0,61}\w)?(?:\.\w(?:[\w-]{0,61}\w)?)*\.?", re.IGNORECASE)
_SHOWN = 80


class NotATarget(EyeError):  # noqa: N818
    """What was typed is no address of a website. The message says why, and what would be right."""


def read_target(typed: str) -> str:
    """The address in full; https where no scheme is named. Raises NotATarget."""
    if not typed.strip():
        raise NotATarget("no address was given; name a website, such as https://www.example.org/")
    shown = ascii(typed[:_SHOWN])
    if any(char.isspace() or not char.isprintable() for char in typed):
        raise NotATarget(f"{shown}: an address has no blanks; name one website, such as https://www.example.org/")
    authority = _AUTHORITY.match(typed)
    if authority and "@" in authority[1]:
        raise NotATarget("the address holds a name or password (before the @); leave them out, they are not used")
    scheme = _SCHEME.match(typed)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        raise NotATarget(f"{shown}: {scheme[1]}: is no website; only http and https addresses can be looked at")
    return _checked(typed if scheme else f"https://{typed}", shown)


def _checked(url: str, shown: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NotATarget(f"{shown}: cannot be read; an address looks like https://www.example.org/") from None
    if port == 0 or not (_HOST.fullmatch(host) or ":" in host):  # with a colon: an IPv6 address, read by urlsplit
        raise NotATarget(f"{shown}: names no host; an address looks like https://www.example.org/")
    return urlunsplit((parts.scheme.lower(), parts.netloc, parts.path or "/", parts.query, ""))
