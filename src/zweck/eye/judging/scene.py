"""All that was seen, by thing instead of by page: one cookie, one host that was asked, one beacon, and where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from zweck.eye.judging.declared import Declared
from zweck.eye.judging.known import Catalogue, Known, Service
from zweck.eye.judging.naming import heads, tailed
from zweck.eye.judging.prose import Prose
from zweck.eye.judging.records import records
from zweck.eye.judging.signs import says, signs
from zweck.eye.parties import is_bare
from zweck.eye.values import DESKTOP, Request, Seen, Spot, Stored, Visit, Walk
from zweck.policy.model import Policy, Technology

# before: nothing was chosen yet · the others: after that choice.
Phase = Literal["before", "accepted", "refused", "withdrawn"]
How = Literal["set", "left", "asked", "sent"]
_PIXEL_BYTES = 100


@dataclass(frozen=True, slots=True)
class Sighting:
    """A thing, seen once."""

    spot: Spot
    phase: Phase
    how: How
    stored: Stored | None = None
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the device or asked for.

    `name`: a cookie's, the declared or known pattern of many, a host, or a beacon's address.
    """

    kind: str
    name: str
    host: str
    third_party: bool
    sightings: tuple[Sighting, ...]
    technology: Technology | None = None
    recipient: str = ""  # the id of the declared recipient it belongs to
    service: Service | None = None
    category: str = ""
    is_hearsay: bool = False  # known from the operator's file alone
    is_record: bool = False  # of the visitor's own choice
    pattern: str = ""  # under which others of its kind would be grouped; its name where there is none
    names: frozenset[str] = frozenset()  # all that were seen

    @property
    def is_asked(self) -> bool:
        """Whether it is a request, and nothing stored."""
        return self.kind in ("request", "beacon")

    @property
    def lifetime_seconds(self) -> int | None:
        """The longest it was asked to stay; None = with the session, or not said."""
        said = (sighting.stored.lifetime_seconds for sighting in self.sightings if sighting.stored)
        return max((seconds for seconds in said if seconds), default=None)

    @property
    def is_lasting(self) -> bool:
        """Whether it stays when the browser is closed."""
        if self.kind == "cookie":
            return self.lifetime_seconds is not None
        return self.kind in ("local-storage", "indexed-db", "cache", "service-worker")

    @property
    def has_id(self) -> bool:
        """Whether its value looks like an identifier."""
        return any(s.stored and s.stored.shape == "id" for s in self.sightings)

    def during(self, *phases: Phase) -> tuple[Sighting, ...]:
        """Where it was seen in one of these phases."""
        return tuple(sighting for sighting in self.sightings if sighting.phase in phases)


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to judge, and by what. `visits`: those before any choice, by people, each with its spot."""

    seen: Seen
    policy: Policy | None
    catalogue: Catalogue
    prose: Prose | None
    declared: Declared
    things: tuple[Thing, ...] = ()
    visits: tuple[tuple[Spot, Visit], ...] = ()
    addresses: frozenset[str] = frozenset()  # of all requests

    def walk(self, state: str) -> Walk | None:
        """The way in a state on a desktop."""
        return next((w for w in self.seen.walks if w.state == state and w.profile == DESKTOP), None)


def prepare(seen: Seen, policy: Policy | None, catalogue: Catalogue, prose: Prose | None) -> Scene:
    """Everything seen, grouped by thing."""
    declared = Declared.of(policy, catalogue)
    return Scene(
        seen=seen,
        policy=policy,
        catalogue=catalogue,
        prose=prose,
        declared=declared,
        things=tuple(_things(seen, catalogue, declared)),
        visits=tuple((spot, visit) for walk in seen.walks if _phase(walk) == "before" for spot, visit in spotted(walk)),
        addresses=frozenset(request.url for walk in seen.walks for v in walk.visits for request in v.requests),
    )


def spotted(walk: Walk) -> Iterator[tuple[Spot, Visit]]:
    """The visits of a way, each with where it was."""
    for visit in walk.visits:
        yield Spot(visit.landed or visit.url, walk.state, walk.profile.device, walk.profile.gpc), visit


def host_of(url: str) -> str:
    """The host of an address, with its port where nothing else tells two sites apart; "" where it has none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return f"{host}:{port}" if port and is_bare(host) else host


def _phase(walk: Walk) -> Phase | None:
    """What the visitor of a way had chosen; None where the way shows nothing of the kind."""
    if walk.profile.robot:
        return None
    if walk.state == "fresh":
        return "before"
    return walk.state if walk.choice is not None and walk.choice.done else None


# ── gathering ──

Key = tuple[str, str, str, bool]  # kind, name, host, third party


def _things(seen: Seen, catalogue: Catalogue, declared: Declared) -> Iterator[Thing]:
    raw: dict[Key, list[Sighting]] = defaultdict(list)
    for walk in seen.walks:
        if phase := _phase(walk):
            for key, sighting in _sightings(seen, walk, phase):
                raw[key].append(sighting)
    known_records = records(seen, catalogue)
    grouped: dict[Key, list[Key]] = defaultdict(list)
    crowds = _crowds(raw)
    for key in raw:
        grouped[_group(key, raw[key], catalogue, declared, crowds)].append(key)
    for (kind, name, host, third_party), keys in grouped.items():
        sightings = tuple(sighting for key in keys for sighting in raw[key])
        names = {key[1] for key in keys}
        alone = len(names) == 1 and sightings[0].request is None and declared.entry(kind, *names) is None
        thing = Thing(kind, names.pop() if alone else name, host or keys[0][2], third_party, sightings)
        yield replace(_identified(thing, keys, catalogue, declared, known_records), pattern=name)


def _sightings(seen: Seen, walk: Walk, phase: Phase) -> Iterator[tuple[Key, Sighting]]:
    here = next((spot for spot, _ in spotted(walk)), Spot(seen.url, walk.state, walk.profile.device, walk.profile.gpc))
    if walk.choice is not None:
        yield from _on_page(walk.choice.stored, walk.choice.requests, here, phase)
    for spot, visit in spotted(walk):
        yield from _on_page(visit.stored, visit.requests, spot, phase)
        yield from _lying(visit, spot, phase)
    for stored in walk.kept:
        yield _key(stored), Sighting(_at(here, stored.by), phase, "left", stored=stored)


def _on_page(
    stored: Iterable[Stored], requests: Iterable[Request], spot: Spot, phase: Phase
) -> Iterator[tuple[Key, Sighting]]:
    for one in stored:
        if one.lifetime_seconds is None or one.lifetime_seconds > 0:  # else it was deleted
            yield _key(one), Sighting(_at(spot, one.by), phase, "set", stored=one)
    for request in requests:
        if key := _asked(request):
            how: How = "sent" if key[0] == "beacon" else "asked"
            yield key, Sighting(_at(spot, request.by), phase, how, request=request)


def _lying(visit: Visit, spot: Spot, phase: Phase) -> Iterator[tuple[Key, Sighting]]:
    """What lies in storages after a visit and was not seen when it was put there."""
    told = {(stored.kind, stored.name) for stored in visit.stored}
    for entry in visit.storage:
        kind, _, name = entry.partition(":")
        if (kind, name) not in told:
            yield (kind, name, host_of(spot.url), False), Sighting(spot, phase, "left")


def _key(stored: Stored) -> Key:
    return stored.kind, stored.name, stored.host, stored.third_party


def _at(spot: Spot, by: str) -> Spot:
    return Spot(spot.url, spot.state, spot.device, spot.gpc, by)


def _asked(request: Request) -> Key | None:
    """What a request is about; None for what a site asks of itself, and for what never leaves the browser."""
    host = host_of(request.url)
    if not host or not request.url.startswith(("http:", "https:", "ws:", "wss:")):
        return None
    if host in signs().listed["requests.of_browser"]:
        return None
    if request.third_party:
        return ("beacon" if _is_beacon(request) else "request"), host, host, True
    path = urlsplit(request.url).path
    measures = request.kind in ("xhr", "fetch", "image") and says("requests.measuring", path)
    if request.kind == "ping" or measures or (_is_tiny(request) and _has_id(request)):
        return "beacon", f"{host}{path}", host, False
    return None


def _is_beacon(request: Request) -> bool:
    return request.kind == "ping" or _is_tiny(request) or (request.kind == "image" and _has_id(request))


def _is_tiny(request: Request) -> bool:
    """Whether it is an image that nobody can see."""
    return request.kind == "image" and 0 <= request.receives <= _PIXEL_BYTES and 200 <= request.status < 300


def _has_id(request: Request) -> bool:
    return not signs().listed["requests.pixel_queries"].isdisjoint(request.query)


# ── grouping ──


def _crowds(raw: Iterable[Key]) -> dict[tuple[str, str, str], int]:
    """How many names of a kind and host share a beginning and differ in a numbered end."""
    crowds: dict[tuple[str, str, str], int] = defaultdict(int)
    for kind, name, host, _ in raw:
        if head := tailed(name):
            crowds[kind, head, host] += 1
    return crowds


def _group(
    key: Key,
    sightings: list[Sighting],
    catalogue: Catalogue,
    declared: Declared,
    crowds: dict[tuple[str, str, str], int],
) -> Key:
    kind, name, host, third_party = key
    whose = host if third_party or kind == "beacon" else ""
    if sightings[0].request is not None:
        return kind, name, whose, third_party
    if technology := declared.entry(kind, name):
        return kind, technology.name, whose, third_party
    known = catalogue.stored(kind, name, host)
    for head in heads(name) if known else ():
        if (again := catalogue.stored(kind, f"{head}0x0", host)) and _is_same(known, again):
            return kind, f"{head}*", whose, third_party
    if not known and (head := tailed(name)) and crowds[kind, head, host] > 1:
        return kind, f"{head}*", whose, third_party
    return kind, name, whose, third_party


def _is_same(one: Known | None, other: Known | None) -> bool:
    return one is not None and other is not None and one.service.id == other.service.id


def _identified(
    thing: Thing, keys: list[Key], catalogue: Catalogue, declared: Declared, of_choice: frozenset[tuple[str, str]]
) -> Thing:
    kind, name, host, _ = keys[0]
    known = None if thing.is_asked else catalogue.stored(kind, name, host)
    service = known.service if known else catalogue.at(host) if thing.third_party else None
    urls = {sighting.request.url for sighting in thing.sightings if sighting.request}
    technology = declared.loaded(urls) if thing.is_asked else declared.entry(kind, name)
    return replace(
        thing,
        technology=technology,
        recipient=declared.recipient_of(service, host) if thing.third_party else "",
        service=service,
        category=known.category if known else service.category if service else "",
        is_hearsay=known.operator if known else False,
        is_record=any((k, n) in of_choice for k, n, _, _ in keys),
        names=frozenset(key[1] for key in keys),
    )
