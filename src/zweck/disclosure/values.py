"""What the room takes and hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from zweck.vault.values import Grant

Stream = Literal["transactional", "marketing"]
# waiting: will be tried (again) · sent: the mail server took it · uncertain: it was handed over and no answer came, or
# we were killed before it; a campaign's mail is not sent again · refused: the server will never take it · given-up:
# tried for days · suppressed: its reader wants no advertising · not-permitted: the vault gave no address for it.
State = Literal["waiting", "sent", "uncertain", "refused", "given-up", "suppressed", "not-permitted"]
STATES: Mapping[str, State] = {state: state for state in get_args(State)}


@dataclass(frozen=True, slots=True)
class Alert:
    """News for the operator about a site. It names promises and states, never a person."""

    site: str
    subject: str
    text: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at a link outside showed: the status of the last answer, and where it came from."""

    url: str
    status: int
    final_url: str
    hops: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail about to be written into the outbox of its reader's place.

    `template`: the texts `mail.<template>.subject` and `.text` of the words. A template whose name has the word
    *confirm* in it ("confirm-newsletter") is the only one that may go to a grant that is still pending, and then it
    quotes nothing of what was typed. `key` is the letter's own for ever, letters, digits and `.-_`: it becomes the
    Message-ID, and a second letter under it is the first one. `says` fills parameters of the text and holds nothing
    personal; `fields` names data that are read under the grant's purpose when the mail is sent (of `entry`, or of the
    grant), and fill parameters of the same names with `_` for `-`. A paragraph with an empty parameter is left out.
    `links`: parameter -> absolute path on our origin. `reply_to`: a tag such as "reply.3f9c…" for the mailbox.
    """

    grant: Grant
    template: str
    language: str
    key: str
    stream: Stream = "transactional"
    says: Mapping[str, str | int] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    entry: bytes | None = None
    reply_to: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter in the outbox. Two numbers, to be kept in a row of one's own."""

    number: int
    using: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of a letter. `answer`: the mail server's last line, without any address in it."""

    state: State
    message_id: str
    accepted_at: datetime | None
    answer: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail rendered once, with gaps for what differs from reader to reader; see `letters.wire`.

    `bounces`: the envelope's sender, with `{}` where the name of the disclosure goes. `provider`: who carries it.
    """

    site: str
    purpose: str
    language: str
    stream: Stream
    sender: str
    bounces: str
    provider: str
    domain: str
    origin: str
    links: frozenset[str]
    pieces: tuple[bytes | str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An entry of the list of those who get no advertising, for export and import. No address: a keyed fingerprint."""

    site: str
    purpose: str
    fingerprint: bytes
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Something that left, or was about to, of one person."""

    ref: bytes
    site: str
    subject: bytes
    grant: bytes
    purpose: str
    data: tuple[str, ...]
    recipient: str
    way: str
    key: str
    at: datetime
    state: State
    using: str


@dataclass(frozen=True, slots=True)
class Item:
    """One reader of a campaign. `links`: name -> absolute path on our origin; `leave` and `mine` always."""

    grant: Grant
    prepared: Prepared
    links: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Up to 200 readers of a campaign in one place. `key`: the campaign's, the same for all its batches."""

    site: str
    place: str
    purpose: str
    key: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one item. `waiting`: nothing left for this reader; hand the item in again after the pause."""

    grant: bytes
    state: State
    answer: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a batch: one result for each item, in order. `pause_seconds`: before what waits is handed in again.

    `trouble`: why no mail can be handed over at all; empty when mails leave.
    """

    results: tuple[Result, ...]
    pause_seconds: float
    trouble: str


@dataclass(frozen=True, slots=True)
class Call:
    """A machine of ours elsewhere is to do something for a person.

    `key` is the call's own for ever, so that asking twice does it once. `says` names nobody; `fields` are read under
    the grant's purpose at this moment, and go as `data`. `recipient`: whose machine it is, by the policy; empty: ours.
    """

    grant: Grant
    key: str
    url: str
    secret: str = field(repr=False)
    says: Mapping[str, str | int] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the machine answered: a JSON object, not yet believed."""

    said: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Caught:
    """A mail that the catcher took. No repr: it is full of a person."""

    number: int
    at: datetime
    sender: str
    to: str
    data: bytes
