"""The servers of one site: its own, and another party's on another port and under another name."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.eye.sites.book import Answer, Asked, Book, read
from tests.eye.sites.odd import ODD
from tests.eye.sites.pages import usual

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Open:
    """A site that is being served. `log`: what it was asked for."""

    url: str
    third: str
    log: list[Asked] = field(default_factory=list)

    def paths(self) -> set[str]:
        """The paths of its own that anybody asked for."""
        return {asked.path for asked in self.log if not asked.third}


@cache
def book(name: str) -> Book:
    """The site that is written in `name`.http, in whichever folder."""
    return read(next(HERE.glob(f"*/{name}.http")))


@contextmanager
def served(name: str, tls: ssl.SSLContext | None = None) -> Iterator[Open]:
    """A site on free ports of 127.0.0.1, until the context ends. `tls`: over a certificate of its own."""
    with ExitStack() as stack:
        own, third = (stack.enter_context(_listening()) for _ in range(2))
        if tls:
            own.socket = tls.wrap_socket(own.socket, server_side=True)
        port = third.server_address[1]
        scheme = "https" if tls else "http"
        site = Open(f"{scheme}://127.0.0.1:{own.server_address[1]}", f"http://localhost:{port}")
        names = {"here": site.url, "third": site.third, "other": f"http://127.0.0.1:{port}"}
        for server, is_third in ((own, False), (third, True)):
            server.given = _Given(book(name), names, site.log, is_third)
            stack.enter_context(_running(server))
        yield site


@dataclass(frozen=True, slots=True)
class _Given:
    """What a server answers with."""

    written: Book
    names: dict[str, str]
    log: list[Asked]
    third: bool

    def odd(self, asked: Asked) -> Callable[[Asked], Iterator[bytes]] | None:
        """What is endless, enormous or slow at this path."""
        return None if self.third else ODD.get("/" + asked.path.split("/")[1])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    given: _Given

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser hangs up when it likes."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _serve(self) -> None:
        given = self.server.given
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode(errors="replace")
        asked = Asked(self.command, path, query, dict(self.headers), body, given.third)
        given.log.append(asked)
        answer = given.written.answer(asked, given.names)
        with suppress(OSError):  # whoever asked has heard enough
            if answer is None and (odd := given.odd(asked)):
                self._begin(Answer(headers=(("Content-Type", "text/html"),)))
                self.wfile.writelines(odd(asked))
            else:
                answer = answer or usual(asked)
                self._begin(answer)
                self.wfile.write(b"" if self.command == "HEAD" else answer.body)

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def _begin(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for header, value in answer.headers:
            self.send_header(header, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _listening() -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), _Handler)
    try:
        yield server
    finally:
        server.server_close()


@contextmanager
def _running(server: _Server) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(5)
