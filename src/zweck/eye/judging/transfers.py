"""Data that go to a third country."""

from collections import defaultdict
from collections.abc import Iterator

from zweck.eye.judging.known import Service
from zweck.eye.judging.scene import Scene, Thing
from zweck.eye.judging.telling import places
from zweck.eye.values import Finding
from zweck.policy.rules.lawbook import lawbook


def transfers(scene: Scene) -> Iterator[Finding]:
    """Providers in countries to which data do not travel freely, and no mechanism is declared for them.

    Without a policy or a text there is nothing that could declare one: a note.
    """
    by_provider: dict[tuple[str, str], list[Thing]] = defaultdict(list)
    for thing in scene.things:
        if thing.is_asked and thing.third_party and thing.service and _is_third(thing.service, scene):
            by_provider[thing.service.provider or thing.service.name, thing.service.country].append(thing)
    for (provider, country), things in by_provider.items():
        if any(not _is_declared(thing, scene) for thing in things):
            yield _finding(provider, country, things, note=scene.policy is None and scene.prose is None)


def _is_third(service: Service, scene: Scene) -> bool:
    day = scene.seen.began_at.date()
    return bool(service.country) and not lawbook().is_free(service.country, day)


def _finding(provider: str, country: str, things: list[Thing], note: bool) -> Finding:
    services = sorted({thing.service.name for thing in things if thing.service})
    return Finding(
        "third-country",
        provider,
        "provider",
        places(sighting.spot for thing in things for sighting in thing.sightings),
        {
            "country": country,
            "provider": provider,
            "service": ", ".join(services),
            "hosts": ", ".join(sorted({thing.host for thing in things})),
        },
        sure="likely",  # where a provider has its seat is known; where its machines stand is not seen
        note=note,
    )


def _is_declared(thing: Thing, scene: Scene) -> bool:
    """Whether policy or text name the provider, and what lets the data travel."""
    if scene.policy is not None and _in_policy(thing, scene):
        return True
    prose, service = scene.prose, thing.service
    if prose is None or service is None or not prose.mechanisms:
        return False
    return any(map(prose.names_company, (service.provider, service.in_union, service.name)))


def _in_policy(thing: Thing, scene: Scene) -> bool:
    if scene.policy is None:
        return False
    of_technology = thing.technology.provider if thing.technology else None
    recipient = scene.policy.recipients.get(of_technology or thing.recipient)
    if recipient is None:
        return False
    # A company in the Union is contracted: what it passes on is its own transfer, and declared as its contract.
    free = lawbook().is_free(recipient.country, scene.seen.began_at.date())
    return free or recipient.mechanism in scene.policy.mechanisms
