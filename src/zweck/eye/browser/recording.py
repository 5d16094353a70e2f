"""Notes what pages do: requests and cookies by headers as the browser tells them, the rest as `record.js` does."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import CDPSession

from zweck.eye.browser.party import host_of, is_foreign, is_foreign_host, site_of
from zweck.eye.browser.set_cookie import SetCookie, parse, with_attributes

Said = dict[str, Any]  # Any: JSON

_REQUESTS = 3_000  # of one visit; more tell nothing new
_HOPS = 25  # browsers themselves follow an answer's redirects 20 times
_URL_CHARS = 1_000
_STRONG = frozenset({"canvas", "webgl", "audio", "fonts"})
_STREAMS = frozenset({"websocket", "eventsource", "ping"})


@dataclass  # without slots: the driver puts marks on whose methods it calls
class Recorder:
    """What happened since `begin`, in one tab.

    `site`: whose page it is, so that others are third parties. `pending`: requests that wait for their answer.
    `main_url`: the address the tab itself asked for last, after `hops` addresses.
    """

    site: str = ""
    requests: list[Said] = field(default_factory=list)
    stored: dict[tuple[str, str, str], Said] = field(default_factory=dict)
    violations: list[Said] = field(default_factory=list)
    reads: dict[str, set[str]] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    main_frame: str = ""
    main_url: str = ""
    hops: int = 0
    # By the browser's id of a request: its hops, as redirects led it, and how many of them had their headers told.
    _hops: dict[str, list[Said]] = field(default_factory=dict)
    _heads: dict[str, int] = field(default_factory=dict)
    _early: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def begin(self, url: str) -> None:
        """Start anew, for a page of that address."""
        self.site = site_of(url)
        for kept in (self.requests, self.stored, self.violations, self.reads, self.pending):
            kept.clear()
        self.hops, self.main_url = 0, url
        if len(self._hops) > _REQUESTS:
            for kept in (self._hops, self._heads, self._early):
                kept.clear()

    def settle_on(self, url: str) -> None:
        """The page has landed there: what belongs to this site is no third party's."""
        self.site = site_of(url) or self.site

    @property
    def is_led_astray(self) -> bool:
        """Whether the tab was led from one address to the next as no site does that wants to be read."""
        return self.hops > _HOPS

    async def attach(self, session: CDPSession, secret: str) -> None:
        """Listen to a tab. `secret`: the name by which `record.js` finds its way out."""
        for event, hear in (
            ("Network.requestWillBeSent", self._on_request),
            ("Network.requestWillBeSentExtraInfo", self._on_sent),
            ("Network.responseReceived", self._on_response),
            ("Network.responseReceivedExtraInfo", self._on_headers),
            ("Network.loadingFinished", self._on_finished),
            ("Network.loadingFailed", self._on_failed),
        ):
            session.on(event, hear)
        session.on("Runtime.bindingCalled", _hearing(secret, self._on_told))
        await session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})  # keeps no bodies
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": secret})

    # ── requests ──

    def _on_request(self, event: Said) -> None:
        key, request = event["requestId"], event["request"]
        if event.get("redirectResponse"):
            self._answered(key, event["redirectResponse"])
        url = request["url"]
        if url.startswith("data:") or len(self.requests) >= _REQUESTS:
            return
        said = {
            **address(url),
            "kind": event.get("type", "other").lower(),
            "method": request["method"][:20],
            "by": initiator(event),
            "frame": bare(event.get("documentURL", "")),
            "status": 0,
            "sends": len(request.get("postData", "").encode()),
            "receives": -1,
        }
        hops = self._hops.setdefault(key, [])
        hops.append(said)
        self._set_by(said["url"], self._early.pop((key, len(hops) - 1), []))
        self.requests.append(said)
        if said["kind"] not in _STREAMS:
            self.pending.add(key)
        if said["kind"] == "document" and event.get("frameId") == self.main_frame:
            self.hops, self.main_url = self.hops + 1, url

    def _on_sent(self, event: Said) -> None:
        said = self._last(event["requestId"])
        length = _number(event.get("headers", {}), "content-length")
        if said and length > said["sends"]:
            said["sends"] = length

    def _on_response(self, event: Said) -> None:
        self._answered(event["requestId"], event["response"])

    def _answered(self, key: str, response: Said) -> None:
        said = self._last(key)
        if said:
            said["status"] = response["status"]
            said["receives"] = _number(response.get("headers", {}), "content-length")

    def _on_headers(self, event: Said) -> None:
        """Raw headers. They come in the order of the hops, but before or after what else is told of each."""
        key = event["requestId"]
        number = self._heads.get(key, 0)
        self._heads[key] = number + 1
        blocked = {one.get("cookieLine") for one in event.get("blockedCookies", [])}
        raw = next((value for name, value in event["headers"].items() if name.lower() == "set-cookie"), "")
        lines = [line for line in raw.split("\n") if line and line not in blocked]
        hops = self._hops.get(key, [])
        if number < len(hops):
            self._set_by(hops[number]["url"], lines)
        elif lines:
            self._early[key, number] = lines

    def _last(self, key: str) -> Said | None:
        hops = self._hops.get(key)
        return hops[-1] if hops else None

    def _on_finished(self, event: Said) -> None:
        said = self._last(event["requestId"])
        self.pending.discard(event["requestId"])
        if said and said["receives"] < 0:
            said["receives"] = int(event.get("encodedDataLength", -1))

    def _on_failed(self, event: Said) -> None:
        self.pending.discard(event["requestId"])

    # ── what is stored, and what scripts tell ──

    def _set_by(self, url: str, lines: list[str]) -> None:
        for line in lines:
            cookie = parse(line, datetime.now(UTC))
            if cookie:
                self._keep_cookie(cookie, cookie.domain or host_of(url), ("header", url))

    def _keep_cookie(self, cookie: SetCookie, host: str, source: tuple[str, str]) -> None:
        if cookie.lifetime_seconds is not None and cookie.lifetime_seconds <= 0:
            return
        said = asdict(cookie)
        del said["domain"]
        how, by = source
        self.stored["cookie", cookie.name, host] = {"kind": "cookie", "host": host, "how": how, "by": by, **said}

    def _on_told(self, told: Said) -> None:
        what, by = str(told.get("what")), bare(str(told.get("script", "")))
        if what == "violation":
            self.violations.append({"directive": told["directive"], "blocked": bare(told["blocked"])})
        elif what == "read":
            self.reads.setdefault(by, set()).add(str(told["read"]))
        elif what == "cookie":
            cookie = with_attributes(told["name"], told["shape"], told["attributes"], datetime.now(UTC))
            self._keep_cookie(cookie, cookie.domain or host_of(told["url"]), ("script", by))
            entry = self.stored.get(("cookie", cookie.name, cookie.domain or host_of(told["url"])))
            if entry and not told["visible"]:
                entry["doubtful"] = True
        else:
            host = host_of(told["url"])
            entry = {"kind": what, "name": told["name"], "host": host, "how": "script", "by": by}
            self.stored[what, told["name"], host] = {**entry, "shape": told.get("shape", "")}

    # ── telling ──

    def told_requests(self) -> list[Said]:
        """The requests so far, each with whether it went to a third party."""
        return [{**said, "third_party": is_foreign(said["url"], self.site)} for said in self.requests]

    def told_prints(self) -> list[Said]:
        """The scripts that read enough to tell one device from another."""
        busy = {said["by"] for said in self.requests} | {said["by"] for said in self.stored.values()}
        return [
            {"script": script, "reads": sorted(reads), "sends": script in busy}
            for script, reads in self.reads.items()
            if reads & _STRONG
        ]

    def told_stored(self, lies: set[tuple[str, str, str]]) -> list[Said]:
        """What was stored. `lies`: what is on the device now; a script may have asked for what the browser refused."""
        refused = self._refused(lies)
        return [self._as_told(said) for key, said in self.stored.items() if key not in refused]

    def told_refused(self, lies: set[tuple[str, str, str]]) -> list[Said]:
        """The cookies that scripts asked for in vain."""
        return [self._as_told(self.stored[key]) for key in self._refused(lies)]

    def _refused(self, lies: set[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        return [key for key, said in self.stored.items() if said.get("doubtful") and key not in lies]

    def _as_told(self, said: Said) -> Said:
        asked = {name: value for name, value in said.items() if name != "doubtful"}
        return {**asked, "third_party": is_foreign_host(said["host"], self.site)}


def bare(url: str) -> str:
    """An address without query, fragment and credentials, of bounded length."""
    if url.startswith(("blob:", "data:")):
        return url[:5]
    cut = url.partition("#")[0].partition("?")[0]
    scheme, slashes, rest = cut.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"[:_URL_CHARS]


def address(url: str) -> Said:
    """The fields of values.Request that an address gives."""
    try:
        names = [name[:100] for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=500)]
    except ValueError:
        names = []
    return {"url": bare(url), "query": list(dict.fromkeys(names))[:50]}


def initiator(event: Said) -> str:
    """The address of the script that made a request, or of the page whose markup did; "" = the visitor."""
    cause = event.get("initiator", {})
    stack = cause.get("stack")
    while stack:
        for frame in stack.get("callFrames", []):
            if frame.get("url", "").startswith("http"):
                return bare(frame["url"])
        stack = stack.get("parent")
    page = event.get("documentURL", "")
    by_visitor = cause.get("type") == "other" and event["request"]["url"] == page
    return "" if by_visitor else bare(cause.get("url") or page)


def _number(headers: Said, name: str) -> int:
    said = next((value for key, value in headers.items() if key.lower() == name), "")
    return int(said) if said.isascii() and said.isdigit() else -1


def _hearing(secret: str, hear: Callable[[Said], None]) -> Callable[[Said], None]:
    """Takes only messages that came by our own way, and can be read."""

    def on_call(event: Said) -> None:
        if event.get("name") == secret:
            hear(json.loads(event["payload"]))

    return on_call
