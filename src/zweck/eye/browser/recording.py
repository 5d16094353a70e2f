"""Notes what pages put on the device and read from it: cookies by headers, the rest as `record.js` tells it."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import CDPSession

from zweck.eye.browser.addresses import bare, host_of, is_foreign_host, is_web
from zweck.eye.browser.fitting import fitted
from zweck.eye.browser.set_cookie import SetCookie, parse, shape_of, with_attributes
from zweck.eye.browser.traffic import Traffic
from zweck.eye.parties import site_of

Said = dict[str, Any]  # Any: JSON
Key = tuple[str, str, str]  # kind, name, host

_NAME_CHARS = 200
_TOLD = {
    "what": 20,
    "url": 2000,
    "script": 1000,
    "name": _NAME_CHARS,
    "shape": 10,
    "attributes": 500,
    "read": 20,
    "directive": 100,
    "blocked": 2000,
    "visible": bool,
}
# Of what a script may keep on a device beside cookies.
KINDS = frozenset({"local-storage", "session-storage", "indexed-db", "cache", "service-worker"})
# Without one of these a script knows a device no better than any other of its kind.
_STRONG = frozenset({"canvas", "webgl", "audio", "fonts"})


class Recorder:
    """What happened since `begin`, in one tab. `site`: whose page it is, so that others are third parties."""

    def __init__(self) -> None:
        self.site = ""
        self.traffic = Traffic(self._on_cookies)
        self.stored: dict[Key, Said] = {}
        self._violations: list[Said] = []
        self._reads: dict[str, set[str]] = {}

    def begin(self, url: str) -> None:
        """Start anew, for a page of that address."""
        self.site = site_of(url)
        self.traffic.begin(url)
        self.stored.clear()
        self._violations.clear()
        self._reads.clear()

    def settle_on(self, url: str) -> None:
        """The page has landed there: what belongs to this site is no third party's."""
        if is_web(url):
            self.site = site_of(url)

    async def attach(self, session: CDPSession, secret: str) -> None:
        """Listen to a tab. `secret`: the name by which `record.js` finds its way out."""
        session.on("Runtime.bindingCalled", _hearing(secret, self._on_told))
        await self.traffic.attach(session)
        for event in ("domStorageItemAdded", "domStorageItemUpdated"):
            session.on(f"DOMStorage.{event}", self._on_item)
        await session.send("DOMStorage.enable")
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": secret})

    def told(self, lies: Iterable[Key], reached: Iterable[str]) -> Said:
        """The fields of values.Visit that tell what was recorded.

        `lies`: what is on the device now; a script may have asked for what the browser refused. `reached`: hosts and
        ports as the gate was asked for them.
        """
        there = set(lies)
        refused = [key for key, said in self.stored.items() if said.get("doubtful") and key not in there]
        return {
            "requests": self.traffic.told(self.site, reached),
            "stored": [self._as_told(key) for key in self.stored if key not in refused],
            "refused": [self._as_told(key) for key in refused],
            "violations": list(self._violations),
            "prints": self._told_prints(),
        }

    # ── what is heard ──

    def _on_cookies(self, url: str, lines: list[str]) -> None:
        for line in lines:
            cookie = parse(line, datetime.now(UTC))
            if cookie:
                self._keep(cookie, url, {"how": "header", "by": url})

    def _on_told(self, told: Said) -> None:
        what, by = told["what"], bare(told["script"])
        if what == "violation":
            self._violations.append({"directive": told["directive"], "blocked": bare(told["blocked"])})
        elif what == "read":
            self._reads.setdefault(by, set()).add(told["read"])
        elif what == "cookie":
            cookie = with_attributes(told["name"], told["shape"], told["attributes"], datetime.now(UTC))
            self._keep(cookie, told["url"], {"how": "script", "by": by, "doubtful": not told["visible"]})
        elif what in KINDS:
            host = host_of(told["url"])
            entry = {"kind": what, "name": told["name"], "host": host, "how": "script", "by": by}
            self.stored[what, told["name"], host] = {**entry, "shape": told["shape"]}

    def _on_item(self, event: Said) -> None:
        """Of a storage, however it was set: `localStorage.name = value` calls nothing that a script could stand for."""
        storage = event["storageId"]
        kind = "local-storage" if storage["isLocalStorage"] else "session-storage"
        name, host = event["key"][:_NAME_CHARS], host_of(storage.get("securityOrigin") or storage.get("storageKey", ""))
        entry = {"kind": kind, "name": name, "host": host, "how": "script", "by": ""}
        self.stored.setdefault((kind, name, host), {**entry, "shape": shape_of(event["newValue"])})

    def _keep(self, cookie: SetCookie, url: str, source: Said) -> None:
        if cookie.lifetime_seconds is not None and cookie.lifetime_seconds <= 0:
            return
        host = cookie.domain or host_of(url)
        said = {"kind": "cookie", "host": host, **asdict(cookie), **source}
        del said["domain"]
        self.stored["cookie", cookie.name, host] = said

    # ── what is told of it ──

    def _as_told(self, key: Key) -> Said:
        said = {name: value for name, value in self.stored[key].items() if name != "doubtful"}
        return {**said, "third_party": is_foreign_host(said["host"], self.site)}

    def _told_prints(self) -> list[Said]:
        """The scripts that read enough to tell one device from another."""
        busy = {said["by"] for said in self.traffic.requests} | {said["by"] for said in self.stored.values()}
        return [
            {"script": script, "reads": sorted(reads), "sends": script in busy}
            for script, reads in self._reads.items()
            if reads & _STRONG
        ]


def _hearing(secret: str, hear: Callable[[Said], None]) -> Callable[[Said], None]:
    """Takes only messages that came by our own way."""

    def on_call(event: Said) -> None:
        if event.get("name") == secret:
            with suppress(ValueError, RecursionError):
                hear(fitted(json.loads(event["payload"]), _TOLD))

    return on_call
