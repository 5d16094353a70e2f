"""Writes one alert as a mail."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from zweck.disclosure.errors import NotDelivered
from zweck.disclosure.smtp.relay import Smtp
from zweck.disclosure.smtp.session import Ready, send_one


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it leaves. `key` makes the Message-ID: a second attempt is the same mail."""

    key: str
    to: str
    subject: str
    text: str
    at: datetime


def send(mail: Mail, server: Smtp) -> None:
    """Hand a mail to the server. Raises NotDelivered with the kind of trouble."""
    message = compose(mail)
    data = message.as_bytes(policy=SMTP).replace(b"\r\n.", b"\r\n..")
    outcome = send_one(Ready(0, f"zweck@{_domain(mail)}", mail.to, data), server)
    if outcome.verdict != "accepted":
        raise NotDelivered(outcome.answer)


def compose(mail: Mail) -> EmailMessage:
    """The mail with its headers."""
    domain = _domain(mail)
    message = EmailMessage()
    message["From"] = f"Zweck <zweck@{domain}>"
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.key}@{domain}>"
    # RFC 3834: keeps out-of-office replies from answering a machine.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _domain(mail: Mail) -> str:
    return mail.to.rpartition("@")[2]
