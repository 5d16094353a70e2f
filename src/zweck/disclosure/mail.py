"""Sends one mail over SMTP."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from zweck.disclosure.addresses import Smtp
from zweck.disclosure.errors import NotDelivered

_TIMEOUT_SECONDS = 10


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
    try:
        with _connect(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(compose(mail))
    except (smtplib.SMTPException, OSError) as trouble:
        raise NotDelivered(type(trouble).__name__) from trouble


def compose(mail: Mail) -> EmailMessage:
    """The mail with its headers."""
    domain = mail.to.rpartition("@")[2]
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


def _connect(server: Smtp) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(
            server.host, server.port, timeout=_TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
    if server.security == "starttls":
        connection.starttls(context=ssl.create_default_context())
    return connection
