"""Whose an address is: the same site as another, or a third party."""

import ipaddress
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList


def site_of(url: str) -> str:
    """The site an address belongs to: its registrable domain, by the public suffix list.

    On a bare address and on `localhost` nothing but the port tells one site from the next, so it is `host:port` there.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if is_bare(host):
        return f"{host}:{parts.port or {'https': 443, 'wss': 443}.get(parts.scheme, 80)}"
    return registrable(host)


def is_third_party(url: str, site: str) -> bool:
    """Whether a request there leaves the site. What never leaves the browser (data:, blob:) does not."""
    return urlsplit(url).scheme in {"http", "https", "ws", "wss"} and site_of(url) != site


def is_bare(host: str) -> bool:
    """Whether a host is an address or a name of this machine, where no registry divides sites."""
    if host == "localhost" or host.endswith(".localhost") or ("." not in host and ":" not in host):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@cache
def registrable(host: str) -> str:
    """The part of a name that somebody registered; the name itself where the list knows none."""
    return _list().privatesuffix(host) or host


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()
