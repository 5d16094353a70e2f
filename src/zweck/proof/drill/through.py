"""A relay that passes everything through, each request anew: method, body, cookies. Violations are planted in between.

`scratch.relay` answers from copies, which is cheap, and knows no visitor. Here every client keeps its own state.
"""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from zweck.proof.pages import Fetched

_TIMEOUT_SECONDS = 15
_BODY_LIMIT_BYTES = 4_000_000
# True only between two ends of one connection.
_HOP = frozenset(
    {"connection", "content-length", "transfer-encoding", "date", "server", "keep-alive", "accept-encoding", "host"}
)
# Where a browser names the page it comes from.
_NAMES_US = frozenset({"origin", "referer"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way. Header names are in lower case, repeated headers stay apart."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """All values of a header, joined by commas; empty where it is absent."""
        return ", ".join(value for key, value in self.headers if key == name)

    def without(self, name: str) -> "Asked":
        """The same request without a header."""
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] != name))


Ask = Callable[[Asked], Asked]
Reply = Callable[[Asked, Fetched], Fetched]


def as_asked(asked: Asked) -> Asked:
    """Change nothing about a request."""
    return asked


def as_answered(_asked: Asked, answer: Fetched) -> Fetched:
    """Change nothing about an answer."""
    return answer


@contextmanager
def through(url: str, ask: Ask = as_asked, reply: Reply = as_answered) -> Iterator[str]:
    """The address of a loopback server that hands every request on to `url`; it stops with the context."""
    server = _Through(("127.0.0.1", 0), _Handler)
    server.there, server.ask, server.reply = urlsplit(url).netloc, ask, reply
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


class _Through(ThreadingHTTPServer):
    daemon_threads = True
    there: str
    ask: Ask
    reply: Reply


class _Handler(BaseHTTPRequestHandler):
    server: _Through
    timeout = _TIMEOUT_SECONDS

    def _pass(self) -> None:
        here = f"127.0.0.1:{self.server.server_address[1]}"
        try:
            answer = self._answer(here)
        except (OSError, http.client.HTTPException):
            self.send_error(502)
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name not in _HOP:
                self.send_header(name, value.replace(self.server.there, here) if name == "location" else value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _answer(self, here: str) -> Fetched:
        length = min(int(self.headers.get("content-length") or 0), _BODY_LIMIT_BYTES)
        told = [(name.lower(), value) for name, value in self.headers.items() if name.lower() not in _HOP]
        headers = tuple((n, v.replace(here, self.server.there) if n in _NAMES_US else v) for n, v in told)
        asked = self.server.ask(Asked(self.command, self.path, headers, self.rfile.read(length) if length else b""))
        return self.server.reply(asked, send(self.server.there, asked))

    do_GET = do_POST = do_HEAD = _pass  # noqa: N815  (so the library calls them)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a planted violation is no event."""


def send(netloc: str, asked: Asked) -> Fetched:
    """Ask once, redirects not followed. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection(netloc, timeout=_TIMEOUT_SECONDS)
    try:
        connection.putrequest(asked.method, asked.path, skip_accept_encoding=True)
        for name, value in (*asked.headers, ("accept-encoding", "identity")):
            connection.putheader(name, value)
        if asked.body or asked.method == "POST":
            connection.putheader("content-length", str(len(asked.body)))
        connection.endheaders(asked.body or None)
        response = connection.getresponse()
        pairs = tuple((name.lower(), value) for name, value in response.getheaders())
        return Fetched(asked.path, response.status, pairs, response.read(_BODY_LIMIT_BYTES))
    finally:
        connection.close()
