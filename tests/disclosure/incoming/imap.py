"""A mailbox on loopback that speaks as much IMAP as a reader needs."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Kept:
    """What lies in the mailbox: mails by number, their flags, the folder for what is done. `log`: what was asked."""

    def __init__(self) -> None:
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.moved: list[bytes] = []
        self.log: list[str] = []
        self.can = "IMAP4rev1 UIDPLUS MOVE"
        self.validity = 7
        self.drops_at = ""  # the connection breaks when this is asked
        self.url = ""
        self.tls: ssl.SSLContext | None = None  # the certificate it shows
        self.scheme = "imap"
        self.encrypted: list[str] = []  # what was asked under TLS

    def add(self, raw: bytes) -> int:
        """Another unread mail; its number."""
        uid = max(self.mails, default=0) + 1
        self.mails[uid], self.flags[uid] = raw, set()
        return uid


class _Session(socketserver.StreamRequestHandler):
    kept: Kept

    def handle(self) -> None:
        try:
            self.converse()
        except ssl.SSLError:  # whoever asked does not trust us
            return
        finally:
            for one in (self.rfile, self.wfile, self.request):
                one.close()

    def converse(self) -> None:
        if self.kept.scheme == "imaps":
            self.encrypt()
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            words = rest.removeprefix("UID ")
            self.kept.log.append(words.split(" ")[0])
            if isinstance(self.request, ssl.SSLSocket):
                self.kept.encrypted.append(self.kept.log[-1])
            if words == "STARTTLS":
                self.say(f"{tag} OK now")
                self.encrypt()
                continue
            if self.kept.drops_at and self.kept.drops_at in words:
                return
            self.say(*self.answers(words), f"{tag} OK done")
            if words == "LOGOUT":
                return

    def encrypt(self) -> None:
        assert self.kept.tls
        self.request = self.kept.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def answers(self, words: str) -> Iterator[str | bytes]:
        """What stands before the last line."""
        verb, *rest = words.split(" ")
        if verb == "CAPABILITY":
            yield f"* CAPABILITY {self.kept.can}"
        elif verb == "SELECT":
            yield f"* {len(self.kept.mails)} EXISTS"
            yield f"* OK [UIDVALIDITY {self.kept.validity}] valid"
        elif verb == "SEARCH":
            yield f"* SEARCH {' '.join(map(str, self.found(rest)))}".rstrip()
        elif verb == "FETCH" and int(rest[0]) in self.kept.mails:
            yield self.fetched(int(rest[0]), int(words.rpartition(".")[2].rstrip(">)")))
        elif verb in ("STORE", "MOVE", "EXPUNGE", "COPY"):
            self.change(verb, rest)

    def found(self, rest: list[str]) -> list[int]:
        if rest == ["DELETED"]:
            return [uid for uid, flags in self.kept.flags.items() if "\\Deleted" in flags]
        first = int(rest[-1].split(":")[0])
        unread = [uid for uid in self.kept.mails if not self.kept.flags[uid] and uid >= first]
        return unread or list(self.kept.mails)[-1:]

    def fetched(self, uid: int, most: int) -> bytes:
        raw = self.kept.mails[uid][:most]
        return b"* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%b)" % (uid, len(raw), raw)

    def change(self, verb: str, rest: list[str]) -> None:
        if verb == "STORE":
            self.kept.flags[int(rest[0])] |= set(re.findall(r"\\\w+", " ".join(rest)))
        elif verb in ("MOVE", "COPY"):
            self.kept.moved.append(self.kept.mails[int(rest[0])])
        if verb in ("MOVE", "EXPUNGE"):
            gone = [int(rest[0])] if rest else [u for u, flags in self.kept.flags.items() if "\\Deleted" in flags]
            for uid in gone:
                del self.kept.mails[uid], self.kept.flags[uid]

    def say(self, *lines: str | bytes) -> None:
        said = [line.encode() if isinstance(line, str) else line for line in lines]
        self.wfile.write(b"".join(line + b"\r\n" for line in said))


@contextmanager
def imap() -> Iterator[Kept]:
    """A running server with one empty mailbox."""
    kept = Kept()
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), type("Session", (_Session,), {"kept": kept}))
    server.daemon_threads = True
    kept.url = f"imap://support:hush@127.0.0.1:{server.server_address[1]}/INBOX"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
