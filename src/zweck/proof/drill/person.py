"""A visitor over HTTP: a jar of her own, forms and links, no scripts. A browser without JavaScript does no more."""

import http.client
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import CookieError, Morsel, SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from zweck.promises.values import CouldNotLook
from zweck.proof.drill.forms import Button, buttons_of
from zweck.proof.drill.through import Asked, send
from zweck.proof.pages import Fetched

_REDIRECTS = 3
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class Kept:
    """A cookie in the jar. `ends_at`: seconds since 1970; None = with the session."""

    value: str
    ends_at: float | None = None


@dataclass(slots=True)
class Person:
    """Somebody who visits. `sends`: headers of every request. `blocks_cookies`: takes none and sends none."""

    base_url: str
    sends: Mapping[str, str] = field(default_factory=dict)
    blocks_cookies: bool = False
    jar: dict[str, Kept] = field(default_factory=dict)

    def get(self, path: str) -> Fetched:
        """A page, redirects followed. Raises CouldNotLook when nothing answers."""
        return self._follow(self._send("GET", path, b"", {}))

    def press(self, page: Fetched, button: Button) -> Fetched:
        """Send the form a button belongs to, as a browser does, and come where it leads. Raises CouldNotLook."""
        return self._follow(self.submit(page, button))

    def submit(self, page: Fetched, button: Button) -> Fetched:
        """The same, and stay with the first answer. Raises CouldNotLook."""
        path = _path_of(page.path, button.action)
        if button.method == "get":
            return self._send("GET", f"{path}?{urlencode(button.fields)}" if button.fields else path, b"", {})
        body = urlencode(button.fields).encode()
        return self._send("POST", path, body, {"content-type": "application/x-www-form-urlencoded"}, page.path)

    def press_first(self, page: Fetched, **marks: str) -> Fetched | None:
        """Press the first button whose fields say so; None where there is none. Raises CouldNotLook."""
        found = [b for b in buttons_of(page.text) if all((n, v) in b.fields for n, v in marks.items())]
        return self.press(page, found[0]) if found else None

    def post(self, path: str, fields: Mapping[str, str]) -> Fetched:
        """Send a form that no page of ours shows. Raises CouldNotLook."""
        body = urlencode(fields).encode()
        return self._follow(self._send("POST", path, body, {"content-type": "application/x-www-form-urlencoded"}, path))

    def hit(self, path: str, **says: object) -> Fetched:
        """Report a view as the page's script does. Raises CouldNotLook.

        No two reports are alike to the byte: one that comes twice within seconds counts once.
        """
        beacon = {"u": f"{self.base_url}{path}?{secrets.token_hex(4)}", "r": "", "w": 1280, **says}
        return self._send("POST", "/z/hit", json.dumps(beacon).encode(), {"content-type": "text/plain"}, path)

    def plant(self, name: str, value: str = "planted") -> None:
        """Put a cookie into her jar, as some other server would have."""
        self.jar[name] = Kept(value, time.time() + 86_400)

    @property
    def names(self) -> set[str]:
        """What lies in the jar."""
        return {name for name, kept in self.jar.items() if kept.ends_at is None or kept.ends_at > time.time()}

    def _follow(self, answer: Fetched) -> Fetched:
        for _ in range(_REDIRECTS):
            if answer.status not in (301, 302, 303, 307):
                return answer
            answer = self._send("GET", _path_of(answer.path, answer.header("location")), b"", {})
        return answer

    def _send(self, method: str, path: str, body: bytes, more: Mapping[str, str], page: str = "") -> Fetched:
        headers = {"user-agent": _AGENT, "host": urlsplit(self.base_url).netloc, **self.sends, **more}
        if method == "POST":
            headers |= {"origin": self.base_url, "referer": f"{self.base_url}{page}", "sec-fetch-site": "same-origin"}
        if self.jar and not self.blocks_cookies:
            headers["cookie"] = "; ".join(f"{name}={self.jar[name].value}" for name in sorted(self.names))
        try:
            answer = send(urlsplit(self.base_url).netloc, Asked(method, path, tuple(headers.items()), body))
        except (OSError, http.client.HTTPException) as lost:
            raise CouldNotLook(f"nothing answers at {urlsplit(path).path} ({type(lost).__name__})") from lost
        if not self.blocks_cookies:
            self._take(answer)
        return answer

    def _take(self, answer: Fetched) -> None:
        """Keep, renew and drop cookies as they are told; one for another domain is not taken.

        All in the jar lie for the whole site, so that an end for less of it ends nothing.
        """
        for name, value in answer.headers:
            if name != "set-cookie":
                continue
            try:
                parsed = SimpleCookie(value)
            except CookieError:
                continue
            for cookie, morsel in parsed.items():
                if morsel["domain"].lstrip(".") not in ("", urlsplit(self.base_url).hostname):
                    continue
                ends_at = _end_of(morsel)
                if ends_at is not None and ends_at <= time.time():
                    if (morsel["path"] or _folder(answer.path)) == "/":
                        self.jar.pop(cookie, None)
                else:
                    self.jar[cookie] = Kept(morsel.coded_value, ends_at)


def _folder(path: str) -> str:
    """Where a cookie lies that says nothing of it (RFC 6265, section 5.1.4)."""
    return urlsplit(path).path.rpartition("/")[0] or "/"


def _end_of(morsel: "Morsel[str]") -> float | None:
    if morsel["max-age"]:
        return time.time() + float(morsel["max-age"])
    if morsel["expires"]:
        at = parsedate_to_datetime(morsel["expires"])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return None


def _path_of(here: str, there: str) -> str:
    """The path, with its query, that an address on a page leads to. Raises CouldNotLook for one that is not ours."""
    parts = urlsplit(urljoin(f"http://own.invalid{here}", there))
    if parts.hostname not in ("own.invalid", "127.0.0.1"):
        raise CouldNotLook(f"{urlsplit(here).path} leads away from the site")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def in_days(seconds: float) -> float:
    """Days from now until a moment in seconds since 1970."""
    return (seconds - datetime.now(UTC).timestamp()) / 86_400
