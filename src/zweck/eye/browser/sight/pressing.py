"""Choosing in a banner as a visitor would, and telling how."""

import asyncio
from contextlib import suppress
from time import monotonic

from playwright.async_api import Error, Page

from zweck.eye.browser.sight.asking import element_of, value_of
from zweck.eye.browser.sight.banner import Scan, click, open_settings, scan_once, wait_for_banner
from zweck.eye.browser.sight.knowing import Said
from zweck.eye.browser.sight.reopening import reopen

NO_BANNER = "no banner found"
NO_ACCEPTANCE = "no acceptance found"
NO_REFUSAL = "no refusal found"
NO_WITHDRAWAL = "no control to withdraw found"
STILL_THERE = "the banner stayed open"
NOT_PRESSED = "the button could not be pressed"
STILL_TICKED = "a box could not be unticked"
NOTHING_CAME = "the control opened nothing to withdraw in"

_GONE_S = 2.0
_WORK_MS = 1200
_LOOK_S = 0.12


async def press(page: Page, wanted: str, secret: str = "") -> Said:
    """Press what refuses, accepts or withdraws: `{"done", "path", "why_not"}`.

    `path` holds the captions of everything pressed, also where it led to nothing.
    """
    path: list[str] = []
    if wanted == "withdraw":
        why_not = await _withdraw(page, secret, path)
    else:
        scan = await wait_for_banner(page, secret)
        why_not = NO_BANNER if scan is None else await _answer(page, scan, wanted, secret, path)
    return {"done": not why_not, "path": path, "why_not": why_not}


async def _answer(page: Page, scan: Scan, wanted: str, secret: str, path: list[str]) -> str:
    missing = NO_ACCEPTANCE if wanted == "accept" else NO_REFUSAL
    if scan.said[wanted]:
        return await _press(page, scan, wanted, secret, path)
    if wanted == "refuse" and scan.said["save"] and scan.said["boxes"]:
        return await _save_nothing(page, scan, secret, path)
    if not scan.said["settings"]:
        return missing
    path.append(scan.said["settings"]["text"])
    layer = await open_settings(page, scan, secret)
    if layer is None:
        return missing
    if layer.said[wanted]:
        return await _press(page, layer, wanted, secret, path)
    if wanted == "refuse" and layer.said["save"]:
        return await _save_nothing(page, layer, secret, path)
    return missing


async def _press(page: Page, scan: Scan, kind: str, secret: str, path: list[str]) -> str:
    button = await element_of(scan.handle, "elements", kind)
    path.append(scan.said[kind]["text"])
    before = await _kept(page)
    if button is None or not await click(button):
        return NOT_PRESSED
    return await _settle(page, scan, secret, before)


async def _save_nothing(page: Page, scan: Scan, secret: str, path: list[str]) -> str:
    """Untick whatever can be unticked, then save."""
    for index, box in enumerate(scan.said["boxes"]):
        if not box["checked"] or box["disabled"]:
            continue
        element = await element_of(scan.handle, "boxes", str(index))
        path.append(box["label"] or box["name"])
        if element is None:
            return STILL_TICKED
        with suppress(Error):
            await element.evaluate("(box) => box.click()")
            if await element.evaluate("(box) => box.checked ?? box.getAttribute('aria-checked') === 'true'"):
                return STILL_TICKED
    return await _press(page, scan, "save", secret, path)


async def _settle(page: Page, scan: Scan, secret: str, before: frozenset[str]) -> str:
    """Give the page time for its work; say why not, where the banner neither went nor noted anything."""
    until = monotonic() + _GONE_S
    await asyncio.sleep(_LOOK_S)
    gone = False
    while not gone and monotonic() < until:
        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=_WORK_MS)
        now = (await scan_once(page, secret, lax=False)).scan
        gone = now is None or await _is_over(scan)
        if not gone:
            await asyncio.sleep(_LOOK_S)
    with suppress(Error):
        await page.wait_for_load_state("networkidle", timeout=_WORK_MS)
    if gone or await _kept(page) != before:
        return ""
    return STILL_THERE


async def _is_over(scan: Scan) -> bool:
    """Whether what was pressed is no longer drawn, whatever else is."""
    drawn = await value_of(scan.handle, "box") is not None
    if not drawn:
        return True
    with suppress(Error):
        shown = "(it) => it.box.isConnected && it.box.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})"
        return not await scan.handle.evaluate(shown)
    return True


async def _kept(page: Page) -> frozenset[str]:
    """What the device holds, to see whether anything changed; compared here, told to nobody."""
    kept: list[str] = []
    with suppress(Error):
        kept += [f"{c.get('name')}={c.get('value')}" for c in await page.context.cookies()]
        kept += await page.evaluate("() => Object.keys(localStorage).map((key) => key + '=' + localStorage[key])")
    return frozenset(kept)


async def _withdraw(page: Page, secret: str, path: list[str]) -> str:
    before = await _kept(page)
    opened = await reopen(page, secret, path)
    if not opened:
        return NO_WITHDRAWAL
    scan = await wait_for_banner(page, secret, lax=True, at_most_s=1.5)
    if scan is None:
        return "" if await _kept(page) != before else NOTHING_CAME
    kind = next((kind for kind in ("withdraw", "refuse") if scan.said[kind]), "")
    if kind:
        return await _press(page, scan, kind, secret, path)
    return await _answer(page, scan, "refuse", secret, path)
