"""Boxes that are ticked before anybody has ticked them."""

from collections.abc import Iterator

from zweck.eye.judging.families import is_personal
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
    for box, is_personal_form in _of_page(visit):
        if (box.label, box.name) not in told and _is_open(box) and (sure := _by_words(box, is_personal_form)):
            told.add((box.label, box.name))
            yield box, sure


def _of_page(visit: Visit) -> Iterator[tuple[Box, bool]]:
    """The boxes outside a banner, each with whether it belongs to a form for personal data."""
    for form in visit.forms:
        for field in form.fields:
            if field.kind == "checkbox" and not field.hidden:
                yield Box(field.label, field.name, field.checked), is_personal(form)
    for box in visit.boxes:
        yield box, False


def _is_open(box: Box) -> bool:
    """Whether it is ticked, and for something that could be left out."""
    return box.checked and not box.disabled and not says("boxes.necessary", f"{box.label} {box.name}")


def _by_words(box: Box, is_personal_form: bool) -> Sure | None:
    words = f"{box.label} {box.name}"
    if says("boxes.consent", words):
        return "certain"
    return "hint" if is_personal_form and not says("boxes.harmless", words) else None
