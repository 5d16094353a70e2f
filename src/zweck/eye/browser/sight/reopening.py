"""The way back to a choice that was made: the control on a page that opens it again."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Error, Page

from zweck.eye.browser.sight.asking import ask_for_handle, drawn_frames, element_of, value_of
from zweck.eye.browser.sight.banner import click
from zweck.eye.browser.sight.knowing import products, script, words

_LOADED_MS = 5000


@dataclass(frozen=True, slots=True)
class Control:
    """What was pressed. `withdraws`: by its caption it takes the consent back at once, and need not open anything."""

    text: str
    withdraws: bool


async def reopen(page: Page, secret: str, tried: Sequence[str] = ()) -> Control | None:
    """Press the control that lets a visitor change the choice; None where there is none.

    `tried`: captions of those that were of no use.
    """
    for frame, _ in await drawn_frames(page):
        wish = {"secret": secret, "words": words(), "products": products(), "lax": True, "tried": tried}
        handle = await ask_for_handle(frame, script("dom", "paint", "covering", "banner", "reopen"), wish)
        told = await value_of(handle, "told", {"text": 200, "withdraws": bool}) if handle else None
        button = await element_of(handle, "control") if handle and told else None
        if button is None or told is None or not await click(button):
            continue
        with suppress(Error):
            await page.wait_for_load_state("domcontentloaded", timeout=_LOADED_MS)
        return Control(told["text"], told["withdraws"])
    return None
