"""A server on loopback that answers what a test gives it."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ICON = "<link rel=icon href='data:,'>"
Odd = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Answer:
    """What is answered at a path."""

    body: str | bytes = ""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200
    kind: str = "text/html; charset=utf-8"

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        handler.send_response_only(self.status)
        for name, value in (("Content-Type", self.kind), ("Content-Length", str(len(body))), *self.headers):
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)


def page(body: str, *headers: tuple[str, str], status: int = 200) -> Answer:
    """A page with this in it."""
    return Answer(f"<!doctype html><html lang=en><title>Page</title>{ICON}{body}", headers, status)


def script(body: str) -> Answer:
    """A script."""
    return Answer(body, kind="text/javascript")


def redirect(to: str, *headers: tuple[str, str]) -> Answer:
    """Leads elsewhere."""
    return Answer("", (("Location", to), *headers), 302)


@dataclass
class Tiny:
    """A running server. `heard`: each request's path and headers."""

    url: str
    port: int
    heard: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """What was asked for."""
        return [path for path, _ in self.heard]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser hangs up when it likes."""


@contextmanager
def serving(answers: Mapping[str, Odd], host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Tiny]:
    """Answer until the context ends; 404 where nothing is given. `tls`: over a certificate of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tiny.heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answers.get(self.path.partition("?")[0], Answer("no", status=404))(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = _Server((host, 0), Handler)
    port = server.server_address[1]
    tiny = Tiny(f"{'https' if tls else 'http'}://{host}:{port}", port)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield tiny
    finally:
        server.shutdown()
        server.server_close()
