"""One visitor: a browser profile of its own, one tab, and the notes of what pages did to both."""

import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, Dialog, Error, Page, Request, Worker
from playwright.async_api import TimeoutError as TooLong

from zweck.eye.browser.addresses import bare, is_web, landed_at
from zweck.eye.browser.device import identity, new_profile
from zweck.eye.browser.gate import Gate
from zweck.eye.browser.going import afterwards, go
from zweck.eye.browser.keeping import Keeping
from zweck.eye.browser.marking import marked
from zweck.eye.browser.recording import Recorder
from zweck.eye.browser.sight import find_banner, press, read
from zweck.eye.browser.tab import ASK_SECONDS, Tab, picture_of, press_keys, scroll, settle, turn_roots

Said = dict[str, Any]  # Any: JSON

_RECORD = Path(__file__).with_name("record.js").read_text(encoding="utf-8")
_GPC_IN_WORKERS = 'Object.defineProperty(WorkerNavigator.prototype, "globalPrivacyControl", { get: () => true })'

_READ_SECONDS = 20.0  # for everything there is to read on a page, or to press
_CLOSE_SECONDS = 3.0
_AFTER_PRESS_MS = 2_000  # what a press sets off may wait, lest anybody look
_SCROLLED_MS = 1_000  # what waits for being seen does not wait long
_PICTURE_WIDTHS = {"desktop": 640, "phone": 300}


class Visitor:
    """Opens pages one after the other in one tab, as a person does."""

    def __init__(self, context: BrowserContext, gate: Gate, profile: Said, version: str) -> None:
        self._context, self._gate, self._profile, self._version = context, gate, profile, version
        self._secret = "_" + secrets.token_hex(12)
        self._keeping = Keeping(context)
        self._tab: Tab | None = None
        self._opening = self._met_banner = self._choosing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._untrusted: set[str] = set()

    @classmethod
    async def arrive(cls, browser: Browser, gate: Gate, profile: Said) -> Self:
        """A visitor with a fresh profile."""
        context = await new_profile(browser, profile, await gate.open())
        visitor = cls(context, gate, profile, browser.version)
        given = ", ".join((f'"{visitor._secret}"', str(profile["gpc"]).lower(), str(profile["robot"]).lower()))
        await context.add_init_script(f"({_RECORD})({given});")
        context.on("page", visitor._on_page)
        context.on("request", visitor._on_request)
        return visitor

    async def leave(self) -> None:
        """Close the profile; nothing of it stays."""
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(self._context.close(), _CLOSE_SECONDS)
        await self._gate.close()

    # ── what can be asked ──

    async def visit(self, stop: Said) -> Said:
        """The fields of values.Visit, and "pictures"."""
        told = _blank(stop["url"])
        if not is_web(stop["url"]):
            return told | {"trouble": "failed"}
        try:
            async with asyncio.timeout(_limit_seconds(stop)):
                await self._visit(await self._open_tab(), stop, told)
        except (TimeoutError, TooLong):
            await self._give_up(told, "stuck")
        except Error:
            await self._give_up(told, "crash" if self._tab and self._tab.crashed else "stuck")
        return told

    async def choose(self, wanted: str) -> Said:
        """The fields of values.Choice, and "pictures"."""
        told: Said = {"wanted": wanted, "done": False, "path": [], "why_not": "", "stored": [], "requests": []}
        tab = self._tab
        if tab is None:
            return told | {"why_not": "no page is open"}
        self._gate.forget()
        tab.recorder.begin(tab.page.url)
        self._choosing = True
        try:
            async with asyncio.timeout(_READ_SECONDS * 2):
                await turn_roots(tab.page, self._secret, True)
                told.update(await press(tab.page, wanted, self._secret, partial(_begin_anew, tab)))
                await turn_roots(tab.page, self._secret, False)
                await settle(tab, _AFTER_PRESS_MS)
                seen = await self._keeping.look(tab)
                seen = seen | {"stored": await marked(tab.page, seen["stored"])}
        except (TimeoutError, Error):
            told["why_not"] = told["why_not"] or "the page did not answer"
            seen = tab.recorder.told((), self._gate.asked)
        self._choosing = False
        told.update(stored=seen["stored"], requests=seen["requests"])
        await self._picture(tab, told)
        return told

    async def kept(self) -> Said:
        """Everything on the device now, as fields of values.Stored."""
        return {"kept": await self._keeping.all(self._tab)}

    async def jar(self) -> Said:
        """The fields of values.Cookie."""
        names = {"name": "name", "domain": "domain", "expires": "expires", "http_only": "httpOnly", "secure": "secure"}
        jar: list[Said] = [dict(one) for one in await self._context.cookies()]
        return {"cookies": [{ours: one[theirs] for ours, theirs in names.items()} for one in jar]}

    # ── a visit ──

    async def _visit(self, tab: Tab, stop: Said, told: Said) -> None:
        self._gate.forget()
        tab.recorder.begin(stop["url"])
        arrival = await go(tab, stop["url"], stop["page_limit_ms"])
        told.update(status=arrival.status, headers=arrival.headers, trouble=arrival.trouble)
        if arrival.reached:
            await self._stay(tab, stop)
            tab.recorder.settle_on(tab.page.url)
        told["landed"] = landed_at(tab.page.url if arrival.reached else tab.recorder.traffic.main_url, stop["url"])
        if not arrival.reached or tab.recorder.traffic.is_led_astray:
            # The browser still has a page of its own to show, or is about to go on, which would interrupt the next.
            await self._give_up(told, arrival.trouble or "redirects")
            return
        if stop["picture"]:
            await self._picture(tab, told)
        told.update(await self._keeping.look(tab))
        told["trouble"] = told["trouble"] or afterwards(tab, stop["url"])
        if stop["reads"] == "all":
            await self._read(tab, told)
        if stop["keys"]:
            told["focus"] = await press_keys(tab.page, stop["keys"])
            await self._keeping.look_away(tab)

    async def _stay(self, tab: Tab, stop: Said) -> None:
        await settle(tab, stop["settle_ms"])
        if stop["scroll"]:
            await scroll(tab.page)
            await settle(tab, min(stop["settle_ms"], _SCROLLED_MS))

    async def _read(self, tab: Tab, told: Said) -> None:
        """Tell what the page says. The first banner a visitor meets is looked into, whatever opens thereby."""
        await turn_roots(tab.page, self._secret, True)
        async with asyncio.timeout(_READ_SECONDS):
            told.update(await read(tab.page, self._secret))
        async with asyncio.timeout(_READ_SECONDS):
            told["banner"] = await find_banner(tab.page, not self._met_banner, self._secret)
        await turn_roots(tab.page, self._secret, False)
        if told["banner"] and not self._met_banner:
            self._met_banner = True
            await self._keeping.look_away(tab)

    async def _picture(self, tab: Tab, told: Said) -> None:
        picture = await picture_of(tab.session, _PICTURE_WIDTHS[self._profile["device"]])
        if picture:
            told["picture"] = secrets.token_hex(8)
            told["pictures"] = {told["picture"]: picture}

    async def _give_up(self, told: Said, trouble: str) -> None:
        """Tell what is known of a page that cannot be looked at any further, and close its tab."""
        told["trouble"] = trouble
        if self._tab and not told["requests"]:
            told.update(self._tab.recorder.told((), self._gate.asked))
            self._keeping.note(told["stored"])
        await self._drop_tab()

    # ── the tab ──

    async def _open_tab(self) -> Tab:
        if self._tab and not self._tab.crashed:
            return self._tab
        self._opening = True
        try:
            page = await self._context.new_page()
        finally:
            self._opening = False
        session = await self._context.new_cdp_session(page)
        tab = Tab(page, session, Recorder(), self._gate, untrusted=self._untrusted)
        page.on("dialog", lambda dialog: self._spawn(_answer(dialog, self._choosing)))
        page.on("crash", lambda _page: setattr(tab, "crashed", True))
        if self._profile["gpc"]:
            page.on("worker", lambda worker: self._spawn(_signal(worker)))
        tree = await session.send("Page.getFrameTree")
        tab.recorder.traffic.main_frame = tree["frameTree"]["frame"]["id"]
        await tab.recorder.attach(session, self._secret)
        await session.send("Emulation.setUserAgentOverride", identity(self._version, self._profile))
        self._tab = tab
        return tab

    async def _drop_tab(self) -> None:
        """Close a tab that answers no more."""
        tab, self._tab = self._tab, None
        if tab:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(tab.page.close(), _CLOSE_SECONDS)

    def _on_page(self, page: Page) -> None:
        if not self._opening:
            self._spawn(_close(page))  # a window that nobody asked for

    def _on_request(self, request: Request) -> None:
        if self._tab:
            self._tab.recorder.traffic.on_driver_request(request)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:  # Any: as asyncio has it
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _answer(dialog: Dialog, choosing: bool) -> None:
    """`choosing`: "Do you really want to withdraw?" is then a part of the choice."""
    agrees = dialog.type == "beforeunload" or (choosing and dialog.type == "confirm")
    with suppress(Error):
        await (dialog.accept() if agrees else dialog.dismiss())


async def _begin_anew(tab: Tab) -> None:
    """What was sent until now belongs to the time before the press."""
    await settle(tab)
    tab.recorder.begin(tab.page.url)


async def _close(page: Page) -> None:
    with suppress(Error):
        await page.close()


async def _signal(worker: Worker) -> None:
    with suppress(Error):
        await worker.evaluate(_GPC_IN_WORKERS)


def _blank(url: str) -> Said:
    """A visit of which nothing is known yet."""
    lists = ("requests", "violations", "storage", "focus", "stored", "refused", "prints")
    texts = ("title", "language", "trouble", "picture")
    return {
        "url": url,
        "landed": bare(url),
        "status": 0,
        "headers": {},
        **{one: [] for one in lists},
        **dict.fromkeys(texts, ""),
    }


def _limit_seconds(stop: Said) -> float:
    """Twice the page's own limit, because of certificates; what it may do; and all that is asked of it."""
    page_ms: int = stop["page_limit_ms"] * 2 + stop["settle_ms"] * 6
    return page_ms / 1000 + 4 * ASK_SECONDS + 2 * _READ_SECONDS
