"""Asking a page something through a script, without ever being held up or thrown by it."""

import asyncio
from contextlib import suppress

from playwright.async_api import ElementHandle, Error, Frame, JSHandle, Page

from zweck.eye.browser.fitting import Shape, fitted
from zweck.eye.browser.sight.knowing import Said

# A page that computes without end answers nobody.
_ANSWER_S = 8.0
_MOST_FRAMES = 24


async def ask(frame: Frame, script: str, wish: Said, shape: Shape) -> Said | None:
    """What the script answers in this frame, in that shape; None where it cannot run there or takes too long."""
    with suppress(Error, TimeoutError):
        answer: Said | None = fitted(await asyncio.wait_for(frame.evaluate(script, wish), _ANSWER_S), (shape,))
        return answer
    return None


async def ask_for_handle(frame: Frame, script: str, wish: Said) -> JSHandle | None:
    """The same, where the answer holds elements."""
    with suppress(Error, TimeoutError):
        return await asyncio.wait_for(frame.evaluate_handle(script, wish), _ANSWER_S)
    return None


async def value_of(handle: JSHandle, name: str, shape: Shape) -> Said | None:
    """A property as JSON, in that shape."""
    with suppress(Error, TimeoutError):
        asked = handle.evaluate("(it, name) => it[name]", name)
        value: Said | None = fitted(await asyncio.wait_for(asked, _ANSWER_S), (shape,))
        return value
    return None


async def element_of(handle: JSHandle, *names: str) -> ElementHandle | None:
    """An element by the names of the properties that lead to it."""
    with suppress(Error, TimeoutError):
        path = "(it, names) => names.reduce((at, name) => at?.[name], it) ?? null"
        found = await asyncio.wait_for(handle.evaluate_handle(path, list(names)), _ANSWER_S)
        return found.as_element()
    return None


async def drawn_frames(page: Page) -> list[tuple[Frame, Said]]:
    """The page's frames that a visitor sees, each with its place in the view; the page itself comes first."""
    found = [(page.main_frame, {"x": 0.0, "y": 0.0, "width": 0.0, "height": 0.0})]
    for frame in [frame for frame in page.frames if frame != page.main_frame][:_MOST_FRAMES]:
        with suppress(Error, TimeoutError):
            element = await asyncio.wait_for(frame.frame_element(), _ANSWER_S)
            box = await element.bounding_box()
            if box and box["width"] >= 60 and box["height"] >= 40 and await element.is_visible():
                found.append((frame, {name: box[name] for name in ("x", "y", "width", "height")}))
    return found
