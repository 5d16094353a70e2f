"""What rooms hand to those above and beside them without knowing them: fast paths and the keeper of cookies for the
front, work for the work child, mailboxes for what comes in, takers of forms, pages behind links in mails, and listeners
to an activation. Filled in each room's `ready()`; read by `front`, `serve`, `site`, `disclosure` and `editions`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from zweck.policy.model import Policy

if TYPE_CHECKING:  # a value of a room above: handed through, never looked into
    from zweck.editions.values import Edition
    from zweck.origin.values import Origin
    from zweck.vault.values import Submission, Taken


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished response of a fast path. `headers` are complete; `body` is sent as it is."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


# What a page leaves in the environ where its answer must not go out before a moment, by `time.monotonic()`.
NOT_BEFORE = "zweck.not_before"
# What the front leaves there: whether a proxy brought the request, by its own word and whether or not it is trusted.
FORWARDED = "zweck.forwarded"

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

# Takes a form of its kind, as a sender's one act: it writes rows and does nothing else, whoever the sender is.
Taker = Callable[["Submission"], "Taken"]
# What a form lets a sender choose beside its data, in a language, proposed by where they are: inputs of the kind
# "choice". One named "place" is where the data will rest; the others reach the taker as `Submission.choices`.
Offers = Callable[["Edition", str, "Origin", str], tuple["Input", ...]]  # edition, form, origin, language


@dataclass(frozen=True, slots=True)
class Visit:
    """Who stands before a token page: `token` as it stands in the address, `site` the one its host name belongs to."""

    site: str
    token: str
    language: str
    now: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A file that came with a press, within the limits of one request. No repr: it is a person's."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Press:
    """A button that was pressed. `action`: its value; "one-click" for what a mail program sends (RFC 8058).

    `fields`: what the page's inputs held, by name; a box that is not ticked is not there.
    """

    action: str
    fields: Mapping[str, str]
    files: tuple[Upload, ...] = ()


InputKind = Literal["line", "lines", "email", "phone", "box", "choice", "file", "hidden"]


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a form. `why`: a hint below its label. `options`: value and text, for "choice".

    `fills`: what a browser may fill in by itself (HTML's `autocomplete`), such as "email".
    """

    name: str
    label: str
    kind: InputKind = "line"
    why: str = ""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    must: bool = False
    wrong: str = ""  # what is wrong with what was typed, said beside it
    longest: int = 200
    fills: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A form on a token page: inputs, and the buttons that send them, each with its action and its text."""

    buttons: tuple[tuple[str, str], ...]
    inputs: tuple[Input, ...] = ()
    heading: str = ""
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """A part of a token page: paragraphs, facts (label and lines), and what somebody wrote (who and when, text)."""

    heading: str = ""
    says: tuple[str, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    wrote: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """A file to be handed out instead of a page, such as a receipt."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class PageContent:
    """What a token page shows, all of it plain text, in the visitor's language. No repr: it may speak to a person.

    `done`: the page tells what a press just did. `onward`: text and address of what most come here for, above what can
    be done. `links`: text and path, below everything. `status`: 200, or 409 and the like where a press did nothing.
    `file`: handed out in place of all this.
    """

    title: str
    lede: str = ""
    parts: tuple[Part, ...] = ()
    asks: tuple[Ask, ...] = ()
    onward: tuple[str, str] | None = None
    links: tuple[tuple[str, str], ...] = ()
    done: bool = False
    status: int = 200
    file: File | None = None


class NoTokenPage(Exception):  # noqa: N818  (read as a sentence)
    """There is nothing behind this token. `is_over`: there was something once."""

    def __init__(self, *, is_over: bool = False) -> None:
        super().__init__("there is nothing behind this token")
        self.is_over = is_over


@dataclass(frozen=True, slots=True)
class TokenPage:
    """The page behind a link in a mail, `/z/<kind>/<token>`. `look` changes nothing, whoever asks; only `press` does.

    Both raise NoTokenPage, or an error of the vault, for a token that is forged, another site's, or over.
    """

    look: Callable[[Visit], PageContent]
    press: Callable[[Visit, Press], PageContent]


# Whether an answer for this host and path may set a cookie of this name; without a keeper every cookie may be set.
MaySet = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class Activated:
    """An edition that comes into force. `before`: the policy that was in force until now; none at a site's first."""

    before: Policy | None
    policy: Policy
    edition: int


exact_paths: dict[str, FastPath] = {}  # asked first, by the path alone
fast_paths: list[FastPath] = []
cookie_keepers: list[MaySet] = []
works: dict[str, Work] = {}
takers: dict[str, Taker] = {}  # by kind of form; a form that nobody takes is not served
offers: dict[str, Offers] = {}  # by kind of form
token_pages: dict[str, TokenPage] = {}  # by the word in the address: "confirm", "leave", "mine", "trial", "enquiry"
mailboxes: dict[str, Mailbox] = {}  # by kind: "reply", "leave", "enquiry"
on_activation: list[Callable[[Activated, datetime], None]] = []  # called in the transaction of the activation


def hand_work(work: Work) -> None:
    """Hand a piece of work to the work child; a name is handed once."""
    works[work.name] = work


class RunIn(Protocol):
    """A work on one database."""

    def __call__(self, now: datetime, using: str) -> int:
        """How many things it did there."""


def hand_work_everywhere(name: str, every: timedelta, run: RunIn) -> None:
    """Hand a work on each database: one that is slow or away holds up no other."""
    for using in settings.DATABASES:
        own = name if using == DEFAULT_DB_ALIAS else f"{name}.{using}"
        hand_work(Work(own, every, partial(run, using=using)))
