"""A tiny server on loopback, and the rule that without a browser nothing here may look green."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from zweck.eye import acts
from zweck.eye.errors import CannotLook

PAGE = """<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">
<script>
  document.cookie = "seen=1";
  localStorage.setItem("colour", "green");
  sessionStorage.setItem("tab", "1");
  indexedDB.open("trail");
</script>
<img src="http://fonts.example.net/one.png" alt=""></html>"""

CALM = "<!doctype html><title>Calm</title><link rel=icon href='data:,'>"
PAGES = {
    "/busy": PAGE,
    "/skips": f"{CALM}<body><a href='#text'>Skip</a><main id=text tabindex=-1>Text</main>",
    "/leads-away": f"{CALM}<body><a href='http://shop.example.net/'>Away</a>",
    "/leads-on": f"{CALM}<body><a href='/calm'>On</a>",
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path, CALM)
        self.send_response_only(200)
        self.send_header("Content-Type", "text/html")
        if self.path == "/strict":
            self.send_header("Content-Security-Policy", "default-src 'none'; img-src data:")
            body = PAGE
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the tiny server answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="session")
def eye() -> Iterator[acts.Eye]:
    """An open browser that finds nothing but this machine."""
    try:
        eye = acts.Eye(reach=["127.0.0.1", "localhost"])
    except CannotLook as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with eye:
        yield eye
