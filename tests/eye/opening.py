"""Opens the small pages of `pages/` in a browser, under names that lead nowhere."""

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Playwright, Route, async_playwright

from tests.eye.loops import Loop

PAGES = Path(__file__).with_name("pages")
SITE = "http://www.example.org"
SECRET = "__a_name_nobody_knows"
# Stands in for the browser process's own script: remembers closed shadow roots.
KEEP_ROOTS = f"""(() => {{
  const roots = new WeakMap(), attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {{
    const root = attach.call(this, init);
    roots.set(this, root);
    return root;
  }};
  Object.defineProperty(document, "{SECRET}", {{value: (element) => roots.get(element) ?? null}});
}})()"""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]

Look = Callable[[Page], Awaitable[Any]]  # Any: what the page said, as JSON


class Opener:
    """One browser for all tests; every look gets a fresh profile."""

    def __init__(self, chromium: str) -> None:
        self._loop = Loop()
        self._loop.run(self._start(chromium))

    async def _start(self, chromium: str) -> None:
        self._playwright: Playwright = await async_playwright().start()
        self._browser: Browser = await self._playwright.chromium.launch(executable_path=chromium, args=FLAGS)

    def look(self, address: str, *looks: Look) -> Any:
        """What each look at the page says; of one look, its answer alone."""
        answers = self._loop.run(self._look(address, looks))
        return answers[0] if len(answers) == 1 else answers

    async def _look(self, address: str, looks: tuple[Look, ...]) -> list[Any]:
        context = await self._browser.new_context(locale="de-DE")
        try:
            await _serve(context)
            await context.add_init_script(KEEP_ROOTS)
            page = await context.new_page()
            await page.goto(f"{SITE}/{address}")
            return [await look(page) for look in looks]
        finally:
            await context.close()

    def close(self) -> None:
        """End the browser, then the loop it lived in."""
        self._loop.run(self._stop())
        self._loop.close()

    async def _stop(self) -> None:
        await self._browser.close()
        await self._playwright.stop()


async def _serve(context: BrowserContext) -> None:
    chosen = False

    async def answer(route: Route) -> None:
        nonlocal chosen
        name = route.request.url.split("/", 3)[3].partition("?")[0] or "empty.html"
        if route.request.method == "POST":
            chosen = True
            await route.fulfill(status=303, headers={"Location": "/after.html", "Set-Cookie": "choice=no; Path=/"})
        elif (file := PAGES / ("after.html" if chosen and name == "plain-form.html" else name)).is_file():
            await route.fulfill(path=file, content_type="text/html; charset=utf-8")
        else:
            await route.fulfill(status=404, body="")

    await context.route("**/*", answer)


def open_browser() -> Opener:
    """The machine's Chromium; without one, what needs it is skipped, and fails under CI."""
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    return Opener(chromium)
