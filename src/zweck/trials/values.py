"""What the room hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from zweck.vault.values import Subject

# pending: not confirmed yet · confirmed: being set up · running · stuck: the data centre said no, somebody must look ·
# ended: over, being closed there · closing: the last mail is on its way, then the data go.
State = Literal["pending", "confirmed", "running", "stuck", "ended", "closing"]
STATES: Mapping[str, State] = {state: state for state in get_args(State)}


@dataclass(frozen=True, slots=True)
class Where:
    """Which trials are meant: those of a site in a place, for these purposes."""

    site: str
    place: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a trial is. `ident`: what the data centre knows it by, in hex. `trouble`: of the last attempt.

    `number`: of its row, in its place; later ones have higher numbers.
    """

    number: int
    ident: str
    subject: Subject
    purpose: str
    currency: str
    state: State
    made_at: datetime
    ends_at: datetime | None
    deletes_at: datetime | None
    attempts: int
    trouble: str
    room: str

    @property
    def is_waiting_for_us(self) -> bool:
        """Whether somebody must look at it."""
        return self.state == "stuck"
