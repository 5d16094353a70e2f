"""The stand-in as a web server: `POST /` takes calls, `GET /room/…` shows the room of a trial."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from zweck.trials.standin.centre import Centre, Said

SLOW_SECONDS = 12.0  # longer than a call waits
BODY_LIMIT_BYTES = 64 * 1024
ROOM = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<body style="font:1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>{title}</h1><p>{text}</p>
<p>This is a stand-in for a data centre ({name}). It keeps what it is told in memory only.</p>
</body></html>"""


class Server(ThreadingHTTPServer):
    """One data centre on one port."""

    daemon_threads = True
    centre: Centre
    slow_seconds: float = SLOW_SECONDS


def serve(centre: Centre, port: int = 0) -> Server:
    """A server on loopback, not running yet; its centre knows its address."""
    server = Server(("127.0.0.1", port), _Handler)
    server.centre = centre
    centre.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    return server


def _length(text: str | None) -> int | None:
    """How long a body is; None for what is no length, or too much."""
    found = int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else None
    return found if found is not None and found <= BODY_LIMIT_BYTES else None


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 10

    def do_POST(self) -> None:
        """Take a call, or a mood at `/mood/<mood>` from who knows the secret."""
        length = _length(self.headers.get("content-length"))
        if length is None:
            self._answer(Said(400, {"error": "no length that can be read"}))
            self.close_connection = True
            return
        body = self.rfile.read(length)
        centre = self.server.centre
        headers = {name.lower(): value for name, value in self.headers.items()}
        if self.path.startswith("/mood/"):
            self._answer(centre.change(headers.get("authorization", ""), self.path.removeprefix("/mood/")))
            return
        said = centre.take(headers, body, time.time())
        if centre.mood == "slow":
            time.sleep(self.server.slow_seconds)
        self._answer(said)

    def do_GET(self) -> None:
        """Show a room; a closed one is gone."""
        centre = self.server.centre
        is_open = self.path.removeprefix("/room/") in centre.trials.values()
        title = "Your trial room" if is_open else "No such room"
        text = "Here you would meet." if is_open else "It is closed, or there never was one."
        page = ROOM.format(title=title, text=text, name=centre.name).encode()
        self._send(200 if is_open else 404, "text/html; charset=utf-8", page)

    def _answer(self, said: Said) -> None:
        self._send(said.status, "application/json", json.dumps(dict(said.body)).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response_only(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever called has stopped waiting

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
