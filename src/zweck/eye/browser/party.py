"""Which addresses belong to one site."""

import ipaddress
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList


def site_of(url: str) -> str:
    """The registrable domain of an address; on IP addresses and localhost, host and port. "" where it has no host."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if not host or parts.scheme not in ("http", "https", "ws", "wss"):
        return ""
    if _is_machine(host):
        return f"{host}:{port or (443 if parts.scheme in ('https', 'wss') else 80)}"
    return _registrable(host)


def host_of(url: str) -> str:
    """The host of an address, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_foreign(url: str, site: str) -> bool:
    """Whether an address belongs to another site than this one."""
    other = site_of(url)
    return bool(other) and other != site


def is_foreign_host(host: str, site: str) -> bool:
    """Whether a cookie's host belongs to another site. Cookies know no ports, so neither does this."""
    own = site.rsplit(":", 1)[0] if _is_machine(site.rsplit(":", 1)[0]) else site
    return bool(host) and (host != own if _is_machine(host) else _registrable(host) != own)


def _is_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _list() -> PublicSuffixList:
    return PublicSuffixList()


def _registrable(host: str) -> str:
    return _list().privatesuffix(host) or host
