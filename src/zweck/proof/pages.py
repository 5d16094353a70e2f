"""The public pages of one target, fetched once each over HTTP. Connects to our own origin and nowhere else."""

import http.client
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from zweck.promises.values import CouldNotLook, Target

_TIMEOUT_SECONDS = 10
_PAGE_LIMIT_BYTES = 4_000_000
LIST_PATH = "/z/pages.json"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page the site says it has."""

    path: str
    language: str
    template: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response as it came. Header names are in lower case, repeated headers stay apart."""

    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8; what is not UTF-8 shows as replacement characters."""
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Whether the response calls itself a page."""
        return self.header("content-type").startswith("text/html")

    def header(self, name: str) -> str:
        """All values of a header, joined by commas; empty where it is absent."""
        return ", ".join(value for key, value in self.headers if key == name)


class Pages:
    """Fetches pages of one base URL and keeps what it fetched, so that several proofs share one look."""

    def __init__(self, base_url: str, host: str = "") -> None:
        self.base_url = base_url.rstrip("/")
        self._host = host
        self._fetched: dict[str, Fetched] = {}
        self._lock = threading.Lock()

    def fetch(self, path: str) -> Fetched:
        """The response to a GET, redirects not followed. Raises CouldNotLook when nothing answers."""
        with self._lock:
            if path not in self._fetched:
                self._fetched[path] = self._get(path)
            return self._fetched[path]

    def listed(self) -> tuple[Listed, ...]:
        """All pages the site says it has. Raises CouldNotLook when it does not say."""
        answer = self.fetch(LIST_PATH)
        try:
            pages = [Listed(p["path"], p["language"], p["template"]) for p in json.loads(answer.body)["pages"]]
        except (ValueError, KeyError, TypeError) as unreadable:
            raise CouldNotLook(
                f"the site's list of pages ({LIST_PATH}, {answer.status}) cannot be read"
            ) from unreadable
        if not pages:
            raise CouldNotLook(f"the site's list of pages ({LIST_PATH}) is empty")
        return tuple(pages)

    def one_per_template(self) -> tuple[Listed, ...]:
        """The first page of each template."""
        first: dict[str, Listed] = {}
        for page in self.listed():
            first.setdefault(page.template, page)
        return tuple(first.values())

    def each(self, pages: Sequence[Listed]) -> tuple[tuple[Listed, Fetched], ...]:
        """Pages with their responses."""
        return tuple((page, self.fetch(page.path)) for page in pages)

    def _get(self, path: str) -> Fetched:
        parts = urlsplit(self.base_url)
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
        headers = {"Host": self._host} if self._host else {}
        try:
            connection.request("GET", path, headers={**headers, "Accept-Encoding": "identity"})
            response = connection.getresponse()
            body = response.read(_PAGE_LIMIT_BYTES)
        except (OSError, http.client.HTTPException) as lost:
            raise CouldNotLook(f"the site does not answer at {path} ({type(lost).__name__})") from lost
        finally:
            connection.close()
        pairs = tuple((name.lower(), value) for name, value in response.getheaders())
        return Fetched(path, response.status, pairs, body)


def pages_of(target: Target) -> Pages:
    """The shared look at a target's pages."""
    pages = target.place.get("pages")
    if not isinstance(pages, Pages):
        raise CouldNotLook("no running site was given to look at")
    return pages
