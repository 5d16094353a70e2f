"""What a draft declares, made from what was seen: purposes, data, recipients, technologies, forms."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from zweck.eye.drafting.forms import DraftedForm, forms
from zweck.eye.judging.known import Service
from zweck.eye.judging.scene import Phase, Scene, Sighting, Thing
from zweck.eye.judging.signs import named_like
from zweck.eye.parties import is_bare, registrable
from zweck.policy.rules.lawbook import lawbook
from zweck.policy.writing.sheet import Ids, pattern, shown

_DAY = 86_400
LIMIT = 400  # technologies; a page can store any number, and a policy is for people
NOWHERE = "ZZ"  # no country: the seat is not known
PURPOSES = {
    "essential": "operation",
    "consent": "choice",
    "preferences": "preferences",
    "statistics": "statistics",
    "marketing": "marketing",
    "media": "media",
    "cdn": "delivery",
    "payment": "payment",
    "security": "protection",
    "chat": "chat",
    "": "unclear",
}
PHASES: dict[Phase, str] = {
    "before": "before any choice",
    "accepted": "after consent",
    "refused": "after a refusal",
    "withdrawn": "after a withdrawal",
}


@dataclass(slots=True)
class Drafted:
    """A recipient. `country`: of the provider's seat, NOWHERE where it is not known. `hosts`: by service's name, or "".

    `loaded`: what was only loaded from it, such as fonts, and is no technology.
    """

    id: str
    name: str
    country: str
    service: Service | None
    hosts: dict[str, set[str]] = field(default_factory=dict)
    loaded: list[Thing] = field(default_factory=list)
    receives: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    is_third: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """A technology. `basis`: who says what it serves."""

    id: str
    name: str
    kind: str
    purpose: str
    provider: str
    essential: bool
    basis: Literal["catalogue", "operator", "record", "name", "nobody"]
    thing: Thing

    @property
    def lifetime_days(self) -> int | None:
        """As it was asked for, rounded up; 0 = with the session, None = not for this kind."""
        if self.kind == "session-storage":
            return 0
        if self.kind != "cookie":
            return None
        return math.ceil((self.thing.lifetime_seconds or 0) / _DAY)

    @property
    def http_only(self) -> bool:
        """Whether scripts could never read it."""
        stored = [s.stored for s in self.thing.sightings if s.stored]
        return self.kind == "cookie" and bool(stored) and all(s.http_only for s in stored)


@dataclass(slots=True)
class Parts:
    """All of them. `left`: how many technologies are too many to be written. `purposes`: id → data it needs."""

    technologies: list[Used] = field(default_factory=list)
    recipients: dict[str, Drafted] = field(default_factory=dict)
    forms: tuple[DraftedForm, ...] = ()
    purposes: dict[str, set[str]] = field(default_factory=dict)
    workers: list[Thing] = field(default_factory=list)
    left: int = 0

    @property
    def data(self) -> set[str]:
        """Ids of all data that are needed or received."""
        return {datum for needs in self.purposes.values() for datum in needs}


def gather(scene: Scene, today: date) -> Parts:
    """The parts of a draft. Nothing seen is left out but what is too much, and that is counted."""
    parts = Parts(forms=forms(scene))
    ids, companies = Ids(), Ids()
    written: set[tuple[str, str]] = set()
    for thing in scene.things:
        if thing.kind == "service-worker":
            parts.workers.append(thing)
            continue
        if len(parts.technologies) >= LIMIT:
            parts.left += 1
            continue
        purpose, basis = _purpose(thing)
        recipient = _recipient(thing, parts, companies, today)
        for kind, name in _declared(thing):
            if (kind, name) not in written:
                written.add((kind, name))
                provider = recipient.id if recipient else ""
                essential = purpose in ("operation", "choice")
                used = Used(ids.of(name, kind), name, kind, purpose, provider, essential, basis, thing)
                parts.technologies.append(used)
        needs = {"ip-address"} if thing.is_asked else {"device-id"}
        parts.purposes.setdefault(purpose, set()).update(needs)
        if recipient:
            recipient.receives |= needs
            recipient.purposes.add(purpose)
            recipient.hosts.setdefault(thing.service.name if thing.service else "", set()).add(thing.host)
            if not any(_declared(thing)):
                recipient.loaded.append(thing)
    for form in parts.forms:
        parts.purposes.setdefault(form.purpose, set()).update(form.asks)
    return parts


def _purpose(thing: Thing) -> tuple[str, Literal["catalogue", "operator", "record", "name", "nobody"]]:
    if thing.is_record:
        return "choice", "record"
    if thing.category:
        return PURPOSES[thing.category], "operator" if thing.is_hearsay else "catalogue"
    if not thing.is_asked and not thing.third_party and named_like("names.consent", thing.name):
        return "choice", "name"
    return "unclear", "nobody"


def _declared(thing: Thing) -> Iterator[tuple[str, str]]:
    """The technologies that a thing is. Fonts, styles and data from elsewhere are none: only their recipient is."""
    if not thing.is_asked:
        yield thing.kind, pattern(thing.pattern)
        return
    kinds = {sighting.request.kind for sighting in thing.sightings if sighting.request}
    if "script" in kinds:
        yield "script", pattern(thing.name)
    elif "document" in kinds:
        yield "frame", pattern(thing.name)
    elif thing.kind == "beacon" or thing.category in ("statistics", "marketing"):
        yield "pixel", pattern(thing.name)


def _recipient(thing: Thing, parts: Parts, ids: Ids, today: date) -> Drafted | None:
    """Who stands behind a thing: its service's provider, or whoever runs the foreign host. None: the site itself."""
    service = thing.service
    if service is not None and (service.provider or thing.third_party):
        name, key = service.provider or service.name, service.provider or service.id
    elif thing.third_party:
        service, name = None, thing.host if is_bare(thing.host.partition(":")[0]) else registrable(thing.host)
        key = f"host:{name}"
    else:
        return None
    if key not in parts.recipients:
        country = service.country if service and service.country else NOWHERE
        is_third = country != NOWHERE and not lawbook().is_free(country, today)
        made = Drafted(ids.of(name, "recipient"), name, country, service, is_third=is_third)
        parts.recipients[key] = made
    return parts.recipients[key]


def seen_where(thing: Thing) -> Iterator[str]:
    """Where a thing was seen, a line for each phase: the first page, how many more, and by what."""
    for phase, words in PHASES.items():
        sightings = thing.during(phase)
        if sightings:
            pages = list(dict.fromkeys(sighting.spot.url for sighting in sightings))
            more = f" and {len(pages) - 1} more page{'' if len(pages) == 2 else 's'}" if len(pages) > 1 else ""
            yield f"seen {words}: {shown(pages[0])}{more}{_by(sightings)}"


def _by(sightings: tuple[Sighting, ...]) -> str:
    how = next((s.stored.how for s in sightings if s.stored and s.stored.how), "")
    by = next((s.spot.by for s in sightings if s.spot.by), "")
    words = {"header": "set by an answer of", "script": "set by a script at"}.get(how, "asked for by")
    return f", {words} {shown(by)}" if by else ""
