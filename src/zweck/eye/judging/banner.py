"""The request for consent: what it offers, how its buttons compare, and whether a choice can be taken back."""

from collections.abc import Iterator

from zweck.eye.judging.scene import Scene, host_of
from zweck.eye.judging.telling import places
from zweck.eye.values import Banner, Button, Choice, Finding, Spot, Sure

# WCAG 2.2, 1.4.3: text with less contrast is hard to read.
_READABLE = 4.5
_SMALLER, _PALER = 0.8, 1.5
# The area of a button's own, against the banner: below, it looks like a link.
_BARE_FILL = 1.05
# Ways that were seen themselves; the others are a matter of look.
_CERTAIN = frozenset({"clicks", "layer", "contrast"})

Asked = tuple[Spot, Banner]


def banners(scene: Scene) -> Iterator[Finding]:
    """All that is to be said of the banners; each code once, at all places."""
    asked = [(spot, visit.banner) for spot, visit in scene.visits if visit.banner is not None]
    if asked:
        subject = asked[0][1].product or host_of(scene.seen.url) or scene.seen.url
        yield from _refusals(scene, asked, subject)
        yield from _silent(asked, subject)
    yield from _withdrawals(scene)


def _refusals(scene: Scene, asked: list[Asked], subject: str) -> Iterator[Finding]:
    refused = scene.walk("refused")
    choice = refused.choice if refused else None
    without = [spot for spot, banner in asked if banner.accept and not banner.refuse]
    if without and choice is not None and not choice.done:
        sure: Sure = "likely" if choice.path else "certain"  # something was pressed, and nothing came of it
        yield Finding("no-refusal", subject, "banner", places(without), sure=sure)
        return
    harder: dict[str, list[Spot]] = {}
    for spot, banner in asked:
        for way in _ways(banner, choice):
            harder.setdefault(way, []).append(spot)
    if harder:
        yield _harder(asked, harder, choice, subject)


def _harder(asked: list[Asked], harder: dict[str, list[Spot]], choice: Choice | None, subject: str) -> Finding:
    worst = next(banner for spot, banner in asked if any(spot in spots for spots in harder.values()))
    params: dict[str, str | int | float] = {"ways": ", ".join(harder)}
    accept, refuse = worst.accept.clicks if worst.accept else 1, _refuse_clicks(worst, choice)
    if accept != refuse:
        params |= {"accept_clicks": accept, "refuse_clicks": refuse}
    spots = places(spot for spots in harder.values() for spot in spots)
    sure: Sure = "likely" if _CERTAIN.isdisjoint(harder) else "certain"
    return Finding("refusal-harder", subject, "banner", spots, params, sure=sure)


def _refuse_clicks(banner: Banner, choice: Choice | None) -> int:
    if banner.refuse is not None:
        return banner.refuse.clicks
    return len(choice.path) if choice is not None and choice.done else 0


def _ways(banner: Banner, choice: Choice | None) -> Iterator[str]:
    """The ways in which refusing is harder than accepting."""
    accept, refuse = banner.accept, banner.refuse
    if accept is None:
        return
    if _refuse_clicks(banner, choice) > accept.clicks:
        yield "clicks"
    if refuse is None:
        return
    if refuse.layer > accept.layer:
        yield "layer"
        return  # on another layer there is nothing beside which it could be smaller or paler
    if refuse.contrast and refuse.contrast < min(_READABLE, accept.contrast):
        yield "contrast"
    elif accept.fill >= _PALER * refuse.fill:
        yield "fill"
    if _is_smaller(refuse, accept):
        yield "size"
    if refuse.tag == "a" and accept.tag != "a" and refuse.fill <= max(_BARE_FILL, accept.fill / _PALER):
        yield "kind"
    if accept.in_view and not refuse.in_view:
        yield "view"


def _is_smaller(refuse: Button, accept: Button) -> bool:
    """Smaller type, or less room. A short word needs less room: counted is the room for each of its letters."""
    if 0 < refuse.font_px < accept.font_px - 0.5:
        return True
    if not refuse.area or refuse.area >= _SMALLER * accept.area:
        return False
    return refuse.area / max(len(refuse.text), 1) < _SMALLER * accept.area / max(len(accept.text), 1)


def _silent(asked: list[Asked], subject: str) -> Iterator[Finding]:
    covers = [spot for spot, banner in asked if banner.covers]
    if covers:
        yield Finding("banner-covers", subject, "banner", places(covers))
    mute = [spot for spot, banner in asked if not banner.names_purposes]
    if mute:
        yield Finding("banner-says-nothing", subject, "banner", places(mute), sure="likely")


def _withdrawals(scene: Scene) -> Iterator[Finding]:
    accepted, withdrawn = scene.walk("accepted"), scene.walk("withdrawn")
    given = accepted.choice if accepted else None
    back = withdrawn.choice if withdrawn else None
    if given is None or back is None or not given.done or withdrawn is None:
        return
    spots = places(Spot(visit.landed or visit.url, "withdrawn") for visit in withdrawn.visits)
    spots = spots[:1] or (Spot(scene.seen.url, "withdrawn"),)
    host = host_of(scene.seen.url) or scene.seen.url
    if not back.done:
        # Controls go by many names: that none was found does not prove that there is none.
        yield Finding("no-withdrawal", host, "banner", spots, sure="hint" if back.path else "likely")
    elif _clicks(back, scene) > len(given.path) + 1:
        params: dict[str, str | int | float] = {"clicks": len(back.path), "accept_clicks": len(given.path)}
        yield Finding("withdrawal-harder", host, "banner", spots, params)


def _clicks(back: Choice, scene: Scene) -> int:
    """How many presses a withdrawal took, without the boxes: which of them to untick is the choice itself."""
    boxes = {box.label or box.name for _, visit in scene.visits if visit.banner for box in visit.banner.boxes}
    return sum(text not in boxes for text in back.path)
