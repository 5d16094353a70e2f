"""What the room takes and hands out. None of it shows a person when it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from zweck.ledger.values import Receipt

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


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found by a blind index, with all grants that have not ended."""

    subject: Subject
    grants: tuple[Grant, ...]
