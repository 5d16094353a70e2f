"""What this room hands out: choices, what a request says of them, questions and records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

# yes, no: an answer to the question. out: the opt-out from measurement, which lasts longer and is renewed at visits.
Said = Literal["yes", "no", "out"]
# banner: the first layer · choices: the page of all purposes · snippet: the banner on another site of the same company.
Layer = Literal["banner", "choices", "snippet"]
Action = Literal["accept", "refuse", "save", "withdraw", "reset", "opt-out", "opt-in"]
# Why a purpose may be served or not. unasked: not answered yet · not-asked: it needs no consent · withdrawn: the choice
# this request carries was taken back · gpc, dnt: the browser says so, and nothing newer was chosen.
Ground = Literal["yes", "no", "out", "unasked", "expired", "withdrawn", "gpc", "dnt", "not-asked"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to one purpose, until when."""

    said: Said
    until: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What the choice cookie holds: a random id of 8 bytes, and the answers by purpose id."""

    id: bytes
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signals:
    """What the browser says on its own: Global Privacy Control (`Sec-GPC: 1`, exactly), Do Not Track (`DNT: 1`)."""

    gpc: bool = False
    dnt: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """What one request says about its visitor's choices. `choice`: None = no cookie, or none that can be read."""

    choice: Choice | None = None
    signals: Signals = Signals()
    is_withdrawn: bool = False


NOBODY = Visitor()


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether a purpose may be served for this request, and why."""

    allows: bool
    ground: Ground
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked in one language on one layer: its archived text and the token that only a page of ours can bear.

    `asks`: ids of the purposes that need an answer, in declared order. `text`: the lines as they are shown, in order.
    """

    site: str
    edition: int
    language: str
    layer: Layer
    asks: tuple[str, ...]
    text: tuple[str, ...]
    text_sha256: str
    token: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a visitor sent. `answers`: purpose id -> yes or no, for "save" and "opt-out"/"opt-in" (measurement only)."""

    action: Action
    token: str
    answers: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """The request that brought a decision: its host name, its raw Cookie header, and whether its page runs scripts."""

    host: str
    cookies: str = ""
    scripts_run: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """What a withdrawal took off the device, and what only the visitor can take off. Names as they are declared."""

    cookies: tuple[str, ...] = ()
    by_script: tuple[str, ...] = ()  # storages that the page's script empties
    by_hand: tuple[str, ...] = ()  # entries of third parties, or storages where no script runs


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome: the new choice (None after a reset), the headers that bring it to the browser, and the record.

    `set_cookies`: complete values of Set-Cookie headers, deletions included. `number`: of the record, for its receipt.
    """

    choice: Choice | None
    set_cookies: tuple[str, ...]
    number: int
    removed: Removed = Removed()


@dataclass(frozen=True, slots=True)
class Tally:
    """How often was decided what, in one span: bare counts by day, layer, language and action. No ids."""

    by_action: Mapping[str, int]
    by_day: tuple[tuple[str, Mapping[str, int]], ...]
    by_purpose: Mapping[str, tuple[int, int]]  # purpose id -> yes, no


@dataclass(frozen=True, slots=True)
class Recount:
    """How many records and archived texts were held against the ledger, and what did not fit."""

    records: int
    texts: int
    trouble: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookedOver:
    """What a look over the records found. `compared`: how many, the newest, were held against the ledger."""

    records: int
    compared: int
    texts: int
    trouble: tuple[str, ...]
