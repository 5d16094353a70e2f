"""The catcher itself: SMTP for whoever sends, HTTP for the page that shows. Both on this machine's loopback only.

It lives in the work child. Where it listens, and the secret that reading asks for, lie in a file that the owner of the
data folder alone can read; mails lie nowhere but in memory.
"""

import asyncio
import json
import os
import secrets
import threading
from base64 import b64encode
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from zweck.disclosure.catcher.keeping import Shelf
from zweck.disclosure.values import Caught

HERE = "127.0.0.1"
LARGEST_BYTES = 16 * 1024 * 1024


class _Taking:
    """What aiosmtpd asks for each mail."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail, once for each of its readers."""
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        for to in envelope.rcpt_tos:
            number = self._shelf.put(envelope.mail_from or "", to, data, datetime.now(UTC))
        return f"250 2.0.0 caught as {number}; nothing left this machine"


class _Smtp(Controller):
    """aiosmtpd's own thread; it hangs up on whoever still talks when it ends."""

    def __init__(self, *given: Any, **more: Any) -> None:  # Any: as the base class takes it
        super().__init__(*given, **more)
        self._talks: WeakSet[SMTP] = WeakSet()

    def factory(self) -> SMTP:
        """A conversation."""
        talk: SMTP = super().factory()  # type: ignore[no-untyped-call]  # its own types say nothing
        self._talks.add(talk)
        return talk

    async def hang_up(self) -> None:
        """Close every connection, and let the loop see to it."""
        for talk in self._talks:
            if talk.transport:
                talk.transport.close()
        await asyncio.sleep(0.02)

    def end(self) -> None:
        """End the server and all conversations."""
        asyncio.run_coroutine_threadsafe(self.hang_up(), self.loop).result(5)
        self.stop()


class Catcher:
    """A running catcher. `close` ends it, and with it all that it caught."""

    def __init__(self, note: Path) -> None:
        self.shelf = Shelf()
        self._note = note
        secret = secrets.token_urlsafe(32)
        self._smtp = _Smtp(
            _Taking(self.shelf),
            hostname=HERE,
            port=_free_port(),
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_BYTES,
            ident="catcher",
            server_hostname="catcher.invalid",
            ready_timeout=20,
        )
        self._smtp.start()
        self._web = ThreadingHTTPServer((HERE, 0), _page(self.shelf, secret))
        self._web.daemon_threads = True
        self._thread = threading.Thread(target=self._web.serve_forever, name="catcher", daemon=True)
        self._thread.start()
        where = {"pid": os.getpid(), "smtp": self._smtp.port, "http": self._web.server_port, "secret": secret}
        _write(note, json.dumps(where).encode())

    @property
    def is_alive(self) -> bool:
        """Whether both still answer."""
        smtp = self._smtp._thread  # noqa: SLF001  (aiosmtpd tells it no other way)
        return self._thread.is_alive() and smtp is not None and smtp.is_alive()

    def close(self) -> None:
        """End it."""
        self._note.unlink(missing_ok=True)
        self._smtp.end()
        self._web.shutdown()
        self._web.server_close()


_running: list[Catcher] = []


def keep_running(_now: datetime) -> int:
    """Begin the catcher unless it runs in this process; 1 when it was begun."""
    if not settings.CATCHER or (_running and _running[0].is_alive):
        return 0
    _running[:] = [Catcher(settings.DATA / "catcher.json")]
    return 1


def _page(shelf: Shelf, secret: str) -> type[BaseHTTPRequestHandler]:
    class Page(BaseHTTPRequestHandler):
        """Hands out what was caught, to who knows the secret."""

        def do_GET(self) -> None:
            """All mails above a number, as JSON."""
            if self._is_known():
                after = parse_qs(urlsplit(self.path).query).get("after", ["0"])[0]
                found = shelf.mails(int(after) if after.isdecimal() else 0)
                self._answer(200, json.dumps([_told(mail) for mail in found]).encode())

        def do_DELETE(self) -> None:
            """Forget all."""
            if self._is_known():
                shelf.clear()
                self._answer(200, b"[]")

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what is asked for may name a person."""

        def _is_known(self) -> bool:
            is_known = secrets.compare_digest(self.headers.get("Authorization", ""), f"Bearer {secret}")
            if not is_known:
                self._answer(403, b"[]")
            return is_known

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response_only(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Page


def _told(mail: Caught) -> dict[str, object]:
    data = b64encode(mail.data).decode()
    return {"number": mail.number, "at": mail.at.isoformat(), "from": mail.sender, "to": mail.to, "data": data}


def _free_port() -> int:
    # aiosmtpd does not tell which port it was given for 0, so one is looked for.
    with ThreadingHTTPServer((HERE, 0), BaseHTTPRequestHandler) as probe:
        return probe.server_port


def _write(note: Path, data: bytes) -> None:
    """Write the note whole, for our eyes only."""
    fresh = note.with_name(f".{note.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    fresh.rename(note)
