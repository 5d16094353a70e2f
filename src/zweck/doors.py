"""What rooms hand to those above and beside them without knowing them: fast paths and the keeper of cookies for the
front, work for the work child, mailboxes for what comes in, and listeners to an activation. Filled in each room's
`ready()`; read by `front`, `serve`, `disclosure` and `editions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from zweck.policy.model import Policy


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished response of a fast path. `headers` are complete; `body` is sent as it is."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


# Gets the WSGI environ, answers or returns None: "not mine, ask Django". Must not block longer than one query.
FastPath = Callable[[Mapping[str, object]], Answer | None]


@dataclass(frozen=True, slots=True)
class Work:
    """Something the work child does again and again. Idempotent: it may be killed at any line and run anew.

    `run(now)` returns how many things it did. `every`: the pause between two runs.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], int]


# Why a file that came with a mail was not taken.
LeftOut = Literal["kind", "size", "count"]


@dataclass(frozen=True, slots=True, repr=False)
class Attachment:
    """A file that came with a mail. `kind`: its media type, as its content shows. No repr: it is a person's."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """A mail that came in, read and bounded. No repr: it is full of a person, whose address nobody has proved.

    `to`: the address it came to, without its tag, and `token`: what the tag holds behind the kind; empty without one.
    `text`: all of it, `said`: without what it quotes. `mark`: the same for the same mail, keyed, so that a handler
    can tell a mail that it took before; see `disclosure.acts.is_first`.
    """

    to: str
    token: str
    sender: str
    name: str
    subject: str
    text: str
    said: str
    attachments: tuple[Attachment, ...]
    left_out: tuple[LeftOut, ...]
    mark: bytes
    at: datetime


# Takes a mail of its kind, or returns False: "not mine". Everything it does is one transaction; what it raises makes
# the mail come again later.
Mailbox = Callable[[Incoming], bool]

# Whether an answer for this host and path may set a cookie of this name; without a keeper every cookie may be set.
MaySet = Callable[[str, str, str], bool]

exact_paths: dict[str, FastPath] = {}  # asked first, by the path alone
fast_paths: list[FastPath] = []
cookie_keepers: list[MaySet] = []
works: dict[str, Work] = {}
mailboxes: dict[str, Mailbox] = {}  # by kind: "reply", "leave", "enquiry"
on_activation: list[Callable[[Policy, datetime], None]] = []


def hand_work(work: Work) -> None:
    """Hand a piece of work to the work child; a name is handed once."""
    works[work.name] = work
