"""One visitor: a browser profile of its own, one tab, and the notes of what pages did to both."""

import asyncio
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Dialog, Error, Frame, Page, Worker
from playwright.async_api import TimeoutError as TooLong

from zweck.eye.browser.device import identity, new_profile
from zweck.eye.browser.gate import Gate
from zweck.eye.browser.going import Tab, afterwards, go
from zweck.eye.browser.party import host_of, is_foreign_host, site_of
from zweck.eye.browser.recording import Recorder, bare
from zweck.eye.browser.sight import find_banner, press, read

Said = dict[str, Any]  # Any: JSON
Key = tuple[str, str, str]  # kind, name, host

_HERE = Path(__file__)
_RECORD = _HERE.with_name("record.js").read_text(encoding="utf-8")
_STORED = _HERE.with_name("stored.js").read_text(encoding="utf-8")
_FOCUSED = _HERE.with_name("focus.js").read_text(encoding="utf-8")
_STAYS = """() => (document.activeElement.getAttribute("href") ?? "").startsWith("#")"""
_GPC_IN_WORKERS = 'Object.defineProperty(WorkerNavigator.prototype, "globalPrivacyControl", { get: () => true })'
_TURN_ROOTS = "([secret, open]) => { document.documentElement.attachShadow(secret, open); }"
_SCROLL = "() => { const before = scrollY; scrollBy(0, innerHeight * 0.9); return scrollY === before; }"

_ASK_SECONDS = 5.0  # for one answer from a page
_READ_SECONDS = 20.0  # for everything there is to read on it, or to press
_CLOSE_SECONDS = 3.0
_POLL_SECONDS = 0.01
_QUIET_MS = 300
_AFTER_PRESS_MS = 800
_KEY_SECONDS = 0.04  # a key's effect comes a moment later: even a jump within the page is a navigation
_SCROLL_SECONDS = 0.08
_SCREENS = 12  # a reader gives up on a page without an end, too
_FRAMES = 30
_PICTURE_WIDTHS = {"desktop": 640, "phone": 300}


class Visitor:
    """Opens pages one after the other in one tab, as a person does."""

    def __init__(self, context: BrowserContext, gate: Gate, profile: Said, version: str) -> None:
        self._context, self._gate, self._profile, self._version = context, gate, profile, version
        self._secret = "_" + secrets.token_hex(12)
        self._tab: Tab | None = None
        self._opening = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._untrusted: set[str] = set()
        self._origins: dict[str, list[Said]] = {}  # what lay in an origin's storages when it was last open
        self._met_banner = False
        self._told: dict[Key, Said] = {}  # how each thing was last set
        self._lay: set[Key] = set()  # what lay on the device when it was last looked at

    @classmethod
    async def arrive(cls, browser: Browser, gate: Gate, profile: Said) -> Self:
        """A visitor with a fresh profile."""
        context = await new_profile(browser, profile, await gate.open())
        visitor = cls(context, gate, profile, browser.version)
        given = ", ".join((f'"{visitor._secret}"', str(profile["gpc"]).lower(), str(profile["robot"]).lower()))
        await context.add_init_script(f"({_RECORD})({given});")
        context.on("page", visitor._on_page)
        return visitor

    async def leave(self) -> None:
        """Close the profile; nothing of it stays."""
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(self._context.close(), _CLOSE_SECONDS)
        await self._gate.close()

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
        tab = self._tab = Tab(page, session, Recorder(), self._gate, untrusted=self._untrusted)
        page.on("dialog", lambda dialog: self._spawn(_answer(dialog)))
        page.on("crash", lambda _page: setattr(tab, "crashed", True))
        if self._profile["gpc"]:
            page.on("worker", lambda worker: self._spawn(_signal(worker)))
        tree = await session.send("Page.getFrameTree")
        tab.recorder.main_frame = tree["frameTree"]["frame"]["id"]
        await tab.recorder.attach(session, self._secret)
        await session.send("Emulation.setUserAgentOverride", identity(self._version, self._profile))
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

    def _spawn(self, work: Any) -> None:  # Any: a coroutine without a result
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── what can be asked ──

    async def visit(self, stop: Said) -> Said:
        """The fields of values.Visit, and "pictures"."""
        if urlsplit(stop["url"]).scheme not in ("http", "https"):
            return _blank(stop["url"]) | {"trouble": "failed"}
        told = _blank(stop["url"])
        try:
            async with asyncio.timeout(_limit_seconds(stop)):
                tab = await self._open_tab()
                await self._visit(tab, stop, told)
        except (TimeoutError, TooLong):
            await self._give_up(told, "stuck")
        except Error:
            await self._give_up(told, "crash" if self._tab and self._tab.crashed else "stuck")
        return told

    async def _give_up(self, told: Said, trouble: str) -> None:
        told["trouble"] = trouble
        if self._tab and not told["requests"]:
            told.update(self._recorded(self._tab, set()))
        await self._drop_tab()

    async def _visit(self, tab: Tab, stop: Said, told: Said) -> None:
        self._gate.forget()
        tab.recorder.begin(stop["url"])
        arrival = await go(tab, stop["url"], stop["page_limit_ms"])
        told.update(status=arrival.status, headers=arrival.headers, trouble=arrival.trouble)
        if not arrival.reached:
            told.update(self._recorded(tab, set()), landed=bare(tab.recorder.main_url or stop["url"]))
            await self._drop_tab()  # the browser still has a page of its own to show, which would interrupt the next
            return
        await _settle(tab, stop["settle_ms"])
        if tab.recorder.is_led_astray:
            told.update(self._recorded(tab, set()), trouble="redirects", landed=bare(tab.page.url))
            await self._drop_tab()
            return
        if stop["scroll"]:
            await _scroll(tab)
            await _settle(tab, stop["settle_ms"])
        tab.recorder.settle_on(tab.page.url)
        told["landed"] = _landed(tab.page.url, stop["url"])
        if stop["picture"]:
            await self._picture(tab, told)
        await self._look_around(tab, told)
        told["trouble"] = told["trouble"] or afterwards(tab, stop["url"])
        if stop["reads"] == "all":
            await self._read(tab, told)
        if stop["keys"]:
            told["focus"] = await _press_keys(tab.page, stop["keys"])
            await self._look_away(tab)

    async def choose(self, wanted: str) -> Said:
        """The fields of values.Choice, and "pictures"."""
        told: Said = {"wanted": wanted, "done": False, "path": [], "why_not": "", "stored": [], "requests": []}
        tab = self._tab
        if tab is None:
            return told | {"why_not": "no page is open"}
        tab.recorder.begin(tab.page.url)
        try:
            async with asyncio.timeout(_READ_SECONDS * 2):
                await self._turn_roots(tab, True)
                told.update(await press(tab.page, wanted, self._secret))
                await self._turn_roots(tab, False)
                await _settle(tab, _AFTER_PRESS_MS)
                seen: Said = {}
                await self._look_around(tab, seen)
                told.update(stored=seen["stored"], requests=seen["requests"])
                await self._picture(tab, told)
        except (TimeoutError, Error):
            told["why_not"] = told["why_not"] or "the page did not answer"
            told["requests"] = tab.recorder.told_requests()
        return told

    async def kept(self) -> Said:
        """Everything on the device now, as fields of values.Stored."""
        if self._tab:
            with suppress(Error, TimeoutError):
                await self._storages(self._tab)
        site = self._tab.recorder.site if self._tab else ""
        there = [*await self._jar(), *(one for found in self._origins.values() for one in found)]
        return {"kept": [self._as_told(one, site) for one in _unique(there).values()]}

    async def jar(self) -> Said:
        """The fields of values.Cookie."""
        return {
            "cookies": [
                {
                    "name": one["name"],
                    "domain": one["domain"],
                    "expires": one["expires"],
                    "http_only": one["httpOnly"],
                    "secure": one["secure"],
                }
                for one in await self._context.cookies()
            ]
        }

    # ── what lies on the device ──

    async def _look_around(self, tab: Tab, told: Said) -> None:
        """Tell what was recorded, and what lies on the device."""
        front = await self._storages(tab)
        jar = await self._jar()
        lies = _unique([*jar, *(one for found in self._origins.values() for one in found)])
        told.update(self._recorded(tab, set(lies)))
        for key in lies.keys() - self._lay - tab.recorder.stored.keys():
            told["stored"].append(self._as_told(lies[key], tab.recorder.site))
        self._lay = set(lies)
        told["storage"] = list(dict.fromkeys(f"{one['kind']}:{one['name']}" for one in self._of_frames(tab)))
        told["title"], told["language"] = front["title"], front["language"][:40]

    async def _look_away(self, tab: Tab) -> None:
        """Forget what came of our keys and clicks: it was not the page's own doing."""
        with suppress(Error, TimeoutError):
            await self._storages(tab)
        lies = [*await self._jar(), *(one for found in self._origins.values() for one in found)]
        self._lay = set(_unique(lies))

    def _recorded(self, tab: Tab, lies: set[Key]) -> Said:
        recorder = tab.recorder
        stored = recorder.told_stored(lies)
        for one in stored:
            self._told[_key(one)] = one
        return {
            "requests": recorder.told_requests(),
            "violations": list(recorder.violations),
            "prints": recorder.told_prints(),
            "stored": stored,
            "refused": recorder.told_refused(lies),
        }

    async def _storages(self, tab: Tab) -> Said:
        """Read the storages of all frames that are open; returns what the page itself said."""
        front, *others = await _ask_frames(tab.page)
        if isinstance(front, Error) and not tab.crashed:  # the page led on to another just now
            await _settle(tab, _QUIET_MS)
            front, *others = await _ask_frames(tab.page)
        if isinstance(front, BaseException):
            raise front
        fresh: dict[str, list[Said]] = {}
        for answer in (front, *others):
            if not isinstance(answer, BaseException):
                host = host_of(answer["origin"])
                found = [{"kind": kind, "name": name, "host": host} for kind, name in answer["found"]]
                fresh.setdefault(answer["origin"], []).extend(found)
        self._origins.update(fresh)
        said: Said = front
        return said

    def _of_frames(self, tab: Tab) -> list[Said]:
        return [one for frame in tab.page.frames[:_FRAMES] for one in self._origins.get(_origin(frame), [])]

    async def _jar(self) -> list[Said]:
        now = time.time()
        return [
            {
                "kind": "cookie",
                "name": one["name"][:200],
                "host": one["domain"].lstrip("."),
                "http_only": one["httpOnly"],
                "secure": one["secure"],
                "same_site": one["sameSite"],
                "lifetime_seconds": round(one["expires"] - now) if one["expires"] > 0 else None,
            }
            for one in await asyncio.wait_for(self._context.cookies(), _ASK_SECONDS)
        ]

    def _as_told(self, found: Said, site: str) -> Said:
        """As it was set, where that was seen; else as it lies there."""
        return self._told.get(_key(found)) or {**found, "third_party": is_foreign_host(found["host"], site)}

    # ── reading ──

    async def _read(self, tab: Tab, told: Said) -> None:
        """Tell what the page says. The first banner a visitor meets is looked into, whatever opens thereby."""
        await self._turn_roots(tab, True)
        async with asyncio.timeout(_READ_SECONDS):
            told.update(await read(tab.page, self._secret))
        async with asyncio.timeout(_READ_SECONDS):
            told["banner"] = await find_banner(tab.page, not self._met_banner, self._secret)
        await self._turn_roots(tab, False)
        if told["banner"] and not self._met_banner:
            self._met_banner = True
            await self._look_away(tab)

    async def _turn_roots(self, tab: Tab, open_: bool) -> None:
        """Open, or close again, the way to closed shadow roots, so that no page finds it while nobody uses it."""
        given = [self._secret, open_]
        asked = [asyncio.wait_for(frame.evaluate(_TURN_ROOTS, given), _ASK_SECONDS) for frame in tab.page.frames]
        await asyncio.gather(*asked, return_exceptions=True)

    async def _picture(self, tab: Tab, told: Said) -> None:
        """Take a picture of what is in view. Never fails a visit."""
        with suppress(Error, TimeoutError, KeyError):
            async with asyncio.timeout(_ASK_SECONDS):
                view = (await tab.session.send("Page.getLayoutMetrics"))["cssVisualViewport"]
                scale = _PICTURE_WIDTHS[self._profile["device"]] / view["clientWidth"]
                clip = {"x": view["pageX"], "y": view["pageY"], "scale": scale}
                clip |= {"width": view["clientWidth"], "height": view["clientHeight"]}
                asked = {"format": "webp", "quality": 50, "clip": clip, "optimizeForSpeed": True}
                shot = await tab.session.send("Page.captureScreenshot", asked)
                key = secrets.token_hex(8)
                told["picture"], told["pictures"] = key, {key: shot["data"]}


async def _ask_frames(page: Page) -> list[Said | BaseException]:
    """What lies in the storages of each frame, the page's own first."""
    frames = page.frames[:_FRAMES]
    asked = [asyncio.wait_for(frame.evaluate(_STORED), _ASK_SECONDS) for frame in frames]
    return await asyncio.gather(*asked, return_exceptions=True)


async def _settle(tab: Tab, at_least_ms: int) -> None:
    """Let the page do things: at least so long, and up to three times that while its network is busy."""
    loop = asyncio.get_running_loop()
    began = quiet_since = loop.time()
    at_least, quiet = at_least_ms / 1000, min(_QUIET_MS, at_least_ms) / 1000
    while loop.time() - began < at_least * 3 and not tab.recorder.is_led_astray:
        await asyncio.sleep(_POLL_SECONDS)
        if tab.recorder.pending:
            quiet_since = loop.time()
        elif loop.time() - began >= at_least and loop.time() - quiet_since >= quiet:
            return


async def _scroll(tab: Tab) -> None:
    """To the end of the page and back, as a reader does."""
    for _ in range(_SCREENS):
        if await asyncio.wait_for(tab.page.evaluate(_SCROLL), _ASK_SECONDS):
            break
        await asyncio.sleep(_SCROLL_SECONDS)
    await asyncio.wait_for(tab.page.evaluate("() => scrollTo(0, 0)"), _ASK_SECONDS)


async def _press_keys(page: Page, keys: list[str]) -> list[list[str]]:
    """Where the focus is after each key; it ends before an Enter that would lead away from the page."""
    focus: list[list[str]] = []
    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_ASK_SECONDS):
            for key in keys:
                # A browser that leaves a page in the middle of a key has been seen never to answer again.
                if key == "Enter" and not await page.evaluate(_STAYS):
                    break
                await page.keyboard.press(key)
                await asyncio.sleep(_KEY_SECONDS)
                focus.append(await page.evaluate(_FOCUSED))
    return focus


async def _answer(dialog: Dialog) -> None:
    with suppress(Error):
        await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())


async def _close(page: Page) -> None:
    with suppress(Error):
        await page.close()


async def _signal(worker: Worker) -> None:
    with suppress(Error):
        await worker.evaluate(_GPC_IN_WORKERS)


def _blank(url: str) -> Said:
    """A visit of which nothing is known yet."""
    lists = ("requests", "violations", "storage", "focus", "stored", "refused", "prints")
    texts = ("landed", "title", "language", "trouble", "picture")
    return {"url": url, "status": 0, "headers": {}, **{one: [] for one in lists}, **dict.fromkeys(texts, "")}


def _landed(url: str, asked: str) -> str:
    """Where redirects led; elsewhere than on the site that was asked, without the query."""
    return url.partition("#")[0] if site_of(url) == site_of(asked) else bare(url)


def _limit_seconds(stop: Said) -> float:
    """Twice the page's own limit, because of certificates; what it may do; and all that is asked of it."""
    return (stop["page_limit_ms"] * 2 + stop["settle_ms"] * 6) / 1000 + 4 * _ASK_SECONDS + 2 * _READ_SECONDS


def _key(one: Said) -> Key:
    return one["kind"], one["name"], one["host"]


def _unique(found: list[Said]) -> dict[Key, Said]:
    return {_key(one): one for one in found}


def _origin(frame: Frame) -> str:
    parts = urlsplit(frame.url)
    return f"{parts.scheme}://{parts.netloc}"
