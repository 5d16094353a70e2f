"""A mail server and a web server on loopback that keep what they are given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mailbox:
    """What arrived. `refuses`: answer every mail with a temporary error."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refuses = False
        self.port = 0


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server that speaks as much SMTP as a sender needs."""
    box = Mailbox()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 mail.example.net")
            while line := self.rfile.readline().decode().strip():
                word = line.partition(" ")[0].upper()
                if word == "DATA":
                    self.say("354 go on")
                    lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                    text = "".join(lines)
                    self.say("451 not now" if box.refuses else "250 taken")
                    if not box.refuses:
                        box.mails.append(text)
                else:
                    self.say("221 bye" if word == "QUIT" else "250 fine")

        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
    server.daemon_threads = True
    box.port = server.server_address[1]
    with _running(server):
        yield box


class Hook:
    """What was posted, with its headers. `status` is what is answered; `location` where it sends on to."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        self.paths: list[str] = []
        self.status = 200
        self.location = ""
        self.url = ""


@contextmanager
def hook() -> Iterator[Hook]:
    """A web server that takes webhooks, and answers looks."""
    taken = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.answer()

        def do_GET(self) -> None:
            taken.paths.append(self.path)
            self.answer()

        def answer(self) -> None:
            self.send_response_only(taken.status)
            if taken.location:
                self.send_header("Location", taken.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    with _running(server):
        yield taken


@contextmanager
def _running(server: socketserver.TCPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
