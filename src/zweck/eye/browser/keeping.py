"""What lies on a visitor's device: the jar, and the storages of the origins that were open."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Error, Page

from zweck.eye.browser.addresses import host_of, is_foreign_host
from zweck.eye.browser.fitting import fitted
from zweck.eye.browser.recording import KINDS
from zweck.eye.browser.tab import ASK_SECONDS, Tab, settle

Said = dict[str, Any]  # Any: JSON
Key = tuple[str, str, str]  # kind, name, host

_STORED = Path(__file__).with_name("stored.js").read_text(encoding="utf-8")
_FRAMES = 30
_ANSWER = {"origin": 300, "found": [{"kind": 20, "name": 200}, 2500], "title": 300, "language": 40}


class Keeping:
    """Knows what lies there now, what lay there before, and how each thing was last set."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._origins: dict[str, list[Said]] = {}  # by origin, as it was when it was last open
        self._set: dict[Key, Said] = {}
        self._lay: set[Key] = set()

    async def look(self, tab: Tab) -> Said:
        """Tell what was recorded in a tab and what is found there besides: fields of values.Visit."""
        front = await self._read_storages(tab)
        lies = await self._all()
        told = tab.recorder.told(lies, tab.gate.asked)
        self.note(told["stored"])
        for key in lies.keys() - self._lay - tab.recorder.stored.keys():
            told["stored"].append(self._as_set(lies[key], tab.recorder.site))
        self._lay = set(lies)
        told["storage"] = self._storages_of(tab.page)
        told["title"], told["language"] = front["title"], front["language"]
        return told

    async def look_away(self, tab: Tab) -> None:
        """Take what lies there now for known: it came of our keys and clicks, and is not the page's own doing."""
        with suppress(Error, TimeoutError):
            await self._read_storages(tab)
        self._lay = set(await self._all())

    async def all(self, tab: Tab | None) -> list[Said]:
        """Everything that lies there: fields of values.Stored."""
        if tab:
            with suppress(Error, TimeoutError):
                await self._read_storages(tab)
        site = tab.recorder.site if tab else ""
        return [self._as_set(one, site) for one in (await self._all()).values()]

    def note(self, stored: list[Said]) -> None:
        """Remember how things were set."""
        for one in stored:
            self._set[_key(one)] = one

    async def _all(self) -> dict[Key, Said]:
        found = [*await self._jar(), *(one for origin in self._origins.values() for one in origin)]
        return {_key(one): one for one in found}

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
            for one in await asyncio.wait_for(self._context.cookies(), ASK_SECONDS)
        ]

    async def _read_storages(self, tab: Tab) -> Said:
        """Read the storages of all frames that are open; returns what the page itself said."""
        front, *others = await _ask_frames(tab.page)
        if isinstance(front, Error) and not tab.crashed:  # the page led on to another just now
            await settle(tab)
            front, *others = await _ask_frames(tab.page)
        if isinstance(front, BaseException):
            raise front
        fresh: dict[str, list[Said]] = {}
        for answer in (front, *others):
            if not isinstance(answer, BaseException):
                host = host_of(answer["origin"])
                found = [{**one, "host": host} for one in answer["found"] if one["kind"] in KINDS]
                fresh.setdefault(answer["origin"], []).extend(found)
        self._origins.update(fresh)
        return front

    def _storages_of(self, page: Page) -> list[str]:
        origins = dict.fromkeys(_origin(frame.url) for frame in page.frames[:_FRAMES])
        found = [one for origin in origins for one in self._origins.get(origin, [])]
        return list(dict.fromkeys(f"{one['kind']}:{one['name']}" for one in found))

    def _as_set(self, found: Said, site: str) -> Said:
        """As it was set, where that was seen; else as it lies there."""
        return self._set.get(_key(found)) or {**found, "third_party": is_foreign_host(found["host"], site)}


async def _ask_frames(page: Page) -> list[Said | BaseException]:
    """What lies in the storages of each frame, the page's own first."""
    asked = [asyncio.wait_for(frame.evaluate(_STORED), ASK_SECONDS) for frame in page.frames[:_FRAMES]]
    answers: list[Said | BaseException] = await asyncio.gather(*asked, return_exceptions=True)
    return [one if isinstance(one, BaseException) else fitted(one, _ANSWER) for one in answers]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _key(one: Said) -> Key:
    return one["kind"], one["name"], one["host"]
