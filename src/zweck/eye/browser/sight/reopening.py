"""The way back to a choice that was made: the control on a page that opens it again."""

from contextlib import suppress

from playwright.async_api import Error, Page

from zweck.eye.browser.sight.asking import ask_for_handle, drawn_frames, element_of, value_of
from zweck.eye.browser.sight.banner import click
from zweck.eye.browser.sight.knowing import products, script, words

_LOADED_MS = 5000


async def reopen(page: Page, secret: str, path: list[str]) -> bool:
    """Press the control that lets a visitor change the choice; its caption is added to the path."""
    for frame, _ in await drawn_frames(page):
        wish = {"secret": secret, "words": words(), "products": products(), "lax": True, "framed": False}
        handle = await ask_for_handle(frame, script("dom", "paint", "covering", "banner", "reopen"), wish)
        told = await value_of(handle, "told") if handle else None
        button = await element_of(handle, "control") if handle and told else None
        if button is None or told is None:
            continue
        path.append(told["text"])
        pressed = await click(button)
        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=_LOADED_MS)
        return pressed
    return False
