"""Whether a declared robot is shown another site than people are."""

from collections.abc import Iterator

from zweck.eye.judging.scene import Scene, host_of
from zweck.eye.judging.standing import objection
from zweck.eye.values import Finding, Spot, Visit, Walk

_READ = frozenset({"", "certificate", "slow"})


def robots(scene: Scene) -> Iterator[Finding]:
    """The entry page as a robot met it, against the same page as a person did."""
    robot = next((w for w in scene.seen.walks if w.state == "fresh" and w.profile.robot), None)
    person = scene.walk("fresh")
    if robot is None or person is None or not _are_readable(robot, person):
        return
    told, shown = robot.visits[0], person.visits[0]
    spots = (Spot(shown.landed or shown.url, "fresh", person.profile.device),)
    host = host_of(scene.seen.url) or scene.seen.url
    if (told.banner is None) != (shown.banner is None):
        params: dict[str, str | int | float] = {"what": "banner", "robot_sees": int(told.banner is not None)}
        # A banner may also have come too late for one of the two.
        yield Finding("robots-see-otherwise", host, "page", spots, params, sure="likely")
    elif hidden := sorted(_unneeded(scene) & (_stored(shown) ^ _stored(told))):
        params = {"what": "storage", "things": ", ".join(sorted({name for _, name in hidden}))}
        yield Finding("robots-see-otherwise", host, "page", spots, params, sure="likely")


def _are_readable(robot: Walk, person: Walk) -> bool:
    return all(walk.visits and walk.visits[0].trouble in _READ for walk in (robot, person))


def _stored(visit: Visit) -> set[tuple[str, str]]:
    lying = {(kind, name) for kind, _, name in (entry.partition(":") for entry in visit.storage)}
    return {(stored.kind, stored.name) for stored in visit.stored} | lying


def _unneeded(scene: Scene) -> set[tuple[str, str]]:
    """What people are given without being asked, by its own names."""
    return {
        (thing.kind, name)
        for thing in scene.things
        if thing.during("before") and objection(thing, scene, refused=False) in ("certain", "likely")
        for name in thing.names
    }
