"""What the room takes and hands out. None of it shows a person when it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from zweck.editions.values import Edition
from zweck.ledger.values import Receipt
from zweck.origin.values import Origin

GrantState = Literal["pending", "active", "restricted", "ended"]


@dataclass(frozen=True, slots=True, repr=False)
class Subject:
    """A natural person whose data we hold: one for each person, site and place. `id`: 16 random bytes."""

    site: str
    place: str
    id: bytes

    @property
    def short(self) -> str:
        """Eight hex digits, for logs."""
        return self.id.hex()[:8]

    def __repr__(self) -> str:
        return f"Subject({self.short})"


@dataclass(frozen=True, slots=True)
class Grant:
    """A subject's data may be used for one purpose, on one basis, from then to then.

    `since`: None while it is pending. `until`: None where no end is set. `text_sha256`: of what was agreed to, in hex.
    """

    id: bytes
    subject: Subject
    purpose: str
    basis: str
    edition: int
    text_sha256: str
    since: datetime | None
    until: datetime | None
    ended_at: datetime | None
    state: GrantState


@dataclass(frozen=True, slots=True)
class Collecting:
    """Data about to be collected. `data`: datum id of the policy -> text.

    `subject`: None finds the person by e-mail address, in that place. `pending`: to be confirmed first.
    `evidence`: goes into the ledger and so holds no person. `hold`: kept by law, so that no withdrawal ends it.
    """

    site: str
    place: str
    purpose: str
    basis: str
    edition: int
    text_sha256: str
    data: Mapping[str, str] = field(repr=False)
    subject: Subject | None = None
    until: datetime | None = None
    pending: bool = False
    evidence: Mapping[str, str | int] = field(default_factory=dict)
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected: under which grant, as which of its entries."""

    subject: Subject
    grant: Grant
    entry: bytes
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Reading:
    """A wish to read. `by`: "staff:<account>", "disclosure", "person" or "proof"; neither it nor `reason` is a name.

    `entry`: None gives the newest value of each field.
    """

    subject: Subject
    purpose: str
    fields: tuple[str, ...]
    by: str
    reason: str
    entry: bytes | None = None


@dataclass(frozen=True, slots=True, repr=False)
class KeptFile:
    """A file of a person. `kind`: its media type. No repr: name and content are the person's."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found by a blind index, with all grants that have not ended."""

    subject: Subject
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that was sent, checked against its declaration: every field that must be given is there, and no other.

    `form`: its id. `data`: datum id -> text, stripped, in NFC, without what nobody sees; never shown. `text_sha256`:
    of all that stood beside the fields, as it is archived (`consent.acts.text_of`). `place`: where the person's data
    are to rest. `origin`: only for this moment; it refuses to be written down. `choices`: what else was chosen beside
    the data, such as "currency", and no person's.
    """

    site: str
    edition: Edition = field(repr=False)
    form: str
    purpose: str
    language: str
    data: Mapping[str, str] = field(repr=False)
    text_sha256: str
    place: str
    origin: Origin
    now: datetime
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """A room has taken a submission. The same for known, unknown and suppressed addresses.

    `mails`: whether the person is told to look into their mailbox.
    """

    mails: bool = True
