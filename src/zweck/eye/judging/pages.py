"""Links that every page owes, and how pages and forms travel."""

import ipaddress
from collections.abc import Iterator
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from zweck.eye.judging.scene import Scene, host_of
from zweck.eye.judging.signs import says
from zweck.eye.judging.telling import places
from zweck.eye.values import Finding, Link, Spot, Sure, Visit

_READ = frozenset({"", "certificate", "slow"})
_NOWHERE = frozenset({"failed", "no-host", "no-answer", "redirects"})
Owed = Literal["statement", "imprint"]


def links(scene: Scene) -> Iterator[Finding]:
    """No link to the statement or the imprint, or one that leads nowhere. Silent where no page was really read."""
    desktop = [(spot, v) for spot, v in scene.visits if spot.device == "desktop" and not spot.gpc]
    if not desktop or desktop[0][1].trouble not in _READ:
        return
    visits = [visit for _, visit in desktop]
    imprint: Sure = "certain" if _speaks_german(scene, visits) else "likely"
    yield from _owed("statement", desktop[0][0], visits, "certain")
    yield from _owed("imprint", desktop[0][0], visits, imprint)


def _owed(what: Owed, entry: Spot, visits: list[Visit], sure: Sure) -> Iterator[Finding]:
    targets = [_whole(link.url, v) for v in visits for link in v.links if _leads_to(what, link)]
    if what == "statement":
        for visit in visits:
            hrefs = visit.banner.links if visit.banner else ()
            targets += [_whole(url, visit) for url in hrefs if _leads_to(what, Link(url, ""))]
    broken = {_bare(visit.url): visit for visit in visits if visit.status >= 400 or visit.trouble in _NOWHERE}
    dead = [broken[_bare(url)] for url in targets if _bare(url) in broken]
    host = host_of(entry.url) or entry.url
    if not targets:
        yield Finding(f"no-{what}", host, "page", (entry,), sure=sure)
    elif dead and len(dead) == len(targets):
        params: dict[str, str | int | float] = {"url": dead[0].url, "status": dead[0].status}
        yield Finding(f"no-{what}", host, "page", (entry,), params, sure=sure)


def _leads_to(what: Owed, link: Link) -> bool:
    if link.url.startswith(("javascript:", "data:", "mailto:", "tel:")):
        return False
    path = unquote(urlsplit(link.url).path) if _is_sane(link.url) else ""
    return says(f"links.{what}", link.text) or says(f"links.{what}_paths", path)


def _is_sane(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def _whole(url: str, visit: Visit) -> str:
    try:
        return urljoin(visit.landed or visit.url, url)
    except ValueError:
        return url


def _bare(url: str) -> str:
    """An address without its fragment and last slash: the same page."""
    return url.partition("#")[0].rstrip("/")


def _speaks_german(scene: Scene, visits: list[Visit]) -> bool:
    host = host_of(scene.seen.url)
    return host.endswith((".de", ".at", ".ch")) or any(v.language.casefold().startswith("de") for v in visits)


def connections(scene: Scene) -> Iterator[Finding]:
    """Pages over a connection that proves nothing, or that everybody on the way can read."""
    unproved: dict[str, list[Spot]] = {}
    plain: dict[str, list[Spot]] = {}
    for spot, visit in scene.visits:
        host = host_of(spot.url)
        if visit.trouble == "certificate":
            unproved.setdefault(host, []).append(spot)
        if visit.status and spot.url.startswith("http:") and not is_private(spot.url):
            plain.setdefault(host, []).append(spot)
    for host, spots in unproved.items():
        yield Finding("certificate", host, "page", places(spots))
    for host, spots in plain.items():
        yield Finding("no-tls", host, "page", places(spots))


def is_private(url: str) -> bool:
    """Whether an address leads no further than this machine or its own network."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_link_local
