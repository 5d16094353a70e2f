"""Choosing in a banner as a visitor would, and telling how."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from time import monotonic

from playwright.async_api import Error, Page

from zweck.eye.browser.fitting import fitted
from zweck.eye.browser.sight.asking import element_of
from zweck.eye.browser.sight.banner import Scan, click, open_settings, opening, scan_once, wait_for_banner
from zweck.eye.browser.sight.knowing import Said, products, words
from zweck.eye.browser.sight.reopening import reopen

NO_BANNER = "no banner found"
NO_ACCEPTANCE = "no acceptance found"
NO_REFUSAL = "no refusal found"
NO_WITHDRAWAL = "no control to withdraw found"
STILL_THERE = "the banner stayed open"
NOT_PRESSED = "the button could not be pressed"
STILL_TICKED = "a box could not be unticked"
NOTHING_CAME = "the control opened nothing to withdraw in"

_ENTRIES = "() => Object.entries(localStorage).map(([name, value]) => ({ name, value }))"
_GONE_S = 1.5
_WORK_MS = 1200
_LOOK_S = 0.12
_COMES_S = 2.0
_LAYERS = 3


Before = Callable[[], Awaitable[None]]


async def _nothing() -> None:
    """Nobody wants to know."""


async def press(page: Page, wanted: str, secret: str = "", before: Before = _nothing) -> Said:
    """Press what refuses, accepts or withdraws: `{"done", "path", "why_not"}`.

    `path` holds the captions of everything pressed, also where it led to nothing. `before` is called when the way to
    a withdrawal lies open and nothing is withdrawn yet: what a page did on that way, it still might.
    """
    path: list[str] = []
    if wanted == "withdraw":
        why_not = await _withdraw(page, secret, path, before)
    else:
        scan = await wait_for_banner(page, secret)
        why_not = NO_BANNER if scan is None else await _answer(page, scan, wanted, secret, path)
    return {"done": not why_not, "path": path, "why_not": why_not}


async def _answer(page: Page, scan: Scan, wanted: str, secret: str, path: list[str]) -> str:
    missing = NO_ACCEPTANCE if wanted == "accept" else NO_REFUSAL
    if scan.said[wanted]:
        return await _press_and_save(page, scan, wanted, secret, path)
    if wanted == "refuse" and scan.said["save"] and scan.said["boxes"]:
        return await _save_nothing(page, scan, secret, path)
    for _ in range(_LAYERS):
        if not (opener := opening(scan.said)):
            break
        path.append(scan.said[opener]["text"])
        layer = await open_settings(page, scan, secret)
        if layer is None:
            break
        if layer.said[wanted]:
            return await _press_and_save(page, layer, wanted, secret, path)
        if wanted == "refuse" and layer.said["save"]:
            return await _save_nothing(page, layer, secret, path)
        scan = layer
    return missing


async def _press_and_save(page: Page, scan: Scan, kind: str, secret: str, path: list[str]) -> str:
    """In a layer of settings, "refuse all" may only set the boxes."""
    why_not = await _press(page, scan, kind, secret, path)
    if why_not == STILL_THERE and scan.said["save"]:
        return await _press(page, scan, "save", secret, path)
    return why_not


async def _press(page: Page, scan: Scan, kind: str, secret: str, path: list[str]) -> str:
    button = await element_of(scan.handle, "elements", kind)
    path.append(scan.said[kind]["text"])
    before = await _kept(page)
    if button is None or not await click(button):
        return NOT_PRESSED
    # A banner may be drawn before it listens: then the first press comes to nothing, and a visitor presses again.
    why_not = await _settle(page, scan, secret, before)
    if why_not == STILL_THERE and await click(button):
        why_not = await _settle(page, scan, secret, before)
    return why_not


async def _save_nothing(page: Page, scan: Scan, secret: str, path: list[str]) -> str:
    """Untick whatever can be unticked, then save."""
    for index, box in enumerate(scan.said["boxes"]):
        if box["disabled"] or not await _ticks(scan, index):
            continue
        path.append(box["label"] or box["name"])
        element = await element_of(scan.handle, "boxes", str(index))
        with suppress(Error):
            if element is not None:
                await element.evaluate("(box) => box.click()")
        if await _ticks(scan, index):
            return STILL_TICKED
    return await _press(page, scan, "save", secret, path)


async def _ticks(scan: Scan, index: int) -> bool:
    """Whether a box is ticked now: unticking one may have changed others."""
    ask = "(it, index) => it.boxes[index].checked ?? it.boxes[index].getAttribute('aria-checked') === 'true'"
    with suppress(Error):
        return bool(await scan.handle.evaluate(ask, index))
    return False


async def _settle(page: Page, scan: Scan, secret: str, before: frozenset[str]) -> str:
    """Give the page time for its work; say why not, where the banner neither went nor noted anything."""
    until = monotonic() + _GONE_S
    await asyncio.sleep(_LOOK_S)
    gone = False
    while not gone and monotonic() < until:
        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=_WORK_MS)
        now = (await scan_once(page, secret, lax=False)).scan
        gone = now is None or (_only_notes(now.said) and await _is_over(scan))
        if not gone:
            await asyncio.sleep(_LOOK_S)
    with suppress(Error):
        await page.wait_for_load_state("networkidle", timeout=_WORK_MS)
    if gone or await _kept(page) != before:
        return ""
    return STILL_THERE


def _only_notes(said: Said) -> bool:
    """ "Your choice was saved" speaks of cookies too, but asks nothing."""
    return not said["refuse"] and not said["settings"]


async def _is_over(scan: Scan) -> bool:
    """Whether what was pressed is no longer drawn, whatever else is."""
    drawn = await element_of(scan.handle, "box") is not None
    if not drawn:
        return True
    with suppress(Error):
        shown = "(it) => it.box.isConnected && it.box.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})"
        return not await scan.handle.evaluate(shown)
    return True


async def _kept(page: Page, every: bool = False) -> frozenset[str]:
    """The notes of a choice on the device, to see whether one was taken; compared here, told to nobody.

    `every`: whatever lies there, by whatever name.
    """
    found: list[tuple[str, str]] = []
    with suppress(Error):
        found += [(cookie.get("name", ""), cookie.get("value", "")) for cookie in await page.context.cookies()]
        kept = await page.evaluate(
            "() => Object.keys(localStorage).map((name) => ({ name, value: localStorage[name] }))"
        )
        found += [(one["name"], one["value"]) for one in fitted(kept, [{"name": 200, "value": 10_000}, 1000])]
    return frozenset(f"{name}={value}" for name, value in found if every or _notes_choice(name))


def _notes_choice(name: str) -> bool:
    return name in _stores() or re.search("|".join(words()["choice"]["names"]), name.lower()) is not None


@cache
def _stores() -> frozenset[str]:
    return frozenset(name for product in products() for name in product["stores"])


async def _withdraw(page: Page, secret: str, path: list[str], about_to: Before) -> str:
    before = await _kept(page, every=True)
    withdraws = False
    # As in `_press`: it may not have listened yet. After that, what bears the next best name is tried.
    for tried in ((), (), path):
        control = await reopen(page, secret, tuple(tried))
        if control is None:
            continue
        path[:] = [control.text]
        scan = await wait_for_banner(page, secret, lax=True, at_most_s=_COMES_S)
        if scan:
            await about_to()
            return await _taken_back(page, scan, secret, path, before)
        withdraws = control.withdraws
        if withdraws and await _kept(page, every=True) != before:
            return ""
    if not path and (scan := (await scan_once(page, secret, anywhere=True)).scan):
        return await _taken_back(page, scan, secret, path, before)  # the choice stands open in the page itself
    # What is called "withdraw" was pressed as a visitor would; what it left undone shows in what stays.
    return "" if withdraws else NOTHING_CAME if path else NO_WITHDRAWAL


async def _taken_back(page: Page, scan: Scan, secret: str, path: list[str], before: frozenset[str]) -> str:
    kind = "withdraw" if scan.said["withdraw"] else "refuse"
    why_not = await _answer(page, scan, kind, secret, path)
    # A panel in the page stays where it is, and its note may go by any name.
    noted = why_not == STILL_THERE and await _kept(page, every=True) != before
    return "" if noted else why_not
