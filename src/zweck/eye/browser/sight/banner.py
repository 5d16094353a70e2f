"""The request for consent on an open page, as it is drawn."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from playwright.async_api import ElementHandle, Error, Frame, JSHandle, Page

from zweck.eye.browser.sight.asking import ask_for_handle, drawn_frames, element_of, value_of
from zweck.eye.browser.sight.knowing import Said, products, script, words
from zweck.eye.browser.sight.reading import BOX

KINDS = ("accept", "refuse", "settings", "save", "withdraw", "info")
_DRAWN = {
    "text": 200,
    "tag": 100,
    "weight": int,
    "in_view": bool,
    **dict.fromkeys(("font_px", "area", "padding", "contrast", "fill"), float),
}
_SAID = {
    "product": 100,
    "inside": 10,
    "text": 100_000,
    "boxes": [BOX, 200],
    "links": [2000, 100],
    **dict.fromkeys(("leads", "covers", "names_purposes", "moves"), bool),
    **dict.fromkeys(KINDS, (_DRAWN,)),
    "stance": 200,
    "rank": float,
}
_TOLD = {"said": (_SAID,), "expects": bool, "product": 100}
# A page may bring its banner a moment after loading; one that shows signs of it is given longer.
_ANYWAY_S = 0.25
_EXPECTED_S = 2.0
_STILL_S = 1.6
_LOOK_S = 0.12
_LAYER_S = 1.5


@dataclass(frozen=True, slots=True)
class Scan:
    """One look at a banner. `said`: what `told` in banner.js says. `handle` holds its elements."""

    frame: Frame
    said: Said
    handle: JSHandle


@dataclass(frozen=True, slots=True)
class Scanned:
    """The banner in the page, if there is one; otherwise whether one may still come."""

    scan: Scan | None
    expected: bool = False


async def scan_once(
    page: Page, secret: str, lax: bool = False, first: Scan | None = None, anywhere: bool = False
) -> Scanned:
    """Look for a banner in every frame once.

    `lax`: also for panels of settings, anywhere in the page; `first`: what such a panel came out of. `anywhere`: also
    in the midst of a page's own text.
    """
    found: list[Scan] = []
    expected, product = False, ""
    for frame, place in await drawn_frames(page):
        wish = {
            "secret": secret,
            "words": words(),
            "products": products(),
            "lax": lax,
            "framed": frame != page.main_frame,
            "anywhere": anywhere,
        }
        if first and first.frame == frame:
            wish["first"] = await element_of(first.handle, "box")
        handle = await ask_for_handle(frame, script("dom", "paint", "covering", "banner", "scan"), wish)
        answer = await _answer(handle) if handle else None
        if handle is None or answer is None:
            continue
        expected = expected or bool(answer["expects"])
        product = product or answer["product"]
        if answer["said"]:
            found.append(Scan(frame, _placed(answer["said"], place, page), handle))
    if not found:
        return Scanned(None, expected)
    best = max(found, key=lambda scan: float(scan.said["rank"]))
    best.said["product"] = best.said["product"] or product
    return Scanned(best)


async def _answer(handle: JSHandle) -> Said | None:
    return await value_of(handle, "told", _TOLD)


def _placed(said: Said, place: Said, page: Page) -> Said:
    """A frame's own view is the page's only where the frame lies in it."""
    if not place["width"]:
        return said
    said["inside"] = "frame"
    view = page.viewport_size
    inside = view is None or (place["x"] < view["width"] and 0 <= place["y"] + place["height"] / 2 < view["height"])
    for kind in KINDS:
        if said[kind]:
            said[kind]["in_view"] = said[kind]["in_view"] and inside
    return said


async def wait_for_banner(page: Page, secret: str, lax: bool = False, at_most_s: float = _ANYWAY_S) -> Scan | None:
    """The banner as soon as it stands still; `lax` as in `scan_once`."""
    began = monotonic()
    found_at, before = 0.0, ""
    while True:
        scanned = await scan_once(page, secret, lax)
        scan, at = scanned.scan, monotonic()
        if scan:
            found_at = found_at or at
            if at - found_at > _STILL_S or (before == scan.said["stance"] and not scan.said["moves"]):
                return scan
        elif at - began >= (max(_EXPECTED_S, at_most_s) if scanned.expected else at_most_s):
            return None
        before = scan.said["stance"] if scan else ""
        await asyncio.sleep(_LOOK_S if scan or scanned.expected else max(_LOOK_S, at_most_s - (at - began)))


async def open_settings(page: Page, first: Scan, secret: str) -> Scan | None:
    """The layer of settings that comes up once the first layer's button for it is pressed."""
    button = await element_of(first.handle, "elements", opening(first.said))
    if button is None or not await click(button):
        return None
    until = monotonic() + _LAYER_S
    before = ""
    while monotonic() < until or before:
        await asyncio.sleep(_LOOK_S)
        scan = (await scan_once(page, secret, lax=True, first=first)).scan
        if scan is None or not _is_other(scan.said, first.said):
            before = ""
        elif before == scan.said["stance"] or monotonic() > until + _STILL_S:
            return scan
        else:
            before = scan.said["stance"]
    return None


def opening(said: Said) -> str:
    """Which of its buttons opens a second layer; where none calls itself so, "more" may."""
    return next((kind for kind in ("settings", "info") if said[kind]), "")


def _is_other(layer: Said, first: Said) -> bool:
    known = [(box["label"], box["name"]) for box in first["boxes"]]
    more = [box for box in layer["boxes"] if (box["label"], box["name"]) not in known]
    return bool(more) or layer["text"] != first["text"]


async def click(button: ElementHandle) -> bool:
    """Press it as a visitor would; where something lies over it, as its keyboard would."""
    with suppress(Error):
        # In a tab of its own nobody would look.
        await button.evaluate("(it) => it.removeAttribute('target')")
        await button.click(timeout=1200, no_wait_after=True)
        return True
    with suppress(Error):
        await button.evaluate("(it) => it.click()")
        return True
    return False


async def find_banner(page: Page, deep: bool, secret: str = "") -> Said | None:
    """The fields of `values.Banner`, or None. `deep` also opens the settings and leaves them open."""
    scan = await wait_for_banner(page, secret)
    if scan is None:
        return None
    said = scan.said
    banner = {
        "product": said["product"],
        "inside": said["inside"],
        "text": said["text"],
        "boxes": said["boxes"],
        "links": said["links"],
        "covers": said["covers"],
        "names_purposes": said["names_purposes"],
        **{kind: _button(said[kind], 1, 1) for kind in ("accept", "refuse", "settings")},
    }
    if banner["refuse"] is None and said["save"] and said["boxes"]:
        banner["refuse"] = _button(said["save"], 1, 1 + _ticked(said["boxes"]))
    if deep and not said["leads"] and opening(said):
        layer = await open_settings(page, scan, secret)
        if layer:
            _add_layer(banner, layer.said)
    return banner


def _add_layer(banner: Said, layer: Said) -> None:
    known = [(box["label"], box["name"]) for box in banner["boxes"]]
    banner["boxes"] = banner["boxes"] + [box for box in layer["boxes"] if (box["label"], box["name"]) not in known]
    if banner["accept"] is None:
        banner["accept"] = _button(layer["accept"], 2, 2)
    if banner["refuse"] is None:
        banner["refuse"] = _button(layer["refuse"], 2, 2) or _button(layer["save"], 2, 2 + _ticked(layer["boxes"]))


def _ticked(boxes: list[Said]) -> int:
    return sum(box["checked"] and not box["disabled"] for box in boxes)


def _button(drawn: Said | None, layer: int, clicks: int) -> Said | None:
    return drawn and {**drawn, "layer": layer, "clicks": clicks}
