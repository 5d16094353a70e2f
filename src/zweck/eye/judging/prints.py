"""Scripts that read what tells one device from another."""

from collections import defaultdict
from collections.abc import Iterator

from zweck.eye.judging.scene import Scene, host_of, spotted
from zweck.eye.judging.signs import signs
from zweck.eye.judging.telling import places
from zweck.eye.values import Finding, Print, Spot


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
        reads = sorted({particular for _, one in sightings for particular in one.reads})
        sends = any(one.sends for _, one in sightings)
        if _tells_apart(reads, sends):
            yield _finding(script, reads, sends, [spot for spot, _ in sightings])


def _tells_apart(reads: list[str], sends: bool) -> bool:
    strong = sum(particular in signs().listed["prints.strong"] for particular in reads)
    return strong >= 2 or (strong == 1 and (sends or len(reads) - strong >= 2))


def _finding(script: str, reads: list[str], sends: bool, spots: list[Spot]) -> Finding:
    params: dict[str, str | int | float] = {"reads": ", ".join(reads), "sends": int(sends)}
    if host := host_of(script):
        params["host"] = host
    agreed = all(spot.state == "accepted" for spot in spots)  # whoever agreed may have agreed to this
    return Finding("fingerprinting", script, "script", places(spots), params, note=agreed)
