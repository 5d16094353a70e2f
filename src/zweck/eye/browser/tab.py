"""An open tab, and what a person does in it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Error, Page

from zweck.eye.browser.fitting import fitted
from zweck.eye.browser.gate import Gate
from zweck.eye.browser.recording import Recorder

Said = dict[str, Any]  # Any: JSON

ASK_SECONDS = 5.0  # for one answer from a page

_FOCUSED = Path(__file__).with_name("focus.js").read_text(encoding="utf-8")
_STAYS = """() => (document.activeElement.getAttribute("href") ?? "").startsWith("#")"""
_SCROLL = "() => { const before = scrollY; scrollBy(0, innerHeight * 0.9); return scrollY === before; }"
_TURN_ROOTS = "([secret, open]) => { document.documentElement.attachShadow(secret, open); }"
_POLL_SECONDS = 0.01
_QUIET_MS = 300
_KEY_SECONDS = 0.04  # a key's effect comes a moment later: even a jump within the page is a navigation
_SCROLL_SECONDS = 0.08
_MOVES = ((60, 60), (40, 8), (2, 2))
_SCREENS = 12  # a reader gives up on a page without an end, too


@dataclass  # without slots: the driver puts marks on whose methods it calls
class Tab:
    """An open tab, and what listens to it. `untrusted`: hosts whose certificate proves nothing."""

    page: Page
    session: CDPSession
    recorder: Recorder
    gate: Gate
    crashed: bool = False
    untrusted: set[str] = field(default_factory=set)


async def settle(tab: Tab, at_least_ms: int = _QUIET_MS) -> None:
    """Let the page do things: at least so long, and up to three times that while its network is busy."""
    loop, traffic = asyncio.get_running_loop(), tab.recorder.traffic
    began = quiet_since = loop.time()
    at_least, quiet = at_least_ms / 1000, min(_QUIET_MS, at_least_ms) / 1000
    while loop.time() - began < at_least * 3 and not traffic.is_led_astray:
        await asyncio.sleep(_POLL_SECONDS)
        if traffic.pending:
            quiet_since = loop.time()
        elif loop.time() - began >= at_least and loop.time() - quiet_since >= quiet:
            return


async def scroll(page: Page) -> None:
    """To the end of the page and back, as a reader does, the mouse in hand: many a script waits for either."""
    for x, y in _MOVES:
        await asyncio.wait_for(page.mouse.move(x, y), ASK_SECONDS)
    for _ in range(_SCREENS):
        if await asyncio.wait_for(page.evaluate(_SCROLL), ASK_SECONDS):
            break
        await asyncio.sleep(_SCROLL_SECONDS)
    await asyncio.wait_for(page.evaluate("() => scrollTo(0, 0)"), ASK_SECONDS)


async def press_keys(page: Page, keys: list[str]) -> list[list[str]]:
    """Where the focus is after each key; it ends before an Enter that would lead away from the page."""
    focus: list[list[str]] = []
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(ASK_SECONDS):
            for key in keys:
                # A browser that leaves a page in the middle of a key has been seen never to answer again.
                if key == "Enter" and not await page.evaluate(_STAYS):
                    break
                await page.keyboard.press(key)
                await asyncio.sleep(_KEY_SECONDS)
                focus.append(fitted(await page.evaluate(_FOCUSED), [100, 200]))
    return focus


async def turn_roots(page: Page, secret: str, open_: bool) -> None:
    """Open, or close again, the way to closed shadow roots, so that no page finds it while nobody uses it."""
    asked = [asyncio.wait_for(frame.evaluate(_TURN_ROOTS, [secret, open_]), ASK_SECONDS) for frame in page.frames]
    await asyncio.gather(*asked, return_exceptions=True)


async def picture_of(session: CDPSession, width: int) -> str:
    """What is in view, so many pixels wide: WebP in base64, or "" where none could be had."""
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(ASK_SECONDS):
            view = (await session.send("Page.getLayoutMetrics"))["cssVisualViewport"]
            clip = {"x": view["pageX"], "y": view["pageY"], "scale": width / view["clientWidth"]}
            clip |= {"width": view["clientWidth"], "height": view["clientHeight"]}
            asked = {"format": "webp", "quality": 50, "clip": clip, "optimizeForSpeed": True}
            return str((await session.send("Page.captureScreenshot", asked))["data"])
    return ""
