"""A small site that keeps all its promises, served on loopback, and that a test can break one at a time."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LISTED = [
    {"path": "/", "language": "en", "template": "home"},
    {"path": "/de", "language": "de", "template": "home"},
    {"path": "/privacy", "language": "en", "template": "statement"},
    {"path": "/datenschutz", "language": "de", "template": "statement"},
    {"path": "/privacy/editions", "language": "en", "template": "editions"},
    {"path": "/datenschutz/editions", "language": "de", "template": "editions"},
]


def page(language: str, title: str, body: str = "") -> str:
    """A page that keeps every promise."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<link rel="icon" href="/site.svg"><link rel="stylesheet" href="/site.css"></head>'
        '<body><a class="skip" href="#main">Skip</a>'
        f'<main id="main" tabindex="-1"><h1>{title}</h1>{body}</main></body></html>'
    )


class SmallSite:
    """What is served: `pages` by path, `headers` on each of them, everything else in `files`."""

    def __init__(self) -> None:
        self.headers = dict(HEADERS)
        self.pages = {
            "/": page("en", "Home"),
            "/de": page("de", "Start"),
            "/privacy": page("en", "Privacy", "<p>We keep it for 35 days.</p>"),
            "/datenschutz": page("de", "Datenschutz", "<p>Wir bewahren es 35 Tage auf.</p>"),
            "/privacy/editions": page("en", "Editions"),
            "/datenschutz/editions": page("de", "Fassungen"),
        }
        self.files = {
            "/site.css": ("text/css", "body { color: #111 }"),
            "/site.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
            "/z/pages.json": ("application/json", json.dumps({"pages": LISTED})),
        }
        self.error = page("en", "Nothing is here")
        self.url = ""
        self.answers_to: Callable[[str], str] = str  # a challenge: whether it is us


@contextmanager
def served(site: SmallSite) -> Iterator[SmallSite]:
    """The site on a free loopback port, until the context ends."""

    class Handler(BaseHTTPRequestHandler):
        server: ThreadingHTTPServer

        def do_GET(self) -> None:
            if self.headers["host"] not in (f"127.0.0.1:{self.server.server_port}", "www.example.org"):
                self.send_error(421)
                return
            if self.path.startswith("/z/installation?challenge="):
                site.files[self.path] = ("text/plain", site.answers_to(self.path.partition("=")[2]))
            kind, body = site.files.get(self.path, ("text/html; charset=utf-8", site.pages.get(self.path, "")))
            self.send_response_only(200 if body else 404)
            body = body or site.error
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
