"""Boxes that are ticked before anybody has ticked them."""

from collections.abc import Iterator

from zweck.eye.judging.scene import Scene
from zweck.eye.judging.signs import says
from zweck.eye.judging.telling import places
from zweck.eye.values import Box, Finding, Spot, Sure, Visit


def boxes(scene: Scene) -> Iterator[Finding]:
    """Each ticked box once, with all pages on which it stands."""
    ticked: dict[str, list[Spot]] = {}
    sureness: dict[str, Sure] = {}
    for spot, visit in scene.visits:
        for box, sure in _ticked(visit):
            name = box.label or box.name or "?"
            ticked.setdefault(name, []).append(spot)
            sureness.setdefault(name, sure)
    for name, spots in ticked.items():
        yield Finding("pre-ticked", name, "box", places(spots), sure=sureness[name])


def _ticked(visit: Visit) -> Iterator[tuple[Box, Sure]]:
    of_banner = visit.banner.boxes if visit.banner else ()
    for box in of_banner:
        if _is_open(box):
            yield box, "certain" if box.label else "likely"
    told = {(box.label, box.name) for box in of_banner} | {("", "")}
    fields = (f for form in visit.forms for f in form.fields if f.kind == "checkbox" and not f.hidden)
    of_forms = tuple(Box(f.label, f.name, f.checked) for f in fields)
    for box in (*of_forms, *visit.boxes):
        if (box.label, box.name) not in told and _is_open(box) and (sure := _of_page(box)):
            told.add((box.label, box.name))
            yield box, sure


def _is_open(box: Box) -> bool:
    """Whether it is ticked, and for something that could be left out."""
    return box.checked and not box.disabled and not says("boxes.necessary", f"{box.label} {box.name}")


def _of_page(box: Box) -> Sure | None:
    words = f"{box.label} {box.name}"
    if says("boxes.consent", words):
        return "certain"
    return None if says("boxes.harmless", words) else "hint"
