"""Goes to an address, and says what was in the way."""

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Response
from playwright.async_api import TimeoutError as TooLong

from zweck.eye.browser.addresses import bare, host_of, place_of
from zweck.eye.browser.tab import Tab

_HEADERS, _HEADER_CHARS = 60, 4_000
_POLL_SECONDS = 0.05
_ERROR_PAGE_POLLS = 20
_PAGES = ("text/html", "application/xhtml+xml", "text/plain", "text/xml", "application/xml", "image/svg+xml")
_LOG_IN = re.compile(r"/(wp-login|log-?in|sign-?in|anmelde\w*)\b", re.IGNORECASE)
_REASONS = (
    ("ERR_TOO_MANY_REDIRECTS", "redirects"),
    ("ERR_NAME_NOT_RESOLVED", "no-host"),
    ("ERR_SOCKS_CONNECTION_HOST_UNREACHABLE", "no-host"),
    ("Download is starting", "download"),
    ("ERR_ABORTED", "download"),
    ("ERR_INVALID_AUTH_CREDENTIALS", "log-in"),
    ("Page crashed", "crash"),
)


@dataclass(slots=True)
class Arrival:
    """How it went. `reached`: there is a page to look at."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    reached: bool = False


async def go(tab: Tab, url: str, limit_ms: int) -> Arrival:
    """Open an address and wait until it has loaded, or the time is over."""
    until = asyncio.get_running_loop().time() + limit_ms / 1000
    distrusted = host_of(url) in tab.untrusted
    await tab.session.send("Security.setIgnoreCertificateErrors", {"ignore": distrusted})
    try:
        response = await tab.page.goto(url, wait_until="commit", timeout=limit_ms)
    except TooLong:
        return Arrival(trouble="slow")
    except Error as failure:
        if "ERR_CERT_" not in failure.message or distrusted:
            return Arrival(trouble=_reason(tab, failure))
        tab.untrusted.update((host_of(url), host_of(tab.recorder.traffic.main_url)))
        await _await_error_page(tab.page)
        return await go(tab, url, limit_ms)
    arrival = _arrived(tab, url, response)
    if not await _loaded(tab, until):
        arrival.trouble = arrival.trouble or ("redirects" if tab.recorder.traffic.is_led_astray else "slow")
    return arrival


async def _loaded(tab: Tab, until: float) -> bool:
    """Wait for all there is to load; in vain where scripts lead from one address to the next for ever."""
    loop = asyncio.get_running_loop()
    waiting = asyncio.create_task(tab.page.wait_for_load_state("load", timeout=0))
    try:
        while not waiting.done() and not tab.recorder.traffic.is_led_astray and loop.time() < until:
            await asyncio.wait({waiting}, timeout=min(_POLL_SECONDS, max(0.0, until - loop.time())))
        if waiting.done():
            waiting.result()
        return waiting.done()
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def _await_error_page(page: Page) -> None:
    """The browser shows its own page in place of one it could not open; going on before that is interrupted by it."""
    for _ in range(_ERROR_PAGE_POLLS):
        if page.url.startswith("chrome-error:"):
            return
        await asyncio.sleep(_POLL_SECONDS)


def _reason(tab: Tab, failure: Error) -> str:
    """Why there is no page at all."""
    if tab.crashed:
        return "crash"
    at_gate = tab.gate.troubles.get(place_of(tab.recorder.traffic.main_url))
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
    if tab.recorder.traffic.is_led_astray:
        return "redirects"
    at_gate = tab.gate.troubles.get(place_of(tab.recorder.traffic.main_url or url))
    if at_gate == "too-big":
        return at_gate
    landed = urlsplit(tab.page.url).path
    return "log-in" if _LOG_IN.search(landed) and not _LOG_IN.search(urlsplit(url).path) else ""
