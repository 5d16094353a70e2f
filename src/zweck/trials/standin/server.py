"""The stand-in as a web server: `POST /` takes calls, `GET /room/…` shows the room of a trial."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from zweck.trials.standin.centre import MOODS, Centre, Said

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


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 10

    def do_POST(self) -> None:
        """Take a call, or a mood at `/mood/<mood>`."""
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(min(length, BODY_LIMIT_BYTES))
        centre = self.server.centre
        if self.path.startswith("/mood/"):
            mood = next((one for one in MOODS if one == self.path.removeprefix("/mood/")), None)
            centre.mood = mood or centre.mood
            self._answer(Said(200 if mood else 404, {"mood": centre.mood}))
            return
        said = centre.take({name.lower(): value for name, value in self.headers.items()}, body, time.time())
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
