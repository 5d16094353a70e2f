"""Notes what a tab asks the network for: as the browser tells it, and, where it does not, the driver or the gate."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import CDPSession, Error, Request

from zweck.eye.browser.addresses import bare, place_of
from zweck.eye.parties import is_third_party

Said = dict[str, Any]  # Any: JSON

_REQUESTS = 3_000  # of one visit; more tell nothing new
_HOPS = 25  # browsers themselves follow an answer's redirects 20 times
_DIGITS = 15  # of a length; a server may claim more, and Python reads no more than 4,300
_STREAMS = frozenset({"websocket", "eventsource", "ping"})


class Traffic:
    """Requests since `begin`.

    `pending`: those that wait for their answer. `main_url`: the address the tab itself asked for last.
    `on_cookies` is given the address of each answer that sets cookies, and the lines that set them.
    """

    def __init__(self, on_cookies: Callable[[str, list[str]], None]) -> None:
        self._on_cookies = on_cookies
        self.requests: list[Said] = []
        self.pending: set[str] = set()
        self.main_frame = self.main_url = ""
        self._led = 0
        self._others: list[Said] = []
        self._places: set[str] = set()  # hosts and ports that were ever asked for
        # By the browser's id of a request: its hops, as redirects led it, and how many of them had their headers told.
        self._hops: dict[str, list[Said]] = {}
        self._heads: dict[str, int] = {}
        self._early: dict[tuple[str, int], list[str]] = {}

    def begin(self, url: str) -> None:
        """Start anew, for a page of that address."""
        self.requests.clear()
        self.pending.clear()
        self._others.clear()
        self._led, self.main_url = 0, url
        if len(self._hops) > _REQUESTS:
            self._hops.clear()
            self._heads.clear()
            self._early.clear()

    @property
    def is_led_astray(self) -> bool:
        """Whether the tab was led from one address to the next as no site does that wants to be read."""
        return self._led > _HOPS

    async def attach(self, session: CDPSession) -> None:
        """Listen to a tab."""
        for event, hear in (
            ("Network.requestWillBeSent", self._on_request),
            ("Network.requestWillBeSentExtraInfo", self._on_sent),
            ("Network.responseReceived", self._on_response),
            ("Network.responseReceivedExtraInfo", self._on_headers),
            ("Network.loadingFinished", self._on_finished),
            ("Network.loadingFailed", self._on_failed),
            ("Network.webSocketCreated", self._on_socket),
        ):
            session.on(event, hear)
        await session.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})  # keeps no bodies

    def on_driver_request(self, request: Request) -> None:
        """A request as the driver tells it: of workers too, of which the tab itself knows nothing."""
        said = _said(request.url, request.resource_type, _owner(request))
        self._others.append({**said, "method": request.method[:20], "sends": len(request.post_data_buffer or b"")})

    def told(self, site: str, reached: Iterable[str]) -> list[Said]:
        """The requests so far, each with whether it went to another site than this.

        `reached`: hosts and ports as the gate was asked for them. What no request accounts for was a mere connection,
        or was asked for where neither tab nor driver can see.
        """
        known = {(said["url"], said["method"]) for said in self.requests}
        for said in self._others:
            if (said["url"], said["method"]) not in known and len(self.requests) < _REQUESTS:
                self._note(said)
        self._others.clear()
        for place in reached:
            if place not in self._places:
                self._note(_said(_address_of(place), "connection", ""))
        return [{**said, "third_party": is_third_party(said["url"], site)} for said in self.requests]

    # ── what the browser tells ──

    def _on_request(self, event: Said) -> None:
        key, request = event["requestId"], event["request"]
        if event.get("redirectResponse"):
            self._answered(key, event["redirectResponse"])
        url = request["url"]
        if url.startswith("data:") or len(self.requests) >= _REQUESTS:
            return
        said = _said(url, event.get("type", "other").lower(), initiator(event))
        if not said["by"] and said["kind"] != "document":
            said["by"] = bare(self.main_url)  # a worker, which is its own document
        said["method"], said["frame"] = request["method"][:20], bare(event.get("documentURL", ""))
        said["sends"] = len(request.get("postData", "").encode())
        hops = self._hops.setdefault(key, [])
        hops.append(said)
        self._note(said)
        if (key, len(hops) - 1) in self._early:
            self._on_cookies(said["url"], self._early.pop((key, len(hops) - 1)))
        if said["kind"] not in _STREAMS:
            self.pending.add(key)
        if said["kind"] == "document" and event.get("frameId") == self.main_frame:
            self._led, self.main_url = self._led + 1, url

    def _on_socket(self, event: Said) -> None:
        said = _said(event["url"], "websocket", initiator(event))
        self._hops.setdefault(event["requestId"], []).append(said)
        self._note(said)

    def _note(self, said: Said) -> None:
        self.requests.append(said)
        self._places.add(place_of(said["url"]))

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
        if lines and number < len(hops):
            self._on_cookies(hops[number]["url"], lines)
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
    by_visitor = cause.get("type") == "other" and event.get("request", {}).get("url") == page
    return "" if by_visitor else bare(cause.get("url") or page)


def _owner(request: Request) -> str:
    """The address of the worker or page that made a request."""
    if request.service_worker:
        return bare(request.service_worker.url)
    try:
        return bare(request.frame.url)
    except Error:  # the first request of a page that is not there yet
        return ""


def _said(url: str, kind: str, by: str) -> Said:
    """The fields of values.Request, of which more may become known."""
    try:
        names = [name[:100] for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=500)]
    except ValueError:
        names = []
    told = {"url": bare(url), "query": list(dict.fromkeys(names))[:50], "kind": kind, "by": by}
    return told | {"method": "GET", "frame": "", "status": 0, "sends": 0, "receives": -1}


def _address_of(place: str) -> str:
    """The address of a host and port, of which an IPv6 host stands in brackets."""
    host, _, port = place.rpartition(":")
    shown = f"[{host}]" if ":" in host else host
    at = "" if port in ("80", "443") else f":{port}"
    return f"{'https' if port == '443' else 'http'}://{shown}{at}/"


def _number(headers: Said, name: str) -> int:
    said = next((value for key, value in headers.items() if key.lower() == name), "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= _DIGITS else -1
