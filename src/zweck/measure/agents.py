"""What a browser's name tells: its family, the class of its device, and whether it is a robot.

A short ladder of substrings, the rarer before the commoner, because each browser claims to be the others too. What was
read of a name is remembered in this process, never on a disk.
"""

from functools import lru_cache
from typing import Literal, NamedTuple

Robot = Literal["", "agent", "headless", "tool", "nameless", "webdriver"]

FAMILIES: tuple[tuple[str, str], ...] = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("YaBrowser", "Yandex"),
    ("Vivaldi", "Vivaldi"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("Trident/", "Internet Explorer"),
    ("MSIE ", "Internet Explorer"),
)
HEADLESS = ("headless", "phantomjs", "slimerjs", "puppeteer", "playwright", "selenium", "cypress", "lighthouse")
TOOLS = (
    "curl/", "wget/", "python-", "python/", "aiohttp", "httpx", "go-http-client", "java/", "okhttp", "libwww", "axios",
    "node-fetch", "ruby", "guzzle", "postman", "insomnia", "monitor", "uptime", "pingdom", "statuscake", "probe",
)  # fmt: skip
AGENTS = (
    "bot", "crawl", "spider", "slurp", "archiver", "scrap", "preview", "facebookexternalhit", "embedly",
    "mediapartners", "feedfetcher", "validator", "scanner", "fetch", "gptbot", "claudebot", "+http",
)  # fmt: skip
LONGEST = 512
KEPT = 4096


class Agent(NamedTuple):
    """`robot`: why it is one; empty for a person's browser."""

    browser: str
    device: str
    robot: Robot


@lru_cache(maxsize=KEPT)
def read(name: str) -> Agent:
    """What a User-Agent header tells."""
    robot = _robot(name.lower())
    browser = next((family for mark, family in FAMILIES if mark in name), "other")
    return Agent(browser, _device(name), robot)


def _robot(name: str) -> Robot:
    if not name.strip():
        return "nameless"
    name = name.replace("cubot", "")  # a make of telephones
    kinds: tuple[tuple[Robot, tuple[str, ...]], ...] = (("headless", HEADLESS), ("agent", AGENTS), ("tool", TOOLS))
    for kind, marks in kinds:
        if any(mark in name for mark in marks):
            return kind
    return "" if "mozilla/" in name or "opera/" in name else "tool"


def _device(name: str) -> str:
    if "iPad" in name or "Tablet" in name or ("Android" in name and "Mobile" not in name):
        return "tablet"
    return "mobile" if "Mobi" in name else "desktop"
