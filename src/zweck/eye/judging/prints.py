"""Scripts that read what tells one device from another."""

from collections import defaultdict
from collections.abc import Iterator

from zweck.eye.judging.scene import Scene, host_of, spotted
from zweck.eye.judging.signs import signs
from zweck.eye.judging.telling import places
from zweck.eye.values import Finding, Print, Spot, Sure


def prints(scene: Scene) -> Iterator[Finding]:
    """Scripts whose reads, taken together, are more than drawing a page takes."""
    read: dict[str, list[tuple[Spot, Print]]] = defaultdict(list)
    for walk in scene.seen.walks:
        if walk.profile.robot:
            continue
        for spot, visit in spotted(walk):
            for one in visit.prints:
                read[one.script.partition("?")[0]].append((spot, one))
    for script, sightings in read.items():
        if sure := _sure(script, sightings):
            yield _finding(script, sightings, sure)


def _sure(script: str, sightings: list[tuple[Spot, Print]]) -> Sure | None:
    """How surely the reads, taken together, tell one device from another."""
    reads = {particular for _, one in sightings for particular in one.reads}
    strong = len(reads & signs().listed["prints.strong"])
    if strong >= 2 or (strong == 1 and len(reads) >= 3):
        return "certain"
    if strong == 0 or not any(one.sends for _, one in sightings):
        return None
    # What stands in the page itself has the page's address, and whatever the page asks for is asked in its name.
    return "hint" if any(spot.url.partition("?")[0] == script for spot, _ in sightings) else "certain"


def _finding(script: str, sightings: list[tuple[Spot, Print]], sure: Sure) -> Finding:
    spots = places(spot for spot, _ in sightings)
    reads = sorted({particular for _, one in sightings for particular in one.reads})
    params: dict[str, str | int | float] = {
        "reads": ", ".join(reads),
        "sends": int(any(one.sends for _, one in sightings)),
    }
    if host := host_of(script):
        params["host"] = host
    agreed = all(spot.state == "accepted" for spot in spots)  # whoever agreed may have agreed to this
    return Finding("fingerprinting", script, "script", spots, params, sure=sure, note=agreed)
