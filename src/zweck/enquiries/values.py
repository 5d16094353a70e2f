"""What the room takes and hands out. Nothing of it shows what was written when it is printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["open", "answered", "closed"]
Way = Literal["form", "page", "mail"]
STATES: Mapping[str, State] = {"open": "open", "answered": "answered", "closed": "closed"}
WAYS: Mapping[str, Way] = {"form": "form", "page": "page", "mail": "mail"}
# Whether an answer has left; "none" for what is no answer.
Sent = Literal["waiting", "sent", "failed", "none"]


@dataclass(frozen=True, slots=True)
class Where:
    """Which enquiry: its number in the database of a place, on a site."""

    site: str
    place: str
    number: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An enquiry as a list names it: nothing that anybody wrote."""

    where: Where
    purpose: str
    language: str
    state: State
    way: Way
    asked_at: datetime
    said_at: datetime
    answered_at: datetime | None
    until: datetime | None
    taken_by: str
    messages: int


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a message, without its name, which lies in the vault: number, media type, size."""

    number: int
    kind: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it is shown. `said`: its new part; `more`: whether the whole text has more, as quotes."""

    number: int
    by: str  # "person", or "staff:<account>"
    way: Way
    at: datetime
    said: str = field(repr=False)
    text: str = field(repr=False)
    is_elsewhere: bool
    left_out: int
    sent: Sent
    files: tuple[Filed, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether the whole text says more than its new part, such as quotes."""
        return self.said != self.text.strip()


@dataclass(frozen=True, slots=True)
class Opened:
    """An enquiry with all that was written. `about`: further data that were given, by datum id."""

    listed: Listed
    messages: tuple[Shown, ...]
    about: Mapping[str, str] = field(repr=False)

    @property
    def last(self) -> int:
        """The number of its last message: what whoever answers has seen."""
        return self.messages[-1].number if self.messages else 0


@dataclass(frozen=True, slots=True)
class Overview:
    """A list of enquiries. `unreachable`: places whose database did not answer."""

    rows: tuple[Listed, ...]
    unreachable: tuple[str, ...] = ()
