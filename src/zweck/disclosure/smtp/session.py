"""A conversation with a mail server: many mails over one connection, as few turns as the server allows.

With PIPELINING (RFC 2920) a mail's text and the next mail's envelope go out together, so that a mail costs one turn.
What was handed over without an answer is *uncertain*: the server may have taken it.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from zweck.disclosure.errors import NotDelivered
from zweck.disclosure.smtp.relay import Smtp

TIMEOUT_SECONDS = 10
_ADDRESS = re.compile(rb"<?[^\s<>@]+@[^\s<>@]+>?")
_GO_ON, _LEAVING = 354, 421
_DATA = 2  # third line of an envelope
_GONE = (OSError, smtplib.SMTPException)

Verdict = Literal["accepted", "refused", "later", "uncertain"]


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """A mail as it is handed over. `data`: CRLF lines, none of which begins with a dot. No repr: it holds a person.

    `tag` is the sender's own name for it. `needs_utf8`: an address of it has letters beyond ASCII before the @.
    """

    tag: int
    sender: str
    to: str
    data: bytes
    needs_utf8: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one mail. `answer`: the server's last line, without any address in it."""

    verdict: Verdict
    code: int
    answer: str


UNCERTAIN = Outcome("uncertain", 0, "the connection was lost before the answer came")
UNTOUCHED = Outcome("later", 0, "the connection was lost before its turn")
NO_UTF8 = Outcome("refused", 0, "the mail server cannot write to addresses with letters beyond ASCII")


class Session:
    """A connection that has said hello. Raises NotDelivered, with the kind of trouble, when none comes about."""

    def __init__(self, server: Smtp) -> None:
        try:
            self._smtp = _connect(server)
            try:
                self._smtp.ehlo_or_helo_if_needed()
                if server.user:
                    self._smtp.login(server.user, server.password)
            except _GONE:
                self._smtp.close()
                raise
        except _GONE as trouble:
            raise NotDelivered(type(trouble).__name__) from trouble
        self._pipelines = self._smtp.has_extn("pipelining")
        self._utf8 = self._smtp.has_extn("smtputf8")
        self.is_lost = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye."""
        with suppress(*_GONE):
            if not self.is_lost:
                self._smtp.quit()
        self._smtp.close()

    def run(self, source: Callable[[], Ready | None], report: Callable[[Ready, Outcome], None]) -> None:
        """Hand over what `source` gives until it gives nothing, and report each. Ends early when `is_lost`.

        The source is asked for the next mail before the last one's answer is in.
        """
        mail, is_asked = self._next(source, report), False
        while mail is not None and not self.is_lost:
            refusal = self._opened(mail, is_asked)
            if refusal is not None:
                report(mail, refusal)
                mail, is_asked = (None if self.is_lost else self._next(source, report)), False
                continue
            following = self._next(source, report) if self._pipelines else None
            report(mail, self._handed(mail, following))
            is_asked = following is not None
            mail = following if self._pipelines else self._next(source, report)
        if mail is not None:
            report(mail, UNTOUCHED)

    def _next(self, source: Callable[[], Ready | None], report: Callable[[Ready, Outcome], None]) -> Ready | None:
        while (mail := source()) is not None and mail.needs_utf8 and not self._utf8:
            report(mail, NO_UTF8)
        return mail

    def _opened(self, mail: Ready, is_asked: bool) -> Outcome | None:
        """See the server ready for the text; the outcome where it is not."""
        lines = self._envelope(mail)
        try:
            if self._pipelines and not is_asked:
                self._write(b"".join(lines))
            for number, line in enumerate(lines):
                if not self._pipelines:
                    self._write(line)
                code, answer = self._reply()
                if code == _LEAVING:
                    self._lose()
                if not (code == _GO_ON if number == _DATA else 200 <= code < 300):
                    return self._declined(number, code, answer)
        except _GONE:
            self._lose()
            return UNTOUCHED
        return None

    def _declined(self, number: int, code: int, answer: bytes) -> Outcome:
        """The outcome of a refused envelope; clears the table for the next one."""
        # What the server thinks of us as the sender says nothing about the reader: that is for the operator to mend.
        verdict: Verdict = "refused" if code >= 500 and number else "later"
        try:
            if self._pipelines and not self.is_lost:
                for later in range(number + 1, _DATA + 1):
                    if self._reply()[0] == _GO_ON and later == _DATA:
                        self._write(b".\r\n")
                        self._reply()
            if not self.is_lost:
                self._write(b"RSET\r\n")
                self._reply()
        except _GONE:
            self._lose()
        return Outcome(verdict, code, _said(code, answer))

    def _handed(self, mail: Ready, following: Ready | None) -> Outcome:
        """Hand over the text, and the next envelope with it."""
        try:
            self._write(mail.data + b".\r\n" + (b"".join(self._envelope(following)) if following else b""))
            code, answer = self._reply()
        except _GONE:
            self._lose()
            return UNCERTAIN
        if code == _LEAVING:
            self._lose()
        verdict: Verdict = "accepted" if 200 <= code < 300 else "refused" if code >= 500 else "later"
        return Outcome(verdict, code, _said(code, answer))

    def _envelope(self, mail: Ready) -> tuple[bytes, bytes, bytes]:
        option = " SMTPUTF8" if mail.needs_utf8 else ""
        return f"MAIL FROM:<{mail.sender}>{option}\r\n".encode(), f"RCPT TO:<{mail.to}>\r\n".encode(), b"DATA\r\n"

    def _write(self, data: bytes) -> None:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("closed")
        self._smtp.sock.sendall(data)

    def _reply(self) -> tuple[int, bytes]:
        return self._smtp.getreply()

    def _lose(self) -> None:
        self.is_lost = True
        self._smtp.close()


def send_one(mail: Ready, server: Smtp) -> Outcome:
    """Hand over a single mail over a connection of its own. Raises NotDelivered when none comes about."""
    outcomes: list[Outcome] = []
    mails = iter((mail,))
    with Session(server) as session:
        session.run(lambda: next(mails, None), lambda _mail, outcome: outcomes.append(outcome))
    return outcomes[0]


def _said(code: int, answer: bytes) -> str:
    # Servers like to repeat the address; a record of acts holds none.
    return f"{code} {_ADDRESS.sub(b'<...>', answer).decode('utf-8', 'replace')}"[:200]


def _connect(server: Smtp) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.security == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except _GONE:
            connection.close()
            raise
    return connection
