"""What the room takes and hands out. Nothing in it names a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

CampaignState = Literal["draft", "scheduled", "sending", "paused", "stopped", "done", "cancelled"]
How = Literal["page", "one-click", "mail", "staff", "import", "elsewhere"]
Way = Literal["form", "preferences", "import", "permission"]


@dataclass(frozen=True, slots=True)
class Draft:
    """What staff wrote in one language: the subject line, and the text in Markdown."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Results:
    """How a campaign has gone so far. Nothing here was measured at a reader: it is what mail servers answered.

    `expected`: on the list when it began. `left_out`: stopped at the moment of sending. `left_since`: who left this
    list after it began, for whatever reason.
    """

    expected: int = 0
    accepted: int = 0
    refused: int = 0
    uncertain: int = 0
    left_out: int = 0
    left_since: int = 0

    @property
    def handled(self) -> int:
        """How many have had their turn."""
        return self.accepted + self.refused + self.uncertain + self.left_out


@dataclass(frozen=True, slots=True)
class Campaign:
    """A mail to everybody on one list. `trouble`: why no mail leaves at the moment; empty when mails leave.

    `reason`: why it was stopped, as `words` name it.
    """

    number: int
    site: str
    purpose: str
    state: CampaignState
    texts: Mapping[str, Draft]
    revision: int
    made_by: int
    made_at: datetime
    starts_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    results: Results
    trouble: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a list's next mail reaches, and who it does not and why; by languages, those reached.

    `pending`: have not confirmed. `left`: have taken their consent back (as long as its proof is kept). `suppressed`:
    on the list, but their address gets no advertising. `elsewhere`: known to us for other purposes only.
    """

    reached: int = 0
    pending: int = 0
    left: int = 0
    suppressed: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """A consent as it is on record. `mail`: Message-ID and the mail server's answer; None where no mail asked."""

    number: int
    site: str
    purpose: str
    edition: int
    text_sha256: str
    form: str
    language: str
    way: Way
    source: str
    asked_at: datetime
    accepted_at: datetime | None
    message_id: str
    answer: str
    confirmed_at: datetime
    ended_at: datetime | None
    ended_how: str
    keep_until: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did.

    `joined`: with their proof; `known`: on the list already; `pending`: without a proof; `away`: marked as wanting
    nothing; `left`: had left here, and stay away. `refused`: the first lines of each reason.
    """

    rows: int = 0
    joined: int = 0
    known: int = 0
    pending: int = 0
    away: int = 0
    left: int = 0
    refused: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    refused_count: int = 0


@dataclass(frozen=True, slots=True)
class Brought:
    """An import by staff: how far it has come, or how it went. `trouble`: why it ended early, as `words` name it.

    `lines`: of the file, so about how many rows.
    """

    number: int
    is_shut: bool
    at: datetime
    ended_at: datetime | None
    lines: int
    taken: Taken
    trouble: str


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount of the lists found; no trouble means that everybody on them has confirmed."""

    members: int
    proofs: int
    trouble: tuple[str, ...]
