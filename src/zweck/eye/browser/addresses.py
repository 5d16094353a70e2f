"""Addresses: what of them is told, and whose they are."""

from urllib.parse import urlsplit

from zweck.eye.parties import is_bare, registrable, site_of

_URL_CHARS = 1_000


def bare(url: str) -> str:
    """An address without query, fragment and credentials, of bounded length."""
    if url.startswith(("blob:", "data:")):
        return url[:5]
    cut = url.partition("#")[0].partition("?")[0]
    scheme, slashes, rest = cut.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"[:_URL_CHARS]


def host_of(url: str) -> str:
    """The host of an address, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def place_of(url: str) -> str:
    """Host and port of an address, or ""."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    return f"{parts.hostname}:{port or (443 if parts.scheme in ('https', 'wss') else 80)}"


def is_web(url: str) -> bool:
    """Whether a browser would go to the network for it, and to a host that can be told."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def is_foreign_host(host: str, site: str) -> bool:
    """Whether a cookie's or storage's host belongs to another site. Cookies know no ports, so neither does this."""
    return host != site.rpartition(":")[0] if is_bare(host) else registrable(host) != site


def landed_at(url: str, asked: str) -> str:
    """Where redirects led; elsewhere than on the site that was asked, without the query."""
    return url.partition("#")[0] if is_web(url) and site_of(url) == site_of(asked) else bare(url)
