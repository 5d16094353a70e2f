"""Which pages of a site are looked at: within the site, where robots.txt lets us, of every sort before more of one."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from protego import Protego

from zweck.eye.parties import site_of
from zweck.eye.values import Link, Skipped

# The name robots.txt may address us by.
ROBOT = "zweck"
_LONGEST = 2000
# What is most likely to speak of data or to ask for them comes first.
_TELLING = re.compile(
    r"datenschutz|privacy|impressum|imprint|legal.?notice|anbieterkennzeichnung|cookie|"
    r"kontakt|contact|newsletter|subscribe|abonn|anmeld|register|registrier|sign.?up|trial|test(en|zugang)|demo|"
    r"checkout|kasse|warenkorb|cart|anfrage|enquir|inquir|support|bewerb|apply",
    re.IGNORECASE,
)
_LEAVES = re.compile(r"log.?out|sign.?out|abmeld|delete|loesch|unsubscribe|remove", re.IGNORECASE)
_NO_PAGE = re.compile(
    r"\.(pdf|zip|gz|tgz|rar|7z|exe|dmg|msi|deb|apk|docx?|xlsx?|pptx?|odt|ods|csv|ics|vcf|jpe?g|png|gif|webp|avif|svg|ico|"
    r"mp3|mp4|webm|mov|avi|ogg|wav|woff2?|ttf|css|js|mjs|json|xml|rss|atom|txt|md)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site's robots.txt asks of us (RFC 9309). No file asks nothing."""

    rules: Protego | None = None

    @classmethod
    def read(cls, status: int, text: str) -> "Robots":
        """From the answer at /robots.txt; what is no such file (a page that says 404 in words) asks nothing."""
        is_file = status == 200 and "<" not in text[:200]
        return cls(Protego.parse(text) if is_file else None)

    def lets(self, url: str) -> bool:
        """Whether we may open an address."""
        return self.rules is None or bool(self.rules.can_fetch(url, ROBOT))

    @property
    def pause_seconds(self) -> float:
        """How long we are asked to wait between two pages; never more than ten seconds."""
        asked = self.rules.crawl_delay(ROBOT) if self.rules else None
        return min(float(asked or 0), 10.0)


class Frontier:
    """The addresses still to be looked at, and those left out. Gives each page once."""

    def __init__(self, entry: str, robots: Robots) -> None:
        self._site = site_of(entry)
        self._host = urlsplit(entry).netloc
        self._robots = robots
        self._known = {_plain(entry)}
        self._waiting: list[tuple[str, str]] = []  # address, the link's text
        self._shapes: Counter[str] = Counter({_shape(entry): 1})
        self.skipped: list[Skipped] = []

    def add(self, page: str, links: Iterable[Link]) -> None:
        """Take in the links of a page."""
        for link in links:
            url = _plain(urljoin(page, link.url))
            if url in self._known or len(self._known) > _LONGEST:
                continue
            self._known.add(url)
            why = self._why_not(url, link.text)
            if why in {"no-page", "robots"}:
                self.skipped.append(Skipped(url, why))
            elif not why:
                self._waiting.append((url, link.text))

    def next(self) -> str | None:
        """The most telling address left, and a sort of page not seen before rather than one more of the same."""
        if not self._waiting:
            return None
        best = min(range(len(self._waiting)), key=lambda at: (*self._rank(*self._waiting[at]), at))
        url, _ = self._waiting.pop(best)
        self._shapes[_shape(url)] += 1
        return url

    def reached(self, url: str) -> bool:
        """Note where a page landed; whether it was known already under that address."""
        plain = _plain(url)
        known = plain in self._known
        self._known.add(plain)
        return known

    @property
    def is_waiting(self) -> bool:
        """Whether there are more pages than were looked at."""
        return bool(self._waiting)

    def rest(self, why: str) -> tuple[Skipped, ...]:
        """All that is left out, at the end."""
        return (*self.skipped, *(Skipped(url, why) for url, _ in self._waiting))

    def _why_not(self, url: str, text: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or site_of(url) != self._site:
            return "other-site"
        if _NO_PAGE.search(parts.path):
            return "no-page"
        # A GET should change nothing, but many a site logs out, or unsubscribes, by a link.
        if _LEAVES.search(parts.path) or _LEAVES.search(parts.query) or _LEAVES.search(text):
            return "no-page"
        return "" if self._robots.lets(url) else "robots"

    def _is_telling(self, url: str, text: str) -> bool:
        return bool(_TELLING.search(urlsplit(url).path) or _TELLING.search(text))

    def _rank(self, url: str, text: str) -> tuple[bool, bool, int, bool, int]:
        alike = self._shapes[_shape(url)]
        elsewhere = urlsplit(url).netloc != self._host
        return (alike > 1, not self._is_telling(url, text), alike, elsewhere, url.count("/"))


def _plain(url: str) -> str:
    """The address as a page's identity: without fragment, user and needless differences."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if _port(parts.netloc) in (None, usual) else f":{_port(parts.netloc)}"
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path or "/", parts.query, ""))


def _port(netloc: str) -> int | None:
    digits = netloc.rpartition(":")[2]
    return int(digits) if digits.isdigit() and len(digits) < 6 else None


def _shape(url: str) -> str:
    """What pages of one sort have in common: their path with what counts or names left out."""
    parts = urlsplit(url)
    steps = [re.sub(r"\d+", "#", step) for step in parts.path.split("/")]
    if len(steps) > 2:
        steps[-1] = "*"
    names = ",".join(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    return f"{parts.netloc}{'/'.join(steps)}?{names}"
