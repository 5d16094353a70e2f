"""A mail server and a web server on loopback that keep what they are given."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mailbox:
    """What arrived, and how it answers. `mails` are whole; `data` the same as bytes; `to` the envelopes' readers.

    `refuses`: answer every mail with a temporary error; `declines`: the code to RCPT, by reader; `hangs_up`: take a
    mail and hang up without an answer; `holds`: take a mail and say nothing; `waits_for`: answer a mail after this;
    `extensions`: what is offered after EHLO.
    """

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.data: list[bytes] = []
        self.to: list[str] = []
        self.senders: list[str] = []
        self.connections = 0
        self.refuses = self.hangs_up = self.holds = False
        self.took = threading.Event()
        self.waits_for: threading.Event | None = None
        self.declines: dict[str, int] = {}
        self.extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "SMTPUTF8")
        self.port = 0
        self.tls: ssl.SSLContext | None = None  # the certificate it shows
        self.scheme = "smtp"
        self.encrypted = 0  # mails that came under TLS

    @property
    def url(self) -> str:
        """Where it listens, as a setting."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


class _Conversation(socketserver.StreamRequestHandler):
    box: Mailbox

    def handle(self) -> None:
        try:
            self.converse()
        except ssl.SSLError:  # whoever sends does not trust us
            return
        finally:
            for one in (self.rfile, self.wfile, self.request):
                one.close()

    def encrypt(self) -> None:
        assert self.box.tls
        self.request = self.box.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def converse(self) -> None:
        self.box.connections += 1
        if self.box.scheme == "smtps":
            self.encrypt()
        self.reader = ""
        self.say("220 mail.example.net")
        while line := self.rfile.readline().decode().strip():
            if not self.answer(line.partition(" ")[0].upper(), line):
                return

    def answer(self, word: str, line: str) -> bool:
        """Answer a command; False hangs up."""
        if word == "DATA":
            return self.take()
        if word == "STARTTLS":
            self.say("220 go on")
            self.encrypt()
            return True
        if word == "EHLO":
            self.say(*(f"250-{name}" for name in self.box.extensions), "250 HELP")
        elif word == "RCPT":
            self.reader = line.partition("<")[2].partition(">")[0]
            code = self.box.declines.get(self.reader, 250)
            self.reader = self.reader if code < 300 else ""
            self.say(f"{code} {line.partition(':')[2]} heard")
        else:
            if word == "MAIL":
                self.box.senders.append(line)
            self.say("221 bye" if word == "QUIT" else "250 fine")
        return word != "QUIT"

    def take(self) -> bool:
        """Take a mail's text."""
        if not self.reader:
            self.say("554 no valid recipients")
            return True
        self.say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if self.box.refuses:
            self.say("451 not now")
            return True
        self.box.encrypted += isinstance(self.request, ssl.SSLSocket)
        data = b"".join(lines)
        self.box.data.append(data)
        self.box.mails.append(data.decode())
        self.box.to.append(self.reader)
        self.box.took.set()
        if self.box.waits_for:
            self.box.waits_for.wait(10)
        if self.box.holds:
            return self.rfile.read(1) == b"never"
        if not self.box.hangs_up:
            self.say(f"250 2.0.0 taken for <{self.reader}> as 4F2")
        return not self.box.hangs_up

    def say(self, *lines: str) -> None:
        """Write lines."""
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server that speaks as much SMTP as a sender needs."""
    box = Mailbox()
    conversation = type("Conversation", (_Conversation,), {"box": box})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), conversation)
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
