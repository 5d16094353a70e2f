"""Goes to an address, and says what was in the way."""

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Error, Page, Response
from playwright.async_api import TimeoutError as TooLong

from zweck.eye.browser.gate import Gate
from zweck.eye.browser.party import host_of
from zweck.eye.browser.recording import Recorder, bare

_HEADERS, _HEADER_CHARS = 60, 4_000
_HOPS = 10
_PAGES = ("text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml", "image/svg+xml")
_LOG_IN = re.compile(r"/(wp-login|log-?in|sign-?in|anmelde\w*)\b", re.IGNORECASE)
_REASONS = (
    ("ERR_TOO_MANY_REDIRECTS", "redirects"),
    ("ERR_NAME_NOT_RESOLVED", "no-host"),
    ("ERR_SOCKS_CONNECTION_HOST_UNREACHABLE", "no-host"),
    ("Download is starting", "download"),
    ("ERR_ABORTED", "download"),
    ("Page crashed", "crash"),
)


@dataclass(slots=True)
class Tab:
    """An open tab, and what listens to it."""

    page: Page
    session: CDPSession
    recorder: Recorder
    gate: Gate
    crashed: bool = False
    untrusted: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Arrival:
    """How it went. `reached`: there is a page to look at."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    reached: bool = False


async def go(tab: Tab, url: str, limit_ms: int) -> Arrival:
    """Open an address and wait until it has loaded, or the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + limit_ms / 1000
    distrusted = host_of(url) in tab.untrusted
    await tab.session.send("Security.setIgnoreCertificateErrors", {"ignore": distrusted})
    try:
        response = await _commit(tab, url, limit_ms)
    except TooLong:
        return Arrival(trouble="slow")
    except Error as failure:
        if "ERR_CERT_" not in failure.message or distrusted:
            return Arrival(trouble=_reason(tab, failure))
        tab.untrusted.add(host_of(tab.recorder.main_url or url))
        tab.untrusted.add(host_of(url))
        return await go(tab, url, limit_ms)
    slow = False
    try:
        await tab.page.wait_for_load_state("load", timeout=max(1.0, (until - loop.time()) * 1000))
    except TooLong:
        slow = True
    arrival = _arrived(tab, url, response)
    arrival.trouble = arrival.trouble or ("slow" if slow else "")
    return arrival


async def _commit(tab: Tab, url: str, limit_ms: int) -> Response | None:
    return await tab.page.goto(url, wait_until="commit", timeout=limit_ms)


def _reason(tab: Tab, failure: Error) -> str:
    """Why there is no page at all."""
    if tab.crashed:
        return "crash"
    at_gate = tab.gate.trouble_of(tab.recorder.main_url)
    if at_gate:
        return at_gate
    return next((reason for sign, reason in _REASONS if sign in failure.message), "no-answer")


def _arrived(tab: Tab, url: str, response: Response | None) -> Arrival:
    if response is None:
        return Arrival(reached=True)
    headers = {name: value[:_HEADER_CHARS] for name, value in list(response.headers.items())[:_HEADERS]}
    headers.pop("set-cookie", None)  # holds values
    if "location" in headers:
        headers["location"] = bare(headers["location"])
    arrival = Arrival(response.status, headers, reached=True)
    arrival.trouble = _trouble(tab, url, arrival)
    return arrival


def _trouble(tab: Tab, url: str, arrival: Arrival) -> str:
    """What is wrong with a page that is there."""
    if host_of(url) in tab.untrusted:
        return "certificate"
    if arrival.status in (401, 403):
        return "log-in"
    if arrival.status >= 400:
        return "failed"
    kind = arrival.headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind not in _PAGES or arrival.headers.get("content-disposition", "").lower().startswith("attachment"):
        return "download"
    return ""


def afterwards(tab: Tab, url: str) -> str:
    """What turned out to be wrong once the page had loaded."""
    if tab.recorder.hops > _HOPS:
        return "redirects"
    at_gate = tab.gate.trouble_of(tab.recorder.main_url or url)
    if at_gate == "too-big":
        return at_gate
    landed = urlsplit(tab.page.url).path
    return "log-in" if _LOG_IN.search(landed) and not _LOG_IN.search(urlsplit(url).path) else ""
