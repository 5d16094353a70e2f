"""All findings of an audit, worst first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from zweck.eye.judging.banner import banners
from zweck.eye.judging.boxes import boxes
from zweck.eye.judging.device import absent, lifetimes, signals, unasked, undeclared
from zweck.eye.judging.forms import forms
from zweck.eye.judging.known import Catalogue
from zweck.eye.judging.pages import connections, links
from zweck.eye.judging.prints import prints
from zweck.eye.judging.prose import Prose
from zweck.eye.judging.robots import robots
from zweck.eye.judging.scene import Scene, prepare, spotted
from zweck.eye.judging.telling import places
from zweck.eye.judging.transfers import transfers
from zweck.eye.judging.unnamed import unnamed
from zweck.eye.judging.weight import weight
from zweck.eye.values import Finding, Seen, Spot, State
from zweck.policy.model import Policy

_FAMILIES: tuple[Callable[[Scene], Iterator[Finding]], ...] = (
    unasked,
    undeclared,
    lifetimes,
    absent,
    signals,
    banners,
    boxes,
    forms,
    links,
    connections,
    transfers,
    prints,
    unnamed,
    robots,
)
# Findings of which the picture of the press tells more than the page's.
_PRESSED = frozenset({"after-refusal", "after-withdrawal", "no-refusal", "no-withdrawal", "withdrawal-harder"})


def judge(seen: Seen, policy: Policy | None, catalogue: Catalogue, prose: Prose | None) -> tuple[Finding, ...]:
    """What a person should look at. Pure, and cheap enough to be called again after every page."""
    scene = prepare(seen, policy, catalogue, prose)
    found = _one_each(finding for family in _FAMILIES for finding in family(scene))
    pictures = _Pictures(seen)
    return tuple(sorted((pictures.of(finding) for finding in found), key=weight))


def _one_each(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Findings by their id: things of one name on several hosts are told as one."""
    by_id: dict[str, Finding] = {}
    for finding in findings:
        other = by_id.get(finding.id)
        by_id[finding.id] = finding if other is None else _joined(other, finding)
    return by_id.values()


def _joined(one: Finding, other: Finding) -> Finding:
    worse, milder = sorted((one, other), key=weight)
    params = {**milder.params, **worse.params}
    hosts = {str(finding.params["host"]) for finding in (one, other) if "host" in finding.params}
    if hosts:
        params["host"] = ", ".join(sorted({part for host in hosts for part in host.split(", ")}))
    return replace(worse, spots=places((*one.spots, *other.spots)), params=params)


class _Pictures:
    """The pictures of an audit, by where they were taken."""

    def __init__(self, seen: Seen) -> None:
        people = [walk for walk in seen.walks if not walk.profile.robot]
        self._pages: dict[tuple[str, str, str, bool], str] = {}
        for walk in people:
            for spot, visit in spotted(walk):
                if visit.picture:
                    self._pages.setdefault(_where(spot), visit.picture)
        self._presses = {walk.state: walk.choice.picture for walk in people if walk.choice and walk.choice.picture}

    def of(self, finding: Finding) -> Finding:
        """The finding with its picture, where there is one."""
        state: State = "refused" if finding.code == "no-refusal" else next((s.state for s in finding.spots), "fresh")
        if finding.code in _PRESSED and (press := self._presses.get(state)):
            return replace(finding, picture=press)
        pages = (self._pages.get(_where(spot), "") for spot in finding.spots)
        return replace(finding, picture=next((picture for picture in pages if picture), ""))


def _where(spot: Spot) -> tuple[str, str, str, bool]:
    return spot.url, spot.state, spot.device, spot.gpc
