"""What is stored and asked for: what the policy declares of it, and whether it waits for a choice."""

from collections.abc import Iterator

from zweck.eye.judging.scene import Phase, Scene, Thing, host_of
from zweck.eye.judging.standing import objection
from zweck.eye.judging.telling import days, found, places
from zweck.eye.values import Finding

_DAY = 86_400
# Browsers and servers round; a day more is no other period.
_SLACK, _SLACK_SECONDS = 1.02, _DAY
_CODES: dict[Phase, str] = {"before": "before-choice", "refused": "after-refusal", "withdrawn": "after-withdrawal"}
_ONCE_SEEN = frozenset({"", "certificate", "slow"})  # troubles after which a page was looked at all the same


def unasked(scene: Scene) -> Iterator[Finding]:
    """What is there before a choice, after a refusal, after a withdrawal, and is not needed."""
    for thing in scene.things:
        for phase, code in _CODES.items():
            sightings = thing.during(phase)
            sure = objection(thing, scene, refused=phase != "before") if sightings else None
            if sure:
                more: dict[str, str | int | float] = {"how": sightings[0].how}
                if thing.lifetime_seconds:
                    more["days"] = days(thing.lifetime_seconds)
                yield found(code, thing, sightings, sure, **more)


def undeclared(scene: Scene) -> Iterator[Finding]:
    """What the policy does not declare."""
    if scene.policy is None:
        return
    for thing in scene.things:
        if not _is_declared(thing, scene):
            certain = thing.third_party or not thing.is_asked
            yield found("undeclared", thing, thing.sightings, "certain" if certain else "likely")


def _is_declared(thing: Thing, scene: Scene) -> bool:
    if thing.technology is not None or (thing.recipient and thing.is_asked):
        return True
    if thing.kind == "service-worker":  # a policy has no word for it; what it keeps is a cache
        return True
    own = thing.kind == "beacon" and not thing.third_party
    return own and scene.policy is not None and scene.policy.systems.measurement is not None


def lifetimes(scene: Scene) -> Iterator[Finding]:
    """What stays longer than declared; as a note, what ends earlier than declared."""
    for thing in scene.things:
        declared = thing.technology.lifetime_days if thing.technology else None
        if declared is None or thing.kind != "cookie":
            continue
        seen = thing.lifetime_seconds
        if seen is None and declared > 0 and any(sighting.how == "set" for sighting in thing.sightings):
            early = found("lifetime", thing, thing.sightings, "hint", declared_days=declared, seen_days=0)
            yield Finding(early.code, early.subject, early.kind, early.spots, early.params, sure="hint", note=True)
        elif seen is not None and _is_longer(seen, declared):
            longest = [s for s in thing.sightings if s.stored and s.stored.lifetime_seconds == seen]
            yield found("lifetime", thing, longest, "certain", declared_days=declared, seen_days=days(seen))


def _is_longer(seen_seconds: int, declared_days: int) -> bool:
    if declared_days == 0:
        return True
    return seen_seconds > declared_days * _DAY * _SLACK + _SLACK_SECONDS


def absent(scene: Scene) -> Iterator[Finding]:
    """What is declared and was not seen: worth knowing, as one look does not see everything."""
    if scene.policy is None or not any(visit.trouble in _ONCE_SEEN for _, visit in scene.visits):
        return
    met = {(thing.technology.kind, thing.technology.name) for thing in scene.things if thing.technology}
    for technology in scene.policy.technologies.values():
        loaded = technology.kind in ("script", "pixel", "frame")
        if (technology.kind, technology.name) in met or (
            loaded and scene.declared.loads_any(technology, scene.addresses)
        ):
            continue
        yield Finding("absent", technology.name, technology.kind, sure="hint", note=True)


def signals(scene: Scene) -> Iterator[Finding]:
    """What happens to a visitor whose browser asks not to be tracked, as to everybody else."""
    promised = _promises_signals(scene)
    spots, names = [], []
    for thing in scene.things:
        under = [sighting for sighting in thing.during("before") if sighting.spot.gpc]
        sure = objection(thing, scene, refused=promised) if under else None
        if sure in ("certain", "likely"):
            spots += [sighting.spot for sighting in under]
            names.append(thing.name)
    if names:
        yield Finding(
            "gpc-ignored",
            host_of(scene.seen.url) or scene.seen.url,
            "page",
            places(spots),
            {"things": ", ".join(sorted(set(names))), "count": len(set(names))},
            note=not promised,
        )


def _promises_signals(scene: Scene) -> bool:
    measurement = scene.policy.systems.measurement if scene.policy else None
    return measurement is not None and measurement.honours_signals
