"""The public pages of one target, fetched once each over HTTP. Connects to our own origin and nowhere else."""

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from zweck.promises.values import CouldNotLook, Target
from zweck.proof.markup import read

_TIMEOUT_SECONDS = 10
_PAGE_LIMIT_BYTES = 4_000_000
LIST_PATH = "/z/pages.json"
NOWHERE = "/z/no-such-page"


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

    def public(self) -> tuple[tuple[Listed, Fetched], ...]:
        """Every page a visitor can come to, as it is: listed, linked, the door to the staff area, and an error.

        Raises CouldNotLook where one of them is not there: what is not seen may be anything.
        """
        pages = (*self.listed(), *self._linked(), *self._besides(), Listed(NOWHERE, "", "error"))
        found = self.each(pages)
        for page, answer in found:
            expected = 404 if page.path == NOWHERE else 200
            if answer.status != expected or not answer.is_html:
                raise CouldNotLook(f"{page.path} answers {answer.status}, so what it shows could not be seen")
        return found

    def one_per_template(self) -> tuple[Listed, ...]:
        """The first page of each template."""
        first: dict[str, Listed] = {}
        for page, _ in self.public():
            first.setdefault(page.template, page)
        return tuple(first.values())

    def _linked(self) -> Iterator[Listed]:
        """Pages of ours that a listed page links to and the list leaves out: a short list hides nothing.

        A listed page deeper in stands for its siblings: one piece of evidence for all.
        """
        listed = {page.path for page in self.listed()}
        folders = {path.rpartition("/")[0] for path in listed} - listed - {""}
        seen = set(listed)
        for page, answer in self.each(self.listed()):
            for href in read(answer.text).links:
                path = _own_path(page.path, href)
                if path and path not in seen and path.rpartition("/")[0] not in folders:
                    seen.add(path)
                    # What is not there shows the error page, which is looked at anyway.
                    if self.fetch(path).is_html and self.fetch(path).status != 404:
                        yield Listed(path, "", "linked")

    def _besides(self) -> Iterator[Listed]:
        """Pages that belong to no language, which the site tells apart."""
        for path in json.loads(self.fetch(LIST_PATH).body).get("besides", ()):
            yield Listed(str(path), "", str(path))

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
            is_whole = not response.read(1)
        except (OSError, http.client.HTTPException) as lost:
            raise CouldNotLook(f"the site does not answer at {path} ({type(lost).__name__})") from lost
        finally:
            connection.close()
        if not is_whole or response.getheader("content-encoding", "identity") != "identity":
            raise CouldNotLook(f"what the site answers at {path} is too long to be read, or is in a coding of its own")
        pairs = tuple((name.lower(), value) for name, value in response.getheaders())
        return Fetched(path, response.status, pairs, body)


def _own_path(here: str, href: str) -> str:
    """The path that a link on a page leads to; empty where it leads elsewhere."""
    parts = urlsplit(urljoin(f"http://own.invalid{here}", href))
    return parts.path if parts.netloc == "own.invalid" else ""


def pages_of(target: Target) -> Pages:
    """The shared look at a target's pages."""
    pages = target.place.get("pages")
    if not isinstance(pages, Pages):
        raise CouldNotLook("no running site was given to look at")
    return pages
