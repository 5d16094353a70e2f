"""A mailbox on another machine, over IMAP (RFC 9051): what is unread, one mail, and that it is done with."""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings

from zweck.disclosure.errors import BadSetting, NotReached
from zweck.disclosure.incoming.values import MOST_BYTES
from zweck.disclosure.smtp.relay import is_here

_TIMEOUT_SECONDS = 20
_SECURITY: dict[str, tuple[Literal["none", "starttls", "tls"], int]] = {
    "imaps": ("tls", 993),
    "imap+starttls": ("starttls", 143),
    "imap": ("none", 143),
}


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """Where a mailbox lies. `done`: the folder that mails go to; empty: they are deleted. Has no repr: a password."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str
    password: str
    folder: str
    done: str

    @property
    def key(self) -> str:
        """Names the mailbox without telling whose it is."""
        return sha256(f"{self.host}\0{self.user}\0{self.folder}".encode()).hexdigest()


def server() -> Server | None:
    """The mailbox of ZWECK_IMAP_URL; None where none is set. Raises BadSetting."""
    url = str(getattr(settings, "IMAP_URL", "") or "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSetting("ZWECK_IMAP_URL: its port is no number from 1 to 65535") from None
    if parts.scheme not in _SECURITY or not parts.hostname or not parts.username:
        schemes = ", ".join(f"{scheme}://" for scheme in _SECURITY)
        raise BadSetting(
            f"ZWECK_IMAP_URL: not a mailbox's address; write USER:PASSWORD@HOST/FOLDER behind one of {schemes}"
        )
    security, usual = _SECURITY[parts.scheme]
    if security == "none" and not is_here(parts.hostname):
        raise BadSetting("ZWECK_IMAP_URL: imap:// speaks without encryption, and only to this machine; use imaps://")
    folder, done = unquote(parts.path.strip("/")) or "INBOX", str(settings.IMAP_DONE)
    if not all(name.isascii() and name.isprintable() and not set('"\\') & set(name) for name in (folder, done)):
        raise BadSetting("ZWECK_IMAP_URL, ZWECK_IMAP_DONE: a folder's name has only ASCII letters here")
    user, password = unquote(parts.username), unquote(parts.password or "")
    return Server(parts.hostname, port or usual, security, user, password, folder, done)


class Mailbox:
    """An open mailbox. Every method raises NotReached when the other side does not answer as it should."""

    def __init__(self, connection: imaplib.IMAP4, done: str) -> None:
        self._connection = connection
        self._done = done
        # The library forgets an answer once it was asked for it.
        found = connection.response("UIDVALIDITY")[1]
        self.validity = int(found[0]) if found and found[0] else 0  # names the numbering of this mailbox

    def unread(self, after: int) -> tuple[int, ...]:
        """Numbers of the unread mails behind one, the oldest first."""
        (found,) = self._asked("SEARCH", "UNSEEN", "UID", f"{after + 1}:*") or (b"",)
        # `n:*` names the last mail even where its number is smaller.
        return tuple(sorted(uid for uid in map(int, (found or b"").split()) if uid > after))

    def mail(self, uid: int) -> bytes:
        """A mail, without marking it as read; empty for one that has gone, and not more than a byte too long."""
        for line in self._asked("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)"):
            if isinstance(line, tuple):
                return bytes(line[1])
        return b""

    def done(self, uid: int) -> None:
        """Take a mail out of the folder: into the one for what is done, or away."""
        number = str(uid)
        can = self._connection.capabilities
        if self._done and "MOVE" in can:
            self._asked("MOVE", number, f'"{self._done}"')
            return
        if self._done:
            self._asked("COPY", number, f'"{self._done}"')
        self._asked("STORE", number, "+FLAGS.SILENT", r"(\Deleted \Seen)")
        if "UIDPLUS" in can:
            self._asked("EXPUNGE", number)
        elif self._asked("SEARCH", "DELETED") == [number.encode()]:
            # Without UIDPLUS all that is marked goes at once, and what others marked is theirs.
            self._answered(self._connection.expunge())

    def _asked(self, command: str, *words: str) -> Sequence[Any]:  # Any: as imaplib gives it
        return self._answered(self._connection.uid(command, *words))

    def _answered(self, answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:  # Any: as imaplib gives it
        status, data = answer
        if status != "OK":
            raise NotReached("the mailbox refused a command")
        return data


@contextmanager
def opened(where: Server) -> Iterator[Mailbox]:
    """The mailbox, logged in and selected. Raises NotReached; the message is the kind of trouble and no more."""
    try:
        with _connected(where) as connection:
            connection.login(where.user, where.password)
            status, _ = connection.select(f'"{where.folder}"')
            if status != "OK":
                raise NotReached("the mailbox has no such folder")
            yield Mailbox(connection, where.done)
            connection.logout()
    except (imaplib.IMAP4.error, OSError) as trouble:
        raise NotReached(f"the mailbox did not answer ({type(trouble).__name__})") from None


@contextmanager
def _connected(where: Server) -> Iterator[imaplib.IMAP4]:
    """A connection that is closed whatever becomes of it; the library leaves a broken one open."""
    context = ssl.create_default_context()
    connection = (
        imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=_TIMEOUT_SECONDS)
        if where.security == "tls"
        else imaplib.IMAP4(where.host, where.port, timeout=_TIMEOUT_SECONDS)
    )
    try:
        if where.security == "starttls":
            connection.starttls(context)
        yield connection
    finally:
        with suppress(OSError):  # it was closed by a log-out
            connection.shutdown()
