"""What was seen and the statement's text never names."""

from collections import defaultdict
from collections.abc import Iterator

from zweck.eye.judging.known import Service
from zweck.eye.judging.prose import Prose
from zweck.eye.judging.scene import Scene, Thing
from zweck.eye.judging.telling import about, found, places
from zweck.eye.values import Finding, Sure


def unnamed(scene: Scene) -> Iterator[Finding]:
    """Services, hosts and cookies of which the text holds neither name nor provider."""
    if scene.prose is None:
        return
    of_service: dict[str, list[Thing]] = defaultdict(list)
    for thing in scene.things:
        if thing.service is not None:
            of_service[thing.service.id].append(thing)
        elif not _names(scene.prose, thing) and (sure := _sure(thing)):
            yield found("unnamed", thing, thing.sightings, sure)
    for things in of_service.values():
        service = things[0].service
        if service is not None and not _names_service(scene.prose, service, things):
            yield _service(service, things)


def _service(service: Service, things: list[Thing]) -> Finding:
    names = sorted({thing.name for thing in things})
    needed = all(thing.category in ("essential", "consent") and not thing.is_lasting for thing in things)
    return Finding(
        "unnamed",
        service.name,
        "provider",
        places(sighting.spot for thing in things for sighting in thing.sightings),
        {**about(things[0]), "things": ", ".join(names)},
        sure="hint" if needed else "certain",
    )


def _names_service(prose: Prose, service: Service, things: list[Thing]) -> bool:
    companies = (service.name, service.provider, service.in_union)
    return any(map(prose.names_company, companies)) or all(_names(prose, thing) for thing in things)


def _names(prose: Prose, thing: Thing) -> bool:
    """Whether the text holds the thing's name, or its host or a name above that."""
    if prose.names_pattern(thing.name):
        return True
    labels = thing.host.split(".") if thing.third_party else []
    return any(prose.names(".".join(labels[start:])) for start in range(len(labels) - 1))


def _sure(thing: Thing) -> Sure | None:
    """How surely a thing that nobody knows wants to be named."""
    if thing.third_party:
        return "certain"
    if thing.kind != "cookie":
        return None
    return "likely" if thing.is_lasting else "hint"
