"""What a mail is once it was read. None has a repr: each is full of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from zweck.doors import Attachment, LeftOut

MOST_BYTES = 10 * 1024 * 1024
MOST_HEADER_BYTES = 128 * 1024
MOST_DEPTH = 8
MOST_PARTS = 60
MOST_TEXT = 90_000  # characters; with a subject before it still within what the vault takes
MOST_ATTACHMENTS = 5
MOST_ATTACHMENT_BYTES = 2 * 1024 * 1024

# What became of a mail. ignored: a machine's answer to a mail of ours · left: nobody takes it, so it stays where it is.
Outcome = Literal["taken", "ignored", "left"]
Verdict = Literal["hard", "soft", "complaint"]


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One part of a mail that holds no further parts. `body` is still encoded as it was sent."""

    kind: str  # media type, small letters
    headers: Mapping[str, str]  # the first of each name, name in small letters
    body: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What a mail server says of a mail of ours: it could not be delivered, or its reader complained."""

    verdict: Verdict
    recipient: str  # as the report names it
    message_id: str  # of our mail, without brackets; empty where the report does not give it back
    status: str = ""  # RFC 3463, such as 5.1.1


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """A mail, read. `recipients`: whom its headers name as receivers, in the order of trust."""

    sender: str
    name: str
    subject: str
    text: str
    recipients: tuple[str, ...]
    message_id: str
    digest: bytes  # SHA-256 of what follows the headers
    is_automatic: bool  # sent by a machine, a list or a loop: nobody is to answer it
    attachments: tuple[Attachment, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reports: tuple[Report, ...] = field(default=())
    is_report: bool = False
    # The tags of mails of ours that it speaks of: in the address it came to, or in the copy that it gives back.
    refs: tuple[str, ...] = ()
